"""PutItem, GetItem, DeleteItem: values, keys, numbers, ReturnValues, broken members."""

from __future__ import annotations

from typing import Any

from tests.differential.build import N, Scenario, Step, Wire, delete, get, put, update
from tests.differential.corpus.fixtures import (
    BAD_VALUES,
    BINARY,
    EVERYTHING,
    HASH,
    ITEM,
    NUMBERS,
    PAIR,
)

SPELLINGS = (
    "0", "-0", "0.0", "+1", "001", "1.", ".5", "-.5", "0.50", "1e3", "1E+3", "1e-3", "12e-1",
    "123.4500", "0e5", "1e125", "1e-130", "9" * 38, "1234567890123456789012345678901234567800",
    "9.9999999999999999999999999999999999999E125", "-1e-130", "0.1e1", "1.0e0", "100", "1e00",
    "-123.456e2",
)  # fmt: skip
BAD_NUMBERS = (
    "", " ", "1 ", "1e", "e5", ".", "++5", "--5", "1.2.3", "1,5", "+", "-", "1e126", "1e-131",
    "1" * 39, "-1e126", "1." + "1" * 38, "0e126", "0e-131", "\u0661",
)  # fmt: skip


def _values() -> tuple[Step, ...]:
    steps = [put("Hash", {"p": "x", "v": wire}) for wire in BAD_VALUES.values()]
    steps += [put("Hash", {"p": "n", "v": N(text)}) for text in (*SPELLINGS, *BAD_NUMBERS)]
    steps += [put("Hash", {"p": "n", "v": Wire({"NS": [text, "77"]})}) for text in SPELLINGS]
    steps += [put("Hash", {"p": "v", "v": plain}) for plain in EVERYTHING.values()]
    steps += [get("Hash", {"p": name}) for name in ("n", "v", "x", "absent")]
    for depth in (29, 30, 31, 32, 33):
        deep: Any = "bottom"
        for level in range(depth):
            deep = [deep] if level % 2 else {"k": deep}
        steps.append(put("Hash", {"p": "deep", "v": deep}))
    steps += [
        put("Hash", {"p": "x", "": "empty name"}),
        put("Hash", {"p": "x", "a" * 65535: "long name"}),
        put("Hash", {"p": "x", "a" * 65536: "too long name"}),
        put("Hash", {"p": "big", "v": "a" * (409600 - 5)}),
        put("Hash", {"p": "big", "v": "a" * (409600 - 4)}),
        put("Hash", {"p": "big", "v": "é" * 204797}),
        put("Hash", {"p": "big", "v": "é" * 204798}),
        put("Hash", {"p": "big", "w": b"a" * 409600}),
    ]
    return tuple(steps)


def _keys() -> tuple[Step, ...]:
    steps: list[Step] = []
    for wrong in (1, b"x", True, None, ["x"], {"a": "x"}, {"x"}, {1}, "", "k" * 2048, "k" * 2049):
        steps += [
            put("Hash", {"p": wrong}),
            get("Hash", {"p": wrong}),
            delete("Hash", {"p": wrong}),
            update("Hash", {"p": wrong}),
        ]
    for key in (
        {},
        {"q": "x"},
        {"p": "x", "q": "y"},
        {"p": "x", "s": 1},
        {"p": "x", "s": "1"},
        {"s": 1},
        {"p": "x", "s": 1, "t": 2},
        {"p": "", "s": 1},
        {"p": "x", "s": N("1.0")},
        {"p": "x", "s": N("1e126")},
        {"p": "x", "s": N("x")},
        {"p": Wire({}), "s": 1},
        {"p": Wire({"S": "a", "N": "1"}), "s": 1},
    ):
        steps += [
            step
            for name in ("Hash", "Pair")
            for step in (put(name, key), get(name, key), update(name, key), delete(name, key))
        ]
    for binary in (b"", b"a", b"a" * 1024, b"a" * 1025, b"a" * 2048, b"a" * 2049):
        for item in ({"b": b"x", "r": binary}, {"b": binary, "r": b"x"}):
            steps += [put("Binary", item), get("Binary", item), delete("Binary", item)]
    for text in SPELLINGS:
        steps += [put("Numbers", {"n": N(text), "was": text}), get("Numbers", {"n": N(text)})]
    steps += [get("Numbers", {"n": N(text)}) for text in BAD_NUMBERS]
    return tuple(steps)


