"""A missed week, entered on its sheet: what is refused loses nothing that was written."""

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from kiosk.database import writing
from kiosk.models import DayClosing
from tests.build import NOW, House, event
from tests.pages import Page, PageClient

Browse = Callable[[str], PageClient]

MONDAY, TUESDAY = date(2025, 10, 13), date(2025, 10, 14)
WEEK = "/uke/2025/42"


def form(client: PageClient, **numbers: tuple[str, str]) -> dict[str, object]:
    """What the browser sends: per cell what was written and what was shown; `visit_13` is visits on the 13th."""
    shown = client.get(WEEK)
    fields = next(one for one in shown.forms() if one["action"].startswith(WEEK))
    cells = {
        f"{name.rpartition('_')[0]}.2025-10-{name.rpartition('_')[2]}": list(values) for name, values in numbers.items()
    }
    return {"csrf_token": fields["csrf_token"], "op_id": fields["op_id"]} | cells


def page_of(client: PageClient, data: dict[str, object], status: int) -> Page:
    answer = client.post(WEEK, data=data)
    assert answer.status_code == status
    page = Page(answer.get_data(as_text=True))
    page.inspect()
    return page


def test_numbers_of_a_week_are_entered_and_the_month_says_so(browse: Browse, house: House) -> None:
    client = browse("staff")
    answer = client.post(WEEK, data=form(client, visit_13=("14", ""), lunch_14=("6", ""), talk_14=("0", "")))
    assert answer.status_code == 303 and answer.location == "/maaned/2025/10?entered=2&zeros=1"
    text = client.get(answer.location).text("main")
    assert "2 tall er ført inn. 1 null ble ikke lagret" in text
    assert sorted(one.count for one in house.ledger()) == [6, 14]


def test_the_same_form_sent_twice_counts_once(browse: Browse, house: House) -> None:
    client = browse("staff")
    data = form(client, visit_13=("14", ""))
    assert [client.post(WEEK, data=data).status_code for _ in range(2)] == [303, 303]
    assert [one.count for one in house.ledger()] == [14]


def test_hours_take_a_comma(browse: Browse, house: House) -> None:
    client = browse("staff")
    client.post(WEEK, data=form(client, volunteer_hours_13=("2,5", "")))
    assert [one.count for one in house.ledger()] == [25]


def test_a_whole_below_its_parts_is_refused_in_words(browse: Browse, house: House) -> None:
    client = browse("staff")
    page = page_of(client, form(client, trip_13=("6", ""), community_13=("5", "")), 422)
    assert "Fellesskapsbyggende aktivitet kan ikke være mindre enn delene til sammen: 6." in page.text("main")
    assert "5" in page.values("value", "input") and house.ledger() == []


def test_a_count_that_changed_meanwhile_shows_both_numbers_and_keeps_what_was_written(
    browse: Browse, house: House
) -> None:
    client = browse("staff")
    data = form(client, visit_13=("14", ""), lunch_14=("6", ""))
    with writing(house.session):
        event(house.session, house.centre, house.activities["visit"], 5, MONDAY)
        house.session.commit()
    page = page_of(client, data, 409)
    text = page.text("main")
    assert "du så ingen tall og skrev 14; nå står det 5." in text
    assert {"14", "6"} <= set(page.values("value", "input"))
    assert len(house.ledger()) == 1
    # Sent again against what is shown now, it holds.
    again = form(client, visit_13=("14", "5"), lunch_14=("6", ""))
    assert client.post(WEEK, data=again).status_code == 303
    assert sorted(one.count for one in house.ledger()) == [5, 6, 9]


def test_what_is_no_number_is_said_at_its_field_and_nothing_is_stored(browse: Browse, house: House) -> None:
    client = browse("staff")
    wrong = form(client, visit_13=("mange", ""), lunch_14=("2,5", ""), talk_13=("99999", ""), sms_13=("7", ""))
    page = page_of(client, wrong, 422)
    text = page.text("main")
    for words in ("Skriv et tall, for eksempel 12.", "Skriv et helt tall", "Det er mer enn noen teller på en dag."):
        assert words in text
    assert {"mange", "2,5", "99999", "7"} <= set(page.values("value", "input"))
    assert house.ledger() == []


def test_a_day_that_was_looked_over_meanwhile_takes_no_number_and_keeps_what_was_written(
    browse: Browse, house: House
) -> None:
    client = browse("staff")
    data = form(client, visit_13=("14", ""))
    with writing(house.session):
        house.session.add(DayClosing(centre_id=house.centre.id, day=MONDAY, was_open=True, totals={}, closed_at=NOW))
        house.session.commit()
    page = page_of(client, data, 422)
    assert "er sett over i mellomtiden" in page.text("main")
    assert "14" in page.values("value", "input") and house.ledger() == []


def test_a_form_without_its_id_stores_nothing(browse: Browse, house: House) -> None:
    client = browse("staff")
    data = form(client, visit_13=("14", "")) | {"op_id": "nonsense"}
    page_of(client, data, 422)
    assert client.post(WEEK, data={"op_id": str(uuid4()), "visit.2025-10-13": ["14", ""]}).status_code == 400
    assert house.ledger() == []


def test_a_week_that_no_calendar_has_does_not_exist(browse: Browse) -> None:
    for path in ("/uke/2025/53", "/uke/2025/0", "/uke/12/1"):
        browse("staff").get(path, status=404)
