"""A new version reaches a page that stays open, when nobody is at it, nothing waits, and our own server answers."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page, expect

from tests.browser.chromium import PLAIN_NAME, RESOLVE, Tablet
from tests.browser.installation import Installation, wait_until
from tests.browser.tablet import press, states, version, wait_until_all_are
from tests.browser.test_shell import forget_http_cache, wait_for_shell
from tests.faults.chaos_proxy import PORTAL, Answer, Asked, Fate, Proxy, Treatment
from tests.faults.server import PATIENCE, ROOT

pytestmark = pytest.mark.browser

IDLE_MS, HEALTH_MS, ONE_DAY_MS = 20_000, 30_000, 86_400_000

# What a page does with an answer goes through its queue, then to the service worker, and to its queue again.
BEHIND_THE_ANSWER = """async () => {
    for (let time = 0; time < 2; time++) {
        await new Promise((resolve) => {
            indexedDB.open("kiosk").onsuccess = ({ target }) => {
                const transaction = target.result.transaction(["taps", "facts"], "readwrite");
                transaction.objectStore("facts").get("none");
                transaction.oncomplete = () => {
                    target.result.close();
                    resolve();
                };
            };
        });
        const registration = await navigator.serviceWorker?.getRegistration();
        const worker = registration?.installing;
        if (worker) await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
    }
}"""


@pytest.fixture(scope="session")
def next_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The kiosk with one more line in a style sheet."""
    folder = tmp_path_factory.mktemp("next")
    shutil.copytree(ROOT / "kiosk", folder / "kiosk", ignore=shutil.ignore_patterns("__pycache__"))
    with (folder / "kiosk" / "static" / "css" / "kiosk.css").open("a", encoding="utf-8") as css:
        css.write("/* One more line. */\n")
    return folder


@pytest.fixture
def kiosk(template: Installation, tmp_path: Path) -> Iterator[Installation]:
    """Its program changes: no other test can have it."""
    with template.copy(tmp_path / "server") as one:
        yield one


@pytest.fixture
def proxy(kiosk: Installation) -> Iterator[Proxy]:
    with Proxy(kiosk.port) as one:
        yield one


