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
from sqlalchemy.orm import ORMExecuteState, Session

PRAGMAS = (
    "PRAGMA journal_mode=TRUNCATE",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=5000",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
)

# Past this the answer is 503 and the tablet keeps its tap. With busy_timeout it stays under the 8 s a tablet waits.
WRITE_LOCK_SECONDS = 2.5

# SQLite has one writer at a time. Waiting here, in order, instead of in its busy handler cuts the
# slowest answers of 64 writers ten times; busy_timeout is left for other processes.
_write_lock = threading.Lock()


# An option of the app's engine: outside of `writing` nothing can be written.
WRITES_IN_TRANSACTIONS = "kiosk_writes_in_transactions"


class DatabaseIsBusy(Exception):
    """The write lock was not free within WRITE_LOCK_SECONDS."""


class WroteOutsideTransaction(Exception):
    """A mistake of ours: something was about to be written outside of `writing`."""


def server_threads(url: str) -> int:
    """SQLite has one writer, and more threads only let a report run beside; PostgreSQL syncs for several at once."""
    return 4 if url.startswith("sqlite") else 8


def engine_options(url: str) -> dict[str, Any]:
    """How the app's engine is made: a connection for each thread of the server, and none that writes by accident."""
    return {
        "execution_options": {WRITES_IN_TRANSACTIONS: True},
        "pool_size": server_threads(url),
        # What is bound to a statement must not come into the log: ids, times, names of people.
        "hide_parameters": True,
    }


@event.listens_for(Engine, "connect")
def _set_pragmas(connection: Any, record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        # None: the driver opens no transactions of its own; begin_immediate does.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(pragma)


def begin_immediate(connection: Connection) -> None:
    """From here to the commit, what this SQLite connection does is one transaction that writes.

    There is no BEGIN for what only reads. A deferred transaction that reads first and writes later fails under
    load whatever the time-out, and one that only reads keeps every writer from committing until it ends: a
    report would hold up the taps.
    """
    driver = connection.connection.dbapi_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError("not a connection of SQLite")
    if not connection.in_transaction():
        # So that SQLAlchemy, too, knows of a transaction that a commit ends.
        connection.begin()
    driver.execute("BEGIN IMMEDIATE")


@event.listens_for(Session, "before_flush")
def _refuse_stray_flush(session: Session, context: object, instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        _refuse_stray_writes(session)


@event.listens_for(Session, "do_orm_execute")
def _refuse_stray_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        _refuse_stray_writes(state.session)


def _refuse_stray_writes(session: Session) -> None:
    """Without a transaction each statement would stand alone, so none may write.

    (PRAGMA query_only would say so too, but each change of it makes SQLite prepare all statements anew.)
    """
    connection = session.connection()
    driver = connection.connection.dbapi_connection
    is_stray = isinstance(driver, sqlite3.Connection) and not driver.in_transaction
    if is_stray and connection.get_execution_options().get(WRITES_IN_TRANSACTIONS, False):
        raise WroteOutsideTransaction


@contextmanager
def writing(session: Session) -> Iterator[None]:
    """One transaction that writes. The caller commits inside; anything else is rolled back.

    What the session has read before was read outside of it.
    Raises DatabaseIsBusy when another thread kept the lock for WRITE_LOCK_SECONDS.
    """
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _take_write_lock()
    # Looked up once for all that runs on it directly (models/prepared.py).
    session.info["connection"] = connection
    try:
        if sqlite:
            begin_immediate(connection)
        yield
    except BaseException:
        session.rollback()
        raise
    finally:
        del session.info["connection"]
        # Without a commit this takes the transaction back; after one it does nothing.
        if session.in_transaction():
            session.rollback()
        if sqlite:
            _write_lock.release()


def vacuum(session: Session) -> None:
    """Write SQLite's file anew, so that nothing is left of what was changed or deleted; nothing on PostgreSQL.

    It is no transaction: the caller has committed. Taps wait meanwhile, and get 503 when it takes longer than
    WRITE_LOCK_SECONDS. Raises DatabaseIsBusy.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        _take_write_lock()
        try:
            connection.exec_driver_sql("VACUUM")
        finally:
            _write_lock.release()
    session.rollback()


def _take_write_lock() -> None:
    if not _write_lock.acquire(timeout=WRITE_LOCK_SECONDS):
        raise DatabaseIsBusy
