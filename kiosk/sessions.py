"""The signed cookie of people. A tablet has none, and so costs none."""

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature


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


def init_app(app: Flask) -> None:
    app.session_interface = PeoplesSessions()
