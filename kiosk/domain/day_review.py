"""All that is shown when a day is looked over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.auditing import AuditLine, list_changes_of_day
from kiosk.domain.checking import Burst
from kiosk.domain.closings import find_closing, was_ever_approved
from kiosk.domain.counting import count_hours, list_activities
from kiosk.domain.days import DayRow, count_totals, day_table
from kiosk.domain.exact import TabletDay, list_bursts, list_tablet_days
from kiosk.domain.food import Food, suggest_food_correction
from kiosk.domain.opening_days import find_open_days
from kiosk.domain.periods import Period, local_day_and_hour
from kiosk.domain.tidying import find_coarse_days
from kiosk.models import Activity, Centre, DayClosing, HeldTap, Station, User


@dataclass(frozen=True)
class Lane:
    """An activity through the day: its own events by hour, and what has no hour."""

    activity: Activity
    by_hour: dict[int, int]
    without_hour: int


@dataclass(frozen=True)
class DayReview:
    """`totals`: what is approved when the day is. `closing`: the approval that holds, by `closed_by`.

    `first_hour` and `last_hour` bound the lanes. `silent` and `pending`: tablets that may hold more.
    """

    day: date
    today: date
    is_open_day: bool
    rows: list[DayRow]
    totals: dict[str, int]
    closing: DayClosing | None
    closed_by: str | None
    lanes: list[Lane]
    hours: range
    bursts: list[tuple[Burst, Activity, str]]
    held: Sequence[HeldTap]
    silent: list[TabletDay]
    pending: list[TabletDay]
    log: Sequence[AuditLine]
    # Where what volunteers counted by hand is not what was tapped.
    food: Food | None
    # All that the centre counts, by key: what the words of the log and of held taps are made with.
    activities: dict[str, Activity]

    @property
    def day_before(self) -> date:
        return self.day - timedelta(days=1)

    @property
    def day_after(self) -> date:
        return self.day + timedelta(days=1)

    @property
    def is_to_come(self) -> bool:
        return self.day > self.today

    @property
    def is_counted(self) -> bool:
        return any(self.totals.values())

    def is_unusual(self, row: DayRow) -> bool:
        """Whether a number is to be pointed out: a low one neither while the day goes on nor where it was closed."""
        is_over_and_open = (
            self.day < self.today and self.is_open_day and (self.closing is None or self.closing.was_open)
        )
        return row.is_high or (row.is_odd and is_over_and_open)

    @property
    def changed(self) -> list[DayRow]:
        """What is another number than was approved."""
        return [row for row in self.rows if row.approved is not None]

    @property
    def is_settled(self) -> bool:
        """Approved, and still so."""
        return self.closing is not None and not self.changed


# Drawn even where nothing was counted, so that days look alike.
USUAL_HOURS = (9, 15)


def review_day(session: Session, centre: Centre, day: date, now: datetime) -> DayReview:
    """A centre's day, for whoever looks it over."""
    today, _ = local_day_and_hour(now, centre.timezone)
    closing = find_closing(session, centre.id, day)
    is_coarse = find_coarse_days(session, centre.id, centre.timezone, [day], now)
    # Of a reopened day nobody knows any more which tablets its taps came from.
    is_exact = day <= today and not is_coarse and not was_ever_approved(session, centre.id, day)
    lanes = _lanes(session, centre, day)
    counted = [hour for lane in lanes for hour in lane.by_hour]
    tablets = list_tablet_days(session, centre, day) if is_exact else []
    is_open = day in find_open_days(session, centre, Period.of_day(day))
    return DayReview(
        day=day,
        today=today,
        is_open_day=is_open,
        rows=day_table(session, centre, day, closing),
        totals=count_totals(session, centre.id, day),
        closing=closing,
        closed_by=_name(session, closing.closed_by_id) if closing else None,
        lanes=lanes,
        hours=range(min([*counted, USUAL_HOURS[0]]), max([*counted, USUAL_HOURS[1]]) + 1),
        bursts=_bursts(session, centre, day) if is_exact else [],
        held=list_held_of_day(session, centre.id, day),
        silent=[one for one in tablets if one.taps == 0] if is_open else [],
        pending=[one for one in tablets if one.pending],
        log=list_changes_of_day(session, centre, day),
        food=suggest_food_correction(session, centre.id, day),
        activities={one.key: one for one in list_activities(session)},
    )


def list_held_of_day(session: Session, centre_id: int, day: date) -> Sequence[HeldTap]:
    """What waits for a person and would count on this day."""
    unsettled = select(HeldTap).where(HeldTap.centre_id == centre_id, HeldTap.day == day, HeldTap.settled_at.is_(None))
    return session.scalars(unsettled.order_by(HeldTap.hour, HeldTap.key)).all()


def _lanes(session: Session, centre: Centre, day: date) -> list[Lane]:
    hours = count_hours(session, centre.id, day)
    return [
        Lane(
            activity,
            {hour: count for hour, count in _hours(hours[activity.id])},
            hours[activity.id].get(None, 0),
        )
        for activity in list_activities(session, centre.id)
        if activity.id in hours
    ]


def _hours(by_hour: dict[int | None, int]) -> list[tuple[int, int]]:
    """The hours that have a number."""
    return sorted((hour, count) for hour, count in by_hour.items() if hour is not None and count)


def _bursts(session: Session, centre: Centre, day: date) -> list[tuple[Burst, Activity, str]]:
    """Each with its activity and the name of its tablet."""
    from_tablets = list_bursts(session, centre.id, day)
    if not from_tablets:
        return []
    activities = {one.id: one for one in list_activities(session, centre.id)}
    names = dict(session.execute(select(Station.id, Station.name).where(Station.centre_id == centre.id)).all())
    return [(one, activities[one.first.activity_id], names[one.first.station_id]) for one in from_tablets]


def _name(session: Session, user_id: int | None) -> str | None:
    return session.scalar(select(User.name).where(User.id == user_id)) if user_id is not None else None
