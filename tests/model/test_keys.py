"""Keys: hash order of the service, ordered columns, index entries, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.model import keys, numbers, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Index, KeyType, Table

_STRINGS = ["2", "8", "9", "1", "6", "hello", "0", "5", "4", "äáöü", "aardman", "7", "3", "zapf"]
_NUMBERS = [
    "7",
    "999.9",
    "8",
    "3",
    "2",
    "-999.9",
    "9",
    "4",
    "-0.09",
    "6",
    "1",
    "0",
    "0.012345",
    "5",
]


def _table(attributes: dict[str, KeyType], sort_key: str | None, *indexes: Index) -> Table:
    return Table(
        id=1,
        uid="",
        account="000000000000",
        region="us-east-1",
        name="t",
        attributes=attributes,
        partition_key="p",
        sort_key=sort_key,
        created_at=0.0,
        indexes=indexes,
    )


def test_partitions_come_in_the_recorded_scan_order() -> None:
    """Facts, Order of results: recorded on the service."""
    assert sorted(_STRINGS, key=lambda text: keys.hash_of(text.encode())) == _STRINGS
    by_hash = sorted(_NUMBERS, key=lambda text: keys.hash_of(numbers.sort_bytes(text)))
    assert by_hash == _NUMBERS


@given(
    st.lists(
        st.tuples(st.text(max_size=3), st.binary(max_size=3), st.integers(-300, 300)),
        min_size=2,
        max_size=2,
    )
)
def test_a_composite_key_sorts_as_the_tuple_of_its_parts(
    given: list[tuple[str, bytes, int]],
) -> None:
    def blob(parts: tuple[str, bytes, int]) -> bytes:
        return b"".join(
            keys.composite_part(part)
            for part in (parts[0].encode(), parts[1], numbers.sort_bytes(str(parts[2])))
        )

    def plain(parts: tuple[str, bytes, int]) -> tuple[bytes, bytes, int]:
        return parts[0].encode(), parts[1], parts[2]

    left, right = given
    assert (blob(left) < blob(right)) == (plain(left) < plain(right))


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({}, "One or more parameter values were invalid: Missing the key p in the item"),
        (
            {"p": {"N": "1"}},
            (
                "One or more parameter values were invalid: "
                "Type mismatch for key p expected: S actual: N"
            ),
        ),
        (
            {"p": {"S": ""}},
            (
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty string value. Key: p"
            ),
        ),
        (
            {"p": {"S": "x" * 2049}},
            (
                "One or more parameter values were invalid: "
                "Size of hashkey has exceeded the maximum size limit of2048 bytes"
            ),
        ),
        (
            {"p": {"S": "x"}, "s": {"B": ""}},
            (
                "One or more parameter values are not valid. The AttributeValue for a key "
                "attribute cannot contain an empty binary value. Key: s"
            ),
        ),
        (
            {"p": {"S": "x"}, "s": {"B": "A" * 1368}},
            (
                "One or more parameter values were invalid: "
                "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
            ),
        ),
    ],
)
def test_an_item_with_a_bad_key_is_refused(item: dict[str, Any], message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        keys.of_item(_table({"p": "S", "s": "B"}, "s"), item)
    assert refusal.value.message == message


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"p": {"S": "x"}},
        {"p": {"S": "x"}, "s": {"N": "1"}, "t": {"N": "1"}},
        {"p": {"S": "x"}, "t": {"N": "1"}},
        {"p": {"N": "1"}, "s": {"N": "1"}},
        {"p": {"S": "x"}, "s": {"L": []}},
    ],
)
def test_a_key_parameter_has_the_keys_attributes_and_no_others(key: dict[str, Any]) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        keys.of_key(_table({"p": "S", "s": "N"}, "s"), key)
    assert refusal.value.message == "The provided key element does not match the schema"


_INDEX = Index(
    id=1,
    name="by_g",
    is_global=True,
    hash_keys=("g",),
    range_keys=("h",),
    types=("S", "N"),
    projection="ALL",
)


@pytest.mark.parametrize(
    "item",
    [{}, {"g": {"S": "x"}}, {"g": {"N": "1"}, "h": {"N": "1"}}, {"g": {"S": ""}, "h": {"N": "1"}}],
)
def test_an_item_without_fitting_index_keys_is_not_in_the_index(item: dict[str, Any]) -> None:
    assert keys.index_columns(_INDEX, item) is None


def test_an_index_entry_is_ordered_by_its_own_keys() -> None:
    columns = keys.index_columns(_INDEX, {"g": {"S": "x"}, "h": {"N": "7"}})
    assert columns == (keys.hash_of(b"x"), "x", numbers.sort_bytes("7"))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"NULL": True},
            (
                "One or more parameter values were invalid: "
                "Type mismatch for Index Key g Expected: S Actual: NULL IndexName: by_g"
            ),
        ),
        (
            {"S": ""},
            (
                "One or more parameter values are not valid. A value specified for a secondary "
                "index key is not supported. The AttributeValue for a key attribute cannot contain "
                "an empty string value. IndexName: by_g, IndexKey: g"
            ),
        ),
    ],
)
def test_an_item_with_a_bad_index_key_is_refused(value: dict[str, Any], message: str) -> None:
    table = _table({"p": "S", "g": "S", "h": "N"}, None, _INDEX)
    with pytest.raises(DynamoDBError) as refusal:
        keys.check_index_keys(table, {"p": {"S": "x"}, "g": value})
    assert refusal.value.message == message


@pytest.mark.parametrize(
    ("key", "plain"),
    [
        ({"p": {"S": "x"}, "s": {"N": "7"}}, True),
        ({"p": {"S": "x"}, "s": {"N": "007"}}, True),
        ({"p": {"S": "x"}, "s": {"N": "-7.50"}}, False),
        ({"p": {"S": "x"}, "s": {"N": "x"}}, False),
        ({"p": {"S": "x"}, "s": {"N": "٣"}}, True),
        ({"p": {"S": "x", "N": "1"}, "s": {"N": "7"}}, False),
        ({"p": {"S": ""}, "s": {"N": "7"}}, False),
        ({"p": {"S": 3}, "s": {"N": "7"}}, False),
        ({"p": [], "s": {"N": "7"}}, False),
        ({"p": {"S": "x"}}, False),
    ],
)
def test_a_plain_key_is_found_as_any_other(key: dict[str, Any], plain: bool) -> None:
    table = _table({"p": "S", "s": "N"}, "s")

    def outcome(of: Any, given: Any) -> Any:
        try:
            return of(table, given)
        except DynamoDBError as refusal:
            return refusal.message

    def canonical(_: Any, given: Any) -> Any:
        return values.canonical_item(given)

    found = outcome(keys.of_plain_key, key)
    assert (found is not None) is plain
    if plain:
        checked = outcome(canonical, key)
        assert found == (outcome(keys.of_key, checked) if isinstance(checked, dict) else checked)
