"""Nobody is kept out: every page in every state has nothing that axe-core finds wrong, WCAG 2.2 AA and best practice.

Once in `make test`; in each language and look with `make access`.
"""

from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ViewportSize

from kiosk import create_app
from kiosk.kinds import LANGUAGES
from tests.browser.axe import find_violations
from tests.browser.sights import SIGHTS, Sight
from tests.browser.viewing import Viewing

pytestmark = pytest.mark.browser

LOOKS = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "high contrast": {"contrast": "more"},
    "forced colours": {"forced_colors": "active"},
}
ONCE = ("nb", "light")
PHONE: ViewportSize = {"width": 390, "height": 844}

# Answers that nobody looks at, redirections, and what is shown within another page.
NO_PAGES = {
    *("shell.static", "shell.service_worker", "shell.health", "shell.manifest", "working.counts", "working.newest"),
    *("setup_screens.preview", "pairing.answer", "counting.this_year", "figures.this_month", "figures.all_this_year"),
}
# Pages that are come to by what is done on another: the state they are in.
REACHED = {
    "locking.screen": "volunteer behind PIN",
    "starting.leader": "first start, leader",
    "starting.tablet": "first start, tablet",
}


@pytest.fixture(scope="session")
def viewing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewing]:
    one = Viewing(browser, tmp_path_factory.mktemp("viewing"))
    yield one
    one.close()


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
@pytest.mark.parametrize(
    ("language", "look"),
    [
        pytest.param(*both, id=", ".join(both), marks=() if both == ONCE else pytest.mark.every_look)
        for both in product(LANGUAGES, LOOKS)
    ],
)
def test_axe_finds_nothing_and_a_phone_has_room(
    viewing: Viewing, language: str, look: str, sight: Sight, record_property: Callable[[str, object], None]
) -> None:
    viewing.speak(language)
    with viewing.open(sight, **LOOKS[look]) as page:
        violations = find_violations(page)
        # The page is there anyway: as wide as a phone it must not be wider.
        page.set_viewport_size(PHONE)
        wide = page.evaluate("document.documentElement.scrollWidth")
    record_property("axe", (f"{sight.name} ({sight.path}, {sight.who}), {language}, {look}", len(violations)))
    assert not violations, "\n".join(violations)
    assert wide <= PHONE["width"], f"{wide} px wide on a phone"


def test_every_page_is_among_them(tmp_path: Path) -> None:
    adapter = create_app({"KIOSK_INSTANCE": str(tmp_path)}).url_map.bind("localhost")
    pages = {one.endpoint for one in adapter.map.iter_rules() if "GET" in (one.methods or ())} - NO_PAGES
    seen = {adapter.match(one.path.partition("?")[0])[0] for one in SIGHTS if one.path != "/nowhere"}
    assert pages - seen - set(REACHED) == set(), "write them into SIGHTS"
    assert set(REACHED.values()) <= {one.name for one in SIGHTS}
