"""Paired tablets: a link that works once and not for long, and who a tablet is when it comes again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Semaphore
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listens_for
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain.pairing import (
    LinkNotValid,
    NameMissing,
    add_station,
    find_link,
    find_tablet,
    pair_by_link,
    renew_first_link,
)
from kiosk.domain.setup import first_start
from kiosk.domain.tallying import Poster
from kiosk.kinds import Audience
from kiosk.models import AuditEntry, Station
from tests.build import NOW, PASSWORD, House

SECOND = timedelta(seconds=1)
HALF_AN_HOUR = timedelta(minutes=30)


def add_link(house: House, name: str = "Kjøkkenet") -> str:
    with writing(house.session):
        code = add_station(house.session, house.screens[Audience.VOLUNTEER], name, NOW, is_paired=False)
        house.session.commit()
    return code


def pair(session: Session, code: str, after: timedelta = SECOND) -> str | None:
    """The tablet's token; None when the link is not valid."""
    with writing(session):
        try:
            token = pair_by_link(session, code, NOW + after)
        except LinkNotValid:
            return None
        session.commit()
    return token


def station(house: House, name: str) -> Station:
    house.session.expire_all()
    return house.session.scalars(select(Station).where(Station.name == name)).one()


def test_a_paired_tablet_is_known_by_its_token_with_its_screen_and_centre(house: House) -> None:
    tablet = find_tablet(house.session, house.tablets["volunteer"], NOW)
    screen = house.screens[Audience.VOLUNTEER]
    assert tablet and (tablet.name, tablet.screen_id) == ("Matutdeling", screen.id)
    assert tablet.poster == Poster(
        house.centre.id, "prove", "Europe/Oslo", Audience.VOLUNTEER, tablet.station_id, screen.id
    )
    elsewhere = find_tablet(house.session, house.tablets["other"], NOW)
    assert elsewhere and (elsewhere.poster.centre_id, elsewhere.poster.centre_slug) == (house.other_centre.id, "andre")


def test_a_pairing_link_makes_a_tablet_and_works_once(house: House) -> None:
    code = add_link(house)
    assert find_link(house.session, code, NOW).name == "Kjøkkenet"
    token = pair(house.session, code)
    assert token
    tablet = find_tablet(house.session, token, NOW)
    assert tablet and tablet.name == "Kjøkkenet"
    assert station(house, "Kjøkkenet").paired_at == NOW + SECOND
    assert pair(house.session, code) is None
    assert find_tablet(house.session, token, NOW) == tablet


def test_looking_at_a_link_does_not_use_it_up(house: House) -> None:
    code = add_link(house)
    for _ in range(3):
        find_link(house.session, code, NOW)
    assert pair(house.session, code)


