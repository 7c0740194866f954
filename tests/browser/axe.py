"""axe-core, as it lies in tests/vendor: what it finds wrong with a page that is shown."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

AXE = Path(__file__).parent.parent / "vendor" / "axe-core-4.14.1" / "axe.min.js"

# WCAG 2.2 AA and best practice; besides, the size of targets, and on tablets the contrast of AAA (7 to 1).
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, rules]) => {
    const { violations } = await axe.run({ runOnly: tags, rules, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) =>
        ({ id, help, places: nodes.map(({ target, failureSummary }) => `${target}: ${failureSummary}`) }));
}"""


@cache
def _source() -> str:
    return AXE.read_text(encoding="utf-8")


def find_violations(page: Page) -> list[str]:
    """Each with its rule and the places it is broken at."""
    is_tablet = page.locator("body.tablet").count() > 0
    rules = {"target-size": {"enabled": True}, "color-contrast-enhanced": {"enabled": is_tablet}}
    page.evaluate(_source())
    found: list[dict[str, Any]] = page.evaluate(RUN, [TAGS, rules])
    return [f"{one['id']} ({one['help']})\n    " + "\n    ".join(one["places"]) for one in found]
