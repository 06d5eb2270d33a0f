"""Keys: from an item or a Key parameter to the columns that order and find its row.

A row's key is (partition hash, partition column, sort column). Columns compare in SQLite as
DynamoDB orders key values: S as text (by UTF-8 bytes), N as ``numbers.sort_bytes``, B as bytes. An
index key of several attributes is one blob that compares like the tuple of its parts.
"""

from __future__ import annotations

import struct
from collections.abc import Set
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # The type stubs know the public name alone.
    from hashlib import md5
else:
    try:  # CPython's own MD5 is twice as fast for short keys as the one behind hashlib.
        from _md5 import md5
    except ImportError:  # pragma: no cover - another interpreter, or a build without it
        from hashlib import md5

from dynalite_py.model import errors, limits, numbers, values
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import AttributeValue, Item

Column: TypeAlias = str | bytes
Key: TypeAlias = tuple[int, Column, Column]
# Of a sort column: low operator (">", ">=" or none), low end, high operator ("<", "<=" or none),
# high end.
Bounds: TypeAlias = tuple[str, Column, str, Column]

NO_SORT_KEY = ""  # Real sort keys are never empty, so a table without one stores this.
_FIRST_64_BITS = struct.Struct(">q").unpack_from
_SIGN = -(1 << 63)


def hash_of(key_bytes: bytes) -> int:
    """The partition hash: the first 64 bits of the service's MD5, moved into SQLite's signed
    range, order kept.

    Source: facts, Order of results (Scan goes by MD5 of "Outliers" and the key's bytes).
    """
    digest = md5(b"Outliers" + key_bytes).digest()  # noqa: S324 - the service's own order
    return _FIRST_64_BITS(digest)[0] ^ _SIGN


def column(kind: str, content: str) -> Column:
    """The column of one key value. kind: S, N or B; content: canonical, in wire form."""
    if kind == "S":
        return content
    if kind == "N":
        return numbers.sort_bytes(content)
    return values.binary_bytes(content)


def key_bytes(part: Column) -> bytes:
    """A column as bytes: what is hashed and measured."""
    return part.encode() if type(part) is str else part  # type: ignore[return-value]


def of_item(table: Table, item: Item) -> Key:
    """The key of a whole item.

    Raises: DynamoDBError with PutItem's texts (missing, type, empty, size).
    """
    part = _checked_part(item, table.partition_key, table.partition_type)
    blob = part.encode() if type(part) is str else part
    if len(blob) > limits.PARTITION_KEY_BYTES:
        raise errors.partition_key_too_long()
    if table.sort_key is None:
        return hash_of(blob), part, NO_SORT_KEY  # type: ignore[arg-type]
    assert table.sort_type is not None
    sort = _checked_part(item, table.sort_key, table.sort_type)
    if len(sort) > limits.SORT_KEY_BYTES // 4 and len(key_bytes(sort)) > limits.SORT_KEY_BYTES:
        raise errors.sort_key_too_long()
    return hash_of(blob), part, sort  # type: ignore[arg-type]


def _checked_part(item: Item, name: str, kind: str) -> Column:
    value = item.get(name)
    if value is None:
        raise errors.missing_key(name)
    content = value.get(kind)
    if content is None:
        raise errors.key_type_mismatch(name, kind, values.type_of(value))
    if not content:
        raise errors.empty_key(name, "string" if kind == "S" else "binary")
    return content if kind == "S" else column(kind, content)


def of_key(table: Table, key: Any) -> Key:
    """The key of a Key parameter, not canonical yet.

    Raises: DynamoDBError with the Key parameters' texts.
    """
    if len(key) != len(table.key_names):
        raise errors.key_does_not_fit()
    part = _exact_part(key, table.partition_key, table.partition_type)
    blob = part.encode() if type(part) is str else part
    if len(blob) > limits.PARTITION_KEY_BYTES:
        raise errors.partition_key_too_long()
    if table.sort_key is None:
        return hash_of(blob), part, NO_SORT_KEY  # type: ignore[arg-type]
    assert table.sort_type is not None
    sort = _exact_part(key, table.sort_key, table.sort_type)
    if len(sort) > limits.SORT_KEY_BYTES // 4 and len(key_bytes(sort)) > limits.SORT_KEY_BYTES:
        raise errors.sort_key_too_long()
    return hash_of(blob), part, sort  # type: ignore[arg-type]


def of_plain_key(table: Table, key: Any) -> Key | None:
    """The key of a Key parameter that is plainly right; None where only ``of_key`` can tell.

    One pass over the common case (a string partition key; a string or number sort key) without
    making the parameter canonical first.
    """
    if len(key) != len(table.key_names) or table.partition_type != "S":
        return None
    part = _plain_content(key, table.partition_key, "S")
    if part is None or len(part) > _PLAIN_LENGTH:
        return None
    if table.sort_key is None:
        return hash_of(part.encode()), part, NO_SORT_KEY
    sort_type = table.sort_type
    sort = _plain_content(key, table.sort_key, sort_type)
    if sort is None or len(sort) > _PLAIN_LENGTH:
        return None
    if sort_type == "S":
        return hash_of(part.encode()), part, sort
    if sort_type == "N" and sort.isdigit():
        return hash_of(part.encode()), part, numbers.sort_bytes(numbers.canonical_number(sort))
    return None


_PLAIN_LENGTH = 38  # Short enough for every limit on keys and for every whole number.


