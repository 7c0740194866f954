"""A year laid out beside the same dates a year earlier."""

from datetime import date, timedelta

import pytest

from kiosk.domain.comparing import NoPercent
from kiosk.domain.periods import Period
from kiosk.domain.tables import YearRow, YearTable, year_table
from kiosk.kinds import Quality, Span
from kiosk.models import Method
from tests.build import NOW, TODAY, House, event, noise

A_YEAR_AGO = date(2025, 10, 21)


def add(house: House, key: str, count: int, day: date, span: Span = Span.DAY) -> None:
    event(house.session, house.centre, house.activities[key], count, day, span=span)


def retire(house: House, key: str) -> None:
    house.activities[key].retired_at = NOW
    house.session.commit()


def year(house: House, year: int = 2026, today: date = TODAY) -> tuple[YearTable, dict[str, YearRow]]:
    table = year_table(house.session, house.centre, year, today)
    return table, {row.activity.key: row for row in table.rows}


def test_a_year_that_runs_is_counted_to_date_and_compared_with_the_same_dates_a_year_earlier(house: House) -> None:
    noise(house, [TODAY, A_YEAR_AGO])
    add(house, "visit", 30, date(2026, 1, 1))
    add(house, "visit", 20, TODAY)
    add(house, "visit", 5000, TODAY + timedelta(days=1))
    add(house, "visit", 15, date(2025, 1, 1))
    add(house, "visit", 25, A_YEAR_AGO)
    add(house, "visit", 7000, A_YEAR_AGO + timedelta(days=1))
    add(house, "visit", 9000, date(2024, 12, 31))
    table, rows = year(house)
    assert (table.year, table.is_running) == (2026, True)
    assert table.period == Period(date(2026, 1, 1), TODAY)
    assert table.compared == Period(date(2025, 1, 1), A_YEAR_AGO)
    row = rows["visit"]
    assert row.total and row.last_year
    assert (row.total.count, row.last_year.count) == (50, 40)
    assert (row.change.difference, row.change.percent) == (10, 25.0)


def test_a_figure_for_a_month_or_year_that_is_not_over_is_named_as_not_yet_counted(house: House) -> None:
    noise(house, [TODAY])
    add(house, "visit", 20, TODAY)
    add(house, "lunch", 90, date(2026, 10, 1), Span.MONTH)
    add(house, "trip", 5, date(2026, 1, 1), Span.YEAR)
    # September is over.
    add(house, "sms", 7, date(2026, 9, 1), Span.MONTH)
    table, rows = year(house)
    assert {one.key for one in table.not_yet_counted} == {"lunch", "trip"}
    assert set(rows) == {"visit", "sms"} | ({"contact"} & set(rows))
    # The month is over: it counts, and the year still does not.
    table, rows = year(house, today=date(2026, 10, 31))
    assert [one.key for one in table.not_yet_counted] == ["trip"] and "lunch" in rows
    table, _ = year(house, today=date(2026, 12, 31))
    assert table.not_yet_counted == []


def test_a_year_that_is_over_is_compared_with_the_whole_year_before(house: House) -> None:
    noise(house, [date(2025, 12, 31), date(2024, 12, 31)])
    add(house, "visit", 60, date(2025, 12, 31))
    add(house, "visit", 40, date(2024, 12, 31))
    add(house, "sms", 1, date(2024, 1, 2))
    table, rows = year(house, 2025)
    assert (table.is_running, table.period, table.compared) == (False, Period.of_year(2025), Period.of_year(2024))
    assert rows["visit"].change.percent == 50.0


@pytest.mark.parametrize(
    ("today", "compared_to"),
    [
        (date(2028, 2, 29), date(2027, 2, 28)),
        (date(2029, 2, 28), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2025, 1, 1)),
    ],
)
def test_a_year_to_date_ends_on_the_same_date_a_year_earlier(house: House, today: date, compared_to: date) -> None:
    table, _ = year(house, today.year, today)
    assert (table.is_running, table.period.last, table.compared.last) == (True, today, compared_to)


def test_the_months_of_a_year_stand_in_their_places_and_are_missing_where_there_is_no_number(house: House) -> None:
    noise(house, [date(2026, 3, 1), date(2026, 5, 5)])
    add(house, "visit", 3, date(2026, 3, 31))
    add(house, "visit", 500, date(2026, 5, 1), Span.MONTH)
    add(house, "visit", 2, date(2026, 5, 31))
    add(house, "visit", 1, date(2026, 8, 1))
    add(house, "visit", -1, date(2026, 8, 2))
    _, rows = year(house)
    months = [month.count if month else None for month in rows["visit"].months]
    assert months == [None, None, 3, None, 502, None, None, 0, None, None, None, None]
    assert rows["visit"].without_month == 0


def test_what_was_entered_for_the_year_alone_is_in_the_total_and_in_no_month(house: House) -> None:
    noise(house, [date(2025, 1, 1)])
    add(house, "visit", 3500, date(2025, 1, 1), Span.YEAR)
    add(house, "visit", 57, date(2025, 6, 2))
    _, rows = year(house, 2025)
    row = rows["visit"]
    assert row.total and row.total.count == 3557
    assert row.without_month == 3500
    assert sum(month.count for month in row.months if month) == 57


