"""What stands at the other end of the line: a kept-alive connection, and what goes over it."""

import http.client
import json
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.faults.server import CENTRE, PATIENCE, Server

Record = dict[str, Any]

# Bytes that the kernel takes before the other end has them.
NARROW = 16 * 1024


@dataclass(frozen=True)
class Answer:
    status: int
    retry_after: float | None
    body: Mapping[str, Any]

    @property
    def is_ours(self) -> bool:
        return self.body.get("kiosk") == 1

    @property
    def verdicts(self) -> dict[str, str]:
        verdicts: dict[str, str] = self.body.get("verdicts", {})
        return verdicts


def milliseconds() -> int:
    return round(time.time() * 1000)


def new_record(activity: str = "visit", count: int = 1, **other: object) -> Record:
    """A tap as a tablet sends it; by default tapped just now on a tablet whose clock is right."""
    record: Record = {"id": str(uuid4()), "centre": CENTRE, "activity": activity, "count": count}
    return record | {"wall": milliseconds(), "offset": 0, "age": 0} | other


class Line:
    """One kept-alive connection of a tablet. Whatever goes wrong with it comes out as OSError.

    A narrow one takes a few kilobytes at a time, as a bad network does: who hangs up meanwhile is noticed.
    """

    def __init__(self, server: Server, cookie: str, *, timeout: float = PATIENCE, is_narrow: bool = False) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=timeout)
        if is_narrow:
            self._connection.connect()
            self._connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, NARROW)
        self._headers = {"Content-Type": "application/json", "X-Kiosk": "1", "Cookie": cookie}

    def __enter__(self) -> "Line":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def send(self, records: Sequence[Record], *, now: int | None = None) -> Answer:
        """Post a batch; `now` is the tablet's clock."""
        batch = {"kiosk": 1, "now": milliseconds() if now is None else now, "client": "test", "taps": records}
        return self.post(json.dumps(batch).encode())

    def post(self, body: bytes) -> Answer:
        try:
            self._connection.request("POST", "/api/taps", body=body, headers=self._headers)
            response = self._connection.getresponse()
            text = response.read()
        except http.client.HTTPException as error:
            self.close()
            raise ConnectionError(repr(error)) from error
        except OSError:
            self.close()
            raise
        wait = response.getheader("Retry-After")
        return Answer(response.status, None if wait is None else float(wait), _decode(text))


def _decode(text: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
