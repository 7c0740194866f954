"""The centre's tablets as its leader looks after them: added, renamed, given screens, cut off."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.domain.access import token_hash
from kiosk.domain.auditing import audit
from kiosk.domain.locking import PinMissing, hash_pin, is_guarded
from kiosk.kinds import Audience
from kiosk.models import Screen, Station, StationScreen

LONGEST_NAME = 80


class NameMissing(Exception):
    """A tablet needs a name of 1–80 characters."""


class NameTaken(Exception):
    """Another tablet of the centre has this name."""


class ScreenMissing(Exception):
    """A tablet needs a screen, and all its screens are of one centre."""


class StationNotFound(Exception):
    """No such tablet at this centre, or it was cut off."""


def add_station(
    session: Session,
    screens: Sequence[Screen],
    name: str,
    now: datetime,
    *,
    pin: str = "",
    user_id: int | None = None,
) -> Station:
    """Add a tablet that waits to be paired. Its screens are put in order: participants' first.

    Raises NameMissing, NameTaken, ScreenMissing, PinMissing or PinNotValid.
    """
    first, *others = _in_order(screens)
    station = Station(
        centre_id=first.centre_id,
        screen_id=first.id,
        name=_read_name(session, first.centre_id, name),
        token_hash=token_hash(secrets.token_urlsafe(32)),
        pin_hash=hash_pin(pin) if pin else None,
        created_at=now,
        # The database fills it in, too late for who reads it in this transaction.
        wrong_pins=0,
    )
    _demand_pin(station, first, others)
    session.add(station)
    # Its key is needed by what belongs to it.
    session.flush()
    session.add_all(StationScreen(station_id=station.id, screen_id=one.id) for one in others)
    new = {"screens": [one.name for one in (first, *others)]}
    audit(session, "station.add", station.name, {}, new, centre_id=first.centre_id, user_id=user_id, now=now)
    return station


def pair(session: Session, station: Station, now: datetime) -> str:
    """Make whoever holds the returned token this tablet; who held another one before is it no longer."""
    token = secrets.token_urlsafe(32)
    station.token_hash = token_hash(token)
    station.paired_at = now
    station.opened_at = None
    return token


def list_stations(session: Session, centre_id: int) -> list[Station]:
    """The centre's tablets that were not cut off, paired or not, by name."""
    rows = select(Station).where(Station.centre_id == centre_id, Station.revoked_at.is_(None))
    return list(session.scalars(rows.order_by(Station.name, Station.id)))


def find_station(session: Session, centre_id: int, station_id: int) -> Station:
    """Raises StationNotFound."""
    station = session.scalar(
        select(Station).where(Station.id == station_id, Station.centre_id == centre_id, Station.revoked_at.is_(None))
    )
    if station is None:
        raise StationNotFound
    return station


def find_named_station(session: Session, centre_id: int, name: str) -> Station:
    """Raises StationNotFound."""
    for one in list_stations(session, centre_id):
        if one.name.casefold() == " ".join(name.split()).casefold():
            return one
    raise StationNotFound


def list_screens_of(session: Session, stations: Sequence[Station]) -> dict[int, list[Screen]]:
    """The screens of each tablet, by its id, the one it starts with first."""
    ids = [one.id for one in stations]
    firsts = select(Screen).where(Screen.id.in_([one.screen_id for one in stations]))
    by_id = {one.id: one for one in session.scalars(firsts)}
    found = {one.id: [by_id[one.screen_id]] for one in stations}
    others = select(StationScreen.station_id, Screen).join(Screen, Screen.id == StationScreen.screen_id)
    for station_id, screen in session.execute(others.where(StationScreen.station_id.in_(ids)).order_by(Screen.id)):
        found[station_id].append(screen)
    return {id: _in_order(screens) for id, screens in found.items()}


def change_station(
    session: Session, station: Station, name: str, screens: Sequence[Screen], now: datetime, user_id: int | None
) -> None:
    """Give a tablet its name and screens. Raises NameMissing, NameTaken, ScreenMissing or PinMissing."""
    first, *others = _in_order(screens)
    _demand_pin(station, first, others)
    before = list_screens_of(session, [station])[station.id]
    old_name, station.name = station.name, _read_name(session, station.centre_id, name, but=station.id)

    def keep(verb: str, old: dict[str, object], new: dict[str, object]) -> None:
        audit(session, verb, station.name, old, new, centre_id=station.centre_id, user_id=user_id, now=now)

    if station.name != old_name:
        keep("station.rename", {"name": old_name}, {"name": station.name})
    if [one.id for one in before] != [one.id for one in (first, *others)]:
        station.screen_id = first.id
        session.execute(delete(StationScreen).where(StationScreen.station_id == station.id))
        session.add_all(StationScreen(station_id=station.id, screen_id=one.id) for one in others)
        keep(
            "station.change_screens",
            {"screens": [one.name for one in before]},
            {"screens": [one.name for one in (first, *others)]},
        )


def revoke(session: Session, station: Station, now: datetime, user_id: int | None) -> None:
    """Cut a tablet off: from this moment it may do nothing. What waits on it is sent when it is paired again."""
    station.revoked_at = now
    station.opened_at = None
    audit(session, "station.revoke", station.name, {}, {}, centre_id=station.centre_id, user_id=user_id, now=now)


def _in_order(screens: Sequence[Screen]) -> list[Screen]:
    if not screens or len({one.centre_id for one in screens}) > 1:
        raise ScreenMissing
    order = list(Audience)
    return sorted({one.id: one for one in screens}.values(), key=lambda one: (order.index(one.audience), one.id))


def _demand_pin(station: Station, first: Screen, others: Sequence[Screen]) -> None:
    if station.pin_hash is None and any(is_guarded(first.audience, one.audience) for one in others):
        raise PinMissing


def _read_name(session: Session, centre_id: int, name: str, *, but: int | None = None) -> str:
    # PostgreSQL takes no NUL in a text.
    name = " ".join(name.replace("\0", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NameMissing
    for one in list_stations(session, centre_id):
        if one.id != but and one.name.casefold() == name.casefold():
            raise NameTaken
    return name
