"""Entered figures: a person says what a day, a month or a year came to."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.domain.counting import count_by
from kiosk.domain.ledger import add_events
from kiosk.domain.periods import span_period
from kiosk.domain.tidying import find_coarse_days
from kiosk.kinds import Audience, Bucket, EventKind, Quality, Reason, Span, TimeQuality
from kiosk.models import Activity, Centre, TallyEvent


class CountWouldBeNegative(Exception):
    """The number, or the count of a month, year or whole that holds it, would be under zero."""


class LessThanParts(Exception):
    """`activity` cannot be less than its parts together, which are `least`."""

    def __init__(self, activity: Activity, least: int) -> None:
        super().__init__(activity.key)
        self.activity, self.least = activity, least


def enter_figure(
    session: Session,
    *,
    centre_id: int,
    activity_id: int,
    span: Span,
    day: date,
    number: int,
    quality: Quality,
    kind: EventKind = EventKind.ENTRY,
    user_id: int | None = None,
    reason: Reason | None = None,
    now: datetime,
    new_id: Callable[[], UUID] = uuid4,
) -> int:
    """Make the count of the day, month or year that holds `day` be `number`, in the activity's smallest unit.

    What is stored is one event (ENTRY, IMPORT or CORRECTION) with the difference to what is counted in that span
    already; none where there is no difference. Returns the difference. The count of a whole includes its parts,
    so a whole that is entered after its parts stores only the remainder above them: enter parts first.

    Must run in a transaction that writes. Raises CountWouldBeNegative.
    """
    lock_figures(session, centre_id)
    difference = number - _counts(session, centre_id, [activity_id], day, span)[activity_id]
    if difference != 0:
        add_difference(
            session,
            centre_id=centre_id,
            activity_id=activity_id,
            span=span,
            day=day,
            difference=difference,
            quality=quality,
            kind=kind,
            user_id=user_id,
            reason=reason,
            now=now,
            new_id=new_id,
        )
    return difference


def lock_figures(session: Session, centre_id: int) -> None:
    """Until the transaction ends, nobody else enters, corrects or closes at this centre.

    Two people at once would both see the old count; SQLite has one writer at a time anyway.
    """
    # key_share: the taps, which name the centre by its foreign key, need not wait.
    session.execute(select(Centre.id).where(Centre.id == centre_id).with_for_update(key_share=True))


def add_difference(
    session: Session,
    *,
    centre_id: int,
    activity_id: int,
    span: Span,
    day: date,
    difference: int,
    quality: Quality,
    kind: EventKind = EventKind.ENTRY,
    user_id: int | None = None,
    reason: Reason | None = None,
    now: datetime,
    new_id: Callable[[], UUID] = uuid4,
) -> None:
    """Store how far an entered number is from the count it was compared with; never 0.

    Must run after `lock_figures`, in the same transaction. Raises CountWouldBeNegative.
    """
    if would_be_negative(session, centre_id, activity_id, day, span, difference):
        raise CountWouldBeNegative
    stands_on, timezone = span_period(day, span).first, session.get_one(Centre, centre_id).timezone
    event = {
        "id": new_id(),
        "centre_id": centre_id,
        "activity_id": activity_id,
        "kind": kind,
        "count": difference,
        "day": stands_on,
        "span": span,
        # Of a day whose minutes are forgotten none is kept, not even the one of an entry.
        "received_at": None if find_coarse_days(session, centre_id, timezone, {stands_on}, now) else now,
        "audience": Audience.STAFF,
        "quality": quality,
        "time_quality": TimeQuality.SURE,
        "reason": reason,
        "user_id": user_id,
    }
    add_events(session, [dict.fromkeys(TallyEvent.__table__.c.keys()) | event])


def refuse_less_than_parts(
    session: Session, centre_id: int, day: date, whole: Activity, activities: Iterable[Activity]
) -> None:
    """Raises LessThanParts where what the day's parts among `activities` come to is more than their whole."""
    parts = [one.id for one in activities if one.part_of_id == whole.id]
    if parts:
        counts = _counts(session, centre_id, [whole.id, *parts], day, Span.DAY)
        least = sum(counts[part] for part in parts)
        if counts[whole.id] < least:
            raise LessThanParts(whole, least)


def would_be_negative(
    session: Session, centre_id: int, activity_id: int, day: date, span: Span, difference: int
) -> bool:
    """Whether this `difference` takes a count under zero: here, in the wider spans, or of the whole.

    Every day's count is zero or more, so a month or a year can only fall under zero where somebody has set
    less for it than its days come to. Nobody may count here meanwhile: after `lock_figures`.
    """
    if difference >= 0:
        return False
    whole = session.scalar(select(Activity.part_of_id).where(Activity.id == activity_id))
    lowered = [activity_id] if whole is None else [activity_id, whole]
    wider = list(Span)[list(Span).index(span) + 1 :]
    spans = [span, *(wider if _is_lowered(session, centre_id, day, wider) else [])]
    return any(min(_counts(session, centre_id, lowered, day, one).values()) + difference < 0 for one in spans)


def _is_lowered(session: Session, centre_id: int, day: date, spans: list[Span]) -> bool:
    """Whether for one of these spans around the day less was set than was counted, whatever the activity."""
    of_spans = (TallyEvent.day.in_({span_period(day, one).first for one in spans}), TallyEvent.span.in_(spans))
    lowered = exists().where(TallyEvent.centre_id == centre_id, *of_spans, TallyEvent.count < 0)
    return bool(spans) and bool(session.scalar(select(lowered)))


def _counts(session: Session, centre_id: int, activities: list[int], day: date, span: Span) -> dict[int, int]:
    """What is counted of each activity in the span that holds the day; 0 where there is no event."""
    counts = count_by(session, [centre_id], span_period(day, span), Bucket(span.value), activities)
    return dict.fromkeys(activities, 0) | {one.activity_id: one.count for one in counts}
