"""The year of all centres together, and each beside the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.counting import (
    ALL_CENTRES,
    Count,
    count_by,
    find_new_methods,
    list_activities,
    list_centres,
    roll_up,
)
from kiosk.domain.partly_known import find_not_yet_counted, find_partly_known
from kiosk.domain.tables import YearTable, count_year, year_rows, year_to_date
from kiosk.kinds import Bucket
from kiosk.models import Activity, Centre


@dataclass(frozen=True)
class CentresRow:
    """An activity at each centre, in the order of the table's centres; `together` None where it does not roll up."""

    activity: Activity
    counts: list[Count | None]
    together: Count | None


@dataclass(frozen=True)
class AllCentresTable:
    """`table` is the year of all together. `centres` have numbers in it; `without_numbers` have none."""

    table: YearTable
    centres: list[Centre]
    without_numbers: list[Centre]
    rows: list[CentresRow]


def all_centres_table(session: Session, year: int, today: date) -> AllCentresTable:
    """A year over all centres; what does not roll up stands per centre only.

    Raises ValueError for a year that no calendar has.
    """
    period = year_to_date(year, today)
    centres, activities = list_centres(session), list_activities(session)
    ids = [centre.id for centre in centres]
    rolling = {one.id for one in activities if one.rolls_up}

    def together(counts: Sequence[Count]) -> list[Count]:
        return [one for one in roll_up(counts, rolling) if one.centre_id == ALL_CENTRES]

    counts = count_year(session, ids, period, together)
    new_methods = {one for id in ids for one in find_new_methods(session, id, period, period.last_year())}
    partly_known = find_partly_known(session, ids, period, activities)
    year_table_rows = year_rows(activities, counts, new_methods, partly_known)
    waiting = find_not_yet_counted(session, ids, period)
    not_yet_counted = [one for one in activities if one.id in waiting]
    table = YearTable(year, period, period.last_year(), today in period, year_table_rows, not_yet_counted)
    of_centre = {(one.centre_id, one.activity_id): one for one in count_by(session, ids, period, Bucket.YEAR)}
    with_numbers = {centre_id for centre_id, _ in of_centre}
    shown = [centre for centre in centres if centre.id in with_numbers]
    totals = {one.activity_id: one for one in counts.totals}
    rows = [
        CentresRow(activity, [of_centre.get((centre.id, activity.id)) for centre in shown], totals.get(activity.id))
        for activity in activities
        if any((centre.id, activity.id) in of_centre for centre in shown)
    ]
    return AllCentresTable(table, shown, [one for one in centres if one.id not in with_numbers], rows)
