"""Query and Scan: key conditions, indexes, Select, paging, start keys, filters, broken members."""

from __future__ import annotations

import re
from typing import Any

from tests.differential.build import N, Scenario, Step, Wire, put, query, scan
from tests.differential.corpus.conditions import texts
from tests.differential.corpus.fixtures import BAD_VALUES, BINARY, HASH, ITEM, PAIRS

VALUES: dict[str, Any] = {
    ":a": "a", ":b": "b", ":zz": "zz", ":e": "", ":n": 2, ":m": -1, ":f": N("1.5"), ":bin": b"a",
    ":t": True, ":z": None, ":k": "k2", ":k1": "k1", ":pre": "k", ":tag": "a-1", ":neg": -20,
    ":hund": 100, ":nf": 155, ":l": ["a"], ":ss": {"a"},
}  # fmt: skip
NAMES = {"#p": "p", "#s": "s", "#kind": "kind", "#pay": "payload"}
CONDITIONS = """
p = :a|#p = :a|:a = p|p = :zz|p = :a AND s = :n|s = :n AND p = :a|p = :a AND s < :n|p = :a AND s <= :n
p = :a AND s > :n|p = :a AND s >= :f|p = :a AND :n < s|p = :a AND :n >= s|p = :a AND s BETWEEN :m AND :n
p = :a AND s BETWEEN :n AND :n|(p = :a) AND (s > :m)|(p = :a AND s > :m)|p = :a and s between :m and :n
p = :a AND #s = :n|p = :a AND s > :hund
"""
KINDS = """
kind = :k|kind = :k AND score > :neg|kind = :k AND score BETWEEN :neg AND :nf|kind = :zz|#kind = :k AND score <= :hund
"""
BY_KIND = """
p = :a|p = :a AND kind = :k|p = :a AND begins_with(kind, :pre)|p = :a AND kind > :k1|p = :a AND kind BETWEEN :k1 AND :k
p = :a AND begins_with(kind, :e)|p = :a AND kind = :e|begins_with(kind, :pre) AND p = :a
"""
BROKEN = """
|p|p = |p = :undefined|#undefined = :a|p == :a|p = :a AND|p = :a s = :n|p = :a, s = :n|s = :n|kind = :k|p = :a AND kind = :k
p < :a|p <> :a|p > :a AND s = :n|p BETWEEN :a AND :b|begins_with(p, :a)|p IN (:a)|p = :a AND s IN (:n)|p = :a OR s = :n
NOT p = :a|p = :a AND NOT s = :n|p = :a AND s <> :n|p = :a AND p = :a|p = :a AND p = :b|p = :a AND s > :m AND s < :n
p = :a AND s = :n AND kind = :k|p = s|p = p|p = :a AND s = s|:a = :a|:a = :b AND s = :n|p = :a AND s = p|p = :a AND p = s
p.a = :a|p[0] = :a|p = :a AND s.x = :n|size(p) = :n|p = :a AND size(s) = :n|p = size(:a)|attribute_exists(p)
attribute_not_exists(p)|p = :a AND attribute_exists(s)|p = :a AND attribute_type(s, :a)|p = :a AND contains(s, :n)|contains(p, :a)
p = :a AND begins_with(s, :n)|p = :a AND begins_with(s, :a)|p = :a AND begins_with(s)|p = :a AND begins_with(:a, s)
p = :a AND begins_with(s, p)|p = :a AND s BETWEEN :n AND :m|p = :a AND s BETWEEN :m AND :a|p = :a AND s BETWEEN :n|p = :a AND :n BETWEEN s AND :m
p = :a AND s BETWEEN s AND :n|p = :n|p = :bin|p = :t|p = :z|p = :l|p = :ss|p = :e|p = :a AND s = :a|p = :a AND s = :bin|p = :a AND s = :t|p = :a AND s < :a
p = :a AND s = :ss|p = :a AND s > :t|((p = :a))|(p = :a) AND ((s = :n))|name = :a|size = :a|p = :a AND value = :n|foo(p)|p = :a AND foo(s, :n)
p = foo(:a)|p = :a AND s = :n + :n|p = "a"|p = 'a'|p = a|p = :a;|p = if_not_exists(p, :a)|p = :a AND begins_with(s, :t)|p = :a AND (s)
p = :a AND s = :n AND s = :n|(p = :a OR s = :n) AND p = :a|p = :a AND (s = :n OR s = :m)|p = :a AND s between :m, :n|x = :a|x = :a AND y = :b
"""
FILTERS = """
extra = :a|extra > :a|attribute_exists(kind)|attribute_exists(score) AND score > :n|#pay.word > :a|size(#pay.word) > :n|#pay.list[0] = :n
NOT attribute_exists(tag)|score < :n OR tag = :tag|contains(#pay.word, :a)|kind IN (:k, :k1)|score BETWEEN :neg AND :nf
"""
FILTERS_ON_KEYS = """
p = :a|s = :n|s > :n AND extra = :a|NOT s = :n|attribute_exists(p)|p.x = :a|s[0] = :a|extra = :a OR begins_with(p, :b)
"""


