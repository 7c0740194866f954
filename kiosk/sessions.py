"""The signed cookie of people, and who is behind it. A tablet has none, and so costs none."""

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import UserMixin
from itsdangerous import BadSignature

from kiosk import guards
from kiosk.database import writing
from kiosk.domain import access
from kiosk.domain.access import Person
from kiosk.extensions import db, login
from kiosk.htmx import is_fragment


class SignedIn(UserMixin):
    """Flask-Login's idea of a user. Its id is the token of one signed-in browser, not the user's number."""

    def __init__(self, person: Person, token: str) -> None:
        self.person = person
        self.token = token

    def get_id(self) -> str:
        return self.token


class PeoplesSessions(SecureCookieSessionInterface):
    """Flask's own sessions, but for three things.

    No signer is made where no cookie is to be read. How old a cookie may be is not asked: how long somebody is
    signed in stands in the database, and a clock that was put back must sign nobody out. Over HTTPS the cookie is
    for HTTPS only; a machine on its own network may have nothing but plain http.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        value = request.cookies.get(self.get_cookie_name(app))
        if not value:
            return self.session_class()
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        try:
            return self.session_class(signer.loads(value))
        except BadSignature:
            return self.session_class()

    def get_cookie_secure(self, app: Flask) -> bool:
        return request.is_secure


@login.user_loader
def signed_in(token: str) -> SignedIn | None:
    """The person behind a token, for Flask-Login."""
    found = access.find_person(db.session(), token, guards.now())
    if found is None:
        return None
    person, should_touch = found
    if should_touch and not _is_polling():
        with writing(db.session()):
            access.touch_sign_in(db.session(), person.sign_in_id, guards.now())
            db.session.commit()
    return SignedIn(person, token)


def _is_polling() -> bool:
    """A page that refreshes itself, or tells how it is, is no sign of a person."""
    return (is_fragment() and request.method == "GET") or request.endpoint == "tapping.tell_health"


def init_app(app: Flask) -> None:
    app.session_interface = PeoplesSessions()
