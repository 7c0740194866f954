"""All benches, one after the other, and bench/RESULTS.md: `make bench`.

What stands in RESULTS.md under the heading “Notes” is kept: there it says why a goal was missed.
"""

import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from harness import BENCH, options

BENCHES = ["tap", "batch", "count", "crowd", "beside", "page", "pages", "memory", "latency"]
RESULTS = BENCH / "RESULTS.md"
NOTES = "## Notes\n"

# line: (what it may be at most or at least, the fact that is judged; None: the ratio)
GOALS: dict[str, list[tuple[str, str | None, float]]] = {
    "tap": [("at most", None, 2.0)],
    "batch": [("at most", None, 4.0)],
    "count-10000000": [("at most", None, 1.3)],
    "count-all-centres-10000000": [("at most", None, 1.3)],
    "crowd": [
        ("at least", None, 0.15),
        ("at most", "p99_to_p50", 3),
        ("at most", "errors", 0),
        ("at most", "missing", 0),
    ],
    "beside": [("at most", None, 3.0)],
    "page-door": [("at most", "size", 30)],
    "start": [("at most", "seconds", 1.5), ("at most", "memory", 110)],
    "pages-day": [("at most", None, 1.5)],
    "pages-year": [("at most", None, 1.5)],
    "pages-floor": [("at most", None, 40)],
    "pages-live": [("at most", None, 0.2)],
    "memory": [("at most", None, 1.1)],
}
GOALS["crowd-slow-disk"] = GOALS["crowd"]
# Their ratio is to the goal.
GOALS |= {
    f"latency_{what}_{line}": [("at most", None, 1.0)]
    for what in ("pressed", "thanks")
    for line in ("online", "offline")
}


def main() -> None:
    asked = options(__doc__)
    more = ["--postgres"] if asked.postgres else []
    lines, errors = [], []
    begin = time.perf_counter()
    for name in BENCHES:
        script = BENCH / f"{name}.py"
        if not script.exists() or (asked.postgres and name == "latency"):
            continue
        started = time.perf_counter()
        done = subprocess.run([sys.executable, script, *more], stdout=subprocess.PIPE, text=True, check=False)
        print(done.stdout, end="", flush=True)
        print(f"  {name}: {time.perf_counter() - started:.0f} s", file=sys.stderr)
        if done.returncode:
            errors.append(name)
        lines += [line for line in done.stdout.splitlines() if " ratio=" in line]
    RESULTS.write_text(text(lines, time.perf_counter() - begin, asked.postgres), encoding="utf-8")
    if errors:
        sys.exit(f"failed: {', '.join(errors)}")


def text(lines: list[str], seconds: float, is_postgres: bool) -> str:
    before = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else ""
    _, _, notes = before.partition(NOTES)
    part = "PostgreSQL" if is_postgres else "SQLite"
    kept = sections(before)
    kept[part] = "\n".join(
        [
            f"{datetime.now(UTC):%Y-%m-%d}, {machine()}. "
            f"All in {seconds:.0f} s, load {os.getloadavg()[0]:.1f} at the end.",
            "",
            "| bench | ratio | besides | goal | reached |",
            "|---|---|---|---|---|",
            *[row(line) for line in lines],
        ]
    )
    body = "\n\n".join(f"## {name}\n\n{content}" for name, content in kept.items())
    head = "# What the benches said\n\nWritten by `make bench`. Only the ratios carry over to another machine."
    return f"{head}\n\n{body}\n\n{NOTES}{notes or chr(10)}"


def sections(before: str) -> dict[str, str]:
    """What stands there already of each engine, in the order SQLite, PostgreSQL."""
    found = re.findall(r"^## (SQLite|PostgreSQL)\n\n(.*?)\n\n(?=## )", before, re.DOTALL | re.MULTILINE)
    known = dict(found)
    return {name: known.get(name, "Not run yet.") for name in ("SQLite", "PostgreSQL")}


def row(line: str) -> str:
    name, _, rest = line.partition(" ")
    facts = dict(word.split("=", 1) for word in rest.split())
    ratio = facts.pop("ratio")
    goals, verdicts = [], []
    for word, fact, limit in GOALS.get(name, []):
        said = float(re.match(r"[\d.e+-]+", facts[fact] if fact else ratio).group())  # type: ignore[union-attr]
        goals.append(f"{fact or 'ratio'} {word} {limit:g}")
        verdicts.append(said <= limit if word == "at most" else said >= limit)
    besides = ", ".join(f"{key} {value}" for key, value in facts.items())
    reached = "" if not goals else "yes" if all(verdicts) else "**no**"
    return f"| {name} | {ratio} | {besides} | {', '.join(goals)} | {reached} |"


def machine() -> str:
    """Processor and versions; nothing that names the machine."""
    processor = "processor unknown"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            processor = line.partition(":")[2].strip()
            break
    versions = ", ".join(f"{name} {version(name)}" for name in ("flask", "sqlalchemy", "granian", "psycopg"))
    return (
        f"{os.cpu_count()} × {processor}, {platform.system()} {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {versions}"
    )


if __name__ == "__main__":
    main()
