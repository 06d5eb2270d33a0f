"""Item sizes on a real server: to the byte, by what is accepted and what is refused."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.support.doors import Call, Refused

LIMIT = 409_600
PUT = "Item size has exceeded the maximum allowed size"
UPDATE = "Item size to update has exceeded the maximum allowed size"
KEY = {"p": {"S": "sized"}}  # 6 bytes

# Value, its bytes.
NUMBERS: list[tuple[str, int]] = [
    *((text, 1) for text in ("0", "-0")),
    *((text, 2) for text in ("1", "12", "42", "100", "0042", "15", "0.15", "0.0000001")),
    *((text, 2) for text in ("1E125", "1E-100")),
    *((text, 3) for text in ("123", "1234", "1010", "1.5", "1.2", "1.200", "-42", "-0.15")),
    ("-1E125", 3),
    *((text, 4) for text in ("12345", "123456", "1.234", "100.5")),
    *((text, 5) for text in ("1234567", "12345678", "3.14159", "-12345")),
    *((text, 6) for text in ("123456789", "1234567891")),
    *((text, 7) for text in ("12345678912", "123456789123")),
    ("1234567891234567891", 11),
    ("1" * 38, 20),
    ("1" * 38 + "0" * 88, 20),
]
VALUES: list[tuple[dict[str, Any], int]] = [
    *(({"N": text}, size) for text, size in NUMBERS),
    ({"S": ""}, 0),
    ({"S": "a"}, 1),
    ({"S": "é"}, 2),
    ({"S": "€"}, 3),
    ({"S": "😀"}, 4),
    ({"B": ""}, 0),
    ({"B": "YQ=="}, 1),
    ({"B": "YWI="}, 2),
    ({"B": "YWJj"}, 3),
    ({"BOOL": True}, 1),
    ({"BOOL": False}, 1),
    ({"NULL": True}, 1),
    ({"SS": ["a", "bé"]}, 4),
    ({"NS": ["1", "123", "-42"]}, 8),
    ({"BS": ["YQ==", "YWJj"]}, 4),
    ({"L": []}, 3),
    ({"L": [{"S": "ab"}, {"NULL": True}]}, 3 + 1 + 2 + 1 + 1),
    ({"L": [{"L": []}]}, 3 + 1 + 3),
    ({"M": {}}, 3),
    ({"M": {"aé": {"S": "x"}, "b": {"N": "123"}}}, 3 + (1 + 3 + 1) + (1 + 1 + 3)),
    ({"M": {"l": {"L": [{"M": {}}]}}}, 3 + 1 + 1 + (3 + 1 + 3)),
]


def _filled(value: dict[str, Any], size: int, total: int) -> dict[str, Any]:
    """An item with the value (so many bytes) that has this many bytes in all."""
    rest = total - 6 - 2 - size - 1
    return {**KEY, "é": value, "f": {"S": "x" * rest}}


def _put(call: Call, item: dict[str, Any], table: str = "hash_s") -> str | None:
    """The text of the refusal; None: the item is stored."""
    try:
        call("PutItem", {"TableName": table, "Item": item})
    except Refused as refusal:
        return f"{refusal.code}: {refusal.message}".removeprefix("ValidationException: ")
    return None


@pytest.mark.parametrize(("value", "size"), VALUES, ids=lambda each: str(each)[:40])
def test_a_value_has_its_size_in_the_limit(call: Call, value: dict[str, Any], size: int) -> None:
    assert _put(call, _filled(value, size, LIMIT)) is None
    assert _put(call, _filled(value, size, LIMIT + 1)) == PUT


def test_an_item_of_400_kb_comes_back(call: Call) -> None:
    item = {**KEY, "b": {"B": base64.b64encode(b"x" * (LIMIT - 7)).decode()}}
    assert _put(call, item) is None
    assert call("GetItem", {"TableName": "hash_s", "Key": KEY})["Item"] == item


def _batch(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return "BatchWriteItem", {"RequestItems": {"hash_s": [{"PutRequest": {"Item": item}}]}}


def _transaction(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    action = {"Put": {"TableName": "hash_s", "Item": item}}
    return "TransactWriteItems", {"TransactItems": [action]}


@pytest.mark.parametrize("request_of", [_batch, _transaction])
def test_batches_and_transactions_put_400_kb_and_no_more(call: Call, request_of: Any) -> None:
    value = {"S": ""}
    call(*request_of(_filled(value, 0, LIMIT)))
    with pytest.raises(Refused) as refusal:
        call(*request_of(_filled(value, 0, LIMIT + 1)))
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", PUT)


def _grown(call: Call, total: int, text: str, **values: Any) -> str | None:
    """Update an item of 400 000 bytes by an expression; the text of the refusal, if any."""
    rest = total - 6 - 1
    call("PutItem", {"TableName": "hash_s", "Item": {**KEY, "f": {"S": "x" * rest}}})
    request: dict[str, Any] = {"TableName": "hash_s", "Key": KEY, "UpdateExpression": text}
    if values:
        request["ExpressionAttributeValues"] = {f":{name}": each for name, each in values.items()}
    try:
        call("UpdateItem", request)
    except Refused as refusal:
        return refusal.message
    return None


def test_an_updated_item_may_nearly_have_400_kb(call: Call) -> None:
    more = {"S": "y" * 9_000}
    assert _grown(call, 400_000, "SET g = :g", g=more) is None
    assert _grown(call, 401_000, "SET g = :g", g=more) == UPDATE
    assert _grown(call, 401_000, "ADD g :g", g={"SS": ["y" * 9_000]}) == UPDATE


def test_the_update_itself_is_measured_but_not_the_key(call: Call) -> None:
    """A SET counts 19 bytes, a REMOVE 2, an update 3; the key of 6 bytes is left out."""
    settled = LIMIT - 2 + 6 - 3 - 19
    assert _grown(call, settled, "SET g = :g", g={"S": "y"}) is None
    assert _grown(call, settled + 1, "SET g = :g", g={"S": "y"}) == UPDATE
    assert _grown(call, LIMIT, "REMOVE g") is None
    many = ", ".join(f"g{at}" for at in range(10))
    assert _grown(call, LIMIT, f"REMOVE {many}") == UPDATE


def test_an_update_in_a_transaction_is_measured_by_the_plain_item(call: Call) -> None:
    action: dict[str, Any] = {
        "TableName": "hash_s",
        "Key": KEY,
        "UpdateExpression": "SET g = :g",
        "ExpressionAttributeValues": {":g": {"S": "y"}},
    }
    request = {"TransactItems": [{"Update": action}]}
    assert _put(call, {**KEY, "f": {"S": "x" * (LIMIT - 2 - 7)}}) is None
    call("TransactWriteItems", request)
    assert _put(call, {**KEY, "f": {"S": "x" * (LIMIT - 1 - 7)}}) is None
    with pytest.raises(Refused) as refusal:
        call("TransactWriteItems", request)
    assert refusal.value.code == "TransactionCanceledException"
    [reason] = refusal.value.details["CancellationReasons"]
    assert reason == {"Code": "ValidationError", "Message": UPDATE}


def test_local_index_entries_count_towards_the_400_kb_of_their_item(call: Call) -> None:
    """``lsi-all`` repeats the whole item; ``gsi-inc`` is a global index and does not count."""
    keys = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    indexed = {**keys, "lsiSk": {"S": "c"}, "gsiPk": {"S": "d"}}
    room = LIMIT // 2 - 2 * 3 - 2 * 6 - 1
    assert _put(call, {**indexed, "f": {"S": "x" * room}}, "indexed") is None
    stored = call("GetItem", {"TableName": "indexed", "Key": keys})
    assert _put(call, {**indexed, "f": {"S": "x" * (room + 1)}}, "indexed") == PUT
    assert call("GetItem", {"TableName": "indexed", "Key": keys}) == stored
    without = {**keys, "gsiPk": {"S": "d"}, "f": {"S": "x" * (LIMIT - 13)}}
    assert _put(call, without, "indexed") is None
    described = call("DescribeTable", {"TableName": "indexed"})["Table"]
    assert (described["ItemCount"], described["TableSizeBytes"]) == (1, LIMIT)


def test_names_and_values_have_keys_of_255_bytes_at_most(call: Call) -> None:
    letters = "x" * 254
    request: dict[str, Any] = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "none"}},
        "ConditionExpression": f"#{letters} <> :{letters}",
        "ExpressionAttributeNames": {f"#{letters}": "a"},
        "ExpressionAttributeValues": {f":{letters}": {"S": "a"}},
    }
    assert call("DeleteItem", request) == {}
    for member, key in (
        ("ExpressionAttributeNames", f"#{letters}x"),
        ("ExpressionAttributeValues", f":{letters}x"),
    ):
        [value] = request[member].values()
        longer = {**request, member: {key: value}}
        longer["ConditionExpression"] = request["ConditionExpression"].replace(key[:-1], key)
        with pytest.raises(Refused, match=f"{member} contains invalid key: .*255 bytes"):
            call("DeleteItem", longer)


@pytest.mark.parametrize("kind", ["S", "SS"])
def test_names_and_values_have_two_megabytes_at_most(call: Call, kind: str) -> None:
    """Six values of some 340 KB, and a name of the rest."""
    size = (2 * 1024 * 1024 - 1024 * 6) // 6
    content = "x" * (size - 2)
    values = {f":{at}": {kind: content if kind == "S" else [content]} for at in range(6)}
    name = "n" * (2 * 1024 * 1024 - 6 * size - 2)
    request: dict[str, Any] = {
        "TableName": "hash_s",
        "Key": {"p": {"S": "none"}},
        "ConditionExpression": f"NOT #n IN ({', '.join(values)})",
        "ExpressionAttributeNames": {"#n": name},
        "ExpressionAttributeValues": values,
    }
    assert call("DeleteItem", request) == {}
    request["ExpressionAttributeNames"] = {"#n": name + "n"}
    with pytest.raises(Refused, match="has exceeded the maximum allowed size"):
        call("DeleteItem", request)


def test_a_batch_get_returns_16_megabytes_at_most(call: Call) -> None:
    keys = [{"p": {"S": f"big{at:02}"}} for at in range(42)]
    for key in keys:
        item = {**key, "f": {"S": "x" * (400_000 - 7)}}
        call("PutItem", {"TableName": "words", "Item": item})
    answer = call("BatchGetItem", {"RequestItems": {"words": {"Keys": keys}}})
    found = answer["Responses"]["words"]
    left = answer["UnprocessedKeys"]["words"]["Keys"]
    assert len(found) == 16 * 1024 * 1024 // 400_000 == 41
    assert [item["p"] for item in found] + [key["p"] for key in left] == [key["p"] for key in keys]
    for key in keys:
        call("DeleteItem", {"TableName": "words", "Key": key})


def test_a_transaction_has_four_megabytes_of_request_at_most(call: Call) -> None:
    items = [{"p": {"S": f"t{at:02}"}, "f": {"S": "x" * 399_000}} for at in range(13)]
    puts = [{"Put": {"TableName": "hash_s", "Item": item}} for item in items]
    with pytest.raises(Refused, match="transaction payload") as refusal:
        call("TransactWriteItems", {"TransactItems": puts[:11]})
    assert refusal.value.code == "ValidationException"
    assert "size cannot exceed" in refusal.value.message
    call("TransactWriteItems", {"TransactItems": puts[:10]})
    call("TransactWriteItems", {"TransactItems": puts[10:]})
    # What is stored does not count: 5 MB are deleted at once.
    deletes = [{"Delete": {"TableName": "hash_s", "Key": {"p": item["p"]}}} for item in items]
    assert call("TransactWriteItems", {"TransactItems": deletes}) == {}
