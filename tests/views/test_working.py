"""Beside the buttons of volunteers and staff, through HTTP: numbers, newest taps, food bags, and a home screen."""

from collections.abc import Callable
from uuid import uuid4

from kiosk.kinds import EventKind
from tests.build import House
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def tap(client: PageClient, activity: str, count: int = 1) -> str:
    id = str(uuid4())
    record = {"id": id, "centre": "prove", "activity": activity, "count": count, "wall": 0, "offset": None, "age": 0}
    assert client.post_taps({"kiosk": 1, "now": 0, "client": "test", "taps": [record]}).status_code == 200
    return id


def test_a_volunteers_screen_shows_numbers_and_the_door_shows_none(browse: Browse) -> None:
    tap(browse("volunteer"), "food_bag", 5)
    page = browse("volunteer").get("/")
    numbers = dict(zip(page.values("data-today"), page.values("data-count", "span"), strict=True))
    assert numbers["food_bag"] == "5" and numbers["food_visit"] == "0"
    assert not browse("door").get("/").values("data-today")


def test_the_numbers_are_answered_with_their_day(browse: Browse) -> None:
    tap(browse("staff"), "sms", 5)
    answer = browse("staff").client.get("/api/counts")
    assert answer.json is not None and answer.json["kiosk"] == 1
    assert answer.json["counts"]["sms"] == 5 and "visit" not in answer.json["counts"]


def test_a_quick_count_by_form_is_thanked_and_one_more_is_one(browse: Browse, house: House) -> None:
    volunteer = browse("volunteer")
    form = next(form for form in volunteer.get("/").forms() if form.get("activity") == "volunteer_hours")
    several = next(form for form in volunteer.get("/").forms() if form.get("count") == "30")
    assert form["count"] == "10"
    answer = volunteer.post(several.pop("action"), data=several)
    page = volunteer.get(answer.location)
    assert "«3 Frivillige timer»" in page.text("main")
    undo, again = [form for form in page.forms() if form.get("id") and form.get("activity") == "volunteer_hours"][-2:]
    assert (undo.get("undoes"), undo["count"], again["count"]) == (several["id"], "30", "10")
    assert [one.count for one in house.ledger()] == [30]


def test_the_newest_taps_are_a_page_of_forms_too(browse: Browse, house: House) -> None:
    staff = browse("staff")
    id = tap(staff, "sms", 5)
    answer = staff.client.get("/api/newest").json
    assert answer is not None
    (listed,) = answer["taps"]
    assert (listed["id"], listed["word"], listed["count"], listed["isUndone"]) == (id, "SMS", 5, False)
    assert listed["at"] % 60_000 == 0
    (form,) = [form for form in staff.get("/siste").forms() if form.get("undoes")]
    staff.post(form.pop("action"), data=form)
    assert sorted((one.kind, one.count) for one in house.ledger()) == [(EventKind.TAP, 5), (EventKind.UNDO, -5)]
    assert "Tatt tilbake" in staff.get("/siste").text("main")


def test_somebody_of_all_centres_taps_for_the_centre_that_is_shown(browse: Browse, house: House) -> None:
    house.users["staff"].centre_id = None
    house.session.commit()
    client = browse("staff")
    page = client.get("/trykk?senter=andre")
    form = next(form for form in page.forms() if form.get("activity") == "phone")
    answer = client.post(form.pop("action"), data=form)
    assert answer.location.startswith("/trykk?takk=") and answer.location.endswith("senter=andre")
    assert [one.centre_id for one in house.ledger()] == [house.other_centre.id]
    assert page.values("data-home") == ["/trykk?senter=andre"]


def test_food_bags_by_form(browse: Browse) -> None:
    volunteer = browse("volunteer")
    assert volunteer.post("/matdag", data={"packed": "40", "left": ""}).status_code == 303
    assert volunteer.post("/matdag", data={"left": "6"}).status_code == 303
    assert "34 delt ut etter denne tellingen, 0 trykket" in volunteer.get("/").text("main")
    assert (
        "Matposer: 34 delt ut etter de frivilliges telling, 0 trykket."
        in browse("reader").get("/i-dag?senter=prove").text()
    )
    assert "Matposer" not in browse("elsewhere").get("/i-dag").text()


def test_bags_that_cannot_be_are_refused_in_words_and_keep_what_was(browse: Browse) -> None:
    volunteer = browse("volunteer")
    volunteer.post("/matdag", data={"packed": "40", "left": "6"})
    for data, words in (
        ({"left": "41"}, "flere igjen enn det ble pakket"),
        ({"packed": "mange"}, "helt tall fra 0 til"),
        ({"packed": "-1"}, "helt tall fra 0 til"),
        ({"packed": "99999"}, "helt tall fra 0 til"),
    ):
        answer = volunteer.post("/matdag", data=data)
        assert answer.status_code == 422 and words in answer.get_data(as_text=True)
        fragment = volunteer.post("/matdag", data=data, headers={"HX-Request": "true"})
        assert fragment.status_code == 422 and fragment.get_data(as_text=True).lstrip().startswith('<form id="food"')
    assert "34 delt ut" in volunteer.get("/matdag").text("main")


def test_bags_from_another_page_are_refused(browse: Browse) -> None:
    answer = browse("volunteer").post("/matdag", data={"packed": "4"}, headers={"Origin": "http://elsewhere.example"})
    assert answer.status_code == 403


def test_the_home_screen_starts_where_the_person_taps(browse: Browse) -> None:
    for who, path, start in (("door", "/", "/"), ("staff", "/trykk", "/trykk")):
        client = browse(who)
        (address,) = [href for href in client.get(path).values("href", "link") if "manifest" in href]
        manifest = client.client.get(address)
        assert manifest.mimetype == "application/manifest+json" and manifest.json is not None
        assert manifest.json["start_url"] == start and manifest.json["name"] == "Tellekiosk"
        for icon in manifest.json["icons"]:
            assert client.client.get(icon["src"]).mimetype == "image/png"
