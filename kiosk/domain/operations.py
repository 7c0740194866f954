"""What a form asks for is done once, however often the form is sent."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kiosk.domain.ledger import insert_once
from kiosk.models import UsedOp

# Nobody sends a form that was opened so long ago.
REMEMBERED = timedelta(days=30)


def do_once(session: Session, op_id: UUID, now: datetime) -> bool:
    """Whether what this form asks for is still to be done; False when it was done already.

    Must run in the transaction that does it: when that is taken back, so is this.
    """
    done = session.execute(
        insert_once(session, UsedOp).returning(UsedOp.__table__.c.id), [{"id": op_id, "used_at": now}]
    )
    return done.first() is not None


def is_done(session: Session, op_id: UUID) -> bool:
    """Whether a form was done before: for what cannot be checked again, as the password that it changed."""
    return session.get(UsedOp, op_id, populate_existing=True) is not None


def forget_old(session: Session, now: datetime) -> None:
    """Forget the ids of forms that were sent longer than REMEMBERED ago."""
    session.execute(delete(UsedOp).where(UsedOp.used_at < now - REMEMBERED))
