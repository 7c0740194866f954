"""The command line: `kiosk …`. A wrong argument gets one sentence on stderr, exit 2, and changes nothing."""

import json
import os
import sys
from datetime import UTC, date, datetime
from typing import Any, NoReturn

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from kiosk import create_app
from kiosk.config import ConfigError
from kiosk.database import writing
from kiosk.domain import access, counting, demo, pairing, screens, setup, verifying
from kiosk.domain.counting import Count
from kiosk.domain.periods import Period
from kiosk.extensions import db
from kiosk.kinds import Audience, Bucket, Role
from kiosk.migrating import prepare_database
from kiosk.models import Centre, Screen

PASSWORD_VARIABLE = "KIOSK_LEADER_PASSWORD"  # noqa: S105  the name of a variable

SENTENCES: dict[type[Exception], str] = {
    access.NameTaken: "Det finnes allerede en bruker med det navnet.",
    access.NameMissing: "Brukeren må ha et navn.",
    access.PasswordTooShort: f"Passordet må ha minst {access.SHORTEST_PASSWORD} tegn.",
    demo.CentreExists: "Demosenteret finnes allerede i denne databasen.",
    demo.NoFigures: "Det finnes ingen talte tall for det året.",
    pairing.NameMissing: "Nettbrettet må ha et navn på 1–80 tegn.",
    setup.BadSlug: "Kortnavnet (--slug) må ha 2–40 tegn: små bokstaver a–z, tall og bindestrek, med en bokstav først.",
    setup.NameMissing: "Senteret må ha et navn på 1–80 tegn.",
    setup.SlugTaken: "Det finnes allerede et senter med det kortnavnet.",
}


class WrongArgument(click.ClickException):
    """A wrong argument, with a whole sentence."""


@click.group()
def cli() -> None:
    """The tally kiosk. KIOSK_INSTANCE chooses the instance folder."""


@cli.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
def serve(host: str | None, port: int | None) -> None:
    """Serve the kiosk; on an empty instance, ask for centre and leader first."""
    from kiosk.serving import serve as run

    app = _prepared_app()
    address = host or app.config["KIOSK_HOST"], port or app.config["KIOSK_PORT"]
    with app.app_context():
        if not counting.list_centres(db.session()):
            _ask_for_first_start()
        link = _door_link()
        db.session.remove()
        db.engine.dispose()
    url = f"http://{address[0]}:{address[1]}"
    click.echo(f"Kiosken: {url}/")
    if link:
        click.echo(f"Åpne denne lenken én gang i nettleseren på nettbrettet ved døra: {url}/koble?kode={link}")
    run(*address)


@cli.command()
@click.option("--centre", "centre_name", required=True, help="Name of the centre.")
@click.option("--slug", required=True, help="Short name in addresses, as ovre-eiker.")
@click.option("--leader", required=True, help="Name the leader signs in with.")
def init(centre_name: str, slug: str, leader: str) -> None:
    """Make a centre with its catalogue, screens and leader (password from prompt or KIOSK_LEADER_PASSWORD)."""
    password = _read_password()
    with _prepared_app().app_context():
        _first_start(centre_name, slug, leader, password)
        click.echo(f"{centre_name} er klar. {leader} kan logge inn.")


@cli.group()
def user() -> None:
    """People who sign in."""


@user.command("add")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--centre", "slug", required=True, help="Slug of the centre, or all.")
def add_user(name: str, role: str, slug: str) -> None:
    """Add a person (password from prompt or KIOSK_LEADER_PASSWORD)."""
    password = _read_password()
    with _prepared_app().app_context():
        centre = None if slug == "all" else _centre(slug)
        now = datetime.now(UTC)
        with writing(db.session()):
            access.add_user(db.session(), name, password, Role(role), centre, now)
            db.session.commit()
        click.echo(f"{name} kan logge inn.")


@cli.group()
def station() -> None:
    """Paired tablets."""


@station.command("add")
@click.option("--centre", "slug", required=True)
@click.option("--screen", "screen_word", required=True, help="door, volunteer, staff, or the screen's name.")
@click.option("--name", required=True)
@click.option("--token", is_flag=True, required=True, help="Print the tablet's cookie, once.")
def add_station(slug: str, screen_word: str, name: str, token: bool) -> None:
    """Add a tablet and print its cookie as NAME=VALUE."""
    from kiosk.guards import STATION_COOKIE

    with _prepared_app().app_context():
        screen = _screen(_centre(slug), screen_word)
        with writing(db.session()):
            secret = pairing.add_station(db.session(), screen, name, datetime.now(UTC), is_paired=True)
            db.session.commit()
        click.echo(f"{STATION_COOKIE}={secret}")


