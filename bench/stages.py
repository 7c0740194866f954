"""Where the time of one tap goes: microseconds for each stage, and for each SQL statement in driver and SQLAlchemy.

In one process without a server. What is timed costs the timing itself (under a microsecond each).
"""

import io
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from clients import taps
from harness import folder, make_instance, options, postgres

Environ = dict[str, Any]


class Stages:
    """Seconds per request under a name."""

    def __init__(self) -> None:
        self.of_request: dict[str, float] = defaultdict(float)
        self.all: list[dict[str, float]] = []

    def wrap(self, owner: Any, attribute: str, name: str) -> None:
        function = getattr(owner, attribute)

        def timed(*arguments: Any, **named: Any) -> Any:
            begin = time.perf_counter()
            try:
                return function(*arguments, **named)
            finally:
                self.of_request[name] += time.perf_counter() - begin

        setattr(owner, attribute, timed)

    def request(self, call: Callable[[], None]) -> None:
        self.of_request = defaultdict(float)
        begin = time.perf_counter()
        call()
        self.of_request["all"] = time.perf_counter() - begin
        self.all.append(dict(self.of_request))

    def medians(self) -> dict[str, float]:
        names = {name for one in self.all for name in one}
        return {name: statistics.median([one.get(name, 0) for one in self.all]) * 1e6 for name in names}


def environ_of(content: bytes) -> Environ:
    head, _, body = content.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    method, path, _ = lines[0].split(" ")
    environ: Environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for line in lines[1:]:
        name, _, value = line.partition(": ")
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def ask(app: Any, environ: Environ) -> bytes:
    statuses = []
    body = app(environ, lambda status, headers, info=None: statuses.append(status))
    try:
        content = b"".join(body)
    finally:
        body.close()
    assert statuses[0].startswith("200"), (statuses, content)
    return content


def watch_statements(stages: Stages, engine: Any) -> None:
    """The driver's own time for each statement, by its first words."""
    from sqlalchemy import event

    @event.listens_for(engine, "before_cursor_execute")
    def before(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        connection.info["begun"] = time.perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool) -> None:
        words = statement.split()
        table = next((words[n + 1] for n, word in enumerate(words) if word in ("FROM", "INTO", "UPDATE")), "")
        name = " ".join([*words[: 2 if words[0] == "BEGIN" else 1], table]).strip()
        stages.of_request[f"driver: {name}"] += time.perf_counter() - connection.info["begun"]


def wrap_all(stages: Stages, app: Any) -> None:
    from sqlalchemy.orm import Session

    from kiosk import guards
    from kiosk.domain import installing, ledger, tallying
    from kiosk.views import tapping

    for owner, attribute in [
        (guards.pairing, "find_tablet"),
        (tapping, "_read_json"),
        (tapping.wire, "read_batch"),
        (installing, "look"),
        (tallying, "serialise"),
        (tallying, "find_held"),
        (tallying, "_find_activities"),
        (tallying, "find_coarse_days"),
        (tallying, "add_events"),
        (tallying, "record_taps"),
        (tapping, "_record"),
        (tapping, "jsonify"),
        (ledger, "insert_once"),
        (Session, "commit"),
        (app, "preprocess_request"),
        (app, "process_response"),
        (app, "do_teardown_appcontext"),
        (app, "full_dispatch_request"),
    ]:
        if hasattr(owner, attribute):
            stages.wrap(owner, attribute, attribute)


def main() -> None:
    asked = options(__doc__, count=2000)
    with folder() as path, postgres(asked.postgres) as database:
        instance = make_instance(path, database("app"))
        from kiosk import create_app
        from kiosk.extensions import db

        app = create_app(instance.environ)
        make = taps(instance.cookies)

        def one() -> None:
            environ = environ_of(make(0).content)
            stages.request(lambda: json.loads(ask(app, environ)))

        stages = Stages()
        below, one_below = floor_stages(path, database("floor"))
        for _ in range(200):
            one()
            one_below()
        stages.all.clear()
        below.all.clear()
        # In turns, so that whatever else the machine does meets both.
        for _ in range(asked.count):
            one()
            one_below()
        plain, floor = stages.medians()["all"], below.medians()["all"]
        with app.app_context():
            watch_statements(stages, db.engine)
        wrap_all(stages, app)
        stages.all.clear()
        for _ in range(asked.count):
            one()
    found = stages.medians()
    print(f"{'one tap, not watched':36} {plain:7.0f} µs")
    print(f"{'the floor, not watched':36} {floor:7.0f} µs")
    for name, value in sorted(found.items(), key=lambda item: -item[1]):
        print(f"{name:36} {value:7.0f} µs")


def floor_stages(path: Path, database_url: str | None) -> tuple[Stages, Callable[[], None]]:
    """The floor in the same process, and one request of it."""
    import os

    import floor

    os.environ["FLOOR_DATABASE"] = database_url or str(path / "floor.sqlite")
    floor.make_table()
    app = floor.create_app()
    make = taps(["x=y"])
    stages = Stages()

    def one() -> None:
        environ = environ_of(make(0).content)
        stages.request(lambda: ask(app, environ))

    return stages, one


if __name__ == "__main__":
    main()
