"""Condition and filter expressions on one item: each text as a condition and as a filter."""

from __future__ import annotations

import re
from typing import Any

from tests.differential.build import N, Scenario, Step, delete, put, query, scan, update
from tests.differential.corpus.fixtures import BAD_VALUES, HASH, ITEM

VALUES: dict[str, Any] = {
    ":s": "abc", ":a": "a", ":b": "b", ":e": "", ":n": 5, ":n1": N("1.50"), ":seven": 7,
    ":two": 2, ":bin": b"abc", ":bina": b"a", ":t": True, ":f": False, ":z": None,
    ":ss": {"c", "b", "a"}, ":ss1": {"a"}, ":ns": {N("1.0"), 2, 3}, ":bs": {b"b", b"a"},
    ":l": ["x", 1, ["y"], {"k": "v"}], ":l0": [], ":m": {"d": ["deep", 2]}, ":m0": {},
    ":y": ["y"], ":kv": {"k": "v"}, ":x": "x", ":one": 1, ":S": "S", ":bad": "string",
    ":three": 3, ":zero": 0, ":neg": -1, ":d": "deep",
    **{f":{name}": name for name in ("N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")},
}  # fmt: skip
NAMES = {
    "#s": "s", "#n": "n", "#size": "size", "#dot": "dotted.name", "#m": "m", "#z": "z", "#p": "p",
    "#none": "none", "#a": "a",
}  # fmt: skip

