"""Random histories of a year at two centres, and a plain recount to hold every page against."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.database import writing
from kiosk.domain.clock import Testimony
from kiosk.domain.periods import FITS, Period, whole_bucket
from kiosk.domain.reporting import CountWouldBeNegative, enter_figure
from kiosk.domain.tallying import Poster, record_taps
from kiosk.domain.weeks import Entry, SetNumber, enter_week, week_sheet
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, Bucket, EventKind, Quality, Span
from kiosk.models import Centre, DayClosing, TallyEvent
from tests.build import House

OSLO = ZoneInfo("Europe/Oslo")
# On the staff screen of both centres; phone and sms are parts of contact, trip is a part of community.
ACTIVITIES = ("phone", "sms", "community", "trip")


@dataclass(frozen=True)
class Deed:
    """What somebody did: tapped, entered or corrected a figure, closed a day.

    `undone`: the tap was taken back; `is_late`: that is heard of only when all else has happened.
    """

    what: str
    elsewhere: bool
    activity: str
    number: int
    place: float
    hour: int
    undone: bool = False
    is_late: bool = False


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
        what=st.sampled_from(["tap"] * 4 + ["day", "month", "year", "correct", "week", "close", "shut"]),
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
            except CountWouldBeNegative:
                house.session.rollback()
        touched.add(day)
    for poster, undo, at in late:
        with writing(house.session):
            record_taps(house.session, poster, [undo], at)
            house.session.commit()
    return touched


def _do(house: House, deed: Deed, centre: Centre, day: date) -> list[Late]:
    """Do one of them; returns what will be heard of later."""
    session, now = house.session, datetime.combine(day, time(deed.hour, 30), OSLO).astimezone(UTC)
    activity = house.activities[deed.activity]
    match deed.what:
        case "tap":
            return _tap(house, deed, now)
        case "day" | "month" | "year" | "correct":
            span = Span.DAY if deed.what == "correct" else Span(deed.what)
            kind = EventKind.CORRECTION if deed.what == "correct" else EventKind.ENTRY
            enter_figure(
                session, centre_id=centre.id, activity_id=activity.id, span=span, day=day, number=deed.number,
                quality=Quality.COUNTED, kind=kind, now=now,
            )  # fmt: skip
        case "week":
            iso_year, week, _ = day.isocalendar()
            sheet = week_sheet(session, centre, iso_year, week, day)
            shown = sheet.counts.get((deed.activity, day))
            if day in sheet.open_to_entry:
                entry = Entry(uuid4(), house.users["staff"].id, now, day)
                enter_week(session, centre, sheet.period, [SetNumber(deed.activity, day, deed.number, shown)], entry)
        case "close" | "shut":
            holds = select(DayClosing.id).where(DayClosing.centre_id == centre.id, DayClosing.day == day)
            if session.scalar(holds) is None:
                session.add(
                    DayClosing(centre_id=centre.id, day=day, was_open=deed.what == "close", totals={}, closed_at=now)
                )
    return []


def _tap(house: House, deed: Deed, at: datetime) -> list[Late]:
    milliseconds = round(at.timestamp() * 1000)
    testimony = Testimony(wall=milliseconds, offset=0, age=None, now=milliseconds)
    tap = Tap(id=uuid4(), activity=deed.activity, count=deed.number or 1, testimony=testimony)
    undo = Tap(id=uuid4(), activity=tap.activity, count=tap.count, testimony=testimony, undoes=tap.id)
    poster = house.poster(Audience.STAFF)
    if deed.elsewhere:
        screen = house.other_screens[Audience.STAFF]
        poster = Poster(house.other_centre.id, house.other_centre.slug, poster.timezone, screen.audience)
    record_taps(house.session, poster, [tap, undo] if deed.undone and not deed.is_late else [tap], at)
    return [(poster, undo, at)] if deed.undone and deed.is_late else []


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
