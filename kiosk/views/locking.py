"""A tablet's further screens, and the PIN before them."""

import math

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import locking
from kiosk.domain.locking import DIGITS, OtherScreen
from kiosk.extensions import db
from kiosk.htmx import is_fragment, see_other
from kiosk.showing import show_screen

bp = Blueprint("locking", __name__)


@bp.get("/skjerm/<int:screen_id>")
@guards.for_station
def screen(screen_id: int) -> BaseResponse:
    """A further screen, where it may be shown; else the PIN is asked for."""
    other = _find(screen_id)
    if not other.is_open:
        return see_other(url_for("locking.keypad", screen_id=screen_id))
    # A page that looks for other buttons is no sign of a person.
    if other.is_guarded and not is_fragment():
        _keep_open()
    return show_screen()


@bp.get("/skjerm/<int:screen_id>/pin")
@guards.for_station
def keypad(screen_id: int) -> BaseResponse:
    other = _find(screen_id)
    if other.is_open:
        return see_other(url_for("locking.screen", screen_id=screen_id))
    return _keypad_page(other)


@bp.post("/skjerm/<int:screen_id>/pin")
@guards.for_station
def press(screen_id: int) -> BaseResponse:
    """One digit more or less; or, with the last one, the whole PIN."""
    other = _find(screen_id)
    typed = request.form.get("typed", "") + request.form.get("digit", "")
    if "delete" in request.form:
        typed = typed[:-1]
    if len(typed) < DIGITS:
        return _keypad_page(other, typed)
    try:
        tries_left = _try(typed)
    except locking.PinRests as rest:
        return _rest_page(other, rest.seconds)
    except locking.PinMissing:
        return _keypad_page(other, status=422)
    if tries_left is None:
        return see_other(url_for("locking.screen", screen_id=screen_id))
    if not tries_left:
        return _rest_page(other, locking.REST.total_seconds())
    words = ngettext("Wrong PIN. %(num)s try left.", "Wrong PIN. %(num)s tries left.", tries_left)
    return _keypad_page(other, message=words, status=422)


@bp.post("/skjerm/las")
@guards.for_station
def lock() -> BaseResponse:
    """Back to the screen that is for everybody."""
    with writing(db.session()):
        locking.lock(db.session(), guards.this_tablet().station_id)
        db.session.commit()
    return see_other(url_for("tapping.door"))


@bp.post("/skjerm/her")
@guards.for_station
def stay() -> Response:
    """Somebody is at the screen. Says whether it is still open."""
    return Response(status=204 if _keep_open() else 410)


def _find(screen_id: int) -> OtherScreen:
    try:
        return locking.find_other_screen(db.session(), guards.this_tablet().station_id, screen_id, guards.now())
    except locking.ScreenNotFound:
        abort(404)


def _keep_open() -> bool:
    with writing(db.session()):
        is_open = locking.keep_open(db.session(), guards.this_tablet().station_id, guards.now())
        db.session.commit()
    return is_open


def _try(pin: str) -> int | None:
    with writing(db.session()):
        tries_left = locking.open_screens(db.session(), guards.this_tablet().station_id, pin, guards.now())
        db.session.commit()
    return tries_left


def _rest_page(other: OtherScreen, seconds: float) -> Response:
    minutes = math.ceil(seconds / 60)
    words = ngettext("Too many wrong ones. Wait %(num)s minute.", "Too many wrong ones. Wait %(num)s minutes.", minutes)
    response = _keypad_page(other, message=words, status=429, is_resting=True)
    response.headers["Retry-After"] = str(math.ceil(seconds))
    return response


def _keypad_page(
    other: OtherScreen, typed: str = "", *, message: str = "", status: int = 200, is_resting: bool = False
) -> Response:
    page = render_template(
        "locking/keypad.html", other=other, typed=typed, digits=DIGITS, message=message, is_resting=is_resting
    )
    return make_response(page, status)
