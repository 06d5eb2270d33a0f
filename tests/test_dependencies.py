"""What the project stands on: all of it declared, pinned where it must be, under known licences."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]
RUNTIME: list[str] = PROJECT["dependencies"]
FOR_USERS = {name: wanted for name, wanted in EXTRAS.items() if name != "dev"}
# A part of boto3's own interface, which brings it in the version that it works with.
COME_WITH_OTHERS = {"botocore"}

# It is loaded when somebody sits at a terminal.
BY_HAND = "dynalite_py/doors/shell/repl.py"
# Loaded by pytest itself.
BY_PYTEST = "dynalite_py/doors/pytest_plugin.py"

# Licences that let anybody use and pass on what is installed with the package, as its own does.
LICENCES = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CC0-1.0",
        "ISC",
        "MIT",
        "MIT-0",
        "MPL-2.0",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
        "any-OSI",
    }
)
# What metadata of older forms say, in the names of today.
OLDER_NAMES = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "Dual License": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "OSI Approved": "any-OSI",
    "Python Software Foundation License": "PSF-2.0",
}


def names(wanted: Iterable[str]) -> set[str]:
    """The distributions that requirements name."""
    return {canonicalize_name(Requirement(each).name) for each in wanted}


class Import(NamedTuple):
    """A foreign library imported. when: ``loading`` its module, ``later`` in a function, or never,
    for it is there for ``types``.
    """

    file: str
    name: str
    when: str


def imported(*folders: str) -> list[Import]:
    """Every import of a foreign library below the folders."""
    return [
        Import(str(file.relative_to(ROOT)), name, when)
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        for name, when in _imports(ast.parse(file.read_text("utf-8")), "loading")
        if not _is_near(name.partition(".")[0])
    ]


def _is_near(top: str) -> bool:
    return top in sys.stdlib_module_names or (ROOT / top).is_dir()


def _imports(node: ast.AST, when: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Import):
        yield from ((alias.name, when) for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield from ((f"{node.module}.{alias.name}", when) for alias in node.names)
    if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
        when = "types"
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and when == "loading":
        when = "later"
    for child in ast.iter_child_nodes(node):
        yield from _imports(child, when)


@cache
def _distributions() -> dict[str, set[str]]:
    """Names of modules and packages of packages, and the distributions that brought them."""
    found: dict[str, set[str]] = {}
    for each in metadata.distributions():
        for file in each.files or ():
            if file.suffix in (".py", ".so", ".pyd") and ".." not in file.parts:
                stem = file.name.partition(".")[0]
                parts = file.parts[:-1] if stem == "__init__" else (*file.parts[:-1], stem)
                found.setdefault(".".join(parts), set()).add(canonicalize_name(each.name))
    return found


def providers(module: str) -> set[str]:
    """The distributions that bring a module; of a shared name (``opentelemetry``) the right one."""
    known = _distributions()
    parts = module.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in known:
            return known[name]
    return set()


def undeclared(found: Iterable[Import], declared: set[str]) -> set[str]:
    """Imports that no declared distribution brings."""
    return {f"{each.file}: {each.name}" for each in found if not providers(each.name) & declared}


def test_the_package_imports_nothing_that_is_not_declared() -> None:
    found = imported("dynalite_py")
    run = [each for each in found if each.when != "types"]
    for_users = names(each for wanted in FOR_USERS.values() for each in wanted)
    assert undeclared(run, names(RUNTIME) | for_users | COME_WITH_OTHERS) == set()
    declared = names(RUNTIME) | for_users | COME_WITH_OTHERS | names(EXTRAS["dev"])
    assert (
        undeclared(found, declared | {"types-boto3-dynamodb", "types-boto3-dynamodbstreams"})
        == set()
    )


def test_what_an_extra_brings_is_not_needed_to_load_a_module() -> None:
    loaded = [
        each
        for each in imported("dynalite_py")
        if each.when == "loading" and each.file not in (BY_HAND, BY_PYTEST)
    ]
    assert undeclared(loaded, names(RUNTIME)) == set()


def test_nothing_is_declared_that_the_package_does_not_import() -> None:
    used = {brought for each in imported("dynalite_py") for brought in providers(each.name)}
    # TLS itself is the standard library's; cryptography is there to make certificates for it.
    # Frames are made by whichever of their libraries is there.
    declared = names(
        each
        for of in (RUNTIME, *(FOR_USERS[name] for name in ("boto3", "otel", "pytest", "shell")))
        for each in of
    )
    assert declared - used == set()


def test_tests_and_benchmarks_import_nothing_that_is_not_declared() -> None:
    declared = names(RUNTIME) | names(EXTRAS["dev"]) | COME_WITH_OTHERS
    found = imported("tests", "benchmarks")
    assert (
        undeclared(found, declared | {"types-boto3-dynamodb", "types-boto3-dynamodbstreams"})
        == set()
    )


def test_an_import_that_is_not_declared_is_seen() -> None:
    source = (
        "import os, orjson\n"
        "if TYPE_CHECKING:\n    import apsw\n"
        "def f():\n    from opentelemetry.sdk.trace import TracerProvider"
    )
    found = [Import("x.py", *each) for each in _imports(ast.parse(source), "loading")]
    assert [each.when for each in found] == ["loading", "loading", "types", "later"]
    trace = "x.py: opentelemetry.sdk.trace.TracerProvider"
    assert undeclared(found[1:], {"orjson", "apsw"}) == {trace}
    assert undeclared(found[3:], {"opentelemetry-api"}) == {trace}  # a part of the same package


@pytest.mark.parametrize("wanted", EXTRAS["dev"])
def test_tools_are_pinned_and_the_pin_is_what_is_installed(wanted: str) -> None:
    requirement = Requirement(wanted)
    [pin] = requirement.specifier
    assert pin.operator == "=="
    assert metadata.version(requirement.name) == pin.version


@pytest.mark.parametrize("wanted", [*RUNTIME, *(each for of in FOR_USERS.values() for each in of)])
def test_what_users_install_has_a_lowest_version_and_no_highest(wanted: str) -> None:
    requirement = Requirement(wanted)
    assert [bound.operator for bound in requirement.specifier] == [">="]
    assert requirement.url is None
    assert metadata.version(requirement.name) in requirement.specifier


def closure(wanted: Iterable[str]) -> set[str]:
    """The distributions that requirements bring, with all that these bring."""
    found: set[str] = set()
    left = [(Requirement(each), "") for each in wanted]
    while left:
        requirement, extra = left.pop()
        marker = requirement.marker
        if marker is not None and not marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name in found:
            continue
        found.add(name)
        needed = metadata.requires(name) or ()
        for each in needed:
            left += [(Requirement(each), of) for of in ("", *requirement.extras)]
    return found


BROUGHT = sorted(closure((*RUNTIME, *(each for of in FOR_USERS.values() for each in of))))


def licences(name: str) -> set[str]:
    """The licences of a distribution, of which any may be chosen, as its metadata say."""
    told = metadata.metadata(name)
    expression = (told.get_all("License-Expression") or [""])[0]
    if expression:
        return set(re.split(r"[() ]+(?:OR|AND)?[() ]*", expression)) - {""}
    classifiers: list[str] = told.get_all("Classifier") or []
    found = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith("License ::")]
    if not found:
        texts: list[str] = told.get_all("License") or []
        found = [text.splitlines()[0] for text in texts if text]
    return {OLDER_NAMES.get(each, each) for each in found}


@pytest.mark.parametrize("name", BROUGHT)
def test_what_users_install_may_be_passed_on(name: str) -> None:
    found = licences(name)
    assert found
    assert found <= LICENCES, f"{name} is under {found}"


@pytest.mark.parametrize("name", BROUGHT)
def test_what_is_installed_is_what_its_maker_listed(name: str) -> None:
    """Each file has the hash that the distribution's own record says."""
    listed = [file for file in metadata.files(name) or () if file.hash is not None]
    assert listed
    for file in listed:
        assert file.hash is not None
        found = hashlib.new(file.hash.mode, Path(str(file.locate())).read_bytes()).digest()
        assert base64.urlsafe_b64encode(found).rstrip(b"=").decode() == file.hash.value, str(file)
