"""The nodes of a cluster: each has its caches; the first takes the writes, the others follow.

Source: facts, Cache semantics.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass

from dynalite_py.doors.dax.cache import Cache, Statistics
from dynalite_py.model.clock import Clock


@dataclass(frozen=True, slots=True)
class Node:
    """The caches of one node."""

    items: Cache
    queries: Cache
    scans: Cache


class Nodes:
    """All nodes. Reads go to any of them, by the seed; a write reaches the first at once, the
    others ``lag_seconds`` later by the clock.
    """

    def __init__(self, nodes: list[Node], *, lag_seconds: float, seed: int, clock: Clock) -> None:
        self._nodes = nodes
        self._lag = lag_seconds
        self._clock = clock
        self._random = random.Random(seed)  # noqa: S311 - not a secret
        # When, key, value; None: forget it.
        self._on_the_way: deque[tuple[float, str, bytes | None]] = deque()
        self._lock = threading.Lock()

    def any(self) -> Node:
        """The node that a read goes to."""
        if len(self._nodes) == 1:
            return self._nodes[0]
        self.deliver()
        return self._nodes[self._random.randrange(len(self._nodes))]

    def write(self, key: str, value: bytes | None) -> None:
        """An item has a new value in the cache; None: it is forgotten."""
        _write(self._nodes[0], key, value)
        if len(self._nodes) > 1:
            with self._lock:
                self._on_the_way.append((self._clock.now() + self._lag, key, value))

    def deliver(self) -> None:
        """Bring to the other nodes what is due."""
        while True:
            with self._lock:
                if not self._on_the_way or self._on_the_way[0][0] > self._clock.now():
                    return
                _, key, value = self._on_the_way.popleft()
                for node in self._nodes[1:]:
                    _write(node, key, value)

    def clear(self) -> None:
        """Empty every cache."""
        with self._lock:
            self._on_the_way.clear()
        for node in self._nodes:
            node.items.clear()
            node.queries.clear()
            node.scans.clear()

    def statistics(self) -> dict[str, Statistics]:
        """By kind of cache, over all nodes."""
        found = {"items": Statistics(), "queries": Statistics(), "scans": Statistics()}
        for node in self._nodes:
            found["items"].add(node.items.statistics())
            found["queries"].add(node.queries.statistics())
            found["scans"].add(node.scans.statistics())
        return found


def _write(node: Node, key: str, value: bytes | None) -> None:
    if value is None:
        node.items.drop(key)
    else:
        node.items.put(key, value)
