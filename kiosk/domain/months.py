"""A month as the paper sheet shows it: days down, activities across, week by week."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from kiosk.domain.closings import differences, find_closings
from kiosk.domain.counting import Count, count_by_each, list_activities
from kiosk.domain.opening_days import Completeness, States, all_approved, completeness, find_states
from kiosk.domain.periods import Period, whole_bucket
from kiosk.kinds import Bucket, DayState, Input, Quality
from kiosk.models import Activity, Centre, DayClosing


@dataclass(frozen=True)
class MonthDay:
    """`counts` stand in the order of the table's activities; None where there is no number, which is not zero.

    `is_changed`: the counts are not what was approved.
    """

    day: date
    state: DayState | None
    sentence: str | None
    is_changed: bool
    counts: list[Count | None]

    @property
    def has_numbers(self) -> bool:
        return any(count is not None for count in self.counts)


@dataclass(frozen=True)
class MonthWeek:
    """The days of an ISO week that lie in the month, and their sums; `whole` is the whole week."""

    period: Period
    whole: Period
    days: list[MonthDay]
    counts: list[Count | None]


@dataclass(frozen=True)
class MonthTable:
    """`without_day`: what was entered for the month alone, in smallest units; it is in `totals` and in no day."""

    period: Period
    activities: list[Activity]
    weeks: list[MonthWeek]
    without_day: list[int]
    totals: list[Count | None]
    completeness: Completeness

    @property
    def sentences(self) -> list[MonthDay]:
        """The days of which somebody wrote something."""
        return [day for week in self.weeks for day in week.days if day.sentence]


def month_table(session: Session, centre: Centre, year: int, month: int, today: date) -> MonthTable:
    """The grid of a month: every activity that has a number in it. Raises ValueError for one no calendar has."""
    period = Period.of_month(year, month)
    counts = count_by_each(session, [centre.id], period, [Bucket.DAY, Bucket.WEEK, Bucket.MONTH])
    totals = {one.activity_id: one for one in counts[Bucket.MONTH]}
    activities = [one for one in list_activities(session, centre.id) if one.id in totals]
    states = find_states(session, centre, period, today)
    days = _days(session, centre, period, activities, states, counts[Bucket.DAY])
    weeks = []
    for part in period.buckets(Bucket.WEEK):
        sums = {one.activity_id: one for one in counts[Bucket.WEEK] if one.bucket == part}
        state = DayState.APPROVED if all_approved(states[day] for day in part.days()) else None
        weeks.append(
            MonthWeek(
                period=part,
                whole=whole_bucket(part.first, Bucket.WEEK),
                days=[days[day] for day in part.days()],
                counts=[count_or_zero(centre.id, one, part, sums.get(one.id), state) for one in activities],
            )
        )
    in_days: defaultdict[int, int] = defaultdict(int)
    for one in counts[Bucket.WEEK]:
        in_days[one.activity_id] += one.count
    return MonthTable(
        period=period,
        activities=activities,
        weeks=weeks,
        without_day=[totals[one.id].count - in_days[one.id] for one in activities],
        totals=[totals[one.id] for one in activities],
        completeness=completeness(states),
    )


def count_or_zero(
    centre_id: int, activity: Activity, period: Period, count: Count | None, state: DayState | None
) -> Count | None:
    """The count, or the zero that somebody vouched for by approving what has none."""
    if count is None and state is DayState.APPROVED and activity.input is not Input.ENTER:
        return Count(centre_id, activity.id, period, 0, Quality.COUNTED)
    return count


def _days(
    session: Session,
    centre: Centre,
    period: Period,
    activities: Sequence[Activity],
    states: States,
    counts: Sequence[Count],
) -> dict[date, MonthDay]:
    by_day: defaultdict[date, dict[int, Count]] = defaultdict(dict)
    for one in counts:
        by_day[one.bucket.first][one.activity_id] = one
    closings = find_closings(session, centre.id, period)

    def row(day: date) -> MonthDay:
        closing, state, on_day = closings.get(day), states[day], by_day[day]
        return MonthDay(
            day=day,
            state=state,
            sentence=closing.sentence if closing else None,
            is_changed=closing is not None and _differs(closing, activities, on_day),
            counts=[count_or_zero(centre.id, one, Period.of_day(day), on_day.get(one.id), state) for one in activities],
        )

    return {day: row(day) for day in period.days()}


def _differs(closing: DayClosing, activities: Sequence[Activity], counts: dict[int, Count]) -> bool:
    counted = {one.key: counts[one.id].count for one in activities if one.id in counts}
    return bool(differences(closing.totals, counted))
