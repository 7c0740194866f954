"""What pages are made of: templates, styles, scripts and vendored files, read as they lie in the folder."""

import ast
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import nodes
from jinja2.meta import find_referenced_templates

from kiosk import create_app

KIOSK = Path(__file__).parent.parent / "kiosk"
TEMPLATES = KIOSK / "templates"
STATIC = KIOSK / "static"

NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))

# Left and right, which are wrong for half of the world's scripts and for nobody's margin boxes.
PHYSICAL = re.compile(
    r"(?<![\w-])(?:(?:margin|padding|border)-(?:left|right|top|bottom)|left|right|top|bottom|"
    r"border-(?:top|bottom)-(?:left|right)-radius)(?:-[a-z]+)?\s*:|"
    r"(?<![\w-])(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)


def source(name: str) -> str:
    return (TEMPLATES / name).read_text(encoding="utf-8")


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


@pytest.fixture(scope="module")
def kiosk_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The app for reading its templates; debug, so that the pattern page belongs to it."""
    return create_app({"KIOSK_INSTANCE": str(tmp_path_factory.mktemp("templates")), "KIOSK_DEBUG": "1"})


class Markup(HTMLParser):
    """The tags and attributes that are written out in a template."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        # Expressions may hold quotes and angle brackets.
        self.feed(re.sub(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", "", html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


# A word begins by itself: what follows an expression at once is an ending or an address.
LETTERS = re.compile(r"(?<![\w§])[^\W\d_]{2}")


class Words(HTMLParser):
    """The words written out in a template that somebody would read or hear."""

    HEARD = ("aria-label", "title", "alt", "placeholder")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""
        # A block that is a class, not words.
        html = re.sub(r"\{% block page_class %\}.*?\{% endblock %\}", "", html)
        html = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", html, flags=re.DOTALL)
        self.feed(re.sub(r"\{\{.*?\}\}", "§", html, flags=re.DOTALL))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        self.found += [value for name, value in attrs if name in self.HEARD and value and LETTERS.search(value)]

    def handle_data(self, data: str) -> None:
        # What is typed is the same in every language, and a macro may be made of attributes.
        if LETTERS.search(data) and self.inside != "code" and not re.match(r'\s*[\w-]+="', data):
            self.found.append(data.strip())


# The page of patterns is for those who build pages, in their language.
@pytest.mark.parametrize("name", [name for name in NAMES if "patterns" not in name])
def test_no_template_has_words_of_its_own_that_no_catalogue_translates(name: str) -> None:
    assert Words(source(name)).found == []


@pytest.mark.parametrize("name", NAMES)
def test_a_template_parses_and_is_short(kiosk_app: Flask, name: str) -> None:
    kiosk_app.jinja_env.get_template(name)
    assert len(source(name).splitlines()) <= 100


@pytest.mark.parametrize("name", NAMES)
def test_a_template_holds_nothing_inline_and_asks_nobody_else(name: str) -> None:
    for tag, attributes in Markup(source(name)).tags:
        assert tag != "style"
        assert tag != "script" or "src" in attributes
        for attribute, value in attributes.items():
            assert attribute != "style" and not attribute.startswith(("on", "hx-on"))
            assert not value.strip().lower().startswith(("http:", "https:", "//", "javascript:")), value


@pytest.mark.parametrize("name", NAMES)
def test_a_template_trusts_no_text_and_asks_no_database(kiosk_app: Flask, name: str) -> None:
    tree = kiosk_app.jinja_env.parse(source(name))
    assert not {one.name for one in tree.find_all(nodes.Filter)} & {"safe", "forceescape"}
    assert not any(one.options for one in tree.find_all(nodes.ScopedEvalContextModifier)), "autoescape is switched"
    asked = {one.attr for one in tree.find_all(nodes.Getattr)} | {one.name for one in tree.find_all(nodes.Name)}
    assert not asked & {"query", "session", "db", "execute", "scalars", "Markup"}


def test_no_code_declares_text_to_be_markup() -> None:
    for path in KIOSK.rglob("*.py"):
        names = {one.id for one in ast.walk(ast.parse(path.read_bytes())) if isinstance(one, ast.Name)}
        assert "Markup" not in names, path


def named_in_code() -> Iterator[str]:
    """Every text in the code that is the name of a template."""
    for path in KIOSK.rglob("*.py"):
        for one in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value.endswith(".html"):
                yield one.value


def test_every_template_that_is_named_exists_and_every_template_is_used(kiosk_app: Flask) -> None:
    used = set(named_in_code()) - {"templates/**.html"}
    for name in NAMES:
        for referenced in find_referenced_templates(kiosk_app.jinja_env.parse(source(name))):
            assert referenced is not None, f"{name} makes up a template's name"
            used.add(referenced)
    assert used == set(NAMES)


def test_every_static_file_that_is_named_exists(kiosk_app: Flask) -> None:
    for name in NAMES:
        for call in kiosk_app.jinja_env.parse(source(name)).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "asset":
                (path,) = call.args
                assert isinstance(path, nodes.Const), f"{name} makes up a file's name"
                assert (STATIC / path.value).is_file(), f"{name} asks for {path.value}"


def test_every_icon_that_is_named_is_in_the_sprite(kiosk_app: Flask) -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (STATIC / "icons" / "kiosk.svg").read_text(encoding="utf-8")))
    for name in NAMES:
        for call in kiosk_app.jinja_env.parse(source(name)).find_all(nodes.Call):
            if isinstance(call.node, nodes.Name) and call.node.name == "icon" and isinstance(call.args[0], nodes.Const):
                assert call.args[0].value in sprite, f"{name} asks for {call.args[0].value}"


def our_files(suffix: str) -> list[Path]:
    return sorted(path for path in STATIC.rglob(f"*{suffix}") if "vendor" not in path.parts)


@pytest.mark.parametrize("path", our_files(".css"), ids=lambda path: path.name)
def test_a_style_sheet_is_logical_and_asks_nobody_else(path: Path) -> None:
    css = without_comments(path.read_text(encoding="utf-8"))
    assert not [one.group() for one in PHYSICAL.finditer(css)]
    assert not re.findall(r"@import|url\(\s*['\"]?(?:https?:|//|data:)", css)


@pytest.mark.parametrize("path", our_files(".js"), ids=lambda path: path.name)
def test_a_script_asks_nobody_else_and_writes_no_markup(path: Path) -> None:
    code = re.sub(r"(?m)^\s*(//|\*|/\*).*$", "", path.read_text(encoding="utf-8"))
    assert not re.findall(
        r"https?://|\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write", code
    )


@pytest.mark.parametrize("folder", [STATIC / "vendor", Path(__file__).parent / "vendor"])
def test_vendored_files_are_what_they_were_when_they_came(folder: Path) -> None:
    """`HASHES` has a line per file, as sha256sum writes it."""
    hashes = folder / "HASHES"
    recorded = dict(reversed(line.split("  ", 1)) for line in hashes.read_text(encoding="utf-8").splitlines())
    files = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    found = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items() if path != hashes}
    assert found == recorded
