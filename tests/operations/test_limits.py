"""The limits of requests and items: the last that is taken and the first that is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts.tables import definitions, index, keys

KEY = {"a": {"S": "1"}, "b": {"S": "1"}}
LETTERS = "x" * 70_000


Requested: TypeAlias = Callable[[int], dict[str, Any]]


class Limit(NamedTuple):
    """request: what the operation is sent for a size. last: the largest one that is taken."""

    name: str
    operation: str
    request: Requested
    last: int


@pytest.fixture(scope="module")
def store() -> Iterator[Engine]:
    opened = Engine.open()
    request = {
        "TableName": "limited",
        "AttributeDefinitions": definitions("a", "b", "c", "d"),
        "KeySchema": keys("a", "b"),
        "BillingMode": "PAY_PER_REQUEST",
        "GlobalSecondaryIndexes": [index("wide", "c", "d")],
    }
    call(opened, "CreateTable", request)
    yield opened
    opened.close()


def call(engine: Engine, operation: str, request: dict[str, Any]) -> Any:
    return codec.decode(engine.perform(operation, request, Caller()))


def put(**attributes: Any) -> dict[str, Any]:
    return {"TableName": "limited", "Item": {**KEY, **attributes}}


def nested(levels: int) -> Any:
    value: Any = {"S": "x"}
    for _ in range(levels - 1):
        value = {"L": [value]}
    return value


def batch_get(count: int) -> dict[str, Any]:
    wanted = [{"a": {"S": "1"}, "b": {"S": str(number)}} for number in range(count)]
    return {"RequestItems": {"limited": {"Keys": wanted}}}


def batch_write(count: int) -> dict[str, Any]:
    requests = [{"PutRequest": {"Item": put(b={"S": str(each)})["Item"]}} for each in range(count)]
    return {"RequestItems": {"limited": requests}}


def transaction(count: int, **members: Any) -> dict[str, Any]:
    puts = [{"Put": put(b={"S": str(number)})} for number in range(count)]
    return {"TransactItems": puts, **members}


def reading(count: int) -> dict[str, Any]:
    gets = [
        {"Get": {"TableName": "limited", "Key": {"a": {"S": "1"}, "b": {"S": str(number)}}}}
        for number in range(count)
    ]
    return {"TransactItems": gets}


def large_transaction(size_bytes: int) -> dict[str, Any]:
    """Eleven items of as many bytes together."""
    share, rest = divmod(size_bytes, 11)
    puts: list[Any] = []
    for number in range(11):
        size = share + (rest if number == 0 else 0)
        item = {"a": {"S": "1"}, "b": {"S": f"{number:02}"}}
        puts.append({"Put": {"TableName": "limited", "Item": {**item, "x": {"S": ""}}}})
        puts[-1]["Put"]["Item"]["x"]["S"] = "x" * (size - 6)
    return {"TransactItems": puts}


def scan(**members: Any) -> dict[str, Any]:
    return {"TableName": "limited", **members}


def expression(size_bytes: int) -> dict[str, Any]:
    text = "attribute_exists(x)"
    return scan(FilterExpression=text + " " * (size_bytes - len(text)))


def operators(count: int) -> dict[str, Any]:
    """A chain of comparisons and conjunctions: an odd number of operators."""
    text = " AND ".join(["x = :x"] * ((count + 1) // 2))
    if count % 2 == 0:
        text = f"NOT {text}"
    return scan(FilterExpression=text, ExpressionAttributeValues={":x": {"S": "1"}})


def operands(count: int) -> dict[str, Any]:
    """An IN of so many operands, the tested one counted."""
    names = [f":v{number}" for number in range(count - 1)]
    return scan(
        FilterExpression=f"x IN ({', '.join(names)})",
        ExpressionAttributeValues={name: {"S": name} for name in names},
    )


def text(name: str, **others: Any) -> Requested:
    """PutItem of an attribute with so many bytes."""
    return lambda size: put(**others, **{name: {"S": LETTERS[:size]}})


def number(form: str) -> Requested:
    """PutItem of a number; the form takes the size in."""
    return lambda size: put(x={"N": form.format(size)})


def named(size: int) -> dict[str, Any]:
    return put(**{LETTERS[:size]: {"S": ""}})


def digits(count: int) -> dict[str, Any]:
    return put(x={"N": "1" * count})


def deep(levels: int) -> dict[str, Any]:
    return put(x=nested(levels))


def item(size_bytes: int) -> dict[str, Any]:
    return put(x={"S": "x" * (size_bytes - 5)})


def token(characters: int) -> dict[str, Any]:
    return transaction(1, ClientRequestToken="t" * characters)


def segments(count: int) -> dict[str, Any]:
    return scan(Segment=0, TotalSegments=count)


def page(count: int) -> dict[str, Any]:
    return {"Limit": count}


LIMITS = [
    Limit("bytes of an item", "PutItem", item, 409_600),
    Limit("bytes of a partition key", "PutItem", text("a"), 2048),
    Limit("bytes of a sort key", "PutItem", text("b"), 1024),
    Limit("bytes of an index's partition key", "PutItem", text("c", d={"S": "x"}), 2048),
    Limit("bytes of an index's sort key", "PutItem", text("d", c={"S": "x"}), 1024),
    Limit("bytes of an attribute's name", "PutItem", named, 65_535),
    Limit("levels of nesting", "PutItem", deep, 32),
    Limit("digits of a number", "PutItem", digits, 38),
    Limit("the largest exponent", "PutItem", number("9.99E{}"), 125),
    Limit("the smallest exponent", "PutItem", number("1E-{}"), 130),
    Limit("keys of BatchGetItem", "BatchGetItem", batch_get, 100),
    Limit("requests of BatchWriteItem", "BatchWriteItem", batch_write, 25),
    Limit("actions of TransactWriteItems", "TransactWriteItems", transaction, 100),
    Limit("actions of TransactGetItems", "TransactGetItems", reading, 100),
    Limit("bytes of a transaction", "TransactWriteItems", large_transaction, 4 * 1024 * 1024),
    Limit("characters of a request token", "TransactWriteItems", token, 36),
    Limit("bytes of an expression", "Scan", expression, 4096),
    Limit("operators of an expression", "Scan", operators, 300),
    Limit("operands of IN", "Scan", operands, 100),
    Limit("segments of a Scan", "Scan", segments, 1_000_000),
    Limit("names of a page of ListTables", "ListTables", page, 100),
]


@pytest.mark.parametrize("limit", LIMITS, ids=lambda limit: limit.name)
def test_up_to_the_limit_all_is_well_and_beyond_it_nothing(store: Engine, limit: Limit) -> None:
    call(store, limit.operation, limit.request(limit.last))
    before = call(store, "Scan", scan(Select="COUNT"))
    with pytest.raises(DynamoDBError) as refusal:
        call(store, limit.operation, limit.request(limit.last + 1))
    assert refusal.value.code == "ValidationException"
    assert call(store, "Scan", scan(Select="COUNT")) == before


@pytest.mark.parametrize(
    "request_",
    [
        scan(Segment=0, TotalSegments=0),
        {"Limit": 0},
        put(a={"S": ""}),
        put(b={"S": ""}),
        put(c={"S": ""}, d={"S": "x"}),
        put(**{"": {"S": "x"}}),
        transaction(0),
        transaction(1, ClientRequestToken=""),
    ],
    ids=lambda request: str(request)[:60],
)
def test_below_one_there_is_nothing_to_take(store: Engine, request_: dict[str, Any]) -> None:
    operation = "PutItem" if "Item" in request_ else "Scan"
    if "TransactItems" in request_:
        operation = "TransactWriteItems"
    if "TableName" not in request_ and operation == "Scan":
        operation = "ListTables"
    with pytest.raises(DynamoDBError) as refusal:
        call(store, operation, request_)
    assert refusal.value.code == "ValidationException"


def test_the_name_of_an_operation_on_items_has_1_to_1024_characters(store: Engine) -> None:
    codes: list[str] = []
    for size in (0, 1, 1024, 1025):
        with pytest.raises(DynamoDBError) as refusal:
            call(store, "Scan", {"TableName": "n" * size})
        codes.append(refusal.value.code)
    unknown, bad = "ResourceNotFoundException", "ValidationException"
    assert codes == [bad, unknown, unknown, bad]


def test_a_request_token_is_known_for_ten_minutes() -> None:
    clock = MovableClock(1_700_000_000.0)
    engine = Engine.open(clock=clock)
    table = {"AttributeDefinitions": definitions("a", "b"), "KeySchema": keys("a", "b")}
    billing = {"BillingMode": "PAY_PER_REQUEST"}
    call(engine, "CreateTable", {"TableName": "limited", **table, **billing})
    request = transaction(1, ClientRequestToken="once")
    call(engine, "TransactWriteItems", request)
    call(engine, "DeleteItem", {"TableName": "limited", "Key": put(b={"S": "0"})["Item"]})
    counts: list[int] = []
    for seconds in (0, 599, 1):
        clock.advance(seconds)
        call(engine, "TransactWriteItems", request)
        counts.append(call(engine, "Scan", scan())["Count"])
    engine.close()
    assert counts == [0, 0, 1]
