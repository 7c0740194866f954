"""Debian's Chromium, driven by Playwright: one that all tests share, and ones with a folder that outlives a kill."""

import atexit
import os
import select
import shutil
import signal
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from functools import cache
from pathlib import Path

from playwright.sync_api import BrowserContext, Playwright, sync_playwright

ARGUMENTS = ("--no-sandbox",)
PATIENCE_MS = 60_000

# A name that is not this machine's own: no browser takes it for a secure context.
PLAIN_NAME = "kiosk.lan"
RESOLVE = f"--host-resolver-rules=MAP {PLAIN_NAME} 127.0.0.1"


@cache
def find_chromium() -> str:
    # Its headless shell is the same browser without windows, and opens a page for half the processor's time.
    for name in ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise AssertionError("These tests drive a Chromium, and there is none: install chromium with your package manager.")


@cache
def start_playwright() -> Playwright:
    """A process can have only one."""
    playwright = sync_playwright().start()
    atexit.register(playwright.stop)
    return playwright


def pair(context: BrowserContext, origin: str, cookie: str) -> None:
    """Make the browser the tablet with this cookie, NAME=VALUE."""
    context.set_default_timeout(PATIENCE_MS)
    name, value = cookie.split("=", 1)
    context.add_cookies([{"name": name, "value": value, "url": origin, "httpOnly": True, "sameSite": "Strict"}])


class Tablet:
    """A browser with a folder of its own: killed and started again, it is the same tablet."""

    def __init__(self, folder: Path, origin: str, cookie: str, *arguments: str) -> None:
        self.folder = folder.resolve()
        self.origin, self.cookie, self.arguments = origin, cookie, arguments
        self.context: BrowserContext | None = None

    def start(self) -> BrowserContext:
        self.context = start_playwright().chromium.launch_persistent_context(
            self.folder,
            executable_path=find_chromium(),
            args=[*ARGUMENTS, *self.arguments],
            base_url=self.origin,
            timeout=PATIENCE_MS,
        )
        pair(self.context, self.origin, self.cookie)
        return self.context

    def kill(self) -> None:
        """SIGKILL to all its processes; returns when none is left."""
        while pids := self._processes():
            _kill(pids)
        if self.context is not None:
            # It is gone; this only tells Playwright.
            with suppress(Exception):
                self.context.close()
            self.context = None

    def _processes(self) -> list[int]:
        """Those that name the folder, and all of their groups."""
        named = f"--user-data-dir={self.folder}".encode()
        groups, found = set(), []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                state, _, group = (process / "stat").read_text().rpartition(")")[2].split()[:3]
                if state in "ZX":
                    continue
                found.append((int(process.name), int(group)))
                if named in (process / "cmdline").read_bytes().split(b"\0"):
                    groups.add(int(group))
        return [pid for pid, group in found if group in groups and group != os.getpgrp()]


def _kill(pids: Sequence[int]) -> None:
    with ExitStack() as stack:
        ends = select.poll()
        for pid in pids:
            with suppress(ProcessLookupError):
                end = os.pidfd_open(pid)
                stack.callback(os.close, end)
                ends.register(end, select.POLLIN)
                os.kill(pid, signal.SIGKILL)
        ends.poll(PATIENCE_MS)
