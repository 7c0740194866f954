"""Oppsett: where a leader begins, and the centre itself."""

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext, lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import counting, screens, setup, setup_centres
from kiosk.domain.setup_centres import CentreDraft
from kiosk.extensions import db
from kiosk.forms.setup_centres import WEEKDAY_WORDS, CentreForm, ClosedForm, NewCentreForm
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import Role
from kiosk.models import Centre
from kiosk.posting import save_once

bp = Blueprint("setup", __name__)

NAME_ERRORS = {
    setup_centres.CentreNameTaken: lazy_gettext("Another centre is called this."),
    setup.NameMissing: lazy_gettext("Write what the centre is called."),
}
CLOSED_ERRORS = {
    setup_centres.PeriodTurnedRound: lazy_gettext("The last day is before the first."),
    setup_centres.PeriodTooLong: lazy_gettext("That is more than a year. Are the years right?"),
    setup_centres.PeriodTaken: lazy_gettext("The centre is closed on some of these days already."),
}


@bp.get("/oppsett")
@guards.for_role(Role.LEADER)
def overview() -> str:
    centre = guards.current_centre()
    activities = counting.list_activities(db.session(), centre.id)
    return render_template(
        "setup/overview.html",
        centre=centre,
        centres=_centres(),
        in_use=sum(one.retired_at is None for one in activities),
        screens=screens.list_screens(db.session(), centre.id),
        closed=setup_centres.list_closed(db.session(), centre),
        weekdays=[WEEKDAY_WORDS[day] for day in WEEKDAY_WORDS if day in centre.open_weekdays],
    )


@bp.route("/oppsett/senter", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def centre() -> BaseResponse:
    one, by = guards.current_centre(), guards.this_person()
    form = CentreForm(obj=one)
    if form.validate_on_submit():
        draft = CentreDraft(form.name.data, form.open_weekdays.data, form.hours_per_full_time_year.data)
        try:
            save_once(form, lambda: setup_centres.change_centre(db.session(), one, draft, by=by, now=guards.now()))
        except tuple(NAME_ERRORS) as error:
            form.name.errors = [NAME_ERRORS[type(error)]]
        else:
            return _back("setup.overview")
    return _centre_page(one, form, ClosedForm(formdata=None), 422 if form.is_submitted() else 200)


@bp.post("/oppsett/senter/stengt")
@guards.for_role(Role.LEADER)
def close() -> BaseResponse:
    one, by, form = guards.current_centre(), guards.this_person(), ClosedForm()
    if form.validate_on_submit():
        first_on, last_on, words = form.first_on.data, form.last_on.data, form.words.data
        try:
            save_once(
                form,
                lambda: setup_centres.add_closed(db.session(), one, first_on, last_on, words, by=by, now=guards.now()),
            )
        except tuple(CLOSED_ERRORS) as error:
            form.last_on.errors = [CLOSED_ERRORS[type(error)]]
        else:
            return _back("setup.centre", "closed")
    return _centre_page(one, CentreForm(formdata=None, obj=one), form, 422)


@bp.post("/oppsett/senter/stengt/<int:period_id>/apne")
@guards.for_role(Role.LEADER)
def open_again(period_id: int) -> BaseResponse:
    one, by, form = guards.current_centre(), guards.this_person(), StaffForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        save_once(form, lambda: setup_centres.remove_closed(db.session(), one, period_id, by=by, now=guards.now()))
    except setup_centres.PeriodNotFound:
        abort(404)
    return _back("setup.centre", "closed")


@bp.route("/oppsett/nytt-senter", methods=["GET", "POST"])
@guards.for_role(Role.LEADER)
def new_centre() -> BaseResponse:
    """Only for a leader of all centres."""
    by = guards.this_person()
    if by.centre_id is not None:
        abort(403)
    form = NewCentreForm()
    if form.validate_on_submit():
        name = form.name.data
        try:
            save_once(form, lambda: setup_centres.add_further_centre(db.session(), name, by=by, now=guards.now()))
        except tuple(NAME_ERRORS) as error:
            form.name.errors = [NAME_ERRORS[type(error)]]
        else:
            added = next((one for one in counting.list_centres(db.session()) if one.name == name), None)
            return see_other(url_for("setup.overview", senter=added and added.slug))
    page = render_template("setup/new_centre.html", centre=guards.current_centre(), form=form)
    return make_response(page, 422 if form.is_submitted() else 200)


def _centre_page(one: Centre, form: CentreForm, closed_form: ClosedForm, status: int) -> Response:
    page = render_template(
        "setup/centre.html",
        centre=one,
        form=form,
        closed_form=closed_form,
        closed=setup_centres.list_closed(db.session(), one),
        plain_form=StaffForm(formdata=None),
        title=gettext("The centre"),
    )
    return make_response(page, status)


def _back(endpoint: str, anchor: str | None = None) -> BaseResponse:
    return see_other(url_for(endpoint, senter=request.args.get("senter"), _anchor=anchor))


def _centres() -> list[Centre]:
    """The centres to choose among: none for a leader of one."""
    is_for_all = guards.this_person().centre_id is None
    return list(counting.list_centres(db.session())) if is_for_all else []
