"""For everyone: two keys or a switch, a voice instead of a picture, other eyes, and who cannot bear what moves."""

from itertools import combinations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import pair
from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import wait_until_all_are
from tests.build import PIN
from tests.command import run_kiosk

pytestmark = pytest.mark.browser

# All that a screen reader is told, in its order: what the live regions come to hold.
LISTEN = """addEventListener("DOMContentLoaded", () => {
    window.heard = [];
    for (const region of document.querySelectorAll("[role=status], [role=alert], [aria-live]"))
        new MutationObserver(() => region.textContent.trim() && heard.push(region.textContent.trim()))
            .observe(region, { childList: true, characterData: true, subtree: true });
})"""

# The colour in the corner of each card, as it is seen.
CORNERS = """async ([base64, corners]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes]));
    const canvas = new OffscreenCanvas(picture.width, picture.height).getContext("2d");
    canvas.drawImage(picture, 0, 0);
    return corners.map(([x, y]) => [...canvas.getImageData(x, y, 1, 1).data.slice(0, 3)]);
}"""
EYES = ["none", "achromatopsia", "deuteranopia", "protanopia", "tritanopia", "blurredVision"]
# Of 255, in the channel where two differ most.
LEAST_DIFFERENCE = 8


def focus(page: Page, name: str, key: str = "Tab") -> None:
    """Walk there with one key, as a switch or a keyboard does."""
    for _ in range(40):
        page.keyboard.press(key)
        # The body holds every word.
        if name in page.evaluate("document.activeElement.matches('body') ? '' : document.activeElement.innerText"):
            return
    raise AssertionError(f"{key} never came to {name}")


def test_at_the_door_two_keys_do_everything(kiosk: Installation, open_tablet: OpenTablet) -> None:
    door = open_tablet(kiosk).new_page()
    door.goto("/")
    focus(door, "Lunsj")
    ring = "getComputedStyle(document.activeElement).outlineStyle"
    assert door.evaluate(ring) == "solid"
    door.keyboard.press("Enter")
    expect(door.locator("#after")).to_be_visible()
    focus(door, "Angre")
    door.keyboard.press("Space")
    expect(door.locator("#after")).to_be_hidden()
    focus(door, "Jeg er her", "Shift+Tab")
    door.keyboard.press("Space")
    expect(door.locator("#after")).to_be_visible()
    focus(door, "Én til")
    door.keyboard.press("Enter")
    wait_until_all_are(door, "sent", 4)
    assert (kiosk.sum("lunch"), kiosk.sum("visit")) == (0, 2)
    focus(door, "Nynorsk", "Shift+Tab")
    door.keyboard.press("Enter")
    expect(door.get_by_role("button", name="Eg er her")).to_be_visible()


@pytest.mark.parametrize("screen", ["door", "volunteer", "staff"])
def test_what_became_of_a_tap_is_told_once(kiosk: Installation, open_tablet: OpenTablet, screen: str) -> None:
    context = open_tablet(kiosk, screen)
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.goto("/")
    button = page.locator("form.tap button").first
    word = button.locator(".word").inner_text()
    button.click()
    wait_until_all_are(page, "sent", 1)
    page.locator("#undo button").click()
    wait_until_all_are(page, "sent", 2)
    expect(page.locator("#message")).to_have_text("Angret.")
    assert page.evaluate("heard") == [f"Takk! «{word}» er registrert.", "Angret."]
    # The tick and its word are for the eyes alone.
    expect(page.get_by_role("button", name="Takk")).to_have_count(0)


