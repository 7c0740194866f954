"""A tablet with several screens: it may tap what is on any of them, and each tap is of the screen's audience."""

import pytest

from kiosk.database import writing
from kiosk.domain import pairing, stations
from kiosk.domain.tallying import Poster, record_taps
from kiosk.kinds import Audience, HoldReason, Verdict
from kiosk.models import Button, HeldTap
from tests.build import NOW, House, tablet_with_pin, tap, undo

DOOR, VOLUNTEER, STAFF = Audience


@pytest.fixture
def poster(house: House) -> Poster:
    """A tablet that starts with the participants' screen and has the others beside it."""
    tablet = pairing.find_tablet(house.session, tablet_with_pin(house, "Stua"), NOW)
    assert tablet is not None
    return tablet.poster


def test_taps_of_all_its_screens_count_each_for_its_audience(house: House, poster: Poster) -> None:
    taps = {"visit": DOOR, "food_bag": VOLUNTEER, "sms": STAFF}
    with writing(house.session):
        verdicts = record_taps(house.session, poster, [tap(activity) for activity in taps], NOW)
        house.session.commit()
    assert set(verdicts.values()) == {Verdict.RECORDED}
    ids = {house.activities[activity].id: audience for activity, audience in taps.items()}
    assert {one.activity_id: one.audience for one in house.ledger()} == ids


def test_an_undo_is_of_the_audience_of_its_tap(house: House, poster: Poster) -> None:
    one = tap("food_bag")
    for sent in ([one], [undo(one)]):
        with writing(house.session):
            record_taps(house.session, poster, sent, NOW)
            house.session.commit()
    assert [(event.count, event.audience) for event in sorted(house.ledger(), key=lambda one: -one.count)] == [
        (1, VOLUNTEER),
        (-1, VOLUNTEER),
    ]


def test_what_stands_on_several_screens_was_tapped_on_the_one_it_starts_with(house: House, poster: Poster) -> None:
    with writing(house.session):
        for audience in (VOLUNTEER, STAFF):
            house.session.add(
                Button(
                    screen_id=house.screens[audience].id,
                    activity_id=house.activities["visit"].id,
                    position=99,
                    labels={},
                    icon="house-heart",
                    colour=1,
                    quick_counts=[],
                )
            )
        house.session.flush()
        record_taps(house.session, poster, [tap("visit")], NOW)
        house.session.commit()
    assert [one.audience for one in house.ledger()] == [DOOR]


def test_a_screen_that_was_taken_from_it_is_no_longer_its_own(house: House, poster: Poster) -> None:
    station = stations.find_named_station(house.session, house.centre.id, "Stua")
    with writing(house.session):
        screens = [house.screens[DOOR], house.screens[VOLUNTEER]]
        stations.change_station(house.session, station, "Stua", screens, NOW, None)
        house.session.flush()
        verdicts = record_taps(house.session, poster, [one := tap("sms"), tap("food_bag")], NOW)
        house.session.commit()
    assert verdicts[one.id] is Verdict.HELD and list(verdicts.values()).count(Verdict.RECORDED) == 1
    (held,) = house.session.query(HeldTap).all()
    assert held.reason is HoldReason.NOT_ON_SCREEN
