"""Pairing: a browser shows a code, a leader who stands before it approves, the browser gets its token.

The shape of RFC 8628 (device authorization): the code opens nothing by itself, because what is approved goes to
the browser that holds the secret. Neither is stored in clear.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import token_hash
from kiosk.domain.auditing import audit
from kiosk.domain.screen_codes import code_of, read_code
from kiosk.domain.stations import add_station, pair
from kiosk.models import Pairing, Screen, Station

# To read the code, find the leader's phone, sign in and type it. After that, as long again to fetch the token.
CODE_LASTS = timedelta(minutes=10)
# Long enough to say of a code that it was used or is too old, and not just that it is wrong.
FORGOTTEN_AFTER = timedelta(days=1)
# Whoever asks may be anybody on the network: the table stays small.
MOST_WAITING = 100


class CodeRefused(Exception):
    """A code that cannot be approved: one of the three below."""


class CodeUnknown(CodeRefused):
    """No tablet shows this code."""


class CodeTooOld(CodeRefused):
    """It was shown longer than CODE_LASTS ago."""


class CodeUsed(CodeRefused):
    """A leader has approved it already."""


class State(StrEnum):
    """How far a browser has come that asks to become a tablet."""

    WAITING = "waiting"
    APPROVED = "approved"
    OVER = "over"


@dataclass(frozen=True)
class Approved:
    """What became of a code: the tablet's name, and whether its browser has its token."""

    name: str
    is_paired: bool


def ask(session: Session, now: datetime) -> str:
    """A browser asks to become a tablet. Returns its secret; the code to show is `code_of` it."""
    session.execute(delete(Pairing).where(Pairing.created_at < now - FORGOTTEN_AFTER))
    waiting = select(Pairing.id).where(Pairing.station_id.is_(None)).order_by(Pairing.id.desc())
    session.execute(delete(Pairing).where(Pairing.id.in_(waiting.offset(MOST_WAITING - 1))))
    while True:
        secret = secrets.token_urlsafe(32)
        hashed = token_hash(code_of(secret))
        # Once in seven thousand million, but then two tablets would show the same.
        if session.scalar(select(Pairing.id).where(Pairing.code_hash == hashed)) is None:
            break
    session.add(Pairing(code_hash=hashed, secret_hash=token_hash(secret), created_at=now))
    return secret


def look(session: Session, secret: str, now: datetime) -> State:
    """How far the browser with this secret has come."""
    found = session.scalar(select(Pairing).where(Pairing.secret_hash == token_hash(secret)))
    if found is None or found.used_at is not None:
        return State.OVER
    if found.approved_at is not None:
        return State.APPROVED if _is_good(found.approved_at, now) else State.OVER
    return State.WAITING if _is_good(found.created_at, now) else State.OVER


def find_approved(session: Session, typed: str, now: datetime) -> Approved | None:
    """What this code was approved for; None while it waits. Raises CodeUnknown or CodeTooOld."""
    found = session.execute(
        select(Pairing, Station.name)
        .outerjoin(Station, Station.id == Pairing.station_id)
        .where(Pairing.code_hash == token_hash(read_code(typed)))
    ).first()
    if found is None:
        raise CodeUnknown
    pairing, name = found
    if pairing.used_at is None and not _is_good(pairing.approved_at or pairing.created_at, now):
        raise CodeTooOld
    return None if name is None else Approved(name, pairing.used_at is not None)


def approve_new(
    session: Session,
    typed: str,
    screens: Sequence[Screen],
    name: str,
    now: datetime,
    *,
    pin: str = "",
    user_id: int | None,
) -> Station:
    """The browser that shows this code becomes a new tablet.

    Raises CodeUnknown, CodeTooOld, CodeUsed, or what `add_station` raises.
    """
    _demand_waiting(session, typed, now)
    station = add_station(session, screens, name, now, pin=pin, user_id=user_id)
    _approve(session, typed, station, now)
    return station


def approve_again(session: Session, typed: str, station: Station, now: datetime, user_id: int | None) -> None:
    """The browser that shows this code becomes this tablet, which was paired before.

    Raises CodeUnknown, CodeTooOld or CodeUsed.
    """
    _demand_waiting(session, typed, now)
    _approve(session, typed, station, now)
    audit(session, "station.pair", station.name, {}, {}, centre_id=station.centre_id, user_id=user_id, now=now)


def fetch_token(session: Session, secret: str, now: datetime) -> str | None:
    """The token for the browser with this secret, once; None while nobody has approved, or when it is over."""
    used = session.execute(
        update(Pairing)
        .where(
            Pairing.secret_hash == token_hash(secret),
            Pairing.approved_at > now - CODE_LASTS,
            Pairing.approved_at < now + CODE_LASTS,
            Pairing.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(Pairing.station_id)
    ).first()
    if used is None:
        return None
    station = session.get_one(Station, used[0])
    # Cut off between the approval and now.
    return None if station.revoked_at is not None else pair(session, station, now)


def _is_good(since: datetime, now: datetime) -> bool:
    """Either way: a clock that has gone back makes no code good for ever."""
    return abs(now - since) < CODE_LASTS


def _demand_waiting(session: Session, typed: str, now: datetime) -> None:
    if find_approved(session, typed, now) is not None:
        raise CodeUsed


def _approve(session: Session, typed: str, station: Station, now: datetime) -> None:
    approved = session.execute(
        update(Pairing)
        .where(Pairing.code_hash == token_hash(read_code(typed)), Pairing.station_id.is_(None))
        .values(station_id=station.id, approved_at=now)
        .returning(Pairing.id)
    )
    # Two leaders at once.
    if approved.first() is None:
        raise CodeUsed
