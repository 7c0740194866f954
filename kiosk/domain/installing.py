"""The row about this database itself: its epoch, and the latest date its server has seen."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.models import Installation
from kiosk.models.prepared import Prepared

# No clock is right that says a day before this version was made.
BUILT_ON = date(2026, 11, 21)

EPOCH_AND_DATE = Prepared(select(Installation.epoch, Installation.high_water_on))


@dataclass(frozen=True)
class Standing:
    """`epoch`: what tablets remember this database by.

    `falls_short_of`: where the server's own clock has gone back, the date that it should have reached.
    """

    epoch: str | None
    falls_short_of: date | None
    is_new_date: bool

    @property
    def clock_is_wrong(self) -> bool:
        return self.falls_short_of is not None


def ensure_installation(session: Session, now: datetime) -> Installation:
    """The row about this database, made at the first start."""
    installation = session.get(Installation, 1)
    if installation is None:
        installation = Installation(epoch=secrets.token_hex(8), high_water_on=now.date(), created_at=now)
        session.add(installation)
    return installation


def look(session: Session, now: datetime) -> Standing:
    """How the installation stands at `now`. Before the first start there is no epoch."""
    rows = EPOCH_AND_DATE.rows(session)
    if not rows:
        return Standing(None, _falls_short_of(BUILT_ON, now), False)
    epoch, high_water_on = rows[0]
    return standing(epoch, high_water_on, now)


def standing(epoch: str, high_water_on: date, now: datetime) -> Standing:
    """The same, where the row was read already."""
    return Standing(epoch, _falls_short_of(max(high_water_on, BUILT_ON), now), high_water_on < now.date())


def _falls_short_of(reached_on: date, now: datetime) -> date | None:
    return reached_on if now.date() < reached_on else None


def keep_high_water(session: Session, standing: Standing, now: datetime) -> None:
    """Remember the date the first time it is seen. Must run in a transaction that writes."""
    if standing.is_new_date:
        session.execute(
            update(Installation).where(Installation.high_water_on < now.date()).values(high_water_on=now.date())
        )


def reset_high_water(session: Session, now: datetime) -> date | None:
    """Believe the clock again: one start in the future must not block for ever. Returns the date that stood."""
    installation = session.get(Installation, 1)
    if installation is None:
        return None
    before, installation.high_water_on = installation.high_water_on, now.date()
    return before
