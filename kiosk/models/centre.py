from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Load, Mapped, mapped_column, relationship

from kiosk.extensions import Base
from kiosk.kinds import Audience, Input
from kiosk.models.columns import Instant, Words, one_of


class Centre(Base):
    """A place that counts."""

    __tablename__ = "centre"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    timezone: Mapped[str] = mapped_column(String(40))
    # Weekday numbers as in date.weekday(): [0, 1, 2, 3, 4].
    open_weekdays: Mapped[list[int]] = mapped_column(Words)
    # Volunteer hours divided by this are full-time years.
    hours_per_full_time_year: Mapped[int]


class ClosedPeriod(Base):
    """Days on which a centre is not open although the weekday is one of its own: holidays. Both ends included."""

    __tablename__ = "closed_period"
    __table_args__ = (
        Index(None, "centre_id", "first_on"),
        CheckConstraint("first_on <= last_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    first_on: Mapped[date]
    last_on: Mapped[date]
    words: Mapped[str] = mapped_column(String(80))


class Activity(Base):
    """Something that is counted. The key is stable and never reused."""

    __tablename__ = "activity"
    __table_args__ = (
        CheckConstraint("decimals BETWEEN 0 AND 2", name="decimals"),
        CheckConstraint("part_of_id <> id", name="not_part_of_itself"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    # Null: shared by all centres.
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    # The order in which activities are listed everywhere.
    position: Mapped[int]
    labels: Mapped[dict[str, str]] = mapped_column(Words)
    # Read together, and only with EXPLAINED: most pages list fifty for their labels.
    units: Mapped[dict[str, str]] = mapped_column(Words, deferred=True, deferred_group="definition")
    counts: Mapped[dict[str, str]] = mapped_column(Words, deferred=True, deferred_group="definition")
    counts_not: Mapped[dict[str, str]] = mapped_column(Words, deferred=True, deferred_group="definition")
    decimals: Mapped[int]
    part_of_id: Mapped[int | None] = mapped_column(ForeignKey("activity.id"))
    input: Mapped[Input] = mapped_column(one_of(Input))
    rolls_up: Mapped[bool]
    retired_at: Mapped[datetime | None] = mapped_column(Instant)


# For a query whose activities are explained to somebody.
EXPLAINED = Load(Activity).undefer_group("definition")


class Method(Base):
    """How an activity is counted, from a date. Null centre: at every centre."""

    __tablename__ = "method"
    __table_args__ = (UniqueConstraint("activity_id", "centre_id", "valid_from"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    valid_from: Mapped[date]
    words: Mapped[dict[str, str]] = mapped_column(Words)


class Screen(Base):
    """A grid of buttons."""

    __tablename__ = "screen"
    __table_args__ = (Index(None, "centre_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    name: Mapped[str] = mapped_column(String(80))
    audience: Mapped[Audience] = mapped_column(one_of(Audience))

    centre: Mapped[Centre] = relationship(lazy="raise")
    buttons: Mapped[list["Button"]] = relationship(lazy="raise", order_by="Button.position")


class Button(Base):
    """One activity placed on a screen."""

    __tablename__ = "button"
    __table_args__ = (
        UniqueConstraint("screen_id", "activity_id"),
        CheckConstraint("colour BETWEEN 1 AND 8", name="colour"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    screen_id: Mapped[int] = mapped_column(ForeignKey("screen.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    position: Mapped[int]
    # What the button says where that differs from the activity's own label: "Jeg er her", not "Besøk".
    labels: Mapped[dict[str, str]] = mapped_column(Words)
    icon: Mapped[str] = mapped_column(String(40))
    colour: Mapped[int]
    # In whole units, as shown: [1, 5, 10].
    quick_counts: Mapped[list[int]] = mapped_column(Words)
    usual_maximum: Mapped[int | None]
    # "11-01" to "12-31"; null: all year.
    season_from: Mapped[str | None] = mapped_column(String(5))
    season_to: Mapped[str | None] = mapped_column(String(5))

    activity: Mapped[Activity] = relationship(lazy="raise")
