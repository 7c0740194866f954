"""The grid of a month: four states, sums by week, zeros that somebody vouched for, what was entered for the month."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from kiosk.domain.months import MonthDay, MonthTable, month_table
from kiosk.domain.opening_days import Completeness
from kiosk.domain.periods import Period
from kiosk.domain.tables import year_table
from kiosk.kinds import DayState, Span
from kiosk.models import DayClosing
from tests.build import NOW, TODAY, House, event, noise

# October 2026 begins on a Thursday; TODAY is Wednesday the 21st.
THURSDAY, FRIDAY, SATURDAY = date(2026, 10, 1), date(2026, 10, 2), date(2026, 10, 3)


def add(house: House, key: str, count: int, day: date, span: Span = Span.DAY) -> None:
    event(house.session, house.centre, house.activities[key], count, day, span=span)


def look_over(house: House, day: date, *, was_open: bool = True, **other: object) -> None:
    values: dict[str, object] = {"totals": {}, "closed_at": NOW} | other
    house.session.add(DayClosing(centre_id=house.centre.id, day=day, was_open=was_open, **values))
    house.session.flush()


def october(house: House, today: date = TODAY) -> tuple[MonthTable, dict[date, MonthDay]]:
    table = month_table(house.session, house.centre, 2026, 10, today)
    return table, {row.day: row for week in table.weeks for row in week.days}


def shown(row: MonthDay) -> list[int | None]:
    return [one.count if one else None for one in row.counts]


def test_a_day_is_approved_not_looked_over_closed_missing_or_still_to_come(house: House) -> None:
    noise(house, [FRIDAY, date(2026, 10, 5)])
    add(house, "visit", 3, THURSDAY)
    add(house, "visit", 4, date(2026, 10, 6))
    look_over(house, date(2026, 10, 6))
    look_over(house, date(2026, 10, 7), was_open=False)
    look_over(house, date(2026, 10, 8), reopened_at=NOW)
    _, days = october(house)
    assert days[THURSDAY].state is DayState.NOT_LOOKED_OVER
    assert days[FRIDAY].state is DayState.MISSING
    assert days[SATURDAY].state is DayState.CLOSED
    assert days[date(2026, 10, 6)].state is DayState.APPROVED
    assert days[date(2026, 10, 7)].state is DayState.CLOSED
    assert days[date(2026, 10, 8)].state is DayState.MISSING
    assert days[TODAY].state is None and days[date(2026, 10, 22)].state is None


def test_a_weekend_day_that_has_numbers_was_open(house: House) -> None:
    add(house, "visit", 3, SATURDAY)
    table, days = october(house)
    assert days[SATURDAY].state is DayState.NOT_LOOKED_OVER
    assert table.completeness.with_numbers == 1


def test_a_day_that_was_marked_closed_is_to_be_looked_over_again_when_a_late_tap_counts_on_it(house: House) -> None:
    look_over(house, THURSDAY, was_open=False)
    look_over(house, FRIDAY, was_open=False)
    for number in (1, -1):
        # Tapped and taken back.
        add(house, "visit", number, THURSDAY)
    add(house, "visit", 1, FRIDAY)
    table, days = october(house)
    assert (days[THURSDAY].state, days[THURSDAY].is_changed) == (DayState.CLOSED, False)
    assert (days[FRIDAY].state, days[FRIDAY].is_changed) == (DayState.NOT_LOOKED_OVER, True)
    assert table.completeness.with_numbers == 1


def test_completeness_counts_the_opening_days_so_far(house: House) -> None:
    noise(house, [FRIDAY])
    add(house, "visit", 3, THURSDAY)
    look_over(house, FRIDAY)
    look_over(house, date(2026, 10, 5), was_open=False)
    table, _ = october(house)
    # Fourteen weekdays before the 21st, one of them closed; one has numbers, one zeros that were approved.
    assert table.completeness == Completeness(open_days=13, with_numbers=2)


def test_no_number_is_zero_only_where_somebody_approved_the_day(house: House) -> None:
    add(house, "visit", 3, THURSDAY)
    add(house, "lunch", 2, FRIDAY)
    look_over(house, FRIDAY)
    table, days = october(house)
    assert [one.key for one in table.activities] == ["visit", "lunch"]
    assert shown(days[THURSDAY]) == [3, None]
    assert shown(days[FRIDAY]) == [0, 2]
    assert shown(days[SATURDAY]) == [None, None] and not days[SATURDAY].has_numbers


def test_what_is_only_entered_is_never_zero_by_approval(house: House) -> None:
    add(house, "reuse_kg", 15, THURSDAY)
    look_over(house, FRIDAY)
    _, days = october(house)
    assert shown(days[FRIDAY]) == [None]


def test_weeks_are_cut_at_the_month_and_add_up_to_it(house: House) -> None:
    noise(house, [THURSDAY])
    for count, day in ((100, date(2026, 9, 30)), (1, THURSDAY), (2, FRIDAY), (4, date(2026, 10, 5)), (8, TODAY)):
        add(house, "visit", count, day)
    table, _ = october(house)
    assert [week.counts[0].count if week.counts[0] else None for week in table.weeks] == [3, 4, None, 8, None]
    assert table.weeks[0].period == Period(THURSDAY, date(2026, 10, 4))
    assert table.weeks[0].whole.first == date(2026, 9, 28)
    assert table.totals[0] and table.totals[0].count == 15


def test_what_was_entered_for_the_month_alone_is_in_the_sum_and_on_no_day(house: House) -> None:
    add(house, "visit", 3, THURSDAY)
    add(house, "visit", 40, THURSDAY, Span.MONTH)
    add(house, "visit", 500, date(2026, 1, 1), Span.YEAR)
    table, days = october(house)
    assert shown(days[THURSDAY]) == [3]
    assert (table.without_day, table.totals[0].count if table.totals[0] else None) == ([40], 43)


def test_the_sentence_of_a_day_follows_and_a_late_tap_says_changed(house: House) -> None:
    add(house, "visit", 3, THURSDAY)
    add(house, "visit", 4, FRIDAY)
    look_over(house, THURSDAY, totals={"visit": 3, "lunch": 0}, sentence="Tur til fjells")
    look_over(house, FRIDAY, totals={"visit": 3})
    table, days = october(house)
    assert [row.sentence for row in table.sentences] == ["Tur til fjells"]
    assert (days[THURSDAY].is_changed, days[FRIDAY].is_changed) == (False, True)


def test_before_a_centre_began_to_count_no_day_is_missing(house: House) -> None:
    monday = date(2026, 10, 5)
    # What is known of the year before is of the whole year, and of no day.
    event(house.session, house.centre, house.activities["visit"], 3220, date(2025, 1, 1), span=Span.YEAR)
    noise(house, [THURSDAY])
    add(house, "visit", 3, monday)
    table, days = october(house)
    assert [days[day].state for day in (THURSDAY, FRIDAY, SATURDAY)] == [None, None, None]
    assert table.completeness == Completeness(open_days=12, with_numbers=1, since=monday)
    assert month_table(house.session, house.centre, 2026, 9, TODAY).completeness.open_days == 0
    assert year_table(house.session, house.centre, 2025, TODAY).completeness == Completeness(0, 0)


def test_closings_of_another_centre_say_nothing_here(house: House, session: Session) -> None:
    add(house, "visit", 3, date(2026, 9, 30))
    session.add(
        DayClosing(centre_id=house.other_centre.id, day=THURSDAY, was_open=True, totals={"visit": 9}, closed_at=NOW)
    )
    session.flush()
    _, days = october(house)
    assert days[THURSDAY].state is DayState.MISSING


@pytest.mark.parametrize(("year", "month"), [(2026, 0), (2026, 13), (0, 1)])
def test_a_month_that_no_calendar_has_is_refused(house: House, year: int, month: int) -> None:
    with pytest.raises(ValueError, match=r"month|year"):
        month_table(house.session, house.centre, year, month, TODAY)
