"""A look into the database file, past the server."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID

from kiosk.config import SQLITE_FILE
from tests.faults.server import PATIENCE

# What the ledger says of a tap: activity, signed count, what it undoes.
Content = tuple[str, int, UUID | None]


def ask(instance: Path, question: str, *values: object) -> list[tuple[Any, ...]]:
    with closing(open_file(instance)) as database:
        return database.execute(question, values).fetchall()


def open_file(instance: Path) -> sqlite3.Connection:
    """As another process would; transactions are the caller's own."""
    path = f"file:{instance / SQLITE_FILE}?mode=rw"
    return sqlite3.connect(path, uri=True, timeout=PATIENCE, isolation_level=None)


def read_ledger(instance: Path) -> dict[UUID, Content]:
    rows = ask(
        instance,
        "SELECT tally_event.id, activity.key, tally_event.count, tally_event.undoes "
        "FROM tally_event JOIN activity ON activity.id = tally_event.activity_id",
    )
    return {UUID(bytes=id): (key, count, undoes and UUID(bytes=undoes)) for id, key, count, undoes in rows}


def integrity(instance: Path) -> str:
    """`ok`, or what is wrong with the file."""
    return "; ".join(str(answer) for (answer,) in ask(instance, "PRAGMA integrity_check"))
