"""The tablet: its screen, and the taps that come from it, as a form or as JSON."""

from uuid import uuid4

from flask import Blueprint, Response, jsonify, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import installing, screens, tallying, wire
from kiosk.domain.periods import local_day_and_hour
from kiosk.errors import respond
from kiosk.extensions import db
from kiosk.htmx import see_other

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
    return make_response(render_template("tapping/door.html", screen=screen, thanks=thanks, new_id=uuid4))


@bp.post("/tap")
@guards.for_station
def tap() -> BaseResponse:
    """The form of a tablet without JavaScript: the id was made when the page was."""
    guards.refuse_foreign_origin()
    poster = guards.current_poster()
    try:
        one = wire.read_form(request.form, guards.now())
    except wire.MalformedBatch:
        return respond(400)
    with writing(db.session()):
        tallying.record_taps(db.session(), poster, [one], guards.now())
        db.session.commit()
    return see_other(url_for("tapping.door", takk=one.id, sprak=request.args.get("sprak")))


@bp.post("/api/taps")
@guards.for_tapper
def taps() -> Response:
    """A batch of the tablet's queue: a verdict per tap, and only after the commit."""
    guards.refuse_foreign_origin()
    if request.headers.get("X-Kiosk") != "1":
        return respond(400, "X-Kiosk is missing")
    try:
        batch = wire.read_batch(request.get_json())
    except (wire.MalformedBatch, HTTPException) as error:
        return respond(422 if isinstance(error, wire.MalformedBatch) else error.code or 400, str(error))
    now = guards.now()
    with writing(db.session()):
        verdicts = tallying.record_taps(db.session(), guards.current_poster(), batch.taps, now)
        epoch = installing.find_epoch(db.session())
        db.session.commit()
    return jsonify(
        kiosk=wire.MAGIC,
        now=int(now.timestamp() * 1000),
        epoch=epoch,
        verdicts={str(id): verdict for id, verdict in verdicts.items()},
    )
