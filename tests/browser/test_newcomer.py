"""Somebody who has never seen the kiosk: from an empty folder to the first counted tap, by what the pages say."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.chromium import PATIENCE_MS
from tests.browser.installation import Installation
from tests.browser.watch import Watch
from tests.build import PASSWORD

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
TABLET: ViewportSize = {"width": 1024, "height": 600}
MOST_SECONDS = 180

OpenNew = Callable[[ViewportSize], Page]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Installation]:
    """An empty folder, in which nothing was started yet."""
    one = Installation(tmp_path / "instance", {})
    yield one
    one.close()


@pytest.fixture
def open_new(browser: Browser, watch: Watch) -> Iterator[OpenNew]:
    """Browsers that nobody has used before, each with its own size of screen."""
    contexts = []

    def open_new(size: ViewportSize) -> Page:
        contexts.append(browser.new_context(viewport=size))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        watch.over(contexts[-1])
        return contexts[-1].new_page()

    yield open_new
    for context in contexts:
        context.close()


def printed(empty: Installation, pattern: str) -> str:
    """What stands in the window where the kiosk was started."""
    found = re.search(pattern, empty.said.read_text(encoding="utf-8"))
    assert found, empty.said.read_text(encoding="utf-8")
    return found[1]


def go_on(page: Page) -> None:
    """Every page is looked at before it is left: nothing to scroll for sideways."""
    wide, there = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert wide <= there, page.url
    page.get_by_role("button", name="Fortsett").click()


def take_into_use(empty: Installation, phone: Page) -> None:
    """The code, the centre, the leader."""
    phone.goto(printed(empty, r"åpne (\S+) i nettleseren"))
    phone.get_by_label("Koden").fill(printed(empty, r"skriv koden (\S+ \S+)"))
    go_on(phone)
    phone.get_by_label("Senterets navn").fill("CRUX Øvre Eiker")
    go_on(phone)
    phone.get_by_label("Navnet ditt").fill("Liv Leder")
    phone.get_by_label("Passord", exact=True).fill(PASSWORD)
    phone.get_by_label("Passordet en gang til").fill(PASSWORD)
    go_on(phone)


def test_from_an_empty_folder_to_the_first_tap_on_another_tablet(
    empty: Installation, open_new: OpenNew, watch: Watch
) -> None:
    began = time.monotonic()
    empty.start()
    phone, tablet = open_new(PHONE), open_new(TABLET)
    take_into_use(empty, phone)
    address = re.search(r"http://\S+/koble", phone.get_by_role("main").inner_text())
    assert address
    tablet.goto(address[0])
    letters = re.search(r"\b[B-Z]{4} [B-Z]{4}\b", tablet.get_by_role("main").inner_text())
    assert letters
    phone.get_by_label("Koden på nettbrettet").fill(letters[0])
    go_on(phone)
    expect(phone.get_by_role("heading", level=1)).to_have_text("Står du foran nettbrettet?")
    expect(phone.get_by_text(letters[0])).to_be_visible()
    phone.get_by_role("button", name="Ja, koble det til").click()
    # By itself, on both.
    tablet.get_by_role("button", name="Jeg er her").click()
    expect(tablet.get_by_role("status")).to_contain_text("Takk!")
    phone.get_by_role("link", name="Gå til I dag").click()
    expect(phone.get_by_role("row", name="Besøk").get_by_role("cell").first).to_have_text("1")
    took = time.monotonic() - began
    assert took < MOST_SECONDS, f"{took:.0f} s"
    assert empty.taps() == empty.sum("visit") == 1
    assert watch.violations == [] and watch.origins() == {empty.origin}
    check_that_nothing_is_told(empty, tablet, watch, PASSWORD, letters[0].replace(" ", ""))


def check_that_nothing_is_told(empty: Installation, tablet: Page, watch: Watch, *secrets: str) -> None:
    """Neither cookie nor password, nor the codes once they were used: not in the log, not on the disk."""
    cookies = {one["name"]: one["value"] for one in tablet.context.cookies()}
    printed_code = printed(empty, r"skriv koden (\S+ \S+)").replace(" ", "")
    told = [path.read_bytes() for path in empty.instance.iterdir() if path.is_file()]
    for secret in (cookies["kiosk_station"], printed_code, *secrets):
        assert not [content for content in told if secret.encode() in content]
        assert secret not in empty.said.read_text(encoding="utf-8")
    assert not [url for url in watch.requests if cookies["kiosk_station"] in url]


def test_the_browser_it_began_in_becomes_the_tablet(empty: Installation, open_new: OpenNew, watch: Watch) -> None:
    empty.start()
    tablet, phone = open_new(TABLET), open_new(PHONE)
    take_into_use(empty, tablet)
    tablet.get_by_role("button", name="Dette er nettbrettet").click()
    tablet.get_by_role("button", name="Jeg er her").click()
    expect(tablet.get_by_role("status")).to_contain_text("Takk!")
    phone.goto(empty.origin)
    phone.get_by_label("Navn").fill("Liv Leder")
    phone.get_by_label("Passord").fill(PASSWORD)
    phone.get_by_role("button", name="Logg inn").click()
    expect(phone.get_by_role("row", name="Besøk").get_by_role("cell").first).to_have_text("1")
    assert watch.violations == []


def test_it_goes_on_after_the_server_was_killed_and_the_browser_closed(empty: Installation, open_new: OpenNew) -> None:
    empty.start()
    phone = open_new(PHONE)
    phone.goto(empty.origin)
    phone.get_by_label("Koden").fill(printed(empty, r"skriv koden (\S+ \S+)"))
    go_on(phone)
    phone.get_by_label("Senterets navn").fill("CRUX Øvre Eiker")
    go_on(phone)
    phone.context.close()
    empty.kill()
    empty.said.unlink()
    empty.start()
    again = open_new(PHONE)
    again.goto(empty.origin)
    again.get_by_label("Koden").fill(printed(empty, r"skriv koden (\S+ \S+)"))
    go_on(again)
    expect(again.get_by_role("heading", level=1)).to_have_text("Hvem leder senteret?")
    expect(again.get_by_role("main")).to_contain_text("CRUX Øvre Eiker")
