"""Forgetting what need not be kept."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain import limiting, operations, sign_ins
from kiosk.domain.periods import local_day_and_hour
from kiosk.models import DayClosing, HeldTap, TallyEvent
from kiosk.models.prepared import Prepared

# Days that nobody closes lose their exact times after this.
COARSE_AFTER = timedelta(days=7)

CLOSED_DAYS = Prepared(
    select(DayClosing.day).where(
        DayClosing.centre_id == bindparam("centre_id"),
        DayClosing.day >= bindparam("first"),
        DayClosing.reopened_at.is_(None),
    )
)


def find_coarse_days(
    session: Session, centre_id: int, timezone: str, days: Collection[date], now: datetime
) -> set[date]:
    """Those of the days whose exact times are forgotten: looked over already, or too long ago."""
    if not days:
        return set()
    today, _ = local_day_and_hour(now, timezone)
    closed = {day for (day,) in CLOSED_DAYS.rows(session, centre_id=centre_id, first=min(days))}
    return closed.intersection(days) | {day for day in days if day <= today - COARSE_AFTER}


def coarsen(session: Session, centre_id: int, before_day: date) -> None:
    """Forget minute and tablet of the centre's events and held taps of all days before `before_day`.

    Day, hour and audience stay. The only change the ledger's triggers allow.
    """
    for model in (TallyEvent, HeldTap):
        exact = (model.tapped_at, model.received_at, model.station_id)
        session.execute(
            update(model)
            .where(
                model.centre_id == centre_id,
                model.day < before_day,
                # So that a nightly run writes only the day that has come of age.
                or_(*(column.is_not(None) for column in exact)),
            )
            .values(tapped_at=None, received_at=None, station_id=None)
            .execution_options(synchronize_session=False)
        )


def forget_doors(session: Session, now: datetime) -> None:
    """Forget what the doors no longer need: forms that were sent, attempts, and browsers signed in long ago."""
    for area in (operations, limiting, sign_ins):
        area.forget_old(session, now)
