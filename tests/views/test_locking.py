"""A tablet's further screens, and its keypad as a plain form."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from kiosk.database import writing
from kiosk.domain import stations
from kiosk.domain.locking import IDLE, TRIES
from kiosk.kinds import Audience
from kiosk.models import Station
from tests.build import PIN, House, tablet_with_pin
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]


@pytest.fixture
def stua(house: House, browse: Browse) -> PageClient:
    """A door tablet with the other screens behind PIN."""
    house.tablets["several"] = tablet_with_pin(house, "Stua")
    return browse("several")


@pytest.fixture
def path(house: House) -> str:
    """Of the volunteers' screen."""
    return f"/skjerm/{house.screens[Audience.VOLUNTEER].id}"


def station(house: House) -> Station:
    house.session.rollback()
    house.session.expire_all()
    return stations.find_named_station(house.session, house.centre.id, "Stua")


def type_pin(tablet: PageClient, path: str, pin: str) -> Page | str:
    """Digit by digit, as the form does without JavaScript. Returns the page after the last, or where it led."""
    page = tablet.get(f"{path}/pin")
    for digit in pin:
        form = next(form for form in page.forms() if "typed" in form)
        answer = tablet.post(form["action"], data={"typed": form["typed"], "digit": digit})
        if answer.location:
            return answer.location
        page = Page(answer.get_data(as_text=True))
        page.inspect()
    return page


def test_the_door_offers_the_other_screens_and_a_door_alone_offers_none(
    house: House, browse: Browse, stua: PageClient, path: str
) -> None:
    assert path in stua.get("/").values("href", "a")
    assert not [href for href in browse("door").get("/").values("href", "a") if href.startswith("/skjerm")]


def test_the_pin_opens_the_screen_digit_by_digit_and_the_screen_can_be_locked(
    house: House, stua: PageClient, path: str
) -> None:
    assert stua.client.get(path).location == f"{path}/pin"
    assert type_pin(stua, path, PIN) == path
    page = stua.get(path)
    assert page.text("h1") == "Frivillig" and "food_bag" in page.values("data-activity")
    # The PIN opens all of them, and the keypad has nothing more to ask.
    other = f"/skjerm/{house.screens[Audience.STAFF].id}"
    assert other in page.values("href", "a") and stua.get(other).text("h1") == "Ansatt"
    assert stua.client.get(f"{path}/pin").location == path
    assert stua.post("/skjerm/las").location == "/"
    assert stua.client.get(path).location == f"{path}/pin"


def test_a_slip_is_deleted(stua: PageClient, path: str) -> None:
    html = stua.post(f"{path}/pin", data={"typed": "12", "delete": "1"}).get_data(as_text=True)
    assert next(form for form in Page(html).forms() if "typed" in form)["typed"] == "1"
    assert "1 av 6 sifre" in html


def test_a_wrong_pin_says_how_many_tries_are_left_and_begins_anew(stua: PageClient, path: str) -> None:
    page = type_pin(stua, path, "999999")
    assert isinstance(page, Page) and "Feil PIN. 4 forsøk igjen." in page.text("main")
    assert next(form for form in page.forms() if "typed" in form)["typed"] == ""


def test_after_five_wrong_ones_the_tablet_rests_also_for_the_right_one_and_says_how_long(
    house: House, stua: PageClient, path: str
) -> None:
    answers = [stua.post(f"{path}/pin", data={"typed": "999999"}) for _ in range(TRIES)]
    assert [one.status_code for one in answers] == [422] * (TRIES - 1) + [429]
    rest = stua.post(f"{path}/pin", data={"typed": PIN})
    page = Page(rest.get_data(as_text=True))
    page.inspect()
    assert rest.status_code == 429 and 0 < int(rest.headers["Retry-After"]) <= 300
    assert "Vent 5 minutter" in page.text("main") and not page.forms() and "/" in page.values("href", "a")
    # Another tablet is not asked to wait.
    assert station(house).wrong_pins == TRIES
    # What is on the door counts all the time.
    assert stua.get("/").values("data-activity") == ["visit", "lunch"]


