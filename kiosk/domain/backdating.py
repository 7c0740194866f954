"""What was forgotten on the day, entered later: added to what is counted, and marked as backdated."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.auditing import audit
from kiosk.domain.clock import OLDEST
from kiosk.domain.counting import count_by
from kiosk.domain.ledger import add_events
from kiosk.domain.operations import do_once
from kiosk.domain.periods import Period, local_day_and_hour
from kiosk.domain.settling import LARGEST_COUNT
from kiosk.domain.tidying import find_coarse_days
from kiosk.kinds import Audience, Bucket, EventKind, Input, Quality, Span, TimeQuality
from kiosk.models import Activity, Centre, TallyEvent


class Refused(Exception):
    """What cannot be entered later; each reason is one of those below."""


class ActivityNotFound(Refused):
    """No such activity is tapped at this centre."""


class NumberNotValid(Refused):
    """A number is above 0 and at most LARGEST_COUNT of the smallest unit, with as many decimals as it may have."""


class DayInFuture(Refused):
    """The day, or the hour of today, has not come yet."""


class DayTooLongAgo(Refused):
    """The ledger takes nothing that is older than OLDEST."""


@dataclass(frozen=True)
class Forgotten:
    """What was forgotten: `number` as a person writes it, in whole units; `hour` None where nobody knows it."""

    activity: str
    day: date
    hour: int | None
    number: str


def list_tapped(session: Session, centre_id: int) -> Sequence[Activity]:
    """The activities that are tapped at a centre, in their order."""
    query = select(Activity).where(
        Activity.input == Input.TAP,
        Activity.retired_at.is_(None),
        Activity.centre_id.is_(None) | (Activity.centre_id == centre_id),
    )
    return session.scalars(query.order_by(Activity.position, Activity.id)).all()


def backdate(
    session: Session, centre: Centre, forgotten: Forgotten, *, op_id: UUID, user_id: int, now: datetime
) -> None:
    """Add what was forgotten to its day: an ENTRY marked BACKDATED. Sent twice, it counts once.

    Must run in a transaction that writes. Raises ActivityNotFound, NumberNotValid, DayInFuture or DayTooLongAgo.
    """
    activities = {one.key: one for one in list_tapped(session, centre.id)}
    if forgotten.activity not in activities:
        raise ActivityNotFound
    activity = activities[forgotten.activity]
    count = read_number(forgotten.number, activity.decimals)
    today, hour = local_day_and_hour(now, centre.timezone)
    if forgotten.day > today or (forgotten.day == today and forgotten.hour is not None and forgotten.hour > hour):
        raise DayInFuture
    if forgotten.day < today - OLDEST:
        raise DayTooLongAgo
    if not do_once(session, op_id, now):
        return
    is_coarse = bool(find_coarse_days(session, centre.id, centre.timezone, {forgotten.day}, now))
    event = {
        "id": uuid4(),
        "centre_id": centre.id,
        "activity_id": activity.id,
        "kind": EventKind.ENTRY,
        "count": count,
        "day": forgotten.day,
        "span": Span.DAY,
        "hour": forgotten.hour,
        # Of a day that was looked over no minute is kept, not even the one of an entry.
        "received_at": None if is_coarse else now,
        "audience": Audience.STAFF,
        "quality": Quality.BACKDATED,
        "time_quality": TimeQuality.SURE,
        "user_id": user_id,
    }
    add_events(session, [dict.fromkeys(TallyEvent.__table__.c.keys()) | event])
    new = {"activity": activity.key, "count": count}
    audit(session, "entry.add", forgotten.day.isoformat(), {}, new, centre_id=centre.id, user_id=user_id, now=now)


def count_day(session: Session, centre_id: int, activity_id: int, day: date) -> int:
    """What is counted of an activity on a day."""
    return sum(one.count for one in count_by(session, [centre_id], Period.of_day(day), Bucket.DAY, [activity_id]))


def read_number(text: str, decimals: int) -> int:
    """What a person wrote, in the smallest unit: “1,5” with one decimal is 15. Raises NumberNotValid."""
    written = re.fullmatch(r"(\d{1,6})(?:[.,](\d+))?", "".join(text.split()), re.ASCII)
    if written is None:
        raise NumberNotValid
    whole, rest = written[1], (written[2] or "").rstrip("0")
    if len(rest) > decimals:
        raise NumberNotValid
    count = int(whole + rest.ljust(decimals, "0"))
    if not 0 < count <= LARGEST_COUNT:
        raise NumberNotValid
    return count
