"""Of which figures the same dates a year earlier are known only in part: a percentage of those means nothing."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.domain.opening_days import find_first_day
from kiosk.domain.periods import Period, span_period
from kiosk.kinds import Span
from kiosk.models import Activity, TallyEvent


def find_partly_known(
    session: Session, centres: Collection[int], period: Period, activities: Sequence[Activity]
) -> set[int]:
    """The ids of those activities.

    Something of the year before is known for a month or the year alone and does not lie within the same dates; or
    one of the centres that count now began to count after the first month of them.
    """
    compared = period.last_year()
    wide = session.execute(
        select(TallyEvent.centre_id, TallyEvent.activity_id, TallyEvent.day, TallyEvent.span)
        .where(
            TallyEvent.centre_id.in_(centres),
            TallyEvent.day.between(compared.first, compared.last),
            TallyEvent.span != Span.DAY,
        )
        .distinct()
    ).all()
    left_out = {activity for _, activity, day, span in wide if span_period(day, span) not in compared}
    whole = {(centre, activity) for centre, activity, day, span in wide if span_period(day, span) in compared}
    late = [centre for centre in centres if _began_late(session, centre, period)]
    partly = left_out | {one.id for one in activities for centre in late if (centre, one.id) not in whole}
    # What is said of a part is said of its whole.
    return partly | {one.part_of_id for one in activities if one.id in left_out and one.part_of_id is not None}


def find_not_yet_counted(session: Session, centres: Collection[int], period: Period) -> set[int]:
    """The ids of activities with a figure for the month or the year alone that is not over when the period ends.

    It is in no sum to date, though the page of its month shows it.
    """
    today = period.last
    wide = [
        (TallyEvent.span == span) & (TallyEvent.day == span_period(today, span).first)
        for span in (Span.MONTH, Span.YEAR)
        if span_period(today, span) not in period
    ]
    if not wide:
        return set()
    return set(session.scalars(select(TallyEvent.activity_id).where(TallyEvent.centre_id.in_(centres), or_(*wide))))


def _began_late(session: Session, centre_id: int, period: Period) -> bool:
    first, begins = find_first_day(session, centre_id), period.last_year().first
    return first is not None and Period.of_month(begins.year, begins.month).last < first <= period.last
