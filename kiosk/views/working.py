"""What the screens of volunteers and staff ask for beside taps: today's numbers, the newest taps, the food bags."""

from uuid import uuid4

from flask import Blueprint, Response, abort, jsonify, make_response, render_template, request
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards, posting
from kiosk.database import writing
from kiosk.domain import food, working
from kiosk.domain.wire import MAGIC
from kiosk.extensions import csrf, db
from kiosk.filters import words
from kiosk.htmx import is_fragment, see_other
from kiosk.showing import asked_for, screen_url

bp = Blueprint("working", __name__)


@bp.get("/api/counts")
@guards.for_worker
def counts() -> Response:
    """Today's numbers of the screen's buttons, each in its activity's smallest unit."""
    today = guards.current_day()
    screen = guards.current_screen(today)
    return jsonify(kiosk=MAGIC, day=today.isoformat(), counts=working.count_today(db.session(), screen, today))


@bp.get("/api/newest")
@guards.for_worker
def newest() -> Response:
    """The newest taps of the screen, to the minute, for the list that its own queue is laid beside."""
    taps = [
        {
            "id": str(one.id),
            "activity": one.button.activity,
            "word": words(one.button.labels),
            "count": one.count,
            "at": round(one.tapped_at.timestamp() * 1000),
            "isUndone": one.is_undone,
        }
        for one in _list_newest()
    ]
    return jsonify(kiosk=MAGIC, taps=taps)


@bp.get("/siste")
@guards.for_worker
def newest_taps() -> Response:
    """The same list as a page, for a browser without JavaScript."""
    timezone = posting.current_poster().timezone
    shown = {"taps": _list_newest(), "timezone": timezone, "new_id": uuid4, "asked": asked_for()}
    return make_response(render_template("working/newest.html", **shown))


@bp.get("/matdag")
@guards.for_worker
def food_day() -> Response:
    """How the food bags stand: packed, left, and what was tapped."""
    return _show_food(None)


@bp.post("/matdag")
@csrf.exempt
@guards.for_worker
def keep_food() -> BaseResponse:
    """What was packed or is left today, from the volunteers' screen: a number at a time, or both."""
    today, poster = guards.current_day(), posting.current_poster()
    error = None
    try:
        packed, left = (_read_bags(name) for name in ("packed", "left"))
        with writing(db.session()):
            food.keep_food(db.session(), poster.centre_id, today, packed, left)
            db.session.commit()
    except (food.BagsNotPossible, food.MoreLeftThanPacked) as refused:
        error = _words_of(refused)
    if error is None and not is_fragment():
        return see_other(screen_url())
    return _show_food(error)


def _show_food(error: str | None) -> Response:
    bags = food.find_food(db.session(), posting.current_poster().centre_id, guards.current_day())
    if bags is None:
        abort(404)
    template = "working/_food.html" if is_fragment() else "working/food.html"
    return make_response(render_template(template, food=bags, error=error, asked=asked_for()), 422 if error else 200)


def _words_of(refused: Exception) -> str:
    if isinstance(refused, food.MoreLeftThanPacked):
        return gettext("There cannot be more left than were packed.")
    return gettext("Write a whole number from 0 to %(most)s.", most=food.MOST_BAGS)


def _list_newest() -> list[working.NewestTap]:
    today = guards.current_day()
    return working.list_newest(db.session(), guards.current_screen(today), today)


def _read_bags(name: str) -> int | None:
    """A number of the form; None where it was left empty. Raises BagsNotPossible for what is none."""
    written = request.form.get(name, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdigit() and len(written) < 10):
        raise food.BagsNotPossible
    return int(written)
