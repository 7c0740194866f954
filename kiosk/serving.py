"""The server: granian with one worker and a few threads, so that a slow report does not block taps."""

import gc
import os
import signal
import sys
import threading

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from kiosk import create_app, daily
from kiosk.database import server_threads

# A tap gives Python up whenever it asks the disk or the database, some twenty times, and beside a busy report it
# waits this long each time to get it back; Python's own 5 ms would make 3 ms of tap 20.
TURN_SECONDS = 0.0001

# A request leaves hardly any cycles, and Python's own 700 would look for them two or three times in each tap.
GARBAGE_AFTER = 20_000


def serve(host: str, port: int, database_url: str) -> None:
    """Serve until SIGTERM or SIGINT; what runs is finished first."""
    # Ctrl-C in a terminal reaches the worker as well, and a worker that is told to stop twice never does.
    # So both are deaf to it, and one thread here hears it and passes it on.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_pass_on_interrupt, daemon=True).start()
    Granian(
        "kiosk.serving:warm_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=server_threads(database_url),
        # The access log would hold addresses.
        log_access=False,
        websockets=False,
    ).serve()


def warm_app() -> Flask:
    """The app as the worker serves it: what was loaded so far stays, so the collector need not look at it again."""
    app = create_app()
    app.test_client().get("/healthz")
    sys.setswitchinterval(TURN_SECONDS)
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER)
    daily.start(app)
    return app


def _pass_on_interrupt() -> None:
    signal.sigwait({signal.SIGINT})
    os.kill(os.getpid(), signal.SIGTERM)
