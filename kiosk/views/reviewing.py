"""A day looked over: approved, put right, opened again."""

from datetime import date

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import closings, counting, day_review, days, food, operations, reviewing
from kiosk.domain.reporting import CountWouldBeNegative, LessThanParts
from kiosk.domain.reviewing import CountHasChanged, Refusal, Reviewer, Wanted
from kiosk.extensions import db
from kiosk.filters import words
from kiosk.forms.reviewing import BurstForm, CloseForm, CorrectForm, ReopenForm, correct_form
from kiosk.forms.staff import StaffForm
from kiosk.htmx import see_other
from kiosk.kinds import Input, Reason, Role
from kiosk.sentences import labels

bp = Blueprint("reviewing", __name__)

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


@bp.get("/dag/<iso>")
@guards.for_role(Role.READER)
def day(iso: str) -> Response:
    return _day_page(_day(iso))


@bp.post("/dag/<iso>/lukk")
@guards.for_role(Role.STAFF)
def close(iso: str) -> BaseResponse:
    day, form, by = _day(iso), CloseForm(), _reviewer()
    if not form.validate_on_submit():
        return _day_page(day, close_form=form, status=422)
    clock_is_wrong = guards.current_standing().clock_is_wrong
    shown, was_open = form.shown.data or {}, form.was_open.data == "yes"
    try:
        with writing(db.session()):
            if _is_first(form):
                reviewing.close_day(
                    db.session(),
                    by,
                    day,
                    was_open=was_open,
                    shown=shown,
                    sentence=form.sentence.data,
                    clock_is_wrong=clock_is_wrong,
                )
            db.session.commit()
    except Refusal as refusal:
        return _day_page(day, refusal=refusal, close_form=form, status=409)
    return see_other(_url(day))


@bp.post("/dag/<iso>/gjenapne")
@guards.for_role(Role.LEADER)
def reopen(iso: str) -> BaseResponse:
    day, form, by = _day(iso), ReopenForm(), _reviewer()
    if not form.validate_on_submit():
        return _day_page(day, reopen_form=form, status=422)
    try:
        with writing(db.session()):
            if _is_first(form):
                reviewing.reopen_day(db.session(), by, day, Reason(form.reason.data))
            db.session.commit()
    except Refusal as refusal:
        return _day_page(day, refusal=refusal, status=409)
    return see_other(_url(day))


@bp.post("/dag/<iso>/serie")
@guards.for_role(Role.STAFF)
def undo_burst(iso: str) -> BaseResponse:
    day, form, by = _day(iso), BurstForm(), _reviewer()
    first, taps = form.first.data, form.taps.data
    if not form.validate_on_submit() or first is None:
        return _day_page(day, refusal=reviewing.BurstIsGone(), status=422)
    try:
        with writing(db.session()):
            if _is_first(form):
                reviewing.undo_burst(db.session(), by, day, first, taps)
            db.session.commit()
    except (Refusal, CountWouldBeNegative) as refusal:
        return _day_page(day, refusal=refusal, status=409)
    return see_other(_url(day))


@bp.get("/dag/<iso>/rett")
@guards.for_role(Role.STAFF)
def correction(iso: str) -> BaseResponse:
    day, centre = _day(iso), guards.current_centre()
    if closings.find_closing(db.session(), centre.id, day) is not None:
        return see_other(_url(day))
    return _correct_page(day, _correct_form(day))


@bp.post("/dag/<iso>/rett")
@guards.for_role(Role.STAFF)
def correct(iso: str) -> BaseResponse:
    day, by = _day(iso), _reviewer()
    form = _correct_form(day)
    if not form.validate_on_submit():
        return _correct_page(day, form, status=422)
    wanted = {key: Wanted(form.number(key).data, form.shown(key).data) for key in form.keys}
    try:
        with writing(db.session()):
            if _is_first(form):
                reviewing.correct_day(db.session(), by, day, wanted, Reason(form.reason.data))
            db.session.commit()
    except (Refusal, CountWouldBeNegative, LessThanParts) as refusal:
        return _correct_page(day, form, refusal=refusal, status=409)
    return see_other(_url(day))


def _day(iso: str) -> date:
    """The day of an address; 404 for what is none."""
    try:
        day = date.fromisoformat(iso)
    except ValueError:
        abort(404)
    if not FIRST_DAY <= day <= LAST_DAY or day.isoformat() != iso:
        abort(404)
    return day


def _url(day: date) -> str:
    return url_for("reviewing.day", iso=day.isoformat(), senter=request.args.get("senter"))


def _reviewer() -> Reviewer:
    person = guards.current_person()
    return Reviewer(guards.current_centre(), person.user_id if person else None, guards.now())


def _is_first(form: StaffForm) -> bool:
    """Whether what the form asks for is still to be done."""
    return form.op_id.data is not None and operations.do_once(db.session(), form.op_id.data, guards.now())


def _day_page(
    day: date,
    *,
    refusal: Exception | None = None,
    close_form: CloseForm | None = None,
    reopen_form: ReopenForm | None = None,
    status: int = 200,
) -> Response:
    """The day as it is now, with what was refused. The numbers it shows are those that the next press approves."""
    centre = guards.current_centre()
    review = day_review.review_day(db.session(), centre, day, guards.now())
    close_form = close_form or CloseForm(formdata=None, data={"sentence": review.closing and review.closing.sentence})
    saw = close_form.shown.data or {} if isinstance(refusal, CountHasChanged) else {}
    close_form.shown.data = review.totals
    page = render_template(
        "reviewing/day.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        review=review,
        saw=saw,
        refusal=refusal,
        activities=review.activities,
        labels=labels(review.activities.values()),
        clock_is_wrong=guards.current_standing().clock_is_wrong,
        form=StaffForm(formdata=None),
        close_form=close_form,
        reopen_form=reopen_form or ReopenForm(formdata=None),
    )
    return make_response(page, status)


def _correct_form(day: date) -> CorrectForm:
    """With the numbers as they are now, unless others come with the request."""
    centre = guards.current_centre()
    rows = days.day_table(db.session(), centre, day)
    mended = [row for row in rows if row.activity.input is not Input.SUM]
    return correct_form(
        [(row.activity.key, words(row.activity.labels), row.activity.decimals) for row in mended],
        {row.activity.key: row.count for row in mended},
    )


def _correct_page(day: date, form: CorrectForm, refusal: Exception | None = None, status: int = 200) -> Response:
    centre = guards.current_centre()
    activities = counting.list_activities(db.session(), centre.id)
    conflicts = form.take_over(refusal.now) if isinstance(refusal, CountHasChanged) else {}
    page = render_template(
        "reviewing/correct.html",
        centre=centre,
        centres=guards.centres_to_choose(),
        day=day,
        form=form,
        refusal=refusal,
        conflicts=conflicts,
        food=food.suggest_food_correction(db.session(), centre.id, day),
        activities={one.key: one for one in activities},
        sums={one.id: one for one in activities if one.input is Input.SUM},
    )
    return make_response(page, status)
