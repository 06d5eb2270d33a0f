"""Large values beside the table: texts and binaries that no item could hold, or should not.

A value over a threshold is compressed; if it is still large it becomes an object of its own, in a
folder or in S3, and the item keeps a pointer: the object's name, its size and its hash. No
transaction spans both, so the object is written before the item, under a name that nobody used, and
deleted only when no item points to it: at once where the item was replaced through this module,
through the table's stream, and, whatever was killed when, by a sweep that deletes objects which are
older than a grace period and which no item points to. Source: facts, Large items.
"""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from dynalite_py.model import limits, plain
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.patterns import backoff, clients, object_stores, pages
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.object_stores import ObjectMissingError, ObjectStore

# Members of the map that stands in an item for a value: of a pointer the first, of a value that was
# only compressed the second. No value of the user's own has either.
OBJECT, PACKED = "dynalite:object", "dynalite:packed"
KIND, SIZE, HASH, ENCODING = "kind", "size", "sha256", "encoding"

DAY = 24 * 3600.0
_READS = 100  # of an item whose objects are replaced while they are read


class DamagedObjectError(Exception):
    """What an item points to is not what was stored: cut, changed, or larger than it says."""

    def __init__(self, attribute: str) -> None:
        super().__init__(f"The stored value of {attribute!r:.80} is damaged")
        self.attribute = attribute


