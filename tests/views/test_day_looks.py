"""What I dag says needs a look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from kiosk.database import writing
from kiosk.domain.tallying import record_taps
from kiosk.models import Installation, Station
from tests.build import House, tap
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def hear_from_all(house: House) -> None:
    with writing(house.session):
        house.session.execute(update(Station).values(last_seen_at=datetime.now(UTC), pending=0, dead=0))
        house.session.commit()


def test_a_house_where_all_is_well_asks_for_nothing(browse: Browse, house: House) -> None:
    hear_from_all(house)
    page = browse("reader").get("/i-dag?senter=prove")
    assert "looks" not in page.values("class", "ul")
    assert "Inngang 0" in page.text("main") and "Stjålet" not in page.text("main")


def test_a_silent_tablet_one_that_keeps_taps_and_one_with_dead_taps_are_named(browse: Browse, house: House) -> None:
    hear_from_all(house)
    with writing(house.session):
        stations = {one.name: one for one in house.session.scalars(select(Station))}
        stations["Inngang"].last_seen_at = datetime.now(UTC) - timedelta(minutes=11)
        stations["Matutdeling"].oldest_hours = 1
        stations["Kontoret"].dead = 2
        stations["Andre inngang"].dead = 9
        house.session.commit()
    text = browse("leader").get("/i-dag").text("ul")
    assert "Inngang er stille" in text
    assert "Matutdeling har hatt trykk liggende i over en time" in text
    assert "Kontoret: 2 trykk kan ikke sendes" in text and "Andre inngang" not in text


def test_a_tablet_that_can_keep_no_tap_is_named(browse: Browse, house: House) -> None:
    hear_from_all(house)
    health = {"kiosk": 1, "client": "abc", "pending": None, "dead": None, "oldest": None}
    assert browse("door").post("/api/health", json=health, headers={"X-Kiosk": "1"}).status_code == 200
    page = browse("leader").get("/i-dag")
    assert "Inngang kan ikke ta vare på trykk" in page.text("ul")
    assert "Inngang ukjent" in page.text("main")


def test_held_taps_are_said_to_wait(browse: Browse, house: House) -> None:
    hear_from_all(house)
    with writing(house.session):
        record_taps(house.session, house.poster(), [tap("phone"), tap("sms")], datetime.now(UTC))
        house.session.commit()
    assert "2 trykk venter på gjennomsyn" in browse("leader").get("/i-dag").text("ul")


def test_a_server_clock_that_went_back_is_said_aloud(browse: Browse, house: House) -> None:
    hear_from_all(house)
    with writing(house.session):
        house.session.execute(update(Installation).values(high_water_on=datetime(2099, 1, 1, tzinfo=UTC).date()))
        house.session.commit()
    assert "Klokka på kioskens server går feil" in browse("leader").get("/i-dag").text("ul")