def _index_keys() -> tuple[Step, ...]:
    steps: list[Step] = []
    for name, wrongs in {
        "kind": (1, "", None, b"x", "k" * 1025, "k" * 2049, {"a"}, ["x"]),
        "score": ("1", None, True, {1}),
        "tag": ("", 5, "k" * 2048, "k" * 2049, {"m": "x"}),
    }.items():
        for wrong in wrongs:
            steps.append(put("Pair", {"p": "x", "s": 1, name: wrong}))
            steps.append(
                update("Pair", {"p": "y", "s": 1}, f"SET {name} = :v", values={":v": wrong})
            )
            steps.append(
                Step(
                    "BatchWriteItem",
                    {
                        "RequestItems": {
                            "Pair": [put("Pair", {"p": "z", "s": 1, name: wrong}).request]
                        }
                    },
                )
            )
    steps[2::3] = [_as_batch(step) for step in steps[2::3]]
    steps += [
        put("Pair", {"p": "src", "s": 1, "text": "x", "number": 5, "none": ""}),
        update("Pair", {"p": "src", "s": 1}, "SET score = #t", names={"#t": "text"}),
        update("Pair", {"p": "src", "s": 1}, "SET kind = #n", names={"#n": "number"}),
        update("Pair", {"p": "src", "s": 1}, "SET kind = #n", names={"#n": "none"}),
        update("Pair", {"p": "src", "s": 1}, "SET kind.a = :v", values={":v": "x"}),
        update("Pair", {"p": "src", "s": 1}, "SET kind[0] = :v", values={":v": "x"}),
        update("Pair", {"p": "src", "s": 1}, "ADD kind :v", values={":v": 1}),
        update("Pair", {"p": "src", "s": 1}, "ADD score :v", values={":v": {1}}),
        update("Pair", {"p": "src", "s": 1}, "ADD score :v", values={":v": 3}),
        update("Pair", {"p": "src", "s": 1}, "REMOVE score, kind, tag"),
    ]
    return tuple(steps)


def _as_batch(step: Step) -> Step:
    [request] = step.request["RequestItems"]["Pair"]
    return Step(
        "BatchWriteItem", {"RequestItems": {"Pair": [{"PutRequest": {"Item": request["Item"]}}]}}
    )


RETURNS = ("NONE", "ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "all_old", "", "OLD")


def _returns() -> tuple[Step, ...]:
    steps: list[Step] = []
    for name in RETURNS:
        for key in ("x", f"new{name}"):
            steps += [
                put("Hash", {"p": key, "v": 1}, returns=name),
                put("Hash", {"p": key, "v": 2}, returns=name),
                delete("Hash", {"p": key}, returns=name),
                delete("Hash", {"p": key}, returns=name),
            ]
    for member in ("ReturnConsumedCapacity", "ReturnItemCollectionMetrics"):
        for content in ("NONE", "TOTAL", "INDEXES", "SIZE", "none", "", 1):
            steps += [
                put("Pair", {"p": "x", "s": 1, "kind": "a"}, **{member: content}),
                update("Pair", {"p": "x", "s": 1}, **{member: content}),
                get("Pair", {"p": "x", "s": 1}, **{member: content}),
                delete("Pair", {"p": "x", "s": 1}, **{member: content}),
            ]
    for content in ("NONE", "ALL_OLD", "ALL_NEW", "x"):
        for key in ("there", "absent"):
            member = {"ReturnValuesOnConditionCheckFailure": content}
            failing = {"condition": "v = :v", "values": {":v": 99}, **member}
            steps += [
                put("Hash", {"p": "there", "v": 1}),
                put("Hash", {"p": key}, **failing),
                delete("Hash", {"p": key}, **failing),
                update("Hash", {"p": key}, **failing),
            ]
    return tuple(steps)


def _members() -> tuple[Step, ...]:
    steps: list[Step] = []
    for name in (None, "", "a", "ab", "abc;", "x" * 255, "x" * 256, "no", "Nope", 5, True, [], {}):
        for step in (
            put("Hash", {"p": "x"}),
            get("Hash", {"p": "x"}),
            delete("Hash", {"p": "x"}),
            update("Hash", {"p": "x"}),
        ):
            steps.append(Step(step.operation, {**step.request, "TableName": name}))
    for operation in ("PutItem", "GetItem", "DeleteItem", "UpdateItem"):
        member = "Item" if operation == "PutItem" else "Key"
        steps += [
            Step(operation, {}),
            Step(operation, {"TableName": "Hash"}),
            Step(operation, {"TableName": "Hash", member: None}),
            Step(operation, {"TableName": "Hash", member: {}}),
            Step(operation, {"TableName": "Hash", member: []}),
            Step(operation, {"TableName": "Hash", member: "x"}),
            Step(operation, {"TableName": "Hash", member: {"p": "x"}}),
            Step(operation, {"TableName": "Hash", member: {"p": []}}),
            Step(operation, {"TableName": "Hash", member: {"p": None}}),
            Step(operation, {"TableName": "Hash", member: {"p": {"S": "x"}}, "Unknown": 5}),
            Step(operation, {"TableName": "Hash", member: {"p": {"S": "x"}}, "ReturnValues": None}),
        ]
    steps += [
        get("Hash", {"p": "x"}, ConsistentRead=content) for content in (True, False, "true", 1, [])
    ]
    return tuple(steps)


SCENARIOS = (
    Scenario("attribute values", (HASH,), _values()),
    Scenario("keys", (HASH, PAIR, BINARY, NUMBERS), _keys()),
    Scenario("index keys", (PAIR,), _index_keys()),
    Scenario("return values", (HASH, PAIR, ITEM), _returns()),
    Scenario("members of item operations", (HASH,), _members()),
)
