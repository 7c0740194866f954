"""F9: one record that cannot be counted, or not even be sent, holds up no other."""

from collections import Counter
from collections.abc import Sequence
from math import ceil
from pathlib import Path
from random import Random
from uuid import UUID, uuid4

import pytest

from kiosk.domain.wire import MOST_TAPS
from tests.faults.clients import Line, Record, new_record
from tests.faults.conftest import Tell
from tests.faults.ledger import ask, read_ledger
from tests.faults.server import Server

MEGABYTE = 1_000_000
# As in static/js/sender.js.
REFUSALS = 3

LENGTHS = [pytest.param(1, id="quick"), pytest.param(10, id="long", marks=pytest.mark.long_fault)]


@pytest.mark.parametrize("rounds", LENGTHS)
def test_of_fifty_with_poison_among_them_the_others_are_recorded_and_these_held(
    instance: Path, cookies: list[str], rounds: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    random = Random(9)  # noqa: S311
    healthy: set[UUID] = set()
    poison: Counter[str] = Counter()
    with Server(instance) as server:
        for number in range(rounds):
            counted, held = send_mixed(server, cookies[number % len(cookies)], random)
            healthy |= counted
            poison += Counter(held.values())
    rows = ask(instance, "SELECT reason, COUNT(*) FROM held_tap GROUP BY reason")
    tell(f"F9 {request.node.callspec.id}: recorded={len(healthy)} held={dict(rows)}")
    assert read_ledger(instance).keys() == healthy
    assert dict(rows) == poison


def test_control_a_kiosk_that_refuses_whole_batches_is_noticed(instance: Path, cookies: list[str]) -> None:
    with Server(instance, variant="refuses_whole_batches") as server, pytest.raises(AssertionError):
        send_mixed(server, cookies[0], Random(9))  # noqa: S311


@pytest.mark.parametrize("rounds", LENGTHS)
def test_a_megabyte_is_found_by_halving_and_lies_aside_while_the_others_are_recorded(
    instance: Path, cookies: list[str], rounds: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    random = Random(9)  # noqa: S311
    healthy: set[UUID] = set()
    with Server(instance) as server:
        for number in range(rounds):
            records = [new_record() for _ in range(MOST_TAPS - 1)]
            huge = new_record("x" * MEGABYTE)
            with Line(server, cookies[number % len(cookies)], is_narrow=True) as line:
                dead = send_by_halving(line, shuffled(random, [*records, huge]))
            assert dead == [huge["id"]]
            healthy |= {UUID(one["id"]) for one in records}
    tell(f"F9 {request.node.callspec.id} megabyte: recorded={len(healthy)} dead={rounds}")
    assert read_ledger(instance).keys() == healthy
    assert ask(instance, "SELECT COUNT(*) FROM held_tap") == [(0,)]


def test_the_answer_to_a_megabyte_can_be_read_and_the_line_used_again(instance: Path, cookies: list[str]) -> None:
    with Server(instance) as server, Line(server, cookies[0], is_narrow=True) as line:
        answer = line.send([new_record("x" * MEGABYTE)])
        assert (answer.status, answer.is_ours) == (413, True)
        assert line.send([new_record()]).status == 200
    with Server(instance) as server, Line(server, "kiosk_station=unknown", is_narrow=True) as line:
        # A tablet that lost its cookie must learn that, also from a long batch.
        answer = line.send([new_record("x" * MEGABYTE)])
        assert (answer.status, answer.is_ours) == (401, True)


def test_control_the_answer_of_a_kiosk_that_hangs_up_early_cannot_be_read(instance: Path, cookies: list[str]) -> None:
    with (
        Server(instance, variant="hangs_up_early") as server,
        Line(server, cookies[0], is_narrow=True) as line,
        pytest.raises(OSError, match=r"pipe|reset"),
    ):
        line.send([new_record("x" * MEGABYTE)])


def send_mixed(server: Server, cookie: str, random: Random) -> tuple[set[UUID], dict[str, str]]:
    """Send a full batch with one record of each poison. Returns the ids counted, and why each other is held."""
    before = new_record()
    poison = {
        "unknown_activity": new_record("vaffelpress"),
        "impossible_count": new_record(count=10**30),
        "other_centre": new_record(centre="andre"),
        "undo_before_tap": new_record(undoes=str(uuid4())),
        "conflict": before | {"count": 2},
    }
    healthy = [new_record() for _ in range(MOST_TAPS - len(poison) - 1)]
    # An activity that is no text is as unknown as one that is.
    nonsense = new_record() | {"activity": {"no": ["text"]}}
    with Line(server, cookie) as line:
        assert line.send([before]).verdicts == {before["id"]: "recorded"}
        answer = line.send(shuffled(random, [*healthy, nonsense, *poison.values()]))
    held = {record["id"]: reason for reason, record in poison.items()} | {nonsense["id"]: "unknown_activity"}
    assert answer.status == 200, answer
    assert answer.verdicts == {one["id"]: "recorded" for one in healthy} | dict.fromkeys(held, "held")
    return {UUID(one["id"]) for one in [before, *healthy]}, held


def send_by_halving(line: Line, records: Sequence[Record]) -> list[str]:
    """Send as the tablet does: a batch that is refused is halved. Returns the ids of the dead."""
    waiting, dead, refusals, size = list(records), [], 0, MOST_TAPS
    while waiting:
        batch = waiting[:size]
        answer = line.send(batch)
        if answer.status == 200 and answer.is_ours:
            waiting = [one for one in waiting if one["id"] not in answer.verdicts]
            size = min(MOST_TAPS, size * 2)
        else:
            assert answer.is_ours and answer.status in (400, 413, 422), answer
            if len(batch) > 1:
                size = ceil(len(batch) / 2)
                continue
            refusals += 1
            if refusals == REFUSALS:
                dead.append(waiting.pop(0)["id"])
                refusals = 0
    return dead


def shuffled(random: Random, records: Sequence[Record]) -> list[Record]:
    return random.sample(records, len(records))
