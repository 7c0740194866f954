"""`kiosk serve` in a real process: how it starts, what it asks, how it leaves."""

import json
import os
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from sqlalchemy.orm import Session

from kiosk.domain import starting
from tests.build import House
from tests.command import KIOSK, clean_environ, first_start, free_port, run_kiosk


class Server:
    """`kiosk serve` in a process of its own; `said` is what it has printed so far."""

    def __init__(self, environ: dict[str, str], *more: str) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self.said = ""
        self.process = subprocess.Popen(
            [KIOSK, "serve", "--port", str(port), *more],
            env=clean_environ() | environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait_for(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return
        raise AssertionError(f"ended without “{words}”: {self.said}")

    def fetch(self, url: str) -> str:
        """The answer, once the worker listens: it says nothing when it begins to."""
        while True:
            try:
                with urlopen(url, timeout=10) as answer:  # noqa: S310
                    return answer.read().decode()
            except URLError as error:
                refused = isinstance(error.reason, ConnectionRefusedError)
                if not refused or self.process.poll() is not None:
                    raise
                time.sleep(0.02)

    def stop(self, timeout: float) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout)


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def serve(environ: dict[str, str], *more: str) -> Server:
        servers.append(Server(environ, *more))
        return servers[-1]

    yield serve
    for server in servers:
        # With its worker, where there is one left.
        with suppress(ProcessLookupError):
            os.killpg(server.process.pid, signal.SIGKILL)
        server.process.wait()
        assert server.process.stdout is not None
        server.process.stdout.close()


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation after its first start."""
    instance = tmp_path_factory.mktemp("started")
    first_start(instance)
    return instance


def test_serve_answers_and_leaves_in_peace_when_told_to(
    serve: Callable[..., Server], environ: dict[str, str], house: House
) -> None:
    server = serve(environ)
    server.wait_for("Started worker")
    assert json.loads(server.fetch(f"{server.address}/healthz")) == {"kiosk": 1}
    assert f"Kiosken: {server.address}/\n" in server.said
    # The house has a leader and tablets: its first start is over.
    assert "/start" not in server.said
    assert server.stop(timeout=5) == 0


@pytest.mark.parametrize("is_ready", [False, True])
def test_ctrl_c_in_a_terminal_stops_server_and_worker(
    serve: Callable[..., Server], started: Path, is_ready: bool
) -> None:
    server = serve({"KIOSK_INSTANCE": str(started)})
    server.wait_for("Started worker")
    if is_ready:
        server.fetch(f"{server.address}/healthz")
    # A terminal sends it to every process in the foreground.
    os.killpg(server.process.pid, signal.SIGINT)
    assert server.process.wait(10) == 0


def test_on_an_empty_installation_it_prints_where_to_begin_and_a_new_code_each_time(
    serve: Callable[..., Server], environ: dict[str, str], session: Session
) -> None:
    codes = []
    for _ in range(2):
        server = serve(environ)
        server.wait_for("Started worker")
        assert f"Ta kiosken i bruk: åpne {server.address}/start i nettleseren på denne maskinen\n" in server.said
        code = re.search(r"^og skriv koden ([A-Z]{4} [A-Z]{4})$", server.said, re.MULTILINE)
        assert code is not None
        codes.append(code[1])
        assert "Steg 1 av 4" in server.fetch(server.address)
        assert server.stop(timeout=5) == 0
    assert codes[0] != codes[1]
    assert starting.check_start_code(session, codes[1])
    with pytest.raises(starting.StartCodeNotValid):
        starting.check_start_code(session, codes[0])


def test_with_a_leader_and_no_tablet_it_says_how_to_go_on_and_prints_no_code(
    serve: Callable[..., Server], tmp_path: Path
) -> None:
    line = "init --centre Prøvesenteret --slug prove --leader Liv"
    assert run_kiosk({"KIOSK_INSTANCE": str(tmp_path)}, *line.split()).returncode == 0
    server = serve({"KIOSK_INSTANCE": str(tmp_path)})
    server.wait_for("Started worker")
    assert f"Ingen nettbrett er koblet til ennå. Logg inn på {server.address}/start" in server.said
    assert "koden" not in server.said


def test_the_pages_know_where_the_server_really_listens(serve: Callable[..., Server], environ: dict[str, str]) -> None:
    """And not where the settings say, when it was told otherwise."""
    server = serve(environ | {"KIOSK_HOST": "192.0.2.7"}, "--host", "127.0.0.1")
    server.wait_for("Started worker")
    assert f"Kiosken: {server.address}/\n" in server.said and "192.0.2.7" not in server.said


def test_a_taken_port_is_told_in_one_sentence(started: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_kiosk({"KIOSK_INSTANCE": str(started)}, "serve", "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Kiosken kan ikke lytte på 127.0.0.1, port {port}: ")
    assert done.stderr.count("\n") == 1
