"""A tap's p95 while year reports are read without pause ÷ the p95 alone.

The ledger holds a million events of eight centres in ten years; the report is the page /aar/2023.
"""

from pathlib import Path

from clients import drive, in_background, page, taps
from fill import CENTRES, YEAR, copy_ledger, filled
from harness import KIOSK, folder, make_instance, median, ms, options, postgres, say, serving

# As many events as a real centre has in a year.
YEAR_ROWS = 11_000


def main() -> None:
    asked = options(__doc__, rounds=9, count=200, rows=1_000_000)
    with folder() as path, postgres(asked.postgres) as database:
        url = database("app")
        if url is None:
            instance = _copy(path, asked.rows)
        else:
            instance = filled(asked.rows, year_rows=YEAR_ROWS, database_url=url, path=path)
        make, report = taps(instance.cookies), page(f"/aar/{YEAR}", instance.leader)
        with serving(KIOSK, instance.environ) as app:
            alone, beside = [], []
            of_report = drive(app.port, report, count=5)
            assert not of_report.errors
            drive(app.port, make, count=asked.count)
            for _ in range(asked.rounds):
                alone.append(drive(app.port, make, count=asked.count).p(95))
                with in_background(app.port, report):
                    answers = drive(app.port, make, count=asked.count)
                assert not answers.errors
                beside.append(answers.p(95))
    ratio = median([one / other for one, other in zip(beside, alone, strict=True)])
    say("beside", ratio, beside=ms(median(beside)), alone=ms(median(alone)), report=ms(median(of_report.seconds)))


def _copy(path: Path, rows: int):  # type: ignore[no-untyped-def]
    """Taps go into a copy, with tablets and a sign-in of today."""
    kept = filled(rows, year_rows=YEAR_ROWS)
    instance = make_instance(path, centres=CENTRES)
    assert (instance.centre_ids, instance.activity_ids) == (kept.centre_ids, kept.activity_ids)
    source = Path(kept.environ["KIOSK_INSTANCE"]) / "kiosk.sqlite"
    copy_ledger(source, path / "kiosk.sqlite")
    return instance


if __name__ == "__main__":
    main()
