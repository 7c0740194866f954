"""`kiosk serve` and `kiosk init`: the start, and the first one."""

import os
import socket
from datetime import UTC, datetime
from ipaddress import ip_address

import click
from sqlalchemy.orm import Session

from kiosk.addresses import reach, url_of
from kiosk.cli.opening import open_app, open_session, read_password
from kiosk.cli.sentences import WrongArgument
from kiosk.config import read_address
from kiosk.database import writing
from kiosk.domain import setup, starting
from kiosk.domain.screen_codes import spaced
from kiosk.domain.starting import Step
from kiosk.extensions import db


@click.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the kiosk; on an empty instance, print the code that opens the first start in a browser."""
    # The server takes its time to import, and no other command needs it.
    from kiosk.serving import serve as run

    app = open_app()
    address = read_address("--host", host or app.config["KIOSK_HOST"]), port or app.config["KIOSK_PORT"]
    _refuse_taken(*address)
    with app.app_context():
        greeting = _greeting(db.session(), *address)
        db.session.remove()
        db.engine.dispose()
    click.echo(greeting)
    # The worker makes an app of its own, and tells people where it listens.
    os.environ["KIOSK_HOST"], os.environ["KIOSK_PORT"] = address[0], str(address[1])
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


def _first_start(session: Session, centre_name: str, slug: str, leader: str, password: str) -> None:
    now = datetime.now(UTC)
    with writing(session):
        setup.first_start(session, centre_name=centre_name, slug=slug, leader_name=leader, password=password, now=now)
        session.commit()


def _greeting(session: Session, host: str, port: int) -> str:
    """Where the kiosk is found, and how to go on with a first start that is not finished."""
    here = url_of("127.0.0.1" if ip_address(host).is_unspecified else host, port)
    others = reach(here, host, port).urls
    lines = [f"Kiosken: {here}"] + [f"På nettet: {url}" for url in others if url != here]
    with writing(session):
        code = starting.renew_start_code(session, datetime.now(UTC))
        session.commit()
    if code:
        lines += [
            "",
            f"Ta kiosken i bruk: åpne {here}start i nettleseren på denne maskinen",
            f"og skriv koden {spaced(code)}",
            "",
        ]
    elif starting.find_step(session) is Step.TABLET:
        lines.append(f"Ingen nettbrett er koblet til ennå. Logg inn på {here}start for å gjøre det.")
    return "\n".join(lines)
