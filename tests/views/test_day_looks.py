"""What I dag says needs a look."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update

from kiosk.database import writing
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.reviewing import Reviewer, close_day, reopen_day
from kiosk.domain.tallying import record_taps
from kiosk.kinds import Reason, Weekday
from kiosk.models import Centre, ClosedPeriod, Installation, Station
from tests.build import House, event, tap
from tests.pages import PageClient

Browse = Callable[[str], PageClient]


def hear_from_all(house: House) -> None:
    with writing(house.session):
        house.session.execute(update(Station).values(last_seen_at=datetime.now(UTC), pending=0, dead=0))
        house.session.commit()


def open_on(house: House, *weekdays: int) -> None:
    """Whatever day it is when this runs."""
    with writing(house.session):
        house.session.get_one(Centre, house.centre.id).open_weekdays = list(weekdays)
        house.session.commit()


def test_a_house_where_all_is_well_asks_for_nothing(browse: Browse, house: House) -> None:
    hear_from_all(house)
    page = browse("reader").get("/i-dag?senter=prove")
    assert "looks" not in page.values("class", "ul")
    assert "Inngang 0" in page.text("main") and "Stjålet" not in page.text("main")


def test_a_silent_tablet_one_that_keeps_taps_and_one_with_dead_taps_are_named(browse: Browse, house: House) -> None:
    hear_from_all(house)
    open_on(house, *Weekday)
    with writing(house.session):
        stations = {one.name: one for one in house.session.scalars(select(Station))}
        stations["Inngang"].last_seen_at = datetime.now(UTC) - timedelta(minutes=11)
        stations["Matutdeling"].oldest_hours = 1
        stations["Kontoret"].dead = 2
        stations["Andre inngang"].dead = 9
        house.session.commit()
    text = browse("leader").get("/i-dag").text("ul")
    assert "Inngang er stille" in text
    assert "Matutdeling har hatt trykk liggende i over en time" in text
    assert "Kontoret: 2 trykk kan ikke sendes" in text and "Andre inngang" not in text


def test_on_a_day_when_the_centre_is_closed_a_tablet_may_be_off_but_keeps_no_taps_unnoticed(
    browse: Browse, house: House
) -> None:
    hear_from_all(house)
    open_on(house)
    with writing(house.session):
        stations = {one.name: one for one in house.session.scalars(select(Station))}
        stations["Inngang"].last_seen_at = datetime.now(UTC) - timedelta(hours=11)
        house.session.commit()
    assert "looks" not in browse("leader").get("/i-dag").values("class", "ul")
    with writing(house.session):
        house.session.execute(update(Station).where(Station.name == "Inngang").values(oldest_hours=3))
        house.session.commit()
    assert "Inngang har hatt trykk liggende i over en time" in browse("leader").get("/i-dag").text("ul")


def test_a_number_far_above_what_is_usual_is_pointed_out_while_the_day_goes_on(browse: Browse, house: House) -> None:
    today = local_day_and_hour(datetime.now(UTC), house.centre.timezone)[0]
    with writing(house.session):
        for weeks in range(1, 11):
            for key in ("visit", "lunch"):
                event(house.session, house.centre, house.activities[key], 12, today - timedelta(weeks=weeks))
        event(house.session, house.centre, house.activities["visit"], 90, today)
        # Of few so far nobody knows yet.
        event(house.session, house.centre, house.activities["lunch"], 1, today)
        house.session.commit()
    page = browse("leader").get("/i-dag")
    assert page.text("th").count("uvanlig") == 1 and "Besøk uvanlig" in page.text("th")


def test_last_week_says_whether_the_centre_was_closed_or_nobody_came(browse: Browse, house: House) -> None:
    now = datetime.now(UTC)
    today = local_day_and_hour(now, house.centre.timezone)[0]
    week_ago = today - timedelta(weeks=1)
    open_on(house, *Weekday)
    leader = browse("leader")
    with writing(house.session):
        event(house.session, house.centre, house.activities["visit"], 3, today)
        house.session.commit()
    assert "Besøk 3 –ingen tall –ingen tall" in leader.get("/i-dag").text("tbody")
    # A holiday that was known beforehand, and a day that somebody marked.
    with writing(house.session):
        holiday = ClosedPeriod(centre_id=house.centre.id, first_on=week_ago, last_on=week_ago, words="")
        house.session.add(holiday)
        house.session.commit()
    assert "Besøk 3 –ingen tall stengt" in leader.get("/i-dag").text("tbody")
    with writing(house.session):
        house.session.delete(holiday)
        close_day(house.session, Reviewer(house.centre, None, now), week_ago, was_open=False, shown={})
        house.session.commit()
    assert "Besøk 3 –ingen tall stengt" in leader.get("/i-dag").text("tbody")
    with writing(house.session):
        by = Reviewer(house.centre, None, now)
        reopen_day(house.session, by, week_ago, Reason.TESTING)
        close_day(house.session, by, week_ago, was_open=True, shown={})
        house.session.commit()
    assert "Besøk 3 –ingen tall 0" in leader.get("/i-dag").text("tbody")


def test_a_tablet_that_can_keep_no_tap_is_named(browse: Browse, house: House) -> None:
    hear_from_all(house)
    health = {"kiosk": 1, "client": "abc", "pending": None, "dead": None, "oldest": None}
    assert browse("door").post("/api/health", json=health, headers={"X-Kiosk": "1"}).status_code == 200
    page = browse("leader").get("/i-dag")
    assert "Inngang kan ikke ta vare på trykk" in page.text("ul")
    assert "Inngang ukjent" in page.text("main")


def test_held_taps_are_said_to_wait(browse: Browse, house: House) -> None:
    hear_from_all(house)
    with writing(house.session):
        record_taps(house.session, house.poster(), [tap("phone"), tap("sms")], datetime.now(UTC))
        house.session.commit()
    assert "2 trykk venter på gjennomsyn" in browse("leader").get("/i-dag").text("ul")


def test_a_server_clock_that_went_back_is_said_aloud(browse: Browse, house: House) -> None:
    hear_from_all(house)
    with writing(house.session):
        house.session.execute(update(Installation).values(high_water_on=datetime(2099, 1, 1, tzinfo=UTC).date()))
        house.session.commit()
    assert "Klokka på kioskens server går feil" in browse("leader").get("/i-dag").text("ul")
