"""A made-up year that sums to a printed one: CRUX Øvre Eiker as its yearly report tells it."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import partial
from importlib import resources
from random import Random

from sqlalchemy.orm import Session

from kiosk.domain.auditing import audit
from kiosk.domain.counting import list_activities
from kiosk.domain.demo_rhythm import closed_periods, make_id, open_days
from kiosk.domain.demo_taps import close_days, tap_year
from kiosk.domain.installing import ensure_installation
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.reporting import enter_figure
from kiosk.domain.setup import DEFAULT_TIMEZONE, SlugTaken, add_centre, load_catalogue
from kiosk.domain.tidying import COARSE_AFTER, coarsen
from kiosk.kinds import EventKind, Quality, Span
from kiosk.models import Activity, Centre, ClosedPeriod, Method

NAME, SLUG = "CRUX Øvre Eiker", "ovre-eiker"

# Believable shares: the report prints the sum of phone and SMS alone.
SHARES_OF_SUMS = {"contact": {"phone": 0.35, "sms": 0.65}}

CONTACT_METHOD = {
    "nb": "Samtaler og SMS telles hver for seg, én per deltaker per dag",
    "en": "Calls and text messages are counted separately, once per participant per day",
}


class CentreExists(Exception):
    """There is a centre with the demo's slug already."""


class NoFigures(Exception):
    """No counted figures of this year are known."""


class YearNotOver(Exception):
    """Only a year that is over can be filled."""


@dataclass(frozen=True)
class Figure:
    """A printed number of one year; `value` as printed, with a point before decimals."""

    year: int
    key: str
    value: str
    quality: Quality

    def number(self, activity: Activity) -> int:
        """In the activity's smallest unit: 41.4 with one decimal is 414."""
        return int(Decimal(self.value).scaleb(activity.decimals))


def fill_demo(session: Session, year: int, now: datetime, seed: int = 1) -> Centre:
    """Make the demo centre with a whole year of taps, and the printed figures of that year and the one before.

    The same seed makes the same year. Nobody can sign in and no tablet can post: there is no account, and
    the tokens are thrown away. Must run in a transaction that writes.
    Raises NoFigures, YearNotOver or CentreExists; TapNotRecorded when the catalogue has been changed too much.
    """
    figures = _read_figures()
    to_tap = [one for one in figures if one.year == year and one.quality is Quality.COUNTED]
    if not to_tap:
        raise NoFigures
    today, _ = local_day_and_hour(now, DEFAULT_TIMEZONE)
    if today.year <= year:
        raise YearNotOver
    rng = Random(seed)  # noqa: S311  made-up data that can be made again, not a secret
    centre = _add_demo_centre(session, now)
    activities = {activity.key: activity for activity in list_activities(session, centre.id)}
    for period, words in closed_periods(year):
        session.add(ClosedPeriod(centre_id=centre.id, first_on=period.first, last_on=period.last, words=words))
    days = open_days(year)
    tap_year(session, rng, centre, days, _split_sums({one.key: one.number(activities[one.key]) for one in to_tap}))
    close_days(session, rng, centre, days)
    for kind, of_year in ((EventKind.ENTRY, year), (EventKind.IMPORT, year - 1)):
        rest = [one for one in figures if one.year == of_year and one not in to_tap]
        _enter(session, rng, centre, activities, rest, kind, now)
    contact, since = activities["contact"].id, date(year, 1, 1)
    session.add(Method(activity_id=contact, centre_id=centre.id, valid_from=since, words=dict(CONTACT_METHOD)))
    # A day that is exactly COARSE_AFTER old is coarse already.
    coarsen(session, centre.id, today - COARSE_AFTER + timedelta(days=1))
    return centre


def _read_figures() -> list[Figure]:
    text = resources.files("kiosk").joinpath("catalogue", "demo_history.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return [Figure(int(row["year"]), row["key"], row["value"], Quality(row["quality"])) for row in rows]


def _add_demo_centre(session: Session, now: datetime) -> Centre:
    ensure_installation(session, now)
    load_catalogue(session)
    try:
        centre = add_centre(session, NAME, SLUG)
    except SlugTaken as error:
        raise CentreExists from error
    # The key of the centre is needed by all that is its own.
    session.flush()
    audit(session, "centre.add", SLUG, {}, {"name": NAME}, centre_id=centre.id, user_id=None, now=now)
    return centre


def _split_sums(figures: Mapping[str, int]) -> dict[str, int]:
    """A sum is never tapped itself: its number is shared out among its parts, the last one takes what is left."""
    tapped: dict[str, int] = {}
    for key, number in figures.items():
        *shares, (last, _) = SHARES_OF_SUMS.get(key, {key: 1.0}).items()
        parts = {part: round(number * share) for part, share in shares}
        tapped |= parts | {last: number - sum(parts.values())}
    return tapped


def _enter(
    session: Session,
    rng: Random,
    centre: Centre,
    activities: Mapping[str, Activity],
    figures: Iterable[Figure],
    kind: EventKind,
    now: datetime,
) -> None:
    """Enter year figures, parts before their whole, so that a whole stores the remainder above them."""
    for figure in sorted(figures, key=lambda one: activities[one.key].part_of_id is None):
        activity = activities[figure.key]
        enter_figure(
            session,
            centre_id=centre.id,
            activity_id=activity.id,
            span=Span.YEAR,
            day=date(figure.year, 1, 1),
            number=figure.number(activity),
            quality=figure.quality,
            kind=kind,
            now=now,
            new_id=partial(make_id, rng),
        )
