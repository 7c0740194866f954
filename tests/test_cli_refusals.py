"""What the command line refuses: one sentence on stderr, exit 2, and nothing has changed."""

import shutil
from pathlib import Path
from uuid import UUID

import pytest

from kiosk.cli import cli
from kiosk.config import SQLITE_FILE
from tests.command import first_start, free_port, run_kiosk

COUNT = "count --centre prove --from 2023-01-01 --to 2023-12-31 --by year"


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An installation after its first start."""
    instance = tmp_path_factory.mktemp("started")
    first_start(instance)
    return instance


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("", "Kommandoen mangler. Se kiosk --help."),
        ("user", "Kommandoen mangler. Se kiosk user --help."),
        ("tell", "Det finnes ingen kommando «tell». Se kiosk --help."),
        ("station remove", "Det finnes ingen kommando «remove». Se kiosk station --help."),
        ("--fast", "Det finnes ikke noe valg --fast. Se kiosk --help."),
        ("verify --fast", "Det finnes ikke noe valg --fast. Se kiosk verify --help."),
        ("verify twice", "Det er noe for mye i kommandoen. Se kiosk verify --help."),
        (f"{COUNT} --json=1", "--json tar ingen verdi."),
        (f"{COUNT} --activity", "--activity trenger en verdi."),
        ("count --centre prove --from 2023-01-01 --to 2023-12-31", "--by mangler."),
        (COUNT.replace("--centre prove", ""), "--centre mangler."),
        (COUNT.replace("2023-01-01", "2023-02-29"), "--from må være en dato som 2023-12-31."),
        (COUNT.replace("2023-12-31", "31.12.2023"), "--to må være en dato som 2023-12-31."),
        (COUNT.replace("2023-12-31", "2022-12-31"), "--to kan ikke være før --from."),
        (COUNT.replace("prove", "nowhere"), "Det finnes ikke noe senter «nowhere»."),
        (COUNT.replace("by year", "by hour"), "--by må være en av day, week, month, year."),
        (f"{COUNT} --activity visits", "Det finnes ingen aktivitet «visits»."),
        ("user add --name Ny --role boss --centre prove", "--role må være en av reader, staff, leader."),
        ("user add --name Ny --role staff", "--centre mangler."),
        ("user add --name Ny --role staff --centre nowhere", "Det finnes ikke noe senter «nowhere»."),
        ("user add --name LIV --role staff --centre prove", "Det finnes allerede en bruker med det navnet."),
        ("user disable --name Ingen", "Det finnes ingen bruker med det navnet."),
        ("user reset --name=", "Det finnes ingen bruker med det navnet."),
        ("user disable --name liv", "Et senter må ha en leder som kan logge inn. Gjør en annen til leder først."),
        ("held list --centre nowhere", "Det finnes ikke noe senter «nowhere»."),
        ("held accept --centre prove", "KEY mangler."),
        ("held accept --centre prove x", "KEY må være en nøkkel fra kiosk held list."),
        (f"held dismiss --centre prove {UUID(int=7)}", "Det finnes ikke noe slikt ventende trykk på senteret."),
        ("user add --name= --role staff --centre prove", "Brukeren må ha et navn på 1–80 tegn."),
        (
            "station add --centre prove --screen roof --name Ny --token",
            "Prøvesenteret har ikke noe skjermbilde «roof».",
        ),
        ("station add --centre nowhere --screen door --name Ny --token", "Det finnes ikke noe senter «nowhere»."),
        ("station add --centre prove --screen door --name= --token", "Nettbrettet må ha et navn på 1–80 tegn."),
        (
            "station add --centre prove --screen door --name Ny",
            "Velg enten --code, koden på nettbrettet, eller --token.",
        ),
        (
            "station add --centre prove --screen door --name Ny --code BCDFHJKL --token",
            "Velg enten --code, koden på nettbrettet, eller --token.",
        ),
        (
            "station add --centre prove --screen door --name Ny --code BCDFHJKL",
            "Det finnes ikke noe nettbrett som viser den koden.",
        ),
        (
            "station add --centre prove --screen door --name inngang --token",
            "Senteret har allerede et nettbrett med det navnet.",
        ),
        ("station revoke --centre prove --name Borte", "Senteret har ikke noe nettbrett med det navnet."),
        ("station list --centre nowhere", "Det finnes ikke noe senter «nowhere»."),
        ("init --centre Nytt --slug prove --leader Ny", "Det finnes allerede et senter med det kortnavnet."),
        ("init --centre Nytt --slug nytt --leader Liv", "Det finnes allerede en bruker med det navnet."),
        ("init --centre= --slug nytt --leader Ny", "Senteret må ha et navn på 1–80 tegn."),
        (
            "init --centre Nytt --slug Nytt! --leader Ny",
            "Kortnavnet må ha 2–40 tegn: små bokstaver a–z, tall og bindestrek, med en bokstav først.",
        ),
        ("init --centre Nytt --slug nytt", "--leader mangler."),
        ("demo --year MMXXIII", "--year må være et helt tall."),
        ("demo --year 1999", "Det finnes ingen talte tall for det året."),
        ("serve --port 0", "--port må være et tall fra 1 til 65535."),
        ("serve --port http", "--port må være et tall fra 1 til 65535."),
        ("serve --host here", "--host må være en IP-adresse som 127.0.0.1, ikke «here»."),
    ],
)
def test_a_wrong_argument_gets_one_sentence_and_changes_nothing(
    started: Path, tmp_path: Path, line: str, sentence: str
) -> None:
    shutil.copytree(started, tmp_path, dirs_exist_ok=True)
    before = (tmp_path / SQLITE_FILE).read_bytes()
    done = run_kiosk({"KIOSK_INSTANCE": str(tmp_path)}, *line.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence + "\n")
    assert (tmp_path / SQLITE_FILE).read_bytes() == before


@pytest.mark.parametrize(
    "line", ["user add --name Ny --role staff --centre prove", "init --centre Nytt --slug nytt --leader Ny"]
)
@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("elleve tegn", "Passordet må ha minst 12 tegn."),
        ("ny ny ny ny ny", "Passordet er for lett å gjette. Ta for eksempel fire ord som ikke hører sammen."),
        ("Passord12345", "Passordet er for lett å gjette. Ta for eksempel fire ord som ikke hører sammen."),
        ("tre fisk " * 50, "Passordet kan ha høyst 256 tegn."),
    ],
)
def test_a_bad_password_gets_one_sentence_and_changes_nothing(
    started: Path, tmp_path: Path, line: str, password: str, sentence: str
) -> None:
    shutil.copytree(started, tmp_path, dirs_exist_ok=True)
    before = (tmp_path / SQLITE_FILE).read_bytes()
    done = run_kiosk({"KIOSK_INSTANCE": str(tmp_path), "KIOSK_LEADER_PASSWORD": password}, *line.split())
    assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence + "\n")
    assert (tmp_path / SQLITE_FILE).read_bytes() == before


def test_a_database_that_does_not_answer_gets_one_sentence(tmp_path: Path) -> None:
    url = f"postgresql://kiosk@127.0.0.1:{free_port()}/none"
    done = run_kiosk({"KIOSK_INSTANCE": str(tmp_path), "DATABASE_URL": url}, "verify")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Databasen svarer ikke: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("command", ["", "serve", "user add", "count"])
def test_every_command_explains_itself(tmp_path: Path, command: str) -> None:
    done = run_kiosk({"KIOSK_INSTANCE": str(tmp_path)}, *command.split(), "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"Usage: kiosk {command}".strip())
    assert not any(tmp_path.iterdir())


def test_the_readme_names_every_command() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        for path in [f"{name} {part}" for part in getattr(command, "commands", {})] or [name]:
            assert f"| `kiosk {path}" in readme, path
