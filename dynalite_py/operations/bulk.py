"""Many items at once from a file into a table: one transaction a batch, with the place in the file.

There is no such request in DynamoDB's API. What a batch holds was made canonical by who read it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple, TypeAlias

from dynalite_py.model import keys, sizes
from dynalite_py.model.keys import Key
from dynalite_py.model.values import Item
from dynalite_py.operations import replies, writes
from dynalite_py.operations.scope import Scope
from dynalite_py.storage import items, loads
from dynalite_py.storage.loads import Mark
from dynalite_py.storage.writer import Transaction, Work

# A canonical item to be put, or a key whose item goes.
Element: TypeAlias = tuple[Item, bool]
# What one transaction holds: enough that a commit costs little, so few that others wait little.
ELEMENTS: Final = 4000
BYTES: Final = 2 * 1024 * 1024


class Batch(NamedTuple):
    """One transaction. taken: how many elements it holds; is_last: whether there were no more."""

    work: Work
    taken: int
    is_last: bool


def batch(scope: Scope, name: str, elements: Iterator[Element], mark: Mark) -> Batch:
    """Put and delete the next elements, and keep the place behind them.

    mark: the place before them. Of two with one key the later counts. Raises: DynamoDBError while
    it takes the elements, so that who gives them knows which one is refused.
    """
    table = scope.table(name)
    rows: dict[Key, writes.New | None] = {}
    taken = size = 0
    for item, is_put in elements:
        if is_put:
            text = writes.checked_text(item)
            key = writes.put_key(table, item)
            rows[key] = (item, text, sizes.measure(item, table.sort_key))
            size += len(text)
        else:
            rows[keys.of_key(table, item)] = None
        taken += 1
        if taken == ELEMENTS or size > BYTES:
            break
    is_last = taken < ELEMENTS and size <= BYTES
    after = mark._replace(done=None if is_last else (mark.done or 0) + taken)

    def work(transaction: Transaction) -> bytes:
        present = scope.current(table)
        if present is not table:
            for new in rows.values():
                if new is not None:
                    keys.check_index_keys(present, new[0])
        is_plain = not (present.indexes or present.logged or present.expires_by)
        # In the order of the rows' own index, which is by hash: neighbours share its pages.
        for key in sorted(rows, key=_hash):
            new = rows[key]
            if (
                is_plain
                and new is not None
                and items.write_new(transaction, present, key, new[1], new[2])
            ):
                continue
            old = items.read(transaction.db, present.id, key)
            writes.store(transaction, present, key, new, old)
        loads.save(transaction, present.id, after)
        return replies.EMPTY

    return Batch(work, taken, is_last)


def done(scope: Scope, name: str, mark: Mark) -> int:
    """How many elements of a file are in the table already. Raises: DynamoDBError."""
    table = scope.table(name)
    return scope.database.read(lambda db: loads.done(db, table.id, mark.source, mark.stamp))


def _hash(key: Key) -> int:
    return key[0]
