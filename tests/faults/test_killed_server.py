"""F1: the server is killed again and again while tablets tap; what was acknowledged is there, once."""

import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from threading import Event

import pytest

from tests.command import run_kiosk
from tests.faults.conftest import Tell
from tests.faults.ledger import integrity, read_ledger
from tests.faults.server import PATIENCE, Server
from tests.faults.tablets import Crowd, balance

LENGTHS = [pytest.param(20, id="quick"), pytest.param(150, id="long", marks=pytest.mark.long_fault)]


@pytest.mark.parametrize("seconds", LENGTHS)
def test_what_was_acknowledged_stands_once_however_often_the_server_is_killed(
    instance: Path, cookies: list[str], seconds: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    with Server(instance) as server:
        crowd = Crowd(server, cookies)
        begun = time.monotonic()

        def is_over() -> bool:
            passed = time.monotonic() - begun
            return (passed > seconds and crowd.known > 0) or passed > seconds + 2 * PATIENCE

        crowd.start()
        kills = kill_over_and_over(server, is_over)
        crowd.finish()
    result = balance(crowd, instance)
    tell(f"F1 {request.node.callspec.id}: {result} kills={kills} integrity={integrity(instance)}")
    assert result.holds, result
    assert result.acknowledged == result.rows == sum(len(tablet.made) for tablet in crowd.tablets)
    assert result.known > 0
    assert run_kiosk({"KIOSK_INSTANCE": str(instance)}, "verify").stdout == "Alle summer stemmer.\n"


def test_control_a_kiosk_that_acknowledges_before_it_commits_loses_taps(instance: Path, cookies: list[str]) -> None:
    with Server(instance, variant="acknowledges_first") as server:
        crowd = Crowd(server, cookies)
        crowd.start()
        crowd.wait_for_another(200)
        server.kill()
        crowd.give_up()
    result = balance(crowd, instance)
    assert result.missing > 0, result
    assert not result.holds


@pytest.mark.long_fault
def test_control_a_tablet_that_makes_a_new_id_for_each_try_counts_taps_twice(
    instance: Path, cookies: list[str], tell: Tell
) -> None:
    with Server(instance) as server:
        crowd = Crowd(server, cookies, forgets_ids=True)

        def is_over() -> bool:
            rows = read_ledger(instance).keys()
            return any(not rows.isdisjoint(list(tablet.forgotten)) for tablet in crowd.tablets)

        crowd.start()
        kill_over_and_over(server, is_over)
        crowd.finish()
    result = balance(crowd, instance)
    tell(f"F1 control new ids: {result}")
    assert result.extra > 0, result
    assert not result.holds


def kill_over_and_over(server: Server, is_over: Callable[[], bool]) -> int:
    """Kill the server every 0.5–1.2 s that it runs, now and then while it starts. Returns how often."""
    random = Random(1)  # noqa: S311
    # Nobody sets it: a kill comes at any moment of the server's work.
    calm = Event()
    kills = 0
    while not is_over():
        calm.wait(random.uniform(0.5, 1.2))
        server.kill()
        kills += 1
        if random.random() < 0.2:
            server.launch()
            calm.wait(random.uniform(0.0, 1.0))
            server.kill()
            kills += 1
        server.start()
    return kills
