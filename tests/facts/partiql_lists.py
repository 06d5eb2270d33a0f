"""BatchExecuteStatement and ExecuteTransaction."""

from __future__ import annotations

from typing import Any

from tests.differential.build import attributes
from tests.facts.fact import AWS_CAPTURED, DOCS, PEER, VALIDATION, Fact
from tests.facts.partiql import (
    LOCAL,
    MESSAGES,
    ONE,
    TWO,
    UPSTREAM,
    A,
    Answered,
    B,
    C,
    D,
    changed,
    statement,
)

Member = str | dict[str, Any]
_OPERAND = "Incorrect operand type for operator or function; operator or function: "
_WF = "Statement wasn't well formed, can't be processed: "
_DUPLICATE = "Duplicate primary key exists in table"
_ONE_READ, _TWO_READ = "SELECT * FROM solo WHERE id = 1", "SELECT * FROM solo WHERE id = 2"
_ONE_SET = "UPDATE solo SET v = 'new' WHERE id = 1"
_KEY_ONLY = (
    "Select statements within BatchExecuteStatement must specify the primary key in the where "
    "clause."
)
_TWICE = "Provided list of item keys contains duplicates"
_SAME_ITEM = "Transaction request cannot include multiple operations on one item"
_MIXED = (
    "ExecuteTransaction API does not support both read and write operations in the same request."
)


def batch(*members: Member, **others: Any) -> dict[str, Any]:
    """A request of BatchExecuteStatement; a text is a statement without parameters."""
    return {"Statements": [_member(each) for each in members], **others}


def transaction(*members: Member, **others: Any) -> dict[str, Any]:
    """A request of ExecuteTransaction."""
    return {"TransactStatements": [_member(each) for each in members], **others}


def _member(each: Member) -> dict[str, Any]:
    return {"Statement": each} if isinstance(each, str) else each


def _refused_batch(name: str, message: str, *members: Member, source: str = AWS_CAPTURED) -> Fact:
    return Fact(f"PartiQL batch: {name}", "BatchExecuteStatement", batch(*members), VALIDATION,
                message, source)  # fmt: skip


def _refused(name: str, message: str, *members: Member, source: str = AWS_CAPTURED,
             code: str = VALIDATION, **others: Any) -> Fact:  # fmt: skip
    return Fact(f"PartiQL transaction: {name}", "ExecuteTransaction",
                transaction(*members, **others), code, message, source)  # fmt: skip


def _of(number: int, message: str) -> str:
    return f"Validation failed in TransactStatements[{number}]: {message}"


def _cancelled(*codes: str) -> str:
    shown = ", ".join(codes)
    return (
        f"Transaction cancelled, please refer cancellation reasons for specific reasons [{shown}]"
    )


