"""Databases, the app, the house and its people. Database tests run on SQLite and on PostgreSQL."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from kiosk import create_app
from kiosk.config import SQLITE_FILE, read_database_url, sqlite_url
from kiosk.domain import access, passwords
from kiosk.extensions import db
from kiosk.migrating import prepare_database
from tests import build
from tests.build import House
from tests.pages import PageClient
from tests.postgres import KEEP, Cluster, ask

CLUSTER = "KIOSK_TEST_CLUSTER"
CUT_OFF_OTHERS = """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""

# What protects a password for years would make up most of the tests' time. Servers in processes of their own keep it.
passwords.METHOD = "scrypt:1024:8:1"

# Each test has an app of its own; its addresses are the same, and to compile them takes most of what an app takes.
_compile_builder = Rule._compile_builder
_builders: dict[tuple[object, ...], Any] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Any:
    key = (*rule._trace, repr(rule.defaults), append_unknown)
    if key not in _builders:
        _builders[key] = _compile_builder(rule, append_unknown)
    return _builders[key]


Rule._compile_builder = _compile_once  # type: ignore[method-assign]

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
    os.environ[CLUSTER] = cluster.url("")
    cluster.execute("CREATE DATABASE kiosk_template")
    instance = cluster.folder / "instance"
    prepare_database(create_app({"KIOSK_INSTANCE": str(instance), "DATABASE_URL": cluster.url("kiosk_template")}))
    cluster.execute(KEEP, "kiosk_template")


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
        # One is enough for what no database decides.
        both = ["sqlite"] if metafunc.definition.get_closest_marker("one_engine") else ["sqlite", "postgresql"]
        metafunc.parametrize("engine_name", [chosen] if chosen else both, scope="session")


@dataclass(frozen=True)
class Template:
    """A migrated database to copy, so that a fresh one costs no migration: a file or the name of one on the cluster."""

    name: str
    # Those of the house that was put into it; empty: it is empty.
    tablets: dict[str, str] = field(default_factory=dict)
    # Addresses of copies on the cluster that a test has had and that hold the template's rows again.
    spare: list[str] = field(default_factory=list)

    def copy(self, engine_name: str, instance: Path) -> str | None:
        """Make the database of the installation in this folder. Returns its address, where it is not in the folder."""
        if engine_name == "sqlite":
            shutil.copy(self.name, instance / SQLITE_FILE)
            return None
        if self.spare:
            return self.spare.pop()
        name = f"kiosk_{uuid4().hex}"
        ask(os.environ[CLUSTER] + "postgres", f"CREATE DATABASE {name} TEMPLATE {self.name}")
        return os.environ[CLUSTER] + name

    def take_back(self, url: str) -> None:
        """A copy on the cluster, after a test; whoever is still connected to it is cut off."""
        ask(url, CUT_OFF_OTHERS, "SELECT kept.put_back()")
        self.spare.append(url)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    instance = tmp_path_factory.mktemp("template")
    prepare_database(create_app({"KIOSK_INSTANCE": str(instance)}))
    return instance / SQLITE_FILE


@pytest.fixture(scope="session")
def empty_template(engine_name: str, request: pytest.FixtureRequest) -> Template:
    if engine_name == "postgresql":
        return Template("kiosk_template")
    return Template(str(request.getfixturevalue("sqlite_template")))


@pytest.fixture(scope="session")
def house_template(engine_name: str, empty_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Template:
    instance = tmp_path_factory.mktemp("house")
    url = empty_template.copy(engine_name, instance)
    engine = create_engine(_engine_url(instance, url))
    with Session(engine) as session:
        tablets = build.furnish(session)
    engine.dispose()
    if url:
        ask(url, "DROP SCHEMA kept CASCADE", KEEP)
    return Template(url.rpartition("/")[2] if url else str(instance / SQLITE_FILE), tablets)


@pytest.fixture
def environ(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The environment of an installation with a migrated database: empty, or with the house where one is asked for."""
    template = request.getfixturevalue("house_template" if "house" in request.fixturenames else "empty_template")
    url = template.copy(engine_name, tmp_path)
    yield {"KIOSK_INSTANCE": str(tmp_path)} | ({"DATABASE_URL": url} if url else {})
    if url:
        template.take_back(url)


def _engine_url(instance: Path, url: str | None) -> str:
    return read_database_url("DATABASE_URL", url) if url else sqlite_url(instance / SQLITE_FILE)


@pytest.fixture
def make_session(environ: dict[str, str]) -> Iterator[Callable[[], Session]]:
    """Sessions without Flask, each with its own connection, as several clients have them."""
    engine = create_engine(_engine_url(Path(environ["KIOSK_INSTANCE"]), environ.get("DATABASE_URL")))
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
def house(session: Session, house_template: Template) -> House:
    return build.find_house(session, house_template.tablets)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Each test has an app of its own; they need not all compile the same pages."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(environ: dict[str, str], compiled_templates: BytecodeCache) -> Iterator[Flask]:
    app = create_app(environ)
    app.jinja_env.bytecode_cache = compiled_templates
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