TRUE_OR_FALSE = """
s = :s|s = :a|:s = s|s <> :s|s <> :a|s < :b|s <= :s|s > :a|s >= :s|other = s|s <> other|s < n
n = :n|n = :two|n < :seven|n > :seven|d = :n1|d >= :n1|n <> :s|n < :s|n <> :seven|n < n2|n2 < n
b = :bin|b > :bina|b < :s|t = :t|t = :f|f = :f|z = :z|t <> :f|z <> :t|e = :e|e < :a
ss = :ss|ss <> :ss|ss = :ss1|ns = :ns|bs = :bs|l = :l|l <> :l|l0 = :l0|m.c = :m|m0 = :m0|m <> :m
none = :s|none <> :s|:s <> none|none < :s|none <> absent|none = absent|NOT none = :s|NOT s = :s
NOT none <> :s|NOT (s = :s AND n = :n)|s = :s AND n = :two|s = :s OR n = :two|NOT NOT s = :s
s = :a AND n = :n OR t = :t|s = :a AND (n = :n OR t = :t)|s = :s OR s = :a AND s = :b
s BETWEEN :a AND :b|s BETWEEN :b AND :s|n BETWEEN :two AND :seven|n BETWEEN :n AND :n
none BETWEEN :a AND :b|n BETWEEN :a AND :b|b BETWEEN :bina AND :bin|:n BETWEEN d AND n2
n BETWEEN d AND n2|n BETWEEN n2 AND d|n NOT BETWEEN :two AND :seven|NOT n BETWEEN :two AND :seven
:two BETWEEN n AND none|n BETWEEN s AND n2
s IN (:s)|s IN (:a, :b)|s IN (:a, :s)|n IN (:a, :n)|none IN (:s)|:s IN (s, n)|:s IN (other, :b)
ss IN (:ss)|l IN (:l, :a)|s IN (none, other)|NOT s IN (:a)|m.c IN (:m)|t IN (:t, :f)
attribute_exists(s)|attribute_exists(none)|attribute_exists(z)|attribute_exists(m.a)
attribute_exists(m.none)|attribute_exists(l[0])|attribute_exists(l[9])|attribute_exists(m.c.d[1])
attribute_exists(s.a)|attribute_exists(l.a)|attribute_exists(m[0])|attribute_exists(#dot)
attribute_exists(p)|attribute_not_exists(s)|attribute_not_exists(none)|attribute_not_exists(m.zz)
attribute_not_exists(l[4])|attribute_not_exists(p)|attribute_exists(l[2][0])
attribute_type(s, :S)|attribute_type(s, :N)|attribute_type(n, :N)|attribute_type(b, :B)
attribute_type(t, :BOOL)|attribute_type(z, :NULL)|attribute_type(ss, :SS)|attribute_type(ns, :NS)
attribute_type(bs, :BS)|attribute_type(l, :L)|attribute_type(m, :M)|attribute_type(none, :S)
attribute_type(m.c.d, :L)|attribute_type(:s, :S)|attribute_type(z, :BOOL)
begins_with(s, :a)|begins_with(s, :b)|begins_with(s, :e)|begins_with(b, :bina)|begins_with(n, :a)
begins_with(none, :a)|begins_with(s, other)|begins_with(:s, :a)|begins_with(s, :bina)
begins_with(ss, :a)|begins_with(u, :a)|begins_with(other, n)
contains(s, :b)|contains(s, :x)|contains(s, :e)|contains(ss, :a)|contains(ss, :x)|contains(ns, :two)
contains(bs, :bina)|contains(b, :bina)|contains(l, :x)|contains(l, :one)|contains(l, :y)
contains(l, :kv)|contains(l, :l)|contains(m, :a)|contains(n, :n)|contains(none, :a)|contains(s, :n)
contains(ns, :a)|contains(ss, :ss1)|contains(s, other)|contains(:s, s)|contains(ss, s)
contains(:ss, :a)|contains(l0, :a)|contains(t, :t)|contains(:l, m.a)|contains(ss, :one)
size(s) = :three|size(e) = :zero|size(b) = :three|size(ss) = :three|size(ns) > :two|size(bs) = :two
size(l) > :three|size(m) > :three|size(l0) = :zero|size(u) = :two|size(u) = :three|size(n) = :one
size(t) = :one|size(none) = :zero|size(none) <> :zero|size(s) = size(ss)|size(s) <> :two
size(n) <> :one|size(s) BETWEEN :two AND :n|size(s) IN (:two, :three)|NOT size(n) = :one
size(s) < :a|size(m.c.d) = :two|size(#s) = :three|:three = size(s)|size(s) = n|size(:s) = :three
m.a = :one|m.b = :two|m.c.d[0] = :d|m.c.d[1] = :two|l[0] = :x|l[2][0] = :x|l[3].k = :S|l[1] = :one
m.l[0] < m.l[1]|m.l[5] = :one|#m.#a = :one|#s = :s|#dot = :s|s=:s|s= :s and n =:n|s=:s Or n=:two
not s = :a|(s = :s)|(s = :s) AND (n = :n)|((s = :s) AND n = :n)|s = :s AND NOT n = :two AND t = :t
s IN (:s) AND n IN (:n)|n between :two and :seven and s = :s|:one < n AND :seven >= n
attribute_exists (s)|begins_with ( s , :a )|l [0] = :x|m . a = :one
:s = :s|:s = :a|:s <> :a|:n < :seven|:s IN (:a, :s)|:n BETWEEN :two AND :seven|contains(:s, :a)
"""
BROKEN = """
|s|:s|NOT s|s AND :s|s = |= :s|s == :s|s != :s|s && n|s = :s AND|AND s = :s|s = :s n = :n
s = :s,|(s = :s|s = :s)|((s = :s))|(((s = :s)))|s = ((:s))|((s)) = :s|s = (:s)|(s) = (:s)
s = 'abc'|s = "abc"|s = 5|s = :undefined|#undefined = :s|s = #undefined|s.#undefined = :s
size = :s|name = :s|s.Name = :s|Value = :s|m.size = :s|COUNT = :one
foo(s)|foo(s) = :s|foo(s, :s)|Size(s) = :s|CONTAINS(s, :a)|BEGINS_WITH(s, :a)|Attribute_Exists(s)
attribute_exists()|attribute_exists(s, n)|attribute_exists(:s)|attribute_not_exists(:s)
attribute_exists(attribute_exists(s))|attribute_type(s)|attribute_type(s, :bad)|attribute_type(s, n)
attribute_type(s, :n)|attribute_type(s, :S, :N)|attribute_type(s, s)|begins_with(s)|begins_with(s, :n)
begins_with(:n, :a)|begins_with(s, :a, :b)|begins_with(s, s)|begins_with(s, :t)|begins_with(s, :ss)
begins_with(s, size(s))|begins_with(size(s), :a)|contains(s)|contains(s, s)|contains(s, :a, :b)
contains(:n, :n)|contains(size(s), :a)|contains(s, size(s))|contains(s, attribute_exists(s))
size(s)|size()|size(s, n) = :n|size(:n) = :n|size(:t) = :n|size(:z) = :one|size(size(s)) = :n
size(attribute_exists(s)) = :n|NOT size(s)|size(s) AND s = :s
s = s|s < s|s <> s|m.a = m.a|l[0] = l[0]|#s = s|s BETWEEN s AND s|s IN (s)|s BETWEEN :a AND s
s < :t|s < :ss|s <= :l|s > :m|s >= :z|:t < s|s BETWEEN :t AND :f|s BETWEEN :ss AND :ss
s BETWEEN :b AND :a|n BETWEEN :seven AND :two|s BETWEEN :a AND :n|b BETWEEN :bin AND :bina
s BETWEEN :a|s BETWEEN :a, :b|s BETWEEN (:a AND :b)|s IN :a|s IN ()|s IN (:a|s IN (:a,)|IN (:a)
s IN (:a :b)|s IN ((:a))|s NOT IN (:a)|s NOT = :s|s IS NULL|s LIKE :a|NOT|()|( )|NOT ()|s = NOT :s
a[-1] = :one|a[] = :one|a[:one] = :one|a[0 = :one|a.0 = :one|a..b = :s|.a = :s|a. = :s|a[0]b = :s
a[b] = :s|a[1.5] = :s|a[99999999999] = :s|a[01] = :one|a b = :s|_a = :s|1a = :s|a-b = :s|a$b = :s
# = :s|s = :|#s-x = :s|s + :s = :s|s = :s + :s|s = if_not_exists(s, :s)|if_not_exists(s, :s) = :s
list_append(l, l) = :l|attribute_exists(s) = :t|:t = attribute_exists(s)|s = contains(s, :a)
(attribute_exists(s)) = :t|s = :s AND (n)|(s) AND (n)|s = :s;|s = :s -- x|SET s = :s|s := :s|s = @s
s <> :s <> :a|s = :s = :a|s < :n < :n|(s = :s) = :t|s = :s AND OR n = :n|s = :s OR OR n = :n
attribute_exists(s) AND|attribute_exists s|attribute_exists(s|attribute_exists((s))|é = :s
"""
_USED = re.compile(r"(?<![\w#:])([#:]\w+)")


