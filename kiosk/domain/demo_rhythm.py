"""When made-up taps happen: the open days of a year and the rhythm of each activity. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.domain.periods import Period
from kiosk.kinds import Weekday

OPENS, CLOSES = 10, 15

LUNCH_BEGINS = time(11, 30)
LUNCH_MINUTES = 60
# Of those who are there when lunch is served; about 60 % of all visits.
SHARE_THAT_EATS = 0.95

# Taken back at once: a finger on the wrong button, a tap too many.
SHARE_OF_MISTAKES = 0.012
UNDO_SECONDS = (2, 7)

BUSY_MONTHS = dict.fromkeys(range(1, 13), 1.0) | {6: 0.85, 7: 0.6, 8: 0.9, 11: 1.1, 12: 1.2}
BEFORE_CHRISTMAS = {11: 1.0, 12: 4.0}


@dataclass(frozen=True)
class Press:
    """One finger on a button at a local instant; `count` in the activity's smallest unit."""

    id: UUID
    activity: str
    count: int
    at: datetime
    undoes: UUID | None = None


@dataclass(frozen=True)
class Rhythm:
    """How likely an activity is on each weekday (Monday first), in each hour from OPENS, in each month.

    `quick`: the share of presses that may stand for more than one. `is_once`: all of it on one day.
    """

    weekdays: tuple[float, float, float, float, float]
    hours: tuple[float, float, float, float, float]
    months: Mapping[int, float]
    quick: float = 0.0
    is_once: bool = False


FOOD_DAY = Weekday.THURSDAY
ON_FOOD_DAY = (0.0, 0.0, 0.0, 1.0, 0.0)
EVEN_DAYS = (1.0, 1.1, 1.0, 1.0, 0.8)
OFFICE_HOURS = (1.0, 1.0, 0.6, 1.2, 0.8)

OTHER = Rhythm(EVEN_DAYS, OFFICE_HOURS, BUSY_MONTHS)
RHYTHMS = {
    "visit": Rhythm((1.0, 1.15, 1.0, 1.4, 0.75), (0.28, 0.38, 0.18, 0.1, 0.06), BUSY_MONTHS),
    "phone": Rhythm((1.3, 1.1, 1.0, 1.0, 0.8), OFFICE_HOURS, BUSY_MONTHS, quick=0.05),
    "sms": Rhythm((1.2, 1.0, 1.0, 1.2, 0.9), OFFICE_HOURS, BUSY_MONTHS, quick=0.15),
    "wheel_talk": Rhythm((0.4, 1.3, 1.3, 0.8, 0.2), (1.2, 1.0, 0.3, 1.2, 0.6), BUSY_MONTHS),
    "trip": Rhythm((0.0, 0.0, 1.0, 0.0, 1.0), (0.0, 0.0, 0.0, 0.3, 1.0), {5: 1.0, 6: 1.0, 9: 1.0}, 0.8, is_once=True),
    "food_bag": Rhythm(ON_FOOD_DAY, (0.0, 0.6, 1.0, 1.0, 0.2), BUSY_MONTHS, quick=0.4),
    "gift": Rhythm(EVEN_DAYS, OFFICE_HOURS, BEFORE_CHRISTMAS, quick=0.3),
    "food_box": Rhythm((0.3, 0.5, 1.0, 1.5, 1.0), OFFICE_HOURS, {12: 1.0}, quick=0.1),
    "gift_card": Rhythm(EVEN_DAYS, OFFICE_HOURS, {12: 1.0}),
}


def make_id(rng: Random) -> UUID:
    """A UUID of version 4, the same again from the same seed."""
    return UUID(int=rng.getrandbits(128), version=4)


