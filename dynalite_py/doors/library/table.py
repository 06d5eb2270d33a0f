"""One table by plain Python values: ``table.put({"pk": "a", "n": 1})``.

Items are dicts of str, int, Decimal, bytes, bool, None, list, dict and set; numbers come back
exactly, as int where they are whole, else as Decimal. Conditions and updates are DynamoDB's
expressions, with plain values behind their ``:names``. Queries and scans are iterators that page by
themselves. Writes may be guarded by the store's own version of an item, or, as other programs do
it, by an attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from dynalite_py.doors.library import convert, exceptions
from dynalite_py.doors.library.client import Client
from dynalite_py.model import limits

if TYPE_CHECKING:  # Loaded by the first write that needs it.
    from dynalite_py.patterns.backoff import Backoff

PlainItem: TypeAlias = dict[str, Any]
Given: TypeAlias = Mapping[str, Any]
Names: TypeAlias = Mapping[str, str]
Identity: TypeAlias = tuple[str, ...]
Returns: TypeAlias = Literal["NONE", "ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATED_NEW"]

# The engine refuses a key without one of its attributes; until then it has to be called something.
_MISSING: Mapping[str, Any] = {"NULL": True}

_FILTERED_PAGE = 1000


class Table:
    """A table of an open store; safe to use from many threads.

    floats: "refuse" takes no float, "repr" stores a float by its shortest decimal text.
    version_attribute: the number that every write checks and raises by one, as PynamoDB and the
    Java mapper do; ``if_version`` and ``with_version`` then mean it, not the store's own version.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        *,
        floats: convert.Floats = "refuse",
        version_attribute: str | None = None,
    ) -> None:
        self._client = client
        self._floats: convert.Floats = floats
        self.name = name
        self.version_attribute = version_attribute

    def __repr__(self) -> str:
        return f"Table({self.name!r})"

    # One item.

    @overload
    def get(
        self,
        key: Given,
        *,
        consistent: bool = ...,
        projection: str | None = ...,
        names: Names | None = ...,
        with_version: Literal[False] = ...,
    ) -> PlainItem | None: ...
    @overload
    def get(
        self,
        key: Given,
        *,
        consistent: bool = ...,
        projection: str | None = ...,
        names: Names | None = ...,
        with_version: Literal[True],
    ) -> tuple[PlainItem | None, int]: ...
    def get(
        self,
        key: Given,
        *,
        consistent: bool = False,
        projection: str | None = None,
        names: Names | None = None,
        with_version: bool = False,
    ) -> PlainItem | tuple[PlainItem | None, int] | None:
        """The item with this key, None if there is none.

        with_version: give (item, version), the version 0 without an item. Raises: DynaliteError.
        """
        request = {
            "TableName": self.name,
            "Key": self._out(key),
            "ConsistentRead": consistent or None,
            "ProjectionExpression": projection,
            "ExpressionAttributeNames": names,
            "ReturnVersion": (with_version and self.version_attribute is None) or None,
        }
        answer = self._perform("GetItem", request)
        item = convert.item_in(answer["Item"]) if "Item" in answer else None
        if not with_version:
            return item
        if self.version_attribute is None:
            return item, answer["Version"]
        from dynalite_py.doors.library import versions

        return item, versions.carried(item, self.version_attribute) or 0

    def put(
        self,
        item: Given,
        *,
        condition: str | None = None,
        names: Names | None = None,
        values: Given | None = None,
        if_version: int | None = None,
        return_old: bool = False,
    ) -> PlainItem | None:
        """Write an item whole. Gives the item it replaced on return_old, else None.

        if_version: the version that was read; 0 for an item that must not exist yet. Without it, on
        a table with a version attribute, the item's own version is the one that was read.
        Raises: VersionConflict, ConditionalCheckFailedException, other DynaliteErrors.
        """
        request = {"Item": self._out(item), "ReturnValues": "ALL_OLD" if return_old else None}
        return self._write("PutItem", request, condition, names, values, if_version)

    def update(
        self,
        key: Given,
        expression: str,
        *,
        condition: str | None = None,
        names: Names | None = None,
        values: Given | None = None,
        if_version: int | None = None,
        returns: Returns = "ALL_NEW",
    ) -> PlainItem | None:
        """Change an item by an update expression, or make it; gives it as it is afterwards.

        returns: DynamoDB's ReturnValues, for less or for the state before. if_version: as in put.
        Raises: VersionConflict, ConditionalCheckFailedException, other DynaliteErrors.
        """
        request = {
            "Key": self._out(key),
            "UpdateExpression": expression,
            "ReturnValues": returns,
        }
        return self._write("UpdateItem", request, condition, names, values, if_version)

    def delete(
        self,
        key: Given,
        *,
        condition: str | None = None,
        names: Names | None = None,
        values: Given | None = None,
        if_version: int | None = None,
        return_old: bool = False,
    ) -> PlainItem | None:
        """Delete an item. Gives the deleted item on return_old, else None.

        Raises: VersionConflict, ConditionalCheckFailedException, other DynaliteErrors.
        """
        request = {"Key": self._out(key), "ReturnValues": "ALL_OLD" if return_old else None}
        return self._write("DeleteItem", request, condition, names, values, if_version)

    def update_with_retry(
        self,
        key: Given,
        function: Callable[[PlainItem], Given],
        *,
        attempts: int = 10,
        policy: Backoff | None = None,
    ) -> PlainItem:
        """Read an item, change it by ``function`` and write it, until nobody came between.

        function: gives the item to be written for the one that is there, or for the key alone where
        there is none; it may be called once an attempt. Gives the item as it is stored. policy:
        attempts and waits; without it they grow from 10 ms to a second, with full jitter.
        Raises: VersionConflict after the last attempt, ChangedKeyError, other DynaliteErrors.
        """
        from dynalite_py.doors.library import versions

        return versions.update_with_retry(self, key, function, attempts, policy)

    # Many items.

    def query(
        self,
        key_condition: str,
        *,
        values: Given | None = None,
        names: Names | None = None,
        filter: str | None = None,  # noqa: A002 - DynamoDB's word.
        projection: str | None = None,
        index: str | None = None,
        forward: bool = True,
        consistent: bool = False,
        limit: int | None = None,
        page_size: int | None = None,
        start: Given | None = None,
    ) -> Rows:
        """The items of one partition key, in the order of their sort keys.

        limit: as many items at most. page_size: items read at a time. start: the ``last_key`` of an
        earlier reading.
        """
        request = {
            "KeyConditionExpression": key_condition,
            "FilterExpression": filter,
            "ProjectionExpression": projection,
            "IndexName": index,
            "ScanIndexForward": None if forward else False,
            "ConsistentRead": consistent or None,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": self._out_or_none(values),
        }
        return self._rows("Query", request, limit, page_size, start)

    def scan(
        self,
        *,
        filter: str | None = None,  # noqa: A002 - DynamoDB's word.
        values: Given | None = None,
        names: Names | None = None,
        projection: str | None = None,
        index: str | None = None,
        consistent: bool = False,
        segment: int | None = None,
        segments: int | None = None,
        limit: int | None = None,
        page_size: int | None = None,
        start: Given | None = None,
    ) -> Rows:
        """All items of the table or index; with segments, those of one of that many parts.

        limit, page_size, start: as in query.
        """
        request = {
            "FilterExpression": filter,
            "ProjectionExpression": projection,
            "IndexName": index,
            "Segment": segment,
            "TotalSegments": segments,
            "ConsistentRead": consistent or None,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": self._out_or_none(values),
        }
        return self._rows("Scan", request, limit, page_size, start)

    def get_many(self, keys: Iterable[Given], *, consistent: bool = False) -> Iterator[PlainItem]:
        """The items that exist among these keys, in no promised order."""
        waiting = [self._out(key) for key in keys]
        while waiting:
            now, waiting = waiting[: limits.BATCH_GET_KEYS], waiting[limits.BATCH_GET_KEYS :]
            read = {"Keys": now, "ConsistentRead": consistent}
            answer = self._perform("BatchGetItem", {"RequestItems": {self.name: read}})
            for item in answer["Responses"].get(self.name, []):
                yield convert.item_in(item)
            waiting += answer["UnprocessedKeys"].get(self.name, {}).get("Keys", [])

    def batch(self) -> BatchWriter:
        """A writer that puts and deletes in batches: ``with table.batch() as batch: ...``.

        Raises: ParamValidationError with a version attribute, for batches check no condition.
        """
        if self.version_attribute is not None:
            raise exceptions.ParamValidationError(
                "A batch checks no version: open the table without version_attribute for it"
            )
        return BatchWriter(self)

    # The way to the engine.

    def _perform(self, operation_name: str, members: Mapping[str, Any]) -> dict[str, Any]:
        """Perform a request, without its members that are None. Raises: DynaliteError."""
        given = {name: member for name, member in members.items() if member is not None}
        return self._client.call(operation_name, given)

    def _write(
        self,
        operation_name: str,
        members: Given,
        condition: str | None,
        names: Names | None,
        values: Given | None,
        if_version: int | None,
    ) -> PlainItem | None:
        request = {
            "TableName": self.name,
            **members,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": self._out_or_none(values),
            "IfVersion": if_version,
        }
        if self.version_attribute is None:
            answer = self._perform(operation_name, request)
        else:
            from dynalite_py.doors.library import versions

            answer = versions.guarded(
                self._perform, operation_name, request, self.version_attribute
            )
        return convert.item_in(answer["Attributes"]) if "Attributes" in answer else None

    def _rows(
        self,
        operation_name: str,
        members: Given,
        limit: int | None,
        page_size: int | None,
        start: Given | None,
    ) -> Rows:
        for name, bound in (("limit", limit), ("page_size", page_size)):
            if bound is not None and bound < 1:
                raise exceptions.ParamValidationError(f"{name} must be at least 1, not {bound}")
        request = {
            "TableName": self.name,
            **members,
            "ExclusiveStartKey": self._out_or_none(start),
        }
        return Rows(self, operation_name, request, limit, page_size)

    def _out(self, item: Given) -> dict[str, dict[str, Any]]:
        return convert.item_out(item, floats=self._floats)

    def _out_or_none(self, item: Given | None) -> dict[str, dict[str, Any]] | None:
        return None if item is None else self._out(item)


