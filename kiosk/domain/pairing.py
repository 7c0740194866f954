"""Paired tablets: who it is that comes again, and how they are."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import token_hash
from kiosk.domain.installing import Standing, standing
from kiosk.domain.locking import TELL_AFTER
from kiosk.domain.stations import list_stations
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
        return self.is_silent or self.cannot_keep_taps or self.dead > 0 or bool(self.oldest_hours)

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
            station_id=one.id,
            name=one.name,
            last_seen_at=one.last_seen_at,
            is_silent=one.last_seen_at is None or one.last_seen_at < now - SILENT_AFTER,
            pending=0 if one.last_seen_at is None else one.pending,
            dead=one.dead or 0,
            oldest_hours=one.oldest_hours,
            wrong_pins=one.wrong_pins,
        )
        for one in list_stations(session, centre_id)
        if one.paired_at is not None
    ]


def find_tablet(session: Session, token: str, now: datetime) -> Tablet | None:
    """The paired tablet that holds this token; None when it is unknown, not paired yet or revoked."""
    rows = TABLET_OF_TOKEN.rows(session, token_hash=token_hash(token))
    if not rows:
        return None
    station_id, name, screen_id, centre_id, audience, slug, timezone, epoch, high_water_on = rows[0]
    poster = Poster(centre_id, slug, timezone, audience, station_id, screen_id)
    return Tablet(station_id, name, screen_id, poster, standing(epoch, high_water_on, now))
