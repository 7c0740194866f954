"""F6: clocks are wrong, the tablet's and the server's own. A tap is always stored, and its time right or UNSURE."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from pathlib import Path
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.installing import BUILT_ON
from tests.faults.clients import Line, new_record
from tests.faults.conftest import Tell
from tests.faults.ledger import ask
from tests.faults.server import Server
from tests.faults.shims import Clock

OSLO = ZoneInfo("Europe/Oslo")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
RIGHT = timedelta(seconds=60)
MILLISECOND = timedelta(milliseconds=1)

DAY, YEARS = timedelta(days=1), timedelta(days=5 * 365 + 1)
HOUR, MINUTES, SECONDS = timedelta(hours=1), timedelta(minutes=10), timedelta(seconds=30)
A_MINUTE_AND_MORE = timedelta(seconds=90)
NONE = timedelta(0)
DELAYS = (timedelta(seconds=1), MINUTES, 3 * HOUR, 26 * HOUR, 30 * DAY)

# Noon, days after anything this installation can have seen.
NOON = datetime.combine(max(datetime.now(UTC).date(), BUILT_ON) + 2 * DAY, time(12), UTC)

RANDOM_CLOCKS = 200
LENGTHS = [pytest.param(0, id="quick"), pytest.param(RANDOM_CLOCKS, id="long", marks=pytest.mark.long_fault)]


@dataclass(frozen=True)
class Wrong:
    """A tablet's clock: `by` so much from the start, and from a jump on by `jump` more.

    The jump comes after the offset was last learned: `late` between tap and sending, else before the tap.
    """

    by: timedelta
    jump: timedelta
    late: bool


@dataclass(frozen=True)
class Stored:
    day: date
    hour: int
    tapped_at: datetime | None
    is_sure: bool


def tablet_clocks(random_ones: int) -> Iterator[Wrong]:
    jumps = (NONE, SECONDS, A_MINUTE_AND_MORE, MINUTES, HOUR, DAY, YEARS)
    both_ways = {one * sign for one in jumps for sign in (1, -1)}
    for by, jump, late in product((NONE, DAY, -DAY, YEARS, -YEARS), sorted(both_ways), (True, False)):
        yield Wrong(by, jump, late)
    random = Random(6)  # noqa: S311
    for _ in range(random_ones):
        # Around what two witnesses may differ by, and far beyond.
        size = random.choice([random.uniform(0, 180), 10 ** random.uniform(0, 8)])
        jump = timedelta(seconds=random.choice([1, -1]) * size)
        yield Wrong(timedelta(seconds=random.uniform(-2e8, 2e8)), jump, random.random() < 0.5)


@pytest.mark.parametrize("random_ones", LENGTHS)
def test_whatever_the_tablets_clock_says_each_tap_gets_its_time_within_a_minute_or_is_marked(
    instance: Path, cookies: list[str], clock: Clock, random_ones: int, tell: Tell, request: pytest.FixtureRequest
) -> None:
    clock.set(NOON)
    with Server(instance, environ=clock.environ) as server:
        made = tap_on_all(server, cookies, clock, random_ones)
    stored = read_times(instance)
    wrong = [(tap, stored.get(tap.id)) for tap in made if not is_right_or_marked(tap, stored.get(tap.id))]
    sure = sum(one.is_sure for one in stored.values())
    tell(f"F6 {request.node.callspec.id}: taps={len(made)} stored={len(stored)} sure={sure} wrong={len(wrong)}")
    assert not wrong, wrong[:20]
    # The mark is no way out: a clock that is only wrong, and always the same, leaves no doubt.
    unsure = [tap for tap in made if not tap.clock.jump and tap.witnesses >= 2 and not stored[tap.id].is_sure]
    assert not unsure, unsure[:20]


def test_control_a_kiosk_that_believes_the_tablets_clock_gets_times_wrong(
    instance: Path, cookies: list[str], clock: Clock
) -> None:
    clock.set(NOON)
    with Server(instance, variant="believes_the_tablet", environ=clock.environ) as server:
        made = tap_on_all(server, cookies, clock, 0)
    stored = read_times(instance)
    assert any(tap.id in stored and not is_right_or_marked(tap, stored[tap.id]) for tap in made)


@dataclass(frozen=True)
class Made:
    """A tap as it really was."""

    id: UUID
    at: datetime
    clock: Wrong
    witnesses: int


def tap_on_all(server: Server, cookies: list[str], clock: Clock, random_ones: int) -> list[Made]:
    """Tap on a tablet with each of the clocks, longer and shorter ago, with and without offset and age."""
    made: list[Made] = []
    for number, wrong in enumerate(tablet_clocks(random_ones)):
        now = clock.now()
        records = []
        for delay, knows_offset, knows_age in product(DELAYS, (True, False), (True, False)):
            wall = now - delay + wrong.by + (NONE if wrong.late else wrong.jump)
            record = new_record(wall=in_milliseconds(wall), offset=-(wrong.by // MILLISECOND) if knows_offset else None)
            if knows_age:
                record["age"] = delay // MILLISECOND
            else:
                del record["age"]
            records.append(record)
            made.append(Made(UUID(record["id"]), now - delay, wrong, 1 + knows_offset + knows_age))
        with Line(server, cookies[number % len(cookies)]) as line:
            answer = line.send(records, now=in_milliseconds(now + wrong.by + wrong.jump))
        assert answer.status == 200, answer
    return made


def in_milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // MILLISECOND


def is_right_or_marked(tap: Made, stored: Stored | None) -> bool:
    if stored is None or not stored.is_sure:
        return stored is not None
    if stored.tapped_at is not None:
        return abs(stored.tapped_at - tap.at) <= RIGHT
    # Too long ago for the minute to be kept.
    local = [(tap.at + by).astimezone(OSLO) for by in (-RIGHT, NONE, RIGHT)]
    return (stored.day, stored.hour) in {(one.date(), one.hour) for one in local}


def read_times(instance: Path) -> dict[UUID, Stored]:
    rows = ask(instance, "SELECT id, day, hour, tapped_at, time_quality FROM tally_event")
    return {
        UUID(bytes=id): Stored(
            date.fromisoformat(day), hour, at and datetime.fromisoformat(at).replace(tzinfo=UTC), quality == "sure"
        )
        for id, day, hour, at, quality in rows
    }


# The server's own clock

EVENING = NOON + 12 * HOUR
FIVE = timedelta(minutes=5)


@pytest.mark.parametrize(
    ("begin", "back_to"),
    [
        pytest.param(NOON, NOON - FIVE, id="five_minutes"),
        pytest.param(EVENING, EVENING - FIVE, id="five_minutes_over_midnight"),
        pytest.param(NOON, NOON - 400 * DAY, id="400_days"),
        pytest.param(NOON, EPOCH, id="1970"),
    ],
)
def test_a_server_whose_clock_goes_back_stores_every_tap_and_forgets_no_date(
    instance: Path, cookies: list[str], clock: Clock, begin: datetime, back_to: datetime
) -> None:
    clock.set(begin)
    with Server(instance, environ=clock.environ) as server:
        assert all(one.is_sure for one in tap_in_truth(server, cookies[0], clock.now()))
        clock.set(back_to)
        check_marks(server, cookies[0], begin, back_to)
        # It boots with the wrong clock.
        server.kill()
        clock.set(back_to)
        server.start()
        check_marks(server, cookies[0], begin, back_to)
        clock.set(begin + HOUR)
        assert all(one.is_sure for one in tap_in_truth(server, cookies[0], clock.now()))


def test_control_a_kiosk_that_forgets_the_latest_date_believes_its_clock(
    instance: Path, cookies: list[str], clock: Clock
) -> None:
    clock.set(NOON)
    with Server(instance, variant="believes_its_own_clock", environ=clock.environ) as server:
        tap_in_truth(server, cookies[0], clock.now())
        clock.set(NOON - 400 * DAY)
        with pytest.raises(AssertionError):
            check_marks(server, cookies[0], NOON, NOON - 400 * DAY)


def tap_in_truth(server: Server, cookie: str, now: datetime) -> list[Stored]:
    """Two taps just now on a tablet whose clock is right: it knows the server's from before, or not."""
    wall = in_milliseconds(now)
    records = [new_record(wall=wall, offset=offset) for offset in (0, None)]
    with Line(server, cookie) as line:
        answer = line.send(records, now=wall)
    assert set(answer.verdicts.values()) == {"recorded"}, answer
    stored = read_times(server.instance)
    return [stored[UUID(record["id"])] for record in records]


def check_marks(server: Server, cookie: str, now: datetime, said: datetime) -> None:
    """What must hold of taps made `now` while the server's clock says another time."""
    with_offset, without = tap_in_truth(server, cookie, now)
    assert not with_offset.is_sure
    # Minutes within one day nobody can know of who never saw the clock right.
    is_known_to_be_wrong = said.date() != now.date()
    assert not without.is_sure or not is_known_to_be_wrong
    # But a tablet that saw it right knows the day and the hour.
    local = now.astimezone(OSLO)
    assert not is_known_to_be_wrong or (with_offset.day, with_offset.hour) == (local.date(), local.hour)
    assert ask(server.instance, "SELECT high_water_on FROM installation") == [(now.date().isoformat(),)]
