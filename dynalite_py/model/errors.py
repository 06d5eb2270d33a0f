"""Every refusal: one exception class, one function a refusal; the service's own texts stand here.

Neighbours hold the texts of one subject each: ``expression_errors`` (expressions, key conditions,
legacy parameters), ``table_errors`` (table operations and tags), ``authentication_errors``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dynalite_py.model import codec

INVALID_PARAMETER = "One or more parameter values were invalid: "
ENVELOPE = "1 validation error detected: "

_CORAL_SERVICE = "com.amazon.coral.service#"
_CORAL_VALIDATE = "com.amazon.coral.validate#"
_DYNAMODB = "com.amazonaws.dynamodb.v20120810#"

_PREFIXES = {
    "ValidationException": _CORAL_VALIDATE,
    "SerializationException": _CORAL_SERVICE,
    "AccessDeniedException": _CORAL_SERVICE,
    "UnknownOperationException": _CORAL_SERVICE,
    "MissingAuthenticationTokenException": _CORAL_SERVICE,
    "IncompleteSignatureException": _CORAL_SERVICE,
    "InvalidSignatureException": _CORAL_SERVICE,
    "UnrecognizedClientException": _CORAL_SERVICE,
    "InternalFailure": _CORAL_SERVICE,
}
# These spell the text's member with a capital letter. Source: facts, Error JSON.
_CAPITAL_MESSAGE = frozenset(
    {
        "SerializationException",
        "AccessDeniedException",
        "TransactionCanceledException",
        "IdempotentParameterMismatchException",
        "TransactionInProgressException",
    }
)


class DynamoDBError(Exception):
    """A refusal in the service's words.

    code: the exception's name on the wire. message: its text, None where the service sends none.
    extra: further members of the body (``Item``, ``CancellationReasons``...). status: the HTTP
    status.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        extra: Mapping[str, Any] | None = None,
        status: int = 400,
    ) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message
        self.extra: Mapping[str, Any] = extra or {}
        self.status = status

    def __str__(self) -> str:
        return f"{self.code}: {self.message}" if self.message else self.code


def wire_type(error: DynamoDBError) -> str:
    """The ``__type`` of the error's body: prefix and name."""
    return _PREFIXES.get(error.code, _DYNAMODB) + error.code


def members(error: DynamoDBError) -> dict[str, Any]:
    """The members of the error's JSON body, ``__type`` first."""
    body: dict[str, Any] = {"__type": wire_type(error), **error.extra}
    if error.message is not None:
        body["Message" if error.code in _CAPITAL_MESSAGE else "message"] = error.message
    return body


def body(error: DynamoDBError) -> bytes:
    """The error's JSON body."""
    return codec.encode(members(error))


# The general ones.


def validation(text: str) -> DynamoDBError:
    """A ValidationException with this text as it stands."""
    return DynamoDBError("ValidationException", text)


def invalid_parameter(text: str) -> DynamoDBError:
    """A ValidationException that begins "One or more parameter values were invalid: "."""
    return validation(INVALID_PARAMETER + text)


def enveloped(error: DynamoDBError) -> DynamoDBError:
    """The same refusal as PutItem and UpdateItem send it, behind "1 validation error detected"."""
    return validation(ENVELOPE + (error.message or ""))


_ENVELOPED_VALUES = (
    "One or more parameter values were invalid: An string set ",
    "One or more parameter values were invalid: An number set ",
    "One or more parameter values were invalid: Binary sets ",
    "One or more parameter values were invalid: Input collection ",
    "One or more parameter values were invalid: Null attribute value ",
)


def enveloped_value(error: DynamoDBError) -> DynamoDBError:
    """A fault of an attribute value as PutItem and UpdateItem send it: some faults enveloped.

    Source: facts, the envelope on PutItem and UpdateItem.
    """
    return enveloped(error) if (error.message or "").startswith(_ENVELOPED_VALUES) else error


def serialization(text: str | None = None) -> DynamoDBError:
    """A SerializationException; the bare form has no text."""
    return DynamoDBError("SerializationException", text)


def misshapen() -> DynamoDBError:
    """A value of the wrong JSON type.

    The schema's explanation replaces this text by the exact one.
    """
    return serialization("Unexpected value type in payload")


