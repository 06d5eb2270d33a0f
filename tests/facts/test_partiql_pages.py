"""PartiQL where more than one request tells: pages, tokens, bounds, reasons."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec, errors
from dynalite_py.model.errors import DynamoDBError
from tests.differential import build
from tests.differential.build import attributes
from tests.facts import partiql
from tests.support.engines import answer

_IN_A = "SELECT sk FROM music WHERE pk = 'a'"


@pytest.fixture
def store(engine: Engine) -> Engine:
    for table in partiql.TABLES[:2]:
        answer(engine, "CreateTable", **table)
    for number in range(6):
        for name in ("a", "b"):
            item = attributes({"pk": name, "sk": number, "n": number})
            answer(engine, "PutItem", TableName="music", Item=item)
    return engine


def run(engine: Engine, text: str, *parameters: Any, **members: Any) -> Any:
    """An answer of ExecuteStatement."""
    request = partiql.statement(text, *parameters, **members)
    return answer(engine, "ExecuteStatement", **request)


def refusal(engine: Engine, text: str, *parameters: Any, **members: Any) -> tuple[str, str | None]:
    """A refusal's code and text."""
    with pytest.raises(DynamoDBError) as refused:
        run(engine, text, *parameters, **members)
    return refused.value.code, refused.value.message


def test_a_page_without_items_has_both_members(store: Engine) -> None:
    page = run(store, _IN_A + " AND n = 5", Limit=2)
    assert page["Items"] == []
    assert page["LastEvaluatedKey"] == attributes({"pk": "a", "sk": 1})
    assert set(page) == {"Items", "NextToken", "LastEvaluatedKey"}
    last = run(store, _IN_A + " AND n = 5", NextToken=page["NextToken"])
    assert last == {"Items": [attributes({"sk": 5})]}


@pytest.mark.parametrize(
    ("text", "parameters"),
    [
        ("SELECT sk FROM music WHERE pk = ? AND n >= ?", ("a", 1)),
        ("SELECT sk FROM music WHERE pk = ? AND n >= ?", ("b", 0)),
        ("SELECT sk FROM music WHERE pk = ? AND n > ?", ("a", 0)),
        ("SELECT sk FROM music.gall WHERE g = ?", ("a",)),
        ("SELECT id FROM solo", ()),
        ("SELECT sk FROM music WHERE n >= ? AND pk = ?", (0, "a")),
    ],
)
def test_a_token_of_another_statement_is_refused(
    store: Engine, text: str, parameters: tuple[Any, ...]
) -> None:
    first = run(store, "SELECT sk FROM music WHERE pk = ? AND n >= ?", "a", 0, Limit=1)
    assert refusal(store, text, *parameters, NextToken=first["NextToken"]) == (
        "ValidationException",
        "NextToken does not match request",
    )


@pytest.mark.parametrize("place", range(0, 300, 7))
def test_a_changed_token_is_refused(store: Engine, place: int) -> None:
    token = run(store, _IN_A, Limit=1)["NextToken"]
    place %= len(token) - 4
    changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
    assert refusal(store, _IN_A, NextToken=changed) == ("ValidationException", "Invalid NextToken")


def test_a_walk_goes_on_behind_what_was_deleted(store: Engine) -> None:
    first = run(store, _IN_A, Limit=2)
    for number in (1, 2):
        run(store, "DELETE FROM music WHERE pk = 'a' AND sk = ?", number)
    rest = run(store, _IN_A, Limit=100, NextToken=first["NextToken"])
    assert rest == {"Items": [attributes({"sk": number}) for number in (3, 4, 5)]}


def test_several_partitions_come_in_pages_of_ten(store: Engine) -> None:
    text = "SELECT pk, sk FROM music WHERE pk IN ['a', 'b']"
    first = run(store, text)
    assert len(first["Items"]) == 10
    rest = run(store, text, NextToken=first["NextToken"])
    assert len(rest["Items"]) == 2
    assert "NextToken" not in rest


def test_a_token_of_other_statements_is_a_mismatch(store: Engine) -> None:
    def insert(number: int) -> Any:
        member = {"Statement": f"INSERT INTO solo VALUE {{'id': {number}}}"}
        return answer(
            store, "ExecuteTransaction", TransactStatements=[member], ClientRequestToken="one"
        )

    assert insert(1) == insert(1)
    with pytest.raises(DynamoDBError) as refused:
        insert(2)
    assert refused.value.code == "IdempotentParameterMismatchException"


