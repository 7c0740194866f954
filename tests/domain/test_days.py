"""A day's numbers laid out beside the same weekday a week ago."""

from datetime import date, timedelta

from kiosk.domain.days import DayRow, day_table
from kiosk.kinds import Span
from tests.build import NOW, TODAY, House, event, noise

WEEK_AGO = TODAY - timedelta(days=7)
A_YEAR_AGO = date(2025, 10, 21)


def add(house: House, key: str, count: int, day: date, span: Span = Span.DAY) -> None:
    event(house.session, house.centre, house.activities[key], count, day, span=span)


def retire(house: House, key: str) -> None:
    house.activities[key].retired_at = NOW
    house.session.commit()


def day_rows(house: House, today: date = TODAY) -> dict[str, DayRow]:
    return {row.activity.key: row for row in day_table(house.session, house.centre, today)}


def test_a_day_stands_beside_the_same_weekday_a_week_ago(house: House) -> None:
    noise(house, [TODAY, WEEK_AGO])
    add(house, "visit", 12, TODAY)
    add(house, "visit", 9, WEEK_AGO)
    for day in (TODAY - timedelta(days=1), TODAY + timedelta(days=1), WEEK_AGO + timedelta(days=1), A_YEAR_AGO):
        add(house, "visit", 5000, day)
    row = day_rows(house)["visit"]
    assert (row.count, row.last_week) == (12, 9)


def test_a_week_ago_is_nothing_where_nothing_at_all_was_counted_and_else_a_number(house: House) -> None:
    noise(house, [TODAY, WEEK_AGO])
    assert (day_rows(house)["visit"].count, day_rows(house)["visit"].last_week) == (0, None)
    add(house, "lunch", 4, WEEK_AGO)
    add(house, "talk", 1, WEEK_AGO)
    add(house, "talk", -1, WEEK_AGO)
    rows = day_rows(house)
    assert (rows["visit"].count, rows["visit"].last_week) == (0, 0)
    assert (rows["lunch"].count, rows["lunch"].last_week) == (0, 4)
    assert (rows["talk"].count, rows["talk"].last_week) == (0, 0)


def test_a_day_shows_what_is_tapped_and_the_sums_of_it_in_their_order(house: House) -> None:
    noise(house, [TODAY])
    add(house, "phone", 2, TODAY)
    rows = day_rows(house)
    assert list(rows) == sorted(rows, key=lambda key: house.activities[key].position)
    assert (rows["phone"].count, rows["sms"].count, rows["contact"].count) == (2, 0, 2)
    assert "participants" not in rows and "age" not in rows


def test_what_is_only_entered_is_shown_on_a_day_that_has_a_number_for_it(house: House) -> None:
    noise(house, [TODAY])
    add(house, "reuse_kg", 1234, TODAY)
    add(house, "participants", 80, TODAY.replace(month=1, day=1), Span.YEAR)
    assert day_rows(house)["reuse_kg"].count == 1234
    assert "reuse_kg" not in day_rows(house, WEEK_AGO)
    assert "participants" not in day_rows(house, date(2026, 1, 1))


def test_a_retired_activity_is_shown_only_on_a_day_that_has_a_number_for_it(house: House) -> None:
    noise(house, [TODAY])
    add(house, "lunch", 6, TODAY)
    add(house, "talk", 6, WEEK_AGO)
    retire(house, "lunch")
    retire(house, "talk")
    assert day_rows(house)["lunch"].count == 6
    assert "talk" not in day_rows(house)
    assert day_rows(house, WEEK_AGO)["talk"].count == 6


def test_a_day_shows_no_activity_of_another_centre(house: House) -> None:
    house.activities["riding"].centre_id = house.other_centre.id
    house.session.commit()
    assert "riding" not in day_rows(house)
    assert "riding" in {row.activity.key for row in day_table(house.session, house.other_centre, TODAY)}


def test_an_empty_centre_has_a_day_of_zeros(house: House) -> None:
    noise(house, [TODAY, WEEK_AGO])
    assert {(row.count, row.last_week) for row in day_rows(house).values()} == {(0, None)}
