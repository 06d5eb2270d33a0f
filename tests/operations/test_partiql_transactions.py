"""ExecuteTransaction: all statements or none."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import limits
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.operations import schemas
from tests.support.calls import perform, refusal
from tests.support.statements import fill, run

FAILED = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
NONE = {"Code": "None"}
INSERT = "INSERT INTO music VALUE {'pk':'new','sk':1}"
READ = "SELECT * FROM music WHERE pk='a' AND sk=1"


def given(*statements: str | dict[str, Any]) -> list[dict[str, Any]]:
    """Members of a transaction."""
    return [{"Statement": each} if isinstance(each, str) else each for each in statements]


def transact(engine: Engine, *statements: str | dict[str, Any], **members: Any) -> Any:
    """The answer to a transaction."""
    return perform(engine, "ExecuteTransaction", TransactStatements=given(*statements), **members)


def refused(engine: Engine, *statements: str | dict[str, Any], **members: Any) -> Any:
    """The refusal of a transaction."""
    return refusal(engine, "ExecuteTransaction", TransactStatements=given(*statements), **members)


def stored(engine: Engine) -> int:
    """How many items there are under the key that the tests insert."""
    return len(run(engine, "SELECT * FROM music WHERE pk='new'")["Items"])


def test_reads_answer_in_their_order(music: Engine) -> None:
    found = transact(
        music,
        "SELECT n FROM music WHERE pk='a' AND sk=1",
        "SELECT * FROM music WHERE pk='a' AND sk=99",
        "SELECT absent FROM music WHERE pk='a' AND sk=2",
        ReturnConsumedCapacity="TOTAL",
    )
    assert found == {
        "ConsumedCapacity": [
            {"CapacityUnits": 6.0, "ReadCapacityUnits": 6.0, "TableName": "music"}
        ],
        "Responses": [{"Item": {"n": {"N": "10"}}}, {}, {}],
    }


def test_writes_are_carried_out_together(music: Engine) -> None:
    found = transact(
        music,
        INSERT,
        "UPDATE music SET n = n + 1 WHERE pk='a' AND sk=1",
        "DELETE FROM music WHERE pk='a' AND sk=2",
        "EXISTS(SELECT * FROM music WHERE pk='a' AND sk=3 AND n=30)",
        ReturnConsumedCapacity="TOTAL",
    )
    assert found["Responses"] == []
    [spent] = found["ConsumedCapacity"]
    assert spent["WriteCapacityUnits"] == spent["CapacityUnits"]
    assert stored(music) == 1
    assert run(music, "SELECT n FROM music WHERE pk='a' AND sk<3")["Items"] == [
        {"n": {"N": "0"}},
        {"n": {"N": "11"}},
    ]


def test_an_insert_consumes_twice_on_the_table_and_once_on_indexes(music: Engine) -> None:
    text = "INSERT INTO music VALUE {'pk':'new','sk':1,'g':'g','l':'l'}"
    [spent] = transact(music, text, ReturnConsumedCapacity="INDEXES")["ConsumedCapacity"]
    one, two = ({"CapacityUnits": n, "WriteCapacityUnits": n} for n in (1.0, 2.0))
    assert spent == {
        "CapacityUnits": 4.0,
        "WriteCapacityUnits": 4.0,
        "GlobalSecondaryIndexes": {"gix": one},
        "LocalSecondaryIndexes": {"lix": one},
        "Table": two,
        "TableName": "music",
    }


CANCELLED = [
    (
        [INSERT, "INSERT INTO music VALUE {'pk':'a','sk':1}", "DELETE FROM solo WHERE id=1"],
        [
            NONE,
            {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"},
            NONE,
        ],
    ),
    (
        [
            "UPDATE music SET n=1 WHERE pk='x' AND sk=1",
            INSERT,
            "DELETE FROM music WHERE pk='a' AND sk=1 AND n=99",
        ],
        [FAILED, NONE, FAILED],
    ),
    ([INSERT, "EXISTS(SELECT * FROM music WHERE pk='a' AND sk=1 AND n=99)"], [NONE, FAILED]),
    ([INSERT, "EXISTS(SELECT * FROM music WHERE pk='x' AND sk=1 AND n=99)"], [NONE, FAILED]),
    (
        [INSERT, "INSERT INTO music VALUE {'pk':'','sk':1}"],
        [
            NONE,
            {
                "Code": "ValidationError",
                "Message": (
                    "One or more parameter values are not valid. The AttributeValue for a key "
                    "attribute cannot contain an empty string value. Key: pk"
                ),
            },
        ],
    ),
    (
        ["UPDATE music SET n = absent + 1 WHERE pk='a' AND sk=1", INSERT],
        [
            {
                "Code": "ValidationError",
                "Message": (
                    "The provided expression refers to an attribute that does not exist in the item"
                ),
            },
            NONE,
        ],
    ),
    (
        ["UPDATE music SET n=1 WHERE pk='a'", INSERT],
        [
            {
                "Code": "ValidationError",
                "Message": (
                    "Where clause does not contain a mandatory equality on all key attributes"
                ),
            },
            NONE,
        ],
    ),
    (
        [READ, "SELECT * FROM music WHERE pk='a' AND sk='x'"],
        [
            NONE,
            {
                "Code": "ValidationError",
                "Message": (
                    "Key attribute's data type should match its data type in table's schema: Key sk"
                ),
            },
        ],
    ),
]


@pytest.mark.parametrize(("statements", "reasons"), CANCELLED)
def test_one_failure_cancels_all(music: Engine, statements: list[str], reasons: list[Any]) -> None:
    cancelled = refused(music, *statements)
    codes = ", ".join(reason["Code"] for reason in reasons)
    assert cancelled.code == "TransactionCanceledException"
    assert cancelled.message == (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
    )
    assert list(cancelled.extra["CancellationReasons"]) == reasons
    assert stored(music) == 0


def test_a_reason_shows_the_item_if_asked(music: Engine) -> None:
    text = "DELETE FROM music WHERE pk='b' AND sk=7 AND n=99"
    asked = {"Statement": text, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    [reason] = refused(music, asked).extra["CancellationReasons"]
    assert reason == FAILED | {"Item": {"pk": {"S": "b"}, "sk": {"N": "7"}, "name": {"S": "B"}}}


def of_member(number: int, text: str) -> str:
    """A member's own refusal."""
    return f"Validation failed in TransactStatements[{number}]: {text}"


