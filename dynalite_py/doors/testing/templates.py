"""Stores that tests begin as: tables and items are made once, and copied page by page for each
test.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias, cast

from dynalite_py.doors.library.opening import connect
from dynalite_py.doors.library.store import Store
from dynalite_py.doors.testing.clocks import HeldClock

# One CreateTable request; or several; or names of tables with their keys: {"orders": {"id": "S"}}.
Tables: TypeAlias = Mapping[str, Any] | Sequence[Mapping[str, Any]]
# Plain items by table; or what fills the store.
Seed: TypeAlias = Mapping[str, Iterable[Mapping[str, Any]]] | Callable[[Store], object]

_MOST = 64
_TYPES = ("S", "N", "B")


class Content(NamedTuple):
    """What a test asks for: tables, and what is in them."""

    tables: Tables | None = None
    seed: Seed | None = None


class Templates:
    """The stores that tests begin as, each made by the first test that asks for it.

    base: what every one of them begins as; the owner's to close.
    """

    def __init__(self, base: Store) -> None:
        self.base = base
        # By the identity of what was asked for, which a marker keeps for as long as its test is
        # there; the contents are kept with it so that no identity comes back.
        self._made: dict[tuple[int, ...], tuple[tuple[Content, ...], Store]] = {}

    def of(self, contents: Sequence[Content]) -> Store:
        """The store that has these contents, one after the other. Nobody may change it.

        Raises: ValueError, DynaliteError.
        """
        if not contents:
            return self.base
        known = tuple(id(part) for content in contents for part in content)
        if known not in self._made:
            if len(self._made) >= _MOST:
                self._forget(next(iter(self._made)))
            self._made[known] = tuple(contents), _made(self.base, contents)
        return self._made[known][1]

    def close(self) -> None:
        """Close every store but the base."""
        for known in list(self._made):
            self._forget(known)

    def _forget(self, known: tuple[int, ...]) -> None:
        _, store = self._made.pop(known)
        store.close()


def fork(template: Store) -> Store:
    """A store of its own, with a clock of its own, that begins as the template is."""
    return template.fork(memory=True, clock=HeldClock())


def empty() -> Store:
    """A store in memory without anything in it."""
    return connect(clock=HeldClock())


def _made(base: Store, contents: Sequence[Content]) -> Store:
    store = fork(base)
    try:
        for content in contents:
            fill(store, content)
    except BaseException:
        store.close()
        raise
    return store


def fill(store: Store, content: Content) -> None:
    """Make the tables and put the items. Raises: ValueError, DynaliteError."""
    for request in creations(content.tables):
        store.create_table(**request)
    if callable(content.seed):
        content.seed(store)
        return
    for name, items in (content.seed or {}).items():
        with store.table(name, floats="repr").batch() as batch:
            for item in items:
                batch.put(item)


def creations(tables: Tables | None) -> list[dict[str, Any]]:
    """The CreateTable requests that are meant. Raises: ValueError."""
    if tables is None:
        return []
    if isinstance(tables, Mapping):
        if "TableName" in tables:
            return [_on_demand(tables)]
        return [_keyed(name, keys) for name, keys in tables.items()]
    requests: list[dict[str, Any]] = []
    for one in cast("Sequence[object]", tables):
        if isinstance(tables, str) or not isinstance(one, Mapping):
            raise ValueError(f"tables: {tables!r:.100} is neither a CreateTable request nor a list")
        requests += creations(cast("Mapping[str, Any]", one))
    return requests


def _on_demand(request: Mapping[str, Any]) -> dict[str, Any]:
    if "BillingMode" in request or "ProvisionedThroughput" in request:
        return dict(request)
    return {**request, "BillingMode": "PAY_PER_REQUEST"}


def _keyed(name: str, keys: object) -> dict[str, Any]:
    """The request for a table of which only the key is told: {"customer": "S", "number": "N"}."""
    if not isinstance(keys, Mapping):
        raise ValueError(f'tables: {name}: a key is told as {{"id": "S"}}, not as {keys!r:.100}')
    named = cast("Mapping[str, object]", keys)
    if len(named) not in (1, 2) or any(kind not in _TYPES for kind in named.values()):
        raise ValueError(
            f"tables: {name}: a key has one or two attributes of type S, N or B, not {keys!r:.100}"
        )
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": attribute, "AttributeType": kind} for attribute, kind in named.items()
        ],
        "KeySchema": [
            {"AttributeName": attribute, "KeyType": role}
            for attribute, role in zip(named, ("HASH", "RANGE"), strict=False)
        ],
    }