def test_a_token_is_base64_with_padding(store: Engine) -> None:
    token = run(store, _IN_A, Limit=1)["NextToken"]
    assert len(token) % 4 == 0
    assert len(base64.b64decode(token, validate=True)) > 32


def test_limit_counts_what_is_in_the_range(store: Engine) -> None:
    page = run(store, _IN_A + " AND sk > 2", Limit=3)
    assert page["Items"] == [attributes({"sk": number}) for number in (3, 4, 5)]
    assert run(store, _IN_A + " AND sk > 2", NextToken=page["NextToken"]) == {"Items": []}


def test_a_page_ends_at_a_megabyte(store: Engine) -> None:
    for number in range(5):
        item = {"pk": "large", "sk": number, "f": "x" * 300_000}
        answer(store, "PutItem", TableName="music", Item=attributes(item))
    text = "SELECT sk FROM music WHERE pk = 'large'"
    first = run(store, text)
    rest = run(store, text, NextToken=first["NextToken"])
    assert [each["sk"]["N"] for each in first["Items"] + rest["Items"]] == list("01234")
    assert 3 <= len(first["Items"]) <= 4


@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize("kind", ["INSERT", "UPDATE"])
def test_an_item_has_at_most_409600_bytes_whatever_its_key(
    store: Engine, kind: str, excess: int
) -> None:
    filler = "x" * (409_600 - len("idfiller") - 2 + excess)  # The number 1 takes two bytes.
    text, verb = "INSERT INTO solo VALUE {'filler': ?, 'id': 1}", "Item size has exceeded"
    if kind == "UPDATE":
        run(store, "INSERT INTO solo VALUE {'id': 1}")
        text, verb = "UPDATE solo SET filler = ? WHERE id = 1", "Item size to update has exceeded"
    if not excess:
        assert run(store, text, filler) == {"Items": []}
        return
    message = verb + " the maximum allowed size"
    assert refusal(store, text, filler) == ("ValidationException", message)


def test_an_index_on_two_attributes_has_items_with_both(store: Engine) -> None:
    for sort_key, more in ((7, {"g": "x"}), (8, {"g": "x", "h": 1}), (9, {"h": 1})):
        item = attributes({"pk": "c", "sk": sort_key, **more})
        answer(store, "PutItem", TableName="music", Item=item)
    assert run(store, "SELECT sk FROM music.gall") == {"Items": [attributes({"sk": 8})]}


@pytest.mark.parametrize("value", [5, True, ""])
def test_keys_of_indexes_are_checked_as_by_the_plain_operations(store: Engine, value: Any) -> None:
    key = {"pk": "c", "sk": 1}
    with pytest.raises(DynamoDBError) as plain:
        answer(store, "PutItem", TableName="music", Item=attributes({**key, "g": value}))
    text = "INSERT INTO music VALUE {'pk': 'c', 'sk': 1, 'g': ?}"
    assert refusal(store, text, value) == (plain.value.code, plain.value.message)
    with pytest.raises(DynamoDBError) as plain:
        answer(
            store,
            "UpdateItem",
            TableName="music",
            Key=attributes({"pk": "a", "sk": 1}),
            UpdateExpression="SET g = :g",
            ExpressionAttributeValues=attributes({":g": value}),
        )
    text = "UPDATE music SET g = ? WHERE pk = 'a' AND sk = 1"
    assert refusal(store, text, value) == (plain.value.code, plain.value.message)


@pytest.mark.parametrize(
    "text",
    [
        "UPDATE music SET n = 9 WHERE pk = 'a' AND sk = 1 AND n = 5",
        "DELETE FROM music WHERE pk = 'a' AND sk = 1 AND n = 5",
    ],
)
def test_a_failed_condition_shows_the_item_where_it_is_asked_to(store: Engine, text: str) -> None:
    for mode, shown in (("ALL_OLD", attributes({"pk": "a", "sk": 1, "n": 1})), ("NONE", None)):
        with pytest.raises(DynamoDBError) as refused:
            run(store, text, ReturnValuesOnConditionCheckFailure=mode)
        assert codec.decode(errors.body(refused.value)).get("Item") == shown