class ReservedMemberError(ValueError):
    """A value has a member that only pointers may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LargeObjects:
    """A table whose large values lie beside it. One store, or prefix of one, belongs to one table.

    beside_bytes: a value that is larger when compressed becomes an object. compress_bytes: a value
    that is larger is compressed, where that saves a tenth. Keys are at most 2,048 bytes, so neither
    may be less. largest_bytes: no value may be larger. grace_seconds: how old an object must be
    before a sweep may delete it: much longer than any write takes. remove_replaced: delete what an
    item pointed to as soon as it does not; set it to False where backups or copies of the table
    need the objects.
    """

    client: clients.Client
    table: str
    objects: ObjectStore
    beside_bytes: int = 32 * 1024
    compress_bytes: int = limits.PARTITION_KEY_BYTES
    largest_bytes: int = 256 * 1024 * 1024
    grace_seconds: float = DAY
    remove_replaced: bool = True
    clock: Clock = field(default_factory=SystemClock)
    monotonic: Callable[[], float] = time.monotonic
    new_name: Callable[[], str] = object_stores.new_name
    policy: Backoff = field(default_factory=Backoff)

    def __post_init__(self) -> None:
        if min(self.beside_bytes, self.compress_bytes) < limits.PARTITION_KEY_BYTES:
            raise ValueError("A value of 2,048 bytes may be a key, so it stays as it is")

    # Items

    def put(self, item: clients.Plain, **members: Any) -> None:
        """Write an item, its large values beside it.

        members: further ones of PutItem, such as ``ConditionExpression``. Raises: ValueError for a
        value that is too large, ReservedMemberError, the client's refusals.
        """
        began = self.monotonic()
        written, objects = self._packed(item)
        began = self._stored(objects, began)
        answer = self.client.put_item(
            TableName=self.table, Item=written, **{**members, "ReturnValues": "ALL_OLD"}
        )
        self._store_again(objects, began)
        self._remove(pointers(answer.get("Attributes", {})) - pointers(written))

    def set(self, key: clients.Plain, values: clients.Plain, **members: Any) -> None:
        """Set attributes of an item, made if it is not there; its other attributes stay.

        members: further ones of UpdateItem, such as ``ConditionExpression`` with its names and
        values. Raises: as ``put`` does.
        """
        began = self.monotonic()
        written, objects = self._packed(values)
        names = {f"#dynalite_{index}": name for index, name in enumerate(written)}
        bound = {f":dynalite_{index}": value for index, value in enumerate(written.values())}
        actions = [f"{name} = {value}" for name, value in zip(names, bound, strict=True)]
        began = self._stored(objects, began)
        request = {
            **members,
            "TableName": self.table,
            "Key": plain.item_out(key),
            "UpdateExpression": "SET " + ", ".join(actions),
            "ExpressionAttributeNames": {**members.get("ExpressionAttributeNames", {}), **names},
            "ExpressionAttributeValues": {**members.get("ExpressionAttributeValues", {}), **bound},
            "ReturnValues": "UPDATED_OLD",
        }
        answer = self.client.update_item(**request)
        self._store_again(objects, began)
        self._remove(pointers(answer.get("Attributes", {})) - pointers(written))

    def get(self, key: clients.Plain) -> plain.PlainItem | None:
        """The item with its values, read consistently; None if there is none.

        An item that is replaced while its objects are read is read again. Raises:
        DamagedObjectError, and ObjectMissingError where an item points to nothing.
        """
        seen: set[str] = set()
        for attempt in range(_READS):
            answer = self.client.get_item(
                TableName=self.table, Key=plain.item_out(key), ConsistentRead=True
            )
            if not answer.get("Item"):
                return None
            try:
                return self.resolve(answer["Item"])
            except ObjectMissingError as missing:
                if missing.name in seen or attempt == _READS - 1:
                    raise
                seen.add(missing.name)
        raise AssertionError("the last attempt returns or raises")

    def delete(self, key: clients.Plain, **members: Any) -> None:
        """Delete an item, then its objects. members: further ones of DeleteItem."""
        request = {**members, "ReturnValues": "ALL_OLD"}
        answer = self.client.delete_item(TableName=self.table, Key=plain.item_out(key), **request)
        self._remove(pointers(answer.get("Attributes", {})))

    def resolve(self, item: clients.Wire) -> plain.PlainItem:
        """An item of an answer, such as Query's, in plain values with its large ones.

        Raises: ObjectMissingError where the item was replaced since it was read: ``get`` reads
        again; DamagedObjectError.
        """
        return {
            name: self._opened(name, value) if _is_ours(value) else plain.value_in(value)
            for name, value in item.items()
        }

    def prepare(self, item: clients.Plain) -> clients.Wire:
        """Write the large values of an item, and give what stands for it in a request of any kind.

        For transactions and batches: send the request soon, well within ``grace_seconds``.
        """
        began = self.monotonic()
        written, objects = self._packed(item)
        self._stored(objects, began)
        return written

    # Objects that no item points to

    def collect(self, records: Iterable[Mapping[str, Any]]) -> int:
        """Delete what the records of the table's stream say is no longer pointed to; how many.

        records: of GetRecords or of Lambda's event, with old images. Records may come twice, and
        need not be in order. Raises: ValueError for records without old images.
        """
        count = 0
        for record in records:
            if record["eventName"] == "INSERT":
                continue
            data = record["dynamodb"]
            if "OldImage" not in data:
                raise ValueError("The stream must have the view type NEW_AND_OLD_IMAGES")
            old = pointers(data["OldImage"])
            gone = old - self._pointed_now(record) if old else old
            self._delete(gone)
            count += len(gone)
        return count

    def orphans(self) -> Iterator[str]:
        """Names of objects older than the grace period that no item points to.

        The objects are listed before the items are read: what is old by then and still used is
        seen. Reads the whole table.
        """
        old_enough = self.clock.now() - self.grace_seconds
        suspects = {name for name, changed in self.objects.list() if changed < old_enough}
        if suspects:
            scan = {"TableName": self.table, "ConsistentRead": True}
            for item in pages.items(self.client, self.policy, self.client.scan, **scan):
                suspects -= pointers(item)
        yield from sorted(suspects)

    def sweep(self) -> int:
        """Delete objects that no item points to, whatever left them; how many."""
        names = set(self.orphans())
        self._delete(names)
        return len(names)

    # Values

    def _packed(self, item: clients.Plain) -> tuple[clients.Wire, dict[str, bytes]]:
        """What stands for an item, and the objects it points to by their names."""
        objects: dict[str, bytes] = {}
        wire = plain.item_out(item)
        for name, value in wire.items():
            if _is_ours(value):
                raise ReservedMemberError(f"{name!r:.80} has a member that only pointers may have")
            [(kind, content)] = value.items()
            if kind in ("S", "B"):
                wire[name] = self._value(name, kind, content, objects)
        return wire, objects

    def _value(
        self, name: str, kind: str, content: str | bytes, objects: dict[str, bytes]
    ) -> dict[str, Any]:
        """What stands for one value that may be large."""
        raw = content.encode() if isinstance(content, str) else content
        if len(raw) > self.largest_bytes:
            raise ValueError(f"{name!r:.80} has more than {self.largest_bytes} bytes")
        encoding, data = "none", raw
        if len(raw) > self.compress_bytes:
            packed = zlib.compress(raw)
            if len(packed) <= len(raw) * 0.9:
                encoding, data = "zlib", packed
        told = {
            KIND: {"S": kind},
            SIZE: {"N": str(len(raw))},
            HASH: {"S": hashlib.sha256(raw).hexdigest()},
            ENCODING: {"S": encoding},
        }
        if len(data) > self.beside_bytes:
            object_name = self.new_name()
            objects[object_name] = data
            return {"M": {OBJECT: {"S": object_name}, **told}}
        if encoding == "none":
            return {kind: content}
        return {"M": {PACKED: {"B": data}, **told}}

    def _opened(self, attribute: str, value: Mapping[str, Any]) -> str | bytes:
        """The value that a pointer or a compressed value stands for."""
        told = plain.item_in(value["M"])
        try:
            data = self.objects.get(told[OBJECT]) if OBJECT in told else told[PACKED]
            raw = _unpacked(data, told[ENCODING], min(told[SIZE], self.largest_bytes))
            if hashlib.sha256(raw).hexdigest() == told[HASH]:
                return raw.decode() if told[KIND] == "S" else raw
        except (KeyError, TypeError, ValueError, zlib.error):
            pass  # Not as it was written: damaged, as below.
        raise DamagedObjectError(attribute)

    # Objects

    def _stored(self, objects: Mapping[str, bytes], began: float) -> float:
        """Write objects; a moment before the oldest of them was written."""
        for name, data in objects.items():
            self.objects.put(name, data)
        if self._took_long(began):  # The first could be swept before the item is written.
            began = self.monotonic()
            for name, data in objects.items():
                self.objects.put(name, data)
        return began

    def _store_again(self, objects: Mapping[str, bytes], began: float) -> None:
        """Behind a write of an item that took so long that a sweep may have met its objects."""
        if objects and self._took_long(began):
            for name, data in objects.items():
                self.objects.put(name, data)

    def _took_long(self, began: float) -> bool:
        return self.monotonic() - began > self.grace_seconds / 2

    def _remove(self, names: set[str]) -> None:
        """Delete what an item of ours pointed to until now."""
        if self.remove_replaced:
            self._delete(names)

    def _delete(self, names: set[str]) -> None:
        for name in sorted(names):
            self.objects.delete(name)

    def _pointed_now(self, record: Mapping[str, Any]) -> set[str]:
        """What the item of a record points to behind its change."""
        data = record["dynamodb"]
        if record["eventName"] == "REMOVE":
            return set()
        if "NewImage" in data:
            return pointers(data["NewImage"])
        answer = backoff.request(
            self.client,
            self.policy,
            self.client.get_item,
            TableName=self.table,
            Key=data["Keys"],
            ConsistentRead=True,
        )
        return pointers(answer.get("Item") or {})


def pointers(item: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The names of the objects that an item, in a client's shapes, points to."""
    found = {value["M"].get(OBJECT, {}).get("S", "") for value in item.values() if "M" in value}
    return {name for name in found if object_stores.is_name(name)}


def _is_ours(value: Mapping[str, Any]) -> bool:
    return "M" in value and (OBJECT in value["M"] or PACKED in value["M"])


def _unpacked(data: bytes, encoding: str, size: int) -> bytes:
    """The bytes of a value, never more than it said: what is larger is damaged."""
    if encoding == "none":
        return data
    if encoding != "zlib":
        raise ValueError("an encoding that is none")
    opener = zlib.decompressobj()
    raw = opener.decompress(data, size + 1)
    if len(raw) != size or not opener.eof:
        raise ValueError("another size than it said")
    return raw
