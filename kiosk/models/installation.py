from datetime import date, datetime

from sqlalchemy import CheckConstraint, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.models.columns import Instant


class Installation(Base):
    """The one row about this database itself."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    # Changed by a restore: a tablet that sees a new one offers its last 72 hours again.
    epoch: Mapped[str]
    # The latest date the server has seen; a clock before it is wrong.
    high_water_on: Mapped[date]
    # When what need not be kept was last forgotten, by the server's own date.
    tidied_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Of the code in the terminal that opens the first start; null once there is a leader.
    start_code_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32))
