"""A centre-year's counts with 10 000, 1 000 000 and 10 000 000 rows in the table ÷ with 10 000, and all centres'.

The rows of the year are the same for all sizes. What is asked is what every page asks: counting.count_by.
"""

import sys
import time
from collections.abc import Callable
from datetime import date

from fill import CENTRES, YEAR, YEAR_ROWS, filled
from harness import Instance, folder, median, ms, options, postgres, say


def main() -> None:
    asked = options(__doc__, rounds=15, most=10_000_000)
    sizes = [size for size in (10_000, 1_000_000, 10_000_000) if size <= asked.most]
    with folder() as path, postgres(asked.postgres) as database:
        begin = time.perf_counter()
        instances = {
            size: filled(size, database_url=database(f"filled_{size}"), path=path / str(size)) for size in sizes
        }
        print(f"filled in {time.perf_counter() - begin:.0f} s", file=sys.stderr)
        questions = {
            (size, centres): question(instance, instance.centre_ids[:centres])
            for size, instance in instances.items()
            for centres in (1, CENTRES)
        }
        for centres in (1, CENTRES):
            # Also the warm-up.
            sums = {ask() for (_, of), ask in questions.items() if of == centres}
            assert len(sums) == 1, f"the years differ: {sums}"
        seen: dict[tuple[int, int], list[float]] = {key: [] for key in questions}
        for _ in range(asked.rounds):
            for key, ask in questions.items():
                begin = time.perf_counter()
                ask()
                seen[key].append(time.perf_counter() - begin)
    for centres, name in ((1, "count"), (CENTRES, "count-all-centres")):
        base = seen[sizes[0], centres]
        for size in sizes[1:]:
            ratio = median([one / other for one, other in zip(seen[size, centres], base, strict=True)])
            say(f"{name}-{size}", ratio, time=ms(median(seen[size, centres])), floor=ms(median(base)))


def question(instance: Instance, centre_ids: list[int]) -> Callable[[], int]:
    """Asks for the year by month; returns the sum."""
    from sqlalchemy import create_engine
    from sqlalchemy.orm import Session

    from kiosk import create_app
    from kiosk.domain.counting import count_by
    from kiosk.domain.periods import Period
    from kiosk.kinds import Bucket

    engine = create_engine(create_app(instance.environ).config["SQLALCHEMY_DATABASE_URI"])
    period = Period(date(YEAR, 1, 1), date(YEAR, 12, 31))
    rows = YEAR_ROWS * len(centre_ids)

    def ask() -> int:
        with Session(engine) as session:
            total = sum(one.count for one in count_by(session, centre_ids, period, Bucket.MONTH))
        assert rows <= total <= 3 * rows, (rows, total)
        return total

    return ask


if __name__ == "__main__":
    main()
