"""Taps into the ledger: each counted once, or held for a person to look at. Nothing is turned away.

Idempotent by constraint: the tablet makes the id, the insert does nothing where it is already there, and
what did nothing is then compared with what stands.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kiosk.domain.clock import OLDEST, TapTime, estimate_tap_time
from kiosk.domain.holding import find_waiting_undos, held_key, hold
from kiosk.domain.ledger import (
    Countable,
    Standing,
    add_events,
    find_events,
    find_undone,
    serialise,
    taken_back,
    takes_back,
    tap_row,
)
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.reporting import lock_figures, would_be_negative
from kiosk.domain.settling import LARGEST_COUNT, settle_undos
from kiosk.domain.tidying import find_coarse_days
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, HoldReason, Input, Span, Verdict
from kiosk.models import Activity, Button, Centre, Screen, StationScreen
from kiosk.models.prepared import Prepared

_IS_TAPPED = (Activity.input == Input.TAP) & Activity.retired_at.is_(None)
_FURTHER_SCREENS = select(StationScreen.screen_id).where(StationScreen.station_id == bindparam("station_id"))
OFFERED_ON_SCREENS = Prepared(
    select(Activity.key, Activity.id, Screen.audience, Screen.id == bindparam("screen_id"))
    .join(Button, Button.activity_id == Activity.id)
    .join(Screen, Screen.id == Button.screen_id)
    .where((Screen.id == bindparam("screen_id")) | Screen.id.in_(_FURTHER_SCREENS), _IS_TAPPED)
)
OFFERED_TO_PEOPLE = Prepared(
    select(Activity.key, Activity.id).where(
        _IS_TAPPED, Activity.centre_id.is_(None) | (Activity.centre_id == bindparam("centre_id"))
    )
)


@dataclass(frozen=True)
class Poster:
    """Who sends taps: a paired tablet (`station_id`, the `screen_id` it starts with) or a signed-in person (neither).

    `audience`: whose finger it is where no screen says so.
    """

    centre_id: int
    centre_slug: str
    timezone: str
    audience: Audience
    station_id: int | None = None
    screen_id: int | None = None


@dataclass(frozen=True)
class Offer:
    """An activity that may be tapped, and whose finger it is: that of the screen it stands on."""

    activity_id: int
    audience: Audience


@dataclass(frozen=True)
class Placed:
    """A tap with the centre it is for, its instant, local day and hour."""

    tap: Tap
    centre: str
    time: TapTime
    day: date
    hour: int

    @property
    def key(self) -> UUID:
        """Its key, should it be held."""
        return held_key(self.tap.id, self.centre, self.tap.activity, self.tap.count, self.tap.undoes)


# What a second undo of a tap is taken for at first.
UNDONE_LOOKS_LIKE = (HoldReason.CONFLICT, HoldReason.CORRECTED_AWAY)

Judged = Sequence[tuple[Placed, Countable | HoldReason]]


def record_taps(
    session: Session, poster: Poster, taps: Sequence[Tap], now: datetime, *, falls_short_of: date | None = None
) -> dict[UUID, Verdict]:
    """Record what can be counted and hold the rest; a verdict for every tap's id. `now`: when they arrived.

    `falls_short_of`: given where the server's own clock is wrong, the date that it should have reached. Taps
    are stored all the same, each marked as of an UNSURE time.

    Must run in a transaction that writes. What stands in the ledger with the same centre, activity, count
    and undoes is KNOWN, whatever would be said of it if it were new; so is a second undo of the same tap.
    """
    placed = [_place(tap, poster, now, falls_short_of) for tap in taps]
    serialise(session, {one.tap.id for one in placed} | {one.tap.undoes for one in placed if one.tap.undoes})
    batch = _Batch(session, poster, now)

    # Taps before undos, so that an undo in the same batch finds its tap.
    plain = [one for one in placed if one.tap.undoes is None]
    if plain:
        offers = _find_offers(session, poster)
        why_not = _why_not_offered(session, poster, {one.tap.activity or "" for one in plain} - offers.keys())
        new = batch.record([(one, _judge_tap(one, poster, offers, why_not, now)) for one in plain])
        settle_undos(session, find_waiting_undos(session, poster.centre_id, new), now)
    undos = [one for one in placed if one.tap.undoes is not None]
    if undos:
        # Nobody corrects meanwhile what these are compared with.
        lock_figures(session, poster.centre_id)
        undone = find_events(session, {one.tap.undoes for one in undos if one.tap.undoes})
        # One after the other, because each lowers the count that the next is compared with.
        for one in undos:
            batch.record([(one, _judge_undo(session, one, poster, undone))])
    return batch.verdicts


class _Batch:
    """One post on its way into the ledger: what every step of record_taps needs, and its verdicts."""

    def __init__(self, session: Session, poster: Poster, now: datetime) -> None:
        self.session = session
        self.poster = poster
        self.now = now
        self.verdicts: dict[UUID, Verdict] = {}

    def record(self, judged: Judged) -> set[UUID]:
        """Insert what can be counted, then look again at all that was not new. Returns the ids that were."""
        countable: dict[UUID, tuple[Placed, Countable]] = {}
        doubtful: list[tuple[Placed, HoldReason]] = []
        for one, judgement in judged:
            if isinstance(judgement, HoldReason):
                doubtful.append((one, judgement))
            elif one.tap.id in countable:
                # An id twice in one batch is a replay or a conflict.
                doubtful.append((one, HoldReason.CONFLICT))
            else:
                countable[one.tap.id] = (one, judgement)
        coarse = self._coarse(what.day for _, what in countable.values())
        new = add_events(self.session, [self._event(one, what, coarse) for one, what in countable.values()])
        self.verdicts.update(dict.fromkeys(new, Verdict.RECORDED))
        doubtful += [(one, HoldReason.CONFLICT) for one, _ in countable.values() if one.tap.id not in new]
        if doubtful:
            self._look_again(doubtful)
        return new

    def _look_again(self, doubtful: Sequence[tuple[Placed, HoldReason]]) -> None:
        """Say of each whether it stands in the ledger already; hold the others."""
        standing = find_events(self.session, {one.tap.id for one, _ in doubtful})
        undone = find_undone(self.session, {one.tap.undoes for one, _ in doubtful if one.tap.undoes})
        to_hold = []
        for one, reason in doubtful:
            stands = standing.get(one.tap.id)
            # Another undo has taken its tap back: nothing is left to do.
            is_undone = stands is None and reason in UNDONE_LOOKS_LIKE and one.tap.undoes in undone
            if is_undone or (stands is not None and _is_same(one, stands)):
                self.verdicts.setdefault(one.tap.id, Verdict.KNOWN)
                continue
            self.verdicts.setdefault(one.tap.id, Verdict.HELD)
            to_hold.append((one, reason if stands is None else HoldReason.CONFLICT))
        if to_hold:
            centres = dict(self.session.execute(select(Centre.slug, Centre.id)).all())
            coarse = self._coarse(one.day for one, _ in to_hold)
            hold(self.session, [self._held(one, reason, centres, one.day in coarse) for one, reason in to_hold])

    def _coarse(self, days: Iterable[date]) -> set[date]:
        return find_coarse_days(self.session, self.poster.centre_id, self.poster.timezone, set(days), self.now)

    def _event(self, one: Placed, what: Countable, coarse: Collection[date]) -> dict[str, Any]:
        is_coarse = what.day in coarse
        return tap_row(
            what,
            id=one.tap.id,
            centre_id=self.poster.centre_id,
            tapped_at=None if is_coarse else one.time.at,
            received_at=None if is_coarse else self.now,
            station_id=None if is_coarse else self.poster.station_id,
            undoes=one.tap.undoes,
            time_quality=one.time.quality,
        )

    def _held(self, one: Placed, reason: HoldReason, centres: Mapping[str, int], is_coarse: bool) -> dict[str, Any]:
        return {
            "key": one.key,
            "tap_id": one.tap.id,
            "centre_id": centres.get(one.centre, self.poster.centre_id),
            "station_id": None if is_coarse else self.poster.station_id,
            "audience": self.poster.audience,
            "activity_key": one.tap.activity,
            "count": one.tap.count,
            "undoes": one.tap.undoes,
            "day": one.day,
            "hour": one.hour,
            "tapped_at": None if is_coarse else one.time.at,
            "received_at": None if is_coarse else self.now,
            "time_quality": one.time.quality,
            "reason": reason,
        }


def _place(tap: Tap, poster: Poster, now: datetime, falls_short_of: date | None) -> Placed:
    time = estimate_tap_time(tap.testimony, now, falls_short_of)
    day, hour = local_day_and_hour(time.at, poster.timezone)
    centre = tap.centre or poster.centre_slug
    return Placed(tap, centre, time, day, hour)


def _judge_tap(
    one: Placed, poster: Poster, offers: Mapping[str, Offer], why_not: Mapping[str, HoldReason], now: datetime
) -> Countable | HoldReason:
    activity = one.tap.activity or ""
    if one.centre != poster.centre_slug:
        return HoldReason.OTHER_CENTRE
    if activity not in offers:
        return why_not[activity]
    if one.tap.count is None or not 0 < one.tap.count <= LARGEST_COUNT:
        return HoldReason.IMPOSSIBLE_COUNT
    if one.time.at < now - OLDEST:
        return HoldReason.TOO_OLD
    offer = offers[activity]
    return Countable(offer.activity_id, one.tap.count, one.day, one.hour, offer.audience)


def _judge_undo(
    session: Session, one: Placed, poster: Poster, undone: Mapping[UUID, Standing]
) -> Countable | HoldReason:
    """An undo takes day, hour and audience from its tap, and does not ask what became of the button since."""
    if one.centre != poster.centre_slug:
        return HoldReason.OTHER_CENTRE
    tap = undone.get(one.tap.undoes) if one.tap.undoes else None
    if tap is None:
        return HoldReason.UNDO_BEFORE_TAP
    if not takes_back(poster.centre_id, one.tap.activity, one.tap.count, tap):
        return HoldReason.UNDO_MISMATCH
    if would_be_negative(session, poster.centre_id, tap.activity_id, tap.day, Span.DAY, -tap.count):
        return HoldReason.CORRECTED_AWAY
    return taken_back(tap)


def _is_same(one: Placed, stands: Standing) -> bool:
    content = (one.centre, one.tap.activity, one.tap.count, one.tap.undoes)
    return content == (stands.centre, stands.activity, abs(stands.count), stands.undoes)


def _find_offers(session: Session, poster: Poster) -> dict[str, Offer]:
    """What the poster may tap, by key: a tablet what is on its screens, a person everything of their centre."""
    if poster.screen_id is None:
        rows = OFFERED_TO_PEOPLE.rows(session, centre_id=poster.centre_id)
        return {key: Offer(id, poster.audience) for key, id in rows}
    offers: dict[str, Offer] = {}
    on_screens = OFFERED_ON_SCREENS.rows(session, station_id=poster.station_id, screen_id=poster.screen_id)
    for key, id, audience, is_start in on_screens:
        # What stands on several screens was most likely tapped on the one the tablet starts with.
        if is_start or key not in offers:
            offers[key] = Offer(id, audience)
    return offers


def _why_not_offered(session: Session, poster: Poster, keys: Collection[str]) -> dict[str, HoldReason]:
    """For keys that the poster may not tap, the reason."""
    if not keys:
        return {}
    own = Activity.centre_id.is_(None) | (Activity.centre_id == poster.centre_id)
    known = session.execute(select(Activity.key, Activity.retired_at).where(Activity.key.in_(keys), own))
    reasons = dict.fromkeys(keys, HoldReason.UNKNOWN_ACTIVITY)
    for key, retired_at in known:
        reasons[key] = HoldReason.NOT_ON_SCREEN if retired_at is None else HoldReason.RETIRED_ACTIVITY
    return reasons
