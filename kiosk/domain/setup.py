"""What a centre starts with, and the centre itself."""

import csv
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.access import add_user
from kiosk.domain.auditing import audit
from kiosk.domain.installing import ensure_installation
from kiosk.kinds import LANGUAGES, Audience, Input, Role, Weekday
from kiosk.models import Activity, Button, Centre, Screen, User

LONGEST_NAME = 80
SHORTEST_SLUG = 2
DEFAULT_TIMEZONE = "Europe/Oslo"
MONDAY_TO_FRIDAY = [day for day in Weekday if day < Weekday.SATURDAY]
# Volunteer hours that make one full-time year: 2090 hours are 1,23 and 2000 are 1,18 in the printed reports.
HOURS_PER_FULL_TIME_YEAR = 1695


class SlugTaken(Exception):
    """Another centre has this slug."""


class BadSlug(Exception):
    """A slug is 2–40 lower-case letters a–z, digits and hyphens, and begins with a letter."""


class NameMissing(Exception):
    """A centre needs a name of 1–80 characters."""


@dataclass(frozen=True)
class FirstStart:
    """What the first start made."""

    centre: Centre
    leader: User
    screens: list[Screen]


def first_start(
    session: Session, *, centre_name: str, slug: str, leader_name: str, password: str, now: datetime
) -> FirstStart:
    """Make the catalogue, the centre, its screens and its leader in one go.

    Raises SlugTaken, BadSlug, NameMissing, or what `add_user` raises. May be repeated for a second centre.
    """
    centre, screens = open_centre(session, centre_name, slug, now)
    leader = add_user(session, leader_name, password, Role.LEADER, centre, now)
    # There is somebody to sign in: the code in the terminal opens nothing any more.
    ensure_installation(session, now).start_code_hash = None
    audit(session, "user.add", leader.name, {}, {"role": leader.role}, centre_id=centre.id, user_id=None, now=now)
    return FirstStart(centre, leader, screens)


def open_centre(session: Session, name: str, slug: str, now: datetime) -> tuple[Centre, list[Screen]]:
    """Make the catalogue, a centre and its screens. Raises SlugTaken, BadSlug or NameMissing."""
    ensure_installation(session, now)
    load_catalogue(session)
    centre = add_centre(session, name, slug)
    # The key of the new centre is needed by its screens.
    session.flush()
    screens = add_screens(session, centre)
    audit(session, "centre.add", centre.slug, {}, {"name": centre.name}, centre_id=centre.id, user_id=None, now=now)
    return centre, screens


def add_centre(session: Session, name: str, slug: str) -> Centre:
    """Raises SlugTaken, BadSlug or NameMissing."""
    name = read_name(name)
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", slug):
        raise BadSlug
    if session.scalar(select(Centre.id).where(Centre.slug == slug)) is not None:
        raise SlugTaken
    centre = Centre(
        name=name,
        slug=slug,
        timezone=DEFAULT_TIMEZONE,
        open_weekdays=[int(day) for day in MONDAY_TO_FRIDAY],
        hours_per_full_time_year=HOURS_PER_FULL_TIME_YEAR,
    )
    session.add(centre)
    return centre


def read_name(name: str) -> str:
    """The name of a centre, spaces folded. Raises NameMissing."""
    # PostgreSQL takes no NUL in a text.
    name = " ".join(name.replace("\0", "").split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise NameMissing
    return name


def suggest_slug(name: str, *, otherwise: str = "senter") -> str:
    """A slug from a name: “CRUX Øvre Eiker” → “crux-ovre-eiker”; `otherwise` where too few letters are left."""
    letters = name.casefold().replace("ø", "o").replace("æ", "ae")
    plain = unicodedata.normalize("NFKD", letters).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-0123456789")[:40].strip("-")
    return slug if len(slug) >= SHORTEST_SLUG else otherwise


def load_catalogue(session: Session) -> None:
    """Add the shared activities that are not there yet; what is there stays as it is."""
    known = {activity.key: activity for activity in session.scalars(select(Activity))}
    for position, row in enumerate(_csv("activities.csv"), start=1):
        if row["key"] in known:
            continue
        activity = Activity(
            key=row["key"],
            position=position,
            labels=_words(row, "label"),
            units=_words(row, "unit"),
            counts=_words(row, "counts"),
            counts_not=_words(row, "counts_not"),
            decimals=int(row["decimals"]),
            input=Input(row["input"]),
            rolls_up=row["rolls_up"] == "yes",
        )
        session.add(activity)
        # A part needs the id of its whole, which stands above it in the file.
        session.flush()
        if row["part_of"]:
            activity.part_of_id = known[row["part_of"]].id
        known[activity.key] = activity


def add_screens(session: Session, centre: Centre) -> list[Screen]:
    """The door, volunteer and staff screens of a new centre, with their buttons."""
    activities = {activity.key: activity for activity in session.scalars(select(Activity))}
    quick_counts = {
        row["key"]: [int(count) for count in row["quick_counts"].split(",") if count] for row in _csv("activities.csv")
    }
    screens = []
    for described in tomllib.loads(_text("screens.toml"))["screen"]:
        screen = Screen(centre_id=centre.id, name=described["name"], audience=Audience(described["audience"]))
        screen.buttons = [
            _button(button, position, activities[button["activity"]], quick_counts[button["activity"]])
            for position, button in enumerate(described["buttons"], start=1)
        ]
        session.add(screen)
        screens.append(screen)
    return screens


def _button(described: dict[str, Any], position: int, activity: Activity, quick_counts: list[int]) -> Button:
    season_from, season_to = described.get("season", (None, None))
    return Button(
        activity_id=activity.id,
        position=position,
        labels=described.get("label", {}),
        icon=described["icon"],
        colour=described["colour"],
        quick_counts=quick_counts,
        usual_maximum=described.get("usual_maximum"),
        season_from=season_from,
        season_to=season_to,
    )


def _words(row: dict[str, str], column: str) -> dict[str, str]:
    return {language: row[f"{column}_{language}"] for language in LANGUAGES if row.get(f"{column}_{language}")}


def _csv(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(_text(name).splitlines()))


def _text(name: str) -> str:
    return resources.files("kiosk").joinpath("catalogue", name).read_text(encoding="utf-8")
