"""BatchGetItem and BatchWriteItem: many items of several tables in one request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import apsw

from dynalite_py.capacity import units
from dynalite_py.model import codec, errors, expression_errors, keys, limits, sizes, values
from dynalite_py.model.keys import Key
from dynalite_py.model.tables import Table
from dynalite_py.model.values import Item
from dynalite_py.operations import expressions, replies, writes
from dynalite_py.operations.items import check_key_paths
from dynalite_py.operations.operation import LateRows, Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage import items, ranges
from dynalite_py.storage.claims import Place
from dynalite_py.storage.writer import Transaction, Work


class _Gets(NamedTuple):
    """What BatchGetItem reads of one table: canonical keys, and keys as columns."""

    name: str
    block: dict[str, Any]
    table: Table
    given: list[Item]
    keys: list[Key]
    projection: expressions.Projector | None


@dataclass(frozen=True, slots=True)
class _Reads:
    """The work of BatchGetItem, a BatchRead."""

    gets: list[_Gets]
    mode: str | None
    with_versions: bool

    @property
    def may_be_late(self) -> list[Place]:
        """The items of blocks without ConsistentRead."""
        return [
            (get.table.id, key)
            for get in self.gets
            if not get.block.get("ConsistentRead")
            for key in get.keys
        ]

    def __call__(
        self, db: apsw.Connection, *, brief: bool = False, late: LateRows | None = None
    ) -> bytes:
        """The answer's bytes. Raises: ranges.TooLongError."""
        ranges.check_brief(sum(len(get.keys) for get in self.gets), brief=brief)
        return _read_batch(db, self.gets, self.mode, self.with_versions, late)


def batch_get_item(scope: Scope, request: Request) -> _Reads:
    """Read up to 100 items by their keys. Raises: DynamoDBError."""
    blocks: dict[str, dict[str, Any]] = request["RequestItems"]
    checked = _checked_blocks(blocks)
    tables = [scope.table(name) for name in blocks]
    gets: list[_Gets] = []
    for table, (name, block) in zip(tables, blocks.items(), strict=True):
        given, projection = checked[name]
        places = [keys.of_key(table, key) for key in given]
        if projection is not None:
            check_key_paths(table, projection)
        gets.append(_Gets(name, block, table, given, places, projection))
    with_versions = bool(scope.extensions and request.get("ReturnVersion"))
    return _Reads(gets, replies.capacity_mode(request), with_versions)


def _checked_blocks(
    blocks: dict[str, dict[str, Any]],
) -> dict[str, tuple[list[Item], expressions.Projector | None]]:
    """Canonical keys and projection of every table, checked without a look at the tables."""
    styles = {style for block in blocks.values() for style in _STYLES if style in block}
    if len(styles) > 1:
        raise expression_errors.mixed_parameters(["AttributesToGet"], ["ProjectionExpression"])
    checked: dict[str, tuple[list[Item], expressions.Projector | None]] = {}
    count = 0
    for name, block in blocks.items():
        projection = expressions.bound(expressions.BATCH_GET, block).projection
        checked[name] = [values.canonical_item(key) for key in block["Keys"]], projection
        given = [_text_of(key) for key in block["Keys"]]
        # By text, as the service does: 1000 and 1e3 are no duplicates, and the item comes once.
        if len(set(given)) != len(given):
            raise errors.duplicate_keys()
        count += len(given)
        if count > limits.BATCH_GET_KEYS:
            raise errors.too_many_batch_items("BatchGetItem")
    return checked


def _text_of(key: dict[str, Any]) -> str:
    """A checked key as it was given, but for members that no attribute value has."""
    known = {
        name: {kind: value[kind] for kind in value if kind in values.TYPES}
        for name, value in key.items()
    }
    return codec.sorted_text(known)


_STYLES = ("AttributesToGet", "ProjectionExpression")


def _read_batch(
    db: apsw.Connection,
    gets: list[_Gets],
    mode: str | None,
    with_versions: bool,
    late: LateRows | None,
) -> bytes:
    room = limits.BATCH_GET_BYTES
    found: list[str] = []
    unprocessed: dict[str, Any] = {}
    capacity: list[dict[str, Any]] = []
    versions: dict[str, list[int]] = {}
    for get in gets:
        texts: list[str] = []
        consumed = replies.Consumed()
        consistent = bool(get.block.get("ConsistentRead"))
        known = None if consistent else late
        seen: set[Key] = set()
        left: list[Item] = []
        for key, given in zip(get.keys, get.given, strict=True):
            row = None
            if room:
                table_id = get.table.id
                row = items.read(db, table_id, key) if known is None else known[table_id, key]
            size = row[1] if row is not None else 0
            if not room or (size > room and key not in seen):
                room = 0
                left.append(given)
                size = 0  # A key that comes back costs the least there is.
            consumed.table_units += units.read_units(size, consistent=consistent)
            if row is None or not room or key in seen:
                continue
            seen.add(key)
            room -= size
            texts.append(_shown(row[3], get.projection))
            versions.setdefault(get.name, []).append(row[2])
        found.append(f"{codec.text(get.name)}:[{','.join(texts)}]")
        if left:
            unprocessed[get.name] = {**get.block, "Keys": left}
        capacity.append(consumed.shown(get.name, mode or "TOTAL"))
    members: list[str] = []
    if mode is not None:
        members.append(replies.member("ConsumedCapacity", capacity))
    members.append(f'"Responses":{{{",".join(found)}}}')
    members.append(replies.member("UnprocessedKeys", unprocessed))
    if with_versions:
        members.append(replies.member("Versions", versions))
    return replies.joined(members)


