"""F12: the server is killed while a day is closed; the day is as before or closed and forgotten, never between."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import date, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.browser.installation import wait_until
from tests.build import PASSWORD
from tests.faults.conftest import Tell
from tests.faults.ledger import ask, integrity, open_file
from tests.faults.server import LEADER, PATIENCE, Server
from tests.pages import Page

# So many that closing takes long enough to be killed in its middle.
TAPS_A_DAY = 15_000
# How often it is killed: from the very beginning of a closing until it is surely over.
LENGTHS = [pytest.param(4, id="quick"), pytest.param(12, id="long", marks=pytest.mark.long_fault)]

FIRST_DAY = date(2026, 10, 1)

Balance = tuple[int, int, int]


class Leader:
    """The leader's browser: signed in once, over all restarts."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))
        (form,) = self.get("/logg-inn").forms()
        self.send(form | {"name": LEADER, "password": PASSWORD})

    def get(self, path: str) -> Page:
        with self.opener.open(self.server.address + path, timeout=PATIENCE) as answer:
            return Page(answer.read().decode())

    def send(self, form: dict[str, str]) -> int:
        data = urlencode({name: value for name, value in form.items() if name != "action"}).encode()
        try:
            with self.opener.open(self.server.address + form["action"], data, timeout=PATIENCE) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            return 0

    def close_form(self, day: date) -> dict[str, str]:
        (form,) = [one for one in self.get(f"/dag/{day}").forms() if one["action"].endswith("/lukk")]
        return form | {"was_open": "yes"}


def fill(instance: Path, day: date) -> None:
    """A day of exact taps, straight into the ledger."""
    taps = (
        (os.urandom(16), f"{day} {9 + one % 7:02}:{one % 60:02}:00.000000", day.isoformat(), 9 + one % 7)
        for one in range(TAPS_A_DAY)
    )
    with closing(open_file(instance)) as database:
        database.execute("BEGIN IMMEDIATE")
        database.executemany(
            "INSERT INTO tally_event (id, centre_id, activity_id, kind, count, tapped_at, received_at, day, span, hour,"
            " station_id, audience, quality, time_quality)"
            " SELECT ?1, 1, id, 'tap', 1, ?2, ?2, ?3, 'day', ?4, 1, 'participant', 'counted', 'sure'"
            " FROM activity WHERE key = 'visit'",
            taps,
        )
        database.execute("COMMIT")


def balance(instance: Path, day: date) -> Balance:
    """(closings of the day, its taps with a minute or tablet, all its taps)."""
    (closings,) = ask(instance, "SELECT count(*) FROM day_closing WHERE day = ?", day.isoformat())[0]
    exact, taps = ask(
        instance,
        "SELECT sum(tapped_at IS NOT NULL OR received_at IS NOT NULL OR station_id IS NOT NULL), count(*)"
        " FROM tally_event WHERE day = ?",
        day.isoformat(),
    )[0]
    return closings, exact, taps


BEFORE, AFTER = (0, TAPS_A_DAY, TAPS_A_DAY), (1, 0, TAPS_A_DAY)


@contextmanager
def sending(leader: Leader, form: dict[str, str]) -> Iterator["Future[int]"]:
    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(leader.send, form)


@pytest.mark.parametrize("kills", LENGTHS)
def test_a_server_killed_while_a_day_is_closed_leaves_it_before_or_after(
    instance: Path, kills: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    days = [FIRST_DAY + timedelta(days=one) for one in range(kills + 1)]
    for day in days:
        fill(instance, day)
    outcomes = []
    calm = Event()
    with Server(instance) as server:
        leader = Leader(server)
        begun = time.monotonic()
        assert leader.send(leader.close_form(days[0])) == 200
        lasts = time.monotonic() - begun
        for kill, day in enumerate(days[1:]):
            form = leader.close_form(day)
            with sending(leader, form):
                calm.wait(lasts * 1.5 * kill / (kills - 1))
                server.kill()
            server.start()
            outcomes.append(balance(instance, day))
            # The very form that was cut off closes the day, or did already.
            leader.send(form)
            assert balance(instance, day) == AFTER
    found = f"before={outcomes.count(BEFORE)} after={outcomes.count(AFTER)} between=0"
    tell(f"F12 {request.node.callspec.id}: kills={kills} {found}")
    assert set(outcomes) <= {BEFORE, AFTER}, outcomes
    assert BEFORE in outcomes and AFTER in outcomes
    assert integrity(instance) == "ok"


def test_control_a_kiosk_that_closes_in_two_steps_is_seen_between(instance: Path) -> None:
    fill(instance, FIRST_DAY)
    with Server(instance, variant="closes_in_two_steps") as server:
        leader = Leader(server)
        form = leader.close_form(FIRST_DAY)
        with sending(leader, form):
            wait_until(lambda: balance(instance, FIRST_DAY)[0] == 1, lambda: "never closed")
            server.kill()
    closings, exact, _ = balance(instance, FIRST_DAY)
    assert closings == 1 and exact > 0
