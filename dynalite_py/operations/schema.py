"""Members and constraints of requests as data, with a fast use (accept) and a slow one (explain).

``accepts`` looks at the top level only and may say no to a request that is merely unusual.
``checked`` then finds the refusal that the service itself would give: wrong JSON types first, then
violations of the model. Without one it gives the request as the service reads it: null members
gone, "true" a boolean, 1.5 the whole number 1.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, cast

from dynalite_py.model import table_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema_faults
from dynalite_py.operations.shapes import (
    Blob,
    Boolean,
    Faults,
    Mapping,
    Member,
    Request,
    Schema,
    Sequence,
    Shape,
    Structure,
    Text,
    Whole,
)

# Deeper than the 32 levels an attribute value may have; what is deeper still is refused by the
# value checks.
CONVERTED_DEPTH = 100

NAME_PATTERN = "[a-zA-Z0-9_.-]+"
_ARN = r"arn:[a-z0-9-]+:dynamodb:[a-zA-Z0-9-]*:[0-9]*:table/"


def _member(name: str, shape: Shape, *, required: bool) -> Member:
    return Member(name, shape, required, name[0].lower() + name[1:])


def required(name: str, shape: Shape) -> Member:
    """A member that must be there."""
    return _member(name, shape, required=True)


def optional(name: str, shape: Shape) -> Member:
    """A member that may be left out (or be null)."""
    return _member(name, shape, required=False)


def text(minimum: int | None = None, maximum: int | None = None) -> Text:
    """A string of bounded length."""
    return Text(minimum=minimum, maximum=maximum)


def one_of(*values: str) -> Text:
    """A string out of a set, listed in the order in which the service prints it."""
    return Text(values=values)


def whole(
    kind: Literal["Integer", "Long"],
    minimum: int | None = None,
    maximum: int | None = None,
    faults: Faults | None = None,
) -> Whole:
    """A whole number within bounds."""
    return Whole(kind, minimum, maximum, faults)


def list_of(
    element: Shape,
    minimum: int | None = None,
    maximum: int | None = None,
    faults: Faults | None = None,
) -> Sequence:
    """A list of bounded length."""
    return Sequence(element, minimum, maximum, faults)


def map_of(value: Shape, faults: Faults | None = None) -> Mapping:
    """A map from strings to values of one shape."""
    return Mapping(value, faults)


def structure(name: str, *members: Member, free: bool = False) -> Structure:
    """A structure of the service model. free: nothing inside it has constraints, only types."""
    return Structure(name, {member.name: member for member in members}, free)


def schema(
    *members: Member,
    alone: tuple[str, ...] = (),
    first: Callable[[Request], DynamoDBError | None] | None = None,
) -> Schema:
    """What one operation takes; see Schema for the meaning of alone and first."""
    by_name = {member.name: member for member in members}
    return Schema(by_name, alone, first, _acceptor(members))


STRING = Text()
BLOB = Blob()
BOOLEAN = Boolean()


def _attribute_value() -> Structure:
    """The one recursive shape: its members are filled in once it exists."""
    shape = structure("AttributeValue", free=True)
    forms: dict[str, Shape] = {
        "S": STRING,
        "N": STRING,
        "B": BLOB,
        "SS": list_of(STRING),
        "NS": list_of(STRING),
        "BS": list_of(BLOB),
        "M": map_of(shape),
        "L": list_of(shape),
        "NULL": BOOLEAN,
        "BOOL": BOOLEAN,
    }
    shape.members.update({name: optional(name, form) for name, form in forms.items()})
    return shape


ATTRIBUTE_VALUE = _attribute_value()
ATTRIBUTE_MAP = map_of(ATTRIBUTE_VALUE)
KEY = ATTRIBUTE_MAP

# An empty name breaks the length alone, hence the star; the service prints the plain name's
# pattern for ARNs too.
TABLE_NAME = Text(1, 1024, re.compile(f"(?:{_ARN})?[a-zA-Z0-9_.-]*"), NAME_PATTERN)
INDEX_NAME = Text(3, 255, re.compile(NAME_PATTERN), NAME_PATTERN)

RETURN_CONSUMED_CAPACITY = optional("ReturnConsumedCapacity", one_of("INDEXES", "TOTAL", "NONE"))
RETURN_ITEM_COLLECTION_METRICS = optional("ReturnItemCollectionMetrics", one_of("SIZE", "NONE"))
RETURN_VALUES = optional(
    "ReturnValues", one_of("ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW")
)
RETURN_VALUES_ON_FAILURE = optional(
    "ReturnValuesOnConditionCheckFailure", one_of("ALL_OLD", "NONE")
)
CONDITIONAL_OPERATOR = optional("ConditionalOperator", one_of("OR", "AND"))

_COMPARISON = one_of(
    "IN",
    "NULL",
    "BETWEEN",
    "LT",
    "NOT_CONTAINS",
    "EQ",
    "GT",
    "NOT_NULL",
    "NE",
    "LE",
    "BEGINS_WITH",
    "GE",
    "CONTAINS",
)
_VALUE_LIST = optional("AttributeValueList", list_of(ATTRIBUTE_VALUE))
CONDITION = structure("Condition", _VALUE_LIST, required("ComparisonOperator", _COMPARISON))
EXPECTED = optional(
    "Expected",
    map_of(
        structure(
            "ExpectedAttributeValue",
            optional("Value", ATTRIBUTE_VALUE),
            optional("Exists", BOOLEAN),
            optional("ComparisonOperator", _COMPARISON),
            _VALUE_LIST,
        )
    ),
)
ATTRIBUTE_UPDATES = optional(
    "AttributeUpdates",
    map_of(
        structure(
            "AttributeValueUpdate",
            optional("Value", ATTRIBUTE_VALUE),
            optional("Action", one_of("ADD", "PUT", "DELETE")),
        )
    ),
)
EXPRESSION_NAMES = optional("ExpressionAttributeNames", map_of(STRING))
EXPRESSION_VALUES = optional("ExpressionAttributeValues", ATTRIBUTE_MAP)
CONDITION_MEMBERS = (
    optional("ConditionExpression", STRING),
    EXPRESSION_NAMES,
    EXPRESSION_VALUES,
    RETURN_VALUES_ON_FAILURE,
)


def accepts(schema: Schema, request: Request) -> bool:
    """Whether the top level is plainly right. No may mean unusual: ``checked`` then decides."""
    return schema.accept(request)


def checked(schema: Schema, request: Request) -> Request:
    """The request as the service reads it. Raises: DynamoDBError."""
    schema_faults.refuse_types(schema, request)
    request = converted(schema, request)
    schema_faults.refuse_violations(schema, request)
    return request


def converted(schema: Schema, request: Request) -> Request:
    """The request without nulls and with the service's lenient conversions made.

    Unknown members stay at the top level, where nobody looks at them; inside values they go. The
    types must have been checked.
    """
    unknown = {name: value for name, value in request.items() if name not in schema.members}
    return unknown | _members(schema.members, request, 0)


def _members(members: dict[str, Member], given: dict[str, Any], depth: int) -> dict[str, Any]:
    return {
        name: _value(members[name].shape, value, depth + 1)
        for name, value in given.items()
        if value is not None and name in members
    }


def _value(shape: Shape, value: Any, depth: int) -> Any:
    """One value converted. A null map value of a structure is the empty structure; other nulls
    stay."""
    if depth > CONVERTED_DEPTH:
        return value
    match shape:
        case Structure():
            return _members(shape.members, value or {}, depth)
        case Mapping() if value is not None:
            return {key: _value(shape.value, entry, depth + 1) for key, entry in value.items()}
        case Sequence() if value is not None:
            return [
                None if entry is None else _value(shape.element, entry, depth + 1)
                for entry in value
            ]
        case Boolean() if isinstance(value, str):
            return value.lower() in ("true", "1", "yes")
        case Whole() if isinstance(value, float):
            return math.floor(value)
        case _:
            return value


def _acceptor(members: tuple[Member, ...]) -> Callable[[Request], bool]:
    """A closure over plain tables: one lookup and one call a member."""
    checks = {member.name: _quick(member.shape) for member in members}
    needed = tuple(member.name for member in members if member.required)

    def accept(request: Request) -> bool:
        for name in needed:
            if name not in request:
                return False
        for name, value in request.items():
            check = checks.get(name)
            if check is not None and not check(value):
                return False
        return True

    return accept


def _quick(shape: Shape) -> Callable[[Any], bool]:
    """A check of one value without a look inside it (for lists and maps: of the type and size)."""
    match shape:
        case Text():
            return _quick_text(shape)
        case Whole():
            low = -math.inf if shape.minimum is None else shape.minimum
            high = math.inf if shape.maximum is None else shape.maximum
            return lambda value: type(value) is int and low <= value <= high
        case Boolean():
            return lambda value: value is True or value is False
        case Sequence(element=Text()):
            return _quick_texts(shape, _quick(shape.element))
        case Sequence():
            least = shape.minimum or 0
            most = math.inf if shape.maximum is None else shape.maximum
            return lambda value: (
                type(value) is list and least <= len(cast("list[Any]", value)) <= most
            )
        case Mapping(value=Structure(free=False)):
            return lambda _: False  # Conditions of the legacy parameters: always looked into.
        case Mapping(value=Text()):
            return lambda value: (
                type(value) is dict
                and all(type(entry) is str for entry in cast("dict[str, Any]", value).values())
            )
        case Mapping() if shape.faults is not None:
            return lambda value: type(value) is dict and value != {}
        case _:
            return lambda value: type(value) is dict


def _quick_texts(shape: Sequence, fits: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A list of texts is handled as it is, so that each of them is looked at."""
    least = shape.minimum or 0
    most = math.inf if shape.maximum is None else shape.maximum
    return lambda value: (
        type(value) is list
        and least <= len(cast("list[Any]", value)) <= most
        and all(map(fits, cast("list[Any]", value)))
    )


def _quick_text(shape: Text) -> Callable[[Any], bool]:
    if shape.values:
        values = frozenset(shape.values)
        return lambda value: type(value) is str and value in values
    least = shape.minimum or 0
    most = math.inf if shape.maximum is None else shape.maximum
    if shape.pattern is not None:
        # The same few names come again and again: 0.1 µs from the cache, 0.5 µs by the pattern.
        matches = lru_cache(1024)(shape.pattern.fullmatch)
        return lambda value: (
            type(value) is str and least <= len(value) <= most and matches(value) is not None
        )
    if least or shape.maximum is not None:
        return lambda value: type(value) is str and least <= len(value) <= most
    return lambda value: type(value) is str


def control_table_name(request: Request) -> DynamoDBError | None:
    """The table operations' own words for a missing name and one of a wrong length, ahead of the
    model."""
    name = request.get("TableName")
    if name is None:
        return table_errors.table_name_required()
    if not 3 <= len(_short_name(name)) <= 255:
        return table_errors.table_name_length()
    return None


def _short_name(name: str) -> str:
    """A table's name out of a name or an ARN, for the rule on its length."""
    return name.rpartition("/")[2] if name.startswith("arn:") else name
