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
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import access
from kiosk.models import Centre
from tests.build import PASSWORD, House
from tests.command import KIOSK, clean_environ, first_start, free_port, run_kiosk


class Server:
    """`kiosk serve` in a process of its own; `said` is what it has printed so far."""

    def __init__(self, environ: dict[str, str], answers: str = "") -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        self.said = ""
        self.process = subprocess.Popen(
            [KIOSK, "serve", "--port", str(port)],
            env=clean_environ() | environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(answers)
        self.process.stdin.close()

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

    def serve(environ: dict[str, str], answers: str = "") -> Server:
        servers.append(Server(environ, answers))
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
    # The house has paired tablets, so there is no link to pair the first one.
    assert "/koble" not in server.said
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


def test_the_first_start_asks_and_prints_the_address_and_a_link_for_the_door(
    serve: Callable[..., Server], environ: dict[str, str], session: Session
) -> None:
    server = serve(environ | {"KIOSK_LEADER_PASSWORD": PASSWORD}, "CRUX Øvre Eiker\n\nLiv Leder\n")
    server.wait_for("Started worker")
    assert f"Kiosken: {server.address}/\n" in server.said
    link = re.search(rf"{server.address}/koble\?kode=[\w-]{{43}}", server.said)
    assert link is not None
    assert "Inngang" in server.fetch(link[0])
    assert server.stop(timeout=5) == 0
    # Enter alone takes the suggested slug.
    assert session.scalars(select(Centre.slug)).all() == ["crux-ovre-eiker"]
    assert access.check_password(session, "Liv Leder", PASSWORD)


def test_a_first_start_that_is_broken_off_changes_nothing(
    serve: Callable[..., Server], environ: dict[str, str], session: Session
) -> None:
    server = serve(environ | {"KIOSK_LEADER_PASSWORD": PASSWORD}, "CRUX Øvre Eiker\n")
    server.wait_for("Avbrutt. Ingenting er endret.")
    assert server.process.wait(10) == 1
    assert not session.scalars(select(Centre)).all()


def test_a_taken_port_is_told_in_one_sentence(started: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_kiosk({"KIOSK_INSTANCE": str(started)}, "serve", "--port", port)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Kiosken kan ikke lytte på 127.0.0.1, port {port}: ")
    assert done.stderr.count("\n") == 1
