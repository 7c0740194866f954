"""What can lie between a tablet and its server: a line that drops, cuts and delays, and portals that answer instead."""

import contextlib
import http.client
import socket
import struct
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

TIMEOUT = 60.0
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
# Closed with this, a connection is reset: the other end sees that it was cut, not that it ended.
RESET = struct.pack("ii", 1, 0)


class Fate(Enum):
    """What becomes of a request that the proxy does not answer itself."""

    PASS = auto()
    DROP_REQUEST = auto()
    # The server has done what it was asked to, and nobody hears of it.
    DROP_ANSWER = auto()
    TRUNCATE_ANSWER = auto()


@dataclass(frozen=True)
class Answer:
    """Given in the server's place."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


PORTAL = Answer(200, b"<!doctype html><title>Welcome</title><h1>Accept our terms</h1>", {"Content-Type": "text/html"})
BAD_GATEWAY = Answer(502, b"<h1>502 Bad Gateway</h1>", {"Content-Type": "text/html"})


@dataclass(frozen=True)
class Treatment:
    what: Fate | Answer = Fate.PASS
    delay: float = 0.0


@dataclass(frozen=True)
class Asked:
    """A request as it came, before anything was done to it."""

    method: str
    path: str
    body: bytes


@dataclass
class Seen:
    """`status` None: the tablet got no whole answer. Instants of the monotonic clock."""

    asked: Asked
    came_at: float
    answered_at: float = 0.0
    status: int | None = None


class Proxy:
    """Listens on a port of its own while its context lasts; `treat` says what becomes of each request."""

    def __init__(self, upstream: int, treat: Callable[[Asked], Treatment] | None = None) -> None:
        self.upstream = upstream
        self.treat = treat or (lambda asked: Treatment())
        self.seen: list[Seen] = []
        self.closing = Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.proxy = self
        self.port = int(self._server.server_address[1])
        self.origin = f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Proxy":
        Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()

    def posts(self) -> list[Seen]:
        """The batches of taps, in the order in which they came."""
        return [one for one in self.seen if one.asked.path == "/api/taps"]

    def treat_taps(self, what: Fate | Answer, *, delay: float = 0.0) -> None:
        """From now on every batch of taps gets this, and the rest passes."""
        self.treat = lambda asked: Treatment(what, delay) if asked.path == "/api/taps" else Treatment()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    proxy: Proxy

    def handle_error(self, request: object, client_address: object) -> None:
        """A tablet that hangs up is what this is about."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_GET(self) -> None:
        proxy = self.server.proxy
        self.close_connection = True
        asked = Asked(self.command, self.path, self.rfile.read(int(self.headers.get("Content-Length") or 0)))
        seen = Seen(asked, time.monotonic())
        treatment = proxy.treat(asked)
        proxy.seen.append(seen)
        proxy.closing.wait(treatment.delay)
        answer = treatment.what if isinstance(treatment.what, Answer) else self._ask_server(asked, treatment.what)
        if answer is None or treatment.what is Fate.DROP_ANSWER:
            self._cut()
            return
        is_whole = treatment.what is not Fate.TRUNCATE_ANSWER
        seen.answered_at = time.monotonic()
        seen.status = answer.status if is_whole else None
        self._answer(answer, is_whole)

    do_POST = do_GET

    def _ask_server(self, asked: Asked, fate: Fate) -> Answer | None:
        if fate is Fate.DROP_REQUEST:
            return None
        connection = http.client.HTTPConnection("127.0.0.1", self.server.proxy.upstream, timeout=TIMEOUT)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            connection.request(asked.method, asked.path, asked.body, headers)
            response = connection.getresponse()
            kept = {name: value for name, value in response.getheaders() if name.lower() not in HOP_BY_HOP}
            return Answer(response.status, response.read(), kept)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _answer(self, answer: Answer, is_whole: bool) -> None:
        self.send_response(answer.status)
        for name, value in (answer.headers | {"Content-Length": str(len(answer.body)), "Connection": "close"}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body if is_whole else answer.body[: len(answer.body) // 2])
        if not is_whole:
            self.wfile.flush()
            self._cut()

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        self.connection.close()

    def log_message(self, format: str, *arguments: object) -> None:
        """Says nothing: what came is in `seen`."""
