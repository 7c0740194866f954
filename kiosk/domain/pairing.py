"""Paired tablets: who it is that comes again, and how they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import token_hash
from kiosk.domain.installing import Standing, standing
from kiosk.domain.locking import TELL_AFTER
from kiosk.domain.tallying import Poster
from kiosk.domain.wire import Health
from kiosk.models import Centre, Installation, Screen, Station
from kiosk.models.prepared import Prepared

# A tablet tells how it is every half minute while its screen is on.
SILENT_AFTER = timedelta(minutes=10)

TABLET_OF_TOKEN = Prepared(
    select(
        Station.id,
        Station.name,
        Station.screen_id,
        Station.centre_id,
        Screen.audience,
        Centre.slug,
        Centre.timezone,
        Installation.epoch,
        Installation.high_water_on,
    )
    .select_from(Station)
    .join(Installation, Installation.id == 1)
    .join(Screen, Screen.id == Station.screen_id)
    .join(Centre, Centre.id == Station.centre_id)
    .where(Station.token_hash == bindparam("token_hash"), Station.paired_at.is_not(None), Station.revoked_at.is_(None))
)


_HEALTH = Prepared(
    select(
        Station.id,
        Station.name,
        Station.last_seen_at,
        Station.pending,
        Station.dead,
        Station.oldest_hours,
        Station.wrong_pins,
    )
    .where(Station.centre_id == bindparam("centre_id"), Station.paired_at.is_not(None), Station.revoked_at.is_(None))
    .order_by(Station.name, Station.id)
)


@dataclass(frozen=True)
class TabletHealth:
    """How a tablet is: taps that wait on it (for `oldest_hours` whole hours), and dead ones it cannot send."""

    station_id: int
    name: str
    last_seen_at: datetime | None
    is_silent: bool
    # None: it said that it does not know.
    pending: int | None
    dead: int
    oldest_hours: int | None
    # Since the last right one; told from TELL_AFTER on.
    wrong_pins: int

    @property
    def needs_a_look(self) -> bool:
        return self.is_silent or self.has_trouble

    @property
    def has_trouble(self) -> bool:
        """Whatever the hour: on a day when nobody is there a tablet may well be off."""
        return self.cannot_keep_taps or self.dead > 0 or bool(self.oldest_hours)

    @property
    def cannot_keep_taps(self) -> bool:
        return self.pending is None

    @property
    def is_guessed_at(self) -> bool:
        return self.wrong_pins >= TELL_AFTER


@dataclass(frozen=True)
class Tablet:
    """A paired tablet that asks for something."""

    station_id: int
    name: str
    screen_id: int
    poster: Poster
    # Of the installation it belongs to, read in one go: a tap asks for both.
    standing: Standing


def keep_health(session: Session, station_id: int, health: Health, now: datetime) -> None:
    """Remember what a tablet told of itself."""
    session.execute(
        update(Station)
        .where(Station.id == station_id)
        .values(
            last_seen_at=now,
            pending=health.pending,
            dead=health.dead,
            oldest_hours=health.oldest_hours,
            client_version=health.client and health.client[:40],
        )
    )


def list_health(session: Session, centre_id: int, now: datetime) -> list[TabletHealth]:
    """How the centre's paired tablets are, by name."""
    return [
        TabletHealth(
            station_id=id,
            name=name,
            last_seen_at=last_seen_at,
            is_silent=last_seen_at is None or last_seen_at < now - SILENT_AFTER,
            pending=0 if last_seen_at is None else pending,
            dead=dead or 0,
            oldest_hours=oldest_hours,
            wrong_pins=wrong_pins,
        )
        for id, name, last_seen_at, pending, dead, oldest_hours, wrong_pins in _HEALTH.rows(
            session, centre_id=centre_id
        )
    ]


def find_tablet(session: Session, token: str, now: datetime) -> Tablet | None:
    """The paired tablet that holds this token; None when it is unknown, not paired yet or revoked."""
    rows = TABLET_OF_TOKEN.rows(session, token_hash=token_hash(token))
    if not rows:
        return None
    station_id, name, screen_id, centre_id, audience, slug, timezone, epoch, high_water_on = rows[0]
    poster = Poster(centre_id, slug, timezone, audience, station_id, screen_id)
    return Tablet(station_id, name, screen_id, poster, standing(epoch, high_water_on, now))
