"""The house's rules: which room may import which, and what no room may hold."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeAlias, TypeGuard

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "dynalite_py"

Offence: TypeAlias = str
Rule: TypeAlias = Callable[[str, ast.Module], Iterator[Offence]]


class TextNode(Protocol):
    """An ``ast.Constant`` that holds a string."""

    value: str
    lineno: int


BESIDE_OPERATIONS = frozenset({"model", "storage", "settings"})
BELOW_WORKERS = BESIDE_OPERATIONS | {
    "capacity",
    "faults",
    "formats",
    "language",
    "operations",
    "security",
}
BELOW_DOORS = (BELOW_WORKERS | {"care", "engine"}) - {"storage"}

# A room is a prefix of module names below dynalite_py; the longest one that fits rules. A room may
# always import itself. What is allowed are prefixes too: "storage.layout" opens that module alone.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "model": frozenset(),
    "settings": frozenset({"model"}),
    "faults": frozenset({"model"}),
    "storage": frozenset({"model"}),
    "language": frozenset({"model", "storage.layout"}),
    "security": BESIDE_OPERATIONS,
    "capacity": BESIDE_OPERATIONS,
    "formats": BESIDE_OPERATIONS,
    "operations": BELOW_WORKERS,
    "workers": BELOW_WORKERS,
    "care": BESIDE_OPERATIONS,
    "engine": BELOW_WORKERS | {"workers"},
    "doors": frozenset(),
    "doors.cli": BELOW_DOORS | {"doors", "__init__"},
    "doors.dax": frozenset({"doors.library", "model"}),
    "doors.library": BELOW_DOORS | {"patterns"},
    "doors.server": BELOW_DOORS,
    "doors.pytest_plugin": BELOW_DOORS | {"doors.library", "doors.testing"},
    "doors.shell": BELOW_DOORS | {"doors.library", "__init__"},
    "doors.testing": BELOW_DOORS | {"doors.library", "doors.server"},
    "patterns": frozenset({"model"}),
    "migration": frozenset({"model", "patterns"}),
    "__init__": frozenset({"doors.dax", "doors.library", "engine", "model"}),
    "testing": frozenset({"doors.testing"}),
    "__main__": frozenset({"doors.cli"}),
}

# Libraries that only some rooms name.
LIBRARY_ROOMS: dict[str, frozenset[str]] = {
    "apsw": frozenset({"storage", "operations", "workers", "engine"}),
    "boto3": frozenset({"doors.library", "doors.shell", "doors.testing", "workers.kinesis_sinks"}),
    "botocore": frozenset(
        {"doors.library", "doors.shell", "doors.testing", "workers.kinesis_sinks"}
    ),
    "click": frozenset({"doors.cli"}),
    "django": frozenset({"patterns"}),
    "flask": frozenset({"patterns"}),
    "httptools": frozenset({"doors.server"}),
    "json": frozenset({"model.codec"}),
    "lark": frozenset({"language"}),
    "obstore": frozenset({"patterns"}),
    "opentelemetry": frozenset({"doors.server", "doors.cli"}),
    "orjson": frozenset({"model.codec"}),
    "prompt_toolkit": frozenset({"doors.shell"}),
    "pytest": frozenset({"doors.pytest_plugin"}),
    "rich": frozenset({"doors.cli", "doors.shell"}),
    "sqlglot": frozenset({"language"}),
    "sqlite3": frozenset(),
    "starlette": frozenset({"patterns"}),
    "uvloop": frozenset({"doors.server"}),
    "yaml": frozenset({"formats"}),
}

# What turns data into code.
CODE_LIBRARIES = frozenset(
    {"cloudpickle", "code", "codeop", "dill", "joblib", "marshal", "pickle", "runpy", "shelve"}
)
CODE_CALLS = frozenset({"__import__", "compile", "eval", "exec"})
FORBIDDEN_NAMES = frozenset({"utils", "helpers", "common", "base", "core", "misc"})
CATCH_ALL_ROOMS = frozenset(
    {
        "engine",
        "storage.writer",
        "workers.kinesis_sinks",
        "workers.runner",
        "workers.stepping",
        "workers.trigger_handlers",
    }
)
SQL_ROOMS = ("storage", "language.sql")
LONGEST_MODULE = 599
LONGEST_FUNCTION = 60
# Statements of SQLite, not PartiQL's, which has no OR REPLACE, no DDL and no transaction words.
SQL_TEXT = re.compile(
    r"\b(INSERT\s+OR\s|CREATE\s+(UNIQUE\s+)?(TABLE|INDEX)\b|DROP\s+(TABLE|INDEX)\b|PRAGMA\s+[a-z]|"
    r"BEGIN\s+IMMEDIATE|SAVEPOINT\s+[a-z]|ROLLBACK\s+TO|ON\s+CONFLICT|(FROM|INTO|UPDATE)\s+(items|index)_)"
)
DOTTED_NAME = re.compile(rf"^dynalite_py\.({'|'.join(MAY_IMPORT)})[\w.]*(:\w+)?$")
LATE_LIBRARIES = (
    "boto3",
    "lark",
    "opentelemetry",
    "prompt_toolkit",
    "rich",
    "sqlglot",
    "uvloop",
    "yaml",
)
LATE_MODULES = tuple(
    f"dynalite_py.{name}"
    for name in (
        "language.analytics",
        "language.partiql_faults",
        "language.partiql_parse",
        "migration",
        "operations.explain_reads",
        "operations.partiql_execute",
        "patterns",
        "storage.check",
        "storage.recovery",
    )
)


def _modules() -> list[tuple[str, Path]]:
    """Every module of the package: its name below dynalite_py, and its file."""
    found: list[tuple[str, Path]] = []
    for file in sorted(PACKAGE.rglob("*.py")):
        parts = file.relative_to(PACKAGE).with_suffix("").parts
        room = parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts
        found.append((".".join(room), file))
    return found


MODULES = _modules()
EVERY_FILE = sorted(
    file
    for folder in ("dynalite_py", "tests", "benchmarks")
    for file in (ROOT / folder).rglob("*.py")
)


def _inside(module: str, room: str) -> bool:
    return module == room or module.startswith(room + ".")


def _room_of(module: str) -> str:
    fitting = [room for room in MAY_IMPORT if _inside(module, room)]
    assert fitting, f"{module} lies in no room of MAY_IMPORT"
    return max(fitting, key=len)


def _is_text(node: ast.AST, pattern: re.Pattern[str]) -> TypeGuard[TextNode]:
    """Whether a node is a string in which the pattern is found."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and pattern.search(node.value) is not None
    )


