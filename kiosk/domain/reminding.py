"""What is easily forgotten: days nobody has looked over, days that changed afterwards, and what is rarely counted."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.closings import differences, find_approved_totals
from kiosk.domain.counting import count_days
from kiosk.domain.days import WEEK
from kiosk.domain.opening_days import find_counted_days, find_first_day, find_open_days
from kiosk.domain.periods import Period
from kiosk.kinds import Input, Span
from kiosk.models import Activity, Button, Centre, Screen, TallyEvent
from kiosk.models.prepared import Prepared

# Older days are a matter of the month, not of today.
REMINDED_DAYS = 28
CHANGED_DAYS = 14

# Counted on some day of these weeks, but on few: what one forgets to count.
RARE_WEEKS = 12
RARE_DAYS = 6
MOST_NUDGES = 5


_KEYS = Prepared(select(Activity.id, Activity.key))


@dataclass(frozen=True)
class Reminders:
    """Days before today that nobody has looked over, days that changed since, and what is easily forgotten."""

    open_days: list[date]
    changed_days: list[date]
    rare: Sequence[Activity]


def remind(session: Session, centre: Centre, today: date) -> Reminders:
    """All there is to be reminded of today."""
    recent = Period(today - timedelta(days=REMINDED_DAYS), today)
    approved = find_approved_totals(session, centre.id, recent)
    return Reminders(
        _list_open_days(session, centre, today, approved.keys()),
        _list_changed_days(session, centre.id, approved, today - timedelta(days=CHANGED_DAYS)),
        list_rare(session, centre, today),
    )


def _list_open_days(session: Session, centre: Centre, today: date, approved: Collection[date]) -> list[date]:
    """The days before today that nobody has looked over, the earliest first.

    Those on which the centre is open, from the first day on which it counted, and others with a number.
    """
    first = find_first_day(session, centre.id)
    if first is None or first >= today:
        return []
    period = Period(max(first, today - timedelta(days=REMINDED_DAYS)), today - timedelta(days=1))
    expected = find_open_days(session, centre, period) | find_counted_days(session, centre.id, period)
    return sorted(expected.difference(approved))


def _list_changed_days(
    session: Session, centre_id: int, approved: Mapping[date, Mapping[str, int]], since: date
) -> list[date]:
    """The days that have changed since they were approved, the earliest first."""
    days = sorted(day for day in approved if day >= since)
    if not days:
        return []
    keys = dict(_KEYS.rows(session))
    now: dict[date, dict[str, int]] = {}
    for one in count_days(session, centre_id, days):
        now.setdefault(one.bucket.first, {})[keys[one.activity_id]] = one.count
    return [day for day in days if differences(approved[day], now.get(day, {}))]


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
