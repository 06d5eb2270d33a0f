"""The ten attribute types in wire form: checks, canonical form, equality.

A value is a dict of one member, type to content: ``{"S": "x"}``, ``{"N": "1.5"}``, ``{"B":
"<base64>"}``... Its canonical form has numbers in canonical text and binaries in strict base64;
sets keep the request's order. Source: facts, AttributeValue validation.
"""

from __future__ import annotations

import binascii
import zlib
from collections.abc import Callable
from typing import Any, TypeAlias, cast

from dynalite_py.model import codec, errors, limits, numbers

AttributeValue: TypeAlias = dict[str, Any]
Item: TypeAlias = dict[str, AttributeValue]

_SUM_OF_BYTES = 0xFFFF  # modulo 65521

TYPES = frozenset({"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"})


def type_of(value: AttributeValue) -> str:
    """The type name of a canonical value."""
    [kind] = value
    return kind


def canonical_item(item: Any) -> Item:
    """The item in canonical form.

    Raises: DynamoDBError for the first fault, in the item's order.
    """
    if type(item) is not dict:
        raise errors.misshapen()
    canonical: Item = {}
    members: dict[Any, Any] = item  # No cast: each is a call, and this is the hot path.
    value: Any
    kind: Any
    content: Any
    for name, value in members.items():
        if not name or len(name) > _SHORT_NAME:
            check_name(name)
        # The two commonest cases stand here: a call for each attribute costs more than the check.
        if value.__class__ is dict and len(value) == 1:
            [(kind, content)] = value.items()
            if kind == "S" and type(content) is str:
                canonical[name] = value
                continue
            if kind == "N" and type(content) is str:
                number = numbers.canonical_number(content)
                canonical[name] = value if number == content else {"N": number}
                continue
        canonical[name] = _canonical(value, 1)
    return canonical


def has_false_null(item: Any) -> bool:
    """Whether ``{"NULL": false}`` stands anywhere in an item, at any depth; the rest of it may be
    at fault.
    """
    pending: list[Any] = list(cast("dict[Any, Any]", item).values()) if type(item) is dict else []
    while pending:
        value = pending.pop()
        if type(value) is not dict:
            continue
        given = cast("AttributeValue", value)
        if given.get("NULL") is False:
            return True
        for inner in (given.get("L"), given.get("M")):
            if type(inner) is list:
                pending += cast("list[Any]", inner)
            elif type(inner) is dict:
                pending += cast("dict[Any, Any]", inner).values()
    return False


def canonical_value(value: Any) -> AttributeValue:
    """One attribute value in canonical form. Raises: DynamoDBError."""
    return _canonical(value, 1)


_SHORT_NAME = limits.ATTRIBUTE_NAME_BYTES // 4


def check_name(name: Any) -> None:
    """Refuse an attribute name that is empty or longer than 65535 bytes. Raises: DynamoDBError."""
    if type(name) is not str:
        raise errors.misshapen()
    if not name:
        raise errors.empty_attribute_name()
    if len(name) > _SHORT_NAME and len(name.encode()) > limits.ATTRIBUTE_NAME_BYTES:
        raise errors.attribute_name_too_long(limits.ATTRIBUTE_NAME_BYTES)


def _canonical(value: Any, level: int) -> AttributeValue:
    if type(value) is not dict:
        raise errors.misshapen()
    given = cast("AttributeValue", value)
    if len(given) == 1:
        [(kind, content)] = given.items()
        check = _CHECKS.get(kind)
        if check is not None and content is not None:
            if level > limits.NESTING_LEVELS:
                raise errors.too_deep()
            checked = check(content, level)
            return given if checked is content else {kind: checked}
    return _canonical_odd(given, level)


def _canonical_odd(given: AttributeValue, level: int) -> AttributeValue:
    """A value with unknown or absent members beside its type: those do not count."""
    known = {kind: given[kind] for kind in given if kind in TYPES and given[kind] is not None}
    if len(known) == 1:
        return _canonical(known, level)
    if not known:
        raise errors.empty_value()
    for kind in ("N", "NS"):  # A bad number is reported before the number of types.
        if kind in known:
            _canonical({kind: known[kind]}, level)
    raise errors.several_types()


def _string(content: Any, _level: int) -> Any:
    if type(content) is not str:
        raise errors.misshapen()
    return content


def _number(content: Any, _level: int) -> Any:
    if type(content) is not str:
        raise errors.misshapen()
    canonical = numbers.canonical_number(content)
    return content if canonical == content else canonical


def _binary(content: Any, _level: int) -> Any:
    binary_bytes(content)
    return content


