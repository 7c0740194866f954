"""Nobody is kept out: every page in every state has nothing that axe-core finds wrong, WCAG 2.2 AA and best practice.

Once in `make test`; in each language and look with `make access`.
"""

from collections.abc import Callable
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import ViewportSize

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
SIZES: dict[str, ViewportSize] = {
    "desktop": {"width": 1280, "height": 720},
    "tablet": {"width": 800, "height": 480},
    "phone": {"width": 390, "height": 844},
}

# Answers that nobody looks at, redirections, and what is shown within another page.
NO_PAGES = {
    *("shell.static", "shell.service_worker", "shell.health", "shell.manifest", "working.counts", "working.newest"),
    *(
        "setup_screens.preview",
        "sheets.first",
        "pairing.answer",
        "counting.this_year",
        "figures.this_month",
        "figures.all_this_year",
    ),
}
# Pages that are come to by what is done on another: the state they are in.
REACHED = {
    "locking.screen": "volunteer behind PIN",
    "starting.leader": "first start, leader",
    "starting.tablet": "first start, tablet",
}


@pytest.mark.parametrize("sight", SIGHTS, ids=lambda sight: sight.name)
@pytest.mark.parametrize(
    ("language", "look"),
    [
        pytest.param(*both, id=", ".join(both), marks=() if both == ONCE else pytest.mark.every_look)
        for both in product(LANGUAGES, LOOKS)
    ],
)
def test_axe_finds_nothing_on_any_size_and_each_has_room(
    viewing: Viewing, language: str, look: str, sight: Sight, record_property: Callable[[str, object], None]
) -> None:
    viewing.speak(language)
    # Once a page is looked at on the widest and the narrowest.
    sizes = ["desktop", "phone"] if (language, look) == ONCE else list(SIZES)
    with viewing.open(sight, viewport=SIZES[sizes[0]], **LOOKS[look]) as page:
        violations = {sizes[0]: find_violations(page)}
        for size in sizes[1:]:
            # The page is there anyway, and must not be wider than it.
            page.set_viewport_size(SIZES[size])
            violations[size] = find_violations(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= SIZES[size]["width"], f"{wide} px wide on a {size}"
    for size, found in violations.items():
        record_property("axe", (f"{sight.name} ({sight.path}, {sight.who}), {language}, {look}, {size}", len(found)))
    wrong = [f"{size}: {one}" for size, found in violations.items() for one in found]
    assert not wrong, "\n".join(wrong)


def test_every_page_is_among_them(tmp_path: Path) -> None:
    adapter = create_app({"KIOSK_INSTANCE": str(tmp_path)}).url_map.bind("localhost")
    pages = {one.endpoint for one in adapter.map.iter_rules() if "GET" in (one.methods or ())} - NO_PAGES
    seen = {adapter.match(one.path.partition("?")[0])[0] for one in SIGHTS if one.path != "/nowhere"}
    assert pages - seen - set(REACHED) == set(), "write them into SIGHTS"
    assert set(REACHED.values()) <= {one.name for one in SIGHTS}
