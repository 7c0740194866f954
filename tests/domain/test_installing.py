"""The server's own clock: believed unless it has gone back."""

from datetime import UTC, datetime, timedelta

from kiosk.database import writing
from kiosk.domain import installing
from kiosk.domain.tallying import record_taps
from kiosk.kinds import TimeQuality
from tests.build import NOW, TODAY, House, tap

SUMMER = datetime(2027, 6, 1, 12, tzinfo=UTC)


def see(house: House, now: datetime) -> installing.Standing:
    with writing(house.session):
        standing = installing.look(house.session, now)
        installing.keep_high_water(house.session, standing, now)
        house.session.commit()
    return standing


def test_a_clock_that_goes_on_is_right_and_its_date_is_remembered(house: House) -> None:
    assert not see(house, SUMMER).clock_is_wrong
    assert not see(house, SUMMER + timedelta(days=1)).clock_is_wrong
    assert not see(house, SUMMER + timedelta(days=1, hours=-3)).clock_is_wrong


def test_a_clock_before_the_latest_date_it_has_seen_is_wrong_and_does_not_lower_it(house: House) -> None:
    see(house, SUMMER)
    for _ in range(2):
        assert see(house, SUMMER - timedelta(days=1)).clock_is_wrong
    assert not see(house, SUMMER).clock_is_wrong


def test_a_clock_before_this_version_was_made_is_wrong(house: House) -> None:
    assert see(house, datetime(1970, 1, 1, tzinfo=UTC)).clock_is_wrong


def test_one_start_in_the_future_does_not_block_for_ever(house: House) -> None:
    see(house, datetime(2099, 1, 1, tzinfo=UTC))
    assert see(house, SUMMER).clock_is_wrong
    with writing(house.session):
        before = installing.reset_high_water(house.session, SUMMER)
        house.session.commit()
    assert before is not None and before.year == 2099
    assert not see(house, SUMMER).clock_is_wrong


def test_taps_under_a_wrong_clock_are_marked_and_count_on_the_day_the_tablet_knows(house: House) -> None:
    booted = datetime(1970, 1, 1, 0, 5, tzinfo=UTC)
    with writing(house.session):
        record_taps(house.session, house.poster(), [tap()], booted, falls_short_of=TODAY - timedelta(days=1))
        house.session.commit()
    (one,) = house.ledger()
    assert (one.time_quality, one.day, one.hour, one.tapped_at) == (TimeQuality.UNSURE, TODAY, 11, NOW)


def test_a_wrong_clock_knows_the_date_it_falls_short_of(house: House) -> None:
    see(house, SUMMER)
    assert see(house, SUMMER).falls_short_of is None
    assert see(house, SUMMER - timedelta(days=9)).falls_short_of == SUMMER.date()
    assert see(house, datetime(1970, 1, 1, tzinfo=UTC)).falls_short_of == SUMMER.date()
