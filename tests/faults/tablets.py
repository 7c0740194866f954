"""Tablets that tap without pause and keep each tap until it is answered for, and what became of their taps."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from random import Random
from threading import Condition, Event, Thread
from typing import Any
from uuid import UUID, uuid4

from tests.faults.clients import Answer, Line, Record, new_record
from tests.faults.ledger import Content, read_ledger
from tests.faults.server import PATIENCE, Server

ACTIVITIES = ("visit", "lunch")
ANSWERED_FOR = {"recorded", "known", "held"}

# Seconds that a hasty tablet waits where a real one obeys Retry-After; and how long it waits for an answer.
PAUSE = 0.1
ABORT = 8.0


class Tablet:
    """Taps, takes taps back, and sends a record until it is answered for.

    `most`: records in one post. `limit`: as many records as it makes. `rest`: seconds after each post, so that
    it never has more than a real one may send. With `forgets_ids` it is a broken one, which sends a tap under
    a new id each time it tries.
    """

    def __init__(
        self,
        crowd: "Crowd",
        cookie: str,
        seed: int,
        *,
        most: int = 8,
        limit: int = 10**9,
        rest: float = 0.0,
        forgets_ids: bool = False,
    ) -> None:
        self.most, self.limit, self.rest, self.forgets_ids = most, limit, rest, forgets_ids
        self.made: dict[str, Record] = {}
        self.verdicts: dict[str, str] = {}
        self.forgotten: list[UUID] = []
        # Answers that no tablet should ever get.
        self.strange: list[Answer] = []
        self._crowd = crowd
        self._random = Random(seed)  # noqa: S311
        self._queue: list[Record] = []
        self._can_be_undone: list[Record] = []
        self._line = Line(crowd.server, cookie, timeout=ABORT)
        self._closing, self._giving_up = Event(), Event()
        self._thread = Thread(target=self._work, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def finish(self) -> None:
        """No new taps; returns when all that wait are answered for."""
        self._closing.set()
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive(), f"{len(self._queue)} taps still wait; {self.strange}"

    def wait_until_done(self) -> None:
        """Returns when it has made its `limit` and all are answered for."""
        self._thread.join(PATIENCE * 5)
        self.finish()

    def give_up(self) -> None:
        """For a server that never comes back."""
        self._giving_up.set()
        self.finish()

    def _work(self) -> None:
        while not self._giving_up.is_set():
            if not self._queue and not self._closing.is_set():
                self._make(self._random.randint(1, self.most))
            if not self._queue:
                break
            self._send(self._queue[: self.most])
            if self.rest:
                self._giving_up.wait(self.rest)
        self._line.close()

    def _make(self, number: int) -> None:
        for _ in range(min(number, self.limit - len(self.made))):
            if self._can_be_undone and self._random.random() < 0.2:
                undone = self._can_be_undone.pop(self._random.randrange(len(self._can_be_undone)))
                record = new_record(undone["activity"], undone["count"], undoes=undone["id"])
            else:
                record = new_record(self._random.choice(ACTIVITIES), self._random.randint(1, 5))
                if not self.forgets_ids:
                    self._can_be_undone.append(record)
            self.made[record["id"]] = record
            self._queue.append(record)

    def _send(self, records: list[Record]) -> None:
        try:
            answer = self._line.send(records)
        except OSError:
            # Nobody there, or gone in the middle.
            if self.forgets_ids:
                self._queue = [self._renamed(record) for record in self._queue]
            self._crowd.server.up.wait(PAUSE)
            return
        if answer.status == 200 and answer.is_ours:
            self.verdicts |= {id: verdict for id, verdict in answer.verdicts.items() if verdict in ANSWERED_FOR}
            self._queue = [record for record in self._queue if record["id"] not in self.verdicts]
        elif answer.status in (429, 503) and answer.is_ours and answer.retry_after:
            self._giving_up.wait(min(answer.retry_after, PAUSE))
        else:
            self.strange.append(answer)
            self._giving_up.wait(PAUSE)
        self._crowd.hear(answer.status)

    def _renamed(self, record: Record) -> Record:
        del self.made[record["id"]]
        self.forgotten.append(UUID(record["id"]))
        renamed = record | {"id": str(uuid4())}
        self.made[renamed["id"]] = renamed
        return renamed


class Crowd:
    """A tablet for each cookie, all on one server."""

    def __init__(self, server: Server, cookies: list[str], **options: Any) -> None:
        self.server = server
        self.statuses: Counter[int] = Counter()
        self._heard = Condition()
        self.tablets = [Tablet(self, cookie, seed, **options) for seed, cookie in enumerate(cookies)]

    def start(self) -> None:
        for tablet in self.tablets:
            tablet.start()

    def finish(self) -> None:
        for tablet in self.tablets:
            tablet.finish()

    def wait_until_done(self) -> None:
        for tablet in self.tablets:
            tablet.wait_until_done()

    def give_up(self) -> None:
        for tablet in self.tablets:
            tablet.give_up()

    def hear(self, status: int) -> None:
        with self._heard:
            self.statuses[status] += 1
            self._heard.notify_all()

    def wait_for_another(self, status: int) -> None:
        """Until one of the tablets gets an answer with this status."""
        with self._heard:
            before = self.statuses[status]
            assert self._heard.wait_for(lambda: self.statuses[status] > before, PATIENCE), f"no answer {status}"

    @property
    def known(self) -> int:
        return sum(list(tablet.verdicts.values()).count("known") for tablet in self.tablets)


@dataclass(frozen=True)
class Balance:
    """What was acknowledged against what stands in the ledger."""

    acknowledged: int
    rows: int
    missing: int
    extra: int
    known: int
    strange: int

    @property
    def holds(self) -> bool:
        return not self.missing and not self.extra and not self.strange

    def __str__(self) -> str:
        return (
            f"acknowledged={self.acknowledged} rows={self.rows} missing={self.missing} "
            f"extra={self.extra} known={self.known}"
        )


def balance(crowd: Crowd, instance: Path) -> Balance:
    """A tap that was acknowledged and stands there with other content is missing."""
    verdicts = {UUID(id) for one in crowd.tablets for id in one.verdicts}
    made = {UUID(id): _content(record) for one in crowd.tablets for id, record in one.made.items()}
    rows = read_ledger(instance)
    return Balance(
        acknowledged=len(verdicts),
        rows=len(rows),
        missing=sum(id not in made or rows.get(id) != made[id] for id in verdicts),
        extra=len(rows.keys() - verdicts),
        known=crowd.known,
        strange=sum(len(one.strange) for one in crowd.tablets),
    )


def _content(record: Record) -> Content:
    undoes = record.get("undoes")
    return record["activity"], -record["count"] if undoes else record["count"], UUID(undoes) if undoes else None
