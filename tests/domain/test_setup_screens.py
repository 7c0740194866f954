"""Screens and buttons as a leader shapes them: what is possible, what is in the way, what is kept of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import screens, setup_screens
from kiosk.domain.access import Person
from kiosk.domain.setup_screens import ButtonDraft
from kiosk.kinds import Audience, Role
from kiosk.models import AuditEntry, Button, Screen, Station
from tests.build import NOW, TODAY, House

DRAFT = ButtonDraft({}, "heart", 3, [1, 5], 20, None, None)


def leader(house: House) -> Person:
    return Person(house.users["leader"].id, "Liv Leder", Role.LEADER, house.centre.id, 0)


def do(house: House, change: Callable[..., Any], *arguments: object, **options: object) -> Any:
    """One change by the leader, committed."""
    with writing(house.session):
        made = change(house.session, *arguments, by=leader(house), now=NOW, **options)
        house.session.commit()
    return made


def draft(season_from: str | None = None, season_to: str | None = None, **other: Any) -> ButtonDraft:
    return ButtonDraft(**(vars(DRAFT) | {"season_from": season_from, "season_to": season_to} | other))


def shown(house: House, screen: Screen, day: date = TODAY) -> list[str]:
    found = screens.show_screen(house.session, screen.id, day)
    house.session.commit()
    return [one.activity for one in found.buttons]


def row(house: House, screen: Screen, place: int) -> tuple[Button, Any]:
    found = setup_screens.list_buttons(house.session, screen)[place]
    house.session.commit()
    return found


def audited(house: House) -> list[AuditEntry]:
    entries = list(house.session.scalars(select(AuditEntry).where(AuditEntry.at == NOW).order_by(AuditEntry.id)))
    house.session.commit()
    return [one for one in entries if one.user_id is not None]


@pytest.fixture
def door(house: House) -> Screen:
    return house.screens[Audience.PARTICIPANT]


def test_a_new_button_stands_last_and_another_screen_has_another_version(house: House, door: Screen) -> None:
    before = screens.show_screen(house.session, door.id, TODAY).version
    house.session.commit()
    do(house, setup_screens.add_button, house.centre, door, "trip", DRAFT)
    assert shown(house, door) == ["visit", "lunch", "trip"]
    assert screens.show_screen(house.session, door.id, TODAY).version != before
    assert shown(house, house.other_screens[Audience.PARTICIPANT]) == ["visit", "lunch"]


def test_buttons_change_places_and_the_ends_stay(house: House, door: Screen) -> None:
    for place, is_up, expected in (
        (0, False, ["lunch", "visit"]),
        (0, True, ["lunch", "visit"]),
        (1, False, ["lunch", "visit"]),
        (1, True, ["visit", "lunch"]),
    ):
        do(house, setup_screens.move_button, door, *row(house, door, place), is_up=is_up)
        assert shown(house, door) == expected
    assert [one.verb for one in audited(house)] == ["button.move"] * 2


def test_of_a_change_only_what_differs_is_kept(house: House, door: Screen) -> None:
    button, activity = row(house, door, 1)
    as_it_was = setup_screens.draft_of(button)
    do(house, setup_screens.change_button, door, button, activity, as_it_was)
    assert audited(house) == []
    renamed = ButtonDraft(**(vars(as_it_was) | {"labels": {"nb": "Middag"}}))
    do(house, setup_screens.change_button, door, button, activity, renamed)
    (entry,) = audited(house)
    assert (entry.verb, entry.object) == ("button.change", "Lunsj")
    assert (entry.old, entry.new) == ({"labels": {}}, {"labels": {"nb": "Middag"}})


def test_a_season_over_new_year_is_shown_on_its_days_only(house: House, door: Screen) -> None:
    do(house, setup_screens.add_button, house.centre, door, "gift", draft("11-15", "01-06"))
    days = [date(2026, 11, 14), date(2026, 11, 15), date(2026, 12, 31), date(2027, 1, 6), date(2027, 1, 7)]
    assert ["gift" in shown(house, door, day) for day in days] == [False, True, True, True, False]


def test_what_is_given_before_christmas_has_its_buttons_in_november_and_december_only(house: House) -> None:
    screen = house.screens[Audience.VOLUNTEER]
    gifts = {"gift", "food_box", "gift_card"}
    for day, are_shown in ((date(2026, 10, 31), False), (date(2026, 11, 1), True), (date(2026, 12, 31), True),
                           (date(2027, 1, 1), False)):  # fmt: skip
        shown = {button.activity for button in screens.show_screen(house.session, screen.id, day).buttons}
        assert (gifts <= shown, bool(gifts & shown)) == (are_shown, are_shown)
        assert "food_bag" in shown
    changes = setup_screens.list_season_changes(
        [button for button, _ in setup_screens.list_buttons(house.session, screen)], date(2026, 11, 27)
    )
    assert changes == [date(2027, 1, 1), date(2027, 11, 1)]


def test_a_door_never_shows_more_than_six_at_once(house: House, door: Screen) -> None:
    for key in ("trip", "community", "talk", "sms"):
        do(house, setup_screens.add_button, house.centre, door, key, draft("01-01", "10-31") if key == "sms" else DRAFT)
    with pytest.raises(setup_screens.TooManyButtons):
        do(house, setup_screens.add_button, house.centre, door, "gift", draft("10-31", "12-31"))
    gift = do(house, setup_screens.add_button, house.centre, door, "gift", draft("11-01", "12-31"))
    with pytest.raises(setup_screens.TooManyButtons):
        do(house, setup_screens.change_button, door, gift, house.activities["gift"], DRAFT)
    assert len(setup_screens.list_buttons(house.session, door)) == 7
    # A screen for those who work here has no such limit.
    staff = house.screens[Audience.STAFF]
    house.session.commit()
    do(house, setup_screens.add_button, house.centre, staff, "gift", DRAFT)


@pytest.mark.parametrize("key", ["contact", "participants", "unheard_of"])
def test_only_what_is_tapped_has_a_button(house: House, door: Screen, key: str) -> None:
    with pytest.raises(setup_screens.NotTapped):
        do(house, setup_screens.add_button, house.centre, door, key, DRAFT)


def test_an_activity_has_one_button_on_a_screen(house: House, door: Screen) -> None:
    with pytest.raises(setup_screens.OnScreenAlready):
        do(house, setup_screens.add_button, house.centre, door, "visit", DRAFT)
    assert "visit" not in [one.key for one in setup_screens.list_offers(house.session, house.centre, door)]


def test_a_screen_that_a_tablet_shows_stays(house: House, door: Screen) -> None:
    with pytest.raises(setup_screens.ScreenIsShown):
        do(house, setup_screens.remove_screen, house.centre, door)
    assert setup_screens.list_tablets(house.session, door) == ["Inngang"]


def test_a_screen_no_tablet_shows_goes_with_its_buttons_and_a_revoked_tablet_is_no_tablet(
    house: House, door: Screen
) -> None:
    with writing(house.session):
        for one in house.session.scalars(select(Station).where(Station.screen_id == door.id)):
            one.revoked_at = NOW
        house.session.commit()
    do(house, setup_screens.remove_screen, house.centre, door)
    left = [one.id for one in screens.list_screens(house.session, house.centre.id)]
    assert door.id not in left and len(left) == 2
    assert not list(house.session.scalars(select(Button).where(Button.screen_id == door.id)))


def test_the_last_screen_stays_and_a_name_is_taken_once(house: House) -> None:
    with writing(house.session):
        for one in house.session.scalars(select(Station)):
            one.revoked_at = NOW
        house.session.commit()
    *others, last = house.screens.values()
    for one in others:
        do(house, setup_screens.remove_screen, house.centre, one)
    with pytest.raises(setup_screens.LastScreen):
        do(house, setup_screens.remove_screen, house.centre, last)
    with pytest.raises(setup_screens.ScreenNameTaken):
        do(house, setup_screens.add_screen, house.centre, last.name.upper(), Audience.STAFF)
    new = do(house, setup_screens.add_screen, house.centre, "Kafé", Audience.PARTICIPANT)
    assert shown(house, new) == []


def test_the_only_screen_for_staff_stays_though_others_are_left(house: House) -> None:
    with writing(house.session):
        for one in house.session.scalars(select(Station)):
            one.revoked_at = NOW
        house.session.commit()
    staff = house.screens[Audience.STAFF]
    with pytest.raises(setup_screens.LastScreen):
        do(house, setup_screens.remove_screen, house.centre, staff)
    do(house, setup_screens.add_screen, house.centre, "Kontor", Audience.STAFF)
    do(house, setup_screens.remove_screen, house.centre, staff)
    assert staff.id not in [one.id for one in screens.list_screens(house.session, house.centre.id)]


def test_another_centres_screen_is_not_found(house: House) -> None:
    theirs = house.other_screens[Audience.PARTICIPANT]
    with pytest.raises(screens.ScreenNotFound):
        setup_screens.find_screen(house.session, house.centre, theirs.id)
    with pytest.raises(screens.ScreenNotFound):
        setup_screens.find_button(house.session, house.centre, theirs.id, 1)
