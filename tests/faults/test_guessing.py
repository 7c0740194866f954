"""A machine that guesses passwords, a hundred in parallel, while the server is killed and starts again."""

import sqlite3
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock, Thread
from time import monotonic

import pytest

from kiosk.config import SQLITE_FILE
from kiosk.domain.limiting import SAME_NAME_FROM_SAME_ADDRESS
from tests.build import PASSWORD
from tests.faults.conftest import Tell
from tests.faults.people import Visitor
from tests.faults.server import LEADER, PATIENCE, Server

GUESSES, AT_ONCE = 100, 20
# How many were answered when the server is killed.
KILLED_AFTER = 30
CHECKED, TOLD_TO_WAIT = 422, 429


def write(instance: Path, sql: str) -> None:
    with closing(sqlite3.connect(instance / SQLITE_FILE, timeout=PATIENCE)) as database, database:
        database.execute(sql)


class Guesser:
    """Sends guesses of one name; each again and again until it is answered."""

    def __init__(self, server: Server) -> None:
        self.server, self.lock = server, Lock()
        self.answers: list[int] = []
        self.visitor = Visitor(server)
        self.fields = self.visitor.form("/logg-inn", "/logg-inn") | {"name": LEADER}
        self.restart: Thread | None = None
        self.between = ""

    def guess(self, number: int) -> None:
        status = 0
        while not status:
            # Killed in the middle of an answer: whether it was checked nobody knows, so it may only count for us.
            with suppress(OSError):
                status = self.visitor.ask("/logg-inn", self.fields | {"password": f"feil passord {number}"}).status
            if not status:
                self.server.up.wait(PATIENCE)
        with self.lock:
            self.answers.append(status)
            if len(self.answers) == KILLED_AFTER:
                self.restart = Thread(target=self._restart)
                self.restart.start()

    def _restart(self) -> None:
        self.server.kill()
        if self.between:
            write(self.server.instance, self.between)
        self.server.start()

    def guess_all(self) -> Counter[int]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self.guess, range(GUESSES)))
        assert self.restart is not None
        self.restart.join()
        return Counter(self.answers)


def allowed(seconds: float) -> int:
    return SAME_NAME_FROM_SAME_ADDRESS.at_once + int(seconds / SAME_NAME_FROM_SAME_ADDRESS.every.total_seconds()) + 1


def test_of_a_hundred_guesses_ten_are_checked_and_a_restart_gives_no_more(instance: Path, tell: Tell) -> None:
    with Server(instance) as server:
        begun = monotonic()
        answers = Guesser(server).guess_all()
        most = allowed(monotonic() - begun)
        tell(f"guessing: checked={answers[CHECKED]} of {GUESSES}, at most {most}, told_to_wait={answers[TOLD_TO_WAIT]}")
        assert answers.keys() <= {CHECKED, TOLD_TO_WAIT} and 1 <= answers[CHECKED] <= most, answers
        # Not even the right one is checked now, from there; from elsewhere, and a while later, it is.
        assert Visitor(server).sign_in(LEADER, PASSWORD).status == TOLD_TO_WAIT
        assert Visitor(server, address="127.0.0.2").sign_in(LEADER, PASSWORD).status == 303
        write(instance, "UPDATE rate_bucket SET filled_at = datetime(filled_at, '-2 minutes') || '.000000'")
        assert Visitor(server).sign_in(LEADER, PASSWORD).status == 303


def test_control_a_kiosk_that_forgets_at_a_restart_checks_more(instance: Path) -> None:
    with Server(instance) as server:
        guesser = Guesser(server)
        guesser.between = "DELETE FROM rate_bucket"
        begun = monotonic()
        with pytest.raises(AssertionError):
            answers = guesser.guess_all()
            assert answers[CHECKED] <= allowed(monotonic() - begun), answers
