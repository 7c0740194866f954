"""Errors as answers: a page, a fragment or JSON, in words, with what can be done about it."""

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_babel import gettext, lazy_gettext, ngettext
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException

from kiosk.database import database_errors
from kiosk.domain import access, codes, locking, managing, passwords, people, stations
from kiosk.domain.wire import MAGIC
from kiosk.extensions import db
from kiosk.htmx import is_fragment

RETRY_AFTER_SECONDS = 5

# What a form about a tablet is told, and at which of its fields.
STATION_ERRORS: dict[type[Exception], tuple[str, str]] = {
    stations.NameMissing: ("name", lazy_gettext("The tablet needs a name of 1–80 characters.")),
    stations.NameTaken: ("name", lazy_gettext("Another tablet has this name. Choose another one.")),
    stations.ScreenMissing: ("screens", lazy_gettext("Choose at least one.")),
    locking.PinMissing: (
        "pin",
        lazy_gettext("Beside the participants’ screen, the others need a PIN. Choose six digits."),
    ),
    locking.PinNotValid: (
        "pin",
        lazy_gettext("A PIN is six digits, and not six of the same nor in a row, as 123456."),
    ),
}

# Of a post that is refused, in pieces of 64 kB.
MOST_PIECES_HEARD, PIECE = 64, 64 * 1024


def _words(status: int) -> tuple[str, str]:
    """A title and what to do, for an HTTP status."""
    match status:
        case 401:
            return gettext("Not signed in"), gettext("Sign in, or connect the tablet again.")
        case 403:
            return gettext("No access"), gettext("You may not do this. Ask the leader of the centre.")
        case 404:
            return gettext("Page not found"), gettext("The address leads nowhere. Go to the first page.")
        case 405:
            return gettext("That is not possible here"), gettext("Go back and try again.")
        case 413:
            return gettext("Too much at once"), gettext("What was sent is too large. Nothing was changed.")
        case 421:
            return gettext("Unknown address"), gettext(
                "The kiosk does not know the name “%(host)s”. Open it with its IP address, or let whoever looks after "
                "the machine add the name to KIOSK_TRUSTED_HOSTS.",
                host=request.host[:80],
            )
        case 429:
            return gettext("Too much at once"), gettext("Nothing is lost. Wait a moment and try again.")
        case 503:
            return gettext("The kiosk is busy"), gettext("Nothing is lost. Wait a moment and try again.")
        case _ if 400 <= status < 500:
            return gettext("That did not work"), gettext("Nothing was changed. Go back and try again.")
        case _:
            return gettext("Something went wrong"), gettext("The error is ours. Nothing was changed. Try again.")


def describe(error: Exception) -> str:
    """What stopped somebody, and what to do about it, for the form that asked for it."""
    match error:
        case access.WrongNameOrPassword():
            return gettext("The name or the password is not right.")
        case codes.WrongNameOrCode():
            return gettext("The name or the code is not right, or the code is too old. Ask the leader for a new one.")
        case access.PasswordTooShort():
            return gettext("The password needs at least %(num)s characters.", num=passwords.SHORTEST)
        case access.PasswordTooLong():
            return gettext("The password may have at most %(num)s characters.", num=passwords.LONGEST)
        case access.PasswordTooCommon():
            return gettext(
                "The password is too easy to guess. Take for instance four words that have nothing in common."
            )
        case access.NameTaken():
            return gettext("Somebody has this name already. Add a surname or the centre.")
        case access.NameMissing():
            return gettext("Write a name of at most %(num)s characters.", num=access.LONGEST_NAME)
        case managing.LastLeader():
            return gettext("A centre needs a leader who can sign in. Make somebody else a leader first.")
        case managing.IsOneself():
            return gettext("You change your own password on your own page.")
        case _:
            raise TypeError(f"no words for {type(error).__name__}") from error


def describe_wait(seconds: int) -> str:
    """To who has tried too often."""
    if seconds < 90:
        return ngettext(
            "Too many attempts. Wait %(num)s second and try again.",
            "Too many attempts. Wait %(num)s seconds and try again.",
            seconds,
        )
    return ngettext(
        "Too many attempts. Wait %(num)s minute and try again.",
        "Too many attempts. Wait %(num)s minutes and try again.",
        -(-seconds // 60),
    )


def respond(status: int, message: str | None = None, *, retry_after: int = RETRY_AFTER_SECONDS) -> Response:
    """The answer for a status: JSON where JSON was sent, else a page or its fragment."""
    _hear_out()
    if request.path.startswith("/api/"):
        response = jsonify(kiosk=MAGIC, error=message or _words(status)[0])
    else:
        title, advice = _words(status)
        template = "errors/_error.html" if is_fragment() else "errors/error.html"
        response = make_response(render_template(template, title=title, advice=message or advice))
    response.status_code = status
    if status in (429, 503):
        response.headers["Retry-After"] = str(retry_after)
    return response


def tell_form(form: FlaskForm, error: Exception) -> None:
    """Say an error of STATION_ERRORS at its field; at the screens where the form asks for no PIN."""
    name, words = STATION_ERRORS[type(error)]
    form[name if name in form else "screens"].errors = [words]


def _hear_out() -> None:
    """Read what is left of the post: a sender that is cut off while it sends cannot read the answer.

    A tablet takes that for a lost network and sends the same again, for ever.
    """
    # Only where the server says so does reading end with the post.
    if "wsgi.input_terminated" in request.environ:
        for _ in range(MOST_PIECES_HEARD):
            if not request.environ["wsgi.input"].read(PIECE):
                return


def init_app(app: Flask) -> None:
    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response | HTTPException:
        # A redirect that routing raised is no error.
        if error.code is None or error.code < 400:
            return error
        return respond(error.code)

    @app.errorhandler(people.UserNotFound)
    @app.errorhandler(access.CentreNotFound)
    def not_found(error: Exception) -> Response:
        return respond(404)

    @app.errorhandler(CSRFError)
    def csrf_error(error: CSRFError) -> Response:
        return respond(400, gettext("The page was too old. Nothing was changed. Open it again and repeat."))

    @app.errorhandler(PoolTimeout)
    def database_trouble(error: Exception) -> Response:
        app.logger.error("database trouble: %s: %s", type(error).__name__, error)
        db.session.rollback()
        return respond(503)

    @app.errorhandler(Exception)
    def unforeseen(error: Exception) -> Response:
        if isinstance(error, database_errors()):
            return database_trouble(error)
        app.logger.exception("unforeseen error")
        return respond(500)
