"""People who sign in: their passwords, and their signed-in browsers."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from werkzeug.security import check_password_hash

from kiosk.domain.installing import Standing, standing
from kiosk.domain.ledger import insert_once
from kiosk.domain.names import clean_name
from kiosk.domain.passwords import SHORTEST, Flaw, find_flaw, hash_secret
from kiosk.kinds import Role
from kiosk.models import Centre, Installation, SignIn, User
from kiosk.models.prepared import Prepared

LONGEST_NAME = 80
SHORTEST_PASSWORD = SHORTEST
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


class BadPassword(Exception):
    """A new password that cannot be used; one of the three below."""


class PasswordTooShort(BadPassword):
    """Under SHORTEST_PASSWORD characters."""


class PasswordTooLong(BadPassword):
    """Over passwords.LONGEST characters."""


class PasswordTooCommon(BadPassword):
    """Everybody would try it: on the list, a pattern, or made of the names of the person and the centre."""


FLAWS: dict[Flaw, type[BadPassword]] = {
    Flaw.TOO_SHORT: PasswordTooShort,
    Flaw.TOO_LONG: PasswordTooLong,
    Flaw.TOO_COMMON: PasswordTooCommon,
}


class NameMissing(Exception):
    """A user needs a name of 1–80 characters."""


@dataclass(frozen=True)
class Person:
    """A signed-in person. `centre_id` None: acts for all centres. `timezone`: of the own centre."""

    user_id: int
    name: str
    role: Role
    centre_id: int | None
    sign_in_id: int
    # Whether the password was typed just now.
    is_fresh: bool = False
    timezone: str = ""
    # Of the installation, read in one go as with a tablet: a page that refreshes itself asks for both.
    standing: Standing | None = None


def token_hash(token: str) -> bytes:
    """What is stored of a token: SHA-256 is enough for 256 random bits."""
    return hashlib.sha256(token.encode()).digest()


def name_key(name: str) -> str:
    """The form in which names are compared: without case and doubled spaces."""
    return clean_name(name).casefold()


def hash_new_password(password: str, *, about: Iterable[str] = ()) -> str:
    """What to store of a new password; takes long, so never while writing. Raises BadPassword.

    `about`: the names of the person and of the centre, which it must not be made of.
    """
    flaw = find_flaw(password, about)
    if flaw is not None:
        raise FLAWS[flaw]
    return hash_secret(password)


def hash_chosen_password(session: Session, name: str, centre_id: int | None, password: str) -> str:
    """What to store of the password that somebody of this name and centre chooses. Raises BadPassword."""
    centre = session.scalar(select(Centre.name).where(Centre.id == centre_id))
    return hash_new_password(password, about=[name, centre] if centre else [name])


def add_user(session: Session, name: str, password: str, role: Role, centre: Centre | None, now: datetime) -> User:
    """Make somebody who signs in with this password. Raises NameMissing, NameTaken or BadPassword."""
    about = [name, centre.name] if centre else [name]
    return insert_user(session, name, hash_new_password(password, about=about), role, centre, now)


def insert_user(
    session: Session, name: str, password_hash: str, role: Role, centre: Centre | None, now: datetime
) -> User:
    """Somebody who signs in, with what is stored of the password. Raises NameMissing or NameTaken."""
    name = clean_name(name)
    # Case folding makes some names longer: ß becomes ss.
    if not name or len(name) > LONGEST_NAME or len(name_key(name)) > LONGEST_NAME:
        raise NameMissing
    row = {
        "name": name,
        "name_key": name_key(name),
        "password_hash": password_hash,
        "role": role,
        "centre_id": centre.id if centre else None,
        "created_at": now,
    }
    made = session.execute(insert_once(session, User).returning(User.__table__.c.id), [row]).scalar()
    if made is None:
        raise NameTaken
    return session.get_one(User, made)


def check_password(session: Session, name: str, password: str) -> int:
    """The id of the user with this name and password. Raises WrongNameOrPassword."""
    found = session.execute(
        select(User.id, User.password_hash).where(User.name_key == name_key(name), User.disabled_at.is_(None))
    ).first()
    if not matches(found.password_hash if found else "", password) or found is None:
        raise WrongNameOrPassword
    user_id: int = found.id
    return user_id


def matches(stored: str | None, secret: str) -> bool:
    """Whether a password or a one-time code is the stored one. Where nothing is stored it takes as long to say no."""
    nobodys = _nobodys_hash()
    return check_password_hash(stored or nobodys, secret) and bool(stored)


def start_sign_in(session: Session, user_id: int, now: datetime) -> str:
    """Sign a browser in. Returns its token, which is nowhere stored in clear."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(token_hash=token_hash(token), user_id=user_id, created_at=now, last_seen_at=now, confirmed_at=now)
    )
    return token


