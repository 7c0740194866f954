"""The door screen in a real browser: a tap becomes a number, with and without JavaScript, on every size of tablet."""

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import said
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

OpenLeader = Callable[[Installation], Page]

LARGEST_DOOR_BYTES = 30_000

SMALLEST_BUTTON, SMALLEST_GAP = 120, 16
SIZES = [(800, 480), (1024, 600), (820, 1180), (1280, 800), (1366, 1024)]
BOTH_WAYS = [size for width, height in SIZES for size in ((width, height), (height, width))]

SMALLEST_UNDO, SMALLEST_TEXT = 88, 28

LAYOUT = """() => {
  return {
    boxes: [...document.querySelectorAll("form.tap button")].map(box),
    offers: [...document.querySelectorAll("#after button")].map(box),
    // What a person must be able to read, with the box it must lie in.
    words: [...document.querySelectorAll("form.tap .word")].map((word) => [box(word), box(word.closest("button"))])
        .concat([...document.querySelectorAll("h1, #message, #after button, .choices a")].map((one) =>
            [box(one), box(document.documentElement)])),
    sizes: [...document.querySelectorAll("form.tap .word, #message, #after button")].map((one) =>
        parseFloat(getComputedStyle(one).fontSize)),
    scrolls: [...document.querySelectorAll("*")].filter((one) =>
        ["auto", "scroll"].includes(getComputedStyle(one).overflowY) && one.scrollHeight > one.clientHeight).length,
    page: [document.documentElement.scrollWidth, document.documentElement.scrollHeight],
    window: [innerWidth, innerHeight],
    text: parseFloat(getComputedStyle(document.documentElement).fontSize),
  };

  function box(element) {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return { left, top, right, bottom, width: right - left, height: bottom - top };
  }
}"""


def count_on(page: Page, path: str, activity: str, column: str) -> str:
    """The number a reader finds in the row of the activity, under the column."""
    page.goto(path)
    header = page.get_by_role("columnheader", name=column, exact=True)
    place = header.evaluate("(cell) => cell.cellIndex")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=activity, exact=True))
    return row.locator("th, td").nth(place).inner_text().strip()


def test_taps_at_the_door_are_the_sums_the_leader_reads(
    kiosk: Installation, door: Page, open_leader: OpenLeader
) -> None:
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("status")).to_have_text("Takk! «Jeg er her» er registrert.")
    door.get_by_role("button", name="Lunsj").click()
    expect(door.get_by_role("status")).to_have_text("Takk! «Lunsj» er registrert.")
    door.get_by_role("button", name="Én til").click()
    kiosk.wait_for_taps(3)
    leader = open_leader(kiosk)
    for path, column in (("/i-dag", "I dag"), ("/aar", "Hittil")):
        assert [count_on(leader, path, name, column) for name in ("Besøk", "Lunsj")] == ["1", "2"]


