"""What a request breaks, in the service's own words: JSON types first, then violations of the
model.

Source: facts, SerializationException and declarative validation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, Literal, TypeAlias, cast

from dynalite_py.model import errors
from dynalite_py.operations.shapes import (
    Blob,
    Boolean,
    Mapping,
    Member,
    Number,
    Request,
    Schema,
    Sequence,
    Shape,
    Structure,
    Text,
    Whole,
)

# Where a value stands; the texts for structures and maps depend on it.
Position: TypeAlias = Literal["member", "element", "entry"]

VIOLATIONS_LISTED = 10
PRINTED_DEPTH = 40

_PACKAGE = "com.amazonaws.dynamodb.v20120810."
_PARAMETERIZED = "sun.reflect.generics.reflectiveObjects.ParameterizedTypeImpl"
_NO_CAST = (
    f"class {_PARAMETERIZED} cannot be cast to class java.lang.Class ({_PARAMETERIZED} and "
    "java.lang.Class are in module java.base of loader 'bootstrap')"
)
_UNEXPECTED_START = "Start of structure or map found where not expected"
_BAD_BASE64 = "Invalid last non-pad Base64 character dectected"
_BASE64 = re.compile("[A-Za-z0-9+/]*={0,2}")
_BASE64_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BOOLEAN_WORDS = frozenset(("true", "false", "1", "0", "yes", "no"))


def refuse_types(schema: Schema, request: Request) -> None:
    """Raise SerializationException for the first value of a wrong JSON type, in document order.

    The walk keeps its own stack: a body may nest deeper than Python's.
    """
    if type(request) is not dict:
        raise errors.serialization(None)
    pending = _member_values(schema.members, request)
    pending.reverse()
    while pending:
        shape, value, position = pending.pop()
        if value is None:
            continue
        fault = _type_fault(shape, value, position)
        if fault is not None:
            raise errors.serialization(fault)
        inner = _inner_values(shape, value)
        inner.reverse()
        pending.extend(inner)


def _member_values(
    members: dict[str, Member], given: dict[str, Any]
) -> list[tuple[Shape, Any, Position]]:
    """The known members that are given, each with its shape; unknown ones are nobody's business."""
    return [
        (members[name].shape, value, "member") for name, value in given.items() if name in members
    ]


def _inner_values(shape: Shape, value: Any) -> list[tuple[Shape, Any, Position]]:
    match shape:
        case Structure():
            return _member_values(shape.members, value)
        case Mapping():
            return [(shape.value, entry, "entry") for entry in value.values()]
        case Sequence():
            return [(shape.element, entry, "element") for entry in value]
        case _:
            return []


def _type_fault(shape: Shape, value: Any, position: Position) -> str | None:
    """The service's text for a value that cannot be of the shape; None when it can."""
    match shape:
        case Text():
            return None if type(value) is str else _scalar_fault(value, "String")
        case Boolean():
            return _boolean_fault(value)
        case Whole() | Number():
            return None if type(value) in (int, float) else _scalar_fault(value, shape.kind)
        case Blob():
            return _blob_fault(value)
        case _:
            return _collection_fault(shape, value, position)


def _scalar_fault(value: Any, kind: str) -> str:
    """Any value given for a string, whole number or boolean that needs another JSON type."""
    match value:
        case dict():
            return _UNEXPECTED_START
        case list():
            return f"Unrecognized collection type class java.lang.{kind}"
        case bool():
            return f"{'TRUE' if value else 'FALSE'}_VALUE cannot be converted to {kind}"
        case str():
            return f"STRING_VALUE cannot be converted to {kind}"
        case int():
            return f"NUMBER_VALUE cannot be converted to {kind}"
        case _:
            return f"DECIMAL_VALUE cannot be converted to {kind}"


def _boolean_fault(value: Any) -> str | None:
    if type(value) is bool:
        return None
    if type(value) is str:
        known = value.lower() in _BOOLEAN_WORDS
        return None if known else "Unexpected token received from parser"
    return _scalar_fault(value, "Boolean")


