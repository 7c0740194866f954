from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.kinds import Role
from kiosk.models.columns import Instant, Words, one_of


class AuditEntry(Base):
    """Who changed what. `verb` is `noun.verb`; old and new are what the sentence is built from."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index(None, "centre_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant)
    # Null: by the command line, or so long ago that only the role is kept.
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by_role: Mapped[Role | None] = mapped_column(one_of(Role))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    verb: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(80))
    old: Mapped[dict[str, Any]] = mapped_column(Words)
    new: Mapped[dict[str, Any]] = mapped_column(Words)
