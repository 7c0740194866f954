"""One-time codes: shown to one browser, used once, by one person, for a day."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import access, codes, managing
from kiosk.domain.codes import LETTERS, WrongNameOrCode, derive_code, is_current, new_code, read_code, show_code
from kiosk.domain.passwords import hash_secret
from kiosk.models import AuditEntry, SignIn, User
from tests.build import NOW, PASSWORD, House

CODE = "BCDFGHJK"
NEW_PASSWORD = "nye ord som ingen vet"
SECOND = timedelta(seconds=1)


@pytest.fixture
def reset(house: House) -> House:
    """Stian has lost his password, and Liv has made him a code."""
    with writing(house.session):
        managing.reset(house.session, None, house.users["staff"].id, codes.hash_code(CODE), NOW)
        house.session.commit()
    return house


def choose(session: Session, name: str = "Stian Ansatt", code: str = CODE, now: datetime = NOW) -> User:
    user = codes.check_code(session, name, code, now)
    with writing(session):
        codes.choose_password(session, user, hash_secret(NEW_PASSWORD), now)
        session.commit()
    return user


def test_a_code_is_the_same_for_the_browser_that_made_it_and_for_no_other() -> None:
    op_id = uuid4()
    assert derive_code("token", op_id) == derive_code("token", op_id)
    assert len({derive_code("token", op_id), derive_code("other", op_id), derive_code("token", uuid4())}) == 3


def test_a_code_has_eight_letters_that_nobody_mixes_up() -> None:
    made = [derive_code("token", uuid4()) for _ in range(200)] + [new_code() for _ in range(200)]
    assert {len(code) for code in made} == {8} and set("".join(made)) == set(LETTERS)
    assert not set("AEIOUY0125") & set(LETTERS)


@pytest.mark.parametrize("typed", ["bcdf-ghjk", " BCDF GHJK ", "b c d f g h j k", "BCDF–GHJK", "BCDFGHJK"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == CODE
    assert show_code(CODE) == "BCDF-GHJK"


def test_with_the_code_a_person_chooses_a_password(reset: House) -> None:
    session = reset.session
    with pytest.raises(access.WrongNameOrPassword):
        access.check_password(session, "Stian Ansatt", PASSWORD)
    user = choose(session, " stian  ANSATT", "bcdf-ghjk")
    assert access.check_password(session, "Stian Ansatt", NEW_PASSWORD) == user.id
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "user.choose_password")).one()
    assert (entry.object, entry.user_id, entry.centre_id) == ("Stian Ansatt", user.id, reset.centre.id)


def test_a_code_works_once(reset: House) -> None:
    choose(reset.session)
    with pytest.raises(WrongNameOrCode):
        choose(reset.session)


def test_of_two_who_use_it_at_once_one_does(reset: House, make_session: Callable[[], Session]) -> None:
    start = Barrier(4)

    def use(session: Session) -> bool:
        start.wait()
        try:
            return bool(choose(session))
        except WrongNameOrCode:
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(use, [make_session() for _ in range(4)])) == [False, False, False, True]


def test_a_code_lasts_a_day_and_no_longer(reset: House) -> None:
    with pytest.raises(WrongNameOrCode):
        choose(reset.session, now=NOW + timedelta(hours=24))
    assert choose(reset.session, now=NOW + timedelta(hours=24) - SECOND)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Stian Ansatt", "BCDFGHJL"),
        ("Stian Ansatt", ""),
        ("Liv Leder", CODE),
        ("Dag Sluttet", CODE),
        ("Ingen Her", CODE),
        ("", ""),
    ],
)
def test_anything_else_gets_one_answer(reset: House, name: str, code: str) -> None:
    with pytest.raises(WrongNameOrCode) as caught:
        choose(reset.session, name, code)
    assert caught.value.args == ()


def test_a_new_code_takes_the_place_of_the_old(reset: House) -> None:
    with writing(reset.session):
        managing.reset(reset.session, None, reset.users["staff"].id, codes.hash_code("ZZZZZZZZ"), NOW)
        reset.session.commit()
    user_id = reset.users["staff"].id
    assert not is_current(reset.session, user_id, CODE, NOW) and is_current(reset.session, user_id, "ZZZZZZZZ", NOW)
    assert not is_current(reset.session, user_id, "ZZZZZZZZ", NOW + timedelta(days=1))
    with pytest.raises(WrongNameOrCode):
        choose(reset.session)


def test_who_was_closed_out_meanwhile_gets_in_with_no_code(reset: House) -> None:
    user = codes.check_code(reset.session, "Stian Ansatt", CODE, NOW)
    with writing(reset.session):
        managing.disable(reset.session, None, user.id, NOW)
        reset.session.commit()
    with pytest.raises(WrongNameOrCode), writing(reset.session):
        codes.choose_password(reset.session, user, "hash", NOW)


def test_choosing_a_password_signs_out_what_was_signed_in(reset: House) -> None:
    with writing(reset.session):
        token = access.start_sign_in(reset.session, reset.users["staff"].id, NOW)
        reset.session.commit()
    choose(reset.session)
    assert access.find_person(reset.session, token, NOW) is None
    assert list(reset.session.scalars(select(SignIn.ended_at))) == [NOW]


def test_the_code_is_not_stored_in_clear(reset: House) -> None:
    stored = reset.session.scalar(select(User.code_hash).where(User.id == reset.users["staff"].id))
    assert stored and stored.startswith("scrypt:") and CODE not in stored
