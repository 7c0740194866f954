"""On paper: the month is one A4 page, as the sheet on the wall is, and so is every tally sheet."""

import re

import pytest

from tests.browser.demo import YEAR
from tests.browser.sights import Sight
from tests.browser.viewing import Viewing

pytestmark = pytest.mark.browser

# A4 in points, with half a point for rounding.
A4 = {(595, 842), (842, 595)}
# A page without its margins, in CSS px: 96 to the inch of 25.4 mm.
PX_IN_A_MM = 96 / 25.4

SHEETS = [f"/skjema/{screen}{form}" for screen in (1, 2, 3) for form in ("", "?timer=1")]
MONTHS = [f"/maaned/{YEAR}/{month}" for month in (2, 11, 12)]


def sizes_of(pdf: bytes) -> list[tuple[int, int]]:
    """The size of each page, in points."""
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]", pdf)
    return [(round(float(width)), round(float(height))) for width, height in boxes]


@pytest.mark.parametrize("path", SHEETS + MONTHS)
def test_it_is_one_page_of_a4_with_nothing_cut_off(viewing: Viewing, path: str) -> None:
    viewing.speak("nb")
    with viewing.open(Sight(path, "leader", path)) as page:
        (size,) = sizes_of(page.pdf(prefer_css_page_size=True))
        assert size in A4
        margin_mm = 12 if path in SHEETS else 10
        wide = (size[0] / 72 * 25.4 - 2 * margin_mm) * PX_IN_A_MM
        page.emulate_media(media="print")
        page.set_viewport_size({"width": round(wide), "height": 1000})
        assert page.evaluate("document.documentElement.scrollWidth") <= wide + 2
        cut = page.evaluate("""() => [...document.querySelectorAll("th, td")].filter((cell) =>
            cell.offsetParent && cell.scrollWidth > cell.clientWidth + 1).map((cell) => cell.textContent.trim())""")
        assert cut == []
