"""Etterregistrering: what was forgotten on its day, entered later by a person who signed in."""

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, make_response, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import backdating
from kiosk.domain.backdating import Forgotten
from kiosk.extensions import db
from kiosk.filters import words
from kiosk.forms.backdating import BackdateForm
from kiosk.htmx import see_other
from kiosk.kinds import Role
from kiosk.models import Activity, Centre

bp = Blueprint("backdating", __name__)


@bp.get("/etterregistrer")
@guards.for_role(Role.STAFF)
def backdate() -> Response:
    """The form; after one was sent, with what its day came to, and ready for the next of the same day."""
    centre = guards.current_centre()
    day = _day(request.args.get("dag"))
    form = BackdateForm(formdata=None, day=day or guards.current_day())
    return _show(centre, form, done=(request.args.get("aktivitet"), day))


@bp.post("/etterregistrer")
@guards.for_role(Role.STAFF)
def enter() -> Response:
    centre, person, form = guards.current_centre(), guards.current_person(), BackdateForm()
    if not form.validate_on_submit() or person is None or form.op_id.data is None:
        return _show(centre, form, status=422)
    hour = int(form.hour.data) if form.hour.data else None
    forgotten = Forgotten(form.activity.data, form.day.data, hour, form.number.data)
    try:
        with writing(db.session()):
            backdating.backdate(
                db.session(), centre, forgotten, op_id=form.op_id.data, user_id=person.user_id, now=guards.now()
            )
            db.session.commit()
    except backdating.Refused as refused:
        _explain(form, refused)
        return _show(centre, form, status=422)
    return see_other(
        url_for(
            "backdating.backdate",
            senter=request.args.get("senter"),
            dag=forgotten.day.isoformat(),
            aktivitet=forgotten.activity,
        )
    )


def _explain(form: BackdateForm, refused: backdating.Refused) -> None:
    """Say at the field it is about what cannot be counted."""
    match refused:
        case backdating.ActivityNotFound():
            form.activity.errors = [gettext("This activity is no longer counted. Choose another.")]
        case backdating.NumberNotValid():
            form.number.errors = [gettext("Write a number above 0, such as 3; hours with a decimal, such as 1,5.")]
        case backdating.DayInFuture():
            form.day.errors = [gettext("That has not been yet. Choose a day and a time that are past.")]
        case _:
            form.day.errors = [gettext("That is more than 400 days ago. Nothing so old can be entered here.")]


def _show(
    centre: Centre, form: BackdateForm, *, status: int = 200, done: tuple[str | None, date | None] = (None, None)
) -> Response:
    activities = backdating.list_tapped(db.session(), centre.id)
    form.offer((one.key, words(one.labels)) for one in activities)
    form.day.render_kw = {"max": guards.current_day().isoformat()}
    shown: dict[str, object] = {"centre": centre, "form": form}
    entered = _entered(activities, *done)
    if entered is not None:
        activity, day = entered
        count = backdating.count_day(db.session(), centre.id, activity.id, day)
        shown |= {"activity": activity, "day": day, "count": count}
    return make_response(render_template("backdating/backdate.html", **shown), status)


def _entered(activities: Sequence[Activity], key: str | None, day: date | None) -> tuple[Activity, date] | None:
    """What the address says was entered, where it makes sense."""
    activity = next((one for one in activities if one.key == key), None)
    return None if activity is None or day is None else (activity, day)


def _day(written: str | None) -> date | None:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        return None
