"""A series of taps too quick for people is taken back whole, by whoever looks over the day."""

from datetime import timedelta

import pytest

from kiosk.database import writing
from kiosk.domain import reviewing
from kiosk.domain.reporting import CountWouldBeNegative
from kiosk.domain.wire import Tap
from kiosk.kinds import EventKind, Reason
from tests.build import NOW, TODAY, House, tap
from tests.days import by, close, correct, enter, record, totals


def series(house: House, taps: int = 17) -> list[Tap]:
    made = [tap(at=NOW + timedelta(seconds=2 * one - 120)) for one in range(taps)]
    record(house, *made)
    return made


def undo_series(house: House, first: Tap, taps: int) -> None:
    with writing(house.session):
        reviewing.undo_burst(house.session, by(house), TODAY, first.id, taps)
        house.session.commit()


def test_one_press_takes_a_series_back_and_the_next_visit_counts(house: House) -> None:
    enter(house, visit=5)
    made = series(house)
    undo_series(house, made[0], 17)
    assert totals(house)["visit"] == 5
    undos = [one for one in house.ledger() if one.kind is EventKind.UNDO]
    assert {one.undoes for one in undos} == {one.id for one in made}
    assert {(one.user_id, one.hour) for one in undos} == {(None, 11)}
    record(house, tap())
    assert totals(house)["visit"] == 6
    with pytest.raises(reviewing.BurstIsGone):
        undo_series(house, made[0], 17)


def test_a_series_that_grew_since_it_was_seen_is_not_taken_back(house: House) -> None:
    made = series(house)
    record(house, tap(at=NOW - timedelta(seconds=80)))
    with pytest.raises(reviewing.BurstIsGone):
        undo_series(house, made[0], 17)
    assert totals(house)["visit"] == 18


def test_a_series_that_was_corrected_already_does_not_make_the_number_negative(house: House) -> None:
    made = series(house)
    correct(house, Reason.TESTING, visit=(0, 17))
    with pytest.raises(CountWouldBeNegative):
        undo_series(house, made[0], 17)
    assert totals(house)["visit"] == 0


def test_a_closed_day_has_no_series(house: House) -> None:
    made = series(house)
    close(house)
    with pytest.raises(reviewing.BurstIsGone):
        undo_series(house, made[0], 17)
