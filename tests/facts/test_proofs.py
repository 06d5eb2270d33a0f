"""Everything known of the service has a test: the list of proofs names only tests that exist."""

from __future__ import annotations

import ast
import importlib
from functools import lru_cache
from pathlib import Path

import pytest

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof
from tests.facts.test_facts import FACTS
from tests.facts.test_partiql import NAMES

ROOT = Path(__file__).resolve().parents[2]
PROOFS: list[Proof] = [
    row
    for path in sorted((Path(__file__).parent / "proofs").glob("*.py"))
    for row in importlib.import_module(f"tests.facts.proofs.{path.stem}").PROOFS
]
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
FACT_NAMES = frozenset(fact.name for fact in FACTS) | NAMES


@lru_cache(maxsize=512)
def functions_of(file: str) -> frozenset[str]:
    """Names of the functions that a file of tests has at its top level."""
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, _FUNCTIONS))


@pytest.mark.parametrize("proof", PROOFS, ids=lambda proof: proof.fact[:80])
def test_every_fact_is_held_by_tests_that_exist(proof: Proof) -> None:
    assert proof.source in (AWS_CAPTURED, DOCS)
    assert proof.tests
    for test in proof.tests:
        if test.startswith("fact: "):
            assert test.removeprefix("fact: ") in FACT_NAMES
            continue
        file, _, name = test.partition("::")
        assert name in functions_of(file)


def test_no_fact_stands_twice() -> None:
    facts = [proof.fact for proof in PROOFS]
    assert sorted(set(facts)) == sorted(facts)
