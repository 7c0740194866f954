"""Who may not pair, and with what not: each is refused in words, and nothing is approved."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from kiosk.database import writing
from kiosk.domain import stations
from kiosk.domain.access import FRESH
from kiosk.kinds import Audience
from kiosk.models import SignIn
from tests.build import PASSWORD, House
from tests.pages import PageClient
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

DOOR = Audience.PARTICIPANT


@pytest.fixture
def tablet(browse: Browse) -> PageClient:
    """A browser that has opened /koble and waits."""
    return open_koble(browse)


def make_stale(house: House) -> None:
    """Everybody typed the password a while ago."""
    long_ago = datetime.now(UTC) - FRESH
    with writing(house.session):
        house.session.execute(update(SignIn).values(confirmed_at=long_ago))
        house.session.commit()


def test_an_expired_a_used_and_a_guessed_code_are_refused_in_words_with_a_field_for_another(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, screens = browse("leader"), [house.screens[DOOR].id]
    used, late = code_on(tablet), browse("nobody")
    form = form_on(leader.get(f"/koble/{used}"), "name")
    assert approve(leader, used, screens) == 303
    # The page of it was still open in another tab.
    answer = leader.post(f"/koble/{used}", data=leader_form(leader, house, form, screens))
    assert answer.status_code == 410 and "Denne koden er brukt" in answer.get_data(as_text=True)
    too_old = code_on(late)
    data = form_on(leader.get(f"/koble/{too_old}"), "name") | {"name": "Gangen", "screens": screens}
    age(house)
    for said, code in (("for gammel", too_old), ("Ingen nettbrett viser denne koden", "BCDFHJKL")):
        page = leader.get(f"/koble/{code}", status=410)
        assert said in page.text("main") and code in page.values("value", "input")
        answer = leader.post(f"/koble/{code}", data=data)
        assert answer.status_code == 410 and said in answer.get_data(as_text=True)
    assert names(house) == {"Inngang", "Kontoret", "Matutdeling", "Stua"}


def leader_form(leader: PageClient, house: House, form: dict[str, str], screens: list[int]) -> dict[str, object]:
    """A form of its own, not the same one sent twice."""
    other = form_on(leader.get("/nettbrett/" + str(first_station(house))), "name")
    return form | {"op_id": other["op_id"], "name": "Gangen", "screens": screens}


@pytest.mark.parametrize("who", ["staff", "reader", "elsewhere"])
def test_staff_and_readers_approve_nothing(house: House, browse: Browse, tablet: PageClient, who: str) -> None:
    code, page = code_on(tablet), browse("leader").get(f"/koble/{code_on(tablet)}")
    person = browse(who)
    assert person.client.get(f"/koble/{code}").status_code == 403
    token = person.get("/i-dag").forms()[-1]["csrf_token"]
    data = form_on(page, "name") | {"csrf_token": token, "name": "Stua", "screens": [house.screens[DOOR].id]}
    assert person.post(f"/koble/{code}", data=data).status_code == 403
    assert waiting(house) == 1 and press(tablet) == (303, "/koble")


def test_who_typed_the_password_long_ago_types_it_again_and_comes_back(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, code = browse("leader"), code_on(tablet)
    data = form_on(leader.get(f"/koble/{code}"), "name") | {"name": "Stua", "screens": [house.screens[DOOR].id]}
    make_stale(house)
    asked = f"/bekreft?next=/koble/{code}"
    assert leader.client.get(f"/koble/{code}").location == asked
    assert leader.post(f"/koble/{code}", data=data).location == asked
    assert waiting(house) == 1
    form = leader.get(asked).forms()[-1]
    wrong = leader.post(asked, data={"csrf_token": form["csrf_token"], "password": "ikke passordet mitt"})
    assert wrong.status_code == 422 and "Passordet stemmer ikke" in wrong.get_data(as_text=True)
    assert leader.client.get(f"/koble/{code}").location == asked
    right = leader.post(form["action"], data={"csrf_token": form["csrf_token"], "password": PASSWORD})
    assert right.location == f"/koble/{code}"
    assert approve(leader, code, [house.screens[DOOR].id]) == 303


def test_the_password_leads_back_to_own_pages_only_and_is_not_guessed_at(browse: Browse) -> None:
    leader = browse("leader")
    form = leader.get("/bekreft").forms()[-1]
    right = {"csrf_token": form["csrf_token"], "password": PASSWORD}
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/nowhere"):
        assert leader.client.post("/bekreft", query_string={"next": target}, data=right).location == "/"
    statuses = [leader.post("/bekreft", data=right | {"password": "feil"}).status_code for _ in range(21)]
    assert statuses == [422] * 20 + [429]
    assert leader.post("/bekreft", data=right).status_code == 429
    # Another person's tries are another person's.
    other = browse("staff")
    token = other.get("/bekreft").forms()[-1]["csrf_token"]
    assert other.post("/bekreft", data={"csrf_token": token, "password": PASSWORD}).status_code == 303


def test_a_leader_who_guesses_is_stopped_and_another_is_not(house: House, browse: Browse, tablet: PageClient) -> None:
    leader = browse("leader")
    statuses = [leader.client.get("/koble/BCDFHJKL").status_code for _ in range(21)]
    assert statuses == [410] * 20 + [429]
    stopped = leader.client.get(f"/koble/{code_on(tablet)}")
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    assert "For mange gale koder" in stopped.get_data(as_text=True)
    with writing(house.session):
        house.users["staff"].role = house.users["leader"].role
        house.session.commit()
    assert browse("staff").client.get(f"/koble/{code_on(tablet)}").status_code == 200


def test_right_codes_and_waiting_pages_are_no_guesses(house: House, browse: Browse, tablet: PageClient) -> None:
    leader, code = browse("leader"), code_on(tablet)
    assert {leader.client.get(f"/koble/{code}").status_code for _ in range(30)} == {200}


def test_another_centres_tablet_and_screens_are_not_within_reach(
    house: House, browse: Browse, tablet: PageClient
) -> None:
    leader, code = browse("leader"), code_on(tablet)
    other = stations.list_stations(house.session, house.other_centre.id)[0]
    data = form_on(leader.get(f"/koble/{code}"), "station") | {"station": str(other.id)}
    assert leader.post(f"/koble/{code}", data=data).status_code == 404
    assert leader.client.get(f"/koble/{code}?senter=andre").status_code == 404
    assert waiting(house) == 1


def test_a_form_without_its_token_approves_nothing(house: House, browse: Browse, tablet: PageClient) -> None:
    code = code_on(tablet)
    data = {"name": "Stua", "screens": [house.screens[DOOR].id], "op_id": "9a6a3b7e-6f3c-4b62-9d5e-0c9a3f6f9f10"}
    assert browse("leader").post(f"/koble/{code}", data=data).status_code == 400
    assert tablet.post("/koble").status_code == 400
    assert waiting(house) == 1
