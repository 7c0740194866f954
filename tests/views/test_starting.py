"""The first start in a browser."""

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import starting
from kiosk.domain.starting import Step
from kiosk.extensions import db
from kiosk.models import Centre, Station, User
from tests.build import PASSWORD, House
from tests.pages import PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

PATHS = ("/start", "/start/senter", "/start/leder", "/start/nettbrett")


@pytest.fixture
def restart(app: Flask) -> Callable[[], str]:
    """What the server does at each start: a new code for the terminal."""

    def restart() -> str:
        with app.app_context(), writing(db.session()):
            code = starting.renew_start_code(db.session(), datetime.now(UTC))
            db.session.commit()
        assert code is not None
        return code

    return restart


@pytest.fixture
def code(restart: Callable[[], str]) -> str:
    return restart()


@pytest.fixture
def newcomer(app: Flask) -> PageClient:
    return PageClient(app)


def send(client: PageClient, path: str, **fields: str) -> tuple[int, str]:
    """Fill in the page's form and send it: where it leads, or what it says."""
    form = next(form for form in client.get(path).forms() if form["action"] == path)
    answer = client.post(path, data={"csrf_token": form["csrf_token"]} | fields)
    return answer.status_code, answer.location or answer.get_data(as_text=True)


def name_centre(client: PageClient, code: str) -> None:
    assert send(client, "/start", code=code) == (303, "/start/senter")
    assert send(client, "/start/senter", name="CRUX Øvre Eiker") == (303, "/start/leder")


def make_leader(client: PageClient, code: str) -> None:
    name_centre(client, code)
    fields = {"name": "Liv Leder", "password": PASSWORD, "again": PASSWORD}
    assert send(client, "/start/leder", **fields) == (303, "/start/nettbrett")


def test_everything_leads_to_the_start_as_long_as_nobody_is_there(newcomer: PageClient, code: str) -> None:
    assert newcomer.client.get("/").location == "/start"
    for path in PATHS[1:]:
        assert newcomer.client.get(path).location == "/start"


def test_from_the_code_to_the_buttons(newcomer: PageClient, code: str, session: Session) -> None:
    make_leader(newcomer, code)
    assert "Koble til det første nettbrettet" in newcomer.get("/start/nettbrett").text("h1")
    assert send(newcomer, "/start/nettbrett") == (303, "/")
    assert newcomer.get("/").values("data-activity") == ["visit", "lunch"]
    # A browser is either a tablet or a person.
    assert newcomer.client.get("/i-dag").status_code == 404
    centre, leader = session.scalars(select(Centre)).one(), session.scalars(select(User)).one()
    assert (centre.name, centre.slug, leader.name) == ("CRUX Øvre Eiker", "crux-ovre-eiker", "Liv Leder")
    assert [one.name for one in session.scalars(select(Station))] == ["Inngang"]


def test_a_finished_one_never_opens_again(newcomer: PageClient, code: str, app: Flask) -> None:
    make_leader(newcomer, code)
    send(newcomer, "/start/nettbrett")
    for client in (newcomer, PageClient(app)):
        for path in PATHS:
            assert client.client.get(path).status_code == 404
    assert PageClient(app).client.get("/").location == "/logg-inn"


def test_in_a_house_that_was_there_before_nothing_opens(browse: Callable[[str], PageClient], house: House) -> None:
    for who in ("nobody", "leader", "door"):
        for path in PATHS:
            assert browse(who).client.get(path).status_code == 404


def test_another_browser_goes_on_with_the_code_where_the_first_was_left(
    newcomer: PageClient, code: str, app: Flask
) -> None:
    name_centre(newcomer, code)
    other = PageClient(app)
    assert other.client.get("/start/leder").location == "/start"
    assert send(other, "/start", code=code.lower()) == (303, "/start/leder")
    assert "CRUX Øvre Eiker" in other.get("/start/leder").text("main")


def test_after_a_new_start_of_the_server_the_new_code_is_asked_for_and_it_goes_on(
    newcomer: PageClient, code: str, restart: Callable[[], str]
) -> None:
    name_centre(newcomer, code)
    new = restart()
    assert newcomer.client.get("/start/leder").location == "/start"
    assert send(newcomer, "/start", code=code)[0] == 422
    assert send(newcomer, "/start", code=new) == (303, "/start/leder")


