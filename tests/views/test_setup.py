"""Oppsett through HTTP: plain forms, errors in words with nothing lost, and the buttons a tablet asks for."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

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


PREVIEW = "/oppsett/skjermbilder/1/vis"


def test_the_preview_is_the_screen_itself_with_nothing_to_press(browse: Browse, house: House) -> None:
    leader = browse("leader")
    for kind, audience in (("door", Audience.PARTICIPANT), ("volunteer", Audience.VOLUNTEER)):
        shown = leader.get(f"/oppsett/skjermbilder/{house.screens[audience].id}/vis")
        assert shown.values("data-activity", "form") == browse(kind).get("/").values("data-activity", "form")
        assert [attributes for tag, attributes in shown.tags if tag == "body" and "inert" in attributes]
        assert not [tag for tag, _ in shown.tags if tag == "script"]


def test_only_the_preview_may_stand_in_a_frame_and_only_in_one_of_ours(browse: Browse) -> None:
    leader = browse("leader")
    policy = {path: leader.client.get(path).headers["Content-Security-Policy"] for path in (PREVIEW, "/oppsett")}
    assert "frame-ancestors 'self'" in policy[PREVIEW]
    assert "frame-ancestors 'none'" in policy["/oppsett"]


def test_a_screen_is_shown_as_it_will_be_when_a_season_begins(browse: Browse) -> None:
    leader, today = browse("leader"), date.today()  # noqa: DTZ011
    first = today + timedelta(days=40)
    until = first + timedelta(days=20)
    send(
        leader, "/oppsett/skjermbilder/1/ny-knapp", activity="trip", icon="heart", colour="3",
        season_from=f"{first.day}.{first.month}", season_to=f"{until.day}.{until.month}",
    )  # fmt: skip
    days = [link for link in leader.get("/oppsett/skjermbilder/1").values("href", "a") if "dag=" in link]
    assert [link[-10:] for link in days] == [str(first), str(until + timedelta(days=1))]
    assert "trip" not in leader.get(PREVIEW).values("data-activity", "form")
    assert ["trip" in leader.get(link).values("data-activity", "form") for link in days] == [True, False]
    # Any other day is today.
    assert "trip" not in leader.get(f"{PREVIEW}?dag=9999-12-31").values("data-activity", "form")


def test_a_button_is_shown_before_it_is_saved_and_nothing_is_written(browse: Browse, house: House) -> None:
    leader = browse("leader")
    form = leader.get("/oppsett/skjermbilder/1/knapper/1").forms()[1] | {"label_nb": "Er her", "colour": "8"}
    shown = page_of(leader.post(f"{PREVIEW}?knapp=1", data=form), 200)
    assert "Er her" in shown.text("button") and "tap-button tint-8" in shown.values("class", "button")
    new = leader.get("/oppsett/skjermbilder/1/ny-knapp").forms()[1] | {"activity": "trip", "icon": "heart"}
    assert page_of(leader.post(PREVIEW, data=new), 200).values("data-activity", "form")[-1] == "trip"
    # What is not right yet leaves the screen as it is.
    page = page_of(leader.post(PREVIEW, data=new | {"season_from": "45"}), 200)
    assert "trip" not in page.values("data-activity", "form")
    assert "Er her" not in leader.get(PREVIEW).text("button")
    assert house.session.get_one(Button, 1).colour != 8


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
