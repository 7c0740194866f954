"""What is known of a day only while its minutes and tablets are: bursts, and tablets that were silent."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.checking import Burst, ExactTap, find_bursts
from kiosk.domain.periods import first_instant
from kiosk.kinds import EventKind
from kiosk.models import Centre, Station, TallyEvent


@dataclass(frozen=True)
class TabletDay:
    """A tablet on a day: how many taps came from it, and how many it still keeps."""

    name: str
    taps: int
    pending: int
    last_seen_at: datetime | None


def list_bursts(session: Session, centre_id: int, day: date) -> list[Burst]:
    """The bursts of the day that nobody has taken back; none once its minutes are forgotten."""
    undo = aliased(TallyEvent)
    rows = session.execute(
        select(
            TallyEvent.id, TallyEvent.station_id, TallyEvent.activity_id, TallyEvent.count, TallyEvent.tapped_at
        ).where(
            TallyEvent.centre_id == centre_id,
            TallyEvent.day == day,
            TallyEvent.kind == EventKind.TAP,
            TallyEvent.tapped_at.is_not(None),
            TallyEvent.station_id.is_not(None),
            ~select(undo.id).where(undo.undoes == TallyEvent.id).exists(),
        )
    )
    return find_bursts(
        ExactTap(id, station_id, activity_id, count, at)
        for id, station_id, activity_id, count, at in rows
        if station_id is not None and at is not None
    )


def find_burst(session: Session, centre_id: int, day: date, first: UUID) -> Burst | None:
    """The burst that begins with this tap."""
    return next((one for one in list_bursts(session, centre_id, day) if one.first.id == first), None)


def list_tablet_days(session: Session, centre: Centre, day: date) -> list[TabletDay]:
    """The centre's paired tablets that were there already, by name, with what came from each."""
    taps = dict(
        session.execute(
            select(TallyEvent.station_id, func.count())
            .where(TallyEvent.centre_id == centre.id, TallyEvent.day == day, TallyEvent.station_id.is_not(None))
            .group_by(TallyEvent.station_id)
        ).all()
    )
    there = select(Station).where(
        Station.centre_id == centre.id,
        Station.revoked_at.is_(None),
        Station.paired_at < first_instant(day, centre.timezone),
    )
    return [
        TabletDay(one.name, taps.get(one.id, 0), (one.pending or 0) + (one.dead or 0), one.last_seen_at)
        for one in session.scalars(there.order_by(Station.name, Station.id))
    ]
