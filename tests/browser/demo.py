"""A centre that is lived in, to look at: the demo's year, the last five weeks, its people and its tablets."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session

from kiosk import create_app
from kiosk.config import SQLITE_FILE, sqlite_url
from kiosk.database import writing
from kiosk.domain import access, food, managing, pairing, setup, setup_centres, stations
from kiosk.domain.clock import Testimony
from kiosk.domain.counting import list_activities
from kiosk.domain.demo import fill_demo
from kiosk.domain.demo_rhythm import Press, press_year
from kiosk.domain.ledger import add_events
from kiosk.domain.screens import list_screens
from kiosk.domain.tallying import record_taps
from kiosk.domain.wire import Health, Tap
from kiosk.guards import STATION_COOKIE
from kiosk.kinds import Audience, EventKind, Quality, Role, Span, TimeQuality, Weekday
from kiosk.migrating import prepare_database
from kiosk.models import Activity, Button, Centre, Screen
from tests.browser.installation import LEADER
from tests.build import PASSWORD, PIN

YEAR, WEEKS = 2023, 5
A_WEEK = {"visit": 78, "phone": 46, "sms": 84, "talk": 9, "wheel_talk": 14, "assistance": 6, "food_bag": 31, "gift": 8}
AUDIENCES = dict.fromkeys(("visit", "lunch"), Audience.PARTICIPANT) | dict.fromkeys(
    ("food_bag", "food_visit", "gift"), Audience.VOLUNTEER
)
STAFF, READER = "Stian Ansatt", "Rigmor Leser"
EVERYBODY = {"leader": LEADER, "leader of all": "Lise Overalt", "staff member": STAFF, "reader": READER}
# A centre that was opened today, and a screen of the old one that has no button yet.
NEW, NEW_NAME, BARE_SCREEN = "nyapnet", "Nyåpnet", 4


def make_demo(instance: Path) -> dict[str, str]:
    """Make the installation. Returns its tablets' cookies: door, volunteer, staff, and several (with all screens)."""
    environ = {"KIOSK_INSTANCE": str(instance)}
    prepare_database(create_app(environ))
    engine = create_engine(sqlite_url(instance / SQLITE_FILE))
    now = datetime.now(UTC)
    with Session(engine, expire_on_commit=False) as session, writing(session):
        centre = fill_demo(session, YEAR, now)
        # Whatever the season is when somebody looks.
        session.execute(update(Button).values(season_from=None, season_to=None))
        _tap_the_last_weeks(session, centre, now)
        _let_people_in(session, centre, now)
        cookies = _pair(session, centre, now)
        _begin_another(session, centre, cookies, now)
        _hold_a_tap(session, cookies["staff"], now)
        session.commit()
    engine.dispose()
    return cookies


def _tap_the_last_weeks(session: Session, centre: Centre, now: datetime) -> None:
    rng = Random(7)  # noqa: S311  made-up data
    today = now.date()
    days = [today - timedelta(days=back) for back in range(7 * WEEKS, -1, -1)]
    # Whatever weekday it is today: a day like any other, as the same weekday last week was.
    open_days = [day for day in days if day.weekday() < Weekday.SATURDAY or day.weekday() == today.weekday()]
    figures = {key: number * WEEKS for key, number in A_WEEK.items()}
    activities = {one.key: one for one in list_activities(session, centre.id)}
    # The rhythm of the demo has no weekends: as if all were Thursdays.
    presses = press_year(rng, [_as_weekday(day) for day in open_days], figures, {}, centre.timezone)
    back = {_as_weekday(day): day for day in open_days}
    add_events(session, [_event(centre, activities, one, back[one.at.date()], now) for one in presses])
    food.keep_food(session, centre.id, today, 40, 6)


def _as_weekday(day: date) -> date:
    """Another day, far from it, that the demo's rhythm takes for an open one."""
    return day if day.weekday() < Weekday.SATURDAY else day - timedelta(days=7 * 52 + 3)


def _event(
    centre: Centre, activities: dict[str, Activity], press: Press, day: date, now: datetime
) -> dict[str, object]:
    tapped_at = min((press.at + (day - press.at.date())).astimezone(UTC), now)
    is_recent = now.date() - day < timedelta(days=7)
    kind, sign = (EventKind.TAP, 1) if press.undoes is None else (EventKind.UNDO, -1)
    return {
        "id": press.id,
        "centre_id": centre.id,
        "activity_id": activities[press.activity].id,
        "kind": kind,
        "count": sign * press.count,
        "day": day,
        "span": Span.DAY,
        "hour": press.at.hour,
        "tapped_at": tapped_at if is_recent else None,
        "received_at": tapped_at if is_recent else None,
        "undoes": press.undoes,
        "audience": AUDIENCES.get(press.activity, Audience.STAFF),
        "quality": Quality.COUNTED,
        "time_quality": TimeQuality.SURE,
    }


def _hold_a_tap(session: Session, cookie: str, now: datetime) -> None:
    """Of a button that was taken away while the tablet had no network."""
    tablet = pairing.find_tablet(session, cookie.partition("=")[2], now)
    assert tablet is not None
    wall = round(now.timestamp() * 1000)
    one = Tap(uuid4(), "gone", 2, Testimony(wall=wall, offset=0, age=None, now=wall))
    record_taps(session, tablet.poster, [one], now)


def _let_people_in(session: Session, centre: Centre, now: datetime) -> None:
    leader = access.add_user(session, LEADER, PASSWORD, Role.LEADER, centre, now)
    managing.add_with_password(session, STAFF, PASSWORD, Role.STAFF, centre, now)
    managing.add_with_password(session, READER, PASSWORD, Role.READER, centre, now)
    access.add_user(session, EVERYBODY["leader of all"], PASSWORD, Role.LEADER, None, now)
    session.flush()
    by = access.Person(leader.id, leader.name, leader.role, centre.id, 0)
    setup_centres.add_closed(session, centre, date(now.year, 12, 23), date(now.year + 1, 1, 1), "Jul", by=by, now=now)


def _begin_another(session: Session, centre: Centre, cookies: dict[str, str], now: datetime) -> None:
    """A tablet whose screen has no button, and a centre where nothing was counted."""
    bare = Screen(id=BARE_SCREEN, centre_id=centre.id, name="Verksted", audience=Audience.PARTICIPANT)
    session.add(bare)
    session.flush()
    station = stations.add_station(session, [bare], "Verkstedet", now)
    cookies["bare"] = f"{STATION_COOKIE}={stations.pair(session, station, now)}"
    setup.open_centre(session, NEW_NAME, NEW, now)


def _pair(session: Session, centre: Centre, now: datetime) -> dict[str, str]:
    screens = {one.audience: one for one in list_screens(session, centre.id)}
    every = [screens[audience] for audience in Audience]
    there = {
        "door": ("Døra", every[:1]),
        "volunteer": ("Matutdelingen", every[1:2]),
        "staff": ("Kontoret", every[2:]),
        "several": ("Stua", every),
    }
    cookies = {}
    for minutes, (what, (name, shown)) in enumerate(there.items()):
        station = stations.add_station(session, shown, name, now, pin=PIN if len(shown) > 1 else "")
        cookies[what] = f"{STATION_COOKIE}={stations.pair(session, station, now)}"
        pending = 3 if what == "several" else 0
        health = Health(client="", pending=pending, dead=0, oldest_hours=None)
        pairing.keep_health(session, station.id, health, now - timedelta(minutes=minutes))
    return cookies
