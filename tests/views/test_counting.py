"""The day and the year, as staff read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from kiosk.database import writing
from kiosk.domain.periods import local_day_and_hour
from kiosk.kinds import Quality, Span
from tests.build import House, event
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def cells(page_text: str) -> str:
    return page_text.replace("\u202f", " ").replace("\u00a0", " ")


def test_the_day_shows_what_was_tapped_today_and_not_what_another_centre_counted(browse: Browse, house: House) -> None:
    today, _ = local_day_and_hour(datetime.now(UTC), house.centre.timezone)
    with writing(house.session):
        event(house.session, house.centre, house.activities["visit"], 14, today)
        event(house.session, house.centre, house.activities["visit"], 17, today - timedelta(days=7))
        event(house.session, house.other_centre, house.activities["visit"], 1000, today)
        house.session.commit()
    text = browse("reader").get("/i-dag?senter=prove").text("main")
    assert "Besøk 14 –ingen tall 17" in cells(text) and "1000" not in cells(text)


def test_htmx_gets_the_fragment_alone_and_the_same_that_stands_in_the_page(browse: Browse) -> None:
    client = browse("leader")
    page = client.client.get("/i-dag").get_data(as_text=True)
    answer = client.client.get("/i-dag", headers={"HX-Request": "true"})
    fragment = answer.get_data(as_text=True)
    assert "<html" not in fragment and fragment.strip() in page
    assert "HX-Request" in answer.headers["Vary"]


def test_the_year_shows_last_year_the_change_and_why_there_is_none(browse: Browse, house: House) -> None:
    with writing(house.session):
        for year, visits, bags in ((2025, 3220, 10), (2026, 3557, 15)):
            for activity, count in (("visit", visits), ("food_bag", bags)):
                event(house.session, house.centre, house.activities[activity], count, date(year, 1, 15))
        event(
            house.session,
            house.centre,
            house.activities["participants"],
            44,
            date(2025, 1, 1),
            span=Span.YEAR,
            quality=Quality.FROM_LIST,
        )
        house.session.commit()
    text = cells(browse("leader").get("/aar/2026").text("main"))
    assert "3 557" in text and "3 220" in text and "+10 %" in text
    assert "for få til å sammenligne" in text


def test_a_year_without_numbers_says_so_and_an_impossible_one_does_not_exist(browse: Browse) -> None:
    client = browse("leader")
    assert "Ingen tall" in client.get("/aar/2019").text("main")
    for path in ("/aar/12", "/aar/99999", "/aar/x"):
        client.get(path, status=404)


def test_an_expired_fragment_sends_the_whole_page_to_the_sign_in(browse: Browse) -> None:
    answer = browse("nobody").client.get(
        "/i-dag", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/i-dag"}
    )
    assert answer.status_code == 204 and answer.headers["HX-Redirect"] == "/logg-inn?next=/i-dag"