class Rows:
    """The items of a query or scan: an iterator that asks for the next page when it needs one.

    scanned: items read so far, with those that the filter left out.
    """

    def __init__(
        self,
        table: Table,
        operation_name: str,
        request: dict[str, Any],
        limit: int | None,
        page_size: int | None,
    ) -> None:
        self._read = table._perform  # pyright: ignore[reportPrivateUsage] - one door, one way.
        self._version_attribute = table.version_attribute
        self._operation_name = operation_name
        self._request = request
        self._left = limit
        self._page_size = page_size
        self._page: dict[str, Any] = {"Items": []}
        self._given = 0  # of this page
        self._ended = False
        self.scanned = 0

    def __iter__(self) -> Rows:
        return self

    def __next__(self) -> PlainItem:
        if self._left == 0:
            raise StopIteration
        while self._given == len(self._page["Items"]):
            if self._ended:
                raise StopIteration
            self._turn()
        item = convert.item_in(self._page["Items"][self._given])
        self._given += 1
        if self._left is not None:
            self._left -= 1
        return item

    @property
    def last_key(self) -> PlainItem | None:
        """Where the reading stands, to go on behind it with ``start=``; None at the end.

        Raises: ParamValidationError in the middle of a page of items that a projection left
        without their keys.
        """
        items = self._page["Items"]
        if self._given == len(items):
            last = self._page.get("LastEvaluatedKey")
            return None if last is None else convert.item_in(last)
        item = items[self._given - 1]
        names = self._key_names()
        if not names <= item.keys():
            raise exceptions.ParamValidationError(
                f"last_key needs the key attributes {', '.join(sorted(names))} in the projection"
            )
        return {name: convert.value_in(item[name]) for name in names}

    def with_versions(self) -> Iterator[tuple[PlainItem, int]]:
        """The same items, each with its version; to be called before the first is read."""
        if self._version_attribute is not None:
            from dynalite_py.doors.library import versions

            return versions.beside(self, self._version_attribute)
        self._request["ReturnVersion"] = True
        return ((item, self._page["Versions"][self._given - 1]) for item in self)

    def _turn(self) -> None:
        """Read the next page."""
        sizes = [size for size in (self._wanted(), self._page_size) if size is not None]
        request = {**self._request, "Limit": min(sizes, default=None)}
        self._page, self._given = self._read(self._operation_name, request), 0
        last = self._page.get("LastEvaluatedKey")
        self._request["ExclusiveStartKey"] = last
        self._ended = last is None
        self.scanned += self._page["ScannedCount"]

    def _wanted(self) -> int | None:
        """How many items to read. Few of them may pass a filter, so then more than are left."""
        if self._left is None or self._request.get("FilterExpression") is None:
            return self._left
        return max(self._left, _FILTERED_PAGE)

    def _key_names(self) -> set[str]:
        """The attributes that make a start key: those of the table's key and of the index's."""
        name = self._request["TableName"]
        described = self._read("DescribeTable", {"TableName": name})["Table"]
        indexes = [
            *described.get("GlobalSecondaryIndexes", ()),
            *described.get("LocalSecondaryIndexes", ()),
        ]
        schemas = [described["KeySchema"]]
        index_name = self._request.get("IndexName")
        schemas += [index["KeySchema"] for index in indexes if index["IndexName"] == index_name]
        return {element["AttributeName"] for schema in schemas for element in schema}