REFUSED = [
    (
        [INSERT, "SLECT * FROM music"],
        "Statement wasn't well formed, can't be processed: Expected data manipulation",
    ),
    ([INSERT, "DROP TABLE music"], "Unsupported operation: DropTable"),
    ([READ, "SELECT COUNT(*) FROM solo"], of_member(1, "Unexpected path component at 1:8:5")),
    (
        ["DELETE FROM solo WHERE id=?"],
        of_member(0, "Number of parameters in request and statement don't match."),
    ),
    (
        [INSERT, "UPDATE solo SET n=1 WHERE id=1 RETURNING ALL OLD *"],
        of_member(1, "RETURNING clause is not supported in ExecuteTransaction."),
    ),
    (
        ["SELECT * FROM music.gix WHERE g='g1'"],
        of_member(0, "Reads on indices are not supported within transactions."),
    ),
    (
        [READ, "SELECT * FROM music WHERE pk='a'"],
        of_member(
            1,
            "Select statements within ExecuteTransaction must specify the primary key in the "
            "where clause.",
        ),
    ),
    (
        ["EXISTS(SELECT * FROM music WHERE pk='a' AND sk=1)"],
        of_member(0, "EXISTS() must contain a single item read with additional condition"),
    ),
    (
        [READ, INSERT],
        (
            "ExecuteTransaction API does not support both read and write operations in the same "
            "request."
        ),
    ),
    ([READ, READ], "Transaction request cannot include multiple operations on one item"),
    (
        [
            "DELETE FROM music WHERE pk='a' AND sk=1",
            "EXISTS(SELECT * FROM music WHERE pk='a' AND sk=1 AND n=1)",
        ],
        "Transaction request cannot include multiple operations on one item",
    ),
    ([INSERT, "DELETE FROM nowhere WHERE id=1"], "Requested resource not found"),
]