def _blob_fault(value: Any) -> str | None:
    match value:
        case str():
            return _base64_fault(value)
        case dict():
            return _UNEXPECTED_START
        case list():
            return "Unrecognized collection type class java.nio.ByteBuffer"
        case _:
            return "only base-64-encoded strings are convertible to bytes"


def _base64_fault(text: str) -> str | None:
    if len(text) % 4:
        return f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(text)}"
    if _BASE64.fullmatch(text) is None:
        return _BAD_BASE64
    digits = text.rstrip("=")
    if len(digits) == len(text):
        return None
    # The last digit before the padding may not carry bits that belong to no byte.
    spare = 0b11 if len(text) - len(digits) == 1 else 0b1111
    return _BAD_BASE64 if _BASE64_DIGITS.index(digits[-1]) & spare else None


def _collection_fault(
    shape: Sequence | Mapping | Structure, value: Any, position: Position
) -> str | None:
    if type(value) is (list if isinstance(shape, Sequence) else dict):
        return None
    if isinstance(value, dict):
        return _UNEXPECTED_START
    if isinstance(value, list):
        return f"Unrecognized collection type {_collection_name(shape)}"
    match shape, position:
        case (Sequence(), "entry") | (Mapping(), "element"):
            return _NO_CAST
        case (Structure(), "element" | "entry"):
            return "Unexpected value type in payload"
        case _:
            return "Unexpected field type"


def _collection_name(shape: Shape) -> str:
    if isinstance(shape, Structure):
        return f"class {_java_type(shape)}"
    return _java_type(shape)


def _java_type(shape: Shape) -> str:
    match shape:
        case Structure():
            return _PACKAGE + shape.name
        case Mapping():
            return f"java.util.Map<java.lang.String, {_java_type(shape.value)}>"
        case Sequence():
            return f"java.util.List<{_java_type(shape.element)}>"
        case _:
            return "java.lang.String"


def refuse_violations(schema: Schema, request: Request) -> None:
    """Raise ValidationException for what breaks the model. The request is a converted one."""
    if schema.first is not None:
        refusal = schema.first(request)
        if refusal is not None:
            raise refusal
    for name in schema.alone:
        _refuse(_member_violations(schema.members[name], request, ""))
    _refuse(
        chain.from_iterable(
            _member_violations(member, request, "")
            for member in schema.members.values()
            if member.name not in schema.alone
        )
    )


def _refuse(violations: Iterator[str]) -> None:
    """At most ten violations are listed, and counted."""
    listed = list(islice(violations, VIOLATIONS_LISTED))
    if not listed:
        return
    plural = "" if len(listed) == 1 else "s"
    raise errors.validation(f"{len(listed)} validation error{plural} detected: {'; '.join(listed)}")


def _member_violations(member: Member, given: dict[str, Any], path: str) -> Iterator[str]:
    value = given.get(member.name)
    path += member.path
    if value is not None:
        yield from _violations(member.shape, value, path)
    elif member.required:
        yield violation(None, path, "Member must not be null")


def _violations(shape: Shape, value: Any, path: str) -> Iterator[str]:
    """What the value breaks: first what it breaks itself, then what is inside it."""
    match shape:
        case Text():
            yield from _text_violations(shape, value, path)
        case Whole():
            yield from _own_violations(shape, value, path)
        case Sequence():
            yield from _own_violations(shape, value, path)
            yield from _element_violations(shape, value, path)
        case Mapping():
            yield from _own_violations(shape, value, path)
            yield from _entry_violations(shape, value, path)
        case Structure() if not shape.free:
            for member in shape.members.values():
                yield from _member_violations(member, value, f"{path}.")
        case _:
            return


def _element_violations(shape: Sequence, value: list[Any], path: str) -> Iterator[str]:
    if _is_free(shape.element):
        return
    for position, element in enumerate(value, 1):
        place = f"{path}.{position}.member"
        if element is None:
            yield violation(None, place, "Member must not be null")
        else:
            yield from _violations(shape.element, element, place)