def texts(lines: str) -> list[str]:
    """The texts of a table: parted by bars and line ends."""
    return [text for line in lines.strip("\n").split("\n") for text in line.split("|")]


def bindings(text: str) -> dict[str, Any]:
    """The names and values that a text uses and the tables above define."""
    used = set(_USED.findall(text))
    found: dict[str, Any] = {}
    if values := {name: VALUES[name] for name in sorted(used & VALUES.keys())}:
        found["values"] = values
    if names := {name: NAMES[name] for name in sorted(used & NAMES.keys())}:
        found["names"] = names
    return found


def _on_every_operation(text: str) -> list[Step]:
    bound = bindings(text)
    return [
        scan("Hash", filter=text, **bound),
        delete("Hash", {"p": "absent"}, condition=text, **bound),
        update("Hash", {"p": "x"}, condition=text, **bound),
    ]


def _bindings_broken() -> tuple[Step, ...]:
    condition = {"condition": "s = :s"}
    steps: list[Step] = []
    for broken in (
        {},
        {"s": "x"},
        {":": "x"},
        {"::s": "x"},
        {":s-": "x"},
        {":s": "x", ":unused": 1},
        {":S": "x"},
        {":s": "x", ":unused": 1, ":more": 2},
        {":1": "x"},
        {":_": "x"},
        {"": "x"},
        {":s" * 200: "x"},
        *({":s": wire} for wire in BAD_VALUES.values()),
    ):
        steps += [
            put("Hash", {"p": "x"}, values=broken, **condition),
            scan("Hash", filter="s = :s", values=broken),
        ]
    for names in ({}, {"s": "s"}, {"#": "s"}, {"#s": ""}, {"#s": "s", "#t": "t"}, {"#s": 5},
                  {"#s": None}, {"#1": "s"}, {"#s": "x" * 256}, {"##": "x"}, {"#s!": "x"}):  # fmt: skip
        steps += [
            put("Hash", {"p": "x"}, names=names, values={":s": 1}, condition="#s = :s"),
            scan("Hash", filter="#s = :s", names=names, values={":s": 1}),
        ]
    for unused in ({"values": {":s": 1}}, {"names": {"#s": "s"}}, {"values": {}}, {"names": {}}):
        steps += [
            put("Hash", {"p": "x"}, **unused),
            delete("Hash", {"p": "x"}, **unused),
            update("Hash", {"p": "x"}, **unused),
            scan("Hash", **unused),
            query("Hash", "p = :p", values={":p": "x", **unused.get("values", {})}),
        ]
    long = "s = :s" + " " * 4090
    many = " AND ".join(["s = :s"] * 151)
    steps += [
        put("Hash", {"p": "x"}, condition=long + text, values={":s": 1}) for text in ("", " ")
    ]
    steps += [
        scan("Hash", filter=" OR ".join(["s = :s"] * count), values={":s": 1})
        for count in (150, 151, 152)
    ]
    steps += [
        scan("Hash", filter=many, values={":s": 1}),
        scan("Hash", filter=".".join("a" * 32) + " = :s", values={":s": 1}),
        scan("Hash", filter=".".join("a" * 33) + " = :s", values={":s": 1}),
        scan("Hash", filter="s IN (" + ", ".join([":s"] * 100) + ")", values={":s": 1}),
        scan("Hash", filter="s IN (" + ", ".join([":s"] * 101) + ")", values={":s": 1}),
    ]
    return tuple(steps)


SCENARIOS = (
    Scenario(
        "conditions",
        (HASH, ITEM),
        tuple(step for text in texts(TRUE_OR_FALSE) for step in _on_every_operation(text)),
    ),
    Scenario(
        "broken conditions",
        (HASH, ITEM),
        tuple(step for text in texts(BROKEN) for step in _on_every_operation(text)),
    ),
    Scenario("broken names and values", (HASH, ITEM), _bindings_broken()),
)
