"""A tablet's screens behind PIN, under a finger."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import pair
from tests.browser.installation import Installation
from tests.browser.tablet import wait_until_all_are
from tests.browser.test_door import BOTH_WAYS, LAYOUT, check_layout, set_text_size
from tests.browser.watch import Watch
from tests.build import PIN
from tests.command import run_kiosk

pytestmark = pytest.mark.browser

IDLE_MS, KEYPAD_IDLE_MS = 180_000, 30_000
SMALLEST_KEY = 96

KEYS = """() => [...document.querySelectorAll("#keypad > :is(button, a)")].map((key) => {
    const { left, top, right, bottom, width, height } = key.getBoundingClientRect();
    return { left, top, right, bottom, width, height };
})"""

# Whether the way to the other screens lies on the longest that the strip says while it is there.
OVERLAPS = """() => {
    const strip = document.getElementById("strip");
    document.getElementById("message").textContent = strip.dataset.sayUnpaired;
    const text = document.createRange();
    text.selectNodeContents(document.getElementById("message"));
    return [...document.querySelectorAll("#screens a")].some((link) => [...text.getClientRects()].some((line) => {
        const box = link.getBoundingClientRect();
        return line.left < box.right && box.left < line.right && line.top < box.bottom && box.top < line.bottom;
    }));
}"""


@pytest.fixture
def stua(kiosk: Installation, browser: Browser, watch: Watch) -> Iterator[Page]:
    """A door tablet with the volunteers' screen behind PIN, on its start screen."""
    line = "station add --centre prove --screen door --screen volunteer --name Stua --token --pin"
    environ = {"KIOSK_INSTANCE": str(kiosk.instance), "KIOSK_STATION_PIN": PIN}
    done = run_kiosk(environ, *line.split())
    assert done.returncode == 0, done.stderr
    context = browser.new_context(base_url=kiosk.origin)
    pair(context, kiosk.origin, done.stdout.strip())
    watch.over(context)
    page = context.new_page()
    page.goto("/")
    yield page
    context.close()


def open_keypad(page: Page) -> None:
    page.get_by_role("link", name="Frivillig").click()
    expect(page.get_by_role("status")).to_have_text("Tast PIN-en.")
    page.wait_for_load_state()


def type_pin(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()


def test_the_pin_opens_the_screen_and_a_tap_there_counts(kiosk: Installation, stua: Page, watch: Watch) -> None:
    open_keypad(stua)
    stua.get_by_role("button", name="9", exact=True).click()
    expect(stua.get_by_role("img", name="1 av 6 sifre")).to_be_visible()
    stua.get_by_role("button", name="Slett").click()
    type_pin(stua, "999999")
    expect(stua.get_by_role("alert")).to_have_text("Feil PIN. 4 forsøk igjen.")
    type_pin(stua, PIN)
    stua.locator("form.tap[data-activity=food_bag] .tap-button").click()
    expect(stua.locator("#message")).to_contain_text("Takk!")
    wait_until_all_are(stua, "sent", 1)
    assert kiosk.query("SELECT audience FROM tally_event") == ["volunteer"]
    stua.get_by_role("button", name="Lås").click()
    expect(stua.get_by_role("button", name="Jeg er her")).to_be_visible()
    open_keypad(stua)
    assert watch.violations == []
    assert not [url for url in watch.requests if PIN in url]


def test_a_keyboard_types_the_pin_too(stua: Page) -> None:
    open_keypad(stua)
    stua.keyboard.type(PIN[:3] + "7")
    stua.keyboard.press("Backspace")
    stua.keyboard.type(PIN[3:])
    expect(stua.get_by_role("heading", level=1)).to_have_text("Frivillig")
    expect(stua.locator("form.tap[data-activity=food_bag] .tap-button")).to_be_visible()


def test_without_a_touch_the_screen_is_locked_after_three_minutes(stua: Page) -> None:
    stua.clock.install()
    open_keypad(stua)
    type_pin(stua, PIN)
    expect(stua.locator("form.tap[data-activity=food_bag] .tap-button")).to_be_visible()
    stua.clock.fast_forward(IDLE_MS - 10_000)
    stua.mouse.click(5, 5)
    stua.clock.fast_forward(IDLE_MS - 10_000)
    expect(stua.locator("form.tap[data-activity=food_bag] .tap-button")).to_be_visible()
    stua.clock.fast_forward(10_000)
    expect(stua.get_by_role("button", name="Jeg er her")).to_be_visible()
    # Really, and not only on this page.
    open_keypad(stua)


def test_without_a_server_it_is_covered_at_once_and_left_when_the_server_is_there(
    kiosk: Installation, stua: Page
) -> None:
    # The service worker would show the start screen; on plain http there is none.
    stua.add_init_script("Object.defineProperty(navigator, 'serviceWorker', { value: undefined })")
    open_keypad(stua)
    type_pin(stua, PIN)
    expect(stua.locator("form.tap[data-activity=food_bag] .tap-button")).to_be_visible()
    stua.clock.install()
    stua.reload()
    kiosk.stop()
    stua.clock.fast_forward(IDLE_MS)
    expect(stua.locator("form.tap[data-activity=food_bag] .tap-button")).to_be_hidden()
    kiosk.start()
    stua.clock.fast_forward(10_000)
    expect(stua.get_by_role("button", name="Jeg er her")).to_be_visible()


def test_a_keypad_that_nobody_uses_makes_way_for_the_door(stua: Page) -> None:
    stua.clock.install()
    open_keypad(stua)
    stua.clock.fast_forward(KEYPAD_IDLE_MS)
    expect(stua.get_by_role("button", name="Jeg er her")).to_be_visible()


@pytest.mark.parametrize("text", [16, 32])
def test_keys_are_large_and_nothing_scrolls_with_screens_to_choose_from(stua: Page, text: int) -> None:
    set_text_size(stua, text)
    for width, height in BOTH_WAYS:
        stua.set_viewport_size({"width": width, "height": height})
        stua.reload()
        check_layout(stua.evaluate(LAYOUT), width, height)
        assert stua.evaluate(OVERLAPS) is False, f"{width}×{height}"
    open_keypad(stua)
    for width, height in BOTH_WAYS:
        stua.set_viewport_size({"width": width, "height": height})
        keys = stua.evaluate(KEYS)
        assert len(keys) == 12
        for key in keys:
            assert min(key["width"], key["height"]) >= SMALLEST_KEY
            assert key["left"] >= 0 and key["right"] <= width, f"{width}×{height}"
            assert key["top"] >= 0 and key["bottom"] <= height, f"{width}×{height}"