def binary_bytes(content: Any) -> bytes:
    """The bytes of a B value's base64 text.

    Raises: DynamoDBError (SerializationException) for bad base64.
    """
    if type(content) is not str:
        raise errors.serialization("only base-64-encoded strings are convertible to bytes")
    if len(content) % 4:
        raise errors.serialization(
            f"Base64 encoded length is expected a multiple of 4 bytes but found: {len(content)}"
        )
    try:
        decoded = binascii.a2b_base64(content, strict_mode=True)
    except ValueError as failure:
        raise errors.bad_base64() from failure
    # Python lets bits pass that belong to no byte. The service does not, so that equal bytes have
    # one text, and values compare by their texts.
    if content.endswith("=") and _base64_of_rest(decoded) != content[-4:]:
        raise errors.bad_base64()
    return decoded


def _base64_of_rest(content: bytes) -> str:
    """The letters of the one or two bytes behind the last three that belong together."""
    return binascii.b2a_base64(content[-(len(content) % 3) :], newline=False).decode()


def _boolean(content: Any, _level: int) -> Any:
    if type(content) is bool:
        return content
    if type(content) is str and content.lower() in ("true", "false"):
        return content.lower() == "true"
    raise errors.misshapen()


def _null(content: Any, level: int) -> Any:
    if _boolean(content, level) is not True:
        raise errors.false_null()
    return True


def _strings(
    content: Any,
    empty: Callable[[], errors.DynamoDBError],
    null: Callable[[], errors.DynamoDBError],
) -> list[str]:
    """The members of a set, all of them texts. empty, null: the refusals of such."""
    if type(content) is not list:
        raise errors.misshapen()
    members = cast("list[Any]", content)
    if not members:
        raise empty()
    if None in members:
        raise null()
    if any(type(member) is not str for member in members):
        raise errors.misshapen()
    return cast("list[str]", members)


def _string_set(content: Any, _level: int) -> Any:
    members = _strings(content, errors.empty_string_set, errors.null_string)
    if len(set(members)) != len(members):
        raise errors.duplicate_strings(members)
    return content


def _number_set(content: Any, _level: int) -> Any:
    given = _strings(content, errors.empty_number_set, errors.not_a_number)
    members = [numbers.canonical_number(member) for member in given]
    if len(set(members)) != len(members):
        raise errors.duplicate_numbers()
    return content if members == given else members


def _binary_set(content: Any, _level: int) -> Any:
    members = _strings(content, errors.empty_binary_set, errors.misshapen)
    if len({binary_bytes(member) for member in members}) != len(members):
        raise errors.duplicate_binaries(members)
    return content


def _list(content: Any, level: int) -> Any:
    if type(content) is not list:
        raise errors.misshapen()
    return [_canonical(member, level + 1) for member in cast("list[Any]", content)]


def _map(content: Any, level: int) -> Any:
    if type(content) is not dict:
        raise errors.misshapen()
    members: dict[str, AttributeValue] = {}
    for name, member in cast("dict[Any, Any]", content).items():
        check_name(name)
        members[name] = _canonical(member, level + 1)
    return members


_CHECKS: dict[str, Callable[[Any, int], Any]] = {
    "S": _string,
    "N": _number,
    "B": _binary,
    "BOOL": _boolean,
    "NULL": _null,
    "SS": _string_set,
    "NS": _number_set,
    "BS": _binary_set,
    "L": _list,
    "M": _map,
}


def depth(value: AttributeValue) -> int:
    """Levels of nesting of a canonical value: a scalar is 1."""
    [(kind, content)] = value.items()
    if kind == "L":
        return 1 + max((depth(member) for member in content), default=0)
    if kind == "M":
        return 1 + max((depth(member) for member in content.values()), default=0)
    return 1


def equal(left: AttributeValue, right: AttributeValue) -> bool:
    """Deep equality of canonical values by type and value; the order of set members does not
    count.
    """
    if left == right:
        return True
    [(left_type, left_content)] = left.items()
    [(right_type, right_content)] = right.items()
    if left_type != right_type:
        return False
    if left_type in ("SS", "NS", "BS"):
        return len(left_content) == len(right_content) and set(left_content) == set(right_content)
    if left_type == "L":
        return len(left_content) == len(right_content) and all(
            map(equal, left_content, right_content)
        )
    if left_type == "M":
        return items_equal(left_content, right_content)
    return False


def items_equal(left: Item, right: Item) -> bool:
    """Deep equality of two items (or of the contents of two maps)."""
    return left.keys() == right.keys() and all(
        equal(value, right[name]) for name, value in left.items()
    )


def stored_texts_equal(left: str, right: str) -> bool:
    """Whether two stored texts say the same item: by text at once, by value where the texts
    differ.

    Equal items differ in the order of members alone, so their texts have the same letters. Nearly
    all others are told by the sums of those (the low half of Adler-32), at a tenth of the cost.
    """
    if left == right:
        return True
    if (
        len(left) != len(right)
        or (zlib.adler32(left.encode()) ^ zlib.adler32(right.encode())) & _SUM_OF_BYTES
    ):
        return False
    return items_equal(codec.decode(left), codec.decode(right))
