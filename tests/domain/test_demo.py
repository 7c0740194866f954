"""The made-up year: exact sums, a believable rhythm, and the same again from the same seed."""

from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain.counting import count_by, list_activities
from kiosk.domain.demo import CentreExists, NoFigures, YearNotOver, fill_demo
from kiosk.domain.demo_rhythm import Press, closed_periods, easter, open_days, press_year
from kiosk.domain.opening_days import find_states
from kiosk.domain.periods import Period
from kiosk.domain.reporting import enter_figure
from kiosk.domain.setup import add_centre, load_catalogue
from kiosk.domain.tidying import coarsen
from kiosk.kinds import Bucket, DayState, EventKind, Quality, Span
from kiosk.models import Activity, Centre, DayClosing, HeldTap, Method, Station, TallyEvent, User

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
# When the minute of an entry on one of these days is still kept.
THEN = datetime(2023, 5, 10, 10, 0, tzinfo=UTC)
YEAR = Period.of_year(2023)

# The figures of 2023 that history.csv calls counted.
COUNTED = {
    "visit": 3557,
    "contact": 6623,
    "wheel_talk": 405,
    "assistance": 85,
    "practical_help": 44,
    "trip": 7,
    "food_bag": 505,
    "gift": 93,
    "food_box": 72,
    "gift_card": 12,
}
TAPPED = {"visit": 3557, "sms": 4000, "food_bag": 505, "gift": 93, "trip": 7}
QUICK_COUNTS = {"sms": [1, 5, 10], "food_bag": [1, 2, 3, 5], "gift": [1, 5], "trip": [1, 5, 10]}


def _fill(session: Session, year: int = 2023, seed: int = 1) -> Centre:
    with writing(session):
        centre = fill_demo(session, year, NOW, seed)
        session.commit()
    return centre


def _figures(session: Session, centre_id: int, period: Period, bucket: Bucket) -> Counter[str]:
    keys = {activity.id: activity.key for activity in list_activities(session)}
    figures: Counter[str] = Counter()
    for one in count_by(session, [centre_id], period, bucket):
        figures[keys[one.activity_id]] += one.count
    return figures


def _press(seed: int = 1) -> list[Press]:
    rng = Random(seed)  # noqa: S311  made-up data
    return press_year(rng, open_days(2023), TAPPED, QUICK_COUNTS, "Europe/Oslo")


def _add_noise(session: Session) -> int:
    """Another centre that counts the same on a day of the same year."""
    with writing(session):
        load_catalogue(session)
        noise = add_centre(session, "Moss", "moss")
        session.flush()
        for key in ("visit", "sms", "food_bag"):
            enter_figure(
                session,
                centre_id=noise.id,
                activity_id=session.scalars(select(Activity.id).where(Activity.key == key)).one(),
                span=Span.DAY,
                day=date(2023, 5, 9),
                number=1000,
                quality=Quality.COUNTED,
                now=THEN,
            )
        session.commit()
        return noise.id


def test_the_year_sums_to_the_counted_figures_whatever_the_bucket(session: Session) -> None:
    _add_noise(session)
    centre = _fill(session)
    for bucket in Bucket:
        figures = _figures(session, centre.id, YEAR, bucket)
        assert {key: figures[key] for key in COUNTED} == COUNTED
    assert figures["phone"] + figures["sms"] == 6623
    assert 0.55 < figures["lunch"] / figures["visit"] < 0.65
    assert session.scalar(select(func.count()).select_from(HeldTap)) == 0
    undos = select(func.count()).where(TallyEvent.kind == EventKind.UNDO)
    assert (session.scalar(undos) or 0) > 20


