"""Whether transactions over several items have an order: strict serializability.

Every write appends a number of its own to a list, so that a list shows the order of its versions,
and a read names the version it saw. From that follow what must come before what: the writer of a
version before its readers and before the writer of the next, a reader before the writer of the
next, and what was answered before what was called later. Transactions have an order where nothing
comes before itself.

A missing transaction, half a transaction, a stale read, a lost update and write skew all are such
circles; what no circle shows is looked for first: a write that was refused and is seen, two lists
of which neither begins with the other, a number twice or never.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import TypeAlias

List: TypeAlias = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Transaction:
    """One request. called, answered: places in the order of all events.

    answered: inf where nobody knows whether it happened. reads: lists by key, as they were before
    its own appends. appends: a number by key. refused: it must have changed nothing.
    """

    name: str
    called: int
    answered: float
    reads: Mapping[str, List] = field(default_factory=dict[str, List])
    appends: Mapping[str, int] = field(default_factory=dict[str, int])
    refused: bool = False


# What comes after a node, and why. Nodes from len(transactions) on stand for moments in time.
_Graph: TypeAlias = list[list[tuple[int, str]]]


def fault(transactions: Sequence[Transaction]) -> str | None:
    """What has no order, for a person; None where all is well.

    The last reads of every list belong to the transactions: a write that none of them saw is lost.
    """
    orders = _orders(transactions)
    if isinstance(orders, str):
        return orders
    writers: dict[tuple[str, int], int] = {}
    for number, each in enumerate(transactions):
        for key, element in each.appends.items():
            if (key, element) in writers:
                return f"{element} is appended to {key} by two transactions"
            writers[key, element] = number
    for text in _wrong_elements(transactions, orders, writers):
        return text
    graph = _graph(transactions, orders, writers)
    circle = _circle(graph)
    return None if circle is None else _told(transactions, circle)


def _orders(transactions: Sequence[Transaction]) -> dict[str, List] | str:
    """The longest list of each key, with which all the others begin."""
    orders: dict[str, List] = {}
    for each in transactions:
        for key, seen in each.reads.items():
            if len(seen) > len(orders.get(key, ())):
                orders[key] = seen
    for each in transactions:
        for key, seen in each.reads.items():
            if orders.get(key, ())[: len(seen)] != seen:
                return f"{each.name} saw {key} as {seen}, and another as {orders[key]}"
    return orders


def _wrong_elements(
    transactions: Sequence[Transaction],
    orders: Mapping[str, List],
    writers: Mapping[tuple[str, int], int],
) -> Iterator[str]:
    for key, order in orders.items():
        if len(set(order)) != len(order):
            yield f"{key} has a number twice: {order}"
        for element in order:
            writer = writers.get((key, element))
            if writer is None:
                yield f"{key} has {element}, which nobody wrote"
            elif transactions[writer].refused:
                yield f"{key} has {element}, which {transactions[writer].name} was refused"
    for (key, element), writer in writers.items():
        each = transactions[writer]
        if each.answered != inf and not each.refused and element not in orders.get(key, ()):
            yield f"{key} has lost {element} of {each.name}"


def _graph(
    transactions: Sequence[Transaction],
    orders: Mapping[str, List],
    writers: Mapping[tuple[str, int], int],
) -> _Graph:
    graph: _Graph = [[] for _ in transactions]
    for key, order in orders.items():
        for first, second in pairwise(order):
            _add(graph, writers[key, first], writers[key, second], f"wrote {key} before")
    for number, each in enumerate(transactions):
        for key, seen in each.reads.items():
            if seen:
                _add(graph, writers[key, seen[-1]], number, f"wrote {key} as read by")
            if len(seen) < len(orders.get(key, ())):
                later = writers[key, orders[key][len(seen)]]
                _add(graph, number, later, f"read {key} as it was before")
    _add_moments(graph, transactions)
    return graph


def _add(graph: _Graph, first: int, second: int, why: str) -> None:
    if first != second:
        graph[first].append((second, why))


def _add_moments(graph: _Graph, transactions: Sequence[Transaction]) -> None:
    """A node for each answer: answered before it, called after it."""
    events = [(float(each.called), number, True) for number, each in enumerate(transactions)]
    events += [
        (each.answered, number, False)
        for number, each in enumerate(transactions)
        if each.answered != inf
    ]
    moment = None
    for _, number, is_call in sorted(events):
        if is_call:
            if moment is not None:
                graph[moment].append((number, "called"))
            continue
        graph.append([])
        if moment is not None:
            graph[moment].append((len(graph) - 1, "later"))
        moment = len(graph) - 1
        graph[number].append((moment, "answered before"))


def _circle(graph: _Graph) -> list[tuple[int, str]] | None:
    """Nodes of a shortest circle through one of them, each with why the next comes after it."""
    left = _after_peeling(graph)
    if not left:
        return None
    best: list[tuple[int, str]] | None = None
    for start in sorted(left)[:200]:
        found = _way_back(graph, start, left)
        if found is not None and (best is None or len(found) < len(best)):
            best = found
    return best


def _after_peeling(graph: _Graph) -> set[int]:
    """The nodes that are left when whatever has nothing before it, or nothing after it, is taken
    away again and again: none where there is no circle.
    """
    left = set(range(len(graph)))
    backward: _Graph = [[] for _ in graph]
    for first, nexts in enumerate(graph):
        for second, why in nexts:
            backward[second].append((first, why))
    for ways, back in ((graph, backward), (backward, graph)):
        count = [sum(before in left for before, _ in each) for each in back]
        ready = [node for node in left if not count[node]]
        while ready:
            node = ready.pop()
            left.discard(node)
            for second, _ in ways[node]:
                count[second] -= 1
                if second in left and not count[second]:
                    ready.append(second)
    return left


def _way_back(graph: _Graph, start: int, left: set[int]) -> list[tuple[int, str]] | None:
    came: dict[int, tuple[int, str]] = {}
    queue = [start]
    for node in queue:
        for second, why in graph[node]:
            if second in left and second not in came:
                came[second] = (node, why)
                queue.append(second)
        if start in came:
            break
    if start not in came:
        return None
    way: list[tuple[int, str]] = []
    node = start
    while True:
        node, why = came[node]
        way.append((node, why))
        if node == start:
            return way[::-1]


def _told(transactions: Sequence[Transaction], circle: Sequence[tuple[int, str]]) -> str:
    parts: list[str] = []
    for node, why in circle:
        if node < len(transactions):
            parts.append(f"{transactions[node].name} {why}")
    shown = [transactions[node] for node, _ in circle if node < len(transactions)]
    return "a circle: " + ", ".join(parts) + "; " + "; ".join(map(str, shown))
