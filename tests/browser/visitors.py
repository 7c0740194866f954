"""Hands at a tablet with two tabs, who count the thank-yous they see, and who reload, and whose tablet dies."""

from contextlib import suppress
from random import Random

from playwright.sync_api import BrowserContext, Page
from playwright.sync_api import Error as BrowserError

from tests.browser.chromium import PATIENCE_MS, Tablet
from tests.browser.installation import wait_until
from tests.browser.tablet import records

SIZE = {"width": 1366, "height": 1400}
ATTEMPT_MS = 10_000

# Tells of each thank-you that appears on a button, with the id of the tap it is for: the oldest that was put
# into the queue for that button and not thanked yet; and counts what is told to have failed, in red. Changes
# nothing of what it watches.
OBSERVE = """
window.seen = { isStarted: false, thanks: 0, failures: 0 };
const kept = new Map(), known = new Set();
const { open } = IDBFactory.prototype, { put } = IDBObjectStore.prototype;
IDBFactory.prototype.open = function (...all) {
    seen.isStarted = true;
    return open.apply(this, all);
};
IDBObjectStore.prototype.put = function (value, ...rest) {
    if (value?.state === "waiting" && value.tries === 0 && !known.has(value.id)) {
        known.add(value.id);
        kept.set(value.activity, [...(kept.get(value.activity) ?? []), value.id]);
    }
    return put.call(this, value, ...rest);
};
new MutationObserver((changes) => {
    const after = new Map();
    for (const { target, oldValue } of changes.reverse()) {
        const then = after.get(target) ?? target.getAttribute("class");
        const begins = (state) => then?.includes(state) && !oldValue?.includes(state);
        after.set(target, oldValue);
        if (target.matches(".tap-button") && begins("is-failed")) seen.failures++;
        if (!begins("is-thanking")) continue;
        seen.thanks++;
        reportThanks(kept.get(target.closest("form").dataset.activity)?.shift() ?? "unknown");
    }
}).observe(document, { subtree: true, attributeFilter: ["class"], attributeOldValue: true });
"""

# One press after the other, a few milliseconds apart, while the test goes on.
PRESS_SOON = """(ms) => {
    const buttons = [...document.querySelectorAll("form.tap .tap-button:not(.is-locked)")];
    buttons.forEach((button, place) => setTimeout(() => button.click(), place * ms));
    return buttons.length;
}"""


class Visitors:
    """`thanked`: the ids of the taps they were thanked for. `unsure`: presses they saw no thank-you for."""

    def __init__(self, tablet: Tablet, random: Random) -> None:
        self.tablet, self.random = tablet, random
        self.thanked: list[str] = []
        self.unsure = self.browser_kills = self.reloads = 0
        self.context: BrowserContext | None = None
        self.tabs: list[Page] = []

    def start(self) -> None:
        self.context = self.tablet.start()
        self.context.expose_binding("reportThanks", lambda _, id: self.thanked.append(id))
        self.context.add_init_script(OBSERVE)
        self.tabs = [self.context.pages[0], self.context.new_page()]
        for tab in self.tabs:
            tab.set_viewport_size(SIZE)
            self._open(tab)

    def tap(self) -> None:
        """Press every button of a tab that is free, and wait for the thanks."""
        tab = self.random.choice(self.tabs)
        tab.bring_to_front()
        if not tab.evaluate("seen.isStarted"):
            self._tap_plainly(tab)
            return
        thanks, failures = tab.evaluate("[seen.thanks, seen.failures]")
        wanted = thanks + failures
        for button in tab.locator("form.tap .tap-button:not(.is-locked)").element_handles():
            # As a switch presses it: on a small screen it may have to be scrolled to.
            button.evaluate("(button) => button.click()")
            wanted += 1
        answered = "(wanted) => seen.thanks + seen.failures >= wanted"
        tab.wait_for_function(answered, arg=wanted, polling=20, timeout=PATIENCE_MS)
        # Nobody was thanked for those; the server may still have got one that the tablet could not keep.
        self.unsure += tab.evaluate("seen.failures") - failures

    def reload(self) -> None:
        """In the middle of pressing."""
        tab = self.random.choice(self.tabs)
        before = len(self.thanked)
        self._begin_pressing(tab)
        self.reloads += 1
        self._open(tab)
        self.unsure -= len(self.thanked) - before

    def kill(self) -> None:
        """In the middle of pressing; then the tablet starts again."""
        before = len(self.thanked)
        for tab in self.tabs:
            self._begin_pressing(tab)
        self.tablet.kill()
        self.unsure -= len(self.thanked) - before
        self.browser_kills += 1
        self.start()

    def waiting(self) -> int:
        """How many records the server has not answered for."""
        return sum(record["state"] != "sent" for record in records(self.tabs[0]))

    def _begin_pressing(self, tab: Page) -> None:
        """Every press counts as unsure until its thank-you is seen."""
        # A page that has no script to press with is reloaded, or dies, without.
        if tab.evaluate("seen.isStarted"):
            self.unsure += tab.evaluate(PRESS_SOON, self.random.choice([2, 8, 20]))

    def _open(self, tab: Page) -> None:
        """As people do: again and again until there is a screen."""

        def is_there() -> bool:
            with suppress(BrowserError):
                tab.goto("/", timeout=ATTEMPT_MS)
                return tab.locator("form.tap").count() > 0 and not tab.evaluate("isSecureContext")
            return False

        wait_until(is_there, lambda: f"no screen but {tab.url}", seconds=180)

    def _tap_plainly(self, tab: Page) -> None:
        """The script did not arrive: the form works without, and says its thanks on the page that follows."""
        self.unsure += 1
        with suppress(BrowserError), tab.expect_navigation(timeout=ATTEMPT_MS):
            tab.locator("form.tap .tap-button").first.click(no_wait_after=True, timeout=ATTEMPT_MS)
        _, _, id = tab.url.partition("takk=")
        if id and tab.locator("#message").count() and "Takk!" in tab.locator("#message").inner_text():
            self.thanked.append(id)
            self.unsure -= 1
        self._open(tab)
