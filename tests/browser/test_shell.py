"""The service worker: the screen starts without a network where the browser can, and no staff page is ever kept."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.tablet import press, states, wait_until_all_are
from tests.faults.chaos_proxy import BAD_GATEWAY, Proxy, Treatment

pytestmark = pytest.mark.browser

SHELL_IS_READY = "() => navigator.serviceWorker.ready.then((registration) => registration.active?.state)"

KEPT_PATHS = """async () => {
    const paths = [];
    for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
    return paths;
}"""


def wait_for_shell(page: Page) -> None:
    page.evaluate(SHELL_IS_READY)
    page.wait_for_function("() => navigator.serviceWorker.controller ?? navigator.serviceWorker.ready")


def forget_http_cache(page: Page) -> None:
    """What a browser may throw away at any time."""
    page.context.new_cdp_session(page).send("Network.clearBrowserCache")


def test_the_door_starts_without_a_server_and_thanks(kiosk: Installation, door: Page) -> None:
    wait_for_shell(door)
    kiosk.stop()
    forget_http_cache(door)
    door.reload()
    expect(door.get_by_role("heading", level=1)).to_be_visible()
    door.get_by_role("button", name="Jeg er her").click()
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    assert states(door) == ["waiting"]
    kiosk.start()
    door.evaluate("dispatchEvent(new Event('online'))")
    wait_until_all_are(door, "sent", 1)
    assert kiosk.taps() == 1


def test_the_door_starts_in_its_own_language(kiosk: Installation, door: Page) -> None:
    wait_for_shell(door)
    door.reload()
    door.get_by_role("link", name="English").click()
    expect(door.get_by_role("button", name="I am here")).to_be_visible()
    kiosk.stop()
    door.goto("/")
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()


def test_a_proxys_error_page_is_not_shown_in_the_screens_place(kiosk: Installation, open_tablet: OpenTablet) -> None:
    with Proxy(kiosk.port) as proxy:
        door = open_tablet(kiosk, base_url=proxy.origin).new_page()
        door.goto("/")
        wait_for_shell(door)
        proxy.treat = lambda asked: Treatment(BAD_GATEWAY)
        door.reload()
        press(door, "visit")
        expect(door.get_by_role("status")).to_contain_text("Takk!")


def test_a_tablet_that_was_cut_off_is_not_kept_at_its_screen(kiosk: Installation, door: Page) -> None:
    wait_for_shell(door)
    door.context.clear_cookies()
    door.reload()
    door.wait_for_url("**/logg-inn")


def test_no_staff_page_is_ever_kept(kiosk: Installation, door: Page, sign_in: Callable[[Page], None]) -> None:
    wait_for_shell(door)
    door.context.clear_cookies()
    sign_in(door)
    for path in ("/", "/trykk", "/i-dag", "/aar"):
        door.goto(path)
        door.wait_for_load_state("networkidle")
    paths = door.evaluate(KEPT_PATHS)
    assert paths and all(path == "/" or path.startswith("/static/") for path in paths)
    # What is kept at "/" is still the door, which has no number on it.
    kiosk.stop()
    door.goto("/")
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()
