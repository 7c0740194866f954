"""One activity opened: a year into months, a month into days, a day into its events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.counting import Count, count_by, count_by_each
from kiosk.domain.months import count_or_zero
from kiosk.domain.opening_days import find_states
from kiosk.domain.periods import Period
from kiosk.domain.tables import year_to_date
from kiosk.kinds import Audience, Bucket, DayState, EventKind, Quality, Reason, Role, Span
from kiosk.models import EXPLAINED, Activity, Centre, TallyEvent, User


class ActivityNotFound(Exception):
    """No such activity, or one of another centre."""


@dataclass(frozen=True)
class ShownEvent:
    """One fact of the ledger; `count` signed, in the activity's smallest unit.

    `part` is the activity itself where a part of the whole was counted. `tapped_at` is None when it is forgotten.
    `role` is that of the person who entered it, None for a tap.
    """

    part: Activity | None
    kind: EventKind
    count: int
    hour: int | None
    tapped_at: datetime | None
    quality: Quality
    reason: Reason | None
    audience: Audience
    role: Role | None
    is_undone: bool


@dataclass(frozen=True)
class Piece:
    """A month of a year, or a day of a month. `last_year` only for months, `state` only for days."""

    period: Period
    count: Count | None
    last_year: Count | None = None
    state: DayState | None = None


@dataclass(frozen=True)
class Figure:
    """The count of one activity in a period, the pieces it is made of, and the events of the period as a whole.

    `last_year` only for a year: the count of the same dates a year earlier.
    """

    activity: Activity
    period: Period
    total: Count | None
    pieces: list[Piece]
    events: list[ShownEvent]
    last_year: Count | None = None


def find_activity(session: Session, centre_id: int, key: str) -> Activity:
    """An activity the centre counts, by its key. Raises ActivityNotFound."""
    own = Activity.centre_id.is_(None) | (Activity.centre_id == centre_id)
    explained = select(Activity).where(Activity.key == key, own).options(EXPLAINED)
    activity = session.scalar(explained)
    if activity is None:
        raise ActivityNotFound
    return activity


def year_figure(session: Session, centre: Centre, activity: Activity, year: int, today: date) -> Figure:
    """The months of a year, to date where it still runs. Raises ValueError for a year that no calendar has."""
    period = year_to_date(year, today)
    counts = count_by_each(session, [centre.id], period, [Bucket.MONTH, Bucket.YEAR], [activity.id])
    before = count_by(session, [centre.id], Period.of_year(year - 1), Bucket.MONTH, [activity.id])
    now = {one.bucket.first.month: one for one in counts[Bucket.MONTH]}
    then = {one.bucket.first.month: one for one in before}
    pieces = [Piece(Period.of_month(year, month), now.get(month), last_year=then.get(month)) for month in range(1, 13)]
    # A figure of the whole year is no part of a year to date.
    is_over = period == Period.of_year(year)
    events = _list_events(session, centre.id, activity, period.first, Span.YEAR) if is_over else []
    last_year = _only(count_by(session, [centre.id], period.last_year(), Bucket.YEAR, [activity.id]))
    return Figure(activity, period, _only(counts[Bucket.YEAR]), pieces, events, last_year)


def month_figure(session: Session, centre: Centre, activity: Activity, year: int, month: int, today: date) -> Figure:
    """The days of a month. Raises ValueError for a month that no calendar has."""
    period = Period.of_month(year, month)
    counts = count_by_each(session, [centre.id], period, [Bucket.DAY, Bucket.MONTH], [activity.id])
    states = find_states(session, centre, period, today)
    by_day = {one.bucket.first: one for one in counts[Bucket.DAY]}
    pieces = [
        Piece(one, count_or_zero(centre.id, activity, one, by_day.get(one.first), state), state=state)
        for one, state in ((Period.of_day(day), state) for day, state in states.items())
    ]
    events = _list_events(session, centre.id, activity, period.first, Span.MONTH)
    return Figure(activity, period, _only(counts[Bucket.MONTH]), pieces, events)


def day_figure(session: Session, centre: Centre, activity: Activity, day: date, today: date) -> Figure:
    """A day and its events, by hour."""
    period = Period.of_day(day)
    count = _only(count_by(session, [centre.id], period, Bucket.DAY, [activity.id]))
    state = find_states(session, centre, period, today)[day]
    total = count_or_zero(centre.id, activity, period, count, state)
    events = _list_events(session, centre.id, activity, day, Span.DAY)
    return Figure(activity, period, total, [Piece(period, total, state=state)], events)


def _only(counts: Sequence[Count]) -> Count | None:
    """Of one activity in one bucket there is at most one count."""
    return counts[0] if counts else None


def _list_events(session: Session, centre_id: int, activity: Activity, day: date, span: Span) -> list[ShownEvent]:
    """The events of the activity and of its parts that stand for just this day, month or year."""
    undo = aliased(TallyEvent)
    query = (
        select(
            Activity,
            TallyEvent.kind,
            TallyEvent.count,
            TallyEvent.hour,
            TallyEvent.tapped_at,
            TallyEvent.quality,
            TallyEvent.reason,
            TallyEvent.audience,
            User.role,
            exists().where(undo.undoes == TallyEvent.id).label("is_undone"),
        )
        .join(Activity, Activity.id == TallyEvent.activity_id)
        .outerjoin(User, User.id == TallyEvent.user_id)
        .where(
            TallyEvent.centre_id == centre_id,
            TallyEvent.day == day,
            TallyEvent.span == span,
            (Activity.id == activity.id) | (Activity.part_of_id == activity.id),
        )
        # The same order from one look to the next, also where no time is known.
        .order_by(TallyEvent.hour.is_(None), TallyEvent.hour, TallyEvent.tapped_at, TallyEvent.id)
    )
    return [
        ShownEvent(None if counted.id == activity.id else counted, *rest)
        for counted, *rest in session.execute(query).all()
    ]
