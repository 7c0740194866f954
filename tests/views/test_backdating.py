"""Etterregistrering through HTTP: a plain form that adds to a day, once, and loses nothing that was written."""

from collections.abc import Callable

import pytest

from kiosk.kinds import Quality
from tests.build import House
from tests.pages import Page, PageClient

Browse = Callable[[str], PageClient]


def form_of(page: Page) -> dict[str, str]:
    return next(form for form in page.forms() if "op_id" in form)


def test_what_was_forgotten_is_entered_and_its_day_is_told(browse: Browse, house: House) -> None:
    staff = browse("staff")
    form = form_of(staff.get("/etterregistrer"))
    action = form.pop("action")
    form |= {"activity": "phone", "number": "3", "hour": ""}
    answer = staff.post(action, data=form)
    assert answer.status_code == 303
    page = staff.get(answer.location)
    assert "Ført inn. Telefon" in page.text("p") and "3 i alt" in page.text("p")
    (one,) = house.ledger()
    assert (one.count, one.quality, one.user_id) == (3, Quality.BACKDATED, house.users["staff"].id)
    assert "etterregistrerte" in staff.get(f"/dag/{form['day']}").text("li")
    assert ": 3 Telefon" in browse("leader").get("/endringslogg").text("main")
    # Ready for the next one of the same day, with nothing chosen.
    assert form_of(page)["day"] == form["day"] and form_of(page)["op_id"] != form["op_id"]
    assert staff.post(action, data=form).status_code == 303
    assert len(house.ledger()) == 1


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"activity": ""}, "Velg en aktivitet"),
        ({"activity": "contact"}, "telles ikke lenger"),
        ({"day": "3000-01-01"}, "Det har ikke vært ennå"),
        ({"day": "2020-01-01"}, "mer enn 400 dager siden"),
        ({"day": ""}, "Velg en dag"),
        ({"number": "0"}, "Skriv et tall over 0"),
        ({"number": "1,5"}, "Skriv et tall over 0"),
        ({"number": ""}, "Skriv et tall"),
        ({"op_id": ""}, "for gammel"),
    ],
)
def test_what_cannot_be_is_refused_in_words(browse: Browse, house: House, changed: dict[str, str], words: str) -> None:
    staff = browse("staff")
    form = form_of(staff.get("/etterregistrer"))
    action = form.pop("action")
    answer = staff.post(action, data=form | {"activity": "phone", "number": "7", "hour": "0"} | changed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and words in page
    assert 'value="phone"' in page and not house.ledger()
    Page(page).inspect()


def test_an_hour_no_clock_has_is_refused(browse: Browse, house: House) -> None:
    staff = browse("staff")
    form = form_of(staff.get("/etterregistrer"))
    answer = staff.post(form.pop("action"), data=form | {"activity": "phone", "number": "7", "hour": "24"})
    assert answer.status_code == 422 and not house.ledger()


def test_an_address_that_makes_no_sense_shows_the_plain_form(browse: Browse) -> None:
    for query in ("dag=x&aktivitet=phone", "dag=2026-01-01&aktivitet=x", "dag=2026-01-01", "aktivitet=phone"):
        assert "Ført inn" not in browse("staff").get(f"/etterregistrer?{query}").text()