def _entry_violations(shape: Mapping, value: dict[str, Any], path: str) -> Iterator[str]:
    if _is_free(shape.value):
        return
    for key, entry in value.items():
        place = f"{path}.{key}.member"
        if entry is None:
            yield violation(None, place, "Member must not be null")
        else:
            yield from _violations(shape.value, entry, place)


def _is_free(shape: Shape) -> bool:
    """Attribute values have checks of their own, which speak of null entries in other words."""
    return isinstance(shape, Structure) and shape.free


def _text_violations(shape: Text, value: str, path: str) -> Iterator[str]:
    if shape.values and value not in shape.values:
        allowed = ", ".join(shape.values)
        yield violation(value, path, f"Member must satisfy enum value set: [{allowed}]")
    if shape.pattern is not None and shape.pattern.fullmatch(value) is None:
        rule = f"Member must satisfy regular expression pattern: {shape.printed_pattern}"
        yield violation(value, path, rule)
    yield from _bound_violations(shape, len(value), "length", value, path)


def _own_violations(shape: Whole | Sequence | Mapping, value: Any, path: str) -> Iterator[str]:
    if shape.faults is not None:
        yield from shape.faults(value, path, shape)
    elif isinstance(shape, Whole):
        yield from _bound_violations(shape, value, "value", value, path)
    elif isinstance(shape, Sequence):
        yield from _bound_violations(shape, len(value), "length", value, path, shape)


def _bound_violations(
    bounds: Text | Whole | Sequence,
    measure: int,
    measured: Literal["length", "value"],
    value: Any,
    path: str,
    shape: Shape | None = None,
) -> Iterator[str]:
    if bounds.minimum is not None and measure < bounds.minimum:
        rule = f"Member must have {measured} greater than or equal to {bounds.minimum}"
        yield violation(value, path, rule, shape)
    if bounds.maximum is not None and measure > bounds.maximum:
        rule = f"Member must have {measured} less than or equal to {bounds.maximum}"
        yield violation(value, path, rule, shape)


def violation(value: Any, path: str, rule: str, shape: Shape | None = None) -> str:
    """One violation as the service prints it. shape: how lists and maps are to be printed."""
    shown = "null" if value is None else f"'{printed(value, shape)}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"


def unprinted_violation(path: str, rule: str) -> str:
    """The newer form of one violation, which does not print the value."""
    return f"Value at '{path}' failed to satisfy constraint: {rule}"


def printed(value: Any, shape: Shape | None, depth: int = 0) -> str:
    """A value as Java prints it: [x, y], {k=v}, KeySchemaElement(attributeName=pk,
    keyType=HASH)."""
    if depth > PRINTED_DEPTH:
        return "..."
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        element = shape.element if isinstance(shape, Sequence) else None
        entries = [printed(entry, element, depth + 1) for entry in value]
        return f"[{', '.join(entries)}]"
    if isinstance(value, dict):
        return _printed_names(cast("dict[str, Any]", value), shape, depth)
    return "null" if value is None else str(value)


def _printed_names(value: dict[str, Any], shape: Shape | None, depth: int) -> str:
    if isinstance(shape, Structure):
        known = [(member, value[name]) for name, member in shape.members.items() if name in value]
        if shape.free:
            # Attribute values have a form of their own, seen whole in other refusals.
            entries = [
                f"{member.name}:{_printed_in(member, inner, depth)}" for member, inner in known
            ]
            return f"{shape.name}: {{{', '.join(entries)}}}"
        entries = [f"{member.path}={_printed_in(member, inner, depth)}" for member, inner in known]
        return f"{shape.name}({', '.join(entries)})"
    entry_shape = shape.value if isinstance(shape, Mapping) else None
    entries = [f"{key}={printed(entry, entry_shape, depth + 1)}" for key, entry in value.items()]
    return f"{{{', '.join(entries)}}}"


def _printed_in(member: Member, value: Any, depth: int) -> str:
    return printed(value, member.shape, depth + 1)
