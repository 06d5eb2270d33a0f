"""The form of a proof: one thing known of the service, and the tests that fail without it."""

from __future__ import annotations

from typing import NamedTuple


class Proof(NamedTuple):
    """What is known, from where, and what holds it.

    fact: a sentence. source: recorded from AWS or written in its guide. tests: each the file and
    name of a test function (``tests/wire/test_envelope.py::test_x``), or ``fact: NAME`` for a row
    of the tables in this folder.
    """

    fact: str
    source: str
    tests: tuple[str, ...]


def proof(fact: str, source: str, *tests: str) -> Proof:
    """A row of the list."""
    return Proof(fact, source, tests)
