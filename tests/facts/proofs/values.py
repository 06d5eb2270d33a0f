"""Attribute values and keys: what is refused in which words, and what is legal."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_values.py::"
_COMES_BACK = f"{_WIRE}test_a_legal_value_comes_back"
_SET = f"{_WIRE}test_a_legal_value_may_be_set_and_compared"
_IN_KEYS = ("GetItem", "UpdateItem", "DeleteItem")
_TYPES = ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")


def _put(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: value of a put: {name}" for name in names)


def _in_values(*names: str) -> tuple[str, ...]:
    return tuple(
        f"fact: {operation}: value: {name}"
        for operation in ("PutItem", "UpdateItem", "DeleteItem", "Scan", "Query")
        for name in names
    )


def _bare(*names: str) -> tuple[str, ...]:
    places = (
        "batch write",
        "batch delete",
        "batch get",
        "filter",
        "scan's filter",
        "key condition",
    )
    return tuple(f"fact: value of a {place}: {name}" for place in places for name in names)


def _item(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: item: {name}" for name in names)


def _key(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: key of {each}: {name}" for each in _IN_KEYS for name in names)


VALUES: tuple[Proof, ...] = (
    proof(
        "A value without a data type is refused as empty, at any depth",
        AWS_CAPTURED,
        *_put("no type", "no type inside a list"),
    ),
    proof(
        "A value that names only unknown types is refused as empty, at any depth",
        AWS_CAPTURED,
        *_put("no known type", "no known type inside a map"),
    ),
    proof(
        "A value of two data types is refused, at any depth",
        AWS_CAPTURED,
        *_put("two types", "two types inside"),
    ),
    proof(
        "A bad number is reported before the second data type beside it",
        AWS_CAPTURED,
        *_put("two types with a bad number"),
    ),
    proof(
        "A NULL that is false is refused on every path",
        AWS_CAPTURED,
        *_put("a false NULL", "a false NULL inside"),
        *_bare("a false NULL"),
    ),
    proof(
        "A false NULL is refused behind the envelope on PutItem and UpdateItem, at any depth",
        AWS_CAPTURED,
        *_put("a false NULL", "a false NULL inside"),
        "fact: value of a update's key: a false NULL",
        "fact: value of a legacy update: a false NULL inside",
    ),
    proof(
        "Faults of sets are refused behind the envelope on PutItem and UpdateItem",
        AWS_CAPTURED,
        *_put("no strings", "a string twice", "a binary twice"),
        "fact: value of a update's key: no strings",
        "fact: value of a legacy update: a string twice",
    ),
    proof("An empty string set is refused", AWS_CAPTURED, *_put("no strings")),
    proof("An empty number set is refused", AWS_CAPTURED, *_put("no numbers")),
    proof("An empty binary set is refused", AWS_CAPTURED, *_put("no binaries")),
    proof(
        "A string set with a member twice is refused with the whole set in the request's order",
        AWS_CAPTURED,
        *_put("a string twice"),
    ),
    proof(
        "A binary set with a member twice is refused with the whole set and the service's spacing",
        AWS_CAPTURED,
        *_put("a binary twice"),
    ),
    proof(
        "A number set with two numbers of one value is refused without the usual prefix",
        AWS_CAPTURED,
        *_put("a number twice"),
    ),
    proof(
        "A bad number in N or NS is refused with the texts of numbers, without a prefix",
        AWS_CAPTURED,
        *_put("a word for a number", "a word in a number set", "39 digits in a set"),
    ),
    proof(
        "Values that nest beyond 32 levels are refused",
        AWS_CAPTURED,
        *_put("33 levels", "33 levels of lists"),
        _COMES_BACK,
    ),
    proof(
        "A value of 32 levels is legal in an item and in ExpressionAttributeValues",
        AWS_CAPTURED,
        _COMES_BACK,
        _SET,
    ),
    proof(
        "Base64 that is none is a SerializationException wherever a binary stands",
        AWS_CAPTURED,
        "tests/wire/test_expressions.py::test_bad_base64_is_a_serialization_fault_wherever_it_stands",
        "tests/model/test_values.py::test_bad_base64_is_a_serialization_fault",
    ),
    proof(
        "Attributes are checked in the order in which they occur, depth first",
        AWS_CAPTURED,
        "fact: values are checked in their order",
    ),
    proof(
        "Empty strings and binaries are legal outside keys, also in sets, lists and maps",
        AWS_CAPTURED,
        _COMES_BACK,
        _SET,
    ),
    proof("Empty lists and maps are legal", AWS_CAPTURED, _COMES_BACK, _SET),
    proof(
        "A fault inside ExpressionAttributeValues is wrapped and names the value's key",
        AWS_CAPTURED,
        *_in_values(
            *("an empty value", "two types", "an empty string set", "an empty number set"),
            *("an empty binary set", "a string twice", "bytes twice", "a number twice"),
            *("a word for a number", "39 digits", "a large number", "a small number"),
            "a bad value inside",
        ),
    ),
    proof(
        "A false NULL in ExpressionAttributeValues comes without the wrapper",
        AWS_CAPTURED,
        "fact: PutItem: value: a false NULL",
        "fact: DeleteItem: value: a false NULL",
    ),
    proof(
        "Values too deep in ExpressionAttributeValues come without the wrapper",
        AWS_CAPTURED,
        "fact: PutItem: value: 33 levels",
        "fact: Scan: value: 33 levels",
    ),
    proof(
        "Batches and legacy filters refuse bad values with the same texts, bare",
        AWS_CAPTURED,
        *_bare("no type", "two types", "no strings", "a string twice", "a word for a number"),
        *_bare("a number twice", "33 levels"),
    ),
    proof(
        "An attribute name in an item may not be empty",
        AWS_CAPTURED,
        *_item("an empty name"),
        *_put("an empty name inside"),
    ),
    proof(
        "An attribute name in an item has at most 65535 bytes",
        AWS_CAPTURED,
        *_item("a name of 65536 bytes"),
        f"{_WIRE}test_a_name_may_have_65535_bytes",
    ),
)
ITEMS: tuple[Proof, ...] = (
    proof(
        "A put item without a key attribute is refused by the attribute's name",
        AWS_CAPTURED,
        *_item("no partition key", "no sort key"),
    ),
    proof(
        "A put item whose key attribute has another type is refused with both types",
        AWS_CAPTURED,
        *_item("a sort key S", *(f"a partition key {kind}" for kind in _TYPES)),
    ),
    proof(
        "A put item with an empty string key is refused by the key's name",
        AWS_CAPTURED,
        *_item("an empty string key"),
    ),
    proof(
        "A put item with an empty binary key is refused by the key's name",
        AWS_CAPTURED,
        *_item("an empty binary key"),
    ),
    proof(
        "A partition key has at most 2048 bytes",
        AWS_CAPTURED,
        *_item("a partition key of 2049 bytes"),
        f"{_WIRE}test_keys_may_have_2048_and_1024_bytes",
    ),
    proof(
        "A sort key has at most 1024 bytes",
        AWS_CAPTURED,
        *_item("a sort key of 1025 bytes"),
        f"{_WIRE}test_keys_may_have_2048_and_1024_bytes",
    ),
    proof(
        "An index key of another type, NULL too, is refused by attribute, types and index",
        AWS_CAPTURED,
        *_item(*(f"an index key {kind}" for kind in (*_TYPES, "N", "B"))),
    ),
    proof(
        "Of several indexes with a wrong key the alphabetically first is named",
        AWS_CAPTURED,
        *_item("index keys of another type in two indexes"),
    ),
    proof(
        "A put item with an empty index key is refused by index and attribute",
        AWS_CAPTURED,
        *_item("an empty index key"),
        "fact: an empty index key",
    ),
    proof(
        "An index's partition key has at most 2048 bytes, its sort key at most 1024",
        AWS_CAPTURED,
        *_item("an index's partition key of 2049 bytes", "an index's sort key of 1025 bytes"),
    ),
    proof(
        "Keys are measured by the bytes of their values, without their names",
        AWS_CAPTURED,
        f"{_WIRE}test_keys_may_have_2048_and_1024_bytes",
        f"{_WIRE}test_a_binary_key_is_measured_by_its_bytes",
    ),
    proof(
        "The sort keys of table and local index are measured one by one, not together",
        AWS_CAPTURED,
        f"{_WIRE}test_keys_may_have_2048_and_1024_bytes",
    ),
    proof(
        "An item without an index's key is legal and not in the index",
        AWS_CAPTURED,
        f"{_WIRE}test_an_item_without_an_index_key_is_not_in_the_index",
    ),
)
KEYS: tuple[Proof, ...] = (
    proof(
        "A Key parameter with a wrong number of attributes does not match the schema",
        AWS_CAPTURED,
        *_key("no sort key", "a third attribute"),
    ),
    proof(
        "A Key parameter with another name does not match the schema",
        AWS_CAPTURED,
        *_key("another name"),
    ),
    proof(
        "A Key parameter of another type does not match the schema",
        AWS_CAPTURED,
        *_key(*(f"a {kind}" for kind in _TYPES)),
        "fact: key: another type",
    ),
    proof(
        "A Key parameter with an empty string or binary is refused by the key's name",
        AWS_CAPTURED,
        *_key("an empty binary"),
        "fact: key: an empty string",
    ),
    proof(
        "A Key parameter beyond the keys' limits has the texts of items",
        AWS_CAPTURED,
        *_key("1025 bytes"),
        "fact: key: 2049 bytes",
    ),
    proof(
        "Keys of batches and transactions are refused in the same words",
        AWS_CAPTURED,
        f"{_WIRE}test_keys_of_batches_and_transactions_are_refused_as_others",
        "fact: key: an empty string",
    ),
    proof(
        "An update may not have a key attribute as target",
        AWS_CAPTURED,
        "fact: SET of the partition key",
        "fact: REMOVE of the sort key",
        "fact: SET of the sort key",
        "fact: legacy update: a key",
    ),
    proof(
        "An update that empties an index key is refused without naming key or index",
        AWS_CAPTURED,
        "fact: index key by update: an empty constant",
        "fact: index key by update: an empty computed value",
        "fact: index key by legacy update: empty",
    ),
    proof(
        "An update that sets an index key to a constant of another type names key and index",
        AWS_CAPTURED,
        "fact: index key by update: a constant of another type",
        "fact: index key by legacy update: another type",
    ),
    proof(
        "An update that computes an index key of another type is refused as unsupported",
        AWS_CAPTURED,
        "fact: index key by update: a computed value",
        "fact: index key by update: a sum",
        "fact: index key by update: an added number",
    ),
    proof(
        "In a batch write a put item's key fault has the words of Key parameters",
        AWS_CAPTURED,
        "fact: a key is missing",
        "fact: batch write: a key of another type",
    ),
    proof(
        "A set, list, map, BOOL or NULL as a key is a type mismatch that names its type",
        AWS_CAPTURED,
        *_item(*(f"a partition key {kind}" for kind in _TYPES)),
    ),
    proof(
        "Hash and range keys have 1 to 2048 and 1 to 1024 bytes, in tables and indexes",
        DOCS,
        f"{_WIRE}test_keys_may_have_2048_and_1024_bytes",
        *_item("a partition key of 2049 bytes", "an index's sort key of 1025 bytes"),
    ),
    proof(
        "Items whose keys a later index cannot take are left out when it is filled",
        AWS_CAPTURED,
        "tests/operations/test_update_table.py::"
        "test_items_whose_key_the_new_index_cannot_take_are_skipped",
    ),
)
PROOFS = (*VALUES, *ITEMS, *KEYS)
