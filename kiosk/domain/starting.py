"""The first start: from an empty installation to a centre with a leader and a tablet, step by step.

Where it stands is read from what is there, so that it goes on after a closed browser or a restarted server.
"""

import hmac
from datetime import datetime
from enum import StrEnum
from itertools import count

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.domain import stations
from kiosk.domain.access import add_user, token_hash
from kiosk.domain.auditing import audit
from kiosk.domain.installing import ensure_installation
from kiosk.domain.screen_codes import new_code, read_code
from kiosk.domain.setup import open_centre, read_name, suggest_slug
from kiosk.kinds import Audience, Role
from kiosk.models import Centre, Installation, Screen, Station, TallyEvent, User


class Step(StrEnum):
    """What the first start waits for."""

    CENTRE = "centre"
    LEADER = "leader"
    TABLET = "tablet"
    DONE = "done"


class StartCodeNotValid(Exception):
    """It is not the code that the last start of the server has printed."""


class NotThisStep(Exception):
    """Somebody else has done this step in the meantime."""


def find_step(session: Session) -> Step:
    """Where the first start stands. A tablet that was ever paired ends it, for good."""
    has_centre, has_leader, has_tablet = session.execute(
        select(
            exists(select(Centre.id)),
            exists(select(User.id).where(User.role == Role.LEADER)),
            exists(select(Station.id).where(Station.paired_at.is_not(None))),
        )
    ).one()
    if not has_leader:
        return Step.LEADER if has_centre else Step.CENTRE
    return Step.DONE if has_tablet else Step.TABLET


def renew_start_code(session: Session, now: datetime) -> str | None:
    """A new code for the terminal, at each start of the server; None once there is a leader."""
    if find_step(session) not in (Step.CENTRE, Step.LEADER):
        return None
    code = new_code()
    ensure_installation(session, now).start_code_hash = token_hash(code)
    return code


def check_start_code(session: Session, typed: str) -> str:
    """What a browser keeps as its proof that it had the code. Raises StartCodeNotValid."""
    proof = token_hash(read_code(typed)).hex()
    if not holds_start_code(session, proof):
        raise StartCodeNotValid
    return proof


def holds_start_code(session: Session, proof: str | None) -> bool:
    """Whether this proof is of the code that is valid now."""
    stored = session.scalar(select(Installation.start_code_hash))
    return stored is not None and proof is not None and hmac.compare_digest(stored.hex(), proof)


def name_centre(session: Session, name: str, now: datetime) -> Centre:
    """Make the first centre with its catalogue and screens; or rename it, as long as nobody has counted there.

    Its slug is made from the name. Raises NotThisStep, or `setup.NameMissing`.
    """
    step, centre = find_step(session), find_first_centre(session)
    if centre is None:
        return open_centre(session, name, suggest_slug(name), now)[0]
    if step is not Step.LEADER or has_numbers(session):
        raise NotThisStep
    old, centre.name = centre.name, read_name(name)
    centre.slug = suggest_slug(centre.name)
    if centre.name != old:
        was, now_is = {"name": old}, {"name": centre.name}
        audit(session, "centre.rename", centre.slug, was, now_is, centre_id=centre.id, user_id=None, now=now)
    return centre


def find_first_centre(session: Session) -> Centre | None:
    """The centre that the first start is about."""
    return session.scalars(select(Centre).order_by(Centre.id).limit(1)).first()


def has_numbers(session: Session) -> bool:
    """Whether the centre was there before the first start, as the demo's is."""
    return bool(session.scalar(select(exists(select(TallyEvent.id)))))


def add_first_leader(session: Session, name: str, password: str, now: datetime) -> User:
    """The leader of the first centre; with one, the code in the terminal opens nothing any more.

    Raises NotThisStep, or what `add_user` raises.
    """
    centre = find_first_centre(session)
    if centre is None or find_step(session) is not Step.LEADER:
        raise NotThisStep
    leader = add_user(session, name, password, Role.LEADER, centre, now)
    ensure_installation(session, now).start_code_hash = None
    audit(session, "user.add", leader.name, {}, {"role": leader.role}, centre_id=centre.id, user_id=None, now=now)
    return leader


def make_first_tablet(session: Session, centre: Centre, user_id: int, now: datetime) -> str:
    """The browser of the first start becomes the tablet by the door. Returns its token.

    One that waits to be paired, as those of the demo, is taken before another is added.
    """
    door = session.scalars(
        select(Screen)
        .where(Screen.centre_id == centre.id, Screen.audience == Audience.PARTICIPANT)
        .order_by(Screen.id)
        .limit(1)
    ).one()
    there = stations.list_stations(session, centre.id)
    waiting = next((one for one in there if one.paired_at is None and one.screen_id == door.id), None)
    if waiting is None:
        taken = {one.name.casefold() for one in there}
        names = (door.name if number == 1 else f"{door.name} {number}" for number in count(1))
        name = next(name for name in names if name.casefold() not in taken)
        waiting = stations.add_station(session, [door], name, now, user_id=user_id)
    audit(session, "station.pair", waiting.name, {}, {}, centre_id=centre.id, user_id=user_id, now=now)
    return stations.pair(session, waiting, now)
