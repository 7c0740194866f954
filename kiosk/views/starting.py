"""The first start: the code from the terminal, the centre, its leader, the first tablet."""

from flask import Blueprint, current_app, make_response, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import login_user, logout_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response

from kiosk import guards, sessions
from kiosk.addresses import reach
from kiosk.database import writing
from kiosk.domain import access, setup, starting
from kiosk.domain.starting import Step
from kiosk.errors import respond
from kiosk.extensions import db
from kiosk.first_start import PROOF, for_first_start, has_proof, keep_proof
from kiosk.forms.starting import CentreForm, LeaderForm, StartCodeForm
from kiosk.forms.stations import CodeForm
from kiosk.htmx import see_other

bp = Blueprint("starting", __name__)

# All who try share them: with a new code at each start, nobody gets far.
GUESSER = "start"


@bp.route("/start", methods=["GET", "POST"])
@for_first_start()
def code() -> Response:
    """Goes on where it was left; else asks for the code."""
    step = starting.find_step(db.session())
    if step is Step.TABLET or has_proof():
        return see_other(url_for(f"starting.{step}"))
    form = StartCodeForm()
    if form.validate_on_submit():
        guesses = current_app.extensions["guesses"]
        pause = guesses.pause(GUESSER)
        if pause:
            return respond(429, gettext("Too many wrong codes. Wait a moment and try again."), retry_after=pause)
        try:
            keep_proof(starting.check_start_code(db.session(), form.code.data or ""))
        except starting.StartCodeNotValid:
            guesses.take(GUESSER, 1)
            form.code.errors = [gettext("That is not the code. The kiosk prints a new one each time it is started.")]
        else:
            return see_other(url_for(f"starting.{step}"))
    return _page("starting/code.html", form)


@bp.route("/start/senter", methods=["GET", "POST"])
@for_first_start(Step.CENTRE, Step.LEADER)
def centre() -> Response:
    named = starting.find_first_centre(db.session())
    form = CentreForm(obj=named)
    if form.validate_on_submit():
        try:
            with writing(db.session()):
                starting.name_centre(db.session(), form.name.data or "", guards.now())
                db.session.commit()
        except setup.NameMissing:
            form.name.errors = [gettext("The centre needs a name of 1–80 characters.")]
        except starting.NotThisStep:
            return see_other(url_for("starting.code"))
        else:
            return see_other(url_for("starting.leader"))
    return _page("starting/centre.html", form)


@bp.route("/start/leder", methods=["GET", "POST"])
@for_first_start(Step.LEADER)
def leader() -> Response:
    form = LeaderForm()
    if form.validate_on_submit():
        try:
            token = _add_leader(form.name.data or "", form.password.data or "")
        except starting.NotThisStep:
            return see_other(url_for("starting.code"))
        except access.PasswordTooShort:
            form.password.errors = [
                gettext("The password needs at least %(count)s characters.", count=access.SHORTEST_PASSWORD)
            ]
        except access.NameMissing:
            form.name.errors = [gettext("Write a name of 1–80 characters.")]
        except access.NameTaken:
            form.name.errors = [gettext("Somebody signs in with this name already.")]
        else:
            session.pop(PROOF, None)
            login_user(sessions.signed_in(token))
            return see_other(url_for("starting.tablet"))
    centre = starting.find_first_centre(db.session())
    return _page("starting/leader.html", form, centre=centre, can_rename=not starting.has_numbers(db.session()))


@bp.get("/start/nettbrett")
@for_first_start(Step.TABLET)
def tablet() -> Response:
    """This browser, or another?"""
    config = current_app.config
    return _page(
        "starting/tablet.html",
        CodeForm(),
        centre=guards.current_centre(),
        reach=reach(request.host_url, config["KIOSK_HOST"], config["KIOSK_PORT"]),
    )


@bp.post("/start/nettbrett")
@for_first_start(Step.TABLET)
def make_tablet() -> Response:
    """This browser becomes the tablet, and no person any more."""
    person, centre = guards.this_person(), guards.current_centre()
    with writing(db.session()):
        token = starting.make_first_tablet(db.session(), centre, person.user_id, guards.now())
        access.end_sign_in(db.session(), person.sign_in_id, guards.now())
        db.session.commit()
    logout_user()
    response = see_other(url_for("tapping.door"))
    guards.set_station_cookie(response, token)
    return response


def _add_leader(name: str, password: str) -> str:
    """Make the first leader and sign this browser in. Returns the token."""
    with writing(db.session()):
        leader = starting.add_first_leader(db.session(), name, password, guards.now())
        # The sign-in needs the leader's key.
        db.session.flush()
        token = access.start_sign_in(db.session(), leader.id, guards.now())
        db.session.commit()
    return token


def _page(template: str, form: FlaskForm, **context: object) -> Response:
    """The page with its form; 422 when the form came back with errors."""
    return make_response(render_template(template, form=form, **context), 422 if form.errors else 200)
