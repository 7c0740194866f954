"""The doors in a real browser: what is left after sign-out, and that stored words run nothing."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.chromium import ARGUMENTS, PATIENCE_MS, find_chromium, start_playwright
from tests.browser.conftest import OpenTablet
from tests.browser.installation import Installation
from tests.browser.watch import Watch

pytestmark = pytest.mark.browser

STAFF_PAGES = ("/i-dag", "/aar", "/trykk", "/folk", "/folk/ny", "/folk/1", "/konto")
HOSTILE = '<img src="x" onerror="window.ran = true"><script>window.ran = true</script>'

ADD_VISITS = """
    INSERT INTO tally_event (id, centre_id, activity_id, kind, count, day, span, audience, quality, time_quality)
    SELECT randomblob(16), 1, id, 'entry', 4711, ?, 'day', 'staff', 'counted', 'sure'
    FROM activity WHERE key = 'visit'"""


@pytest.fixture
def remembering(kiosk: Installation, watch: Watch) -> Iterator[BrowserContext]:
    """A browser that keeps pages for the back button, as people's do; Playwright's own does not."""
    browser = start_playwright().chromium.launch(
        executable_path=find_chromium(), args=ARGUMENTS, ignore_default_args=["--disable-back-forward-cache"]
    )
    context = watch.over(browser.new_context(base_url=kiosk.origin)) and browser.contexts[0]
    context.set_default_timeout(PATIENCE_MS)
    yield context
    browser.close()


def test_after_sign_out_no_number_comes_back(
    kiosk: Installation, remembering: BrowserContext, sign_in: Callable[[Page], None]
) -> None:
    kiosk.query(ADD_VISITS, datetime.now(UTC).astimezone(ZoneInfo("Europe/Oslo")).date().isoformat())
    page = remembering.new_page()
    sign_in(page)
    for path in ("/i-dag", "/aar", "/folk", "/i-dag"):
        page.goto(path)
        assert path == "/folk" or "4\u202f711" in page.inner_text("body")
    page.get_by_role("button", name="Logg ut").click()
    page.wait_for_url("**/logg-inn")
    for _ in range(5):
        # A page from the browser's own store has no load to wait for.
        page.go_back(wait_until="commit")
        expect(page.get_by_role("button", name="Logg inn")).to_be_visible()
        assert "711" not in page.content() and "Liv Leder" not in page.content()
    page.reload()
    expect(page.get_by_role("button", name="Logg inn")).to_be_visible()
    page.go_forward(wait_until="commit")
    expect(page.get_by_role("button", name="Logg inn")).to_be_visible()
    for path in ("/i-dag", "/aar", "/folk", "/konto"):
        page.goto(path)
        assert page.url.startswith(f"{kiosk.origin}/logg-inn") and "711" not in page.content()


def test_what_another_tab_signed_out_does_not_come_back_either(
    kiosk: Installation, remembering: BrowserContext, sign_in: Callable[[Page], None]
) -> None:
    kiosk.query(ADD_VISITS, datetime.now(UTC).astimezone(ZoneInfo("Europe/Oslo")).date().isoformat())
    page, other = remembering.new_page(), remembering.new_page()
    sign_in(page)
    page.goto("/konto")
    other.goto("/konto")
    other.get_by_role("button", name="Logg ut", exact=True).click()
    other.wait_for_url("**/logg-inn")
    page.bring_to_front()
    page.go_back(wait_until="commit")
    expect(page.get_by_role("button", name="Logg inn")).to_be_visible()
    assert "711" not in page.content()


def test_control_a_page_that_stays_is_there_with_its_number(
    kiosk: Installation, remembering: BrowserContext, sign_in: Callable[[Page], None]
) -> None:
    kiosk.query(ADD_VISITS, datetime.now(UTC).astimezone(ZoneInfo("Europe/Oslo")).date().isoformat())
    page = remembering.new_page()
    sign_in(page)
    page.goto("/konto")
    page.go_back(wait_until="commit")
    expect(page.locator("body")).to_contain_text("4\u202f711")


def test_words_from_the_database_run_nothing_on_any_page(
    kiosk: Installation, open_leader: Callable[[Installation], Page], open_tablet: OpenTablet, watch: Watch
) -> None:
    words = json.dumps({"nb": HOSTILE, "en": HOSTILE})
    for sql in ("UPDATE activity SET labels = ?1, units = ?1, counts = ?1", "UPDATE button SET labels = ?1"):
        kiosk.query(sql, words)
    for table in ("centre", "screen", "station"):
        kiosk.query(f"UPDATE {table} SET name = ?", HOSTILE)
    leader = open_leader(kiosk)
    kiosk.query("UPDATE user SET name = ?", HOSTILE)
    pages = [(leader, path) for path in STAFF_PAGES]
    pages += [(open_tablet(kiosk, screen).new_page(), "/") for screen in ("door", "staff")]
    for page, path in pages:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert "<img" in page.inner_text("body") or "<img" in page.title(), path
        assert page.evaluate("window.ran") is None and page.locator("img[src=x]").count() == 0, path
    # Also once a script has written them: the thank-you of the door.
    door = pages[-2][0]
    door.locator("form.tap button").first.click()
    expect(door.get_by_role("status")).to_contain_text("Takk!")
    assert door.evaluate("window.ran") is None
    assert watch.violations == [] and watch.origins() == {kiosk.origin}


def test_staff_forms_work_in_a_browser_and_a_double_click_counts_once(
    kiosk: Installation, open_leader: Callable[[Installation], Page], watch: Watch
) -> None:
    page = open_leader(kiosk)
    page.get_by_role("link", name="Folk").click()
    page.get_by_role("link", name="Legg til en person").click()
    page.get_by_label("Navn").fill("Ny Ansatt")
    page.get_by_label("Ansatt", exact=True).check()
    page.get_by_role("button", name="Legg til og få koden").dblclick()
    page.wait_for_url("**/kode?op=*")
    expect(page.get_by_role("heading", level=1)).to_have_text("Engangskode til Ny Ansatt")
    code = page.locator(".code").inner_text()
    page.reload()
    expect(page.locator(".code")).to_have_text(code)
    assert kiosk.query("SELECT count(*) FROM user WHERE name = 'Ny Ansatt'") == [1]
    assert watch.violations == []
