"""Held taps and the server's clock, settled from the command line in a process of its own."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import update

from kiosk.database import writing
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.models import Installation
from tests.build import House, tap
from tests.command import Run, run_kiosk


@pytest.fixture
def run(environ: dict[str, str]) -> Run:
    return lambda *arguments: run_kiosk(environ, *arguments)


def hold(house: House, *taps: Tap) -> None:
    with writing(house.session):
        record_taps(house.session, house.poster(), taps, datetime.now(UTC))
        house.session.commit()


def test_what_waits_is_listed_counted_once_and_dismissed(run: Run, house: House) -> None:
    hold(house, tap("phone", at=datetime.now(UTC)), tap("unheard_of", at=datetime.now(UTC)))
    rows = [line.split("\t") for line in run("held", "list", "--centre", "prove").stdout.splitlines()]
    keys = {activity: UUID(key) for key, _, _, activity, _, _ in rows}
    assert sorted(row[-1] for row in rows) == ["aktiviteten er ukjent", "aktiviteten står ikke på skjermbildet"]

    assert run("held", "accept", "--centre", "prove", str(keys["phone"])).returncode == 0
    assert [one.count for one in house.ledger()] == [1]
    again = run("held", "accept", "--centre", "prove", str(keys["phone"]))
    assert (again.returncode, again.stderr) == (2, "Det trykket er avgjort fra før.\n")

    refused = run("held", "accept", "--centre", "prove", str(keys["unheard_of"]))
    assert (refused.returncode, refused.stderr) == (2, "Trykket kan ikke telles: aktiviteten er ukjent.\n")
    assert run("held", "dismiss", "--centre", "prove", str(keys["unheard_of"])).returncode == 0
    assert run("held", "list", "--centre", "prove").stdout == ""
    assert len(house.ledger()) == 1


def test_a_clock_is_believed_again_when_somebody_says_so(run: Run, house: House) -> None:
    with writing(house.session):
        house.session.execute(update(Installation).values(high_water_on=date(2099, 1, 1)))
        house.session.commit()
    assert run("clock", "believe").returncode == 0
    house.session.expire_all()
    installation = house.session.get_one(Installation, 1)
    assert installation.high_water_on == datetime.now(UTC).date()
