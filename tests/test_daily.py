"""What need not be kept is forgotten once a day, down to the bytes of the file."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk import daily
from kiosk.config import SQLITE_FILE
from kiosk.database import writing
from kiosk.domain import clock, operations, reviewing
from kiosk.domain.auditing import audit
from kiosk.domain.counting import count_hours
from kiosk.domain.days import count_totals
from kiosk.domain.reviewing import Reviewer
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import EventKind, Role
from kiosk.models import AuditEntry, DayClosing, HeldTap, Installation, UsedOp
from tests.build import NOW, TODAY, House, event, tap, undo
from tests.command import run_kiosk

# When people came and when it arrived; staff look over the day at NOW.
EARLY, LATE, ARRIVED = MINUTES = tuple(NOW - timedelta(minutes=one) for one in (13, 7, 5))


def record(house: House, days_ago: int = 0) -> None:
    """A day of all sorts of taps: counted, undone, held, and an undo that came before its tap."""
    early, late, arrived = (one - timedelta(days=days_ago) for one in MINUTES)

    def at(instant: datetime, activity: str = "visit") -> Tap:
        wall, now = (round(one.timestamp() * 1000) for one in (instant, arrived))
        return tap(activity, testimony=clock.Testimony(wall=wall, offset=0, age=None, now=now))

    first, second, third = at(late), at(early, "lunch"), at(late)
    for batch in ([undo(third)], [first, second, at(early, "phone"), undo(first)], [third]):
        with writing(house.session):
            record_taps(house.session, house.poster(), batch, arrived)
            house.session.commit()


def minutes_in(folder: Path, day: date = TODAY) -> list[bytes]:
    """The minutes of these taps that stand anywhere in the raw bytes of the database and what lies beside it."""
    found = []
    for path in sorted(folder.glob(f"{SQLITE_FILE}*")):
        for one in MINUTES:
            # As SQLite writes an instant.
            pattern = f"{day:%Y-%m-%d} {one:%H:%M}".encode()
            found += re.findall(re.escape(pattern), path.read_bytes())
    return found


@pytest.fixture
def folder(environ: dict[str, str], engine_name: str) -> Path:
    if engine_name != "sqlite":
        pytest.skip("PostgreSQL keeps its files for itself")
    return Path(environ["KIOSK_INSTANCE"])


@pytest.mark.one_engine
def test_no_minute_of_a_closed_day_is_left_in_the_bytes_of_the_file(
    house: House, folder: Path, environ: dict[str, str]
) -> None:
    record(house)
    hours = count_hours(house.session, house.centre.id, TODAY)
    totals = count_totals(house.session, house.centre.id, TODAY)
    # The control: before, the minutes are there to be found.
    assert {one[-5:] for one in minutes_in(folder)} == {f"{one:%H:%M}".encode() for one in MINUTES}
    with writing(house.session):
        by = Reviewer(house.centre, house.users["staff"].id, NOW)
        reviewing.close_day(house.session, by, TODAY, was_open=True, shown=totals)
        house.session.commit()
    house.session.close()
    done = run_kiosk(environ, "tidy")
    assert done.returncode == 0, done.stderr
    assert minutes_in(folder) == []
    assert count_hours(house.session, house.centre.id, TODAY) == hours
    assert count_totals(house.session, house.centre.id, TODAY) == totals == {"visit": 0, "lunch": 1}


def test_a_day_nobody_closes_loses_its_minutes_after_a_week(house: House) -> None:
    record(house, days_ago=7)
    record(house, days_ago=6)
    daily.tidy(house.session, NOW)
    for one in house.ledger():
        is_coarse = (one.tapped_at, one.received_at, one.station_id) == (None, None, None)
        assert is_coarse == (one.day == TODAY - timedelta(days=7))
        assert one.hour == 11
    for held in house.session.scalars(select(HeldTap).where(HeldTap.settled_at.is_(None))):
        assert (held.station_id is None) == (held.day == TODAY - timedelta(days=7))
    house.session.commit()


def test_a_tap_that_slipped_past_the_closing_loses_its_minute_in_the_night(house: House) -> None:
    record(house)
    with writing(house.session):
        # As on PostgreSQL, where a tap may commit just after the day it looked up was closed.
        house.session.add(DayClosing(centre_id=house.centre.id, day=TODAY, was_open=True, totals={}, closed_at=NOW))
        house.session.commit()
    daily.tidy(house.session, NOW)
    assert all(one.tapped_at is None and one.station_id is None for one in house.ledger())


def test_after_two_years_only_the_role_is_known_of_who_did_it(house: House) -> None:
    # The ledger is gone through by whole months.
    old, recent = NOW - timedelta(days=731 + 31), NOW - timedelta(days=700)
    with writing(house.session):
        user = house.users["leader"]
        for at in (old, recent):
            event(house.session, house.centre, house.activities["visit"], 1, at.date(), user_id=user.id)
            closed = DayClosing(
                centre_id=house.centre.id, day=at.date(), was_open=True, totals={"visit": 1}, closed_at=at
            )
            closed.closed_by_id = user.id
            house.session.add(closed)
            audit(house.session, "day.close", str(at.date()), {}, {}, centre_id=1, user_id=user.id, now=at)
        house.session.commit()
    daily.tidy(house.session, NOW)
    known = {one.day: one.user_id for one in house.ledger() if one.kind is EventKind.ENTRY}
    assert known == {old.date(): None, recent.date(): user.id}
    closings = {one.day: one.closed_by_id for one in house.session.scalars(select(DayClosing))}
    assert closings == known
    entries = house.session.scalars(select(AuditEntry).where(AuditEntry.verb == "day.close").order_by(AuditEntry.at))
    assert [(one.user_id, one.by_role) for one in entries] == [(None, Role.LEADER), (user.id, None)]
    house.session.commit()


def test_old_forms_are_forgotten_and_new_ones_not(house: House) -> None:
    with writing(house.session):
        for age in (31, 29):
            assert operations.do_once(house.session, uuid4(), NOW - timedelta(days=age))
        house.session.commit()
    daily.tidy(house.session, NOW)
    assert len(house.session.scalars(select(UsedOp)).all()) == 1


def test_the_server_tidies_once_each_date(app: Flask, house: House, make_session: Callable[[], Session]) -> None:
    record(house, days_ago=8)
    assert daily.tidy_if_due(app, NOW)
    assert not daily.tidy_if_due(app, NOW + timedelta(hours=1))
    assert all(one.tapped_at is None for one in house.ledger())
    assert daily.tidy_if_due(app, NOW + timedelta(days=1))
    assert make_session().scalar(select(Installation.tidied_on)) == TODAY + timedelta(days=1)
    # A night on which the clock was years ahead keeps no later one from it.
    assert daily.tidy_if_due(app, NOW + timedelta(days=700))
    assert daily.tidy_if_due(app, NOW + timedelta(days=2))


def test_before_the_first_start_there_is_nothing_to_tidy(app: Flask) -> None:
    assert not daily.tidy_if_due(app, datetime.now(UTC))


@pytest.mark.one_engine
def test_trouble_is_logged_and_tried_again(
    app: Flask, house: House, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(sqlite3.connect(folder / SQLITE_FILE, isolation_level=None)) as other:
        other.execute("PRAGMA busy_timeout=0")
        other.execute("BEGIN IMMEDIATE")
        with app.app_context():
            daily.db.session.execute(daily.db.text("PRAGMA busy_timeout=1"))
            assert not daily.tidy_if_due(app, NOW)
    assert "not tidied" in caplog.text
    assert daily.tidy_if_due(app, NOW)


def test_the_thread_ends_when_it_is_told_to(app: Flask) -> None:
    stop = Event()
    thread = daily.start(app, stop)
    assert thread.daemon and thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
