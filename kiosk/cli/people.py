"""`kiosk user` and `kiosk station`: who may come in."""

from datetime import UTC, datetime

import click

from kiosk.cli.opening import ALL, find_centre, find_screen, open_session, read_password
from kiosk.database import writing
from kiosk.domain import access, pairing
from kiosk.guards import STATION_COOKIE
from kiosk.kinds import Role


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
            access.add_user(session, name, password, Role(role), centre, datetime.now(UTC))
            session.commit()
    click.echo(f"{name} kan logge inn.")


@click.group()
def station() -> None:
    """Paired tablets."""


@station.command("add")
@click.option("--centre", "slug", required=True)
@click.option("--screen", "screen_word", required=True, help="door, volunteer, staff, or the screen's name.")
@click.option("--name", required=True)
@click.option("--token", is_flag=True, required=True, help="Print the tablet's cookie, once.")
def add_station(slug: str, screen_word: str, name: str, token: bool) -> None:
    """Add a tablet and print its cookie as NAME=VALUE."""
    with open_session() as session:
        screen = find_screen(session, find_centre(session, slug), screen_word)
        with writing(session):
            secret = pairing.add_station(session, screen, name, datetime.now(UTC), is_paired=True)
            session.commit()
    click.echo(f"{STATION_COOKIE}={secret}")
