"""`make pictures`: docs/gallery.md, with every page that people come to on tablet, phone and desktop."""

import base64
import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, ViewportSize

from tests.browser.chromium import ARGUMENTS, find_chromium, start_playwright
from tests.browser.sights import AREAS, Sight
from tests.browser.viewing import Viewing

DOCS = Path(__file__).parent.parent.parent / "docs"
PICTURES = DOCS / "pictures"

SIZES: dict[str, ViewportSize] = {
    "tablet": {"width": 1024, "height": 600},
    "phone": {"width": 390, "height": 844},
    "desktop": {"width": 1280, "height": 800},
}
# As wide as they are shown, so that a row fits a page.
WIDTHS = {"tablet": 360, "phone": 130, "desktop": 360}
QUALITY = 50

HEAD = """# Gallery

Every page of the kiosk on a tablet, a phone and a desktop, made by `make pictures` from made-up numbers.
"""


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    for old in PICTURES.glob("*.webp"):
        old.unlink()
    lines = [HEAD]
    browser = start_playwright().chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
    with tempfile.TemporaryDirectory() as folder:
        viewing = Viewing(browser, Path(folder))
        try:
            viewing.speak("nb")
            for area, sights in AREAS.items():
                lines += [f"## {area}\n"]
                for sight in sights:
                    if not sight.is_slip:
                        lines += [f"**{sight.name}**\n", " ".join(_picture(viewing, sight)) + "\n"]
        finally:
            viewing.close()
            browser.close()
    (DOCS / "gallery.md").write_text("\n".join(lines), encoding="utf-8")


def _picture(viewing: Viewing, sight: Sight) -> list[str]:
    """Take one at each size. Returns what shows them."""
    shown = []
    for size, viewport in SIZES.items():
        name = re.sub(r"[^a-z]+", "-", f"{sight.name} {size}".lower()) + ".webp"
        with viewing.open(sight, viewport=viewport, locale="nb-NO", reduced_motion="reduce") as page:
            (PICTURES / name).write_bytes(_webp(page))
        shown.append(f'<img src="pictures/{name}" alt="{sight.name}, {size}" width="{WIDTHS[size]}">')
    return shown


def _webp(page: Page) -> bytes:
    # A thank-you is drawn in a moment, and what is loaded late is there.
    page.wait_for_load_state("networkidle")
    asked = {"format": "webp", "quality": QUALITY}
    answer = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    return base64.b64decode(answer["data"])


if __name__ == "__main__":
    main()
