"""What transactions under way hold: their items, from arrival to answer, and their request tokens.

The writer runs one write after the other, so nothing here is needed for correctness. It is what
DynamoDB shows of concurrent requests: a write that meets an item of a transaction under way is
refused, and not made to wait.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from typing import TypeAlias

from dynalite_py.model.keys import Key

# An item: the table's id and the item's key.
Place: TypeAlias = tuple[int, Key]
# A request token: account, region, operation and the token itself.
Token: TypeAlias = tuple[str, str, str, str]


class Claims:
    """The places and tokens that are held at this moment."""

    def __init__(self) -> None:
        self._places: set[Place] = set()
        self._tokens: set[Token] = set()
        self._lock = threading.Lock()

    def holds(self, place: Place) -> bool:
        """Whether a transaction under way has this item."""
        return bool(self._places) and place in self._places

    def holds_token(self, token: Token) -> bool:
        """Whether a request with this token is under way."""
        return token in self._tokens

    def take(self, places: Collection[Place], token: Token | None) -> bool:
        """Hold all of this, or, where another has a part of it, nothing. Returns whether."""
        with self._lock:
            if token in self._tokens or not self._places.isdisjoint(places):
                return False
            self._places.update(places)
            if token is not None:
                self._tokens.add(token)
            return True

    def release(self, places: Collection[Place], token: Token | None) -> None:
        """Hold this no more."""
        with self._lock:
            self._places.difference_update(places)
            if token is not None:
                self._tokens.discard(token)