@pytest.fixture(params=["plain http", "service worker", "first visit"])
def door(kiosk: Installation, proxy: Proxy, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The door tablet on its screen: without a service worker, under one, and where one came after the page."""
    is_plain = request.param == "plain http"
    origin = f"http://{PLAIN_NAME if is_plain else '127.0.0.1'}:{proxy.port}"
    tablet = Tablet(tmp_path / "profile", origin, kiosk.cookies["door"], RESOLVE)
    page = tablet.start().pages[0]
    page.clock.install()
    page.goto("/")
    assert page.evaluate("isSecureContext") is not is_plain
    if not is_plain:
        wait_for_shell(page)
    if request.param == "service worker":
        page.reload()
    assert page.evaluate("Boolean(navigator.serviceWorker?.controller)") is (request.param == "service worker")
    yield page
    tablet.kill()


def pass_half_a_minute(page: Page) -> None:
    """Until the tablet has told how it is, and what it did with the answer is done."""
    with page.expect_response("**/api/health"):
        page.clock.fast_forward(HEALTH_MS)
    page.evaluate(BEHIND_THE_ANSWER)


def fetched(proxy: Proxy, path: str) -> int:
    return sum(one.asked.path == path for one in proxy.seen)


def wait_with_half_minutes(page: Page, holds: Callable[[], bool], complaint: str) -> None:
    """Let time pass until it holds; the page may be left in the middle of it."""

    def holds_or_later() -> bool:
        with suppress(BrowserError):
            if holds():
                return True
            pass_half_a_minute(page)
        return False

    # Each half minute is a round to the server and its worker, and there may be many.
    wait_until(holds_or_later, lambda: complaint, seconds=3 * PATIENCE)


def wait_for_another_version(page: Page, old: str | None) -> None:
    wait_with_half_minutes(page, lambda: version(page) not in (old, None), "the page is still the old one")
    # Its words are there before its script: pressed that early, a button is a plain form.
    page.wait_for_load_state()


def test_a_page_that_stays_open_becomes_the_new_version(kiosk: Installation, door: Page, next_version: Path) -> None:
    old = version(door)
    press(door, "visit")
    wait_until_all_are(door, "sent", 1)
    kiosk.go_over_to(next_version)
    door.clock.fast_forward(IDLE_MS)
    wait_for_another_version(door, old)
    press(door, "lunch")
    wait_until_all_are(door, "sent", 2)
    assert kiosk.taps() == 2
    if not door.evaluate("isSecureContext"):
        return
    # What starts without a network is the new one as well.
    new = version(door)
    wait_for_shell(door)
    for _ in range(3):
        door.clock.fast_forward(IDLE_MS)
        pass_half_a_minute(door)
    kiosk.stop()
    forget_http_cache(door)
    door.reload()
    assert version(door) == new
    expect(door.get_by_role("button", name="Jeg er her")).to_be_visible()


def test_nobody_is_disturbed_by_a_new_version(kiosk: Installation, door: Page, next_version: Path) -> None:
    old = version(door)
    kiosk.go_over_to(next_version)
    for _ in range(8):
        press(door, "visit")
        door.clock.fast_forward(IDLE_MS - 1000)
        door.evaluate(BEHIND_THE_ANSWER)
    assert version(door) == old
    wait_until(lambda: set(states(door)) == {"sent"}, lambda: states(door))
    door.clock.fast_forward(IDLE_MS)
    wait_for_another_version(door, old)


def test_no_page_is_left_while_a_tap_waits(kiosk: Installation, door: Page, proxy: Proxy, next_version: Path) -> None:
    old = version(door)
    kiosk.go_over_to(next_version)
    proxy.treat_taps(Fate.DROP_REQUEST)
    press(door, "visit")
    door.clock.fast_forward(IDLE_MS)
    for _ in range(3):
        pass_half_a_minute(door)
    assert version(door) == old and states(door) == ["waiting"]
    proxy.treat_taps(Fate.PASS)
    wait_for_another_version(door, old)
    assert (states(door), kiosk.taps()) == (["sent"], 1)


@pytest.mark.parametrize("answer", [PORTAL, Fate.DROP_REQUEST], ids=["a portal", "nobody"])
def test_no_page_is_left_unless_our_own_server_answers(
    kiosk: Installation, door: Page, proxy: Proxy, next_version: Path, answer: Answer | Fate
) -> None:
    old = version(door)
    kiosk.go_over_to(next_version)

    def treat(asked: Asked) -> Treatment:
        return Treatment(answer) if asked.path == "/healthz" else Treatment()

    proxy.treat = treat
    door.clock.fast_forward(IDLE_MS)
    wait_with_half_minutes(door, lambda: fetched(proxy, "/healthz") >= 3, "it never asks")
    assert version(door) == old
    proxy.treat = lambda asked: Treatment()
    wait_for_another_version(door, old)


def test_a_page_that_stays_the_old_one_does_not_begin_anew_again_and_again(
    kiosk: Installation, door: Page, proxy: Proxy, next_version: Path
) -> None:
    old = version(door)
    kept = fetch_page(kiosk)
    kiosk.go_over_to(next_version)

    # Something on the way that keeps pages.
    def treat(asked: Asked) -> Treatment:
        return Treatment(kept) if asked.path == "/" else Treatment()

    proxy.treat = treat
    door.evaluate("window.isFirst = true")
    door.clock.fast_forward(IDLE_MS)
    wait_with_half_minutes(door, lambda: not door.evaluate("window.isFirst"), "it never tried")
    door.evaluate("window.isSecond = true")
    door.clock.fast_forward(IDLE_MS)
    for _ in range(8):
        pass_half_a_minute(door)
    assert door.evaluate("window.isSecond")
    assert version(door) == old
    # A day later, what kept it may have let it go.
    proxy.treat = lambda asked: Treatment()
    door.clock.fast_forward(ONE_DAY_MS)
    wait_for_another_version(door, old)


def fetch_page(kiosk: Installation) -> Answer:
    request = Request(kiosk.origin, headers={"Cookie": kiosk.cookies["door"]})  # noqa: S310 our own server
    with urlopen(request) as response:  # noqa: S310
        return Answer(200, response.read(), dict(response.headers))
