"""The leader's pages about people."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain import access
from kiosk.kinds import Role
from kiosk.models import AuditEntry, User
from tests import build
from tests.build import PASSWORD, House
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]
CODE = re.compile(r"\b[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}\b")
NEW_PASSWORD = "tre katter spiser fisk"


def add_ny(client: PageClient, **fields: str) -> str:
    """Add Ny Ansatt. Returns where the code is shown."""
    answer = client.submit("/folk/ny", "/folk/ny", **({"name": "Ny Ansatt", "role": "staff"} | fields))
    assert answer.status_code == 303
    return answer.location


def user_of(house: House, name: str) -> User:
    house.session.expire_all()
    return house.session.scalars(select(User).where(User.name == name)).one()


def shown_code(page: Page) -> str:
    found = CODE.search(page.text())
    assert found
    return found.group()


def sign_in_with(client: PageClient, name: str, code: str) -> None:
    fields = {"name": name, "code": code, "password": NEW_PASSWORD, "again": NEW_PASSWORD}
    assert client.submit("/nytt-passord", "/nytt-passord", **fields).location == "/"


def test_from_adding_somebody_to_their_first_sign_in(browse: Browse, house: House) -> None:
    leader, new = browse("leader"), browse("nobody")
    page = leader.get(add_ny(leader))
    assert "http://localhost/nytt-passord" in page.text() and "Ny Ansatt" in page.text()
    sign_in_with(new, "ny ansatt", shown_code(page).lower())
    assert "Prøvesenteret" in new.get("/i-dag").text()
    assert access.check_password(house.session, "Ny Ansatt", NEW_PASSWORD)


def test_the_form_sent_twice_makes_one_person_and_shows_the_same_code(browse: Browse, house: House) -> None:
    leader = browse("leader")
    form = next(form for form in leader.get("/folk/ny").forms() if form["action"] == "/folk/ny")
    data = form | {"name": "Ny Ansatt", "role": "staff"}
    one, other = (leader.post("/folk/ny", data=data) for _ in range(2))
    assert (one.status_code, one.location) == (other.status_code, other.location) == (303, one.location)
    assert shown_code(leader.get(one.location)) == shown_code(leader.get(other.location))
    assert user_of(house, "Ny Ansatt").code_hash


def test_the_code_is_shown_in_the_browser_that_made_it_until_it_is_used(browse: Browse, house: House) -> None:
    leader = browse("leader")
    where = add_ny(leader)
    code = shown_code(leader.get(where))
    assert CODE.search(browse("leader").get(where).text()) is None
    assert CODE.search(leader.get(where.replace("op=", f"op={uuid4()}&x=")).text()) is None
    sign_in_with(browse("nobody"), "Ny Ansatt", code)
    assert CODE.search(leader.get(where).text()) is None
    assert code.replace("-", "") not in where and str(user_of(house, "Ny Ansatt").id) in where


@pytest.mark.parametrize("query", ["", "?op=", "?op=nothing", "?op=" + "0" * 32])
def test_there_is_no_code_for_an_address_that_somebody_made_up(browse: Browse, house: House, query: str) -> None:
    page = browse("leader").get(f"/folk/{house.users['staff'].id}/kode{query}")
    assert CODE.search(page.text()) is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": ""}, "Skriv et navn"),
        ({"name": "stian ANSATT"}, "Noen heter det allerede"),
        ({"name": "\u202e"}, "Skriv et navn"),
        ({"name": "x" * 10_000}, "Navnet er for langt"),
        ({"role": "boss"}, "Velg en rolle"),
        ({"role": ""}, "Velg en rolle"),
        ({"op_id": "old"}, "Siden var for gammel"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    browse: Browse, house: House, fields: dict[str, str], said: str
) -> None:
    answer = browse("leader").submit("/folk/ny", "/folk/ny", **({"name": "Ny Ansatt", "role": "staff"} | fields))
    html = answer.get_data(as_text=True)
    Page(html).inspect()
    assert answer.status_code == 422 and said in html
    assert fields.get("name", "Ny Ansatt")[:80] in html
    assert house.session.scalar(select(User.id).where(User.name == "Ny Ansatt")) is None


def test_a_leader_of_one_centre_is_not_asked_where_and_cannot_say_it(browse: Browse, house: House) -> None:
    leader = browse("leader")
    assert "Alle sentre" not in leader.get("/folk/ny").text("form")
    add_ny(leader, centre="")
    assert user_of(house, "Ny Ansatt").centre_id == house.centre.id


def test_who_leads_all_centres_says_where(browse: Browse, house: House) -> None:
    house.users["alma"] = build.user("Alma Alle", Role.LEADER, None)
    house.session.add(house.users["alma"])
    with writing(house.session):
        house.session.commit()
    alma = browse("alma")
    assert "Andresenteret" in alma.get("/folk").text() and "Rigmor Leser" in alma.get("/folk").text()
    add_ny(alma, centre="andre")
    assert user_of(house, "Ny Ansatt").centre_id == house.other_centre.id
    add_ny(alma, name="Ny Leser", centre="")
    assert user_of(house, "Ny Leser").centre_id is None
    refused = alma.submit("/folk/ny", "/folk/ny", name="Enda En", role="staff", centre="nowhere")
    assert refused.status_code == 422 and "Velg et senter" in refused.get_data(as_text=True)


def test_a_role_is_changed_and_said_once(browse: Browse, house: House) -> None:
    leader, path = browse("leader"), f"/folk/{house.users['staff'].id}"
    assert leader.submit(path, f"{path}/rolle", role="leader").location == path
    assert "Rollen er endret" in leader.get(path).text()
    assert "Rollen er endret" not in leader.get(path).text()
    assert user_of(house, "Stian Ansatt").role is Role.LEADER


def test_closing_and_opening_access(browse: Browse, house: House) -> None:
    leader, staff, path = browse("leader"), browse("staff"), f"/folk/{house.users['staff'].id}"
    staff.get("/i-dag")
    assert leader.submit(path, f"{path}/steng").location == path
    assert staff.client.get("/i-dag").location == "/logg-inn?next=/i-dag"
    assert "Stengt ute" in leader.get(path).text() and "Stengt ute" in leader.get("/folk").text()
    assert leader.submit(path, f"{path}/apne").location == path
    assert user_of(house, "Stian Ansatt").disabled_at is None
    assert staff.client.get("/i-dag").location == "/logg-inn?next=/i-dag"


def test_a_reset_shows_a_code_that_gets_the_person_in_again(browse: Browse, house: House) -> None:
    leader, staff, path = browse("leader"), browse("staff"), f"/folk/{house.users['staff'].id}"
    where = leader.submit(path, f"{path}/kode").location
    assert staff.client.get("/i-dag").status_code == 303
    sign_in_with(staff, "Stian Ansatt", shown_code(leader.get(where)))
    staff.get("/i-dag")


def test_the_last_leader_is_told_why_she_stays(browse: Browse, house: House) -> None:
    leader, path = browse("leader"), f"/folk/{house.users['leader'].id}"
    for action, fields in (("steng", {}), ("rolle", {"role": "reader"})):
        answer = leader.submit(path, f"{path}/{action}", **fields)
        assert answer.status_code == 409 and "Et senter må ha en leder" in answer.get_data(as_text=True)
        Page(answer.get_data(as_text=True)).inspect()
    leader.get("/folk")


def test_who_gives_up_the_own_role_is_led_to_a_page_that_is_still_theirs(browse: Browse, house: House) -> None:
    staff_path, own_path = f"/folk/{house.users['staff'].id}", f"/folk/{house.users['leader'].id}"
    leader = browse("leader")
    leader.submit(staff_path, f"{staff_path}/rolle", role="leader")
    assert leader.submit(own_path, f"{own_path}/rolle", role="staff").location == "/"
    assert leader.client.get("/folk").status_code == 403


def test_a_form_about_somebody_of_another_centre_is_sent_in_vain(browse: Browse, house: House) -> None:
    leader = browse("leader")
    own = next(form for form in leader.get("/folk/2").forms() if form["action"] == "/folk/2/steng")
    for who in ("elsewhere", "leader elsewhere", "reader"):
        user_id = house.users[who].id
        for action in ("steng", "apne", "kode", "rolle"):
            data = own | {"op_id": str(uuid4()), "role": "reader"}
            assert leader.post(f"/folk/{user_id}/{action}", data=data).status_code == 404
        house.session.expire_all()
        user = house.session.get_one(User, user_id)
        assert (user.disabled_at, user.code_hash) == (None, None)
    assert access.check_password(house.session, "Olav Annetsted", PASSWORD)


@pytest.mark.parametrize("user_id", ["0", "99999", "9" * 30])
def test_nobody_is_found_under_a_number_that_is_nobodys(browse: Browse, user_id: str) -> None:
    browse("leader").get(f"/folk/{user_id}", status=404)


def test_every_change_has_its_line_with_who_made_it(browse: Browse, house: House) -> None:
    leader, path = browse("leader"), f"/folk/{house.users['staff'].id}"
    add_ny(leader)
    for action in ("steng", "apne", "kode"):
        leader.submit(path, f"{path}/{action}")
    leader.submit(path, f"{path}/rolle", role="reader")
    entries = house.session.scalars(select(AuditEntry).where(AuditEntry.verb.startswith("user.")))
    assert [(one.verb, one.object, one.user_id, one.centre_id) for one in entries] == [
        (f"user.{verb}", name, house.users["leader"].id, house.centre.id)
        for verb, name in (
            ("add", "Ny Ansatt"),
            ("disable", "Stian Ansatt"),
            ("enable", "Stian Ansatt"),
            ("reset", "Stian Ansatt"),
            ("change", "Stian Ansatt"),
        )
    ]


def test_only_a_leader_is_shown_the_way_there(browse: Browse) -> None:
    assert "/folk" in browse("leader").get("/i-dag").values("href", "a")
    assert "/folk" not in browse("staff").get("/i-dag").values("href", "a")
    assert "/konto" in browse("reader").get("/i-dag").values("href", "a")
