"""Held taps become events, or not: by themselves when an undo's tap comes, else as a person decides."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from kiosk.domain.auditing import audit
from kiosk.domain.holding import find_waiting_undos, settle
from kiosk.domain.ledger import Countable, add_events, find_events, serialise, taken_back, takes_back, tap_row
from kiosk.domain.reporting import lock_figures, would_be_negative
from kiosk.domain.tidying import find_coarse_days
from kiosk.kinds import EventKind, HoldReason, Input, Outcome, Span
from kiosk.models import Activity, Centre, HeldTap
from kiosk.models.prepared import Prepared

# Far above any day's work, far below what would make a sum nonsense: a slip, not a count.
LARGEST_COUNT = 10_000


_UNSETTLED = Prepared(
    select(func.count())
    .select_from(HeldTap)
    .where(HeldTap.centre_id == bindparam("centre_id"), HeldTap.settled_at.is_(None))
)


class HeldTapNotFound(Exception):
    """No such held tap at this centre."""


class AlreadySettled(Exception):
    """Somebody accepted or dismissed it before."""


class CannotAccept(Exception):
    """It cannot be counted as it is; `reason` says why."""

    def __init__(self, reason: HoldReason) -> None:
        super().__init__(reason)
        self.reason = reason


def list_held(session: Session, centre_id: int) -> list[HeldTap]:
    """What waits for a person at this centre, oldest day first."""
    unsettled = select(HeldTap).where(HeldTap.centre_id == centre_id, HeldTap.settled_at.is_(None))
    return list(session.scalars(unsettled.order_by(HeldTap.day, HeldTap.hour, HeldTap.key)))


def count_held(session: Session, centre_id: int) -> int:
    """How much waits for a person at this centre."""
    ((count,),) = _UNSETTLED.rows(session, centre_id=centre_id)
    return int(count)


def accept(session: Session, centre: Centre, key: UUID, user_id: int | None, now: datetime) -> None:
    """Count a held tap under its own id, for its own day, and the undos that wait for it.

    Raises HeldTapNotFound, AlreadySettled, or CannotAccept when its activity is unknown or not tapped, its
    count impossible, its tap not there or corrected away, or its id taken by another tap.
    """
    one = _find_unsettled(session, centre, key)
    serialise(session, [one.tap_id, *([one.undoes] if one.undoes else [])])
    what = _countable(session, one)
    row = _row(session, centre, one, what, now)
    # First settled, then added: the ledger ignores what is held.
    _settle(session, one, Outcome.ACCEPTED, user_id, now)
    if not add_events(session, [row]):
        raise CannotAccept(HoldReason.CONFLICT)
    if one.undoes is None:
        settle_undos(session, find_waiting_undos(session, centre.id, [one.tap_id]), now)


def dismiss(session: Session, centre: Centre, key: UUID, user_id: int | None, now: datetime) -> None:
    """Keep a held tap uncounted for good, and the undos that wait for it.

    Raises HeldTapNotFound or AlreadySettled.
    """
    one = _find_unsettled(session, centre, key)
    _settle(session, one, Outcome.DISMISSED, user_id, now)
    for undo in find_waiting_undos(session, centre.id, [one.tap_id]):
        settle(session, undo.key, Outcome.DISMISSED, user_id, now)


def settle_undos(session: Session, waiting: Iterable[HeldTap], now: datetime) -> None:
    """Undos that came before their taps count now, where the taps are there."""
    undos = list(waiting)
    taps = find_events(session, {one.undoes for one in undos if one.undoes})
    for one in undos:
        tap = taps.get(one.undoes) if one.undoes else None
        if tap is None:
            continue
        if not takes_back(one.centre_id, one.activity_key, one.count, tap):
            one.reason = HoldReason.UNDO_MISMATCH
            continue
        centre = session.get_one(Centre, one.centre_id)
        what = taken_back(tap)
        row = _row(session, centre, one, what, now)
        settle(session, one.key, Outcome.ACCEPTED, None, now)
        add_events(session, [row])


def _find_unsettled(session: Session, centre: Centre, key: UUID) -> HeldTap:
    one = session.scalar(select(HeldTap).where(HeldTap.key == key, HeldTap.centre_id == centre.id))
    if one is None:
        raise HeldTapNotFound
    if one.settled_at is not None:
        raise AlreadySettled
    return one


def _countable(session: Session, one: HeldTap) -> Countable:
    standing = find_events(session, [id for id in (one.tap_id, one.undoes) if id])
    if one.tap_id in standing:
        raise CannotAccept(HoldReason.CONFLICT)
    if one.undoes is not None:
        tap = standing.get(one.undoes)
        if tap is None:
            raise CannotAccept(HoldReason.UNDO_BEFORE_TAP)
        # What it says of the tap may be wrong; that it takes it back is what a person agrees to.
        if tap.kind is not EventKind.TAP or tap.centre_id != one.centre_id:
            raise CannotAccept(HoldReason.UNDO_MISMATCH)
        lock_figures(session, one.centre_id)
        if would_be_negative(session, one.centre_id, tap.activity_id, tap.day, Span.DAY, -tap.count):
            raise CannotAccept(HoldReason.CORRECTED_AWAY)
        return taken_back(tap)
    activity = session.scalar(
        select(Activity).where(
            Activity.key == one.activity_key,
            Activity.centre_id.is_(None) | (Activity.centre_id == one.centre_id),
        )
    )
    if activity is None or activity.input is not Input.TAP:
        raise CannotAccept(HoldReason.UNKNOWN_ACTIVITY)
    if one.count is None or not 0 < one.count <= LARGEST_COUNT:
        raise CannotAccept(HoldReason.IMPOSSIBLE_COUNT)
    return Countable(activity.id, one.count, one.day, one.hour, one.audience)


def _row(session: Session, centre: Centre, one: HeldTap, what: Countable, now: datetime) -> dict[str, Any]:
    days: set[date] = {what.day}
    is_coarse = bool(find_coarse_days(session, centre.id, centre.timezone, days, now))
    return tap_row(
        what,
        id=one.tap_id,
        centre_id=one.centre_id,
        tapped_at=None if is_coarse else one.tapped_at,
        received_at=None if is_coarse else one.received_at,
        station_id=None if is_coarse else one.station_id,
        undoes=one.undoes,
        time_quality=one.time_quality,
    )


def _settle(session: Session, one: HeldTap, outcome: Outcome, user_id: int | None, now: datetime) -> None:
    if not settle(session, one.key, outcome, user_id, now):
        raise AlreadySettled
    what = {"activity": one.activity_key, "count": one.count, "day": one.day.isoformat(), "reason": one.reason.value}
    verb = "held_tap.accept" if outcome is Outcome.ACCEPTED else "held_tap.dismiss"
    audit(session, verb, str(one.key), what, {}, centre_id=one.centre_id, user_id=user_id, now=now)
