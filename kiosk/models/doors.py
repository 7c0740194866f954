from datetime import datetime
from uuid import UUID

from sqlalchemy import Double, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.models.columns import Instant, Key


class UsedOp(Base):
    """The id of a form that was sent and done. Sent a second time, it does nothing."""

    __tablename__ = "used_op"
    __table_args__ = ({"sqlite_with_rowid": False},)

    id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    used_at: Mapped[datetime] = mapped_column(Instant)


class RateBucket(Base):
    """How many attempts are left for what is limited: a name, an address.

    The key is an HMAC with a salt of the day, so that neither can be read from it.
    """

    __tablename__ = "rate_bucket"
    __table_args__ = ({"sqlite_with_rowid": False},)

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    tokens: Mapped[float] = mapped_column(Double)
    filled_at: Mapped[datetime] = mapped_column(Instant)
