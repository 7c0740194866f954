"""The database at the start: made once, then brought up to date, never silently replaced."""

from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.engine import make_url

from kiosk.config import ConfigError
from kiosk.extensions import db

# Stands beside the database from its first day: with it there and the database gone, something is wrong.
MARKER = "database-was-made"


def prepare_database(app: Flask) -> None:
    """Make the SQLite file if this instance never had one, and run the migrations that are missing.

    Raises ConfigError with a sentence when a database that existed is gone.
    """
    path = sqlite_path(app)
    if path is not None:
        marker = Path(app.instance_path) / MARKER
        if not path.exists():
            if marker.exists():
                raise ConfigError(
                    f"Databasen {path} er borte. Legg tilbake filen eller en sikkerhetskopi. "
                    f"Skal du begynne helt på nytt, slett {marker} først."
                )
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
        marker.touch()
    with app.app_context():
        upgrade()
        db.engine.dispose()


def sqlite_path(app: Flask) -> Path | None:
    """The database's file; None on PostgreSQL."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        return None
    return Path((url.database or "").removeprefix("file:"))
