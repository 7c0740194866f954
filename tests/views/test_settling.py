"""What is odd about a day and what waits, mended where it is looked over."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.database import writing
from kiosk.domain import clock
from kiosk.domain.days import count_totals
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Tap
from kiosk.kinds import EventKind, Reason
from kiosk.models import HeldTap, Station
from tests.build import House, tap
from tests.pages import Page, PageClient
from tests.sending import form_of, send, with_new_ids

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


def totals(house: House, day: date) -> dict[str, int]:
    found = count_totals(house.session, house.centre.id, day)
    house.session.commit()
    return found


def test_a_series_is_flagged_and_taken_back_with_one_press(browse: Browse, house: House, today: date) -> None:
    now = datetime.now(UTC)
    with writing(house.session):
        record_taps(house.session, house.poster(), [plain_tap(now) for _ in range(15)], now)
        house.session.commit()
    client = browse("staff")
    page = client.get(f"/dag/{today}")
    assert "Inngang, Besøk: 15 trykk på rad" in page.text("li")
    send(client, form_of(page, "/serie"))
    assert totals(house, today)["visit"] == 0
    assert len([one for one in house.ledger() if one.kind is EventKind.UNDO]) == 15
    assert "på rad" not in client.get(f"/dag/{today}").text("li")
    again = send(client, form_of(page, "/serie") | {"op_id": str(uuid4())}, status=409)
    assert "noen har allerede angret den" in again.text("p")


def test_tablets_that_keep_taps_or_sent_none_are_named(browse: Browse, house: House, today: date) -> None:
    with writing(house.session):
        house.session.execute(update(Station).values(paired_at=datetime.now(UTC) - timedelta(days=2)))
        house.session.execute(update(Station).where(Station.name == "Inngang").values(pending=3))
        record_taps(house.session, house.poster(), [plain_tap(datetime.now(UTC))], datetime.now(UTC))
        house.session.commit()
    said = browse("staff").get(f"/dag/{today}").text("li")
    assert "Inngang har fortsatt 3 trykk liggende" in said
    assert "Ingen trykk kom fra: Kontoret, Matutdeling." in said and "Stjålet" not in said
    # Once the day was approved it is forgotten which tablets its taps came from, and stays so.
    leader = browse("leader")
    send(leader, form_of(leader.get(f"/dag/{today}"), "/lukk"), was_open="yes")
    send(leader, form_of(leader.get(f"/dag/{today}"), "/gjenapne"), reason=Reason.DOUBLED.value)
    assert "Ingen trykk kom fra" not in leader.get(f"/dag/{today}").text("li")


def plain_tap(now: datetime, activity: str = "visit") -> Tap:
    """One that was made just now."""
    return tap(activity, testimony=clock.Testimony(wall=round(now.timestamp() * 1000), offset=0, age=0, now=None))


def hold(house: House, *keys: str) -> list[HeldTap]:
    now = datetime.now(UTC)
    with writing(house.session):
        record_taps(house.session, house.poster(), [plain_tap(now, key) for key in keys], now)
        house.session.commit()
    return list(house.session.scalars(select(HeldTap)))


def settle(client: PageClient, page: Page, outcome: str, status: int = 303) -> Page:
    (form, *_) = [one for one in page.forms() if "/venter/" in one["action"]]
    return send(client, form, status=status, outcome=outcome)


def test_held_taps_are_accepted_or_dismissed_where_the_day_is_looked_over(
    browse: Browse, house: House, today: date
) -> None:
    hold(house, "phone")
    client = browse("staff")
    page = client.get(f"/dag/{today}")
    assert "Telefon" in page.text("strong") and "står ikke på nettbrettets skjermbilde" in page.text("p")
    settle(client, page, "accepted")
    assert totals(house, today) == {"phone": 1, "contact": 1}
    assert "Telefon" not in client.get(f"/dag/{today}").text("strong")


def test_all_that_waits_stands_on_a_page_of_its_own_with_why_it_cannot_be_counted(
    browse: Browse, house: House, today: date
) -> None:
    client = browse("leader")
    assert "Ingen trykk venter" in client.get("/venter").text("p")
    hold(house, "unheard_of")
    page = client.get("/venter")
    refused = settle(client, page, "accepted", status=409)
    assert "Trykket kan ikke telles. Aktiviteten finnes ikke." in refused.text("p")
    settle(client, refused, "dismissed")
    assert "Ingen trykk venter" in client.get("/venter").text("p")
    assert "avgjort dette trykket allerede" in settle(client, with_new_ids(page), "dismissed", status=409).text("p")


def test_another_centres_held_tap_is_none_of_ones_business(browse: Browse, house: House) -> None:
    (held,) = hold(house, "phone")
    client = browse("elsewhere")
    form = {"action": f"/venter/{held.key}", "op_id": str(uuid4())}
    assert "finnes ikke noe slikt trykk" in send(client, form, status=409, outcome="accepted").text("p")
    assert isinstance(held.key, UUID) and not house.ledger()
