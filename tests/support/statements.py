"""Tables and items that the tests of PartiQL share, and short ways to run a statement."""

from __future__ import annotations

from typing import Any

from dynalite_py.engine import Engine
from tests.support.calls import perform, refusal

MUSIC: dict[str, Any] = {
    "TableName": "music",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind}
        for name, kind in (("pk", "S"), ("sk", "N"), ("g", "S"), ("l", "S"))
    ],
    "KeySchema": [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "gix",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "lix",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "l", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
}
SOLO: dict[str, Any] = {
    "TableName": "solo",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    "BillingMode": "PAY_PER_REQUEST",
}


def fill(engine: Engine) -> None:
    """Five items of partition a, one of b."""
    perform(engine, "CreateTable", **MUSIC)
    perform(engine, "CreateTable", **SOLO)
    for number in range(5):
        run(
            engine,
            "INSERT INTO music VALUE {'pk':'a','sk':?,'n':?,'g':'g1','l':'x','m':{'z':1},"
            "'ls':[1,2],'ss':<<'p','q'>>}",
            {"N": str(number)},
            {"N": str(number * 10)},
        )
    run(engine, "INSERT INTO music VALUE {'pk':'b','sk':7,'name':'B'}")


def run(engine: Engine, statement: str, *parameters: dict[str, Any], **members: Any) -> Any:
    """The answer to a statement."""
    if parameters:
        members["Parameters"] = list(parameters)
    return perform(engine, "ExecuteStatement", Statement=statement, **members)


def keys(answer: dict[str, Any]) -> list[str]:
    """Partition and sort key of each item, ``a1``."""
    return [item["pk"]["S"] + item["sk"]["N"] for item in answer["Items"]]


def refused(engine: Engine, statement: str, *parameters: dict[str, Any], **members: Any) -> str:
    """The text of a refusal."""
    if parameters:
        members["Parameters"] = list(parameters)
    return str(refusal(engine, "ExecuteStatement", Statement=statement, **members).message)
