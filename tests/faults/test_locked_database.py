"""F9: another process holds the database for longer than the kiosk waits: 503 now, and the tap comes later."""

import re
from contextlib import closing
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.build import PASSWORD
from tests.faults.clients import Line, new_record
from tests.faults.conftest import Tell
from tests.faults.ledger import integrity, open_file
from tests.faults.server import LEADER, Server
from tests.faults.tablets import Crowd, balance


@pytest.mark.parametrize("lock", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_tap_that_finds_the_database_locked_is_answered_503_and_stored_on_the_next_try(
    instance: Path, cookies: list[str], lock: str
) -> None:
    record = new_record()
    with Server(instance) as server, Line(server, cookies[0]) as line, closing(open_file(instance)) as other:
        other.execute(f"BEGIN {lock}")
        answer = line.send([record])
        assert (answer.status, answer.is_ours) == (503, True)
        assert answer.retry_after and answer.retry_after > 0
        other.execute("ROLLBACK")
        assert line.send([record]).verdicts == {record["id"]: "recorded"}
        assert line.send([record]).verdicts == {record["id"]: "known"}


def test_who_is_signed_in_reads_that_the_kiosk_is_busy(instance: Path) -> None:
    with Server(instance) as server, closing(open_file(instance)) as other:
        browser = sign_in(server)
        other.execute("BEGIN EXCLUSIVE")
        for path, status in (("/i-dag", 503), ("/finnes-ikke", 404)):
            with pytest.raises(HTTPError) as refused, browser.open(f"{server.address}{path}"):
                pass
            with refused.value as answer:
                assert answer.status == status
                assert "<h1" in answer.read().decode()


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="quick"), pytest.param(12, id="long", marks=pytest.mark.long_fault)]
)
def test_tablets_lose_nothing_to_another_process_that_locks_the_database(
    instance: Path, cookies: list[str], times: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    with Server(instance) as server:
        crowd = tap_through_locks(server, cookies, times)
        crowd.finish()
    result, answers = balance(crowd, instance), dict(crowd.statuses)
    tell(f"F9 {request.node.callspec.id} locked: {result} answers={answers} integrity={integrity(instance)}")
    assert result.holds, result
    assert result.acknowledged == result.rows
    assert set(answers) == {200, 503}


def test_control_a_kiosk_that_takes_a_lock_for_success_loses_taps(instance: Path, cookies: list[str]) -> None:
    with Server(instance, variant="takes_errors_for_success") as server, closing(open_file(instance)) as other:
        crowd = Crowd(server, cookies)
        other.execute("BEGIN IMMEDIATE")
        crowd.start()
        crowd.wait_for_another(200)
        other.execute("ROLLBACK")
        crowd.finish()
    assert balance(crowd, instance).missing > 0


def tap_through_locks(server: Server, cookies: list[str], times: int) -> Crowd:
    """Tablets tap while the database is locked again and again, each time until one of them was turned away."""
    crowd = Crowd(server, cookies, most=2, rest=0.04)
    crowd.start()
    with closing(open_file(server.instance)) as other:
        for number in range(times):
            other.execute("BEGIN EXCLUSIVE" if number % 2 else "BEGIN IMMEDIATE")
            crowd.wait_for_another(503)
            other.execute("ROLLBACK")
            crowd.wait_for_another(200)
    return crowd


def sign_in(server: Server) -> OpenerDirector:
    """A browser in which the leader has signed in."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    address = f"{server.address}/logg-inn"
    with browser.open(address) as page:
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.read().decode())
    assert token is not None
    form = {"csrf_token": token[1], "name": LEADER, "password": PASSWORD}
    with browser.open(address, urlencode(form).encode()) as page:
        assert page.url.endswith("/i-dag")
    return browser
