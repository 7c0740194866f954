"""The approvals of days that hold: those that nobody has taken back or replaced."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kiosk.domain.periods import Period
from kiosk.models import DayClosing


def find_closing(session: Session, centre_id: int, day: date) -> DayClosing | None:
    """The approval of the day."""
    return session.scalar(select(DayClosing).where(*_that_hold(centre_id, Period.of_day(day))))


def find_closings(session: Session, centre_id: int, period: Period) -> dict[date, DayClosing]:
    """The approved days of the period, each with its approval."""
    return {one.day: one for one in session.scalars(select(DayClosing).where(*_that_hold(centre_id, period)))}


def find_looked_over(session: Session, centre_id: int, period: Period) -> dict[date, bool]:
    """The approved days of the period, and whether the centre was open."""
    days = select(DayClosing.day, DayClosing.was_open).where(*_that_hold(centre_id, period))
    return {day: was_open for day, was_open in session.execute(days)}


def differences(approved: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    """{activity key: now minus approved}, where there is a difference; no number is as 0."""
    changes = {key: now.get(key, 0) - approved.get(key, 0) for key in approved.keys() | now.keys()}
    return {key: change for key, change in changes.items() if change}


def _that_hold(centre_id: int, period: Period) -> tuple[ColumnElement[bool], ...]:
    days = DayClosing.day.between(period.first, period.last)
    return DayClosing.centre_id == centre_id, days, DayClosing.reopened_at.is_(None)
