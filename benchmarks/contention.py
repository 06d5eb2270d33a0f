"""One item that many threads change: attempts and write units an update, way by way.

python -m benchmarks.contention [UPDATES]    # a table for docs/locking.md

Every thread reads the item, counts its number up and writes it, until that was acknowledged. Counts
say more than times here: they depend little on the machine's other work.
"""

from __future__ import annotations

import sys
import tempfile
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import dynalite_py
from dynalite_py.patterns import counters
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.leases import Locks

TABLE, LOCKS, KEY, WIRE_KEY = "Contended", "Locks", {"pk": "shared"}, {"pk": {"S": "shared"}}
THREADS = (1, 2, 4, 8, 16)
UPDATES = 40  # of each thread
MANY = 1_000_000
JITTER = Backoff(attempts=MANY, base_seconds=0.005, cap_seconds=0.2)
AT_ONCE = Backoff(attempts=MANY, base_seconds=0)

Update: TypeAlias = Callable[[dynalite_py.Store], int]  # One update; its attempts.


def own_version(store: dynalite_py.Store, policy: Backoff = JITTER) -> int:
    """The store's own version."""
    return _retried(store.table(TABLE), policy)


def own_version_at_once(store: dynalite_py.Store) -> int:
    """The same, tried again without a wait."""
    return own_version(store, AT_ONCE)


def attribute(store: dynalite_py.Store) -> int:
    """A version attribute."""
    return _retried(store.table(TABLE, version_attribute="version"), JITTER)


def _retried(table: dynalite_py.Table, policy: Backoff) -> int:
    attempts: list[None] = []

    def count_up(item: dict[str, Any]) -> dict[str, Any]:
        attempts.append(None)
        return {**item, "n": item.get("n", 0) + 1}

    table.update_with_retry(KEY, count_up, policy=policy)
    return len(attempts)


def transaction(store: dynalite_py.Store) -> int:
    """TransactWriteItems with the number that was read as its condition."""
    table = store.table(TABLE)
    for attempt in JITTER.tries():
        item = table.get(KEY, consistent=True) or {"n": 0}
        update: Any = {
            "TableName": TABLE,
            "Key": WIRE_KEY,
            "UpdateExpression": "SET n = :next",
            "ConditionExpression": "attribute_not_exists(n) OR n = :read",
            "ExpressionAttributeValues": {
                ":read": {"N": str(item["n"])},
                ":next": {"N": str(item["n"] + 1)},
            },
        }
        try:
            store.transact_write_items(TransactItems=[{"Update": update}])
        except store.exceptions.TransactionCanceledException as refusal:
            reasons = {reason["Code"] for reason in refusal.cancellation_reasons}
            if not reasons & {"ConditionalCheckFailed", "TransactionConflict"}:
                raise
            continue
        return attempt
    raise AssertionError("the attempts do not end")


def lock(store: dynalite_py.Store) -> int:
    """A lease around a plain read and put; the looks at the lock are its attempts."""
    waits: list[float] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        JITTER.sleep(seconds)

    policy = Backoff(base_seconds=0.005, cap_seconds=0.2, sleep=sleep)
    name = f"{threading.get_ident()}"
    locks = Locks(store, LOCKS, owner=name, lease_seconds=60, policy=policy)
    table = store.table(TABLE)
    lease = locks.acquire("shared", wait_seconds=600)
    item: dict[str, Any] = table.get(KEY, consistent=True) or dict(KEY)
    table.put({**item, "n": item.get("n", 0) + 1})
    lease.release()
    return len(waits) + 1


def atomic(store: dynalite_py.Store) -> int:
    """ADD, which needs no version."""
    counters.add(store, TABLE, KEY, "n")
    return 1


@dataclass(frozen=True, slots=True)
class Way:
    """A way to change an item, and the write units it takes where it succeeds and where not."""

    name: str
    update: Update
    units: float
    units_failed: float


WAYS = (
    Way("`ADD`, no version", atomic, 1, 0),
    Way("the store's own version", own_version, 1, 1),
    Way("the same without waits", own_version_at_once, 1, 1),
    Way("version attribute", attribute, 1, 1),
    Way("transaction", transaction, 2, 2),
    Way("lease (lock, put, release)", lock, 3, 0),
)


@dataclass(frozen=True, slots=True)
class Found:
    """Of one way at one number of threads, an update: attempts, write units."""

    attempts: float
    units: float


def measured(way: Way, threads: int, updates: int) -> Found:
    """Let so many threads change one item so often each. The item must have every change."""
    with tempfile.TemporaryDirectory() as room:
        store = dynalite_py.connect(Path(room) / "contended.db")
        for name, key in ((TABLE, "pk"), (LOCKS, "name")):
            store.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
                KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            )
        attempts: list[int] = []
        begin = threading.Barrier(threads)

        def work() -> None:
            begin.wait()
            attempts.extend([way.update(store) for _ in range(updates)])

        running = [threading.Thread(target=work) for _ in range(threads)]
        for thread in running:
            thread.start()
        for thread in running:
            thread.join()
        item = store.table(TABLE).get(KEY)
        store.close()
    total = threads * updates
    if item is None or item["n"] != total:
        raise AssertionError(f"{way.name}: {item} after {total} updates")
    failed = sum(attempts) - total
    units = way.units * total + way.units_failed * failed
    return Found(sum(attempts) / total, units / total)


def table(threads: Sequence[int], updates: int) -> list[str]:
    """The lines of a table in Markdown."""
    lines = [
        "| attempts an update (write units), threads: | " + " | ".join(map(str, threads)) + " |",
        "|---" * (len(threads) + 1) + "|",
    ]
    for way in WAYS:
        cells = [measured(way, count, updates) for count in threads]
        shown = [f"{one.attempts:.2f} ({one.units:.2f})" for one in cells]
        lines.append(f"| {way.name} | " + " | ".join(shown) + " |")
    return lines


def main() -> None:
    """Print the table."""
    updates = int(sys.argv[1]) if len(sys.argv) > 1 else UPDATES
    print("\n".join(table(THREADS, updates)))


if __name__ == "__main__":
    main()
