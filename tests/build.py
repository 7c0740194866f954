"""Small builders with defaults, and the people of the tests: fixed names, fixed roles."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.database import writing
from kiosk.domain import access, pairing, passwords, setup, stations
from kiosk.domain.clock import Testimony
from kiosk.domain.installing import ensure_installation
from kiosk.domain.ledger import add_events
from kiosk.domain.tallying import Poster
from kiosk.domain.wire import Tap
from kiosk.kinds import Audience, EventKind, Quality, Role, Span, TimeQuality
from kiosk.models import Activity, Centre, Screen, TallyEvent, User

# A Wednesday, late in the morning in Oslo.
NOW = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)
TODAY = date(2026, 10, 21)

PIN = "270519"
PASSWORD = "kaffe og vafler kl tolv"


@dataclass
class House:
    """Two centres, everybody who may come to the door, and the tablets they come with."""

    session: Session
    centre: Centre
    other_centre: Centre
    screens: dict[Audience, Screen]
    other_screens: dict[Audience, Screen]
    users: dict[str, User]
    activities: dict[str, Activity]
    # Token by name: door, volunteer, staff, other (paired at the other centre), revoked.
    tablets: dict[str, str] = field(default_factory=dict)

    def poster(self, audience: Audience = Audience.PARTICIPANT, *, other: bool = False) -> Poster:
        """The paired tablet with the screen for this audience."""
        tablet = pairing.find_tablet(self.session, self.tablets["other" if other else TABLET[audience]], NOW)
        assert tablet is not None
        return tablet.poster

    def ledger(self) -> list[TallyEvent]:
        self.session.expire_all()
        events = list(self.session.scalars(select(TallyEvent)))
        # A reader that does not end its transaction keeps writers waiting.
        self.session.commit()
        return events


TABLET = {Audience.PARTICIPANT: "door", Audience.VOLUNTEER: "volunteer", Audience.STAFF: "staff"}


USERS = {
    "leader": "Liv Leder",
    "staff": "Stian Ansatt",
    "reader": "Rigmor Leser",
    "elsewhere": "Olav Annetsted",
    "leader elsewhere": "Ola Annenleder",
    "disabled": "Dag Sluttet",
}


def house(session: Session) -> House:
    """The standard house. Liv leads, Stian is staff, Rigmor reads for all centres; Ola leads elsewhere, with Olav."""
    return find_house(session, furnish(session))


def furnish(session: Session) -> dict[str, str]:
    """Put the house into an empty database. Returns the tokens of its tablets."""
    # The clock of sign-ins and tablets is the real one: the app that checks them has no other.
    now = datetime.now(UTC)
    with writing(session):
        ensure_installation(session, now)
        setup.load_catalogue(session)
        centre = setup.add_centre(session, "Prøvesenteret", "prove")
        other = setup.add_centre(session, "Andresenteret", "andre")
        session.flush()
        screens = {one.audience: one for one in setup.add_screens(session, centre)}
        other_screens = {one.audience: one for one in setup.add_screens(session, other)}
        session.add_all(
            [
                user(USERS["leader"], Role.LEADER, centre),
                user(USERS["staff"], Role.STAFF, centre),
                user(USERS["reader"], Role.READER, None),
                user(USERS["elsewhere"], Role.STAFF, other),
                user(USERS["leader elsewhere"], Role.LEADER, other),
                user(USERS["disabled"], Role.STAFF, centre, disabled_at=now),
            ]
        )
        session.flush()
        tablets = {
            "door": tablet(session, screens[Audience.PARTICIPANT], "Inngang"),
            "volunteer": tablet(session, screens[Audience.VOLUNTEER], "Matutdeling"),
            "staff": tablet(session, screens[Audience.STAFF], "Kontoret"),
            "other": tablet(session, other_screens[Audience.PARTICIPANT], "Andre inngang"),
            "revoked": tablet(session, screens[Audience.PARTICIPANT], "Stjålet", revoked=True),
        }
        session.commit()
    return tablets


def find_house(session: Session, tablets: dict[str, str]) -> House:
    """The house that was put into this database."""
    centres = {one.slug: one for one in session.scalars(select(Centre))}
    screens: dict[int, dict[Audience, Screen]] = {one.id: {} for one in centres.values()}
    for screen in session.scalars(select(Screen)):
        screens[screen.centre_id][screen.audience] = screen
    by_name = {one.name: one for one in session.scalars(select(User))}
    users = {word: by_name[name] for word, name in USERS.items()}
    activities = {one.key: one for one in session.scalars(select(Activity))}
    session.commit()
    here, there = centres["prove"], centres["andre"]
    return House(session, here, there, screens[here.id], screens[there.id], users, activities, dict(tablets))


@cache
def _password_hash() -> str:
    return passwords.hash_secret(PASSWORD)


def user(name: str, role: Role, centre: Centre | None, *, disabled_at: datetime | None = None) -> User:
    return User(
        name=name,
        name_key=access.name_key(name),
        password_hash=_password_hash(),
        role=role,
        centre_id=centre.id if centre else None,
        created_at=NOW,
        disabled_at=disabled_at,
    )


def tablet(session: Session, screen: Screen, name: str, *others: Screen, revoked: bool = False) -> str:
    """A paired tablet's token."""
    station = stations.add_station(session, [screen, *others], name, NOW, pin=PIN if others else "")
    token = stations.pair(session, station, NOW)
    if revoked:
        station.revoked_at = NOW
    return token


def tablet_with_pin(house: House, name: str = "Stua") -> str:
    """The token of a tablet that starts with the participants' screen and has the others behind PIN."""
    with writing(house.session):
        first, *others = (house.screens[audience] for audience in Audience)
        token = tablet(house.session, first, name, *others)
        house.session.commit()
    return token


def tap(
    activity: str = "visit", *, count: int | None = 1, at: datetime = NOW, id: UUID | None = None, **other: object
) -> Tap:
    """A tap by a tablet whose clock is right, made at `at` and sent NOW."""
    testimony = Testimony(wall=round(at.timestamp() * 1000), offset=0, age=None, now=round(NOW.timestamp() * 1000))
    values: dict[str, object] = {"testimony": testimony} | other
    return Tap(id=id or uuid4(), activity=activity, count=count, **values)  # type: ignore[arg-type]


def undo(of: Tap, *, id: UUID | None = None) -> Tap:
    return Tap(id=id or uuid4(), activity=of.activity, count=of.count, testimony=of.testimony, undoes=of.id)


def event(
    session: Session,
    centre: Centre,
    activity: Activity,
    count: int,
    day: date,
    *,
    span: Span = Span.DAY,
    **other: object,
) -> UUID:
    """An event straight into the ledger."""
    id = uuid4()
    row: dict[str, object] = {
        "id": id,
        "centre_id": centre.id,
        "activity_id": activity.id,
        "kind": EventKind.ENTRY,
        "count": count,
        "day": day,
        "span": span,
        "audience": Audience.STAFF,
        "quality": Quality.COUNTED,
        "time_quality": TimeQuality.SURE,
    }
    add_events(session, [row | other])
    return id


def noise(house: House, days: Iterator[date] | list[date]) -> None:
    """Events of the other centre, which must never count at ours."""
    for day in days:
        event(house.session, house.other_centre, house.activities["visit"], 1000, day)
