"""A made-up year through the centre's own tablets, and its days looked over."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.clock import EPOCH, Testimony
from kiosk.domain.counting import count_by, list_activities
from kiosk.domain.demo_rhythm import OPENS, Press, press_year
from kiosk.domain.periods import Period
from kiosk.domain.setup import add_screens
from kiosk.domain.stations import add_station
from kiosk.domain.tallying import Poster, record_taps
from kiosk.domain.wire import MOST_TAPS, Tap
from kiosk.kinds import Bucket, Verdict
from kiosk.models import Activity, Button, Centre, DayClosing, Screen, Station

PAIRED_AT = time(OPENS - 1)
LOOKED_OVER_AT = time(15, 30)
SENT_AFTER = timedelta(seconds=4)

# How far a tablet's clock may be off, in milliseconds.
CLOCK_ERROR = 3_000

# Open days that nobody has looked over yet.
DAYS_LEFT_OPEN = 14


class TapNotRecorded(Exception):
    """A made-up tap was not counted; the message says which and its verdict, in English, for a log."""


def tap_year(session: Session, rng: Random, centre: Centre, days: Sequence[date], figures: Mapping[str, int]) -> None:
    """Tap {activity key: number} in `figures` on the centre's tablets. Raises TapNotRecorded.

    The tablets are made here, one for each screen. A tablet posts what it has when the day is over.
    """
    posters, quick_counts = _pair_tablets(session, centre, _at(centre, days[0], PAIRED_AT))
    presses = press_year(rng, days, figures, quick_counts, centre.timezone)
    offsets = {poster: rng.randint(-CLOCK_ERROR, CLOCK_ERROR) for poster in dict.fromkeys(posters.values())}
    for _, of_day in groupby(presses, key=lambda press: press.at.date()):
        by_poster: defaultdict[Poster, list[Press]] = defaultdict(list)
        for press in of_day:
            by_poster[posters[press.activity]].append(press)
        for poster, its_presses in by_poster.items():
            for first in range(0, len(its_presses), MOST_TAPS):
                _post(session, poster, its_presses[first : first + MOST_TAPS], offsets[poster])


def close_days(session: Session, rng: Random, centre: Centre, days: Sequence[date]) -> None:
    """Approve the open `days` as they were counted, but for DAYS_LEFT_OPEN of them."""
    keys = {activity.id: activity.key for activity in list_activities(session, centre.id)}
    totals: defaultdict[date, dict[str, int]] = defaultdict(dict)
    for one in count_by(session, [centre.id], Period(days[0], days[-1]), Bucket.DAY):
        totals[one.bucket.first][keys[one.activity_id]] = one.count
    left_open = set(rng.sample(days, DAYS_LEFT_OPEN))
    session.add_all(
        DayClosing(
            centre_id=centre.id,
            day=day,
            was_open=True,
            totals=totals[day],
            closed_at=_at(centre, day, LOOKED_OVER_AT),
        )
        for day in days
        if day not in left_open
    )


def _pair_tablets(
    session: Session, centre: Centre, paired_at: datetime
) -> tuple[dict[str, Poster], dict[str, list[int]]]:
    """A tablet for each screen. Returns who taps each activity, and the quick counts of its button."""
    screens = add_screens(session, centre)
    # The keys of the screens are needed by their tablets.
    session.flush()
    for screen in screens:
        # Not paired: a leader may make a browser one of them.
        add_station(session, [screen], screen.name, paired_at)
    buttons = session.execute(
        select(Activity.key, Button.quick_counts, Screen.audience, Station.id, Screen.id)
        .join(Button, Button.activity_id == Activity.id)
        .join(Screen, Screen.id == Button.screen_id)
        .join(Station, Station.screen_id == Screen.id)
        .where(Screen.centre_id == centre.id)
        .order_by(Screen.id, Button.position)
    )
    posters: dict[str, Poster] = {}
    quick_counts: dict[str, list[int]] = {}
    for key, counts, audience, station_id, screen_id in buttons:
        posters[key] = Poster(centre.id, centre.slug, centre.timezone, audience, station_id, screen_id)
        quick_counts[key] = counts
    return posters, quick_counts


def _post(session: Session, poster: Poster, presses: Sequence[Press], offset: int) -> None:
    """Post presses, in order of time, as a tablet does whose clock is `offset` milliseconds slow."""
    received = presses[-1].at + SENT_AFTER
    sent = _milliseconds(received) - offset
    taps = []
    for press in presses:
        wall = _milliseconds(press.at) - offset
        testimony = Testimony(wall=wall, offset=offset, age=sent - wall, now=sent)
        taps.append(Tap(press.id, press.activity, press.count, testimony, undoes=press.undoes))
    for tap_id, verdict in record_taps(session, poster, taps, received).items():
        if verdict is not Verdict.RECORDED:
            raise TapNotRecorded(f"{tap_id} is {verdict}")


def _at(centre: Centre, day: date, local: time) -> datetime:
    return datetime.combine(day, local, ZoneInfo(centre.timezone))


def _milliseconds(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)
