"""What is unusual in a day: bursts and outliers. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from uuid import UUID

# More taps of one activity than this within BURST_WINDOW, on one tablet, are no queue of people.
MOST_IN_WINDOW = 12
BURST_WINDOW = timedelta(seconds=60)

# Fewer earlier days say too little of what is usual, or of what is odd.
DAYS_FOR_USUAL = 4
DAYS_FOR_OUTLIERS = 8
# Iglewicz and Hoaglin (1993): a modified z-score above 3.5, where 0.6745 makes the MAD a standard deviation.
MADS_AWAY = 3.5 / 0.6745
# Nothing nearer to the median than this is odd, however alike the earlier days are; in whole units.
LEAST_AWAY = 5


@dataclass(frozen=True)
class UsualRange:
    """What a weekday usually comes to, both ends included, in the activity's smallest unit."""

    low: int
    high: int


@dataclass(frozen=True)
class ExactTap:
    """A tap whose minute and tablet are still known, and which nobody has taken back."""

    id: UUID
    station_id: int
    activity_id: int
    count: int
    at: datetime


@dataclass(frozen=True)
class Burst:
    """Taps of one activity that came too fast, in order; never empty."""

    taps: tuple[ExactTap, ...]

    @property
    def first(self) -> ExactTap:
        return self.taps[0]

    @property
    def last(self) -> ExactTap:
        return self.taps[-1]

    @property
    def count(self) -> int:
        """What they stand for together, in the activity's smallest unit."""
        return sum(tap.count for tap in self.taps)


def find_bursts(taps: Iterable[ExactTap]) -> list[Burst]:
    """The series in which more than MOST_IN_WINDOW taps fall into some BURST_WINDOW; windows that touch are one."""

    def button(tap: ExactTap) -> tuple[int, int]:
        return tap.station_id, tap.activity_id

    bursts = []
    for _, of_button in groupby(sorted(taps, key=lambda tap: (*button(tap), tap.at, tap.id)), key=button):
        bursts += _series(list(of_button))
    return sorted(bursts, key=lambda burst: burst.first.at)


def _series(taps: Sequence[ExactTap]) -> list[Burst]:
    """The bursts in the taps of one button, which are in order."""
    # [first, last] places of what belongs to one series.
    found: list[list[int]] = []
    for last in range(MOST_IN_WINDOW, len(taps)):
        first = last - MOST_IN_WINDOW
        if taps[last].at - taps[first].at > BURST_WINDOW:
            continue
        if found and first <= found[-1][1]:
            found[-1][1] = last
        else:
            found.append([first, last])
    return [Burst(tuple(taps[first : last + 1])) for first, last in found]


def usual_range(earlier: Sequence[int]) -> UsualRange | None:
    """What the earlier days of a weekday came to; None where there are fewer than DAYS_FOR_USUAL.

    With DAYS_FOR_OUTLIERS and more, the single lowest and the single highest day are left out.
    """
    if len(earlier) < DAYS_FOR_USUAL:
        return None
    counts = sorted(earlier)
    if len(counts) >= DAYS_FOR_OUTLIERS:
        counts = counts[1:-1]
    return UsualRange(counts[0], counts[-1])


def is_outlier(count: int, earlier: Sequence[int], decimals: int = 0) -> bool:
    """Whether a count lies further from the median of the earlier days than chance explains."""
    if len(earlier) < DAYS_FOR_OUTLIERS:
        return False
    least = float(LEAST_AWAY * 10**decimals)
    # As the median lies between them, most activities need none: it is slow for a page of forty.
    if max(count - min(earlier), max(earlier) - count) <= least:
        return False
    middle = float(median(earlier))
    deviation = float(median(abs(one - middle) for one in earlier))
    return abs(count - middle) > max(least, MADS_AWAY * deviation)
