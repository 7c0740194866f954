"""One word per idea: complete and fresh catalogues, no refused word, and a door that says what it should."""

import ast
import io
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from kiosk.extensions import Base
from kiosk.kinds import LANGUAGES
from tests.pages import PageClient

ROOT = Path(__file__).parent.parent
KIOSK = ROOT / "kiosk"
# The code itself is in English.
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def catalogue(language: str) -> Catalog:
    with (KIOSK / "translations" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def texts(catalog: Catalog) -> dict[str, str]:
    """{message id: what is said}; of a plural all forms together."""

    def joined(value: str | tuple[str, ...] | list[str]) -> str:
        return value if isinstance(value, str) else "\n".join(value)

    return {joined(one.id): joined(one.string) for one in catalog if one.id}


@pytest.fixture(scope="module")
def source_ids(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The message ids that the code and the templates hold now."""
    pot = tmp_path_factory.mktemp("words") / "messages.pot"
    pybabel = Path(sys.executable).parent / "pybabel"
    keywords = ["-k", "lazy_gettext", "-k", "lazy_ngettext:1,2"]
    command = [pybabel, "-q", "extract", "-F", "pyproject.toml", *keywords, "-o", pot, "kiosk"]
    subprocess.run(command, cwd=ROOT, check=True, timeout=60)
    with pot.open("rb") as file:
        return set(texts(read_po(file)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_catalogue_holds_the_words_of_the_code_and_no_others(language: str, source_ids: set[str]) -> None:
    assert set(texts(catalogue(language))) == source_ids, "run make words"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_compiled_catalogue_is_that_of_the_text(language: str) -> None:
    expected = io.BytesIO()
    write_mo(expected, catalogue(language))
    expected.seek(0)
    with (KIOSK / "translations" / language / "LC_MESSAGES" / "messages.mo").open("rb") as file:
        assert texts(read_mo(file)) == texts(read_mo(expected)), "run make words"


@pytest.mark.parametrize("language", TRANSLATED)
def test_everything_is_said_and_nothing_is_guessed(language: str) -> None:
    written = [one for one in catalogue(language) if one.id]
    missing = [one.id for one in written if not all([one.string] if isinstance(one.string, str) else one.string)]
    assert not missing, f"to be translated in kiosk/translations/{language}/LC_MESSAGES/messages.po"
    assert not [one.id for one in written if one.fuzzy]


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same(language: str) -> None:
    placeholder = re.compile(r"%\(\w+\)\w|\{\w*\}")
    for id, said in texts(catalogue(language)).items():
        assert sorted(set(placeholder.findall(id))) == sorted(set(placeholder.findall(said))), id


@pytest.mark.parametrize(
    ("id", "nb", "nn"),
    [
        ("Thank you!", "Takk!", "Takk!"),
        ("Undo", "Angre", "Angre"),
        ("One more", "Én til", "Éin til"),
        ("We do not store who you are", "Vi lagrer ikke hvem du er", "Vi lagrar ikkje kven du er"),
    ],
)
def test_the_door_says_exactly_this(id: str, nb: str, nn: str) -> None:
    assert (texts(catalogue("nb"))[id], texts(catalogue("nn"))[id]) == (nb, nn)


# Words that are Bokmål and nothing else: what somebody forgot to turn.
BOKMAAL = re.compile(
    r"\b(ikke|hva|hvem|hvor|hvordan|hvilken|jeg|fra|noen|noe|bare|mer|uten|navn|uke|måned(er)?|knapper|aktiviteter|"
    r"deltakere|ansatte?|leder|brukes|vises|telles|skjermbilder?|hver|velg|endret|lagret|åpne|åpen|annet|"
    r"hele|høyst|nå|gjelder|venter|dager|timer|flere)\b",
    re.IGNORECASE,
)


def test_nynorsk_is_nynorsk() -> None:
    said = texts(catalogue("nn")).values()
    assert not [(one.group(), text) for text in said if (one := BOKMAAL.search(text))]


def test_the_door_page_says_it_too(browse: Callable[[str], PageClient]) -> None:
    said = browse("door").get("/").text()
    for words in ("Jeg er her", "Lunsj", "Takk!", "Angre", "Én til", "Vi lagrer ikke hvem du er"):
        assert words in said, words


# What people must not be called, and what sounds like a register.
AVOIDED = re.compile(r"sjekk\w* inn|innsjekk|registrer deg|klient|\bgjest\w*|pasient", re.IGNORECASE)


def test_screens_avoid_the_words_that_hurt() -> None:
    said = [text for language in TRANSLATED for text in texts(catalogue(language)).values()]
    assert not [text for text in said if AVOIDED.search(text)]
    catalogues = [path.read_text(encoding="utf-8") for path in (KIOSK / "catalogue").iterdir()]
    assert not [one.group() for text in catalogues for one in AVOIDED.finditer(text)]


# Synonyms that words.md refuses, where the word can mean nothing else in our code.
REFUSED = {
    "site", "branch", "category", "indicator", "tile", "device", "terminal", "enrol", "quarantine", "confidence",
    "granularity", "anonymise", "purge", "kpi", "metric", "snapshot", "visitor", "guest", "qty", "archive",
}  # fmt: skip
# And where it would name a table or a model.
REFUSED_MODELS = REFUSED | {
    "location", "unit", "type", "child", "rule", "version", "page", "view", "mode", "client", "counter", "register",
    "hit", "click", "record", "log", "entry", "visit", "total", "stat", "range", "interval", "delta", "lock", "history",
    "account", "session", "member", "dump", "sample",
}  # fmt: skip
REFUSED_COLUMNS = REFUSED | {"timestamp", "number", "value", "amount", "date", "type", "location", "total"}


def words_of(name: str) -> set[str]:
    """DayClosing and day_closing → {day, closing}, and the name as a whole."""
    snake = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")
    return set(snake.split("_")) | {snake}


def defined(path: Path) -> Iterator[str]:
    """The names a file gives: classes, functions, arguments, fields and variables."""
    for one in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(one, ast.ClassDef | ast.FunctionDef):
            yield one.name
        elif isinstance(one, ast.arg):
            yield one.arg
        elif isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            yield one.id


def test_no_name_in_the_code_is_a_refused_synonym() -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in KIOSK.rglob("*.py")
        # Alembic has its own words.
        if "versions" not in path.parts
        for name in defined(path)
        if words_of(name) & REFUSED
    }
    assert not found


def test_no_table_or_model_is_called_by_a_refused_synonym() -> None:
    names = {mapper.class_.__name__ for mapper in Base.registry.mappers} | set(Base.metadata.tables)
    assert not {name for name in names if name.lower() in REFUSED_MODELS}


def test_no_column_is_called_by_a_refused_synonym() -> None:
    columns = {f"{table.name}.{column.name}" for table in Base.metadata.tables.values() for column in table.columns}
    assert not {name for name in columns if name.partition(".")[2] in REFUSED_COLUMNS}


def test_the_ledger_says_audience_and_people_have_roles() -> None:
    assert [name for name, table in Base.metadata.tables.items() if "role" in table.columns] == ["user"]
    assert {name for name, table in Base.metadata.tables.items() if "audience" in table.columns} == {
        "screen", "held_tap", "tally_event",
    }  # fmt: skip


def test_instants_end_in_at_and_local_dates_are_day_or_end_in_on() -> None:
    for table in Base.metadata.tables.values():
        for column in table.columns:
            kind = type(column.type).__name__
            if kind == "Instant":
                assert column.name == "at" or column.name.endswith("_at"), f"{table.name}.{column.name}"
            if kind == "Date":
                is_local = column.name in ("day", "valid_from") or column.name.endswith("_on")
                assert is_local, f"{table.name}.{column.name}"
