"""The native client: boto3's method names, keywords and shapes, straight into the engine.

No socket and no botocore: a request is checked for its keywords, put in wire form, performed, and
the answer read back. What the engine decides is not decided again here.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, Unpack, cast

from dynalite_py.doors.library import convert, exceptions, pages, shapes, table_shapes
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

Nested: TypeAlias = Mapping[str, "Nested | None"]


class Perform(Protocol):
    """The engine's one entrance, as a function."""

    def __call__(self, operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        """Do the operation and answer with a JSON body. Raises: DynamoDBError."""
        ...


class ClientMeta(NamedTuple):
    """What ``client.meta`` tells."""

    region_name: str
    service_name: str = "dynamodb"
    endpoint_url: str = "in-process"


class Client:
    """One caller's view of an open store; safe to use from many threads.

    perform: the engine's entrance. caller: whose tables are seen. request_ids: a text that tells
    this client's requests from another's.
    """

    exceptions = exceptions

    def __init__(self, perform: Perform, caller: Caller, *, request_ids: str) -> None:
        self._perform = perform
        self._caller = caller
        self._request_ids = request_ids
        self._numbers = itertools.count(1)
        self.meta = ClientMeta(caller.region)

    def detach(self, perform: Perform) -> None:
        """Send every later request elsewhere; a store that closes puts a refusal here."""
        self._perform = perform

    def call(self, operation_name: str, members: Mapping[str, object]) -> Any:
        """The way of every operation, by the API's name: ``call("GetItem", {...})``.

        Raises: DynaliteError.
        """
        known = MEMBERS.get(operation_name)
        if known is not None and not members.keys() <= known:
            raise _unknown_members(operation_name, members, known)
        request_id = f"{self._request_ids}{next(self._numbers):016X}"
        try:
            body = self._answered(operation_name, members)
        except DynamoDBError as refusal:
            extra = convert.error_members(refusal.extra)
            raise exceptions.of(refusal, operation_name, extra, request_id=request_id) from None
        response = convert.response(body)
        response["ResponseMetadata"] = {
            "RequestId": request_id,
            "HTTPStatusCode": 200,
            "HTTPHeaders": {},
            "RetryAttempts": 0,
        }
        return response

    def _answered(self, operation_name: str, members: Mapping[str, object]) -> bytes:
        request = convert.request(operation_name, members)
        if operation_name in _NESTED:
            _check_nested(operation_name, request)
        try:
            return self._perform(operation_name, request, self._caller)
        except DynamoDBError as refusal:
            if request is not members or refusal.code != "SerializationException":
                raise
        # Tuples, enumerations, subclasses of str: JSON takes them, and so does this door.
        return self._perform(operation_name, convert.plain(members), self._caller)

    # Items.

    def get_item(self, **request: Unpack[shapes.GetItemInput]) -> shapes.GetItemOutput:
        """Read one item by its key."""
        return self.call("GetItem", request)

    def put_item(self, **request: Unpack[shapes.PutItemInput]) -> shapes.WriteOutput:
        """Write one item whole, in place of the one with its key."""
        return self.call("PutItem", request)

    def update_item(self, **request: Unpack[shapes.UpdateItemInput]) -> shapes.WriteOutput:
        """Change attributes of one item, or make it."""
        return self.call("UpdateItem", request)

    def delete_item(self, **request: Unpack[shapes.DeleteItemInput]) -> shapes.WriteOutput:
        """Delete one item by its key."""
        return self.call("DeleteItem", request)

    def query(self, **request: Unpack[shapes.QueryInput]) -> shapes.ItemsOutput:
        """Read a page of the items with one partition key, in the order of their sort keys."""
        return self.call("Query", request)

    def scan(self, **request: Unpack[shapes.ScanInput]) -> shapes.ItemsOutput:
        """Read a page of all items of a table or index."""
        return self.call("Scan", request)

    def batch_get_item(
        self, **request: Unpack[shapes.BatchGetItemInput]
    ) -> shapes.BatchGetItemOutput:
        """Read up to 100 items by their keys."""
        return self.call("BatchGetItem", request)

    def batch_write_item(
        self, **request: Unpack[shapes.BatchWriteItemInput]
    ) -> shapes.BatchWriteItemOutput:
        """Put and delete up to 25 items, each by itself."""
        return self.call("BatchWriteItem", request)

    def transact_get_items(
        self, **request: Unpack[shapes.TransactGetItemsInput]
    ) -> shapes.TransactGetItemsOutput:
        """Read up to 100 items as they are at one moment."""
        return self.call("TransactGetItems", request)

    def transact_write_items(
        self, **request: Unpack[shapes.TransactWriteItemsInput]
    ) -> shapes.TransactWriteItemsOutput:
        """Write up to 100 items, all or none."""
        return self.call("TransactWriteItems", request)

    # Tables.

    def create_table(
        self, **request: Unpack[table_shapes.CreateTableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Create a table with its indexes."""
        return convert.table_in(self.call("CreateTable", request))

    def describe_table(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> table_shapes.DescribeTableOutput:
        """Describe a table."""
        return convert.table_in(self.call("DescribeTable", request))

    def list_tables(
        self, **request: Unpack[table_shapes.ListTablesInput]
    ) -> table_shapes.ListTablesOutput:
        """Name the tables, up to 100 a page."""
        return self.call("ListTables", request)

    def update_table(
        self, **request: Unpack[table_shapes.UpdateTableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Change a table's settings or its global indexes."""
        return convert.table_in(self.call("UpdateTable", request))

    def delete_table(
        self, **request: Unpack[table_shapes.TableInput]
    ) -> table_shapes.TableDescriptionOutput:
        """Delete a table with its items."""
        return convert.table_in(self.call("DeleteTable", request))

    def tag_resource(self, **request: Unpack[table_shapes.TagResourceInput]) -> shapes.EmptyOutput:
        """Set tags of a table."""
        return self.call("TagResource", request)

    def untag_resource(
        self, **request: Unpack[table_shapes.UntagResourceInput]
    ) -> shapes.EmptyOutput:
        """Remove tags of a table."""
        return self.call("UntagResource", request)

    def list_tags_of_resource(
        self, **request: Unpack[table_shapes.ListTagsOfResourceInput]
    ) -> table_shapes.ListTagsOfResourceOutput:
        """List the tags of a table."""
        return self.call("ListTagsOfResource", request)

    # The account.

    def describe_limits(
        self, **request: Unpack[table_shapes.NoInput]
    ) -> table_shapes.DescribeLimitsOutput:
        """Tell the account's throughput limits."""
        return self.call("DescribeLimits", request)

    def describe_endpoints(
        self, **request: Unpack[table_shapes.NoInput]
    ) -> table_shapes.DescribeEndpointsOutput:
        """Tell the region's endpoint."""
        return self.call("DescribeEndpoints", request)

    # Paginators and waiters.

    def can_paginate(self, operation_name: str) -> bool:
        """Whether ``get_paginator`` knows this method name."""
        return operation_name in pages.PAGINATORS

    def get_paginator(self, operation_name: str) -> pages.Paginator:
        """A paginator for ``query``, ``scan`` or ``list_tables``. Raises: ParamValidationError."""
        rule = pages.PAGINATORS.get(operation_name)
        if rule is None:
            raise exceptions.ParamValidationError(f"{operation_name} has no paginator")
        return pages.Paginator(getattr(self, operation_name), rule)

    def get_waiter(self, waiter_name: str) -> pages.Waiter:
        """A waiter: ``table_exists`` or ``table_not_exists``. Raises: ParamValidationError."""
        rule = pages.WAITERS.get(waiter_name)
        if rule is None:
            raise exceptions.ParamValidationError(f"There is no waiter {waiter_name}")
        return pages.Waiter(self.describe_table, rule)

    @property
    def waiter_names(self) -> list[str]:
        """The names that ``get_waiter`` knows."""
        return list(pages.WAITERS)


def _unknown_members(
    operation_name: str, members: Mapping[str, object], known: frozenset[str], *, where: str = ""
) -> exceptions.ParamValidationError:
    unknown = ", ".join(sorted(members.keys() - known))
    taken = ", ".join(sorted(known)) or "nothing"
    return exceptions.ParamValidationError(
        f"{where or operation_name} has no {unknown}; it takes {taken}",
        operation_name,
    )


def _check_nested(operation_name: str, request: dict[str, Any]) -> None:
    """Refuse unknown members inside batches and transactions: a misspelt guard must not be lost.

    Values of a wrong type pass: the engine has the texts for them.
    """
    name, expected = _NESTED[operation_name]
    _check_members(operation_name, name, request.get(name), expected)


def _check_members(operation_name: str, path: str, value: Any, expected: Nested) -> None:
    match value:
        case list():
            for index, element in enumerate(cast("list[Any]", value)):
                _check_members(operation_name, f"{path}[{index}]", element, expected)
        case dict():
            members = cast("dict[str, Any]", value)
            if "*" not in expected and not members.keys() <= expected.keys():
                known = frozenset(expected)
                raise _unknown_members(operation_name, members, known, where=path)
            for name, member in members.items():
                inner = expected.get(name, expected.get("*"))
                if inner is not None:
                    _check_members(operation_name, f"{path}.{name}", member, inner)
        case _:
            pass


def _flat(shape: type) -> Nested:
    return dict.fromkeys(shape.__annotations__)


# The members of what batches and transactions hold; "*": any name, None: not looked into.
_NESTED: Final[Mapping[str, tuple[str, Nested]]] = {
    "BatchGetItem": ("RequestItems", {"*": _flat(shapes.KeysAndAttributes)}),
    "BatchWriteItem": (
        "RequestItems",
        {
            "*": {
                "PutRequest": _flat(shapes.PutRequest),
                "DeleteRequest": _flat(shapes.DeleteRequest),
            }
        },
    ),
    "TransactGetItems": ("TransactItems", {"Get": _flat(shapes.TransactGet)}),
    "TransactWriteItems": (
        "TransactItems",
        {
            "ConditionCheck": _flat(shapes.TransactKey),
            "Put": _flat(shapes.TransactPut),
            "Delete": _flat(shapes.TransactKey),
            "Update": _flat(shapes.TransactUpdate),
        },
    ),
}
INPUTS: Final[Mapping[str, type]] = {
    "BatchGetItem": shapes.BatchGetItemInput,
    "BatchWriteItem": shapes.BatchWriteItemInput,
    "CreateTable": table_shapes.CreateTableInput,
    "DeleteItem": shapes.DeleteItemInput,
    "DeleteTable": table_shapes.TableInput,
    "DescribeEndpoints": table_shapes.NoInput,
    "DescribeLimits": table_shapes.NoInput,
    "DescribeTable": table_shapes.TableInput,
    "GetItem": shapes.GetItemInput,
    "ListTables": table_shapes.ListTablesInput,
    "ListTagsOfResource": table_shapes.ListTagsOfResourceInput,
    "PutItem": shapes.PutItemInput,
    "Query": shapes.QueryInput,
    "Scan": shapes.ScanInput,
    "TagResource": table_shapes.TagResourceInput,
    "TransactGetItems": shapes.TransactGetItemsInput,
    "TransactWriteItems": shapes.TransactWriteItemsInput,
    "UntagResource": table_shapes.UntagResourceInput,
    "UpdateItem": shapes.UpdateItemInput,
    "UpdateTable": table_shapes.UpdateTableInput,
}
MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(shape.__annotations__) for name, shape in INPUTS.items()
}
