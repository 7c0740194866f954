"""How the kiosk opens its database and how a transaction that writes begins.

The pragmas and their reasons: durability was measured on images of what had reached the disk;
TRUNCATE with FULL loses no acknowledged commit at a power cut, the defaults can.
"""

import sqlite3
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
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
TURN_SECONDS = 2.5

# SQLite has one writer at a time, and while it commits nobody begins to read. Waiting here instead of in its busy
# handler cuts the slowest answers of 64 writers ten times: that looks again only every 0.1 s, and on a slow disk
# finds the door shut each time until it gives up. busy_timeout is left for other processes.
_turn = threading.RLock()


# An option of the app's engine: outside of `writing` nothing can be written.
WRITES_IN_TRANSACTIONS = "kiosk_writes_in_transactions"


class DatabaseIsBusy(Exception):
    """Nobody else was ready within TURN_SECONDS."""


def database_errors() -> tuple[type[Exception], ...]:
    """All that tells of trouble with the database, also what a driver raises that is used directly.

    Whoever has no PostgreSQL does without its driver, which takes 9 MB.
    """
    psycopg = sys.modules.get("psycopg")
    return DBAPIError, DatabaseIsBusy, sqlite3.Error, *([psycopg.Error] if psycopg else [])


class WroteOutsideTransaction(Exception):
    """A mistake of ours: something was about to be written outside of `writing`."""


def _take_turn() -> None:
    if not _turn.acquire(timeout=TURN_SECONDS):
        raise DatabaseIsBusy


class _Cursor(sqlite3.Cursor):
    """Begins to read only when nobody writes. Within `writing` the turn is its own."""

    def execute(self, *statement: Any) -> Self:
        _take_turn()
        try:
            return super().execute(*statement)
        finally:
            _turn.release()


class _Connection(sqlite3.Connection):
    def cursor(self, factory: Any = _Cursor) -> Any:
        return super().cursor(factory)


def server_threads(url: str) -> int:
    """SQLite has one writer, and more threads only let a report run beside; PostgreSQL syncs for several at once."""
    return 4 if url.startswith("sqlite") else 8


def engine_options(url: str) -> dict[str, Any]:
    """How the app's engine is made: a connection for each thread of the server, and none that writes by accident."""
    return {
        "execution_options": {WRITES_IN_TRANSACTIONS: True},
        "connect_args": {"factory": _Connection} if url.startswith("sqlite") else {},
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
    Raises DatabaseIsBusy when other threads kept it waiting for TURN_SECONDS.
    """
    connection = session.connection()
    sqlite = connection.dialect.name == "sqlite"
    if sqlite:
        _take_turn()
    try:
        if sqlite:
            begin_immediate(connection)
        yield
    except BaseException:
        session.rollback()
        raise
    finally:
        # Without a commit this takes the transaction back; after one it does nothing.
        if session.in_transaction():
            session.rollback()
        if sqlite:
            _turn.release()


def vacuum(session: Session) -> None:
    """Write SQLite's file anew, so that nothing is left of what was changed or deleted; nothing on PostgreSQL.

    It is no transaction: the caller has committed. All else waits meanwhile, and gets 503 when it takes longer
    than TURN_SECONDS. Raises DatabaseIsBusy.
    """
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("VACUUM")
    session.rollback()
