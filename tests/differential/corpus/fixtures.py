"""The tables and items that most scenarios start from."""

from __future__ import annotations

from typing import Any

from tests.differential.build import N, Step, Wire, index, put, table

HASH = table("Hash", "p:S")
NUMBERS = table("Numbers", "n:N")
BINARY = table("Binary", "b:B", "r:B")
PAIR = table(
    "Pair",
    "p:S",
    "s:N",
    others="kind:S score:N tag:S",
    LocalSecondaryIndexes=[
        index("byKind", "p", "kind"),
        index("byScore", "p", "score", "KEYS_ONLY"),
    ],
    GlobalSecondaryIndexes=[
        index("kinds", "kind", "score"),
        index("tags", "tag", None, "INCLUDE", "extra"),
        index("scores", "score", None, "KEYS_ONLY"),
    ],
)

# One attribute of every type, and documents.
EVERYTHING: dict[str, Any] = {
    "s": "abc",
    "e": "",
    "n": 5,
    "d": N("1.5"),
    "b": b"abc",
    "t": True,
    "f": False,
    "z": None,
    "ss": {"a", "b", "c"},
    "ns": {1, 2, 3},
    "bs": {b"a", b"b"},
    "l": ["x", 1, ["y"], {"k": "v"}],
    "l0": [],
    "m": {"a": 1, "b": "two", "c": {"d": ["deep", 2]}, "l": [1, 2, 3]},
    "m0": {},
    "u": "é😀",
    "dotted.name": "dots",
    "other": "abc",
    "n2": 7,
}
ITEM = put("Hash", {"p": "x", **EVERYTHING})


def pair_items() -> tuple[Step, ...]:
    """Thirty items of three partitions; some lack index keys, some share them."""
    found: list[Step] = []
    for partition in ("a", "b", "c"):
        for place in range(10):
            item: dict[str, Any] = {"p": partition, "s": place - 3, "extra": f"e{place}"}
            if place % 3:
                item["kind"] = f"k{place}"  # once in a partition: no two keys of byKind are alike
            if place % 4:
                item["score"] = place * (10 if partition == "a" else -7) + ord(partition)
            if place % 5:
                item["tag"] = f"{partition}-{place % 2}"
            item["payload"] = {"list": [place, str(place)], "word": "w" * place}
            found.append(put("Pair", item))
    return tuple(found)


PAIRS = (PAIR, *pair_items())
BAD_VALUES: dict[str, Wire] = {
    "no type": Wire({}),
    "two types": Wire({"S": "a", "N": "1"}),
    "unknown type": Wire({"X": "a"}),
    "NULL false": Wire({"NULL": False}),
    "empty SS": Wire({"SS": []}),
    "empty NS": Wire({"NS": []}),
    "empty BS": Wire({"BS": []}),
    "duplicate SS": Wire({"SS": ["a", "b", "a"]}),
    "duplicate NS": Wire({"NS": ["1", "2", "1.0"]}),
    "duplicate BS": Wire({"BS": ["YQ==", "YQ=="]}),
    "empty N": Wire({"N": ""}),
    "N that is none": Wire({"N": "abc"}),
    "N with blank": Wire({"N": " 1"}),
    "NaN": Wire({"N": "NaN"}),
    "Infinity": Wire({"N": "Infinity"}),
    "hexadecimal": Wire({"N": "0x10"}),
    "N with underscore": Wire({"N": "1_000"}),
    "N ends in e": Wire({"N": "1e"}),
    "39 digits": Wire({"N": "1" * 39}),
    "overflow": Wire({"N": "1e126"}),
    "underflow": Wire({"N": "1e-131"}),
    "far overflow": Wire({"N": "1e1000000000"}),
    "bad member of NS": Wire({"NS": ["1", "x"]}),
    "bad number in list": Wire({"L": [{"N": "x"}]}),
    "empty set in map": Wire({"M": {"a": {"SS": []}}}),
    "no type in list": Wire({"L": [{}]}),
    "two types with bad number": Wire({"S": "a", "N": "x"}),
    "S is a number": Wire({"S": 1}),
    "S is true": Wire({"S": True}),
    "N is a number": Wire({"N": 1}),
    "B is no base64": Wire({"B": "a"}),
    "B has bad padding": Wire(
        {
            "B": "====",
        }
    ),
    "B is a number": Wire({"B": 1}),
    "BOOL is text": Wire({"BOOL": "x"}),
    "BOOL is number": Wire({"BOOL": 1}),
    "SS is text": Wire({"SS": "a"}),
    "SS of numbers": Wire({"SS": [1]}),
    "SS of null": Wire({"SS": [None]}),
    "NS of null": Wire({"NS": [None]}),
    "L is object": Wire({"L": {}}),
    "L of text": Wire({"L": ["a"]}),
    "L of null": Wire({"L": [None]}),
    "M is list": Wire({"M": []}),
    "M of text": Wire({"M": {"a": "b"}}),
    "M of null": Wire({"M": {"a": None}}),
    "M with empty name": Wire({"M": {"": {"S": "a"}}}),
}
