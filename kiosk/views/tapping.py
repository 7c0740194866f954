"""The tablet: its screen, and the taps that come from it, as a form or as JSON."""

import json
import math
from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, abort, current_app, jsonify, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards, posting
from kiosk.database import writing
from kiosk.domain import installing, pairing, starting, tallying, wire
from kiosk.domain.installing import Standing
from kiosk.domain.starting import Step
from kiosk.domain.wire import Tap
from kiosk.errors import respond
from kiosk.extensions import db
from kiosk.htmx import is_fragment, see_other
from kiosk.kinds import Role, Verdict
from kiosk.limits import TokenBuckets
from kiosk.showing import screen_url, show_screen

bp = Blueprint("tapping", __name__)

_compact = json.JSONEncoder(separators=(",", ":")).encode


@bp.get("/")
@guards.public
def door() -> BaseResponse:
    """A paired tablet gets its screen, everybody else the page to begin with."""
    tablet = guards.current_tablet()
    if tablet is None:
        return see_other(url_for(_first_page()))
    response = show_screen()
    if not is_fragment():
        # Rolling: a tablet that is in use never falls out by itself.
        guards.set_station_cookie(response, request.cookies[guards.STATION_COOKIE])
    # Only what says this of itself does the service worker keep.
    response.headers["X-Kiosk-Shell"] = current_app.extensions["assets"].version
    return response


@bp.get("/trykk")
@guards.for_role(Role.STAFF)
def staff() -> BaseResponse:
    """The staff screen of the centre, for a signed-in person: the same screen and queue as on a tablet."""
    return show_screen()


@bp.post("/tap")
@guards.for_tapper
def tap() -> BaseResponse:
    """The form of a screen without JavaScript: the id was made when the page was."""
    try:
        one = wire.read_form(request.form, guards.now())
    except wire.MalformedBatch:
        return respond(400)
    _record([one])
    return see_other(screen_url(takk=one.id, sprak=request.args.get("sprak"), tekst=request.args.get("tekst")))


@bp.post("/api/taps")
@guards.for_tapper
def taps() -> Response:
    """A batch of the tablet's queue: a verdict per tap, and only after the commit."""
    try:
        batch = wire.read_batch(_read_json())
    except wire.MalformedBatch as error:
        return respond(422, str(error))
    pause = _buckets().take(posting.current_sender(), len(batch.taps))
    if pause:
        return respond(429, retry_after=math.ceil(pause))
    standing, verdicts = _record(batch.taps)
    said = {str(id): verdict for id, verdict in verdicts.items()}
    return Response(_compact(_head(standing) | {"verdicts": said}), mimetype="application/json")


@bp.post("/api/health")
@guards.for_tapper
def tell_health() -> Response:
    """A tablet's sign of life: what waits on it and since when. It is no tap and no activity of a person.

    It is told the version of the static files, so that a page that stays open learns of a new one.
    """
    try:
        health = wire.read_health(_read_json())
    except wire.MalformedBatch as error:
        return respond(422, str(error))
    tablet = guards.current_tablet()
    if tablet is not None:
        with writing(db.session()):
            pairing.keep_health(db.session(), tablet.station_id, health, guards.now())
            db.session.commit()
    return jsonify(_head(guards.current_standing()) | {"version": current_app.extensions["assets"].version})


def _record(taps: Sequence[Tap]) -> tuple[Standing, dict[UUID, Verdict]]:
    """The one transaction of a post."""
    session, now = db.session(), guards.now()
    groups = posting.group_by_poster(taps)
    standing = guards.current_standing()
    verdicts: dict[UUID, Verdict] = {}
    with writing(session):
        for poster, group in groups:
            verdicts |= tallying.record_taps(session, poster, group, now, falls_short_of=standing.falls_short_of)
        installing.keep_high_water(session, standing, now)
        session.commit()
    return standing, verdicts


def _head(standing: Standing) -> dict[str, object]:
    """What every answer to the tablet's script begins with.

    A clock that is known to be wrong teaches nothing: a tablet that knows the time from before keeps it.
    """
    now = None if standing.clock_is_wrong else round(guards.now().timestamp() * 1000)
    return {"kiosk": wire.MAGIC, "now": now, "epoch": standing.epoch}


def _read_json() -> object:
    """The body of a post by our own script. Aborts with 400, 403, 413 or 415 when it is not one."""
    if request.headers.get("X-Kiosk") != "1":
        abort(400)
    if not request.is_json:
        abort(415)
    try:
        return json.loads(request.get_data(cache=False))
    except ValueError:
        abort(400)


def _buckets() -> TokenBuckets:
    buckets: TokenBuckets = current_app.extensions["tap_buckets"]
    return buckets


def _first_page() -> str:
    """The endpoint where somebody begins who is no tablet."""
    if current_user.is_authenticated:
        return "counting.day"
    if starting.find_step(db.session()) in (Step.CENTRE, Step.LEADER):
        return "starting.code"
    # It was a tablet once: whoever stands before it wants to connect it again.
    return "pairing.code" if guards.STATION_COOKIE in request.cookies else "signin.sign_in"
