from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.extensions import Base
from kiosk.kinds import Role
from kiosk.models.centre import Centre, Screen
from kiosk.models.columns import Instant, one_of


class User(Base):
    """A person who signs in. Never a participant."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Compared without case; stored as written.
    name: Mapped[str] = mapped_column(String(80))
    name_key: Mapped[str] = mapped_column(String(80), unique=True)
    # Empty: none was chosen yet, or the leader has taken it back; the one-time code lets a new one be chosen.
    password_hash: Mapped[str] = mapped_column(String(255))
    code_hash: Mapped[str | None] = mapped_column(String(255))
    code_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    role: Mapped[Role] = mapped_column(one_of(Role))
    # Null: acts for all centres.
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)


class SignIn(Base):
    """One signed-in browser. Only the hash of its token is stored."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    last_seen_at: Mapped[datetime] = mapped_column(Instant)
    # When the password was typed last; null: before this was asked.
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)

    user: Mapped[User] = relationship(lazy="raise")


class Station(Base):
    """A tablet. Until it is paired, nobody knows what token_hash is the hash of."""

    __tablename__ = "station"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"), index=True)
    # The one it starts with; further ones are in station_screen.
    screen_id: Mapped[int] = mapped_column(ForeignKey("screen.id"))
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    paired_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    # The tablet's heartbeat, not a tap.
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    pending: Mapped[int | None]
    dead: Mapped[int | None]
    oldest_hours: Mapped[int | None]
    client_version: Mapped[str | None] = mapped_column(String(40))
    # What opens the screens that are not for everybody, and when it did so last; null: they are locked.
    pin_hash: Mapped[str | None] = mapped_column(String(255))
    opened_at: Mapped[datetime | None] = mapped_column(Instant)
    # Since the last right one.
    wrong_pins: Mapped[int] = mapped_column(server_default="0")
    wrong_pin_at: Mapped[datetime | None] = mapped_column(Instant)

    centre: Mapped[Centre] = relationship(lazy="raise")
    screen: Mapped[Screen] = relationship(lazy="raise")
