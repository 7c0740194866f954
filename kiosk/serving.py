"""The server: granian with one worker and four threads (SQLite has one writer; a slow report must not block taps)."""

import os
import signal
import threading

from granian import Granian
from granian.constants import Interfaces


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; what runs is finished first."""
    # Ctrl-C in a terminal reaches the worker as well, and a worker that is told to stop twice never does.
    # So both are deaf to it, and one thread here hears it and passes it on.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    threading.Thread(target=_pass_on_interrupt, daemon=True).start()
    Granian(
        "kiosk:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        # The access log would hold addresses.
        log_access=False,
        websockets=False,
    ).serve()


def _pass_on_interrupt() -> None:
    signal.sigwait({signal.SIGINT})
    os.kill(os.getpid(), signal.SIGTERM)
