"""Which days a centre is open: by its weekdays, and by the closed periods that are known beforehand."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.periods import Period
from kiosk.models import Centre, ClosedPeriod


def find_open_days(session: Session, centre: Centre, period: Period) -> set[date]:
    """The days of the period on which the centre is to be open."""
    closed = find_closed_periods(session, centre.id, period)
    return {
        day for day in period.days() if day.weekday() in centre.open_weekdays and not any(day in one for one in closed)
    }


def find_closed_periods(session: Session, centre_id: int, period: Period) -> list[Period]:
    """The holidays and other closings known beforehand that touch the period."""
    rows = session.execute(
        select(ClosedPeriod.first_on, ClosedPeriod.last_on).where(
            ClosedPeriod.centre_id == centre_id,
            ClosedPeriod.first_on <= period.last,
            ClosedPeriod.last_on >= period.first,
        )
    )
    return [Period(*row) for row in rows]
