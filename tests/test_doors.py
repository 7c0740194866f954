"""Who gets in where: every route against everybody, compared with real answers. A new route without a row fails."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.build import PIN, House, tablet_with_pin
from tests.pages import PageClient

# The fourth shows the other screens beside the participants', and somebody has just typed its PIN.
TABLETS = ("door", "volunteer", "staff tablet", "opened")
STRANGERS = ("nobody", "unknown", "revoked", "disabled")
PEOPLE = ("reader", "staff", "leader", "elsewhere", "leader elsewhere")
EVERYBODY = STRANGERS + TABLETS + PEOPLE

# Who gets what; a word for each answer, so that the table reads: 303 to the sign-in is "sign in".
Answers = dict[str, tuple[str, ...]]

OPEN: Answers = {"in": EVERYBODY}
FOR_PEOPLE: Answers = {"in": STRANGERS + PEOPLE, "hidden": TABLETS}
FOR_READERS: Answers = {"in": PEOPLE, "sign in": STRANGERS, "hidden": TABLETS}
FOR_STAFF: Answers = {
    "in": ("staff", "leader", "elsewhere", "leader elsewhere"),
    "refused": ("reader",),
    "sign in": STRANGERS,
    "hidden": TABLETS,
}
# Of Prøvesenteret: what another centre has does not exist.
FOR_STAFF_OF_THE_CENTRE = FOR_STAFF | {
    "in": ("staff", "leader"),
    "hidden": (*TABLETS, "elsewhere", "leader elsewhere"),
}
# A form of staff pages, sent by somebody who is not signed in, has no page to go back to.
SENT_BY_READERS: Answers = {"in": PEOPLE, "unknown": STRANGERS, "hidden": TABLETS}
SENT_BY_STAFF: Answers = FOR_STAFF | {"sign in": (), "unknown": STRANGERS}
FOR_LEADERS: Answers = {
    "in": ("leader", "leader elsewhere"),
    "refused": ("reader", "staff", "elsewhere"),
    "sign in": STRANGERS,
    "hidden": TABLETS,
}
SENT_BY_LEADERS: Answers = FOR_LEADERS | {"sign in": (), "unknown": STRANGERS}
# About somebody or something of our centre, which does not exist for the leader of another.
OF_OURS: Answers = FOR_LEADERS | {"in": ("leader",), "hidden": (*TABLETS, "leader elsewhere")}
FOR_TABLETS: Answers = {"in": TABLETS, "unknown": STRANGERS + PEOPLE}
# The screen is not on the other tablets.
FOR_ITS_TABLET: Answers = {"in": ("opened",), "unknown": STRANGERS + PEOPLE, "hidden": TABLETS[:3]}
# The first start is over.
CLOSED: Answers = {"hidden": EVERYBODY}
# A leader of one centre makes none.
FOR_LEADERS_OF_ALL = FOR_LEADERS | {"in": (), "refused": PEOPLE}
FOR_TAPPERS: Answers = {
    "in": (*TABLETS, "staff", "leader", "elsewhere", "leader elsewhere"),
    "unknown": STRANGERS,
    "refused": ("reader",),
}

FOR_ALL_CENTRES: Answers = {
    "in": ("reader",),
    "refused": ("staff", "leader", "elsewhere", "leader elsewhere"),
    "sign in": STRANGERS,
    "hidden": TABLETS,
}

# What volunteers and staff have beside their buttons; a participants' tablet has none of it.
FOR_WORKERS: Answers = FOR_TAPPERS | {
    "in": ("volunteer", "staff tablet", "staff", "leader", "elsewhere", "leader elsewhere"),
    "hidden": ("door", "opened"),
}

ROUTES: dict[tuple[str, str], Answers] = {
    ("GET", "/static/x/css/tokens.css"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/"): OPEN,
    ("GET", "/sw.js"): OPEN,
    ("GET", "/trykk"): FOR_STAFF,
    ("GET", "/manifest.webmanifest"): OPEN,
    ("POST", "/tap"): FOR_TAPPERS,
    ("GET", "/api/counts"): FOR_WORKERS,
    ("GET", "/api/newest"): FOR_WORKERS,
    ("GET", "/siste"): FOR_WORKERS,
    ("GET", "/matdag"): FOR_WORKERS,
    ("POST", "/matdag"): FOR_WORKERS,
    ("GET", "/etterregistrer"): FOR_STAFF,
    ("POST", "/etterregistrer"): {
        "in": ("staff", "leader", "elsewhere", "leader elsewhere"),
        "refused": ("reader",),
        "unknown": STRANGERS,
        "hidden": TABLETS,
    },
    ("POST", "/api/health"): FOR_TAPPERS,
    ("POST", "/api/taps"): FOR_TAPPERS,
    ("GET", "/logg-inn"): FOR_PEOPLE,
    ("POST", "/logg-inn"): FOR_PEOPLE,
    ("POST", "/logg-ut"): FOR_PEOPLE,
    ("GET", "/koble"): FOR_PEOPLE,
    ("POST", "/koble"): FOR_PEOPLE,
    ("GET", "/koble/svar"): FOR_PEOPLE,
    ("GET", "/koble/BCDFHJKL"): FOR_LEADERS,
    ("POST", "/koble/BCDFHJKL"): SENT_BY_LEADERS,
    ("GET", "/nettbrett/kode"): FOR_LEADERS,
    ("POST", "/nettbrett/kode"): SENT_BY_LEADERS,
    ("GET", "/nettbrett"): FOR_LEADERS,
    ("GET", "/nettbrett/1"): OF_OURS,
    ("POST", "/nettbrett/1"): SENT_BY_LEADERS,
    ("POST", "/nettbrett/1/pin"): SENT_BY_LEADERS,
    ("GET", "/nettbrett/1/koble-fra"): OF_OURS,
    ("POST", "/nettbrett/1/koble-fra"): SENT_BY_LEADERS,
    ("GET", "/bekreft"): FOR_READERS,
    ("POST", "/bekreft"): FOR_READERS | {"sign in": (), "unknown": STRANGERS},
    ("GET", "/skjerm/2"): FOR_ITS_TABLET,
    ("GET", "/skjerm/2/pin"): FOR_ITS_TABLET,
    ("POST", "/skjerm/2/pin"): FOR_ITS_TABLET,
    ("POST", "/skjerm/las"): FOR_TABLETS,
    ("POST", "/skjerm/her"): FOR_TABLETS,
    ("GET", "/start"): CLOSED,
    ("POST", "/start"): CLOSED,
    ("GET", "/start/senter"): CLOSED,
    ("POST", "/start/senter"): CLOSED,
    ("GET", "/start/leder"): CLOSED,
    ("POST", "/start/leder"): CLOSED,
    ("GET", "/start/nettbrett"): CLOSED,
    ("POST", "/start/nettbrett"): CLOSED,
    ("GET", "/nytt-passord"): FOR_PEOPLE,
    ("POST", "/nytt-passord"): FOR_PEOPLE,
    ("GET", "/konto"): FOR_READERS,
    ("POST", "/konto/passord"): SENT_BY_READERS,
    ("POST", "/konto/sprak"): SENT_BY_READERS,
    ("POST", "/konto/palogginger/1/avslutt"): SENT_BY_READERS,
    ("POST", "/konto/palogginger/avslutt-andre"): SENT_BY_READERS,
    ("GET", "/folk"): FOR_LEADERS,
    ("GET", "/folk/ny"): FOR_LEADERS,
    ("POST", "/folk/ny"): SENT_BY_LEADERS,
    # Number 2 is Stian, staff of our centre.
    ("GET", "/folk/2"): OF_OURS,
    ("GET", "/folk/2/kode"): OF_OURS,
    ("POST", "/folk/2/kode"): SENT_BY_LEADERS,
    ("POST", "/folk/2/rolle"): SENT_BY_LEADERS,
    ("POST", "/folk/2/steng"): SENT_BY_LEADERS,
    ("POST", "/folk/2/apne"): SENT_BY_LEADERS,
    ("GET", "/i-dag"): FOR_READERS,
    ("GET", "/dag/2026-10-21"): FOR_READERS,
    ("POST", "/dag/2026-10-21/lukk"): SENT_BY_STAFF,
    ("GET", "/dag/2026-10-21/rett"): FOR_STAFF,
    ("POST", "/dag/2026-10-21/rett"): SENT_BY_STAFF,
    ("POST", "/dag/2026-10-21/serie"): SENT_BY_STAFF,
    ("POST", "/dag/2026-10-21/gjenapne"): SENT_BY_LEADERS,
    ("GET", "/venter"): FOR_STAFF,
    ("POST", "/venter/6f8e3c5e-4a53-4f0d-9a53-0f6c1ad1a0b7"): SENT_BY_STAFF,
    ("GET", "/endringslogg"): FOR_LEADERS,
    ("GET", "/aar"): FOR_READERS,
    ("GET", "/aar/2026"): FOR_READERS,
    ("GET", "/maaned"): FOR_READERS,
    ("GET", "/maaned/2026/10"): FOR_READERS,
    ("GET", "/tall/visit/2026"): FOR_READERS,
    ("GET", "/tall/visit/2026/10"): FOR_READERS,
    ("GET", "/tall/visit/2026-10-21"): FOR_READERS,
    ("GET", "/uke/2026/43"): FOR_STAFF,
    ("POST", "/uke/2026/43"): SENT_BY_STAFF,
    ("GET", "/alle-sentre"): FOR_ALL_CENTRES,
    ("GET", "/alle-sentre/2026"): FOR_ALL_CENTRES,
    ("GET", "/skjema/1"): FOR_STAFF_OF_THE_CENTRE,
    ("GET", "/skjema"): FOR_STAFF,
    ("GET", "/oppsett"): FOR_LEADERS,
    ("GET", "/oppsett/senter"): FOR_LEADERS,
    ("GET", "/oppsett/aktiviteter"): FOR_LEADERS,
    ("GET", "/oppsett/ny-aktivitet"): FOR_LEADERS,
    ("GET", "/oppsett/aktiviteter/visit"): FOR_LEADERS,
    ("GET", "/oppsett/aktiviteter/visit/tellemater"): FOR_LEADERS,
    ("GET", "/oppsett/skjermbilder"): FOR_LEADERS,
    ("GET", "/oppsett/skjermbilder/1"): OF_OURS,
    ("GET", "/oppsett/skjermbilder/1/vis"): OF_OURS,
    ("POST", "/oppsett/skjermbilder/1/vis"): SENT_BY_LEADERS,
    ("GET", "/oppsett/skjermbilder/1/ny-knapp"): OF_OURS,
    ("GET", "/oppsett/skjermbilder/1/knapper/1"): OF_OURS,
    ("POST", "/oppsett/senter"): SENT_BY_LEADERS,
    ("POST", "/oppsett/senter/stengt"): SENT_BY_LEADERS,
    ("POST", "/oppsett/senter/stengt/1/apne"): SENT_BY_LEADERS,
    ("GET", "/oppsett/nytt-senter"): FOR_LEADERS_OF_ALL,
    ("POST", "/oppsett/nytt-senter"): SENT_BY_LEADERS,
    ("POST", "/oppsett/ny-aktivitet"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit/flytt"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit/ta-ut"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit/ta-inn"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit/tellemater"): SENT_BY_LEADERS,
    ("POST", "/oppsett/aktiviteter/visit/tellemater/1/fjern"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1/fjern"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1/ny-knapp"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1/knapper/1"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1/knapper/1/flytt"): SENT_BY_LEADERS,
    ("POST", "/oppsett/skjermbilder/1/knapper/1/fjern"): SENT_BY_LEADERS,
}


def answer_of(client: PageClient, method: str, path: str) -> str:
    response = client.client.open(path, method=method, headers={"X-Kiosk": "1"})
    if response.status_code == 303 and response.location.startswith("/logg-inn?next="):
        return "sign in"
    # A form without its token, an empty tap and an unknown pairing code are turned away inside the door.
    is_inside = response.status_code in (200, 204, 303, 400, 410, 415, 422)
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


@pytest.mark.one_engine
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_everybody_gets_the_answer_of_the_table(
    browse: Callable[[str], PageClient], house: House, method: str, path: str
) -> None:
    house.tablets["staff tablet"] = house.tablets["staff"]
    house.tablets["opened"] = tablet_with_pin(house)
    assert browse("opened").post("/skjerm/2/pin", data={"typed": PIN}).status_code == 303
    expected = {who: answer for answer, whos in ROUTES[method, path].items() for who in whos}
    assert {who: answer_of(browse(who), method, path) for who in EVERYBODY} == expected


def test_a_tablet_gets_404_on_every_page_for_staff_and_404_alone(
    app: Flask, browse: Callable[[str], PageClient], house: House
) -> None:
    house.tablets |= {"staff tablet": house.tablets["staff"], "opened": tablet_with_pin(house)}
    browse("opened").post("/skjerm/2/pin", data={"typed": PIN})
    own = {"shell", "tapping", "working", "locking"}
    adapter = app.url_map.bind("localhost")
    others = [row for row in ROUTES if adapter.match(row[1], method=row[0])[0].partition(".")[0] not in own]
    assert len(others) > 25
    for who in TABLETS:
        client = browse(who).client
        answers = {client.open(path, method=method).status_code for method, path in [*others, ("GET", "/trykk")]}
        assert answers == {404}, who


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
