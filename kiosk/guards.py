"""Who may enter. Every door is closed until a view opens it by name with one of the decorators here.

A browser is either a paired tablet or a person. What does not concern a tablet does not exist for it: 404.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_login import UserMixin, current_user
from werkzeug.wrappers import Response

from kiosk import network
from kiosk.database import writing
from kiosk.domain import access, installing, pairing
from kiosk.domain.access import Person
from kiosk.domain.installing import Standing
from kiosk.domain.pairing import Tablet
from kiosk.domain.tallying import Poster
from kiosk.domain.wire import Tap
from kiosk.extensions import db, login
from kiosk.htmx import is_fragment, see_other
from kiosk.kinds import Audience, Role
from kiosk.models import Centre

STATION_COOKIE = "kiosk_station"
STATION_COOKIE_SECONDS = 400 * 24 * 3600

View = TypeVar("View", bound=Callable[..., Any])
Door = Callable[[], Response | None]


class SignedIn(UserMixin):
    """Flask-Login's idea of a user. Its id is the token of one signed-in browser, not the user's number."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        return self.token


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

    def door() -> None:
        if current_tablet() is None:
            person = current_person()
            if person is None:
                abort(401)
            if not person.role.includes(Role.STAFF):
                abort(403)

    return _opened(door)(view)


def for_role(role: Role) -> Callable[[View], View]:
    """Open to people with this role or one that includes it. Others are asked to sign in first."""

    def door() -> Response | None:
        if current_tablet() is not None:
            abort(404)
        person = current_person()
        if person is None:
            return _ask_to_sign_in()
        if not person.role.includes(role):
            abort(403)
        return None

    return _opened(door)


def now() -> datetime:
    """The time of this request, read once."""
    if "now" not in g:
        g.now = datetime.now(UTC)
    instant: datetime = g.now
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


def acting_person() -> Person:
    """The signed-in person who asks; 401 when nobody is signed in."""
    person = current_person()
    if person is None:
        abort(401)
    return person


def current_centre() -> Centre:
    """The centre the person works with: their own, or the one named in `?senter=`; 404 for another's."""
    try:
        return access.find_centre(db.session(), acting_person(), request.args.get("senter"))
    except access.CentreNotFound:
        abort(404)


def current_poster() -> Poster:
    """On whose behalf taps are recorded."""
    tablet = current_tablet()
    if tablet is not None:
        return tablet.poster
    return _poster(current_centre())


def current_standing() -> Standing:
    """How the installation stands: its epoch and its clock."""
    tablet = current_tablet()
    return tablet.standing if tablet is not None else installing.look(db.session(), now())


def group_by_poster(taps: Sequence[Tap]) -> list[tuple[Poster, list[Tap]]]:
    """The taps by whom they are recorded for: one group, but for a person of all centres one per centre."""
    tablet = current_tablet()
    if tablet is not None:
        return [(tablet.poster, list(taps))]
    person = current_person()
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
    tablet = current_tablet()
    if tablet is not None:
        return "station", tablet.station_id
    person = current_person()
    return "user", person.user_id if person else 0


def refuse_foreign_origin() -> None:
    """A browser that names another origin is turned away, also where a CSRF token is asked for."""
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc != request.host:
        abort(403)


def own_path(target: str | None) -> str:
    """`target` if it is a page of our own that can be fetched, else the first page: where to go after sign-in."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return url_for("tapping.door")
    try:
        adapter = current_app.create_url_adapter(request)
        if adapter is not None:
            adapter.match(urlsplit(target).path, method="GET")
    except Exception:  # any routing error means: no such page
        return url_for("tapping.door")
    return target


def _ask_to_sign_in() -> Response:
    if request.method != "GET":
        abort(401)
    target = request.full_path.rstrip("?")
    if is_fragment():
        target = urlsplit(request.headers.get("HX-Current-URL", "/")).path
        return see_other(url_for("signin.sign_in", next=target))
    return redirect(url_for("signin.sign_in", next=target), 303)


def set_station_cookie(response: Response, token: str) -> None:
    """Make the browser that gets this answer a tablet."""
    response.set_cookie(
        STATION_COOKIE,
        token,
        max_age=STATION_COOKIE_SECONDS,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure,
    )


@login.user_loader
def signed_in(token: str) -> SignedIn | None:
    """The person behind a token, for Flask-Login."""
    found = access.find_person(db.session(), token, now())
    if found is None:
        return None
    person, should_touch = found
    if should_touch and not _is_polling():
        with writing(db.session()):
            access.touch_sign_in(db.session(), person.sign_in_id, now())
            db.session.commit()
    return SignedIn(person, token)


def _is_polling() -> bool:
    """A page that refreshes itself is no sign of a person."""
    return is_fragment() and request.method == "GET"


def _let_in() -> Response | None:
    if request.endpoint is None:
        return None
    door: Door | None = getattr(current_app.view_functions[request.endpoint], "door", None)
    if door is None:
        abort(404)
    if request.method == "POST":
        refuse_foreign_origin()
    return door()


def init_app(app: Flask) -> None:
    app.before_request(_let_in)
