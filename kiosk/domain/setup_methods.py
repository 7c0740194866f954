"""How an activity is counted, from a date: what makes a comparison honest."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.access import Person
from kiosk.domain.auditing import audit
from kiosk.domain.setup_activities import BelongsToAll
from kiosk.models import Activity, Centre, Method


class MethodTaken(Exception):
    """There is a method from this very date already."""


class MethodNotFound(Exception):
    """No such method of this activity at this centre."""


@dataclass(frozen=True)
class MethodDraft:
    """`is_shared`: counted so at every centre. Words per language."""

    valid_from: date
    words: dict[str, str]
    is_shared: bool


def list_methods(session: Session, centre: Centre, activity: Activity) -> list[Method]:
    """How it is and was counted at the centre, newest first."""
    query = select(Method).where(
        Method.activity_id == activity.id, Method.centre_id.is_(None) | (Method.centre_id == centre.id)
    )
    return list(session.scalars(query.order_by(Method.valid_from.desc(), Method.id)))


def add_method(
    session: Session, centre: Centre, activity: Activity, draft: MethodDraft, *, by: Person, now: datetime
) -> None:
    """Counted so from a date. Raises BelongsToAll or MethodTaken."""
    if draft.is_shared and by.centre_id is not None:
        raise BelongsToAll
    centre_id = None if draft.is_shared else centre.id
    # The database keeps this apart for centres, but not for what holds at all of them.
    if any(one.valid_from == draft.valid_from for one in list_methods(session, centre, activity)):
        raise MethodTaken
    session.add(Method(activity_id=activity.id, centre_id=centre_id, valid_from=draft.valid_from, words=draft.words))
    new = {"valid_from": draft.valid_from.isoformat(), "words": draft.words}
    audit(session, "method.add", activity.labels["nb"], {}, new, centre_id=centre_id, user_id=by.user_id, now=now)


def remove_method(
    session: Session, centre: Centre, activity: Activity, method_id: int, *, by: Person, now: datetime
) -> None:
    """Take back what was written by mistake. Raises MethodNotFound or BelongsToAll."""
    method = next((one for one in list_methods(session, centre, activity) if one.id == method_id), None)
    if method is None:
        raise MethodNotFound
    if by.centre_id not in (None, method.centre_id):
        raise BelongsToAll
    old = {"valid_from": method.valid_from.isoformat(), "words": method.words}
    session.delete(method)
    audit(
        session,
        "method.remove",
        activity.labels["nb"],
        old,
        {},
        centre_id=method.centre_id,
        user_id=by.user_id,
        now=now,
    )
