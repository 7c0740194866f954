"""The only sums: what goes into a count, in which piece of a period, and how good it is."""

from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.database import writing
from kiosk.domain.counting import ALL_CENTRES, Count, count_by, find_new_methods, roll_up
from kiosk.domain.periods import Period
from kiosk.domain.setup import add_centre
from kiosk.kinds import Bucket, EventKind, Quality, Span
from kiosk.models import Centre, Method
from tests.build import TODAY, House, event, noise

YEAR = Period.of_year(2026)
TO_DATE = Period(date(2026, 1, 1), TODAY)
MAY = Period.of_month(2026, 5)
FIRST_OF_MAY, FIRST_OF_YEAR = date(2026, 5, 1), date(2026, 1, 1)


@pytest.fixture
def third(house: House) -> Centre:
    """A centre that nobody asks for."""
    with writing(house.session):
        centre = add_centre(house.session, "Tredjesenteret", "tredje")
        house.session.commit()
    return centre


def add(house: House, key: str, count: int, day: date, centre: Centre | None = None, **other: Any) -> None:
    event(house.session, centre or house.centre, house.activities[key], count, day, **other)


def counts(
    house: House, period: Period, bucket: Bucket, keys: Collection[str] | None = None, *, centre: Centre | None = None
) -> dict[tuple[str, date], int]:
    """Our own centre's counts by activity key and the first day of their bucket."""
    names = {one.id: key for key, one in house.activities.items()}
    wanted = None if keys is None else [house.activities[key].id for key in keys]
    found = count_by(house.session, [(centre or house.centre).id], period, bucket, wanted)
    assert {one.centre_id for one in found} <= {(centre or house.centre).id}
    return {(names[one.activity_id], one.bucket.first): one.count for one in found}


def in_year(house: House, period: Period = YEAR) -> dict[str, int]:
    """What the period comes to by activity key."""
    return {key: count for (key, _), count in counts(house, period, Bucket.YEAR).items()}


def test_a_whole_includes_its_parts_which_keep_rows_of_their_own(house: House) -> None:
    noise(house, [TODAY])
    add(house, "phone", 3, TODAY)
    add(house, "sms", 40, TODAY)
    add(house, "phone", 100, TODAY, house.other_centre)
    assert in_year(house) == {"contact": 43, "phone": 3, "sms": 40}


def test_a_whole_that_is_tapped_itself_adds_its_own_to_its_parts(house: House) -> None:
    noise(house, [TODAY])
    add(house, "community", 5, TODAY)
    add(house, "trip", 7, TODAY)
    add(house, "community", 100, TODAY, house.other_centre)
    assert in_year(house) == {"community": 12, "trip": 7}


def test_a_centres_own_activity_can_be_part_of_a_shared_one(house: House) -> None:
    noise(house, [TODAY])
    house.activities["riding"].centre_id = house.centre.id
    house.session.commit()
    add(house, "riding", 2, TODAY)
    add(house, "community", 5, TODAY, house.other_centre)
    assert in_year(house) == {"community": 2, "riding": 2}
    assert counts(house, YEAR, Bucket.YEAR, ["community"], centre=house.other_centre) == {
        ("community", FIRST_OF_YEAR): 5
    }


def test_asking_for_a_whole_takes_its_parts_events_and_not_their_rows(house: House) -> None:
    noise(house, [TODAY])
    add(house, "phone", 3, TODAY)
    add(house, "sms", 40, TODAY)
    add(house, "lunch", 9, TODAY)
    assert counts(house, YEAR, Bucket.DAY, ["contact"]) == {("contact", TODAY): 43}
    assert counts(house, YEAR, Bucket.DAY, ["phone"]) == {("phone", TODAY): 3}
    assert counts(house, YEAR, Bucket.DAY, ["phone", "contact"]) == {("phone", TODAY): 3, ("contact", TODAY): 43}
    assert counts(house, YEAR, Bucket.DAY, ["visit"]) == {}
    assert counts(house, YEAR, Bucket.DAY, []) == {}


def test_only_the_days_of_the_period_count(house: House) -> None:
    noise(house, [MAY.first - timedelta(days=1), MAY.first, MAY.last, MAY.last + timedelta(days=1)])
    for day, count in (
        (MAY.first - timedelta(days=1), 1000),
        (MAY.first, 1),
        (MAY.last, 20),
        (MAY.last + timedelta(days=1), 3000),
    ):
        add(house, "visit", count, day)
    assert counts(house, MAY, Bucket.DAY) == {("visit", MAY.first): 1, ("visit", MAY.last): 20}
    assert counts(house, MAY, Bucket.MONTH) == {("visit", MAY.first): 21}


def test_a_week_over_the_edge_of_the_period_holds_only_the_days_inside(house: House) -> None:
    noise(house, [date(2026, 12, 31), date(2027, 1, 1)])
    add(house, "visit", 5, date(2026, 12, 28))
    add(house, "visit", 7, date(2026, 12, 31))
    add(house, "visit", 900, date(2027, 1, 1))
    (week,) = count_by(house.session, [house.centre.id], YEAR, Bucket.WEEK)
    assert (week.bucket, week.count) == (Period(date(2026, 12, 28), date(2026, 12, 31)), 12)


