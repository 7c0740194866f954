"""The real server in processes of its own, to be killed, lied to and starved."""

import http.client
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from threading import Event

from tests.command import KIOSK, clean_environ, run_kiosk

ROOT = Path(__file__).parent.parent.parent
CENTRE = "prove"
LEADER = "Liv Leder"
TABLETS = ("Inngang", "Gangen", "Kjøkkenet")

# Seconds that anything may take on a busy machine.
PATIENCE = 60.0


class ServerTrouble(Exception):
    """The server ended or does not answer; the message holds what it said."""


def prepare(instance: Path) -> list[str]:
    """Make an installation with one centre, as people do. Returns the cookies of three door tablets."""
    environ = {"KIOSK_INSTANCE": str(instance)}
    _run(environ, "init", "--centre", "Prøvesenteret", "--slug", CENTRE, "--leader", LEADER)
    door = ("station", "add", "--centre", CENTRE, "--screen", "door", "--token", "--name")
    return [_run(environ, *door, name).strip() for name in TABLETS]


def _run(environ: dict[str, str], *arguments: str) -> str:
    done = run_kiosk(environ, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Server:
    """`kiosk serve`, or one of the variants that a control needs, on a port that stays its own over restarts.

    `up` is set while it is known to answer. `said` is where all its processes write.
    """

    def __init__(self, instance: Path, *, variant: str | None = None, environ: Mapping[str, str] | None = None) -> None:
        self.instance = instance
        self.up = Event()
        self.said = instance.parent / f"{instance.name}.log"
        # Bound here and listening there: nobody else gets the port while the server is down.
        self._port_holder = socket.socket()
        self._port_holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._port_holder.bind(("127.0.0.1", 0))
        self.port = int(self._port_holder.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        port = str(self.port)
        own = [KIOSK, "serve", "--port", port]
        self._command = own if variant is None else [sys.executable, "-m", "tests.faults.variants", variant, port]
        settings = {"KIOSK_INSTANCE": str(instance), "PYTHONPATH": str(ROOT)}
        self._environ = clean_environ() | settings | dict(environ or {})
        self.process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> "Server":
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._port_holder.close()

    def start(self) -> None:
        """Start it and wait until it answers."""
        self.launch()
        self.wait_until_it_answers()

    def launch(self) -> None:
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(
                self._command,
                env=self._environ,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=subprocess.STDOUT,
                # A group of its own, to be killed as a whole.
                start_new_session=True,
            )

    def wait_until_it_answers(self) -> None:
        assert self.process is not None
        deadline = time.monotonic() + PATIENCE
        while not self._answers():
            # What is waited for here is its end; that it answers, it tells nobody.
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)
                raise ServerTrouble(self.said.read_text(encoding="utf-8"))
            if time.monotonic() > deadline:
                raise ServerTrouble(self.said.read_text(encoding="utf-8"))
        self.up.set()

    def _answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", "/healthz")
            return json.loads(connection.getresponse().read()) == {"kiosk": 1}
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def kill(self) -> None:
        """SIGKILL to all its processes at once; returns when none is left."""
        self.up.clear()
        if self.process is None:
            return
        while members := self.members():
            with ExitStack() as stack, suppress(ProcessLookupError):
                ends = select.poll()
                for pid in members:
                    end = os.pidfd_open(pid)
                    stack.callback(os.close, end)
                    ends.register(end, select.POLLIN)
                os.killpg(self.process.pid, signal.SIGKILL)
                ends.poll(PATIENCE * 1000)
        self.process.wait()
        self.process = None

    def members(self) -> set[int]:
        """Its processes; those that have ended but were not fetched yet left out."""
        assert self.process is not None
        members = set()
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with suppress(OSError):
                # The name in brackets may hold anything.
                state, _, group = stat.read_text().rpartition(")")[2].split()[:3]
                if int(group) == self.process.pid and state not in "ZX":
                    members.add(int(stat.parent.name))
        return members


def copy_of(instance: Path, folder: Path) -> Path:
    """An installation of the test's own."""
    copy = folder.resolve() / "instance"
    shutil.copytree(instance, copy)
    return copy
