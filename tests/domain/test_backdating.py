"""What was forgotten is added to its day, once, marked, and never to a day it cannot have been."""

from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from kiosk.database import writing
from kiosk.domain import backdating
from kiosk.domain.backdating import Forgotten
from kiosk.domain.clock import OLDEST
from kiosk.kinds import EventKind, Quality
from kiosk.models import DayClosing
from tests.build import NOW, TODAY, House

YESTERDAY = TODAY - timedelta(days=1)


def backdate(house: House, forgotten: Forgotten, op_id: UUID | None = None, now: datetime = NOW) -> None:
    with writing(house.session):
        user_id = house.users["staff"].id
        backdating.backdate(house.session, house.centre, forgotten, op_id=op_id or uuid4(), user_id=user_id, now=now)
        house.session.commit()


def test_it_is_an_entry_of_its_day_marked_and_signed(house: House) -> None:
    backdate(house, Forgotten("phone", YESTERDAY, 13, "3"))
    (one,) = house.ledger()
    assert (one.kind, one.quality, one.count, one.day, one.hour) == (
        EventKind.ENTRY, Quality.BACKDATED, 3, YESTERDAY, 13,
    )  # fmt: skip
    assert (one.user_id, one.tapped_at, one.station_id, one.activity_id) == (
        house.users["staff"].id, None, None, house.activities["phone"].id,
    )  # fmt: skip


def test_it_adds_to_what_is_counted(house: House) -> None:
    for number in ("3", "2"):
        backdate(house, Forgotten("phone", YESTERDAY, None, number))
    phone = house.activities["phone"].id
    assert backdating.count_day(house.session, house.centre.id, phone, YESTERDAY) == 5


def test_a_form_sent_twice_counts_once(house: House) -> None:
    op_id = uuid4()
    for _ in range(2):
        backdate(house, Forgotten("phone", YESTERDAY, None, "3"), op_id)
    assert [one.count for one in house.ledger()] == [3]


def test_of_a_day_that_was_looked_over_no_minute_is_kept(house: House) -> None:
    with writing(house.session):
        closing = DayClosing(centre_id=house.centre.id, day=YESTERDAY, was_open=True, totals={}, closed_at=NOW)
        house.session.add(closing)
        house.session.commit()
    backdate(house, Forgotten("phone", YESTERDAY, None, "3"))
    backdate(house, Forgotten("phone", TODAY, None, "3"))
    assert {one.day: one.received_at for one in house.ledger()} == {YESTERDAY: None, TODAY: NOW}


@pytest.mark.parametrize(("day", "hour"), [(TODAY + timedelta(days=1), None), (TODAY, 12), (date(9999, 12, 31), 3)])
def test_what_has_not_been_yet_is_refused(house: House, day: date, hour: int | None) -> None:
    with pytest.raises(backdating.DayInFuture):
        backdate(house, Forgotten("phone", day, hour, "3"))
    # In Oslo it is half past eleven.
    backdate(house, Forgotten("phone", TODAY, 11, "3"))
    assert len(house.ledger()) == 1


def test_what_is_older_than_the_ledger_takes_is_refused(house: House) -> None:
    backdate(house, Forgotten("phone", TODAY - OLDEST, None, "3"))
    with pytest.raises(backdating.DayTooLongAgo):
        backdate(house, Forgotten("phone", TODAY - OLDEST - timedelta(days=1), None, "3"))
    assert len(house.ledger()) == 1


@pytest.mark.parametrize("key", ["unheard_of", "contact", "age", ""])
def test_only_what_is_tapped_at_the_centre_can_be_entered(house: House, key: str) -> None:
    with pytest.raises(backdating.ActivityNotFound):
        backdate(house, Forgotten(key, YESTERDAY, None, "3"))


@pytest.mark.parametrize(
    ("text", "decimals", "count"),
    [("3", 0, 3), (" 3 ", 0, 3), ("1 200", 0, 1200), ("1,5", 1, 15), ("1.5", 1, 15), ("2", 1, 20), ("3,0", 0, 3)],
)
def test_a_number_is_read_as_people_write_it(text: str, decimals: int, count: int) -> None:
    assert backdating.read_number(text, decimals) == count


@pytest.mark.parametrize("text", ["", "0", "-3", "x", "1,5", "3 000 000", "1e3", "٣", "10001", "1,2,3", "½"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(backdating.NumberNotValid):
        backdating.read_number(text, 0)
