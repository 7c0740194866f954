"""Who may enter. Every door is closed until a view opens it by name with one of the decorators here.

A browser is either a paired tablet or a person. What does not concern a tablet does not exist for it: 404.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, make_response, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from kiosk import network
from kiosk.domain import access, counting, installing, locking, pairing, screens
from kiosk.domain.access import Person
from kiosk.domain.installing import Standing
from kiosk.domain.locking import OtherScreen
from kiosk.domain.pairing import Tablet
from kiosk.domain.periods import local_day_and_hour
from kiosk.domain.screens import ShownScreen
from kiosk.extensions import db
from kiosk.htmx import is_fragment, see_other
from kiosk.kinds import Audience, Role
from kiosk.models import Centre

STATION_COOKIE = "kiosk_station"
COOKIE_SECONDS = 400 * 24 * 3600

View = TypeVar("View", bound=Callable[..., Any])
Door = Callable[[], Response | None]


def _opened(door: Door) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.door = door  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """Open to everybody, tablets included."""
    return _opened(lambda: None)(view)


def for_people(view: View) -> View:
    """Open to everybody but tablets: the sign-in."""

    def door() -> None:
        if current_tablet() is not None:
            abort(404)

    return _opened(door)(view)


def for_passwords(view: View) -> View:
    """Open to everybody but tablets, where a password may be typed: nobody can read it on its way."""

    def door() -> Response | None:
        if current_tablet() is not None:
            abort(404)
        if not network.is_private():
            return make_response(render_template("signin/plain_http.html"), 403)
        return None

    return _opened(door)(view)


def for_station(view: View) -> View:
    """Open to paired tablets."""

    def door() -> None:
        if current_tablet() is None:
            abort(401)

    return _opened(door)(view)


def for_tapper(view: View) -> View:
    """Open to whoever may tap: a paired tablet, or a person from STAFF up."""
    return _opened(_look_at_tapper)(view)


def for_worker(view: View) -> View:
    """Open to whoever taps on a screen of volunteers or staff; on a participants' tablet it does not exist."""

    def door() -> None:
        tablet, other = current_tablet(), current_other_screen()
        if tablet is not None and (other or tablet.poster).audience is Audience.PARTICIPANT:
            abort(404)
        _look_at_tapper()

    return _opened(door)(view)


def _look_at_tapper() -> None:
    if current_tablet() is None:
        person = current_person()
        if person is None:
            abort(401)
        if not person.role.includes(Role.STAFF):
            abort(403)


def for_role(role: Role, *, fresh: bool = False) -> Callable[[View], View]:
    """Open to people with this role or one that includes it. Others are asked to sign in first.

    `fresh`: and only for a while after the password was typed; then it is asked for once more.
    """
    return _opened(lambda: look_at_role(role, fresh=fresh))


def look_at_role(role: Role, *, fresh: bool) -> Response | None:
    """What `for_role` does at the door; None lets in."""
    if current_tablet() is not None:
        abort(404)
    person = current_person()
    if person is None:
        return _ask_to_sign_in()
    if not person.role.includes(role):
        abort(403)
    if fresh and not person.is_fresh:
        return see_other(url_for("confirming.confirm", next=_asked_for()))
    return None


def for_all_centres(role: Role) -> Callable[[View], View]:
    """As `for_role`, and only for people who belong to no single centre."""

    def door() -> Response | None:
        answer = look_at_role(role, fresh=False)
        if answer is None and this_person().centre_id is not None:
            abort(403)
        return answer

    return _opened(door)


def now() -> datetime:
    """The time of this request, read once."""
    try:
        instant: datetime = g.now
    except AttributeError:
        g.now = instant = datetime.now(UTC)
    return instant


def current_tablet() -> Tablet | None:
    """The paired tablet that asks, if it is one."""
    try:
        tablet: Tablet | None = g.tablet
    except AttributeError:
        token = request.cookies.get(STATION_COOKIE)
        g.tablet = tablet = pairing.find_tablet(db.session(), token, now()) if token else None
    return tablet


def current_person() -> Person | None:
    """The signed-in person who asks, if anybody is signed in."""
    return current_user.person if current_user.is_authenticated else None


