"""What is easily forgotten: days nobody has looked over, days that changed afterwards, and what is rarely counted."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Select, bindparam, func, select
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


def _select_rare() -> Select[str, dict[str, str]]:
    days = (
        select(TallyEvent.activity_id, TallyEvent.day)
        .where(
            TallyEvent.centre_id == bindparam("centre_id"),
            TallyEvent.day.between(bindparam("first"), bindparam("last")),
            TallyEvent.span == Span.DAY,
        )
        .group_by(TallyEvent.activity_id, TallyEvent.day)
        .having(func.sum(TallyEvent.count) > 0)
        .subquery()
    )
    rare = (
        select(days.c.activity_id, func.count().label("days"))
        .group_by(days.c.activity_id)
        .having(func.count() <= RARE_DAYS, func.max(days.c.day) < bindparam("monday"))
        .subquery()
    )
    on_screen = (
        select(Button.activity_id)
        .join(Screen, Screen.id == Button.screen_id)
        .where(Screen.centre_id == bindparam("centre_id"))
    )
    return (
        select(Activity.key, Activity.labels)
        .join(rare, rare.c.activity_id == Activity.id)
        .where(Activity.input == Input.TAP, Activity.retired_at.is_(None), Activity.id.in_(on_screen))
        .order_by(rare.c.days, Activity.id)
        .limit(MOST_NUDGES)
    )


_RARE = Prepared(_select_rare())


@dataclass(frozen=True)
class Rare:
    """An activity that is counted on few days; `labels` per language."""

    key: str
    labels: dict[str, str]


@dataclass(frozen=True)
class Reminders:
    """Days before today that nobody has looked over, days that changed since, and what is easily forgotten."""

    open_days: list[date]
    changed_days: list[date]
    rare: list[Rare]


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


def list_rare(session: Session, centre: Centre, today: date) -> list[Rare]:
    """On the last open day of the week: what is on a screen, is counted on few days, and not in this week.

    A day whose taps were all taken back is no day on which it was counted.
    """
    week = Period.of_week(today)
    if today != max(find_open_days(session, centre, week), default=None):
        return []
    monday = week.first
    found = _RARE.rows(session, centre_id=centre.id, first=monday - WEEK * RARE_WEEKS, monday=monday, last=today)
    return [Rare(*row) for row in found]
