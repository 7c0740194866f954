"""Pairing through the pages: the tablet's and the leader's."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain.pairing_codes import CODE_LASTS
from kiosk.domain.screen_codes import code_of
from kiosk.kinds import Audience
from kiosk.models import AuditEntry, Station
from tests.build import PIN, House
from tests.pages import Page, PageClient
from tests.views.pairing_steps import (
    Browse,
    age,
    approve,
    code_on,
    first_station,
    form_on,
    names,
    open_koble,
    press,
    waiting,
)

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

DOOR, VOLUNTEER, STAFF = Audience


@pytest.fixture
def tablet(browse: Browse) -> PageClient:
    """A browser that has opened /koble and waits."""
    return open_koble(browse)


def test_the_code_on_the_tablet_typed_by_the_leader_makes_it_a_tablet(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, door = browse("leader"), house.screens[DOOR]
    code = code_on(tablet)
    assert press(tablet) == (303, "/koble")
    form = leader.get("/nettbrett").forms()[-1]
    typed = {"csrf_token": form["csrf_token"], "code": f" {code[:4].lower()} {code[4:]} "}
    assert leader.post("/nettbrett/kode", data=typed).location == f"/koble/{code}"
    page = leader.get(f"/koble/{code}")
    assert "Står du foran nettbrettet?" in page.text("h1") and f"{code[:4]} {code[4:]}" in page.text("main")
    assert approve(leader, code, [door.id]) == 303
    assert "Godkjent" in leader.get(f"/koble/{code}").text("main")
    assert tablet.client.get("/koble/svar").json == {"kiosk": 1, "state": "approved"}
    assert press(tablet) == (303, "/")
    assert tablet.get("/").values("data-activity") == ["visit", "lunch"]
    assert "Nettbrettet er klart." in leader.get(f"/koble/{code}").text("main")
    assert "Stua" in leader.get("/nettbrett").text("h2")


def test_the_cookie_goes_to_the_tablet_only_and_is_in_no_address_and_no_page(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, other = browse("leader"), browse("nobody")
    code = code_on(tablet)
    approve(leader, code, [house.screens[DOOR].id])
    # Whoever read the code over a shoulder has nothing.
    other.client.set_cookie("kiosk_pairing", code, path="/koble")
    assert press(other) == (303, "/koble")
    form = tablet.get("/koble").forms()[0]
    answer = tablet.post("/koble", data={"csrf_token": form["csrf_token"]})
    cookies = {header.partition("=")[0]: header for header in answer.headers.getlist("Set-Cookie")}
    assert {"HttpOnly", "SameSite=Strict"} <= set(cookies["kiosk_station"].split("; "))
    token = cookies["kiosk_station"].partition("=")[2].partition(";")[0]
    assert token not in answer.location + answer.get_data(as_text=True)
    # The secret of the pairing is gone with it.
    assert cookies["kiosk_pairing"].startswith("kiosk_pairing=;")
    assert other.client.get("/").location == "/logg-inn"


def test_a_browser_that_becomes_a_tablet_is_no_person_any_more(house: House, browse: Browse) -> None:
    client = browse("staff")
    approve(browse("leader"), code_on(client), [house.screens[DOOR].id])
    assert client.client.get("/i-dag").status_code == 200
    press(client)
    assert client.client.get("/i-dag").status_code == 404
    client.client.delete_cookie("kiosk_station")
    assert client.client.get("/i-dag").status_code == 303


def test_a_tablet_asks_for_no_code(browse: Browse) -> None:
    for method, path in (("GET", "/koble"), ("POST", "/koble"), ("GET", "/koble/svar")):
        assert browse("door").client.open(path, method=method).status_code == 404


def test_the_same_browser_keeps_its_code_while_it_is_good_and_gets_another_then(
    house: House, tablet: PageClient
) -> None:
    code = code_on(tablet)
    assert [code_on(tablet) for _ in range(2)] == [code, code]
    assert waiting(house) == 1
    age(house)
    assert tablet.client.get("/koble/svar").json["state"] == "over"  # type: ignore[index]
    assert code_on(tablet) != code


def test_the_same_form_sent_twice_makes_one_tablet(house: House, browse: Browse, tablet: PageClient) -> None:
    leader, code = browse("leader"), code_on(tablet)
    data = form_on(leader.get(f"/koble/{code}"), "name") | {"name": "Stua", "screens": [house.screens[DOOR].id]}
    answers = [leader.post(f"/koble/{code}", data=data) for _ in range(2)]
    assert [(one.status_code, one.location) for one in answers] == [(303, f"/koble/{code}")] * 2
    assert names(house) == {"Inngang", "Kontoret", "Matutdeling", "Stua"}


def test_what_is_missing_is_said_and_what_was_filled_in_stays(house: House, browse: Browse, tablet: PageClient) -> None:
    leader, code = browse("leader"), code_on(tablet)
    page = leader.get(f"/koble/{code}")
    # The first screen's name is taken by a tablet: nothing is suggested.
    field = next(a for tag, a in page.tags if tag == "input" and a.get("name") == "name")
    assert field["value"] == ""
    all_screens = [house.screens[audience].id for audience in Audience]
    for said, more in (
        ("Skriv et navn på nettbrettet", {"name": "", "screens": all_screens}),
        ("Et annet nettbrett heter det", {"name": "inngang", "screens": all_screens[:1]}),
        ("Velg minst ett", {"name": "Stua", "screens": []}),
        ("trenger de andre en PIN", {"name": "Stua", "screens": all_screens}),
        ("En PIN er seks sifre", {"name": "Stua", "screens": all_screens, "pin": "123456"}),
        ("Velg minst ett", {"name": "Stua", "screens": [house.other_screens[DOOR].id]}),
    ):
        answer = leader.post(f"/koble/{code}", data=form_on(page, "name") | more)
        again = Page(answer.get_data(as_text=True))
        again.inspect()
        assert answer.status_code == 422
        assert said in again.text("main")
        assert more["name"] in again.values("value", "input")
    assert waiting(house) == 1
    assert approve(leader, code, all_screens, pin=PIN) == 303


def test_a_tablet_that_was_here_before_is_connected_again_as_itself(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, code, station_id = browse("leader"), code_on(tablet), first_station(house)
    page = leader.get(f"/koble/{code}")
    assert "Det er «Inngang»" in page.text("button")
    data = form_on(page, "station") | {"station": str(station_id)}
    assert leader.post(f"/koble/{code}", data=data).status_code == 303
    assert press(tablet) == (303, "/")
    assert names(house) == {"Inngang", "Kontoret", "Matutdeling"}
    assert browse("door").client.get("/").location == "/koble"


def test_a_leader_of_all_centres_chooses_the_centre(house: House, browse: Browse, tablet: PageClient) -> None:
    with writing(house.session):
        house.users["leader"].centre_id = None
        house.session.commit()
    leader, code = browse("leader"), code_on(tablet)
    page = leader.get(f"/koble/{code}?senter=andre")
    data = form_on(page, "name") | {"name": "Stua", "screens": [house.other_screens[STAFF].id]}
    answer = leader.post(f"/koble/{code}?senter=andre", data=data)
    assert answer.location == f"/koble/{code}?senter=andre"
    station = house.session.scalars(select(Station).where(Station.name == "Stua")).one()
    assert station.centre_id == house.other_centre.id
    assert "Stua" in leader.get("/nettbrett?senter=andre").text("h2")


def test_the_square_holds_the_address_for_a_phone_and_none_where_a_phone_would_find_itself(
    app: Flask, browse: Browse
) -> None:
    client = browse("nobody")
    for host, is_shown in (("192.168.1.20:8000", True), ("kiosk.local", True), ("127.0.0.1:8000", False)):
        client.client.delete_cookie("kiosk_pairing", path="/koble")
        html = client.client.get("/koble", base_url=f"http://{host}").get_data(as_text=True)
        assert ('<svg class="qr"' in html) is is_shown, host


def test_a_secret_that_nobody_gave_out_is_answered_with_a_new_code(browse: Browse) -> None:
    client = browse("nobody")
    for secret in ("", "x", "\u00e6" * 300, code_of("x")):
        client.client.set_cookie("kiosk_pairing", secret, path="/koble")
        assert client.client.get("/koble").status_code == 200
        assert client.client.get("/koble/svar").json["state"] == "waiting"  # type: ignore[index]


def test_who_approved_and_when_is_in_the_log(house: House, browse: Browse, tablet: PageClient) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    approve(browse("leader"), code_on(tablet), [house.screens[STAFF].id])
    entry = house.session.scalars(select(AuditEntry).where(AuditEntry.object == "Stua")).one()
    assert (entry.verb, entry.user_id, entry.new) == (
        "station.add",
        house.users["leader"].id,
        {"screens": ["Ansatt"]},
    )
    assert before < entry.at < datetime.now(UTC) and timedelta(minutes=10) == CODE_LASTS
