"""A missed week entered afterwards: differences against what was shown, parts before their whole, nothing twice."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.periods import Period
from kiosk.domain.reporting import LessThanParts
from kiosk.domain.weeks import (
    ChangedCount,
    CountsChanged,
    DayTakesNoEntry,
    Entry,
    SetNumber,
    enter_week,
    week_sheet,
)
from kiosk.kinds import EventKind, Quality
from kiosk.models import AuditEntry, DayClosing
from tests.build import NOW, TODAY, House, event, noise

MONDAY, TUESDAY = date(2026, 10, 12), date(2026, 10, 13)
WEEK = Period.of_week(MONDAY)


def entry(house: House) -> Entry:
    return Entry(uuid4(), house.users["staff"].id, NOW, TODAY)


def enter(house: House, *numbers: SetNumber, by: Entry | None = None) -> int:
    return enter_week(house.session, house.centre, WEEK, numbers, by or entry(house))


def counts(house: House) -> dict[tuple[str, date], int]:
    return week_sheet(house.session, house.centre, 2026, 42, TODAY).counts


def test_a_number_is_stored_as_the_difference_to_what_was_shown_and_says_who_and_how(house: House) -> None:
    noise(house, [MONDAY])
    event(house.session, house.centre, house.activities["visit"], 3, MONDAY, kind=EventKind.TAP)
    assert enter(house, SetNumber("visit", MONDAY, 14, 3), SetNumber("lunch", TUESDAY, 6, None)) == 2
    assert counts(house) == {("visit", MONDAY): 14, ("lunch", TUESDAY): 6}
    (visit,) = [one for one in house.ledger() if one.count == 11]
    assert (visit.kind, visit.quality, visit.user_id) == (
        EventKind.ENTRY, Quality.BACKDATED, house.users["staff"].id,
    )  # fmt: skip


def test_what_was_entered_can_be_found_in_the_log_of_changes(house: House) -> None:
    enter(house, SetNumber("visit", MONDAY, 14, None))
    (change,) = house.session.scalars(select(AuditEntry).where(AuditEntry.verb == "week.enter"))
    assert (change.object, change.old, change.new) == (
        "2026-W42", {"visit 2026-10-12": None}, {"visit 2026-10-12": 14},
    )  # fmt: skip


def test_a_zero_takes_back_what_is_counted_and_says_nothing_where_nothing_is(house: House) -> None:
    event(house.session, house.centre, house.activities["visit"], 3, MONDAY)
    assert enter(house, SetNumber("visit", MONDAY, 0, 3), SetNumber("visit", TUESDAY, 0, None)) == 1
    assert counts(house) == {("visit", MONDAY): 0}


def test_a_whole_and_its_part_may_be_set_together_in_any_order(house: House) -> None:
    event(house.session, house.centre, house.activities["community"], 2, MONDAY)
    enter(house, SetNumber("community", MONDAY, 10, 2), SetNumber("trip", MONDAY, 4, None))
    assert counts(house) == {("community", MONDAY): 10, ("trip", MONDAY): 4}


def test_a_whole_is_never_set_to_less_than_its_parts(house: House) -> None:
    event(house.session, house.centre, house.activities["trip"], 6, MONDAY)
    event(house.session, house.centre, house.activities["community"], 4, MONDAY)
    with pytest.raises(LessThanParts) as raised:
        enter(house, SetNumber("community", MONDAY, 5, 10))
    assert (raised.value.activity.key, raised.value.least) == ("community", 6)


def test_a_count_that_changed_meanwhile_stores_nothing_and_names_both_numbers(house: House) -> None:
    event(house.session, house.centre, house.activities["visit"], 5, MONDAY)
    with pytest.raises(CountsChanged) as raised:
        enter(house, SetNumber("visit", MONDAY, 14, 3), SetNumber("lunch", MONDAY, 6, None))
    assert raised.value.changes == [ChangedCount("visit", MONDAY, 3, 5)]
    assert counts(house) == {("visit", MONDAY): 5}


def test_the_same_form_sent_twice_counts_once(house: House) -> None:
    once = entry(house)
    assert enter(house, SetNumber("visit", MONDAY, 14, None), by=once) == 1
    assert enter(house, SetNumber("visit", MONDAY, 14, None), by=once) == 0
    assert counts(house) == {("visit", MONDAY): 14}


@pytest.mark.parametrize("was_open", [True, False])
def test_a_day_somebody_looked_over_takes_no_entry(house: House, was_open: bool) -> None:
    house.session.add(DayClosing(centre_id=house.centre.id, day=MONDAY, was_open=was_open, totals={}, closed_at=NOW))
    house.session.flush()
    with pytest.raises(DayTakesNoEntry) as raised:
        enter(house, SetNumber("visit", MONDAY, 14, None))
    assert raised.value.day == MONDAY


def test_a_day_still_to_come_takes_no_entry_and_a_weekend_day_does(house: House) -> None:
    this_week = Period.of_week(TODAY)
    with pytest.raises(DayTakesNoEntry):
        enter_week(
            house.session, house.centre, this_week, [SetNumber("visit", date(2026, 10, 22), 1, None)], entry(house)
        )
    assert enter(house, SetNumber("visit", date(2026, 10, 17), 1, None)) == 1


def test_only_what_is_tapped_at_the_centre_is_on_the_sheet(house: House) -> None:
    house.activities["lunch"].retired_at = NOW
    house.activities["riding"].centre_id = house.other_centre.id
    house.session.flush()
    keys = {one.key for one in week_sheet(house.session, house.centre, 2026, 42, TODAY).activities}
    assert {"visit", "sms"} <= keys and not keys & {"lunch", "riding", "contact", "participants"}


def test_a_week_that_no_calendar_has_is_refused(house: House) -> None:
    with pytest.raises(ValueError, match="week"):
        week_sheet(house.session, house.centre, 2026, 54, TODAY)