@pytest.mark.parametrize(("statements", "message"), REFUSED)
def test_what_is_wrong_with_the_request_is_refused_as_a_whole(
    music: Engine, statements: list[str], message: str
) -> None:
    assert refused(music, *statements).message == message
    assert stored(music) == 0


def test_a_transaction_has_four_megabytes_of_parameters(music: Engine) -> None:
    def inserts(size: int) -> list[dict[str, Any]]:
        text = "INSERT INTO solo VALUE {'id':%d,'f':?}"
        return [
            {"Statement": text % number, "Parameters": [{"S": "x" * size}]} for number in range(11)
        ]

    assert transact(music, *inserts(350_000))["Responses"] == []
    assert "4" in str(refused(music, *inserts(400_000)).message)


def test_a_check_of_an_item_that_is_not_there_fails(music: Engine) -> None:
    check = "EXISTS(SELECT * FROM music WHERE pk='{}' AND sk=1 AND absent IS MISSING)"
    assert refused(music, check.format("x"), INSERT).code == "TransactionCanceledException"
    assert transact(music, check.format("a"), INSERT)["Responses"] == []
    assert stored(music) == 1


def test_a_token_is_answered_again_for_ten_minutes() -> None:
    clock = MovableClock(1_000_000.0)
    engine = Engine.open(clock=clock)
    fill(engine)
    token = {"ClientRequestToken": "one"}
    update = "UPDATE music SET n = n + 1 WHERE pk='a' AND sk=1"
    first = transact(engine, update, **token, ReturnConsumedCapacity="TOTAL")
    assert "WriteCapacityUnits" in first["ConsumedCapacity"][0]
    again = transact(engine, update, **token, ReturnConsumedCapacity="TOTAL")
    assert again["ConsumedCapacity"][0]["ReadCapacityUnits"] == 2.0
    assert run(engine, "SELECT n FROM music WHERE pk='a' AND sk=1")["Items"] == [{"n": {"N": "11"}}]
    mismatch = refused(engine, INSERT, **token)
    assert mismatch.code == "IdempotentParameterMismatchException"
    key = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    delete = {"Delete": {"TableName": "music", "Key": key}}
    # Each operation remembers its own tokens.
    perform(engine, "TransactWriteItems", TransactItems=[delete], ClientRequestToken="one")
    clock.advance(limits.TOKEN_SECONDS + 1)
    transact(engine, INSERT, **token)
    assert stored(engine) == 1
    engine.close()


def test_a_failed_transaction_is_not_remembered(music: Engine) -> None:
    statement = "DELETE FROM music WHERE pk='b' AND sk=7 AND n=1"
    token = {"ClientRequestToken": "two"}
    assert refused(music, statement, **token).code == "TransactionCanceledException"
    run(music, "UPDATE music SET n=1 WHERE pk='b' AND sk=7")
    assert transact(music, statement, **token)["Responses"] == []


def test_a_write_that_meets_a_transaction_is_refused(music: Engine) -> None:
    action = music.operations["ExecuteTransaction"]
    request = {"TransactStatements": given("UPDATE music SET n=1 WHERE pk='a' AND sk=1")}
    assert schemas.of(action.name).accept(request)
    _, work = action.handler(music._scope(Caller()), request)  # type: ignore[misc]
    release = work.claim()  # pyright: ignore
    try:
        text = "DELETE FROM music WHERE pk='a' AND sk=1"
        met = refusal(music, "ExecuteStatement", Statement=text)
        assert met.code == "TransactionConflictException"
        [response] = perform(music, "BatchExecuteStatement", Statements=given(text))["Responses"]
        assert response["Error"]["Code"] == "TransactionConflict"
        [reason] = refused(music, text).extra["CancellationReasons"]
        assert reason["Code"] == "TransactionConflict"
        [read] = refused(music, READ).extra["CancellationReasons"]
        assert read["Code"] == "TransactionConflict"
    finally:
        release()
    assert run(music, text)["Items"] == []
