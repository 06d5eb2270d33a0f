"""A client with DAX's caches before any client of DynamoDB's shape: this store's, or boto3's.

Eventually consistent reads are answered from the caches; all else goes through. Items that are
written through this client are in its item cache at once; results of queries stay until their time
is over, whatever is written. Source: facts, Cache semantics.
"""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Generator, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import Any, Protocol

from dynalite_py.doors.dax import keys
from dynalite_py.doors.dax.cache import Cache, Statistics
from dynalite_py.doors.dax.nodes import Node, Nodes
from dynalite_py.doors.library import convert, exceptions, pages
from dynalite_py.model import codec, values
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.model.errors import DynamoDBError

_LOG = logging.getLogger(__name__)
# The service's own default for both caches.
TTL_SECONDS = 300.0
CACHE_BYTES = 64 * 1024 * 1024
_STRIPES = 256
# A read of these members alone is one of the whole item, eventually consistent.
_PLAIN_GET = frozenset({"TableName", "Key", "ConsistentRead", "ReturnConsumedCapacity"})
_PLAIN_KEYS = frozenset({"Keys", "ConsistentRead"})
_NOTHING = b""


class Downstream(Protocol):
    """What is asked where the caches know nothing: clients of boto3's names and shapes."""

    get_item: Any
    batch_get_item: Any
    query: Any
    scan: Any
    put_item: Any
    update_item: Any
    delete_item: Any
    batch_write_item: Any
    transact_get_items: Any
    transact_write_items: Any
    describe_table: Any


