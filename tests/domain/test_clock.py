"""When was it tapped? Honest tablets with wrong clocks, and testimony that makes no sense at all."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain import clock
from kiosk.domain.clock import OLDEST, TapTime, estimate_tap_time
from kiosk.kinds import TimeQuality

RECEIVED = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
RIGHT = timedelta(seconds=60)
DAY = timedelta(days=1)
FIVE_YEARS = timedelta(days=5 * 365)
# What a clock may drift without a doubt, and the least jump that cannot pass for it.
DRIFT, JUMP = timedelta(seconds=30), timedelta(seconds=70)


def milliseconds(one: datetime | timedelta) -> int:
    since = one if isinstance(one, timedelta) else one - datetime(1970, 1, 1, tzinfo=UTC)
    return since // timedelta(milliseconds=1)


@dataclass(frozen=True)
class Honest:
    """What truly happened to one tap, and what its tablet can say of it."""

    # True time, and the network's part of it.
    waited: timedelta
    latency: timedelta
    # The tablet's clock: how wrong at the tap, how far it was moved before (since it last heard the
    # server) and after, and how wrong the offset was when it was learnt.
    off: timedelta
    moved_before: timedelta
    moved_after: timedelta
    offset_error: timedelta
    knows_offset: bool
    was_reloaded: bool

    @property
    def tapped(self) -> datetime:
        return RECEIVED - self.latency - self.waited

    def testimony(self) -> clock.Testimony:
        return clock.Testimony(
            wall=milliseconds(self.tapped + self.off),
            offset=milliseconds(self.moved_before - self.off + self.offset_error) if self.knows_offset else None,
            age=None if self.was_reloaded else milliseconds(self.waited),
            now=milliseconds(RECEIVED - self.latency + self.off + self.moved_after),
        )

    def estimate(self) -> TapTime:
        return estimate_tap_time(self.testimony(), RECEIVED)

    def is_right(self) -> bool:
        return abs(self.estimate().at - self.tapped) <= RIGHT


NO_TIME = st.just(timedelta(0))
SLIGHT = st.timedeltas(-DRIFT, DRIFT)
CLOCKS = SLIGHT | st.timedeltas(-DAY, DAY) | st.timedeltas(-FIVE_YEARS, FIVE_YEARS)
MOVED = (
    st.timedeltas(JUMP, DAY) | st.timedeltas(-DAY, -JUMP) | st.timedeltas(JUMP, FIVE_YEARS)
    | st.timedeltas(-FIVE_YEARS, -JUMP)
)  # fmt: skip

ANY_JUMP = SLIGHT | MOVED | st.timedeltas(-2 * RIGHT, 2 * RIGHT)


def honest(
    before: st.SearchStrategy[timedelta] = NO_TIME, after: st.SearchStrategy[timedelta] = NO_TIME, **known: bool
) -> st.SearchStrategy[Honest]:
    """Tablets that tell the truth as they see it; the offset is off by the half of a slow round trip."""
    return st.builds(
        Honest,
        waited=st.timedeltas(timedelta(0), timedelta(seconds=30)) | st.timedeltas(timedelta(0), OLDEST - DAY),
        latency=st.timedeltas(timedelta(0), timedelta(seconds=8)),
        off=CLOCKS,
        moved_before=before,
        moved_after=after,
        offset_error=st.timedeltas(timedelta(seconds=-4), timedelta(seconds=4)),
        knows_offset=st.just(known["knows_offset"]) if "knows_offset" in known else st.booleans(),
        was_reloaded=st.just(known["was_reloaded"]) if "was_reloaded" in known else st.booleans(),
    )


@given(honest(after=ANY_JUMP))
def test_an_honest_tap_is_right_or_unsure_however_wrong_the_clock_and_wherever_it_jumped_after(one: Honest) -> None:
    assert one.is_right() or one.estimate().quality is TimeQuality.UNSURE
    assert one.estimate().at <= RECEIVED


@given(honest(before=ANY_JUMP))
def test_an_honest_tap_is_right_or_unsure_also_when_the_known_offset_no_longer_holds(one: Honest) -> None:
    assert one.is_right() or one.estimate().quality is TimeQuality.UNSURE
    assert one.estimate().at <= RECEIVED


@given(honest(after=SLIGHT, was_reloaded=False) | honest(after=SLIGHT, knows_offset=True))
def test_a_second_witness_makes_an_honest_tap_sure_however_wrong_the_clock(one: Honest) -> None:
    assert one.is_right() and one.estimate().quality is TimeQuality.SURE


@given(honest(after=MOVED, knows_offset=True, was_reloaded=False))
def test_a_known_offset_and_an_age_outweigh_a_clock_that_jumped(one: Honest) -> None:
    assert one.is_right() and one.estimate().quality is TimeQuality.SURE


@given(honest(after=SLIGHT, knows_offset=False, was_reloaded=True))
def test_a_clock_alone_is_right_where_it_did_not_jump_but_never_sure(one: Honest) -> None:
    assert one.is_right() and one.estimate().quality is TimeQuality.UNSURE


def estimate(wall: int | None, offset: int | None, age: int | None, now: int | None) -> TapTime:
    """Seconds before RECEIVED for `wall` and `now`; seconds for `offset` and `age`."""
    base = milliseconds(RECEIVED)
    return estimate_tap_time(
        clock.Testimony(
            wall=None if wall is None else base - 1000 * wall,
            offset=None if offset is None else 1000 * offset,
            age=None if age is None else 1000 * age,
            now=None if now is None else base - 1000 * now,
        ),
        RECEIVED,
    )


@pytest.mark.parametrize(
    ("witnesses", "seconds_ago", "quality"),
    [
        # Two that agree: the first, up to fifty seconds apart.
        ((600, 0, 600, 0), 600, TimeQuality.SURE),
        ((600, 0, 550, 0), 600, TimeQuality.SURE),
        ((600, 0, 650, 0), 600, TimeQuality.SURE),
        ((600, 0, None, 0), 600, TimeQuality.SURE),
        ((600, None, 590, 0), 600, TimeQuality.SURE),
        # Further apart: the earlier that can be true.
        ((600, 0, 549, 0), 600, TimeQuality.UNSURE),
        ((600, 0, 651, 0), 651, TimeQuality.UNSURE),
        ((600, None, 900, 0), 900, TimeQuality.UNSURE),
        ((600, 0, None, 300), 600, TimeQuality.UNSURE),
        # One of them cannot be true: from the future, or too long ago.
        ((600, 5000, 60, 600), 60, TimeQuality.UNSURE),
        ((401 * 86400, 0, 60, 401 * 86400), 60, TimeQuality.UNSURE),
        # Both from the future, or nothing at all: it was tapped when it came.
        ((-600, 0, -600, 0), 0, TimeQuality.UNSURE),
        ((-600, 0, None, -100), 0, TimeQuality.UNSURE),
        ((-600, 0, None, None), 0, TimeQuality.UNSURE),
        ((None, None, None, None), 0, TimeQuality.UNSURE),
        ((None, 10, None, 0), 0, TimeQuality.UNSURE),
        # One alone is believed and not sure.
        ((None, None, 600, None), 600, TimeQuality.UNSURE),
        ((600, 0, None, None), 600, TimeQuality.UNSURE),
        ((600, None, None, 0), 600, TimeQuality.UNSURE),
        # A clock a little ahead: not later than its arrival, and no doubt.
        ((-3, 0, 0, -3), 0, TimeQuality.SURE),
        ((-50, 0, 0, -50), 0, TimeQuality.SURE),
        # Two that agree on more than 400 days are believed: such a tap is held.
        ((500 * 86400, 0, 500 * 86400, 0), 500 * 86400, TimeQuality.SURE),
    ],
)
def test_the_rule_of_the_tap_protocol(
    witnesses: tuple[int | None, int | None, int | None, int | None], seconds_ago: int, quality: TimeQuality
) -> None:
    assert estimate(*witnesses) == TapTime(RECEIVED - timedelta(seconds=seconds_ago), quality)


SOMETIME = st.integers(milliseconds(RECEIVED) - 10**11, milliseconds(RECEIVED) + 10**11)
LARGE = st.integers() | st.integers(-(10**16), 10**16) | st.sampled_from([10**400, -(10**400), 2**63, -(2**63)])
ANYTHING = st.builds(
    clock.Testimony,
    wall=st.none() | LARGE | SOMETIME,
    offset=st.none() | LARGE | st.integers(-(10**6), 10**6),
    age=st.none() | LARGE | st.integers(0, 10**6),
    now=st.none() | LARGE | SOMETIME,
)

ANY_TIME = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 zoned by Hypothesis


@given(ANYTHING, ANY_TIME)
def test_no_testimony_raises_or_puts_a_tap_after_its_arrival(testimony: clock.Testimony, received: datetime) -> None:
    time = estimate_tap_time(testimony, received)
    assert time.at <= received and time.at.tzinfo is not None
    if time.quality is TimeQuality.UNSURE:
        assert time.at >= received - OLDEST


@given(ANYTHING)
def test_one_witness_is_never_sure(testimony: clock.Testimony) -> None:
    alone = [
        replace(testimony, wall=None),
        replace(testimony, offset=None, age=None),
        replace(testimony, offset=None, now=None),
        replace(testimony, age=None, now=None),
    ]
    assert {estimate_tap_time(one, RECEIVED).quality for one in alone} == {TimeQuality.UNSURE}


# Where the server's own clock is wrong: the last date it has seen, and what it says today.
REACHED = RECEIVED.date() - timedelta(days=3)
WRONG = st.datetimes(datetime(1970, 1, 1), datetime(2026, 10, 17), timezones=st.just(UTC))  # noqa: DTZ001


def estimate_by_wrong_server(one: Honest, server: datetime) -> TapTime:
    return estimate_tap_time(one.testimony(), server, REACHED)


@given(honest(after=ANY_JUMP), honest(before=ANY_JUMP), WRONG)
def test_nothing_is_sure_to_a_server_whose_clock_is_wrong(one: Honest, other: Honest, server: datetime) -> None:
    for tap in (one, other):
        assert estimate_by_wrong_server(tap, server).quality is TimeQuality.UNSURE


@given(honest(after=SLIGHT, knows_offset=True), WRONG)
def test_a_tablet_that_knew_the_time_before_knows_it_better_than_a_server_whose_clock_is_wrong(
    one: Honest, server: datetime
) -> None:
    # Wrong both and by as much, they outvote what the tablet knows.
    assume(abs(one.off + RECEIVED - server) > 2 * DAY)
    at = estimate_by_wrong_server(one, server).at
    assert abs(at - one.tapped) <= RIGHT


@given(honest(after=SLIGHT, knows_offset=False), WRONG)
def test_a_tablet_that_never_knew_the_time_is_not_believed_against_a_server(one: Honest, server: datetime) -> None:
    assert estimate_by_wrong_server(one, server).at == estimate_tap_time(one.testimony(), server).at


BASE = datetime(2026, 12, 1, tzinfo=UTC)
BOOTED = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("tapped", "sent", "is_believed"),
    [
        (BASE, BASE, True),
        (BASE + DAY, BASE + DAY, True),
        # It lay on the tablet since before the server last knew the date.
        (BASE - 5 * DAY, BASE + DAY, True),
        # The clock went back between tap and sending.
        (BASE + DAY, BASE - DAY, True),
        # Today cannot be before a date that has been, nor so long after it; no tap is older than is believed.
        (BASE - DAY, BASE - timedelta(microseconds=1000), False),
        (BASE + OLDEST, BASE + OLDEST, True),
        (BASE + OLDEST, BASE + OLDEST + timedelta(seconds=1), False),
        (BASE - DAY, BASE + OLDEST - DAY, True),
        (BASE - 2 * DAY, BASE + OLDEST - DAY, False),
        (BOOTED, BOOTED, False),
    ],
)
@pytest.mark.parametrize("offset", [timedelta(0), FIVE_YEARS, -FIVE_YEARS])
def test_a_tablet_stands_in_for_the_servers_clock_where_it_can_be_right(
    tapped: datetime, sent: datetime, offset: timedelta, is_believed: bool
) -> None:
    testimony = clock.Testimony(
        wall=milliseconds(tapped - offset), offset=milliseconds(offset), age=None, now=milliseconds(sent - offset)
    )
    at = estimate_tap_time(testimony, BOOTED, date(2026, 12, 1)).at
    assert (at == tapped) is (is_believed or tapped == BOOTED)
    if not is_believed:
        assert at <= BOOTED


@pytest.mark.parametrize("ahead", [timedelta(days=2), timedelta(days=390), FIVE_YEARS])
def test_a_tablet_that_learned_the_time_of_a_server_that_started_in_the_future_is_not_believed(
    ahead: timedelta,
) -> None:
    # The server is right again, but the date it saw then still makes it doubt itself.
    wall = milliseconds(RECEIVED - timedelta(minutes=5))
    testimony = clock.Testimony(wall, milliseconds(ahead), 300_000, milliseconds(RECEIVED))
    time = estimate_tap_time(testimony, RECEIVED, (RECEIVED + ahead).date())
    assert time == TapTime(RECEIVED - timedelta(minutes=5), TimeQuality.UNSURE)


@given(ANYTHING, ANY_TIME, st.dates(date(2026, 1, 1), date(2100, 1, 1)))
def test_no_testimony_puts_a_tap_long_before_or_after_what_a_wrong_clock_should_say(
    testimony: clock.Testimony, received: datetime, reached: date
) -> None:
    time = estimate_tap_time(testimony, received, reached)
    last = datetime(reached.year, reached.month, reached.day, tzinfo=UTC) + OLDEST
    assert time.at <= max(received, last) and time.quality is TimeQuality.UNSURE
