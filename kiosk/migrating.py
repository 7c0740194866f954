"""The database at the start: made once, then brought up to date, never silently replaced."""

from pathlib import Path

from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url

from kiosk import create_app
from kiosk.config import ConfigError
from kiosk.extensions import db

# Stands beside the database from its first day: with it there and the database gone, something is wrong.
MARKER = "database-was-made"

MIGRATIONS = Path(__file__).parent / "migrations"
# Files are named by their revision, in order.
NEWEST_REVISION = max(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("*.py"))


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
        if _revision() != NEWEST_REVISION:
            from flask_migrate import upgrade

            with_migrations(app)
            upgrade()
        db.engine.dispose()


def with_migrations(app: Flask) -> Flask:
    """The app with `flask db`: `flask --app kiosk.migrating:app_to_migrate db revision --autogenerate -m WORDS`.

    Alembic takes as long to import as all the rest, and is needed only on the day of an upgrade.
    """
    from flask_migrate import Migrate

    Migrate(app, db, directory=str(MIGRATIONS))
    return app


def app_to_migrate() -> Flask:
    return with_migrations(create_app())


def _revision() -> str | None:
    """Where the database stands; None before the first migration."""
    if not db.inspect(db.engine).has_table("alembic_version"):
        return None
    revision: str | None = db.session.scalar(text("SELECT version_num FROM alembic_version"))
    db.session.remove()
    return revision


def sqlite_path(app: Flask) -> Path | None:
    """The database's file; None on PostgreSQL."""
    url = make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    if url.get_backend_name() != "sqlite":
        return None
    return Path((url.database or "").removeprefix("file:"))