@cli.command()
@click.option("--centre", "slug", required=True, help="Slug of a centre, or all.")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--to", "last", type=click.DateTime(["%Y-%m-%d"]), required=True)
@click.option("--by", type=click.Choice([bucket.value for bucket in Bucket]), required=True)
@click.option("--activity", "keys", multiple=True, help="Key of an activity; may be repeated.")
@click.option("--json", "as_json", is_flag=True)
def count(slug: str, first: datetime, last: datetime, by: str, keys: tuple[str, ...], as_json: bool) -> None:
    """Sums by activity and day, ISO week, month or year; wholes and parts each as their own row."""
    if last < first:
        raise WrongArgument("--to kan ikke være før --from.")
    period = Period(first.date(), last.date())
    with _prepared_app().app_context():
        centres = list(counting.list_centres(db.session())) if slug == "all" else [_centre(slug)]
        activities = {one.id: one for one in counting.list_activities(db.session())}
        wanted = {one.id for one in activities.values() if one.key in keys} if keys else None
        for key in keys:
            if key not in {one.key for one in activities.values()}:
                raise WrongArgument(f"Det finnes ingen aktivitet «{key}».")
        counts = counting.count_by(db.session(), [one.id for one in centres], period, Bucket(by), wanted)
    names = {one.id: one.slug for one in centres} | {counting.ALL_CENTRES: "all"}
    if slug == "all":
        counts = counting.roll_up(counts, {one.id for one in activities.values() if one.rolls_up})
    rows = [_row(one, names[one.centre_id], activities[one.activity_id].key, Bucket(by)) for one in counts]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
    else:
        for row in rows:
            click.echo("{centre}\t{bucket}\t{activity}\t{count}\t{quality}".format(**row))


@cli.command("demo")
@click.option("--year", type=int, default=2023, show_default=True)
def fill_demo(year: int) -> None:
    """Fill CRUX Øvre Eiker with a believable year of taps."""
    with _prepared_app().app_context():
        with writing(db.session()):
            demo.fill_demo(db.session(), year, datetime.now(UTC))
            db.session.commit()
        click.echo(f"Demosenteret ovre-eiker er fylt med tall for {year}.")


@cli.command()
def verify() -> None:
    """Recount everything; exit 1 and a sentence for each thing that does not hold."""
    with _prepared_app().app_context():
        problems = list(verifying.verify(db.session()))
    for problem in problems:
        click.echo(problem)
    if problems:
        sys.exit(1)
    click.echo("Alle summer stemmer.")


def main() -> None:
    """The entry point: every failure is one sentence."""
    try:
        cli(standalone_mode=False)
    except click.Abort:
        _fail("Avbrutt. Ingenting er endret.", 1)
    except click.ClickException as error:
        _fail(_sentence(error), 2)
    except ConfigError as error:
        _fail(str(error), 2)
    except DBAPIError as error:
        _fail(f"Databasen svarer ikke: {error.orig}", 1)
    except tuple(SENTENCES) as error:
        _fail(SENTENCES[type(error)], 2)


def _fail(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


def _sentence(error: click.ClickException) -> str:
    """Click's own complaints, in one Norwegian sentence."""
    hint = getattr(error, "param", None)
    name = "/".join(hint.opts) if hint is not None else ""
    match error:
        case WrongArgument():
            return error.message
        case click.MissingParameter():
            return f"{name} mangler."
        case click.NoSuchOption():
            return f"Det finnes ikke noe valg {error.option_name}."
        case click.BadParameter():
            return f"{name} har en verdi som ikke kan brukes: {error.message}"
        case _:
            return f"Kommandoen ble ikke forstått: {error.format_message()}"


def _prepared_app() -> Flask:
    app = create_app(os.environ)
    prepare_database(app)
    return app


def _read_password() -> str:
    given = os.environ.get(PASSWORD_VARIABLE)
    password: str = given or click.prompt("Passord", hide_input=True, confirmation_prompt="Passordet en gang til")
    if len(password) < access.SHORTEST_PASSWORD:
        raise access.PasswordTooShort
    return password


def _ask_for_first_start() -> None:
    click.echo("Kiosken er tom. Den trenger et senter og en leder.")
    name = click.prompt("Senterets navn")
    slug = click.prompt("Kortnavn i adresser", default=setup.suggest_slug(name))
    leader = click.prompt("Lederens navn")
    _first_start(name, slug, leader, _read_password())


def _first_start(centre_name: str, slug: str, leader: str, password: str) -> None:
    with writing(db.session()):
        setup.first_start(
            db.session(),
            centre_name=centre_name,
            slug=slug,
            leader_name=leader,
            password=password,
            now=datetime.now(UTC),
        )
        db.session.commit()


def _door_link() -> str | None:
    """A fresh one-time code while no tablet is paired."""
    with writing(db.session()):
        code = pairing.renew_first_link(db.session(), datetime.now(UTC))
        db.session.commit()
    return code


def _centre(slug: str) -> Centre:
    for centre in counting.list_centres(db.session()):
        if centre.slug == slug:
            return centre
    raise WrongArgument(f"Det finnes ikke noe senter «{slug}».")


def _screen(centre: Centre, word: str) -> Screen:
    audiences = {"door": Audience.PARTICIPANT, "volunteer": Audience.VOLUNTEER, "staff": Audience.STAFF}
    for screen in screens.list_screens(db.session(), centre.id):
        if screen.name == word or screen.audience is audiences.get(word):
            return screen
    raise WrongArgument(f"{centre.name} har ikke noe skjermbilde «{word}».")


def _row(one: Count, centre: str, activity: str, bucket: Bucket) -> dict[str, Any]:
    return {
        "centre": centre,
        "activity": activity,
        "bucket": _bucket_name(one.bucket.first, bucket),
        "count": one.count,
        "quality": one.quality.value,
    }


def _bucket_name(first: date, bucket: Bucket) -> str:
    """ISO 8601: 2023-01-02, 2023-W01, 2023-01, 2023."""
    match bucket:
        case Bucket.DAY:
            return first.isoformat()
        case Bucket.WEEK:
            year, week, _ = first.isocalendar()
            return f"{year}-W{week:02d}"
        case Bucket.MONTH:
            return f"{first:%Y-%m}"
        case Bucket.YEAR:
            return f"{first:%Y}"
