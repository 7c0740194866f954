"""A day's numbers, beside what that weekday usually comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.domain.checking import UsualRange, is_outlier, usual_range
from kiosk.domain.closings import find_looked_over
from kiosk.domain.counting import Count, count_days, list_activities
from kiosk.domain.opening_days import find_open_days
from kiosk.domain.periods import Period
from kiosk.kinds import Input
from kiosk.models import Activity, AuditEntry, Centre, DayClosing, TallyEvent
from kiosk.models.prepared import Prepared

# How far back a weekday is compared: a season, in which a house hardly changes.
WEEKS_BACK = 12
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class DayRow:
    """An activity on a day, in its smallest unit.

    `count` 0: nothing yet. `last_week`: the same weekday a week earlier, None where nobody knows; `was_closed` then.
    `usual`: what that weekday comes to, None where too few days are known. `is_odd`: far from all of them.
    `approved`: what was approved, where the day is and it was something else.
    """

    activity: Activity
    count: int
    last_week: int | None
    was_closed: bool
    usual: UsualRange | None
    is_odd: bool
    approved: int | None = None

    @property
    def is_high(self) -> bool:
        """Far above what is usual, which a day that is not over can be, too."""
        return self.is_odd and self.usual is not None and self.count > self.usual.high

    @property
    def is_worth_a_row(self) -> bool:
        """Whether somebody would miss it among the day's numbers."""
        is_usual = bool(self.last_week) or (self.usual is not None and self.usual.high > 0)
        return self.count != 0 or self.approved is not None or is_usual


_STATE = Prepared(
    select(func.count(), select(func.max(AuditEntry.id)).scalar_subquery())
    .select_from(TallyEvent)
    .where(
        TallyEvent.centre_id == bindparam("centre_id"),
        TallyEvent.day.between(bindparam("first"), bindparam("last")),
    )
)


def earlier_days(day: date) -> list[date]:
    """The same weekday of the WEEKS_BACK weeks before, the latest first."""
    return [day - WEEK * weeks for weeks in range(1, WEEKS_BACK + 1)]


def day_table(session: Session, centre: Centre, day: date, closing: DayClosing | None = None) -> list[DayRow]:
    """What is tapped and the sums of it; retired activities and entered ones only where they have a number.

    `closing`: the approval that holds, to be compared with.
    """
    earlier = earlier_days(day)
    counts = count_days(session, centre.id, [day, *earlier])
    by_day: dict[date, dict[int, Count]] = {}
    for one in counts:
        by_day.setdefault(one.bucket.first, {})[one.activity_id] = one
    # A day that somebody found right without a number was a day of zeros.
    was_open = find_looked_over(session, centre.id, Period(earlier[-1], earlier[0]))
    counted = [by_day.get(one, {}) for one in earlier if one in by_day or was_open.get(one)]
    now, week_ago = by_day.get(day, {}), earlier[0]
    then = by_day.get(week_ago, {} if was_open.get(week_ago) else None)
    is_offered = (Activity.input != Input.ENTER) & Activity.retired_at.is_(None)
    has_number = Activity.id.in_(now.keys()) | Activity.key.in_(closing.totals if closing else ())
    activities = list_activities(session, centre.id, is_offered | has_number)
    was_closed = then is None and (week_ago in was_open or not find_open_days(session, centre, Period.of_day(week_ago)))
    return [_row(one, now, then, was_closed, counted, _approved(one, now, closing)) for one in activities]


def count_totals(session: Session, centre_id: int, day: date) -> dict[str, int]:
    """{activity key: count} of all that has an event on the day: what is approved when it is closed."""
    keys = {activity.id: activity.key for activity in list_activities(session)}
    return {keys[one.activity_id]: one.count for one in count_days(session, centre_id, [day])}


def state_of_numbers(session: Session, centre_id: int, day: date) -> tuple[int | None, int | None]:
    """Two numbers of which one is another whenever a number of the last WEEKS_BACK weeks is, cheaply had.

    The ledger only grows: how many rows there are says whether anything was added, also late to another day that
    somebody has approved. All else that a page of
    the day shows is changed by somebody, and has left an entry in the audit.
    """
    (state,) = _STATE.rows(session, centre_id=centre_id, first=day - WEEK * WEEKS_BACK, last=day)
    return state[0], state[1]


def _row(
    activity: Activity,
    now: Mapping[int, Count],
    then: Mapping[int, Count] | None,
    was_closed: bool,
    counted: Sequence[Mapping[int, Count]],
    approved: int | None,
) -> DayRow:
    # On a day when anything was counted, what has no event was 0.
    earlier = [_count(of_day, activity) for of_day in counted]
    count = _count(now, activity)
    return DayRow(
        activity=activity,
        count=count,
        last_week=_count(then, activity) if then is not None else None,
        was_closed=was_closed,
        usual=usual_range(earlier),
        is_odd=is_outlier(count, earlier, activity.decimals),
        approved=approved,
    )


def _approved(activity: Activity, now: Mapping[int, Count], closing: DayClosing | None) -> int | None:
    if closing is None:
        return None
    approved = closing.totals.get(activity.key, 0)
    return approved if approved != _count(now, activity) else None


def _count(counts: Mapping[int, Count], activity: Activity) -> int:
    return counts[activity.id].count if activity.id in counts else 0
