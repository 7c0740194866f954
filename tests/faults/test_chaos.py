"""F3: a tablet on plain http behind a line that drops, cuts, delays and lies, while browser and server are killed.

The measure is what people see: each thank-you on the screen is one row. Presses cut off by a reload or a kill
before their thank-you could be seen may have a row or not; they are counted apart, as unseen.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Thread
from uuid import UUID

import pytest

from tests.browser.chromium import Tablet
from tests.browser.installation import Installation, wait_until
from tests.browser.visitors import Visitors
from tests.command import run_kiosk
from tests.faults.chaos_proxy import BAD_GATEWAY, PORTAL, Answer, Asked, Fate, Proxy, Treatment
from tests.faults.conftest import Tell
from tests.faults.server import ROOT, copy_of

pytestmark = pytest.mark.browser

SCRIPTS = ROOT / "kiosk" / "static" / "js"
NAME = "kiosk.lan"
# A name that is not this machine's own: no browser takes it for a secure context.
RESOLVE = f"--host-resolver-rules=MAP {NAME} 127.0.0.1"
PEACE_SECONDS = 120

FATES: list[tuple[Fate | Answer, int]] = [
    (Fate.PASS, 45),
    (Fate.DROP_REQUEST, 13),
    (Fate.DROP_ANSWER, 17),
    (Fate.TRUNCATE_ANSWER, 9),
    (BAD_GATEWAY, 8),
    (PORTAL, 8),
]
# Pages and scripts suffer less, or nobody would ever get to tap.
CALM_ONE_IN = 4


@dataclass(frozen=True)
class Length:
    taps: int
    browser_kills: int
    server_kills: int
    reloads: int


QUICK = Length(taps=60, browser_kills=2, server_kills=1, reloads=3)
LONG = Length(taps=500, browser_kills=12, server_kills=10, reloads=30)
LENGTHS = [pytest.param(QUICK, id="quick"), pytest.param(LONG, id="long", marks=pytest.mark.long_fault)]


@dataclass(frozen=True)
class Variant:
    """A kiosk that has one of its scripts otherwise, for a control."""

    script: str
    old: str
    new: str

    def answer(self) -> Answer:
        text = (SCRIPTS / self.script).read_text(encoding="utf-8")
        assert self.old in text
        return Answer(200, text.replace(self.old, self.new).encode(), {"Content-Type": "text/javascript"})


THANKS_FIRST = Variant(
    "queue.js",
    'return persist("readwrite", (taps) => taps.put(record));',
    'setTimeout(() => persist("readwrite", (taps) => taps.put(record)), 1000);',
)
BELIEVES_EVERYBODY = Variant(
    "sender.js",
    "  const isOurs = body?.kiosk === MAGIC;",
    """  const verdicts = Object.fromEntries(records.map(({ id }) => [id, "recorded"]));
  return { kind: "verdicts", verdicts, epoch: "any", now: Date.now() };
  const isOurs = body?.kiosk === MAGIC;""",
)


class Chaos:
    """What the line does to each request."""

    def __init__(self, random: Random, variant: Variant | None) -> None:
        self.random, self.variant = random, variant

    def __call__(self, asked: Asked) -> Treatment:
        if self.variant is not None and asked.path.endswith(self.variant.script):
            return Treatment(self.variant.answer())
        is_tap = asked.path in ("/api/taps", "/tap")
        if not is_tap and self.random.randrange(CALM_ONE_IN):
            return Treatment()
        what = self.random.choices([fate for fate, _ in FATES], [weight for _, weight in FATES])[0]
        # Some are slower than the eight seconds a tablet waits.
        delay = self.random.choice([0.0] * 12 + [0.2, 0.5, 1.0, 2.0]) if self.random.randrange(150) else 9.0
        return Treatment(what, delay)


@dataclass
class Balance:
    thanked: int
    rows: int
    lost: int
    extra: int
    unseen: int

    def __str__(self) -> str:
        return f"thanked={self.thanked} rows={self.rows} lost={self.lost} extra={self.extra} unseen={self.unseen}"


class Storm:
    """An installation, a line and a tablet; everything that happens to them."""

    def __init__(self, kiosk: Installation, proxy: Proxy, folder: Path, variant: Variant | None) -> None:
        self.kiosk, self.proxy, self.random = kiosk, proxy, Random(3)  # noqa: S311
        self.proxy.treat = Chaos(self.random, variant)
        cookie = kiosk.cookies["staff"]
        self.visitors = Visitors(Tablet(folder, f"http://{NAME}:{proxy.port}", cookie, RESOLVE), self.random)
        self.server_kills = 0
        self._starting: Thread | None = None

    def rage(self, length: Length) -> None:
        self.visitors.start()
        deeds = (
            [self.visitors.kill] * length.browser_kills
            + [self._kill_server] * length.server_kills
            + [self.visitors.reload] * length.reloads
        )
        self.random.shuffle(deeds)
        for deed in deeds:
            for _ in range(self.random.randint(0, 3)):
                self.visitors.tap()
            deed()
        while len(self.visitors.thanked) < length.taps:
            self.visitors.tap()

    def make_peace(self) -> float:
        """Returns the seconds until the queue was empty."""
        self.proxy.treat = lambda asked: Treatment()
        self._wait_for_server()
        begun = time.monotonic()
        wait_until(lambda: self.visitors.waiting() == 0, lambda: f"{self.visitors.waiting()} still wait", PEACE_SECONDS)
        return time.monotonic() - begun

    def balance(self) -> Balance:
        thanked = self.visitors.thanked
        rows = {str(UUID(bytes=id)) for id in self.kiosk.query("SELECT id FROM tally_event")}
        unseen = rows - set(thanked)
        # A thank-you for a tap of no known id, or a second one for the same, is one that has no row.
        return Balance(
            thanked=len(thanked),
            rows=len(rows),
            lost=len(thanked) - len(rows & set(thanked)),
            extra=max(0, len(unseen) - self.visitors.unsure),
            unseen=len(unseen),
        )

    def _kill_server(self) -> None:
        """It comes back while people go on."""
        self._wait_for_server()
        self.kiosk.kill()
        self.server_kills += 1
        self._starting = Thread(target=self.kiosk.start)
        self._starting.start()

    def _wait_for_server(self) -> None:
        if self._starting is not None:
            self._starting.join()

    def end(self) -> None:
        self.visitors.tablet.kill()
        self._wait_for_server()


@pytest.fixture
def kiosk(prepared: tuple[Path, list[str]], tmp_path: Path) -> Iterator[Installation]:
    with Installation(copy_of(prepared[0], tmp_path), {}) as one:
        one.cookies["staff"] = one.add_station("staff", "Kontoret")
        yield one


@contextmanager
def storm_over(kiosk: Installation, folder: Path, variant: Variant | None = None) -> Iterator[Storm]:
    with Proxy(kiosk.port) as proxy:
        storm = Storm(kiosk, proxy, folder / "profile", variant)
        try:
            yield storm
        finally:
            storm.end()


@pytest.mark.parametrize("length", LENGTHS)
def test_each_thank_you_is_one_row_whatever_the_line_the_tablet_and_the_server_suffer(
    kiosk: Installation, tmp_path: Path, length: Length, tell: Tell, request: pytest.FixtureRequest
) -> None:
    with storm_over(kiosk, tmp_path) as storm:
        storm.rage(length)
        drained = storm.make_peace()
    balance, visitors = storm.balance(), storm.visitors
    tell(
        f"F3 {request.node.callspec.id}: {balance} browser_kills={visitors.browser_kills} "
        f"server_kills={storm.server_kills} reloads={visitors.reloads} drained_s={drained:.1f}"
    )
    assert (balance.lost, balance.extra) == (0, 0), balance
    assert balance.thanked == balance.rows - balance.unseen >= length.taps
    assert kiosk.held() == 0
    assert run_kiosk({"KIOSK_INSTANCE": str(kiosk.instance)}, "verify").returncode == 0


def test_control_a_kiosk_that_thanks_before_it_keeps_loses_taps(kiosk: Installation, tmp_path: Path) -> None:
    with storm_over(kiosk, tmp_path, THANKS_FIRST) as storm:
        storm.rage(Length(taps=40, browser_kills=1, server_kills=0, reloads=2))
        storm.make_peace()
    # By number: it thanks before there is an id.
    balance = storm.balance()
    assert balance.rows < balance.thanked, balance


def test_control_a_kiosk_that_believes_every_answer_loses_taps(kiosk: Installation, tmp_path: Path) -> None:
    with storm_over(kiosk, tmp_path, BELIEVES_EVERYBODY) as storm:
        storm.rage(Length(taps=100, browser_kills=0, server_kills=0, reloads=0))
        storm.make_peace()
    assert storm.balance().lost > 0
