"""A call of the API between Python's values and the engine: what goes in, what comes out, what is
raised. The client that waits and the one that awaits share it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dynalite_py.doors.library import convert, exceptions, request_members
from dynalite_py.model.errors import DynamoDBError


def check_members(operation_name: str, members: Mapping[str, object]) -> None:
    """Refuse members that the operation does not have. Raises: ParamValidationError."""
    known = request_members.known(operation_name)
    if known is not None and not members.keys() <= known:
        raise request_members.unknown(operation_name, members, known)


def request(operation_name: str, members: Mapping[str, object]) -> dict[str, Any]:
    """The request in wire form. Raises: ParamValidationError."""
    made = convert.request(operation_name, members)
    if operation_name in request_members.NESTED:
        request_members.check_nested(operation_name, made)
    return made


def in_plain_types(
    members: Mapping[str, object], made: dict[str, Any], refusal: DynamoDBError
) -> dict[str, Any] | None:
    """Another try where a request that went in as it came was of no type of JSON; else None.

    Tuples, enumerations, subclasses of str: JSON takes them, and so does this door.
    """
    if made is not members or refusal.code != "SerializationException":
        return None
    return convert.plain(members)


def response(body: bytes, request_id: str) -> dict[str, Any]:
    """An answer in boto3's form."""
    answer = convert.response(body)
    answer["ResponseMetadata"] = {
        "RequestId": request_id,
        "HTTPStatusCode": 200,
        "HTTPHeaders": {},
        "RetryAttempts": 0,
    }
    return answer


def refused(
    operation_name: str, refusal: DynamoDBError, request_id: str
) -> exceptions.DynaliteError:
    """A refusal as this door raises it."""
    extra = convert.error_members(refusal.extra)
    return exceptions.of(refusal, operation_name, extra, request_id=request_id)
