"""What somebody does with their own password and their own signed-in browsers."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.access import ABSOLUTE, IDLE, Person, WrongNameOrPassword, end_sign_ins, matches
from kiosk.domain.auditing import audit
from kiosk.models import SignIn, User

REMEMBERED = timedelta(days=30)


def check_own_password(session: Session, person: Person, password: str) -> None:
    """Ask a signed-in person for the password again. Raises WrongNameOrPassword."""
    if not matches(session.scalar(select(User.password_hash).where(User.id == person.user_id)), password):
        raise WrongNameOrPassword


def change_password(session: Session, person: Person, password_hash: str, now: datetime) -> None:
    """Give a signed-in person a new password, and sign out all their other browsers."""
    session.execute(
        update(User)
        .where(User.id == person.user_id)
        .values(password_hash=password_hash, code_hash=None, code_expires_at=None)
    )
    end_sign_ins(session, person.user_id, now, but=person.sign_in_id)
    _audit(session, person, "user.change_password", now)


def list_own(session: Session, person: Person, now: datetime) -> list[SignIn]:
    """The browsers in which this person is signed in now, the one seen last first."""
    return list(
        session.scalars(
            select(SignIn)
            .where(
                SignIn.user_id == person.user_id,
                SignIn.ended_at.is_(None),
                SignIn.created_at >= now - ABSOLUTE,
                SignIn.last_seen_at >= now - IDLE,
            )
            .order_by(SignIn.last_seen_at.desc(), SignIn.id.desc())
        )
    )


def end_own(session: Session, person: Person, sign_in_id: int, now: datetime) -> None:
    """Sign another browser of this person out; one that is nobody's or another's stays as it is."""
    ended = session.execute(
        update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.user_id == person.user_id, SignIn.ended_at.is_(None))
        .values(ended_at=now)
        .returning(SignIn.id)
    )
    if ended.first() is not None:
        _audit(session, person, "sign_in.end", now)


def end_others(session: Session, person: Person, now: datetime) -> None:
    """Sign all other browsers of this person out."""
    if end_sign_ins(session, person.user_id, now, but=person.sign_in_id):
        _audit(session, person, "sign_in.end", now)


def forget_old(session: Session, now: datetime) -> None:
    """Forget signed-in browsers of long ago: when somebody worked is nobody's business."""
    session.execute(delete(SignIn).where(SignIn.created_at < now - REMEMBERED))


def _audit(session: Session, person: Person, verb: str, now: datetime) -> None:
    """Of what somebody does with their own sign-in, that it was done is all there is to say."""
    audit(session, verb, person.name, {}, {}, centre_id=person.centre_id, user_id=person.user_id, now=now)
