"""BatchGetItem, BatchWriteItem, TransactGetItems, TransactWriteItems."""

from __future__ import annotations

from typing import Any

from tests.differential.build import N, Scenario, Step, attributes
from tests.differential.corpus.fixtures import BAD_VALUES, HASH, ITEM, PAIRS

Request = dict[str, Any]


def batch_get(tables: Any, **members: Any) -> Step:
    """BatchGetItem."""
    return Step("BatchGetItem", {"RequestItems": tables, **members})


def batch_write(tables: Any, **members: Any) -> Step:
    """BatchWriteItem."""
    return Step("BatchWriteItem", {"RequestItems": tables, **members})


def keys(*plain: Request, **members: Any) -> Request:
    """Keys and what goes with them."""
    return {"Keys": [attributes(each) for each in plain], **members}


def put(item: Request) -> Request:
    """A put in a batch."""
    return {"PutRequest": {"Item": attributes(item)}}


def delete(key: Request) -> Request:
    """A delete in a batch."""
    return {"DeleteRequest": {"Key": attributes(key)}}


def transact(*actions: Request, **members: Any) -> Step:
    """TransactWriteItems."""
    return Step("TransactWriteItems", {"TransactItems": list(actions), **members})


def transact_get(*actions: Request, **members: Any) -> Step:
    """TransactGetItems."""
    return Step("TransactGetItems", {"TransactItems": list(actions), **members})


def action(kind: str, table: str, content: Request, values: Request | None = None,
           /, **members: Any) -> Request:  # fmt: skip
    """One action of a transaction. content: the item of a Put, else the key."""
    member = "Item" if kind == "Put" else "Key"
    found = {"TableName": table, member: attributes(content), **members}
    if values is not None:
        found["ExpressionAttributeValues"] = attributes(values)
    return {kind: found}


A, B, C = {"p": "a", "s": 1}, {"p": "b", "s": 1}, {"p": "nobody", "s": 1}
X, Y = {"p": "x"}, {"p": "y"}


def _batch_gets() -> tuple[Step, ...]:
    many = [{"p": f"k{place}"} for place in range(101)]
    found = [
        batch_get({"Pair": keys(A)}),
        batch_get({"Pair": keys(A, B, C), "Hash": keys(X, Y)}),
        batch_get({"Pair": keys(C)}),
        batch_get({"Pair": keys(A, A)}),
        batch_get({"Pair": keys(A, {"p": "a", "s": N("1.0")})}),
        batch_get({"Pair": keys(A, B, ConsistentRead=True)}),
        batch_get({"Pair": keys(A, ProjectionExpression="extra, payload.word")}),
        batch_get({"Pair": keys(A, ProjectionExpression="#e",
                                ExpressionAttributeNames={"#e": "extra"})}),
        batch_get({"Pair": keys(A, AttributesToGet=["extra", "none"])}),
        batch_get({"Pair": keys(A, AttributesToGet=["extra"]),
                   "Hash": keys(X, ProjectionExpression="s")}),
        batch_get({"Pair": keys(A, AttributesToGet=["extra"], ProjectionExpression="s")}),
        batch_get({"Pair": keys(A, AttributesToGet=["extra", "extra"])}),
        batch_get({"Pair": keys(A, AttributesToGet=[])}),
        batch_get({"Pair": keys(A, ProjectionExpression="")}),
        batch_get({"Pair": keys(A, ProjectionExpression="extra,")}),
        batch_get({"Pair": keys(A, ProjectionExpression="size")}),
        batch_get({"Pair": keys(A, ProjectionExpression="p.x")}),
        batch_get({"Pair": keys(A, ExpressionAttributeNames={"#e": "extra"})}),
        batch_get({"Pair": keys(A, ProjectionExpression="extra",
                                ExpressionAttributeNames={"#e": "extra"})}),
        batch_get({"Pair": keys()}),
        batch_get({"Pair": {}}),
        batch_get({"Pair": None}),
        batch_get({}),
        batch_get(None),
        batch_get([]),
        batch_get("x"),
        batch_get({"Pair": []}),
        batch_get({"Pair": "x"}),
        batch_get({"Pair": {"Keys": "x"}}),
        batch_get({"Pair": {"Keys": {}}}),
        batch_get({"Pair": {"Keys": ["x"]}}),
        batch_get({"Pair": {"Keys": [[]]}}),
        batch_get({"Pair": {"Keys": [None]}}),
        batch_get({"Absent": keys(A)}),
        batch_get({"Absent": keys(A), "Pair": keys(A)}),
        batch_get({"a": keys(A)}),
        batch_get({"a;b": keys(A)}),
        batch_get({"": keys(A)}),
        batch_get({"Hash": keys(*many[:100])}),
        batch_get({"Hash": keys(*many)}),
        batch_get({"Hash": keys(*many[:60]), "Pair": keys(*({**A, "s": n} for n in range(41)))}),
        batch_get({"Hash": keys(X)}, ReturnConsumedCapacity="TOTAL"),
        batch_get({"Hash": keys(X, Y), "Pair": keys(A)}, ReturnConsumedCapacity="INDEXES"),
        batch_get({"Hash": keys(X)}, ReturnConsumedCapacity="x"),
        batch_get({"Hash": keys(Y)}, ReturnConsumedCapacity="TOTAL"),
    ]  # fmt: skip
    for wrong in ({}, {"p": 1}, {"q": "x"}, {"p": "x", "s": 1}, {"p": ""}, {"p": None}):
        found.append(batch_get({"Hash": keys(X, wrong)}))
    found += [batch_get({"Hash": keys({"p": wire})}) for wire in BAD_VALUES.values()]
    return tuple(found)


