"""From the finger to what it sees, with the processor slowed six times: the pressed look, and “Takk!”, on and off line.

From the instant of the input to the end of the frame that shows it, at the 95th percentile. ratio: that ÷ the
milliseconds it may take. A finger and not a mouse; a browser with a folder on disk, because a queue in memory
has nothing to wait for.
"""

import os
from collections import defaultdict

from clients import percentile
from harness import folder, options
from playwright.sync_api import BrowserContext, CDPSession, Page

from tests.browser.chromium import Tablet
from tests.browser.installation import Installation

SLOWER = 6
GOALS_MS = {"pressed": 50, "thanks": 120}
# The last of them as a finger that stays down as long as fingers do.
WARM_UP, TOUCH_MS = 4, 70

# `resting` is how the button looks untouched; a frame's end is the first task after it.
MEASURE = """
window.times = [];
window.look = (button) => {
    const { backgroundColor, borderTopWidth, borderBottomWidth } = getComputedStyle(button);
    return [backgroundColor, borderTopWidth, borderBottomWidth].join();
};
const shows = {
    pressed: (button) => look(button) !== resting,
    thanks: (button) => getComputedStyle(button.querySelector(".tick")).visibility === "visible",
};
const watch = (what) => (event) => {
    const button = event.target.closest(".tap-button");
    if (!button) return;
    requestAnimationFrame(function frame() {
        if (!shows[what](button)) return requestAnimationFrame(frame);
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => times.push([what, performance.now() - event.timeStamp]);
        port2.postMessage(null);
    });
};
addEventListener("pointerdown", watch("pressed"), true);
addEventListener("click", watch("thanks"), true);
"""

REST = """(button) => {
    window.resting = look(button);
    const { left, top, width, height } = button.getBoundingClientRect();
    return { x: left + width / 2, y: top + height / 2 };
}"""


def main() -> None:
    asked = options(__doc__, taps=44)
    with folder() as path:
        kiosk = Installation.make(path / "instance")
        with kiosk:
            tablet = Tablet(path / "profile", kiosk.origin, kiosk.cookies["door"])
            try:
                context = tablet.start()
                context.add_init_script(MEASURE)
                measure(context, asked.taps)
            finally:
                tablet.kill()


def measure(context: BrowserContext, taps: int) -> None:
    page = context.pages[0]
    page.goto("/")
    finger = context.new_cdp_session(page)
    finger.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    finger.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for line in ("online", "offline"):
        context.set_offline(line == "offline")
        page.evaluate("times.length = 0")
        for number in range(WARM_UP + taps):
            if number == WARM_UP:
                page.evaluate("times.length = 0")
            tap(page, finger, number)
        say(page, line)


def tap(page: Page, finger: CDPSession, number: int) -> None:
    """On the buttons in turn, each when it is free and no longer thanks."""
    buttons = page.locator("form.tap button")
    button = buttons.nth(number % buttons.count())
    page.wait_for_function(
        "(button) => !button.matches('.is-locked, .is-thanking')", arg=button.element_handle(), polling=50
    )
    seen = page.evaluate("times.length")
    place = button.evaluate(REST)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [place]})
    page.wait_for_timeout(TOUCH_MS)
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_function("(wanted) => times.length === wanted", arg=seen + 2, polling=50)


def say(page: Page, line: str) -> None:
    values: dict[str, list[float]] = defaultdict(list)
    for what, milliseconds in page.evaluate("times"):
        values[what].append(milliseconds)
    for what, all_of_it in values.items():
        p50, p95 = percentile(all_of_it, 50), percentile(all_of_it, 95)
        print(
            f"latency_{what}_{line} p95_ms={p95:.0f} ratio={p95 / GOALS_MS[what]:.2f} p50_ms={p50:.0f} "
            f"worst_ms={max(all_of_it):.0f} taps={len(all_of_it)} load={os.getloadavg()[0]:.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
