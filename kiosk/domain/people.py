"""People who sign in, as a leader sees them.

A leader of a centre has to do with the people of that centre only; one without a centre, and the command line
(`leader` None), with all.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from kiosk.domain.access import CentreNotFound, Person, name_key
from kiosk.kinds import Role, UserState
from kiosk.models import Centre, User


class UserNotFound(Exception):
    """No such user, or not one this leader has to do with."""


@dataclass(frozen=True)
class ListedUser:
    """`centre` and its slug None: all centres. `code_expires_at` only while a code waits to be used."""

    id: int
    name: str
    role: Role
    centre: str | None
    centre_slug: str | None
    state: UserState
    code_expires_at: datetime | None


def list_users(session: Session, leader: Person | None, now: datetime) -> list[ListedUser]:
    """Everybody this leader has to do with, by name; those who may not sign in last."""
    listed = [_listed(user, centre, now) for user, centre in session.execute(_users(leader))]
    return sorted(listed, key=lambda one: (one.state is UserState.DISABLED, one.name.casefold(), one.id))


def find_user(session: Session, leader: Person | None, user_id: int, now: datetime) -> ListedUser:
    """One of them. Raises UserNotFound."""
    row = session.execute(_users(leader).where(User.id == user_id)).first()
    if row is None:
        raise UserNotFound
    return _listed(row[0], row[1], now)


def find_user_id(session: Session, leader: Person | None, name: str) -> int:
    """Who has this name, however it is written. Raises UserNotFound."""
    user_id = session.scalar(select(User.id).where(User.name_key == name_key(name), is_in_reach(leader)))
    if user_id is None:
        raise UserNotFound
    return user_id


def list_own_centres(session: Session, leader: Person | None) -> list[Centre]:
    """The centres this leader may put people in, by name."""
    query = select(Centre).order_by(Centre.name, Centre.id)
    if leader is not None and leader.centre_id is not None:
        query = query.where(Centre.id == leader.centre_id)
    return list(session.scalars(query))


def find_own_centre(session: Session, leader: Person | None, slug: str | None) -> Centre | None:
    """The centre of this slug; None for all centres. Raises CentreNotFound for what is not this leader's to give."""
    if slug is None and (leader is None or leader.centre_id is None):
        return None
    for centre in list_own_centres(session, leader):
        if centre.slug == slug:
            return centre
    raise CentreNotFound


def is_in_reach(leader: Person | None) -> ColumnElement[bool]:
    """What picks the users this leader has to do with."""
    return true() if leader is None or leader.centre_id is None else User.centre_id == leader.centre_id


def _users(leader: Person | None) -> Select[User, Centre | None]:
    return select(User, Centre).outerjoin(Centre, Centre.id == User.centre_id).where(is_in_reach(leader))


def _listed(user: User, centre: Centre | None, now: datetime) -> ListedUser:
    has_code = user.code_hash is not None and user.code_expires_at is not None and user.code_expires_at > now
    if user.disabled_at is not None:
        state = UserState.DISABLED
    elif user.password_hash:
        state = UserState.CAN_SIGN_IN
    else:
        state = UserState.HAS_CODE if has_code else UserState.NEEDS_CODE
    return ListedUser(
        id=user.id,
        name=user.name,
        role=user.role,
        centre=centre.name if centre else None,
        centre_slug=centre.slug if centre else None,
        state=state,
        code_expires_at=user.code_expires_at if state is UserState.HAS_CODE else None,
    )