def _batch_writes() -> tuple[Step, ...]:
    many = [put({"p": f"k{place}", "n": place}) for place in range(26)]
    item = {**A, "kind": "new", "score": 1}
    found = [
        batch_write({"Hash": many[:25]}),
        batch_write({"Hash": many}),
        batch_write({"Hash": many[:13], "Pair": [put({"p": "m", "s": n}) for n in range(13)]}),
        batch_write({"Hash": [delete({"p": f"k{place}"}) for place in range(25)]}),
        batch_write({"Hash": [put(X), delete(Y)], "Pair": [put(item), delete(B)]}),
        batch_write({"Hash": [put(X), put(X)]}),
        batch_write({"Hash": [put(X), delete(X)]}),
        batch_write({"Hash": [delete(X), delete(X)]}),
        batch_write({"Pair": [put(A), put({"p": "a", "s": N("1.0")})]}),
        batch_write({"Hash": [put(X)], "Absent": [put(X)]}),
        batch_write({"Hash": []}),
        batch_write({}),
        batch_write(None),
        batch_write([]),
        batch_write("x"),
        batch_write({"Hash": {}}),
        batch_write({"Hash": "x"}),
        batch_write({"Hash": None}),
        batch_write({"Hash": [{}]}),
        batch_write({"Hash": [None]}),
        batch_write({"Hash": ["x"]}),
        batch_write({"Hash": [[]]}),
        batch_write({"Hash": [{**put(X), **delete(Y)}]}),
        batch_write({"Hash": [{"PutRequest": {}}]}),
        batch_write({"Hash": [{"DeleteRequest": {}}]}),
        batch_write({"Hash": [{"PutRequest": None}]}),
        batch_write({"Hash": [{"PutRequest": "x"}]}),
        batch_write({"Hash": [{"Other": {}}]}),
        batch_write({"Hash": [put({"p": "big", "v": "a" * 409600})]}),
        batch_write({"a": [put(X)]}),
        batch_write({"a;b": [put(X)]}),
        batch_write({"Hash": [put(X)]}, ReturnConsumedCapacity="TOTAL"),
        batch_write({"Pair": [put(item), delete(B)]}, ReturnConsumedCapacity="INDEXES"),
        batch_write({"Pair": [put(item)]}, ReturnItemCollectionMetrics="SIZE"),
        batch_write({"Hash": [put(X)]}, ReturnItemCollectionMetrics="SIZE"),
        batch_write({"Hash": [put(X)]}, ReturnItemCollectionMetrics="x"),
        batch_write({"Hash": [put(X)]}, ReturnConsumedCapacity="x"),
    ]
    for wrong in ({}, {"p": 1}, {"q": "x"}, {"p": ""}, {"p": None}, {"p": "k" * 2049}):
        found += [
            batch_write({"Hash": [put({"p": "good"}), put(wrong)]}),
            batch_write({"Hash": [put({"p": "good"}), delete(wrong)]}),
        ]
    found.append(batch_write({"Hash": [delete({"p": "x", "s": 1})]}))
    found.append(batch_write({"Pair": [put({"p": "a", "s": 1, "kind": 5})]}))
    found += [batch_write({"Hash": [put({"p": "v", "v": wire})]}) for wire in BAD_VALUES.values()]
    return tuple(found)


