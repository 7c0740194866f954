"""Do the numbers hold? Silent where they do; a sentence where an approved day or the file does not."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from kiosk.config import sqlite_url
from kiosk.database import writing
from kiosk.domain.counting import count_by
from kiosk.domain.periods import Period
from kiosk.domain.reporting import enter_figure
from kiosk.domain.tallying import record_taps
from kiosk.domain.verifying import verify
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, Bucket, Quality, Span
from kiosk.models import Centre, DayClosing
from tests import build
from tests.build import NOW, TODAY, House, noise, tap, undo

YESTERDAY = TODAY - timedelta(days=1)


def record(house: House, *taps: Tap, audience: Audience = Audience.PARTICIPANT, other: bool = False) -> None:
    poster = house.poster(audience, other=other)
    with writing(house.session):
        record_taps(house.session, poster, taps, NOW)
        house.session.commit()


def enter(house: House, key: str, span: Span, day: date, number: int) -> None:
    with writing(house.session):
        enter_figure(
            house.session,
            centre_id=house.centre.id,
            activity_id=house.activities[key].id,
            span=span,
            day=day,
            number=number,
            quality=Quality.FROM_LIST,
            now=NOW,
        )
        house.session.commit()


def approve(house: House, day: date, totals: dict[str, int] | None = None, centre: Centre | None = None) -> DayClosing:
    """Close the day with what is counted now, or with other totals."""
    centre = centre or house.centre
    keys = {one.id: key for key, one in house.activities.items()}
    counted = count_by(house.session, [centre.id], Period.of_day(day), Bucket.DAY)
    closing = DayClosing(
        centre_id=centre.id,
        day=day,
        was_open=True,
        totals={keys[one.activity_id]: one.count for one in counted} if totals is None else totals,
        closed_at=NOW,
    )
    house.session.add(closing)
    house.session.commit()
    return closing


def a_week(house: House) -> None:
    """Taps of every kind at both centres, undos, and entered figures of every span."""
    noise(house, [TODAY, YESTERDAY])
    house.session.commit()
    for day in range(7):
        taps = [tap(at=NOW - timedelta(days=day, minutes=minutes)) for minutes in range(day + 1)]
        record(house, *taps, undo(taps[0]))
        record(house, tap("lunch", count=2, at=NOW - timedelta(days=day)), other=True)
        parts = [tap(key, count=3, at=NOW - timedelta(days=day)) for key in ("phone", "sms", "community", "trip")]
        record(house, *parts, audience=Audience.STAFF)
    enter(house, "phone", Span.DAY, YESTERDAY, 1)
    enter(house, "visit", Span.MONTH, date(2026, 9, 1), 300)
    enter(house, "visit", Span.YEAR, date(2025, 1, 1), 3557)
    enter(house, "participants", Span.YEAR, date(2026, 1, 1), 80)


def test_an_empty_installation_holds(house: House) -> None:
    assert list(verify(house.session)) == []


def test_real_taps_undos_and_entered_figures_hold(house: House) -> None:
    a_week(house)
    assert house.ledger()
    assert list(verify(house.session)) == []


def test_days_that_were_approved_as_they_are_counted_hold(house: House) -> None:
    a_week(house)
    for centre in (house.centre, house.other_centre):
        for day in (TODAY, YESTERDAY, TODAY - timedelta(days=30)):
            approve(house, day, centre=centre)
    assert list(verify(house.session)) == []


def test_a_tap_that_came_after_the_approval_is_named(house: House) -> None:
    a_week(house)
    approve(house, TODAY)
    approve(house, YESTERDAY)
    approve(house, TODAY, centre=house.other_centre)
    # The door has no telephone: that tap is held, and no difference.
    record(house, tap(at=NOW - timedelta(days=1)), tap("phone", at=NOW - timedelta(days=1)))
    record(house, tap("phone", at=NOW - timedelta(days=1)), audience=Audience.STAFF)
    assert list(verify(house.session)) == [
        "Prøvesenteret, 2026-10-20, contact: godkjent 4, nå 5.",
        "Prøvesenteret, 2026-10-20, phone: godkjent 1, nå 2.",
        "Prøvesenteret, 2026-10-20, visit: godkjent 1, nå 2.",
    ]


@pytest.mark.parametrize(
    ("totals", "sentence"),
    [
        ({"visit": 3}, "Prøvesenteret, 2026-10-21, visit: godkjent 3, nå 2."),
        ({}, "Prøvesenteret, 2026-10-21, visit: godkjent 0, nå 2."),
        ({"visit": 2, "lunch": 4}, "Prøvesenteret, 2026-10-21, lunch: godkjent 4, nå 0."),
        ({"visit": 2, "forgotten": 1}, "Prøvesenteret, 2026-10-21, forgotten: godkjent 1, nå 0."),
    ],
)
def test_an_approved_total_that_differs_is_named(house: House, totals: dict[str, int], sentence: str) -> None:
    noise(house, [TODAY])
    house.session.commit()
    record(house, tap(), tap())
    approve(house, TODAY, totals)
    assert list(verify(house.session)) == [sentence]


def test_what_was_approved_as_zero_and_is_zero_holds(house: House) -> None:
    one = tap()
    record(house, one, undo(one))
    approve(house, TODAY, {"visit": 0, "lunch": 0})
    assert list(verify(house.session)) == []


def test_a_day_that_was_reopened_is_no_longer_approved(house: House) -> None:
    record(house, tap())
    approve(house, TODAY, {"visit": 9}).reopened_at = NOW
    house.session.commit()
    assert list(verify(house.session)) == []
    approve(house, TODAY, {"visit": 7})
    assert list(verify(house.session)) == ["Prøvesenteret, 2026-10-21, visit: godkjent 7, nå 1."]


@pytest.fixture
def file(sqlite_template: Path, tmp_path: Path) -> Path:
    """The file of an installation on SQLite with one tap and one entered figure."""
    path = tmp_path / "kiosk.sqlite"
    shutil.copy(sqlite_template, path)
    with Session(engine := create_engine(sqlite_url(path)), expire_on_commit=False) as session:
        house = build.house(session)
        record(house, tap())
        enter(house, "visit", Span.MONTH, date(2026, 9, 1), 300)
    engine.dispose()
    return path


def verify_file(path: Path) -> list[str]:
    with Session(engine := create_engine(sqlite_url(path))) as session:
        said = list(verify(session))
    engine.dispose()
    return said


def test_a_file_that_lost_a_bit_is_named_as_damaged(file: Path) -> None:
    assert verify_file(file) == []
    content = file.read_bytes()
    # The month of the figure stands in its row and in the index of the sums; one of them becomes another.
    assert content.count(b"2026-09-01") == 2
    file.write_bytes(content.replace(b"2026-09-01", b"2026-09-11", 1))
    assert any(said.startswith("Databasefilen er skadet: ") for said in verify_file(file))


def test_a_row_that_points_at_nothing_is_named(file: Path) -> None:
    engine = create_engine(sqlite_url(file))
    with engine.connect() as connection:
        # As another program would that opens the file without asking for foreign keys.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
        connection.exec_driver_sql("DELETE FROM screen WHERE name = 'Frivillig'")
        connection.commit()
    engine.dispose()
    said = verify_file(file)
    assert "En rad i station viser til noe som ikke finnes." in said
    assert {one.split(" viser")[0] for one in said} == {"En rad i station", "En rad i button"}
