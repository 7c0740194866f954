"""The centre itself, as a leader shapes it: its name, when it is open, and when not."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.access import Person
from kiosk.domain.auditing import audit, audit_change
from kiosk.domain.setup import SlugTaken, add_centre, add_screens, suggest_slug
from kiosk.models import Centre, ClosedPeriod

LONGEST_CLOSED = timedelta(days=366)


class CentreNameTaken(Exception):
    """Another centre has this name."""


class PeriodTurnedRound(Exception):
    """A period cannot end before it begins."""


class PeriodTooLong(Exception):
    """Longer than LONGEST_CLOSED: a year was mistyped."""


class PeriodTaken(Exception):
    """The centre is closed on some of these days already."""


class PeriodNotFound(Exception):
    """No such closed period of this centre."""


@dataclass(frozen=True)
class CentreDraft:
    """Weekdays as in `date.weekday()`; whole hours."""

    name: str
    open_weekdays: list[int]
    hours_per_full_time_year: int


def change_centre(session: Session, centre: Centre, draft: CentreDraft, *, by: Person, now: datetime) -> None:
    """Raises CentreNameTaken."""
    _refuse_name(session, draft.name, centre)
    old = {field: getattr(centre, field) for field in asdict(draft)}
    for field, value in asdict(draft).items():
        setattr(centre, field, value)
    audit_change(
        session, "centre.change", old["name"], old, asdict(draft), centre_id=centre.id, user_id=by.user_id, now=now
    )


def add_further_centre(session: Session, name: str, *, by: Person, now: datetime) -> Centre:
    """A further centre with the screens a new one starts with. Raises CentreNameTaken or what add_centre raises."""
    _refuse_name(session, name, None)
    stem, number = suggest_slug(name), 1
    slug = stem
    while True:
        try:
            centre = add_centre(session, name, slug)
            break
        except SlugTaken:
            number += 1
            slug = f"{stem[:36]}-{number}"
    # The key of the new centre is needed by its screens.
    session.flush()
    add_screens(session, centre)
    audit(session, "centre.add", slug, {}, {"name": name}, centre_id=centre.id, user_id=by.user_id, now=now)
    return centre


def list_closed(session: Session, centre: Centre) -> list[ClosedPeriod]:
    """When the centre is closed, newest first."""
    query = select(ClosedPeriod).where(ClosedPeriod.centre_id == centre.id)
    return list(session.scalars(query.order_by(ClosedPeriod.first_on.desc())))


def add_closed(
    session: Session, centre: Centre, first_on: date, last_on: date, words: str, *, by: Person, now: datetime
) -> None:
    """Closed on these days, both included. Raises PeriodTurnedRound, PeriodTooLong or PeriodTaken."""
    if last_on < first_on:
        raise PeriodTurnedRound
    if last_on - first_on > LONGEST_CLOSED:
        raise PeriodTooLong
    if any(one.first_on <= last_on and first_on <= one.last_on for one in list_closed(session, centre)):
        raise PeriodTaken
    period = ClosedPeriod(centre_id=centre.id, first_on=first_on, last_on=last_on, words=words)
    session.add(period)
    audit(session, "closed_period.add", words, {}, _days(period), centre_id=centre.id, user_id=by.user_id, now=now)


def remove_closed(session: Session, centre: Centre, period_id: int, *, by: Person, now: datetime) -> None:
    """Open after all. Raises PeriodNotFound."""
    period = next((one for one in list_closed(session, centre) if one.id == period_id), None)
    if period is None:
        raise PeriodNotFound
    session.delete(period)
    audit(
        session,
        "closed_period.remove",
        period.words,
        _days(period),
        {},
        centre_id=centre.id,
        user_id=by.user_id,
        now=now,
    )


def _refuse_name(session: Session, name: str, centre: Centre | None) -> None:
    for one in session.scalars(select(Centre)):
        if one is not centre and one.name.casefold() == name.casefold():
            raise CentreNameTaken


def _days(period: ClosedPeriod) -> dict[str, Any]:
    return {"first_on": period.first_on.isoformat(), "last_on": period.last_on.isoformat()}