def _transactions() -> tuple[Step, ...]:
    no = {"ConditionExpression": "attribute_not_exists(p)"}
    yes = {"ConditionExpression": "attribute_exists(p)"}
    old = {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    new = {"p": "t", "s": 1}
    update = {"UpdateExpression": "SET v = :v"}
    return (
        transact(action("Put", "Pair", {**new, "v": 1})),
        transact(action("Put", "Pair", {**new, "v": 1}, **no)),
        transact(action("Put", "Pair", {**new, "v": 1}, **no, **old)),
        transact(action("Put", "Pair", {**A, "v": 1}, **no), action("Put", "Hash", X, **yes)),
        transact(action("Put", "Hash", {"p": "w"}), action("Put", "Hash", X, **no)),
        transact(action("Update", "Pair", new, {":v": 5}, **update)),
        transact(action("Update", "Pair", new, {":v": 5}, **update, **no, **old)),
        transact(action("Update", "Pair", C, {":v": 5}, **update)),
        transact(action("Update", "Pair", C, {":v": 5}, **update, **yes)),
        transact(action("Delete", "Pair", C)),
        transact(action("Delete", "Pair", C, **yes)),
        transact(action("Delete", "Pair", new, **no, **old)),
        transact(action("Delete", "Pair", new, **yes)),
        transact(action("ConditionCheck", "Hash", X, **yes), action("Put", "Hash", {"p": "c"})),
        transact(action("ConditionCheck", "Hash", X, **no), action("Put", "Hash", {"p": "d"})),
        transact(action("ConditionCheck", "Hash", X)),
        transact(action("ConditionCheck", "Hash", Y, **yes, **old)),
        transact(action("Put", "Hash", X), action("Delete", "Hash", X)),
        transact(action("Put", "Hash", X), action("ConditionCheck", "Hash", X, **yes)),
        transact(action("Put", "Pair", A), action("Put", "Pair", {"p": "a", "s": N("1.0")})),
    )


def _faulty_expressions() -> tuple[Step, ...]:
    no = {"ConditionExpression": "attribute_not_exists(p)"}
    return (
        transact(action("Update", "Hash", X)),
        transact(action("Update", "Hash", X, UpdateExpression="")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET p = :v")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET s = s + :v")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET none.a = :v")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET s = none")),
        transact(action("Update", "Hash", X, {":v": "x"}, UpdateExpression="SET n = n + :v")),
        transact(action("Update", "Hash", X, {":v": 1, ":w": 1}, UpdateExpression="SET n = :v")),
        transact(action("Update", "Hash", X, UpdateExpression="SET n = :v")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET n = = :v")),
        transact(action("Update", "Hash", X, {":v": 1}, UpdateExpression="SET size = :v")),
        transact(action("Put", "Hash", X, ConditionExpression="")),
        transact(action("Put", "Hash", X, ConditionExpression="p = = x")),
        transact(action("Put", "Hash", X, {":v": 1})),
        transact(action("Put", "Hash", X, {":v": 1}, ConditionExpression="p.a = :v")),
        transact(action("Delete", "Hash", X, {":v": 1}, ConditionExpression="p[0] = :v")),
        transact(action("Update", "Hash", X, UpdateExpression="SET v = p.a")),
        transact(action("Put", "Hash", X, ExpressionAttributeNames={"#a": "a"})),
        transact(action("Put", "Hash", X, {}, **no)),
        transact(action("Put", "Hash", X, **no, ReturnValuesOnConditionCheckFailure="x")),
        transact(action("Put", "Hash", X, ReturnValuesOnConditionCheckFailure="NONE", **no)),
    )


def _faulty_forms() -> tuple[Step, ...]:
    new = {"p": "t", "s": 1}
    return (
        transact(action("Put", "Absent", X)),
        transact(action("Put", "Hash", {"p": "e"}), action("Put", "Absent", X)),
        transact(action("Put", "a", X)),
        transact(action("Put", "a;b", X)),
        transact({"Put": {}}),
        transact({"Put": {"TableName": "Hash"}}),
        transact({"Update": {"TableName": "Hash"}}),
        transact({"Delete": {"TableName": "Hash"}}),
        transact({"ConditionCheck": {"TableName": "Hash"}}),
        transact({}),
        transact({"Put": None}),
        transact({"Other": {}}),
        transact({**action("Put", "Hash", X), **action("Delete", "Hash", Y)}),
        transact(),
        Step("TransactWriteItems", {}),
        Step("TransactWriteItems", {"TransactItems": None}),
        Step("TransactWriteItems", {"TransactItems": "x"}),
        Step("TransactWriteItems", {"TransactItems": {}}),
        Step("TransactWriteItems", {"TransactItems": ["x"]}),
        Step("TransactWriteItems", {"TransactItems": [[]]}),
        Step("TransactWriteItems", {"TransactItems": [None]}),
        transact(*(action("Put", "Hash", {"p": f"h{n}"}) for n in range(100))),
        transact(*(action("Put", "Hash", {"p": f"h{n}"}) for n in range(101))),
        transact(action("Put", "Hash", {"p": "big", "v": "a" * 409600})),
        transact(action("Put", "Pair", {"p": "a", "s": 1, "kind": 5}), action("Put", "Hash", X)),
        transact(action("Put", "Hash", X), action("Update", "Pair", A, {":v": 5},
                                                  UpdateExpression="SET kind = :v")),
        transact(action("Put", "Hash", {"p": "cap"}), ReturnConsumedCapacity="TOTAL"),
        transact(action("Put", "Pair", {**new, "kind": "k"}), ReturnConsumedCapacity="INDEXES"),
        transact(action("Put", "Hash", X), ReturnConsumedCapacity="x"),
        transact(action("Put", "Pair", new), ReturnItemCollectionMetrics="SIZE"),
        transact(action("Put", "Hash", {"p": "tok"}), ClientRequestToken="one"),
        transact(action("Put", "Hash", {"p": "tok"}), ClientRequestToken="one"),
        transact(action("Put", "Hash", {"p": "other"}), ClientRequestToken="one"),
        transact(action("Put", "Hash", {"p": "tok"}), ClientRequestToken=""),
        transact(action("Put", "Hash", {"p": "tok"}), ClientRequestToken="x" * 36),
        transact(action("Put", "Hash", {"p": "tok"}), ClientRequestToken="x" * 37),
    )  # fmt: skip


