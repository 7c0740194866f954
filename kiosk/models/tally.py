from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.extensions import Base
from kiosk.kinds import Audience, EventKind, HoldReason, Outcome, Quality, Reason, Span, TimeQuality
from kiosk.models.columns import Instant, Key, one_of


class TallyEvent(Base):
    """One fact in the ledger. Triggers in the first migration let it only grow.

    The random key without rowid means that neither order nor time can be read from where a row lies.
    """

    __tablename__ = "tally_event"
    __table_args__ = (
        CheckConstraint("count <> 0", name="count_not_zero"),
        CheckConstraint("hour BETWEEN 0 AND 23", name="hour"),
        CheckConstraint("(kind = 'undo') = (undoes IS NOT NULL)", name="undo_names_its_tap"),
        CheckConstraint("kind <> 'tap' OR count > 0", name="tap_counts_up"),
        CheckConstraint("kind <> 'undo' OR count < 0", name="undo_counts_down"),
        CheckConstraint(
            "kind NOT IN ('tap', 'undo') OR (span = 'day' AND user_id IS NULL)", name="tap_is_of_a_day_and_nobody"
        ),
        # Answers every sum alone.
        Index("ix_tally_event_sum", "centre_id", "day", "activity_id", "span", "quality", "count"),
        Index(
            "uq_tally_event_undoes",
            "undoes",
            unique=True,
            sqlite_where=text("undoes IS NOT NULL"),
            postgresql_where=text("undoes IS NOT NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[UUID] = mapped_column(Key, primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    kind: Mapped[EventKind] = mapped_column(one_of(EventKind))
    # Signed, in the activity's smallest unit.
    count: Mapped[int]
    day: Mapped[date]
    span: Mapped[Span] = mapped_column(one_of(Span))
    hour: Mapped[int | None]
    tapped_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    # At most one undo per tap: the unique index below, without the many rows that undo nothing.
    undoes: Mapped[UUID | None] = mapped_column(Key, ForeignKey("tally_event.id"))
    quality: Mapped[Quality] = mapped_column(one_of(Quality))
    time_quality: Mapped[TimeQuality] = mapped_column(one_of(TimeQuality))
    reason: Mapped[Reason | None] = mapped_column(one_of(Reason))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))


class HeldTap(Base):
    """A tap we answer for but do not count yet.

    Its key is made from the tap's id and content, so that the same tap sent again is the same row.
    """

    __tablename__ = "held_tap"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (outcome IS NULL)", name="settled_has_outcome"),
        Index(None, "tap_id"),
        Index(
            "ix_held_tap_unsettled",
            "centre_id",
            sqlite_where=text("settled_at IS NULL"),
            postgresql_where=text("settled_at IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    key: Mapped[UUID] = mapped_column(Key, primary_key=True)
    tap_id: Mapped[UUID] = mapped_column(Key)
    # Whose staff settle it: the centre it was made for, or the poster's where that is unknown.
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    audience: Mapped[Audience] = mapped_column(one_of(Audience))
    # As sent, cut to what a key can be; null where it was no text or number at all.
    activity_key: Mapped[str | None] = mapped_column(String(64))
    count: Mapped[int | None] = mapped_column(Integer)
    undoes: Mapped[UUID | None] = mapped_column(Key)
    day: Mapped[date]
    hour: Mapped[int]
    tapped_at: Mapped[datetime | None] = mapped_column(Instant)
    received_at: Mapped[datetime | None] = mapped_column(Instant)
    time_quality: Mapped[TimeQuality] = mapped_column(one_of(TimeQuality))
    reason: Mapped[HoldReason] = mapped_column(one_of(HoldReason))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    outcome: Mapped[Outcome | None] = mapped_column(one_of(Outcome))
