"""A day is looked over: put right, approved, opened again.

Everything here names the numbers that the person saw, and refuses when they are no longer so. All must run
in a transaction that writes.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from kiosk.domain.auditing import audit
from kiosk.domain.closings import differences, find_closing
from kiosk.domain.counting import list_activities
from kiosk.domain.days import count_totals
from kiosk.domain.exact import find_burst
from kiosk.domain.ledger import Standing, add_events, find_events, serialise, taken_back, tap_row
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.reporting import (
    CountWouldBeNegative,
    add_difference,
    lock_figures,
    refuse_less_than_parts,
    would_be_negative,
)
from kiosk.domain.tidying import coarsen_day
from kiosk.kinds import EventKind, Input, Quality, Reason, Span, TimeQuality
from kiosk.models import Activity, Centre, DayClosing


class Refusal(Exception):
    """The fact that stopped us; nothing was changed."""


class DayIsClosed(Refusal):
    """It was approved, and nothing has changed since."""


class DayIsOpen(Refusal):
    """It was not approved, or somebody has opened it again already."""


class DayIsToCome(Refusal):
    """Nobody can approve a day that has not begun."""


class ClockIsWrong(Refusal):
    """The server does not know what day it is."""


class DayHasCounts(Refusal):
    """A day with numbers was not a day on which the centre was closed."""


class CountHasChanged(Refusal):
    """Somebody was counted meanwhile. `now`: {activity key: count} of all that has an event on the day."""

    def __init__(self, now: Mapping[str, int]) -> None:
        super().__init__(now)
        self.now = now


class SumIsNotCorrected(Refusal):
    """A sum is what its parts come to; they are put right."""


class NothingToCorrect(Refusal):
    """No number is another than before."""


class BurstIsGone(Refusal):
    """The series is another than the one that was seen, or its minutes are forgotten."""


@dataclass(frozen=True)
class Reviewer:
    """Who looks over a centre's day, and when."""

    centre: Centre
    user_id: int | None
    now: datetime


def close_day(
    session: Session,
    by: Reviewer,
    day: date,
    *,
    was_open: bool,
    shown: Mapping[str, int],
    sentence: str | None = None,
    clock_is_wrong: bool = False,
) -> None:
    """Approve the day's numbers as they were shown, and forget its minutes and tablets.

    `was_open` False: the centre was closed, which is neither 0 nor missing. A day that was approved and has
    changed since is approved anew. Raises ClockIsWrong, DayIsToCome, DayIsClosed, CountHasChanged or DayHasCounts.
    """
    if clock_is_wrong:
        raise ClockIsWrong
    today, _ = local_day_and_hour(by.now, by.centre.timezone)
    if day > today:
        raise DayIsToCome
    lock_figures(session, by.centre.id)
    totals = count_totals(session, by.centre.id, day)
    before = find_closing(session, by.centre.id, day)
    if before is not None and not differences(before.totals, totals):
        raise DayIsClosed
    if differences(shown, totals):
        raise CountHasChanged(totals)
    if not was_open and any(totals.values()):
        raise DayHasCounts
    old = {}
    if before is not None:
        old["changed"] = differences(before.totals, totals)
        before.reopened_at, before.reopened_by_id = by.now, by.user_id
        # A day has at most one approval that holds, and the new one may come to the database first.
        session.flush()
    _add_closing(session, by, day, was_open, totals, sentence)
    coarsen_day(session, by.centre.id, day)
    numbers = {key: count for key, count in totals.items() if count}
    _audit(session, by, "day.close", day, old, {"was_open": was_open, "totals": numbers})


def _add_closing(
    session: Session, by: Reviewer, day: date, was_open: bool, totals: dict[str, int], sentence: str | None
) -> None:
    closing = DayClosing(
        centre_id=by.centre.id,
        day=day,
        was_open=was_open,
        totals=totals,
        sentence=sentence,
        closed_at=by.now,
        closed_by_id=by.user_id,
    )
    session.add(closing)


def reopen_day(session: Session, by: Reviewer, day: date, reason: Reason) -> None:
    """Take the approval back. What was forgotten stays forgotten. Raises DayIsOpen."""
    lock_figures(session, by.centre.id)
    closing = find_closing(session, by.centre.id, day)
    if closing is None:
        raise DayIsOpen
    closing.reopened_at, closing.reopened_by_id = by.now, by.user_id
    _audit(session, by, "day.reopen", day, {"was_open": closing.was_open}, {"reason": reason.value})


