from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.models.columns import Instant


class Pairing(Base):
    """A browser that asks to become a tablet, and what became of it. Rows are dropped after a day.

    The code is shown on its screen and opens nothing; the secret is known to the browser alone.
    """

    __tablename__ = "pairing"

    id: Mapped[int] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    # Which tablet it becomes: set together, when a leader approves.
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    # When the browser got its cookie.
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class StationScreen(Base):
    """A further screen of a tablet, beside the one it starts with."""

    __tablename__ = "station_screen"

    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"), primary_key=True)
    screen_id: Mapped[int] = mapped_column(ForeignKey("screen.id"), primary_key=True)
