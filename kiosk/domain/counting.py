"""The only sums. Every page, export and report gets its numbers from here.

A count is SUM(count) over the ledger and nothing else; no totals are stored, because they drift.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Date, bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.domain.periods import FITS, Period, span_period, whole_bucket
from kiosk.kinds import Bucket, Quality, Span
from kiosk.models import Activity, Centre, Method, TallyEvent
from kiosk.models.prepared import Prepared

# Stands in a Count for all centres together.
ALL_CENTRES = 0


@dataclass(frozen=True)
class Count:
    """A sum over events: `count` in the activity's smallest unit, `quality` the worst that went into it."""

    centre_id: int
    activity_id: int
    bucket: Period
    count: int
    quality: Quality


@dataclass(frozen=True)
class _Sum:
    """What the ledger says of one piece of a period; `day` lies in it."""

    centre_id: int
    activity_id: int
    span: Span
    quality: Quality
    count: int
    day: date


_KEY = (TallyEvent.centre_id, TallyEvent.activity_id, TallyEvent.span, TallyEvent.quality)
_SUM = select(*_KEY, func.sum(TallyEvent.count))
_SUM_OF_DAYS = (
    _SUM.add_columns(TallyEvent.day)
    .where(
        TallyEvent.centre_id == bindparam("centre_id"),
        TallyEvent.day.in_(bindparam("days", expanding=True)),
        TallyEvent.span == Span.DAY,
    )
    .group_by(_KEY[0], TallyEvent.day, *_KEY[1:])
)
_WHOLES = Prepared(select(Activity.id, Activity.part_of_id).where(Activity.part_of_id.is_not(None)))


def count_by(
    session: Session,
    centres: Collection[int],
    period: Period,
    bucket: Bucket,
    activities: Collection[int] | None = None,
) -> list[Count]:
    """Sums per centre, activity and bucket of the period, in that order of centre, bucket and activity.

    `centres` and `activities` are ids (None: all activities). A whole includes its parts, and parts have
    rows of their own. A bucket is clipped to the period. A MONTH or YEAR event counts only where its whole
    span lies in the period and fits the bucket. Where there is no event there is no row: that is not zero.
    """
    return count_by_each(session, centres, period, [bucket], activities)[bucket]


def count_days(session: Session, centre_id: int, days: Collection[date]) -> list[Count]:
    """As `count_by` with Bucket.DAY, for single days that need not lie together: the Wednesdays of a season."""
    if not days:
        return []
    rows = session.execute(_SUM_OF_DAYS, {"centre_id": centre_id, "days": list(days)})
    period = Period(min(days), max(days))
    return _fold([_Sum(*row) for row in rows], period, Bucket.DAY, _wholes(session), None)


def count_hours(session: Session, centre_id: int, day: date) -> dict[int, dict[int | None, int]]:
    """{activity: {hour: sum}} of one day; under None what has no hour, as a correction.

    Each event stands under its own activity alone: a whole does not include its parts here.
    """
    rows = session.execute(
        select(TallyEvent.activity_id, TallyEvent.hour, func.sum(TallyEvent.count))
        .where(TallyEvent.centre_id == centre_id, TallyEvent.day == day, TallyEvent.span == Span.DAY)
        .group_by(TallyEvent.activity_id, TallyEvent.hour)
    )
    hours: dict[int, dict[int | None, int]] = {}
    for activity_id, hour, count in rows:
        hours.setdefault(activity_id, {})[hour] = count
    return hours


def count_by_each(
    session: Session,
    centres: Collection[int],
    period: Period,
    buckets: Collection[Bucket],
    activities: Collection[int] | None = None,
) -> dict[Bucket, list[Count]]:
    """As `count_by`, for several sizes of bucket from one look at the ledger, so that they agree."""
    wholes = _wholes(session)
    wanted = None if activities is None else set(activities)
    rows = _sums(session, centres, period, buckets, _with_parts(wanted, wholes))
    return {bucket: _fold(rows, period, bucket, wholes, wanted) for bucket in buckets}