@dataclass(frozen=True)
class Wanted:
    """What a count should be, and what it was when the person decided so; in the activity's smallest unit."""

    number: int
    shown: int


def correct_day(session: Session, by: Reviewer, day: date, wanted: Mapping[str, Wanted], reason: Reason) -> None:
    """Make the counts of the day be the `wanted` numbers, by activity key; what is stored are the differences.

    Counts include their parts, so parts are put right before their whole. Raises NothingToCorrect, DayIsToCome,
    DayIsClosed, SumIsNotCorrected, CountHasChanged, LessThanParts or CountWouldBeNegative.
    """
    today, _ = local_day_and_hour(by.now, by.centre.timezone)
    if day > today:
        raise DayIsToCome
    changed = {key: one for key, one in wanted.items() if one.number != one.shown}
    if not changed:
        raise NothingToCorrect
    lock_figures(session, by.centre.id)
    if find_closing(session, by.centre.id, day) is not None:
        raise DayIsClosed
    totals = count_totals(session, by.centre.id, day)
    if any(totals.get(key, 0) != one.shown for key, one in changed.items()):
        raise CountHasChanged(totals)
    activities = list_activities(session, by.centre.id)
    # Against what was shown, and not read again: a tap that arrives meanwhile is in no number that anybody saw.
    moved: defaultdict[int | None, int] = defaultdict(int)
    # Parts first: the count of a whole follows them.
    for activity in sorted((one for one in activities if one.key in changed), key=lambda one: one.part_of_id is None):
        one = changed[activity.key]
        difference = one.number - one.shown - moved[activity.id]
        _correct(session, by, day, activity, difference, reason)
        moved[activity.part_of_id] += difference
        refuse_less_than_parts(session, by.centre.id, day, activity, activities)
    old = {key: one.shown for key, one in changed.items()}
    new = {key: one.number for key, one in changed.items()}
    _audit(session, by, "day.correct", day, old, {"reason": reason.value, "numbers": new})


def _correct(session: Session, by: Reviewer, day: date, activity: Activity, difference: int, reason: Reason) -> None:
    if activity.input is Input.SUM:
        raise SumIsNotCorrected
    if difference == 0:
        return
    add_difference(
        session,
        centre_id=by.centre.id,
        activity_id=activity.id,
        span=Span.DAY,
        day=day,
        difference=difference,
        # From a sheet it was counted on the day, but not here.
        quality=Quality.BACKDATED if reason is Reason.PAPER_SHEET else Quality.COUNTED,
        kind=EventKind.CORRECTION,
        user_id=by.user_id,
        reason=reason,
        now=by.now,
    )


def undo_burst(session: Session, by: Reviewer, day: date, first: UUID, taps: int) -> None:
    """Take back the series that begins with the tap `first` and was shown to have so many `taps`.

    Raises BurstIsGone or CountWouldBeNegative.
    """
    burst = find_burst(session, by.centre.id, day, first)
    if burst is None or len(burst.taps) != taps:
        raise BurstIsGone
    ids, activity_id = [tap.id for tap in burst.taps], burst.first.activity_id
    serialise(session, ids)
    lock_figures(session, by.centre.id)
    # Somebody has put the number right already, and the series is no longer in it.
    if would_be_negative(session, by.centre.id, activity_id, day, Span.DAY, -burst.count):
        raise CountWouldBeNegative
    undos = [_undo(by, tap) for tap in find_events(session, ids).values()]
    # Somebody else took some of it back meanwhile.
    if len(add_events(session, undos)) != taps:
        raise BurstIsGone
    key = session.get_one(Activity, activity_id).key
    _, hour = local_day_and_hour(burst.first.at, by.centre.timezone)
    _audit(session, by, "burst.undo", day, {"activity": key, "taps": taps, "count": burst.count}, {"hour": hour})


def _undo(by: Reviewer, tap: Standing) -> dict[str, Any]:
    """The row of an undo that a person makes."""
    return tap_row(
        taken_back(tap),
        id=uuid4(),
        centre_id=by.centre.id,
        tapped_at=None,
        received_at=by.now,
        station_id=None,
        undoes=tap.id,
        time_quality=TimeQuality.SURE,
    )


def _audit(
    session: Session, by: Reviewer, verb: str, day: date, old: Mapping[str, Any], new: Mapping[str, Any]
) -> None:
    audit(session, verb, day.isoformat(), dict(old), dict(new), centre_id=by.centre.id, user_id=by.user_id, now=by.now)
