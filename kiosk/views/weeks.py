"""A missed week, entered afterwards."""

from collections.abc import Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, render_template
from flask_babel import format_date, gettext
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import weeks
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.reporting import CountWouldBeNegative, LessThanParts
from kiosk.domain.weeks import ChangedCount, Entry, SetNumber, WeekSheet
from kiosk.extensions import db
from kiosk.filters import number, words
from kiosk.forms.staff import StaffForm
from kiosk.forms.weeks import make_week_form
from kiosk.htmx import see_other
from kiosk.kinds import Role
from kiosk.links import month_link
from kiosk.models import Centre

bp = Blueprint("weeks", __name__)

FIRST_YEAR, LAST_YEAR = 1990, 2100


@bp.get("/uke/<int:year>/<int:week>")
@guards.for_role(Role.STAFF)
def week(year: int, week: int) -> Response:
    centre, sheet = _sheet(year, week)
    return _show(centre, sheet, _form(sheet))


@bp.post("/uke/<int:year>/<int:week>")
@guards.for_role(Role.STAFF)
def enter_week(year: int, week: int) -> BaseResponse:
    centre, sheet = _sheet(year, week)
    form = _form(sheet)
    if not form.validate_on_submit():
        return _show(centre, sheet, form, status=422)
    numbers = _numbers(sheet, form)
    try:
        with writing(db.session()):
            entered = weeks.enter_week(db.session(), centre, sheet.period, numbers, _entry(centre, form))
            db.session.commit()
    except weeks.CountsChanged as error:
        return _show(centre, _sheet(year, week)[1], form, status=409, changes=error.changes)
    except (weeks.DayTakesNoEntry, CountWouldBeNegative, LessThanParts) as error:
        form.form_errors.append(_words(error))
        return _show(centre, _sheet(year, week)[1], form, status=422)
    zeros = sum(one.number == 0 and not one.shown for one in numbers)
    return see_other(_month_with_week(centre, sheet, entered, zeros))


def _sheet(year: int, week: int) -> tuple[Centre, WeekSheet]:
    centre = guards.current_centre()
    if not FIRST_YEAR <= year <= LAST_YEAR:
        abort(404)
    try:
        return centre, weeks.week_sheet(db.session(), centre, year, week, _today(centre))
    except ValueError:
        abort(404)


def _form(sheet: WeekSheet) -> StaffForm:
    """A field for every cell, also of days that take no number: what was written in time must not be lost."""
    decimals = {one.key: one.decimals for one in sheet.activities}
    return make_week_form({_name(key, day): decimals[key] for key, day in _cells(sheet)})


def _cells(sheet: WeekSheet) -> list[tuple[str, date]]:
    return [(one.key, day) for one in sheet.activities for day in sheet.period.days()]


def _numbers(sheet: WeekSheet, form: StaffForm) -> list[SetNumber]:
    fields = [(key, day, form[_name(key, day)]) for key, day in _cells(sheet)]
    return [SetNumber(key, day, field.data, field.shown) for key, day, field in fields if field.data is not None]


def _entry(centre: Centre, form: StaffForm) -> Entry:
    person = guards.current_person()
    if person is None or form.op_id.data is None:
        abort(401)
    return Entry(form.op_id.data, person.user_id, guards.now(), _today(centre))


def _show(
    centre: Centre, sheet: WeekSheet, form: StaffForm, *, status: int = 200, changes: Sequence[ChangedCount] = ()
) -> Response:
    # A form that was refused for what stands in it is sent again against the counts that were shown with it.
    was_shown = {(key, day): form[_name(key, day)].shown for key, day in _cells(sheet)}
    page = render_template(
        "counting/week.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        senter=guards.slug_in_links(centre),
        sheet=sheet,
        form=form,
        name=_name,
        shown=was_shown if status == 422 else sheet.counts,
        changes=changes,
        activities={one.key: one for one in sheet.activities},
    )
    return make_response(page, status)


def _name(key: str, day: date) -> str:
    return f"{key}.{day.isoformat()}"


def _words(error: Exception) -> str:
    if isinstance(error, weeks.DayTakesNoEntry):
        return gettext(
            "%(day)s was looked over in the meantime, or is still to come. Numbers of that day are put right there.",
            day=format_date(error.day, "EEEE d. MMMM").capitalize(),
        )
    if isinstance(error, LessThanParts):
        activity, decimals = error.activity, error.activity.decimals
        return gettext(
            "%(activity)s cannot be less than its parts together: %(least)s.",
            activity=words(activity.labels),
            least=number(error.least, decimals),
        )
    return gettext("A month, a year or a whole would get a count under zero. Set its own number first.")


def _month_with_week(centre: Centre, sheet: WeekSheet, entered: int, zeros: int) -> str:
    """The month that holds most of the week, saying what was done."""
    thursday = sheet.period.first + timedelta(days=3)
    said = urlencode({"entered": entered, "zeros": zeros})
    link = month_link(thursday.year, thursday.month, guards.slug_in_links(centre))
    return f"{link}{'&' if '?' in link else '?'}{said}"


def _today(centre: Centre) -> date:
    return local_day_and_hour(guards.now(), centre.timezone)[0]
