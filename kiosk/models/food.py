from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base


class FoodDay(Base):
    """The food bags of a day as they were counted by hand: packed at the start, left at the end.

    They check the taps and never count themselves.
    """

    __tablename__ = "food_day"
    __table_args__ = (
        CheckConstraint("packed >= 0", name="packed"),
        # True where one of them is not known yet.
        CheckConstraint('"left" BETWEEN 0 AND packed', name="left_of_packed"),
    )

    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    packed: Mapped[int | None]
    left: Mapped[int | None]
