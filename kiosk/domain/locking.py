"""The PIN of a tablet: it guards what a tablet shows beside the participants' screen.

It opens the screen on this tablet, not a person. The server trusts a tablet for all its screens, so that no tap
is lost because a screen was locked while it waited.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from kiosk.domain.auditing import audit
from kiosk.domain.passwords import hash_secret
from kiosk.kinds import Audience
from kiosk.models import Screen, Station, StationScreen

DIGITS = 6
# Without a touch for this long, the screens are locked again.
IDLE = timedelta(minutes=3)
# So many wrong ones, and the tablet takes none for a while; never for ever.
TRIES = 5
REST = timedelta(minutes=5)
# So many since the last right one, and a leader is told.
TELL_AFTER = 10


class PinMissing(Exception):
    """A screen that is not for participants stands beside one that is, and there is no PIN."""


class PinNotValid(Exception):
    """A PIN is six digits, and not six of the same nor in a row."""


class PinRests(Exception):
    """Too many wrong ones: none is looked at for so many `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class ScreenNotFound(Exception):
    """The tablet has no such further screen."""


@dataclass(frozen=True)
class OtherScreen:
    """A further screen of a tablet. `is_guarded`: only with the PIN; `is_open`: it may be shown now."""

    screen_id: int
    name: str
    audience: Audience
    is_guarded: bool
    is_open: bool


def is_guarded(start: Audience, other: Audience) -> bool:
    """What is not for participants is locked where participants are."""
    return start is Audience.PARTICIPANT and other is not Audience.PARTICIPANT


def list_other_screens(session: Session, station_id: int, now: datetime) -> list[OtherScreen]:
    """The screens of a tablet beside the one it starts with."""
    station, start = session.execute(
        select(Station, Screen.audience).join(Screen, Screen.id == Station.screen_id).where(Station.id == station_id)
    ).one()
    others = select(Screen).join(StationScreen, StationScreen.screen_id == Screen.id)
    return [
        _shown(one, start, is_unlocked=is_unlocked(station, now))
        for one in session.scalars(others.where(StationScreen.station_id == station_id).order_by(Screen.id))
    ]


def find_other_screen(session: Session, station_id: int, screen_id: int, now: datetime) -> OtherScreen:
    """Raises ScreenNotFound."""
    for one in list_other_screens(session, station_id, now):
        if one.screen_id == screen_id:
            return one
    raise ScreenNotFound


def is_unlocked(station: Station, now: datetime) -> bool:
    # The clock may have gone back: what it opened must not stay open until it has caught up.
    return station.opened_at is not None and abs(now - station.opened_at) < IDLE


def set_pin(session: Session, station: Station, pin: str, now: datetime, user_id: int | None) -> None:
    """Raises PinNotValid. What the old one opened is locked, and old mistakes are forgotten."""
    station.pin_hash = hash_pin(pin)
    station.opened_at = station.wrong_pin_at = None
    station.wrong_pins = 0
    audit(session, "station.set_pin", station.name, {}, {}, centre_id=station.centre_id, user_id=user_id, now=now)


def hash_pin(pin: str) -> str:
    """Raises PinNotValid."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        raise PinNotValid
    steps = {int(after) - int(before) for before, after in pairwise(pin)}
    if steps in ({0}, {1}, {-1}):
        raise PinNotValid
    return hash_secret(pin)


def open_screens(session: Session, station_id: int, pin: str, now: datetime) -> int | None:
    """Unlock the tablet's screens and return None, or how many tries are left. Raises PinRests or PinMissing.

    Must run in a transaction that writes and be committed either way: a mistake counts. The hash is worked out
    inside of it, so that many tries at once come one after the other.
    """
    station = session.scalars(select(Station).where(Station.id == station_id).with_for_update()).one()
    if station.pin_hash is None:
        raise PinMissing
    rest = seconds_of_rest(station, now)
    if rest > 0:
        raise PinRests(rest)
    if check_password_hash(station.pin_hash, pin):
        station.opened_at, station.wrong_pin_at, station.wrong_pins = now, None, 0
        return None
    station.wrong_pins += 1
    station.wrong_pin_at = now
    return -station.wrong_pins % TRIES


def seconds_of_rest(station: Station, now: datetime) -> float:
    """How long no PIN is looked at; 0 when one may be tried."""
    if not station.wrong_pins or station.wrong_pins % TRIES or station.wrong_pin_at is None:
        return 0.0
    # The clock may have gone back: nobody waits until it has caught up.
    return max(0.0, (REST - abs(now - station.wrong_pin_at)).total_seconds())


def keep_open(session: Session, station_id: int, now: datetime) -> bool:
    """Somebody is at the screen. Whether it was still open."""
    station = session.get_one(Station, station_id)
    if not is_unlocked(station, now):
        return False
    station.opened_at = now
    return True


def lock(session: Session, station_id: int) -> None:
    session.get_one(Station, station_id).opened_at = None


def _shown(screen: Screen, start: Audience, *, is_unlocked: bool) -> OtherScreen:
    guarded = is_guarded(start, screen.audience)
    return OtherScreen(screen.id, screen.name, screen.audience, guarded, not guarded or is_unlocked)
