"""The search for an order of one item's requests, on histories with and without one."""

from __future__ import annotations

import random
from math import inf
from typing import Any

import pytest

from tests.consistency import registers
from tests.consistency.registers import Item, Request, Told


def _one(kind: str, called: int, answered: float, told: Told | None = None, **more: Any) -> Request:
    return Request("k", kind, called, answered, told=told, **more)


def _put(value: str, called: int, answered: float) -> Request:
    return _one("put", called, answered, value=value)


def _get(called: int, answered: float, item: Item) -> Request:
    return _one("get", called, answered, Told(item))


A: Item = ("a", None)
B: Item = ("b", None)

BAD: dict[str, list[Request]] = {
    "a stale read": [_put("a", 0, 1), _put("b", 2, 3), _get(4, 5, A)],
    "a read of nothing after a write": [_put("a", 0, 1), _get(2, 3, None)],
    "a read of what nobody wrote": [_put("a", 0, 1), _get(2, 3, B)],
    "a read that goes back": [_put("a", 0, 1), _put("b", 2, 9), _get(3, 4, B), _get(5, 6, A)],
    "a read from the future": [_get(0, 1, A), _put("a", 2, 3)],
    "a lost update of a counter": [
        _one("add", 0, 3, Told((None, 1)), number=1),
        _one("add", 1, 2, Told((None, 1)), number=1),
    ],
    "two winners of one swap": [
        _put("a", 0, 1),
        _one("swap", 2, 5, Told(B), expected="a", value="b"),
        _one("swap", 3, 4, Told(("c", None)), expected="a", value="c"),
    ],
    "a read of a refused write": [
        _put("a", 0, 1),
        _one("swap", 2, 3, Told(A, refused=True), expected="x", value="b"),
        _get(4, 5, B),
    ],
    "a swap refused although its condition holds": [
        _put("a", 0, 1),
        _one("swap", 2, 3, Told(A, refused=True), expected="a", value="b"),
    ],
    "two creations": [
        _one("create", 0, 3, Told(None), value="a"),
        _one("create", 1, 2, Told(None), value="b"),
    ],
    "two deletions of one item": [
        _put("a", 0, 1),
        _one("delete", 2, 5, Told(A)),
        _one("delete", 3, 4, Told(A)),
    ],
    "a write that nobody knows of, undone": [_put("a", 0, inf), _get(1, 2, A), _get(3, 4, None)],
}

GOOD: dict[str, list[Request]] = {
    "concurrent writes in either order": [
        _put("a", 0, 5),
        _put("b", 1, 6),
        _get(2, 3, B),
        _get(7, 8, A),
    ],
    "a write that nobody knows of, seen late": [
        _put("a", 0, inf),
        _get(1, 2, None),
        _get(3, 4, A),
    ],
    "a write that nobody knows of and nobody sees": [_put("a", 0, inf), _get(1, 2, None)],
    "a counter": [
        _one("add", 0, 3, Told((None, 3)), number=1),
        _one("add", 1, 2, Told((None, 2)), number=2),
        _get(4, 5, (None, 3)),
    ],
    "a deletion between two creations": [
        _one("create", 0, 1, Told(None), value="a"),
        _one("create", 2, 9, Told(None), value="b"),
        _one("delete", 3, 8, Told(A)),
    ],
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_history_is_seen(name: str) -> None:
    assert registers.fault(BAD[name]) is not None


@pytest.mark.parametrize("name", GOOD)
def test_a_good_history_passes(name: str) -> None:
    assert registers.fault(GOOD[name]) is None


def test_other_items_do_not_matter() -> None:
    other = Request("other", "get", 2, 3, told=Told(None))
    assert registers.fault([_put("a", 0, 1), other, _get(4, 5, A)]) is None


def _carried_out(chance: random.Random, clients: int, count: int) -> list[Request]:
    """A history of an item that does one thing at a time, seen by concurrent clients."""
    item: Item = None
    moment = 0
    free = [0] * clients
    requests: list[Request] = []
    for number in range(count):
        moment += 100
        client = chance.randrange(clients)
        called = max(free[client] + 1, moment - chance.randrange(1, 900))
        answered = moment + chance.randrange(1, 900)
        if called >= moment:
            continue
        free[client] = answered
        asked = _one(
            chance.choice(("get", "put", "create", "swap", "add", "delete")),
            called,
            answered,
            value=f"v{number}",
            number=1,
            expected=item[0] or "" if item else "",
        )
        told, item = registers.after(asked, item)
        requests.append(
            _one(
                asked.kind,
                called,
                answered,
                told,
                value=asked.value,
                number=1,
                expected=asked.expected,
            )
        )
    return requests


@pytest.mark.parametrize("seed", range(20))
def test_what_was_done_in_an_order_has_one(seed: int) -> None:
    history = _carried_out(random.Random(seed), clients=6, count=150)
    assert registers.fault(history) is None


@pytest.mark.parametrize("seed", range(20))
def test_one_wrong_answer_among_many_is_seen(seed: int) -> None:
    chance = random.Random(seed)
    history = _carried_out(chance, clients=6, count=150)
    place = chance.choice([n for n, each in enumerate(history) if each.kind == "get"])
    right = history[place]
    history[place] = _get(right.called, right.answered, ("never written", None))
    assert registers.fault(history) is history[place]
