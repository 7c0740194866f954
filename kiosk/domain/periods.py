"""Stretches of local days and the pieces they are counted in. Pure: no clock, no database."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.kinds import Bucket, Span


@dataclass(frozen=True, order=True)
class Period:
    """The local days from `first` to `last`, both included. Raises ValueError when they are turned round."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @classmethod
    def of_day(cls, day: date) -> "Period":
        return cls(day, day)

    @classmethod
    def of_week(cls, day: date) -> "Period":
        """The ISO week (Monday to Sunday) that holds the day."""
        monday = day - timedelta(days=day.weekday())
        return cls(monday, monday + timedelta(days=6))

    @classmethod
    def of_month(cls, year: int, month: int) -> "Period":
        return cls(date(year, month, 1), date(year, month, monthrange(year, month)[1]))

    @classmethod
    def of_year(cls, year: int) -> "Period":
        return cls(date(year, 1, 1), date(year, 12, 31))

    def __contains__(self, other: "Period | date") -> bool:
        if isinstance(other, date):
            return self.first <= other <= self.last
        return self.first <= other.first and other.last <= self.last

    def days(self) -> Iterator[date]:
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)

    def clip(self, other: "Period") -> "Period":
        """The days that both have. Raises ValueError when there are none."""
        return Period(max(self.first, other.first), min(self.last, other.last))

    def last_year(self) -> "Period":
        """The same dates a year earlier. The end of February stays the end of February."""
        return Period(_year_earlier(self.first), _year_earlier(self.last, keep_month_end=True))

    def buckets(self, bucket: Bucket) -> Iterator["Period"]:
        """The pieces of the period in order, the first and the last clipped to it."""
        first = self.first
        while first <= self.last:
            whole = whole_bucket(first, bucket)
            yield self.clip(whole)
            first = whole.last + timedelta(days=1)


def whole_bucket(day: date, bucket: Bucket) -> Period:
    """The whole day, ISO week, month or year that holds the day."""
    match bucket:
        case Bucket.DAY:
            return Period.of_day(day)
        case Bucket.WEEK:
            return Period.of_week(day)
        case Bucket.MONTH:
            return Period.of_month(day.year, day.month)
        case Bucket.YEAR:
            return Period.of_year(day.year)


def span_period(day: date, span: Span) -> Period:
    """The days an event stands for."""
    match span:
        case Span.DAY:
            return Period.of_day(day)
        case Span.MONTH:
            return Period.of_month(day.year, day.month)
        case Span.YEAR:
            return Period.of_year(day.year)


# A wide event fits only a bucket that holds its whole span; weeks hold no month.
FITS: dict[Span, tuple[Bucket, ...]] = {
    Span.DAY: tuple(Bucket),
    Span.MONTH: (Bucket.MONTH, Bucket.YEAR),
    Span.YEAR: (Bucket.YEAR,),
}


def local_day_and_hour(instant: datetime, timezone: str) -> tuple[date, int]:
    """The local date and hour (0–23) of an aware instant."""
    local = instant.astimezone(ZoneInfo(timezone))
    return local.date(), local.hour


def first_instant(day: date, timezone: str) -> datetime:
    """The aware instant at which a local day begins."""
    return datetime.combine(day, time(), ZoneInfo(timezone))


def _year_earlier(day: date, keep_month_end: bool = False) -> date:
    last = monthrange(day.year - 1, day.month)[1]
    is_month_end = day.day == monthrange(day.year, day.month)[1]
    if day.month == 2 and keep_month_end and is_month_end:
        return date(day.year - 1, 2, last)
    return date(day.year - 1, day.month, min(day.day, last))
