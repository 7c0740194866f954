"""Opens what SIGHTS names, in browsers that are all of one look."""

import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Cookie, Page

from tests.browser.chromium import PATIENCE_MS, pair
from tests.browser.demo import EVERYBODY, make_demo
from tests.browser.installation import Installation, wait_until
from tests.browser.sights import Sight
from tests.build import PASSWORD

# Less than the twenty minutes after which nobody is signed in any more.
SIGNED_IN_FOR = 300
BEFORE_ANYTHING = ("newcomer", "starter")
# As a proxy says that somebody comes from another machine.
FROM_OUTSIDE = {"X-Forwarded-For": "192.0.2.1"}


class Shown(Installation):
    """One that is put back to how it was before each sight."""

    def speak(self, language: str) -> None:
        """From now on in this language, with a server that was started anew; and so it is remembered."""
        self.stop()
        if self._kept.exists():
            # Else what was done last would be where all begins.
            self.put_back()
        self.said.unlink(missing_ok=True)
        self._environ["KIOSK_LANGUAGE"] = language
        self.start()
        self.remember()

    def printed_code(self) -> str:
        """What is written when the server starts, a moment before or after it answers."""
        wait_until(lambda: "skriv koden" in self.said.read_text(encoding="utf-8"), lambda: "no code")
        found = re.search(r"skriv koden (\S+ \S+)", self.said.read_text(encoding="utf-8"))
        assert found
        return found[1]

    def remember(self) -> None:
        with closing(self.connect()) as there, closing(self._connect_kept()) as kept:
            there.backup(kept)

    def put_back(self) -> None:
        with closing(self._connect_kept()) as kept, closing(self.connect()) as there:
            kept.backup(there)

    @property
    def _kept(self) -> Path:
        return self.instance.with_suffix(".kept")

    def _connect_kept(self) -> sqlite3.Connection:
        return sqlite3.connect(self._kept)


class Viewing:
    """An installation that is lived in, and one where nothing was started yet."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.browser = browser
        self.lived_in = Shown(folder / "demo", make_demo(folder / "demo"))
        self.new = Shown(folder / "new", {})
        self._language = self._code = ""
        self._signed_in: dict[str, list[Cookie]] = {}
        self._signed_in_at = 0.0

    def close(self) -> None:
        self.lived_in.close()
        self.new.close()

    def speak(self, language: str) -> None:
        """From now on all pages are in this language."""
        if language != self._language:
            self._language = language
            self.new.speak(language)
            self.lived_in.speak(language)
            # Printed after it was stored: now the code that is remembered is this one.
            self._code = self.new.printed_code()
            self.new.remember()
        elif time.monotonic() < self._signed_in_at + SIGNED_IN_FOR:
            return
        else:
            self.lived_in.put_back()
        # Each sight puts back the moment of the sign-in, which so grows too old.
        self._signed_in = {who: self._sign_in(name) for who, name in EVERYBODY.items()}
        self._signed_in_at = time.monotonic()
        self.lived_in.remember()

    @contextmanager
    def open(self, sight: Sight, **look: Any) -> Iterator[Page]:
        """The page in the state that it is to be looked at. `look`: options of a browser context."""
        kiosk = self.new if sight.who in BEFORE_ANYTHING else self.lived_in
        kiosk.put_back()
        if sight.who == "outsider":
            look["extra_http_headers"] = FROM_OUTSIDE
        with self._context(kiosk, **look) as context:
            if sight.who in self._signed_in:
                context.add_cookies(self._signed_in[sight.who])  # type: ignore[arg-type]
            elif sight.who in kiosk.cookies:
                pair(context, kiosk.origin, kiosk.cookies[sight.who])
            page = context.new_page()
            if sight.who == "starter":
                page.goto("/start")
                page.locator("[name=code]").fill(self._code)
                page.locator("main [type=submit]").click()
                page.wait_for_url("**/start/senter")
            page.goto(sight.path)
            # Else a sign-in would be looked at, and found right.
            assert sight.who not in self._signed_in or "/logg-inn" not in page.url, page.url
            if sight.act is not None:
                sight.act(page)
            yield page

    def _sign_in(self, name: str) -> list[Cookie]:
        with self._context(self.lived_in) as context:
            page = context.new_page()
            page.goto("/logg-inn")
            page.locator("[name=name]").fill(name)
            page.locator("[name=password]").fill(PASSWORD)
            page.locator("main [type=submit]").click()
            page.wait_for_url("**/i-dag")
            return context.cookies()

    @contextmanager
    def _context(self, kiosk: Installation, **look: Any) -> Iterator[BrowserContext]:
        context = self.browser.new_context(base_url=kiosk.origin, **look)
        context.set_default_timeout(PATIENCE_MS)
        try:
            yield context
        finally:
            context.close()
