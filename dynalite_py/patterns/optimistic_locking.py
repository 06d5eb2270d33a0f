"""Optimistic locking by a version attribute: no update is lost, and nobody waits.

Every write carries the version that its writer read, as a condition, and raises it by one; the
writer who comes second is refused and gets the item as it is now. The attribute is that of
PynamoDB's VersionAttribute and of the Java mapper's @DynamoDBVersionAttribute: a number, absent
before the first write, 1 after it. Writers that do not know of it are not held back.
Source: facts, Concurrency.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias, TypeVar, cast

from dynalite_py.model import plain
from dynalite_py.patterns import clients, requests
from dynalite_py.patterns.backoff import Backoff

Item: TypeAlias = plain.PlainItem
Read: TypeAlias = tuple[Item | None, int | None]  # an item and its version
Change: TypeAlias = Callable[[Item], Mapping[str, Any]]
Conflict = TypeVar("Conflict", bound=Exception)

DEFAULT_ATTRIBUTE = "version"
RETRY = Backoff(attempts=10, base_seconds=0.01, cap_seconds=1.0)

_NAME, _EXPECTED, _ONE = "#dynalite_version", ":dynalite_version", ":dynalite_one"


class VersionConflict(Exception):  # noqa: N818 - the word of the field
    """The item was written, or deleted, since it was read.

    item: as it is now, None if there is none. version: the one it has, expected: the one that was
    read; None for no version.
    """

    def __init__(self, item: Item | None, version: int | None, expected: int | None) -> None:
        read = "no version" if expected is None else f"version {expected}"
        now = "there is no item" if item is None else f"the item has {version or 'none'}"
        super().__init__(f"{read} was read, now {now}")
        self.item, self.version, self.expected = item, version, expected

    def __reduce__(self) -> tuple[Any, ...]:
        return VersionConflict, (self.item, self.version, self.expected)


class ChangedKeyError(ValueError):
    """The function of ``update_with_retry`` gave an item with another key."""


# Requests, in a client's shapes.


def guard(request: clients.Request, attribute: str, expected: int | None) -> clients.Request:
    """A PutItem, UpdateItem or DeleteItem that only the reader of this version may do.

    expected: the version that was read, None if the item had none. Put and update raise it by one.
    The request asks for the stored item, so that ``of_refusal`` can tell a conflict.
    """
    holds = f"attribute_not_exists({_NAME})" if expected is None else f"{_NAME} = {_EXPECTED}"
    values = {} if expected is None else {_EXPECTED: {"N": str(expected)}}
    raised: clients.Request = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if "Item" in request:
        raised["Item"] = {**request["Item"], attribute: {"N": str((expected or 0) + 1)}}
    elif "UpdateExpression" in request:
        # An absent number becomes 1.
        raised["UpdateExpression"] = requests.with_action(
            request["UpdateExpression"], "ADD", f"{_NAME} {_ONE}"
        )
        values[_ONE] = {"N": "1"}
    return requests.with_condition({**request, **raised}, holds, {_NAME: attribute}, values)


def version_of(item: Mapping[str, Any] | None, attribute: str) -> int | None:
    """The version that a plain item carries, None if it carries none.

    Raises: TypeError for what is no version.
    """
    version = None if item is None else item.get(attribute)
    if version is None or (type(version) is int and version >= 0):
        return version
    raise TypeError(f"{attribute} is no version: a whole number from 0 on, not {version!r:.100}")


def of_refusal(refusal: Exception, attribute: str, expected: int | None) -> VersionConflict | None:
    """The conflict that refused a guarded request; None where it was refused for something else.

    A condition of the caller's own that does not hold on the version that was read is no conflict.
    """
    if clients.code(refusal) != clients.CONDITION_FAILED:
        return None
    item = clients.stored_item(refusal)
    version = version_of(item, attribute)
    if version == expected:
        return None
    return VersionConflict(item, version, expected)


# Read, change, write.


def retried(
    read: Callable[[], Read],
    write: Callable[[Item, int | None], None],
    change: Callable[[Item | None], Item],
    policy: Backoff,
    conflict: type[Conflict],
    current: Callable[[Conflict], Read],
) -> Item:
    """Read, change and write until no one else wrote between; the item that was written.

    current: what a conflict carries, so only the first attempt reads. Raises: the last conflict,
    and what the functions raise.
    """
    item, version = read()
    for attempt in policy.tries():
        changed = change(item)
        try:
            write(changed, version)
        except conflict as refusal:
            if attempt == policy.attempts:
                raise
            item, version = current(refusal)
        else:
            return changed
    raise AssertionError("a policy has at least one attempt")


def changing(key: clients.Plain, change: Change) -> Callable[[Item | None], Item]:
    """``change`` as ``retried`` calls it: given the key alone where there is no item.

    Raises: ChangedKeyError, TypeError where it gives no item.
    """

    def changed(item: Item | None) -> Item:
        result: Any = change(dict(key) if item is None else item)
        if not isinstance(result, Mapping):
            raise TypeError("The function must return the item to be written")
        given: Item = dict(cast("Mapping[str, Any]", result))
        if any(name not in given or given[name] != part for name, part in key.items()):
            raise ChangedKeyError("The function must leave the key as it is")
        return given

    return changed


class VersionedTable:
    """A table whose every write is guarded by a version attribute; safe to use from many threads.

    Items are plain values and carry their version, as they were read.
    """

    def __init__(
        self, client: clients.Client, name: str, *, version_attribute: str = DEFAULT_ATTRIBUTE
    ) -> None:
        self._client = client
        self.name = name
        self.version_attribute = version_attribute

    def get(self, key: clients.Plain) -> Item | None:
        """The item with this key, read consistently; None if there is none."""
        answer = self._client.get_item(
            TableName=self.name, Key=plain.item_out(key), ConsistentRead=True
        )
        return plain.item_in(answer["Item"]) if answer.get("Item") else None

    def put(self, item: clients.Plain) -> Item:
        """Write an item that was read, or a new one; as it is stored, with its new version.

        Raises: VersionConflict.
        """
        expected = version_of(item, self.version_attribute)
        self._write(self._client.put_item, {"Item": plain.item_out(item)}, expected)
        return {**item, self.version_attribute: (expected or 0) + 1}

    def update(
        self,
        key: clients.Plain,
        expression: str,
        *,
        version: int | None,
        names: Mapping[str, str] | None = None,
        values: clients.Plain | None = None,
        condition: str | None = None,
    ) -> Item:
        """Change the item of this version by an update expression; as it is afterwards.

        version: the one that was read, None for an item that has none. Raises: VersionConflict, the
        client's ConditionalCheckFailedException where ``condition`` does not hold.
        """
        request = {
            "Key": plain.item_out(key),
            "UpdateExpression": expression,
            "ReturnValues": "ALL_NEW",
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": None if values is None else plain.item_out(values),
        }
        answer = self._write(self._client.update_item, request, version)
        return plain.item_in(answer["Attributes"])

    def delete(self, key: clients.Plain, *, version: int | None) -> None:
        """Delete the item if it still has the version that was read. Raises: VersionConflict."""
        self._write(self._client.delete_item, {"Key": plain.item_out(key)}, version)

    def update_with_retry(
        self, key: clients.Plain, function: Change, *, policy: Backoff = RETRY
    ) -> Item:
        """Read, change by ``function`` and write, again and again until nobody came between.

        function: gives the item to be written for the one that is there, or for the key alone; it
        may be called many times. Gives the item as it is stored. Raises: VersionConflict after the
        last attempt, ChangedKeyError.
        """

        def read() -> Read:
            item = self.get(key)
            return item, version_of(item, self.version_attribute)

        def write(item: Item, version: int | None) -> None:
            self._write(self._client.put_item, {"Item": plain.item_out(item)}, version)
            item[self.version_attribute] = (version or 0) + 1

        return retried(
            read,
            write,
            changing(key, function),
            policy,
            VersionConflict,
            lambda conflict: (conflict.item, conflict.version),
        )

    def _write(
        self, operation: clients.Call, members: clients.Request, expected: int | None
    ) -> Any:
        given = {name: member for name, member in members.items() if member is not None}
        request = guard({"TableName": self.name, **given}, self.version_attribute, expected)
        try:
            return operation(**request)
        except self._client.exceptions.ClientError as refusal:
            conflict = of_refusal(refusal, self.version_attribute, expected)
            if conflict is None:
                raise
            raise conflict from refusal
