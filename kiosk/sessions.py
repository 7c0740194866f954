"""The signed cookie of people. A tablet has none, and so costs none."""

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class PeoplesSessions(SecureCookieSessionInterface):
    """Flask's own sessions, without making the signer where no cookie is to be read."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)

    def get_cookie_secure(self, app: Flask) -> bool:
        """Over HTTPS the cookie is for HTTPS only; a machine on its own network may have nothing but plain http."""
        return request.is_secure


def init_app(app: Flask) -> None:
    app.session_interface = PeoplesSessions()
