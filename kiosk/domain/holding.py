"""Taps that are kept but not counted yet: a person decides. Once held, a tap never counts by itself."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import and_, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.ledger import insert_once
from kiosk.kinds import Outcome
from kiosk.models import HeldTap

LARGEST_INTEGER = 2**31 - 1


def held_key(tap_id: UUID, centre: str, activity: str | None, count: int | None, undoes: UUID | None) -> UUID:
    """The key of a held tap, made from its id and content: the same tap sent again is the same row."""
    return uuid5(tap_id, f"{centre}\n{activity}\n{count}\n{undoes}")


def hold(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep taps, given as {column of HeldTap: value}; one that is held already stays as it is."""
    if rows:
        session.execute(insert_once(session, HeldTap), [row | {"count": _storable(row["count"])} for row in rows])


def find_held(session: Session, ids: Collection[UUID]) -> tuple[set[UUID], list[HeldTap]]:
    """The keys of all taps ever held under these ids, and the undos that wait for a tap among them."""
    waits = and_(HeldTap.undoes.in_(ids), HeldTap.undoes.is_not(None), HeldTap.settled_at.is_(None))
    found = session.scalars(select(HeldTap).where(or_(HeldTap.tap_id.in_(ids), waits))).all()
    return {one.key for one in found}, [one for one in found if one.undoes in ids and one.settled_at is None]


def settle(session: Session, key: UUID, outcome: Outcome, user_id: int | None, now: datetime) -> bool:
    """Settle a held tap and forget its minute. False when somebody else was first."""
    done = session.execute(
        update(HeldTap)
        .where(HeldTap.key == key, HeldTap.settled_at.is_(None))
        .values(settled_at=now, settled_by_id=user_id, outcome=outcome, tapped_at=None, received_at=None)
        .returning(HeldTap.key)
    )
    return done.first() is not None


def _storable(count: int | None) -> int | None:
    return count if count is not None and abs(count) <= LARGEST_INTEGER else None
