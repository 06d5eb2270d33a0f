"""Legacy parameters: Expected, AttributeUpdates, QueryFilter, ScanFilter, KeyConditions and so on."""

from __future__ import annotations

from typing import Any

from tests.differential.build import (
    N,
    Scenario,
    Step,
    Wire,
    delete,
    get,
    put,
    query,
    scan,
    update,
    value,
)
from tests.differential.corpus.fixtures import BAD_VALUES, HASH, ITEM, PAIRS

OPERATORS = (
    "EQ", "NE", "LT", "LE", "GT", "GE", "IN", "BETWEEN", "NULL", "NOT_NULL", "CONTAINS",
    "NOT_CONTAINS", "BEGINS_WITH", "eq", "", "LIKE",
)  # fmt: skip
ARGUMENTS: tuple[tuple[Any, ...], ...] = (
    (), ("abc",), ("a",), ("b",), (5,), (7,), (N("5.0"),), (b"abc",), (True,), (None,), ({"a"},),
    ({"a", "b", "c"},), (["x"],), ({"a": 1},), ("a", "b"), ("b", "a"), (2, 7), (7, 2), ("a", 1),
    ("a", "abc", "c"), ("",),
)  # fmt: skip


def condition(operator: str | None, *plain: Any) -> dict[str, Any]:
    """A Condition; without values the list is left out."""
    found: dict[str, Any] = {}
    if operator is not None:
        found["ComparisonOperator"] = operator
    if plain:
        found["AttributeValueList"] = [value(each) for each in plain]
    return found


def _filters() -> tuple[Step, ...]:
    steps: list[Step] = []
    for operator in OPERATORS:
        for arguments in ARGUMENTS:
            for name in ("s", "n", "ss", "l", "none") if operator in OPERATORS[:13] else ("s",):
                filters = {name: condition(operator, *arguments)}
                steps.append(scan("Hash", ScanFilter=filters))
                if name in ("s", "none"):
                    steps.append(put("Hash", {"p": "new"}, Expected=filters))
    return tuple(steps)


def _filter_forms() -> tuple[Step, ...]:
    two = {"s": condition("EQ", "abc"), "n": condition("EQ", 6)}
    steps: list[Step] = []
    for filters in ({}, two, None, [], "x", {"s": {}}, {"s": None}, {"s": "x"},
                    {"s": condition(None, "a")}, {"s": {"ComparisonOperator": "NULL",
                                                        "AttributeValueList": []}},
                    {"s": {"ComparisonOperator": "EQ", "AttributeValueList": []}},
                    {"m.a": condition("EQ", 1)}, {"dotted.name": condition("EQ", "dots")},
                    {"p": condition("EQ", "x")}, {"l[0]": condition("NOT_NULL")},
                    {"size": condition("NULL")}, {"": condition("NULL")},
                    *({"s": {"ComparisonOperator": "EQ", "AttributeValueList": [w]}}
                      for w in BAD_VALUES.values())):  # fmt: skip
        for operator in (None, "AND", "OR", "or"):
            joined = {"ConditionalOperator": operator} if operator else {}
            steps.append(scan("Hash", ScanFilter=filters, **joined))
            if operator != "or" and isinstance(filters, dict) and len(steps) < 60:
                steps.append(delete("Hash", {"p": "absent"}, Expected=filters, **joined))
                steps.append(
                    query("Hash", None, KeyConditions={"p": condition("EQ", "x")},
                          QueryFilter=filters, **joined)
                )  # fmt: skip
    steps += [
        scan("Hash", ConditionalOperator="AND"),
        put("Hash", {"p": "c"}, ConditionalOperator="OR"),
        update("Hash", {"p": "c"}, ConditionalOperator="OR"),
        query("Hash", None, KeyConditions={"p": condition("EQ", "x")}, ConditionalOperator="OR"),
        query("Hash", "p = :p", values={":p": "x"}, ConditionalOperator="OR"),
    ]
    return tuple(steps)


