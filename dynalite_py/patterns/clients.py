"""What the patterns ask of a client, and how they read its refusals.

A client is ``dynalite_py.connect()``, ``dynalite_py.boto3_client(store)`` or ``boto3.client``: low
level, with attribute values such as ``{"S": "x"}``. A resource's ``meta.client`` is none, for it
takes plain values.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

from dynalite_py.model import plain

Plain: TypeAlias = Mapping[str, Any]  # An item or a key in plain values.
Wire: TypeAlias = dict[str, dict[str, Any]]  # The same as a client takes it.
Request: TypeAlias = dict[str, Any]
Call: TypeAlias = Callable[..., Any]

CONDITION_FAILED = "ConditionalCheckFailedException"
CANCELLED = "TransactionCanceledException"


class Client(Protocol):
    """The methods that patterns call; boto3's typed clients and this library's have them all."""

    @property
    def exceptions(self) -> Any:
        """The exceptions by their names; ``ClientError`` is the base class of refusals."""
        ...

    @property
    def get_item(self) -> Call:
        """GetItem."""
        ...

    @property
    def put_item(self) -> Call:
        """PutItem."""
        ...

    @property
    def update_item(self) -> Call:
        """UpdateItem."""
        ...

    @property
    def delete_item(self) -> Call:
        """DeleteItem."""
        ...

    @property
    def query(self) -> Call:
        """Query."""
        ...

    @property
    def scan(self) -> Call:
        """Scan."""
        ...

    @property
    def batch_get_item(self) -> Call:
        """BatchGetItem."""
        ...

    @property
    def batch_write_item(self) -> Call:
        """BatchWriteItem."""
        ...

    @property
    def transact_write_items(self) -> Call:
        """TransactWriteItems."""
        ...

    @property
    def create_table(self) -> Call:
        """CreateTable."""
        ...

    @property
    def delete_table(self) -> Call:
        """DeleteTable."""
        ...

    @property
    def describe_table(self) -> Call:
        """DescribeTable."""
        ...

    @property
    def describe_time_to_live(self) -> Call:
        """DescribeTimeToLive."""
        ...

    @property
    def update_time_to_live(self) -> Call:
        """UpdateTimeToLive."""
        ...

    @property
    def list_tags_of_resource(self) -> Call:
        """ListTagsOfResource."""
        ...

    @property
    def tag_resource(self) -> Call:
        """TagResource."""
        ...

    @property
    def get_waiter(self) -> Call:
        """A waiter by its name."""
        ...


def code(refusal: Exception) -> str:
    """The name of a refusal; "" for another exception."""
    response: Mapping[str, Any] = getattr(refusal, "response", {})
    return response.get("Error", {}).get("Code", "")


def reasons(refusal: Exception) -> list[str]:
    """Of a cancelled transaction, one code for each action, "None" where it is not to blame."""
    response: Mapping[str, Any] = getattr(refusal, "response", {})
    return [reason.get("Code", "None") for reason in response.get("CancellationReasons", ())]


def stored_item(refusal: Exception) -> dict[str, Any] | None:
    """The item that a condition failed on, where the request asked for it: in plain values."""
    response: Mapping[str, Any] = getattr(refusal, "response", {})
    return plain.item_in(response["Item"]) if response.get("Item") else None
