"""Random histories of a year at two centres, and a plain recount to hold every page against."""

from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain.backdating import ActivityNotFound, DayInFuture, Forgotten, backdate
from kiosk.domain.checking import MOST_IN_WINDOW
from kiosk.domain.clock import Testimony
from kiosk.domain.days import count_totals
from kiosk.domain.exact import list_bursts
from kiosk.domain.periods import FITS, Period, whole_bucket
from kiosk.domain.reporting import CountWouldBeNegative, LessThanParts, enter_figure
from kiosk.domain.reviewing import Refusal, Reviewer, Wanted, close_day, correct_day, reopen_day, undo_burst
from kiosk.domain.settling import CannotAccept, accept, dismiss, list_held
from kiosk.domain.tallying import Poster, record_taps
from kiosk.domain.weeks import Entry, SetNumber, enter_week, week_sheet
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, Bucket, EventKind, Quality, Reason, Span
from kiosk.models import Centre, TallyEvent
from tests.build import House

OSLO = ZoneInfo("Europe/Oslo")
# On the staff screen of both centres; phone and sms are parts of contact, trip is a part of community.
ACTIVITIES = ("phone", "sms", "community", "trip")


@dataclass(frozen=True)
class Deed:
    """What somebody did, one of DEEDS.

    `undone`: the tap was taken back, or what was held is dismissed; `is_late`: that is heard of only when all else
    has happened.
    """

    what: str
    elsewhere: bool
    activity: str
    number: int
    place: float
    hour: int
    undone: bool = False
    is_late: bool = False


# A figure is entered for a day, a month or a year; `burst`: a child plays on the tablet, which is then taken back.
FIGURES = ("day", "month", "year")
DEEDS = (*["tap"] * 4, *FIGURES, "correct", "week", "backdate", "held", "burst", "close", "shut", "reopen")
# What may stop somebody: what the pages answer in words. Nothing is changed by it.
REFUSALS = (CountWouldBeNegative, Refusal, LessThanParts, CannotAccept)
# On the tablet's own screen there is no button for it.
NOT_ON_SCREEN = "lunch"

# An undo on its way: from whom, and when it was made.
Late = tuple[Poster, Tap, datetime]


def days_that_matter(year: int) -> list[date]:
    """The edges of the year, of February and of summer time, and the weeks that two years share."""
    last_of_march, last_of_october = date(year, 3, 31), date(year, 10, 31)
    return [
        date(year, 1, 1),
        date(year, 1, 4),
        date(year, 3, 1) - timedelta(days=1),
        last_of_march - timedelta(days=(last_of_march.weekday() + 1) % 7),
        last_of_october - timedelta(days=(last_of_october.weekday() + 1) % 7),
        date(year, 7, 15),
        date(year, 12, 31),
    ]


def histories() -> st.SearchStrategy[list[Deed]]:
    deed = st.builds(
        Deed,
        what=st.sampled_from(DEEDS),
        elsewhere=st.booleans(),
        activity=st.sampled_from(ACTIVITIES),
        number=st.integers(0, 30),
        place=st.floats(0, 1, exclude_max=True),
        hour=st.integers(0, 23),
        undone=st.booleans(),
        is_late=st.booleans(),
    )
    return st.lists(deed, min_size=1, max_size=25)


def live(house: House, year: int, deeds: Iterable[Deed]) -> set[date]:
    """Do all of it, each in a transaction of its own. Returns the days it was about."""
    days = days_that_matter(year)
    touched, late = set(), []
    for deed in deeds:
        day = days[int(deed.place * len(days))]
        centre = house.other_centre if deed.elsewhere else house.centre
        with writing(house.session):
            try:
                late += _do(house, deed, centre, day)
                house.session.commit()
            except REFUSALS:
                house.session.rollback()
        touched.add(day)
    for poster, undo, at in late:
        with writing(house.session):
            record_taps(house.session, poster, [undo], at)
            house.session.commit()
    return touched


