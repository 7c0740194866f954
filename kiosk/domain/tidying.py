"""Forgetting what need not be kept."""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain import limiting, operations, sign_ins
from kiosk.domain.periods import Period, local_day_and_hour
from kiosk.kinds import Bucket
from kiosk.models import AuditEntry, DayClosing, HeldTap, Installation, TallyEvent, User
from kiosk.models.prepared import Prepared

# Days that nobody closes lose their exact times after this.
COARSE_AFTER = timedelta(days=7)

# Who corrected, entered or closed is known for 24 months; then it is only known in which role.
PEOPLE_FORGOTTEN_AFTER = timedelta(days=730)

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
        _forget_times(session, model, model.centre_id == centre_id, model.day < before_day)


def coarsen_day(session: Session, centre_id: int, day: date) -> None:
    """The same for one day."""
    coarsen_days(session, centre_id, Period.of_day(day))


def coarsen_days(session: Session, centre_id: int, period: Period) -> None:
    """The same for the days of a period."""
    for model in (TallyEvent, HeldTap):
        _forget_times(session, model, model.centre_id == centre_id, model.day.between(period.first, period.last))


def _forget_times(session: Session, model: type[TallyEvent | HeldTap], *which: ColumnElement[bool]) -> None:
    exact = (model.tapped_at, model.received_at, model.station_id)
    session.execute(
        update(model)
        # So that a nightly run writes only the day that has come of age.
        .where(*which, or_(*(column.is_not(None) for column in exact)))
        .values(tapped_at=None, received_at=None, station_id=None)
        .execution_options(synchronize_session=False)
    )


def list_periods_to_coarsen(session: Session, centre_id: int, timezone: str, now: datetime) -> list[Period]:
    """All days of the centre that have come of age, in months, and the closed ones after them day by day.

    A piece at a time, because a transaction that writes keeps the taps waiting. A closed day can hold an exact
    tap for a while: one that was on its way while the day was closed.
    """
    today, _ = local_day_and_hour(now, timezone)
    last = today - COARSE_AFTER
    first = min(
        session.scalar(select(func.min(model.day)).where(model.centre_id == centre_id)) or today
        for model in (TallyEvent, HeldTap)
    )
    old = Period(first, last).buckets(Bucket.MONTH) if first <= last else ()
    closed = {day for (day,) in CLOSED_DAYS.rows(session, centre_id=centre_id, first=last + timedelta(days=1))}
    return [*old, *(Period.of_day(day) for day in sorted(closed))]


def forget_people_of_days(session: Session, centre_id: int, period: Period) -> None:
    """Forget who entered and corrected what counts for these days."""
    session.execute(
        update(TallyEvent)
        .where(
            TallyEvent.centre_id == centre_id,
            TallyEvent.day.between(period.first, period.last),
            TallyEvent.user_id.is_not(None),
        )
        .values(user_id=None)
        .execution_options(synchronize_session=False)
    )


def forget_people(session: Session, now: datetime) -> None:
    """Turn who did it into the role they have, where it was done longer than PEOPLE_FORGOTTEN_AFTER ago.

    But for what they entered into the ledger: `forget_people_of_days`.
    """
    before = now - PEOPLE_FORGOTTEN_AFTER
    role = select(User.role).where(User.id == AuditEntry.user_id).scalar_subquery()
    old_entries = update(AuditEntry).where(AuditEntry.at < before, AuditEntry.user_id.is_not(None))
    session.execute(old_entries.values(by_role=role, user_id=None), execution_options={"synchronize_session": False})
    for at, who in (
        (DayClosing.closed_at, DayClosing.closed_by_id),
        (DayClosing.reopened_at, DayClosing.reopened_by_id),
        (HeldTap.settled_at, HeldTap.settled_by_id),
    ):
        forgotten = update(at.class_).where(at < before, who.is_not(None)).values({who.key: None})
        session.execute(forgotten, execution_options={"synchronize_session": False})


def keep_tidied(session: Session, now: datetime) -> None:
    """Remember that all was done today."""
    session.execute(update(Installation).values(tidied_on=now.date()))


def is_tidied(session: Session, now: datetime) -> bool:
    """Whether all was done today already; also before the first start, when there is nothing to do."""
    tidied_on = session.execute(select(Installation.tidied_on)).first()
    return tidied_on is None or tidied_on[0] == now.date()


def forget_doors(session: Session, now: datetime) -> None:
    """Forget what the doors no longer need: forms that were sent, attempts, and browsers signed in long ago."""
    for area in (operations, limiting, sign_ins):
        area.forget_old(session, now)
