"""The row about this database itself."""

import secrets
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.models import Installation


def ensure_installation(session: Session, now: datetime) -> Installation:
    """The row about this database, made at the first start."""
    installation = session.get(Installation, 1)
    if installation is None:
        installation = Installation(epoch=secrets.token_hex(8), high_water_on=now.date(), created_at=now)
        session.add(installation)
    return installation


def find_epoch(session: Session) -> str | None:
    """What a tablet remembers this database by; None before the first start."""
    return session.scalar(select(Installation.epoch))
