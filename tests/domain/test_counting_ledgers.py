"""The only sums, over random ledgers and from a large one: they agree with a plain loop, and one index answers them."""

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.event import listens_for, remove

from kiosk.database import writing
from kiosk.domain.counting import count_by
from kiosk.domain.ledger import add_events
from kiosk.domain.periods import Period, span_period
from kiosk.domain.setup import add_centre
from kiosk.kinds import Audience, Bucket, EventKind, Quality, Span, TimeQuality
from kiosk.models import Centre
from tests.build import TODAY, House, event

TO_DATE = Period(date(2026, 1, 1), TODAY)

# A Hypothesis test has one house for all its examples; each example takes back what it added.
ON_ONE_HOUSE = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def third(house: House) -> Centre:
    """A centre that nobody asks for."""
    with writing(house.session):
        centre = add_centre(house.session, "Tredjesenteret", "tredje")
        house.session.commit()
    return centre


@dataclass(frozen=True)
class Made:
    """An event of a random ledger, at the first or the second centre."""

    at: int
    key: str
    count: int
    day: date
    span: Span
    quality: Quality


# Days about which something turns (the clock, the year, a leap day), and any other day.
TURNS = st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2027, 1, 1), date(2027, 3, 28), date(2028, 2, 29)])
DAYS = st.builds(lambda turn, days: turn + timedelta(days=days), TURNS, st.integers(-3, 3)) | st.dates(
    date(2026, 1, 1), date(2028, 3, 31)
)
PERIODS = st.builds(lambda one, other: Period(min(one, other), max(one, other)), DAYS, DAYS)
# Periods in which a month or a year can lie wholly; random ones seldom are.
WHOLE_PERIODS = st.sampled_from(
    [
        Period(date(2026, 1, 1), date(2028, 12, 31)),
        Period(date(2026, 5, 1), date(2027, 12, 31)),
        Period(date(2027, 1, 1), date(2028, 2, 29)),
    ]
)


def ledgers(spans: Collection[Span]) -> st.SearchStrategy[list[Made]]:
    return st.lists(
        st.builds(
            lambda span, day, **more: Made(span=span, day=span_period(day, span).first, **more),
            span=st.sampled_from(list(spans)),
            day=DAYS,
            at=st.integers(0, 1),
            key=st.sampled_from(["visit", "contact", "phone", "sms"]),
            count=st.integers(-50, 50).filter(bool),
            quality=st.sampled_from(Quality),
        ),
        max_size=15,
    )


@contextmanager
def filled(house: House, third: Centre, ledger: list[Made]) -> Iterator[list[Centre]]:
    """The house with these events, and the third centre with as many, until the block ends. Yields the first two."""
    centres = [house.centre, house.other_centre]
    # Nothing is committed, so all is taken back.
    with writing(house.session):
        for one in ledger:
            activity, session = house.activities[one.key], house.session
            event(session, centres[one.at], activity, one.count, one.day, span=one.span, quality=one.quality)
            event(session, third, activity, 1000, one.day, span=one.span, quality=Quality.ESTIMATED)
        yield centres


def keys_of(one: Made) -> list[str]:
    """What the event counts in: its own activity and the whole of it."""
    return [one.key, "contact"] if one.key in ("phone", "sms") else [one.key]


@ON_ONE_HOUSE
@given(ledgers([Span.DAY]), PERIODS)
def test_days_weeks_months_and_years_add_up_to_the_same(
    house: House, third: Centre, ledger: list[Made], period: Period
) -> None:
    expected: Counter[tuple[int, int]] = Counter()
    with filled(house, third, ledger) as centres:
        for one in ledger:
            for key in keys_of(one) if one.day in period else []:
                expected[centres[one.at].id, house.activities[key].id] += one.count
        for bucket in Bucket:
            sums: Counter[tuple[int, int]] = Counter()
            for count in count_by(house.session, [centre.id for centre in centres], period, bucket):
                sums[count.centre_id, count.activity_id] += count.count
            assert sums == expected


