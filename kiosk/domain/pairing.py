"""Paired tablets: how one gets in, and who it is when it comes again."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import token_hash
from kiosk.domain.auditing import audit
from kiosk.domain.installing import Standing, standing
from kiosk.domain.tallying import Poster
from kiosk.domain.wire import Health
from kiosk.kinds import Audience
from kiosk.models import Centre, Installation, Screen, Station
from kiosk.models.prepared import Prepared

# A link that pairs a browser works once, and not for long.
LINK_LASTS = timedelta(minutes=30)

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


class LinkNotValid(Exception):
    """The pairing link was used already, is too old, or never was one."""


class NameMissing(Exception):
    """A tablet needs a name of 1–80 characters."""


@dataclass(frozen=True)
class TabletHealth:
    """How a tablet is: taps that wait on it (for `oldest_hours` whole hours), and dead ones it cannot send.

    `pending` None: it told of itself that it can keep no tap.
    """

    name: str
    last_seen_at: datetime | None
    is_silent: bool
    pending: int | None
    dead: int
    oldest_hours: int | None

    @property
    def needs_a_look(self) -> bool:
        return self.is_silent or self.pending is None or self.dead > 0 or bool(self.oldest_hours)


@dataclass(frozen=True)
class Tablet:
    """A paired tablet that asks for something."""

    station_id: int
    name: str
    screen_id: int
    poster: Poster
    # Of the installation it belongs to, read in one go: a tap asks for both.
    standing: Standing


def add_station(
    session: Session, screen: Screen, name: str, now: datetime, *, is_paired: bool, user_id: int | None = None
) -> str:
    """Add a tablet. Returns its token (`is_paired`) or else the one-time code of the link that pairs it.

    Raises NameMissing. Neither token nor code is stored in clear.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= 80:
        raise NameMissing
    token = secrets.token_urlsafe(32)
    session.add(
        Station(
            centre_id=screen.centre_id,
            screen_id=screen.id,
            name=name,
            token_hash=token_hash(token),
            created_at=now,
            paired_at=now if is_paired else None,
        )
    )
    audit(
        session, "station.add", name, {}, {"screen": screen.name}, centre_id=screen.centre_id, user_id=user_id, now=now
    )
    return token


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
            name=one.name,
            last_seen_at=one.last_seen_at,
            is_silent=one.last_seen_at is None or one.last_seen_at < now - SILENT_AFTER,
            pending=0 if one.last_seen_at is None else one.pending,
            dead=one.dead or 0,
            oldest_hours=one.oldest_hours,
        )
        for one in list_stations(session, centre_id)
    ]


def list_stations(session: Session, centre_id: int) -> list[Station]:
    """The centre's tablets that are paired, by name."""
    paired = select(Station).where(
        Station.centre_id == centre_id, Station.paired_at.is_not(None), Station.revoked_at.is_(None)
    )
    return list(session.scalars(paired.order_by(Station.name, Station.id)))


def renew_first_link(session: Session, now: datetime) -> str | None:
    """A one-time code for a door tablet while no tablet was ever paired; None from then on."""
    if session.scalar(select(Station.id).where(Station.paired_at.is_not(None)).limit(1)) is not None:
        return None
    unused = select(Station).where(Station.paired_at.is_(None), Station.revoked_at.is_(None))
    waiting = session.scalar(unused.order_by(Station.id).limit(1))
    if waiting is not None:
        code = secrets.token_urlsafe(32)
        waiting.token_hash, waiting.created_at = token_hash(code), now
        return code
    screen = session.scalar(select(Screen).where(Screen.audience == Audience.PARTICIPANT).order_by(Screen.id).limit(1))
    return None if screen is None else add_station(session, screen, screen.name, now, is_paired=False)


def find_link(session: Session, code: str, now: datetime) -> Station:
    """The tablet that this code would pair. Raises LinkNotValid."""
    station = session.scalar(
        select(Station).where(
            Station.token_hash == token_hash(code),
            Station.paired_at.is_(None),
            Station.revoked_at.is_(None),
            Station.created_at > now - LINK_LASTS,
        )
    )
    if station is None:
        raise LinkNotValid
    return station


def pair_by_link(session: Session, code: str, now: datetime) -> str:
    """Use the code up. Returns the tablet's token. Raises LinkNotValid."""
    station = find_link(session, code, now)
    token = secrets.token_urlsafe(32)
    used = session.execute(
        update(Station)
        .where(Station.id == station.id, Station.paired_at.is_(None))
        .values(token_hash=token_hash(token), paired_at=now)
        .returning(Station.id)
    )
    if used.first() is None:
        raise LinkNotValid
    return token


def find_tablet(session: Session, token: str, now: datetime) -> Tablet | None:
    """The paired tablet that holds this token; None when it is unknown, not paired yet or revoked."""
    rows = TABLET_OF_TOKEN.rows(session, token_hash=token_hash(token))
    if not rows:
        return None
    station_id, name, screen_id, centre_id, audience, slug, timezone, epoch, high_water_on = rows[0]
    poster = Poster(centre_id, slug, timezone, audience, station_id, screen_id)
    return Tablet(station_id, name, screen_id, poster, standing(epoch, high_water_on, now))