def test_the_door_works_without_javascript(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    door = open_tablet(kiosk, java_script_enabled=False).new_page()
    door.goto("/")
    for word in ("Lunsj", "Lunsj", "Jeg er her"):
        door.get_by_role("button", name=word).click()
        expect(door.get_by_role("status")).to_have_text(f"Takk! «{word}» er registrert.")
    door.get_by_role("button", name="Angre").click()
    expect(door.get_by_role("status")).to_have_text(said(door, "undone"))
    door.get_by_role("button", name="Lunsj").click()
    door.get_by_role("button", name="Én til").click()
    expect(door.get_by_role("status")).to_have_text("Takk! «Lunsj» er registrert.")
    leader = open_leader(kiosk)
    assert [count_on(leader, "/aar", name, "Hittil") for name in ("Besøk", "Lunsj")] == ["0", "4"]
    assert count_on(leader, "/i-dag", "Lunsj", "I dag") == "4"
    expect(leader.get_by_text("Ikke talt i dag:")).to_contain_text("Besøk")


def test_no_request_leaves_the_installation_and_no_page_breaks_its_policy(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader, watch: Watch
) -> None:
    door = open_tablet(kiosk).new_page()
    door.goto("/")
    door.get_by_role("button", name="Lunsj").click()
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    for path in ("/?sprak=en", "/koble", "/nowhere"):
        door.goto(path)
    for screen in ("staff", "volunteer"):
        page = open_tablet(kiosk, screen).new_page()
        for path in ("/", "/siste"):
            page.goto(path)
            page.wait_for_load_state("networkidle")
    leader = open_leader(kiosk)
    for path in ("/trykk", "/etterregistrer", "/i-dag", "/aar", "/aar/2020", "/koble?kode=feil", "/nowhere"):
        leader.goto(path)
        leader.wait_for_load_state("networkidle")
    assert watch.origins() == {kiosk.origin}
    assert watch.violations == []


def set_text_size(page: Page, pixels: int) -> None:
    """What a person chooses in the browser's settings as the size of text."""
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": pixels}})


def is_inside(box: dict[str, float], other: dict[str, float]) -> bool:
    """Half a pixel of rounding is none."""
    return all(box[side] >= other[side] - 0.5 for side in ("left", "top")) and all(
        box[side] <= other[side] + 0.5 for side in ("right", "bottom")
    )


def check_layout(layout: dict[str, Any], width: int, height: int) -> None:
    assert layout["page"] == layout["window"] == [width, height]
    assert layout["scrolls"] == 0
    window = {"left": 0, "top": 0, "right": width, "bottom": height}
    for one in layout["boxes"]:
        assert min(one["width"], one["height"]) >= SMALLEST_BUTTON
        assert is_inside(one, window)
    for one, other in combinations(layout["boxes"], 2):
        gaps = [other["left"] - one["right"], one["left"] - other["right"]]
        gaps += [other["top"] - one["bottom"], one["top"] - other["bottom"]]
        assert max(gaps) >= SMALLEST_GAP - 0.5
    assert all(is_inside(*pair) for pair in layout["words"])
    assert min(layout["sizes"]) >= SMALLEST_TEXT


def add_buttons(kiosk: Installation, until: int) -> None:
    """Up to as many as a leader can put on a door, the longest words first."""
    words = ["Møte i snekkerverkstedet", "Fellesskapsmåltid", "Terapiridning", "Tur"]
    for position, word in enumerate(words[: until - 2], start=3):
        kiosk.query(
            """INSERT INTO button (screen_id, activity_id, position, labels, icon, colour, quick_counts)
            SELECT 1, id, ?, json_object('nb', ?), 'mug', ?, '[]' FROM activity WHERE position = ?""",
            *(position, word, position, position),
        )


@pytest.mark.parametrize("buttons", [2, 3, 4, 5, 6])
@pytest.mark.parametrize("path", ["/", "/?tekst=stor", "/?sprak=nn"])
@pytest.mark.parametrize("text", [16, 32])
def test_the_buttons_are_large_and_apart_and_nothing_scrolls(
    kiosk: Installation, open_tablet: OpenTablet, text: int, path: str, buttons: int
) -> None:
    add_buttons(kiosk, buttons)
    page = open_tablet(kiosk).new_page()
    page.clock.install()
    set_text_size(page, text)
    page.goto(path)
    # Its sign takes its place beside the greeting.
    page.evaluate("document.getElementById('offline').hidden = false")
    for is_thanking in (False, True):
        if is_thanking:
            page.locator("form.tap button").first.click()
            expect(page.locator("#undo button")).to_be_visible()
            # Time stands still: it stays so.
            page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.5"))
        for width, height in BOTH_WAYS:
            page.set_viewport_size({"width": width, "height": height})
            layout = page.evaluate(LAYOUT)
            assert (layout["text"], len(layout["boxes"])) == (text, buttons)
            check_layout(layout, width, height)
            if is_thanking:
                assert min(one["height"] for one in layout["offers"]) >= SMALLEST_UNDO


def test_the_whole_door_page_is_small(kiosk: Installation, open_tablet: OpenTablet) -> None:
    page = open_tablet(kiosk).new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    network.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/")
    page.wait_for_load_state("networkidle")
    # The page, three style sheets or more, its modules, the icons: nothing came from a cache.
    assert len(sizes) >= 8
    assert sum(sizes) <= LARGEST_DOOR_BYTES, f"{sum(sizes):.0f} bytes in {len(sizes)} answers"


def test_larger_text_is_for_this_person_and_for_this_page(door: Page) -> None:
    word = door.locator("form.tap .word").first
    usual = word.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)")
    door.get_by_role("link", name="English").click()
    door.get_by_role("link", name="Larger text").click()
    door.wait_for_url("**/?sprak=en&tekst=stor")
    assert word.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") > usual * 1.15
    door.get_by_role("link", name="Bokmål").click()
    door.wait_for_url("**/?sprak=nb&tekst=stor")
    door.get_by_role("link", name="Vanlig tekst").click()
    door.wait_for_url("**/?sprak=nb")
    assert word.evaluate("(one) => parseFloat(getComputedStyle(one).fontSize)") == usual