def _expected() -> tuple[Step, ...]:
    steps: list[Step] = []
    forms: tuple[dict[str, Any], ...] = (
        {"Exists": False},
        {"Exists": True},
        {},
        {"Value": value("abc")},
        {"Value": value("x")},
        {"Value": value("abc"), "Exists": True},
        {"Value": value("abc"), "Exists": False},
        {"Value": value("abc"), "ComparisonOperator": "EQ"},
        {"Value": value("x"), "ComparisonOperator": "NE"},
        {"Value": value("abc"), "AttributeValueList": [value("abc")]},
        {"Value": value("a"), "AttributeValueList": [value("a")], "ComparisonOperator": "EQ"},
        {"AttributeValueList": [value("abc")]},
        {"Exists": False, "ComparisonOperator": "NULL"},
        {"Exists": True, "ComparisonOperator": "EQ", "AttributeValueList": [value("abc")]},
        {"Exists": "x"},
        {"Exists": None},
        {"Value": None},
        {"Value": "x"},
        {"Value": Wire({})},
        {"Value": Wire({"N": "x"})},
        {"ComparisonOperator": "EQ"},
        {"ComparisonOperator": "NULL", "Value": value("a")},
        {"ComparisonOperator": "BETWEEN", "Value": value("a")},
    )
    for form in forms:
        for name in ("s", "none"):
            for step in (put("Hash", {"p": "x"}, Expected={name: form}),
                         delete("Hash", {"p": "nobody"}, Expected={name: form}),
                         update("Hash", {"p": "x"}, Expected={name: form})):  # fmt: skip
                steps += [step, ITEM]
    return tuple(steps)


def _attribute_updates() -> tuple[Step, ...]:
    steps: list[Step] = []
    contents = ("text", 5, b"b", True, None, {"a"}, {"zz"}, {1}, {b"a"}, ["new"], {"k": 1}, "")
    for action in ("PUT", "ADD", "DELETE", "put", None):
        for name in ("s", "n", "ss", "ns", "l", "m", "z", "none", "p"):
            for content in (*contents, ...):
                entry: dict[str, Any] = {}
                if action is not None:
                    entry["Action"] = action
                if content is not ...:
                    entry["Value"] = value(content)
                if action in ("put", None) and name not in ("s", "p"):
                    continue
                steps += [
                    update("Hash", {"p": "x"}, AttributeUpdates={name: entry}, returns="ALL_NEW"),
                    ITEM,
                    update("Hash", {"p": "fresh"}, AttributeUpdates={name: entry}),
                    delete("Hash", {"p": "fresh"}),
                ]
    for updates in ({}, None, [], "x", {"s": {}}, {"s": None}, {"s": "x"}, {"": {"Value": value(1)}},
                    {"a.b": {"Value": value(1)}}, {"size": {"Value": value(1)}},
                    {"s": {"Value": {}}}, {"s": {"Value": {"N": "x"}}},
                    {"s": {"Value": value("a")}, "n": {"Value": value(1), "Action": "ADD"}},
                    {"s": {"Action": "DELETE"}, "none": {"Action": "DELETE"}}):  # fmt: skip
        for name in ("NONE", "ALL_OLD", "ALL_NEW"):
            steps += [
                update("Hash", {"p": "x"}, AttributeUpdates=updates, returns=name),
                ITEM,
                update("Hash", {"p": "y"}, AttributeUpdates=updates, returns=name),
                delete("Hash", {"p": "y"}),
            ]
    return tuple(steps)