def test_a_month_that_was_entered_counts_in_months_and_years_but_in_no_day_or_week(house: House) -> None:
    noise(house, [FIRST_OF_MAY])
    add(house, "visit", 500, FIRST_OF_MAY, span=Span.MONTH)
    add(house, "visit", 3, FIRST_OF_MAY)
    for bucket in (Bucket.DAY, Bucket.WEEK):
        for period in (YEAR, MAY, Period.of_day(FIRST_OF_MAY), Period.of_week(FIRST_OF_MAY)):
            assert sum(counts(house, period, bucket).values()) == 3
    assert counts(house, YEAR, Bucket.MONTH) == {("visit", FIRST_OF_MAY): 503}
    assert counts(house, MAY, Bucket.MONTH) == {("visit", FIRST_OF_MAY): 503}
    assert in_year(house) == {"visit": 503}
    assert in_year(house, MAY) == {"visit": 503}


@pytest.mark.parametrize(
    ("period", "count"),
    [
        (MAY, 500),
        (Period(date(2026, 4, 30), date(2026, 6, 1)), 500),
        (Period(date(2026, 5, 1), date(2026, 5, 30)), None),
        (Period(date(2026, 5, 2), date(2026, 5, 31)), None),
        (Period(date(2026, 1, 1), date(2026, 5, 30)), None),
        (Period(date(2026, 1, 1), date(2026, 5, 31)), 500),
    ],
)
def test_a_month_that_was_entered_counts_only_where_the_whole_month_lies_in_the_period(
    house: House, period: Period, count: int | None
) -> None:
    noise(house, [FIRST_OF_MAY])
    add(house, "visit", 500, FIRST_OF_MAY, span=Span.MONTH)
    for bucket in (Bucket.MONTH, Bucket.YEAR):
        assert list(counts(house, period, bucket).values()) == ([] if count is None else [count])


def test_a_year_that_was_entered_counts_in_years_but_in_no_month_week_or_day(house: House) -> None:
    noise(house, [FIRST_OF_YEAR])
    add(house, "visit", 3557, FIRST_OF_YEAR, span=Span.YEAR)
    for bucket in (Bucket.DAY, Bucket.WEEK, Bucket.MONTH):
        for period in (YEAR, Period.of_month(2026, 1), Period.of_day(FIRST_OF_YEAR)):
            assert counts(house, period, bucket) == {}
    assert in_year(house) == {"visit": 3557}


@pytest.mark.parametrize(
    ("period", "years"),
    [
        (YEAR, [2026]),
        (TO_DATE, []),
        (Period(date(2026, 1, 1), date(2026, 12, 30)), []),
        (Period(date(2026, 1, 2), date(2026, 12, 31)), []),
        (Period(date(2025, 1, 1), date(2026, 12, 31)), [2025, 2026]),
        (Period(date(2025, 7, 1), date(2026, 12, 31)), [2026]),
        (Period(date(2025, 1, 1), TODAY), [2025]),
    ],
)
def test_a_year_that_was_entered_counts_only_in_a_period_that_holds_the_whole_year(
    house: House, period: Period, years: list[int]
) -> None:
    noise(house, [FIRST_OF_YEAR, date(2025, 1, 1)])
    add(house, "visit", 3557, FIRST_OF_YEAR, span=Span.YEAR)
    add(house, "visit", 3001, date(2025, 1, 1), span=Span.YEAR)
    assert [first.year for _, first in counts(house, period, Bucket.YEAR)] == years


def test_a_year_to_date_leaves_out_what_was_entered_for_the_year_or_a_month_not_over(house: House) -> None:
    noise(house, [FIRST_OF_YEAR, TODAY])
    add(house, "visit", 3557, FIRST_OF_YEAR, span=Span.YEAR)
    add(house, "visit", 300, date(2026, 10, 1), span=Span.MONTH)
    add(house, "visit", 200, date(2026, 9, 1), span=Span.MONTH)
    add(house, "visit", 4, TODAY)
    assert in_year(house, TO_DATE) == {"visit": 204}
    assert in_year(house) == {"visit": 4061}


def test_the_worst_quality_that_went_in_is_the_quality_of_a_count(house: House) -> None:
    noise(house, [TODAY])
    add(house, "phone", 3, TODAY)
    add(house, "sms", 40, TODAY, quality=Quality.BACKDATED)
    add(house, "sms", 1, TODAY)
    add(house, "sms", 1, TODAY, house.other_centre, quality=Quality.ESTIMATED)
    add(house, "sms", 9, TODAY - timedelta(days=1), quality=Quality.FROM_LIST)
    add(house, "sms", 9, FIRST_OF_YEAR, span=Span.YEAR, quality=Quality.ESTIMATED)

    def qualities(period: Period, bucket: Bucket) -> dict[str, Quality]:
        names = {one.id: key for key, one in house.activities.items()}
        found = count_by(house.session, [house.centre.id], period, bucket)
        return {names[one.activity_id]: one.quality for one in found}

    assert qualities(Period.of_day(TODAY), Bucket.DAY) == {
        "phone": Quality.COUNTED,
        "sms": Quality.BACKDATED,
        "contact": Quality.BACKDATED,
    }
    # What does not fit the bucket has no say in it.
    assert qualities(TO_DATE, Bucket.YEAR)["contact"] is Quality.FROM_LIST
    assert qualities(YEAR, Bucket.YEAR) == {
        "phone": Quality.COUNTED,
        "sms": Quality.ESTIMATED,
        "contact": Quality.ESTIMATED,
    }


