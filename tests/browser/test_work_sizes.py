"""The screens of volunteers and staff on every size of screen, and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation

pytestmark = pytest.mark.browser

SMALLEST_TARGET, SMALLEST_KEY = 48, 96
SIZES = [(800, 480), (1024, 600), (820, 1180), (1280, 800), (1366, 1024), (390, 844)]

TARGETS = """() => [...document.querySelectorAll("a, button")].map((one) => [one.textContent.trim().slice(0, 20),
    one.getBoundingClientRect().width, one.getBoundingClientRect().height]).filter(([, width]) => width > 0)"""


@pytest.mark.parametrize(("width", "height"), SIZES)
@pytest.mark.parametrize("screen", ["staff", "volunteer"])
def test_every_target_is_large_enough_and_nothing_lies_beside_the_screen(
    kiosk: Installation, open_tablet: OpenTablet, screen: str, width: int, height: int
) -> None:
    page = open_tablet(kiosk, screen, viewport={"width": width, "height": height}).new_page()
    page.goto("/")
    expect(page.locator("html")).to_contain_class("has-script")
    page.locator("form.tap button").first.click()
    expect(page.get_by_role("button", name="Angre")).to_be_visible()
    small = [one for one in page.evaluate(TARGETS) if min(one[1:]) < SMALLEST_TARGET]
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.scrollHeight") == height
    page.locator("[data-pad]:not([data-food])").first.click()
    keys = page.locator("#pad [data-key]:visible").all()
    assert len(keys) == 11
    for key in keys:
        box = key.bounding_box()
        assert box is not None and min(box["width"], box["height"]) >= SMALLEST_KEY
        assert (
            box["x"] >= 0 and box["x"] + box["width"] <= width and box["y"] >= 0 and box["y"] + box["height"] <= height
        )


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
    expect(page.locator(".food-says")).to_contain_text("5 delt ut, som trykket.")
    page.get_by_role("link", name="Hva telles").click()
    expect(page.locator("#definitions")).to_contain_text("Én per pose")
    page.goto("/siste")
    page.get_by_role("button", name="Ta tilbake").click()
    page.goto("/siste")
    expect(page.locator("li")).to_contain_text("Tatt tilbake")
    assert kiosk.sum("food_bag") == 0
