"""Staff pages: with a million events ÷ with ten thousand (same rows in the period), and I dag ÷ a bare answer.

pages-day, pages-year, pages-month: the page over a full table ÷ over a small one. pages-floor: I dag ÷ a bare Flask
answer of the same server. pages-live: a live refresh of I dag when nothing changed ÷ I dag.
"""

import http.client
import sys
from contextlib import ExitStack
from pathlib import Path

from clients import Make, drive, page, taps, unchanged
from fill import CENTRES, YEAR, copy_ledger, filled
from harness import FLOOR, KIOSK, Instance, folder, make_instance, median, ms, options, postgres, say, serving

SMALL, BIG = 10_000, 1_000_000
# Of each centre, spread over YEAR and the year before, which the year page shows as well.
YEAR_ROWS, SAME_YEARS = 1_100, 2
TAPS_TODAY = 60
# As a house has them; I dag says of each how it is.
TABLETS = 3


def main() -> None:
    asked = options(__doc__, rounds=9, count=40)
    with ExitStack() as stack:
        path = stack.enter_context(folder())
        database = stack.enter_context(postgres(asked.postgres))
        small, big = (_instance(path / name, rows, database(name)) for name, rows in (("small", SMALL), ("big", BIG)))
        ports = []
        for one in (small, big):
            server = stack.enter_context(serving(KIOSK, one.environ))
            assert not drive(server.port, taps(one.cookies), count=TAPS_TODAY).errors
            ports.append(server.port)
        below = {"FLOOR_DATABASE": database("floor") or str(path / "floor.sqlite")}
        floor = stack.enter_context(serving(FLOOR, below)).port
        rounds = [_round(ports, floor, small, big, asked.count) for _ in range(asked.rounds + 1)][1:]
        live = _live(ports[1], big, asked.rounds, asked.count)
    for name in ("day", "year", "month"):
        with_big, with_small = [one[name][1] for one in rounds], [one[name][0] for one in rounds]
        ratio = median([a / b for a, b in zip(with_big, with_small, strict=True)])
        say(f"pages-{name}", ratio, big=ms(median(with_big)), small=ms(median(with_small)))
    day, bare = [one["day"][1] for one in rounds], [one["bare"][0] for one in rounds]
    ratio = median([a / b for a, b in zip(day, bare, strict=True)])
    say("pages-floor", ratio, page=ms(median(day)), bare=ms(median(bare)))
    if live is not None:
        say("pages-live", live / median(day), unchanged=ms(live), page=ms(median(day)))


def _round(ports: list[int], floor: int, small: Instance, big: Instance, count: int) -> dict[str, list[float]]:
    """The median seconds of each page: small table first, then big; and of the bare answer."""
    paths = {"day": "/i-dag", "year": f"/aar/{YEAR}", "month": f"/maaned/{YEAR}/5"}
    seconds = {
        name: [_median(port, page(path, one.leader), count) for port, one in zip(ports, (small, big), strict=True)]
        for name, path in paths.items()
    }
    return seconds | {"bare": [_median(floor, page("/healthz", ""), count * 5)]}


def _median(port: int, make: Make, count: int) -> float:
    answers = drive(port, make, count=count)
    assert not answers.errors
    return median(answers.seconds)


def _live(port: int, instance: Instance, rounds: int, count: int) -> float | None:
    """Seconds of a refresh that finds nothing new; None while I dag gives its fragment no tag to ask with."""
    headers = {"Cookie": instance.leader, "HX-Request": "true"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/i-dag", headers=headers)
    answer = connection.getresponse()
    answer.read()
    tag = answer.headers.get("ETag")
    connection.close()
    if tag is None:
        print("  pages-live: I dag answers without an ETag, so there is nothing to measure", file=sys.stderr)
        return None
    return median([_median(port, unchanged("/i-dag", instance.leader, tag), count) for _ in range(rounds)])


def _instance(path: Path, rows: int, database_url: str | None) -> Instance:
    """An instance of its own to write taps into, with tablets and a sign-in of today."""
    if database_url is not None:
        return filled(
            rows, year_rows=YEAR_ROWS, same_years=SAME_YEARS, database_url=database_url, path=path / "instance"
        )
    kept = filled(rows, year_rows=YEAR_ROWS, same_years=SAME_YEARS)
    instance = make_instance(path, centres=CENTRES, tablets=TABLETS)
    assert (instance.centre_ids, instance.activity_ids) == (kept.centre_ids, kept.activity_ids)
    copy_ledger(Path(kept.environ["KIOSK_INSTANCE"]) / "kiosk.sqlite", path / "kiosk.sqlite")
    return instance


if __name__ == "__main__":
    main()