class DaxClient:
    """The operations of DAX, by boto3's names; safe to use from many threads.

    client: a store, its client or boto3's. item_ttl, query_ttl: seconds; 0: items stay until there
    is no more room, results of queries are not kept. item_bytes, query_bytes: of memory, for each
    node and kind of cache. nodes, replication_lag, seed: a cluster whose other nodes learn of a
    write some seconds later, and which node each read goes to.
    """

    exceptions = exceptions

    def __init__(
        self,
        client: Downstream,
        *,
        item_ttl: float = TTL_SECONDS,
        query_ttl: float = TTL_SECONDS,
        item_bytes: int = CACHE_BYTES,
        query_bytes: int = CACHE_BYTES,
        nodes: int = 1,
        replication_lag: float = 0.5,
        seed: int = 0,
        clock: Clock | None = None,
    ) -> None:
        if min(item_ttl, query_ttl, item_bytes, query_bytes, replication_lag) < 0 or nodes < 1:
            raise exceptions.ParamValidationError("DaxClient takes no numbers below 0, and a node")
        clock = clock or SystemClock()
        self.client = client
        self._keeps_queries = query_ttl > 0
        made = [
            Node(
                Cache(most_bytes=item_bytes, ttl_seconds=item_ttl, clock=clock),
                Cache(most_bytes=query_bytes, ttl_seconds=query_ttl, clock=clock),
                Cache(most_bytes=query_bytes, ttl_seconds=query_ttl, clock=clock),
            )
            for _ in range(nodes)
        ]
        self._nodes = Nodes(made, lag_seconds=replication_lag, seed=seed, clock=clock)
        # Writes of one item follow each other in the cache as they did in the table. Each raises
        # its number: a read that began before it does not fill the cache behind it.
        self._stripes = [threading.Lock() for _ in range(_STRIPES)]
        self._written = [0] * _STRIPES
        self._key_names: dict[str, frozenset[str]] = {}
        self._background = ThreadPoolExecutor(1, thread_name_prefix="dax-refresh")
        self._refreshes: set[Future[None]] = set()

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(f"DAX has no {name}; ask the client behind it, which is .client")

    def close(self) -> None:
        """End what goes on in the background. The client behind it stays open."""
        self._background.shutdown()

    def settle(self) -> None:
        """Wait until items that transactions wrote are in the cache anew."""
        wait(list(self._refreshes))

    def clear(self) -> None:
        """Empty the caches."""
        self._nodes.clear()

    def statistics(self) -> dict[str, Statistics]:
        """Hits, misses, evictions and bytes, by ``items``, ``queries`` and ``scans``."""
        return self._nodes.statistics()

    def __str__(self) -> str:
        """The statistics as a table."""
        heads = ("cache", "hits", "misses", "ratio", "evictions", "expired", "entries", "bytes")
        lines = ["  ".join(f"{head:>9}" for head in heads)]
        for name, counted in self.statistics().items():
            asked = counted.hits + counted.misses
            ratio = f"{counted.hits / asked:.1%}" if asked else "-"
            cells = (name, counted.hits, counted.misses, ratio, counted.evictions)
            more = (counted.expired, counted.entries, counted.size_bytes)
            lines.append("  ".join(f"{cell:>9}" for cell in (*cells, *more)))
        return "\n".join(lines)

    # Reads.

    def get_item(self, **request: Any) -> Any:
        """One item, from the cache where it is there."""
        if request.get("ConsistentRead") or not request.keys() <= _PLAIN_GET:
            return self.client.get_item(**request)
        key = keys.of_item(request.get("TableName"), request.get("Key"))
        if key is None:
            return self.client.get_item(**request)
        node = self._nodes.any()
        held = node.items.get(key)
        if held is not None:
            return _answer({"Item": _decoded(held)} if len(held) else {})
        before = self._number(key)
        answer = self.client.get_item(**request)
        self._fill(node, key, answer.get("Item"), before)
        return answer

    def batch_get_item(self, **request: Any) -> Any:
        """Items of several tables; those that are in the cache are not asked for."""
        asked: Any = request.get("RequestItems")
        if not _is_batch_of_keys(asked):
            return self.client.batch_get_item(**request)
        node = self._nodes.any()
        found: dict[str, list[Any]] = {name: [] for name in asked}
        left: dict[str, Any] = {}
        misses: dict[str, tuple[str, Any, int]] = {}
        for name, part in asked.items():
            if part.get("ConsistentRead") or not part.keys() <= _PLAIN_KEYS:
                left[name] = part
                continue
            missing = self._look_up(node, name, part["Keys"], found[name], misses)
            if missing:
                left[name] = {**part, "Keys": missing}
        answer = _answer({"Responses": {}, "UnprocessedKeys": {}})
        if left:
            answer = self.client.batch_get_item(**{**request, "RequestItems": left})
        self._fill_batch(node, answer, misses)
        for name, items in found.items():
            answer["Responses"].setdefault(name, []).extend(items)
        _add_capacity(request, answer, asked)
        return answer

    def _look_up(
        self,
        node: Node,
        name: str,
        given: list[Any],
        found: list[Any],
        misses: dict[str, tuple[str, Any, int]],
    ) -> list[Any]:
        """The keys that the cache does not know; what it has is added to ``found``."""
        missing: list[Any] = []
        for each in given:
            key = keys.of_item(name, each)
            held = None if key is None else node.items.get(key)
            if held is None:
                missing.append(each)
                if key is not None:
                    misses[key] = (name, each, self._number(key))
            elif len(held):
                found.append(_decoded(held))
        return missing

    def _fill_batch(self, node: Node, answer: Any, misses: dict[str, tuple[str, Any, int]]) -> None:
        """Keep what a batch read: items that are there, and that others are not."""
        come: dict[str, Any] = {}
        for name, given, _ in misses.values():
            names = given.keys()
            for item in answer["Responses"].get(name, ()):
                key = keys.of_item(name, {each: item[each] for each in names if each in item})
                if key is not None:
                    come[key] = item
        unread = {
            keys.of_item(name, given)
            for name, part in answer.get("UnprocessedKeys", {}).items()
            for given in part["Keys"]
        }
        for key, (_, _, before) in misses.items():
            if key not in unread:
                self._fill(node, key, come.get(key), before)

    def query(self, **request: Any) -> Any:
        """A page of one partition, from the cache where the same was asked before."""
        return self._page("Query", request)

    def scan(self, **request: Any) -> Any:
        """A page of a table or index, from the cache where the same was asked before."""
        return self._page("Scan", request)

    def _page(self, operation: str, request: dict[str, Any]) -> Any:
        ask = self.client.query if operation == "Query" else self.client.scan
        passes = request.get("ConsistentRead") or not self._keeps_queries
        key = None if passes else keys.of_request(operation, request)
        if key is None:
            return ask(**request)
        node = self._nodes.any()
        cache = node.queries if operation == "Query" else node.scans
        held = cache.get(key)
        if held is not None:
            return _answer(_decoded(held))
        answer = ask(**request)
        beside = ("ResponseMetadata", "ConsumedCapacity")
        page = {name: member for name, member in answer.items() if name not in beside}
        cache.put(key, _encoded(page))
        return answer

    def transact_get_items(self, **request: Any) -> Any:
        """Items of one moment; the caches have no part in it."""
        return self.client.transact_get_items(**request)

    # Writes.

    def put_item(self, **request: Any) -> Any:
        """Put an item; the cache has it afterwards."""
        table, item = request.get("TableName"), request.get("Item")
        with self._writing([self._key_of_put(table, item)]):
            answer = self.client.put_item(**request)
            self._store(self._key_of_put(table, item, learn=True), _put_value(item))
        return answer

    def update_item(self, **request: Any) -> Any:
        """Update an item; the cache has what it became, if the service can be asked for it."""
        returns = request.get("ReturnValues", "NONE")
        sent = {**request, "ReturnValues": "ALL_NEW"} if returns == "NONE" else request
        key = keys.of_item(request.get("TableName"), request.get("Key"))
        with self._writing([key]):
            answer = self.client.update_item(**sent)
            item = answer.get("Attributes") if returns in ("NONE", "ALL_NEW") else None
            self._store(key, _encoded(item) if item else None)
        if returns == "NONE":
            answer.pop("Attributes", None)
        return answer

    def delete_item(self, **request: Any) -> Any:
        """Delete an item; the cache knows that it is not there."""
        key = keys.of_item(request.get("TableName"), request.get("Key"))
        with self._writing([key]):
            answer = self.client.delete_item(**request)
            self._store(key, _NOTHING)
        return answer

    def batch_write_item(self, **request: Any) -> Any:
        """Put and delete items; the cache has those that were processed."""
        writes = list(_writes(request.get("RequestItems")))
        with self._writing(self._key_of_write(name, write) for name, write in writes):
            answer = self.client.batch_write_item(**request)
            left = answer.get("UnprocessedItems", {})
            for name, write in writes:
                if write not in left.get(name, ()):
                    put = write.get("PutRequest")
                    value = _NOTHING if put is None else _put_value(put["Item"])
                    self._store(self._key_of_write(name, write, learn=True), value)
        return answer

    def transact_write_items(self, **request: Any) -> Any:
        """Write all or none. The cache reads the items again, in the background."""
        answer = self.client.transact_write_items(**request)
        places: list[tuple[str, Any]] = []
        for each in request["TransactItems"]:
            for kind, action in each.items():
                name = action["TableName"]
                if kind == "Put":
                    names = self._names(name)
                    places.append((name, {each: action["Item"][each] for each in names}))
                elif kind != "ConditionCheck":
                    places.append((name, action["Key"]))
        if places:
            refresh = self._background.submit(self._refresh, places)
            self._refreshes.add(refresh)
            refresh.add_done_callback(self._refreshed)
        return answer

    def _refresh(self, places: list[tuple[str, Any]]) -> None:
        """Read items again; where that fails they are not in the cache, and not wrong there."""
        known = [keys.of_item(name, given) for name, given in places]
        for key in known:
            with self._writing([key]):
                self._store(key, None)
        before = [self._number(key) for key in known]
        gets = [{"Get": {"TableName": name, "Key": given}} for name, given in places]
        answer = self.client.transact_get_items(TransactItems=gets)
        for key, number, response in zip(known, before, answer["Responses"], strict=True):
            item = response.get("Item")
            with self._writing([key]):
                if self._number(key) == number:
                    self._store(key, _encoded(item) if item else _NOTHING)

    def _refreshed(self, refresh: Future[None]) -> None:
        self._refreshes.discard(refresh)
        if refresh.exception() is not None:
            _LOG.warning(
                "items could not be read again after a transaction", exc_info=refresh.exception()
            )

    # What writes and reads share.

    def _key_of_write(self, table: str, write: Any, *, learn: bool = False) -> str | None:
        if "PutRequest" in write:
            return self._key_of_put(table, write["PutRequest"].get("Item"), learn=learn)
        return keys.of_item(table, write.get("DeleteRequest", {}).get("Key"))

    def _key_of_put(self, table: Any, item: Any, *, learn: bool = False) -> str | None:
        """The key of an item that is put; None where its table's key is not known.

        learn: the table is there, for the item was put, so it can be asked.
        """
        names = self._names(table) if learn else self._key_names.get(table)
        if names is None or not isinstance(item, Mapping):
            return None
        given: Mapping[str, Any] = item
        return keys.of_item(table, {name: given[name] for name in names if name in given})

    def _names(self, table: str) -> frozenset[str]:
        """The key attributes of a table: asked for once."""
        names = self._key_names.get(table)
        if names is None:
            described = self.client.describe_table(TableName=table)["Table"]
            names = frozenset(each["AttributeName"] for each in described["KeySchema"])
            self._key_names[table] = names
        return names

    @contextlib.contextmanager
    def _writing(self, written: Iterable[str | None]) -> Generator[None]:
        """Nobody else writes these items meanwhile, through this client."""
        stripes = sorted({hash(key) % _STRIPES for key in written if key is not None})
        with contextlib.ExitStack() as held:
            for stripe in stripes:  # In one order for all, so that nobody waits in a circle.
                held.enter_context(self._stripes[stripe])
            yield

    def _number(self, key: str | None) -> int:
        return self._written[hash(key) % _STRIPES]

    def _store(self, key: str | None, value: bytes | None) -> None:
        """An item was written. value: nothing where it is gone, None where it is not known."""
        if key is not None:
            self._written[hash(key) % _STRIPES] += 1
            self._nodes.write(key, value)

    def _fill(self, node: Node, key: str, item: Any, before: int) -> None:
        """Keep what was read, unless it was written meanwhile, or just is."""
        lock = self._stripes[hash(key) % _STRIPES]
        if lock.acquire(blocking=False):
            try:
                if self._number(key) == before:
                    node.items.put(key, _NOTHING if item is None else _encoded(item))
            finally:
                lock.release()

    # Pages.

    def can_paginate(self, operation_name: str) -> bool:
        """Whether ``get_paginator`` knows this method name."""
        return operation_name in ("query", "scan")

    def get_paginator(self, operation_name: str) -> pages.Paginator:
        """A paginator for ``query`` or ``scan``. Raises: ParamValidationError."""
        if not self.can_paginate(operation_name):
            raise exceptions.ParamValidationError(f"{operation_name} has no paginator")
        return pages.Paginator(getattr(self, operation_name), pages.PAGINATORS[operation_name])


