"""The real command in a real process."""

import multiprocessing
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.build import PASSWORD

KIOSK = Path(sys.executable).parent / "kiosk"

Run = Callable[..., subprocess.CompletedProcess[str]]


def clean_environ() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("KIOSK_", "DATABASE_URL"))}


# Each command is a process of its own, but a copy of one that has loaded everything: loading takes most of its time.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["kiosk.cli", "tests.command"])


def run_kiosk(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = clean_environ() | {"KIOSK_LEADER_PASSWORD": PASSWORD} | environ
    with TemporaryDirectory() as folder:
        said, complained = Path(folder, "stdout"), Path(folder, "stderr")
        process = _processes.Process(target=_run, args=(arguments, environ, said, complained))
        process.start()
        process.join(60)
        process.kill()
        assert process.exitcode is not None, f"kiosk {' '.join(arguments)} does not end"
        return subprocess.CompletedProcess(arguments, process.exitcode, said.read_text(), complained.read_text())


def _run(arguments: tuple[str, ...], environ: dict[str, str], said: Path, complained: Path) -> None:
    """What the `kiosk` script does, with its own environment, arguments and streams."""
    from kiosk.cli import main

    for number, path in ((0, Path(os.devnull)), (1, said), (2, complained)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environ)
    sys.argv = ["kiosk", *arguments]
    main()


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def first_start(instance: Path) -> None:
    """An installation after its first start: centre `prove`, leader Liv, a door tablet."""
    for line in (
        "init --centre Prøvesenteret --slug prove --leader Liv",
        "station add --centre prove --screen door --name Inngang --token",
    ):
        assert run_kiosk({"KIOSK_INSTANCE": str(instance)}, *line.split()).returncode == 0