def test_with_a_leader_it_goes_on_after_signing_in(newcomer: PageClient, code: str, app: Flask) -> None:
    make_leader(newcomer, code)
    other = PageClient(app)
    assert other.client.get("/start").location == "/start/nettbrett"
    assert other.client.get("/start/nettbrett").location == "/logg-inn?next=/start/nettbrett"
    assert send_sign_in(other) == "/start/nettbrett"
    # The code from the terminal is no way in any more.
    assert "koden" not in other.get("/start/nettbrett").text("h1").lower()
    assert newcomer.client.get("/start/senter").location == "/start"


def send_sign_in(client: PageClient) -> str:
    path = "/logg-inn?next=/start/nettbrett"
    form = client.get(path).forms()[0]
    data = {"csrf_token": form["csrf_token"], "name": "Liv Leder", "password": PASSWORD}
    return client.post(path, data=data).location or ""


def test_a_wrong_code_is_said_to_be_wrong_and_guessing_is_stopped(newcomer: PageClient, code: str, app: Flask) -> None:
    answers = [send(newcomer, "/start", code="BCDFHJKL") for _ in range(20)]
    assert {status for status, _ in answers} == {422} and "Det er ikke koden" in answers[0][1]
    # From wherever: all guesses are of the same lock.
    other = PageClient(app)
    token = other.get("/start").forms()[0]["csrf_token"]
    stopped = other.post("/start", data={"csrf_token": token, "code": code})
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0


def test_what_is_missing_is_said_and_names_stay_where_they_were_written(newcomer: PageClient, code: str) -> None:
    assert "Skriv koden" in send(newcomer, "/start")[1]
    send(newcomer, "/start", code=code)
    assert "Skriv senterets navn" in send(newcomer, "/start/senter", name=" ")[1]
    assert send(newcomer, "/start/senter", name="x" * 81)[0] == 422
    send(newcomer, "/start/senter", name="Prøvesenteret")
    for said, fields in (
        ("Skriv navnet ditt", {"name": "", "password": PASSWORD, "again": PASSWORD}),
        ("Velg et passord", {"name": "Liv", "password": "", "again": ""}),
        ("minst 12 tegn", {"name": "Liv", "password": "kort", "again": "kort"}),
        ("De to passordene er ikke like", {"name": "Liv", "password": PASSWORD, "again": PASSWORD + "x"}),
    ):
        status, html = send(newcomer, "/start/leder", **fields)
        assert status == 422 and said in html, said
        assert not fields["name"] or re.search(r'name="name"[^>]* value="Liv"', html)


def test_a_slip_in_the_centres_name_is_put_right(newcomer: PageClient, code: str, session: Session) -> None:
    send(newcomer, "/start", code=code)
    send(newcomer, "/start/senter", name="CRUX Øvre Eikre")
    assert "/start/senter" in newcomer.get("/start/leder").values("href", "a")
    assert "CRUX Øvre Eikre" in newcomer.get("/start/senter").values("value", "input")
    assert send(newcomer, "/start/senter", name="CRUX Øvre Eiker") == (303, "/start/leder")
    assert session.scalars(select(Centre.name)).all() == ["CRUX Øvre Eiker"]


def test_a_form_that_is_sent_twice_makes_one_leader(newcomer: PageClient, code: str, session: Session) -> None:
    name_centre(newcomer, code)
    form = newcomer.get("/start/leder").forms()[0]
    data = {"csrf_token": form["csrf_token"], "name": "Liv Leder", "password": PASSWORD, "again": PASSWORD}
    assert newcomer.post("/start/leder", data=data).location == "/start/nettbrett"
    assert newcomer.post("/start/leder", data=data).location == "/start"
    assert len(session.scalars(select(User)).all()) == 1


def test_only_the_leader_makes_the_first_tablet(newcomer: PageClient, code: str, app: Flask) -> None:
    make_leader(newcomer, code)
    stranger = PageClient(app)
    assert stranger.post("/start/nettbrett").status_code in (400, 401)
    with app.app_context():
        assert starting.find_step(db.session()) is Step.TABLET
