"""When was it tapped? Pure: the tablet's testimony and the server's clock go in, one instant comes out."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from kiosk.kinds import TimeQuality

# Two witnesses that agree may both be off by this much, and by the eight seconds an answer may take: within a minute.
AGREEMENT = timedelta(seconds=50)
# Older taps are not believed without a person's look.
OLDEST = timedelta(days=400)
ONE_DAY = timedelta(days=1)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Testimony:
    """What the tablet says of one tap, in milliseconds; None where it does not know.

    `wall`: its clock at the tap, since 1970. `offset`: server minus tablet, last known at the tap.
    `age`: monotonic time from tap to sending, known within one page load. `now`: its clock at the sending.
    """

    wall: int | None
    offset: int | None
    age: int | None
    now: int | None


@dataclass(frozen=True)
class TapTime:
    at: datetime
    quality: TimeQuality


def estimate_tap_time(testimony: Testimony, received: datetime, falls_short_of: date | None = None) -> TapTime:
    """The most believable instant of a tap (the rule of the tap protocol).

    The wall clock, put right by the last known offset, is the first witness. The second is independent of
    it: the monotonic age, or, after a reload, the offset as it shows now. Where they agree within AGREEMENT
    the first is right; else the earlier one that can be true is taken and marked UNSURE. No tap is later
    than its arrival.

    `falls_short_of`: given where the server's own clock is wrong, the date that it should have reached. Then
    nothing is sure, and what the tablet knows from before goes for more than that clock (decision 0008).
    """
    if falls_short_of is not None:
        at = _by_tablet_alone(testimony, received, falls_short_of) or estimate_tap_time(testimony, received).at
        return TapTime(at, TimeQuality.UNSURE)
    by_age = _back(received, testimony.age)
    by_clock_now = None
    if testimony.wall is not None and testimony.now is not None:
        by_clock_now = _back(received, testimony.now - testimony.wall)
    if testimony.offset is not None:
        first, second = _instant(testimony.wall, testimony.offset), by_age or by_clock_now
    else:
        first, second = by_clock_now, by_age
    if first is not None and second is not None and abs(first - second) <= AGREEMENT:
        # The last milliseconds between the offset's error and the arrival are no doubt.
        if first - received <= AGREEMENT:
            return TapTime(min(first, received), TimeQuality.SURE)
        return TapTime(received, TimeQuality.UNSURE)
    believable = [at for at in (first, second) if at is not None and received - OLDEST <= at <= received]
    return TapTime(min(believable, default=received), TimeQuality.UNSURE)


def _by_tablet_alone(testimony: Testimony, received: datetime, reached: date) -> datetime | None:
    """The tap by the tablet's clock and the offset it kept, where what they say of today can be true."""
    tapped, sent = _instant(testimony.wall, testimony.offset), _instant(testimony.now, testimony.offset)
    uncorrected = _instant(testimony.now)
    if tapped is None or sent is None or uncorrected is None:
        return None
    # Its clock may have gone back in between.
    today = max(tapped, sent)
    earliest = datetime.combine(reached, time(), UTC)
    if not earliest <= today <= earliest + OLDEST or today - tapped > OLDEST:
        return None
    # The server once started in the future and taught it so: two clocks that agree now outvote that memory.
    if abs(uncorrected - received) <= ONE_DAY < today - received:
        return None
    return tapped


def _back(received: datetime, milliseconds: int | None) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        return received - timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _instant(*milliseconds: int | None) -> datetime | None:
    """So long after 1970, added up; None where one is missing."""
    known = [one for one in milliseconds if one is not None]
    if len(known) < len(milliseconds):
        return None
    try:
        return EPOCH + timedelta(milliseconds=sum(known))
    except OverflowError:
        return None
