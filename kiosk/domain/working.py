"""What the screens of volunteers and staff show beside their buttons: today's numbers, and the newest taps."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.counting import count_by
from kiosk.domain.periods import Period
from kiosk.domain.screens import ShownButton, ShownScreen
from kiosk.kinds import Bucket, EventKind
from kiosk.models import TallyEvent

# How far back a screen can take taps back; what is older is a correction.
NEWEST = 20


@dataclass(frozen=True)
class NewestTap:
    """One tap of a screen; `count` in the activity's smallest unit, `tapped_at` to the minute."""

    id: UUID
    button: ShownButton
    count: int
    tapped_at: datetime
    is_undone: bool


def count_today(session: Session, screen: ShownScreen, today: date) -> dict[str, int]:
    """{activity key: today's count of the whole centre} for the buttons of a screen, in the smallest unit."""
    ids = [button.activity_id for button in screen.buttons]
    counts = count_by(session, [screen.centre_id], Period.of_day(today), Bucket.DAY, ids)
    by_id = {one.activity_id: one.count for one in counts}
    return {button.activity: by_id.get(button.activity_id, 0) for button in screen.buttons}


def list_newest(session: Session, screen: ShownScreen, today: date) -> list[NewestTap]:
    """The NEWEST taps made today for the screen's audience on what it offers, newest first, undone ones too.

    None of a day that was looked over: its minutes are forgotten.
    """
    buttons = {button.activity_id: button for button in screen.buttons}
    undo = aliased(TallyEvent)
    rows = session.execute(
        select(TallyEvent.id, TallyEvent.activity_id, TallyEvent.count, TallyEvent.tapped_at, undo.id.is_not(None))
        .outerjoin(undo, undo.undoes == TallyEvent.id)
        .where(
            TallyEvent.centre_id == screen.centre_id,
            TallyEvent.day == today,
            TallyEvent.activity_id.in_(buttons.keys()),
            TallyEvent.kind == EventKind.TAP,
            TallyEvent.audience == screen.audience,
            TallyEvent.tapped_at.is_not(None),
        )
        .order_by(TallyEvent.tapped_at.desc(), TallyEvent.id)
        .limit(NEWEST)
    )
    return [
        NewestTap(
            id=id,
            button=buttons[activity_id],
            count=count,
            tapped_at=tapped_at.replace(second=0, microsecond=0),
            is_undone=is_undone,
        )
        for id, activity_id, count, tapped_at, is_undone in rows
        if tapped_at is not None
    ]
