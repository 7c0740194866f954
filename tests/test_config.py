"""Settings: a bad one stops the start, in a sentence that names it."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kiosk import create_app
from kiosk.config import SETTINGS, ConfigError, flask_config, read_settings
from kiosk.migrating import sqlite_path

README = Path(__file__).parent.parent / "README.md"


def settings(instance: Path, **environ: str) -> dict[str, object]:
    return read_settings(instance, environ)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("KIOSK_PORT", "http"),
        ("KIOSK_PORT", "0"),
        ("KIOSK_PORT", "65536"),
        ("KIOSK_PORT", "-1"),
        ("KIOSK_PORT", "80.0"),
        ("KIOSK_PORT", "٨٠"),
        ("KIOSK_PORT", ""),
        ("KIOSK_HOST", "everywhere"),
        ("KIOSK_HOST", ""),
        ("KIOSK_DEBUG", "maybe"),
        ("KIOSK_DEBUG", ""),
        ("KIOSK_LANGUAGE", "no"),
        ("KIOSK_LANGUAGE", ""),
        ("KIOSK_PROXIES", "-1"),
        ("KIOSK_PROXIES", "many"),
        ("KIOSK_PROXIES", "true"),
        ("KIOSK_TRUSTED_HOSTS", "https://kiosk.crux.example"),
        ("KIOSK_TRUSTED_HOSTS", "kiosk.crux.example:443"),
        ("KIOSK_TRUSTED_HOSTS", "one.example two.example"),
        ("KIOSK_TRUSTED_HOSTS", "*"),
        ("KIOSK_ALLOW_HTTP_SIGN_IN", "maybe"),
        ("KIOSK_SECRET_KEY", "  "),
        ("DATABASE_URL", "mysql://kiosk@db/kiosk"),
        ("DATABASE_URL", "sqlite:///relative.sqlite"),
        ("DATABASE_URL", "postgresql://kiosk@db:port/kiosk"),
        ("DATABASE_URL", ""),
    ],
)
def test_a_bad_value_stops_the_start_and_names_the_setting(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        create_app({"KIOSK_INSTANCE": str(tmp_path), name: value})
    sentence = str(refused.value)
    assert sentence.startswith(name + " ") and sentence.endswith(".") and "\n" not in sentence


def test_trusted_hosts_are_names_with_commas_between(tmp_path: Path) -> None:
    told = " Kiosk.CRUX.example. ,telling.crux.example,"
    assert settings(tmp_path, KIOSK_TRUSTED_HOSTS=told)["TRUSTED_HOSTS"] == (
        "kiosk.crux.example",
        "telling.crux.example",
    )
    assert settings(tmp_path)["TRUSTED_HOSTS"] is None


def test_a_refused_address_of_a_database_keeps_its_password_to_itself(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        settings(tmp_path, DATABASE_URL="postgresql://kiosk:hemmelig@db:port/kiosk")
    assert "hemmelig" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("port = 0", "KIOSK_PORT"),
        ('debug = "maybe"', "KIOSK_DEBUG"),
        ("host = 4", "KIOSK_HOST"),
        ('colour = "green"', "colour"),
        ("[server]\nport = 8000", "server"),
        ("port = ", "kiosk.toml"),
    ],
)
def test_a_bad_line_in_the_instance_file_is_named(tmp_path: Path, text: str, named: str) -> None:
    (tmp_path / "kiosk.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=named):
        settings(tmp_path)


def test_an_instance_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").mkdir()
    with pytest.raises(ConfigError, match=r"kiosk\.toml"):
        settings(tmp_path)


def test_an_instance_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="file"):
        create_app({"KIOSK_INSTANCE": str(tmp_path / "file")})


def test_the_environment_goes_before_the_instance_file_and_that_before_the_default(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text("port = 8100\ndebug = true\n", encoding="utf-8")
    found = settings(tmp_path, KIOSK_PORT="8200")
    assert (found["PORT"], found["DEBUG"], found["HOST"]) == (8200, True, "127.0.0.1")


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_way_to_write_postgresql_means_the_same_driver(tmp_path: Path, scheme: str) -> None:
    found = settings(tmp_path, DATABASE_URL=f"{scheme}://kiosk:secret@db/kiosk?sslmode=require")
    assert found["DATABASE_URL"] == "postgresql+psycopg://kiosk:secret@db/kiosk?sslmode=require"


def test_a_sqlite_file_elsewhere_is_opened_but_never_made_by_connecting(tmp_path: Path) -> None:
    app = create_app({"KIOSK_INSTANCE": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/else where.sqlite"})
    assert "mode=rw" in app.config["SQLALCHEMY_DATABASE_URI"]
    assert sqlite_path(app) == tmp_path / "else where.sqlite"


def test_the_secret_key_is_made_once_for_its_owners_eyes_only(tmp_path: Path) -> None:
    first, second = (flask_config(tmp_path / "instance", {})["SECRET_KEY"] for _ in range(2))
    file = tmp_path / "instance" / "secret_key"
    assert first == second == file.read_text(encoding="ascii")
    assert len(str(first)) == 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert flask_config(tmp_path / "other", {})["SECRET_KEY"] != first


def test_two_that_start_at_once_have_one_key(tmp_path: Path) -> None:
    for round in range(20):
        with ThreadPoolExecutor(8) as pool:
            configs = pool.map(lambda _, folder=tmp_path / str(round): flask_config(folder, {}), range(8))
        (key,) = {config["SECRET_KEY"] for config in configs}
        assert len(str(key)) == 64


def test_a_secret_key_from_the_environment_leaves_no_file(tmp_path: Path) -> None:
    assert flask_config(tmp_path, {"KIOSK_SECRET_KEY": "from outside"})["SECRET_KEY"] == "from outside"
    assert not (tmp_path / "secret_key").exists()


def test_an_empty_secret_key_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "secret_key").touch()
    with pytest.raises(ConfigError, match="secret_key"):
        flask_config(tmp_path, {})


def test_the_readme_names_every_setting_and_its_default() -> None:
    rows = [line for line in README.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    for name, (_, default) in SETTINGS.items():
        variable = name if name == "DATABASE_URL" else f"KIOSK_{name}"
        (row,) = [row for row in rows if row.startswith(f"| `{variable}` | `{name.lower()}` |")]
        assert default is None or f"| `{default}` |" in row