def unknown_operation() -> DynamoDBError:
    """The operation's name is not one of the API's."""
    return DynamoDBError("UnknownOperationException")


def unsupported_operation(name: str) -> DynamoDBError:
    """The operation is the API's, but this store does not do it: said aloud, never a silent
    success.
    """
    return DynamoDBError(
        "UnsupportedOperationException",
        f"dynalite_py does not support the operation {name}; nothing was changed.",
    )


def internal_failure() -> DynamoDBError:
    """An exception nobody foresaw; its trace is in the log."""
    return DynamoDBError(
        "InternalServerError",
        "The request processing has failed because of an unknown error, exception or failure.",
        status=500,
    )


def storage_failed(reason: str) -> DynamoDBError:
    """The file refused the write (full disk, I/O error): nothing of the request was stored."""
    return DynamoDBError(
        "InternalServerError",
        f"The store could not write: {reason}. Nothing was changed.",
        status=500,
    )


def write_not_confirmed(reason: str) -> DynamoDBError:
    """The commit of this write failed at the disk: it may be in the file, or not."""
    return DynamoDBError(
        "InternalServerError",
        f"The disk did not confirm this write: {reason}. Whether it is stored shows when the store "
        "is opened again; until then no write is taken.",
        status=500,
    )


def store_failed(reason: str) -> DynamoDBError:
    """The disk did not confirm an earlier write, so nothing more is written until a reopening."""
    return DynamoDBError(
        "InternalServerError",
        f"No write is taken until the store is opened again: the disk did not confirm an earlier "
        f"one: {reason}. Nothing was changed.",
        status=500,
    )


# Tables as the item operations see them.


def table_not_found() -> DynamoDBError:
    """An item operation names a table that is not there."""
    return DynamoDBError("ResourceNotFoundException", "Requested resource not found")


def named_table_not_found(name: str) -> DynamoDBError:
    """A table operation names a table that is not there."""
    return DynamoDBError(
        "ResourceNotFoundException", f"Requested resource not found: Table: {name} not found"
    )


def unknown_index(index_name: str) -> DynamoDBError:
    """Query or Scan names an index the table does not have."""
    return validation(f"The table does not have the specified index: {index_name}")


# Attribute values. Source: facts, AttributeValue validation and Numbers.


def empty_value() -> DynamoDBError:
    """An attribute value without a data type."""
    return validation(
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"
    )


def several_types() -> DynamoDBError:
    """An attribute value with more than one data type."""
    return validation(
        "Supplied AttributeValue has more than one datatypes set, "
        "must contain exactly one of the supported datatypes"
    )


def false_null() -> DynamoDBError:
    """``{"NULL": false}``."""
    return invalid_parameter("Null attribute value types must have the value of true")


def empty_string_set() -> DynamoDBError:
    """``{"SS": []}``; the two blanks are the service's."""
    return invalid_parameter("An string set  may not be empty")


def null_string() -> DynamoDBError:
    """``{"SS": [null]}``."""
    return invalid_parameter("An string set may not have a null string as a member")


def empty_number_set() -> DynamoDBError:
    """``{"NS": []}``; the two blanks are the service's."""
    return invalid_parameter("An number set  may not be empty")


def empty_binary_set() -> DynamoDBError:
    """``{"BS": []}``."""
    return invalid_parameter("Binary sets should not be empty")


def duplicate_strings(members_given: Sequence[str]) -> DynamoDBError:
    """A string set names a member twice; the set is printed in the request's order."""
    return invalid_parameter(f"Input collection [{', '.join(members_given)}] contains duplicates.")


def duplicate_binaries(members_given: Sequence[str]) -> DynamoDBError:
    """A binary set names a member twice; members as base64."""
    return invalid_parameter(
        f"Input collection [{', '.join(members_given)}]of type BS contains duplicates."
    )


def duplicate_numbers() -> DynamoDBError:
    """A number set holds two numbers of one value."""
    return validation("Input collection contains duplicates")


def not_a_number(text: str = "") -> DynamoDBError:
    """The text of a number follows no number syntax."""
    tail = f": {text}" if text else ""
    return validation(f"The parameter cannot be converted to a numeric value{tail}")