def _fold(
    rows: Sequence[_Sum],
    period: Period,
    bucket: Bucket,
    wholes: dict[int, int],
    wanted: set[int] | None,
) -> list[Count]:
    sums: dict[tuple[int, Period, int], tuple[int, Quality]] = {}
    pieces: dict[date, Period] = {}
    for row in rows:
        if row.span is not Span.DAY and (bucket not in FITS[row.span] or span_period(row.day, row.span) not in period):
            continue
        piece = pieces.get(row.day)
        if piece is None:
            piece = pieces[row.day] = whole_bucket(row.day, bucket).clip(period)
        for activity in (row.activity_id, wholes.get(row.activity_id)):
            if activity is not None and (wanted is None or activity in wanted):
                key = (row.centre_id, piece, activity)
                before, worst = sums.get(key, (0, row.quality))
                sums[key] = (before + row.count, row.quality if row.quality.rank > worst.rank else worst)
    return [
        Count(centre_id, activity_id, piece, count, quality)
        for (centre_id, piece, activity_id), (count, quality) in sorted(sums.items(), key=lambda item: item[0])
    ]


def roll_up(counts: Iterable[Count], rolling: Collection[int]) -> list[Count]:
    """The same sums without the centre (ALL_CENTRES); activities not in `rolling` stay per centre."""
    sums: dict[tuple[int, Period, int], Count] = {}
    for one in counts:
        centre_id = ALL_CENTRES if one.activity_id in rolling else one.centre_id
        key = (centre_id, one.bucket, one.activity_id)
        before = sums.get(key, Count(centre_id, one.activity_id, one.bucket, 0, one.quality))
        worst = max(before.quality, one.quality, key=lambda quality: quality.rank)
        sums[key] = Count(centre_id, one.activity_id, one.bucket, before.count + one.count, worst)
    return [sums[key] for key in sorted(sums)]


def find_new_methods(session: Session, centre_id: int, now: Period, then: Period) -> set[int]:
    """The activities that were not counted one way from the first day of `then` to the last of `now`.

    A whole is counted anew when one of its parts is.
    """
    changes = select(Method.activity_id).where(
        (Method.centre_id == centre_id) | Method.centre_id.is_(None),
        Method.valid_from > then.first,
        Method.valid_from <= now.last,
    )
    changed = set(session.scalars(changes))
    return changed | {whole for part, whole in _wholes(session).items() if part in changed}


def list_activities(session: Session, centre_id: int | None = None, *which: ColumnElement[bool]) -> Sequence[Activity]:
    """The activities a centre counts, shared and its own, in their order; None: every centre's. `which`: only these."""
    query = select(Activity).where(*which).order_by(Activity.position, Activity.id)
    if centre_id is not None:
        query = query.where(Activity.centre_id.is_(None) | (Activity.centre_id == centre_id))
    return session.scalars(query).all()


def list_centres(session: Session) -> Sequence[Centre]:
    return session.scalars(select(Centre).order_by(Centre.name, Centre.id)).all()


def _sums(
    session: Session,
    centres: Collection[int],
    period: Period,
    buckets: Collection[Bucket],
    activities: Collection[int] | None,
) -> list[_Sum]:
    """The covering index alone answers, and adds up what falls into the same of all buckets.

    A piece at a time, and few rows of each: SQLite lets no tap commit while a statement reads, and Python lets
    none get on while it turns rows over.
    """
    inside = [TallyEvent.centre_id.in_(centres), TallyEvent.day.between(bindparam("first"), bindparam("last"))]
    if activities is not None:
        inside.append(TallyEvent.activity_id.in_(activities))
    if Bucket.DAY in buckets:
        # In the index's own order, so that nothing is sorted.
        query = _SUM.add_columns(TallyEvent.day).where(*inside).group_by(_KEY[0], TallyEvent.day, *_KEY[1:])
    else:
        # Months begin pieces, so what stands for a month or a year stands on the first day of one.
        query = _SUM.add_columns(bindparam("first", type_=Date)).where(*inside).group_by(*_KEY)
    sums: list[_Sum] = []
    for piece in _pieces(period, buckets):
        rows = session.execute(query, {"first": piece.first, "last": piece.last})
        sums += [_Sum(*row) for row in rows]
    return sums


def _pieces(period: Period, buckets: Collection[Bucket]) -> list[Period]:
    """The period cut wherever a month begins, or one of the buckets that are longer than a day."""
    longer = {Bucket.MONTH, *buckets} - {Bucket.DAY}
    firsts = sorted({piece.first for bucket in longer for piece in period.buckets(bucket)})
    lasts = [first - timedelta(days=1) for first in firsts[1:]]
    return [Period(first, last) for first, last in zip(firsts, [*lasts, period.last], strict=True)]


def _wholes(session: Session) -> dict[int, int]:
    """Each part's whole. Depth one: a whole is part of nothing."""
    return dict(_WHOLES.rows(session))


def _with_parts(wanted: set[int] | None, wholes: dict[int, int]) -> set[int] | None:
    if wanted is None:
        return None
    return wanted | {part for part, whole in wholes.items() if whole in wanted}
