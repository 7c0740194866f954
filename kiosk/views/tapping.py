"""The tablet: its screen, and the taps that come from it, as a form or as JSON."""

import json
import math
from collections.abc import Sequence
from uuid import UUID, uuid4

from flask import Blueprint, Response, abort, current_app, jsonify, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import installing, pairing, screens, tallying, wire
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.wire import Tap
from kiosk.errors import respond
from kiosk.extensions import db
from kiosk.htmx import see_other
from kiosk.kinds import Audience, Role, Verdict
from kiosk.limits import TokenBuckets

bp = Blueprint("tapping", __name__)


@bp.get("/")
@guards.public
def door() -> BaseResponse:
    """A paired tablet gets its screen, a signed-in person the day, everybody else the sign-in."""
    tablet = guards.current_tablet()
    if tablet is None:
        return see_other(url_for("counting.day" if current_user.is_authenticated else "signin.sign_in"))
    today, _ = local_day_and_hour(guards.now(), tablet.poster.timezone)
    screen = screens.show_screen(db.session(), tablet.screen_id, today)
    thanks = screens.find_thanks(db.session(), request.args.get("takk"))
    response = make_response(render_template("tapping/door.html", screen=screen, thanks=thanks, new_id=uuid4))
    # Only what says this of itself does the service worker keep.
    response.headers["X-Kiosk-Shell"] = current_app.extensions["assets"].version
    return response


@bp.get("/trykk")
@guards.for_role(Role.STAFF)
def staff() -> BaseResponse:
    """The staff screen of the centre, for a signed-in person: the same screen and queue as on a tablet."""
    centre = guards.current_centre()
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    screen = screens.show_audience_screen(db.session(), centre.id, Audience.STAFF, today)
    return make_response(render_template("tapping/door.html", screen=screen, thanks=None, new_id=uuid4))


@bp.post("/tap")
@guards.for_tapper
def tap() -> BaseResponse:
    """The form of a screen without JavaScript: the id was made when the page was."""
    try:
        one = wire.read_form(request.form, guards.now())
    except wire.MalformedBatch:
        return respond(400)
    _record([one])
    return see_other(url_for(_screen_endpoint(), takk=one.id, sprak=request.args.get("sprak")))


@bp.post("/api/taps")
@guards.for_tapper
def taps() -> Response:
    """A batch of the tablet's queue: a verdict per tap, and only after the commit."""
    try:
        batch = wire.read_batch(_read_json())
    except wire.MalformedBatch as error:
        return respond(422, str(error))
    pause = _buckets().take(guards.current_sender(), len(batch.taps))
    if pause:
        return respond(429, retry_after=math.ceil(pause))
    epoch, verdicts = _record(batch.taps)
    said = {str(id): verdict for id, verdict in verdicts.items()}
    answer = {"kiosk": wire.MAGIC, "now": _milliseconds(), "epoch": epoch, "verdicts": said}
    return Response(json.dumps(answer, separators=(",", ":")), mimetype="application/json")


@bp.post("/api/health")
@guards.for_tapper
def tell_health() -> Response:
    """A tablet's sign of life: what waits on it and since when. It is no tap and no activity of a person."""
    try:
        health = wire.read_health(_read_json())
    except wire.MalformedBatch as error:
        return respond(422, str(error))
    tablet = guards.current_tablet()
    if tablet is not None:
        with writing(db.session()):
            pairing.keep_health(db.session(), tablet.station_id, health, guards.now())
            db.session.commit()
    return jsonify(kiosk=wire.MAGIC, now=_milliseconds(), epoch=guards.current_standing().epoch)


def _record(taps: Sequence[Tap]) -> tuple[str | None, dict[UUID, Verdict]]:
    """The one transaction of a post. Returns the epoch with the verdicts."""
    session, now = db.session(), guards.now()
    groups = guards.group_by_poster(taps)
    standing = guards.current_standing()
    verdicts: dict[UUID, Verdict] = {}
    with writing(session):
        for poster, group in groups:
            verdicts |= tallying.record_taps(session, poster, group, now, clock_is_wrong=standing.clock_is_wrong)
        installing.keep_high_water(session, standing, now)
        session.commit()
    return standing.epoch, verdicts


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


def _milliseconds() -> int:
    return round(guards.now().timestamp() * 1000)


def _buckets() -> TokenBuckets:
    buckets: TokenBuckets = current_app.extensions["tap_buckets"]
    return buckets


def _screen_endpoint() -> str:
    return "tapping.door" if guards.current_tablet() else "tapping.staff"