@pytest.mark.one_engine
def test_what_is_not_tapped_is_entered_and_the_year_before_imported(session: Session) -> None:
    centre = _fill(session)
    figures = _figures(session, centre.id, YEAR, Bucket.YEAR)
    assert (figures["age"], figures["staff_fte"], figures["turnover"]) == (360, 40, 4_459_000)
    assert (figures["riding"], figures["community"], figures["volunteer_hours"]) == (9, 16, 20_900)
    before = _figures(session, centre.id, YEAR.last_year(), Bucket.YEAR)
    assert (before["visit"], before["contact"], before["volunteer_hours"]) == (3220, 2500, 20_000)
    assert not _figures(session, centre.id, YEAR.last_year(), Bucket.MONTH)
    wide = select(TallyEvent.day, TallyEvent.kind).where(TallyEvent.span != Span.DAY).distinct()
    assert {tuple(row) for row in session.execute(wide)} == {
        (date(2023, 1, 1), EventKind.ENTRY),
        (date(2022, 1, 1), EventKind.IMPORT),
    }
    contact = session.scalars(select(Activity.id).where(Activity.key == "contact")).one()
    method = session.scalars(select(Method)).one()
    assert (method.activity_id, method.centre_id, method.valid_from) == (contact, centre.id, date(2023, 1, 1))
    assert session.scalar(select(func.count()).select_from(User)) == 0


@pytest.mark.one_engine
def test_most_days_are_looked_over_as_they_were_counted_and_no_minute_is_kept(session: Session) -> None:
    centre = _fill(session)
    closings = {one.day: one for one in session.scalars(select(DayClosing))}
    assert len(open_days(2023)) - len(closings) == 14
    keys = {activity.id: activity.key for activity in list_activities(session)}
    counted: dict[date, dict[str, int]] = {}
    for one in count_by(session, [centre.id], YEAR, Bucket.DAY):
        counted.setdefault(one.bucket.first, {})[keys[one.activity_id]] = one.count
    assert set(counted) == set(open_days(2023))
    assert all(closing.was_open and closing.totals == counted[day] for day, closing in closings.items())
    exact = TallyEvent.tapped_at.is_not(None) | TallyEvent.station_id.is_not(None)
    assert session.scalar(select(func.count()).where(exact)) == 0
    kept = select(func.count()).where(TallyEvent.kind == EventKind.TAP, TallyEvent.hour.is_(None))
    assert session.scalar(kept) == 0
    assert session.scalar(select(func.count()).select_from(Station)) == 3


@pytest.mark.one_engine
def test_the_same_seed_makes_the_same_year(session: Session) -> None:
    def rows() -> list[tuple[Any, ...]]:
        columns = ("id", "kind", "count", "day", "span", "hour", "audience", "undoes", "quality")
        events = select(Activity.key, *(TallyEvent.__table__.c[name] for name in columns)).join_from(
            TallyEvent, Activity, Activity.id == TallyEvent.activity_id
        )
        closings = select(DayClosing.day, DayClosing.closed_at).order_by(DayClosing.day)
        # Without a commit: each year is taken back when it has been read.
        with writing(session):
            fill_demo(session, 2023, NOW, 7)
            return [
                *(tuple(row) for row in session.execute(events.order_by(TallyEvent.id))),
                *(tuple(row) for row in session.execute(closings)),
            ]

    assert rows() == rows()


def test_no_day_of_the_year_is_missing_a_number(session: Session) -> None:
    centre = _fill(session)
    states = find_states(session, centre, Period.of_year(2023), date(2026, 10, 21))
    assert DayState.MISSING not in states.values()
    assert states[date(2023, 4, 7)] is states[date(2023, 7, 12)] is DayState.CLOSED


@pytest.mark.parametrize("year", range(2000, 2040))
def test_no_closed_period_of_the_year_overlaps_another(year: int) -> None:
    periods = sorted(period for period, _ in closed_periods(year))
    assert all(one.last < other.first for one, other in pairwise(periods))


def test_a_second_demo_is_refused(session: Session) -> None:
    with writing(session):
        add_centre(session, "CRUX", "ovre-eiker")
        session.commit()
    with pytest.raises(CentreExists):
        _fill(session)


@pytest.mark.parametrize("year", [2022, 2024])
def test_a_year_without_counted_figures_is_refused(session: Session, year: int) -> None:
    with pytest.raises(NoFigures):
        _fill(session, year)


