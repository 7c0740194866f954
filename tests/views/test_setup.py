"""Oppsett through HTTP: plain forms, errors in words with nothing lost, and the buttons a tablet asks for."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kiosk.database import writing
from kiosk.domain import access, setup, setup_centres
from kiosk.forms.icons import ICON_WORDS
from kiosk.kinds import Audience, Role
from kiosk.models import Activity, Button, Centre
from tests import build
from tests.build import House
from tests.pages import Page, PageClient

# What these pages ask of the domain is tested on both engines there.
pytestmark = pytest.mark.one_engine

Browse = Callable[[str], PageClient]
LOOK = {"HX-Request": "true"}


def send(client: PageClient, path: str, *, to: str | None = None, **values: str) -> TestResponse:
    """Open the page, fill in its form that goes to `to` (by its end; the page itself), and send it."""
    forms = client.get(path).forms()
    target = to or path.partition("?")[0]
    form = next(form for form in forms if form["action"].partition("?")[0].endswith(target))
    return client.post(form.pop("action"), data=form | values)


def page_of(answer: TestResponse, status: int = 422) -> Page:
    assert answer.status_code == status
    page = Page(answer.get_data(as_text=True))
    page.inspect()
    return page


@pytest.fixture
def leader_of_all(app: Flask, house: House) -> PageClient:
    with writing(house.session):
        everywhere = build.user("Alma Alle", Role.LEADER, None)
        house.session.add(everywhere)
        house.session.flush()
        token = access.start_sign_in(house.session, everywhere.id, datetime.now(UTC))
        house.session.commit()
    return PageClient(app, sign_in=token)


@pytest.mark.parametrize(
    "path",
    [
        "/oppsett",
        "/oppsett/senter",
        "/oppsett/aktiviteter",
        "/oppsett/ny-aktivitet",
        "/oppsett/aktiviteter/visit",
        "/oppsett/aktiviteter/visit/tellemater",
        "/oppsett/skjermbilder",
        "/oppsett/skjermbilder/1",
        "/oppsett/skjermbilder/1/ny-knapp",
        "/oppsett/skjermbilder/1/knapper/1",
        "/skjema/1",
        "/skjema/3?timer=1",
    ],
)
def test_every_page_is_sound_for_a_leader_of_one_centre_and_of_all(
    browse: Browse, leader_of_all: PageClient, path: str
) -> None:
    browse("leader").get(path)
    leader_of_all.get(path + ("&" if "?" in path else "?") + "senter=prove")


def test_a_renamed_button_is_on_the_door_and_the_form_sent_twice_does_it_once(browse: Browse, house: House) -> None:
    leader = browse("leader")
    form = leader.get("/oppsett/skjermbilder/1/knapper/2").forms()[1]
    action = form.pop("action")
    form |= {"label_nb": "Middag", "icon": "cutlery", "colour": "2"}
    for _ in range(2):
        assert leader.post(action, data=form).status_code == 303
    assert "Middag" in browse("door").get("/").text("main")


def test_a_tablet_gets_its_buttons_and_then_304_until_they_are_others(browse: Browse) -> None:
    door, leader = browse("door"), browse("leader")
    first = door.client.get("/", headers=LOOK)
    assert Page(first.get_data(as_text=True)).values("data-activity") == ["visit", "lunch"]
    assert "HX-Request" in first.vary
    version = door.get("/").values("data-version", "div")
    assert version == [first.get_etag()[0]]
    known = LOOK | {"If-None-Match": first.headers["ETag"]}
    assert door.client.get("/", headers=known).status_code == 304
    moves = [form for form in leader.get("/oppsett/skjermbilder/1").forms() if form.get("direction") == "down"]
    assert leader.post(moves[0].pop("action"), data=moves[0]).status_code == 303
    changed = door.client.get("/", headers=known)
    assert changed.status_code == 200
    assert Page(changed.get_data(as_text=True)).values("data-activity") == ["lunch", "visit"]


def test_to_somebody_who_is_no_tablet_the_buttons_are_not_there(browse: Browse) -> None:
    for who, page in (("nobody", "/logg-inn"), ("revoked", "/koble"), ("unknown", "/koble")):
        answer = browse(who).client.get("/", headers=LOOK)
        assert answer.status_code == 204 and answer.headers["HX-Redirect"].startswith(page)


def test_what_is_wrong_with_a_button_is_said_beside_the_field_and_nothing_is_lost(browse: Browse, house: House) -> None:
    answer = send(
        browse("leader"),
        "/oppsett/skjermbilder/1/ny-knapp",
        activity="trip",
        label_nb="På tur",
        quick_counts="1, fem",
        usual_maximum="mange",
        season_from="31.11",
        season_to="",
        colour="3",
        icon="no-such-icon",
    )
    page = page_of(answer)
    for said in (
        "Skriv hele tall fra 1 til 999",
        "Skriv et helt tall fra 1 til 999",
        "Skriv dag og måned",
        "Velg en av",
    ):
        assert said in page.text("main"), said
    for kept in ("På tur", "1, fem", "mange", "31.11"):
        assert kept in page.values("value", "input"), kept
    assert "På tur" not in browse("door").get("/").text("main")


def test_a_season_has_two_ends(browse: Browse) -> None:
    values = {"activity": "trip", "icon": "heart", "colour": "3", "season_from": "1.11", "season_to": ""}
    page = page_of(send(browse("leader"), "/oppsett/skjermbilder/1/ny-knapp", **values))
    assert "Skriv begge dagene" in page.text("main")


def test_a_new_button_has_its_season_counts_and_maximum(browse: Browse, house: House) -> None:
    values = {"activity": "trip", "icon": "heart", "colour": "3", "season_from": "1.11.", "season_to": "6/1"}
    answer = send(
        browse("leader"), "/oppsett/skjermbilder/1/ny-knapp", quick_counts="10 1,5", usual_maximum="20", **values
    )
    assert answer.status_code == 303
    screen = house.screens[Audience.PARTICIPANT]
    button = house.session.scalars(
        select(Button).where(Button.screen_id == screen.id).order_by(Button.id.desc())
    ).first()
    assert button is not None
    assert (button.season_from, button.season_to, button.quick_counts) == ("11-01", "01-06", [1, 5, 10])
    assert (button.usual_maximum, button.icon, button.colour, button.labels) == (20, "heart", 3, {})


def test_the_preview_is_the_doors_own_fragment(browse: Browse) -> None:
    preview = browse("leader").get("/oppsett/skjermbilder/1")
    assert preview.values("data-activity") == browse("door").get("/").values("data-activity")
    assert [attributes for tag, attributes in preview.tags if "inert" in attributes]


def test_every_picture_on_offer_can_be_drawn(app: Flask) -> None:
    assert set(ICON_WORDS) <= set(app.extensions["icons"])


def test_an_activity_is_added_in_three_languages(browse: Browse, house: House) -> None:
    answer = send(
        browse("leader"), "/oppsett/ny-aktivitet", label_nb="Quiz", label_nn="Spurnad", part_of="community",
        input="tap", decimals="0", rolls_up="yes",
    )  # fmt: skip
    assert answer.status_code == 303
    quiz = house.session.scalars(select(Activity).where(Activity.key == "quiz")).one()
    assert (quiz.labels, quiz.centre_id) == ({"nb": "Quiz", "nn": "Spurnad"}, house.centre.id)


def test_an_activity_without_a_name_or_with_a_taken_one_is_refused_in_words(browse: Browse) -> None:
    values = {"part_of": "", "input": "tap", "decimals": "0", "rolls_up": "yes", "counts_nb": "Når vi ler"}
    for label, said in (("  ", "Skriv hva aktiviteten heter."), ("lunsj", "En annen aktivitet heter dette.")):
        page = page_of(send(browse("leader"), "/oppsett/ny-aktivitet", label_nb=label, **values))
        assert said in page.text("main") and "Når vi ler" in page.text("textarea")


def test_a_leader_of_one_centre_sees_what_all_share_and_cannot_change_it(
    browse: Browse, leader_of_all: PageClient
) -> None:
    leader = browse("leader")
    page = leader.get("/oppsett/aktiviteter/visit")
    assert "bare en leder for alle sentre kan endre det" in page.text("main")
    token = page.forms()[0]["csrf_token"]
    assert leader.post("/oppsett/aktiviteter/visit", data={"csrf_token": token}).status_code == 403
    assert leader.post("/oppsett/aktiviteter/visit/ta-ut", data={"csrf_token": token}).status_code == 403
    assert send(leader_of_all, "/oppsett/aktiviteter/visit", to="/ta-ut").status_code == 303


def test_closed_days_are_written_and_taken_back(browse: Browse, house: House) -> None:
    leader = browse("leader")
    wrong = {"first_on": "2026-07-20", "last_on": "2026-07-01", "words": "Fellesferie"}
    page = page_of(send(leader, "/oppsett/senter", to="/stengt", **wrong))
    assert "Den siste dagen er før den første." in page.text("main") and "Fellesferie" in page.values("value", "input")
    assert send(leader, "/oppsett/senter", to="/stengt", **(wrong | {"last_on": "2026-07-31"})).status_code == 303
    assert "Fellesferie" in leader.get("/oppsett/senter").text("table")
    (period,) = setup_centres.list_closed(house.session, house.centre)
    house.session.commit()
    assert send(leader, "/oppsett/senter", to=f"/stengt/{period.id}/apne").status_code == 303
    assert setup_centres.list_closed(house.session, house.centre) == []


def test_a_leader_of_all_adds_a_centre(leader_of_all: PageClient, house: House) -> None:
    answer = send(leader_of_all, "/oppsett/nytt-senter", name="CRUX Ås")
    assert answer.status_code == 303 and answer.location == "/oppsett?senter=crux-as"
    assert house.session.scalars(select(Centre).where(Centre.slug == "crux-as")).one().name == "CRUX Ås"
    page = page_of(send(leader_of_all, "/oppsett/nytt-senter", name="crux ås"))
    assert "Et annet senter heter dette." in page.text("main")


def test_the_sheet_has_the_buttons_the_place_for_a_date_and_no_names(browse: Browse) -> None:
    page = browse("staff").get("/skjema/1")
    for said in ("Prøvesenteret", "Telleskjema: Inngang", "Jeg er her", "Lunsj", "Dato", "Ingen navn."):
        assert said in page.text("main"), said
    by_hour = browse("staff").get("/skjema/1?timer=1")
    assert len(by_hour.values("scope", "th")) == len(page.values("scope", "th")) + 11


def test_the_leader_of_the_only_centre_renames_what_the_catalogue_brought(app: Flask, session: Session) -> None:
    with writing(session):
        first = setup.first_start(
            session, centre_name="Huset", slug="huset", leader_name="Liv", password=build.PASSWORD, now=build.NOW
        )
        token = access.start_sign_in(session, first.leader.id, datetime.now(UTC))
        session.commit()
    leader = PageClient(app, sign_in=token)
    chosen = {"label_nb": "Innom", "input": "tap", "part_of": "", "decimals": "0", "rolls_up": "yes"}
    assert send(leader, "/oppsett/aktiviteter/visit", **chosen).status_code == 303
    assert "Innom" in leader.get("/oppsett/aktiviteter").text("main")