def _shown(text: str, projection: expressions.Projector | None) -> str:
    if projection is None:
        return text
    return codec.text(projection.of(codec.decode(text)))


class _Write(NamedTuple):
    """One element of BatchWriteItem: what is stored under a key, or None to delete."""

    name: str
    table: Table
    key: Key
    key_item: Item
    new: writes.New | None


def batch_write_item(scope: Scope, request: Request) -> Work:
    """Put and delete up to 25 items.

    One bad element refuses the whole batch. Raises: DynamoDBError.
    """
    elements = [
        (name, *_element(each)) for name, given in request["RequestItems"].items() for each in given
    ]
    if len(elements) > limits.BATCH_WRITE_REQUESTS:
        raise errors.too_many_batch_items("BatchWriteItem")
    texts = [writes.checked_text(item) if is_put else None for _, is_put, item in elements]
    tables = {name: scope.table(name) for name in request["RequestItems"]}
    actions = [
        _write(tables[name], name, item, text)
        for (name, _, item), text in zip(elements, texts, strict=True)
    ]
    places = {(action.table.id, action.key) for action in actions}
    if len(places) != len(actions):
        raise errors.duplicate_keys()

    def work(transaction: Transaction) -> bytes:
        return _write_batch(scope, request, transaction, actions)

    return work


def _element(given: dict[str, Any]) -> tuple[bool, Item]:
    """Whether an element of the batch puts, and its canonical item or key."""
    put, delete = given.get("PutRequest"), given.get("DeleteRequest")
    if (put is None) == (delete is None):
        raise errors.several_types()
    if put is not None:
        return True, values.canonical_item(put["Item"])
    assert delete is not None
    return False, values.canonical_item(delete["Key"])


def _write(table: Table, name: str, item: Item, text: str | None) -> _Write:
    """One element. text: of an item to put, None where item is the key of one to delete."""
    if text is None:
        return _Write(name, table, keys.of_key(table, item), item, None)
    if any(key not in item for key in table.key_names):
        raise errors.key_does_not_fit()
    # Key faults have the Key parameters' words here, for puts as well.
    key = keys.of_key(table, keys.key_item(table, item))
    keys.check_index_keys(table, item)
    return _Write(name, table, key, item, (item, text, sizes.measure(item, table.sort_key)))


def _write_batch(
    scope: Scope, request: Request, transaction: Transaction, actions: list[_Write]
) -> bytes:
    consumed: dict[str, replies.Consumed] = {}
    metrics: dict[str, dict[Key, dict[str, Any]]] = {}
    for action in actions:
        present = scope.current(action.table)
        if present is not action.table and action.new is not None:
            keys.check_index_keys(present, action.new[0])
        old = items.read(transaction.db, present.id, action.key)
        changes = writes.store(transaction, present, action.key, action.new, old)
        spent = replies.table_write_units(old, action.new[2][0] if action.new else None)
        consumed.setdefault(action.name, replies.Consumed()).add_write(spent, changes)
    for action in actions:  # Once all is written: a collection may have several writes.
        if replies.wants_collection_metrics(request, action.table):
            collection = (action.key[0], action.key[1], "")
            metrics.setdefault(action.name, {})[collection] = replies.collection_metrics(
                transaction.db, action.table, action.key, action.key_item
            )
    members: list[str] = []
    mode = replies.capacity_mode(request)
    if mode is not None:
        shown = [spent.shown(name, mode) for name, spent in consumed.items()]
        members.append(replies.member("ConsumedCapacity", shown))
    if metrics:
        shown_metrics = {name: list(found.values()) for name, found in metrics.items()}
        members.append(replies.member("ItemCollectionMetrics", shown_metrics))
    members.append('"UnprocessedItems":{}')
    return replies.joined(members)


OPERATIONS = (
    Operation("BatchGetItem", "range", batch_get_item),
    Operation("BatchWriteItem", "write", batch_write_item),
)
