"""Alembic's entry: migrations run on the app's own engine, each run in one transaction."""

from alembic import context
from flask import current_app

from kiosk import models  # noqa: F401  registers every table
from kiosk.database import begin_immediate
from kiosk.extensions import Base, db


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            begin_immediate(connection)
        # transactional_ddl: SQLite can take a schema change back too, so a half-done migration is never seen.
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transactional_ddl=True,
            **current_app.extensions["migrate"].configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
