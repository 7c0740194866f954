"""Every figure opens down to its events; all centres add up and name who has no numbers."""

from datetime import UTC, date, datetime

import pytest

from kiosk.domain.all_centres import all_centres_table
from kiosk.domain.comparing import NoPercent
from kiosk.domain.figures import ActivityNotFound, day_figure, find_activity, month_figure, year_figure
from kiosk.domain.opening_days import Completeness
from kiosk.domain.tables import year_table
from kiosk.kinds import Audience, EventKind, Quality, Reason, Role, Span
from kiosk.models import DayClosing
from tests.build import NOW, TODAY, House, event, noise

PAST = date(2025, 3, 10)


def add(house: House, key: str, count: int, day: date, **other: object) -> None:
    event(house.session, house.centre, house.activities[key], count, day, **other)  # type: ignore[arg-type]


def test_a_year_opens_into_its_months_with_last_year_beside_and_what_is_known_for_the_year_alone(house: House) -> None:
    noise(house, [PAST])
    add(house, "visit", 5, PAST)
    add(house, "visit", 7, date(2024, 3, 31))
    add(house, "visit", 100, date(2025, 1, 1), span=Span.YEAR, quality=Quality.FROM_LIST)
    figure = year_figure(house.session, house.centre, house.activities["visit"], 2025, TODAY)
    march = figure.pieces[2]
    assert march.count and march.last_year and (march.count.count, march.last_year.count) == (5, 7)
    assert figure.total and figure.total.count == 105
    assert figure.last_year and figure.last_year.count == 7
    assert [(one.count, one.quality) for one in figure.events] == [(100, Quality.FROM_LIST)]


def test_a_year_that_runs_opens_to_date(house: House) -> None:
    add(house, "visit", 5, TODAY)
    add(house, "visit", 100, date(2026, 1, 1), span=Span.YEAR)
    figure = year_figure(house.session, house.centre, house.activities["visit"], 2026, TODAY)
    assert figure.total and figure.total.count == 5
    assert figure.events == []


def test_a_month_opens_into_its_days_and_what_is_known_for_the_month_alone(house: House) -> None:
    noise(house, [PAST])
    add(house, "visit", 5, PAST)
    add(house, "visit", 30, date(2025, 3, 1), span=Span.MONTH)
    figure = month_figure(house.session, house.centre, house.activities["visit"], 2025, 3, TODAY)
    by_day = {one.period.first: one.count.count for one in figure.pieces if one.count}
    assert by_day == {PAST: 5} and len(figure.pieces) == 31
    assert figure.total and figure.total.count == 35
    assert [one.count for one in figure.events] == [30]


def test_a_day_opens_into_its_events_by_hour_and_names_roles_only(house: House) -> None:
    noise(house, [PAST])
    at = datetime(2025, 3, 10, 10, 42, tzinfo=UTC)
    taken = event(
        house.session, house.centre, house.activities["phone"], 1, PAST,
        kind=EventKind.TAP, hour=11, tapped_at=at, audience=Audience.PARTICIPANT,
    )  # fmt: skip
    add(house, "phone", -1, PAST, kind=EventKind.UNDO, hour=11, undoes=taken)
    add(house, "sms", 2, PAST, kind=EventKind.TAP, hour=9)
    add(house, "contact", 3, PAST, kind=EventKind.CORRECTION, reason=Reason.FORGOTTEN, user_id=house.users["leader"].id)
    figure = day_figure(house.session, house.centre, house.activities["contact"], PAST, TODAY)
    assert figure.total and figure.total.count == 5 == sum(one.count for one in figure.events)
    first, second, third, last = figure.events
    assert (first.part and first.part.key, first.hour) == ("sms", 9)
    assert {(one.kind, one.is_undone) for one in (second, third)} == {(EventKind.TAP, True), (EventKind.UNDO, False)}
    assert (last.part, last.role, last.reason, last.hour) == (None, Role.LEADER, Reason.FORGOTTEN, None)
    assert first.role is None and second.tapped_at in (at, None)


