"""A whole installation for a browser: folder, database, and a server that can be stopped, killed and begun anew."""

import signal
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from kiosk.config import SQLITE_FILE
from tests.command import run_kiosk
from tests.faults.server import CENTRE, PATIENCE, Server, copy_of, prepare

LEADER = "Liv Leder"


def wait_until(holds: Callable[[], bool], complain: Callable[[], object], seconds: float = PATIENCE) -> None:
    """For what no event tells. Raises AssertionError with the complaint when it does not come to hold."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, complain()
        time.sleep(0.02)


class Installation(Server):
    """`cookies`: those of its tablets, NAME=VALUE, by the word for their screen."""

    def __init__(self, instance: Path, cookies: dict[str, str]) -> None:
        super().__init__(instance)
        self.cookies = cookies
        self.origin = f"http://127.0.0.1:{self.port}"

    @classmethod
    def make(cls, instance: Path) -> "Installation":
        """By the command line, as a technician makes one."""
        door, *_ = prepare(instance)
        one = cls(instance, {"door": door})
        one.cookies["staff"] = one.add_station("staff", "Kontoret")
        one.cookies["volunteer"] = one.add_station("volunteer", "Matutdeling")
        return one

    def copy(self, folder: Path) -> "Installation":
        return Installation(copy_of(self.instance, folder), self.cookies)

    def add_station(self, screen: str, name: str) -> str:
        """Returns its cookie, NAME=VALUE."""
        line = f"station add --centre {CENTRE} --screen {screen} --token --name"
        done = run_kiosk({"KIOSK_INSTANCE": str(self.instance)}, *line.split(), name)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def close(self) -> None:
        """For one that was never started with `with`."""
        self.__exit__(None, None, None)

    def stop(self) -> None:
        """As the machine asks it to when it shuts down."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(PATIENCE)
        self.kill()

    def go_over_to(self, program: Path) -> None:
        """Stop it, and start what lies in this folder in its place."""
        self.stop()
        self._environ["PYTHONPATH"] = str(program)
        self.start()

    def begin_anew(self, template: "Installation") -> None:
        """Put the template's database in place of this one's, also under a running server; start it if it is not."""
        with closing(template.connect()) as new, closing(self.connect()) as old:
            new.backup(old)
        if self.process is None or self.process.poll() is not None:
            self.start()

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(f"file:{self.instance / SQLITE_FILE}?mode=rw", uri=True, timeout=PATIENCE)

    def query(self, sql: str, *values: Any) -> list[Any]:
        """Rows as tuples; of one column, its values. Also changes what the statement changes."""
        with closing(self.connect()) as database, database:
            rows = database.execute(sql, values).fetchall()
        return [row[0] if len(row) == 1 else row for row in rows]

    def taps(self) -> int:
        """How many taps and undos the ledger holds."""
        return int(self.query("SELECT count(*) FROM tally_event")[0])

    def sum(self, activity: str = "%") -> int:
        """Of one activity, or of all."""
        sql = (
            "SELECT total(e.count) FROM tally_event AS e JOIN activity AS a ON a.id = e.activity_id WHERE a.key LIKE ?"
        )
        return int(self.query(sql, activity)[0])

    def held(self) -> int:
        return int(self.query("SELECT count(*) FROM held_tap")[0])

    def wait_for_taps(self, wanted: int) -> None:
        wait_until(lambda: self.taps() == wanted, lambda: f"{self.taps()} taps in the ledger, not {wanted}")
