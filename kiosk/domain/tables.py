"""Counts laid out as the pages show them. Every number comes from `counting`; here it only finds its place."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.comparing import Comparison, compare
from kiosk.domain.counting import Count, count_by, count_by_each, find_new_methods, list_activities
from kiosk.domain.periods import Period
from kiosk.kinds import Bucket
from kiosk.models import Activity, Centre


@dataclass(frozen=True)
class YearRow:
    """An activity through a year, in its smallest unit; None where there is no number.

    `months` has twelve places. `total` also holds what was entered for the year alone: `without_month`.
    """

    activity: Activity
    months: list[Count | None]
    without_month: int
    total: Count | None
    last_year: Count | None
    change: Comparison


@dataclass(frozen=True)
class YearTable:
    """`period` is the whole year, or to date where the year still runs; `compared` the same dates a year earlier."""

    year: int
    period: Period
    compared: Period
    is_running: bool
    rows: list[YearRow]


def year_table(session: Session, centre: Centre, year: int, today: date) -> YearTable:
    """Months × activities with last year beside: every activity that has a number in either year.

    Raises ValueError for a year that no calendar has.
    """
    whole = Period.of_year(year)
    is_running = today in whole
    period = Period(whole.first, today) if is_running else whole
    compared = period.last_year()
    counts = count_by_each(session, [centre.id], period, [Bucket.MONTH, Bucket.YEAR])
    months, totals = counts[Bucket.MONTH], _by_activity(counts[Bucket.YEAR])
    last_year = _by_activity(count_by(session, [centre.id], compared, Bucket.YEAR))
    new_methods = find_new_methods(session, centre.id, period, compared)
    rows = []
    for activity in list_activities(session, centre.id):
        if activity.id not in totals and activity.id not in last_year:
            continue
        by_month = _months([one for one in months if one.activity_id == activity.id])
        total, before = totals.get(activity.id), last_year.get(activity.id)
        change = compare(
            total.count if total else None,
            before.count if before else None,
            decimals=activity.decimals,
            same_method=activity.id not in new_methods,
        )
        in_months = sum(one.count for one in by_month if one)
        without_month = (total.count if total else 0) - in_months
        rows.append(YearRow(activity, by_month, without_month, total, before, change))
    return YearTable(year, period, compared, is_running, rows)


def _by_activity(counts: Sequence[Count]) -> dict[int, Count]:
    """For counts of one centre and one bucket."""
    return {one.activity_id: one for one in counts}


def _months(counts: Sequence[Count]) -> list[Count | None]:
    places: list[Count | None] = [None] * 12
    for one in counts:
        places[one.bucket.first.month - 1] = one
    return places
