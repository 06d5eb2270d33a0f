"""Where the grammars lie, and when their parsers are built."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Any

import pytest
from lark import Lark

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


def test_parsers_are_built_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """CPython's ast.parse, by which Lark reads its literals, fails now and then beside itself."""
    build, never = Lark.open, threading.Event()
    at_once: list[int] = []
    building: set[int] = set()

    def watched(*arguments: Any, **options: Any) -> Any:
        building.add(threading.get_ident())
        at_once.append(len(building))
        never.wait(0.05)
        try:
            return build(*arguments, **options)
        finally:
            building.discard(threading.get_ident())

    monkeypatch.setattr(Lark, "open", watched)
    grammar.expression_parser.cache_clear()
    kinds = ("condition", "key_condition", "update", "projection")
    threads = [threading.Thread(target=grammar.expression_parser, args=(kind,)) for kind in kinds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert at_once == [1, 1, 1, 1]
