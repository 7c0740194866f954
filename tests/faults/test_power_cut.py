"""F2: the power goes at any moment; on no disk that this can leave is an acknowledged tap missing.

The disks are rebuilt from the calls with which the server wrote and synced its files: at each acknowledgement,
and at moments between.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import UUID

import pytest

from kiosk.config import SQLITE_FILE
from tests.faults.conftest import Tell
from tests.faults.recording import Call, Disk, Image, Kind, Recorder, answers
from tests.faults.server import Server
from tests.faults.tablets import ANSWERED_FOR, Crowd

pytestmark = pytest.mark.long_fault

# Of the moments that are no acknowledgement, one in so many is looked at.
ONE_IN = 10

# As many as each tablet makes.
TAPS = 300

# How much of what was not synced is on the disk: nothing, everything, or a part by chance.
SHARES = (0.0, 1.0, 0.1, 0.5, 0.9)


@dataclass
class Recorded:
    """What happened: the files as they were, the calls, and the taps acknowledged by (number of) each call."""

    before: Image
    calls: list[Call]
    acknowledged: dict[int, list[bytes]]


@dataclass
class Found:
    images: int = 0
    damaged: int = 0
    losing: int = 0

    def __str__(self) -> str:
        return f"images={self.images} losing={self.losing} damaged={self.damaged}"


def test_no_disk_that_a_power_cut_leaves_misses_an_acknowledged_tap(
    instance: Path, cookies: list[str], disk_shim: Path, tmp_path: Path, tell: Tell
) -> None:
    recorded = record(Recorder(disk_shim, instance), instance, cookies, taps=TAPS)
    found = Found()
    for acknowledged, image in images(recorded):
        look(image, acknowledged, tmp_path / "image", found)
    taps = len({id for ids in recorded.acknowledged.values() for id in ids})
    tell(f"F2 long: acknowledged={taps} answers={len(recorded.acknowledged)} calls={len(recorded.calls)} {found}")
    assert (found.losing, found.damaged) == (0, 0)
    assert taps == TAPS * len(cookies)
    assert any(call.kind is Kind.SYNC_ENDS and call.name == "." for call in recorded.calls)


@pytest.mark.parametrize("variant", ["syncs_normal", "deletes_its_journal"])
def test_control_with_weaker_pragmas_a_power_cut_loses_taps(
    instance: Path, cookies: list[str], disk_shim: Path, tmp_path: Path, variant: str, tell: Tell
) -> None:
    recorded = record(Recorder(disk_shim, instance), instance, cookies, taps=20, variant=variant)
    found = Found()
    for acknowledged, image in images(recorded):
        look(image, acknowledged, tmp_path / "image", found)
    tell(f"F2 control {variant}: {found}")
    assert found.losing > 0


def record(
    recorder: Recorder, instance: Path, cookies: list[str], *, taps: int, variant: str | None = None
) -> Recorded:
    """Let three tablets tap against a server that writes down what it does."""
    # So that the journal's name in the folder is a thing that can be lost too.
    (instance / f"{SQLITE_FILE}-journal").unlink()
    before = {SQLITE_FILE: (instance / SQLITE_FILE).read_bytes()}
    with Server(instance, variant=variant, environ=recorder.environ) as server:
        crowd = Crowd(server, cookies, most=4, limit=taps)
        crowd.start()
        crowd.wait_until_done()
    calls = recorder.calls()
    acknowledged = {}
    for number, body in answers(calls):
        verdicts = json.loads(body).get("verdicts", {})
        if verdicts:
            acknowledged[number] = [UUID(id).bytes for id, verdict in verdicts.items() if verdict in ANSWERED_FOR]
    seen = {id for ids in acknowledged.values() for id in ids}
    assert seen == {UUID(id).bytes for tablet in crowd.tablets for id in tablet.verdicts}, "an answer was not recorded"
    return Recorded(before, calls, acknowledged)


def images(recorded: Recorded) -> Iterator[tuple[set[bytes], Image]]:
    """Disks that power cuts may leave, each with the taps that must be on it."""
    random = Random(2)  # noqa: S311
    disk = Disk(recorded.before)
    acknowledged: set[bytes] = set()
    for number, call in enumerate(recorded.calls):
        ids = recorded.acknowledged.get(number, [])
        acknowledged.update(ids)
        if ids or random.randrange(ONE_IN) == 0:
            for share in SHARES:
                yield acknowledged, disk.image(lambda share=share: random.random() < share)
        disk.see(call)


def look(image: Image, acknowledged: set[bytes], folder: Path, found: Found) -> None:
    """Open a disk as the kiosk would after the power came back: SQLite rolls back what was half done."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in image.items():
        (folder / name).write_bytes(content)
    found.images += 1
    try:
        with closing(sqlite3.connect(f"file:{folder / SQLITE_FILE}?mode=rw", uri=True)) as database:
            database.execute("PRAGMA synchronous=OFF")
            # In a damaged file an id may be anything.
            there = {id for (id,) in database.execute("SELECT id FROM tally_event")}
            found.damaged += database.execute("PRAGMA integrity_check").fetchall() != [("ok",)]
    except sqlite3.DatabaseError:
        there = set()
        found.damaged += 1
    found.losing += not acknowledged <= there
