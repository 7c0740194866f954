"""The link that makes a browser the door tablet."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.domain import pairing
from kiosk.kinds import Audience
from tests.build import House
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


@pytest.fixture
def code(house: House) -> str:
    code = pairing.add_station(
        house.session, house.screens[Audience.PARTICIPANT], "Ny inngang", datetime.now(UTC), is_paired=False
    )
    house.session.commit()
    return code


def test_the_link_asks_and_then_makes_this_browser_a_tablet_and_no_person(browse: Browse, code: str) -> None:
    client = browse("leader")
    page = client.get(f"/koble?kode={code}")
    assert "Ny inngang" in page.text("main")
    form = next(form for form in page.forms() if "code" in form)
    answer = client.post(form.pop("action"), data=form)
    assert answer.status_code == 303
    assert "HttpOnly" in answer.headers["Set-Cookie"] and "SameSite=Strict" in answer.headers["Set-Cookie"]
    assert client.get("/").values("data-activity") == ["visit", "lunch"]
    assert client.client.get("/i-dag").status_code == 404


def test_looking_at_the_link_does_not_use_it_up_but_pairing_does(browse: Browse, code: str) -> None:
    for _ in range(2):
        page = browse("nobody").get(f"/koble?kode={code}")
    first, second = browse("nobody"), browse("nobody")
    forms = [next(form for form in one.get(f"/koble?kode={code}").forms() if "code" in form) for one in (first, second)]
    assert first.post("/koble", data=forms[0]).status_code == 303
    assert second.post("/koble", data=forms[1]).status_code == 410
    assert "Ny inngang" in page.text("main")
    second.get("/koble?kode=" + code, status=410)


def test_a_link_that_was_never_made_leads_nowhere(browse: Browse) -> None:
    for path in ("/koble", "/koble?kode=", "/koble?kode=guess"):
        browse("nobody").get(path, status=410)
