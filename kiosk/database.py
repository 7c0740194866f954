"""How the kiosk opens its database and how a transaction that writes begins.

The pragmas and their reasons: durability was measured on images of what had reached the disk;
TRUNCATE with FULL loses no acknowledged commit at a power cut, the defaults can.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session

PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)

# Past this the answer is 503 and the tablet keeps its tap.
WRITE_LOCK_SECONDS = 4.0

# SQLite has one writer at a time. Waiting here, in order, instead of in its busy handler cuts the
# slowest answers of 64 writers ten times; busy_timeout is left for other processes.
_write_lock = threading.Lock()


class DatabaseIsBusy(Exception):
    """The write lock was not free within WRITE_LOCK_SECONDS."""


@event.listens_for(Engine, "connect")
def _set_pragmas(connection: Any, record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # None: the driver opens no transactions of its own; _begin does.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        writes = connection.get_execution_options().get("kiosk_writes", False)
        # A deferred transaction that reads first and writes later fails under load whatever the time-out.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """One transaction that writes. The caller commits inside; anything else is rolled back.

    Ends what the session had read before, because a transaction cannot turn from reading to writing.
    Raises DatabaseIsBusy when another thread kept the lock for WRITE_LOCK_SECONDS.
    """
    session.commit()
    sqlite = session.get_bind().dialect.name == "sqlite"
    if sqlite and not _write_lock.acquire(timeout=WRITE_LOCK_SECONDS):
        raise DatabaseIsBusy
    try:
        session.connection(execution_options={"kiosk_writes": True})
        yield
    except BaseException:
        session.rollback()
        raise
    finally:
        # Without a commit this takes the transaction back; after one it does nothing.
        if session.in_transaction():
            session.rollback()
        if sqlite:
            _write_lock.release()
