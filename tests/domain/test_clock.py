"""When was it tapped? Honest tablets with wrong clocks, and testimony that makes no sense at all."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import clock
from kiosk.domain.clock import AGREEMENT, OLDEST, TapTime, estimate_tap_time
from kiosk.kinds import TimeQuality

RECEIVED = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
RIGHT = timedelta(seconds=60)
DAY = timedelta(days=1)
FIVE_YEARS = timedelta(days=5 * 365)
# Between these a jump may pass for agreement; whether 60 seconds hold then is not promised.
DRIFT, JUMP = timedelta(seconds=30), timedelta(seconds=150)


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


@given(honest(after=SLIGHT | MOVED))
def test_an_honest_tap_is_right_or_unsure_however_wrong_the_clock_and_wherever_it_jumped_after(one: Honest) -> None:
    assert one.is_right() or one.estimate().quality is TimeQuality.UNSURE
    assert one.estimate().at <= RECEIVED


@given(honest(before=SLIGHT | MOVED))
def test_an_honest_tap_is_right_or_unsure_also_when_the_known_offset_no_longer_holds(one: Honest) -> None:
    assert one.is_right() or one.estimate().quality is TimeQuality.UNSURE
    assert one.estimate().at <= RECEIVED


@given(honest(after=st.timedeltas(-FIVE_YEARS, FIVE_YEARS) | st.timedeltas(-JUMP, JUMP)))
def test_what_is_sure_is_never_further_off_than_two_witnesses_may_differ(one: Honest) -> None:
    is_near = abs(one.estimate().at - one.tapped) <= AGREEMENT + one.latency
    assert is_near or one.estimate().quality is TimeQuality.UNSURE


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
        # Two that agree: the first, up to two minutes apart.
        ((600, 0, 600, 0), 600, TimeQuality.SURE),
        ((600, 0, 480, 0), 600, TimeQuality.SURE),
        ((600, 0, 720, 0), 600, TimeQuality.SURE),
        ((600, 0, None, 0), 600, TimeQuality.SURE),
        ((600, None, 590, 0), 600, TimeQuality.SURE),
        # Further apart: the earlier that can be true.
        ((600, 0, 479, 0), 600, TimeQuality.UNSURE),
        ((600, 0, 721, 0), 721, TimeQuality.UNSURE),
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
        ((-120, 0, 0, -120), 0, TimeQuality.SURE),
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


@given(ANYTHING, st.datetimes(datetime(2020, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 zoned by Hypothesis
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
