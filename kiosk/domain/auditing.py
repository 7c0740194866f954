"""Who changed what."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kiosk.models import AuditEntry


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
