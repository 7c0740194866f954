"""Look for known holes and risky code: `make audit`.

Three questions, each with one line for an answer: is a hole known in what we depend on (pip-audit), does our code
hold what often is one (bandit), and are the vendored files still what they were when they came. Without a network
the first one cannot be answered, and says so; it does not fail for that. Ends with 1 when something was found.
"""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
VENDOR = ROOT / "kiosk" / "static" / "vendor"
PINS = ("requirements.txt", "requirements-dev.txt")


class NotChecked(Exception):
    """A question that has no answer today, with a sentence that says why."""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def check_dependencies(pins: str) -> list[str]:
    """Holes that are known in pinned versions. What is asked for are names and versions, nothing of ours."""
    done = run(
        BIN / "pip-audit", "--requirement", pins, "--require-hashes", "--disable-pip", "--format", "json",
        "--progress-spinner", "off", "--timeout", "10",
    )  # fmt: skip
    try:
        answers = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        raise NotChecked("The advisory service could not be reached. Try again with a network.") from None
    holes = [
        f"{one['name']} {one['version']}: {hole['id']}, mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for one in answers
        for hole in one.get("vulns", [])
    ]
    skipped = sum("skip_reason" in one for one in answers)
    # pip-audit ends well all the same, as if they were sound.
    if skipped and not holes:
        raise NotChecked(f"The advisory service does not answer for {skipped} of {len(answers)}.")
    return holes


def check_code() -> list[str]:
    """What weighs more than a hint; the hints are ruff's, in `make lint`."""
    done = run(BIN / "bandit", "--quiet", "--recursive", "kiosk", "-ll", "--configfile", "pyproject.toml")
    return [] if done.returncode == 0 else [done.stdout.strip() or done.stderr.strip()]


def check_vendored() -> list[str]:
    """Against `HASHES`, which has a line per file as sha256sum writes it."""
    recorded = dict(reversed(line.split("  ", 1)) for line in (VENDOR / "HASHES").read_text("utf-8").splitlines())
    files = {path.relative_to(VENDOR).as_posix(): path for path in VENDOR.rglob("*") if path.is_file()}
    del files["HASHES"]
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items()}
    changed = sorted(name for name in recorded.keys() | found.keys() if recorded.get(name) != found.get(name))
    return [f"kiosk/static/vendor/{name} is not what HASHES says." for name in changed]


def say(line: str) -> None:
    sys.stdout.write(line + "\n")


def main() -> int:
    questions = {
        **{f"known holes in {pins}": lambda pins=pins: check_dependencies(pins) for pins in PINS},
        "risky code": check_code,
        "changed vendored files": check_vendored,
    }
    is_clean = True
    for question, ask in questions.items():
        try:
            findings = ask()
        except NotChecked as why:
            say(f"{question}: NOT CHECKED. {why}")
            continue
        for finding in findings:
            say(finding)
        say(f"{question}: {'see above' if findings else 'none'}")
        is_clean = is_clean and not findings
    return 0 if is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