def test_what_the_number_pad_and_the_food_bags_say_is_told_once(kiosk: Installation, open_tablet: OpenTablet) -> None:
    context = open_tablet(kiosk, "volunteer")
    context.add_init_script(LISTEN)
    page = context.new_page()
    page.goto("/")
    page.get_by_role("button", name="123: et annet antall av Matpose").click()
    for key in "99":
        page.locator(f'#pad [data-key="{key}"]').click()
    page.locator("#pad-done").click()
    sure = "99 er mer enn vanlig her. Er du sikker?"
    expect(page.locator("#pad-sure")).to_have_text(sure)
    page.get_by_role("button", name="Avbryt").click()
    for name, number in (("Pakket", "4"), ("Igjen", "1")):
        page.get_by_role("button", name=name).click()
        page.locator(f'#pad [data-key="{number}"]').click()
        page.locator("#pad-done").click()
        expect(page.get_by_role("button", name=f"{name}: {number}")).to_be_focused()
    difference = "3 delt ut etter denne tellingen, 0 trykket. Ansatte retter tallet."
    expect(page.locator(".food-says")).to_have_text(difference)
    heard = page.evaluate("heard.filter((words) => !/^[\\d–]+$/.test(words))")
    assert heard == [sure, difference]


def test_a_wrong_pin_is_an_alert_that_is_told_when_the_page_comes(kiosk: Installation, browser: Browser) -> None:
    line = "station add --centre prove --screen door --screen volunteer --name Stua --token --pin"
    done = run_kiosk({"KIOSK_INSTANCE": str(kiosk.instance), "KIOSK_STATION_PIN": PIN}, *line.split())
    with browser.new_context(base_url=kiosk.origin) as context:
        pair(context, kiosk.origin, done.stdout.strip())
        page = context.new_page()
        page.goto("/")
        page.get_by_role("link", name="Frivillig").click()
        expect(page.get_by_role("status")).to_have_text("Tast PIN-en.")
        for _ in range(6):
            page.get_by_role("button", name="9", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("Feil PIN. 4 forsøk igjen.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_two_colours_of_buttons_look_the_same_to_any_eyes(
    kiosk: Installation, open_tablet: OpenTablet, scheme: str
) -> None:
    page = open_tablet(kiosk, "staff", viewport={"width": 1280, "height": 800}, color_scheme=scheme).new_page()
    page.goto("/")
    devtools = page.context.new_cdp_session(page)
    corners = page.evaluate(
        """() => [1, 2, 3, 4, 5, 6, 7, 8].map((tint) => {
            const { left, top } = document.querySelector(`.tap-button.tint-${tint}`).getBoundingClientRect();
            return [Math.round(left + 14), Math.round(top + 20)];
        })"""
    )
    for eyes in EYES:
        devtools.send("Emulation.setEmulatedVisionDeficiency", {"type": eyes})
        picture = devtools.send("Page.captureScreenshot", {"format": "png"})["data"]
        colours = page.evaluate(CORNERS, [picture, corners])
        for (one, this), (other, that) in combinations(enumerate(colours, start=1), 2):
            difference = max(abs(a - b) for a, b in zip(this, that, strict=True))
            assert difference >= LEAST_DIFFERENCE, f"{eyes}: tints {one} and {other}: {this} and {that}"


def test_for_who_bears_no_motion_the_tick_is_there_and_stands_still(
    kiosk: Installation, open_tablet: OpenTablet
) -> None:
    for motion, moves in (("no-preference", True), ("reduce", False)):
        page = open_tablet(kiosk, reduced_motion=motion).new_page()
        page.goto("/")
        page.locator("form.tap button").first.click()
        expect(page.locator(".is-thanking .tick")).to_be_visible()
        assert page.evaluate("document.getAnimations().length > 0") is moves


def test_in_the_systems_colours_a_thank_you_and_a_failure_are_seen(
    kiosk: Installation, open_tablet: OpenTablet
) -> None:
    page = open_tablet(kiosk, forced_colors="active").new_page()
    page.goto("/")
    button = page.locator("form.tap button").first
    style = "(one) => { const { backgroundColor, borderStyle, borderTopWidth } = getComputedStyle(one); return %s; }"
    plain = button.evaluate(style % "[borderStyle, borderTopWidth]")
    face = button.evaluate(style % "backgroundColor")
    button.click()
    tick = page.locator(".is-thanking .tick")
    expect(tick).to_be_visible()
    assert tick.evaluate(style % "backgroundColor") != face
    page.evaluate("document.querySelectorAll('form.tap button')[1].classList.add('is-failed')")
    assert page.locator(".is-failed").evaluate(style % "[borderStyle, borderTopWidth]") != plain