def bound(text: str, **members: Any) -> dict[str, Any]:
    """Names and values that the texts use."""
    whole = " ".join(
        [text, *(str(members[name]) for name in ("filter", "projection") if name in members)]
    )
    used = set(re.findall(r"[#:]\w+", whole))
    found = dict(members)
    if values := {name: VALUES[name] for name in sorted(used & VALUES.keys())}:
        found["values"] = values
    if names := {name: NAMES[name] for name in sorted(used & NAMES.keys())}:
        found["names"] = names
    return found


def _conditions() -> tuple[Step, ...]:
    steps: list[Step] = []
    for name, lines in ((None, CONDITIONS), ("kinds", KINDS), ("byKind", BY_KIND)):
        chosen: dict[str, Any] = {"index": name} if name else {}
        for text in texts(lines):
            for more in (
                {},
                {"forward": False},
                {"limit": 2},
                {"limit": 3, "forward": False},
                {"consistent": True},
                {"select": "COUNT"},
                {"select": "ALL_PROJECTED_ATTRIBUTES"},
                {"consumed": "INDEXES"},
                {"projection": "extra, #pay.list[1]"},
            ):
                steps.append(query("Pair", text, **bound(text, **chosen, **more)))
            for limit in (1, 2, 3):
                for forward in (True, False):
                    steps.append(
                        query("Pair", text, pages=True,
                              **bound(text, **chosen, limit=limit, forward=forward))
                    )  # fmt: skip
    return tuple(steps)


def _selections() -> tuple[Step, ...]:
    steps: list[Step] = []
    for name, text in (("tags", "tag = :tag"), ("scores", "score = :nf"), ("byScore", "p = :a"),
                       ("byScore", "p = :a AND score >= :n")):  # fmt: skip
        for select in (None, "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT",
                       "SPECIFIC_ATTRIBUTES", "all"):  # fmt: skip
            for projection in (None, "extra", "#pay", "p, s", "kind", "score", "tag, #pay.word"):
                given = {"select": select, "projection": projection}
                more = {member: each for member, each in given.items() if each is not None}
                steps.append(query("Pair", text, **bound(text, index=name, **more)))
        steps.append(query("Pair", text, pages=True, **bound(text, index=name, limit=1)))
    return tuple(steps)