def _key_conditions() -> tuple[Step, ...]:
    steps: list[Step] = []
    for operator in OPERATORS:
        for arguments in ((), ("a",), (2,), (2, 4), (4, 2), ("a", "b"), (b"x",), (True,), ("",),
                          (2, "a"), ({"a"},), (2, 3, 4)):  # fmt: skip
            only = condition(operator, *arguments)
            steps += [
                query("Pair", None, KeyConditions={"p": only}),
                query("Pair", None, KeyConditions={"p": condition("EQ", "a"), "s": only}),
            ]
            if arguments and isinstance(arguments[0], str):
                steps.append(
                    query("Pair", None, index="byKind",
                          KeyConditions={"p": condition("EQ", "a"), "kind": only})
                )  # fmt: skip
    is_a = {"p": condition("EQ", "a")}
    for conditions in ({}, None, [], "x", {"p": {}}, {"p": None}, {"s": condition("EQ", 2)},
                       {"x": condition("EQ", "a")}, {**is_a, "x": condition("EQ", "a")},
                       {**is_a, "s": condition("EQ", 2), "kind": condition("EQ", "k1")}):  # fmt: skip
        steps.append(query("Pair", None, KeyConditions=conditions))
    for filters in ({"extra": condition("EQ", "e1")}, {"p": condition("EQ", "a")}, {},
                    {"s": condition("EQ", 2)}, {"kind": condition("NOT_NULL")},
                    {"kind": condition("NOT_NULL"), "score": condition("NULL")},
                    {"payload": condition("CONTAINS", "w")}):  # fmt: skip
        for index in (None, "byKind"):
            chosen = {"index": index} if index else {}
            for joined in ({}, {"ConditionalOperator": "OR"}):
                steps.append(
                    query("Pair", None, KeyConditions=is_a, QueryFilter=filters, **joined, **chosen)
                )
    steps += [
        query("Pair", None, KeyConditions=is_a, filter="extra > :e", values={":e": "e3"}),
        query("Pair", None, KeyConditions=is_a, projection="extra"),
        query("Pair", "p = :a", KeyConditions=is_a, values={":a": "a"}),
        query("Pair", "p = :a", QueryFilter={}, values={":a": "a"}),
        query("Pair", "p = :a", AttributesToGet=["extra"], values={":a": "a"}),
        query("Pair", None, KeyConditions=is_a, AttributesToGet=["extra", "p"]),
        query("Pair", None, KeyConditions=is_a, AttributesToGet=["extra"], filter="extra = extra2"),
        query("Pair", None, KeyConditions=is_a, QueryFilter={"extra": condition("NULL")},
              filter="attribute_exists(extra)"),
        query("Pair", None, KeyConditions=is_a, values={":a": "a"}),
        query("Pair", None, KeyConditions=is_a, names={"#a": "a"}),
        query("Pair", None, KeyConditions=is_a, limit=3),
        query("Pair", None, KeyConditions=is_a, limit=3, pages=True, forward=False),
        query("Pair", None, KeyConditions=is_a, AttributesToGet=["extra"], select="COUNT"),
    ]  # fmt: skip
    return tuple(steps)


def _mixed() -> tuple[Step, ...]:
    expected = {"s": {"Exists": False}}
    updates = {"s": {"Value": value("a")}}
    key = {"p": "x"}
    steps: list[Step] = [
        put("Hash", key, Expected=expected, condition="attribute_exists(s)"),
        put("Hash", key, Expected={}, condition="attribute_exists(s)"),
        put("Hash", key, Expected=expected, values={":v": 1}),
        put("Hash", key, Expected=expected, names={"#v": "v"}),
        put("Hash", key, ConditionalOperator="AND", condition="attribute_exists(s)"),
        delete("Hash", key, Expected=expected, condition="attribute_exists(s)"),
        delete("Hash", key, ConditionalOperator="AND", condition="attribute_exists(s)"),
        update("Hash", key, "SET s = :v", AttributeUpdates=updates, values={":v": 1}),
        update("Hash", key, "SET s = :v", Expected=expected, values={":v": 1}),
        update("Hash", key, AttributeUpdates=updates, condition="attribute_exists(s)"),
        update("Hash", key, AttributeUpdates=updates, Expected=expected, names={"#a": "a"}),
        update("Hash", key, AttributeUpdates=updates, Expected=expected, values={":a": "a"}),
        get("Hash", key, AttributesToGet=["s"], projection="s"),
        get("Hash", key, AttributesToGet=["s"], names={"#s": "s"}),
        scan("Hash", ScanFilter={"s": condition("NULL")}, filter="attribute_exists(s)"),
        scan("Hash", ScanFilter={"s": condition("NULL")}, projection="s"),
        scan("Hash", AttributesToGet=["s"], projection="s"),
        scan("Hash", AttributesToGet=["s"], filter="attribute_exists(s)"),
        scan("Hash", ScanFilter={"s": condition("NULL")}, values={":v": 1}),
        scan("Hash", ConditionalOperator="OR", filter="attribute_exists(s)"),
    ]
    for names in (["s"], ["s", "n", "none"], ["s", "s"], [], [""], ["m.a"], ["dotted.name"], "s",
                  [5], [None], ["p"], ["none"]):  # fmt: skip
        steps += [get("Hash", key, AttributesToGet=names), scan("Hash", AttributesToGet=names)]
    return tuple(steps)


SETUP = (*PAIRS, HASH, ITEM)
SCENARIOS = (
    Scenario("legacy filters", (HASH, ITEM), _filters()),
    Scenario("forms of legacy filters", (HASH, ITEM), _filter_forms()),
    Scenario("Expected", (HASH, ITEM), _expected()),
    Scenario("AttributeUpdates", (HASH, ITEM), _attribute_updates()),
    Scenario("KeyConditions", PAIRS, _key_conditions()),
    Scenario("legacy parameters beside expressions", (HASH, ITEM), _mixed()),
)
