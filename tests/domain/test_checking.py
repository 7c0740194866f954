"""What is unusual in a day, and what is not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.checking import (
    BURST_WINDOW,
    MOST_IN_WINDOW,
    ExactTap,
    UsualRange,
    find_bursts,
    is_outlier,
    usual_range,
)
from tests.build import NOW


def taps(*seconds: float, station: int = 1, activity: int = 1, count: int = 1) -> list[ExactTap]:
    return [ExactTap(uuid4(), station, activity, count, NOW + timedelta(seconds=one)) for one in seconds]


def test_twelve_taps_in_a_minute_are_a_queue_and_thirteen_a_burst() -> None:
    assert find_bursts(taps(*range(12))) == []
    (burst,) = find_bursts(taps(*range(13), 3000))
    assert (len(burst.taps), burst.count, burst.first.at) == (13, 13, NOW)


def test_thirteen_taps_in_a_little_more_than_a_minute_are_none() -> None:
    assert len(find_bursts(taps(*(5 * one for one in range(13))))) == 1
    assert find_bursts(taps(*(5.01 * one for one in range(13)))) == []


def test_a_burst_is_of_one_activity_on_one_tablet() -> None:
    split = taps(*range(7)) + taps(*range(7), activity=2) + taps(*range(7), station=2)
    assert find_bursts(split) == []


def test_windows_that_touch_are_one_series_and_two_apart_are_two() -> None:
    assert [len(one.taps) for one in find_bursts(taps(*range(0, 300, 2)))] == [150]
    assert [len(one.taps) for one in find_bursts(taps(*range(13), *range(1000, 1020)))] == [13, 20]


@given(st.lists(st.integers(0, 600), max_size=60))
def test_a_tap_is_in_a_burst_just_when_some_window_of_a_minute_holds_too_many(seconds: list[int]) -> None:
    made = taps(*seconds)
    window = BURST_WINDOW.total_seconds()
    dense = set()
    for start in seconds:
        inside = [one for one in made if start <= (one.at - NOW).total_seconds() <= start + window]
        if len(inside) > MOST_IN_WINDOW:
            dense |= {one.id for one in inside}
    found = [tap.id for burst in find_bursts(made) for tap in burst.taps]
    assert len(found) == len(set(found)) and set(found) == dense


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ([3, 4, 5], None),
        ([12, 18, 15, 14], UsualRange(12, 18)),
        ([12, 13, 14, 15, 16, 17, 18, 99], UsualRange(13, 18)),
        ([0] * 12, UsualRange(0, 0)),
    ],
)
def test_what_is_usual_leaves_out_the_one_lowest_and_highest_of_many_days(
    earlier: list[int], expected: UsualRange | None
) -> None:
    assert usual_range(earlier) == expected


def test_seven_earlier_days_are_too_few_to_call_anything_odd() -> None:
    assert not is_outlier(1000, [14] * 7)
    assert is_outlier(1000, [14] * 8)


def test_nothing_within_five_of_the_median_is_odd_however_alike_the_days_are() -> None:
    assert not is_outlier(19, [14] * 8) and is_outlier(20, [14] * 8)
    assert not is_outlier(9, [14] * 8) and is_outlier(8, [14] * 8)
    # In the smallest unit: five hours with one decimal are 50.
    assert not is_outlier(190, [140] * 8, 1) and is_outlier(191, [140] * 8, 1)


def test_days_that_differ_make_more_of_a_difference_usual() -> None:
    restless = [2, 30, 10, 25, 5, 20, 8, 15]
    assert not is_outlier(45, restless) and is_outlier(20 * 3, restless)
