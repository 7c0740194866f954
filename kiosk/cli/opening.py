"""What every command begins with: the app, its database, and the things an argument names."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import click
from flask import Flask
from sqlalchemy.orm import Session

from kiosk import create_app
from kiosk.cli.sentences import WrongArgument
from kiosk.domain import access, counting, screens
from kiosk.extensions import db
from kiosk.kinds import Audience
from kiosk.migrating import prepare_database
from kiosk.models import Centre, Screen

PASSWORD_VARIABLE = "KIOSK_LEADER_PASSWORD"  # noqa: S105  the name of a variable

ALL = "all"
SCREEN_WORDS = {"door": Audience.PARTICIPANT, "volunteer": Audience.VOLUNTEER, "staff": Audience.STAFF}


def open_app() -> Flask:
    """The app with its database made and up to date."""
    app = create_app(os.environ)
    prepare_database(app)
    return app


@contextmanager
def open_session() -> Iterator[Session]:
    with open_app().app_context():
        yield db.session()


def read_password() -> str:
    """From the environment, else asked for twice. Raises PasswordTooShort."""
    given = os.environ.get(PASSWORD_VARIABLE)
    password: str = given or click.prompt("Passord", hide_input=True, confirmation_prompt="Passordet en gang til")
    if len(password) < access.SHORTEST_PASSWORD:
        raise access.PasswordTooShort
    return password


def find_centre(session: Session, slug: str) -> Centre:
    for centre in counting.list_centres(session):
        if centre.slug == slug:
            return centre
    raise WrongArgument(f"Det finnes ikke noe senter «{slug}».")


def find_screen(session: Session, centre: Centre, word: str) -> Screen:
    """A screen by its name or by whom it is for."""
    for screen in screens.list_screens(session, centre.id):
        if screen.name == word or screen.audience is SCREEN_WORDS.get(word):
            return screen
    raise WrongArgument(f"{centre.name} har ikke noe skjermbilde «{word}».")
