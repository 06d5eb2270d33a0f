"""Asserts about items, whose failures say which attribute differs."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from dynalite_py.doors.library import convert
from dynalite_py.doors.library.table import Table
from dynalite_py.doors.testing import contents


class _Absent:
    """The value of an attribute that must not be there."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()
_NEIGHBOURS = 3


def assert_item(target: Any, /, *where: Any, **expected: Any) -> dict[str, Any]:
    """Assert that an item is there and has these attributes among others; returns the item.

    ``assert_item(table, key, status="paid")`` with a table of the library or of a boto3 resource;
    ``assert_item(client, "orders", key, status="paid")`` with a client of either. Values are plain
    Python; ``ABSENT`` stands for an attribute that must not be there. Raises: AssertionError.
    """
    __tracebackhide__ = True
    name, key = _place(where)
    item = _found(target, name, key)
    label = f"{name or _name(target)} {contents.shown(key)}"
    if item is None:
        raise AssertionError(f"{label}: there is no such item{_neighbours(target, name)}")
    lines = list(_mismatches(expected, item))
    if lines:
        told = "\n".join([f"{label}: {len(lines)} of {len(expected)} attributes differ", *lines])
        raise AssertionError(f"{told}\n  the item is {contents.shown(item)}")
    return item


def assert_no_item(target: Any, /, *where: Any) -> None:
    """Assert that there is no item under a key. Raises: AssertionError."""
    __tracebackhide__ = True
    name, key = _place(where)
    item = _found(target, name, key)
    if item is not None:
        label = f"{name or _name(target)} {contents.shown(key)}"
        raise AssertionError(f"{label}: there is an item: {contents.shown(item)}")


def assert_items(target: Any, /, *where: Any) -> None:
    """Assert that a table has these items and no others, in any order.

    ``assert_items(table, items)`` or ``assert_items(client, "orders", items)``. Raises:
    AssertionError.
    """
    __tracebackhide__ = True
    name, expected = _place(where)
    wanted = {_frozen(_plain(item)): contents.shown(item) for item in expected}
    found = {_frozen(item): contents.shown(item) for item in _all(target, name)}
    lines = sorted(f"  - {wanted[item]}" for item in wanted.keys() - found.keys())
    lines += sorted(f"  + {found[item]}" for item in found.keys() - wanted.keys())
    if lines:
        label = name or _name(target)
        raise AssertionError(
            "\n".join([f"{label}: other items than expected (- missing, + unexpected)", *lines])
        )


def _place(where: tuple[Any, ...]) -> tuple[str | None, Any]:
    """The table's name, where it is told, and what is asked about it. Raises: TypeError."""
    match where:
        case (str() as name, asked):
            return name, asked
        case (asked,):
            return None, asked
        case _:
            raise TypeError("give a table and a key, or a client, a table's name and a key")


def _found(target: Any, name: str | None, key: Mapping[str, Any]) -> dict[str, Any] | None:
    if isinstance(target, Table):
        return target.get(key, consistent=True)
    if name is None:  # A table of a boto3 resource.
        answer = target.get_item(Key=dict(key), ConsistentRead=True)
        return _plain(answer["Item"]) if "Item" in answer else None
    wire = convert.item_out(key, floats="repr")
    answer = target.get_item(TableName=name, Key=wire, ConsistentRead=True)
    return convert.item_in(answer["Item"]) if "Item" in answer else None


def _all(target: Any, name: str | None) -> Iterator[dict[str, Any]]:
    if isinstance(target, Table):
        yield from target.scan(consistent=True)
        return
    request: dict[str, Any] = {"ConsistentRead": True}
    if name is not None:
        request["TableName"] = name
    while True:
        page = target.scan(**request)
        yield from (
            _plain(item) if name is None else convert.item_in(item) for item in page["Items"]
        )
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _plain(value: Any) -> Any:
    """A value of the test's or of boto3's, in the one form that the library gives."""
    match value:
        case Mapping():
            members: Mapping[str, Any] = value
            return {name: _plain(member) for name, member in members.items()}
        case list() | tuple():
            return [_plain(member) for member in value]  # pyright: ignore[reportUnknownArgumentType]
        case set() | frozenset():
            return {_plain(member) for member in value}  # pyright: ignore[reportUnknownArgumentType]
        case bool():
            return value
        case float():
            return convert.number_in(repr(value))
        case Decimal():
            return convert.number_in(str(value))
        case _:  # boto3's Binary has its bytes under ``value``.
            inner = getattr(value, "value", None)
            return inner if isinstance(inner, bytes) else value


def _frozen(value: Any) -> Hashable:
    """A value in its one form, so that equal ones are equal and a number is no truth value."""
    match value:
        case dict():
            members: dict[str, Any] = value
            return frozenset((name, _frozen(member)) for name, member in members.items())
        case list():
            listed: list[Any] = value
            return tuple(map(_frozen, listed))
        case set():
            kept: set[Any] = value
            return "set", frozenset(kept)
        case _:
            return isinstance(value, bool), value


def _mismatches(expected: Mapping[str, Any], item: Mapping[str, Any]) -> Iterator[str]:
    """A line for each attribute that is not as expected."""
    found: dict[str, str] = {}
    for name, wanted in expected.items():
        present = name in item
        if wanted is ABSENT:
            if present:
                found[name] = f"expected absent, is {item[name]!r}"
        elif not present:
            found[name] = f"expected {wanted!r}, is absent"
        elif _frozen(_plain(wanted)) != _frozen(item[name]):
            found[name] = f"expected {wanted!r}, is {item[name]!r}"
    width = max(map(len, found), default=0)
    for name, told in found.items():
        yield f"  {name:<{width}}  {told}"


def _neighbours(target: Any, name: str | None) -> str:
    """Some of the items that are there, since a key is often nearly right."""
    there = [item for item, _ in zip(_all(target, name), range(_NEIGHBOURS), strict=False)]
    if not there:
        return "; the table is empty"
    return "".join(
        ["; there are, among others:", *(f"\n  {contents.shown(item)}" for item in there)]
    )


def _name(target: Any) -> str:
    return str(getattr(target, "name", None) or getattr(target, "table_name", "table"))
