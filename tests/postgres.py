"""A throw-away PostgreSQL: its own cluster in a temporary folder, gone after the run."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import LiteralString

import psycopg

# Remembers what a database holds; `SELECT kept.put_back()` puts it back, quicker than a new one is made.
# As a replica it fires no trigger: not those of foreign keys, and not those by which the ledger only grows.
KEEP = """
CREATE SCHEMA kept;
CREATE FUNCTION kept.keep() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('CREATE TABLE kept.%1$I AS TABLE public.%1$I', name);
    END LOOP;
    CREATE TABLE kept.sequences AS
        SELECT format('%I.%I', schemaname, sequencename) AS name, coalesce(last_value, 1) AS last,
            last_value IS NOT NULL AS was_asked
        FROM pg_sequences WHERE schemaname = 'public';
END $$;
CREATE FUNCTION kept.put_back() RETURNS void LANGUAGE plpgsql AS $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    -- Not DELETE: new rows would fill the gaps of old ones, and stand in another order than they came in.
    EXECUTE (SELECT format('TRUNCATE %s', string_agg(format('public.%I', tablename), ', '))
        FROM pg_tables WHERE schemaname = 'public');
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('INSERT INTO public.%1$I OVERRIDING SYSTEM VALUE TABLE kept.%1$I', name);
    END LOOP;
    PERFORM setval(one.name, one.last, one.was_asked) FROM kept.sequences AS one;
END $$;
SELECT kept.keep();
"""


def ask(url: str, *statements: LiteralString) -> None:
    """Have each done for itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for one in statements:
            connection.execute(one)


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

    def execute(self, statement: LiteralString, database: str = "postgres") -> None:
        ask(self.url(database), statement)

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
