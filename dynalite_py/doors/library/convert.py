"""Between Python and the wire form, for both doors.

The client's door takes and gives boto3's shapes, which differ from the wire form in binaries
(bytes) and dates. The Table door takes and gives plain values: str, int, Decimal, bytes, bool,
None, list, dict, set.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

from dynalite_py.doors.library import exceptions
from dynalite_py.model import codec
from dynalite_py.model import plain as plain_values

Request: TypeAlias = dict[str, Any]
Floats: TypeAlias = plain_values.Floats

# An attribute value that is a binary, in JSON without blanks. Text cannot look like it, for its
# quotation marks are escaped. One search costs a quarter of an ``in`` for each of the two types.
_binary = re.compile(rb'\{"BS?":').search
# The API's model does not list this member of a table's description, so boto3 does not show it.
_OF_THE_WIRE_ALONE = "TableThroughputModeSummary"
_BINARY_TYPES = (bytes, bytearray, memoryview)


# The client's door.


def request(operation_name: str, members: Mapping[str, object]) -> Request:
    """A request in boto3's shapes as one in wire form; the members themselves where they are it.

    JSON text shows whether binaries occur, in less time than a walk in Python; only then is the
    request walked. Raises: ParamValidationError for what JSON cannot carry.
    """
    try:
        if type(members) is dict and not _binary(codec.encode(members)):
            return cast("Request", members)
    except TypeError:
        pass
    try:
        return codec.decode(codec.encode(_binaries_out(members, operation_name, operation_name, 0)))
    except TypeError as failure:
        if isinstance(failure, exceptions.DynaliteError):
            raise
        raise exceptions.ParamValidationError(str(failure), operation_name) from None


def plain(members: Mapping[str, object]) -> Request:
    """A private copy in JSON's own types: what tuples, enumerations and subclasses stand for."""
    return codec.decode(codec.encode(members))


def response(body: bytes) -> dict[str, Any]:
    """An answer's body in boto3's shapes: bytes for binaries."""
    decoded = codec.decode(body) if body else {}
    return binaries_in(decoded) if _binary(body) else decoded


def error_members(members: Mapping[str, Any]) -> dict[str, Any]:
    """A refusal's further members in boto3's shapes: a copy, for the items may be the engine's."""
    return binaries_in(codec.decode(codec.encode(dict(members))))


def table_in(answer: dict[str, Any]) -> Any:
    """An answer about a table in boto3's form; in place.

    Dates are datetimes, and there is no member that only the wire has.
    """
    for described in answer.values():
        if isinstance(described, dict):
            described.pop(_OF_THE_WIRE_ALONE, None)
    return dates_in(answer)


def dates_in(value: Any) -> Any:
    """The same description with its dates, epoch seconds on the wire, as datetimes; in place."""
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        for name, member in members.items():
            if name.endswith("DateTime") and isinstance(member, int | float):
                members[name] = datetime.fromtimestamp(member, tz=UTC)
            else:
                dates_in(member)
    elif isinstance(value, list):
        for member in cast("list[Any]", value):
            dates_in(member)
    return value


def records_in(answer: dict[str, Any]) -> Any:
    """Records of a stream with the times of their changes as datetimes; in place."""
    for record in answer.get("Records", ()):
        data = record["dynamodb"]
        moment = data["ApproximateCreationDateTime"]
        data["ApproximateCreationDateTime"] = datetime.fromtimestamp(moment, tz=UTC)
    return answer


def dates_out(members: Mapping[str, object]) -> dict[str, Any]:
    """A request with epoch seconds for its datetimes, also for those a level below."""
    return {
        name: dates_out(cast("Mapping[str, object]", member))
        if isinstance(member, Mapping)
        else member.timestamp()
        if isinstance(member, datetime)
        else member
        for name, member in members.items()
    }


def binaries_in(value: Any) -> Any:
    """The same JSON value with bytes for the base64 text of B and BS; in place.

    A dict whose only member is "B" with a text is an attribute value and nothing else: an attribute
    or a table of that name has a dict or a list there.
    """
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        for name, member in members.items():
            if type(member) is str:
                if name == "B" and len(members) == 1:
                    members[name] = base64.b64decode(member)
            elif name == "BS" and len(members) == 1 and type(member) is list:
                members[name] = [base64.b64decode(text) for text in cast("list[str]", member)]
            else:
                binaries_in(member)
    elif isinstance(value, list):
        for member in cast("list[Any]", value):
            binaries_in(member)
    return value


def _binaries_out(value: Any, path: str, operation_name: str, depth: int) -> Any:
    """A copy with base64 text for binaries. path: where value stands, for the error's text."""
    if depth > 2 * plain_values.DEEPEST:  # A level of a document is two levels of JSON.
        raise exceptions.ParamValidationError(f"{path} is nested too deeply", operation_name)
    if isinstance(value, Mapping):
        members = cast("Mapping[Any, Any]", value)
        return {
            _name_out(name, path, operation_name): _member_out(
                name, member, f"{path}.{name}", operation_name, depth, len(members)
            )
            for name, member in members.items()
        }
    if isinstance(value, list | tuple):
        return [
            _binaries_out(member, f"{path}[{index}]", operation_name, depth + 1)
            for index, member in enumerate(cast("list[Any]", value))
        ]
    try:
        codec.encode(value)
    except TypeError:
        kind = type(value).__name__
        raise exceptions.ParamValidationError(
            f"{path}: a value of type {kind} has no place in a request: {value!r:.200}",
            operation_name,
        ) from None
    return value


def _name_out(name: Any, path: str, operation_name: str) -> str:
    if not isinstance(name, str):
        raise exceptions.ParamValidationError(
            f"{path}: a name must be a str, not {type(name).__name__}: {name!r:.200}",
            operation_name,
        )
    return name


def _member_out(
    name: Any, member: Any, path: str, operation_name: str, depth: int, siblings: int
) -> Any:
    """One member of a mapping. As in boto3, a str given for a binary means its UTF-8 bytes."""
    if siblings == 1:
        if name == "B" and isinstance(member, (str, *_BINARY_TYPES)):
            return _base64(member)
        if name == "BS" and isinstance(member, list | tuple | set | frozenset):
            blobs = cast("list[Any]", member)
            if all(isinstance(blob, (str, *_BINARY_TYPES)) for blob in blobs):
                return [_base64(blob) for blob in blobs]
    return _binaries_out(member, path, operation_name, depth + 1)


def _base64(blob: Any) -> str:
    data = blob.encode() if isinstance(blob, str) else bytes(blob)
    return base64.b64encode(data).decode("ascii")


# The Table door.

item_in = plain_values.item_in
value_in = plain_values.value_in
number_in = plain_values.number_in


def item_out(item: Mapping[str, Any], *, floats: Floats = "refuse") -> dict[str, dict[str, Any]]:
    """A plain item in boto3's form. Raises: ParamValidationError."""
    try:
        return plain_values.item_out(item, floats=floats)
    except plain_values.NotStorableError as fault:
        raise exceptions.ParamValidationError(str(fault)) from None


def value_out(value: Any, *, floats: Floats = "refuse") -> dict[str, Any]:
    """A plain value in boto3's form: ``3`` -> ``{"N": "3"}``. Raises: ParamValidationError."""
    try:
        return plain_values.value_out(value, floats=floats)
    except plain_values.NotStorableError as fault:
        raise exceptions.ParamValidationError(str(fault)) from None
