"""Pairing: the code opens nothing by itself, lasts ten minutes, and works once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import LargeBinary, func, select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import pairing_codes, stations
from kiosk.domain.pairing import find_tablet
from kiosk.domain.pairing_codes import CodeRefused, CodeTooOld, CodeUnknown, CodeUsed, State
from kiosk.domain.screen_codes import LENGTH, LETTERS, code_of, new_code, read_code, spaced
from kiosk.kinds import Audience
from kiosk.models import AuditEntry, Pairing
from tests.build import NOW, House

SECOND = timedelta(seconds=1)
TEN_MINUTES = timedelta(minutes=10)


def ask(session: Session, now: datetime = NOW) -> str:
    with writing(session):
        secret = pairing_codes.ask(session, now)
        session.commit()
    return secret


def approve(
    house: House, code: str, now: datetime = NOW, *, name: str = "Stua", session: Session | None = None
) -> None:
    session = session or house.session
    with writing(session):
        screens = [house.screens[Audience.PARTICIPANT]]
        pairing_codes.approve_new(session, code, screens, name, now, user_id=house.users["leader"].id)
        session.commit()


def fetch(session: Session, secret: str, now: datetime = NOW) -> str | None:
    with writing(session):
        token = pairing_codes.fetch_token(session, secret, now)
        session.commit()
    return token


def test_a_code_is_eight_letters_that_make_no_word_and_are_not_taken_for_each_other() -> None:
    assert not set(LETTERS) & set("AEIOUYÆØÅ" + "GQW" + "0123456789") and len(set(LETTERS)) == len(LETTERS)
    for code in (new_code(), code_of("a secret"), code_of("another")):
        assert len(code) == LENGTH and set(code) <= set(LETTERS)
    assert code_of("a secret") == code_of("a secret") != code_of("another")


def test_every_letter_may_stand_in_every_place() -> None:
    codes = [code_of(str(number)) for number in range(2000)]
    assert all({code[place] for code in codes} == set(LETTERS) for place in range(LENGTH))


@pytest.mark.parametrize("typed", ["BCDF HJKL", "bcdf-hjkl", " bcdfhjkl ", "BCDF\u00a0HJKL"])
def test_a_code_is_read_as_people_type_it(typed: str) -> None:
    assert read_code(typed) == "BCDFHJKL"
    assert spaced("BCDFHJKL") == "BCDF HJKL"


def test_what_was_approved_goes_to_the_browser_that_asked_and_once(house: House) -> None:
    session, secret = house.session, ask(house.session)
    assert pairing_codes.look(session, secret, NOW) is State.WAITING
    assert fetch(session, secret) is None
    approve(house, code_of(secret).lower())
    assert pairing_codes.look(session, secret, NOW) is State.APPROVED
    token = fetch(session, secret)
    assert token
    tablet = find_tablet(session, token, NOW)
    assert tablet and tablet.name == "Stua"
    assert pairing_codes.look(session, secret, NOW) is State.OVER
    assert fetch(session, secret) is None
    # The cookie of the first time is not touched by a second fetch.
    assert find_tablet(session, token, NOW) == tablet


def test_the_code_opens_nothing_to_whoever_only_knows_the_code(house: House) -> None:
    secret = ask(house.session)
    approve(house, code_of(secret))
    for guess in (code_of(secret), "", "no browser ever had this"):
        assert fetch(house.session, guess) is None
        assert pairing_codes.look(house.session, guess, NOW) is State.OVER


@pytest.mark.parametrize(("after", "is_good"), [(TEN_MINUTES - SECOND, True), (TEN_MINUTES, False)])
def test_a_code_lasts_ten_minutes_until_it_is_approved(house: House, after: timedelta, is_good: bool) -> None:
    secret = ask(house.session)
    assert (pairing_codes.look(house.session, secret, NOW + after) is State.WAITING) is is_good
    if is_good:
        approve(house, code_of(secret), NOW + after)
    else:
        with pytest.raises(CodeTooOld):
            approve(house, code_of(secret), NOW + after)


@pytest.mark.parametrize(("after", "is_good"), [(TEN_MINUTES - SECOND, True), (TEN_MINUTES, False)])
def test_and_as_long_again_until_it_is_fetched(house: House, after: timedelta, is_good: bool) -> None:
    secret, approved_at = ask(house.session), NOW + TEN_MINUTES - SECOND
    approve(house, code_of(secret), approved_at)
    assert (fetch(house.session, secret, approved_at + after) is not None) is is_good


def test_a_clock_that_went_back_makes_no_code_good_for_a_year(house: House) -> None:
    approved, waiting = ask(house.session), ask(house.session)
    approve(house, code_of(approved))
    back = NOW - timedelta(days=400)
    assert pairing_codes.look(house.session, waiting, back) is State.OVER
    assert fetch(house.session, approved, back) is None
    with pytest.raises(CodeTooOld):
        approve(house, code_of(waiting), back)


@pytest.mark.parametrize("is_fetched", [False, True])
def test_a_code_is_approved_once(house: House, is_fetched: bool) -> None:
    secret = ask(house.session)
    approve(house, code_of(secret))
    if is_fetched:
        fetch(house.session, secret)
    with pytest.raises(CodeUsed):
        approve(house, code_of(secret), name="Gangen")
    with pytest.raises(stations.StationNotFound):
        stations.find_named_station(house.session, house.centre.id, "Gangen")


def test_a_code_that_no_tablet_shows_is_unknown(house: House) -> None:
    ask(house.session)
    for code in ("", "BCDFHJKL", "\0", "x" * 10_000):
        with pytest.raises(CodeUnknown):
            approve(house, code)


def test_of_leaders_who_approve_at_once_one_does(house: House, make_session: Callable[[], Session]) -> None:
    secret = ask(house.session)
    names = [f"Nr. {number}" for number in range(4)]
    start = Barrier(len(names))

    def approve_with_the_others(name: str, session: Session) -> bool:
        start.wait()
        try:
            approve(house, code_of(secret), name=name, session=session)
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(len(names)) as pool:
        tries = [pool.submit(approve_with_the_others, name, make_session()) for name in names]
        assert sum(one.result() for one in tries) == 1
    house.session.expire_all()
    there = stations.list_stations(house.session, house.centre.id)
    assert len([one for one in there if one.name in names]) == 1


def test_a_browser_that_fetches_twice_at_once_is_paired_once(house: House, make_session: Callable[[], Session]) -> None:
    secret, start = ask(house.session), Barrier(4)
    approve(house, code_of(secret))

    def fetch_with_the_others(session: Session) -> str | None:
        start.wait()
        return fetch(session, secret)

    with ThreadPoolExecutor(4) as pool:
        tokens = list(pool.map(fetch_with_the_others, [make_session() for _ in range(4)]))
    (token,) = filter(None, tokens)
    assert find_tablet(house.session, token, NOW)


def test_a_tablet_that_was_here_before_keeps_its_name_and_screens_and_its_old_cookie_is_dead(house: House) -> None:
    session, station = house.session, stations.find_named_station(house.session, house.centre.id, "Inngang")
    secret = ask(session)
    with writing(session):
        pairing_codes.approve_again(session, code_of(secret), station, NOW, house.users["leader"].id)
        session.commit()
    # Until the new one has its cookie, the old one goes on.
    assert find_tablet(session, house.tablets["door"], NOW)
    token = fetch(session, secret)
    tablet = token and find_tablet(session, token, NOW)
    assert tablet and (tablet.station_id, tablet.name) == (station.id, "Inngang")
    assert find_tablet(session, house.tablets["door"], NOW) is None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.verb == "station.pair")).one()
    assert (entry.object, entry.user_id) == ("Inngang", house.users["leader"].id)


def test_a_tablet_cut_off_between_approval_and_cookie_gets_none(house: House) -> None:
    secret = ask(house.session)
    approve(house, code_of(secret))
    with writing(house.session):
        station = stations.find_named_station(house.session, house.centre.id, "Stua")
        stations.revoke(house.session, station, NOW, None)
        house.session.commit()
    assert fetch(house.session, secret) is None


def test_of_many_who_ask_the_newest_hundred_are_remembered_and_nobody_longer_than_a_day(house: House) -> None:
    session = house.session
    approved = ask(session)
    approve(house, code_of(approved))
    secrets = [ask(session) for _ in range(pairing_codes.MOST_WAITING + 3)]
    waiting = [pairing_codes.look(session, one, NOW) is State.WAITING for one in secrets]
    assert waiting == [False] * 3 + [True] * pairing_codes.MOST_WAITING
    assert pairing_codes.look(session, approved, NOW) is State.APPROVED
    ask(session, NOW + timedelta(days=1, seconds=1))
    assert session.scalar(select(func.count()).select_from(Pairing)) == 1


def test_neither_code_nor_secret_is_stored_in_clear(house: House) -> None:
    secret = ask(house.session)
    stored = house.session.execute(select(Pairing.code_hash, Pairing.secret_hash)).one()
    binary = [column.name for column in Pairing.__table__.columns if isinstance(column.type, LargeBinary)]
    assert binary == ["code_hash", "secret_hash"] and {len(one) for one in stored} == {32}
    for clear in (secret, code_of(secret)):
        assert not any(clear.encode() in one or one.hex() == clear for one in stored)
