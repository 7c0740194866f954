"""Kiosks with a fault built in, for the controls: what a test must be able to see.

Each stands on the product as it is and spoils one thing. `python -m tests.faults.variants NAME PORT` serves one.
"""

import json
import sys
import time
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from io import BytesIO
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from sqlalchemy.orm import Session
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

import kiosk.database
import kiosk.domain.reviewing
import kiosk.errors
from kiosk import create_app
from kiosk.database import begin_immediate, writing
from kiosk.domain.installing import reset_high_water
from kiosk.extensions import db

# In seconds: longer than any test takes to kill a server.
UNTIL_KILLED = 30

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def acknowledges_first() -> Application:
    """Answers at once and commits in the background."""
    app = create_app()
    waiting: SimpleQueue[Environ] = SimpleQueue()

    def commit() -> None:
        while True:
            run_wsgi_app(app, waiting.get())

    Thread(target=commit, daemon=True).start()

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/api/taps":
            return app(environ, start_response)
        body = _take_body(environ)
        waiting.put(environ)
        return _thank(body)(environ, start_response)

    return answer


def takes_errors_for_success() -> Application:
    """Answers `recorded` whatever became of the transaction."""
    app = create_app()

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] != "/api/taps":
            return app(environ, start_response)
        body = _take_body(environ)
        content, status, headers = run_wsgi_app(app, environ, buffered=True)
        response = _thank(body) if status.startswith("503") else Response(content, status, headers)
        return response(environ, start_response)

    return answer


def syncs_normal() -> Application:
    return _with_pragma("synchronous", "NORMAL")


def deletes_its_journal() -> Application:
    return _with_pragma("journal_mode", "DELETE")


def hangs_up_early() -> Application:
    """Answers a post that is too large without reading it."""
    kiosk.errors.MOST_PIECES_HEARD = 0
    return create_app()


def refuses_whole_batches() -> Application:
    """One bad record stops the others."""
    app = create_app()

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/api/taps":
            body = _take_body(environ)
            if any(tap["activity"] not in ("visit", "lunch") for tap in json.loads(body)["taps"]):
                return _json({"kiosk": 1, "error": "bad"}, 422)(environ, start_response)
        return app(environ, start_response)

    return answer


def believes_the_tablet() -> Application:
    """Takes the tablet's clock for the right one."""
    app = create_app()

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/api/taps":
            batch = json.loads(_take_body(environ))
            batch["now"] = round(time.time() * 1000)
            for tap in batch["taps"]:
                tap |= {"offset": 0, "age": batch["now"] - tap["wall"]}
            body = json.dumps(batch).encode()
            environ |= _input(body) | {"CONTENT_LENGTH": str(len(body))}
        return app(environ, start_response)

    return answer


def believes_its_own_clock() -> Application:
    """Forgets the latest date it has seen."""
    app = create_app()

    def answer(environ: Environ, start_response: Any) -> Iterable[bytes]:
        with app.app_context(), writing(db.session()):
            reset_high_water(db.session(), datetime.now(UTC))
            db.session.commit()
        return app(environ, start_response)

    return answer


def closes_in_two_steps() -> Application:
    """Commits that a day is closed before its minutes are forgotten."""
    coarsen_day = kiosk.domain.reviewing.coarsen_day

    def coarsen_afterwards(session: Session, centre_id: int, day: date) -> None:
        session.commit()
        # Until it is killed: a quick machine would be through before anybody has looked.
        Event().wait(UNTIL_KILLED)
        begin_immediate(session.connection())
        coarsen_day(session, centre_id, day)

    kiosk.domain.reviewing.coarsen_day = coarsen_afterwards
    return create_app()


def _with_pragma(name: str, value: str) -> Flask:
    others = tuple(one for one in kiosk.database.PRAGMAS if f" {name}=" not in one)
    assert len(others) == len(kiosk.database.PRAGMAS) - 1
    kiosk.database.PRAGMAS = (*others, f"PRAGMA {name}={value}")
    return create_app()


def _take_body(environ: Environ) -> bytes:
    """Read the body, and leave it to be read again."""
    body: bytes = environ["wsgi.input"].read()
    environ.update(_input(body))
    return body


def _input(body: bytes) -> Environ:
    return {"wsgi.input": BytesIO(body)}


def _thank(body: bytes) -> Response:
    taps = json.loads(body)["taps"]
    return _json({"kiosk": 1, "now": 0, "epoch": "", "verdicts": {tap["id"]: "recorded" for tap in taps}}, 200)


def _json(body: object, status: int) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


if __name__ == "__main__":
    Granian(
        f"tests.faults.variants:{sys.argv[1]}",
        factory=True,
        address="127.0.0.1",
        port=int(sys.argv[2]),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        websockets=False,
    ).serve()
