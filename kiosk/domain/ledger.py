"""The one way into the ledger: rows are added once or not at all, never changed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Insert, Table, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import DeclarativeBase, Session

from kiosk.kinds import Audience, EventKind, Quality, Span
from kiosk.models import Activity, Centre, TallyEvent
from kiosk.models.prepared import Prepared


@dataclass(frozen=True)
class Standing:
    """What stands in the ledger under an id; `count` signed, in the activity's smallest unit."""

    id: UUID
    centre: str
    centre_id: int
    activity: str
    activity_id: int
    kind: EventKind
    count: int
    day: date
    hour: int | None
    audience: Audience
    undoes: UUID | None


@dataclass(frozen=True)
class Countable:
    """What a tap or an undo adds to the ledger; `count` signed, in the activity's smallest unit."""

    activity_id: int
    count: int
    day: date
    hour: int | None
    audience: Audience


def tap_row(what: Countable, *, undoes: UUID | None, **columns: Any) -> dict[str, Any]:
    """The row of a TAP, or of an UNDO where it takes one back."""
    return {
        "kind": EventKind.TAP if undoes is None else EventKind.UNDO,
        "activity_id": what.activity_id,
        "count": what.count,
        "day": what.day,
        "span": Span.DAY,
        "hour": what.hour,
        "audience": what.audience,
        "undoes": undoes,
        "quality": Quality.COUNTED,
    } | columns


def takes_back(centre_id: int, activity: str | None, count: int | None, tap: Standing) -> bool:
    """Whether an undo that says this is an undo of this tap."""
    is_tap = tap.kind is EventKind.TAP
    return is_tap and (centre_id, activity, count) == (tap.centre_id, tap.activity, tap.count)


def taken_back(tap: Standing) -> Countable:
    """What the undo of a tap adds: the opposite, on the tap's own day and hour, by the tap's own audience."""
    return Countable(tap.activity_id, -tap.count, tap.day, tap.hour, tap.audience)


# Unrelated posts wait for each other once in so many.
SERIAL_KEYS = 1024


def insert_once(session: Session, model: type[DeclarativeBase]) -> Insert:
    """An INSERT that does nothing where a unique constraint is already taken."""
    return _insert_once(session.get_bind().dialect.name, model)


@cache
def _insert_once(dialect: str, model: type[DeclarativeBase]) -> Insert:
    table = model.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{model.__name__} is no plain table")
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


def add_events(session: Session, rows: Sequence[dict[str, Any]]) -> set[UUID]:
    """Add events, given as {column: value} with the same columns each. Returns the ids that were new."""
    if not rows:
        return set()
    dialect = session.get_bind().dialect.name
    # Without a network between, one after the other is quicker than one long statement for all.
    if len(rows) == 1 or dialect == "sqlite":
        did = INSERT_EVENT.did_each(session, (NO_VALUES | row for row in rows))
        return {row["id"] for row, is_new in zip(rows, did, strict=True) if is_new}
    insert = _insert_once(dialect, TallyEvent).returning(TallyEvent.__table__.c.id)
    return set(session.execute(insert, list(rows)).scalars())


INSERT_EVENT = Prepared(lambda dialect: _insert_once(dialect, TallyEvent))
NO_VALUES: dict[str, Any] = dict.fromkeys(column.name for column in TallyEvent.__table__.c)


def find_events(session: Session, ids: Collection[UUID]) -> dict[UUID, Standing]:
    """What stands in the ledger under these ids."""
    if not ids:
        return {}
    rows = session.execute(
        select(
            TallyEvent.id,
            Centre.slug.label("centre"),
            TallyEvent.centre_id,
            Activity.key.label("activity"),
            TallyEvent.activity_id,
            TallyEvent.kind,
            TallyEvent.count,
            TallyEvent.day,
            TallyEvent.hour,
            TallyEvent.audience,
            TallyEvent.undoes,
        )
        .join(Centre, Centre.id == TallyEvent.centre_id)
        .join(Activity, Activity.id == TallyEvent.activity_id)
        .where(TallyEvent.id.in_(ids))
    )
    return {row.id: Standing(**row._asdict()) for row in rows}


def find_undone(session: Session, taps: Collection[UUID]) -> set[UUID]:
    """Those of the taps that an undo has taken back."""
    if not taps:
        return set()
    undone = session.scalars(select(TallyEvent.undoes).where(TallyEvent.undoes.in_(taps)))
    return {id for id in undone if id is not None}


def serialise(session: Session, ids: Collection[UUID]) -> None:
    """Until the transaction ends, no other one that names these tap ids goes on.

    A tap and its undo may arrive in two transactions at once, each blind to the other. SQLite has one
    writer at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        # Folded, so that a long transaction does not use up the server's locks; sorted, so that two batches
        # cannot wait for each other.
        keys = sorted({one.int % SERIAL_KEYS for one in ids})
        lock = text("SELECT pg_advisory_xact_lock(key) FROM unnest(CAST(:keys AS bigint[])) AS key")
        session.execute(lock, {"keys": keys})
