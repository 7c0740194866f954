"""The approvals of days that hold: those that nobody has taken back or replaced."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session

from kiosk.domain.periods import Period
from kiosk.models import DayClosing
from kiosk.models.prepared import Prepared

_HOLDS = (
    DayClosing.centre_id == bindparam("centre_id"),
    DayClosing.day.between(bindparam("first"), bindparam("last")),
    DayClosing.reopened_at.is_(None),
)
_CLOSINGS = select(DayClosing).where(*_HOLDS)
_TOTALS = Prepared(select(DayClosing.day, DayClosing.totals).where(*_HOLDS))
_WAS_OPEN = Prepared(select(DayClosing.day, DayClosing.was_open).where(*_HOLDS))


def find_closing(session: Session, centre_id: int, day: date) -> DayClosing | None:
    """The approval of the day."""
    return find_closings(session, centre_id, Period.of_day(day)).get(day)


def find_closings(session: Session, centre_id: int, period: Period) -> dict[date, DayClosing]:
    """The approved days of the period, each with its approval."""
    values = {"centre_id": centre_id, "first": period.first, "last": period.last}
    return {one.day: one for one in session.scalars(_CLOSINGS, values)}


def find_approved_totals(session: Session, centre_id: int, period: Period) -> dict[date, dict[str, int]]:
    """The approved days of the period, and {activity key: count} as it was approved."""
    return dict(_TOTALS.rows(session, centre_id=centre_id, first=period.first, last=period.last))


def was_ever_approved(session: Session, centre_id: int, day: date) -> bool:
    """Whether an approval has made the day forget its minutes and tablets, be it one that was taken back."""
    approved = exists().where(DayClosing.centre_id == centre_id, DayClosing.day == day)
    return bool(session.scalar(select(approved)))


def find_looked_over(session: Session, centre_id: int, period: Period) -> dict[date, bool]:
    """The approved days of the period, and whether the centre was open."""
    return dict(_WAS_OPEN.rows(session, centre_id=centre_id, first=period.first, last=period.last))


def differences(approved: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """{activity key: now minus approved}, where there is a difference; no number is as 0."""
    changes = {key: now.get(key, 0) - approved.get(key, 0) for key in approved.keys() | now.keys()}
    return {key: change for key, change in changes.items() if change}