def test_where_there_is_no_event_there_is_no_row_and_where_they_cancel_out_there_is_a_zero(house: House) -> None:
    noise(house, [TODAY])
    add(house, "phone", 1, TODAY)
    add(house, "phone", -1, TODAY, kind=EventKind.CORRECTION)
    assert counts(house, YEAR, Bucket.DAY) == {("phone", TODAY): 0, ("contact", TODAY): 0}
    assert counts(house, Period.of_day(TODAY - timedelta(days=1)), Bucket.DAY) == {}


def test_several_centres_are_counted_apart_in_order_of_centre_bucket_and_activity(house: House, third: Centre) -> None:
    add(house, "visit", 1000, TODAY, third)
    for centre in (house.other_centre, house.centre):
        # The later a day, the earlier an activity, so that no order of rows is the one asked for.
        for days_ago, key in enumerate(("visit", "lunch", "phone", "sms")):
            for month in (9, 10):
                add(house, key, centre.id, TODAY.replace(month=month) - timedelta(days=days_ago), centre)
    found = count_by(house.session, [house.other_centre.id, house.centre.id], TO_DATE, Bucket.MONTH)
    order = [(one.centre_id, one.bucket, one.activity_id) for one in found]
    assert order == sorted(order) and len(order) == 20
    contact = house.activities["contact"].id
    assert all(one.count == one.centre_id * (2 if one.activity_id == contact else 1) for one in found)
    assert count_by(house.session, [], YEAR, Bucket.YEAR) == []


def test_all_centres_together_are_the_same_sums_without_the_centre(house: House, third: Centre) -> None:
    add(house, "visit", 1000, TODAY, third)
    add(house, "visit", 3, TODAY)
    add(house, "visit", 4, TODAY, house.other_centre, quality=Quality.BACKDATED)
    add(house, "visit", 5, TODAY + timedelta(days=1), house.other_centre)
    add(house, "age", 412, TODAY)
    add(house, "age", 398, TODAY, house.other_centre)
    visit, age = house.activities["visit"], house.activities["age"]
    assert visit.rolls_up and not age.rolls_up
    ours, theirs = house.centre.id, house.other_centre.id
    found = count_by(house.session, [ours, theirs], YEAR, Bucket.DAY)
    today, tomorrow = Period.of_day(TODAY), Period.of_day(TODAY + timedelta(days=1))
    assert roll_up(found, {visit.id}) == [
        Count(ALL_CENTRES, visit.id, today, 7, Quality.BACKDATED),
        Count(ALL_CENTRES, visit.id, tomorrow, 5, Quality.COUNTED),
        Count(ours, age.id, today, 412, Quality.COUNTED),
        Count(theirs, age.id, today, 398, Quality.COUNTED),
    ]
    assert roll_up(found, set()) == found


LAST_TO_DATE = TO_DATE.last_year()


@pytest.mark.parametrize(
    ("valid_from", "is_new"),
    [
        (LAST_TO_DATE.first - timedelta(days=1), False),
        # From the first day that is compared: all of it is counted one way.
        (LAST_TO_DATE.first, False),
        (LAST_TO_DATE.first + timedelta(days=1), True),
        # Between the two.
        (LAST_TO_DATE.last + timedelta(days=1), True),
        (TO_DATE.first, True),
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
    ],
)
def test_a_new_method_is_one_that_began_within_or_between_what_is_compared(
    house: House, valid_from: date, is_new: bool
) -> None:
    def add_method(key: str, centre: Centre | None) -> None:
        activity_id, centre_id = house.activities[key].id, centre.id if centre else None
        house.session.add(Method(activity_id=activity_id, centre_id=centre_id, valid_from=valid_from, words={}))

    add_method("visit", house.centre)
    add_method("lunch", None)
    add_method("talk", house.other_centre)
    house.session.flush()
    new = {house.activities[key].id for key in ("visit", "lunch")} if is_new else set()
    assert find_new_methods(house.session, house.centre.id, TO_DATE, LAST_TO_DATE) == new


def test_a_whole_is_counted_anew_when_one_of_its_parts_is(house: House) -> None:
    with writing(house.session):
        phone = house.activities["phone"].id
        house.session.add(Method(activity_id=phone, centre_id=None, valid_from=MAY.first, words={}))
        house.session.commit()
    new = find_new_methods(house.session, house.centre.id, TO_DATE, TO_DATE.last_year())
    assert new == {house.activities["phone"].id, house.activities["contact"].id}
