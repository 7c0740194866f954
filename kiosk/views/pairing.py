"""Pairing, on the tablet: it shows a code, waits until a leader has approved, and fetches its cookie."""

from flask import Blueprint, jsonify, make_response, render_template, request, url_for
from flask_login import logout_user
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.addresses import is_this_machine
from kiosk.database import writing
from kiosk.domain import access, pairing_codes
from kiosk.domain.pairing_codes import State
from kiosk.domain.screen_codes import code_of, spaced
from kiosk.domain.wire import MAGIC
from kiosk.extensions import db
from kiosk.htmx import see_other

bp = Blueprint("pairing", __name__)

# Sent to these pages only, and forgotten when the code and what may follow it are over.
SECRET_COOKIE, SECRET_PATH = "kiosk_pairing", "/koble"
SECRET_SECONDS = round(2 * pairing_codes.CODE_LASTS.total_seconds())


@bp.get("/koble")
@guards.for_people
def code() -> Response:
    """The code for this browser: a new one where it has none, or where it is over."""
    secret = request.cookies.get(SECRET_COOKIE, "")
    state = pairing_codes.look(db.session(), secret, guards.now())
    if state is State.OVER:
        with writing(db.session()):
            secret = pairing_codes.ask(db.session(), guards.now())
            db.session.commit()
        state = State.WAITING
    shown = spaced(code_of(secret))
    link = url_for("approving.approval", code=code_of(secret), _external=True)
    # A telephone that is sent to 127.0.0.1 looks for the kiosk in itself.
    is_private = is_this_machine(request.host.rpartition(":")[0] or request.host)
    response = make_response(
        render_template("pairing/code.html", code=shown, state=state, link=None if is_private else link)
    )
    _set_secret(response, secret)
    return response


@bp.get("/koble/svar")
@guards.for_people
def answer() -> Response:
    """How far this browser has come, for the script of its page."""
    secret = request.cookies.get(SECRET_COOKIE, "")
    return jsonify(kiosk=MAGIC, state=pairing_codes.look(db.session(), secret, guards.now()))


@bp.post("/koble")
@guards.for_people
def fetch() -> Response:
    """Where it was approved, this browser becomes the tablet, and no person any more."""
    person = guards.current_person()
    with writing(db.session()):
        token = pairing_codes.fetch_token(db.session(), request.cookies.get(SECRET_COOKIE, ""), guards.now())
        if token is not None and person is not None:
            access.end_sign_in(db.session(), person.sign_in_id, guards.now())
        db.session.commit()
    if token is None:
        return see_other(url_for("pairing.code"))
    logout_user()
    response = see_other(url_for("tapping.door"))
    guards.set_station_cookie(response, token)
    response.delete_cookie(SECRET_COOKIE, SECRET_PATH)
    return response


def _set_secret(response: Response, secret: str) -> None:
    response.set_cookie(
        SECRET_COOKIE,
        secret,
        max_age=SECRET_SECONDS,
        path=SECRET_PATH,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )
