"""A missed week is entered afterwards: numbers set by a person, stored as differences."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain.auditing import audit
from kiosk.domain.closings import find_looked_over
from kiosk.domain.counting import count_by, list_activities
from kiosk.domain.opening_days import States, find_states
from kiosk.domain.operations import do_once
from kiosk.domain.periods import Period
from kiosk.domain.reporting import add_difference, lock_figures, refuse_less_than_parts
from kiosk.kinds import Bucket, Input, Quality, Span
from kiosk.models import Activity, Centre

# (key of an activity, day): the count there, in the activity's smallest unit; no key where there is none.
WeekCounts = dict[tuple[str, date], int]


@dataclass(frozen=True)
class WeekSheet:
    """What may be entered for a week: the activities, how each day stands, and the counts to begin with.

    Only days that are in `open_to_entry` take numbers.
    """

    period: Period
    activities: list[Activity]
    states: States
    counts: WeekCounts
    open_to_entry: set[date]


@dataclass(frozen=True)
class SetNumber:
    """A person says what an activity came to on a day, having seen `shown` there (None: no number)."""

    activity: str
    day: date
    number: int
    shown: int | None


@dataclass(frozen=True)
class ChangedCount:
    """A count that is not what the person saw."""

    activity: str
    day: date
    shown: int | None
    now: int | None


@dataclass(frozen=True)
class Entry:
    """Who sends a form, which one, and when; `today` is the centre's."""

    op_id: UUID
    user_id: int
    now: datetime
    today: date


class CountsChanged(Exception):
    """Somebody counted or entered meanwhile; `changes` has both numbers of each cell that was to be set."""

    def __init__(self, changes: list[ChangedCount]) -> None:
        super().__init__(f"{len(changes)} counts changed")
        self.changes = changes


class DayTakesNoEntry(Exception):
    """The day is approved or closed by somebody, or still to come; `day` says which."""

    def __init__(self, day: date) -> None:
        super().__init__(day)
        self.day = day


def week_sheet(session: Session, centre: Centre, year: int, week: int, today: date) -> WeekSheet:
    """The ISO week as it stands. Raises ValueError for a week that no calendar has."""
    period = Period.of_week(date.fromisocalendar(year, week, 1))
    activities = [
        one for one in list_activities(session, centre.id) if one.input is Input.TAP and one.retired_at is None
    ]
    looked_over = find_looked_over(session, centre.id, period)
    keys = {one.id: one.key for one in activities}
    counts = count_by(session, [centre.id], period, Bucket.DAY, keys)
    return WeekSheet(
        period=period,
        activities=activities,
        states=find_states(session, centre, period, today),
        counts={(keys[one.activity_id], one.bucket.first): one.count for one in counts},
        open_to_entry={day for day in period.days() if day <= today and day not in looked_over},
    )


def enter_week(session: Session, centre: Centre, week: Period, numbers: Sequence[SetNumber], entry: Entry) -> int:
    """Make each count be the number set for it: an ENTRY with the difference, marked as backdated.

    Returns how many were stored: none for a form that was sent before, and none for a 0 where there is no number,
    which only an approved day can say. Must run in a transaction that writes. Raises CountsChanged, DayTakesNoEntry,
    CountWouldBeNegative or LessThanParts; then nothing is stored. All numbers must be of activities of the
    week's sheet.
    """
    if not do_once(session, entry.op_id, entry.now):
        return 0
    lock_figures(session, centre.id)
    year, number, _ = week.first.isocalendar()
    sheet = week_sheet(session, centre, year, number, entry.today)
    _refuse(sheet, numbers)
    stored = _store(session, centre, sheet, numbers, entry)
    if stored:
        old = {f"{one.activity} {one.day}": one.shown for one in stored}
        new = {f"{one.activity} {one.day}": one.number for one in stored}
        object = f"{year}-W{number:02d}"
        audit(session, "week.enter", object, old, new, centre_id=centre.id, user_id=entry.user_id, now=entry.now)
    return len(stored)


def _store(
    session: Session, centre: Centre, sheet: WeekSheet, numbers: Collection[SetNumber], entry: Entry
) -> list[SetNumber]:
    """Store how far each number is from the count that was shown; returns those that are not that count."""
    activities = {one.key: one for one in sheet.activities}
    moved: defaultdict[tuple[int, date], int] = defaultdict(int)
    stored = []
    # Parts first: the count of a whole follows them, and only what is above it is stored.
    for one in sorted(numbers, key=lambda one: activities[one.activity].part_of_id is None):
        activity = activities[one.activity]
        difference = one.number - (one.shown or 0) - moved[activity.id, one.day]
        if difference == 0:
            continue
        add_difference(
            session,
            centre_id=centre.id,
            activity_id=activity.id,
            span=Span.DAY,
            day=one.day,
            difference=difference,
            quality=Quality.BACKDATED,
            user_id=entry.user_id,
            now=entry.now,
        )
        if activity.part_of_id is not None:
            moved[activity.part_of_id, one.day] += difference
        stored.append(one)
    every = list_activities(session, centre.id)
    for one in stored:
        refuse_less_than_parts(session, centre.id, one.day, activities[one.activity], every)
    return stored


def _refuse(sheet: WeekSheet, numbers: Collection[SetNumber]) -> None:
    """Raises for what cannot be set as the week stands now."""
    for one in numbers:
        if one.day not in sheet.open_to_entry:
            raise DayTakesNoEntry(one.day)
    changes = [
        ChangedCount(one.activity, one.day, one.shown, now)
        for one in numbers
        if (now := sheet.counts.get((one.activity, one.day))) != one.shown
    ]
    if changes:
        raise CountsChanged(changes)
