"""Where the grammars lie, and when their parsers are built."""

from __future__ import annotations

import subprocess
import sys

from dynalite_py.language import grammar

PROGRAM = """
import sys
import dynalite_py.operations.expressions
print("lark" in sys.modules)
from dynalite_py.language import parse
parse.parsed("ConditionExpression", "a = :v")
print("lark" in sys.modules)
"""


def test_the_grammars_of_a_checkout_lie_beside_the_package() -> None:
    assert grammar.folder() == grammar.PACKAGE.parent / "grammar"
    assert (grammar.folder() / "expression.lark").is_file()
    assert (grammar.folder() / "common.lark").is_file()


def test_a_parser_is_built_once() -> None:
    assert grammar.expression_parser("condition") is grammar.expression_parser("condition")


def test_lark_is_loaded_by_the_first_text_and_not_before() -> None:
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
