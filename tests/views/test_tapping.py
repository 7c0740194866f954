"""The tablet through HTTP: its screen, the form without JavaScript, the wire."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import update

from kiosk.database import writing
from kiosk.domain import access, stations
from kiosk.kinds import EventKind, Role
from kiosk.limits import TokenBuckets
from kiosk.models import Installation
from tests import build
from tests.build import House
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def record(**changed: object) -> dict[str, object]:
    return {"id": str(uuid4()), "centre": "prove", "activity": "visit", "count": 1, "wall": 0, "offset": None} | changed


def batch(*records: object) -> dict[str, object]:
    return {"kiosk": 1, "now": 0, "client": "test", "taps": list(records)}


def test_the_door_shows_its_buttons_and_nothing_else_to_press(browse: Browse) -> None:
    page = browse("door").get("/")
    assert page.values("data-activity") == ["visit", "lunch"]
    assert "Jeg er her" in page.text("main") and "Lunsj" in page.text("main")
    assert {href.partition("?")[0] for href in page.values("href", "a")} == {"/"}
    assert not [tag for tag, attributes in page.tags if tag == "input" and attributes.get("type") != "hidden"]


def test_a_tap_by_form_is_thanked_on_the_screen_and_can_be_taken_back(browse: Browse, house: House) -> None:
    door = browse("door")
    form = door.get("/").forms()[0]
    answer = door.post(form.pop("action"), data=form)
    assert answer.status_code == 303
    page = door.get(answer.location)
    assert "Takk!" in page.text("main")
    undo = next(form for form in page.forms() if form.get("undoes"))
    door.post(undo.pop("action"), data=undo)
    assert [(one.kind, one.count) for one in sorted(house.ledger(), key=lambda one: -one.count)] == [
        (EventKind.TAP, 1),
        (EventKind.UNDO, -1),
    ]


def test_a_form_sent_twice_counts_once(browse: Browse, house: House) -> None:
    door = browse("door")
    form = door.get("/").forms()[0]
    action = form.pop("action")
    for _ in range(2):
        assert door.post(action, data=form).status_code == 303
    assert len(house.ledger()) == 1


@pytest.mark.parametrize("changed", [{"id": "x"}, {"id": ""}, {"undoes": "x"}])
def test_a_form_that_makes_no_sense_is_answered_in_words_and_counts_nothing(
    browse: Browse, house: House, changed: dict[str, str]
) -> None:
    door = browse("door")
    answer = door.post("/tap", data={"id": str(uuid4()), "activity": "visit", "count": "1"} | changed)
    assert answer.status_code == 400 and "Ingenting er endret" in answer.get_data(as_text=True)
    assert not house.ledger()


def test_a_batch_gets_a_verdict_per_tap_the_time_and_the_epoch(browse: Browse, house: House) -> None:
    good, bad = record(), record(activity="unheard_of")
    answer = browse("door").post_taps(batch(good, bad))
    assert answer.status_code == 200 and answer.json is not None
    assert answer.json["verdicts"] == {good["id"]: "recorded", bad["id"]: "held"}
    assert answer.json["kiosk"] == 1 and answer.json["now"] > 1_700_000_000_000 and len(answer.json["epoch"]) == 16
    assert len(house.ledger()) == 1


def test_the_same_tap_posted_five_times_at_once_is_one_event(app: Flask, house: House) -> None:
    one = batch(record())
    clients = [PageClient(app, station=house.tablets["door"]) for _ in range(5)]
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda client: client.post_taps(one), clients))
    assert [answer.status_code for answer in answers] == [200] * 5
    assert len(house.ledger()) == 1


def test_a_signed_in_person_taps_for_their_centre(browse: Browse, house: House) -> None:
    browse("staff").post_taps(batch(record(activity="phone")))
    (stored,) = house.ledger()
    assert (stored.centre_id, stored.station_id, stored.user_id, stored.audience) == (
        house.centre.id,
        None,
        None,
        "staff",
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ([], 422),
        ({}, 422),
        ({"kiosk": 2, "taps": []}, 422),
        (batch(), 422),
        (batch("x"), 422),
        (batch(record(id="x")), 422),
        (batch(record(id=None)), 422),
        (batch(*[record() for _ in range(51)]), 422),
        (batch(record(activity="x" * 70_000)), 413),
    ],
)
def test_what_is_no_batch_is_refused_with_our_magic(browse: Browse, house: House, body: object, status: int) -> None:
    answer = browse("door").post_taps(body)
    assert answer.status_code == status and answer.json is not None and answer.json["kiosk"] == 1
    assert not house.ledger()


def test_only_json_with_our_header_from_our_own_pages_is_read(browse: Browse, house: House) -> None:
    door, body = browse("door"), batch(record())
    text = json.dumps(body)
    assert door.post("/api/taps", json=body).status_code == 400
    assert door.post("/api/taps", data=text, headers={"X-Kiosk": "1"}).status_code == 415
    assert door.post_taps(body, Origin="http://elsewhere.example").status_code == 403
    assert door.post_taps(body, Origin="null").status_code == 403
    assert (
        door.post("/tap", data={"id": str(uuid4())}, headers={"Origin": "http://elsewhere.example"}).status_code == 403
    )
    assert not house.ledger()
    assert door.post_taps(body, Origin="http://localhost").status_code == 200


def test_the_language_of_the_door_is_the_one_asked_for_and_stays_on_the_page(browse: Browse) -> None:
    door = browse("door")
    page = door.get("/?sprak=en")
    assert page.values("lang", "html") == ["en"] and "I am here" in page.text("main")
    assert all("sprak=en" in form["action"] for form in page.forms())
    assert door.get("/").values("lang", "html") == ["nb"]
    assert door.get("/?sprak=xx").values("lang", "html") == ["nb"]


def test_a_tablet_gone_wild_is_asked_to_wait_and_another_is_not(app: Flask, browse: Browse, house: House) -> None:
    app.extensions["tap_buckets"] = TokenBuckets(capacity=2, per_second=0.5)
    assert browse("door").post_taps(batch(record(), record())).status_code == 200
    answer = browse("door").post_taps(batch(record(), record()))
    assert answer.status_code == 429 and answer.headers["Retry-After"] == "4"
    assert browse("staff").post_taps(batch(record(activity="phone"))).status_code == 200
    assert len(house.ledger()) == 3


def test_a_tablet_tells_how_it_is_and_learns_the_epoch(browse: Browse, house: House) -> None:
    health = {"kiosk": 1, "client": "abc", "pending": 3, "dead": 1, "oldest": 7_300_000}
    answer = browse("door").post("/api/health", json=health, headers={"X-Kiosk": "1"})
    assert answer.json is not None and len(answer.json["epoch"]) == 16
    assert answer.json["kiosk"] == 1 and answer.json["now"] > 1_700_000_000_000
    # So that a page that stays open learns of a new one.
    assert answer.json["version"] == browse("door").get("/").values("data-version", "html")[0]
    station = next(one for one in stations.list_stations(house.session, house.centre.id) if one.name == "Inngang")
    assert (station.pending, station.dead, station.oldest_hours, station.client_version) == (3, 1, 2, "abc")
    assert station.last_seen_at is not None


def test_a_server_that_knows_its_clock_to_be_wrong_teaches_no_time(browse: Browse, house: House) -> None:
    with writing(house.session):
        house.session.execute(update(Installation).values(high_water_on=date(2099, 1, 1)))
        house.session.commit()
    health = {"kiosk": 1, "client": "abc", "pending": 0, "dead": 0, "oldest": None}
    answers = [
        browse("door").post("/api/health", json=health, headers={"X-Kiosk": "1"}),
        browse("door").post_taps(batch(record())),
    ]
    assert [answer.json and answer.json["now"] for answer in answers] == [None, None]
    assert len(house.ledger()) == 1


@pytest.mark.parametrize(
    "changed", [{"kiosk": 0}, {"pending": -1}, {"pending": "x"}, {"dead": None}, {"pending": None}]
)
def test_a_sign_of_life_that_makes_no_sense_is_refused(browse: Browse, changed: dict[str, object]) -> None:
    health = {"kiosk": 1, "client": "abc", "pending": 3, "dead": 1, "oldest": None} | changed
    assert browse("door").post("/api/health", json=health, headers={"X-Kiosk": "1"}).status_code == 422


def test_a_person_of_all_centres_taps_for_the_centre_each_tap_names(app: Flask, house: House) -> None:
    with writing(house.session):
        roaming = build.user("Runa Overalt", Role.STAFF, None)
        house.session.add(roaming)
        house.session.flush()
        token = access.start_sign_in(house.session, roaming.id, datetime.now(UTC))
        house.session.commit()
    answer = PageClient(app, sign_in=token).post_taps(
        batch(*[record(activity="phone", centre=centre) for centre in ("prove", "andre", "nowhere", "prove")])
    )
    assert answer.json is not None and sorted(answer.json["verdicts"].values()) == ["held"] + ["recorded"] * 3
    assert sorted(one.centre_id for one in house.ledger()) == [house.centre.id] * 2 + [house.other_centre.id]


def test_who_is_cut_off_is_told_how_to_come_in_again(browse: Browse) -> None:
    (words,) = browse("staff").get("/trykk").values("data-say-unpaired")
    assert "logger inn igjen" in words
    (words,) = browse("door").get("/").values("data-say-unpaired")
    assert "Nettbrettet må kobles til" in words


def test_staff_who_are_signed_in_have_their_screen_without_a_tablet(browse: Browse) -> None:
    page = browse("staff").get("/trykk")
    assert {"phone", "sms", "talk"} <= set(page.values("data-activity")) and page.values("data-kind") == ["person"]
    assert "/trykk" in browse("staff").get("/i-dag").values("href", "a")
    assert "/trykk" not in browse("reader").get("/i-dag").values("href", "a")


def test_a_tap_by_form_on_the_staff_screen_comes_back_to_it(browse: Browse, house: House) -> None:
    staff = browse("staff")
    form = next(form for form in staff.get("/trykk").forms() if form.get("activity") == "phone")
    answer = staff.post(form.pop("action"), data=form)
    assert answer.status_code == 303 and answer.location.startswith("/trykk?takk=")
    staff.get(answer.location)
    assert [one.audience for one in house.ledger()] == ["staff"]
