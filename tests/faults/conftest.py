"""Installations to break, and one line per fault at the end of the run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults import shims
from tests.faults.server import copy_of, prepare
from tests.faults.shims import Clock

Tell = Callable[[str], None]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """An installation that nobody has used, and the cookies of its tablets."""
    instance = tmp_path_factory.mktemp("prepared") / "instance"
    return instance, prepare(instance)


@pytest.fixture
def instance(prepared: tuple[Path, list[str]], tmp_path: Path) -> Path:
    return copy_of(prepared[0], tmp_path)


@pytest.fixture
def cookies(prepared: tuple[Path, list[str]]) -> list[str]:
    return prepared[1]


@pytest.fixture(scope="session")
def clock_shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shims.build("clock", tmp_path_factory.mktemp("clock"))


@pytest.fixture(scope="session")
def disk_shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shims.build("disk", tmp_path_factory.mktemp("disk"))


@pytest.fixture
def clock(clock_shim: Path, tmp_path: Path) -> Clock:
    return Clock(clock_shim, tmp_path)


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Says one line at the end of the run."""
    return lambda line: record_property("fault", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [one for some in terminalreporter.stats.values() for one in some if getattr(one, "when", "") == "call"]
    for line in sorted(str(value) for one in reports for name, value in one.user_properties if name == "fault"):
        terminalreporter.write_line(line)
