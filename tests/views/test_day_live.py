"""I dag keeps itself fresh, and an answer that would say the same is not made."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from kiosk.database import writing
from kiosk.domain.auditing import audit
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.tallying import record_taps
from kiosk.models import Station
from tests.build import House, event, tap
from tests.pages import Page, PageClient

Browse = Callable[[str], PageClient]


@pytest.fixture
def today(house: House) -> date:
    return local_day_and_hour(datetime.now(UTC), house.centre.timezone)[0]


def refresh(client: PageClient, page: Page) -> int:
    (etag,) = page.values("data-etag")
    headers = {"HX-Request": "true", "If-None-Match": f'"{etag}"'}
    return client.client.get("/i-dag", headers=headers).status_code


def change(house: House, *statements: Callable[[], object]) -> None:
    with writing(house.session):
        for statement in statements:
            statement()
        house.session.commit()


def test_nothing_changed_nothing_is_sent(browse: Browse, house: House) -> None:
    client = browse("leader")
    page = client.get("/i-dag")
    assert [refresh(client, page) for _ in range(3)] == [304, 304, 304]
    answer = client.client.get("/i-dag", headers={"HX-Request": "true", "If-None-Match": '"another"'})
    assert answer.status_code == 200
    # The whole page is always sent: its forms carry tokens.
    etag = page.values("data-etag")[0]
    assert client.client.get("/i-dag", headers={"If-None-Match": f'"{etag}"'}).status_code == 200


def test_whatever_the_page_shows_makes_it_fresh(browse: Browse, house: House, today: date) -> None:
    client = browse("leader")
    session, centre, visit = house.session, house.centre, house.activities["visit"]
    changes: list[Callable[[], object]] = [
        lambda: event(session, centre, visit, 1, today),
        # Taken back: the sum is as before, and yet there is more.
        lambda: event(session, centre, visit, -1, today),
        # Late: yesterday may have been approved without it.
        lambda: event(session, centre, visit, 1, today - timedelta(days=1)),
        lambda: event(session, centre, visit, 1, today - timedelta(days=7)),
        lambda: event(session, centre, visit, 1, today - timedelta(days=70)),
        lambda: record_taps(session, house.poster(), [tap("phone")], datetime.now(UTC)),
        lambda: session.execute(update(Station).values(last_seen_at=datetime.now(UTC))),
        lambda: session.execute(update(Station).where(Station.name == "Inngang").values(pending=2)),
        lambda: audit(
            session, "activity.rename", "visit", {}, {}, centre_id=None, user_id=None, now=datetime.now(UTC)
        ),
    ]  # fmt: skip
    for one in changes:
        page = client.get("/i-dag")
        change(house, one)
        assert refresh(client, page) == 200
        assert refresh(client, client.get("/i-dag")) == 304


def test_a_heartbeat_and_another_centres_taps_change_nothing_here(browse: Browse, house: House, today: date) -> None:
    now = datetime.now(UTC)
    change(
        house,
        lambda: house.session.execute(update(Station).values(last_seen_at=now - timedelta(seconds=40), pending=0)),
    )
    client = browse("leader")
    page = client.get("/i-dag")
    assert "Inngang 0 nå" in page.text("table")
    change(
        house,
        lambda: house.session.execute(update(Station).values(last_seen_at=now)),
        lambda: event(house.session, house.other_centre, house.activities["visit"], 1, today),
    )
    assert refresh(client, page) == 304


def test_one_persons_answer_is_not_anothers(browse: Browse) -> None:
    page = browse("leader").get("/i-dag")
    assert refresh(browse("staff"), page) == 200
    assert refresh(browse("elsewhere"), page) == 200


def test_days_to_look_over_are_linked_to_and_staff_may_look_over_today(
    browse: Browse, house: House, today: date
) -> None:
    long_ago = today - timedelta(days=3)
    change(house, lambda: event(house.session, house.centre, house.activities["visit"], 1, long_ago))
    links = browse("staff").get("/i-dag").values("href", "a")
    assert f"/dag/{long_ago}" in links and f"/dag/{today}" in links
    assert f"/dag/{today}?senter=prove" not in browse("reader").get("/i-dag?senter=prove").values("href", "a")
