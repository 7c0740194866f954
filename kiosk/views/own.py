"""What somebody does with their own password and their own signed-in browsers."""

from collections.abc import Callable

from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import attempts, guards, languages
from kiosk.database import writing
from kiosk.domain import access, operations, sign_ins
from kiosk.domain.periods import local_day_and_hour
from kiosk.errors import describe, describe_wait
from kiosk.extensions import db
from kiosk.forms.passwords import ChangePasswordForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import LANGUAGES, Role

bp = Blueprint("own", __name__)


@bp.get("/konto")
@guards.for_role(Role.READER)
def page() -> Response:
    return _show(200, ChangePasswordForm())


@bp.post("/konto/passord")
@guards.for_role(Role.READER)
def change_password() -> BaseResponse:
    form = ChangePasswordForm()
    if not form.validate_on_submit():
        return _show(422, form)
    person, now = guards.this_person(), guards.now()
    if wait := attempts.take("password", person.name, now):
        form.present.errors = [describe_wait(wait)]
        return _show(429, form, wait)
    try:
        _change_password(form)
    except access.WrongNameOrPassword:
        form.present.errors = [gettext("The present password is not right.")]
    except access.BadPassword as error:
        form.password.errors = [describe(error)]
    else:
        flash(gettext("The password is changed. Your other browsers are signed out."))
        return see_other(url_for("own.page"))
    return _show(422, form)


@bp.post("/konto/sprak")
@guards.for_role(Role.READER)
def choose_language() -> BaseResponse:
    """For this browser alone; nothing about it is stored here."""
    language = request.form.get("language")
    if language not in LANGUAGES:
        abort(400)
    response = make_response(see_other(url_for("own.page")))
    languages.keep(response, language)
    return response


@bp.post("/konto/palogginger/<row:sign_in_id>/avslutt")
@guards.for_role(Role.READER)
def end_sign_in(sign_in_id: int) -> BaseResponse:
    return _end(sign_ins.end_own, sign_in_id)


@bp.post("/konto/palogginger/avslutt-andre")
@guards.for_role(Role.READER)
def end_other_sign_ins() -> BaseResponse:
    return _end(sign_ins.end_others)


def _change_password(form: ChangePasswordForm) -> None:
    """The one transaction of a new password, with the slow work before it."""
    person, now, session = guards.this_person(), guards.now(), db.session()
    # Sent a second time, the present password is no longer the one that was typed.
    if operations.is_done(session, form.op_id.data):
        return
    try:
        sign_ins.check_own_password(session, person, form.present.data or "")
    except access.WrongNameOrPassword:
        if operations.is_done(session, form.op_id.data):
            return
        raise
    password_hash = access.hash_chosen_password(session, person.name, person.centre_id, form.password.data or "")
    with writing(session):
        attempts.give_back("password", person.name, now)
        if operations.do_once(session, form.op_id.data, now):
            sign_ins.change_password(session, person, password_hash, now)
        session.commit()


def _end(end: Callable[..., None], *which: int) -> BaseResponse:
    """One press beside a browser in the list."""
    form, now = StaffForm(), guards.now()
    if not form.validate_on_submit():
        return _show(422, ChangePasswordForm(formdata=None), form=form)
    with writing(db.session()):
        if operations.do_once(db.session(), form.op_id.data, now):
            end(db.session(), guards.this_person(), *which, now)
        db.session.commit()
    flash(gettext("The browser is signed out."))
    return see_other(url_for("own.page"))


def _show(status: int, password_form: ChangePasswordForm, wait: int = 0, *, form: StaffForm | None = None) -> Response:
    person, centre, now = guards.this_person(), guards.current_centre(), guards.now()
    today, _ = local_day_and_hour(now, centre.timezone)
    response = make_response(
        render_template(
            "own/page.html",
            person=person,
            centre=centre if person.centre_id else None,
            timezone=centre.timezone,
            today=today,
            sign_ins=sign_ins.list_own(db.session(), person, now),
            password_form=password_form,
            form=form or StaffForm(formdata=None),
        ),
        status,
    )
    if wait:
        response.headers["Retry-After"] = str(wait)
    return response
