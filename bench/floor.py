"""The floor: what the disk and a bare Flask route ask for one durable row, served as the kiosk is.

    python bench/floor.py serve --port 8001          the route
    python bench/floor.py raw --threads 64 --seconds 5     no web at all: that many threads, one lock

The row goes into a table as the ledger's: a random key without rowid and the index that answers the sums.
FLOOR_DATABASE is a SQLite file or the address of a PostgreSQL database.
"""

import argparse
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from uuid import uuid4

from flask import Flask, Response, jsonify

DAY, HOUR = "2026-11-21", 12

COLUMNS = """centre_id INTEGER NOT NULL, activity_id INTEGER NOT NULL, kind VARCHAR(20) NOT NULL,
    count INTEGER NOT NULL, day DATE NOT NULL, span VARCHAR(20) NOT NULL, hour INTEGER,
    tapped_at {instant}, received_at {instant}, station_id INTEGER, audience VARCHAR(20) NOT NULL,
    quality VARCHAR(20) NOT NULL, time_quality VARCHAR(20) NOT NULL"""
INDEX = "CREATE INDEX IF NOT EXISTS floor_sum ON floor_event (centre_id, day, activity_id, span, quality, count)"
INSERT = "INSERT INTO floor_event VALUES ({marks})"

Insert = Callable[[], None]

_write_lock = threading.Lock()
_local = threading.local()


def database() -> str:
    return os.environ["FLOOR_DATABASE"]


def make_table() -> None:
    if database().startswith("postgres"):
        connection = _open_postgres()
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS floor_event (id UUID PRIMARY KEY, {COLUMNS.format(instant='TIMESTAMPTZ')})"
        )
        connection.execute(INDEX)
        connection.commit()
        return
    sqlite = open_sqlite(database())
    sqlite.execute(
        f"""CREATE TABLE IF NOT EXISTS floor_event
            (id BLOB(16) NOT NULL PRIMARY KEY, {COLUMNS.format(instant="DATETIME")}) WITHOUT ROWID"""
    )
    sqlite.execute(INDEX)
    sqlite.close()


def open_sqlite(path: str) -> sqlite3.Connection:
    # The kiosk's own, so that both always ask the same of the disk.
    from kiosk.database import PRAGMAS

    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def insert_one() -> None:
    """One durable row, with this thread's connection."""
    if not hasattr(_local, "insert"):
        _local.insert = _postgres_insert() if database().startswith("postgres") else _sqlite_insert()
    _local.insert()


def _row() -> tuple[object, ...]:
    at = "2026-11-21 11:00:00.000000"
    return (1, 1, "tap", 1, DAY, "day", HOUR, at, at, 1, "participant", "counted", "sure")


def _sqlite_insert() -> Insert:
    connection = open_sqlite(database())
    statement = INSERT.format(marks=",".join("?" * 14))

    def insert() -> None:
        with _write_lock:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(statement, (os.urandom(16), *_row()))
            connection.execute("COMMIT")

    return insert


def _postgres_insert() -> Insert:
    connection = _open_postgres()
    statement = INSERT.format(marks=",".join(["%s"] * 14))

    def insert() -> None:
        connection.execute(statement, (uuid4(), *_row()))
        connection.commit()

    return insert


def _open_postgres():  # type: ignore[no-untyped-def]
    import psycopg

    return psycopg.connect(database())


def create_app() -> Flask:
    app = Flask("floor", static_folder=None)

    @app.post("/api/taps")
    def taps() -> Response:
        insert_one()
        return jsonify(recorded=True)

    @app.get("/healthz")
    def health() -> Response:
        return jsonify(well=True)

    return app


def serve(port: int) -> None:
    """With the kiosk's own settings of the server, whatever they are."""
    from kiosk import serving

    kiosk_granian = serving.Granian
    serving.Granian = lambda target, **settings: kiosk_granian("floor:create_app", **settings)  # type: ignore
    serving.serve("127.0.0.1", port, "sqlite:" if database().startswith("/") else database())


def raw_rate(threads: int, seconds: float) -> float:
    """Rows a second from that many threads."""
    counts = [0] * threads
    end = time.perf_counter() + seconds

    def work(number: int) -> None:
        while time.perf_counter() < end:
            insert_one()
            counts[number] += 1

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    begin = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return sum(counts) / (time.perf_counter() - begin)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["serve", "raw"])
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--threads", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5)
    asked = parser.parse_args()
    make_table()
    if asked.what == "serve":
        serve(asked.port)
    else:
        print(raw_rate(asked.threads, asked.seconds))


if __name__ == "__main__":
    main()
