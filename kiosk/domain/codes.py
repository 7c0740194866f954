"""One-time codes: the leader hands one over, and the person chooses a password with it.

Nobody ever types another's password, and nobody is told one.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import end_sign_ins, matches, name_key
from kiosk.domain.auditing import audit
from kiosk.domain.passwords import hash_secret
from kiosk.models import User

CODE_LASTS = timedelta(hours=24)
# No vowels, so no words; none that look alike (RFC 8628, 6.1). Eight of them are 35 bits, behind scrypt and a limit.
LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
LENGTH, GROUP = 8, 4


class WrongNameOrCode(Exception):
    """The name is unknown or disabled, the code wrong, used, or too old: one answer for all."""


def derive_code(token: str, op_id: UUID) -> str:
    """The code that a form makes: always the same for the browser that sent it, which alone holds this token.

    So it can be shown again there, also after a double submit, and is stored nowhere in clear.
    """
    digest = hmac.digest(token.encode(), b"one-time code " + op_id.bytes, hashlib.sha256)
    value = int.from_bytes(digest, "big")
    letters = []
    for _ in range(LENGTH):
        value, place = divmod(value, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def new_code() -> str:
    """A code for the terminal, which shows it once."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


def show_code(code: str) -> str:
    """As people read it: BCDF-GHJK."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def read_code(typed: str) -> str:
    """As people type it: without case, spaces and hyphens."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def hash_code(code: str) -> str:
    """What is stored of a code. Takes as long as for a password: a code is short."""
    return hash_secret(code)


def is_current(session: Session, user_id: int, code: str, now: datetime) -> bool:
    """Whether this is the code that waits for the user."""
    found = session.execute(select(User.code_hash, User.code_expires_at).where(User.id == user_id)).one()
    return matches(found.code_hash, code) and found.code_expires_at is not None and found.code_expires_at > now


def check_code(session: Session, name: str, typed: str, now: datetime) -> User:
    """The user of this name, if the code is theirs and still good. Raises WrongNameOrCode."""
    user = session.scalar(select(User).where(User.name_key == name_key(name), User.disabled_at.is_(None)))
    is_right = matches(user.code_hash if user else None, read_code(typed))
    if user is None or not is_right or user.code_expires_at is None or user.code_expires_at <= now:
        raise WrongNameOrCode
    return user


def choose_password(session: Session, user: User, password_hash: str, now: datetime) -> None:
    """Use the code up. `user` is as `check_code` found it. Raises WrongNameOrCode when another was quicker."""
    used = session.execute(
        update(User)
        .where(User.id == user.id, User.code_hash == user.code_hash, User.disabled_at.is_(None))
        .values(password_hash=password_hash, code_hash=None, code_expires_at=None)
        .returning(User.id)
        .execution_options(synchronize_session=False)
    )
    if used.first() is None:
        raise WrongNameOrCode
    end_sign_ins(session, user.id, now)
    audit(session, "user.choose_password", user.name, {}, {}, centre_id=user.centre_id, user_id=user.id, now=now)