def this_tablet() -> Tablet:
    """The tablet that asks, behind a door for tablets."""
    tablet = current_tablet()
    if tablet is None:
        abort(401)
    return tablet


def this_person() -> Person:
    """The person who asks, behind a door for people who are signed in."""
    person = current_person()
    if person is None:
        abort(401)
    return person


def current_centre() -> Centre:
    """The centre the person works with: their own, or the one named in `?senter=`; 404 for another's."""
    try:
        return access.find_centre(db.session(), this_person(), request.args.get("senter"))
    except access.CentreNotFound:
        abort(404)


def current_place() -> tuple[int, str]:
    """The centre's id and time zone; where they are known with the person, the centre itself is not read."""
    person = this_person()
    if person.centre_id is not None and "senter" not in request.args:
        return person.centre_id, person.timezone
    centre = current_centre()
    return centre.id, centre.timezone


def centres_to_choose() -> list[Centre]:
    """The centres to choose among: none for a person who belongs to one."""
    person = current_person()
    return list(counting.list_centres(db.session())) if person and person.centre_id is None else []


def slug_in_links(centre: Centre) -> str | None:
    """What the links of a page must say of the centre: nothing for somebody who belongs to one."""
    person = current_person()
    return centre.slug if person and person.centre_id is None else None


def asked_screen_id() -> int | None:
    """The further screen of a tablet that the address names."""
    return (request.view_args or {}).get("screen_id") or request.args.get("skjerm", type=int)


def current_other_screen() -> OtherScreen | None:
    """The further screen of the tablet that the address names, if it names one; 404 unless it may be shown now."""
    if "other_screen" not in g:
        tablet, screen_id = current_tablet(), asked_screen_id()
        g.other_screen = None
        if tablet is not None and screen_id is not None:
            g.other_screen = _find_other_screen(tablet, screen_id)
    other: OtherScreen | None = g.other_screen
    return other


def _find_other_screen(tablet: Tablet, screen_id: int) -> OtherScreen:
    try:
        other = locking.find_other_screen(db.session(), tablet.station_id, screen_id, now())
    except locking.ScreenNotFound:
        abort(404)
    return other if other.is_open else abort(404)


def current_screen(today: date) -> ShownScreen:
    """The screen that asks: one of the tablet's, or the staff screen of the person's centre; 404 without one."""
    tablet, other = current_tablet(), current_other_screen()
    try:
        if tablet is not None:
            return screens.show_screen(db.session(), other.screen_id if other else tablet.screen_id, today)
        return screens.show_audience_screen(db.session(), current_centre().id, Audience.STAFF, today)
    except screens.ScreenNotFound:
        abort(404)


def current_timezone() -> str:
    """Where the tablet or the person's centre is."""
    return tablet.poster.timezone if (tablet := current_tablet()) else current_place()[1]


def current_day() -> date:
    """Today where the tablet or the person's centre is."""
    return local_day_and_hour(now(), current_timezone())[0]


def current_standing() -> Standing:
    """How the installation stands: its epoch and its clock."""
    who = current_tablet() or current_person()
    return who.standing if who is not None and who.standing is not None else installing.look(db.session(), now())


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        abort(401)
    return see_other(url_for("signin.sign_in", next=_asked_for()))


def _asked_for() -> str:
    """The page that somebody wants to come back to."""
    if is_fragment():
        return urlsplit(request.headers.get("HX-Current-URL", "/")).path
    return request.full_path.rstrip("?")


def set_station_cookie(response: Response, token: str) -> None:
    """Make the browser that gets this answer a tablet."""
    response.set_cookie(
        STATION_COOKIE, token, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=request.is_secure
    )


def _let_in() -> Response | None:
    if request.endpoint is None:
        return None
    door: Door | None = getattr(current_app.view_functions[request.endpoint], "door", None)
    if door is None:
        abort(404)
    if request.method == "POST":
        _refuse_foreign_origin()
    return door()


def _refuse_foreign_origin() -> None:
    """A browser that names another origin is turned away, also where a CSRF token is asked for."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def init_app(app: Flask) -> None:
    app.before_request(_let_in)