def _faulty_keys() -> tuple[Step, ...]:
    yes = {"ConditionExpression": "attribute_exists(p)"}
    found: list[Step] = []
    for wrong in ({}, {"p": 1}, {"q": "x"}, {"p": ""}, {"p": None}, {"p": "k" * 2049}):
        for kind in ("Put", "Update", "Delete", "ConditionCheck"):
            members = yes if kind == "ConditionCheck" else {}
            if kind == "Update":
                members = {"UpdateExpression": "REMOVE n"}
            found.append(
                transact(action("Put", "Hash", {"p": "ok"}), action(kind, "Hash", wrong, **members))
            )
    found += [transact(action("Put", "Hash", {"p": "v", "v": w})) for w in BAD_VALUES.values()]
    return tuple(found)


def _transact_gets() -> tuple[Step, ...]:
    found = [
        transact_get(action("Get", "Hash", X)),
        transact_get(action("Get", "Hash", X), action("Get", "Pair", A), action("Get", "Hash", Y)),
        transact_get(action("Get", "Hash", X), action("Get", "Hash", X)),
        transact_get(action("Get", "Hash", X, ProjectionExpression="s, m.a")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="none")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="s,")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="p.a")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="#s")),
        transact_get(action("Get", "Hash", X, ProjectionExpression="#s",
                            ExpressionAttributeNames={"#s": "s"})),
        transact_get(action("Get", "Hash", X, ExpressionAttributeNames={"#s": "s"})),
        transact_get(action("Get", "Hash", X, AttributesToGet=["s"])),
        transact_get(action("Get", "Absent", X)),
        transact_get(action("Get", "Hash", X), action("Get", "Absent", X)),
        transact_get(action("Get", "Hash", {"q": "x"})),
        transact_get(action("Get", "Hash", X), action("Get", "Hash", {"p": 1})),
        transact_get(action("Get", "Hash", {"p": ""})),
        transact_get({}),
        transact_get({"Get": {}}),
        transact_get({"Get": {"TableName": "Hash"}}),
        transact_get(),
        Step("TransactGetItems", {}),
        Step("TransactGetItems", {"TransactItems": "x"}),
        transact_get(*(action("Get", "Hash", {"p": f"h{n}"}) for n in range(100))),
        transact_get(*(action("Get", "Hash", {"p": f"h{n}"}) for n in range(101))),
        transact_get(action("Get", "Hash", X), ReturnConsumedCapacity="TOTAL"),
        transact_get(action("Get", "Hash", X), action("Get", "Pair", A),
                     ReturnConsumedCapacity="INDEXES"),
        transact_get(action("Get", "Hash", X), ReturnConsumedCapacity="x"),
    ]  # fmt: skip
    return tuple(found)


SETUP = (*PAIRS, HASH, ITEM)
SCENARIOS = (
    Scenario("batches of gets", SETUP, _batch_gets()),
    Scenario("batches of writes", SETUP, _batch_writes()),
    Scenario("transactions", SETUP, _transactions()),
    Scenario("faulty expressions in transactions", SETUP, _faulty_expressions()),
    Scenario("faulty forms of transactions", SETUP, _faulty_forms()),
    Scenario("faulty keys in transactions", SETUP, _faulty_keys()),
    Scenario("transactions of gets", SETUP, _transact_gets()),
)
