"""The PIN of a tablet: what it guards, how long it opens, and what becomes of wrong ones."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import locking, pairing, stations
from kiosk.domain.locking import IDLE, REST, TELL_AFTER, TRIES, PinMissing, PinNotValid, PinRests, ScreenNotFound
from kiosk.kinds import Audience
from kiosk.models import AuditEntry, Station
from tests.build import NOW, PIN, House, tablet_with_pin

DOOR, VOLUNTEER, STAFF = Audience
SECOND = timedelta(seconds=1)


@pytest.fixture
def station(house: House) -> Station:
    """A door tablet with the other screens behind PIN."""
    tablet_with_pin(house, "Stua")
    return stations.find_named_station(house.session, house.centre.id, "Stua")


def try_pin(session: Session, station: Station, pin: str, now: datetime = NOW) -> int | None:
    with writing(session):
        tries_left = locking.open_screens(session, station.id, pin, now)
        session.commit()
    return tries_left


def is_open(house: House, station: Station, now: datetime) -> list[bool]:
    return [one.is_open for one in locking.list_other_screens(house.session, station.id, now)]


def test_screens_beside_the_participants_are_guarded_and_closed(house: House, station: Station) -> None:
    others = locking.list_other_screens(house.session, station.id, NOW)
    assert [(one.audience, one.is_guarded, one.is_open) for one in others] == [
        (VOLUNTEER, True, False),
        (STAFF, True, False),
    ]


def test_screens_beside_one_for_those_who_work_here_are_open(house: House) -> None:
    with writing(house.session):
        screens = [house.screens[VOLUNTEER], house.screens[STAFF]]
        station = stations.add_station(house.session, screens, "Lageret", NOW)
        house.session.commit()
    (other,) = locking.list_other_screens(house.session, station.id, NOW)
    assert (other.audience, other.is_guarded, other.is_open) == (STAFF, False, True)


def test_the_right_pin_opens_all_its_screens_until_nobody_has_touched_it_for_three_minutes(
    house: House, station: Station
) -> None:
    assert try_pin(house.session, station, PIN) is None
    assert is_open(house, station, NOW + IDLE - SECOND) == [True, True]
    assert is_open(house, station, NOW + IDLE) == [False, False]


def test_who_is_at_the_screen_keeps_it_open_and_nobody_opens_it_so(house: House, station: Station) -> None:
    def keep_open(now: datetime) -> bool:
        with writing(house.session):
            is_open = locking.keep_open(house.session, station.id, now)
            house.session.commit()
        return is_open

    assert keep_open(NOW) is False
    try_pin(house.session, station, PIN)
    assert keep_open(NOW + IDLE - SECOND) is True
    assert is_open(house, station, NOW + 2 * IDLE - 2 * SECOND) == [True, True]
    assert keep_open(NOW + 2 * IDLE) is False
    assert is_open(house, station, NOW + 2 * IDLE) == [False, False]


def test_locking_closes_at_once(house: House, station: Station) -> None:
    try_pin(house.session, station, PIN)
    with writing(house.session):
        locking.lock(house.session, station.id)
        house.session.commit()
    assert is_open(house, station, NOW) == [False, False]


def test_five_wrong_ones_are_followed_by_five_minutes_in_which_the_right_one_is_not_looked_at(
    house: House, station: Station
) -> None:
    assert [try_pin(house.session, station, "999999") for _ in range(TRIES)] == [4, 3, 2, 1, 0]
    with pytest.raises(PinRests) as rests:
        try_pin(house.session, station, PIN, NOW + REST - SECOND)
    assert rests.value.seconds == 1
    assert is_open(house, station, NOW + REST - SECOND) == [False, False]
    assert try_pin(house.session, station, PIN, NOW + REST) is None


@pytest.mark.one_engine
def test_it_rests_again_after_each_five_and_never_for_ever(house: House, station: Station) -> None:
    now = NOW
    for _ in range(4):
        assert [try_pin(house.session, station, "999999", now) for _ in range(TRIES)] == [4, 3, 2, 1, 0]
        now += REST
    assert try_pin(house.session, station, PIN, now) is None
    assert [try_pin(house.session, station, "999999", now) for _ in range(2)] == [4, 3]


def test_a_clock_that_went_back_neither_blocks_nor_leaves_open_for_a_year(house: House, station: Station) -> None:
    back = NOW - timedelta(days=400)
    try_pin(house.session, station, PIN)
    assert is_open(house, station, back) == [False, False]
    for _ in range(TRIES):
        try_pin(house.session, station, "999999", NOW)
    assert try_pin(house.session, station, PIN, back) is None


def test_of_many_tries_at_once_five_are_looked_at(
    house: House, station: Station, make_session: Callable[[], Session]
) -> None:
    start = Barrier(8)

    def try_with_the_others(session: Session) -> bool:
        start.wait()
        try:
            try_pin(session, station, "999999")
        except PinRests:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        looked_at = list(pool.map(try_with_the_others, [make_session() for _ in range(8)]))
    assert sum(looked_at) == TRIES
    house.session.expire_all()
    assert station.wrong_pins == TRIES


def test_one_tablets_mistakes_are_no_other_tablets(house: House, station: Station) -> None:
    tablet_with_pin(house, "Gangen")
    other = stations.find_named_station(house.session, house.centre.id, "Gangen")
    for _ in range(TRIES):
        try_pin(house.session, station, "999999")
    assert try_pin(house.session, other, PIN) is None


def test_a_leader_is_told_after_ten_until_the_right_one_or_a_new_one(house: House, station: Station) -> None:
    def told() -> list[str]:
        house.session.expire_all()
        return [one.name for one in pairing.list_health(house.session, house.centre.id, NOW) if one.is_guessed_at]

    now = NOW
    for number in range(1, TELL_AFTER + 1):
        assert told() == []
        try_pin(house.session, station, "999999", now)
        now += REST * (number % TRIES == 0)
    assert told() == ["Stua"]
    try_pin(house.session, station, PIN, now)
    assert told() == []


def test_a_new_pin_locks_what_the_old_one_opened_and_ends_the_rest(house: House, station: Station) -> None:
    try_pin(house.session, station, PIN)
    for _ in range(TRIES):
        try_pin(house.session, station, "999999")
    with writing(house.session):
        locking.set_pin(house.session, station, "838383", NOW, house.users["leader"].id)
        house.session.commit()
    assert is_open(house, station, NOW) == [False, False]
    assert try_pin(house.session, station, PIN) == TRIES - 1
    assert try_pin(house.session, station, "838383") is None
    entry = house.session.scalars(select(AuditEntry).where(AuditEntry.verb == "station.set_pin")).one()
    assert (entry.object, entry.old, entry.new) == ("Stua", {}, {})


@pytest.mark.parametrize(
    "pin", ["", "12345", "1234567", "12345x", "１２３４８５", "000000", "123456", "987654", "\0" * 6]
)
def test_a_pin_is_six_digits_that_are_not_the_first_anybody_tries(house: House, station: Station, pin: str) -> None:
    with pytest.raises(PinNotValid):
        locking.set_pin(house.session, station, pin, NOW, None)


def test_the_pin_is_not_stored_in_clear_and_the_same_one_is_stored_differently_twice(
    house: House, station: Station
) -> None:
    tablet_with_pin(house, "Gangen")
    hashes = list(house.session.scalars(select(Station.pin_hash).where(Station.pin_hash.is_not(None))))
    assert len(set(hashes)) == 2 and all(one and one.startswith("scrypt:") and PIN not in one for one in hashes)


def test_a_tablet_without_pin_opens_nothing_and_only_its_own_screens_are_found(house: House, station: Station) -> None:
    door = stations.find_named_station(house.session, house.centre.id, "Inngang")
    with pytest.raises(PinMissing):
        try_pin(house.session, door, PIN)
    for screen in (house.screens[STAFF], house.other_screens[STAFF]):
        with pytest.raises(ScreenNotFound):
            locking.find_other_screen(house.session, door.id, screen.id, NOW)
    with pytest.raises(ScreenNotFound):
        locking.find_other_screen(house.session, station.id, house.other_screens[STAFF].id, NOW)
