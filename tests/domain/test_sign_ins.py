"""What somebody does with their own password and signed-in browsers."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import access, sign_ins
from kiosk.domain.access import Person, WrongNameOrPassword
from kiosk.domain.passwords import hash_secret
from kiosk.models import AuditEntry, SignIn
from tests.build import NOW, PASSWORD, House

MINUTE = timedelta(minutes=1)


def sign_in(house: House, who: str = "staff", minutes_ago: int = 0) -> str:
    with writing(house.session):
        token = access.start_sign_in(house.session, house.users[who].id, NOW - minutes_ago * MINUTE)
        house.session.commit()
    return token


def person(house: House, token: str) -> Person:
    found = access.find_person(house.session, token, NOW)
    assert found
    return found[0]


def is_in(house: House, token: str) -> bool:
    return access.find_person(house.session, token, NOW) is not None


def verbs(house: House) -> list[str]:
    return list(house.session.scalars(select(AuditEntry.verb).where(AuditEntry.user_id.is_not(None))))


def test_somebody_sees_the_own_browsers_that_are_signed_in_now(house: House) -> None:
    old, idle, here = sign_in(house, minutes_ago=10), sign_in(house, minutes_ago=21), sign_in(house)
    ended = person(house, sign_in(house))
    access.end_sign_in(house.session, ended.sign_in_id, NOW)
    sign_in(house, "leader")
    me = person(house, here)
    assert [one.id for one in sign_ins.list_own(house.session, me, NOW)] == [
        me.sign_in_id, person(house, old).sign_in_id,
    ]  # fmt: skip
    assert not is_in(house, idle)


def test_one_of_them_is_ended_and_the_others_are_not(house: House) -> None:
    here, there = sign_in(house), sign_in(house)
    with writing(house.session):
        sign_ins.end_own(house.session, person(house, here), person(house, there).sign_in_id, NOW)
        house.session.commit()
    assert is_in(house, here) and not is_in(house, there)
    assert verbs(house) == ["sign_in.end"]


def test_nobody_ends_anothers(house: House) -> None:
    mine, hers = sign_in(house), sign_in(house, "leader")
    with writing(house.session):
        for sign_in_id in (person(house, hers).sign_in_id, 999_999):
            sign_ins.end_own(house.session, person(house, mine), sign_in_id, NOW)
        sign_ins.end_others(house.session, person(house, mine), NOW)
        house.session.commit()
    assert is_in(house, hers) and is_in(house, mine) and verbs(house) == []


def test_all_the_others_are_ended_at_once(house: House) -> None:
    here, others = sign_in(house), [sign_in(house) for _ in range(3)]
    with writing(house.session):
        sign_ins.end_others(house.session, person(house, here), NOW)
        house.session.commit()
    assert is_in(house, here) and not any(is_in(house, token) for token in others)
    assert verbs(house) == ["sign_in.end"]


def test_a_new_password_ends_the_other_sign_ins_and_the_old_password(house: House) -> None:
    here, there, hers = sign_in(house), sign_in(house), sign_in(house, "leader")
    with writing(house.session):
        sign_ins.change_password(house.session, person(house, here), hash_secret("fire ord uten sammenheng"), NOW)
        house.session.commit()
    assert is_in(house, here) and not is_in(house, there) and is_in(house, hers)
    with pytest.raises(WrongNameOrPassword):
        access.check_password(house.session, "Stian Ansatt", PASSWORD)
    assert access.check_password(house.session, "Stian Ansatt", "fire ord uten sammenheng")
    assert verbs(house) == ["user.change_password"]


@pytest.mark.parametrize("password", ["", PASSWORD + " ", PASSWORD.upper()])
def test_the_present_password_is_the_present_password(house: House, password: str) -> None:
    me = person(house, sign_in(house))
    sign_ins.check_own_password(house.session, me, PASSWORD)
    with pytest.raises(WrongNameOrPassword):
        sign_ins.check_own_password(house.session, me, password)


def test_when_somebody_worked_long_ago_is_forgotten(house: House) -> None:
    kept = person(house, sign_in(house))
    sign_in(house, minutes_ago=60 * 24 * 31)
    with writing(house.session):
        sign_ins.forget_old(house.session, NOW)
        house.session.commit()
    assert list(house.session.scalars(select(SignIn.id))) == [kept.sign_in_id]
