"""What a centre counts: activities and how they are counted, as a leader shapes them.

A shared activity belongs to all centres and is changed only by a leader for all of them; where there is one
centre, its leader is that.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.domain.access import Person
from kiosk.domain.auditing import audit, audit_change
from kiosk.domain.counting import list_activities
from kiosk.domain.setup import suggest_slug
from kiosk.kinds import Input
from kiosk.models import EXPLAINED, Activity, Button, Centre, TallyEvent


class ActivityNotFound(Exception):
    """No such activity at this centre."""


class BelongsToAll(Exception):
    """What is shared by all centres is changed only by a leader for all of them."""


class LabelTaken(Exception):
    """Another activity in use has this label."""


class WholeNotPossible(Exception):
    """Depth one: what has parts, or is a sum, is part of nothing; what is shared is part of what is shared."""


class IsOnScreens(Exception):
    """Only what is tapped may stand on a screen; it must be taken off them first."""


class DecimalsAreFixed(Exception):
    """Something is counted already, in the unit as it was."""


@dataclass(frozen=True)
class ActivityDraft:
    """What a leader says of an activity. Words per language; `part_of` is the key of its whole."""

    labels: dict[str, str]
    units: dict[str, str]
    counts: dict[str, str]
    counts_not: dict[str, str]
    decimals: int
    part_of: str | None
    input: Input
    rolls_up: bool


def list_changeable(session: Session, activities: Iterable[Activity], by: Person) -> set[int]:
    """The ids of those that a leader may change; one for all centres, or for the only one, may change everything."""
    is_for_all = by.centre_id is None or session.scalar(select(func.count()).select_from(Centre)) == 1
    return {one.id for one in activities if is_for_all or one.centre_id == by.centre_id}


def find_activity(session: Session, centre: Centre, key: str) -> Activity:
    """One of the centre's activities, shared or its own. Raises ActivityNotFound."""
    own = Activity.centre_id.is_(None) | (Activity.centre_id == centre.id)
    explained = select(Activity).where(Activity.key == key, own).options(EXPLAINED)
    activity = session.scalar(explained)
    if activity is None:
        raise ActivityNotFound
    return activity


def find_changeable(session: Session, centre: Centre, key: str, by: Person) -> Activity:
    """The same, to be changed. Raises ActivityNotFound or BelongsToAll."""
    activity = find_activity(session, centre, key)
    if not list_changeable(session, [activity], by):
        raise BelongsToAll
    return activity


def list_wholes(session: Session, centre: Centre, activity: Activity | None = None) -> list[Activity]:
    """What the activity, or a new one, may be part of, in order."""
    offered = [one for one in list_activities(session, centre.id) if one.part_of_id is None and not one.retired_at]
    if activity is None:
        return offered
    is_shared = activity.centre_id is None
    return [one for one in offered if one.id != activity.id and (one.centre_id is None or not is_shared)]


def add_activity(
    session: Session, centre: Centre, draft: ActivityDraft, *, is_shared: bool, by: Person, now: datetime
) -> Activity:
    """Add an activity of the centre, or one for all (`is_shared`). Its key is made from its label, once.

    Raises BelongsToAll, LabelTaken or WholeNotPossible.
    """
    if is_shared and by.centre_id is not None:
        raise BelongsToAll
    centre_id = None if is_shared else centre.id
    _refuse_label(session, centre, draft, None)
    whole = _find_whole(session, centre, draft, centre_id, None)
    activity = Activity(
        key=_make_key(session, draft.labels["nb"]),
        centre_id=centre_id,
        position=0,
        part_of_id=whole.id if whole else None,
        **_columns(draft),
    )
    session.add(activity)
    # Its id is needed for its place.
    session.flush()
    _place_last(session, activity)
    audit(session, "activity.add", _name(activity), {}, asdict(draft), centre_id=centre_id, user_id=by.user_id, now=now)
    return activity


def change_activity(
    session: Session, centre: Centre, activity: Activity, draft: ActivityDraft, *, by: Person, now: datetime
) -> None:
    """Change what is said of it; its key stays, and so does what is counted.

    Raises LabelTaken, WholeNotPossible, IsOnScreens or DecimalsAreFixed.
    """
    _refuse_label(session, centre, draft, activity)
    whole = _find_whole(session, centre, draft, activity.centre_id, activity)
    if draft.input is not Input.TAP and _is_on_screens(session, activity):
        raise IsOnScreens
    if draft.decimals != activity.decimals and has_events(session, activity):
        raise DecimalsAreFixed
    old, name = asdict(_draft_of(session, activity)), _name(activity)
    is_moved = activity.part_of_id != (whole.id if whole else None)
    for column, value in _columns(draft).items():
        setattr(activity, column, value)
    activity.part_of_id = whole.id if whole else None
    if is_moved:
        _place_last(session, activity)
    audit_change(
        session,
        "activity.change",
        name,
        old,
        asdict(draft),
        centre_id=activity.centre_id,
        user_id=by.user_id,
        now=now,
    )


