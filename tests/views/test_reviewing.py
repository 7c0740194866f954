"""Se over dagen, as people see it: without JavaScript, by role, and with what was refused in words."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.database import writing
from kiosk.domain.closings import find_closing
from kiosk.domain.days import count_totals
from kiosk.domain.food import keep_food
from kiosk.domain.periods import local_day_and_hour
from kiosk.kinds import Reason
from kiosk.models import AuditEntry, DayClosing, Installation
from tests.build import House, event
from tests.pages import PageClient
from tests.sending import form_of, send

Browse = Callable[[str], PageClient]


@pytest.fixture(autouse=True)
def no_tokens(app: Flask) -> None:
    """Without the tokens against forged forms, which have their own tests."""
    app.config["WTF_CSRF_ENABLED"] = False


@pytest.fixture
def today(house: House) -> date:
    """Today, on which the centre is open whatever weekday it is."""
    with writing(house.session):
        house.centre.open_weekdays = list(range(7))
        house.session.add(house.centre)
        house.session.commit()
    return local_day_and_hour(datetime.now(UTC), house.centre.timezone)[0]


def count(house: House, day: date, **counts: int) -> None:
    with writing(house.session):
        for key, number in counts.items():
            event(house.session, house.centre, house.activities[key], number, day)
        event(house.session, house.other_centre, house.activities["visit"], 1000, day)
        house.session.commit()


def totals(house: House, day: date) -> dict[str, int]:
    found = count_totals(house.session, house.centre.id, day)
    house.session.commit()
    return found


def cells(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_plain_day_is_approved_with_one_press(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14, lunch=11)
    client = browse("staff")
    page = client.get(f"/dag/{today}")
    assert "Ikke sett over ennå" in page.text("p") and "Stemmer det?" in page.text("h2")
    send(client, form_of(page, "/lukk"), was_open="yes", sentence="Sommerfest i hagen")
    page = client.get(f"/dag/{today}")
    said = cells(page.text("main"))
    assert "Godkjent av Stian Ansatt" in said and "Sommerfest i hagen" in said
    assert not [one for one in page.forms() if one["action"].endswith("/lukk")]
    assert "godkjente" in said


def test_a_form_sent_twice_approves_once(browse: Browse, house: House, today: date) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    for _ in range(2):
        send(client, form, was_open="no")
    assert len(house.session.scalars(select(DayClosing)).all()) == 1
    assert "Senteret var stengt denne dagen" in client.get(f"/dag/{today}").text("p")


def test_what_was_counted_meanwhile_is_shown_before_it_is_approved(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14)
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    count(house, today, visit=1)
    page = send(client, form, status=409, was_open="yes", sentence="Regn")
    assert "Besøk: du så 14, nå er det 15" in cells(page.text("li"))
    assert "Tallene endret seg mens du så på dem" in page.text("p")
    form = form_of(page, "/lukk")
    assert form["sentence"] == "Regn"
    send(client, form, was_open="yes")
    closing = find_closing(house.session, house.centre.id, today)
    assert closing is not None and closing.totals == {"visit": 15}


def test_a_sentence_too_long_is_not_cut(browse: Browse, house: House, today: date) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    page = send(client, form, status=422, was_open="yes", sentence="x" * 141)
    assert "Høyst 140 tegn" in page.text("p") and "x" * 141 in page.values("value", "input")
    assert find_closing(house.session, house.centre.id, today) is None


def test_a_sentence_loses_what_no_database_takes(browse: Browse, house: House, today: date) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    send(client, form, was_open="yes", sentence="Regn\0 og  vind\n")
    closing = find_closing(house.session, house.centre.id, today)
    assert closing is not None and closing.sentence is not None and closing.sentence.startswith("Regn og vind")


@pytest.mark.parametrize("fields", [{"shown": "visit"}, {"shown": "visit=x"}, {"was_open": "maybe"}, {"op_id": "1"}])
def test_a_form_that_nobody_made_changes_nothing(
    browse: Browse, house: House, today: date, fields: dict[str, str]
) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    send(client, form | {"was_open": "yes"} | fields, status=422)
    assert find_closing(house.session, house.centre.id, today) is None


def test_a_reader_sees_the_day_and_can_do_nothing_with_it(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14)
    page = browse("reader").get(f"/dag/{today}?senter=prove")
    assert "Besøk 14" in cells(page.text("main"))
    # Choosing a centre and signing out.
    assert {one["action"] for one in page.forms()} <= {f"/dag/{today}", "/logg-ut"}


def test_no_day_is_approved_by_a_wrong_clock(browse: Browse, house: House, today: date) -> None:
    client = browse("leader")
    form = form_of(client.get(f"/dag/{today}"), "/lukk")
    with writing(house.session):
        house.session.execute(update(Installation).values(high_water_on=date(2099, 1, 1)))
        house.session.commit()
    page = send(client, form, status=409, was_open="yes")
    assert "Klokka på kioskens server går feil" in page.text("p")
    assert find_closing(house.session, house.centre.id, today) is None


def test_a_day_to_come_is_shown_and_cannot_be_closed(browse: Browse, house: House, today: date) -> None:
    client = browse("leader")
    tomorrow = today + timedelta(days=1)
    page = client.get(f"/dag/{tomorrow}")
    assert "ikke kommet ennå" in page.text("p") and len(page.forms()) == 1
    form = form_of(client.get(f"/dag/{today}"), "/lukk") | {"action": f"/dag/{tomorrow}/lukk"}
    assert "Dagen har ikke begynt ennå" in send(client, form, status=409, was_open="yes").text("p")


@pytest.mark.parametrize("iso", ["2026-13-01", "i-gaar", "20261021", "1800-01-01", "2026-W43-3"])
def test_what_is_no_day_does_not_exist(browse: Browse, iso: str) -> None:
    browse("leader").get(f"/dag/{iso}", status=404)


def test_a_leader_reopens_with_a_reason_and_staff_may_not(browse: Browse, house: House, today: date) -> None:
    client = browse("leader")
    send(client, form_of(client.get(f"/dag/{today}"), "/lukk"), was_open="yes")
    assert "En leder kan gjenåpne" in browse("staff").get(f"/dag/{today}").text("p")
    form = form_of(client.get(f"/dag/{today}"), "/gjenapne")
    form.pop("reason")
    assert "Velg hvorfor" in send(client, form, status=422).text("p")
    send(client, form, reason=Reason.DOUBLED.value)
    page = client.get(f"/dag/{today}")
    assert "Ikke sett over ennå" in page.text("p") and "gjenåpnet" in page.text("li")


def test_numbers_are_put_right_by_writing_what_they_should_be(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14, volunteer_hours=20)
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}/rett"), "/rett")
    assert (form["number-visit"], form["number-volunteer_hours"]) == ("14", "2")
    send(client, form, **{"number-visit": "12", "number-volunteer_hours": "2,5", "reason": "doubled"})
    assert (totals(house, today)["visit"], totals(house, today)["volunteer_hours"]) == (12, 25)
    said = cells(client.get(f"/dag/{today}").text("li"))
    assert "Besøk fra 14 til 12" in said and "Frivillige timer fra 2 til 2,5" in said and "(talt to ganger)" in said


def test_two_correct_the_same_number_and_the_second_sees_both(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14, lunch=3)
    first, second = browse("staff"), browse("leader")
    forms = [form_of(client.get(f"/dag/{today}/rett"), "/rett") for client in (first, second)]
    send(first, forms[0], **{"number-visit": "15", "reason": "forgotten"})
    page = send(second, forms[1], status=409, **{"number-visit": "16", "reason": "forgotten"})
    assert "du så 14, nå er det 15" in cells(page.text("p"))
    assert totals(house, today)["visit"] == 15
    # What they wrote is still there; what they had not touched is as it is now.
    form = form_of(page, "/rett")
    assert (form["number-visit"], form["shown-visit"], form["number-lunch"]) == ("16", "15", "3")
    send(second, form, reason="forgotten")
    assert totals(house, today)["visit"] == 16


@pytest.mark.parametrize("written", ["", "tolv", "-1", "1,5", "1e3", "10000", "9" * 400, "١٢"])
def test_what_is_no_number_is_said_beside_it_and_nothing_is_lost(
    browse: Browse, house: House, today: date, written: str
) -> None:
    count(house, today, visit=14)
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}/rett"), "/rett")
    page = send(client, form, status=422, **{"number-visit": written, "number-lunch": "4", "reason": "testing"})
    assert any(words in page.text("p") for words in ("Skriv et tall", "Skriv et helt tall", "mer enn noen teller"))
    form = form_of(page, "/rett")
    assert (form["number-visit"], form["number-lunch"]) == (written, "4")
    assert totals(house, today) == {"visit": 14}


def test_without_a_reason_or_a_change_nothing_is_stored(browse: Browse, house: House, today: date) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}/rett"), "/rett")
    form.pop("reason")
    assert "Velg hvorfor" in send(client, form, status=422, **{"number-visit": "3"}).text("a")
    assert "Ingen tall er endret" in send(client, form, status=409, reason="testing").text("p")
    assert totals(house, today) == {}


def test_an_approved_day_is_not_put_right_before_it_is_reopened(browse: Browse, house: House, today: date) -> None:
    client = browse("staff")
    form = form_of(client.get(f"/dag/{today}/rett"), "/rett")
    send(client, form_of(client.get(f"/dag/{today}"), "/lukk"), was_open="yes")
    assert "allerede godkjent" in send(client, form, status=409, reason="testing", **{"number-visit": "3"}).text("p")
    assert client.client.get(f"/dag/{today}/rett").location == f"/dag/{today}"


def test_late_taps_are_shown_until_the_day_is_approved_anew(browse: Browse, house: House, today: date) -> None:
    count(house, today, visit=14)
    client = browse("staff")
    send(client, form_of(client.get(f"/dag/{today}"), "/lukk"), was_open="yes", sentence="Regn")
    count(house, today, visit=2)
    page = client.get(f"/dag/{today}")
    assert "Endret etter godkjenning: Besøk 14 → 16 (+2)." in cells(page.text("p"))
    send(client, form_of(page, "/lukk"), was_open="yes")
    text = cells(client.get(f"/dag/{today}").text("main"))
    assert "Endret etter godkjenning" not in text and "på nytt: Besøk +2" in text and "Regn" in text


def test_the_log_names_the_role_once_the_person_is_forgotten(browse: Browse, house: House, today: date) -> None:
    client = browse("leader")
    send(client, form_of(client.get(f"/dag/{today}"), "/lukk"), was_open="yes")
    with writing(house.session):
        house.session.execute(update(AuditEntry).values(user_id=None, by_role="leader"))
        house.session.commit()
    assert "Leder godkjente" in client.get(f"/dag/{today}").text("li")


def test_a_low_number_is_unusual_once_its_day_is_over_and_was_open(browse: Browse, house: House, today: date) -> None:
    yesterday = today - timedelta(days=1)
    for day in (today, yesterday):
        for weeks in range(1, 10):
            count(house, day - timedelta(weeks=weeks), visit=40)
    count(house, today, visit=1)
    client = browse("staff")
    assert "uvanlig" not in client.get(f"/dag/{today}").text("th")
    page = client.get(f"/dag/{yesterday}")
    assert "uvanlig" in page.text("th")
    send(client, form_of(page, "/lukk"), was_open="no")
    assert "uvanlig" not in client.get(f"/dag/{yesterday}").text("th")
    count(house, today, visit=200)
    assert "uvanlig" in client.get(f"/dag/{today}").text("th")


def test_bags_counted_by_hand_suggest_the_number_where_it_is_put_right(
    browse: Browse, house: House, today: date
) -> None:
    yesterday = today - timedelta(days=1)
    count(house, yesterday, food_bag=30)
    with writing(house.session):
        keep_food(house.session, house.centre.id, yesterday, 40, 6)
        house.session.commit()
    client = browse("staff")
    page = client.get(f"/dag/{yesterday}")
    assert "34 delt ut etter de frivilliges telling, 30 trykket" in page.text("li")
    assert f"/dag/{yesterday}/rett" in page.values("href", "a")
    assert "34 delt ut" in client.get(f"/dag/{yesterday}/rett").text("main")
    send(
        client,
        form_of(client.get(f"/dag/{yesterday}/rett"), "/rett"),
        **{"number-food_bag": "34", "reason": "forgotten"},
    )
    assert "delt ut" not in client.get(f"/dag/{yesterday}").text("main")
