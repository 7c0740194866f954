"""The tablet's queue: what was thanked arrives, once, whatever lies between the tablet and the server."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import Tablet
from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation, wait_until
from tests.browser.tablet import keep, press, records, said, states, wait_until_all_are
from tests.browser.test_shell import wait_for_shell
from tests.faults.chaos_proxy import PORTAL, Answer, Fate, Proxy

pytestmark = pytest.mark.browser

OSLO = ZoneInfo("Europe/Oslo")
HOUR_MS = 3_600_000
JSON = {"Content-Type": "application/json"}

NOT_OURS = {
    "a portal's page": PORTAL,
    "another JSON": Answer(200, b'{"ok": true}', JSON),
    "no verdict": Answer(200, b'{"kiosk": 1, "now": 1790000000000, "epoch": "e", "verdicts": {}}', JSON),
    "no JSON": Answer(200, b'{"kiosk": 1, "now": 17900', JSON),
    "a way elsewhere": Answer(302, headers={"Location": "/healthz"}),
    "a portal's sign-in": Answer(401, PORTAL.body, PORTAL.headers),
    "a proxy's error": Answer(413, b"<h1>413</h1>", PORTAL.headers),
    "nothing": Fate.DROP_REQUEST,
    "half an answer": Fate.TRUNCATE_ANSWER,
}


@pytest.fixture
def proxy(kiosk: Installation) -> Iterator[Proxy]:
    with Proxy(kiosk.port) as one:
        yield one


@pytest.fixture
def door_behind_proxy(kiosk: Installation, proxy: Proxy, open_tablet: OpenTablet) -> Page:
    page = open_tablet(kiosk, base_url=proxy.origin).new_page()
    page.goto("/")
    return page


def test_ten_minutes_of_taps_without_a_server_outlive_the_browser(kiosk: Installation, tmp_path: Path) -> None:
    tablet = Tablet(tmp_path / "profile", kiosk.origin, kiosk.cookies["door"])
    door = tablet.start().new_page()
    # Ten minutes in a few seconds: the tablet's clock starts ten minutes ago and is right in the end.
    door.clock.install(time=datetime.now(UTC) - timedelta(minutes=10))
    door.goto("/")
    kiosk.kill()
    tapped = []
    for _ in range(100):
        tapped += [door.evaluate("Date.now()") / 1000] * 2
        press(door, "visit", "lunch")
        expect(door.locator(".is-thanking")).to_have_count(2)
        door.clock.fast_forward(6000)
    tablet.kill()
    kiosk.start()
    try:
        door = tablet.start().new_page()
        door.goto("/")
        wait_until_all_are(door, "sent", 200)
    finally:
        tablet.kill()
    check_times(kiosk, tapped)


def check_times(kiosk: Installation, tapped: list[float]) -> None:
    rows = kiosk.query("SELECT tapped_at, day FROM tally_event ORDER BY tapped_at")
    assert len(rows) == len(tapped)
    for (tapped_at, day), wanted in zip(rows, tapped, strict=True):
        found = datetime.fromisoformat(tapped_at).replace(tzinfo=UTC)
        assert abs(found.timestamp() - wanted) < 60
        assert day == found.astimezone(OSLO).date().isoformat()


def test_the_first_taps_of_a_new_tablet_are_sure_though_nobody_answered_for_one_yet(
    kiosk: Installation, open_tablet: OpenTablet
) -> None:
    door = open_tablet(kiosk).new_page()
    # Its clock is three hours slow; that it learns from its first sign of life.
    door.clock.install(time=datetime.now(UTC) - timedelta(hours=3))
    with door.expect_response("**/api/health"):
        door.goto("/")
    wait_for_shell(door)
    kiosk.kill()
    tapped = []
    for activity in ("visit", "lunch"):
        # The second is made by a page that has never met the server.
        press(door, activity)
        expect(door.get_by_role("button", name="Angre")).to_be_visible()
        tapped.append(datetime.now(UTC).timestamp())
        door.reload()
    kiosk.start()
    door.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_are(door, "sent", 2)
    check_times(kiosk, tapped)
    assert kiosk.query("SELECT time_quality FROM tally_event") == ["sure", "sure"]


@pytest.mark.parametrize("answer", NOT_OURS.values(), ids=NOT_OURS)
def test_an_answer_that_is_not_ours_is_not_believed(
    kiosk: Installation, proxy: Proxy, door_behind_proxy: Page, answer: Answer | Fate
) -> None:
    door = door_behind_proxy
    proxy.treat_taps(answer)
    press(door, "visit", "lunch")
    expect(door.get_by_role("button", name="Angre")).to_be_visible()
    # The second try shows that the first answer was read and not believed.
    wait_until(lambda: len(proxy.posts()) >= 2, lambda: proxy.seen)
    assert states(door) == ["waiting", "waiting"]
    proxy.treat_taps(Fate.PASS)
    wait_until_all_are(door, "sent", 2)
    assert (kiosk.taps(), kiosk.sum()) == (2, 2)


def test_a_portal_is_not_believed_about_a_tap_that_could_not_be_kept(
    kiosk: Installation, proxy: Proxy, open_tablet: OpenTablet
) -> None:
    context = open_tablet(kiosk, base_url=proxy.origin)
    context.add_init_script("IDBFactory.prototype.open = () => { throw new Error('on purpose'); }")
    door = context.new_page()
    door.goto("/")
    proxy.treat_taps(PORTAL)
    press(door, "visit")
    expect(door.get_by_role("status")).to_have_text(said(door, "failed"))
    assert kiosk.taps() == 0


def test_an_answer_that_got_lost_counts_nothing_twice(
    kiosk: Installation, proxy: Proxy, door_behind_proxy: Page
) -> None:
    proxy.treat_taps(Fate.DROP_ANSWER)
    press(door_behind_proxy, "visit", "lunch")
    wait_until(lambda: len(proxy.posts()) >= 3, lambda: proxy.seen)
    assert kiosk.taps() == 2
    assert states(door_behind_proxy) == ["waiting", "waiting"]
    proxy.treat_taps(Fate.PASS)
    wait_until_all_are(door_behind_proxy, "sent", 2)
    assert kiosk.taps() == 2


@pytest.mark.parametrize("status", [429, 503])
def test_the_tablet_waits_as_long_as_it_is_asked_to(
    kiosk: Installation, proxy: Proxy, door_behind_proxy: Page, status: int
) -> None:
    proxy.treat_taps(Answer(status, b'{"kiosk": 1}', JSON | {"Retry-After": "4"}), delay=0.5)
    # The second comes while the first is on its way, the third during the pause: neither makes it impatient.
    press(door_behind_proxy, "visit", "lunch", ms=200)
    wait_until(lambda: bool(proxy.posts() and proxy.posts()[0].answered_at), lambda: proxy.seen)
    proxy.treat_taps(Fate.PASS)
    door_behind_proxy.get_by_role("button", name="Én til").click()
    wait_until_all_are(door_behind_proxy, "sent", 3)
    first, second = proxy.posts()[:2]
    assert second.came_at - first.answered_at >= 4
    assert kiosk.taps() == 3


def test_no_pause_is_longer_than_five_minutes(kiosk: Installation, proxy: Proxy, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk, base_url=proxy.origin).new_page()
    door.clock.install()
    door.goto("/")
    proxy.treat_taps(Answer(503, headers={"Retry-After": "86400"}))
    press(door, "visit")
    wait_until(lambda: bool(proxy.posts() and proxy.posts()[0].answered_at), lambda: proxy.seen)
    door.clock.fast_forward(200_000)
    press(door, "lunch")
    wait_until(lambda: states(door) == ["waiting"] * 2, lambda: states(door))
    assert len(proxy.posts()) == 1
    proxy.treat_taps(Fate.PASS)
    door.clock.fast_forward(100_000)
    wait_until_all_are(door, "sent", 2)


def test_a_poisoned_record_dies_and_blocks_nothing(kiosk: Installation, proxy: Proxy, door_behind_proxy: Page) -> None:
    door = door_behind_proxy
    kiosk.stop()
    press(door, "visit")
    keep(door, activity="x" * 1_000_000)
    press(door, "lunch")
    expect(door.get_by_role("button", name="Angre")).to_be_visible()
    kiosk.start()
    wait_until(lambda: sorted(states(door)) == ["dead", "sent", "sent"], lambda: states(door))
    alone = [one for one in proxy.posts() if one.status == 413 and len(json.loads(one.asked.body)["taps"]) == 1]
    assert len(alone) == 3
    press(door, "visit")
    wait_until(lambda: sorted(states(door)) == ["dead", "sent", "sent", "sent"], lambda: states(door))
    assert (kiosk.taps(), kiosk.held()) == (3, 0)
    # Staff are told of it.
    door.reload()
    wait_until(lambda: kiosk.query("SELECT max(dead) FROM station") == [1], lambda: "no sign of the dead record")


@pytest.mark.parametrize("is_emptied", [True, False])
def test_a_restored_database_is_offered_the_last_three_days_again(
    kiosk: Installation, template: Installation, door: Page, is_emptied: bool
) -> None:
    now = door.evaluate("Date.now()")
    for hours in (71, 73):
        keep(door, wall=now - hours * HOUR_MS, since=now - hours * HOUR_MS, state="sent")
    press(door, "visit", "lunch")
    # The one of three days ago is let go when the new ones are settled.
    wait_until_all_are(door, "sent", 3)
    if is_emptied:
        kiosk.begin_anew(template)
    kiosk.query("UPDATE installation SET epoch = 'restored'")
    # It is noticed with the next tap, and with the next sign of life, which wakes the sender by itself.
    if is_emptied:
        door.get_by_role("button", name="Én til").click()
        wait_until_all_are(door, "sent", 4)
    else:
        door.clock.pause_at(datetime.now(UTC) + timedelta(minutes=1))
        door.reload()
        kiosk.wait_for_taps(3)
        wait_until_all_are(door, "sent", 3)
    assert (kiosk.taps(), kiosk.held()) == (len(records(door)), 0)
    old = datetime.fromtimestamp(now / 1000 - 71 * 3600, OSLO).date().isoformat()
    assert kiosk.query("SELECT count(*) FROM tally_event WHERE day = ?", old) == [1]


def test_two_tabs_share_the_queue_and_count_nothing_twice(
    kiosk: Installation, proxy: Proxy, open_tablet: OpenTablet
) -> None:
    context = open_tablet(kiosk, base_url=proxy.origin)
    tabs = [context.new_page(), context.new_page()]
    for tab in tabs:
        tab.goto("/")
    # Slow enough that both send the same records.
    proxy.treat_taps(Fate.DROP_REQUEST)
    for _ in range(5):
        for tab in tabs:
            press(tab, "visit", "lunch")
        for tab in tabs:
            for button in tab.locator("form.tap button").all():
                expect(button).not_to_have_class("is-locked")
                expect(button).not_to_have_attribute("aria-disabled", "true")
    proxy.treat_taps(Fate.PASS, delay=3)
    for tab in tabs:
        tab.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_are(tabs[0], "sent", 20)
    assert (kiosk.taps(), kiosk.sum("visit"), kiosk.sum("lunch")) == (20, 10, 10)
    assert sum(len(sent_ids(one.asked.body)) for one in proxy.posts() if one.status == 200) > 20


def sent_ids(body: bytes) -> list[Any]:
    return [tap["id"] for tap in json.loads(body)["taps"]]
