"""Who gets in where: every route against everybody, compared with real answers. A new route without a row fails."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.build import House
from tests.pages import PageClient

TABLETS = ("door", "volunteer", "staff tablet")
STRANGERS = ("nobody", "unknown", "revoked", "disabled")
PEOPLE = ("reader", "staff", "leader", "elsewhere")
EVERYBODY = STRANGERS + TABLETS + PEOPLE

# Who gets what; a word for each answer, so that the table reads: 303 to the sign-in is "sign in".
Answers = dict[str, tuple[str, ...]]

OPEN: Answers = {"in": EVERYBODY}
FOR_PEOPLE: Answers = {"in": STRANGERS + PEOPLE, "hidden": TABLETS}
FOR_READERS: Answers = {"in": PEOPLE, "sign in": STRANGERS, "hidden": TABLETS}
FOR_STAFF: Answers = {
    "in": ("staff", "leader", "elsewhere"),
    "refused": ("reader",),
    "sign in": STRANGERS,
    "hidden": TABLETS,
}
FOR_ALL_CENTRES: Answers = {
    "in": ("reader",),
    "refused": ("staff", "leader", "elsewhere"),
    "sign in": STRANGERS,
    "hidden": TABLETS,
}
# What changes something: nobody is sent to the sign-in with a post.
FOR_STAFF_TO_CHANGE: Answers = {
    "in": ("staff", "leader", "elsewhere"),
    "refused": ("reader",),
    "unknown": STRANGERS,
    "hidden": TABLETS,
}
FOR_TAPPERS: Answers = {"in": (*TABLETS, "staff", "leader", "elsewhere"), "unknown": STRANGERS, "refused": ("reader",)}

ROUTES: dict[tuple[str, str], Answers] = {
    ("GET", "/static/x/css/tokens.css"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/"): OPEN,
    ("GET", "/sw.js"): OPEN,
    ("GET", "/trykk"): FOR_STAFF,
    ("POST", "/tap"): FOR_TAPPERS,
    ("POST", "/api/health"): FOR_TAPPERS,
    ("POST", "/api/taps"): FOR_TAPPERS,
    ("GET", "/logg-inn"): FOR_PEOPLE,
    ("POST", "/logg-inn"): FOR_PEOPLE,
    ("POST", "/logg-ut"): FOR_PEOPLE,
    ("GET", "/koble"): FOR_PEOPLE,
    ("POST", "/koble"): FOR_PEOPLE,
    ("GET", "/i-dag"): FOR_READERS,
    ("GET", "/aar"): FOR_READERS,
    ("GET", "/aar/2026"): FOR_READERS,
    ("GET", "/maaned"): FOR_READERS,
    ("GET", "/maaned/2026/10"): FOR_READERS,
    ("GET", "/tall/visit/2026"): FOR_READERS,
    ("GET", "/tall/visit/2026/10"): FOR_READERS,
    ("GET", "/tall/visit/2026-10-21"): FOR_READERS,
    ("GET", "/uke/2026/43"): FOR_STAFF,
    ("POST", "/uke/2026/43"): FOR_STAFF_TO_CHANGE,
    ("GET", "/alle-sentre"): FOR_ALL_CENTRES,
    ("GET", "/alle-sentre/2026"): FOR_ALL_CENTRES,
}


def answer_of(client: PageClient, method: str, path: str) -> str:
    response = client.client.open(path, method=method, headers={"X-Kiosk": "1"})
    if response.status_code == 303 and response.location.startswith("/logg-inn?next="):
        return "sign in"
    # A form without its token, an empty tap and an unknown pairing code are turned away inside the door.
    is_inside = response.status_code in (200, 303, 400, 410, 415, 422)
    return "in" if is_inside else {401: "unknown", 403: "refused", 404: "hidden"}[response.status_code]


def test_every_route_has_its_row(app: Flask) -> None:
    adapter = app.url_map.bind("localhost")
    rows = {(method, adapter.match(path, method=method)[0]) for method, path in ROUTES}
    routes = {
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert rows == routes


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_everybody_gets_the_answer_of_the_table(
    browse: Callable[[str], PageClient], house: House, method: str, path: str
) -> None:
    house.tablets["staff tablet"] = house.tablets["staff"]
    expected = {who: answer for answer, whos in ROUTES[method, path].items() for who in whos}
    assert {who: answer_of(browse(who), method, path) for who in EVERYBODY} == expected


def test_a_view_that_nobody_opened_is_closed(app: Flask, browse: Callable[[str], PageClient]) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "a view without a door")
    for who in EVERYBODY:
        assert browse(who).client.get("/forgotten").status_code == 404


def test_a_tablet_with_a_sign_in_cookie_too_is_still_a_tablet(
    browse: Callable[[str], PageClient], house: House
) -> None:
    client = browse("leader")
    client.client.set_cookie("kiosk_station", house.tablets["door"])
    assert client.client.get("/i-dag").status_code == 404


def test_somebody_of_one_centre_does_not_see_another(browse: Callable[[str], PageClient]) -> None:
    assert "Prøvesenteret" in browse("leader").get("/i-dag").text()
    browse("leader").get("/i-dag?senter=andre", status=404)
    assert "Andresenteret" in browse("reader").get("/i-dag?senter=andre").text()
    browse("reader").get("/i-dag?senter=nowhere", status=404)


def test_after_sign_in_only_an_own_page_is_next(browse: Callable[[str], PageClient]) -> None:
    client = browse("leader").client
    for target in ("https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "/nowhere", "/tap"):
        assert client.get("/logg-inn", query_string={"next": target}).location == "/"
    assert client.get("/logg-inn", query_string={"next": "/aar/2025?senter=prove"}).location == "/aar/2025?senter=prove"
