"""The screens of volunteers and staff on every size of screen, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.test_door import BOTH_WAYS, set_text_size

pytestmark = pytest.mark.browser

SMALLEST_TARGET, SMALLEST_KEY = 48, 96
SIZES = [*BOTH_WAYS, (390, 844)]
USUAL_TEXT = 16

TARGETS = """() => [...document.querySelectorAll("a, button")].map((one) => [one.textContent.trim().slice(0, 20),
    one.getBoundingClientRect().width, one.getBoundingClientRect().height]).filter(([, width]) => width > 0)"""


KEYS = """() => [...document.querySelectorAll("#pad [data-key]")].filter((key) => key.offsetWidth).map((key) => {
    const { left, top, right, bottom } = key.getBoundingClientRect();
    return [left, top, right, bottom];
})"""

# What must hold everything on its buttons, and no button be covered.
BUTTONS = """() => {
    const boxes = [...document.querySelectorAll("form.tap button:not(#several *)")].filter((one) => one.offsetWidth);
    const foot = document.querySelector(".foot").getBoundingClientRect();
    const holds = (outer, inner) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1
        && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
    return {
        small: boxes.filter((one) => Math.min(one.offsetWidth, one.offsetHeight) < 48).map((one) => one.textContent),
        covered: boxes.filter((one) => one.getBoundingClientRect().bottom > foot.top).map((one) => one.textContent),
        cut: [...document.querySelectorAll("form.tap .word")]
            .filter((one) => !holds(one.closest("button").getBoundingClientRect(), one.getBoundingClientRect()))
            .map((one) => one.textContent),
        sideways: document.documentElement.scrollWidth - innerWidth,
    };
}"""


@pytest.mark.parametrize("text", [16, 32])
def test_six_cards_of_volunteers_are_all_in_reach_with_food_bags_and_thanks(
    kiosk: Installation, open_tablet: OpenTablet, text: int
) -> None:
    # Whatever the season is.
    kiosk.query("UPDATE button SET season_from = NULL, season_to = NULL")
    page = open_tablet(kiosk, "volunteer").new_page()
    page.clock.install()
    set_text_size(page, text)
    page.goto("/")
    for is_thanking in (False, True):
        if is_thanking:
            page.locator("form.tap button").first.click()
            expect(page.locator("#undo button")).to_be_visible()
            page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.5"))
        for width, height in BOTH_WAYS:
            page.set_viewport_size({"width": width, "height": height})
            found = page.evaluate(BUTTONS)
            assert found == {"small": [], "covered": [], "cut": [], "sideways": 0}, f"{width}×{height}"


@pytest.mark.parametrize(("width", "height"), [(390, 844), (360, 640), (800, 480), (1024, 600)])
def test_text_twice_as_large_is_cut_nowhere_on_the_screen_of_staff(
    kiosk: Installation, open_tablet: OpenTablet, width: int, height: int
) -> None:
    page = open_tablet(kiosk, "staff", viewport={"width": width, "height": height}).new_page()
    set_text_size(page, 32)
    page.goto("/")
    found = page.evaluate(BUTTONS)
    # There it scrolls, which no screen for participants or volunteers does on a tablet.
    assert (found["small"], found["cut"], found["sideways"]) == ([], [], 0)


@pytest.mark.parametrize("text", [16, 32])
@pytest.mark.parametrize("screen", ["staff", "volunteer"])
def test_every_target_is_large_enough_and_nothing_lies_beside_the_screen(
    kiosk: Installation, open_tablet: OpenTablet, screen: str, text: int
) -> None:
    page = open_tablet(kiosk, screen).new_page()
    page.clock.install()
    set_text_size(page, text)
    page.goto("/")
    expect(page.locator("html")).to_contain_class("has-script")
    page.locator("form.tap button").first.click()
    expect(page.get_by_role("button", name="Angre")).to_be_visible()
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.5"))
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        small = [one for one in page.evaluate(TARGETS) if min(one[1:]) < SMALLEST_TARGET]
        assert small == [], f"{width}×{height}"
        assert page.evaluate("document.documentElement.scrollWidth") == width
        if text == USUAL_TEXT:
            assert page.evaluate("document.documentElement.scrollHeight") == height
    page.locator("[data-pad]:not([data-food])").first.click()
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        keys = page.evaluate(KEYS)
        assert len(keys) == 11
        for left, top, right, bottom in keys:
            assert min(right - left, bottom - top) >= SMALLEST_KEY
            assert left >= 0 and right <= width and top >= 0 and bottom <= height, f"{width}×{height}"


def test_without_javascript_several_at_once_and_taking_back_are_forms(
    kiosk: Installation, open_tablet: OpenTablet
) -> None:
    page = open_tablet(kiosk, "volunteer", java_script_enabled=False).new_page()
    page.goto("/")
    page.get_by_role("button", name="+5 Matpose").click()
    expect(page.locator("#message")).to_have_text("Takk! «5 Matpose utlevert» er registrert.")
    page.get_by_label("Pakket").fill("9")
    page.get_by_label("Igjen").fill("4")
    page.get_by_role("button", name="Lagre").click()
    expect(page.locator(".food-says")).to_contain_text("5 delt ut, det samme som er trykket.")
    page.get_by_role("link", name="Hva som telles").click()
    expect(page.locator("#definitions")).to_contain_text("Én per pose")
    page.goto("/siste")
    page.get_by_role("button", name="Ta tilbake").click()
    page.goto("/siste")
    expect(page.locator("li")).to_contain_text("Tatt tilbake")
    assert kiosk.sum("food_bag") == 0
