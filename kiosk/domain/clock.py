"""When was it tapped? Pure: the tablet's testimony and the server's clock go in, one instant comes out."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kiosk.kinds import TimeQuality

AGREEMENT = timedelta(seconds=120)
# Older taps are not believed without a person's look.
OLDEST = timedelta(days=400)

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


def estimate_tap_time(testimony: Testimony, received: datetime) -> TapTime:
    """The most believable instant of a tap (the rule of the tap protocol).

    The wall clock, put right by the last known offset, is the first witness. The second is independent of
    it: the monotonic age, or, after a reload, the offset as it shows now. Where they agree within two
    minutes the first is right; else the earlier one that can be true is taken and marked UNSURE. No tap
    is later than its arrival.
    """
    by_age = _back(received, testimony.age)
    by_clock_now = None
    if testimony.wall is not None and testimony.now is not None:
        by_clock_now = _back(received, testimony.now - testimony.wall)
    by_offset = None
    if testimony.wall is not None and testimony.offset is not None:
        by_offset = _instant(testimony.wall + testimony.offset)
    if testimony.offset is not None:
        first, second = by_offset, by_age or by_clock_now
    else:
        first, second = by_clock_now, by_age
    if first is not None and second is not None and abs(first - second) <= AGREEMENT:
        # The last milliseconds between the offset's error and the arrival are no doubt.
        if first - received <= AGREEMENT:
            return TapTime(min(first, received), TimeQuality.SURE)
        return TapTime(received, TimeQuality.UNSURE)
    believable = [at for at in (first, second) if at is not None and received - OLDEST <= at <= received]
    return TapTime(min(believable, default=received), TimeQuality.UNSURE)


def _back(received: datetime, milliseconds: int | None) -> datetime | None:
    if milliseconds is None:
        return None
    try:
        return received - timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None


def _instant(milliseconds: int) -> datetime | None:
    try:
        return EPOCH + timedelta(milliseconds=milliseconds)
    except OverflowError:
        return None
