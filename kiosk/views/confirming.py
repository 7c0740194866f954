"""The password once more, before a door is opened for others."""

from flask import Blueprint, current_app, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access
from kiosk.errors import respond
from kiosk.extensions import db
from kiosk.forms.stations import ConfirmForm
from kiosk.htmx import own_path, see_other
from kiosk.kinds import Role

bp = Blueprint("confirming", __name__)


@bp.route("/bekreft", methods=["GET", "POST"])
@guards.for_role(Role.READER)
def confirm() -> Response:
    """Then back to where one was."""
    target = own_path(request.args.get("next"))
    person = guards.this_person()
    form = ConfirmForm()
    if form.validate_on_submit():
        guesses, guesser = current_app.extensions["guesses"], ("password", person.user_id)
        if pause := guesses.pause(guesser):
            return respond(429, gettext("Too many wrong passwords. Wait a moment and try again."), retry_after=pause)
        try:
            access.check_password(db.session(), person.name, form.password.data or "")
        except access.WrongNameOrPassword:
            guesses.take(guesser, 1)
            form.password.errors = [gettext("The password is not right.")]
        else:
            with writing(db.session()):
                access.confirm_sign_in(db.session(), person.sign_in_id, guards.now())
                db.session.commit()
            return see_other(target)
    page = render_template("signin/confirm.html", form=form, person=person, target=request.args.get("next"))
    return make_response(page, 422 if form.errors else 200)
