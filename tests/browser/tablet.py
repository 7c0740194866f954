"""What a test does with the screen of a tablet, and what it reads from the tablet's queue."""

from contextlib import suppress
from typing import Any, cast

from playwright.sync_api import Error as BrowserError
from playwright.sync_api import Page

from tests.browser.installation import wait_until

# Exactly so many milliseconds apart, by the page's own timers: what the script set before them runs before them.
PRESS = """async ([activities, ms]) => {
    const button = (activity) => document.querySelector(`form.tap[data-activity="${activity}"] button`);
    for (const [place, activity] of activities.entries()) {
        if (place) await new Promise((resolve) => setTimeout(resolve, ms));
        button(activity).click();
    }
}"""

RECORDS = """() => new Promise((resolve, reject) => {
    const opening = indexedDB.open("kiosk");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
        const has = opening.result.objectStoreNames.contains("taps");
        if (!has) return reject(new Error("the page has made no queue"));
        const reading = opening.result.transaction("taps").objectStore("taps").getAll();
        reading.onsuccess = () => {
            opening.result.close();
            resolve(reading.result);
        };
        reading.onerror = () => reject(reading.error);
    };
})"""

# How often a button began to thank; kept from the start of the page.
COUNT_THANKS = """addEventListener("DOMContentLoaded", () => {
    window.thanks = 0;
    new MutationObserver((changes) => {
        // A record tells what was before; what came of it is what was before the next, or is there now.
        const after = new Map();
        for (const { target, oldValue } of changes.reverse()) {
            const then = after.get(target) ?? target.className;
            if (then.includes("is-thanking") && !oldValue?.includes("is-thanking")) window.thanks++;
            after.set(target, oldValue);
        }
    }).observe(document.body, { subtree: true, attributeFilter: ["class"], attributeOldValue: true });
})"""


def press(page: Page, *activities: str, ms: float = 0) -> None:
    """Press the buttons one after the other, `ms` milliseconds apart."""
    page.evaluate(PRESS, [list(activities), ms])


def records(page: Page) -> list[dict[str, Any]]:
    """All that the tablet's queue holds, sent or not."""
    return cast(list[dict[str, Any]], page.evaluate(RECORDS))


def states(page: Page) -> list[str]:
    return [record["state"] for record in records(page)]


def version(page: Page) -> str | None:
    """Of the page that is shown; None while it changes."""
    with suppress(BrowserError):
        return cast(str, page.evaluate("document.documentElement.dataset.version"))
    return None


def wait_until_all_are(page: Page, state: str, how_many: int) -> None:
    """Until the queue holds so many records, all in this state; the page may change meanwhile."""

    def are() -> bool:
        with suppress(BrowserError):
            return states(page) == [state] * how_many
        return False

    wait_until(are, lambda: f"{states(page)}, not {how_many} {state}")


def said(page: Page, what: str) -> str:
    """The screen's own words, as it carries them for its script."""
    words = page.locator("#strip").get_attribute(f"data-say-{what}")
    assert words
    return words


def keep(page: Page, **values: object) -> None:
    """Put a record into the tablet's queue, by the queue's own script; by default a visit tapped now."""
    page.evaluate(
        """async (values) => {
            const js = `/static/${document.documentElement.dataset.version}/js`;
            const [queue, sender] = await Promise.all([import(`${js}/queue.js`), import(`${js}/sender.js`)]);
            const { centre } = document.getElementById("screen").dataset;
            await queue.put({ ...sender.newRecord(centre, "visit", 1), ...values });
        }""",
        values,
    )
