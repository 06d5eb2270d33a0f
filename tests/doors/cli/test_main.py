"""The command itself: help, version, and what it does without a subcommand."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import main


@pytest.mark.parametrize("arguments", [["--help"], ["-h"]])
def test_help_names_every_subcommand(arguments: list[str]) -> None:
    shown = CliRunner().invoke(main.main, arguments)
    assert shown.exit_code == 0
    for name in ("serve", "env", "check", "healthcheck", "demo"):
        assert f"\n  {name} " in shown.stdout


@pytest.mark.parametrize(
    "arguments", [["--version"], ["serve", "--version"], ["serve", "-version"]]
)
def test_the_version_is_the_packages(arguments: list[str]) -> None:
    shown = CliRunner().invoke(main.main, arguments)
    assert (shown.exit_code, shown.stdout) == (0, f"dynalite {dynalite_py.__version__}\n")


@pytest.mark.parametrize("arguments", [["-help"], ["serve", "-help"], ["serve", "-h"]])
def test_options_without_a_subcommand_are_those_of_serve(arguments: list[str]) -> None:
    shown = CliRunner().invoke(main.main, arguments)
    assert shown.exit_code == 0
    assert "--in-memory" in shown.stdout
    assert "--create-table-ms" not in shown.stdout


def test_an_unknown_subcommand_is_refused() -> None:
    shown = CliRunner().invoke(main.main, ["sevre"])
    assert shown.exit_code == 2
    assert "No such command 'sevre'" in shown.stderr


def test_help_loads_neither_rich_nor_the_server_nor_the_library() -> None:
    program = (
        "import sys\n"
        "from dynalite_py.doors.cli import main\n"
        "print([name for name in ('rich', 'httptools', 'uvloop', 'lark', 'sqlglot', 'apsw')"
        " if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], check=True, capture_output=True, text=True
    )
    assert done.stdout == "[]\n"
