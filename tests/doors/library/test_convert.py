"""Values between Python and the wire."""

import base64
import enum
from collections import OrderedDict
from datetime import UTC, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.doors.library import convert, exceptions

NUMBERS = st.integers(-(10**38), 10**38) | st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30
)
# JSON as we write it has no lone surrogates, as UTF-8 has none.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
SETS = st.sets(TEXTS, min_size=1) | st.sets(NUMBERS, min_size=1) | st.sets(st.binary(), min_size=1)
VALUES = st.recursive(
    TEXTS | NUMBERS | st.binary() | st.booleans() | st.none() | SETS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def through_the_wire(item: dict[str, Any]) -> dict[str, Any]:
    """An item as the engine would store it and the door would read it back."""
    request = convert.request("PutItem", {"Item": convert.item_out(item)})
    body = convert.codec.encode({"Item": request["Item"]})
    return convert.item_in(convert.response(body)["Item"])


@given(item=st.dictionaries(TEXTS, VALUES, max_size=5))
def test_plain_items_come_back_as_they_were(item: dict[str, Any]) -> None:
    assert through_the_wire(item) == item


@given(number=NUMBERS)
def test_numbers_come_back_as_int_when_whole_else_as_decimal(number: int | Decimal) -> None:
    back = through_the_wire({"n": number})["n"]
    assert back == number
    assert type(back) is (int if number == int(number) else Decimal)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("-7", -7),
        ("7.50", Decimal("7.50")),
        ("1E+40", 10**40),
        ("1E-5", Decimal("0.00001")),
        ("12345678901234567890123456789012345678", 12345678901234567890123456789012345678),
        (
            "0.1234567890123456789012345678901234567",
            Decimal("0.1234567890123456789012345678901234567"),
        ),
        ("3.0", 3),
    ],
)
def test_number_texts_become_exact_numbers(text: str, number: int | Decimal) -> None:
    back = convert.number_in(text)
    assert (back, type(back)) == (number, type(number))


class Colour(enum.StrEnum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


FORMS: list[tuple[Any, Any]] = [
    (True, {"BOOL": True}),
    (1, {"N": "1"}),
    (Level.HIGH, {"N": "3"}),
    (Colour.RED, {"S": "red"}),
    (Decimal("1.50"), {"N": "1.50"}),
    (None, {"NULL": True}),
    ("", {"S": ""}),
    (bytearray(b"ab"), {"B": b"ab"}),
    (memoryview(b"ab"), {"B": b"ab"}),
    ((1, "a"), {"L": [{"N": "1"}, {"S": "a"}]}),
    (OrderedDict(a=1), {"M": {"a": {"N": "1"}}}),
    ({"b", "a"}, {"SS": ["a", "b"]}),
    (frozenset({2, 1}), {"NS": ["1", "2"]}),
    ({b"b", b"a"}, {"BS": [b"a", b"b"]}),
    ([], {"L": []}),
]


@pytest.mark.parametrize(("value", "wire"), FORMS)
def test_plain_values_have_one_form(value: Any, wire: dict[str, Any]) -> None:
    assert convert.value_out(value) == wire


REFUSED: list[tuple[Any, Any]] = [
    (1.5, 'Decimal("1.5")'),
    ({1.5}, 'Decimal("1.5")'),
    (Decimal("NaN"), "NaN"),
    (Decimal("-Infinity"), "-Infinity"),
    (set(), "an empty set"),
    ({1, "a"}, "a set of N and S"),
    ({True}, "a set of BOOL"),
    ({None}, "a set of NULL"),
    (datetime(2026, 1, 1, tzinfo=UTC), "datetime"),
    (object(), "object"),
    ({1: "a"}, "a name must be a str, not int: 1"),
]


@pytest.mark.parametrize(("value", "part_of_text"), REFUSED)
def test_what_cannot_be_stored_is_refused_with_its_place(value: Any, part_of_text: str) -> None:
    with pytest.raises(exceptions.ParamValidationError) as caught:
        convert.item_out({"price": [value]})
    assert part_of_text in caught.value.message
    assert "price[0]" in caught.value.message


@pytest.mark.parametrize(
    ("number", "text"), [(0.1, "0.1"), (1e22, "1e+22"), (-2.0, "-2.0"), (5e-324, "5e-324")]
)
def test_floats_are_stored_by_their_text_on_request(number: float, text: str) -> None:
    assert convert.value_out(number, floats="repr") == {"N": text}


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_floats_without_a_decimal_text_are_refused(number: float) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="no number"):
        convert.value_out(number, floats="repr")


def test_a_value_that_holds_itself_is_refused() -> None:
    loop: list[Any] = []
    loop.append(loop)
    with pytest.raises(exceptions.ParamValidationError, match="too deeply"):
        convert.value_out(loop)
    with pytest.raises(exceptions.ParamValidationError, match="too deeply"):
        convert.request("PutItem", {"Item": loop})


B64 = base64.b64encode(b"\x00\xff").decode()


