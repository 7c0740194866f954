"""Signing in and out."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from math import inf
from time import process_time

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import access
from kiosk.domain.limiting import SAME_NAME_FROM_SAME_ADDRESS
from kiosk.models import SignIn
from tests.build import PASSWORD, House
from tests.pages import PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]


def sign_in(client: PageClient, name: str, password: str, target: str = "/logg-inn") -> tuple[int, str]:
    form = client.get(target).forms()[0]
    answer = client.post(
        target,
        data={"csrf_token": form["csrf_token"], "name": name, "password": password},
        headers={"Referer": "http://localhost"},
    )
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def age(house: House, column: str, by: timedelta) -> None:
    """Make the one sign-in there is older."""
    with writing(house.session):
        sign_in = house.session.scalars(select(SignIn)).one()
        setattr(sign_in, column, getattr(sign_in, column) - by)
        house.session.commit()


def test_name_and_password_lead_to_the_page_that_was_asked_for(browse: Browse) -> None:
    client = browse("nobody")
    assert client.client.get("/aar/2025").location == "/logg-inn?next=/aar/2025"
    assert sign_in(client, " liv  LEDER ", PASSWORD, "/logg-inn?next=/aar/2025") == (303, "/aar/2025")
    assert "Prøvesenteret" in client.get("/aar/2025").text()


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_one_answer(browse: Browse) -> None:
    answers = set()
    for name, password in (("Liv Leder", "feil passord her"), ("Ingen", PASSWORD), ("Dag Sluttet", PASSWORD)):
        status, html = sign_in(browse("nobody"), name, password)
        answers.add((status, "Navnet eller passordet stemmer ikke" in html))
    assert answers == {(422, True)}


def test_an_empty_form_says_what_is_missing(browse: Browse) -> None:
    status, html = sign_in(browse("nobody"), "", "")
    assert status == 422 and "Skriv navnet ditt" in html and "Skriv passordet ditt" in html


def test_after_sign_out_the_pages_are_closed_also_to_a_copy_of_the_cookie(browse: Browse) -> None:
    client, copy = browse("nobody"), browse("nobody")
    sign_in(client, "Liv Leder", PASSWORD)
    cookie = client.client.get_cookie("kiosk_session")
    assert cookie is not None
    copy.client.set_cookie("kiosk_session", cookie.value)
    copy.get("/i-dag")
    token = client.get("/i-dag").forms()[-1]["csrf_token"]
    assert client.post("/logg-ut", data={"csrf_token": token}).location == "/logg-inn"
    for one in (client, copy):
        assert one.client.get("/i-dag").location == "/logg-inn?next=/i-dag"


def test_a_form_without_its_token_changes_nothing(browse: Browse) -> None:
    client = browse("nobody")
    assert client.post("/logg-inn", data={"name": "Liv Leder", "password": PASSWORD}).status_code == 400
    assert client.client.get("/i-dag").status_code == 303


def test_no_dynamic_page_may_be_kept_and_every_answer_has_its_headers(browse: Browse) -> None:
    for who, path in (("leader", "/i-dag"), ("door", "/"), ("nobody", "/logg-inn"), ("nobody", "/nowhere")):
        headers = browse(who).client.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'; ") and "unsafe" not in str(headers)
        assert (headers["X-Content-Type-Options"], headers["Referrer-Policy"]) == ("nosniff", "same-origin")


def test_an_address_gets_ten_tries_at_a_name_whether_there_is_such_a_name_or_not(browse: Browse) -> None:
    tries = SAME_NAME_FROM_SAME_ADDRESS.at_once
    for name in ("Liv Leder", "Dag Sluttet", "Ingen Her"):
        client = browse("nobody")
        answers = [sign_in(client, name, "feil passord her") for _ in range(tries + 2)]
        assert [status for status, _ in answers] == [422] * tries + [429] * 2
        assert re.search(r"For mange forsøk\. Vent [1-6]\d? sekund", answers[-1][1])
    # The right password has to wait as well: else one could tell it by that.
    assert sign_in(browse("nobody"), "Liv Leder", PASSWORD)[0] == 429
    assert sign_in(browse("nobody"), "Stian Ansatt", PASSWORD)[0] == 303


def test_too_many_tries_say_when_the_next_one_is(browse: Browse) -> None:
    client = browse("nobody")
    form = client.get("/logg-inn").forms()[0] | {"name": "Liv Leder", "password": "feil passord her"}
    answers = [client.post("/logg-inn", data=form) for _ in range(SAME_NAME_FROM_SAME_ADDRESS.at_once + 1)]
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60


def test_who_signs_in_again_and_again_is_never_told_to_wait(browse: Browse) -> None:
    for _ in range(SAME_NAME_FROM_SAME_ADDRESS.at_once + 3):
        assert sign_in(browse("nobody"), "Liv Leder", PASSWORD)[0] == 303


def test_an_unknown_and_a_disabled_name_cost_as_much_time_as_a_known_one(house: House) -> None:
    """As ratios of processor time: what hashing takes is far above what a look into the database does."""
    took: dict[str, float] = {}
    for name in ("Liv Leder", "Dag Sluttet", "Ingen Her") * 5:
        before = process_time()
        with suppress(access.WrongNameOrPassword):
            access.check_password(house.session, name, "feil passord her")
        took[name] = min(took.get(name, inf), process_time() - before)
    assert max(took.values()) < 1.5 * min(took.values()), took


def test_each_sign_in_is_a_new_one_and_ends_the_one_before_in_that_browser(browse: Browse, house: House) -> None:
    client, copy = browse("leader"), browse("nobody")
    cookie = client.client.get_cookie("kiosk_session")
    assert cookie is not None
    copy.client.set_cookie("kiosk_session", cookie.value)
    # The form of a page that was opened before somebody signed in in the other tab.
    form = browse("nobody").get("/logg-inn").forms()[0]
    token = client.get("/konto").forms()[-1]["csrf_token"]
    data = form | {"csrf_token": token, "name": "Stian Ansatt", "password": PASSWORD}
    assert client.post("/logg-inn", data=data).status_code == 303
    assert client.client.get("/folk").status_code == 403
    assert copy.client.get("/folk").status_code == 303


def test_a_browser_that_is_idle_for_twenty_minutes_has_to_sign_in_again(browse: Browse, house: House) -> None:
    client = browse("leader")
    client.get("/i-dag")
    age(house, "last_seen_at", timedelta(minutes=20))
    assert client.client.get("/i-dag").location == "/logg-inn?next=/i-dag"


def test_a_page_that_refreshes_itself_keeps_nobody_signed_in(browse: Browse, house: House) -> None:
    client = browse("leader")
    age(house, "last_seen_at", timedelta(minutes=19))
    seen = house.session.scalars(select(SignIn.last_seen_at)).one()
    client.get("/i-dag", headers={"HX-Request": "true"})
    health = {"kiosk": 1, "client": "abc", "pending": 0, "dead": 0, "oldest": None}
    assert client.post("/api/health", json=health, headers={"X-Kiosk": "1"}).status_code == 200
    assert house.session.scalars(select(SignIn.last_seen_at)).one() == seen
    client.get("/i-dag")
    assert house.session.scalars(select(SignIn.last_seen_at)).one() > seen


def test_ten_hours_are_the_end_however_busy(browse: Browse, house: House) -> None:
    client = browse("leader")
    age(house, "created_at", timedelta(hours=10))
    assert client.client.get("/i-dag").location == "/logg-inn?next=/i-dag"