def _imported(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Full names of what a module imports, with lines; dotted names in strings count too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"
        elif _is_text(node, DOTTED_NAME):  # import_module("dynalite_py.x"), tables for lazy loading
            yield node.lineno, node.value.partition(":")[0]


def _own(name: str) -> str | None:
    """What an imported name is below dynalite_py; None for a library."""
    package, _, inner = name.partition(".")
    if package != "dynalite_py":
        return None
    return inner if inner.split(".")[0] in MAY_IMPORT else "__init__"  # The package's public names.


def upward_imports(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Imports of a room that this one may not see."""
    room = _room_of(module)
    for line, name in _imported(tree):
        target = _own(name)
        if target is None or _inside(target, room):
            continue
        if not any(_inside(target, allowed) for allowed in MAY_IMPORT[room]):
            yield f"{module}:{line} imports {target}"


def foreign_libraries(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Imports of a library outside the rooms that may name it."""
    for line, name in _imported(tree):
        rooms = LIBRARY_ROOMS.get(name.split(".")[0])
        if rooms is not None and not any(_inside(module, room) for room in rooms):
            yield f"{module}:{line} imports {name}"


def relative_imports(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Imports that start with a dot."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield f"{module}:{node.lineno} imports relatively"


def sql_outside_storage(module: str, tree: ast.Module) -> Iterator[Offence]:
    """SQL text, or a statement executed, outside the rooms that know SQL."""
    if any(_inside(module, room) for room in SQL_ROOMS) or module.startswith("language.sql"):
        return
    docstrings = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if _is_text(node, SQL_TEXT) and id(node) not in docstrings:
            yield f"{module}:{node.lineno} holds SQL"
        elif isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany"):
            yield f"{module}:{node.lineno} executes a statement"


def _raises_again(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def catch_alls(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Handlers that end every exception outside the places that answer 500."""
    if module in CATCH_ALL_ROOMS:
        return
    for node in ast.walk(tree):
        if not isinstance(node, ast.ExceptHandler) or _raises_again(node):
            continue
        caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        for one in caught:
            if one is None or (
                isinstance(one, ast.Name) and one.id in ("Exception", "BaseException")
            ):
                yield f"{module}:{node.lineno} catches everything"


def long_functions(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Functions that no longer fit on a screen."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > LONGEST_FUNCTION:
                yield f"{module}:{node.lineno} {node.name} has {lines} lines"


def shapeless_names(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Modules whose name does not say what is in them."""
    del tree
    for part in module.split("."):
        if part in FORBIDDEN_NAMES:
            yield f"{module} is called {part}"


def code_from_data(module: str, tree: ast.Module) -> Iterator[Offence]:
    """Pickles, evaluated text, and parsers that keep their tables as pickles."""
    for line, name in _imported(tree):
        if name.split(".")[0] in CODE_LIBRARIES:
            yield f"{module}:{line} imports {name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in CODE_CALLS:
            yield f"{module}:{node.lineno} names {node.id}"
        elif (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name | ast.Attribute)
            and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Lark"
            and any(keyword.arg == "cache" for keyword in node.keywords)
        ):
            yield f"{module}:{node.lineno} has Lark keep pickles"


RULES: tuple[Rule, ...] = (
    catch_alls,
    code_from_data,
    foreign_libraries,
    long_functions,
    relative_imports,
    shapeless_names,
    sql_outside_storage,
    upward_imports,
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_package_keeps(rule: Rule) -> None:
    offences = [
        offence
        for name, file in MODULES
        for offence in rule(name, ast.parse(file.read_text("utf-8")))
    ]
    assert not offences, "\n".join(offences)


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (upward_imports, "model.keys", "from dynalite_py.storage import layout"),
        (upward_imports, "storage.items", "import dynalite_py.engine"),
        (upward_imports, "storage.items", "def f():\n    from dynalite_py.operations import items"),
        (upward_imports, "language.sql", "from dynalite_py.storage import database"),
        (upward_imports, "operations.items", "from dynalite_py.workers import runner"),
        (upward_imports, "doors.server.run", "from dynalite_py.storage import database"),
        (upward_imports, "doors.server.run", "from dynalite_py.doors.cli import main"),
        (upward_imports, "doors.server.run", "import_module('dynalite_py.storage.check')"),
        (upward_imports, "model.keys", "from dynalite_py import connect"),
        (foreign_libraries, "operations.items", "import orjson"),
        (foreign_libraries, "doors.cli.main", "from apsw import Connection"),
        (relative_imports, "model.keys", "from . import values"),
        (sql_outside_storage, "operations.items", "TEXT = f'INSERT OR REPLACE INTO {name}'"),
        (sql_outside_storage, "operations.items", "db.execute(text)"),
        (catch_alls, "operations.items", "try:\n    f()\nexcept Exception:\n    pass"),
        (catch_alls, "operations.items", "try:\n    f()\nexcept:\n    pass"),
        (code_from_data, "model.keys", "import pickle"),
        (code_from_data, "model.keys", "from marshal import loads"),
        (code_from_data, "model.keys", "import_module('dynalite_py'); eval(text)"),
        (code_from_data, "model.keys", "run = exec"),
        (code_from_data, "language.grammar", "lark.Lark(text, cache=True)"),
        (long_functions, "model.keys", "def f():\n" + "    x = 1\n" * LONGEST_FUNCTION),
        (shapeless_names, "model.utils", ""),
    ],
)
def test_a_breach_is_seen(rule: Rule, module: str, source: str) -> None:
    assert list(rule(module, ast.parse(source)))


@pytest.mark.parametrize(
    ("rule", "module", "source"),
    [
        (upward_imports, "language.sql", "from dynalite_py.storage import layout"),
        (upward_imports, "doors.cli.serve", "from dynalite_py.doors.server import run"),
        (upward_imports, "operations.items", "from dynalite_py.language import nodes"),
        (sql_outside_storage, "storage.items", "db.execute('BEGIN IMMEDIATE')"),
        (sql_outside_storage, "doors.cli.demo", "TEXT = 'SELECT * FROM \"Music\"'"),
        (catch_alls, "storage.database", "try:\n    f()\nexcept BaseException:\n    raise"),
        (code_from_data, "model.keys", "re.compile(text)"),
        (code_from_data, "language.grammar", "Lark(text, parser='lalr')"),
        (catch_alls, "engine", "try:\n    f()\nexcept Exception:\n    pass"),
        (long_functions, "model.keys", "def f():\n" + "    x = 1\n" * (LONGEST_FUNCTION - 1)),
    ],
)
def test_what_is_allowed_passes(rule: Rule, module: str, source: str) -> None:
    assert not list(rule(module, ast.parse(source)))


def test_no_module_is_too_long() -> None:
    lengths = {
        str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines())
        for file in EVERY_FILE
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_function_of_tests_and_benchmarks_is_too_long() -> None:
    outside = [file for file in EVERY_FILE if not file.is_relative_to(PACKAGE)]
    offences = [
        offence
        for file in outside
        for offence in long_functions(
            str(file.relative_to(ROOT)), ast.parse(file.read_text("utf-8"))
        )
    ]
    assert not offences, "\n".join(offences)


def test_nothing_is_left_for_later() -> None:
    mark = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    marked = [
        str(file.relative_to(ROOT)) for file in EVERY_FILE if mark.search(file.read_text("utf-8"))
    ]
    assert marked == []


def test_every_module_of_the_package_says_what_it_is_for() -> None:
    silent = [
        name for name, file in MODULES if not ast.get_docstring(ast.parse(file.read_text("utf-8")))
    ]
    assert silent == []


def test_importing_the_package_loads_no_heavy_library_and_nothing_few_ask_for() -> None:
    late = (*LATE_LIBRARIES, *LATE_MODULES)
    program = (
        "import sys\nfrom dynalite_py import Client, Table, boto3_client, connect, exceptions\n"
        f"print(*[name for name in {late!r} if name in sys.modules])"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert loaded.stdout.split() == []
