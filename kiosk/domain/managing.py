"""What a leader changes about the people who sign in. Every centre keeps a leader who can."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.access import Person, add_user, end_sign_ins, insert_user
from kiosk.domain.auditing import audit
from kiosk.domain.codes import CODE_LASTS
from kiosk.domain.people import UserNotFound, find_own_centre, is_in_reach
from kiosk.kinds import Role
from kiosk.models import Centre, User


class LastLeader(Exception):
    """A centre would have no leader left who can sign in."""


class IsOneself(Exception):
    """Nobody takes their own password away: one changes it."""


def add_person(
    session: Session, leader: Person | None, name: str, role: Role, slug: str | None, code_hash: str, now: datetime
) -> int:
    """Add somebody who chooses a password with the one-time code. Returns the id. `slug` None: for all centres.

    Raises CentreNotFound, NameMissing or NameTaken.
    """
    centre = find_own_centre(session, leader, slug)
    user = insert_user(session, name, "", role, centre, now)
    _set_code(user, code_hash, now)
    _audit_added(session, leader, user, slug, now)
    return user.id


def add_with_password(
    session: Session, name: str, password: str, role: Role, centre: Centre | None, now: datetime
) -> None:
    """Add somebody with a password, as the command line does. Raises NameMissing, NameTaken or BadPassword."""
    user = add_user(session, name, password, role, centre, now)
    _audit_added(session, None, user, centre.slug if centre else None, now)


def change_role(
    session: Session, leader: Person | None, user_id: int, role: Role, slug: str | None, now: datetime
) -> None:
    """What somebody may do, and where. Raises UserNotFound, CentreNotFound or LastLeader."""
    user, leaders = _find_to_change(session, leader, user_id)
    centre = find_own_centre(session, leader, slug)
    old = {"role": user.role, "centre": _slug(session, user.centre_id)}
    new = {"role": role, "centre": slug}
    if old == new:
        return
    centre_id = centre.id if centre else None
    if not (role is Role.LEADER and centre_id in (None, user.centre_id)):
        _refuse_last_leader(session, user, leaders)
    _audit(session, leader, "user.change", user, old, new, now)
    user.role, user.centre_id = role, centre_id


def disable(session: Session, leader: Person | None, user_id: int, now: datetime) -> None:
    """Let somebody in no more, from now on and everywhere. Raises UserNotFound or LastLeader."""
    user, leaders = _find_to_change(session, leader, user_id)
    if user.disabled_at is not None:
        return
    _refuse_last_leader(session, user, leaders)
    user.disabled_at, user.code_hash, user.code_expires_at = now, None, None
    # Not only asked for at each request: who is let in again later must not find old browsers signed in.
    end_sign_ins(session, user.id, now)
    _audit(session, leader, "user.disable", user, {}, {}, now)


def enable(session: Session, leader: Person | None, user_id: int, now: datetime) -> None:
    """Let somebody in again, with the password they had. Raises UserNotFound."""
    user, _ = _find_to_change(session, leader, user_id)
    if user.disabled_at is not None:
        user.disabled_at = None
        _audit(session, leader, "user.enable", user, {}, {}, now)


def reset(session: Session, leader: Person | None, user_id: int, code_hash: str, now: datetime) -> None:
    """Take somebody's password away and give a one-time code instead. Raises UserNotFound or IsOneself."""
    if leader is not None and leader.user_id == user_id:
        raise IsOneself
    user, _ = _find_to_change(session, leader, user_id)
    user.password_hash = ""
    _set_code(user, code_hash, now)
    end_sign_ins(session, user.id, now)
    _audit(session, leader, "user.reset", user, {}, {}, now)


def _find_to_change(session: Session, leader: Person | None, user_id: int) -> tuple[User, list[User]]:
    """The user as they are now, with all leaders who can sign in: locked, so that two cannot take each other out."""
    leaders = session.scalars(
        select(User)
        .where(User.role == Role.LEADER, User.disabled_at.is_(None), User.password_hash != "")
        .order_by(User.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    user = session.scalar(
        select(User)
        .where(User.id == user_id, is_in_reach(leader))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if user is None:
        raise UserNotFound
    return user, list(leaders)


def _refuse_last_leader(session: Session, user: User, leaders: list[User]) -> None:
    if user not in leaders:
        return
    covered = {other.centre_id for other in leaders if other is not user}
    led = [user.centre_id] if user.centre_id is not None else list(session.scalars(select(Centre.id)))
    if None not in covered and not covered.issuperset(led):
        raise LastLeader


def _set_code(user: User, code_hash: str, now: datetime) -> None:
    user.code_hash, user.code_expires_at = code_hash, now + CODE_LASTS


def _slug(session: Session, centre_id: int | None) -> str | None:
    return session.scalar(select(Centre.slug).where(Centre.id == centre_id))


def _audit_added(session: Session, leader: Person | None, user: User, slug: str | None, now: datetime) -> None:
    _audit(session, leader, "user.add", user, {}, {"role": user.role, "centre": slug}, now)


def _audit(
    session: Session,
    leader: Person | None,
    verb: str,
    user: User,
    old: dict[str, str | None],
    new: dict[str, str | None],
    now: datetime,
) -> None:
    """At the centre the user had before the change."""
    actor_id = leader.user_id if leader else None
    audit(session, verb, user.name, old, new, centre_id=user.centre_id, user_id=actor_id, now=now)
