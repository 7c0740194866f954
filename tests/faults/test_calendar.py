"""F7: a tap counts for the day and hour that people at the centre saw on the wall, and the days add up to the year."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from uuid import UUID

import pytest

from tests.command import run_kiosk
from tests.faults.clients import Line, new_record
from tests.faults.conftest import Tell
from tests.faults.ledger import ask, open_file
from tests.faults.server import CENTRE, Server
from tests.faults.shims import Clock

# Instants in UTC, and day and hour in Norway: summer time is two hours ahead of UTC, winter time one.
ON_THE_WALL = {
    # 29 March 2026: the hour from two to three does not exist.
    "2026-03-28T22:59:59": "2026-03-28 23",
    "2026-03-28T23:00:00": "2026-03-29 00",
    "2026-03-29T00:59:59": "2026-03-29 01",
    "2026-03-29T01:00:00": "2026-03-29 03",
    "2026-03-29T21:59:59": "2026-03-29 23",
    "2026-03-29T22:00:00": "2026-03-30 00",
    # 25 October 2026: half past two comes twice.
    "2026-10-24T21:59:59": "2026-10-24 23",
    "2026-10-24T22:00:00": "2026-10-25 00",
    "2026-10-25T00:30:00": "2026-10-25 02",
    "2026-10-25T01:30:00": "2026-10-25 02",
    "2026-10-25T02:00:00": "2026-10-25 03",
    "2026-10-25T22:59:59": "2026-10-25 23",
    "2026-10-25T23:00:00": "2026-10-26 00",
    # New Year.
    "2026-12-31T22:59:59": "2026-12-31 23",
    "2026-12-31T23:00:00": "2027-01-01 00",
    # 28 March 2027.
    "2027-03-27T22:59:59": "2027-03-27 23",
    "2027-03-27T23:00:00": "2027-03-28 00",
    "2027-03-28T00:59:59": "2027-03-28 01",
    "2027-03-28T01:00:00": "2027-03-28 03",
    "2027-03-28T21:59:59": "2027-03-28 23",
    "2027-03-28T22:00:00": "2027-03-29 00",
    # New Year, and the day that only a leap year has.
    "2027-12-31T22:59:59": "2027-12-31 23",
    "2027-12-31T23:00:00": "2028-01-01 00",
    "2028-02-28T22:59:59": "2028-02-28 23",
    "2028-02-28T23:00:00": "2028-02-29 00",
    "2028-02-29T22:59:59": "2028-02-29 23",
    "2028-02-29T23:00:00": "2028-03-01 00",
}
YEARS = (2026, 2027, 2028)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)

# Sent at once, after the next hour has begun, and the next day.
DELAYS = (timedelta(0), HOUR, DAY)


@dataclass(frozen=True)
class Moment:
    """An instant, what the wall says, and how much later the taps made then are sent."""

    at: datetime
    day: date
    hour: int
    delays: tuple[timedelta, ...]


Moments = Callable[[], Iterator[Moment]]


def special_moments() -> Iterator[Moment]:
    for instant, wall in ON_THE_WALL.items():
        day, hour = wall.split()
        yield Moment(datetime.fromisoformat(instant).replace(tzinfo=UTC), date.fromisoformat(day), int(hour), DELAYS)


def every_day() -> Iterator[Moment]:
    """The special ones, and the first and the last second of every day of three years."""
    yield from special_moments()
    day = date(YEARS[0], 1, 1)
    while day.year <= YEARS[-1]:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        yield Moment(midnight - summer_time(day) - HOUR, day, 0, (HOUR,))
        yield Moment(midnight + DAY - summer_time(day + DAY) - HOUR - SECOND, day, 23, (HOUR,))
        day += DAY


def summer_time(day: date) -> timedelta:
    """What the day's first second has of it: it lasts from the last Sunday of March to that of October."""
    first, last = (date(day.year, month, 31) for month in (3, 10))
    begins, ends = (one - timedelta(days=one.isoweekday() % 7) for one in (first, last))
    return HOUR if begins < day <= ends else timedelta(0)


@pytest.mark.parametrize(
    "moments",
    [
        pytest.param(special_moments, id="quick"),
        pytest.param(every_day, id="long", marks=pytest.mark.long_fault),
    ],
)
def test_every_tap_counts_for_its_day_and_the_days_add_up_to_the_year(
    instance: Path, cookies: list[str], clock: Clock, moments: Moments, tell: Tell, request: pytest.FixtureRequest
) -> None:
    made = list(moments())
    wrong = wrong_days(instance, cookies, clock, made)
    days = Counter(one.day.isoformat() for one in made for _ in one.delays)
    tell(f"F7 {request.node.callspec.id}: taps={days.total()} days={len(days)} wrong={len(wrong)}")
    assert not wrong, wrong[:20]
    for bucket, length in (("day", 10), ("month", 7), ("year", 4)):
        sums: Counter[str] = Counter()
        for day, number in days.items():
            sums[day[:length]] += number
        assert count(instance, bucket) == sums


def test_control_a_centre_that_lives_by_utc_gets_days_wrong(instance: Path, cookies: list[str], clock: Clock) -> None:
    with closing(open_file(instance)) as database:
        database.execute("UPDATE centre SET timezone = 'UTC'")
    assert wrong_days(instance, cookies, clock, list(special_moments()))


def wrong_days(instance: Path, cookies: list[str], clock: Clock, moments: list[Moment]) -> list[str]:
    """Tap at each moment, sent at once and later, and compare what stands in the ledger."""
    expected: dict[UUID, Moment] = {}
    sending = [(one.at + delay, delay, one) for one in moments for delay in one.delays]
    clock.set(moments[0].at)
    with Server(instance, environ=clock.environ) as server, ExitStack() as lines:
        doors = cycle([lines.enter_context(Line(server, cookie)) for cookie in cookies])
        for sent, delay, moment in sorted(sending, key=lambda one: one[0]):
            clock.set(sent)
            wall = round(moment.at.timestamp() * 1000)
            record = new_record(wall=wall, offset=0, age=round(delay.total_seconds() * 1000))
            answer = next(doors).send([record], now=wall + record["age"])
            assert set(answer.verdicts.values()) == {"recorded"}, answer
            expected[UUID(record["id"])] = moment
    rows = ask(instance, "SELECT id, day, hour FROM tally_event")
    found = {UUID(bytes=id): (day, hour) for id, day, hour in rows}
    return [
        f"{moment}: {found.get(id)}"
        for id, moment in expected.items()
        if found.get(id) != (moment.day.isoformat(), moment.hour)
    ]


def count(instance: Path, bucket: str) -> Counter[str]:
    """What `kiosk count` says of the visits of all the years, by day, month or year, where there are any."""
    period = ("--from", f"{YEARS[0]}-01-01", "--to", f"{YEARS[-1]}-12-31")
    arguments = ("count", "--centre", CENTRE, *period, "--by", bucket, "--activity", "visit", "--json")
    rows = json.loads(run_kiosk({"KIOSK_INSTANCE": str(instance)}, *arguments).stdout)
    return Counter({row["bucket"]: row["count"] for row in rows if row["count"]})
