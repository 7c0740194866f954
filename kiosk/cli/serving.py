"""`kiosk serve` and `kiosk init`: the start, and the first one."""

import os
import socket
from datetime import UTC, datetime

import click
from sqlalchemy.orm import Session

from kiosk.cli.opening import open_app, open_session, read_password
from kiosk.cli.sentences import WrongArgument
from kiosk.config import read_address
from kiosk.database import writing
from kiosk.domain import counting, pairing, setup
from kiosk.extensions import db


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the kiosk; on an empty instance, ask for centre and leader first."""
    # The server takes its time to import, and no other command needs it.
    from kiosk.serving import serve as run

    app = open_app()
    address = read_address("--host", host or app.config["KIOSK_HOST"]), port or app.config["KIOSK_PORT"]
    _refuse_taken(*address)
    with app.app_context():
        if not counting.list_centres(db.session()):
            _ask_for_first_start(db.session())
        code = _door_code(db.session())
        db.session.remove()
        db.engine.dispose()
    url = "http://[{}]:{}".format(*address) if ":" in address[0] else "http://{}:{}".format(*address)
    click.echo(f"Kiosken: {url}/")
    if code:
        click.echo(f"Åpne denne lenken én gang i nettleseren på nettbrettet ved døra: {url}/koble?kode={code}")
    run(*address, app.config["SQLALCHEMY_DATABASE_URI"])


@click.command()
@click.option("--centre", "centre_name", required=True, help="Name of the centre.")
@click.option("--slug", required=True, help="Short name in addresses, as ovre-eiker.")
@click.option("--leader", required=True, help="Name the leader signs in with.")
def init(centre_name: str, slug: str, leader: str) -> None:
    """Make a centre with its catalogue, screens and leader (password from prompt or KIOSK_LEADER_PASSWORD)."""
    password = read_password()
    with open_session() as session:
        _first_start(session, centre_name, slug, leader, password)
    click.echo(f"{centre_name} er klar. {leader} kan logge inn.")


def _refuse_taken(host: str, port: int) -> None:
    """Before any question is asked: the server itself would answer a taken port with a stack trace."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise WrongArgument(
            f"Kiosken kan ikke lytte på {host}, port {port}: {os.strerror(error.errno or 0)}."
        ) from error


def _ask_for_first_start(session: Session) -> None:
    click.echo("Kiosken er tom. Den trenger et senter og en leder.")
    name = click.prompt("Senterets navn")
    slug = click.prompt("Kortnavn i adresser", default=setup.suggest_slug(name))
    leader = click.prompt("Lederens navn")
    _first_start(session, name, slug, leader, read_password())


def _first_start(session: Session, centre_name: str, slug: str, leader: str, password: str) -> None:
    now = datetime.now(UTC)
    with writing(session):
        setup.first_start(session, centre_name=centre_name, slug=slug, leader_name=leader, password=password, now=now)
        session.commit()


def _door_code(session: Session) -> str | None:
    """A fresh one-time code while no tablet is paired."""
    with writing(session):
        code = pairing.renew_first_link(session, datetime.now(UTC))
        session.commit()
    return code
