"""`kiosk station`: the centre's tablets."""

import os
from datetime import UTC, datetime

import click

from kiosk.cli.opening import find_centre, find_screen, open_session
from kiosk.cli.sentences import WrongArgument
from kiosk.database import writing
from kiosk.domain import pairing, pairing_codes, stations
from kiosk.guards import STATION_COOKIE

PIN_VARIABLE = "KIOSK_STATION_PIN"


@click.group()
def station() -> None:
    """Tablets."""


@station.command("add")
@click.option("--centre", "slug", required=True)
@click.option("--screen", "words", required=True, multiple=True, help="door, volunteer, staff, or a name; repeatable.")
@click.option("--name", required=True)
@click.option("--code", help="The code that the tablet shows at /koble.")
@click.option("--token", is_flag=True, help="Print the tablet's cookie instead, once.")
@click.option("--pin", "has_pin", is_flag=True, help=f"Give it a PIN (asked for, or from {PIN_VARIABLE}).")
def add_station(slug: str, words: tuple[str, ...], name: str, code: str | None, token: bool, has_pin: bool) -> None:
    """Add a tablet: the browser that shows CODE, or whoever gets the cookie NAME=VALUE that is printed."""
    if (code is None) is not token:
        raise WrongArgument("Velg enten --code, koden på nettbrettet, eller --token.")
    pin = _read_pin() if has_pin else ""
    now = datetime.now(UTC)
    with open_session() as session:
        centre = find_centre(session, slug)
        screens = [find_screen(session, centre, word) for word in words]
        with writing(session):
            if code is not None:
                pairing_codes.approve_new(session, code, screens, name, now, pin=pin, user_id=None)
                said = f"{name} er godkjent. Nettbrettet er klart om et øyeblikk."
            else:
                added = stations.add_station(session, screens, name, now, pin=pin)
                said = f"{STATION_COOKIE}={stations.pair(session, added, now)}"
            session.commit()
    click.echo(said)


@station.command("list")
@click.option("--centre", "slug", required=True)
def list_stations(slug: str) -> None:
    """One line for each tablet: name, screens, when it was seen last, how many taps wait on it."""
    with open_session() as session:
        centre = find_centre(session, slug)
        there = stations.list_stations(session, centre.id)
        screens = stations.list_screens_of(session, there)
        health = {one.station_id: one for one in pairing.list_health(session, centre.id, datetime.now(UTC))}
        for one in there:
            known = health.get(one.id)
            seen = f"{known.last_seen_at:%Y-%m-%dT%H:%MZ}" if known and known.last_seen_at else "-"
            waits = "-" if known is None or known.cannot_keep_taps else str(known.pending)
            click.echo("\t".join([one.name, ", ".join(screen.name for screen in screens[one.id]), seen, waits]))


@station.command("revoke")
@click.option("--centre", "slug", required=True)
@click.option("--name", required=True)
def revoke_station(slug: str, name: str) -> None:
    """Cut a tablet off, at once."""
    with open_session() as session:
        centre = find_centre(session, slug)
        with writing(session):
            found = stations.find_named_station(session, centre.id, name)
            stations.revoke(session, found, datetime.now(UTC), None)
            session.commit()
    click.echo(f"{found.name} er koblet fra.")


def _read_pin() -> str:
    given = os.environ.get(PIN_VARIABLE)
    pin: str = given or click.prompt("PIN, seks sifre", hide_input=True, confirmation_prompt="PIN-en en gang til")
    return pin
