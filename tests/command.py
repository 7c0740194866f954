"""The real command in a real process."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.build import PASSWORD

KIOSK = Path(sys.executable).parent / "kiosk"

Run = Callable[..., subprocess.CompletedProcess[str]]


def clean_environ() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("KIOSK_", "DATABASE_URL"))}


def run_kiosk(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [KIOSK, *arguments],
        env=clean_environ() | {"KIOSK_LEADER_PASSWORD": PASSWORD} | environ,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )


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
