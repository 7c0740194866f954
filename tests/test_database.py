"""Nothing is written outside of a transaction that says so, and who reads waits until nobody commits."""

import subprocess
import sys
from threading import Event, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.database import WroteOutsideTransaction, writing
from kiosk.extensions import db
from kiosk.models import Centre
from tests.build import House


@pytest.mark.parametrize("way", ["statement", "object"])
def test_a_write_outside_of_writing_is_refused_on_sqlite(app: Flask, house: House, engine_name: str, way: str) -> None:
    if engine_name == "postgresql":
        # There every statement stands in a transaction, and without a commit nothing stays.
        return
    with app.app_context(), pytest.raises(WroteOutsideTransaction):
        if way == "statement":
            db.session.execute(update(Centre).values(name="Et annet"))
        else:
            db.session.scalars(select(Centre)).first().name = "Et annet"  # type: ignore[union-attr]
            db.session.commit()


def test_without_a_commit_nothing_of_a_writing_block_stays(app: Flask, house: House) -> None:
    with app.app_context():
        with writing(db.session()):
            db.session.execute(update(Centre).values(name="Et annet"))
        assert "Et annet" not in db.session.scalars(select(Centre.name)).all()


def test_an_error_takes_the_whole_block_back_and_lets_the_next_one_in(app: Flask, house: House) -> None:
    with app.app_context():
        with pytest.raises(ZeroDivisionError), writing(db.session()):
            db.session.execute(update(Centre).values(name="Et annet"))
            raise ZeroDivisionError
        with writing(db.session()):
            db.session.execute(update(Centre).values(name="Et tredje"))
            db.session.commit()
        assert set(db.session.scalars(select(Centre.name))) == {"Et tredje"}


def test_a_read_waits_its_turn_and_never_finds_the_database_shut(app: Flask, house: House, engine_name: str) -> None:
    done = Event()

    def write_without_pause() -> None:
        with app.app_context():
            for number in range(200):
                with writing(db.session()):
                    db.session.execute(update(Centre).values(name=f"Senter {number}"))
                    db.session.commit()
        done.set()

    writer = Thread(target=write_without_pause)
    with app.app_context():
        if engine_name == "sqlite":
            # Who finds it shut is told so, instead of asking again and again.
            db.session.connection().exec_driver_sql("PRAGMA busy_timeout=0")
        writer.start()
        while not done.is_set():
            assert db.session.scalars(select(Centre.name)).all()
        writer.join()


def test_who_has_no_postgresql_does_not_load_its_driver() -> None:
    code = "import sys, kiosk, kiosk.cli, kiosk.serving; sys.exit('psycopg' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