def easter(year: int) -> date:
    """Easter Sunday of a Gregorian year (Meeus, Jones and Butcher's algorithm)."""
    century, of_century = divmod(year, 100)
    golden = year % 19
    moon = (19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (of_century // 4) - moon - of_century % 4) % 7
    late = (golden + 11 * moon + 22 * to_sunday) // 451
    month, day = divmod(moon + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def closed_periods(year: int) -> list[tuple[Period, str]]:
    """Public holidays, Christmas week and three weeks in July, with their names; none overlaps another."""
    sunday = easter(year)
    ascension, whit_monday = sunday + timedelta(days=39), sunday + timedelta(days=50)
    eighth_of_july = date(year, 7, 8)
    # The common holiday of Norwegian workplaces: three whole weeks, most often 28 to 30.
    first_monday = eighth_of_july + timedelta(days=-eighth_of_july.weekday() % 7)
    periods = [
        (Period.of_day(date(year, 1, 1)), "Nyttårsdag"),
        (Period(sunday - timedelta(days=3), sunday + timedelta(days=1)), "Påske"),
        (Period.of_day(date(year, 5, 1)), "Arbeidernes dag"),
        (Period.of_day(date(year, 5, 17)), "Grunnlovsdagen"),
        (Period.of_day(ascension), "Kristi himmelfartsdag"),
        (Period.of_day(whit_monday), "2. pinsedag"),
        (Period(first_monday, first_monday + timedelta(days=20)), "Sommerferie"),
        (Period(date(year, 12, 23), date(year, 12, 31)), "Julestengt"),
    ]
    # Ascension Day may fall on the first of May, Whit Monday on the seventeenth.
    return [one for at, one in enumerate(periods) if not any(one[0].first in other for other, _ in periods[:at])]


def open_days(year: int) -> list[date]:
    """Monday to Friday but for the closed periods."""
    closed = {day for period, _ in closed_periods(year) for day in period.days()}
    return [day for day in Period.of_year(year).days() if day.weekday() < Weekday.SATURDAY and day not in closed]


def press_year(
    rng: Random,
    days: Sequence[date],
    figures: Mapping[str, int],
    quick_counts: Mapping[str, Sequence[int]],
    timezone: str,
) -> list[Press]:
    """Presses on the open `days`, in order of time, that sum exactly to {activity key: number} in `figures`.

    With the visits come lunches, with the food bags visits for food: as many as are believable.
    """
    zone = ZoneInfo(timezone)
    presses = []
    for activity, total in figures.items():
        rhythm = RHYTHMS.get(activity, OTHER)
        for day, number in _spread(rng, days, rhythm, total):
            for count in _portions(rng, number, quick_counts.get(activity, ()), rhythm.quick):
                presses.append(Press(make_id(rng), activity, count, _moment(rng, day, rhythm, zone)))
    presses += [*_lunches(rng, presses), *_food_visits(rng, presses)]
    presses += list(_mistakes(rng, presses))
    return sorted(presses, key=lambda press: press.at)


def _spread(rng: Random, days: Sequence[date], rhythm: Rhythm, total: int) -> list[tuple[date, int]]:
    """The days something happens and how much; each one of the total falls on a day by itself."""
    weights = [rhythm.weekdays[day.weekday()] * rhythm.months.get(day.month, 0.0) for day in days]
    if rhythm.is_once:
        return [(rng.choices(days, weights)[0], total)]
    return sorted(Counter(rng.choices(days, weights, k=total)).items())


def _portions(rng: Random, total: int, quick_counts: Sequence[int], quick: float) -> Iterator[int]:
    while total > 0:
        fitting = [count for count in quick_counts if 1 < count <= total]
        count = rng.choice(fitting) if fitting and rng.random() < quick else 1
        yield count
        total -= count


def _moment(rng: Random, day: date, rhythm: Rhythm, zone: ZoneInfo) -> datetime:
    hour = rng.choices(range(OPENS, CLOSES), rhythm.hours)[0]
    return datetime.combine(day, time(hour), zone) + timedelta(milliseconds=rng.randrange(3_600_000))


def _lunches(rng: Random, presses: Sequence[Press]) -> Iterator[Press]:
    for visit in presses:
        if visit.activity == "visit":
            begins = datetime.combine(visit.at.date(), LUNCH_BEGINS, visit.at.tzinfo)
            at = begins + timedelta(seconds=rng.randrange(60 * LUNCH_MINUTES))
            if visit.at < at and rng.random() < SHARE_THAT_EATS:
                yield Press(make_id(rng), "lunch", 1, at)


def _food_visits(rng: Random, presses: Sequence[Press]) -> Iterator[Press]:
    """Somebody comes for food, and is handed one bag or more."""
    for bags in presses:
        if bags.activity == "food_bag":
            yield Press(make_id(rng), "food_visit", 1, bags.at - timedelta(seconds=rng.randrange(5, 60)))


def _mistakes(rng: Random, presses: Sequence[Press]) -> Iterator[Press]:
    """Now and then a second tap right after the first, and its undo."""
    for press in presses:
        if rng.random() < SHARE_OF_MISTAKES:
            again = press.at + timedelta(milliseconds=rng.randrange(1_100, 3_000))
            mistake = Press(make_id(rng), press.activity, press.count, again)
            yield mistake
            undone_at = again + timedelta(seconds=rng.uniform(*UNDO_SECONDS))
            yield Press(make_id(rng), press.activity, press.count, undone_at, undoes=mistake.id)
