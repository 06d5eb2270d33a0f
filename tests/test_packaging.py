"""The wheel: what it carries, and that it works away from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def unpacked(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel would install."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


def run_there(unpacked: Path, elsewhere: Path, *arguments: str) -> str:
    """Output of Python in an empty folder, with the wheel's content before the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(unpacked), "PYTHONSAFEPATH": "1"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=elsewhere,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout


def test_the_wheel_carries_the_whole_package(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    modules = {str(file.relative_to(ROOT)) for file in (ROOT / "dynalite_py").rglob("*.py")}
    grammars = {f"dynalite_py/grammar/{file.name}" for file in (ROOT / "grammar").glob("*.lark")}
    assert grammars
    assert modules | grammars | {"dynalite_py/py.typed"} <= names
    assert not {name for name in names if name.startswith(("tests/", "benchmarks/"))}


def test_the_wheel_tells_pytest_of_its_plugin(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith("entry_points.txt")]
        told = archive.read(name).decode()
    assert "[pytest11]\ndynalite = dynalite_py.doors.pytest_plugin\n" in told


def test_the_wheel_parses_with_its_own_grammars(unpacked: Path, tmp_path: Path) -> None:
    program = """
import dynalite_py
from dynalite_py.language import grammar, parse, partiql_parse
print(dynalite_py.__file__)
print(grammar.folder())
parse.parsed("ConditionExpression", "#a = :a AND size(b.c[1]) > :b")
parse.parsed("ProjectionExpression", "a, b[0].c, #d")
parse.parsed("UpdateExpression", "SET a = if_not_exists(a, :z) + :o REMOVE b ADD c :c DELETE d :d")
parse.parsed("KeyConditionExpression", "a = :a AND begins_with(b, :b)")
partiql_parse.parsed("SELECT a FROM tab WHERE b[0] IN ('x', ?) ORDER BY c")
"""
    printed = run_there(unpacked, tmp_path, "-c", program)
    assert [Path(line).is_relative_to(unpacked) for line in printed.split()] == [True, True]


def test_the_wheel_is_a_program(unpacked: Path, tmp_path: Path) -> None:
    assert run_there(unpacked, tmp_path, "-m", "dynalite_py", "--version").startswith("dynalite ")


def test_nothing_is_written_where_it_runs(unpacked: Path, tmp_path: Path) -> None:
    run_there(unpacked, tmp_path, "-c", "import dynalite_py; dynalite_py.connect().close()")
    assert list(tmp_path.iterdir()) == []