def retire_activity(session: Session, activity: Activity, *, by: Person, now: datetime) -> None:
    """No longer offered, still counted. Its buttons stay where they are and are not shown. Twice is once."""
    if activity.retired_at is None:
        activity.retired_at = now
        _audit_plain(session, "activity.retire", activity, by, now)


def bring_back_activity(session: Session, activity: Activity, *, by: Person, now: datetime) -> None:
    """Offered again, also on the screens where its buttons stand."""
    if activity.retired_at is not None:
        activity.retired_at = None
        _audit_plain(session, "activity.bring_back", activity, by, now)


def move_activity(
    session: Session, centre: Centre, activity: Activity, *, is_up: bool, by: Person, now: datetime
) -> None:
    """Put it, with its parts, before or after the next of its own rank. At the end of the row nothing happens."""
    visible = [one for one in list_activities(session, centre.id) if one.retired_at is None]
    row = [one for one in visible if one.part_of_id == activity.part_of_id]
    at = next((place for place, one in enumerate(row) if one.id == activity.id), None)
    if at is None or not 0 <= at + (-1 if is_up else 1) < len(row):
        return
    neighbour = row[at - 1] if is_up else row[at + 1]
    everything = list(list_activities(session))
    block = _family(everything, activity)
    rest = [one for one in everything if one not in block]
    place = rest.index(neighbour) if is_up else rest.index(_family(rest, neighbour)[-1]) + 1
    _number(rest[:place] + block + rest[place:])
    _audit_plain(session, "activity.move", activity, by, now)


def has_events(session: Session, activity: Activity) -> bool:
    """Whether anything is counted. No index begins with the activity: it is asked only when it must be known."""
    return bool(session.scalar(select(exists().where(TallyEvent.activity_id == activity.id))))


def _family(activities: list[Activity], head: Activity) -> list[Activity]:
    return [one for one in activities if head.id in (one.id, one.part_of_id)]


def _place_last(session: Session, activity: Activity) -> None:
    """After all others, or after the last part of its whole; its own parts with it."""
    everything = list(list_activities(session))
    block = _family(everything, activity)
    rest = [one for one in everything if one not in block]
    place = len(rest)
    if activity.part_of_id is not None:
        place = max(at for at, one in enumerate(rest) if activity.part_of_id in (one.id, one.part_of_id)) + 1
    _number(rest[:place] + block + rest[place:])


def _number(activities: list[Activity]) -> None:
    for position, one in enumerate(activities, start=1):
        one.position = position


def _refuse_label(session: Session, centre: Centre, draft: ActivityDraft, activity: Activity | None) -> None:
    wanted = draft.labels["nb"].casefold()
    for one in list_activities(session, centre.id):
        is_other = one is not activity and one.retired_at is None
        if is_other and one.labels.get("nb", "").casefold() == wanted:
            raise LabelTaken


def _find_whole(
    session: Session, centre: Centre, draft: ActivityDraft, centre_id: int | None, activity: Activity | None
) -> Activity | None:
    if draft.part_of is None:
        return None
    try:
        whole = find_activity(session, centre, draft.part_of)
    except ActivityNotFound:
        raise WholeNotPossible from None
    has_parts = activity is not None and session.scalar(select(exists().where(Activity.part_of_id == activity.id)))
    is_too_deep = whole.part_of_id is not None or whole is activity or has_parts or draft.input is Input.SUM
    if is_too_deep or (centre_id is None and whole.centre_id is not None):
        raise WholeNotPossible
    return whole


def _is_on_screens(session: Session, activity: Activity) -> bool:
    return bool(session.scalar(select(exists().where(Button.activity_id == activity.id))))


def _make_key(session: Session, label: str) -> str:
    """“Quiz på fredag” → quiz_pa_fredag, quiz_pa_fredag_2, … Rows are never deleted, so no key comes twice."""
    stem = suggest_slug(label, otherwise="aktivitet").replace("-", "_")
    taken = set(session.scalars(select(Activity.key).where(Activity.key.startswith(stem, autoescape=True))))
    key, number = stem, 1
    while key in taken:
        number += 1
        key = f"{stem}_{number}"
    return key


def _columns(draft: ActivityDraft) -> dict[str, Any]:
    return {name: value for name, value in asdict(draft).items() if name != "part_of"}


def _draft_of(session: Session, activity: Activity) -> ActivityDraft:
    whole = session.get(Activity, activity.part_of_id) if activity.part_of_id else None
    values = {name: getattr(activity, name) for name in ActivityDraft.__dataclass_fields__ if name != "part_of"}
    return ActivityDraft(part_of=whole.key if whole else None, **values)


def _audit_plain(session: Session, verb: str, activity: Activity, by: Person, now: datetime) -> None:
    audit(session, verb, _name(activity), {}, {}, centre_id=activity.centre_id, user_id=by.user_id, now=now)


def _name(activity: Activity) -> str:
    return activity.labels.get("nb", activity.key)
