"""What a leader changes about people: in reach only, audited, and never without a leader left."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import access, managing, people
from kiosk.domain.access import CentreNotFound, NameMissing, NameTaken, Person
from kiosk.domain.managing import IsOneself, LastLeader
from kiosk.domain.people import UserNotFound
from kiosk.kinds import Role, UserState
from kiosk.models import AuditEntry, User
from tests import build
from tests.build import NOW, PASSWORD, House


def person_of(user: User) -> Person:
    return Person(user.id, user.name, user.role, user.centre_id, sign_in_id=0)


def add_user(house: House, name: str, role: Role, *, everywhere: bool = False) -> User:
    user = build.user(name, role, None if everywhere else house.centre)
    house.session.add(user)
    with writing(house.session):
        house.session.commit()
    return user


def do(session: Session, change: Callable[..., object], leader: Person | None, *how: object) -> object:
    with writing(session):
        done = change(session, leader, *how, NOW)
        session.commit()
    return done


@pytest.fixture
def leader(house: House) -> Person:
    return person_of(house.users["leader"])


def verbs(house: House) -> list[tuple[str, str, int | None]]:
    entries = house.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("user.")))
    return [(entry.verb, entry.object, entry.user_id) for entry in entries]


def test_a_leader_sees_the_people_of_the_own_centre_and_who_leads_everywhere_sees_all(
    house: House, leader: Person
) -> None:
    seen = [(one.name, one.state) for one in people.list_users(house.session, leader, NOW)]
    assert seen == [
        ("Liv Leder", UserState.CAN_SIGN_IN),
        ("Stian Ansatt", UserState.CAN_SIGN_IN),
        ("Dag Sluttet", UserState.DISABLED),
    ]
    everywhere = person_of(add_user(house, "Alma Alle", Role.LEADER, everywhere=True))
    assert len(people.list_users(house.session, everywhere, NOW)) == len(house.users) + 1
    assert people.list_users(house.session, None, NOW) == people.list_users(house.session, everywhere, NOW)


def test_nobody_of_another_centre_or_of_all_centres_exists_for_a_leader_of_one(house: House, leader: Person) -> None:
    for who in ("elsewhere", "leader elsewhere", "reader"):
        user_id = house.users[who].id
        with pytest.raises(UserNotFound):
            people.find_user(house.session, leader, user_id, NOW)
        with pytest.raises(UserNotFound):
            people.find_user_id(house.session, leader, house.users[who].name)
        for change, how in (
            (managing.disable, ()),
            (managing.enable, ()),
            (managing.reset, ("hash",)),
            (managing.change_role, (Role.READER, "prove")),
        ):
            with pytest.raises(UserNotFound):
                do(house.session, change, leader, user_id, *how)
    assert verbs(house) == []


@pytest.mark.parametrize("slug", [None, "andre", "nowhere", ""])
def test_a_leader_of_one_centre_puts_nobody_anywhere_else(house: House, leader: Person, slug: str | None) -> None:
    with pytest.raises(CentreNotFound):
        do(house.session, managing.add_person, leader, "Ny Ansatt", Role.STAFF, slug, "hash")
    with pytest.raises(CentreNotFound):
        do(house.session, managing.change_role, leader, house.users["staff"].id, Role.STAFF, slug)


def test_somebody_new_has_a_code_and_no_password(house: House, leader: Person) -> None:
    user_id = do(house.session, managing.add_person, leader, "  Ny\tAnsatt ", Role.STAFF, "prove", "hash")
    assert isinstance(user_id, int)
    user = people.find_user(house.session, leader, user_id, NOW)
    assert (user.name, user.role, user.centre, user.state) == (
        "Ny Ansatt", Role.STAFF, "Prøvesenteret", UserState.HAS_CODE,
    )  # fmt: skip
    assert user.code_expires_at == NOW + timedelta(hours=24)
    late = people.find_user(house.session, leader, user_id, NOW + timedelta(hours=24))
    assert (late.state, late.code_expires_at) == (UserState.NEEDS_CODE, None)
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(house.session, "Ny Ansatt", "")
    assert verbs(house) == [("user.add", "Ny Ansatt", leader.user_id)]


def test_a_name_is_taken_missing_or_cleaned(house: House, leader: Person) -> None:
    with pytest.raises(NameTaken):
        do(house.session, managing.add_person, leader, "olav ANNETSTED", Role.STAFF, "prove", "hash")
    for name in ("", " \t ", "\u202e\u2066", "\0", "x" * 81):
        with pytest.raises(NameMissing):
            do(house.session, managing.add_person, leader, name, Role.STAFF, "prove", "hash")
    user_id = do(house.session, managing.add_person, leader, "Kari\u202e \0Nord\ud800mann", Role.STAFF, "prove", "hash")
    assert house.session.get_one(User, user_id).name == "Kari Nordmann"


def test_a_role_is_changed_with_what_it_was(house: House, leader: Person) -> None:
    user = house.users["staff"]
    do(house.session, managing.change_role, leader, user.id, Role.LEADER, "prove")
    # The same once more is no change.
    do(house.session, managing.change_role, leader, user.id, Role.LEADER, "prove")
    entry = house.session.scalars(select(AuditEntry).where(AuditEntry.verb == "user.change")).one()
    assert (entry.old, entry.new) == ({"role": "staff", "centre": "prove"}, {"role": "leader", "centre": "prove"})
    assert people.find_user(house.session, leader, user.id, NOW).role is Role.LEADER


def test_who_is_closed_out_is_signed_out_at_once_and_still_when_let_in_again(house: House, leader: Person) -> None:
    user_id = house.users["staff"].id
    with writing(house.session):
        token = access.start_sign_in(house.session, user_id, NOW)
        house.session.commit()
    for change in (managing.disable, managing.disable, managing.enable, managing.enable):
        do(house.session, change, leader, user_id)
        assert access.find_person(house.session, token, NOW) is None
    assert [verb for verb, _, _ in verbs(house)] == ["user.disable", "user.enable"]
    assert access.check_password(house.session, "Stian Ansatt", PASSWORD) == user_id


def test_a_reset_ends_the_password_and_every_sign_in(house: House, leader: Person) -> None:
    user_id = house.users["staff"].id
    with writing(house.session):
        token = access.start_sign_in(house.session, user_id, NOW)
        house.session.commit()
    do(house.session, managing.reset, leader, user_id, "hash")
    assert access.find_person(house.session, token, NOW) is None
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(house.session, "Stian Ansatt", PASSWORD)
    assert verbs(house) == [("user.reset", "Stian Ansatt", leader.user_id)]


def test_nobody_takes_their_own_password_away(house: House, leader: Person) -> None:
    with pytest.raises(IsOneself):
        do(house.session, managing.reset, leader, leader.user_id, "hash")


@pytest.mark.parametrize(
    ("change", "how"),
    [
        (managing.disable, ()),
        (managing.change_role, (Role.STAFF, "prove")),
        (managing.change_role, (Role.LEADER, "andre")),
    ],
)
@pytest.mark.parametrize("by", ["herself", "the command line"])
def test_the_last_leader_of_a_centre_stays(
    house: House, leader: Person, by: str, change: Callable[..., object], how: tuple[object, ...]
) -> None:
    # Neither a leader elsewhere, nor one who has not chosen a password yet or was closed out, can take her place.
    house.session.add(build.user("Lars Lukket", Role.LEADER, house.centre, disabled_at=NOW))
    do(house.session, managing.add_person, leader, "Nina Ny", Role.LEADER, "prove", "hash")
    if by == "herself" and how == (Role.LEADER, "andre"):
        # The other centre is not hers to give.
        return
    with pytest.raises(LastLeader):
        do(house.session, change, leader if by == "herself" else None, leader.user_id, *how)
    assert access.check_password(house.session, "Liv Leder", PASSWORD) == leader.user_id


@pytest.mark.parametrize("everywhere", [False, True])
def test_with_another_leader_she_may_go(house: House, leader: Person, everywhere: bool) -> None:
    add_user(house, "Alma Alle", Role.LEADER, everywhere=everywhere)
    do(house.session, managing.disable, leader, leader.user_id)
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(house.session, "Liv Leder", PASSWORD)


def test_the_last_who_leads_all_centres_stays_while_one_centre_has_no_leader_of_its_own(house: House) -> None:
    alma = person_of(add_user(house, "Alma Alle", Role.LEADER, everywhere=True))
    do(house.session, managing.disable, alma, house.users["leader elsewhere"].id)
    with pytest.raises(LastLeader):
        do(house.session, managing.change_role, alma, alma.user_id, Role.READER, None)
    do(house.session, managing.enable, alma, house.users["leader elsewhere"].id)
    do(house.session, managing.change_role, alma, alma.user_id, Role.READER, None)


def test_of_two_leaders_who_take_each_other_out_at_once_one_stays(
    house: House, leader: Person, make_session: Callable[[], Session]
) -> None:
    other = person_of(add_user(house, "Lise Leder", Role.LEADER))
    for attempt in range(8):
        start = Barrier(2)

        def demote(acting: Person, other: Person, session: Session, start: Barrier = start) -> bool:
            start.wait()
            try:
                do(session, managing.change_role, acting, other.user_id, Role.STAFF, "prove")
            except LastLeader:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(demote, leader, other, make_session())
            two = pool.submit(demote, other, leader, make_session())
            assert sorted([one.result(), two.result()]) == [False, True], attempt
        for user in (leader, other):
            do(house.session, managing.change_role, None, user.user_id, Role.LEADER, "prove")


def test_two_who_add_the_same_name_at_once_make_one(
    house: House, leader: Person, make_session: Callable[[], Session]
) -> None:
    start = Barrier(4)

    def add(session: Session) -> bool:
        start.wait()
        try:
            return bool(do(session, managing.add_person, leader, "Ny Ansatt", Role.STAFF, "prove", "hash"))
        except NameTaken:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(add, [make_session() for _ in range(4)])) == [False, False, False, True]
