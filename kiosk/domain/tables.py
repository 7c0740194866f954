"""Counts laid out as the pages show them. Every number comes from `counting`; here it only finds its place."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.comparing import Comparison, compare
from kiosk.domain.counting import Count, count_by, count_by_each, find_new_methods, list_activities
from kiosk.domain.opening_days import Completeness, States, all_approved, completeness, find_states
from kiosk.domain.partly_known import find_not_yet_counted, find_partly_known
from kiosk.domain.periods import Period
from kiosk.kinds import Bucket, DayState, Input, Quality
from kiosk.models import Activity, Centre


@dataclass(frozen=True)
class YearRow:
    """An activity through a year, in its smallest unit; None where there is no number.

    `months` has twelve places. `total` also holds what was entered for the year alone: `without_month`.
    `last_year` is the same dates a year earlier, `whole_last_year` all of that year.
    """

    activity: Activity
    months: list[Count | None]
    without_month: int
    total: Count | None
    last_year: Count | None
    whole_last_year: Count | None
    change: Comparison


@dataclass(frozen=True)
class YearTable:
    """`period` is the whole year, or to date where the year still runs; `compared` the same dates a year earlier.

    `completeness` is None for all centres together: they are not open on the same days. `not_yet_counted`: activities
    with a figure for a month or the year that is not over.
    """

    year: int
    period: Period
    compared: Period
    is_running: bool
    rows: list[YearRow]
    not_yet_counted: list[Activity]
    completeness: Completeness | None = None


@dataclass(frozen=True)
class YearCounts:
    """What a year's rows are made of: one count at most per activity and piece."""

    months: Sequence[Count]
    totals: Sequence[Count]
    last_year: Sequence[Count]
    whole_last_year: Sequence[Count]


def year_to_date(year: int, today: date) -> Period:
    """The whole year, or until today where it still runs. Raises ValueError for a year that no calendar has."""
    whole = Period.of_year(year)
    return Period(whole.first, today) if today in whole else whole


def year_table(session: Session, centre: Centre, year: int, today: date) -> YearTable:
    """Months × activities with last year beside: every activity that has a number in either year.

    Raises ValueError for a year that no calendar has.
    """
    period = year_to_date(year, today)
    counts = count_year(session, [centre.id], period)
    states = find_states(session, centre, period, today)
    activities = list_activities(session, centre.id)
    rows = year_rows(
        activities,
        counts,
        find_new_methods(session, centre.id, period, period.last_year()),
        find_partly_known(session, [centre.id], period, activities),
        _zero_months(states),
    )
    waiting = find_not_yet_counted(session, [centre.id], period)
    not_yet_counted = [one for one in activities if one.id in waiting]
    return YearTable(year, period, period.last_year(), today in period, rows, not_yet_counted, completeness(states))


def count_year(
    session: Session,
    centres: Collection[int],
    period: Period,
    fold: Callable[[list[Count]], list[Count]] = list,
) -> YearCounts:
    """The counts of a year to date or whole and of the year before; `fold` may put centres together."""
    now = count_by_each(session, centres, period, [Bucket.MONTH, Bucket.YEAR])
    compared, whole = period.last_year(), Period.of_year(period.first.year - 1)
    last_year = fold(count_by(session, centres, compared, Bucket.YEAR))
    return YearCounts(
        months=fold(now[Bucket.MONTH]),
        totals=fold(now[Bucket.YEAR]),
        last_year=last_year,
        whole_last_year=last_year if compared == whole else fold(count_by(session, centres, whole, Bucket.YEAR)),
    )


def year_rows(
    activities: Sequence[Activity],
    counts: YearCounts,
    new_methods: set[int],
    partly_known: set[int],
    zero_months: Collection[int] = (),
) -> list[YearRow]:
    """A row for each activity that has a number in either year, in their order.

    `new_methods` and `partly_known`: ids of activities that have no percentage, for one reason or the other.
    In `zero_months` no number of what is tapped is a zero.
    """
    totals, last_year = _by_activity(counts.totals), _by_activity(counts.last_year)
    whole_last_year = _by_activity(counts.whole_last_year)
    months: defaultdict[int, list[Count]] = defaultdict(list)
    for one in counts.months:
        months[one.activity_id].append(one)
    rows = []
    for activity in activities:
        total, before, whole = (of.get(activity.id) for of in (totals, last_year, whole_last_year))
        if total is None and whole is None:
            continue
        change = compare(
            total.count if total else None,
            before.count if before else None,
            decimals=activity.decimals,
            same_method=activity.id not in new_methods,
            is_all_of_then=activity.id not in partly_known,
        )
        by_month = _months(months[activity.id])
        without_month = (total.count if total else 0) - sum(one.count for one in by_month if one)
        if activity.input is not Input.ENTER and total is not None:
            by_month = _with_zeros(by_month, total, zero_months)
        rows.append(YearRow(activity, by_month, without_month, total, before, whole, change))
    return rows


def _by_activity(counts: Sequence[Count]) -> dict[int, Count]:
    """For counts of one bucket, at most one of each activity."""
    return {one.activity_id: one for one in counts}


def _months(counts: Sequence[Count]) -> list[Count | None]:
    places: list[Count | None] = [None] * 12
    for one in counts:
        places[one.bucket.first.month - 1] = one
    return places


def _zero_months(states: States) -> set[int]:
    """The months, 1 to 12, of which each day so far was approved."""
    by_month: defaultdict[int, list[DayState | None]] = defaultdict(list)
    for day, state in states.items():
        by_month[day.month].append(state)
    return {month for month, of_days in by_month.items() if all_approved(of_days)}


def _with_zeros(months: list[Count | None], total: Count, zero_months: Collection[int]) -> list[Count | None]:
    return [
        Count(total.centre_id, total.activity_id, Period.of_month(total.bucket.first.year, month), 0, Quality.COUNTED)
        if count is None and month in zero_months
        else count
        for month, count in enumerate(months, start=1)
    ]
