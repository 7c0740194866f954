"""Databases, the app, the house and its people. Database tests run on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import settings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from kiosk import create_app
from kiosk.config import SQLITE_FILE, read_database_url, sqlite_url
from kiosk.domain import access
from kiosk.extensions import db
from kiosk.migrating import prepare_database
from tests import build
from tests.build import House
from tests.pages import PageClient
from tests.postgres import Cluster

CLUSTER = "KIOSK_TEST_CLUSTER"

# CI looks at the same examples each time, so that it fails for what was changed; whoever works here searches on.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=["sqlite", "postgresql"], help="run database tests on one engine only")


def pytest_configure(config: pytest.Config) -> None:
    """The controller starts PostgreSQL; the workers inherit its address."""
    is_worker = hasattr(config, "workerinput")
    if is_worker or config.option.collectonly or config.getoption("--database") == "sqlite":
        return
    cluster = Cluster()
    config.add_cleanup(cluster.stop)
    cluster.execute("CREATE DATABASE kiosk_template")
    instance = cluster.folder / "instance"
    prepare_database(create_app({"KIOSK_INSTANCE": str(instance), "DATABASE_URL": cluster.url("kiosk_template")}))
    os.environ[CLUSTER] = cluster.url("")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """What axe found, page by page; the workers' tests hand it over as a property."""
    reports = [one for outcome in ("passed", "failed") for one in terminalreporter.stats.get(outcome, [])]
    found = [value for one in reports for name, value in one.user_properties if name == "axe"]
    if found:
        terminalreporter.section("axe: violations on each page in each state")
        for sight, number in sorted(found):
            terminalreporter.write_line(f"{number:3}  {sight}")
        total = sum(number for _, number in found)
        terminalreporter.write_line(f"{total} violations on {len(found)} pages in their states")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "engine_name" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--database")
        metafunc.parametrize("engine_name", [chosen] if chosen else ["sqlite", "postgresql"], scope="session")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database to copy: a fresh one for each test costs a file copy."""
    instance = tmp_path_factory.mktemp("template")
    prepare_database(create_app({"KIOSK_INSTANCE": str(instance)}))
    return instance / SQLITE_FILE


@pytest.fixture
def environ(engine_name: str, tmp_path: Path, sqlite_template: Path) -> Iterator[dict[str, str]]:
    """The environment of an installation with an empty, migrated database."""
    values = {"KIOSK_INSTANCE": str(tmp_path)}
    if engine_name == "sqlite":
        shutil.copy(sqlite_template, tmp_path / SQLITE_FILE)
        yield values
        return
    name = f"kiosk_{uuid4().hex}"
    base = read_database_url("DATABASE_URL", os.environ[CLUSTER])
    server = create_engine(base + "postgres", isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE kiosk_template")
    yield values | {"DATABASE_URL": os.environ[CLUSTER] + name}
    with server.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    server.dispose()


@pytest.fixture
def make_session(environ: dict[str, str]) -> Iterator[Callable[[], Session]]:
    """Sessions without Flask, each with its own connection, as several clients have them."""
    instance = Path(environ["KIOSK_INSTANCE"])
    url = environ.get("DATABASE_URL")
    engine = create_engine(read_database_url("DATABASE_URL", url) if url else sqlite_url(instance / SQLITE_FILE))
    sessions: list[Session] = []

    def make() -> Session:
        sessions.append(Session(engine, expire_on_commit=False))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()
    engine.dispose()


@pytest.fixture
def session(make_session: Callable[[], Session]) -> Session:
    return make_session()


@pytest.fixture
def house(session: Session) -> House:
    return build.house(session)


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    app = create_app(environ)
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def browse(app: Flask, house: House) -> Callable[[str], PageClient]:
    """A browser by whose it is: a person (leader, staff, reader, elsewhere, disabled), a tablet, or nobody."""

    def browse(who: str) -> PageClient:
        if who in house.users:
            token = access.start_sign_in(house.session, house.users[who].id, datetime.now(UTC))
            house.session.commit()
            return PageClient(app, sign_in=token)
        if who == "unknown":
            return PageClient(app, station="no tablet ever had this")
        return PageClient(app, station=house.tablets.get(who))

    return browse