def _do(house: House, deed: Deed, centre: Centre, day: date) -> list[Late]:
    """Do one of them; returns what will be heard of later. Raises one of REFUSALS."""
    session, now = house.session, datetime.combine(day, time(deed.hour, 30), OSLO).astimezone(UTC)
    by = Reviewer(centre, house.users["staff"].id, now)
    match deed.what:
        case "tap":
            return _tap(house, deed, now)
        case "burst":
            _burst(house, deed, by, day)
        case "held":
            _settle_held(house, deed, by)
        case "week":
            _enter_week(house, deed, by, day)
        case "backdate":
            forgotten = Forgotten(deed.activity, day, deed.hour, str(deed.number or 1))
            # Like a sum, a whole that is only counted by its parts is not entered.
            with suppress(ActivityNotFound, DayInFuture):
                backdate(session, centre, forgotten, op_id=uuid4(), user_id=house.users["staff"].id, now=now)
        case "correct":
            shown = count_totals(session, centre.id, day).get(deed.activity, 0)
            correct_day(session, by, day, {deed.activity: Wanted(deed.number, shown)}, Reason.FORGOTTEN)
        case "close" | "shut":
            shown_totals = count_totals(session, centre.id, day)
            close_day(session, by, day, was_open=deed.what == "close", shown=shown_totals)
        case "reopen":
            reopen_day(session, by, day, Reason.TESTING)
        case span if span in FIGURES:
            enter_figure(
                session, centre_id=centre.id, activity_id=house.activities[deed.activity].id, span=Span(span), day=day,
                number=deed.number, quality=Quality.COUNTED, kind=EventKind.ENTRY, now=now,
            )  # fmt: skip
    return []


def _enter_week(house: House, deed: Deed, by: Reviewer, day: date) -> None:
    iso_year, week, _ = day.isocalendar()
    sheet = week_sheet(house.session, by.centre, iso_year, week, day)
    if day in sheet.open_to_entry:
        number = SetNumber(deed.activity, day, deed.number, sheet.counts.get((deed.activity, day)))
        enter_week(house.session, by.centre, sheet.period, [number], Entry(uuid4(), by.user_id, by.now, day))


def _burst(house: House, deed: Deed, by: Reviewer, day: date) -> None:
    """More taps in a minute than people make, taken back with one press where that is asked for."""
    poster = _poster(house, deed)
    taps = [_tap_at(deed, by.now + timedelta(seconds=place)) for place in range(MOST_IN_WINDOW + 1)]
    record_taps(house.session, poster, taps, by.now + timedelta(minutes=1))
    if deed.undone:
        for burst in list_bursts(house.session, poster.centre_id, day):
            undo_burst(house.session, by, day, burst.first.id, len(burst.taps))


def _settle_held(house: House, deed: Deed, by: Reviewer) -> None:
    """A tap of a button that is not on the screen waits for a person, who counts it or does not."""
    poster = _poster(house, deed)
    tap = replace(_tap_at(deed, by.now), activity=NOT_ON_SCREEN)
    record_taps(house.session, poster, [tap], by.now)
    for held in list_held(house.session, by.centre.id):
        if held.tap_id == tap.id:
            settle = dismiss if deed.undone else accept
            settle(house.session, by.centre, held.key, by.user_id, by.now)


def _tap(house: House, deed: Deed, at: datetime) -> list[Late]:
    poster, tap = _poster(house, deed), _tap_at(deed, at)
    undo = replace(tap, id=uuid4(), undoes=tap.id)
    record_taps(house.session, poster, [tap, undo] if deed.undone and not deed.is_late else [tap], at)
    return [(poster, undo, at)] if deed.undone and deed.is_late else []


def _tap_at(deed: Deed, at: datetime) -> Tap:
    milliseconds = round(at.timestamp() * 1000)
    testimony = Testimony(wall=milliseconds, offset=0, age=None, now=milliseconds)
    return Tap(id=uuid4(), activity=deed.activity, count=deed.number or 1, testimony=testimony)


def _poster(house: House, deed: Deed) -> Poster:
    """The staff's tablet, at one of the centres."""
    poster = house.poster(Audience.STAFF)
    if not deed.elsewhere:
        return poster
    screen = house.other_screens[Audience.STAFF]
    return Poster(house.other_centre.id, house.other_centre.slug, poster.timezone, screen.audience)


# (centre id or None for all, key, first day of the bucket): count
Recount = dict[tuple[int | None, str, date], int]


def recount(house: House, period: Period, bucket: Bucket) -> Recount:
    """One loop over the ledger, without the code that counts for the pages."""
    keys = {one.id: one.key for one in house.activities.values()}
    wholes = {one.key: keys[one.part_of_id] for one in house.activities.values() if one.part_of_id}
    sums: defaultdict[tuple[int | None, str, date], int] = defaultdict(int)
    for event in house.session.scalars(select(TallyEvent)):
        if event.day in period and bucket in FITS[event.span]:
            first = max(whole_bucket(event.day, bucket).first, period.first)
            key = keys[event.activity_id]
            for one in (key, wholes.get(key)):
                if one is not None:
                    sums[event.centre_id, one, first] += event.count
                    sums[None, one, first] += event.count
    house.session.commit()
    return dict(sums)