_CANCELED = "TransactionCanceledException"
_LONG = "x" * 37
FACTS: tuple[Fact, ...] = (
    _refused_batch("reads and writes",
                   "Read and write requests together in the same batch is not supported.",
                   _ONE_READ, "UPDATE solo SET v = 'new' WHERE id = 2"),
    _refused_batch("an item read twice", _TWICE, _ONE_READ, _ONE_READ),
    _refused_batch("an item read twice, in two forms", _TWICE, _ONE_READ,
                   statement("SELECT v FROM solo WHERE id = ?", 1)),
    _refused_batch("an item written twice", _TWICE, _ONE_SET, "DELETE FROM solo WHERE id = 1"),
    _refused_batch("INSERT and UPDATE of one key", _TWICE, "INSERT INTO solo VALUE {'id': 1}",
                   _ONE_SET),
    _refused_batch("an item twice beside a fault", _TWICE, "SLECT", _ONE_READ, _ONE_READ),
    # Transactions.
    _refused("RETURNING",
             _of(0, "RETURNING clause is not supported in ExecuteTransaction."),
             _ONE_SET + " RETURNING ALL OLD *"),
    _refused("RETURNING in the second",
             _of(1, "RETURNING clause is not supported in ExecuteTransaction."),
             _ONE_SET, "DELETE FROM solo WHERE id = 2 RETURNING ALL OLD *"),
    _refused("an index", _of(0, "Reads on indices are not supported within transactions."),
             "SELECT * FROM music.gix WHERE g = 'x'"),
    _refused("reads and writes", _MIXED, _ONE_READ, "DELETE FROM solo WHERE id = 2"),
    _refused("an item read twice", _SAME_ITEM, _ONE_READ, _ONE_READ),
    _refused("an item written twice", _SAME_ITEM, _ONE_SET, "DELETE FROM solo WHERE id = 1"),
    _refused("an item checked and written", _SAME_ITEM, _ONE_SET,
             "EXISTS(SELECT * FROM solo WHERE id = 1 AND v = 'one')", source=LOCAL),
    _refused("COUNT", _of(0, "Unexpected path component at 1:8:5"), "SELECT COUNT(*) FROM solo",
             source=LOCAL),
    *(
        _refused(text, _of(1, message), _TWO_READ if text[0] == "S" else _ONE_SET, text,
                 source=LOCAL)
        for text, message in (
            ("SELECT * FROM solo AS x", "Aliasing is not supported"),
            ("SELECT * FROM solo WHERE id = 1 LIMIT 1", "Unsupported clause: LIMIT at 1:39:1"),
            ("SELECT * FROM solo WHERE id = 1 AND n > TRUE",
             f"{_OPERAND}>, operand type: BOOL"),
            ("SELECT * FROM a.b.c WHERE id = 1",
             "A path may contain at most 2 components in the FROM clause"),
            ("UPDATE music.gix SET n = 1 WHERE pk = 'a' AND sk = 1",
             "This operation is not supported on an index"),
            ("INSERT INTO solo VALUE {'id': 1+1}",
             "Unsupported data type: + under key root at 1:32:1"),
        )
    ),
    *(
        _refused(text, message, text, source=UPSTREAM)
        for text, message in (
            ("SLECT * FROM solo", _WF + "Expected data manipulation"),
            ("SELECT * FROM solo WHERE id = 1 AND v = 'x", _WF),
        )
    ),
    _refused("a SELECT without its key",
             _of(0, "Select statements within ExecuteTransaction must specify the primary key in "
                 "the where clause."), "SELECT * FROM solo", source=MESSAGES),
    _refused("EXISTS with the key only",
             _of(0, "EXISTS() must contain a single item read with additional condition"),
             "EXISTS(SELECT * FROM solo WHERE id = 1)", source=DOCS),
    _refused("too few parameters",
             _of(0, "Number of parameters in request and statement don't match."),
             "UPDATE solo SET v = ? WHERE id = 1", source=LOCAL),
    _refused("an unknown table", "Requested resource not found", _ONE_SET,
             "DELETE FROM nowhere WHERE id = 1", source=LOCAL, code="ResourceNotFoundException"),
    _refused("an INSERT over an item", _cancelled("None", "DuplicateItem"),
             "UPDATE solo SET v = 'new' WHERE id = 2", "INSERT INTO solo VALUE {'id': 1}",
             source=DOCS, code=_CANCELED),
    _refused("a condition that fails", _cancelled("ConditionalCheckFailed", "None"),
             _ONE_SET + " AND v = 'x'", "DELETE FROM solo WHERE id = 2", source=DOCS,
             code=_CANCELED),
    _refused("an UPDATE of no item", _cancelled("None", "ConditionalCheckFailed"),
             _ONE_SET, "UPDATE solo SET v = 1 WHERE id = 9", source=DOCS, code=_CANCELED),
    _refused("EXISTS that does not hold", _cancelled("None", "ConditionalCheckFailed"),
             _ONE_SET, "EXISTS(SELECT * FROM solo WHERE id = 2 AND v IS MISSING)", source=DOCS,
             code=_CANCELED),
    _refused("every member is looked at",
             _cancelled("ConditionalCheckFailed", "DuplicateItem", "None"),
             _ONE_SET + " AND v = 'x'", "INSERT INTO solo VALUE {'id': 2}",
             "INSERT INTO solo VALUE {'id': 3}", source=DOCS, code=_CANCELED),
    _refused("a long token", f"1 validation error detected: Value '{_LONG}' at "
             "'clientRequestToken' failed to satisfy constraint: Member must have length less "
             "than or equal to 36", "SLECT", ClientRequestToken=_LONG, source=PEER),
)  # fmt: skip


def _failed(code: str, message: str, table: str | None = None) -> dict[str, Any]:
    shown: dict[str, Any] = {"Error": {"Code": code, "Message": message}}
    return shown | ({"TableName": table} if table else {})


def _shown(table: str, item: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"TableName": table} | ({} if item is None else {"Item": attributes(item)})


def _batch(name: str, *pairs: tuple[Member, dict[str, Any]], source: str = AWS_CAPTURED,
           **items: list[dict[str, Any]]) -> Answered:  # fmt: skip
    """Members and what each is answered with; items: what tables hold afterwards."""
    return Answered(
        f"PartiQL batch: {name}",
        "BatchExecuteStatement",
        batch(*(member for member, _ in pairs)),
        {"Responses": [answer for _, answer in pairs]},
        source,
        items={table: [attributes(each) for each in held] for table, held in items.items()},
    )


def _transaction(name: str, *members: Member, responses: list[dict[str, Any]],
                 source: str = DOCS, steps: tuple[tuple[str, dict[str, Any]], ...] = (),
                 token: str | None = None, **items: list[dict[str, Any]]) -> Answered:  # fmt: skip
    others = {} if token is None else {"ClientRequestToken": token}
    return Answered(
        f"PartiQL transaction: {name}",
        "ExecuteTransaction",
        transaction(*members, **others),
        {"Responses": responses},
        source,
        steps,
        items={table: [attributes(each) for each in held] for table, held in items.items()},
    )


