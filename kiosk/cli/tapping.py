"""`kiosk held` and `kiosk clock`: taps that wait for a person, and a server clock that is believed again."""

from datetime import UTC, datetime
from uuid import UUID

import click

from kiosk.cli.opening import find_centre, open_session
from kiosk.cli.sentences import WrongArgument
from kiosk.database import writing
from kiosk.domain import installing, settling
from kiosk.kinds import HoldReason

REASONS = {
    HoldReason.UNKNOWN_ACTIVITY: "aktiviteten er ukjent",
    HoldReason.RETIRED_ACTIVITY: "aktiviteten er tatt ut av bruk",
    HoldReason.NOT_ON_SCREEN: "aktiviteten står ikke på skjermbildet",
    HoldReason.OTHER_CENTRE: "trykket er fra et annet senters nettbrett",
    HoldReason.TOO_OLD: "trykket er eldre enn 400 dager",
    HoldReason.IMPOSSIBLE_COUNT: "antallet er umulig",
    HoldReason.CONFLICT: "trykket finnes allerede med annet innhold",
    HoldReason.UNDO_BEFORE_TAP: "trykket som skal angres, er ikke kommet",
    HoldReason.UNDO_MISMATCH: "angringen passer ikke til trykket sitt",
    HoldReason.CORRECTED_AWAY: "trykket som skal angres, er allerede rettet bort",
}


@click.group()
def held() -> None:
    """Taps that are kept but not counted yet."""


@held.command("list")
@click.option("--centre", "slug", required=True)
def list_held(slug: str) -> None:
    """List what waits: key, day, hour, activity, count, reason."""
    with open_session() as session:
        for one in settling.list_held(session, find_centre(session, slug).id):
            what = (one.key, one.day, f"kl. {one.hour:02d}", one.activity_key or "?", one.count, REASONS[one.reason])
            click.echo("\t".join(map(str, what)))


@held.command("accept")
@click.option("--centre", "slug", required=True)
@click.argument("key", type=click.UUID)
def accept(slug: str, key: UUID) -> None:
    """Count a held tap under its own id, for its own day."""
    _settle(slug, key, is_accepted=True)
    click.echo("Trykket er talt.")


@held.command("dismiss")
@click.option("--centre", "slug", required=True)
@click.argument("key", type=click.UUID)
def dismiss(slug: str, key: UUID) -> None:
    """Keep a held tap uncounted for good."""
    _settle(slug, key, is_accepted=False)
    click.echo("Trykket blir ikke talt.")


@click.group()
def clock() -> None:
    """The server's own clock."""


@clock.command("believe")
def believe() -> None:
    """Believe the clock as it stands now, after it was wrong once in the future."""
    with open_session() as session, writing(session):
        before = installing.reset_high_water(session, datetime.now(UTC))
        session.commit()
    if before is None:
        raise WrongArgument("Kiosken er tom: kjør kiosk init først.")
    click.echo("Klokka blir trodd igjen.")


def _settle(slug: str, key: UUID, *, is_accepted: bool) -> None:
    with open_session() as session:
        centre = find_centre(session, slug)
        settle = settling.accept if is_accepted else settling.dismiss
        with writing(session):
            try:
                settle(session, centre, key, None, datetime.now(UTC))
            except settling.CannotAccept as error:
                raise WrongArgument(f"Trykket kan ikke telles: {REASONS[error.reason]}.") from error
            session.commit()
