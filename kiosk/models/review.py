from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.models.columns import Instant, Words


class DayClosing(Base):
    """A day somebody looked over. Reopened ones stay; a day has at most one that holds.

    One that is approved anew, because it had changed, replaces the one before as if that had been reopened.
    """

    __tablename__ = "day_closing"
    __table_args__ = (
        Index(
            "uq_day_closing_holds",
            "centre_id",
            "day",
            unique=True,
            sqlite_where=text("reopened_at IS NULL"),
            postgresql_where=text("reopened_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    day: Mapped[date]
    was_open: Mapped[bool]
    # {activity key: count in its smallest unit} as they were approved.
    totals: Mapped[dict[str, int]] = mapped_column(Words)
    sentence: Mapped[str | None] = mapped_column(String(140))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reopened_at: Mapped[datetime | None] = mapped_column(Instant)
    reopened_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
