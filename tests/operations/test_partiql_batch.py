"""BatchExecuteStatement: each statement answers, or fails, by itself."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from tests.support.calls import perform, refusal
from tests.support.statements import run

UNREADABLE = "Statement wasn't well formed, can't be processed: Expected data manipulation"
KEY_NEEDED = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where "
    "clause."
)
OK = {"TableName": "music"}


def batch(engine: Engine, *statements: str | dict[str, Any], **members: Any) -> dict[str, Any]:
    """The answer to a batch."""
    given = [{"Statement": each} if isinstance(each, str) else each for each in statements]
    return perform(engine, "BatchExecuteStatement", Statements=given, **members)


def refused(engine: Engine, *statements: str) -> str:
    """The text of a batch's refusal."""
    given = [{"Statement": each} for each in statements]
    return str(refusal(engine, "BatchExecuteStatement", Statements=given).message)


def error(code: str, message: str, **more: str) -> dict[str, Any]:
    """A response element."""
    return {"Error": {"Code": code, "Message": message}, **more}


def test_reads_answer_in_their_order(music: Engine) -> None:
    parameters = [{"S": "a"}, {"N": "2"}]
    found = batch(
        music,
        "SELECT n FROM music WHERE pk='a' AND sk=1",
        "SLECT * FROM music",
        {"Statement": "SELECT n, m.z FROM music WHERE pk=? AND sk=?", "Parameters": parameters},
        "SELECT * FROM music WHERE pk='a' AND sk=99",
        "SELECT * FROM music WHERE pk='a'",
        "SELECT * FROM music WHERE pk='a' AND sk=1 AND n=10",
        "SELECT * FROM music.gix WHERE g='g1'",
        "SELECT * FROM nowhere WHERE id=1",
        "SELECT * FROM music WHERE pk=?",
        "SELECT COUNT(*) FROM music",
        "DROP TABLE music",
    )
    assert found["Responses"] == [
        {"Item": {"n": {"N": "10"}}, **OK},
        error("ValidationError", UNREADABLE),
        {"Item": {"n": {"N": "20"}, "z": {"N": "1"}}, **OK},
        OK,
        error("ValidationError", KEY_NEEDED),
        error("ValidationError", KEY_NEEDED),
        error("ValidationError", KEY_NEEDED),
        error("ResourceNotFound", "Requested resource not found", TableName="nowhere"),
        error("ValidationError", "Number of parameters in request and statement don't match."),
        error("ValidationError", "Unexpected path component at 1:8:5"),
        error(
            "ValidationError",
            "Invalid operation. Only select, insert, update and delete operations are valid",
        ),
    ]


def test_writes_stand_and_fail_each_by_itself(music: Engine) -> None:
    found = batch(
        music,
        "INSERT INTO music VALUE {'pk':'new','sk':1}",
        "INSERT INTO music VALUE {'pk':'a','sk':1}",
        "UPDATE music SET n=1 WHERE pk='a' AND sk=2 RETURNING MODIFIED OLD *",
        "UPDATE music SET q=1 WHERE pk='a' AND sk=3 RETURNING MODIFIED OLD *",
        "UPDATE music SET n=1 WHERE pk='nobody' AND sk=2",
        "DELETE FROM music WHERE pk='b' AND sk=7 RETURNING MODIFIED OLD *",
        "DELETE FROM music WHERE pk='a' AND sk=4 RETURNING ALL OLD *",
        "UPDATE music SET n=1 WHERE pk='a'",
    )
    *shown, deleted, last = found["Responses"]
    assert shown == [
        OK,
        error("DuplicateItem", "Duplicate primary key exists in table", **OK),
        {"Item": {"n": {"N": "20"}}, **OK},
        OK,
        error("ConditionalCheckFailed", "The conditional request failed", **OK),
        error(
            "ValidationError",
            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is "
            "allowed in DELETE statements.",
        ),
    ]
    assert deleted["Item"]["n"] == {"N": "40"}
    assert last == error(
        "ValidationError",
        "Where clause does not contain a mandatory equality on all key attributes",
    )
    assert len(run(music, "SELECT * FROM music WHERE pk='new'")["Items"]) == 1
    assert run(music, "SELECT * FROM music WHERE pk='a' AND sk=4")["Items"] == []
    assert len(run(music, "SELECT * FROM music WHERE pk='b'")["Items"]) == 1


