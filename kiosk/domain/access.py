"""People who sign in: accounts, passwords, signed-in browsers."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash, generate_password_hash

from kiosk.kinds import Role
from kiosk.models import Centre, SignIn, User

LONGEST_NAME = 80
SHORTEST_PASSWORD = 12
IDLE = timedelta(minutes=20)
ABSOLUTE = timedelta(hours=10)
# last_seen_at is written at most this often: a page that refreshes itself must not write each time.
SEEN_EVERY = timedelta(minutes=1)
# What opens a door for others asks for the password when it was typed longer ago than this.
FRESH = timedelta(minutes=10)


class WrongNameOrPassword(Exception):
    """The name is unknown, the password wrong or the account disabled: one answer for all."""


class NameTaken(Exception):
    """Somebody signs in under this name already."""


class PasswordTooShort(Exception):
    """Under SHORTEST_PASSWORD characters."""


class NameMissing(Exception):
    """A user needs a name of 1–80 characters."""


@dataclass(frozen=True)
class Person:
    """A signed-in person. `centre_id` None: acts for all centres."""

    user_id: int
    name: str
    role: Role
    centre_id: int | None
    sign_in_id: int
    # Whether the password was typed just now.
    is_fresh: bool = False


def token_hash(token: str) -> bytes:
    """What is stored of a token: SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def name_key(name: str) -> str:
    """The form in which names are compared: without case and doubled spaces."""
    # No database takes half a surrogate pair in a text, and PostgreSQL no NUL either.
    writable = name.encode(errors="ignore").decode().replace("\0", "")
    return " ".join(writable.split()).casefold()


def add_user(session: Session, name: str, password: str, role: Role, centre: Centre | None, now: datetime) -> User:
    """Make an account. Raises NameMissing, NameTaken or PasswordTooShort."""
    name = " ".join(name.split())
    # Case folding makes some names longer: ß becomes ss.
    if not name or len(name) > LONGEST_NAME or len(name_key(name)) > LONGEST_NAME:
        raise NameMissing
    if len(password) < SHORTEST_PASSWORD:
        raise PasswordTooShort
    if session.scalar(select(User.id).where(User.name_key == name_key(name))) is not None:
        raise NameTaken
    user = User(
        name=name,
        name_key=name_key(name),
        password_hash=generate_password_hash(password, "scrypt"),
        role=role,
        centre_id=centre.id if centre else None,
        created_at=now,
    )
    session.add(user)
    return user


def check_password(session: Session, name: str, password: str) -> int:
    """The id of the user with this name and password. Raises WrongNameOrPassword."""
    user = session.scalar(select(User).where(User.name_key == name_key(name), User.disabled_at.is_(None)))
    # An unknown name costs the same time as a known one.
    stored = user.password_hash if user else _nobodys_hash()
    if not check_password_hash(stored, password) or user is None:
        raise WrongNameOrPassword
    return user.id


def start_sign_in(session: Session, user_id: int, now: datetime) -> str:
    """Sign a browser in. Returns its token, which is nowhere stored in clear."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=token_hash(token), user_id=user_id, created_at=now, last_seen_at=now, confirmed_at=now)
    )
    return token


def find_person(session: Session, token: str, now: datetime) -> tuple[Person, bool] | None:
    """Who holds this token, and whether `last_seen_at` should be written anew; None when it no longer counts."""
    row = session.execute(
        select(
            SignIn.id,
            SignIn.created_at,
            SignIn.last_seen_at,
            User.id,
            User.name,
            User.role,
            User.centre_id,
            SignIn.confirmed_at,
        )
        .join(User, User.id == SignIn.user_id)
        .where(SignIn.token_hash == token_hash(token), SignIn.ended_at.is_(None), User.disabled_at.is_(None))
    ).first()
    if row is None or row[1] < now - ABSOLUTE or row[2] < now - IDLE:
        return None
    # Either way: a clock that has gone back makes nobody fresh for ever.
    is_fresh = row[7] is not None and abs(now - row[7]) < FRESH
    person = Person(user_id=row[3], name=row[4], role=row[5], centre_id=row[6], sign_in_id=row[0], is_fresh=is_fresh)
    return person, row[2] < now - SEEN_EVERY


def touch_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def confirm_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    """The right password was typed again in this browser."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(confirmed_at=now, last_seen_at=now))


def end_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=now))


@cache
def _nobodys_hash() -> str:
    return generate_password_hash(secrets.token_urlsafe(16), "scrypt")


class CentreNotFound(Exception):
    """No such centre, or not one this person may see."""


def find_centre(session: Session, person: Person, slug: str | None) -> Centre:
    """The centre a person asks for: their own, or for somebody of all centres the named one, else the first.

    Raises CentreNotFound, also when there is no centre at all.
    """
    query = select(Centre).order_by(Centre.name, Centre.id)
    if slug is not None:
        query = query.where(Centre.slug == slug)
    if person.centre_id is not None:
        query = query.where(Centre.id == person.centre_id)
    centre = session.scalars(query.limit(1)).first()
    if centre is None:
        raise CentreNotFound
    return centre