class BatchWriter:
    """Collects puts and deletes and sends them 25 at a time; the last ones when the block ends.

    Of two writes to one key within a batch the later one counts. A block that ends with an
    exception sends no more.
    """

    def __init__(self, table: Table) -> None:
        self._table = table
        self._perform = table._perform  # pyright: ignore[reportPrivateUsage] - one door, one way.
        self._out = table._out  # pyright: ignore[reportPrivateUsage]
        self._key_names: tuple[str, ...] = ()
        self._waiting: dict[Identity, dict[str, Any]] = {}

    def __enter__(self) -> BatchWriter:
        description = self._perform("DescribeTable", {"TableName": self._table.name})
        schema = description["Table"]["KeySchema"]
        self._key_names = tuple(element["AttributeName"] for element in schema)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            while self._waiting:
                self._send()

    def put(self, item: Given) -> None:
        """Write this item whole. Raises: DynaliteError for the batch that it fills."""
        given = self._out(item)
        self._add(given, {"PutRequest": {"Item": given}})

    def delete(self, key: Given) -> None:
        """Delete the item with this key. Raises: DynaliteError for the batch that it fills."""
        given = self._out(key)
        self._add(given, {"DeleteRequest": {"Key": given}})

    def _add(self, attributes: dict[str, dict[str, Any]], write: dict[str, Any]) -> None:
        if not self._key_names:
            raise exceptions.ParamValidationError("A batch is used in a with block")
        self._waiting[_identity(attributes, self._key_names)] = write
        if len(self._waiting) >= limits.BATCH_WRITE_REQUESTS:
            self._send()

    def _send(self) -> None:
        writes, self._waiting = list(self._waiting.values()), {}
        answer = self._perform("BatchWriteItem", {"RequestItems": {self._table.name: writes}})
        for write in answer["UnprocessedItems"].get(self._table.name, []):
            [request] = write.values()
            [attributes] = request.values()
            self._waiting[_identity(attributes, self._key_names)] = write


def _identity(attributes: Mapping[str, Mapping[str, Any]], key_names: tuple[str, ...]) -> Identity:
    """What two writes of one item share: its key, numbers by value."""
    return tuple(repr(convert.value_in(attributes.get(name, _MISSING))) for name in key_names)
