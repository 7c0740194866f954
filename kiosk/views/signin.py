"""Signing in and out."""

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access
from kiosk.extensions import db
from kiosk.forms.signin import SignInForm
from kiosk.htmx import see_other

bp = Blueprint("signin", __name__)


@bp.route("/logg-inn", methods=["GET", "POST"])
@guards.for_people
def sign_in() -> Response:
    target = guards.own_path(request.args.get("next"))
    if current_user.is_authenticated and request.method == "GET":
        return see_other(target)
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            user_id = access.check_password(db.session(), form.name.data or "", form.password.data or "")
        except access.WrongNameOrPassword:
            form.password.errors = [gettext("The name or the password is not right.")]
        else:
            with writing(db.session()):
                token = access.start_sign_in(db.session(), user_id, guards.now())
                db.session.commit()
            login_user(guards.signed_in(token))
            return see_other(target)
    if form.is_submitted():
        status = 422
    return make_response(render_template("signin/sign_in.html", form=form), status)


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