def _plain_content(key: Any, name: str, kind: str | None) -> str | None:
    value = key.get(name)
    if value.__class__ is not dict or len(value) != 1:
        return None
    content = value.get(kind)
    return content if content.__class__ is str and content else None


def _exact_part(key: Any, name: str, kind: str) -> Column:
    value = key.get(name)
    if value is None or kind not in value:
        raise errors.key_does_not_fit()
    content = value[kind]
    if not content:
        raise errors.empty_key(name, "string" if kind == "S" else "binary")
    return content if kind == "S" else column(kind, content)


def key_item(table: Table, item: Item) -> Item:
    """The key attributes of an item, as LastEvaluatedKey shows them."""
    return {name: item[name] for name in table.key_names}


# Index keys.


def composite(parts: list[tuple[str, str]]) -> bytes:
    """Several key values, (type, content) each, as one blob that orders like their tuple.

    Each part is 0x01, its bytes with 0x00 written 0x00 0xFF, 0x00. What follows a part is 0x01 or
    the end, both below 0xFF, so a part that is a prefix of another sorts first.
    """
    return b"".join(composite_part(key_bytes(column(kind, content))) for kind, content in parts)


def composite_part(part: bytes) -> bytes:
    """One part of a composite key column."""
    return b"\x01" + part.replace(b"\x00", b"\x00\xff") + b"\x00"


def index_columns(index: Index, item: Item) -> Key | None:
    """The key columns of the item's entry in the index; None where the item is not in it (sparse).

    An attribute of another type, empty or too long keeps the item out, as the backfill of an index
    does; writes refuse such items before they come here.
    """
    if len(index.hash_keys) != 1 or len(index.range_keys) > 1:
        return _composite_columns(index, item)
    sort: Column = NO_SORT_KEY
    if index.range_keys:  # First the attribute that is likelier to be missing.
        found = _index_column(item.get(index.range_keys[0]), index.types[1])
        if not found or len(key_bytes(found)) > limits.SORT_KEY_BYTES:
            return None
        sort = found
    part = _index_column(item.get(index.hash_keys[0]), index.types[0])
    if not part:
        return None
    blob = key_bytes(part)
    if len(blob) > limits.PARTITION_KEY_BYTES:
        return None
    return hash_of(blob), part, sort


def _index_column(value: AttributeValue | None, kind: str) -> Column | None:
    """The column of one key attribute of an index; None where it is missing or of another type."""
    content = value.get(kind) if value is not None else None
    if not content:
        return None
    return content if kind == "S" else column(kind, content)


def _composite_columns(index: Index, item: Item) -> Key | None:
    """The key columns in an index of more than one hash or range attribute."""
    hashes: list[tuple[str, str]] = []
    ranges: list[tuple[str, str]] = []
    split = len(index.hash_keys)
    for at, name in enumerate(index.keys):
        value = item.get(name)
        content = value.get(index.types[at]) if value is not None else None
        if not content:
            return None
        (hashes if at < split else ranges).append((index.types[at], content))
    part = column(*hashes[0]) if split == 1 else composite(hashes)
    sort: Column = NO_SORT_KEY
    if ranges:
        sort = column(*ranges[0]) if len(ranges) == 1 else composite(ranges)
    blob = key_bytes(part)
    long = len(blob) > limits.PARTITION_KEY_BYTES or len(key_bytes(sort)) > limits.SORT_KEY_BYTES
    if long and not _fits(hashes, ranges):
        return None
    return hash_of(blob), part, sort


def _fits(hashes: list[tuple[str, str]], ranges: list[tuple[str, str]]) -> bool:
    """Whether every key value keeps its limit; composite blobs are longer than their parts."""
    return all(
        len(key_bytes(column(*part))) <= limits.PARTITION_KEY_BYTES for part in hashes
    ) and all(len(key_bytes(column(*part))) <= limits.SORT_KEY_BYTES for part in ranges)


def tie_of(part: Column, sort: Column) -> int:
    """What orders entries of equal index keys: the hash of the table's key bytes. Source: facts,
    Ties.
    """
    return hash_of(key_bytes(part) + key_bytes(sort))


def check_index_keys(table: Table, item: Item) -> None:
    """Refuse an item that an index of the table cannot take. Raises: DynamoDBError with PutItem's
    texts.

    The alphabetically first index is named. Only an attribute that is present can be wrong (sparse
    indexes).
    """
    for index in table.indexes_by_name:
        for at, name in enumerate(index.keys):
            value = item.get(name)
            if value is not None:
                _check_index_key(index, at, name, value)


def _check_index_key(index: Index, at: int, name: str, value: dict[str, Any]) -> None:
    kind = index.types[at]
    content = value.get(kind)
    if content is None:
        raise errors.index_key_type_mismatch(name, kind, values.type_of(value), index.name)
    if not content:
        raise errors.empty_index_key(name, index.name, "string" if kind == "S" else "binary")
    of_hash = at < len(index.hash_keys)
    limit = limits.PARTITION_KEY_BYTES if of_hash else limits.SORT_KEY_BYTES
    if len(content) > limit // 4 and len(key_bytes(column(kind, content))) > limit:
        raise errors.partition_key_too_long() if of_hash else errors.sort_key_too_long()


def check_inside(table: Table, names: Set[str]) -> None:
    """Refuse document paths that go inside a key attribute of the table or of an index.

    names: the attributes that paths go inside. Raises: DynamoDBError.
    """
    for name in table.key_names:
        if name in names:
            raise errors.key_path(name)
    for index in table.indexes:
        for name in index.keys:
            if name in names:
                raise errors.key_path(name, of_index=True)
