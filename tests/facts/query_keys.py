"""Query and Scan: conditions on keys, starting keys, and both against each other.

Source: facts, Query and ExclusiveStartKey in the order of checks.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import INVALID, Fact, refused
from tests.facts.items import EMPTY_VALUE, SEVERAL_TYPES
from tests.facts.query import (
    GLOBAL_KEY,
    KEY,
    KEY_FILTER,
    LOCAL_KEY,
    NO_FIT,
    NOT_INDEXABLE,
    NOT_SUPPORTED,
    OUTSIDE,
    SCALARS,
    START,
    TYPE,
    is_,
)

S: dict[str, Any] = {"S": "a"}
N: dict[str, Any] = {"N": "1"}
P: dict[str, Any] = {":p": S}
OF_INDEX: dict[str, Any] = {"IndexName": "by_city"}


def query(
    name: str,
    message: str,
    condition: str | None = "p = :p",
    values: dict[str, Any] | None = None,
    /,
    **members: Any,
) -> Fact:
    """A Query of ``scores``; a name like "x | y" says what wins over what."""
    request: dict[str, Any] = {"TableName": "scores", **members}
    if condition is not None:
        used = {**P, **(values or {})}
        # DynamoDB refuses values that no expression uses.
        request["KeyConditionExpression"] = condition
        texts = condition + str(members)
        request["ExpressionAttributeValues"] = {k: v for k, v in used.items() if k in texts}
    return refused(f"Query: {name}", "Query", request, message)


def old(name: str, message: str, /, **conditions: Any) -> Fact:
    """A Query by KeyConditions."""
    request = {"TableName": "scores", "KeyConditions": conditions}
    return refused(f"KeyConditions: {name}", "Query", request, message)


def missed(name: str) -> str:
    """The text for a key without condition."""
    return f"Query condition missed key schema element: {name}"


CONDITIONS = [
    query("three conditions | Select", "Conditions can be of length 1 or 2 only",
          "p = :p AND s = :p AND x = :p", Select="SPECIFIC_ATTRIBUTES"),
    query("three conditions | no table", "Conditions can be of length 1 or 2 only",
          "p = :p AND s = :p AND x = :p", TableName="missing"),
    old("none", "Conditions can be of length 1 or 2 only"),
    old("three", "Conditions can be of length 1 or 2 only", p=is_(S), s=is_(S), x=is_(S)),
    query("no condition on the hash key", missed("p"), "s = :p"),
    query("no condition on the hash key | a range key's type", missed("p"), "s > :n", {":n": N}),
    query("no condition on the index's hash key", missed("city"), **OF_INDEX),
    query("another attribute than the range key", missed("s"), "p = :p AND x = :p"),
    query("two conditions where there is one key", NOT_SUPPORTED, "p = :p AND x = :p",
          TableName="words"),
    query("two conditions where there is one key | type", NOT_SUPPORTED, "p = :n AND x = :p",
          {":n": N}, TableName="words"),
    query("a key of the table that is none of the index", NOT_SUPPORTED, "kind = :p AND s = :p",
          IndexName="by_kind"),
    *(query(f"the hash key with {operator}", NOT_SUPPORTED, f"p {operator} :p")
      for operator in ("<", "<=", ">", ">=")),
    query("the hash key between", NOT_SUPPORTED, "p BETWEEN :p AND :p"),
    query("the beginning of the hash key", NOT_SUPPORTED, "begins_with(p, :p)"),
    query("a hash key's type | its operator", TYPE, "p > :n", {":n": N}),
    query("a hash key's operator | the range key", NOT_SUPPORTED, "p > :p AND x = :p"),
    query("a hash key of another type", TYPE, "p = :n", {":n": N}),
    query("a range key of another type", TYPE, "p = :p AND s = :n", {":n": N}),
    *(old(f"the hash key with {operator}", NOT_INDEXABLE, p=is_(S, operator))
      for operator in ("NE", "CONTAINS", "NOT_CONTAINS", "IN")),
    *(old(f"the range key with {operator}", NOT_INDEXABLE, p=is_(S), s=is_(S, operator))
      for operator in ("NE", "CONTAINS", "NOT_CONTAINS", "IN")),
    *(old(f"the {where} key with {operator}", NOT_INDEXABLE,
          **{"p": is_(S), name: {"ComparisonOperator": operator}})
      for operator in ("NULL", "NOT_NULL") for where, name in (("hash", "p"), ("range", "s"))),
    old("operator | type of a hash key", NOT_INDEXABLE, p=is_(N, "NE")),
    old("operator | type of a range key", NOT_INDEXABLE, p=is_(S), s=is_(N, "NE")),
    old("a hash key of another type", TYPE, p=is_(N)),
]  # fmt: skip

UNUSABLE: list[tuple[str, dict[str, Any], str]] = [
    ("no type", {}, f"{START}: {EMPTY_VALUE}"),
    ("two types", {"S": "a", "BOOL": True}, f"{START}: {SEVERAL_TYPES}"),
    ("a false NULL", {"NULL": False},
     f"{START}: {INVALID}Null attribute value types must have the value of true"),
    ("an empty string set", {"SS": []}, f"{START}: {INVALID}An string set  may not be empty"),
    ("an empty binary set", {"BS": []}, f"{START}: {INVALID}Binary sets should not be empty"),
    # These come bare.
    ("an empty number set", {"NS": []}, INVALID + "An number set  may not be empty"),
    ("a string twice", {"SS": ["a", "a"]}, INVALID + "Input collection [a, a] contains duplicates."),
    ("bytes twice", {"BS": ["YQ==", "YQ=="]},
     INVALID + "Input collection [YQ==, YQ==]of type BS contains duplicates."),
    ("a number twice", {"NS": ["1", "1.0"]}, "Input collection contains duplicates"),
    ("no number", {"N": "x"}, "The parameter cannot be converted to a numeric value: x"),
    ("39 digits", {"N": "1" * 39},
     "Attempting to store more than 38 significant digits in a Number"),
    ("a large number", {"N": "1e126"},
     "Number overflow. Attempting to store a number with magnitude larger than supported range"),
    ("a small number", {"N": "1e-131"},
     "Number underflow. Attempting to store a number with magnitude smaller than supported range"),
]  # fmt: skip


def start(
    name: str, message: str, key: dict[str, Any], condition: str | None = None, /, **members: Any
) -> list[Fact]:
    """A starting key that Query and Scan refuse alike. condition: for the Query."""
    more = {"ExclusiveStartKey": key, **members}
    return [
        query(f"start of {name}", message, condition or "p = :p", **more),
        refused(f"Scan: start of {name}", "Scan", {"TableName": "scores", **more}, message),
    ]


STARTS = [
    *(fact for name, value, text in UNUSABLE for fact in start(name, text, {"p": value})),
    *start("no attribute", START, {}),
    *start("one attribute of two", START, {"p": S}),
    *start("three attributes of two", START, LOCAL_KEY),
    *start("a table with another name", f"{START}: {NO_FIT}", {"p": S, "x": S}),
    *start("a table with another hash key type", f"{START}: {NO_FIT}", {"p": N, "s": S}),
    *start("a table with another range key type", f"{START}: {NO_FIT}", {"p": S, "s": N}),
    *start("an index with three attributes of four", START, LOCAL_KEY, "city = :p", **OF_INDEX),
    *start("an index without its hash key", START, {**LOCAL_KEY, "x": S}, "city = :p", **OF_INDEX),
    *start("an index without its range key", START, {**KEY, "city": S, "x": S}, "city = :p",
           **OF_INDEX),
    *start("an index with another hash key type", NO_FIT, {**GLOBAL_KEY, "city": N}, "city = :p",
           **OF_INDEX),
    *start("an index with another range key type", NO_FIT, {**GLOBAL_KEY, "rank": S}, "city = :p",
           **OF_INDEX),
    *start("an index without the table's key", f"{START}: {NO_FIT}",
           {"p": S, "city": S, "rank": N, "x": S}, "city = :p", **OF_INDEX),
    *start("an index with another table key type", f"{START}: {NO_FIT}",
           {**GLOBAL_KEY, "city": S, "s": N}, "city = :p", **OF_INDEX),
    *start("a hash-only table with another type", f"{START}: {NO_FIT}", {"p": N},
           TableName="words"),
]  # fmt: skip

ELSEWHERE = {"p": {"S": "zz"}, "s": {"S": "b"}}
OUT_OF_RANGE = "The provided starting key does not match the range key predicate"
ONE_ROW = "The query can return at most one row and cannot be restarted"
BY_RANK: dict[str, Any] = {**OF_INDEX, "ExpressionAttributeNames": {"#r": "rank"}}
RANK = "city = :p AND #r = :n"
FITTING = ("s = :b", "s < :c", "s <= :b", "s > :a", "s >= :b", "s BETWEEN :a AND :c",
           "begins_with(s, :b)")  # fmt: skip
UNFITTING = ("s = :a", "s < :b", "s <= :a", "s > :b", "s >= :c", "s BETWEEN :c AND :c",
             "begins_with(s, :a)")  # fmt: skip
LETTERS: dict[str, Any] = {f":{letter}": {"S": letter} for letter in "abc"}
RESTARTS = [
    query("start in another partition", OUTSIDE, ExclusiveStartKey=ELSEWHERE),
    query("start of an index in another partition", OUTSIDE, "city = :p", **OF_INDEX,
          ExclusiveStartKey=GLOBAL_KEY),
    *(query(f"start in another partition, with {condition}", ONE_ROW, f"p = :p AND {condition}",
            LETTERS, ExclusiveStartKey=ELSEWHERE) for condition in FITTING),
    *(query(f"start outside {condition}", OUT_OF_RANGE, f"p = :p AND {condition}",
            LETTERS, ExclusiveStartKey=KEY) for condition in UNFITTING),
    query("start outside a range | another partition", OUT_OF_RANGE, "p = :p AND s < :b", LETTERS,
          ExclusiveStartKey=ELSEWHERE),
    query("start of an index at one rank of another partition", ONE_ROW, RANK, {":n": N},
          **BY_RANK, ExclusiveStartKey=GLOBAL_KEY),
    query("start of an index at another rank", OUT_OF_RANGE, RANK, {":n": {"N": "2"}}, **BY_RANK,
          ExclusiveStartKey=GLOBAL_KEY),
    query("start of a table without range key",
          "The provided exclusive start key is invalid: ExclusiveStartKey: "
          "{p=AttributeValue: {S:KPQ4X3JE19}}",
          TableName="words", ExclusiveStartKey={"p": {"S": "KPQ4X3JE19"}}),
    refused("Scan: start in another segment", "Scan",
            {"TableName": "words", "Segment": 0, "TotalSegments": 3,
             "ExclusiveStartKey": {"p": {"S": "3"}}},
            f"{START}: Invalid ExclusiveStartKey. Please use ExclusiveStartKey with correct "
            "Segment. TotalSegments: 3 Segment: 0"),
]  # fmt: skip

WRONG_PART = f"{START}: {NO_FIT}"
PARTS = [
    query("number of start attributes | no condition on the hash key", START, "s = :p",
          ExclusiveStartKey={"p": S}),
    query("start's hash key | no condition on it", WRONG_PART, "s = :p",
          ExclusiveStartKey={"p": N, "s": S}),
    query("start's hash key | two conditions where there is one key", WRONG_PART,
          "p = :p AND x = :p", TableName="words", ExclusiveStartKey={"p": N}),
    query("a hash key's condition | start's range key", NOT_SUPPORTED, "p < :p",
          ExclusiveStartKey={"p": S, "s": N}),
    query("start's range key | no condition on it", WRONG_PART, "p = :p AND x = :p",
          ExclusiveStartKey={"p": S, "s": N}),
    query("a range key's condition | start's table keys", TYPE, "city = :p AND #r = :p",
          **BY_RANK, ExclusiveStartKey={**GLOBAL_KEY, "p": N}),
]  # fmt: skip

SPECIFIED = "Cannot specify the {} when choosing to get {}"
SELECTS = [
    *(
        query(f"{select} with ProjectionExpression", SPECIFIED.format("ProjectionExpression", what),
              Select=select, ProjectionExpression="a")
        for select, what in (
            ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES"),
            ("ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
            ("COUNT", "only the Count"),
        )
    ),
    *(
        refused(f"Query: {select} with AttributesToGet", "Query",
                {"TableName": "scores", "KeyConditions": {"p": is_(S)}, "Select": select,
                 "AttributesToGet": ["a"]},
                SPECIFIED.format("AttributesToGet", what))
        for select, what in (
            ("ALL_ATTRIBUTES", "ALL_ATTRIBUTES"),
            ("ALL_PROJECTED_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"),
            ("COUNT", "only the Count"),
        )
    ),
    query("projected attributes of no index",
          "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName",
          Select="ALL_PROJECTED_ATTRIBUTES"),
    refused("Scan: projected attributes of no index", "Scan",
            {"TableName": "scores", "Select": "ALL_PROJECTED_ATTRIBUTES"},
            "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
    query("names that a global index lacks",
          INVALID + "Global secondary index by_city does not project [x, y]",
          "city = :p", **OF_INDEX, ProjectionExpression="x.a, note, y, x.b, p"),
    query("a filter on the hash key", KEY_FILTER + "p", FilterExpression="a = :p OR p = :p"),
    query("a filter inside the range key", KEY_FILTER + "s", FilterExpression="s.a = :p"),
    query("a filter inside an index's key", SCALARS + "IndexKey: kind",
          FilterExpression="kind.a = :p"),
    query("a projection inside an index's key", SCALARS + "IndexKey: kind",
          ProjectionExpression="kind[0]"),
    refused("Query: a QueryFilter on a key", "Query",
            {"TableName": "scores", "KeyConditions": {"p": is_(S)}, "QueryFilter": {"s": is_(S)}},
            "QueryFilter can only contain non-primary key attributes: Primary key attribute: s"),
    refused("Scan: TotalSegments without Segment", "Scan",
            {"TableName": "missing", "TotalSegments": 1},
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present"),
    refused("Scan: Segment not below TotalSegments", "Scan",
            {"TableName": "missing", "Segment": 1, "TotalSegments": 1},
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            "Segment: 1 is not less than TotalSegments: 1"),
]  # fmt: skip

FACTS = [*CONDITIONS, *STARTS, *RESTARTS, *PARTS, *SELECTS]
