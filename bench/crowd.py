"""64 tablets that tap without pause for 20 s, as the disk is and with 5 ms added to every sync.

ratio: the share of the rate that as many threads with the plain driver and one lock reach. Besides: errors, taps
acknowledged and not in the ledger, and p99 ÷ p50.
"""

import subprocess
import sys
from pathlib import Path

from clients import drive, taps
from harness import FLOOR, KIOSK, folder, make_instance, ms, options, postgres, say, serving

SLOW_SYNC = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <unistd.h>
static int slow(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    usleep(5000);
    return real(fd);
}
int fsync(int fd) { return slow("fsync", fd); }
int fdatasync(int fd) { return slow("fdatasync", fd); }
"""


def main() -> None:
    asked = options(__doc__, seconds=20.0, connections=64)
    with folder() as path:
        slow = build_slow_sync(path)
        for name, preload in (("crowd", {}), ("crowd-slow-disk", slow)):
            if preload is None or (preload and asked.postgres):
                # PostgreSQL's own processes sync, and not the kiosk's.
                print(
                    f"{name} left out: " + ("gcc is missing" if preload is None else "the server syncs"),
                    file=sys.stderr,
                )
                continue
            crowd(name, path / name, asked.postgres, asked.connections, asked.seconds, preload)


def crowd(name: str, path: Path, on_postgres: bool, connections: int, seconds: float, more: dict[str, str]) -> None:
    with postgres(on_postgres) as database:
        instance = make_instance(path, database("app"))
        below = {"FLOOR_DATABASE": database("floor") or str(path / "floor.sqlite")}
        before = raw_rate(below | more, connections, seconds / 8)
        with serving(KIOSK, instance.environ, **more) as app:
            drive(app.port, taps(instance.cookies), connections, seconds=seconds / 20)
            answers = drive(app.port, taps(instance.cookies), connections, seconds=seconds)
        raw = (before + raw_rate(below | more, connections, seconds / 8)) / 2
        missing = len(set(answers.acknowledged) - ledger(instance.environ))
    say(
        name,
        answers.rate / raw,
        errors=answers.errors,
        missing=missing,
        p99_to_p50=f"{answers.p(99) / answers.p(50):.3g}",
        rate=f"{answers.rate:.0f}/s",
        raw=f"{raw:.0f}/s",
        p50=ms(answers.p(50)),
        p99=ms(answers.p(99)),
    )


def raw_rate(environ: dict[str, str], threads: int, seconds: float) -> float:
    import os

    from harness import BENCH, ROOT

    command = [*FLOOR[:-1], "raw", "--threads", str(threads), "--seconds", str(seconds)]
    places = os.pathsep.join([str(BENCH), str(ROOT)])
    done = subprocess.run(
        command, env=os.environ | {"PYTHONPATH": places} | environ, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def ledger(environ: dict[str, str]) -> set[str]:
    """The ids that stand in the ledger, read by a connection of its own."""
    from sqlalchemy import create_engine, select

    from kiosk import create_app
    from kiosk.models import TallyEvent

    engine = create_engine(create_app(environ).config["SQLALCHEMY_DATABASE_URI"])
    with engine.connect() as connection:
        found = {str(id) for id in connection.scalars(select(TallyEvent.id))}
    engine.dispose()
    return found


def build_slow_sync(path: Path) -> dict[str, str] | None:
    source, library = path / "slow_sync.c", path / "slow_sync.so"
    source.write_text(SLOW_SYNC, encoding="ascii")
    try:
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True)
    except (OSError, subprocess.CalledProcessError):
        return None
    return {"LD_PRELOAD": str(library)}


if __name__ == "__main__":
    main()
