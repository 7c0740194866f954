"""A leader looks over a day in a real browser, and I dag keeps itself fresh."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, Route, expect

from tests.browser.chromium import PATIENCE_MS
from tests.browser.installation import LEADER, Installation
from tests.browser.watch import Watch
from tests.build import PASSWORD

pytestmark = pytest.mark.browser

OpenLeader = Callable[[Installation], Page]

# What a person presses: a button or a link, by mouse, finger or Enter.
COUNT_PRESSES = """addEventListener("click", (event) => {
    if (event.isTrusted && event.target.closest("button, a")) notePress(event.target.closest("button, a").innerText);
}, true)"""

# As when another window lies over the page, and when it is gone again.
HIDE = """(isHidden) => {
    Object.defineProperty(document, "hidden", { value: isHidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""

EVERY_MS = 15_000
PHONE = {"width": 390, "height": 844}


def count_presses(context: BrowserContext) -> list[str]:
    presses: list[str] = []
    context.expose_binding("notePress", lambda _, words: presses.append(words))
    context.add_init_script(COUNT_PRESSES)
    return presses


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_leader_closes_a_plain_day_in_three_presses_from_sign_in(
    kiosk: Installation, door: Page, watch: Watch, has_scripts: bool
) -> None:
    door.locator("form.tap[data-activity=visit] button").click()
    kiosk.wait_for_taps(1)
    browser = door.context.browser
    assert browser is not None
    context = browser.new_context(base_url=kiosk.origin, viewport=PHONE, java_script_enabled=has_scripts)
    watch.over(context)
    presses = count_presses(context)
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto("/logg-inn")
    page.get_by_label("Navn").fill(LEADER)
    page.get_by_label("Passord").fill(PASSWORD)
    page.get_by_role("button", name="Logg inn").click()
    page.get_by_role("link", name="Se over dagen").click()
    expect(page.locator("tr:has-text('Besøk') .is-point")).to_have_text("1")
    page.get_by_role("button", name="Stemmer").click()
    expect(page.locator(".day-state")).to_contain_text(f"Godkjent av {LEADER}")
    assert kiosk.query("SELECT was_open, totals FROM day_closing") == [(1, '{"visit": 1}')]
    assert kiosk.query("SELECT tapped_at FROM tally_event") == [None]
    if has_scripts:
        assert presses == ["Logg inn", "Se over dagen", "Stemmer"]
    assert watch.violations == []
    context.close()


def test_i_dag_is_not_sent_again_while_nothing_changes_and_at_once_when_something_does(
    kiosk: Installation, door: Page, open_leader: OpenLeader
) -> None:
    page = open_leader(kiosk)
    answers: list[int] = []

    def fetch(route: Route) -> None:
        answer = route.fetch()
        answers.append(answer.status)
        route.fulfill(response=answer)

    page.route("**/i-dag", fetch)
    refresh = "document.body.dispatchEvent(new CustomEvent('tally-changed'))"
    with page.expect_response("**/i-dag"):
        page.evaluate(refresh)
    door.locator("form.tap[data-activity=visit] button").click()
    kiosk.wait_for_taps(1)
    with page.expect_response("**/i-dag"):
        page.evaluate(refresh)
    expect(page.locator("#day tr:has-text('Besøk') .is-point")).to_have_text("1")
    with page.expect_response("**/i-dag"):
        page.evaluate(refresh)
    # The tablet's own heartbeat may have come in between.
    assert answers[1] == 200 and answers[2] == 304
    expect(page.locator("#day tr:has-text('Besøk') .is-point")).to_have_text("1")


def visits(page: Page) -> Locator:
    return page.locator("#day tr:has-text('Besøk') .is-point")


def test_i_dag_follows_at_once_what_is_tapped_on_another_page_of_the_browser(
    kiosk: Installation, open_leader: OpenLeader
) -> None:
    page = open_leader(kiosk)
    count = page.context.new_page()
    count.goto("/trykk")
    # Long before its turn.
    with page.expect_response("**/i-dag", timeout=EVERY_MS * 2 / 3):
        count.get_by_role("button", name="+5 SMS").click()
    expect(page.locator("#day tr:has-text('SMS') .is-point").last).to_have_text("5")


def test_i_dag_asks_every_fifteen_seconds_while_somebody_could_see_it(
    kiosk: Installation, door: Page, open_leader: OpenLeader
) -> None:
    page = open_leader(kiosk)
    page.clock.install()
    page.goto("/i-dag")
    # From here on only the test lets time pass.
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 0.5"))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    door.locator("form.tap[data-activity=visit] button").click()
    kiosk.wait_for_taps(1)
    page.clock.run_for(EVERY_MS - 5000)
    assert asked == []
    with page.expect_response("**/i-dag"):
        page.clock.run_for(5000)
    expect(visits(page)).to_have_text("1")
    page.evaluate(HIDE, True)
    asked.clear()
    page.clock.run_for(10 * EVERY_MS)
    assert asked == []
    door.get_by_role("button", name="Én til").click()
    kiosk.wait_for_taps(2)
    with page.expect_response("**/i-dag"):
        page.evaluate(HIDE, False)
    expect(visits(page)).to_have_text("2")


@pytest.mark.parametrize("path", ["/i-dag", "/dag/{day}", "/dag/{day}/rett", "/venter", "/endringslogg"])
def test_a_page_fits_a_phone(kiosk: Installation, door: Page, open_leader: OpenLeader, path: str) -> None:
    door.locator("form.tap[data-activity=visit] button").click()
    kiosk.wait_for_taps(1)
    (day,) = kiosk.query("SELECT day FROM tally_event")
    page = open_leader(kiosk)
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    page.goto(path.format(day=day))
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    small = page.evaluate(
        "[...document.querySelectorAll('main :is(button, input:not([type=hidden], [type=radio]), select)')]"
        ".filter((one) => one.getBoundingClientRect().height < 48).map((one) => one.outerHTML)"
    )
    assert small == []
