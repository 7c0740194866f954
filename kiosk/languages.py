"""In which language an answer is: what the address asks for, else what a person chose, else the installation's own."""

from flask import Flask, Response, current_app, request

from kiosk import guards
from kiosk.extensions import babel
from kiosk.kinds import LANGUAGES

COOKIE = "kiosk_language"
COOKIE_SECONDS = 400 * 24 * 3600


def current() -> str:
    """At the door it is the address alone that says so, for one person, and it is stored nowhere."""
    asked = request.args.get("sprak")
    if asked not in LANGUAGES and guards.STATION_COOKIE not in request.cookies:
        asked = request.cookies.get(COOKIE)
    return asked if asked in LANGUAGES else str(current_app.config["BABEL_DEFAULT_LOCALE"])


def keep(response: Response, language: str) -> None:
    """Somebody who works here has chosen: this browser speaks it from now on."""
    response.set_cookie(
        COOKIE, language, max_age=COOKIE_SECONDS, httponly=True, samesite="Strict", secure=request.is_secure
    )


def init_app(app: Flask) -> None:
    babel.init_app(app, locale_selector=current)
