"""The database at the start: as the models say, with its triggers, and never silently replaced."""

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import CheckConstraint, text

from kiosk import create_app
from kiosk.config import SQLITE_FILE, ConfigError
from kiosk.extensions import Base, db
from kiosk.guards import STATION_COOKIE
from kiosk.migrating import MARKER, prepare_database

TRIGGERS = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'tally_event'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'tally_event'::regclass AND NOT tgisinternal",
}


def test_models_and_migrations_agree(app: Flask) -> None:
    with app.app_context(), db.engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_checks_of_the_models_are_in_the_database(app: Flask) -> None:
    """Autogenerate does not look at check constraints."""
    with app.app_context(), db.engine.connect() as connection:
        inspector = db.inspect(connection)
        for name, table in Base.metadata.tables.items():
            wanted = {one.name for one in table.constraints if isinstance(one, CheckConstraint)}
            assert wanted == {one["name"] for one in inspector.get_check_constraints(name)}, name


def test_the_triggers_that_let_the_ledger_only_grow_are_there(app: Flask, engine_name: str) -> None:
    with app.app_context(), db.engine.connect() as connection:
        found = set(connection.scalars(text(TRIGGERS[engine_name])))
    everywhere = {"tally_event_update", "tally_event_delete", "tally_event_insert"}
    assert found == everywhere | ({"tally_event_truncate"} if engine_name == "postgresql" else set())


def test_a_second_start_changes_nothing(app: Flask, engine_name: str) -> None:
    prepare_database(app)
    file = Path(app.instance_path) / SQLITE_FILE
    before = file.read_bytes() if engine_name == "sqlite" else b""
    prepare_database(app)
    assert (file.read_bytes() if engine_name == "sqlite" else b"") == before


def test_the_database_file_is_for_its_owners_eyes_only(tmp_path: Path) -> None:
    prepare_database(create_app({"KIOSK_INSTANCE": str(tmp_path)}))
    assert (tmp_path / SQLITE_FILE).stat().st_mode & 0o777 == 0o600


def test_a_database_that_is_gone_is_refused_and_not_replaced(tmp_path: Path) -> None:
    environ = {"KIOSK_INSTANCE": str(tmp_path)}
    prepare_database(create_app(environ))
    (tmp_path / SQLITE_FILE).unlink()
    with pytest.raises(ConfigError, match="er borte") as refused:
        prepare_database(create_app(environ))
    assert str(tmp_path / SQLITE_FILE) in str(refused.value)
    assert not (tmp_path / SQLITE_FILE).exists()


def test_a_database_that_goes_away_while_serving_is_not_replaced(tmp_path: Path) -> None:
    app = create_app({"KIOSK_INSTANCE": str(tmp_path)})
    prepare_database(app)
    (tmp_path / SQLITE_FILE).unlink()
    client = app.test_client()
    client.set_cookie(STATION_COOKIE, "any")
    assert client.get("/").status_code == 503
    assert not (tmp_path / SQLITE_FILE).exists()
    with app.app_context():
        db.engine.dispose()


def test_whoever_wants_to_begin_again_says_so_by_removing_the_marker(tmp_path: Path) -> None:
    environ = {"KIOSK_INSTANCE": str(tmp_path)}
    prepare_database(create_app(environ))
    (tmp_path / SQLITE_FILE).unlink()
    (tmp_path / MARKER).unlink()
    prepare_database(create_app(environ))
    assert (tmp_path / SQLITE_FILE).stat().st_size > 0
