"""What the screens of volunteers and staff show: the day's numbers of the centre, and the newest taps of a screen."""

from datetime import timedelta

from kiosk.database import writing
from kiosk.domain import screens, tallying, working
from kiosk.domain.screens import ShownScreen
from kiosk.domain.tidying import coarsen
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience
from tests import build
from tests.build import NOW, TODAY, House, tap, undo


def show(house: House, audience: Audience = Audience.STAFF) -> ShownScreen:
    return screens.show_screen(house.session, house.screens[audience].id, TODAY)


def record(house: House, *taps: Tap, audience: Audience = Audience.STAFF) -> None:
    with writing(house.session):
        tallying.record_taps(house.session, house.poster(audience), taps, NOW)
        house.session.commit()


def test_the_numbers_are_those_of_the_centre_and_the_day(house: House) -> None:
    record(house, tap("sms"), tap("sms", count=5), tap("trip", count=3), tap("phone", at=NOW - timedelta(days=1)))
    with writing(house.session):
        build.event(house.session, house.centre, house.activities["sms"], 2, TODAY)
        build.event(house.session, house.other_centre, house.activities["sms"], 1000, TODAY)
        house.session.commit()
    counts = working.count_today(house.session, show(house), TODAY)
    # A whole includes its parts, here as on every other page.
    assert {key: count for key, count in counts.items() if count} == {"sms": 8, "trip": 3, "community": 3}
    assert counts["phone"] == 0 and "visit" not in counts


def test_the_newest_taps_come_first_to_the_minute_and_say_what_was_taken_back(house: House) -> None:
    first, second = tap("sms", at=NOW - timedelta(minutes=3, seconds=7)), tap("phone", count=5, at=NOW)
    record(house, first, second, undo(first))
    newest = working.list_newest(house.session, show(house), TODAY)
    assert [(one.id, one.button.activity, one.count, one.is_undone) for one in newest] == [
        (second.id, "phone", 5, False),
        (first.id, "sms", 1, True),
    ]
    assert all(one.tapped_at.second == one.tapped_at.microsecond == 0 for one in newest)


def test_a_screen_lists_no_taps_of_another(house: House) -> None:
    record(house, tap("visit"), audience=Audience.PARTICIPANT)
    record(house, tap("food_bag"), audience=Audience.VOLUNTEER)
    # Staff who sign in may tap everything; what they tap is on no list of the volunteers.
    person = tallying.Poster(house.centre.id, house.centre.slug, house.centre.timezone, Audience.STAFF)
    with writing(house.session):
        tallying.record_taps(house.session, person, [tap("food_bag", count=2)], NOW)
        house.session.commit()
    assert working.list_newest(house.session, show(house), TODAY) == []
    listed = working.list_newest(house.session, show(house, Audience.VOLUNTEER), TODAY)
    assert [(one.button.activity, one.count) for one in listed] == [("food_bag", 1)]


def test_no_more_than_twenty_are_listed(house: House) -> None:
    record(house, *[tap("sms", at=NOW - timedelta(seconds=second)) for second in range(25)])
    assert len(working.list_newest(house.session, show(house), TODAY)) == working.NEWEST


def test_a_day_whose_minutes_are_forgotten_lists_nothing(house: House) -> None:
    record(house, tap("sms"))
    with writing(house.session):
        coarsen(house.session, house.centre.id, TODAY + timedelta(days=1))
        house.session.commit()
    assert working.list_newest(house.session, show(house), TODAY) == []


def test_several_at_once_are_in_the_smallest_unit_and_one_is_no_several(house: House) -> None:
    several = {one.activity: one.several for one in show(house, Audience.VOLUNTEER).buttons}
    assert several["volunteer_hours"] == [20, 30, 40] and several["food_bag"] == [2, 3, 5]
    assert several["food_visit"] == []
