"""`kiosk user`: who may sign in."""

from datetime import UTC, datetime

import click

from kiosk.cli.opening import ALL, find_centre, open_session, read_password
from kiosk.database import writing
from kiosk.domain import access
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
