"""People who sign in: names, passwords, and how long a signed-in browser stays so."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain.access import (
    CentreNotFound,
    NameMissing,
    NameTaken,
    PasswordTooShort,
    Person,
    WrongNameOrPassword,
    add_user,
    check_password,
    end_sign_in,
    find_centre,
    find_person,
    name_key,
    start_sign_in,
    token_hash,
    touch_sign_in,
)
from kiosk.kinds import Role
from kiosk.models import SignIn, User
from tests.build import NOW, PASSWORD, House

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def sign_in(house: House, who: str = "staff", at: datetime = NOW) -> str:
    with writing(house.session):
        token = start_sign_in(house.session, house.users[who].id, at)
        house.session.commit()
    return token


def person(house: House, token: str, now: datetime = NOW) -> Person | None:
    found = find_person(house.session, token, now)
    return found[0] if found else None


def add(house: House, name: str, password: str = PASSWORD) -> User:
    with writing(house.session):
        user = add_user(house.session, name, password, Role.STAFF, house.centre, NOW)
        house.session.commit()
    return user


@pytest.mark.parametrize(
    "name", ["Åse Ødegård", "åse ødegård", "ÅSE ØDEGÅRD", "  Åse   Ødegård ", "Åse\tØdegård\n", "Åse\u00a0Ødegård"]
)
def test_names_compare_without_case_and_doubled_space(name: str) -> None:
    assert name_key(name) == name_key("Åse Ødegård")
    assert name_key(name) != name_key("Åse Odegård") != name_key("ÅseØdegård")


def test_a_name_that_somebody_has_is_taken_however_it_is_written(house: House) -> None:
    with pytest.raises(NameTaken):
        add(house, " LIV   leder ")
    assert add(house, "Liv  Annenleder").name == "Liv Annenleder"


@pytest.mark.parametrize("name", ["", "   ", "\t\n", "x" * 81, "ß" * 41])
def test_a_user_has_a_name_that_fits(house: House, name: str) -> None:
    with pytest.raises(NameMissing):
        add(house, name)


def test_the_longest_name_fits(house: House) -> None:
    assert add(house, " " + "ø" * 80 + " ").name == "ø" * 80
    assert add(house, "ß" * 40).name_key == "s" * 80


def test_a_password_has_at_least_twelve_characters_and_is_not_stored_in_clear(house: House) -> None:
    with pytest.raises(PasswordTooShort):
        add(house, "Ny Ansatt", "elleve tegn")
    user = add(house, "Ny Ansatt", "tolv tegn nå")
    assert "tolv" not in user.password_hash
    assert check_password(house.session, "ny ansatt", "tolv tegn nå") == user.id


def test_the_right_password_gives_the_user_of_that_name_however_it_is_written(house: House) -> None:
    for name in ("Stian Ansatt", " stian  ANSATT"):
        assert check_password(house.session, name, PASSWORD) == house.users["staff"].id


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Stian Ansatt", PASSWORD + " "),
        ("Stian Ansatt", PASSWORD.upper()),
        ("Stian Ansatt", ""),
        ("Ingen Her", PASSWORD),
        ("", PASSWORD),
        ("Dag Sluttet", PASSWORD),
    ],
)
def test_a_wrong_password_an_unknown_name_and_a_disabled_user_get_the_same_answer(
    house: House, name: str, password: str
) -> None:
    with pytest.raises(WrongNameOrPassword) as caught:
        check_password(house.session, name, password)
    assert caught.value.args == ()


def test_a_sign_in_tells_who_it_is(house: House) -> None:
    sign_in(house, "elsewhere")
    here, everywhere = person(house, sign_in(house, "leader")), person(house, sign_in(house, "reader"))
    assert here and everywhere
    assert (here.user_id, here.name) == (house.users["leader"].id, "Liv Leder")
    assert (here.role, here.centre_id) == (Role.LEADER, house.centre.id)
    assert (everywhere.role, everywhere.centre_id) == (Role.READER, None)


def test_every_sign_in_has_a_token_of_its_own_that_is_not_stored_in_clear(house: House) -> None:
    one, other = sign_in(house), sign_in(house)
    assert one != other
    stored = list(house.session.scalars(select(SignIn.token_hash)))
    assert sorted(stored) == sorted([token_hash(one), token_hash(other)])
    assert not any(one.encode() in hashed or hashed.hex() == one for hashed in stored)
    assert person(house, token_hash(one).hex()) is None


@pytest.mark.parametrize("token", ["", "no sign-in ever had this", "Ø"])
def test_an_unknown_token_is_nobodys(house: House, token: str) -> None:
    sign_in(house)
    assert person(house, token) is None


def test_a_sign_in_counts_for_twenty_idle_minutes_and_no_longer(house: House) -> None:
    token = sign_in(house)
    assert person(house, token, NOW + 20 * MINUTE)
    assert person(house, token, NOW + 20 * MINUTE + SECOND) is None


def test_a_sign_in_that_is_used_lasts_ten_hours_and_no_longer(house: House) -> None:
    token = sign_in(house)
    found = person(house, token)
    assert found
    now, end = NOW, NOW + timedelta(hours=10)
    while now < end:
        now += 15 * MINUTE
        assert person(house, token, now)
        touch_sign_in(house.session, found.sign_in_id, now)
    assert now == end
    assert person(house, token, end + SECOND) is None


def test_one_sign_in_that_is_used_keeps_no_other_alive(house: House) -> None:
    used, idle = sign_in(house), sign_in(house)
    found = person(house, used)
    assert found
    touch_sign_in(house.session, found.sign_in_id, NOW + 15 * MINUTE)
    assert person(house, used, NOW + 30 * MINUTE)
    assert person(house, idle, NOW + 30 * MINUTE) is None


def test_being_seen_is_written_at_most_once_a_minute(house: House) -> None:
    token = sign_in(house)
    should_write = [find_person(house.session, token, NOW + wait) for wait in (SECOND, MINUTE, MINUTE + SECOND)]
    assert [found[1] for found in should_write if found] == [False, False, True]


def test_a_sign_in_that_was_ended_is_over_and_the_others_are_not(house: House) -> None:
    ended, other = sign_in(house), sign_in(house)
    found = person(house, ended)
    assert found
    end_sign_in(house.session, found.sign_in_id, NOW)
    end_sign_in(house.session, found.sign_in_id, NOW + MINUTE)
    assert person(house, ended) is None and person(house, other)
    assert house.session.scalar(select(SignIn.ended_at).where(SignIn.id == found.sign_in_id)) == NOW


def test_a_disabled_user_is_signed_in_nowhere(house: House) -> None:
    token, other = sign_in(house, "staff"), sign_in(house, "leader")
    assert person(house, token) and person(house, sign_in(house, "disabled")) is None
    house.users["staff"].disabled_at = NOW
    house.session.commit()
    assert person(house, token) is None and person(house, other)


def test_a_person_of_one_centre_gets_that_one_and_no_other(house: House) -> None:
    staff = person(house, sign_in(house, "staff"))
    assert staff
    assert find_centre(house.session, staff, None) is house.centre
    assert find_centre(house.session, staff, "prove") is house.centre
    for slug in ("andre", "nowhere", ""):
        with pytest.raises(CentreNotFound):
            find_centre(house.session, staff, slug)


def test_a_person_of_all_centres_gets_the_one_they_name_or_else_the_first(house: House) -> None:
    reader = person(house, sign_in(house, "reader"))
    assert reader
    assert find_centre(house.session, reader, "prove") is house.centre
    assert find_centre(house.session, reader, "andre") is house.other_centre
    assert find_centre(house.session, reader, None) is house.other_centre
    with pytest.raises(CentreNotFound):
        find_centre(house.session, reader, "nowhere")
