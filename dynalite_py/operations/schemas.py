"""What each operation takes: the published model, changed where the service differs from it.

A schema is put together at the first request of its operation and kept.
"""

from __future__ import annotations

import re
from functools import cache

from dynalite_py.operations import api_model, model_differences, schema
from dynalite_py.operations.api_model import Bounds, Declared
from dynalite_py.operations.shapes import (
    Blob,
    Boolean,
    Mapping,
    Member,
    Number,
    Schema,
    Sequence,
    Shape,
    Structure,
    Text,
    Whole,
)

# The one structure that has checks of its own instead of constraints.
_ATTRIBUTE_VALUE = "AttributeValue"
# Not the service's: read for callers of the library alone, who may lock by the stored version.
_VERSIONED = frozenset({"ConditionCheck", "Put", "Delete", "Update"})
_IF_VERSION = Member("IfVersion", Whole("Long", 0), required=False, path="ifVersion")
# What Java's regular expressions spell otherwise than Python's.
_JAVA_SPELLINGS = (
    (r"\p{Print}", r"[\x20-\x7e]"),
    (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF"),
)


@cache
def of(operation: str) -> Schema:
    """An operation's schema."""
    structure = shape(api_model.input_of(operation))
    assert isinstance(structure, Structure)
    return schema.schema(
        structure.members,
        alone=model_differences.ALONE.get(operation, ()),
        first=model_differences.FIRST.get(operation),
    )


@cache
def shape(name: str) -> Shape:
    """A shape by its name in the model."""
    declared = api_model.declared(name)
    if declared.kind != "structure":
        return _plain_shape(name, declared)
    structure = Structure(name, free=name == _ATTRIBUTE_VALUE)
    if structure.free:  # The one that holds itself.
        structure.members.update(_attribute_value_members(structure))
    else:
        structure.members.update(_members(name, declared))
    return structure


def _members(structure: str, declared: Declared) -> dict[str, Member]:
    """A structure's members, in the order in which violations are listed."""
    found: dict[str, Member] = {}
    for name, shape_name, required in api_model.members_of(declared):
        place = f"{structure}.{name}"
        found[name] = Member(
            name,
            _member_shape(place, shape_name),
            required=required or place in model_differences.REQUIRED,
            path=_path(name),
        )
    first = model_differences.ORDER.get(structure, ())
    if structure in _VERSIONED:
        found[_IF_VERSION.name] = _IF_VERSION
    return {name: found[name] for name in dict.fromkeys((*first, *found))}


def _path(name: str) -> str:
    """A member's name as violations print it."""
    return name[0].lower() + name[1:]


def _member_shape(place: str, name: str) -> Shape:
    """A member's shape; one of its own where the service treats this member apart."""
    known = (model_differences.FAULTS, model_differences.BOUNDS, model_differences.PATTERNS)
    if any(place in differences for differences in known):
        return _plain_shape(name, api_model.declared(name), place)
    return shape(name)


def _plain_shape(name: str, declared: Declared, place: str = "") -> Shape:
    """Every shape but a structure. place: the member that it is made for alone."""
    bounds = _bounds(name, declared, place)
    faults = model_differences.FAULTS.get(place) or model_differences.FAULTS.get(name)
    words = declared.content.split()
    match declared.kind:
        case "string":
            return _text(name, declared, bounds, place)
        case "integer":
            return Whole("Integer", *bounds, faults)
        case "long":
            return Whole("Long", *bounds, faults)
        case "double":
            return Number("Double")
        case "timestamp":
            return Number("Date")
        case "boolean":
            return Boolean()
        case "blob":
            return Blob()
        case "list":
            return Sequence(shape(words[0]), *bounds, faults)
        case kind:
            assert kind == "map", kind
            return Mapping(shape(words[1]), faults)


def _bounds(name: str, declared: Declared, place: str) -> Bounds:
    known = model_differences.BOUNDS
    return known.get(place) or known.get(name) or api_model.bounds_of(declared)


def _text(name: str, declared: Declared, bounds: Bounds, place: str) -> Text:
    values = api_model.values_of(declared)
    if values:
        return Text(values=model_differences.PRINTED_VALUES.get(name, values))
    printed = api_model.pattern_of(declared)
    patterns = model_differences.PATTERNS
    own = patterns.get(place) or patterns.get(name)
    pattern, printed = own or (_pattern(printed), printed)
    return Text(*bounds, pattern, printed)


def _pattern(java: str) -> re.Pattern[str] | None:
    if not java:
        return None
    for spelling, pythons in _JAVA_SPELLINGS:
        java = java.replace(spelling, pythons)
    return re.compile(java)


def _attribute_value_members(itself: Structure) -> dict[str, Member]:
    """The members of an attribute value, whose lists and maps hold attribute values again."""
    inner: dict[str, Shape] = {"M": Mapping(itself), "L": Sequence(itself)}
    return {
        name: Member(name, inner.get(name) or shape(shape_name), required=False, path=_path(name))
        for name, shape_name, _ in api_model.members_of(api_model.declared(_ATTRIBUTE_VALUE))
    }
