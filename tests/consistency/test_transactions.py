"""The search for an order of transactions, on histories with and without one."""

from __future__ import annotations

from math import inf

import pytest

from tests.consistency import transactions
from tests.consistency.transactions import List, Transaction


def _done(
    name: str,
    called: int,
    answered: float,
    reads: dict[str, List] | None = None,
    appends: dict[str, int] | None = None,
    *,
    refused: bool = False,
) -> Transaction:
    return Transaction(name, called, answered, reads or {}, appends or {}, refused=refused)


def _last(**reads: List) -> Transaction:
    return _done("last", 100, 101, reads)


BAD: dict[str, tuple[str, list[Transaction]]] = {
    "a stale read": (
        "a circle",
        [_done("w", 0, 1, {}, {"x": 1}), _done("r", 2, 3, {"x": ()}), _last(x=(1,))],
    ),
    "a lost write": ("lost", [_done("w", 0, 1, {}, {"x": 1}), _last(x=())]),
    "a lost update": (
        "a circle",
        [
            _done("a", 0, 5, {"x": ()}, {"x": 1}),
            _done("b", 1, 6, {"x": ()}, {"x": 2}),
            _last(x=(1, 2)),
        ],
    ),
    "a dirty read": (
        "was refused",
        [
            _done("w", 0, 3, {}, {"x": 1}, refused=True),
            _done("r", 1, 2, {"x": (1,)}),
            _last(x=()),
        ],
    ),
    "a dirty read that others do not share": (
        "another as",
        [_done("w", 0, 9, {}, {"x": 1}), _done("r", 1, 2, {"x": (2,)}), _last(x=(1,))],
    ),
    "a read of what nobody wrote": ("nobody wrote", [_last(x=(7,))]),
    "write skew": (
        "a circle",
        [
            _done("a", 0, 5, {"x": ()}, {"y": 1}),
            _done("b", 1, 6, {"y": ()}, {"x": 2}),
            _last(x=(2,), y=(1,)),
        ],
    ),
    "half a transaction": (
        "a circle",
        [
            _done("w", 0, 9, {}, {"x": 1, "y": 2}),
            _done("r", 1, 2, {"x": (1,), "y": ()}),
            _last(x=(1,), y=(2,)),
        ],
    ),
    "a read of two moments": (
        "a circle",
        [
            _done("w1", 0, 9, {}, {"x": 1}),
            _done("w2", 1, 10, {"x": (1,)}, {"y": 2}),
            _done("r", 2, 11, {"x": (), "y": (2,)}),
            _last(x=(1,), y=(2,)),
        ],
    ),
    "reads that see two writes in two orders": (
        "a circle",
        [
            _done("w1", 0, 9, {}, {"x": 1}),
            _done("w2", 1, 10, {}, {"y": 2}),
            _done("r1", 2, 11, {"x": (1,), "y": ()}),
            _done("r2", 3, 12, {"x": (), "y": (2,)}),
            _last(x=(1,), y=(2,)),
        ],
    ),
    "a read that goes back": (
        "a circle",
        [
            _done("w", 0, 9, {}, {"x": 1}),
            _done("r1", 1, 2, {"x": (1,)}),
            _done("r2", 3, 4, {"x": ()}),
            _last(x=(1,)),
        ],
    ),
    "half of a transaction that nobody knows of": (
        "a circle",
        [_done("w", 0, inf, {}, {"x": 1, "y": 2}), _last(x=(1,), y=()), _last(y=(2,))],
    ),
    "a transaction done twice": (
        "twice",
        [_done("w", 0, 1, {}, {"x": 1}), _last(x=(1, 1))],
    ),
    "a refusal over a state that never was": (
        "a circle",
        [
            _done("w", 0, 9, {}, {"x": 1, "y": 2}),
            _done("c", 1, 2, {"x": (), "y": (2,)}, {"z": 3}, refused=True),
            _last(x=(1,), y=(2,), z=()),
        ],
    ),
}

GOOD: dict[str, list[Transaction]] = {
    "concurrent writes in either order": [
        _done("a", 0, 5, {}, {"x": 1}),
        _done("b", 1, 6, {"x": ()}, {"x": 2}),
        _done("r", 2, 3, {"x": (2,)}),
        _last(x=(2, 1)),
    ],
    "whole transactions": [
        _done("a", 0, 5, {}, {"x": 1, "y": 2}),
        _done("r", 1, 2, {"x": (), "y": ()}),
        _done("r", 3, 4, {"x": (1,), "y": (2,)}),
        _last(x=(1,), y=(2,)),
    ],
    "a write that nobody knows of, seen late": [
        _done("w", 0, inf, {}, {"x": 1}),
        _done("r", 1, 2, {"x": ()}),
        _last(x=(1,)),
    ],
    "a write that nobody knows of and nobody sees": [_done("w", 0, inf, {}, {"x": 1}), _last(x=())],
    "a refused write that nobody sees": [
        _done("w", 0, 1, {"x": ()}, {"x": 1}, refused=True),
        _last(x=()),
    ],
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_seen(name: str) -> None:
    said, history = BAD[name]
    found = transactions.fault(history)
    assert found is not None
    assert said in found


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_passes(name: str) -> None:
    assert transactions.fault(GOOD[name]) is None


def test_a_circle_is_told_as_short_as_it_is() -> None:
    writes = [_done(f"w{n}", 10 * n, 10 * n + 1, {}, {"x": n}) for n in range(1, 9)]
    stale = _done("stale", 52, 53, {"x": (1, 2, 3, 4)})
    found = transactions.fault([*writes, stale, _last(x=tuple(range(1, 9)))])
    assert found is not None
    assert found.startswith("a circle: w5 answered before, stale read x as it was before;")
