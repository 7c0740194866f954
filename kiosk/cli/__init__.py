"""The command line: `kiosk …`. A wrong argument gets one sentence on stderr, exit 2, and changes nothing."""

import sys
from typing import NoReturn

import click

from kiosk.cli import counting, keeping, people, serving, stations, tapping
from kiosk.cli.sentences import DESCRIBED, describe, describe_database_error
from kiosk.database import database_errors


@click.group()
def cli() -> None:
    """The tally kiosk. KIOSK_INSTANCE chooses the instance folder."""


COMMANDS = (
    serving.serve,
    serving.init,
    people.user,
    stations.station,
    counting.count,
    tapping.held,
    tapping.clock,
    keeping.demo,
    keeping.verify,
    keeping.tidy,
)
for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """The entry point: every failure is one sentence."""
    try:
        cli(standalone_mode=False)
    except click.Abort:
        _fail("Avbrutt. Ingenting er endret.", 1)
    except database_errors() as error:
        _fail(describe_database_error(error), 1)
    except DESCRIBED as error:
        _fail(describe(error), 2)


def _fail(sentence: str, code: int) -> NoReturn:
    click.echo(" ".join(sentence.split()), err=True)
    sys.exit(code)