def test_a_day_without_an_event_is_zero_only_when_it_was_approved(house: House) -> None:
    activity = house.activities["visit"]
    assert day_figure(house.session, house.centre, activity, PAST, TODAY).total is None
    house.session.add(DayClosing(centre_id=house.centre.id, day=PAST, was_open=True, totals={}, closed_at=NOW))
    house.session.flush()
    total = day_figure(house.session, house.centre, activity, PAST, TODAY).total
    assert total and total.count == 0


def test_an_activity_of_another_centre_is_not_found(house: House) -> None:
    house.activities["riding"].centre_id = house.other_centre.id
    house.session.commit()
    assert find_activity(house.session, house.other_centre.id, "riding").key == "riding"
    for key in ("riding", "nothing"):
        with pytest.raises(ActivityNotFound):
            find_activity(house.session, house.centre.id, key)


def test_all_centres_add_up_and_name_those_without_numbers(house: House) -> None:
    add(house, "visit", 5, PAST)
    add(house, "age", 385, date(2025, 1, 1), span=Span.YEAR)
    alone = all_centres_table(house.session, 2025, TODAY)
    assert [one.slug for one in alone.without_numbers] == ["andre"]
    event(house.session, house.other_centre, house.activities["visit"], 7, PAST)
    event(house.session, house.other_centre, house.activities["age"], 401, date(2025, 1, 1), span=Span.YEAR)
    table = all_centres_table(house.session, 2025, TODAY)
    assert [one.slug for one in table.centres] == ["andre", "prove"] and table.without_numbers == []
    rows = {row.activity.key: row for row in table.rows}
    assert [one.count if one else None for one in rows["visit"].counts] == [7, 5]
    assert rows["visit"].together and rows["visit"].together.count == 12
    # An average is no sum.
    assert rows["age"].together is None and len([one for one in rows["age"].counts if one]) == 2
    assert [row.activity.key for row in table.table.rows] == ["visit"]


def test_all_centres_have_no_percentage_to_a_year_in_which_not_all_of_them_counted(house: House) -> None:
    for day in (date(2024, 1, 2), PAST):
        add(house, "visit", 100, day)
    change = {row.activity.key: row.change for row in all_centres_table(house.session, 2025, TODAY).table.rows}
    assert change["visit"].percent == 0
    event(house.session, house.other_centre, house.activities["visit"], 100, PAST)
    change = {row.activity.key: row.change for row in all_centres_table(house.session, 2025, TODAY).table.rows}
    assert (change["visit"].difference, change["visit"].why_none) == (100, NoPercent.PARTLY_KNOWN)


def test_a_month_in_which_every_day_was_approved_has_zeros_on_the_year_page(house: House) -> None:
    add(house, "visit", 5, PAST)
    house.centre.open_weekdays = [0]
    for day in (3, 10, 17, 24):
        house.session.add(
            DayClosing(centre_id=house.centre.id, day=date(2025, 2, day), was_open=True, totals={}, closed_at=NOW)
        )
    house.session.flush()
    table = year_table(house.session, house.centre, 2025, TODAY)
    (visits,) = table.rows
    assert [one.count if one else None for one in visits.months[:3]] == [None, 0, 5]
    assert table.completeness == Completeness(open_days=48, with_numbers=5, since=date(2025, 2, 3))


def test_a_running_year_shows_the_same_days_and_the_whole_of_last_year(house: House) -> None:
    add(house, "visit", 5, TODAY)
    add(house, "visit", 30, date(2025, 10, 21))
    add(house, "visit", 4, date(2025, 12, 1))
    add(house, "visit", 100, date(2025, 1, 1), span=Span.YEAR)
    (row,) = year_table(house.session, house.centre, 2026, TODAY).rows
    assert row.last_year and row.whole_last_year
    assert (row.last_year.count, row.whole_last_year.count) == (30, 134)
