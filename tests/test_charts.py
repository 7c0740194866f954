"""Charts say what their numbers say: bars in proportion, a scale from zero, a place for what is missing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.charts import MOST_TICKS, bar_path, hour_path, lay_out


@dataclass(frozen=True)
class Number:
    count: int


def counted(numbers: Sequence[int | None]) -> list[Number | None]:
    return [None if one is None else Number(one) for one in numbers]


def bars(path: str) -> list[tuple[float, float]]:
    """(where it begins, how tall it is) of each bar of a path."""
    found = re.findall(r"M([\d.]+) [\d.]+v-([\d.]+)h[\d.]+v([\d.]+)z", path)
    assert all(up == down for _, up, down in found)
    return [(float(x), float(up)) for x, up, _ in found]


numbers = st.lists(st.none() | st.integers(0, 10**7), min_size=1, max_size=31)


@given(numbers, numbers)
def test_bars_and_marks_stand_in_proportion_on_a_scale_that_begins_at_zero_and_holds_them(
    now: list[int | None], then: list[int | None]
) -> None:
    before = counted((then * 31)[: len(now)])
    chart = lay_out(counted(now), before)
    top = chart.ticks[-1]
    assert chart.ticks[0].count == 0 and chart.ticks[0].y == chart.base
    assert 2 <= len(chart.ticks) <= MOST_TICKS + 1
    assert top.count >= max((one.count for one in [*counted(now), *before] if one), default=0)
    per_one = (chart.base - top.y) / top.count
    for number, earlier, bar in zip(now, before, chart.bars, strict=True):
        assert bar.height == pytest.approx((number or 0) * per_one, abs=0.06)
        assert bar.y + bar.height == pytest.approx(chart.base, abs=0.11)
        if earlier is None:
            assert bar.before is None
        else:
            assert bar.before == pytest.approx(chart.base - earlier.count * per_one, abs=0.06)


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (4, [0, 1, 2, 3, 4]),
        (5, [0, 2, 4, 6]),
        (52, [0, 20, 40, 60]),
        (410, [0, 200, 400, 600]),
    ],
)
def test_lines_stand_at_round_numbers(largest: int, ticks: list[int]) -> None:
    assert [one.count for one in lay_out(counted([largest])).ticks] == ticks


def test_the_small_bars_of_a_row_are_on_its_own_scale_and_what_is_missing_has_no_bar() -> None:
    assert bars(bar_path(counted([10, None, 0, 20]))) == [(1, 12), (25, 24)]
    # One of a thousand is still seen.
    assert bars(bar_path(counted([1, 1000]))) == [(1, 1), (9, 24)]
    assert bar_path(counted([None, 0])) == bar_path([]) == ""


def test_the_hours_of_a_day_stand_under_each_other_and_a_single_one_is_never_tall() -> None:
    assert bars(hour_path({9: 1, 11: 3}, range(8, 16))) == [(13, 4), (33, 12)]
    assert bars(hour_path({9: 12, 15: 6}, range(8, 16))) == [(13, 24), (73, 12)]
    # Half an hour of 1.5, in tenths.
    assert bars(hour_path({8: 15}, range(8, 16), decimals=1)) == [(3, 6)]