def test_a_link_opened_in_four_browsers_at_once_pairs_one(
    house: House, make_session: Callable[[], Session], engine_name: str
) -> None:
    code = add_link(house)
    sessions = [make_session() for _ in range(4)]
    # Nobody can use the link up before all have found it unused; SQLite lets only one in at a time.
    house.session.execute(select(Station.id).where(Station.name == "Kjøkkenet").with_for_update())
    looks, looked = (1 if engine_name == "sqlite" else 4), Semaphore(0)

    @listens_for(house.session.get_bind(), "after_cursor_execute")
    def count_looks(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if "FROM station" in statement:
            looked.release()

    with ThreadPoolExecutor(4) as pool:
        tokens = [pool.submit(pair, session, code) for session in sessions]
        assert all(looked.acquire(timeout=30) for _ in range(looks))
        house.session.commit()
    (won,) = [token.result() for token in tokens if token.result()]
    assert find_tablet(house.session, won, NOW)


@pytest.mark.parametrize(
    ("after", "is_valid"), [(timedelta(0), True), (HALF_AN_HOUR - SECOND, True), (HALF_AN_HOUR, False)]
)
def test_a_link_is_valid_for_half_an_hour(house: House, after: timedelta, is_valid: bool) -> None:
    code = add_link(house)
    assert (pair(house.session, code, after) is not None) is is_valid


def test_one_link_leaves_another_as_it_was(house: House) -> None:
    one, other = add_link(house, "En"), add_link(house, "To")
    assert pair(house.session, one) and pair(house.session, other)
    assert station(house, "En").paired_at and station(house, "To").paired_at


def test_a_link_that_was_revoked_before_it_was_used_is_not_valid(house: House) -> None:
    code = add_link(house)
    station(house, "Kjøkkenet").revoked_at = NOW
    house.session.commit()
    assert pair(house.session, code) is None


@pytest.mark.parametrize("code", ["", "no link ever had this"])
def test_a_code_that_never_was_is_not_valid(house: House, code: str) -> None:
    add_link(house)
    assert pair(house.session, code) is None


def test_the_token_of_a_paired_tablet_is_no_link(house: House) -> None:
    with pytest.raises(LinkNotValid):
        find_link(house.session, house.tablets["door"], NOW)
    assert pair(house.session, house.tablets["door"]) is None
    assert find_tablet(house.session, house.tablets["door"], NOW)


def test_a_revoked_a_waiting_and_an_unknown_tablet_are_not_found(house: House) -> None:
    code = add_link(house)
    for token in (house.tablets["revoked"], code, "no tablet ever had this", ""):
        assert find_tablet(house.session, token, NOW) is None


def test_a_tablet_that_is_revoked_later_is_not_found_any_more_and_the_others_are(house: House) -> None:
    assert find_tablet(house.session, house.tablets["door"], NOW)
    station(house, "Inngang").revoked_at = NOW
    house.session.commit()
    assert find_tablet(house.session, house.tablets["door"], NOW) is None
    assert find_tablet(house.session, house.tablets["staff"], NOW)


def test_neither_token_nor_code_is_stored_in_clear(house: House) -> None:
    code = add_link(house)
    hashes = list(house.session.scalars(select(Station.token_hash)))
    assert {len(hashed) for hashed in hashes} == {32}
    for secret in (code, *house.tablets.values()):
        assert not any(secret.encode() in hashed or hashed.hex() == secret for hashed in hashes)


def test_a_tablets_name_is_one_to_eighty_characters_without_doubled_space(house: House) -> None:
    for name in ("", "   ", "x" * 81):
        with pytest.raises(NameMissing):
            add_link(house, name)
    add_link(house, "  Innerste \t rom ")
    assert station(house, "Innerste rom")


def test_who_added_a_tablet_is_kept(house: House) -> None:
    staff = house.users["staff"]
    screen = house.screens[Audience.STAFF]
    add_station(house.session, screen, "Nytt", NOW, is_paired=True, user_id=staff.id)
    house.session.commit()
    entry = house.session.scalars(select(AuditEntry).where(AuditEntry.object == "Nytt")).one()
    assert (entry.verb, entry.user_id, entry.centre_id) == ("station.add", staff.id, house.centre.id)
    assert (entry.old, entry.new) == ({}, {"screen": "Ansatt"})


@pytest.fixture
def first_day(session: Session) -> Session:
    """An installation with a centre and no tablet."""
    with writing(session):
        first_start(session, centre_name="Prøvesenteret", slug="prove", leader_name="Liv", password=PASSWORD, now=NOW)
        session.commit()
    return session


def test_the_first_link_is_made_anew_each_time_until_a_tablet_was_paired(first_day: Session) -> None:
    first = renew_first_link(first_day, NOW)
    # A new start an hour later; the old link is still on somebody's screen.
    second = renew_first_link(first_day, NOW + timedelta(hours=1))
    first_day.commit()
    assert first and second and first != second
    assert len(list(first_day.scalars(select(Station)))) == 1
    assert pair(first_day, first, timedelta(hours=1)) is None
    token = pair(first_day, second, timedelta(hours=1))
    assert token
    tablet = find_tablet(first_day, token, NOW)
    assert tablet and tablet.poster.audience is Audience.PARTICIPANT
    assert renew_first_link(first_day, NOW + timedelta(hours=2)) is None


def test_a_first_link_is_not_made_of_one_that_was_revoked(first_day: Session) -> None:
    renew_first_link(first_day, NOW)
    first_day.scalars(select(Station)).one().revoked_at = NOW
    first_day.commit()
    code = renew_first_link(first_day, NOW)
    first_day.commit()
    assert code and pair(first_day, code)


def test_there_is_no_first_link_once_a_tablet_was_paired(house: House) -> None:
    assert renew_first_link(house.session, NOW) is None


def test_there_is_no_first_link_before_there_is_a_screen(session: Session) -> None:
    assert renew_first_link(session, NOW) is None
