"""Who changed what."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kiosk.domain.periods import first_instant
from kiosk.models import AuditEntry, Centre, User


@dataclass(frozen=True)
class AuditLine:
    """A change with the name of who did it; None for the command line, or once only the role is kept."""

    entry: AuditEntry
    name: str | None


@dataclass(frozen=True)
class Wish:
    """Which changes are asked for. `noun`: what was changed, the first half of the verb. None: all."""

    noun: str | None = None
    user_id: int | None = None
    first: date | None = None
    last: date | None = None


def audit(
    session: Session,
    verb: str,
    object: str,
    old: dict[str, Any],
    new: dict[str, Any],
    *,
    centre_id: int | None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Keep a change: `verb` is `noun.verb`, `object` names the thing, `user_id` None means the command line."""
    session.add(
        AuditEntry(at=now, user_id=user_id, centre_id=centre_id, verb=verb, object=object[:80], old=old, new=new)
    )


def audit_change(
    session: Session,
    verb: str,
    object: str,
    old: dict[str, Any],
    new: dict[str, Any],
    *,
    centre_id: int | None,
    user_id: int | None,
    now: datetime,
) -> None:
    """Keep what differs between `old` and `new`, which have the same keys; nothing where nothing does."""
    changed = [key for key in new if old[key] != new[key]]
    if changed:
        before, after = ({key: one[key] for key in changed} for one in (old, new))
        audit(session, verb, object, before, after, centre_id=centre_id, user_id=user_id, now=now)


def list_changes(
    session: Session, centre: Centre, wish: Wish, *, of_all_centres: bool, before_id: int | None, limit: int
) -> Sequence[AuditLine]:
    """The latest changes at a centre, the newest first; those before the entry `before_id`, for the next page.

    `of_all_centres`: also what belongs to no centre.
    """
    query = _of_centre(centre, of_all_centres)
    if wish.noun is not None:
        query = query.where(AuditEntry.verb.startswith(f"{wish.noun}.", autoescape=True))
    if wish.user_id is not None:
        query = query.where(AuditEntry.user_id == wish.user_id)
    if wish.first is not None:
        query = query.where(AuditEntry.at >= first_instant(wish.first, centre.timezone))
    if wish.last is not None:
        query = query.where(AuditEntry.at < first_instant(wish.last + timedelta(days=1), centre.timezone))
    if before_id is not None:
        query = query.where(AuditEntry.id < before_id)
    return [AuditLine(entry, name) for entry, name in session.execute(query.limit(limit))]


def list_changes_of_day(session: Session, centre: Centre, day: date) -> Sequence[AuditLine]:
    """What was done with a day, the newest first."""
    verbs = ("day.close", "day.reopen", "day.correct", "burst.undo", "entry.add")
    # Nobody looks over a day before it begins, so that the index finds them.
    query = _of_centre(centre, False).where(
        AuditEntry.at >= first_instant(day, centre.timezone),
        AuditEntry.object == day.isoformat(),
        AuditEntry.verb.in_(verbs),
    )
    return [AuditLine(entry, name) for entry, name in session.execute(query)]


def list_nouns_and_people(
    session: Session, centre: Centre, *, of_all_centres: bool
) -> tuple[list[str], list[tuple[int, str]]]:
    """What was ever changed at the centre, and by whom (id, name): what a reader can choose among."""
    verbs = _of_centre(centre, of_all_centres).with_only_columns(AuditEntry.verb).order_by(None).distinct()
    nouns = sorted({verb.partition(".")[0] for verb in session.scalars(verbs)})
    people = _of_centre(centre, of_all_centres).with_only_columns(User.id, User.name).order_by(None).distinct()
    found = session.execute(people.where(User.id.is_not(None)))
    return nouns, sorted(((id, name) for id, name in found), key=lambda one: one[1].casefold())


def _of_centre(centre: Centre, of_all_centres: bool) -> Select[AuditEntry, str]:
    where = AuditEntry.centre_id == centre.id
    if of_all_centres:
        where |= AuditEntry.centre_id.is_(None)
    query = select(AuditEntry, User.name).join(User, User.id == AuditEntry.user_id, isouter=True)
    return query.where(where).order_by(AuditEntry.id.desc())
