"""The settings: defaults, then kiosk.toml in the instance folder, then the environment.

Every reader turns a text into a value or raises ConfigError with a sentence that names the setting:
a kiosk that starts with a misread setting is worse than one that does not start.
"""

import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from kiosk.kinds import LANGUAGES

SETTINGS_FILE = "kiosk.toml"
SQLITE_FILE = "kiosk.sqlite"


class ConfigError(Exception):
    """A setting that stops the start; the message is a whole sentence."""


def read_text(name: str, value: str) -> str:
    if not value.strip():
        raise ConfigError(f"{name} kan ikke være tom.")
    return value.strip()


def read_flag(name: str, value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("0", "false", "no", "off"):
        return False
    raise ConfigError(f"{name} må være 1 eller 0, ikke «{value}».")


def read_port(name: str, value: str) -> int:
    if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= 65535:
        raise ConfigError(f"{name} må være et tall fra 1 til 65535, ikke «{value}».")
    return int(value)


def read_address(name: str, value: str) -> str:
    """An IP address: the server takes no names."""
    try:
        return str(ip_address("127.0.0.1" if value == "localhost" else value))
    except ValueError as error:
        raise ConfigError(f"{name} må være en IP-adresse som 127.0.0.1, ikke «{value}».") from error


def read_proxies(name: str, value: str) -> int:
    """How many proxies of ours a request passes before it gets here."""
    if value not in ("0", "1", "2", "3"):
        raise ConfigError(f"{name} må være et tall fra 0 til 3, ikke «{value}».")
    return int(value)


def read_hosts(name: str, value: str) -> tuple[str, ...]:
    """Names with commas between, without port: `kiosk.eksempel.no,telling.eksempel.no`."""
    hosts = tuple(one.strip().lower().rstrip(".") for one in value.split(",") if one.strip())
    for host in hosts:
        if not re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host):
            raise ConfigError(f"{name} må være navn som kiosk.eksempel.no med komma mellom, ikke «{host}».")
    return hosts


def read_language(name: str, value: str) -> str:
    if value not in LANGUAGES:
        raise ConfigError(f"{name} må være {', '.join(LANGUAGES[:-1])} eller {LANGUAGES[-1]}, ikke «{value}».")
    return value


def read_database_url(name: str, value: str) -> str:
    """A SQLAlchemy URL; hosting services hand out postgres://, which no driver answers to."""
    if value.startswith("sqlite:////"):
        return sqlite_url(Path(value.removeprefix("sqlite:///")))
    for scheme in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if value.startswith(scheme):
            url = "postgresql+psycopg://" + value.removeprefix(scheme)
            try:
                make_url(url)
            # The value may hold a password, so it is neither shown nor chained.
            except (ArgumentError, ValueError):
                raise ConfigError(f"{name} er ikke en gyldig databaseadresse.") from None
            return url
    raise ConfigError(f"{name} må begynne med postgresql:// eller sqlite:/// og en hel sti.")


def sqlite_url(path: Path) -> str:
    """mode=rw: a database that is gone is an error, never a new empty file."""
    return f"sqlite:///file:{quote(str(path))}?mode=rw&uri=true"


# setting: (reader, default as it would stand in the environment; None: the setting may be absent)
SETTINGS: dict[str, tuple[Callable[[str, str], object], str | None]] = {
    "HOST": (read_address, "127.0.0.1"),
    "PORT": (read_port, "8000"),
    "DEBUG": (read_flag, "0"),
    "SECRET_KEY": (read_text, None),
    "DATABASE_URL": (read_database_url, None),
    "TRUSTED_HOSTS": (read_hosts, None),
    "PROXIES": (read_proxies, "0"),
    "LANGUAGE": (read_language, LANGUAGES[0]),
    "ALLOW_HTTP_SIGN_IN": (read_flag, "0"),
}


def instance_folder(environ: Mapping[str, str]) -> Path:
    """KIOSK_INSTANCE, or `instance` beside the package."""
    chosen = environ.get("KIOSK_INSTANCE")
    return Path(chosen).resolve() if chosen else Path(__file__).parent.parent / "instance"


def read_settings(instance: Path, environ: Mapping[str, str]) -> dict[str, object]:
    """All settings as values, keyed as in SETTINGS. Raises ConfigError on the first bad one."""
    raw = _instance_file(instance / SETTINGS_FILE)
    for name in SETTINGS:
        variable = _variable(name)
        if variable in environ:
            raw[name] = environ[variable]
    values: dict[str, object] = {}
    for name, (reader, default) in SETTINGS.items():
        text = raw.get(name, default)
        values[name] = None if text is None else reader(_variable(name), text)
    return values


def flask_config(instance: Path, environ: Mapping[str, str] = os.environ) -> dict[str, object]:
    """What create_app hands to Flask. Makes the instance folder and its secret key when they are missing."""
    settings = read_settings(instance, environ)
    try:
        instance.mkdir(parents=True, exist_ok=True)
        secret = settings["SECRET_KEY"] or _secret_key(instance / "secret_key")
    except OSError as error:
        raise ConfigError(f"Mappen {instance} kan ikke brukes: {error.strerror}.") from error
    return {
        "DEBUG": settings["DEBUG"],
        "KIOSK_HOST": settings["HOST"],
        "KIOSK_PORT": settings["PORT"],
        "KIOSK_TRUSTED_HOSTS": settings["TRUSTED_HOSTS"] or (),
        "KIOSK_PROXIES": settings["PROXIES"],
        "KIOSK_ALLOW_HTTP_SIGN_IN": settings["ALLOW_HTTP_SIGN_IN"],
        "SECRET_KEY": secret,
        "SQLALCHEMY_DATABASE_URI": settings["DATABASE_URL"] or sqlite_url(instance / SQLITE_FILE),
        "SESSION_COOKIE_NAME": "kiosk_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Strict",
        # A page left open for a week must still be able to post its form.
        "WTF_CSRF_TIME_LIMIT": None,
        "MAX_CONTENT_LENGTH": 64 * 1024,
        "BABEL_DEFAULT_LOCALE": settings["LANGUAGE"],
        "BABEL_DEFAULT_TIMEZONE": "UTC",
    }


def _variable(name: str) -> str:
    return name if name == "DATABASE_URL" else f"KIOSK_{name}"


def _instance_file(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} kan ikke leses: {error}.") from error
    raw = {}
    for key, value in values.items():
        if key.upper() not in SETTINGS:
            raise ConfigError(f"{path} har en ukjent innstilling: {key}.")
        raw[key.upper()] = str(int(value)) if isinstance(value, bool) else str(value)
    return raw


def _secret_key(path: Path) -> str:
    """The key of this instance, made at the first start, for its owner's eyes only."""
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", encoding="ascii", dir=path.parent) as file:
            file.write(secrets.token_hex(32))
            file.flush()
            # Of two processes that start at once, one makes the key, whole, and the other reads it.
            with suppress(FileExistsError):
                os.link(file.name, path)
    key = path.read_text(encoding="ascii").strip()
    if not key:
        raise ConfigError(f"{path} er tom. Slett filen, så lages en ny nøkkel og alle må logge inn igjen.")
    return key