_BAD_RETURNING = (
    "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is allowed in "
    "DELETE statements."
)
_NEW = changed(ONE, v="new")
ANSWERS: tuple[Answered, ...] = (
    _batch("reads, one of them of nothing", (_ONE_READ, _shown("solo", ONE)),
           ("SELECT v FROM solo WHERE id = 9", _shown("solo")),
           (statement("SELECT * FROM music WHERE pk = ? AND sk = ?", "a", 1), _shown("music", A)),
           (_TWO_READ, _shown("solo", TWO))),
    _batch("writes", (_ONE_SET, _shown("solo")), ("DELETE FROM solo WHERE id = 2", _shown("solo")),
           ("INSERT INTO solo VALUE {'id': 3}", _shown("solo")), solo=[_NEW, {"id": 3}]),
    _batch("RETURNING", (_ONE_SET + " RETURNING MODIFIED NEW *", _shown("solo", {"v": "new"})),
           ("DELETE FROM solo WHERE id = 2 RETURNING ALL OLD *", _shown("solo", TWO)),
           ("DELETE FROM solo WHERE id = 9 RETURNING ALL OLD *", _shown("solo")), solo=[_NEW]),
    _batch("a member that does not parse", (_ONE_READ, _shown("solo", ONE)),
           ('SLECT * FROM "solo"', _failed("ValidationError", _WF + "Expected data manipulation"))),
    _batch("COUNT", ("SELECT COUNT(*) FROM solo WHERE id = 1",
                     _failed("ValidationError", "Unexpected path component at 1:8:5"))),
    _batch("a DELETE's wrong RETURNING",
           ("DELETE FROM solo WHERE id = 1 RETURNING MODIFIED OLD *",
            _failed("ValidationError", _BAD_RETURNING)), (
                "DELETE FROM solo WHERE id = 2", _shown("solo")), solo=[ONE]),
    _batch("a SELECT without its key", ("SELECT * FROM solo",
                                        _failed("ValidationError", _KEY_ONLY)),
           ("SELECT * FROM music WHERE pk = 'a'", _failed("ValidationError", _KEY_ONLY)),
           ("SELECT * FROM music.gix WHERE g = 'x' AND pk = 'a' AND sk = 1",
            _failed("ValidationError", _KEY_ONLY))),
    _batch("a condition that fails",
           (_ONE_SET + " AND v = 'x'", _failed("ConditionalCheckFailed",
                                               "The conditional request failed", "solo")),
           ("UPDATE solo SET v = 'x' WHERE id = 9",
            _failed("ConditionalCheckFailed", "The conditional request failed", "solo")),
           solo=[ONE, TWO]),
    *(
        _batch(f"a condition that fails, {mode}",
               (statement(_ONE_SET + " AND v = 'x'", ReturnValuesOnConditionCheckFailure=mode),
                _failed("ConditionalCheckFailed", "The conditional request failed", "solo")))
        for mode in ("ALL_OLD", "NONE")
    ),
    _batch("an INSERT over an item",
           ("INSERT INTO solo VALUE {'id': 1}", _failed("DuplicateItem", _DUPLICATE, "solo")),
           ("INSERT INTO solo VALUE {'id': 3}", _shown("solo")), solo=[ONE, TWO, {"id": 3}]),
    _batch("an unknown table",
           ("SELECT * FROM nowhere WHERE id = 1",
            _failed("ResourceNotFound", "Requested resource not found", "nowhere")), source=PEER),
    _batch("too few parameters",
           ("SELECT * FROM solo WHERE id = ?",
            _failed("ValidationError", "Number of parameters in request and statement don't "
                    "match.")), source=PEER),
    # Transactions.
    _transaction("reads, one of them of nothing", _ONE_READ, "SELECT v FROM solo WHERE id = 9",
                 "SELECT v FROM solo WHERE id = 2",
                 responses=[{"Item": attributes(ONE)}, {}, {"Item": attributes({"v": "two"})}]),
    _transaction("writes", _ONE_SET, "DELETE FROM solo WHERE id = 2",
                 "INSERT INTO solo VALUE {'id': 3}",
                 "UPDATE music SET n = n + 1 WHERE pk = 'a' AND sk = 1 AND n = 5",
                 responses=[], source=LOCAL,
                 solo=[_NEW, {"id": 3}], music=[changed(A, n=6), B, C, D]),
    _transaction("EXISTS that holds", _ONE_SET,
                 "EXISTS(SELECT * FROM solo WHERE id = 2 AND n IS MISSING)", responses=[],
                 source=LOCAL, solo=[_NEW, TWO]),
    _transaction("EXISTS alone", "EXISTS(SELECT * FROM solo WHERE id = 2 AND v = 'two')",
                 responses=[], source=LOCAL, solo=[ONE, TWO]),
    _transaction("the same token again", "INSERT INTO solo VALUE {'id': 3}", responses=[],
                 source=AWS_CAPTURED, token="again",
                 steps=(("ExecuteTransaction", transaction("INSERT INTO solo VALUE {'id': 3}",
                                                           ClientRequestToken="again")),
                        ("DeleteItem", {"TableName": "solo", "Key": {"id": {"N": "3"}}})),
                 solo=[ONE, TWO]),
)  # fmt: skip
