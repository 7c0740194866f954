"""Entered figures: what is stored is the difference to what is counted already."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain.counting import count_by
from kiosk.domain.periods import Period
from kiosk.domain.reporting import CountWouldBeNegative, enter_figure
from kiosk.domain.setup import add_centre, load_catalogue
from kiosk.kinds import Audience, Bucket, EventKind, Quality, Span
from kiosk.models import Activity, TallyEvent

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
MAY_12 = date(2025, 5, 12)
OTHER_ID = UUID("6f8e3c5e-4a53-4f0d-9a53-0f6c1ad1a0b7")

Enter = Callable[..., int]


@pytest.fixture
def here(session: Session) -> int:
    """A centre, beside another one whose figures must never count here."""
    with writing(session):
        load_catalogue(session)
        here, elsewhere = add_centre(session, "Drammen", "drammen"), add_centre(session, "Moss", "moss")
        session.flush()
        activities = {key: _activity(session, key) for key in ("visit", "relatives", "relative_child")}
        for span, number in ((Span.DAY, 1000), (Span.MONTH, 2000), (Span.YEAR, 3000)):
            for activity_id in activities.values():
                enter_figure(
                    session,
                    centre_id=elsewhere.id,
                    activity_id=activity_id,
                    span=span,
                    day=MAY_12,
                    number=number * (2 if activity_id == activities["relatives"] else 1),
                    quality=Quality.ESTIMATED,
                    now=NOW,
                )
        session.commit()
        return here.id


@pytest.fixture
def enter(session: Session, here: int) -> Enter:
    def enter(key: str, span: Span, day: date, number: int, **more: object) -> int:
        arguments = {"quality": Quality.FROM_LIST, "now": NOW} | more
        with writing(session):
            difference = enter_figure(
                session,
                centre_id=here,
                activity_id=_activity(session, key),
                span=span,
                day=day,
                number=number,
                **arguments,  # type: ignore[arg-type]
            )
            session.commit()
        return difference

    return enter


def _activity(session: Session, key: str) -> int:
    return session.scalars(select(Activity.id).where(Activity.key == key)).one()


def _count(session: Session, centre_id: int, key: str, period: Period, bucket: Bucket) -> int | None:
    counts = count_by(session, [centre_id], period, bucket, [_activity(session, key)])
    return sum(one.count for one in counts) if counts else None


def test_a_day_that_is_entered_is_that_number_in_every_bucket(session: Session, here: int, enter: Enter) -> None:
    assert enter("visit", Span.DAY, MAY_12, 14) == 14
    for bucket in Bucket:
        assert _count(session, here, "visit", Period.of_year(2025), bucket) == 14
    assert _count(session, here, "visit", Period.of_year(2024), Bucket.YEAR) is None


def test_a_month_stores_what_its_days_lack(session: Session, here: int, enter: Enter) -> None:
    enter("visit", Span.DAY, MAY_12, 5)
    enter("visit", Span.DAY, date(2025, 5, 31), 3)
    enter("visit", Span.DAY, date(2025, 6, 1), 40)
    assert enter("visit", Span.MONTH, MAY_12, 20) == 12
    may = Period.of_month(2025, 5)
    assert _count(session, here, "visit", may, Bucket.MONTH) == 20
    assert _count(session, here, "visit", may, Bucket.DAY) == 8


def test_a_year_stores_what_its_months_and_days_lack(session: Session, here: int, enter: Enter) -> None:
    enter("visit", Span.DAY, MAY_12, 5)
    enter("visit", Span.MONTH, date(2025, 11, 1), 20)
    assert enter("visit", Span.YEAR, MAY_12, 100) == 75
    assert _count(session, here, "visit", Period.of_year(2025), Bucket.YEAR) == 100
    assert _count(session, here, "visit", Period.of_year(2025), Bucket.MONTH) == 25


def test_the_same_number_again_stores_nothing(session: Session, here: int, enter: Enter) -> None:
    enter("visit", Span.YEAR, MAY_12, 100)
    assert enter("visit", Span.YEAR, MAY_12, 100) == 0
    assert len(session.scalars(select(TallyEvent).where(TallyEvent.centre_id == here)).all()) == 1


def test_zero_where_nothing_is_counted_stores_nothing(session: Session, here: int, enter: Enter) -> None:
    assert enter("visit", Span.DAY, MAY_12, 0) == 0
    assert _count(session, here, "visit", Period.of_day(MAY_12), Bucket.DAY) is None


def test_a_smaller_number_takes_the_difference_back(session: Session, here: int, enter: Enter) -> None:
    enter("visit", Span.DAY, MAY_12, 14)
    assert enter("visit", Span.DAY, MAY_12, 9) == -5
    assert _count(session, here, "visit", Period.of_day(MAY_12), Bucket.DAY) == 9


def test_an_imported_whole_stores_the_remainder_above_its_parts(session: Session, here: int, enter: Enter) -> None:
    enter("relative_child", Span.YEAR, MAY_12, 33, kind=EventKind.IMPORT)
    assert enter("relatives", Span.YEAR, MAY_12, 142, kind=EventKind.IMPORT) == 109
    year = Period.of_year(2025)
    assert _count(session, here, "relatives", year, Bucket.YEAR) == 142
    assert _count(session, here, "relative_child", year, Bucket.YEAR) == 33


def test_an_entry_has_no_minute_and_no_tablet_and_lies_on_the_first_day_of_its_span(
    session: Session, here: int, enter: Enter
) -> None:
    enter("visit", Span.MONTH, MAY_12, 20, kind=EventKind.IMPORT, quality=Quality.ESTIMATED, new_id=lambda: OTHER_ID)
    event = session.scalars(select(TallyEvent).where(TallyEvent.centre_id == here)).one()
    assert (event.id, event.kind, event.span, event.day) == (OTHER_ID, EventKind.IMPORT, Span.MONTH, date(2025, 5, 1))
    assert (event.count, event.quality, event.audience) == (20, Quality.ESTIMATED, Audience.STAFF)
    assert (event.hour, event.tapped_at, event.station_id, event.undoes, event.reason) == (None,) * 5
    assert event.received_at is None


def test_an_entry_for_a_day_that_has_forgotten_its_minutes_keeps_none_either(
    session: Session, here: int, enter: Enter
) -> None:
    enter("visit", Span.DAY, NOW.date(), 4)
    enter("visit", Span.DAY, MAY_12, 5)
    enter("visit", Span.MONTH, MAY_12, 9)
    kept = select(TallyEvent.day, TallyEvent.received_at).where(TallyEvent.centre_id == here)
    times = {day: at for day, at in session.execute(kept)}
    session.commit()
    assert times == {MAY_12.replace(day=1): None, MAY_12: None, NOW.date(): NOW}


def test_a_number_under_zero_is_refused(session: Session, here: int, enter: Enter) -> None:
    enter("visit", Span.DAY, MAY_12, 3)
    with pytest.raises(CountWouldBeNegative):
        enter("visit", Span.DAY, MAY_12, -1)
    assert _count(session, here, "visit", Period.of_day(MAY_12), Bucket.DAY) == 3


def test_a_day_is_not_lowered_so_far_that_its_month_would_be_under_zero(
    session: Session, here: int, enter: Enter
) -> None:
    enter("visit", Span.DAY, MAY_12, 20)
    enter("visit", Span.MONTH, MAY_12, 10)
    with pytest.raises(CountWouldBeNegative):
        enter("visit", Span.DAY, MAY_12, 9)
    assert enter("visit", Span.DAY, MAY_12, 10) == -10
    assert _count(session, here, "visit", Period.of_month(2025, 5), Bucket.MONTH) == 0


def test_a_part_is_not_lowered_so_far_that_its_whole_would_be_under_zero(
    session: Session, here: int, enter: Enter
) -> None:
    enter("relative_child", Span.YEAR, MAY_12, 33)
    enter("relatives", Span.YEAR, MAY_12, 10)
    with pytest.raises(CountWouldBeNegative):
        enter("relative_child", Span.YEAR, MAY_12, 22)
    assert enter("relative_child", Span.YEAR, MAY_12, 23) == -10
    assert _count(session, here, "relatives", Period.of_year(2025), Bucket.YEAR) == 0


def test_two_people_who_enter_the_same_number_at_once_store_it_once(
    here: int, session: Session, make_session: Callable[[], Session]
) -> None:
    first, second = make_session(), make_session()
    visit = _activity(session, "visit")
    session.commit()

    def set_visits(own: Session) -> int:
        return enter_figure(
            own,
            centre_id=here,
            activity_id=visit,
            span=Span.YEAR,
            day=MAY_12,
            number=100,
            quality=Quality.FROM_LIST,
            now=NOW,
        )

    def set_and_commit() -> int:
        with writing(second):
            difference = set_visits(second)
            second.commit()
        return difference

    with ThreadPoolExecutor(1) as other:
        with writing(first):
            assert set_visits(first) == 100
            later = other.submit(set_and_commit)
            # It waits for the first to be done.
            with pytest.raises(TimeoutError):
                later.result(timeout=0.3)
            first.commit()
        assert later.result() == 0
    assert _count(session, here, "visit", Period.of_year(2025), Bucket.YEAR) == 100
