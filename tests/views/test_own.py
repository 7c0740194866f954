"""Everybody's own page: password and signed-in browsers."""

from collections.abc import Callable

import pytest

from kiosk.domain import access
from kiosk.domain.limiting import SAME_NAME_FROM_SAME_ADDRESS
from tests.build import PASSWORD, House
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]
NEW = "tre katter spiser fisk"
GOOD = {"present": PASSWORD, "password": NEW, "again": NEW}


def change(client: PageClient, **fields: str) -> tuple[int, str]:
    answer = client.submit("/konto", "/konto/passord", **(GOOD | fields))
    html = answer.get_data(as_text=True)
    if answer.status_code != 303:
        Page(html).inspect()
    return answer.status_code, html


def test_a_new_password_signs_the_others_out(browse: Browse, house: House) -> None:
    here, there = browse("reader"), browse("reader")
    assert change(here)[0] == 303
    assert "Passordet er byttet" in here.get("/konto").text()
    assert there.client.get("/konto").location == "/logg-inn?next=/konto"
    assert access.check_password(house.session, "Rigmor Leser", NEW)


def test_the_form_sent_twice_changes_it_once_and_says_the_same(browse: Browse) -> None:
    client = browse("staff")
    form = next(form for form in client.get("/konto").forms() if form["action"] == "/konto/passord")
    answers = [client.post("/konto/passord", data=form | GOOD) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, "/konto")] * 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "et helt annet passord"}, "Passordet du har nå, stemmer ikke"),
        ({"present": ""}, "Skriv passordet du har nå"),
        ({"password": "", "again": ""}, "Skriv et nytt passord"),
        ({"again": NEW + "x"}, "De to nye passordene er ikke like"),
        ({"password": "elleve tegn", "again": "elleve tegn"}, "Passordet må ha minst 12 tegn"),
        ({"password": "Passord12345", "again": "Passord12345"}, "for lett å gjette"),
        ({"password": "Stian Ansatt 26", "again": "Stian Ansatt 26"}, "for lett å gjette"),
        ({"password": "Prøvesenteret 1", "again": "Prøvesenteret 1"}, "for lett å gjette"),
        ({"password": "kx " * 100, "again": "kx " * 100}, "Passordet kan ha høyst 256 tegn"),
        ({"password": "kx " * 1000, "again": "kx " * 1000}, "Det er for langt"),
    ],
)
def test_what_is_wrong_is_said_and_the_old_password_stays(
    browse: Browse, house: House, fields: dict[str, str], said: str
) -> None:
    status, html = change(browse("staff"), **fields)
    assert status == 422 and said in html
    assert access.check_password(house.session, "Stian Ansatt", PASSWORD)


def test_no_password_is_ever_sent_back(browse: Browse) -> None:
    _, html = change(browse("staff"), again="noe annet enn det")
    assert PASSWORD not in html and NEW not in html and "noe annet" not in html


def test_a_browser_that_somebody_left_open_does_not_help_to_guess(browse: Browse, house: House) -> None:
    client = browse("staff")
    answers = [change(client, present="feil passord her") for _ in range(SAME_NAME_FROM_SAME_ADDRESS.at_once + 1)]
    assert [status for status, _ in answers] == [422] * SAME_NAME_FROM_SAME_ADDRESS.at_once + [429]
    assert "For mange forsøk" in answers[-1][1]
    # The right one would have to wait, too.
    assert change(client)[0] == 429
    assert access.check_password(house.session, "Stian Ansatt", PASSWORD)


def test_browsers_are_listed_and_ended_one_by_one_or_together(browse: Browse) -> None:
    here, one, two, three = (browse("staff") for _ in range(4))
    page = here.get("/konto")
    assert "Denne nettleseren" in page.text()
    actions = [form["action"] for form in page.forms() if form["action"].endswith("/avslutt")]
    assert len(actions) == 3
    assert here.submit("/konto", actions[0]).location == "/konto"
    assert sum(client.client.get("/konto").status_code == 200 for client in (one, two, three)) == 2
    assert here.submit("/konto", "/konto/palogginger/avslutt-andre").location == "/konto"
    assert [client.client.get("/konto").status_code for client in (here, one, two, three)] == [200, 303, 303, 303]
    assert "Denne nettleseren" in here.get("/konto").text()


def test_nobody_ends_the_sign_in_of_another(browse: Browse) -> None:
    staff, leader = browse("staff"), browse("leader")
    leader.get("/konto")
    form = next(form for form in staff.get("/konto").forms() if form["action"] == "/konto/passord")
    for sign_in_id in range(1, 6):
        staff.post(f"/konto/palogginger/{sign_in_id}/avslutt", data=form)
    leader.get("/konto")
