"""Choosing a password with a one-time code."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.database import writing
from kiosk.domain import access, codes, managing
from kiosk.domain.limiting import SAME_NAME_FROM_SAME_ADDRESS
from tests.build import PASSWORD, House
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]
NEW = "tre katter spiser fisk"
GOOD = {"name": "Stian Ansatt", "code": "BCDF-GHJK", "password": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def has_code(house: House) -> None:
    """Stian has lost his password, and has a code."""
    with writing(house.session):
        managing.reset(house.session, None, house.users["staff"].id, codes.hash_code("BCDFGHJK"), datetime.now(UTC))
        house.session.commit()


def choose(client: PageClient, **fields: str) -> tuple[int, str]:
    answer = client.submit("/nytt-passord", "/nytt-passord", **(GOOD | fields))
    html = answer.get_data(as_text=True)
    if answer.status_code != 303:
        Page(html).inspect()
    return answer.status_code, html


def test_the_page_is_found_from_the_sign_in(browse: Browse) -> None:
    assert "/nytt-passord" in browse("nobody").get("/logg-inn").values("href", "a")


def test_with_name_code_and_password_one_is_signed_in(browse: Browse, house: House) -> None:
    client = browse("nobody")
    assert choose(client)[0] == 303
    assert "Prøvesenteret" in client.get("/i-dag").text()
    assert access.check_password(house.session, "Stian Ansatt", NEW)
    # And the code is used up.
    assert choose(browse("nobody"))[0] == 422


def test_whoever_was_signed_in_in_that_browser_is_so_no_more(browse: Browse) -> None:
    client, copy = browse("leader"), browse("nobody")
    cookie = client.client.get_cookie("kiosk_session")
    assert cookie is not None
    copy.client.set_cookie("kiosk_session", cookie.value)
    copy.get("/folk")
    choose(client)
    assert client.client.get("/folk").status_code == 403
    assert copy.client.get("/folk").status_code == 303


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "BCDF-GHJL"},
        {"name": "Liv Leder"},
        {"name": "Dag Sluttet"},
        {"name": "Ingen Her"},
        {"name": "Ingen Her", "code": "\0\u202e"},
    ],
)
def test_a_wrong_code_an_unknown_and_a_disabled_name_get_one_answer(browse: Browse, fields: dict[str, str]) -> None:
    status, html = choose(browse("nobody"), **fields)
    assert status == 422 and "Navnet eller koden stemmer ikke" in html and NEW not in html


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"password": "elleve tegn", "again": "elleve tegn"}, "Passordet må ha minst 12 tegn"),
        ({"password": "stianansatt99", "again": "stianansatt99"}, "for lett å gjette"),
        ({"again": "noe annet enn det"}, "De to nye passordene er ikke like"),
        ({"code": ""}, "Skriv koden du fikk"),
        ({"name": ""}, "Skriv navnet ditt"),
    ],
)
def test_what_is_wrong_is_said_and_the_code_still_works(
    browse: Browse, house: House, fields: dict[str, str], said: str
) -> None:
    client = browse("nobody")
    status, html = choose(client, **fields)
    assert status == 422 and said in html
    assert choose(client)[0] == 303


def test_guessing_is_limited_for_every_name_alike(browse: Browse) -> None:
    for name in ("Stian Ansatt", "Ingen Her"):
        client = browse("nobody")
        answers = [choose(client, name=name, code="ZZZZZZZZ") for _ in range(SAME_NAME_FROM_SAME_ADDRESS.at_once + 1)]
        assert [status for status, _ in answers] == [422] * SAME_NAME_FROM_SAME_ADDRESS.at_once + [429]
    # Whoever has the right one has to wait, too.
    assert choose(browse("nobody"))[0] == 429


def test_the_old_password_does_not_work_meanwhile(browse: Browse) -> None:
    answer = browse("nobody").submit("/logg-inn", "/logg-inn", name="Stian Ansatt", password=PASSWORD)
    assert answer.status_code == 422
