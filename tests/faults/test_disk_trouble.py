"""F4: the disk is full, fails or turns read-only, and comes back.

Meanwhile the answer is 503 with Retry-After, the process stays up, and nothing acknowledged is missing; when the
disk is well again so is the kiosk, without a restart.
"""

import errno
import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Event
from uuid import UUID

import pytest

from tests.faults.clients import Answer, Line, new_record
from tests.faults.conftest import Tell
from tests.faults.ledger import integrity, read_ledger
from tests.faults.server import Server, copy_of
from tests.faults.shims import Disk
from tests.faults.tablets import Balance, Crowd, balance

pytestmark = pytest.mark.long_fault

ERRORS = (errno.EIO, errno.ENOSPC, errno.EROFS)
KINDS = {"write": Disk.WRITE, "sync": Disk.SYNC, "cut": Disk.CUT}

# More calls of one kind than any transaction makes.
MOST_CALLS = 100

STORM_SECONDS = 60
SMALL_DISK = "3M"
PAGE = 4096


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("times", [1, Disk.FOR_EVER], ids=["once", "until_healed"])
def test_a_call_that_fails_costs_a_503_and_no_tap_whichever_it_is(
    instance: Path, cookies: list[str], disk_shim: Path, kind: str, times: int, tell: Tell
) -> None:
    disk = Disk(disk_shim, instance)
    statuses: Counter[int] = Counter()
    with Server(instance, environ=disk.environ) as server, Line(server, cookies[0]) as line:
        processes = server.members()
        sent: set[UUID] = set()
        for error in ERRORS:
            for skip in range(MOST_CALLS):
                records = [new_record(), new_record("lunch")]
                disk.fail(KINDS[kind], error, skip=skip, times=times)
                answers = [line.send(records)]
                # What fails for ever fails for the next one too.
                answers += [line.send(records)] if times > 1 and disk.failed else []
                has_failed = disk.failed > 0
                disk.heal()
                statuses.update(check(answer) for answer in answers)
                assert line.send(records).status == 200, "it does not work although the disk does"
                sent |= {UUID(record["id"]) for record in records}
                if not has_failed:
                    break
            else:
                raise AssertionError("a transaction never came to its end")
        assert server.members() == processes
    assert statuses[503] >= len(ERRORS)
    missing = len(sent - read_ledger(instance).keys())
    how = "once" if times == 1 else "until healed"
    tell(f"F4 long {kind} fails {how}: sent={len(sent)} missing={missing} answers={dict(statuses)}")
    assert read_ledger(instance).keys() == sent
    assert integrity(instance) == "ok"
    # The log says what failed, and no minute of a tap.
    said = server.said.read_text(encoding="utf-8")
    assert "database trouble" in said
    assert "parameters: (" not in said


def test_tablets_lose_nothing_to_a_disk_that_fails_now_and_then(
    instance: Path, cookies: list[str], disk_shim: Path, tell: Tell
) -> None:
    result, answers, failed = storm(instance, cookies, disk_shim, STORM_SECONDS)
    tell(f"F4 long storm: {result} calls failed={failed} answers={dict(answers)} integrity={integrity(instance)}")
    assert result.holds, result
    assert result.acknowledged == result.rows
    assert set(answers) == {200, 503}
    assert integrity(instance) == "ok"


def test_control_a_kiosk_that_takes_errors_for_success_loses_taps(
    instance: Path, cookies: list[str], disk_shim: Path, tell: Tell
) -> None:
    result, *_ = storm(instance, cookies, disk_shim, 5, variant="takes_errors_for_success")
    tell(f"F4 control: {result}")
    assert result.missing > 0
    assert not result.holds


def test_a_full_disk_is_answered_503_until_there_is_room_again(
    small_disk: Path, prepared: tuple[Path, list[str]], tell: Tell
) -> None:
    instance, cookies = copy_of(prepared[0], small_disk), prepared[1]
    filler = small_disk / "filler"
    rounds = 20
    with Server(instance) as server:
        processes = server.members()
        crowd = Crowd(server, cookies, most=1)
        crowd.start()
        for one in range(rounds):
            # With some room the writing breaks off in the middle.
            fill(filler, leave=one % 5 * PAGE)
            crowd.wait_for_another(503)
            filler.unlink()
            crowd.wait_for_another(200)
        crowd.finish()
        assert server.members() == processes
    result, answers = balance(crowd, instance), crowd.statuses
    tell(f"F4 long full disk: {result} times full={rounds} answers={dict(answers)} integrity={integrity(instance)}")
    assert result.holds, result
    assert result.acknowledged == result.rows
    assert set(answers) == {200, 503}
    assert integrity(instance) == "ok"


def check(answer: Answer) -> int:
    """The status of an answer in trouble: all is well, or come back later."""
    assert answer.is_ours
    assert answer.status == 200 or (answer.status == 503 and answer.retry_after), answer
    return answer.status


def storm(
    instance: Path, cookies: list[str], disk_shim: Path, seconds: int, variant: str | None = None
) -> tuple[Balance, Counter[int], int]:
    """Three tablets against a disk that fails for moments. Returns balance, answers, and how many calls failed."""
    random = Random(4)  # noqa: S311
    disk = Disk(disk_shim, instance)
    failed = 0
    with Server(instance, variant=variant, environ=disk.environ) as server:
        processes = server.members()
        crowd = Crowd(server, cookies, most=2, rest=0.04)
        crowd.start()
        passed, trouble = 0.0, Event()
        while passed < seconds:
            times = random.choice([1, 2, 5, Disk.FOR_EVER])
            disk.fail(random.randint(1, 7), random.choice(ERRORS), skip=random.randrange(60), times=times)
            for healed in (False, True):
                if healed:
                    failed += disk.failed
                    disk.heal()
                # Nobody sets it: trouble comes and goes at any moment of the server's work.
                pause = random.uniform(0.1, 0.8)
                trouble.wait(pause)
                passed += pause
        crowd.finish()
        assert server.members() == processes
    return balance(crowd, instance), crowd.statuses, failed


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    options = f"size={SMALL_DISK},mode=700,uid={os.geteuid()}"
    done = subprocess.run(
        [*as_root, "mount", "-t", "tmpfs", "-o", options, "kiosk-test", folder], capture_output=True, text=True
    )
    assert done.returncode == 0, f"a small disk is needed, and only root may mount one: {done.stderr}"
    yield folder
    subprocess.run([*as_root, "umount", folder], check=True)


def fill(filler: Path, leave: int) -> None:
    """Take what room there is, but for `leave` bytes."""
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 9, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError as error:
                assert error.errno == errno.ENOSPC
        file.truncate(file.tell() - leave)