def too_many_digits() -> DynamoDBError:
    """More than 38 significant digits."""
    return validation("Attempting to store more than 38 significant digits in a Number")


def number_overflow() -> DynamoDBError:
    """Magnitude of 1E126 or more."""
    return validation(
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )


def number_underflow() -> DynamoDBError:
    """Magnitude below 1E-130, not zero."""
    return validation(
        "Number underflow. Attempting to store a number with magnitude smaller than supported range"
    )


def too_deep() -> DynamoDBError:
    """More than 32 levels of nesting."""
    return validation(
        "Nesting Levels have exceeded supported limits: "
        "Attributes in the item have nested levels beyond supported limit"
    )


def bad_base64() -> DynamoDBError:
    """A binary whose base64 has other letters, or bits that belong to no byte."""
    return serialization("Invalid last non-pad Base64 character dectected")


def empty_attribute_name() -> DynamoDBError:
    """An attribute whose name is the empty string."""
    return validation("Empty attribute name")


def attribute_name_too_long(limit_bytes: int) -> DynamoDBError:
    """An attribute name beyond 65535 bytes."""
    return invalid_parameter(
        f"Attribute name is too large, must be less than or equal to {limit_bytes} bytes"
    )


# Keys. Source: facts, Keys in items and Keys in Key parameters.


def missing_key(name: str) -> DynamoDBError:
    """An item without one of its table's key attributes."""
    return invalid_parameter(f"Missing the key {name} in the item")


def key_type_mismatch(name: str, expected: str, actual: str) -> DynamoDBError:
    """An item whose key attribute has another type than the table's definition."""
    return invalid_parameter(f"Type mismatch for key {name} expected: {expected} actual: {actual}")


def empty_key(name: str, kind: str) -> DynamoDBError:
    """A key attribute that is empty. kind: ``string`` or ``binary``."""
    return validation(
        "One or more parameter values are not valid. The AttributeValue for a key attribute "
        f"cannot contain an empty {kind} value. Key: {name}"
    )


def partition_key_too_long() -> DynamoDBError:
    """A partition key beyond 2048 bytes; the missing blank is the service's."""
    return invalid_parameter("Size of hashkey has exceeded the maximum size limit of2048 bytes")


def sort_key_too_long() -> DynamoDBError:
    """A sort key beyond 1024 bytes."""
    return invalid_parameter(
        "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
    )


def key_does_not_fit() -> DynamoDBError:
    """A Key parameter with other names, types or number of attributes than the table's key."""
    return validation("The provided key element does not match the schema")


def index_key_type_mismatch(
    name: str, expected: str, actual: str, index_name: str
) -> DynamoDBError:
    """An item whose index key attribute has another type than the definition."""
    return invalid_parameter(
        f"Type mismatch for Index Key {name} Expected: {expected} Actual: {actual} "
        f"IndexName: {index_name}"
    )


def empty_index_key(name: str, index_name: str, kind: str) -> DynamoDBError:
    """An item whose index key attribute is empty. kind: ``string`` or ``binary``."""
    return validation(
        "One or more parameter values are not valid. A value specified for a secondary index key "
        "is not supported. The AttributeValue for a key attribute cannot contain an empty "
        f"{kind} value. IndexName: {index_name}, IndexKey: {name}"
    )


def update_to_empty_index_key(kind: str) -> DynamoDBError:
    """An update that would empty an index key attribute. kind: ``string`` or ``binary``."""
    return validation(
        "One or more parameter values are not valid. The update expression attempted to update a "
        "secondary index key to a value that is not supported. The AttributeValue for a key "
        f"attribute cannot contain an empty {kind} value."
    )


def update_to_wrong_index_key_type() -> DynamoDBError:
    """An update that computes an index key attribute of a wrong type."""
    return validation(
        "The update expression attempted to update the secondary index key to unsupported type"
    )


def update_to_long_index_key() -> DynamoDBError:
    """An update that makes an index key attribute longer than a key may be."""
    return validation(
        "The update expression attempted to update the secondary index key "
        "beyond allowed size limits."
    )


def key_update(name: str) -> DynamoDBError:
    """An update whose target is a key attribute."""
    return invalid_parameter(f"Cannot update attribute {name}. This attribute is part of the key")