def _broken() -> tuple[Step, ...]:
    steps: list[Step] = []
    for text in texts(BROKEN):
        steps.append(query("Pair", text, **bound(text)))
    for text in texts(BROKEN)[:40]:
        steps.append(query("Pair", text, **bound(text, index="kinds")))
        steps.append(query("Hash", text, **bound(text)))
    steps += [query("Pair", "p = :v", values={":v": wire}) for wire in BAD_VALUES.values()]
    good = bound("p = :a")
    for name in ("absent", "", "ab", "a;b", "x" * 256, 5, None, []):
        steps += [query("Pair", "p = :a", IndexName=name, **good), scan("Pair", IndexName=name)]
    for limit in (0, -1, 1, 2147483647, 2147483648, "1", 1.5, None, True):
        steps += [query("Pair", "p = :a", Limit=limit, **good), scan("Pair", Limit=limit)]
    for member, contents in {
        "ScanIndexForward": ("x", 1, None, "true", []),
        "ConsistentRead": ("x", 1, None, "false"),
        "Select": ("", "count", 5, None, "NONE"),
        "ReturnConsumedCapacity": ("", "total", "TOTAL", "INDEXES", "NONE"),
        "TableName": (None, "", "a", "Absent", "a;b"),
        "FilterExpression": ("", "extra", 5, None),
        "ProjectionExpression": ("", "extra,", 5, None, "extra, extra", "p.x", "s[0]"),
        "ExclusiveStartKey": ({}, "x", [], None),
        "ExpressionAttributeNames": ({"#u": "u"}, {}, {"#p": 5}),
    }.items():
        for content in contents:
            steps.append(query("Pair", "p = :a", **{**good, member: content}))
            steps.append(scan("Pair", **{member: content}))
    steps += [
        query("Pair"),
        query("Pair", values={":a": "a"}),
        Step("Query", {}),
        Step("Scan", {}),
        query("Pair", "kind = :k", index="kinds", consistent=True, **bound("kind = :k")),
        scan("Pair", index="kinds", consistent=True),
        scan("Pair", index="byKind", consistent=True),
        query("Hash", "p = :a AND s = :n", **bound("p = :a AND s = :n")),
        query("Hash", "p = :a", **bound("p = :a", projection="p.x")),
        query("Pair", "kind = :k AND p = :a", index="kinds", **bound("kind = :k AND p = :a")),
        query("Pair", "kind = :n", index="kinds", **bound("kind = :n")),
        query("Pair", "kind = :k AND score = :k", index="kinds", **bound("kind = :k")),
        query("Pair", "kind = :e", index="kinds", **bound("kind = :e")),
    ]
    for select in ("ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "COUNT", "SPECIFIC_ATTRIBUTES"):
        for more in ({}, {"projection": "extra"}, {"AttributesToGet": ["extra"]}):
            steps += [
                query("Pair", "p = :a", select=select, **good, **more),
                scan("Pair", select=select, **more),
                scan("Pair", select=select, index="kinds", **more),
                scan("Pair", select=select, index="scores", **more),
                scan("Pair", select=select, index="byScore", **more),
            ]
    return tuple(steps)


def _filters() -> tuple[Step, ...]:
    steps: list[Step] = []
    for text in texts(FILTERS) + texts(FILTERS_ON_KEYS):
        for condition, chosen in (("p = :a", {}), ("kind = :k", {"index": "kinds"}),
                                  ("p = :b", {"index": "byKind"}),
                                  ("tag = :tag", {"index": "tags"})):  # fmt: skip
            members = bound(f"{condition} {text}", filter=text, **chosen)
            steps += [
                query("Pair", condition, **members),
                query("Pair", condition, pages=True, limit=3, **members),
                query("Pair", condition, select="COUNT", **members),
            ]
        members = bound("", filter=text)
        steps += [
            scan("Pair", **members),
            scan("Pair", pages=True, limit=7, **members),
            scan("Pair", select="COUNT", **members),
            scan("Pair", index="kinds", **members),
            scan("Pair", index="tags", **members),
            scan("Pair", index="byScore", **members),
        ]
    return tuple(steps)


def _start_keys() -> tuple[Step, ...]:
    steps: list[Step] = []
    starts: tuple[dict[str, Any], ...] = (
        {"p": "a", "s": 2},
        {"p": "a", "s": N("1.5")},
        {"p": "a", "s": 100},
        {"p": "b", "s": 2},
        {"p": "zz", "s": 2},
        {"p": "a"},
        {"s": 2},
        {"p": "a", "s": "2"},
        {"p": 1, "s": 2},
        {"p": "a", "s": 2, "x": 1},
        {"p": "a", "x": 2},
        {"p": "", "s": 2},
        {"p": "a", "s": Wire({})},
        {"p": "a", "s": N("x")},
        {"p": "a", "s": -2, "kind": "k1"},
        {"p": "a", "s": -1, "kind": "k2"},
        {"p": "a", "s": 2, "kind": "k2", "score": 100},
        {"p": "a", "s": 2, "kind": "k2", "score": 147},
        {"p": "b", "s": 2, "kind": "k2", "score": 100},
        {"p": "a", "s": 2, "kind": "k1", "score": 100},
        {"p": "a", "s": 2, "kind": 5, "score": 100},
        {"p": "a", "s": 2, "kind": "k2", "score": "x"},
        {"p": "a", "s": "x", "kind": "k2", "score": 100},
        {"p": "a", "s": 2, "tag": "a-1"},
    )
    for start in starts:
        for condition in ("p = :a", "p = :a AND s > :n", "p = :a AND s = :n", "p = :a AND s < :n",
                          "p = :a AND s BETWEEN :m AND :n"):  # fmt: skip
            for forward in (True, False):
                steps.append(
                    query("Pair", condition, start=start, forward=forward, **bound(condition))
                )
        for condition, index in (("kind = :k", "kinds"), ("kind = :k AND score > :neg", "kinds"),
                                 ("p = :a", "byKind"), ("p = :a AND kind = :k", "byKind")):  # fmt: skip
            steps.append(query("Pair", condition, index=index, start=start, **bound(condition)))
        steps += [
            scan("Pair", start=start),
            scan("Pair", start=start, index="kinds"),
            scan("Pair", start=start, index="byKind"),
            scan("Hash", start=start),
            query("Hash", "p = :a", start=start, **bound("p = :a")),
        ]
    return tuple(steps)


def _scans() -> tuple[Step, ...]:
    steps: list[Step] = []
    for index in (None, "kinds", "tags", "scores", "byKind", "byScore"):
        chosen = {"index": index} if index else {}
        for more in ({}, {"select": "COUNT"}, {"consumed": "TOTAL"}, {"consumed": "INDEXES"},
                     {"projection": "p, extra"}, {"projection": "payload.word"}):  # fmt: skip
            steps.append(scan("Pair", **chosen, **more))
        steps += [scan("Pair", pages=True, limit=limit, **chosen) for limit in (1, 4, 30, 31)]
    for segment, total in ((0, 1), (1, 1), (-1, 2), (0, 0), (2, 2), (0, 1000001), (None, 2),
                           (0, None), ("0", 2), (0, 1000000), (1000000, 1000000)):  # fmt: skip
        steps.append(scan("Pair", Segment=segment, TotalSegments=total))
    return tuple(steps)


def _binary_order() -> tuple[Step, ...]:
    setup = [
        put("Binary", {"b": b"p", "r": bytes([first, *rest])})
        for first in (0, 1, 127, 128, 255)
        for rest in ((), (0,), (255,))
    ]
    steps = [
        query("Binary", condition, values=values, forward=forward)
        for condition, values in (
            ("b = :p", {":p": b"p"}),
            ("b = :p AND r > :r", {":p": b"p", ":r": b"\x7f"}),
            ("b = :p AND begins_with(r, :r)", {":p": b"p", ":r": b"\xff"}),
            ("b = :p AND begins_with(r, :r)", {":p": b"p", ":r": b"\x80"}),
            ("b = :p AND begins_with(r, :r)", {":p": b"p", ":r": b""}),
            ("b = :p AND r BETWEEN :r AND :t", {":p": b"p", ":r": b"\x01", ":t": b"\x80\x00"}),
        )
        for forward in (True, False)
    ]
    return (*setup, *steps)


SCENARIOS = (
    Scenario("key conditions", PAIRS, _conditions()),
    Scenario("attributes of indexes", PAIRS, _selections()),
    Scenario("broken queries and scans", (*PAIRS, HASH, ITEM), _broken()),
    Scenario("filters", PAIRS, _filters()),
    Scenario("start keys", (*PAIRS, HASH, ITEM), _start_keys()),
    Scenario("scans", PAIRS, _scans()),
    Scenario("binary keys", (BINARY,), _binary_order()),
)
