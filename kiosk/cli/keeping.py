"""`kiosk demo`, `kiosk verify` and `kiosk tidy`."""

import sys
from datetime import UTC, datetime

import click

from kiosk import daily
from kiosk.cli.opening import open_session
from kiosk.database import writing
from kiosk.domain import verifying
from kiosk.domain.demo import fill_demo


@click.command()
@click.option("--year", type=int, default=2023, show_default=True)
def demo(year: int) -> None:
    """Fill CRUX Øvre Eiker with a believable year of taps."""
    with open_session() as session, writing(session):
        centre = fill_demo(session, year, datetime.now(UTC))
        session.commit()
    click.echo(f"Demosenteret {centre.slug} er fylt med tall for {year}.")


@click.command()
def verify() -> None:
    """Recount everything; exit 1 and a sentence for each thing that does not hold."""
    with open_session() as session:
        problems = list(verifying.verify(session))
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo("Alle summer stemmer.")


@click.command()
def tidy() -> None:
    """Forget what need not be kept: the server does it once a day by itself."""
    with open_session() as session:
        daily.tidy(session, datetime.now(UTC))
    click.echo("Det som ikke skal tas vare på, er glemt.")
