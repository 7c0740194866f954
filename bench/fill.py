"""A migrated instance with a big ledger, filled past the kiosk: raw inserts, the triggers dropped while they run.

Whatever the size, the rows of YEAR are the same: YEAR_ROWS for each centre, spread over its days and the tapped
activities. All other rows lie in the ten years around it. Keys are random in their later half and grow in their
first, so that ten million rows take a minute and not an hour.
"""

import hashlib
import json
import shutil
import sqlite3
from dataclasses import asdict
from pathlib import Path

from harness import ROOT, TMP, Instance, make_instance

YEAR = 2023
CENTRES = 8
YEAR_ROWS = 1_100
FIRST_OTHER_YEAR, OTHER_YEARS = 2013, 10

# The row number n becomes a row, in the same way on both engines.
COLUMNS = "id, centre_id, activity_id, kind, count, day, span, hour, audience, quality, time_quality"

SQLITE_ROWS = """
    WITH RECURSIVE number(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n + 1 < {last})
    SELECT CAST(printf('%08d', n) AS BLOB) || randomblob(8),
           {centre}, {activity}, 'tap', 1 + n % 3, {day}, 'day', 8 + n % 9, 'participant', 'counted', 'sure'
    FROM number"""
SQLITE_DATE = "date(({year}) || '-01-01', '+' || (({day})) || ' days')"
POSTGRES_ROWS = """
    SELECT gen_random_uuid(),
           {centre}, {activity}, 'tap', 1 + n % 3, CAST({day} AS date), 'day', 8 + n % 9, 'participant', 'counted',
           'sure'
    FROM generate_series({first}, {last} - 1) AS n"""
POSTGRES_DATE = "make_date({year}, 1, 1) + ({day})"


def _statements(
    template: str, instance: Instance, rows: int, in_year: int, date: str, same_years: int = 1
) -> list[str]:
    """Two inserts: the rows of YEAR and the years just before it, the same for all sizes, and the others up to `rows`.

    `same_years` says how many years have the same rows, YEAR being the last.
    """

    def one_of(ids: list[int], number: str) -> str:
        cases = " ".join(f"WHEN {place} THEN {id}" for place, id in enumerate(ids))
        return f"CASE ({number}) % {len(ids)} {cases} END"

    centre = one_of(instance.centre_ids, "n")
    activity = one_of(instance.activity_ids, f"n / {len(instance.centre_ids)}")
    number = f"n / {len(instance.centre_ids)}"
    year = f"{FIRST_OTHER_YEAR + 1 - same_years} + ({number} / 365) % {OTHER_YEARS}"
    # One year of the ten is YEAR itself; it is moved out of the way.
    year = f"({year} + CASE WHEN {year} >= {YEAR} THEN 1 ELSE 0 END)"
    inside = template.format(
        first=0,
        last=in_year,
        centre=centre,
        activity=activity,
        day=date.format(year=f"{YEAR} - ({number}) % {same_years}", day=f"({number}) % 365"),
    )
    outside = template.format(
        first=in_year, last=rows, centre=centre, activity=activity, day=date.format(year=year, day=f"({number}) % 365")
    )
    into = f"INSERT INTO tally_event ({COLUMNS}) "
    return [into + inside, *([into + outside] if rows > in_year else [])]


def fill_sqlite(path: Path, instance: Instance, rows: int, in_year: int, same_years: int = 1) -> None:
    """Into the database file of a migrated instance. Not durable while it runs: nobody reads a half-filled one."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "ignore_check_constraints=ON"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA cache_size=-400000")
    kept = "SELECT sql FROM sqlite_master WHERE tbl_name = 'tally_event' AND type IN ('trigger', 'index') AND sql > ''"
    again = [sql for (sql,) in connection.execute(kept)]
    for kind, name in connection.execute(kept.replace("sql F", "type, name F")).fetchall():
        connection.execute(f'DROP {kind} "{name}"')
    connection.execute("BEGIN")
    for statement in _statements(SQLITE_ROWS, instance, rows, in_year, SQLITE_DATE, same_years):
        connection.execute(statement)
    connection.execute("COMMIT")
    for sql in again:
        connection.execute(sql)
    connection.execute("PRAGMA journal_mode=TRUNCATE")
    connection.close()


def fill_postgres(url: str, instance: Instance, rows: int, in_year: int, same_years: int = 1) -> None:
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE tally_event DISABLE TRIGGER ALL")
        connection.execute("DROP INDEX ix_tally_event_sum")
        for statement in _statements(POSTGRES_ROWS, instance, rows, in_year, POSTGRES_DATE, same_years):
            connection.execute(statement)
        connection.execute(
            "CREATE INDEX ix_tally_event_sum ON tally_event (centre_id, day, activity_id, span, quality, count)"
        )
        connection.execute("ALTER TABLE tally_event ENABLE TRIGGER ALL")
        connection.execute("VACUUM ANALYZE tally_event")


def filled(
    rows: int,
    *,
    year_rows: int = YEAR_ROWS,
    same_years: int = 1,
    database_url: str | None = None,
    path: Path | None = None,
) -> Instance:
    """An instance with `rows` in its ledger. On SQLite kept in TMP and copied from there; big ones used in place."""
    if database_url is not None:
        assert path is not None
        instance = make_instance(path, database_url, centres=CENTRES)
        fill_postgres(database_url, instance, rows, year_rows * CENTRES, same_years)
        return instance
    sizes = f"{rows}-{year_rows}" + (f"-{same_years}y" if same_years > 1 else "")
    kept = TMP / f"filled-{sizes}-{_version()}"
    if not (kept / "filled").exists():
        for old in TMP.glob(f"filled-{sizes}-????????"):
            shutil.rmtree(old)
        kept.mkdir(parents=True)
        instance = make_instance(kept, centres=CENTRES)
        fill_sqlite(kept / "kiosk.sqlite", instance, rows, year_rows * CENTRES, same_years)
        (kept / "filled").write_text(json.dumps(asdict(instance)), encoding="utf-8")
    return Instance(**json.loads((kept / "filled").read_text(encoding="utf-8")))


def _version() -> str:
    """Of what a filled database depends on: the migrations and this file."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for path in sorted((ROOT / "kiosk" / "migrations" / "versions").glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:8]


def copy_ledger(source: Path, target: Path) -> None:
    """The filled file with the tablets and sign-ins of the new one."""
    fresh = target.with_suffix(".fresh")
    target.rename(fresh)
    shutil.copyfile(source, target)
    connection = sqlite3.connect(target, isolation_level=None)
    connection.execute("ATTACH ? AS fresh", (str(fresh),))
    for table in ("station", "sign_in", "user"):
        connection.execute(f"DELETE FROM {table}")
    for table in ("user", "station", "sign_in"):
        connection.execute(f"INSERT INTO {table} SELECT * FROM fresh.{table}")
    connection.close()
    fresh.unlink()
