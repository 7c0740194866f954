"""Taps that are kept but not counted yet: a person decides. Once held, a tap never counts by itself."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kiosk.domain.ledger import insert_once
from kiosk.kinds import HoldReason, Outcome
from kiosk.models import HeldTap
from kiosk.models.prepared import Prepared

LARGEST_INTEGER = 2**31 - 1

UNDOS_THAT_WAIT = Prepared(
    select(HeldTap.key, HeldTap.undoes).where(
        HeldTap.centre_id == bindparam("centre_id"),
        HeldTap.settled_at.is_(None),
        HeldTap.undoes.is_not(None),
        # Those that wait for anything but their tap wait for a person.
        HeldTap.reason == HoldReason.UNDO_BEFORE_TAP,
    )
)


def held_key(tap_id: UUID, centre: str, activity: str | None, count: int | None, undoes: UUID | None) -> UUID:
    """The key of a held tap, made from its id and content: the same tap sent again is the same row."""
    return uuid5(tap_id, f"{centre}\n{activity}\n{count}\n{undoes}")


def hold(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep taps, given as {column of HeldTap: value}; one that is held already stays as it is."""
    if rows:
        session.execute(insert_once(session, HeldTap), [row | {"count": _storable(row["count"])} for row in rows])


def find_waiting_undos(session: Session, centre_id: int, taps: Collection[UUID]) -> list[HeldTap]:
    """The centre's undos that came before their taps, for those of these taps."""
    keys = [key for key, tap_id in UNDOS_THAT_WAIT.rows(session, centre_id=centre_id) if tap_id in taps]
    return list(session.scalars(select(HeldTap).where(HeldTap.key.in_(keys)))) if keys else []


def settle(session: Session, key: UUID, outcome: Outcome, user_id: int | None, now: datetime) -> bool:
    """Settle a held tap and forget its minute. False when somebody else was first.

    Nobody (`user_id` None) settles an undo the moment its tap comes: of that instant only the hour is kept.
    """
    settled_at = now if user_id is not None else now.replace(minute=0, second=0, microsecond=0)
    done = session.execute(
        update(HeldTap)
        .where(HeldTap.key == key, HeldTap.settled_at.is_(None))
        .values(settled_at=settled_at, settled_by_id=user_id, outcome=outcome, tapped_at=None, received_at=None)
        .returning(HeldTap.key)
    )
    return done.first() is not None


def _storable(count: int | None) -> int | None:
    return count if count is not None and abs(count) <= LARGEST_INTEGER else None
