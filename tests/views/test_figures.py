"""Months, figures down to their events, all centres: as people of each role read them."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from kiosk.database import writing
from kiosk.kinds import Audience, EventKind, Reason, Span
from kiosk.models import DayClosing
from tests.build import NOW, House, event
from tests.pages import PageClient

Browse = Callable[[str], PageClient]

THURSDAY, FRIDAY = date(2025, 10, 2), date(2025, 10, 3)


def said(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def live_two_days(house: House) -> None:
    """A Thursday with 14 visits that somebody approved, and a Friday on which the centre was closed."""
    with writing(house.session):
        event(house.session, house.centre, house.activities["visit"], 14, THURSDAY)
        event(house.session, house.other_centre, house.activities["visit"], 1000, THURSDAY)
        for day, was_open, totals in ((THURSDAY, True, {"visit": 14}), (FRIDAY, False, {})):
            house.session.add(
                DayClosing(
                    centre_id=house.centre.id, day=day, was_open=was_open, totals=totals, closed_at=NOW,
                    sentence="Høstferie" if not was_open else None,
                )
            )  # fmt: skip
        house.session.commit()


def test_the_month_says_each_state_in_words_and_carries_the_sentences(browse: Browse, house: House) -> None:
    live_two_days(house)
    page = browse("reader").get("/maaned/2025/10?senter=prove")
    text = said(page.text("main"))
    assert "1 av 21 åpningsdager siden 2. oktober 2025 har tall" in text
    for words in ("tor. 2. godkjent 14", "fre. 3. stengt", "lør. 4. stengt", "man. 6. mangler", "Høstferie"):
        assert words in text, words
    assert "1000" not in text and "1 000" not in text


def test_a_cell_of_the_month_opens_its_day_and_its_head_the_activity(browse: Browse, house: House) -> None:
    live_two_days(house)
    links = browse("leader").get("/maaned/2025/10").values("href", "a")
    assert links.count("/dag/2025-10-02") == 2 and "/tall/visit/2025/10" in links
    links = browse("reader").get("/maaned/2025/10?senter=prove").values("href", "a")
    assert "/dag/2025-10-02?senter=prove" in links


def test_only_those_who_may_enter_are_offered_a_week(browse: Browse, house: House) -> None:
    live_two_days(house)
    assert "/uke/2025/40" in browse("staff").get("/maaned/2025/10").values("href", "a")
    links = browse("reader").get("/maaned/2025/10?senter=prove").values("href", "a")
    assert not [link for link in links if link.startswith("/uke/")]


def test_an_empty_month_says_what_will_stand_there_and_an_impossible_one_does_not_exist(browse: Browse) -> None:
    client = browse("leader")
    assert "Ingen tall for mars 2019" in client.get("/maaned/2019/3").text("main")
    assert "mangler" not in client.get("/maaned/2099/3").text("main")
    for path in ("/maaned/2025/13", "/maaned/2025/0", "/maaned/12/1", "/tall/visit/2025-02-30", "/tall/nothing/2025"):
        client.get(path, status=404)


def test_every_number_opens_down_to_the_events_behind_it(browse: Browse, house: House) -> None:
    live_two_days(house)
    client = browse("leader")
    assert "/tall/visit/2025/10" in client.get("/aar/2025").values("href", "a")
    assert "/tall/visit/2025/10" in client.get("/tall/visit/2025").values("href", "a")
    assert "/tall/visit/2025-10-02" in client.get("/tall/visit/2025/10").values("href", "a")
    text = said(client.get("/tall/visit/2025-10-02").text("main"))
    assert "14 besøk godkjent" in text and "+14 Ført inn" in text


def test_what_is_known_for_a_month_or_a_year_alone_is_shown_with_it(browse: Browse, house: House) -> None:
    with writing(house.session):
        event(house.session, house.centre, house.activities["reuse_kg"], 15, date(2025, 10, 1), span=Span.MONTH)
        event(house.session, house.centre, house.activities["participants"], 44, date(2025, 1, 1), span=Span.YEAR)
        house.session.commit()
    client = browse("leader")
    assert "For hele måneden" in client.get("/tall/reuse_kg/2025/10").text("main")
    assert "For hele året" in client.get("/tall/participants/2025").text("main")


def test_the_minute_is_for_staff_and_nobody_is_named(browse: Browse, house: House) -> None:
    at = datetime(2025, 10, 2, 8, 42, tzinfo=UTC)
    with writing(house.session):
        tap = event(
            house.session, house.centre, house.activities["visit"], 1, THURSDAY, kind=EventKind.TAP,
            audience=Audience.PARTICIPANT, hour=10, tapped_at=at,
        )  # fmt: skip
        event(house.session, house.centre, house.activities["visit"], -1, THURSDAY, kind=EventKind.UNDO, undoes=tap)
        event(
            house.session, house.centre, house.activities["visit"], 3, THURSDAY, kind=EventKind.CORRECTION,
            reason=Reason.TABLET_FAILED, user_id=house.users["leader"].id,
        )  # fmt: skip
        house.session.commit()
    staff = browse("staff").get("/tall/visit/2025-10-02").text("main")
    reader = browse("reader").get("/tall/visit/2025-10-02?senter=prove").text("main")
    assert "10.42" in staff and "10.42" not in reader and "10–11" in reader
    for text in (staff, reader):
        assert "angret senere" in text and "Nettbrettet sviktet" in text and "Leder" in text
        assert "Liv" not in text


def test_all_centres_add_up_name_the_silent_one_and_lead_to_each(browse: Browse, house: House) -> None:
    with writing(house.session):
        event(house.session, house.centre, house.activities["visit"], 14, THURSDAY)
        house.session.commit()
    client = browse("reader")
    page = client.get("/alle-sentre/2025")
    assert "Ingen tall fra Andresenteret." in page.text("main")
    with writing(house.session):
        event(house.session, house.other_centre, house.activities["visit"], 100, THURSDAY)
        house.session.commit()
    page = client.get("/alle-sentre/2025")
    assert "Besøk 100 14 114" in said(page.text("main"))
    assert "/aar/2025?senter=prove" in page.values("href", "a")
    assert page.forms()[0]["action"] == "/aar/2025"
    assert "/alle-sentre?senter=prove" in client.get("/aar/2025?senter=prove").values("href", "a")
