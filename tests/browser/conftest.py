"""A real Chromium, and installations for it: each test has its own, with a server in a process of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.chromium import ARGUMENTS, PATIENCE_MS, find_chromium, pair, start_playwright
from tests.browser.installation import LEADER, Installation
from tests.browser.viewing import Viewing
from tests.browser.watch import Watch
from tests.build import PASSWORD

OpenTablet = Callable[..., BrowserContext]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    browser = start_playwright().chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    yield browser
    browser.close()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A new installation with a door tablet and a staff tablet; tests copy it."""
    one = Installation.make(tmp_path_factory.mktemp("template") / "instance")
    yield one
    one.close()


@pytest.fixture(scope="session")
def server(template: Installation, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One server for all tests of a worker, because a start takes seconds."""
    with template.copy(tmp_path_factory.mktemp("server")) as one:
        yield one


@pytest.fixture
def kiosk(server: Installation, template: Installation) -> Installation:
    """A new installation, whose server answers."""
    server.begin_anew(template)
    return server


@pytest.fixture
def watch() -> Iterator[Watch]:
    watch = Watch()
    yield watch
    assert watch.errors == []


@pytest.fixture
def open_tablet(browser: Browser, watch: Watch) -> Iterator[OpenTablet]:
    """Browsers that are paired tablets, by the word for their screen."""
    contexts = []

    def open_tablet(kiosk: Installation, screen: str = "door", **options: Any) -> BrowserContext:
        contexts.append(browser.new_context(**({"base_url": kiosk.origin} | options)))
        pair(contexts[-1], kiosk.origin, kiosk.cookies[screen])
        watch.over(contexts[-1])
        return contexts[-1]

    yield open_tablet
    for context in contexts:
        context.close()


@pytest.fixture
def door(kiosk: Installation, open_tablet: OpenTablet) -> Page:
    """The door tablet, on its screen."""
    page = open_tablet(kiosk).new_page()
    page.goto("/")
    return page


@pytest.fixture
def sign_in() -> Callable[[Page], None]:
    def sign_in(page: Page) -> None:
        """As the leader, who then sees I dag."""
        page.goto("/logg-inn")
        page.get_by_label("Navn").fill(LEADER)
        page.get_by_label("Passord").fill(PASSWORD)
        page.get_by_role("button", name="Logg inn").click()
        page.wait_for_url("**/i-dag")

    return sign_in


@pytest.fixture
def open_leader(
    browser: Browser, watch: Watch, sign_in: Callable[[Page], None]
) -> Iterator[Callable[[Installation], Page]]:
    """Browsers of the leader, who has just signed in."""
    contexts = []

    def open_leader(kiosk: Installation) -> Page:
        contexts.append(browser.new_context(base_url=kiosk.origin))
        contexts[-1].set_default_timeout(PATIENCE_MS)
        watch.over(contexts[-1])
        page = contexts[-1].new_page()
        sign_in(page)
        return page

    yield open_leader
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def viewing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewing]:
    """A centre that is lived in, and a new one, to be looked at."""
    one = Viewing(browser, tmp_path_factory.mktemp("viewing"))
    yield one
    one.close()
