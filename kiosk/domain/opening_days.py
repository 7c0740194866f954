"""Which days a centre is open, and how each of them stands: approved, not looked over, closed or missing."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.domain.closings import find_looked_over
from kiosk.domain.counting import count_days
from kiosk.domain.periods import Period
from kiosk.kinds import DayState, Span
from kiosk.models import Centre, ClosedPeriod, DayClosing, TallyEvent
from kiosk.models.prepared import Prepared

# None: before the centre began to count, still to come, or today while nothing is counted yet.
States = dict[date, DayState | None]


_CLOSED = Prepared(
    select(ClosedPeriod.first_on, ClosedPeriod.last_on).where(
        ClosedPeriod.centre_id == bindparam("centre_id"),
        ClosedPeriod.first_on <= bindparam("last"),
        ClosedPeriod.last_on >= bindparam("first"),
    )
)
_COUNTED = Prepared(
    select(TallyEvent.day)
    .where(
        TallyEvent.centre_id == bindparam("centre_id"),
        TallyEvent.day.between(bindparam("first"), bindparam("last")),
        TallyEvent.span == Span.DAY,
    )
    .distinct()
)
_FIRST_DAYS = Prepared(
    select(
        func.min(TallyEvent.day),
        select(func.min(DayClosing.day)).where(DayClosing.centre_id == bindparam("centre_id")).scalar_subquery(),
    ).where(TallyEvent.centre_id == bindparam("centre_id"), TallyEvent.span == Span.DAY)
)


@dataclass(frozen=True)
class Completeness:
    """How many of the days on which the centre was open have numbers.

    `since`: the first of them, where the centre began to count within the period.
    """

    open_days: int
    with_numbers: int
    since: date | None = None


def find_states(session: Session, centre: Centre, period: Period, today: date) -> States:
    """How each day of the period stands."""
    was_open = find_looked_over(session, centre.id, period)
    open_days = find_open_days(session, centre, period)
    counted = find_counted_days(session, centre.id, period)
    first = find_first_day(session, centre.id)
    # Marked as closed, and then a late tap came: somebody has to look again.
    for day in _with_number(session, centre.id, [day for day in counted if was_open.get(day) is False]):
        del was_open[day]

    def state(day: date) -> DayState | None:
        if first is None or day < first:
            return None
        if day in was_open:
            return DayState.APPROVED if was_open[day] else DayState.CLOSED
        if day in counted:
            return DayState.NOT_LOOKED_OVER
        if day not in open_days:
            return DayState.CLOSED
        return DayState.MISSING if day < today else None

    return {day: state(day) for day in period.days()}


def find_open_days(session: Session, centre: Centre, period: Period) -> set[date]:
    """The days of the period on which the centre is to be open, by its weekdays and closed periods."""
    closed = find_closed_periods(session, centre.id, period)
    return {
        day for day in period.days() if day.weekday() in centre.open_weekdays and not any(day in one for one in closed)
    }


def find_closed_periods(session: Session, centre_id: int, period: Period) -> list[Period]:
    """The holidays and other closings known beforehand that touch the period."""
    return [Period(*row) for row in _CLOSED.rows(session, centre_id=centre_id, first=period.first, last=period.last)]


def find_first_day(session: Session, centre_id: int) -> date | None:
    """The day from which the centre counts: the first with a number of its own or an approval."""
    (firsts,) = _FIRST_DAYS.rows(session, centre_id=centre_id)
    return min((day for day in firsts if day is not None), default=None)


def completeness(states: States) -> Completeness:
    """A day that is approved has numbers, be they zeros; one still to come is not counted."""
    begun = next((day for day, state in states.items() if state is not None), None)
    expected = (DayState.APPROVED, DayState.NOT_LOOKED_OVER, DayState.MISSING)
    seen = [state for state in states.values() if state in expected]
    return Completeness(
        open_days=len(seen),
        with_numbers=sum(state is not DayState.MISSING for state in seen),
        since=begun if begun != next(iter(states)) else None,
    )


def all_approved(states: Iterable[DayState | None]) -> bool:
    """Whether somebody vouches for each day so far on which the centre was open: then no number is a zero."""
    return set(states) - {DayState.CLOSED, None} == {DayState.APPROVED}


def _with_number(session: Session, centre_id: int, days: Collection[date]) -> set[date]:
    """Those of the days that have a number other than 0."""
    return {one.bucket.first for one in count_days(session, centre_id, days) if one.count}


def find_counted_days(session: Session, centre_id: int, period: Period) -> set[date]:
    """The days of the period that have an event of their own."""
    return {day for (day,) in _COUNTED.rows(session, centre_id=centre_id, first=period.first, last=period.last)}
