"""What was counted: the day and the year."""

import hashlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import Blueprint, Response, abort, current_app, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import days, food, opening_days, pairing, reminding, settling, tables
from kiosk.domain.pairing import TabletHealth
from kiosk.domain.periods import Period, local_day_and_hour
from kiosk.extensions import db
from kiosk.htmx import is_fragment, render, see_other
from kiosk.kinds import Role

bp = Blueprint("counting", __name__)

FIRST_YEAR, LAST_YEAR = 1990, 2100

# A tablet tells how it is twice a minute.
HERE_FOR = timedelta(minutes=2)


@bp.get("/i-dag")
@guards.for_role(Role.READER)
def day() -> Response:
    # Four times a minute from each browser, and mostly nothing has changed: until then the centre is not read.
    centre_id, timezone = guards.current_place()
    today, _ = local_day_and_hour(guards.now(), timezone)
    looks = _looks(centre_id, today)
    etag = _etag_of_day(centre_id, today, looks)
    if is_fragment() and etag in request.if_none_match:
        return Response(status=304)
    centre = guards.current_centre()
    response = render(
        "counting/day.html",
        "counting/_day.html",
        centre=centre,
        today=today,
        is_open_day=bool(opening_days.find_open_days(db.session(), centre, Period.of_day(today))),
        etag=etag,
        rows=days.day_table(db.session(), centre, today),
        reminders=reminding.remind(db.session(), centre, today),
        centres=guards.centres_to_choose(),
        **looks,
    )
    if is_fragment():
        response.set_etag(etag)
    return response


def _looks(centre_id: int, today: date) -> dict[str, Any]:
    """What may need a look: cheaply had, and part of what the fragment is known by."""
    return {
        "tablets": pairing.list_health(db.session(), centre_id, guards.now()),
        "food": food.suggest_food_correction(db.session(), centre_id, today),
        "held": settling.count_held(db.session(), centre_id),
        "clock_is_wrong": guards.current_standing().clock_is_wrong,
        # Whoever was heard of later is here now, and has no time that would change with each heartbeat.
        "here_since": guards.now() - HERE_FOR,
    }


def _etag_of_day(centre_id: int, today: date, looks: dict[str, Any]) -> str:
    """Another whenever the fragment would be another, from what costs little to know."""
    tablets = [(replace(one, last_seen_at=None), _seen(one, looks["here_since"])) for one in looks["tablets"]]
    person = guards.current_person()
    facts = (
        days.state_of_numbers(db.session(), centre_id, today),
        (today, centre_id, tablets, looks["food"], looks["held"], looks["clock_is_wrong"]),
        (person and person.role, request.query_string, current_app.extensions["assets"].version),
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=16).hexdigest()


def _seen(tablet: TabletHealth, here_since: datetime) -> str:
    """As exactly as the page says when a tablet was last seen."""
    if tablet.last_seen_at is not None and tablet.last_seen_at > here_since:
        return "now"
    return f"{tablet.last_seen_at:%Y-%m-%d %H:%M}" if tablet.last_seen_at else "never"


@bp.get("/aar")
@guards.for_role(Role.READER)
def this_year() -> BaseResponse:
    centre = guards.current_centre()
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    return see_other(url_for("counting.year", year=today.year, senter=request.args.get("senter")))


@bp.get("/aar/<int:year>")
@guards.for_role(Role.READER)
def year(year: int) -> Response:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    centre = guards.current_centre()
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    table = tables.year_table(db.session(), centre, year, today)
    centres = guards.centres_to_choose()
    return render("counting/year.html", "counting/_year.html", centre=centre, table=table, centres=centres)
