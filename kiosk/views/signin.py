"""Signing in and out, and choosing a password with a one-time code."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from kiosk import attempts, guards, sessions
from kiosk.database import writing
from kiosk.domain import access, codes, tidying
from kiosk.errors import describe, describe_wait
from kiosk.extensions import db
from kiosk.forms.passwords import NewPasswordForm
from kiosk.forms.signin import SignInForm
from kiosk.htmx import own_path, see_other

bp = Blueprint("signin", __name__)


@bp.route("/logg-inn", methods=["GET", "POST"])
@guards.for_passwords
def sign_in() -> Response:
    target = own_path(request.args.get("next"))
    if current_user.is_authenticated and request.method == "GET":
        return see_other(target)
    form = SignInForm()
    if not form.validate_on_submit():
        return _show("signin/sign_in.html", form)
    name, now = form.name.data or "", guards.now()
    if wait := attempts.take("sign-in", name, now):
        form.password.errors = [describe_wait(wait)]
        return _show("signin/sign_in.html", form, wait)
    try:
        user_id = access.check_password(db.session(), name, form.password.data or "")
    except access.WrongNameOrPassword as error:
        form.password.errors = [describe(error)]
        return _show("signin/sign_in.html", form)
    with writing(db.session()):
        attempts.give_back("sign-in", name, now)
        token = _start(user_id)
        db.session.commit()
    login_user(sessions.signed_in(token))
    return see_other(target)


@bp.route("/nytt-passord", methods=["GET", "POST"])
@guards.for_passwords
def new_password() -> Response:
    form = NewPasswordForm()
    if not form.validate_on_submit():
        return _show("signin/new_password.html", form)
    name, now = form.name.data or "", guards.now()
    if wait := attempts.take("code", name, now):
        form.code.errors = [describe_wait(wait)]
        return _show("signin/new_password.html", form, wait)
    try:
        token = _choose_password(name, form.code.data or "", form.password.data or "")
    except codes.WrongNameOrCode as error:
        form.code.errors = [describe(error)]
    except access.BadPassword as error:
        form.password.errors = [describe(error)]
    else:
        login_user(sessions.signed_in(token))
        return see_other(url_for("tapping.door"))
    return _show("signin/new_password.html", form)


@bp.post("/logg-ut")
@guards.for_people
def sign_out() -> Response:
    person = guards.current_person()
    if person is not None:
        with writing(db.session()):
            access.end_sign_in(db.session(), person.sign_in_id, guards.now())
            db.session.commit()
        logout_user()
    return see_other(url_for("signin.sign_in"))


def _choose_password(name: str, code: str, password: str) -> str:
    """The one transaction of a new password, with the slow work before it. Returns the token of the sign-in."""
    now = guards.now()
    user = codes.check_code(db.session(), name, code, now)
    password_hash = access.hash_chosen_password(db.session(), user.name, user.centre_id, password)
    with writing(db.session()):
        attempts.give_back("code", name, now)
        codes.choose_password(db.session(), user, password_hash, now)
        token = _start(user.id)
        db.session.commit()
    return token


def _start(user_id: int) -> str:
    """Sign this browser in anew; whoever was signed in here before is so no more."""
    # It is a few rows, and who signs in waits for scrypt anyway.
    tidying.forget_doors(db.session(), guards.now())
    person = guards.current_person()
    if person is not None:
        access.end_sign_in(db.session(), person.sign_in_id, guards.now())
    return access.start_sign_in(db.session(), user_id, guards.now())


def _show(template: str, form: FlaskForm, wait: int = 0) -> Response:
    """The form: asked for, sent with something wrong, or sent too often."""
    response = make_response(render_template(template, form=form))
    if form.is_submitted():
        response.status_code = 422
    if wait:
        response.status_code = 429
        response.headers["Retry-After"] = str(wait)
    return response