def _is_batch_of_keys(asked: Any) -> bool:
    return isinstance(asked, dict) and all(
        isinstance(part, dict) and isinstance(part.get("Keys"), list) for part in asked.values()
    )


def _writes(given: Any) -> Generator[tuple[str, Any]]:
    """The writes of a batch, as far as it is one."""
    for name, writes in given.items() if isinstance(given, dict) else ():
        for write in writes if isinstance(writes, list) else ():
            if isinstance(write, dict):
                yield name, write


def _put_value(item: Any) -> bytes | None:
    """An item as the table has it; None where that cannot be told."""
    try:
        wire: Any = convert.request("PutItem", {"Item": item})["Item"]
        return codec.encode(values.canonical_item(wire))
    except (DynamoDBError, exceptions.DynaliteError):
        return None


def _add_capacity(request: Any, answer: Any, asked: Any) -> None:
    """What was answered from the cache consumed nothing, and that is said."""
    if request.get("ReturnConsumedCapacity", "NONE") == "NONE":
        return
    shown = answer.setdefault("ConsumedCapacity", [])
    known = {each["TableName"] for each in shown}
    shown += [{"TableName": name, "CapacityUnits": 0.0} for name in asked if name not in known]


def _encoded(value: Any) -> bytes:
    """An item, or an answer, as bytes."""
    return codec.encode(convert.request("", {"Kept": value})["Kept"])


def _decoded(held: memoryview) -> Any:
    return convert.response(held)  # type: ignore[arg-type]


def _answer(members: dict[str, Any]) -> dict[str, Any]:
    members["ResponseMetadata"] = {
        "RequestId": "",
        "HTTPStatusCode": 200,
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }
    return members