def key_path(name: str, *, of_index: bool = False) -> DynamoDBError:
    """A path that goes inside a key attribute."""
    kind = "IndexKey" if of_index else "Key"
    return validation(
        "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
        f"allowed: {kind}: {name}"
    )


# Items and requests.


def item_too_large() -> DynamoDBError:
    """An item beyond 400 KB given to a put."""
    return validation("Item size has exceeded the maximum allowed size")


def updated_item_too_large() -> DynamoDBError:
    """An update whose result is beyond 400 KB."""
    return validation("Item size to update has exceeded the maximum allowed size")


def condition_failed(item: Mapping[str, Any] | None = None) -> DynamoDBError:
    """The condition does not hold. item: the stored item, where the request asked for it."""
    return DynamoDBError(
        "ConditionalCheckFailedException",
        "The conditional request failed",
        extra={} if item is None else {"Item": item},
    )


def version_conflict(version: int, item: Mapping[str, Any] | None) -> DynamoDBError:
    """The stored version is not the one the caller read.

    version: the current one, 0 without an item.
    """
    extra: dict[str, Any] = {"Version": version}
    if item is not None:
        extra["Item"] = item
    return DynamoDBError("VersionConflict", f"The item has version {version} now", extra=extra)


def not_a_version(given: object) -> DynamoDBError:
    """IfVersion is something else than a version."""
    return validation(f"IfVersion must be a whole number from 0 on, not {given!r:.100}")


def put_return_values() -> DynamoDBError:
    """PutItem and DeleteItem can return the old item or nothing."""
    return validation("ReturnValues can only be ALL_OLD or NONE")


def duplicate_keys() -> DynamoDBError:
    """A batch names one item twice."""
    return validation("Provided list of item keys contains duplicates")


def too_many_batch_items(operation: str) -> DynamoDBError:
    """A batch beyond its limit over several tables."""
    return validation(f"Too many items requested for the {operation} call")


def request_items_required(operation: str) -> DynamoDBError:
    """A batch without any table."""
    return validation(f"The requestItems parameter is required for {operation}")


def one_action_only() -> DynamoDBError:
    """A member of TransactItems with several actions, or none."""
    return validation("TransactItems can only contain one of Check, Put, Update or Delete")


def several_actions_on_one_item() -> DynamoDBError:
    """A transaction names one item twice."""
    return validation("Transaction request cannot include multiple operations on one item")


def transaction_too_large() -> DynamoDBError:
    """A transaction whose request carries more than 4 MB."""
    return validation(
        "Transaction payload size cannot exceed 4 MB: the size of the transaction payload is larger"
    )


def answer_too_large(size_bytes: int) -> DynamoDBError:
    """A transaction that reads more than 4 MB. No record tells the text; it is DynamoDB Local's."""
    return validation(f"Payload in response is too large.{size_bytes}")


def collection_too_large() -> DynamoDBError:
    """A write that would bring an item collection beyond 10 GB."""
    return DynamoDBError("ItemCollectionSizeLimitExceededException", "Collection size exceeded.")


def transaction_cancelled(reasons: Sequence[Mapping[str, Any]]) -> DynamoDBError:
    """A transaction that did not happen. reasons: one for each action, in request order."""
    codes = ", ".join(reason["Code"] for reason in reasons)
    return DynamoDBError(
        "TransactionCanceledException",
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]",
        extra={"CancellationReasons": list(reasons)},
    )


# What a reason, or the refusal of a single write, says of an item that is held.
ONGOING_TRANSACTION = "Transaction is ongoing for the item"


def transaction_conflict() -> DynamoDBError:
    """A write to an item that a transaction under way has."""
    return DynamoDBError("TransactionConflictException", ONGOING_TRANSACTION)


def transaction_in_progress() -> DynamoDBError:
    """A ClientRequestToken whose first request is still under way."""
    return DynamoDBError(
        "TransactionInProgressException",
        "The transaction with the given request token is already in progress.",
    )


def idempotent_parameter_mismatch() -> DynamoDBError:
    """A ClientRequestToken that came before with other content."""
    return DynamoDBError(
        "IdempotentParameterMismatchException",
        "The request uses the same client token as a previous, but non-identical request. "
        "Do not reuse a client token with different requests, unless the requests are identical",
    )