def test_a_year_that_runs_leaves_out_what_was_entered_for_the_whole_of_either_year(house: House) -> None:
    noise(house, [TODAY])
    add(house, "participants", 80, date(2026, 1, 1), Span.YEAR)
    add(house, "visit", 3557, date(2025, 1, 1), Span.YEAR)
    add(house, "visit", 10, TODAY)
    _, rows = year(house)
    assert list(rows) == ["visit"]
    assert rows["visit"].last_year is None and rows["visit"].without_month == 0
    assert rows["visit"].change.why_none is NoPercent.NO_VALUE
    _, at_the_end = year(house, 2026, date(2026, 12, 31))
    assert at_the_end["participants"].without_month == 80
    assert at_the_end["visit"].last_year and at_the_end["visit"].last_year.count == 3557


def test_a_year_shows_every_activity_that_has_a_number_in_either_year_retired_ones_too(house: House) -> None:
    noise(house, [TODAY])
    add(house, "lunch", 6, TODAY)
    add(house, "talk", 7, A_YEAR_AGO)
    add(house, "trip", 8, date(2024, 10, 21))
    add(house, "sms", 9, TODAY)
    retire(house, "lunch")
    retire(house, "talk")
    _, rows = year(house)
    assert list(rows) == ["lunch", "contact", "sms", "talk"]
    assert rows["talk"].total is None and rows["talk"].months == [None] * 12
    assert rows["talk"].last_year and rows["talk"].last_year.count == 7
    assert rows["talk"].change.why_none is NoPercent.NO_VALUE


def test_a_new_method_at_this_centre_leaves_no_percentage(house: House) -> None:
    noise(house, [TODAY, A_YEAR_AGO])
    add(house, "sms", 1, date(2025, 1, 2))
    for key in ("visit", "lunch"):
        add(house, key, 50, TODAY)
        add(house, key, 40, A_YEAR_AGO)
    for key, centre in (("visit", house.centre), ("lunch", house.other_centre)):
        activity_id = house.activities[key].id
        house.session.add(
            Method(activity_id=activity_id, centre_id=centre.id, valid_from=date(2026, 1, 1), words={"nb": "Ny"})
        )
    house.session.flush()
    _, rows = year(house)
    assert (rows["visit"].change.difference, rows["visit"].change.why_none) == (10, NoPercent.OTHER_METHOD)
    assert (rows["lunch"].change.percent, rows["lunch"].change.why_none) == (25.0, None)


def test_there_is_no_percentage_where_the_year_before_is_known_for_its_months_and_one_of_them_is_cut(
    house: House,
) -> None:
    add(house, "sms", 1, date(2025, 1, 2))
    for month in range(1, 13):
        add(house, "trip", 30, date(2025, month, 1), Span.MONTH)
        add(house, "lunch", 30, date(2025, month, 2))
    add(house, "trip", 400, TODAY)
    add(house, "lunch", 400, TODAY)
    noise(house, [TODAY])
    _, rows = year(house)
    # Nine whole months of 2025 against nine months and three weeks of 2026.
    assert rows["trip"].last_year and rows["trip"].last_year.count == 270
    assert rows["trip"].change.why_none is rows["community"].change.why_none is NoPercent.PARTLY_KNOWN
    assert rows["lunch"].change.percent == pytest.approx(100 / 3)
    # When the year is over, so are all of its months.
    _, at_the_end = year(house, 2026, date(2026, 12, 31))
    assert at_the_end["trip"].change.percent == pytest.approx(100 / 9)


def test_there_is_no_percentage_to_a_year_in_which_the_centre_began_to_count(house: House) -> None:
    noise(house, [date(2025, 1, 2)])
    add(house, "visit", 100, date(2025, 2, 1))
    add(house, "lunch", 90, date(2025, 1, 1), Span.YEAR)
    for key in ("visit", "lunch"):
        add(house, key, 300, date(2026, 3, 2))
    _, rows = year(house, 2026, date(2026, 12, 31))
    assert (rows["visit"].change.difference, rows["visit"].change.why_none) == (200, NoPercent.PARTLY_KNOWN)
    # What was imported for the whole year is all of it.
    assert rows["lunch"].change.percent == pytest.approx(700 / 3)


def test_a_small_base_is_measured_in_whole_units(house: House) -> None:
    noise(house, [TODAY, A_YEAR_AGO])
    add(house, "sms", 1, date(2025, 1, 2))
    for key in ("visit", "volunteer_hours"):
        add(house, key, 300, TODAY)
        add(house, key, 150, A_YEAR_AGO)
    _, rows = year(house)
    assert rows["visit"].change.percent == 100.0
    assert rows["volunteer_hours"].change.why_none is NoPercent.SMALL_BASE


def test_a_month_has_the_worst_quality_of_its_own_events_and_the_total_of_all(house: House) -> None:
    noise(house, [date(2026, 3, 1)])
    add(house, "visit", 1, date(2026, 3, 1))
    event(house.session, house.centre, house.activities["visit"], 1, date(2026, 4, 1), quality=Quality.ESTIMATED)
    _, rows = year(house)
    march, april = rows["visit"].months[2:4]
    assert march and april and rows["visit"].total
    assert (march.quality, april.quality) == (Quality.COUNTED, Quality.ESTIMATED)
    assert rows["visit"].total.quality is Quality.ESTIMATED


def test_an_empty_centre_has_an_empty_year(house: House) -> None:
    noise(house, [TODAY, A_YEAR_AGO])
    table, rows = year(house)
    assert rows == {} and table.is_running


@pytest.mark.parametrize("impossible", [0, -1, 10_000])
def test_a_year_that_no_calendar_has_is_refused(house: House, impossible: int) -> None:
    with pytest.raises(ValueError, match="year"):
        year(house, impossible)
