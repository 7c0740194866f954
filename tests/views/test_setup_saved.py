"""What a leader saves in the setup is what stands there next, and in the log of changes, through HTTP."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kiosk.domain import setup_screens
from kiosk.kinds import Audience
from kiosk.models import Activity, Method, Screen
from tests.build import House
from tests.pages import PageClient
from tests.views.test_setup import leader_of_all, send  # noqa: F401  a fixture

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]


def log_of(leader: PageClient) -> str:
    return leader.get("/endringslogg").text("main")


def test_the_centre_has_its_new_name_weekdays_and_full_time_year(browse: Browse, house: House) -> None:
    leader = browse("leader")
    values = {"name": "Nye Prøvesenteret", "open_weekdays": ["1", "3"], "hours_per_full_time_year": "1950"}
    assert send(leader, "/oppsett/senter", **values).status_code == 303
    page = leader.get("/oppsett/senter")
    assert {"Nye Prøvesenteret", "1950"} <= set(page.values("value", "input"))
    checked = [one["value"] for tag, one in page.tags if tag == "input" and "checked" in one]
    assert checked == ["1", "3"]
    assert (
        "endret Prøvesenteret: navn fra Prøvesenteret til Nye Prøvesenteret, åpent fra mandag, tirsdag, onsdag,"
        " torsdag, fredag til tirsdag, torsdag, timer i et årsverk fra 1695 til 1950"
    ) in log_of(leader)


def test_an_activity_of_ones_own_is_changed_moved_retired_and_brought_back(browse: Browse, house: House) -> None:
    leader = browse("leader")
    new = {"label_nb": "Quiz", "input": "tap", "part_of": "", "decimals": "0", "rolls_up": "yes"}
    assert send(leader, "/oppsett/ny-aktivitet", **new).status_code == 303
    changed = new | {"label_nb": "Spill", "label_nn": "Spel", "counts_nb": "Hvert spill", "unit_nb": "spill"}
    assert send(leader, "/oppsett/aktiviteter/quiz", **changed).status_code == 303
    page = leader.get("/oppsett/aktiviteter/quiz")
    assert {"Spill", "Spel", "spill"} <= set(page.values("value", "input")) and "Hvert spill" in page.text("textarea")
    for path, is_retired in (("ta-ut", True), ("ta-inn", False)):
        assert send(leader, "/oppsett/aktiviteter/quiz", to=f"/quiz/{path}").status_code == 303
        (quiz,) = house.session.scalars(select(Activity).where(Activity.key == "quiz"))
        assert (quiz.retired_at is not None) is is_retired
        house.session.rollback()
    said = log_of(leader)
    for sentence in ("la til aktiviteten Quiz", "navn fra Quiz til Spill", "navn (Nynorsk) fra ingenting til Spel",
                     "tok Spill ut av bruk", "tok Spill i bruk igjen"):  # fmt: skip
        assert sentence in said, said[:800]


def test_activities_change_places(leader_of_all: PageClient) -> None:  # noqa: F811
    def order() -> list[str]:
        links = leader_of_all.get("/oppsett/aktiviteter").values("href", "a")
        return [link.rpartition("/")[2] for link in links if "/aktiviteter/" in link]

    before = order()
    first = before[0]
    answer = send(leader_of_all, "/oppsett/aktiviteter", to=f"/{first}/flytt", direction="down")
    assert answer.status_code == 303
    assert order() != before and sorted(order()) == sorted(before)
    answer = send(leader_of_all, "/oppsett/aktiviteter", to=f"/{first}/flytt", direction="up")
    assert answer.status_code == 303 and order() == before


def test_a_method_is_written_with_its_day_and_taken_back(browse: Browse, house: House) -> None:
    leader = browse("leader")
    path = "/oppsett/aktiviteter/lunch/tellemater"
    assert send(leader, path, valid_from="2026-03-01", words_nb="Talt med nettbrett").status_code == 303
    page = leader.get(path)
    assert "Talt med nettbrett" in page.text("table") and "1. mars 2026" in page.text("table")
    (method,) = house.session.scalars(select(Method))
    house.session.rollback()
    assert send(leader, path, to=f"/{method.id}/fjern").status_code == 303
    assert "Talt med nettbrett" not in leader.get(path).text("main")
    assert "la til tellemåten for Lunsj fra 1. mars 2026: Talt med nettbrett" in log_of(leader)


def test_a_screen_is_added_renamed_and_removed(browse: Browse, house: House) -> None:
    leader = browse("leader")
    assert send(leader, "/oppsett/skjermbilder", name="Kafé", audience="participant").status_code == 303
    (screen,) = house.session.scalars(select(Screen).where(Screen.name == "Kafé"))
    house.session.rollback()
    path = f"/oppsett/skjermbilder/{screen.id}"
    assert send(leader, path, name="Kjøkken").status_code == 303
    assert leader.get(path).text("h1") == "Kjøkken"
    assert send(leader, path, to="/fjern").status_code == 303
    assert "Kjøkken" not in leader.get("/oppsett/skjermbilder").text("main")
    said = log_of(leader)
    assert "laget skjermbildet Kafé" in said and "fjernet skjermbildet Kjøkken" in said


def test_a_button_is_moved_changed_and_taken_off(browse: Browse, house: House) -> None:
    leader, screen = browse("leader"), house.screens[Audience.PARTICIPANT]
    path = f"/oppsett/skjermbilder/{screen.id}"

    def shown() -> list[tuple[str, int]]:
        rows = [(activity.key, button.id) for button, activity in setup_screens.list_buttons(house.session, screen)]
        house.session.rollback()
        return rows

    (first, first_id), (second, second_id) = shown()
    assert send(leader, path, to=f"/{first_id}/flytt", direction="down").status_code == 303
    assert [key for key, _ in shown()] == [second, first]
    values = {"label_nb": "Innom", "icon": "face-smile", "colour": "7", "quick_counts": "1, 5", "usual_maximum": "30"}
    assert send(leader, f"{path}/knapper/{first_id}", **values).status_code == 303
    page = leader.get(f"{path}/knapper/{first_id}")
    chosen = [one["value"] for tag, one in page.tags if tag == "input" and "checked" in one]
    assert chosen == ["face-smile", "7"] and {"Innom", "1, 5", "30"} <= set(page.values("value", "input"))
    assert send(leader, f"{path}/knapper/{second_id}", to=f"/{second_id}/fjern").status_code == 303
    assert [key for key, _ in shown()] == [first]
