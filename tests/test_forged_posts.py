"""S2: a post that is forged, stale or from another origin changes no row, whatever it is sent to."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk.extensions import Base
from tests.build import PASSWORD, House
from tests.pages import PageClient
from tests.test_doors import ROUTES

pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]

POSTS = [path for method, path in ROUTES if method == "POST"]
# What tablets send: no token of a form, but an origin.
BY_TABLETS = [path for path in POSTS if path.startswith(("/tap", "/api/", "/matdag", "/skjerm/"))]
# Not there any more once the first start is finished.
OVER = [path for path in POSTS if path.startswith("/start")]
BY_PEOPLE = [path for path in POSTS if path not in BY_TABLETS + OVER]

FOREIGN = ["http://evil.example", "https://127.0.0.1", "http://localhost:81", "http://localhost.evil.example", "null"]


def rows(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database, but for when somebody was last seen and how many attempts are left."""
    house.session.rollback()
    tables = Base.metadata.tables.keys() - {"rate_bucket"}
    found = {}
    for name in sorted(tables):
        columns = ", ".join(f'"{one.name}"' for one in Base.metadata.tables[name].columns if one.name != "last_seen_at")
        found[name] = sorted(map(tuple, house.session.execute(text(f'SELECT {columns} FROM "{name}"'))), key=repr)
    house.session.commit()
    return found


def everything(**more: str) -> dict[str, str]:
    """Fields of all forms at once, filled in well."""
    fields = {"name": "Liv Leder", "password": PASSWORD, "again": PASSWORD, "present": PASSWORD, "role": "leader"}
    return fields | {"op_id": str(uuid4()), "id": str(uuid4()), "activity": "visit", "count": "1"} | more


def token_of(client: PageClient, path: str) -> str:
    return next(form["csrf_token"] for form in client.get(path).forms() if "csrf_token" in form)


def tap() -> dict[str, object]:
    record = {"id": str(uuid4()), "centre": "prove", "activity": "visit", "count": 1, "wall": 0}
    return {"kiosk": 1, "now": 0, "client": "test", "taps": [record]}


def test_every_post_is_of_a_tablet_or_of_a_person() -> None:
    assert len(BY_TABLETS) >= 7 and len(BY_PEOPLE) >= 30 and len(OVER) == 4


@pytest.mark.parametrize("kind", ["missing", "empty", "made up", "of another browser"])
def test_a_form_without_its_token_or_with_anothers_changes_nothing(browse: Browse, house: House, kind: str) -> None:
    leader, other = browse("leader"), browse("leader")
    tokens = {"missing": {}, "empty": {"csrf_token": ""}, "made up": {"csrf_token": "made up"}}
    token = tokens.get(kind, {"csrf_token": token_of(other, "/konto")})
    before = rows(house)
    answered = {path: leader.post(path, data=everything(**token)).status_code for path in BY_PEOPLE + OVER}
    assert answered == dict.fromkeys(BY_PEOPLE, 400) | dict.fromkeys(OVER, 404)
    assert rows(house) == before


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_post_of_another_origin_changes_nothing_even_with_the_right_token(
    browse: Browse, house: House, origin: str
) -> None:
    leader, door = browse("leader"), browse("door")
    fields = everything(csrf_token=token_of(leader, "/konto"))
    before = rows(house)
    headers = {"Origin": origin, "X-Kiosk": "1"}
    answered = {path: leader.post(path, data=fields, headers=headers).status_code for path in BY_PEOPLE + OVER}
    for path in BY_TABLETS:
        body = {"json": tap()} if path.startswith("/api/") else {"data": everything()}
        answered[path] = door.post(path, headers=headers, **body).status_code
    assert answered == dict.fromkeys(POSTS, 403)
    assert rows(house) == before


def test_a_form_from_before_sign_out_changes_nothing_after_it(browse: Browse, house: House) -> None:
    client = browse("leader")
    token = token_of(client, "/konto")
    client.submit("/konto", "/logg-ut")
    before = rows(house)
    # Without a session there is no token, and where none is needed nobody is signed in.
    for path in BY_PEOPLE:
        answer = client.post(path, data=everything(csrf_token=token, name="Ingen Her"))
        assert answer.status_code in (303, 400, 401, 403, 410, 422), (path, answer.status_code)
    assert rows(house) == before


def test_a_form_from_before_one_lost_the_role_changes_nothing(browse: Browse, house: House) -> None:
    own, staff = f"/folk/{house.users['leader'].id}", f"/folk/{house.users['staff'].id}"
    leader = browse("leader")
    token = token_of(leader, "/folk")
    leader.submit(staff, f"{staff}/rolle", role="leader")
    leader.submit(own, f"{own}/rolle", role="staff")
    before = rows(house)
    for path in BY_PEOPLE:
        if path.startswith(("/folk", "/oppsett", "/nettbrett")):
            assert leader.post(path, data=everything(csrf_token=token)).status_code == 403, path
    assert rows(house) == before


@pytest.mark.parametrize("path", ["/api/taps", "/api/health"])
def test_what_tablets_send_needs_a_header_that_no_form_can_send(browse: Browse, house: House, path: str) -> None:
    before = rows(house)
    assert browse("door").post(path, json=tap()).status_code == 400
    assert browse("door").post(path, data=tap(), headers={"X-Kiosk": "1"}).status_code == 415
    assert rows(house) == before


def test_the_same_origin_is_no_other_origin(app: Flask, browse: Browse, house: House) -> None:
    before = len(rows(house)["tally_event"])
    answer = browse("door").post("/api/taps", json=tap(), headers={"X-Kiosk": "1", "Origin": "http://localhost"})
    assert answer.status_code == 200 and len(rows(house)["tally_event"]) == before + 1
