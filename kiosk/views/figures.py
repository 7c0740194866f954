"""The month, all centres, and every figure opened down to its events."""

from datetime import date

from flask import Blueprint, Response, abort, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.domain import all_centres, figures, months
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.setup import DEFAULT_TIMEZONE
from kiosk.extensions import db
from kiosk.htmx import render, see_other
from kiosk.kinds import Role
from kiosk.links import month_link
from kiosk.models import Activity, Centre

bp = Blueprint("figures", __name__)

FIRST_YEAR, LAST_YEAR = 1990, 2100


@bp.get("/maaned")
@guards.for_role(Role.READER)
def this_month() -> BaseResponse:
    centre = guards.current_centre()
    today = _today(centre.timezone)
    return see_other(month_link(today.year, today.month, guards.slug_in_links(centre)))


@bp.get("/maaned/<int:year>/<int:month>")
@guards.for_role(Role.READER)
def month(year: int, month: int) -> Response:
    _refuse_impossible(year, month)
    centre = guards.current_centre()
    today = _today(centre.timezone)
    return render(
        "counting/month.html",
        "counting/_month.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        senter=guards.slug_in_links(centre),
        today=today,
        table=months.month_table(db.session(), centre, year, month, today),
    )


@bp.get("/tall/<key>/<int:year>")
@guards.for_role(Role.READER)
def of_year(key: str, year: int) -> Response:
    _refuse_impossible(year)
    centre, activity = _activity(key)
    figure = figures.year_figure(db.session(), centre, activity, year, _today(centre.timezone))
    return _show("counting/figure_year.html", "counting/_figure_year.html", centre, figure)


@bp.get("/tall/<key>/<int:year>/<int:month>")
@guards.for_role(Role.READER)
def of_month(key: str, year: int, month: int) -> Response:
    _refuse_impossible(year, month)
    centre, activity = _activity(key)
    figure = figures.month_figure(db.session(), centre, activity, year, month, _today(centre.timezone))
    return _show("counting/figure_month.html", "counting/_figure_month.html", centre, figure)


@bp.get("/tall/<key>/<day>")
@guards.for_role(Role.READER)
def of_day(key: str, day: str) -> Response:
    try:
        local_day = date.fromisoformat(day)
    except ValueError:
        abort(404)
    _refuse_impossible(local_day.year)
    centre, activity = _activity(key)
    figure = figures.day_figure(db.session(), centre, activity, local_day, _today(centre.timezone))
    return _show("counting/figure_day.html", "counting/_figure_day.html", centre, figure)


@bp.get("/alle-sentre")
@guards.for_all_centres(Role.READER)
def all_this_year() -> BaseResponse:
    return see_other(url_for("figures.all_centres_year", year=_today(DEFAULT_TIMEZONE).year))


@bp.get("/alle-sentre/<int:year>")
@guards.for_all_centres(Role.READER)
def all_centres_year(year: int) -> Response:
    _refuse_impossible(year)
    table = all_centres.all_centres_table(db.session(), year, _today(DEFAULT_TIMEZONE))
    return render(
        "counting/all_centres.html",
        "counting/_all_centres.html",
        all_centres=table,
        table=table.table,
        centres=guards.centres_to_choose(),
    )


def _show(page: str, fragment: str, centre: Centre, figure: figures.Figure) -> Response:
    person = guards.current_person()
    return render(
        page,
        fragment,
        centre=centre,
        centres=guards.centres_to_choose(),
        senter=guards.slug_in_links(centre),
        figure=figure,
        today=_today(centre.timezone),
        # A reader has no need to know the minute.
        shows_minutes=person is not None and person.role.includes(Role.STAFF),
    )


def _activity(key: str) -> tuple[Centre, Activity]:
    centre = guards.current_centre()
    try:
        return centre, figures.find_activity(db.session(), centre.id, key)
    except figures.ActivityNotFound:
        abort(404)


def _today(timezone: str) -> date:
    return local_day_and_hour(guards.now(), timezone)[0]


def _refuse_impossible(year: int, month: int = 1) -> None:
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        abort(404)
