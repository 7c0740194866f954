"""A throw-away PostgreSQL: its own cluster in a temporary folder, gone after the run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text


class MissingTool(Exception):
    """A program the tests need is not there; the message says how to get it."""


class Cluster:
    """A running server; `url(name)` is the address of one of its databases."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="kiosk-postgres-"))
        self.port = _free_port()
        # PostgreSQL refuses to run as root.
        self.owner = pwd.getpwnam("postgres") if os.geteuid() == 0 else None
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        self.data = self.folder / "data"
        self._run(
            "initdb", "-D", self.data, "-U", "kiosk", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C.UTF-8"
        )
        # Durability is tested elsewhere; here the server only has to be quick.
        options = f"-p {self.port} -h 127.0.0.1 -k {self.folder} -c fsync=off -c max_connections=60"
        self._run("pg_ctl", "-D", self.data, "-w", "-o", options, "-l", self.folder / "log", "start")

    def url(self, name: str) -> str:
        return f"postgresql://kiosk@127.0.0.1:{self.port}/{name}"

    def execute(self, statement: str) -> None:
        engine = create_engine(f"postgresql+psycopg://kiosk@127.0.0.1:{self.port}/postgres")
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
        engine.dispose()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", self.data, "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _run(self, program: str, *arguments: object) -> None:
        identity = {"user": self.owner.pw_uid, "group": self.owner.pw_gid, "extra_groups": []} if self.owner else {}
        command = [find_program(program), *map(str, arguments)]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60, **identity)
        if done.returncode:
            raise RuntimeError(f"{program} failed: {done.stderr or done.stdout}")


def find_program(name: str) -> str:
    """Where a PostgreSQL server program lies: Debian keeps them out of the PATH."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / name).exists():
            return str(folder / name)
    found = shutil.which(name)
    if found is None:
        raise MissingTool(f"{name} is missing: install PostgreSQL 15 or newer (Debian: apt-get install postgresql)")
    return found


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
