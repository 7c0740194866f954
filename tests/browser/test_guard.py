"""What guards a tap: the lock against bounces, the thank-you that is never false, the time to take it back."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import pair
from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation, wait_until
from tests.browser.tablet import COUNT_THANKS, press, records, said, states, wait_until_all_are

pytestmark = pytest.mark.browser

UNDO_MS, LARGE_UNDO_MS, IDLE_MS, HEALTH_MS, UNPAIRED_MS = 8000, 20_000, 20_000, 30_000, 60_000

BROKEN_STORAGE = {
    "it does not open": "IDBFactory.prototype.open = () => { throw new Error('on purpose'); }",
    "it never answers": "IDBFactory.prototype.open = () => ({})",
    "it takes no record": "IDBObjectStore.prototype.put = () => { throw new Error('on purpose'); }",
    "the disk is full": """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (...all) {
            const request = put.apply(this, all);
            this.transaction.abort();
            return request;
        }""",
}

OCCUPY_THE_QUEUE = """() => new Promise((resolve) => {
    indexedDB.open("kiosk").onsuccess = ({ target }) => {
        const taps = target.result.transaction("taps", "readwrite").objectStore("taps");
        const read = () => {
            resolve();
            if (!window.isDone) taps.get("none").onsuccess = read;
        };
        taps.get("none").onsuccess = read;
    };
})"""


@pytest.mark.parametrize(("ms", "events"), [(80, 1), (300, 1), (900, 1), (1200, 2)])
def test_the_same_button_is_deaf_for_a_second(kiosk: Installation, door: Page, ms: int, events: int) -> None:
    press(door, "visit", "visit", ms=ms)
    wait_until_all_are(door, "sent", events)
    assert kiosk.taps() == kiosk.sum("visit") == events


def test_a_shaking_hand_counts_once(kiosk: Installation, door: Page) -> None:
    press(door, *["visit"] * 9, ms=90)
    wait_until_all_are(door, "sent", 1)
    assert kiosk.taps() == 1


def test_a_button_stays_deaf_until_it_is_known_what_became_of_the_tap(kiosk: Installation, door: Page) -> None:
    other = door.context.new_page()
    other.goto("/")
    # A long transaction of another tab: the tap has to wait for it, longer than the lock lasts.
    other.evaluate(OCCUPY_THE_QUEUE)
    press(door, "visit", "visit", ms=1200)
    other.evaluate("window.isDone = true")
    wait_until_all_are(door, "sent", 1)
    expect(door.locator(".is-thanking")).to_have_count(1)
    assert kiosk.taps() == 1


def test_another_button_is_never_locked(kiosk: Installation, door: Page) -> None:
    press(door, "visit", "lunch", ms=100)
    wait_until_all_are(door, "sent", 2)
    assert (kiosk.sum("visit"), kiosk.sum("lunch")) == (1, 1)


def test_a_locked_button_says_so_and_is_free_again(door: Page) -> None:
    button = door.locator("form.tap button").first
    button.click()
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).not_to_have_attribute("aria-disabled", "true")


def test_a_double_click_without_javascript_counts_once(kiosk: Installation, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk, java_script_enabled=False).new_page()
    door.goto("/")
    door.get_by_role("button", name="Jeg er her").dblclick()
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    assert kiosk.taps() == 1


def test_each_thank_you_is_shown_anew(kiosk: Installation, open_tablet: OpenTablet) -> None:
    context = open_tablet(kiosk)
    context.add_init_script(COUNT_THANKS)
    door = context.new_page()
    door.goto("/")
    # The button still thanks for the first when the second comes.
    press(door, "visit", "visit", ms=1200)
    door.wait_for_function("() => thanks === 2")


def test_one_more_counts_one_more(kiosk: Installation, door: Page) -> None:
    door.get_by_role("button", name="Lunsj").click()
    door.get_by_role("button", name="Én til").click()
    wait_until_all_are(door, "sent", 2)
    assert (kiosk.taps(), kiosk.sum("lunch")) == (2, 2)


def test_undo_brings_the_sum_back(kiosk: Installation, door: Page) -> None:
    press(door, "visit", "lunch")
    door.get_by_role("button", name="Angre").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "undone"))
    wait_until_all_are(door, "sent", 3)
    assert (kiosk.sum("visit"), kiosk.sum("lunch"), kiosk.taps()) == (1, 0, 3)


def test_undo_works_without_a_network(kiosk: Installation, door: Page) -> None:
    door.context.set_offline(True)
    door.get_by_role("button", name="Jeg er her").click()
    door.get_by_role("button", name="Angre").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "undone"))
    assert states(door) == ["waiting", "waiting"]
    door.context.set_offline(False)
    wait_until_all_are(door, "sent", 2)
    assert (kiosk.taps(), kiosk.sum(), kiosk.held()) == (2, 0, 0)


@pytest.mark.parametrize("is_online", [True, False])
def test_undo_outlives_a_reload(kiosk: Installation, door: Page, is_online: bool) -> None:
    door.context.set_offline(not is_online)
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("button", name="Angre")).to_be_visible()
    door.context.set_offline(False)
    door.reload()
    door.get_by_role("button", name="Angre").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "undone"))
    wait_until_all_are(door, "sent", 2)
    assert (kiosk.taps(), kiosk.sum()) == (2, 0)


def test_undo_is_offered_for_eight_seconds(kiosk: Installation, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk).new_page()
    door.clock.install()
    door.goto("/")
    door.get_by_role("button", name="Jeg er her").click()
    undo = door.get_by_role("button", name="Angre")
    expect(undo).to_be_visible()
    door.clock.fast_forward(UNDO_MS - 2000)
    expect(undo).to_be_visible()
    door.clock.fast_forward(2000)
    expect(undo).to_be_hidden()
    expect(door.get_by_role("status")).to_have_text(said(door, "default"))
    door.reload()
    wait_until_all_are(door, "sent", 1)
    expect(undo).to_be_hidden()


def test_with_larger_text_undo_is_offered_for_twenty_seconds(kiosk: Installation, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk).new_page()
    door.clock.install()
    door.goto("/?tekst=stor")
    door.get_by_role("button", name="Jeg er her").click()
    undo = door.get_by_role("button", name="Angre")
    expect(undo).to_be_visible()
    door.clock.fast_forward(LARGE_UNDO_MS - 1000)
    expect(undo).to_be_visible()
    door.clock.fast_forward(1000)
    expect(undo).to_be_hidden()
    door.clock.fast_forward(IDLE_MS)
    door.wait_for_url(f"{kiosk.origin}/")


def test_the_next_person_meets_the_start_screen(kiosk: Installation, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk).new_page()
    door.clock.install()
    door.goto("/")
    door.get_by_role("link", name="English").click()
    door.wait_for_url("**/?sprak=en")
    door.get_by_role("button", name="I am here").click()
    expect(door.get_by_role("status")).to_contain_text("Thank you!")
    # Without the server the page stays: a reload would leave an empty one.
    kiosk.stop()
    door.clock.fast_forward(IDLE_MS)
    expect(door.get_by_role("status")).to_have_text(said(door, "default"))
    assert door.url.endswith("/?sprak=en")
    kiosk.start()
    door.clock.fast_forward(IDLE_MS)
    door.wait_for_url(f"{kiosk.origin}/")
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()


@pytest.mark.parametrize("broken", BROKEN_STORAGE.values(), ids=BROKEN_STORAGE)
def test_a_tap_that_can_be_kept_nowhere_is_never_thanked(
    kiosk: Installation, open_tablet: OpenTablet, broken: str
) -> None:
    context = open_tablet(kiosk)
    context.add_init_script(broken)
    context.add_init_script(COUNT_THANKS)
    door = context.new_page()
    door.goto("/")
    kiosk.stop()
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "failed"), timeout=30_000)
    expect(door.locator("form.tap button").first).to_contain_class("is-failed")
    assert door.evaluate("thanks") == 0
    assert kiosk.taps() == 0
    # Nobody has to begin again: the next try counts once.
    kiosk.start()
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("status")).to_contain_text("Takk!", timeout=30_000)
    assert kiosk.taps() == 1


@pytest.mark.parametrize("broken", ["it does not open", "it takes no record"])
def test_a_tap_the_tablet_cannot_keep_goes_straight_to_the_server(
    kiosk: Installation, open_tablet: OpenTablet, broken: str
) -> None:
    context = open_tablet(kiosk)
    context.add_init_script(BROKEN_STORAGE[broken])
    door = context.new_page()
    door.goto("/")
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("status")).to_contain_text("Takk!", timeout=30_000)
    assert kiosk.taps() == 1
    door.get_by_role("button", name="Angre").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "undone"), timeout=30_000)
    assert (kiosk.taps(), kiosk.sum()) == (2, 0)


@pytest.mark.parametrize("broken", BROKEN_STORAGE.values(), ids=BROKEN_STORAGE)
def test_a_tablet_that_can_keep_no_tap_says_so_and_that_it_lives(
    kiosk: Installation, open_tablet: OpenTablet, broken: str
) -> None:
    context = open_tablet(kiosk)
    context.add_init_script(broken)
    door = context.new_page()
    door.clock.install()
    door.goto("/")

    def is_told() -> bool:
        told = "SELECT count(*) FROM station WHERE last_seen_at IS NOT NULL AND pending IS NULL"
        # What it cannot write it learns with the first sign of life, and tells with the second.
        door.clock.fast_forward(HEALTH_MS)
        return kiosk.query(told) == [1]

    wait_until(is_told, lambda: kiosk.query("SELECT last_seen_at, pending FROM station"))


@pytest.mark.parametrize("screen", ["door", "staff"])
def test_without_a_network_there_is_a_sign_and_who_works_here_is_told_that_taps_are_kept(
    kiosk: Installation, open_tablet: OpenTablet, screen: str
) -> None:
    page = open_tablet(kiosk, screen).new_page()
    page.clock.install()
    page.goto("/")
    page.context.set_offline(True)
    activity = page.locator("form.tap").first.get_attribute("data-activity")
    assert activity
    press(page, activity)
    expect(page.get_by_role("status")).to_contain_text("Takk!")
    expect(page.locator("#offline")).to_be_hidden()
    # A participant is told nothing but thanks.
    rests = said(page, "default" if screen == "door" else "offline")
    page.clock.fast_forward(UNDO_MS)
    expect(page.locator("#offline")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(rests)
    page.context.set_offline(False)
    wait_until_all_are(page, "sent", 1)
    expect(page.locator("#offline")).to_be_hidden()
    expect(page.get_by_role("status")).to_have_text(said(page, "default"))


@pytest.mark.parametrize("is_reloaded", [True, False])
def test_a_tablet_that_was_cut_off_keeps_its_taps_until_it_is_paired_again(
    kiosk: Installation, open_tablet: OpenTablet, is_reloaded: bool
) -> None:
    door = open_tablet(kiosk).new_page()
    door.clock.install()
    door.goto("/")
    kiosk.query("UPDATE station SET revoked_at = '2026-10-21 09:30:00'")
    for activity, label in (("visit", "Jeg er her"), ("lunch", "Lunsj")):
        press(door, activity)
        expect(door.get_by_role("status")).to_contain_text(f"Takk! «{label}»")
    door.clock.fast_forward(UNDO_MS)
    expect(door.get_by_role("status")).to_have_text(said(door, "unpaired"))
    # The server answers: it is not the network that is missing.
    expect(door.locator("#offline")).to_be_hidden()
    press(door, "visit")
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    assert states(door) == ["waiting"] * 3
    assert kiosk.taps() == 0
    pair(door.context, kiosk.origin, kiosk.add_station("door", "Nytt nettbrett"))
    if is_reloaded:
        door.reload()
    else:
        door.clock.fast_forward(UNPAIRED_MS)
    wait_until_all_are(door, "sent", 3)
    assert (kiosk.sum("visit"), kiosk.sum("lunch"), kiosk.held()) == (2, 1, 0)
    assert len({record["id"] for record in records(door)}) == 3
