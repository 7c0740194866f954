"""What every bench stands on: instances, servers, clients that cost little, medians, one line.

A bench compares the kiosk with a floor in the same run, in rounds that take turns, so that whatever else the
machine does meets both. Its answer is a ratio; the milliseconds beside it hold for one machine and one hour.
"""

import argparse
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clients import get

BENCH = Path(__file__).parent
ROOT = BENCH.parent
# On the same disk as the code: durability is what is measured, and a file system in memory has none.
TMP = BENCH / "tmp"

sys.path.insert(0, str(ROOT))

KIOSK = [sys.executable, "-c", "from kiosk.cli import main; main()", "serve"]
FLOOR = [sys.executable, "-m", "floor", "serve"]

PASSWORD = "en lang setning for målinger"

# A station may send 3000 taps at once; with this many the limit is never met.
STATIONS = 64


def options(description: str | None, **defaults: Any) -> argparse.Namespace:
    """The arguments every bench takes; `defaults` become further ones."""
    parser = argparse.ArgumentParser(description=(description or "").splitlines()[0])
    parser.add_argument("--postgres", action="store_true", help="measure on a throw-away PostgreSQL")
    for name, value in defaults.items():
        parser.add_argument(f"--{name}", type=type(value), default=value, help=f"(default {value})")
    return parser.parse_args()


def say(name: str, ratio: float, **facts: object) -> None:
    """The one line of a bench."""
    more = "".join(f" {key}={value}" for key, value in facts.items())
    print(f"{name} ratio={ratio:.3g}{more}", flush=True)


def ms(seconds: float) -> str:
    return f"{seconds * 1000:.3g}ms"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


# --- folders and databases ---------------------------------------------------------------------------------


@contextmanager
def folder() -> Iterator[Path]:
    """An empty folder on a real disk, gone afterwards."""
    TMP.mkdir(exist_ok=True)
    kind = subprocess.run(["stat", "-f", "-c", "%T", TMP], capture_output=True, text=True, check=False).stdout.strip()
    if kind in ("tmpfs", "ramfs"):
        sys.exit(f"{TMP} lies in memory ({kind}): a commit there asks no disk, and the ratios would mean nothing")
    path = Path(tempfile.mkdtemp(dir=TMP))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def postgres(is_asked_for: bool) -> Iterator[Callable[[str], str | None]]:
    """Gives a function from a name to the address of a new database; to None where SQLite is measured."""
    if not is_asked_for:
        yield lambda name: None
        return
    from tests.postgres import Cluster

    class Durable(Cluster):
        """The tests' server, but one that waits for the disk."""

        def make_durable(self) -> None:
            options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=on -c max_connections=100"
            self._run("pg_ctl", "-D", self.data, "-w", "-o", options, "-l", self.folder / "log", "restart")

    cluster = Durable()
    try:
        cluster.make_durable()

        def make(name: str) -> str:
            cluster.execute(f"CREATE DATABASE {name}")
            return cluster.url(name)

        yield make
    finally:
        cluster.stop()


@dataclass
class Instance:
    """A migrated kiosk with its tablets: `cookies` of its stations, `reader` of a signed-in person of all centres."""

    environ: dict[str, str]
    cookies: list[str]
    leader: str
    centre_ids: list[int]
    activity_ids: list[int]


def make_instance(
    path: Path, database_url: str | None = None, *, centres: int = 1, tablets: int = STATIONS
) -> Instance:
    """First start, door tablets at the first centre, and a leader who is signed in there."""
    from sqlalchemy import select

    from kiosk import create_app
    from kiosk.database import writing
    from kiosk.domain import access, setup, stations
    from kiosk.extensions import db
    from kiosk.guards import STATION_COOKIE
    from kiosk.kinds import Audience, Input
    from kiosk.migrating import prepare_database
    from kiosk.models import Activity

    environ = {"KIOSK_INSTANCE": str(path)} | ({"DATABASE_URL": database_url} if database_url else {})
    app = create_app(environ)
    prepare_database(app)
    now = datetime.now(UTC)
    with app.app_context(), app.test_request_context():
        session = db.session()
        with writing(session):
            first = setup.first_start(
                session, centre_name="Senter 1", slug="senter-1", leader_name="Liv", password=PASSWORD, now=now
            )
            others = [setup.add_centre(session, f"Senter {n}", f"senter-{n}") for n in range(2, centres + 1)]
            session.flush()
            door = next(screen for screen in first.screens if screen.audience is Audience.PARTICIPANT)
            added = [stations.add_station(session, [door], f"Nr. {n}", now) for n in range(tablets)]
            tokens = [stations.pair(session, tablet, now) for tablet in added]
            sign_in = access.start_sign_in(session, first.leader.id, now)
            session.commit()
        tapped = select(Activity.id).where(Activity.input == Input.TAP).order_by(Activity.id)
        activity_ids = list(session.scalars(tapped))
        signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
        cookie = signer.dumps({"_user_id": sign_in, "_fresh": True})
        db.session.remove()
        db.engine.dispose()
    centre_ids = [first.centre.id, *(centre.id for centre in others)]
    leader = f"{app.config['SESSION_COOKIE_NAME']}={cookie}"
    return Instance(environ, [f"{STATION_COOKIE}={token}" for token in tokens], leader, centre_ids, activity_ids)


# --- servers -----------------------------------------------------------------------------------------------


class Server:
    """A server process in a session of its own; `command` is followed by --port."""

    def __init__(self, command: Sequence[str], environ: dict[str, str], **more: str) -> None:
        self.port = free_port()
        clean = {key: value for key, value in os.environ.items() if not key.startswith(("KIOSK_", "DATABASE_URL"))}
        places = os.pathsep.join([str(BENCH), str(ROOT), os.environ.get("PYTHONPATH", "")])
        self.started = time.perf_counter()
        self.log = tempfile.TemporaryFile()  # noqa: SIM115  closed in stop
        self.process = subprocess.Popen(
            [*command, "--port", str(self.port)],
            env=clean | {"PYTHONPATH": places} | environ | more,
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.seconds_to_start = self._wait()

    def _wait(self) -> float:
        while time.perf_counter() - self.started < 30:
            if self.process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=1) as connection:
                    connection.sendall(get("/healthz"))
                    if connection.recv(100).startswith(b"HTTP/1.1 200"):
                        return time.perf_counter() - self.started
            except OSError:
                pass
            time.sleep(0.005)
        self.log.seek(0)
        raise RuntimeError(f"the server did not start:\n{self.log.read().decode()}")

    def pids(self) -> list[int]:
        """The process and all below it."""
        found = [self.process.pid]
        for pid in found:
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                found += [int(child) for child in task.read_text().split()]
        return found

    def memory(self) -> float:
        """Resident megabytes of the process and all below it; what they share is counted once, by halves."""
        total = 0
        for pid in self.pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        self.log.close()


@contextmanager
def serving(command: Sequence[str], environ: dict[str, str], **more: str) -> Iterator[Server]:
    server = Server(command, environ, **more)
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def app_and_floor(postgres_too: bool, **more: str) -> Iterator[tuple[Server, Server, Instance]]:
    """The kiosk and its floor, each with its own database on the same disk or the same PostgreSQL."""
    with folder() as path, postgres(postgres_too) as database:
        instance = make_instance(path / "instance", database("app"))
        below = {"FLOOR_DATABASE": database("floor") or str(path / "floor.sqlite")}
        with serving(KIOSK, instance.environ, **more) as app, serving(FLOOR, below, **more) as floor:
            yield app, floor, instance


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