def test_a_year_that_is_not_over_is_refused(session: Session) -> None:
    # Half an hour before midnight in Oslo.
    with pytest.raises(YearNotOver), writing(session):
        fill_demo(session, 2023, datetime(2023, 12, 31, 22, 30, tzinfo=UTC))


def test_coarsening_keeps_later_days_and_other_centres_exact(session: Session) -> None:
    noise = _add_noise(session)
    with writing(session):
        here = add_centre(session, "Drammen", "drammen")
        session.flush()
        visit = session.scalars(select(Activity.id).where(Activity.key == "visit")).one()
        for day in (8, 9, 10):
            enter_figure(
                session,
                centre_id=here.id,
                activity_id=visit,
                span=Span.DAY,
                day=date(2023, 5, day),
                number=day,
                quality=Quality.COUNTED,
                now=THEN,
            )
        coarsen(session, here.id, date(2023, 5, 10))
        session.commit()
    exact = select(TallyEvent.day).where(TallyEvent.received_at.is_not(None)).order_by(TallyEvent.day)
    assert session.scalars(exact.where(TallyEvent.centre_id == here.id)).all() == [date(2023, 5, 10)]
    assert set(session.scalars(exact.where(TallyEvent.centre_id == noise))) == {date(2023, 5, 9)}


def test_presses_sum_exactly_for_any_seed() -> None:
    for seed in (2, 3):
        sums: Counter[str] = Counter()
        for press in _press(seed):
            sums[press.activity] += press.count if press.undoes is None else -press.count
        assert {key: sums[key] for key in TAPPED} == TAPPED


def test_another_seed_makes_another_year() -> None:
    assert _press(1) == _press(1)
    assert _press(1) != _press(2)


def test_taps_keep_to_opening_hours_food_day_and_season() -> None:
    presses = _press()
    assert {press.at.date() for press in presses} <= set(open_days(2023))
    # A minute's grace: a mistake is taken back a few seconds later.
    assert all("10:00" <= press.at.strftime("%H:%M") <= "15:00" for press in presses)
    assert {press.at.weekday() for press in presses if press.activity in ("food_bag", "food_visit")} == {3}
    assert {press.at.month for press in presses if press.activity == "gift"} == {11, 12}
    assert len({press.at.date() for press in presses if press.activity == "trip"}) == 1


def test_all_ids_are_different_and_of_version_four() -> None:
    ids = [press.id for press in _press()]
    assert len(set(ids)) == len(ids)
    assert {(id.version, id.variant) for id in ids} == {(4, "specified in RFC 4122")}


def test_an_undo_comes_within_eight_seconds_of_a_tap_it_can_take_back() -> None:
    presses = _press()
    taps = {press.id: press for press in presses if press.undoes is None}
    undos = [press for press in presses if press.undoes is not None]
    assert undos
    for undo in undos:
        tap = taps[undo.undoes]  # type: ignore[index]
        assert (tap.activity, tap.count) == (undo.activity, undo.count)
        assert 0 < (undo.at - tap.at).total_seconds() < 8


@pytest.mark.parametrize(
    ("year", "sunday"), [(2000, (4, 23)), (2008, (3, 23)), (2011, (4, 24)), (2023, (4, 9)), (2024, (3, 31))]
)
def test_easter_falls_where_the_almanac_says(year: int, sunday: tuple[int, int]) -> None:
    assert easter(year) == date(year, *sunday)


def test_the_centre_is_closed_on_weekends_holidays_in_christmas_week_and_for_three_weeks_in_july() -> None:
    days = set(open_days(2023))
    closed = ["01-01", "04-06", "04-07", "04-10", "05-01", "05-17", "05-18", "05-29", "07-10", "07-28", "12-27"]
    assert not days & {date.fromisoformat(f"2023-{day}") for day in closed}
    assert {date(2023, 1, 2), date(2023, 7, 7), date(2023, 7, 31), date(2023, 12, 22)} <= days
    assert all(day.weekday() < 5 for day in days)