def test_a_cancelled_transaction_has_a_reason_for_each_member(store: Engine) -> None:
    members = [
        partiql.statement("UPDATE music SET n = 9 WHERE pk = 'a' AND sk = 1 AND n = 5"),
        partiql.statement(
            "UPDATE music SET n = 9 WHERE pk = 'a' AND sk = 2 AND n = 5",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        ),
        partiql.statement("INSERT INTO music VALUE {'pk': 'a', 'sk': 3}"),
        partiql.statement("DELETE FROM music WHERE pk = 'a' AND sk = 4"),
    ]
    with pytest.raises(DynamoDBError) as refused:
        answer(store, "ExecuteTransaction", TransactStatements=members)
    reasons = codec.decode(errors.body(refused.value))["CancellationReasons"]
    failed = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
    assert reasons == [
        failed,
        {**failed, "Item": attributes({"pk": "a", "sk": 2, "n": 2})},
        {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
        {"Code": "None"},
    ]


def test_an_empty_key_is_a_reason(store: Engine) -> None:
    members = [
        {"Statement": "INSERT INTO solo VALUE {'id': 1}"},
        {"Statement": "INSERT INTO music VALUE {'pk': '', 'sk': 4}"},
    ]
    with pytest.raises(DynamoDBError) as refused:
        answer(store, "ExecuteTransaction", TransactStatements=members)
    reasons = codec.decode(errors.body(refused.value))["CancellationReasons"]
    assert [each["Code"] for each in reasons] == ["None", "ValidationError"]
    assert run(store, "SELECT * FROM solo")["Items"] == []


def test_a_failed_transaction_is_not_remembered_under_its_token(store: Engine) -> None:
    request: dict[str, Any] = {
        "TransactStatements": [{"Statement": "UPDATE solo SET v = 1 WHERE id = 1"}],
        "ClientRequestToken": "two",
    }
    with pytest.raises(DynamoDBError):
        answer(store, "ExecuteTransaction", **request)
    run(store, "INSERT INTO solo VALUE {'id': 1}")
    answer(store, "ExecuteTransaction", **request)
    assert run(store, "SELECT v FROM solo")["Items"] == [attributes({"v": 1})]


def test_the_tokens_of_both_kinds_of_transactions_do_not_meet(store: Engine) -> None:
    put = {"Put": {"TableName": "solo", "Item": attributes({"id": 1})}}
    answer(store, "TransactWriteItems", TransactItems=[put], ClientRequestToken="same")
    members = [{"Statement": "INSERT INTO solo VALUE {'id': 2}"}]
    answer(store, "ExecuteTransaction", TransactStatements=members, ClientRequestToken="same")
    assert len(run(store, "SELECT * FROM solo")["Items"]) == 2


def test_a_replay_costs_what_a_replay_of_the_plain_operation_costs(store: Engine) -> None:
    item = attributes({"pk": "c", "sk": 1, "g": "x", "h": 1, "l": 1})
    put = {"Put": {"TableName": "music", "Item": item}}
    members = ", ".join(f"'{name}': ?" for name in item)
    inserted = {
        "Statement": f"INSERT INTO music VALUE {{{members}}}",
        "Parameters": list(item.values()),
    }
    asked = {"ClientRequestToken": "one", "ReturnConsumedCapacity": "INDEXES"}
    costs: list[Any] = []
    for operation, member in (
        ("TransactWriteItems", {"TransactItems": [put]}),
        ("ExecuteTransaction", {"TransactStatements": [inserted]}),
    ):
        answers = [answer(store, operation, **member, **asked) for _ in range(2)]
        costs += [each["ConsumedCapacity"] for each in answers]
        run(store, "DELETE FROM music WHERE pk = 'c' AND sk = 1")
    assert costs[0] == costs[2]
    assert costs[1] == costs[3]
    assert costs[0] != costs[1]


@pytest.mark.parametrize(
    "request_members",
    [
        {"Statements": []},
        {"Statements": [{"Statement": "SELECT"}] * 26},
        {"TransactStatements": []},
        {"TransactStatements": [{"Statement": "SELECT"}] * 101},
        {"Statements": [{"Statement": ""}]},
        {"TransactStatements": [{"Statement": "x" * 8193}]},
    ],
    ids=str,
)
def test_lists_and_texts_have_bounds(store: Engine, request_members: dict[str, Any]) -> None:
    batch = "Statements" in request_members
    operation = "BatchExecuteStatement" if batch else "ExecuteTransaction"
    with pytest.raises(DynamoDBError) as refused:
        answer(store, operation, **request_members)
    assert refused.value.code == "ValidationException"
    assert "failed to satisfy constraint: Member must have length" in str(refused.value.message)


@pytest.mark.parametrize("value", [{"S": 1}, {"N": 1}, {"BOOL": "x"}, "a", 5])
def test_a_parameter_of_a_wrong_json_type_cannot_be_read(store: Engine, value: Any) -> None:
    with pytest.raises(DynamoDBError) as refused:
        run(store, "SELECT * FROM solo WHERE id = ?", Parameters=[value])
    assert refused.value.code == "SerializationException"


def test_begins_with_on_a_sort_key_is_what_limit_and_capacity_count(store: Engine) -> None:
    created = build.table("texts", "pk:S", "sk:S")
    answer(store, "CreateTable", **created.request)
    for name in ("a", "b1", "b2", "c"):
        item = attributes({"pk": "p", "sk": name, "f": "x" * 5_000})
        answer(store, "PutItem", TableName="texts", Item=item)
    text = "SELECT sk FROM texts WHERE pk = 'p' AND begins_with(sk, 'b')"
    page = run(store, text, ReturnConsumedCapacity="TOTAL", Limit=2)
    assert page["Items"] == [attributes({"sk": name}) for name in ("b1", "b2")]
    assert page["ConsumedCapacity"]["CapacityUnits"] == 1.5  # 10 KB, not 20.


def test_modified_steps_of_a_list_are_in_the_order_of_numbers(store: Engine) -> None:
    run(store, "INSERT INTO solo VALUE {'id': 1, 't': ?}", [str(each) for each in range(12)])
    text = "UPDATE solo SET t[10] = 'late', t[2] = 'early' WHERE id = 1 RETURNING MODIFIED NEW *"
    assert run(store, text)["Items"] == [attributes({"t": ["early", "late"]})]


@pytest.mark.parametrize(
    "value",
    [
        {"N": "1E126"},
        {"N": "1E-131"},
        {"N": "1" * 39},
        {"SS": []},
        {"NS": ["1", "1.0"]},
        {"S": "a", "N": "1"},
        {"L": [{"L": [{"NULL": False}]}]},
        pytest.param({"M": {"a": codec.decode('{"L":[' * 33 + "]}" * 33)}}, id="33 levels"),
    ],
)
def test_values_follow_the_rules_of_the_plain_operations(
    store: Engine, value: dict[str, Any]
) -> None:
    item = {"id": {"N": "1"}, "v": value}
    with pytest.raises(DynamoDBError) as plain:
        answer(store, "PutItem", TableName="solo", Item=item)
    found = refusal(store, "INSERT INTO solo VALUE {'id': 1, 'v': ?}", Parameters=[value])
    assert found[0] == plain.value.code
    assert (found[1] or "") in (plain.value.message or "")


def test_without_a_token_each_call_runs(store: Engine) -> None:
    run(store, "INSERT INTO solo VALUE {'id': 1, 'n': 0}")
    members = [{"Statement": "UPDATE solo SET n = n + 1 WHERE id = 1"}]
    for _ in range(2):
        answer(store, "ExecuteTransaction", TransactStatements=members)
    assert run(store, "SELECT n FROM solo")["Items"] == [attributes({"n": 2})]


@pytest.mark.parametrize("mode", ["TOTAL", "NONE", None])
def test_a_token_is_good_whatever_capacity_is_asked_for(store: Engine, mode: str | None) -> None:
    members = [{"Statement": "INSERT INTO solo VALUE {'id': 1}"}]
    asked = {"TransactStatements": members, "ClientRequestToken": "one"}
    answer(store, "ExecuteTransaction", **asked, ReturnConsumedCapacity="INDEXES")
    run(store, "DELETE FROM solo WHERE id = 1")
    others = {} if mode is None else {"ReturnConsumedCapacity": mode}
    answer(store, "ExecuteTransaction", **asked, **others)
    assert run(store, "SELECT * FROM solo")["Items"] == []


def test_each_read_of_an_or_goes_on_by_its_token(store: Engine) -> None:
    text = "SELECT pk, sk FROM music WHERE (pk = 'b' AND sk > 3) OR (pk = 'a' AND sk = 2)"
    found: list[Any] = []
    request: dict[str, Any] = {"Limit": 1}
    while True:
        page = run(store, text, **request)
        found += page["Items"]
        if "NextToken" not in page:
            break
        request["NextToken"] = page["NextToken"]
    keys = [(each["pk"]["S"], each["sk"]["N"]) for each in found]
    assert keys == [("b", "4"), ("b", "5"), ("a", "2")]
