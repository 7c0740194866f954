"""The centre's tablets: added, renamed, given screens, cut off; and what is said of each change."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import stations
from kiosk.domain.locking import PinMissing, PinNotValid
from kiosk.domain.pairing import find_tablet
from kiosk.domain.stations import NameMissing, NameTaken, ScreenMissing, StationNotFound
from kiosk.kinds import Audience
from kiosk.models import AuditEntry, Screen, Station
from tests.build import NOW, PIN, House

DOOR, VOLUNTEER, STAFF = Audience


def add(house: House, *audiences: Audience, name: str = "Stua", pin: str = "") -> Station:
    with writing(house.session):
        screens = [house.screens[audience] for audience in audiences]
        station = stations.add_station(house.session, screens, name, NOW, pin=pin)
        house.session.commit()
    return station


def change(house: House, station: Station, name: str, *audiences: Audience) -> None:
    screens = [house.screens[audience] for audience in audiences]
    with writing(house.session):
        stations.change_station(house.session, station, name, screens, NOW, house.users["leader"].id)
        house.session.commit()


def named(house: House, name: str) -> Station:
    return stations.find_named_station(house.session, house.centre.id, name)


def screens_of(house: House, station: Station) -> list[Audience]:
    return [one.audience for one in stations.list_screens_of(house.session, [station])[station.id]]


def audited(house: House) -> list[tuple[str, str, dict[str, object], dict[str, object]]]:
    entries = house.session.scalars(select(AuditEntry).where(AuditEntry.user_id.is_not(None)).order_by(AuditEntry.id))
    return [(one.verb, one.object, one.old, one.new) for one in entries]


def test_a_new_tablet_is_nobodys_until_it_is_paired(house: House) -> None:
    station = add(house, VOLUNTEER)
    assert (station.paired_at, station.centre_id) == (None, house.centre.id)
    with writing(house.session):
        token = stations.pair(house.session, station, NOW)
        house.session.commit()
    tablet = find_tablet(house.session, token, NOW)
    assert tablet and (tablet.name, tablet.poster.audience) == ("Stua", VOLUNTEER)


def test_who_is_paired_anew_takes_the_place_of_the_one_before(house: House) -> None:
    station = named(house, "Inngang")
    with writing(house.session):
        token = stations.pair(house.session, station, NOW)
        house.session.commit()
    found = find_tablet(house.session, token, NOW)
    assert found and found.station_id == station.id
    assert find_tablet(house.session, house.tablets["door"], NOW) is None


def test_a_tablet_starts_with_the_participants_screen_whatever_the_order(house: House) -> None:
    station = add(house, STAFF, DOOR, VOLUNTEER, DOOR, pin=PIN)
    assert screens_of(house, station) == [DOOR, VOLUNTEER, STAFF]
    assert station.screen_id == house.screens[DOOR].id


def test_beside_the_participants_screen_others_need_a_pin_and_among_themselves_none(house: House) -> None:
    with pytest.raises(PinMissing):
        add(house, DOOR, STAFF)
    with pytest.raises(PinNotValid):
        add(house, DOOR, STAFF, pin="12")
    assert screens_of(house, add(house, VOLUNTEER, STAFF)) == [VOLUNTEER, STAFF]


@pytest.mark.parametrize("name", ["", "   ", "\0", "x" * 81])
def test_a_name_is_one_to_eighty_characters(house: House, name: str) -> None:
    with pytest.raises(NameMissing):
        add(house, DOOR, name=name)
    with pytest.raises(NameMissing):
        change(house, named(house, "Inngang"), name, DOOR)


def test_a_name_is_kept_without_doubled_space_and_only_once_in_a_centre(house: House) -> None:
    assert add(house, DOOR, name="  Innerste \t rom ").name == "Innerste rom"
    for taken in ("innerste ROM", "Inngang"):
        with pytest.raises(NameTaken):
            add(house, DOOR, name=taken)
    # The other centre's names and those of tablets that were cut off are free.
    for free in ("Andre inngang", "Stjålet"):
        add(house, DOOR, name=free)
    # A tablet does not stand in its own way.
    change(house, named(house, "Inngang"), "INNGANG", DOOR)


def test_screens_are_of_one_centre_and_at_least_one(house: House) -> None:
    for screens in ([], [house.screens[DOOR], house.other_screens[DOOR]]):
        with pytest.raises(ScreenMissing):
            stations.add_station(house.session, screens, "Stua", NOW)


def test_change_of_name_and_screens_is_told_in_the_log_and_no_change_is_not(house: House) -> None:
    station = named(house, "Inngang")
    change(house, station, "Inngang", DOOR)
    assert audited(house) == []
    change(house, station, "Hovedinngang", VOLUNTEER, STAFF)
    assert screens_of(house, named(house, "Hovedinngang")) == [VOLUNTEER, STAFF]
    assert audited(house) == [
        ("station.rename", "Hovedinngang", {"name": "Inngang"}, {"name": "Hovedinngang"}),
        (
            "station.change_screens",
            "Hovedinngang",
            {"screens": ["Inngang"]},
            {"screens": ["Frivillig", "Ansatt"]},
        ),
    ]
    change(house, station, "Hovedinngang", STAFF)
    assert screens_of(house, station) == [STAFF]


def test_a_change_that_is_refused_leaves_everything_as_it_was(house: House) -> None:
    station = named(house, "Inngang")
    for name, audiences in (("Ny", (DOOR, STAFF)), ("Kontoret", (VOLUNTEER,)), ("Ny", ())):
        with pytest.raises((PinMissing, NameTaken, ScreenMissing)):
            change(house, station, name, *audiences)
    house.session.expire_all()
    assert (named(house, "Inngang").id, screens_of(house, station)) == (station.id, [DOOR])


def test_a_tablet_that_is_cut_off_is_no_tablet_from_that_moment_and_the_log_tells_who_did_it(house: House) -> None:
    with writing(house.session):
        stations.revoke(house.session, named(house, "Inngang"), NOW, house.users["leader"].id)
        house.session.commit()
    assert find_tablet(house.session, house.tablets["door"], NOW + timedelta(microseconds=1)) is None
    assert find_tablet(house.session, house.tablets["staff"], NOW)
    assert audited(house) == [("station.revoke", "Inngang", {}, {})]
    with pytest.raises(StationNotFound):
        named(house, "Inngang")


def test_only_tablets_of_the_centre_that_are_not_cut_off_are_found(house: House) -> None:
    listed = stations.list_stations(house.session, house.centre.id)
    assert [one.name for one in listed] == ["Inngang", "Kontoret", "Matutdeling"]
    for one in house.session.scalars(select(Station)):
        if one not in listed:
            with pytest.raises(StationNotFound):
                stations.find_station(house.session, house.centre.id, one.id)


def test_who_added_a_tablet_is_kept_with_its_screens(house: House) -> None:
    screens: list[Screen] = [house.screens[STAFF], house.screens[VOLUNTEER]]
    with writing(house.session):
        stations.add_station(house.session, screens, "Nytt", NOW, user_id=house.users["leader"].id)
        house.session.commit()
    assert audited(house) == [("station.add", "Nytt", {}, {"screens": ["Frivillig", "Ansatt"]})]