def test_the_screen_closes_by_itself_and_who_is_there_keeps_it_open(house: House, stua: PageClient, path: str) -> None:
    def age(seconds: float) -> None:
        with writing(house.session):
            station(house).opened_at = datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds, UTC)
            house.session.commit()

    type_pin(stua, path, PIN)
    age(IDLE.total_seconds() - 5)
    assert stua.post("/skjerm/her").status_code == 204
    age(IDLE.total_seconds() - 5)
    stua.get(path)
    assert station(house).opened_at > datetime.now(UTC) - IDLE / 2  # type: ignore[operator]
    age(IDLE.total_seconds())
    assert stua.post("/skjerm/her").status_code == 410
    assert stua.client.get(path).location == f"{path}/pin"


def test_a_tap_by_form_leads_back_to_the_screen_it_was_made_on(house: House, stua: PageClient, path: str) -> None:
    type_pin(stua, path, PIN)
    form = next(form for form in stua.get(path).forms() if form.get("activity") == "food_bag")
    answer = stua.post(form.pop("action"), data=form)
    assert answer.location == f"{path}?takk={form['id']}"
    assert "Takk!" in stua.get(answer.location).text("main")
    assert [one.audience for one in house.ledger()] == [Audience.VOLUNTEER]


def test_screens_beside_one_for_those_who_work_here_need_no_pin(house: House, browse: Browse) -> None:
    with writing(house.session):
        screens = [house.screens[Audience.VOLUNTEER], house.screens[Audience.STAFF]]
        one = stations.add_station(house.session, screens, "Lageret", datetime.now(UTC))
        house.tablets["store"] = stations.pair(house.session, one, datetime.now(UTC))
        house.session.commit()
    tablet, path = browse("store"), f"/skjerm/{house.screens[Audience.STAFF].id}"
    assert path in tablet.get("/").values("href", "a")
    page = tablet.get(path)
    assert page.text("h1") == "Ansatt" and "/" in page.values("href", "a")
    assert tablet.client.get(f"{path}/pin").location == path


def test_a_screen_that_is_not_the_tablets_own_is_not_there(house: House, browse: Browse, stua: PageClient) -> None:
    staff = house.screens[Audience.STAFF].id
    for tablet, id in ((browse("door"), staff), (stua, house.other_screens[Audience.STAFF].id), (stua, 999999)):
        for path in (f"/skjerm/{id}", f"/skjerm/{id}/pin"):
            assert tablet.client.get(path).status_code == 404
        assert tablet.post(f"/skjerm/{id}/pin", data={"typed": PIN}).status_code == 404


def test_another_site_cannot_press_keys(house: House, stua: PageClient, path: str) -> None:
    for target in (f"{path}/pin", "/skjerm/las", "/skjerm/her"):
        answer = stua.post(target, data={"typed": "999999"}, headers={"Origin": "http://elsewhere.example"})
        assert answer.status_code == 403
    assert station(house).wrong_pins == 0


@pytest.mark.parametrize("typed", ["\0" * 6, "x" * 10_000, "１２３４５６"])
def test_what_is_no_pin_is_a_wrong_one(stua: PageClient, path: str, typed: str) -> None:
    assert stua.post(f"{path}/pin", data={"typed": typed}).status_code == 422


def test_a_tablet_stays_one_as_long_as_it_is_used(browse: Browse) -> None:
    cookie = browse("door").client.get("/").headers["Set-Cookie"]
    assert cookie.startswith("kiosk_station=") and "Max-Age=34560000" in cookie


def test_what_a_locked_screen_asks_for_is_there_while_it_is_open_and_not_before_or_after(
    house: House, stua: PageClient, path: str
) -> None:
    counts = f"/api/counts?skjerm={path.rpartition('/')[2]}"
    assert stua.client.get(counts).status_code == 404
    assert type_pin(stua, path, PIN) == path
    assert "food_bag" in stua.client.get(counts).get_json()["counts"]
    assert stua.get(path).values("data-counts") == [counts]
    # To look for new numbers and buttons is no sign of a person.
    opened_at = station(house).opened_at
    for _ in range(2):
        assert stua.client.get(path, headers={"HX-Request": "true"}).status_code == 200
    assert station(house).opened_at == opened_at
    stua.post("/skjerm/las")
    assert stua.client.get(counts).status_code == 404
