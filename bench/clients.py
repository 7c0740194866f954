"""Requests, and keep-alive clients that cost little: one process for all connections of a drive."""

import multiprocessing
import selectors
import socket
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4


def percentile(values: Sequence[float], percent: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


@dataclass
class Request:
    """What goes over the wire, and the ids of the taps in it."""

    content: bytes
    ids: list[str] = field(default_factory=list)
    expected: tuple[int, ...] = (200,)


@dataclass
class Answers:
    """Of one drive: seconds each, those that were not 200, ids that were acknowledged, seconds in all."""

    seconds: list[float]
    errors: int
    acknowledged: list[str]
    duration: float

    @property
    def rate(self) -> float:
        return len(self.seconds) / self.duration

    def p(self, percent: float) -> float:
        return percentile(self.seconds, percent)


Make = Callable[[int], Request]


def get(path: str, cookie: str = "") -> bytes:
    cookies = f"Cookie: {cookie}\r\n" if cookie else ""
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: gzip\r\n{cookies}\r\n".encode()


def page(path: str, cookie: str) -> Make:
    content = get(path, cookie)
    return lambda connection: Request(content)


def unchanged(path: str, cookie: str, tag: str) -> Make:
    """A live refresh by a page that has what the tag names: answered with “nothing new”."""
    content = get(path, cookie).removesuffix(b"\r\n") + f"HX-Request: true\r\nIf-None-Match: {tag}\r\n\r\n".encode()
    return lambda connection: Request(content, expected=(204, 304))


def taps(cookies: Sequence[str], count: int = 1) -> Make:
    """A maker of posts with `count` new taps, each connection as another tablet."""
    turn = iter(range(10**9))

    def make(connection: int) -> Request:
        now = round(time.time() * 1000)
        ids = [str(uuid4()) for _ in range(count)]
        records = ",".join(
            f'{{"id":"{id}","centre":"senter-1","activity":"visit","count":1,"wall":{now - 40},"offset":3,"age":40}}'
            for id in ids
        )
        body = f'{{"kiosk":1,"now":{now},"client":"bench","taps":[{records}]}}'
        head = (
            "POST /api/taps HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-Kiosk: 1\r\n"
            f"Cookie: {cookies[next(turn) % len(cookies)]}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return Request((head + body).encode(), ids)

    return make


def drive(port: int, make: Make, connections: int = 1, *, count: int = 0, seconds: float = 0) -> Answers:
    """`connections` keep-alive clients, each sending as soon as it was answered, in a process of their own."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_drive, args=(there, port, make, connections, count, seconds), daemon=True)
    child.start()
    there.close()
    try:
        answers: Answers = here.recv()
    finally:
        child.join()
    return answers


@contextmanager
def in_background(port: int, make: Make, connections: int = 1) -> Iterator[None]:
    """The same without an end, for as long as the block lasts."""
    context = multiprocessing.get_context("fork")
    child = context.Process(target=_drive, args=(None, port, make, connections, 0, 10**9), daemon=True)
    child.start()
    try:
        yield
    finally:
        child.terminate()
        child.join()


class _Client:
    """One keep-alive connection and the request that is under way on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sent = Request(b"")
        self.sent_at = 0.0
        self.buffer = b""

    def send(self, request: Request) -> None:
        self.sent, self.buffer = request, b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(request.content)

    def receive(self) -> tuple[int, bytes] | None:
        """Status and body once the whole answer is there."""
        piece = self.socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server hung up")
        self.buffer += piece
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return None
        status = int(head[9:12])
        if status in (204, 304):
            return status, b""
        lower = head.lower()
        at = lower.find(b"content-length:")
        if at < 0:
            raise ConnectionError(f"an answer without a length: {head!r}")
        length = int(lower[at + 15 :].split(b"\r\n", 1)[0])
        return (status, body) if len(body) >= length else None


def _drive(pipe: Any, port: int, make: Make, connections: int, count: int, seconds: float) -> None:
    seen: list[float] = []
    acknowledged: list[str] = []
    errors = 0
    with selectors.DefaultSelector() as selector:
        clients = [_Client(port) for _ in range(connections)]
        begin = time.perf_counter()
        for number, client in enumerate(clients):
            selector.register(client.socket, selectors.EVENT_READ, (number, client))
            client.send(make(number))
        waiting = sent = connections
        while waiting:
            for key, _ in selector.select():
                number, client = key.data
                try:
                    answer = client.receive()
                except OSError:
                    errors, waiting = errors + 1, waiting - 1
                    selector.unregister(client.socket)
                    continue
                if answer is None:
                    continue
                now = time.perf_counter()
                seen.append(now - client.sent_at)
                status, body = answer
                if status not in client.sent.expected:
                    errors += 1
                elif client.sent.ids:
                    acknowledged += [id for id in client.sent.ids if f'"{id}":"recorded"'.encode() in body]
                if sent < count or now - begin < seconds:
                    client.send(make(number))
                    sent += 1
                else:
                    waiting -= 1
        duration = time.perf_counter() - begin
    if pipe is not None:
        pipe.send(Answers(seen, errors, acknowledged, duration))
