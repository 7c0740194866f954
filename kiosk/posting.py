"""Posts: on whose behalf taps are recorded, and forms that are done once."""

from collections.abc import Callable, Sequence

from flask import abort

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access, operations
from kiosk.domain.access import Person
from kiosk.domain.tallying import Poster
from kiosk.domain.wire import Tap
from kiosk.extensions import db
from kiosk.forms.staff import StaffForm
from kiosk.kinds import Audience
from kiosk.models import Centre


def current_poster() -> Poster:
    """On whose behalf taps are recorded."""
    tablet = guards.current_tablet()
    if tablet is not None:
        return tablet.poster
    return _poster(guards.current_centre())


def group_by_poster(taps: Sequence[Tap]) -> list[tuple[Poster, list[Tap]]]:
    """The taps by whom they are recorded for: one group, but for a person of all centres one per centre."""
    tablet = guards.current_tablet()
    if tablet is not None:
        return [(tablet.poster, list(taps))]
    person = guards.current_person()
    if person is None or person.centre_id is not None:
        return [(current_poster(), list(taps))]
    groups: dict[str, tuple[Poster, list[Tap]]] = {}
    for tap in taps:
        slug = tap.centre or ""
        if slug not in groups:
            groups[slug] = (_poster_of_all(person, tap.centre), [])
        groups[slug][1].append(tap)
    return list(groups.values())


def _poster_of_all(person: Person, slug: str | None) -> Poster:
    # A centre that does not exist: the tap is held at the first one, and not turned away.
    for wanted in (slug, None):
        try:
            return _poster(access.find_centre(db.session(), person, wanted))
        except access.CentreNotFound:
            continue
    abort(404)


def _poster(centre: Centre) -> Poster:
    return Poster(centre.id, centre.slug, centre.timezone, Audience.STAFF)


def current_sender() -> tuple[str, int]:
    """Who posts, for counting how much."""
    tablet = guards.current_tablet()
    if tablet is not None:
        return "station", tablet.station_id
    person = guards.current_person()
    return "user", person.user_id if person else 0


def save_once(form: StaffForm, change: Callable[[], object]) -> None:
    """Do what a form of the staff pages asks for, in the one transaction of its post; sent twice, it is done once.

    Raises what `change` raises; then nothing is written.
    """
    with writing(db.session()):
        if form.op_id.data and operations.do_once(db.session(), form.op_id.data, guards.now()):
            change()
        db.session.commit()
