"""Which language a page is in: what the address asks for, what a person chose, what the installation speaks."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk import create_app
from kiosk.extensions import db
from kiosk.models import Button
from tests.build import House
from tests.pages import Page, PageClient

Browse = Callable[[str], PageClient]


def language(page: Page) -> str:
    (said,) = page.values("lang", "html")
    return said


def choose(client: PageClient, chosen: str) -> None:
    assert client.submit("/konto", "/konto/sprak", language=chosen).location == "/konto"


@pytest.mark.parametrize("path", ["/i-dag", "/aar/2026", "/trykk", "/konto", "/etterregistrer", "/nowhere"])
def test_what_a_person_chose_holds_on_every_page_of_the_browser(browse: Browse, path: str) -> None:
    client = browse("staff")
    assert language(client.get("/i-dag")) == "nb"
    choose(client, "nn")
    assert language(client.get(path, status=404 if path == "/nowhere" else 200)) == "nn"
    assert language(client.get("/i-dag?sprak=en")) == "en"


def test_it_outlives_the_sign_in(browse: Browse) -> None:
    client = browse("staff")
    choose(client, "nn")
    client.submit("/i-dag", "/logg-ut")
    assert "Eg har fått ein eingongskode" in client.get("/logg-inn").text("main")


def test_a_language_that_nobody_wrote_is_refused(browse: Browse) -> None:
    client = browse("staff")
    for wrong in ("", "fi", "nb-NO"):
        assert client.submit("/konto", "/konto/sprak", language=wrong).status_code == 400
    assert language(client.get("/konto")) == "nb"


def test_a_tablet_speaks_its_own_whatever_a_person_chose_in_this_browser_before(browse: Browse) -> None:
    door = browse("door")
    door.client.set_cookie("kiosk_language", "en")
    assert language(door.get("/")) == "nb"
    assert language(door.get("/?sprak=nn")) == "nn" and "Eg er her" in door.get("/?sprak=nn").text("main")


def test_an_installation_has_a_language_of_its_own(environ: dict[str, str], house: House) -> None:
    app = create_app(environ | {"KIOSK_LANGUAGE": "nn"})
    door = PageClient(app, station=house.tablets["door"])
    assert language(door.get("/")) == "nn"
    assert language(door.get("/?sprak=nb")) == "nb"
    assert door.client.get("/manifest.webmanifest").json["lang"] == "nn"
    with app.app_context():
        db.engine.dispose()


def test_a_buttons_own_words_stand_on_it_also_for_who_reads_another_language(house: House, browse: Browse) -> None:
    of_lunch = select(Button).where(Button.activity_id == house.activities["lunch"].id)
    lunch = house.session.scalars(of_lunch).first()
    assert lunch is not None
    lunch.labels = {"nb": "Middag"}
    house.session.commit()
    english = browse("door").get("/?sprak=en")
    assert "Middag" in english.text("main")
    # A voice that reads English must not read these words as English.
    spans = [one for tag, one in english.tags if tag == "span" and one.get("class") == "word"]
    assert [one.get("lang") for one in spans] == [None, "nb"]
    assert browse("door").get("/").values("lang", "span") == []
    lunch.labels = {"nn": "Middagsmat"}
    house.session.commit()
    assert "Lunsj" in browse("door").get("/").text("main")
    assert "Middagsmat" in browse("door").get("/?sprak=nn").text("main")
