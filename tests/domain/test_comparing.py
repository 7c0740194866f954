"""Now against then: the difference, the percentage, and each reason why there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.comparing import SMALLEST_BASE, Comparison, NoPercent, compare


def test_a_comparison_has_difference_and_percent() -> None:
    assert compare(150, 120) == Comparison(150, 120, 30, 25.0, None)
    assert compare(90, 120) == Comparison(90, 120, -30, -25.0, None)
    assert compare(120, 120) == Comparison(120, 120, 0, 0.0, None)
    assert compare(0, 120) == Comparison(0, 120, -120, -100.0, None)


@pytest.mark.parametrize(("now", "then"), [(None, 120), (150, None), (None, None), (0, None), (None, 0)])
def test_no_value_is_not_zero_and_gives_neither_difference_nor_percent(now: int | None, then: int | None) -> None:
    assert compare(now, then) == Comparison(now, then, None, None, NoPercent.NO_VALUE)


def test_another_way_of_counting_leaves_the_difference_but_no_percent() -> None:
    assert compare(150, 120, same_method=False) == Comparison(150, 120, 30, None, NoPercent.OTHER_METHOD)


def test_a_small_base_leaves_the_difference_but_no_percent() -> None:
    assert compare(150, 19) == Comparison(150, 19, 131, None, NoPercent.SMALL_BASE)
    assert compare(5, 0) == Comparison(5, 0, 5, None, NoPercent.SMALL_BASE)
    assert compare(5, -40) == Comparison(5, -40, 45, None, NoPercent.SMALL_BASE)
    assert compare(21, 20) == Comparison(21, 20, 1, 5.0, None)


def test_only_what_it_is_compared_with_can_be_a_small_base() -> None:
    assert compare(1, 20) == Comparison(1, 20, -19, -95.0, None)


@pytest.mark.parametrize(
    ("decimals", "then", "why_none"),
    [
        (1, 199, NoPercent.SMALL_BASE),
        (1, 200, None),
        (2, 1999, NoPercent.SMALL_BASE),
        (2, 2000, None),
        (0, 199, None),
    ],
)
def test_the_base_is_small_in_whole_units_wherever_the_comma_stands(
    decimals: int, then: int, why_none: NoPercent | None
) -> None:
    assert compare(2 * then, then, decimals=decimals).why_none is why_none


def test_the_reason_that_weighs_most_is_given() -> None:
    assert compare(None, 5, same_method=False).why_none is NoPercent.NO_VALUE
    assert compare(7, 5, same_method=False).why_none is NoPercent.OTHER_METHOD


VALUES = st.none() | st.integers(min_value=-1000, max_value=10**9)


@given(VALUES, VALUES, st.integers(min_value=0, max_value=2), st.booleans())
def test_there_is_a_percentage_or_a_reason_why_there_is_none(
    now: int | None, then: int | None, decimals: int, same_method: bool
) -> None:
    one = compare(now, then, decimals=decimals, same_method=same_method)
    assert (one.percent is None) != (one.why_none is None)
    assert (one.difference is None) == (now is None or then is None)
    if one.percent is not None and then is not None and now is not None:
        assert then >= SMALLEST_BASE * 10**decimals
        assert then + then * one.percent / 100 == pytest.approx(now)