REQUESTS: list[tuple[Any, Any]] = [
    ({"Key": {"k": {"B": b"\x00\xff"}}}, {"Key": {"k": {"B": B64}}}),
    ({"Key": {"k": {"B": bytearray(b"\x00\xff")}}}, {"Key": {"k": {"B": B64}}}),
    ({"Key": {"k": {"BS": [b"\x00\xff"]}}}, {"Key": {"k": {"BS": [B64]}}}),
    ({"Key": {"k": {"BS": (b"\x00\xff",)}}}, {"Key": {"k": {"BS": [B64]}}}),
    # As boto3 does: a str for a binary is its UTF-8 bytes, whatever base64 it may look like.
    ({"Key": {"k": {"B": "hi=="}}}, {"Key": {"k": {"B": "aGk9PQ=="}}}),
    (
        {"Key": {"k": {"M": {"x": {"L": [{"B": b"a"}]}}}}},
        {"Key": {"k": {"M": {"x": {"L": [{"B": "YQ=="}]}}}}},
    ),
    # An attribute called B is no binary.
    ({"Item": {"B": {"S": "x"}}}, {"Item": {"B": {"S": "x"}}}),
    ({"Item": {"B": {"B": b"a"}}}, {"Item": {"B": {"B": "YQ=="}}}),
    ({"Item": {"BS": {"BS": [b"a"]}}}, {"Item": {"BS": {"BS": ["YQ=="]}}}),
    ({"Names": MappingProxyType({"#a": "B"})}, {"Names": {"#a": "B"}}),
    ({"Tags": ({"Key": "B", "Value": "B"},)}, {"Tags": [{"Key": "B", "Value": "B"}]}),
    ({"Item": OrderedDict(a={"S": Colour.RED})}, {"Item": {"a": {"S": "red"}}}),
]


@pytest.mark.parametrize(("given_members", "request_members"), REQUESTS)
def test_requests_in_boto3s_shapes_become_plain_json(
    given_members: dict[str, Any], request_members: dict[str, Any]
) -> None:
    made = convert.plain(convert.request("PutItem", given_members))
    assert made == request_members
    assert repr(made) == repr(request_members)  # The types are JSON's own, no subclass.


def test_a_request_that_is_plain_already_is_not_copied() -> None:
    members = {"Item": {"a": {"L": [{"S": "x"}]}}}
    assert convert.request("PutItem", members) is members


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"Item": {"n": {"N": Decimal(1)}}}, "PutItem.Item.n.N: a value of type Decimal"),
        ({"Item": {"s": {"SS": {"a"}}}}, "PutItem.Item.s.SS: a value of type set"),
        ({"Item": {"l": {"L": [b"raw"]}}}, "PutItem.Item.l.L[0]: a value of type bytes"),
        ({"TableName": b"Music"}, "PutItem.TableName: a value of type bytes"),
        ({"Item": {"s": {"S": "\ud800"}}}, "PutItem.Item.s.S"),
        ({"Item": {1: {"S": "a"}}}, "PutItem.Item: a name must be a str"),
    ],
)
def test_what_json_cannot_carry_is_refused_with_its_place(
    members: dict[str, Any], place: str
) -> None:
    with pytest.raises(exceptions.ParamValidationError) as caught:
        convert.request("PutItem", members)
    assert caught.value.message.startswith(place)
    assert caught.value.operation_name == "PutItem"
    assert isinstance(caught.value, TypeError)


@given(blob=st.binary(), more=st.lists(st.binary(), min_size=1))
def test_binaries_pass_both_ways(blob: bytes, more: list[bytes]) -> None:
    item = {"b": {"B": blob}, "bs": {"BS": more}, "B": {"M": {"B": {"B": blob}}}, "t": {"S": "B"}}
    made = convert.request("PutItem", {"Item": item})
    assert convert.response(convert.codec.encode(made)) == {"Item": item}


def test_a_table_has_the_members_that_boto3_knows() -> None:
    answer: Any = {
        "Table": {"CreationDateTime": 0, "TableThroughputModeSummary": {}},
        "ResponseMetadata": {"RequestId": "x"},
    }
    assert convert.table_in(answer) == {
        "Table": {"CreationDateTime": datetime(1970, 1, 1, tzinfo=UTC)},
        "ResponseMetadata": {"RequestId": "x"},
    }


def test_dates_become_datetimes_at_any_depth() -> None:
    description: Any = {
        "Table": {
            "CreationDateTime": 1700000000.5,
            "Indexes": [{"LastDateTime": 0}],
            "ItemCount": 3,
        }
    }
    assert convert.dates_in(description) == {
        "Table": {
            "CreationDateTime": datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=UTC),
            "Indexes": [{"LastDateTime": datetime(1970, 1, 1, tzinfo=UTC)}],
            "ItemCount": 3,
        }
    }


def test_datetimes_of_a_request_become_epoch_seconds() -> None:
    moment = datetime(2023, 11, 14, 22, 13, 20, 500000, tzinfo=UTC)
    given: Any = {"TableName": "abc", "From": moment, "Spec": {"To": moment, "Kind": "FULL"}}
    assert convert.dates_out(given) == {
        "TableName": "abc",
        "From": 1700000000.5,
        "Spec": {"To": 1700000000.5, "Kind": "FULL"},
    }
    assert given["From"] is moment
