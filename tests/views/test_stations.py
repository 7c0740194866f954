"""The leader's pages about tablets."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from flask import Flask

from kiosk.database import writing
from kiosk.domain import locking, stations
from kiosk.kinds import Audience
from kiosk.models import Station
from tests.build import PIN, House, tablet_with_pin
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]


def station(house: House, name: str = "Inngang") -> Station:
    house.session.rollback()
    house.session.expire_all()
    return stations.find_named_station(house.session, house.centre.id, name)


def fields(page: Page, name: str) -> dict[str, str]:
    form = next(form for form in page.forms() if name in form)
    return {key: form[key] for key in ("csrf_token", "op_id")}


def test_all_tablets_stand_with_screens_and_health_and_those_cut_off_do_not(house: House, browse: Browse) -> None:
    with writing(house.session):
        one = station(house)
        one.last_seen_at, one.pending = datetime.now(UTC), 3
        screens = [house.screens[Audience.VOLUNTEER], house.screens[Audience.STAFF]]
        stations.add_station(house.session, screens, "Lageret", datetime.now(UTC))
        house.session.commit()
    page = browse("leader").get("/nettbrett")
    for words in (
        "Inngang",
        "3 trykk venter",
        "Frivillig · Ansatt",
        "Ikke koblet til ennå",
        "Koblet til, men ikke sett",
    ):
        assert words in page.text("main"), words
    assert "Stjålet" not in page.text() and "Andre inngang" not in page.text()


def test_a_tablet_that_can_keep_no_tap_is_told_from_one_on_which_none_waits(house: House, browse: Browse) -> None:
    with writing(house.session):
        one = station(house)
        one.last_seen_at, one.pending = datetime.now(UTC), None
        house.session.commit()
    text = browse("leader").get("/nettbrett").text("main")
    assert "Det kan ikke ta vare på trykk" in text and "ingen trykk venter" not in text
    with writing(house.session):
        station(house).pending = 0
        house.session.commit()
    text = browse("leader").get("/nettbrett").text("main")
    assert "ingen trykk venter" in text and "Det kan ikke ta vare på trykk" not in text


def test_with_no_tablets_the_page_says_what_to_do_first(house: House, browse: Browse) -> None:
    with writing(house.session):
        for one in stations.list_stations(house.session, house.centre.id):
            stations.revoke(house.session, one, datetime.now(UTC), None)
        house.session.commit()
    assert "Ingen nettbrett er koblet til ennå" in browse("leader").get("/nettbrett").text("main")
    assert "/nettbrett" in browse("leader").get("/i-dag").values("href", "a")
    assert "/nettbrett" not in browse("reader").get("/i-dag").values("href", "a")


def page_at(leader: PageClient, origin: str) -> Page:
    """As a browser sees it that has come by this address."""
    cookie = leader.client.get_cookie("kiosk_session")
    assert cookie is not None
    leader.client.set_cookie("kiosk_session", cookie.value, domain=urlsplit(origin).hostname or "")
    return Page(leader.client.get("/nettbrett", base_url=origin).get_data(as_text=True))


@pytest.mark.parametrize(
    ("host", "listens_on", "shown"),
    [
        ("127.0.0.1:8000", "127.0.0.1", "KIOSK_HOST=0.0.0.0 make run"),
        ("127.0.0.1:8000", "192.168.1.20", "http://192.168.1.20:8000/koble"),
        ("192.168.1.20:8000", "0.0.0.0", "http://192.168.1.20:8000/koble"),  # noqa: S104
    ],
)
def test_the_page_says_at_which_address_tablets_find_the_kiosk_and_how_to_open_it_to_them(
    app: Flask, browse: Browse, host: str, listens_on: str, shown: str
) -> None:
    app.config["KIOSK_HOST"] = listens_on
    main = page_at(browse("leader"), f"http://{host}").text("main")
    assert shown in main and ("Uten HTTPS" in main or "Med HTTPS" in main)


def test_over_https_the_page_says_so(app: Flask, browse: Browse) -> None:
    app.config["KIOSK_TRUSTED_HOSTS"] = ("kiosk.example",)
    main = page_at(browse("leader"), "https://kiosk.example").text("main")
    assert "https://kiosk.example/koble" in main and "Adressen har HTTPS" in main


def test_a_tablet_gets_another_name_and_other_screens_and_shows_them_at_once(house: House, browse: Browse) -> None:
    leader, one = browse("leader"), station(house)
    path = f"/nettbrett/{one.id}"
    page = leader.get(path)
    boxes = [a for tag, a in page.tags if tag == "input" and a.get("name") == "screens"]
    assert [("checked" in a) for a in boxes] == [True, False, False]
    data = fields(page, "name") | {"name": "Gangen", "screens": [house.screens[Audience.STAFF].id]}
    assert leader.post(path, data=data).location == "/nettbrett"
    assert station(house, "Gangen").id == one.id
    assert "sms" in browse("door").get("/").values("data-activity")


def test_what_is_refused_is_said_at_its_field_and_nothing_is_lost(house: House, browse: Browse) -> None:
    leader, path = browse("leader"), f"/nettbrett/{station(house).id}"
    page, all_screens = leader.get(path), [one.id for one in house.screens.values()]
    for said, name, screens in (
        ("Skriv et navn", "", all_screens[:1]),
        ("Et annet nettbrett heter det", "Kontoret", all_screens[:1]),
        ("Velg minst ett", "Gangen", []),
        ("trenger de andre en PIN", "Gangen", all_screens),
    ):
        answer = leader.post(path, data=fields(page, "name") | {"name": name, "screens": screens})
        again = Page(answer.get_data(as_text=True))
        again.inspect()
        assert (answer.status_code, said in again.text("main")) == (422, True), said
        assert name in again.values("value", "input")
    assert station(house).screen_id == all_screens[0]


def test_a_pin_is_set_and_then_other_screens_may_stand_beside_the_participants(house: House, browse: Browse) -> None:
    leader, path = browse("leader"), f"/nettbrett/{station(house).id}"
    page = leader.get(path)
    assert "Det er ingen ennå" in page.text("main")
    for wrong in ("", "12345", "111111"):
        answer = leader.post(f"{path}/pin", data=fields(page, "pin") | {"pin": wrong})
        again = Page(answer.get_data(as_text=True))
        again.inspect()
        # The other form on the page is as it was.
        assert answer.status_code == 422 and "Inngang" in again.values("value", "input")
    answer = leader.post(f"{path}/pin", data=fields(page, "pin") | {"pin": PIN})
    assert answer.location == "/nettbrett" and PIN not in leader.client.get(path).get_data(as_text=True)
    data = fields(leader.get(path), "name") | {"name": "Inngang", "screens": [o.id for o in house.screens.values()]}
    assert leader.post(path, data=data).status_code == 303
    assert "Inngang · Frivillig · Ansatt" in leader.get("/nettbrett").text("main")


def test_cutting_off_asks_first_and_then_is_done_at_once(house: House, browse: Browse) -> None:
    leader, one, door = browse("leader"), station(house), browse("door")
    path = f"/nettbrett/{one.id}/koble-fra"
    page = leader.get(path)
    assert "Koble fra «Inngang»?" in page.text("h1")
    assert door.get("/").values("data-activity")
    form = next(form for form in page.forms() if "op_id" in form)
    for _ in range(2):
        # Sent twice it does no more.
        assert leader.post(path, data=form).location == "/nettbrett"
    assert door.client.get("/").location == "/koble"
    assert door.post_taps({"kiosk": 1, "now": 0, "taps": []}).status_code == 401
    leader.get(path, status=404)


def test_a_leader_is_told_of_many_wrong_pins_on_i_dag_and_here_and_nobody_else_is(house: House, browse: Browse) -> None:
    tablet_with_pin(house, "Stua")
    with writing(house.session):
        station(house, "Stua").wrong_pins = locking.TELL_AFTER
        house.session.commit()
    for path in ("/i-dag", "/nettbrett", f"/nettbrett/{station(house, 'Stua').id}"):
        assert "eil PIN er tastet 10 ganger på rad" in browse("leader").get(path).text("main")
    for who in ("staff", "reader"):
        assert "PIN" not in browse(who).get("/i-dag").text("main")


def test_another_centres_tablets_are_not_within_reach(house: House, browse: Browse) -> None:
    other = stations.list_stations(house.session, house.other_centre.id)[0]
    for path in (f"/nettbrett/{other.id}", f"/nettbrett/{other.id}/koble-fra", "/nettbrett/999999"):
        browse("leader").get(path, status=404)
    token = browse("leader").get("/nettbrett").forms()[-1]["csrf_token"]
    for path in (f"/nettbrett/{other.id}/pin", f"/nettbrett/{other.id}"):
        assert browse("leader").post(path, data={"csrf_token": token, "pin": PIN}).status_code in (400, 404)


def test_forms_without_their_token_change_nothing(house: House, browse: Browse) -> None:
    one = station(house)
    for path in (f"/nettbrett/{one.id}", f"/nettbrett/{one.id}/pin", f"/nettbrett/{one.id}/koble-fra"):
        assert browse("leader").post(path, data={"name": "Borte", "pin": PIN, "screens": []}).status_code == 400
    assert (station(house).name, station(house).pin_hash, station(house).revoked_at) == ("Inngang", None, None)
