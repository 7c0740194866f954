"""Pairing in real browsers: with and without script, and again, without losing a tap."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import PATIENCE_MS
from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import press, said, states, wait_until_all_are
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

ASK_EVERY_MS = 2000

OpenLeader = Callable[[Installation], Page]


@pytest.fixture
def open_new(browser: Browser, kiosk: Installation, watch: Watch) -> Iterator[Callable[..., Page]]:
    """A browser that has never been here."""
    contexts = []

    def open_new(**options: Any) -> Page:
        contexts.append(browser.new_context(base_url=kiosk.origin, **options))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        watch.over(contexts[-1])
        return contexts[-1].new_page()

    yield open_new
    for context in contexts:
        context.close()


def letters(tablet: Page) -> str:
    return tablet.locator(".pairing-code").inner_text()


def enter(leader: Page, code: str) -> None:
    leader.goto("/nettbrett")
    leader.get_by_label("Koden på nettbrettet").fill(code)
    leader.get_by_role("button", name="Fortsett").click()


def approve(leader: Page, code: str, name: str) -> None:
    """As a new tablet at the door."""
    enter(leader, code)
    leader.get_by_label("Nettbrettets navn").fill(name)
    leader.get_by_role("button", name="Ja, koble det til").click()


def test_a_tablet_without_javascript_is_paired_with_a_button(
    kiosk: Installation, open_new: Callable[..., Page], open_leader: OpenLeader
) -> None:
    leader, tablet = open_leader(kiosk), open_new(java_script_enabled=False)
    tablet.goto("/koble")
    approve(leader, letters(tablet), "Stua")
    tablet.get_by_role("button", name="Sjekk nå").or_(tablet.get_by_role("button", name="Begynn")).click()
    tablet.get_by_role("button", name="Jeg er her").click()
    expect(tablet.get_by_role("status")).to_contain_text("Takk!")
    assert kiosk.taps() == 1


def test_a_tablet_that_waits_begins_by_itself_and_so_does_the_leaders_page(
    kiosk: Installation, open_new: Callable[..., Page], open_leader: OpenLeader, watch: Watch
) -> None:
    leader, tablet = open_leader(kiosk), open_new()
    tablet.goto("/koble")
    leader.clock.install()
    approve(leader, letters(tablet), "Stua")
    expect(tablet.get_by_role("button", name="Jeg er her")).to_be_visible()
    leader.clock.fast_forward(ASK_EVERY_MS)
    expect(leader.get_by_role("status")).to_contain_text("Nettbrettet er klart.")
    asked = len(watch.requests)
    leader.clock.run_for(10 * ASK_EVERY_MS)
    assert not [url for url in watch.requests[asked:] if "/koble/" in url]
    leader.get_by_role("link", name="Alle nettbrett").click()
    leader.get_by_role("link", name="Endre Stua").click()
    leader.get_by_role("link", name="Koble fra").click()
    leader.get_by_role("button", name="Ja, koble det fra").click()
    expect(leader.get_by_role("heading", name="Stua")).to_have_count(0)
    leader.goto("/bekreft?next=/nettbrett")
    assert watch.violations == []


def test_an_old_code_is_followed_by_a_new_one_by_itself(kiosk: Installation, open_new: Callable[..., Page]) -> None:
    tablet = open_new()
    tablet.goto("/koble")
    old = letters(tablet)
    kiosk.query("UPDATE pairing SET created_at = datetime(created_at, '-10 minutes')")
    expect(tablet.locator(".pairing-code")).not_to_have_text(old)


def test_taps_made_while_a_tablet_was_cut_off_arrive_when_it_is_connected_again(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    door = open_tablet(kiosk).new_page()
    door.goto("/")
    press(door, "visit")
    wait_until_all_are(door, "sent", 1)
    leader = open_leader(kiosk)
    leader.goto("/nettbrett")
    leader.get_by_role("link", name="Endre Inngang").click()
    leader.get_by_role("link", name="Koble fra").click()
    leader.get_by_role("button", name="Ja, koble det fra").click()
    expect(leader.get_by_role("heading", name="Inngang")).to_have_count(0)
    # On a quick machine all that took less than the second for which a button is deaf.
    expect(door.locator(".is-locked")).to_have_count(0)
    # It does not know yet: it thanks, keeps, and says so.
    press(door, "visit", "lunch", ms=100)
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    expect(door.get_by_role("status")).to_have_text(said(door, "unpaired"), timeout=PATIENCE_MS)
    assert states(door).count("waiting") == 2 and kiosk.taps() == 1
    # Whoever opens it anew finds what is needed to connect it.
    door.goto("/")
    approve(leader, letters(door), "Inngang")
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()
    wait_until_all_are(door, "sent", 3)
    assert (kiosk.taps(), kiosk.sum("visit"), kiosk.sum("lunch")) == (3, 2, 1)


def test_a_tablet_that_lost_its_cookie_is_itself_again_and_sends_what_waited(
    kiosk: Installation, open_tablet: OpenTablet, open_leader: OpenLeader
) -> None:
    door = open_tablet(kiosk).new_page()
    door.goto("/")
    door.context.clear_cookies()
    press(door, "visit")
    expect(door.get_by_role("status")).to_have_text(said(door, "unpaired"), timeout=PATIENCE_MS)
    assert states(door) == ["waiting"]
    door.goto("/")
    door.get_by_role("link", name="Koble til nettbrettet").click()
    leader = open_leader(kiosk)
    enter(leader, letters(door))
    leader.get_by_role("button", name="Det er «Inngang»").click()
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()
    wait_until_all_are(door, "sent", 1)
    assert kiosk.taps() == 1
    assert kiosk.query("SELECT count(*) FROM station WHERE name = 'Inngang'") == [1]