def test_a_write_that_fails_late_is_undone_alone(music: Engine) -> None:
    """An item beyond 400 KB together with its entries in local indexes is refused once written."""
    huge = "INSERT INTO music VALUE {'pk':'long','sk':1,'l':'" + "x" * 1000 + "','f':?,'g':'g'}"
    found = batch(
        music,
        "INSERT INTO music VALUE {'pk':'c','sk':1}",
        {"Statement": huge, "Parameters": [{"S": "x" * 408_200}]},
        "INSERT INTO music VALUE {'pk':'c','sk':2}",
    )
    assert found["Responses"] == [
        OK,
        error("ValidationError", "Item size has exceeded the maximum allowed size", **OK),
        OK,
    ]
    assert run(music, "SELECT * FROM music WHERE pk='long'")["Items"] == []
    assert len(run(music, "SELECT * FROM music WHERE pk='c'")["Items"]) == 2
    [described] = [perform(music, "DescribeTable", TableName="music")["Table"]]
    assert described["ItemCount"] == 8


def test_a_batch_is_all_reads_or_all_writes_and_names_an_item_once(music: Engine) -> None:
    read, other = "SELECT n FROM music WHERE pk='a' AND sk=1", "SELECT * FROM solo WHERE id=1"
    write = "DELETE FROM music WHERE pk='a' AND sk=1"
    mixed = "Read and write requests together in the same batch is not supported."
    twice = "Provided list of item keys contains duplicates"
    assert refused(music, read, write) == mixed
    assert refused(music, write, "SLECT", read) == mixed
    assert refused(music, read, other, read) == twice
    assert refused(music, "INSERT INTO music VALUE {'sk':1.0,'pk':'a'}", write) == twice
    assert len(run(music, "SELECT * FROM music WHERE pk='a' AND sk=1")["Items"]) == 1


CAPACITY = [
    (["SELECT * FROM music WHERE pk='a' AND sk=1", "SELECT * FROM music WHERE pk='x' AND sk=1"], 1),
    (
        [
            {"Statement": "SELECT * FROM music WHERE pk='a' AND sk=1", "ConsistentRead": True},
            "SELECT * FROM music WHERE pk='x' AND sk=1",
        ],
        1.5,
    ),
]


@pytest.mark.parametrize(("statements", "units"), CAPACITY)
def test_reads_consume_by_table(music: Engine, statements: list[Any], units: float) -> None:
    found = batch(music, *statements, "SLECT", ReturnConsumedCapacity="TOTAL")
    assert found["ConsumedCapacity"] == [{"CapacityUnits": units, "TableName": "music"}]


def test_a_write_that_fails_counts_in_the_total_alone(music: Engine) -> None:
    failing = "INSERT INTO music VALUE {'pk':'a','sk':1}"
    inserted = "INSERT INTO music VALUE {'pk':'n','sk':1,'g':'x'}"
    found = batch(music, failing, inserted, ReturnConsumedCapacity="INDEXES")
    assert found["ConsumedCapacity"] == [
        {
            "CapacityUnits": 3.0,
            "GlobalSecondaryIndexes": {"gix": {"CapacityUnits": 1.0}},
            "Table": {"CapacityUnits": 1.0},
            "TableName": "music",
        }
    ]
    assert "ConsumedCapacity" not in batch(music, failing, ReturnConsumedCapacity="INDEXES")


def test_a_failed_condition_never_shows_the_item(music: Engine) -> None:
    text = "UPDATE music SET n=1 WHERE pk='a' AND sk=1 AND n=99"
    asked = {"Statement": text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    [response] = batch(music, asked)["Responses"]
    assert response == error("ConditionalCheckFailed", "The conditional request failed", **OK)


def test_what_cannot_be_read_refuses_the_whole_batch(music: Engine) -> None:
    text = "SELECT * FROM music WHERE pk = ?"
    members = [
        {"Statement": text, "Parameters": [{}]},
        {"Statement": text, "Parameters": [{"BS": ["rm+q="]}]},
    ]
    refusal_of_both = refusal(music, "BatchExecuteStatement", Statements=members)
    assert refusal_of_both.code == "SerializationException"
    assert refusal(music, "BatchExecuteStatement", Statements=members[1:]) is not None
