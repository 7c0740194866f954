"""The server: granian with one worker and four threads (SQLite has one writer; a slow report must not block taps)."""

from granian import Granian
from granian.constants import Interfaces


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT; what runs is finished first."""
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
