"""What was counted: the day and the year."""

from flask import Blueprint, Response, abort, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import installing, pairing, settling, tables
from kiosk.domain.periods import local_day_and_hour
from kiosk.extensions import db
from kiosk.htmx import render, see_other
from kiosk.kinds import Role

bp = Blueprint("counting", __name__)

FIRST_YEAR, LAST_YEAR = 1990, 2100


@bp.get("/i-dag")
@guards.for_role(Role.READER)
def day() -> Response:
    centre = guards.current_centre()
    today, _ = local_day_and_hour(guards.now(), centre.timezone)
    return render(
        "counting/day.html",
        "counting/_day.html",
        centre=centre,
        today=today,
        rows=tables.day_table(db.session(), centre, today),
        tablets=pairing.list_health(db.session(), centre.id, guards.now()),
        held=len(settling.list_held(db.session(), centre.id)),
        clock_is_wrong=installing.look(db.session(), guards.now()).clock_is_wrong,
        centres=guards.centres_to_choose(),
    )


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
