"""Stretches of local days: weeks over New Year, ends of February, nights when the clock is turned."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.periods import FITS, Period, local_day_and_hour, span_period, whole_bucket
from kiosk.kinds import Bucket, Span

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PERIODS = st.builds(
    lambda first, length: Period(first, first + timedelta(days=length)), DAYS, st.integers(min_value=0, max_value=800)
)


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        Period(date(2026, 5, 2), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("day", "monday", "sunday"),
    [
        (date(2026, 12, 31), date(2026, 12, 28), date(2027, 1, 3)),
        (date(2027, 1, 3), date(2026, 12, 28), date(2027, 1, 3)),
        (date(2027, 1, 4), date(2027, 1, 4), date(2027, 1, 10)),
        (date(2024, 12, 30), date(2024, 12, 30), date(2025, 1, 5)),
        (date(2028, 2, 29), date(2028, 2, 28), date(2028, 3, 5)),
    ],
)
def test_a_week_runs_from_monday_to_sunday_also_over_new_year(day: date, monday: date, sunday: date) -> None:
    assert Period.of_week(day) == Period(monday, sunday)
    assert whole_bucket(day, Bucket.WEEK) == Period(monday, sunday)


def test_the_weeks_of_a_year_are_cut_at_its_first_and_last_day() -> None:
    weeks = list(Period.of_year(2026).buckets(Bucket.WEEK))
    assert weeks[0] == Period(date(2026, 1, 1), date(2026, 1, 4))
    assert weeks[1] == Period(date(2026, 1, 5), date(2026, 1, 11))
    assert weeks[-1] == Period(date(2026, 12, 28), date(2026, 12, 31))
    assert len(weeks) == 53


def test_the_months_of_a_year_to_date_end_with_a_piece_of_a_month() -> None:
    months = list(Period(date(2026, 1, 1), date(2026, 3, 10)).buckets(Bucket.MONTH))
    assert months == [Period.of_month(2026, 1), Period.of_month(2026, 2), Period(date(2026, 3, 1), date(2026, 3, 10))]


@pytest.mark.parametrize(
    ("year", "month", "last"),
    [(2026, 1, 31), (2026, 4, 30), (2026, 2, 28), (2028, 2, 29), (2100, 2, 28), (2000, 2, 29), (2026, 12, 31)],
)
def test_a_month_ends_on_its_last_day(year: int, month: int, last: int) -> None:
    assert Period.of_month(year, month) == Period(date(year, month, 1), date(year, month, last))


@pytest.mark.parametrize(
    ("period", "earlier"),
    [
        # A whole year, a year to date.
        (Period.of_year(2026), Period.of_year(2025)),
        (Period(date(2026, 1, 1), date(2026, 10, 21)), Period(date(2025, 1, 1), date(2025, 10, 21))),
        # 29 February becomes 28 February, at either end and alone.
        (Period(date(2028, 1, 1), date(2028, 2, 29)), Period(date(2027, 1, 1), date(2027, 2, 28))),
        (Period(date(2028, 2, 29), date(2028, 3, 31)), Period(date(2027, 2, 28), date(2027, 3, 31))),
        (Period.of_day(date(2028, 2, 29)), Period.of_day(date(2027, 2, 28))),
        # The end of February stays the end of February, also into a leap year.
        (Period.of_month(2029, 2), Period.of_month(2028, 2)),
        (Period(date(2029, 1, 1), date(2029, 2, 28)), Period(date(2028, 1, 1), date(2028, 2, 29))),
        # 28 February of a leap year is not its end.
        (Period(date(2028, 1, 1), date(2028, 2, 28)), Period(date(2027, 1, 1), date(2027, 2, 28))),
        (Period(date(2029, 1, 1), date(2029, 2, 27)), Period(date(2028, 1, 1), date(2028, 2, 27))),
        # The first day is a date and no end.
        (Period(date(2029, 2, 28), date(2029, 3, 31)), Period(date(2028, 2, 28), date(2028, 3, 31))),
        # Only February has an end that moves.
        (Period(date(2026, 4, 1), date(2026, 4, 30)), Period(date(2025, 4, 1), date(2025, 4, 30))),
        # Over New Year.
        (Period(date(2026, 12, 28), date(2027, 1, 3)), Period(date(2025, 12, 28), date(2026, 1, 3))),
    ],
)
def test_last_year_is_the_same_dates_a_year_earlier(period: Period, earlier: Period) -> None:
    assert period.last_year() == earlier


@given(st.integers(min_value=1990, max_value=2100), st.integers(min_value=1, max_value=12))
def test_a_month_last_year_is_that_whole_month(year: int, month: int) -> None:
    assert Period.of_month(year, month).last_year() == Period.of_month(year - 1, month)


@given(PERIODS)
def test_last_year_is_a_year_earlier_and_as_long_but_for_a_leap_day(period: Period) -> None:
    earlier = period.last_year()
    assert (earlier.first.year, earlier.last.year) == (period.first.year - 1, period.last.year - 1)
    assert abs((earlier.last - earlier.first) - (period.last - period.first)) <= timedelta(days=1)


@settings(deadline=None)
@given(PERIODS, st.sampled_from(Bucket))
def test_the_buckets_of_a_period_add_up_to_it(period: Period, bucket: Bucket) -> None:
    pieces = list(period.buckets(bucket))
    assert [day for piece in pieces for day in piece.days()] == list(period.days())
    assert all(piece == whole_bucket(piece.first, bucket).clip(period) for piece in pieces)
    assert all(whole_bucket(one.last, bucket) != whole_bucket(two.first, bucket) for one, two in pairwise(pieces))


@settings(deadline=None)
@given(PERIODS, PERIODS)
def test_clipping_leaves_the_days_that_both_have(one: Period, other: Period) -> None:
    common = set(one.days()) & set(other.days())
    if common:
        assert set(one.clip(other).days()) == common
        assert one.clip(other) == other.clip(one)
        assert one.clip(other) in one and one.clip(other) in other
    else:
        with pytest.raises(ValueError, match="before it begins"):
            one.clip(other)


def test_a_period_holds_its_days_and_what_lies_wholly_inside() -> None:
    may = Period.of_month(2026, 5)
    assert date(2026, 5, 1) in may and date(2026, 5, 31) in may
    assert date(2026, 4, 30) not in may and date(2026, 6, 1) not in may
    assert may in may and Period.of_week(date(2026, 5, 12)) in may
    assert Period.of_week(date(2026, 5, 1)) not in may and Period.of_year(2026) not in may


def test_an_event_stands_for_its_day_its_month_or_its_year() -> None:
    day = date(2028, 2, 1)
    assert span_period(day, Span.DAY) == Period(day, day)
    assert span_period(day, Span.MONTH) == Period(day, date(2028, 2, 29))
    assert span_period(date(2028, 1, 1), Span.YEAR) == Period(date(2028, 1, 1), date(2028, 12, 31))


@given(DAYS, st.sampled_from(Span), st.sampled_from(Bucket))
def test_an_event_fits_a_bucket_that_always_holds_its_whole_span(day: date, span: Span, bucket: Bucket) -> None:
    if bucket in FITS[span]:
        assert span_period(day, span) in whole_bucket(day, bucket)
    else:
        assert span_period(day, span) not in whole_bucket(day, bucket)


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("instant", "day", "hour"),
    [
        # The clock goes from 2 to 3: there is no hour 2.
        (utc(2026, 3, 29, 0, 59, 59), date(2026, 3, 29), 1),
        (utc(2026, 3, 29, 1, 0), date(2026, 3, 29), 3),
        (utc(2027, 3, 28, 0, 59, 59), date(2027, 3, 28), 1),
        (utc(2027, 3, 28, 1, 0), date(2027, 3, 28), 3),
        # The clock goes from 3 back to 2: both half past two are hour 2.
        (utc(2026, 10, 25, 0, 30), date(2026, 10, 25), 2),
        (utc(2026, 10, 25, 1, 30), date(2026, 10, 25), 2),
        (utc(2026, 10, 25, 2, 0), date(2026, 10, 25), 3),
        # Midnight in winter, in summer, at New Year.
        (utc(2026, 3, 28, 22, 59, 59), date(2026, 3, 28), 23),
        (utc(2026, 3, 28, 23, 0), date(2026, 3, 29), 0),
        (utc(2026, 10, 24, 21, 59, 59), date(2026, 10, 24), 23),
        (utc(2026, 10, 24, 22, 0), date(2026, 10, 25), 0),
        (utc(2026, 10, 25, 22, 59, 59), date(2026, 10, 25), 23),
        (utc(2026, 12, 31, 22, 59, 59), date(2026, 12, 31), 23),
        (utc(2026, 12, 31, 23, 0), date(2027, 1, 1), 0),
        # The leap day.
        (utc(2028, 2, 28, 23, 0), date(2028, 2, 29), 0),
        (utc(2028, 2, 29, 22, 59, 59), date(2028, 2, 29), 23),
        (utc(2028, 2, 29, 23, 0), date(2028, 3, 1), 0),
    ],
)
def test_the_local_day_and_hour_in_oslo(instant: datetime, day: date, hour: int) -> None:
    assert local_day_and_hour(instant, "Europe/Oslo") == (day, hour)


ZONES = st.sampled_from(["UTC", "Europe/Oslo", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"]).map(
    ZoneInfo
)


# No times that the clock jumps over: such an instant does not exist.
@given(
    st.datetimes(datetime(1990, 1, 2), datetime(2100, 12, 31), timezones=ZONES, allow_imaginary=False)  # noqa: DTZ001
)
def test_an_instant_has_one_local_day_and_hour_whatever_zone_it_is_told_in(instant: datetime) -> None:
    assert local_day_and_hour(instant, "Europe/Oslo") == local_day_and_hour(instant.astimezone(UTC), "Europe/Oslo")


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2027, 3, 28), 23), (date(2028, 2, 29), 24)],
)
def test_a_day_in_oslo_has_as_many_hours_as_the_clock_goes_through(day: date, hours: int) -> None:
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    instants = [noon + timedelta(minutes=minutes) for minutes in range(-24 * 60, 24 * 60, 10)]
    assert sum(local_day_and_hour(one, "Europe/Oslo")[0] == day for one in instants) == hours * 6
