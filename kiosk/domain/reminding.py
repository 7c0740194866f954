"""What is easily forgotten: days nobody has looked over, days that changed afterwards, and what is rarely counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.closings import differences, find_closings
from kiosk.domain.counting import count_days
from kiosk.domain.days import WEEK
from kiosk.domain.opening_days import find_open_days
from kiosk.domain.periods import Period
from kiosk.kinds import Input, Span
from kiosk.models import Activity, Button, Centre, DayClosing, Screen, TallyEvent

# Older days are a matter of the month, not of today.
REMINDED_DAYS = 28
CHANGED_DAYS = 14

# Counted on some day of these weeks, but on few: what one forgets to count.
RARE_WEEKS = 12
RARE_DAYS = 6
MOST_NUDGES = 5


@dataclass(frozen=True)
class Reminders:
    """Days before today that nobody has looked over, days that changed since, and what is easily forgotten."""

    open_days: list[date]
    changed_days: list[date]
    rare: Sequence[Activity]


def remind(session: Session, centre: Centre, today: date) -> Reminders:
    """All there is to be reminded of today."""
    recent = Period(today - timedelta(days=REMINDED_DAYS), today)
    closings = find_closings(session, centre.id, recent)
    return Reminders(
        _list_open_days(session, centre, today, closings.keys()),
        _list_changed_days(session, centre.id, closings, today - timedelta(days=CHANGED_DAYS)),
        list_rare(session, centre, today),
    )


def _list_open_days(session: Session, centre: Centre, today: date, approved: Collection[date]) -> list[date]:
    """The days before today that nobody has looked over, the earliest first.

    Those on which the centre is open, from the first day on which it counted, and others with a number.
    """
    of_centre = (TallyEvent.centre_id == centre.id, TallyEvent.span == Span.DAY)
    first = session.scalar(select(func.min(TallyEvent.day)).where(*of_centre))
    if first is None or first >= today:
        return []
    period = Period(max(first, today - timedelta(days=REMINDED_DAYS)), today - timedelta(days=1))
    unseen = [day for day in period.days() if day not in approved]
    counted = set(session.scalars(select(TallyEvent.day).where(*of_centre, TallyEvent.day.in_(unseen)).distinct()))
    open_days = find_open_days(session, centre, period)
    return [day for day in unseen if day in counted or day in open_days]


def _list_changed_days(
    session: Session, centre_id: int, closings: Mapping[date, DayClosing], since: date
) -> list[date]:
    """The days that have changed since they were approved, the earliest first."""
    days = sorted(day for day in closings if day >= since)
    keys = dict(session.execute(select(Activity.id, Activity.key)).all())
    now: dict[date, dict[str, int]] = {}
    for one in count_days(session, centre_id, days):
        now.setdefault(one.bucket.first, {})[keys[one.activity_id]] = one.count
    return [day for day in days if differences(closings[day].totals, now.get(day, {}))]


def list_rare(session: Session, centre: Centre, today: date) -> Sequence[Activity]:
    """On the last open day of the week: what is on a screen, is counted on few days, and not in this week."""
    week = Period.of_week(today)
    if today != max(find_open_days(session, centre, week), default=None):
        return []
    monday = week.first
    days = func.count(TallyEvent.day.distinct())
    rare = session.execute(
        select(TallyEvent.activity_id)
        .where(
            TallyEvent.centre_id == centre.id,
            TallyEvent.day.between(monday - WEEK * RARE_WEEKS, today),
            TallyEvent.span == Span.DAY,
        )
        .group_by(TallyEvent.activity_id)
        .having(days <= RARE_DAYS, func.max(TallyEvent.day) < monday)
        .order_by(days, TallyEvent.activity_id)
    )
    ids = [id for (id,) in rare]
    on_screen = (
        select(Button.activity_id)
        .join(Screen, Screen.id == Button.screen_id)
        .where(Screen.centre_id == centre.id, Button.activity_id.in_(ids))
    )
    offered = select(Activity).where(
        Activity.id.in_(on_screen), Activity.input == Input.TAP, Activity.retired_at.is_(None)
    )
    found = {one.id: one for one in session.scalars(offered)} if ids else {}
    return [found[id] for id in ids if id in found][:MOST_NUDGES]
