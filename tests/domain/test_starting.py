"""The first start: one step after the other, resumed where it was left, and never again."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import access, setup, starting, stations
from kiosk.domain.pairing import find_tablet
from kiosk.domain.starting import NotThisStep, StartCodeNotValid, Step
from kiosk.kinds import Audience, Role
from kiosk.models import Activity, AuditEntry, Centre, Installation, Screen, User
from tests.build import NOW, PASSWORD, House, event

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def empty(session: Session) -> Iterator[Session]:
    """All that is tried here writes."""
    with writing(session):
        yield session


def name_centre(session: Session, name: str = "CRUX Øvre Eiker") -> Centre:
    centre = starting.name_centre(session, name, NOW)
    session.flush()
    return centre


def add_leader(session: Session) -> None:
    starting.add_first_leader(session, "Liv Leder", PASSWORD, NOW)
    session.flush()


def test_it_goes_from_centre_to_leader_to_tablet_to_its_end(empty: Session) -> None:
    assert starting.find_step(empty) is Step.CENTRE
    centre = name_centre(empty)
    assert starting.find_step(empty) is Step.LEADER
    add_leader(empty)
    assert starting.find_step(empty) is Step.TABLET
    door = empty.scalars(select(Screen).where(Screen.audience == Audience.PARTICIPANT)).one()
    station = stations.add_station(empty, [door], "Inngang", NOW)
    assert starting.find_step(empty) is Step.TABLET
    stations.pair(empty, station, NOW)
    empty.flush()
    assert starting.find_step(empty) is Step.DONE
    assert (centre.name, centre.slug) == ("CRUX Øvre Eiker", "crux-ovre-eiker")


def test_a_tablet_that_was_cut_off_or_a_leader_who_left_does_not_open_it_again(house: House) -> None:
    with writing(house.session):
        for one in stations.list_stations(house.session, house.centre.id):
            stations.revoke(house.session, one, NOW, None)
        house.users["leader"].disabled_at = NOW
        house.session.commit()
    assert starting.find_step(house.session) is Step.DONE


def test_the_centre_comes_with_catalogue_and_screens_and_the_leader_can_sign_in(empty: Session) -> None:
    name_centre(empty)
    add_leader(empty)
    assert empty.scalars(select(Activity)).first()
    assert {one.audience for one in empty.scalars(select(Screen))} == set(Audience)
    assert access.check_password(empty, "liv leder", PASSWORD)
    entries = empty.scalars(select(AuditEntry).order_by(AuditEntry.id))
    assert [(one.verb, one.object, one.user_id) for one in entries] == [
        ("centre.add", "crux-ovre-eiker", None),
        ("user.add", "Liv Leder", None),
    ]


def test_a_slip_in_the_name_is_put_right_as_long_as_nobody_has_counted(empty: Session) -> None:
    first = name_centre(empty, "CRUX Øvre Eikre")
    again = name_centre(empty)
    assert (again.id, again.name, again.slug) == (first.id, "CRUX Øvre Eiker", "crux-ovre-eiker")
    visit = empty.scalars(select(Activity).where(Activity.key == "visit")).one()
    event(empty, again, visit, 1, NOW.date())
    assert starting.has_numbers(empty)
    with pytest.raises(NotThisStep):
        name_centre(empty, "Noe annet")


def test_with_a_leader_neither_centre_nor_leader_is_made_again(empty: Session) -> None:
    name_centre(empty)
    add_leader(empty)
    with pytest.raises(NotThisStep):
        name_centre(empty, "Noe annet")
    with pytest.raises(NotThisStep):
        starting.add_first_leader(empty, "En annen", PASSWORD, NOW)


def test_there_is_no_leader_before_there_is_a_centre(empty: Session) -> None:
    with pytest.raises(NotThisStep):
        add_leader(empty)


@pytest.mark.parametrize("name", ["", "  ", "\0", "x" * 81])
def test_a_centre_needs_a_name(empty: Session, name: str) -> None:
    with pytest.raises(setup.NameMissing):
        name_centre(empty, name)


@pytest.mark.parametrize("name", ["Å", "1", "!!!", "中心", "x" * 80])
def test_every_name_makes_a_slug(empty: Session, name: str) -> None:
    assert name_centre(empty, name).name == name


def test_each_start_of_the_server_makes_a_new_code_and_the_old_one_is_worth_nothing(empty: Session) -> None:
    first = starting.renew_start_code(empty, NOW)
    assert first
    proof = starting.check_start_code(empty, f" {first[:4].lower()}-{first[4:]}")
    assert starting.holds_start_code(empty, proof)
    second = starting.renew_start_code(empty, LATER)
    assert second and second != first
    assert not starting.holds_start_code(empty, proof)
    with pytest.raises(StartCodeNotValid):
        starting.check_start_code(empty, first)
    assert starting.check_start_code(empty, second)


@pytest.mark.parametrize("typed", ["", "BCDFHJKL", "\0", "x" * 10_000])
def test_another_code_is_refused_also_before_there_is_one(empty: Session, typed: str) -> None:
    for _ in range(2):
        with pytest.raises(StartCodeNotValid):
            starting.check_start_code(empty, typed)
        assert not starting.holds_start_code(empty, typed) and not starting.holds_start_code(empty, None)
        starting.renew_start_code(empty, NOW)


def test_the_code_goes_on_after_the_centre_and_ends_with_the_leader(empty: Session) -> None:
    code = starting.renew_start_code(empty, NOW)
    assert code
    proof = starting.check_start_code(empty, code)
    name_centre(empty)
    assert starting.holds_start_code(empty, proof)
    add_leader(empty)
    assert not starting.holds_start_code(empty, proof)
    assert starting.renew_start_code(empty, LATER) is None


def test_the_code_is_not_stored_in_clear(empty: Session) -> None:
    code = starting.renew_start_code(empty, NOW)
    empty.flush()
    stored = empty.scalars(select(Installation.start_code_hash)).one()
    assert code and stored and len(stored) == 32 and code.encode() not in stored


def test_the_command_line_ends_it_too(empty: Session) -> None:
    code = starting.renew_start_code(empty, NOW)
    assert code
    proof = starting.check_start_code(empty, code)
    setup.first_start(empty, centre_name="Prøvesenteret", slug="prove", leader_name="Liv", password=PASSWORD, now=NOW)
    empty.flush()
    assert starting.find_step(empty) is Step.TABLET
    assert not starting.holds_start_code(empty, proof)


@pytest.mark.parametrize(
    ("waiting", "names"), [([], ["Inngang"]), (["door"], ["Inngang"]), (["staff"], ["Inngang", "Inngang 2"])]
)
def test_this_browser_becomes_the_tablet_by_the_door_also_where_tablets_wait_already(
    empty: Session, waiting: list[str], names: list[str]
) -> None:
    """As the demo's do, or one that was approved and never came for its cookie."""
    centre = name_centre(empty)
    add_leader(empty)
    screens = {one.audience: one for one in empty.scalars(select(Screen))}
    for word in waiting:
        audience = Audience.PARTICIPANT if word == "door" else Audience.STAFF
        stations.add_station(empty, [screens[audience]], "Inngang", NOW)
    leader = empty.scalars(select(User)).one()
    token = starting.make_first_tablet(empty, centre, leader.id, NOW)
    empty.flush()
    tablet = find_tablet(empty, token, NOW)
    assert tablet and tablet.poster.audience is Audience.PARTICIPANT
    assert [one.name for one in stations.list_stations(empty, centre.id)] == names
    assert starting.find_step(empty) is Step.DONE


def test_people_without_a_leader_among_them_leave_it_open(empty: Session) -> None:
    centre = name_centre(empty)
    access.add_user(empty, "Stian Ansatt", PASSWORD, Role.STAFF, centre, NOW)
    empty.flush()
    assert starting.find_step(empty) is Step.LEADER
