"""Do the numbers hold? Every sum against a plain recount, every approved day against the ledger."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.domain.counting import count_by, list_centres
from kiosk.domain.periods import Period
from kiosk.kinds import Bucket
from kiosk.models import Activity, Centre, DayClosing, TallyEvent


def verify(session: Session) -> Iterator[str]:
    """A sentence for each thing that is not as it should be; nothing when all holds."""
    yield from _check_engine(session)
    for centre in list_centres(session):
        first, last = session.execute(
            select(func.min(TallyEvent.day), func.max(TallyEvent.day)).where(TallyEvent.centre_id == centre.id)
        ).one()
        if first is not None and last is not None:
            yield from _check_sums(session, centre, first, last)
        yield from _check_approved(session, centre)


def _check_engine(session: Session) -> Iterator[str]:
    if session.get_bind().dialect.name != "sqlite":
        return
    for (answer,) in session.execute(text("PRAGMA integrity_check")):
        if answer != "ok":
            yield f"Databasefilen er skadet: {answer}."
    for row in session.execute(text("PRAGMA foreign_key_check")):
        yield f"En rad i {row[0]} viser til noe som ikke finnes."


def _check_sums(session: Session, centre: Centre, first: date, last: date) -> Iterator[str]:
    """The years of a centre as counting gives them, against one loop over its events."""
    wholes = dict(session.execute(select(Activity.id, Activity.part_of_id)).all())
    recount: dict[tuple[int, int], int] = defaultdict(int)
    events = select(TallyEvent.activity_id, TallyEvent.day, TallyEvent.count).where(TallyEvent.centre_id == centre.id)
    for activity_id, day, count in session.execute(events.execution_options(yield_per=10_000)):
        recount[day.year, activity_id] += count
        whole = wholes[activity_id]
        if whole is not None:
            recount[day.year, whole] += count
    period = Period(date(first.year, 1, 1), date(last.year, 12, 31))
    summed = {
        (one.bucket.first.year, one.activity_id): one.count
        for one in count_by(session, [centre.id], period, Bucket.YEAR)
    }
    for year, activity_id in sorted(recount.keys() | summed.keys()):
        if recount.get((year, activity_id)) != summed.get((year, activity_id)):
            key = session.scalar(select(Activity.key).where(Activity.id == activity_id))
            yield (
                f"{centre.name}, {key}, {year}: summen er {summed.get((year, activity_id))}, "
                f"men registreringene gir {recount.get((year, activity_id))}."
            )


def _check_approved(session: Session, centre: Centre) -> Iterator[str]:
    """What was approved against what is counted now. A late tap is a difference too, and is named."""
    keys = dict(session.execute(select(Activity.id, Activity.key)).all())
    closings = session.scalars(
        select(DayClosing)
        .where(DayClosing.centre_id == centre.id, DayClosing.reopened_at.is_(None))
        .order_by(DayClosing.day)
    ).all()
    if not closings:
        return
    now: dict[date, dict[str, int]] = defaultdict(dict)
    for one in count_by(session, [centre.id], Period(closings[0].day, closings[-1].day), Bucket.DAY):
        now[one.bucket.first][keys[one.activity_id]] = one.count
    for closing in closings:
        for key in sorted(closing.totals.keys() | now[closing.day].keys()):
            approved, counted = closing.totals.get(key, 0), now[closing.day].get(key, 0)
            if approved != counted:
                yield f"{centre.name}, {closing.day}, {key}: godkjent {approved}, nå {counted}."