@ON_ONE_HOUSE
@given(ledgers(Span), PERIODS | WHOLE_PERIODS, st.sampled_from(Bucket))
def test_every_count_is_what_a_plain_loop_over_the_events_gives(
    house: House, third: Centre, ledger: list[Made], period: Period, bucket: Bucket
) -> None:
    with filled(house, third, ledger) as centres:
        expected: dict[tuple[int, Period, int], tuple[int, int]] = {}
        for piece in period.buckets(bucket):
            for one in ledger:
                for key in keys_of(one) if span_period(one.day, one.span) in piece else []:
                    place = (centres[one.at].id, piece, house.activities[key].id)
                    before, worst = expected.get(place, (0, 0))
                    expected[place] = (before + one.count, max(worst, one.quality.rank))
        found = count_by(house.session, [centre.id for centre in centres], period, bucket)
    assert {(one.centre_id, one.bucket, one.activity_id): (one.count, one.quality.rank) for one in found} == expected
    assert len(found) == len(expected)


def fill_two_years(house: House, third: Centre) -> None:
    """Several thousand events, most of them of another centre or year: an index is worth its while."""
    days = [date(2025, 1, 1) + timedelta(days=day) for day in range(0, 700, 2)]
    centres = [house.centre, house.other_centre, third]
    columns = {"kind": EventKind.ENTRY, "count": 1, "span": Span.DAY, "audience": Audience.STAFF}
    columns |= {"quality": Quality.COUNTED, "time_quality": TimeQuality.SURE}
    rows = [
        {"id": uuid4(), "centre_id": centre.id, "activity_id": house.activities[key].id, "day": day} | columns
        for centre in centres
        for day in days
        for key in ("visit", "lunch", "phone", "sms")
    ]
    with writing(house.session):
        add_events(house.session, rows)
        house.session.commit()


@pytest.mark.parametrize("asked_for", ["one centre", "two centres", "one activity"])
@pytest.mark.parametrize("bucket", [Bucket.DAY, Bucket.MONTH])
def test_the_sum_is_answered_from_the_covering_index_alone(
    house: House, third: Centre, engine_name: str, asked_for: str, bucket: Bucket
) -> None:
    fill_two_years(house, third)
    engine = house.session.get_bind()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as maintenance:
        maintenance.exec_driver_sql("ANALYZE" if engine_name == "sqlite" else "VACUUM ANALYZE tally_event")
    ran: list[tuple[str, Any]] = []

    @listens_for(engine, "before_cursor_execute")
    def keep(connection: Any, cursor: Any, statement: str, parameters: Any, *more: Any) -> None:
        if "sum(" in statement:
            ran.append((statement, parameters))

    centres = [house.centre.id, house.other_centre.id] if asked_for == "two centres" else [house.centre.id]
    wanted = [house.activities["contact"].id] if asked_for == "one activity" else None
    assert count_by(house.session, centres, TO_DATE, bucket, wanted)
    remove(engine, "before_cursor_execute", keep)
    connection = house.session.connection()
    if engine_name == "postgresql":
        # A small table is quickest read as a whole; the question is what the index can do.
        connection.exec_driver_sql("SET enable_seqscan = off")
        connection.exec_driver_sql("SET enable_bitmapscan = off")
    assert ran
    for statement, parameters in ran:
        if engine_name == "sqlite":
            answer = connection.exec_driver_sql("EXPLAIN QUERY PLAN " + statement, parameters)
            plan = "\n".join(row.detail for row in answer)
            assert "USING COVERING INDEX ix_tally_event_sum (centre_id=? AND day>? AND day<?)" in plan
            assert bucket is not Bucket.DAY or "TEMP B-TREE" not in plan
        else:
            answer = connection.exec_driver_sql("EXPLAIN " + statement, parameters)
            plan = "\n".join(row[0] for row in answer)
            assert "Index Only Scan using ix_tally_event_sum" in plan
