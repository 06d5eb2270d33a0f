"""Writes of a Table that are guarded by a version: by the store's own, or by an attribute."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.doors.library import convert, exceptions
from dynalite_py.patterns import optimistic_locking

if TYPE_CHECKING:
    from dynalite_py.doors.library.table import Table
    from dynalite_py.patterns.backoff import Backoff

Perform: TypeAlias = Callable[[str, Mapping[str, Any]], dict[str, Any]]
Item: TypeAlias = dict[str, Any]


def carried(item: Mapping[str, Any] | None, attribute: str) -> int | None:
    """The version that a plain item carries in an attribute. Raises: ParamValidationError."""
    try:
        return optimistic_locking.version_of(item, attribute)
    except TypeError as fault:
        raise exceptions.ParamValidationError(str(fault)) from None


def beside(items: Iterable[Item], attribute: str) -> Iterator[tuple[Item, int]]:
    """Items with the version that each carries, 0 for none. Raises: ParamValidationError."""
    return ((item, carried(item, attribute) or 0) for item in items)


def guarded(
    perform: Perform, operation_name: str, members: Mapping[str, Any], attribute: str
) -> dict[str, Any]:
    """Perform a write that a version attribute guards.

    Its IfVersion, or else the version that its item carries, is the one that was read.
    Raises: VersionConflict, other DynaliteErrors.
    """
    request = dict(members)
    given = request.pop("IfVersion", None)
    if given is not None:
        expected = carried({attribute: given}, attribute) or None
    else:
        item = request.get("Item", {})
        expected = carried(convert.item_in({n: item[n] for n in item if n == attribute}), attribute)
    try:
        return perform(operation_name, optimistic_locking.guard(request, attribute, expected))
    except exceptions.ConditionalCheckFailedException as refusal:
        conflict = optimistic_locking.of_refusal(refusal, attribute, expected)
        if conflict is None:
            raise
        raise _conflict(refusal, conflict) from None


def _conflict(
    refusal: exceptions.DynaliteError, conflict: optimistic_locking.VersionConflict
) -> exceptions.VersionConflict:
    extra: dict[str, Any] = {"Version": conflict.version or 0}
    if "Item" in refusal.response:
        extra["Item"] = refusal.response["Item"]
    request_id = refusal.response["ResponseMetadata"]["RequestId"]
    return exceptions.VersionConflict(
        "VersionConflict",
        str(conflict).capitalize(),
        refusal.operation_name,
        extra=extra,
        request_id=request_id,
    )


def update_with_retry(
    table: Table,
    key: Mapping[str, Any],
    function: optimistic_locking.Change,
    attempts: int,
    policy: Backoff | None,
) -> Item:
    """Read, change and write an item until nobody came between; the item as it is stored."""
    attribute = table.version_attribute

    def read() -> optimistic_locking.Read:
        if attribute is not None:
            item = table.get(key, consistent=True)
            return item, carried(item, attribute)
        return table.get(key, consistent=True, with_version=True)

    def write(item: Item, version: int | None) -> None:
        if attribute is None:
            table.put(item, if_version=version)
            return
        # The version that was read counts, also where the function left it out of the item.
        table.put({**item, attribute: version})
        item[attribute] = (version or 0) + 1

    def current(conflict: exceptions.VersionConflict) -> optimistic_locking.Read:
        item = conflict.current
        return item, conflict.version if attribute is None else carried(item, attribute)

    try:
        change = optimistic_locking.changing(key, function)
        policy = policy or dataclasses.replace(optimistic_locking.RETRY, attempts=attempts)
    except ValueError as fault:
        raise exceptions.ParamValidationError(str(fault)) from None
    return optimistic_locking.retried(
        read, write, change, policy, exceptions.VersionConflict, current
    )
