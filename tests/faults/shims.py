"""Little C libraries that stand between the server and its machine, and what the test tells them meanwhile."""

import mmap
import shutil
import struct
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.postgres import MissingTool

HERE = Path(__file__).parent


def build(name: str, folder: Path) -> Path:
    """Compile one of the libraries."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        raise MissingTool("a C compiler is missing: install gcc (Debian: apt-get install gcc libc6-dev)")
    library = folder / f"{name}.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o", library, HERE / f"{name}.c"]
    done = subprocess.run([*command, "-ldl"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return library


class SharedFile:
    """A few bytes that the server's processes read while the test changes them."""

    def __init__(self, path: Path, size: int) -> None:
        path.write_bytes(bytes(size))
        with path.open("r+b") as file:
            self.page = mmap.mmap(file.fileno(), size)
        self.path = path


class Clock:
    """The wall clock of a server that is lied to; `environ` makes a process believe it."""

    def __init__(self, library: Path, folder: Path) -> None:
        self._shift = SharedFile(folder / "clock", 8)
        self._ahead = timedelta(0)
        self.environ = {"LD_PRELOAD": str(library), "FAULT_CLOCK": str(self._shift.path)}

    def set(self, instant: datetime) -> None:
        """Let it be this instant now; from here the clock goes on."""
        self._ahead = instant - datetime.now(UTC)
        nanoseconds = self._ahead // timedelta(microseconds=1) * 1000
        self._shift.page[:8] = struct.pack("=q", nanoseconds)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead


class Disk:
    """The disk of a server, which can be made to fail; `environ` makes a process feel it.

    WRITE, SYNC and CUT (truncation) are kinds of calls, added up.
    """

    WRITE, SYNC, CUT = 1, 2, 4
    FOR_EVER = 1_000_000

    # kinds, error, skip, times, seen, failed: as in disk.c.
    _PLAN = struct.Struct("=6i")

    def __init__(self, library: Path, instance: Path) -> None:
        self._plan = SharedFile(instance.parent / "plan", self._PLAN.size)
        self.environ = {
            "LD_PRELOAD": str(library),
            "FAULT_FOLDER": str(instance),
            "FAULT_PLAN": str(self._plan.path),
        }

    def fail(self, kinds: int, error: int, *, skip: int = 0, times: int = FOR_EVER) -> None:
        """From now on, calls of these kinds fail with `error`, `times` times after `skip` that go well."""
        self.heal()
        self._write(0, error, skip, times)
        self._write(kinds, error, skip, times)

    def heal(self) -> None:
        """All goes well again."""
        self._write(0, 0, 0, 0)

    @property
    def failed(self) -> int:
        """How many calls have failed since fail()."""
        return int(self._PLAN.unpack(self._plan.page)[5])

    def _write(self, *values: int) -> None:
        self._plan.page[:] = self._PLAN.pack(*values, 0, 0)