_PERSON_OF_TOKEN = Prepared(
    select(
        SignIn.id,
        SignIn.created_at,
        SignIn.last_seen_at,
        SignIn.confirmed_at,
        User.id,
        User.name,
        User.role,
        User.centre_id,
        Centre.timezone,
        Installation.epoch,
        Installation.high_water_on,
    )
    .select_from(SignIn)
    .join(Installation, Installation.id == 1)
    .join(User, User.id == SignIn.user_id)
    .outerjoin(Centre, Centre.id == User.centre_id)
    .where(SignIn.token_hash == bindparam("token_hash"), SignIn.ended_at.is_(None), User.disabled_at.is_(None))
)


def find_person(session: Session, token: str, now: datetime) -> tuple[Person, bool] | None:
    """Who holds this token, and whether `last_seen_at` should be written anew; None when it no longer counts."""
    rows = _PERSON_OF_TOKEN.rows(session, token_hash=token_hash(token))
    if not rows:
        return None
    sign_in_id, created_at, last_seen_at, confirmed_at, user_id, name, role, centre_id, timezone = rows[0][:9]
    epoch, high_water_on = rows[0][9:]
    if created_at < now - ABSOLUTE or last_seen_at < now - IDLE:
        return None
    # Either way: a clock that has gone back makes nobody fresh for ever.
    is_fresh = confirmed_at is not None and abs(now - confirmed_at) < FRESH
    person = Person(
        user_id, name, role, centre_id, sign_in_id, is_fresh, timezone or "", standing(epoch, high_water_on, now)
    )
    return person, last_seen_at < now - SEEN_EVERY


def touch_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(last_seen_at=now))


def confirm_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    """The right password was typed again in this browser."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(confirmed_at=now, last_seen_at=now))


def end_sign_in(session: Session, sign_in_id: int, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in_id, SignIn.ended_at.is_(None)).values(ended_at=now))


def end_sign_ins(session: Session, user_id: int, now: datetime, *, but: int | None = None) -> int:
    """Sign somebody out everywhere, `but` in one browser. Returns how many it were."""
    which = update(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None))
    if but is not None:
        which = which.where(SignIn.id != but)
    return len(session.execute(which.values(ended_at=now).returning(SignIn.id)).all())


@cache
def _nobodys_hash() -> str:
    return hash_secret(secrets.token_urlsafe(16))


class CentreNotFound(Exception):
    """No such centre, or not one this person may see."""


def find_centre(session: Session, person: Person, slug: str | None) -> Centre:
    """The centre a person asks for: their own, or for somebody of all centres the named one, else the first.

    Raises CentreNotFound, also when there is no centre at all.
    """
    if person.centre_id is not None:
        centre = session.get(Centre, person.centre_id)
    else:
        query = select(Centre).order_by(Centre.name, Centre.id).limit(1)
        centre = session.scalar(query if slug is None else query.where(Centre.slug == slug))
    if centre is None or slug not in (None, centre.slug):
        raise CentreNotFound
    return centre
