"""`kiosk user`: who may sign in."""

from collections.abc import Callable
from datetime import UTC, datetime

import click

from kiosk.cli.opening import ALL, find_centre, open_session, read_password
from kiosk.database import writing
from kiosk.domain import codes, managing, people
from kiosk.kinds import Role, UserState

STATE_WORDS = {
    UserState.CAN_SIGN_IN: "kan logge inn",
    UserState.HAS_CODE: "har en kode",
    UserState.NEEDS_CODE: "trenger en ny kode",
    UserState.DISABLED: "stengt ute",
}


@click.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--centre", "slug", required=True, help="Slug of the centre, or all.")
def add_user(name: str, role: str, slug: str) -> None:
    """Add a person (password from prompt or KIOSK_LEADER_PASSWORD)."""
    password = read_password()
    with open_session() as session:
        centre = None if slug == ALL else find_centre(session, slug)
        with writing(session):
            managing.add_with_password(session, name, password, Role(role), centre, datetime.now(UTC))
            session.commit()
    click.echo(f"{name} kan logge inn.")


@user.command("list")
def list_users() -> None:
    """Who may sign in: name, role, centre, and whether they can."""
    with open_session() as session:
        users = people.list_users(session, None, datetime.now(UTC))
        for one in users:
            click.echo("\t".join([one.name, one.role, one.centre_slug or ALL, STATE_WORDS[one.state]]))


@user.command("disable")
@click.option("--name", required=True)
def disable_user(name: str) -> None:
    """Let somebody in no more; their browsers are signed out."""
    _change(name, managing.disable)
    click.echo(f"{name} er stengt ute.")


@user.command("enable")
@click.option("--name", required=True)
def enable_user(name: str) -> None:
    """Let somebody in again, with the password they had."""
    _change(name, managing.enable)
    click.echo(f"{name} slipper inn igjen.")


@user.command("reset")
@click.option("--name", required=True)
def reset_user(name: str) -> None:
    """Take somebody's password away and print a one-time code, once."""
    code = codes.new_code()
    _change(name, managing.reset, codes.hash_code(code))
    click.echo(f"{name} åpner /nytt-passord og skriver koden {codes.show_code(code)}. Den virker én gang, i 24 timer.")


def _change(name: str, change: Callable[..., None], *how: str) -> None:
    """What a leader of all centres may do to somebody, by name."""
    with open_session() as session:
        user_id = people.find_user_id(session, None, name)
        with writing(session):
            change(session, None, user_id, *how, datetime.now(UTC))
            session.commit()
