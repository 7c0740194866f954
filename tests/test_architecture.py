"""The rules of the house, read from the source: who imports whom, cycles, lengths, and what a layer never does."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
KIOSK = ROOT / "kiosk"

# Who may import whom among our own; a layer is a folder or a file of kiosk/. `kiosk` is create_app.
MAY_IMPORT = {
    "kiosk": {
        "assets", "charts", "config", "database", "errors", "extensions", "filters", "guards", "headers", "kinds",
        "languages", "limits", "links", "models", "network", "sentences", "sessions", "views", "wording",
    },
    "cli": {
        "kiosk", "addresses", "config", "daily", "database", "domain", "extensions", "guards", "kinds", "migrating",
        "models", "serving",
    },
    "views": {
        "addresses", "attempts", "database", "domain", "errors", "extensions", "filters", "first_start", "forms",
        "guards", "htmx", "kinds", "languages", "limits", "links", "models", "posting", "sentences", "sessions",
        "showing", "wording",
    },
    "attempts": {"database", "domain", "extensions"},
    "showing": {"domain", "extensions", "guards", "headers", "htmx", "kinds"},
    "posting": {"database", "domain", "extensions", "forms.staff", "guards", "kinds", "models"},
    "first_start": {"domain", "extensions", "guards", "htmx", "kinds"},
    "guards": {"database", "domain", "extensions", "htmx", "kinds", "models", "network"},
    "errors": {"database", "domain", "extensions", "htmx", "kinds"},
    "forms": {"extensions", "kinds"},
    "filters": {"extensions", "kinds", "domain.checking", "domain.comparing"},  # pure values that templates print
    "htmx": set(),
    # Changes in words, from what the domain kept of them.
    "sentences": {"domain", "filters", "forms.icons", "kinds", "models", "wording"},
    "domain": {"models", "kinds"},
    "models": {"extensions", "kinds"},
    "extensions": set(),
    "kinds": set(),
    # What the app stands on.
    "addresses": set(),
    "assets": set(),
    "charts": set(),
    "config": {"kinds"},
    "database": set(),
    "headers": set(),
    "languages": {"extensions", "guards", "kinds"},
    "limits": set(),
    "links": set(),
    "network": set(),
    "sessions": {"database", "domain", "extensions", "guards", "htmx"},
    "wording": {"kinds"},
    "migrating": {"kiosk", "config", "extensions"},
    "migrations": {"database", "extensions", "models"},
    "serving": {"kiosk", "daily", "database"},
    # What is done once a day, by the server and the command line: an edge of its own.
    "daily": {"database", "domain", "extensions"},
}  # fmt: skip

# Domain modules that know no database either.
PURE = {"checking", "clock", "comparing", "passwords", "periods"}
WEB = {"flask", "flask_babel", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf", "babel", "gettext"} | {
    "jinja2",
    "wtforms",
}
# Who owns the session: the edge, and a migration its own connection.
MAY_COMMIT = {"attempts", "views", "cli", "daily", "guards", "migrations", "posting", "sessions"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    path: Path
    name: str

    @cached_property
    def lines(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse("\n".join(self.lines))

    @property
    def layer(self) -> str:
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 else parts[0]

    def functions(self) -> Iterator[Function]:
        return (node for node in ast.walk(self.tree) if isinstance(node, Function))

    def imports(self) -> Iterator[tuple[int, str]]:
        """(line, full name of what is imported), wherever it stands in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name}:{node.lineno} imports relatively"
                yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)

    def our_imports(self) -> Iterator[tuple[int, str]]:
        """(line, module of ours)."""
        for line, name in self.imports():
            if name.split(".")[0] == "kiosk":
                yield line, name if name in our_modules() else name.rpartition(".")[0]

    def calls(self) -> Iterator[tuple[int, str]]:
        """(line, last name) of every method or function called."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                yield node.lineno, name


@cache
def our_modules() -> dict[str, Module]:
    found = {}
    for path in sorted(KIOSK.rglob("*.py")):
        if "versions" not in path.parts:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = Module(path, name)
    return found


def of(layer: str) -> list[Module]:
    found = [module for module in our_modules().values() if module.layer == layer]
    assert found, f"there is no layer {layer}"
    return found


def is_allowed(module: Module, target: str) -> bool:
    layer = target.removeprefix("kiosk.").split(".")[0]
    if layer == module.layer:
        # No view imports another view.
        return layer != "views"
    allowed = MAY_IMPORT[module.layer]
    return layer in allowed or target.removeprefix("kiosk.") in allowed


def test_every_layer_imports_only_what_it_may() -> None:
    wrong = [
        f"{module.name}:{line} imports {target}"
        for module in our_modules().values()
        for line, target in module.our_imports()
        if not is_allowed(module, target)
    ]
    assert not wrong, "\n".join(wrong)


def test_the_table_of_layers_names_what_there_is() -> None:
    assert {module.layer for module in our_modules().values()} == MAY_IMPORT.keys()


def test_imports_make_no_cycle() -> None:
    graph = {name: {target for _, target in module.our_imports()} for name, module in our_modules().items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" → ".join(error.args[1])) from None


@pytest.mark.parametrize("layer", ["domain", "models"])
def test_domain_and_models_know_no_web(layer: str) -> None:
    wrong = [
        f"{module.name}:{line} imports {name}"
        for module in of(layer)
        for line, name in module.imports()
        if name.split(".")[0] in WEB
    ]
    assert not wrong, "\n".join(wrong)


def test_the_closed_sets_need_the_standard_library_only() -> None:
    (kinds,) = of("kinds")
    assert {name.split(".")[0] for _, name in kinds.imports()} <= sys.stdlib_module_names


def test_the_pure_modules_know_no_database() -> None:
    domain = {module.name.rpartition(".")[2]: module for module in of("domain")}
    for pure in PURE:
        roots = {name.split(".")[0] for _, name in domain[pure].imports()}
        assert "sqlalchemy" not in roots
        assert {target for _, target in domain[pure].our_imports()} <= {"kiosk.kinds"}


def test_only_the_edge_commits() -> None:
    wrong = [
        f"{module.name}:{line}"
        for module in our_modules().values()
        for line, name in module.calls()
        if name == "commit" and module.layer not in MAY_COMMIT
    ]
    assert not wrong, "\n".join(wrong)


def test_a_view_commits_at_most_once() -> None:
    for module in [*of("views"), *of("cli")]:
        for function in module.functions():
            commits = [node for node in ast.walk(function) if isinstance(node, ast.Attribute) and node.attr == "commit"]
            assert len(commits) <= 1, f"{module.name}.{function.name} commits {len(commits)} times"


def test_a_flush_in_the_domain_says_why() -> None:
    wrong = [
        f"{module.name}:{line}"
        for module in of("domain")
        for line, name in module.calls()
        if name == "flush" and "#" not in module.lines[line - 2] + module.lines[line - 1]
    ]
    assert not wrong, "\n".join(wrong)


def test_the_domain_never_reads_the_clock() -> None:
    clocks = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today"), ("func", "now")}
    for module in [*of("domain"), *of("models")]:
        assert "time" not in {name.split(".")[0] for _, name in module.imports()}, f"{module.name} imports time"
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute):
                owner = node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
                assert (owner, node.attr) not in clocks, f"{module.name}:{node.lineno} reads the clock"


def test_views_ask_the_database_nothing_themselves() -> None:
    for module in of("views"):
        roots = {name.split(".")[0] for _, name in module.imports()}
        assert "sqlalchemy" not in roots, f"{module.name} imports sqlalchemy"
        for line, name in module.calls():
            assert name not in {"select", "execute", "scalar", "scalars", "query"}, f"{module.name}:{line} {name}"


def test_relations_are_loaded_on_purpose_only() -> None:
    for module in of("models"):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "relationship":
                lazy = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}.get("lazy")
                assert lazy == "'raise'", f"{module.name}:{node.lineno}"


def test_imports_stand_at_the_top() -> None:
    for module in our_modules().values():
        body = module.tree.body
        definitions = [node.lineno for node in body if isinstance(node, Function | ast.ClassDef)]
        last_import = max((node.lineno for node in body if isinstance(node, ast.Import | ast.ImportFrom)), default=0)
        assert last_import < min(definitions, default=sys.maxsize), f"{module.name}:{last_import}"


def python_files() -> list[Module]:
    folders = [KIOSK, ROOT / "tests", ROOT / "scripts", ROOT / "bench"]
    paths = sorted(path for folder in folders for path in folder.rglob("*.py") if "versions" not in path.parts)
    return [Module(path, path.relative_to(ROOT).as_posix()) for path in paths]


def test_no_file_is_a_drawer_for_everything() -> None:
    names = {Path(module.name).stem for module in python_files()}
    assert not names & {"utils", "util", "helpers", "common", "misc"}


def test_nobody_mocks_our_own_code() -> None:
    for module in python_files():
        assert not any(name.startswith("unittest.mock") for _, name in module.imports()), module.name


def docstring_lines(function: Function) -> int:
    """What is said about a function does not make it long."""
    first = function.body[0]
    is_docstring = ast.get_docstring(function) is not None
    return (first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0


def test_files_functions_and_views_are_short() -> None:
    wrong = []
    for module in python_files():
        if len(module.lines) > 300:
            wrong.append(f"{module.name} has {len(module.lines)} lines")
        for function in module.functions():
            length = (function.end_lineno or 0) - function.lineno + 1 - docstring_lines(function)
            is_view = module.name.startswith("kiosk/views/") and function.decorator_list
            if length > (25 if is_view else 40):
                wrong.append(f"{module.name}:{function.lineno} {function.name} has {length} lines")
    assert not wrong, "\n".join(wrong)
