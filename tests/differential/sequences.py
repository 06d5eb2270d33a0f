"""Requests drawn at random over a few small items, so that they meet each other's work."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.differential.build import Step, attributes, delete, put, query, scan, update

_NAMES = ("a", "b", "kind", "score")
_PLAIN: SearchStrategy[Any] = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(("", "a", "ab", "b", "é")),
    st.booleans(),
    st.none(),
    st.sampled_from((b"", b"a", b"ab")),
    st.sets(st.sampled_from(("a", "b", "c")), min_size=1),
    st.sets(st.integers(0, 3), min_size=1),
)
_VALUES = st.one_of(
    _PLAIN,
    st.lists(_PLAIN, max_size=3),
    st.dictionaries(st.sampled_from(("a", "b")), _PLAIN, max_size=2),
)
_PATHS = st.sampled_from(("a", "b", "a.a", "a[0]", "b.b", "b[1]", "a.b[0]", "none"))
_INDEX_VALUES = {"kind": st.sampled_from(("x", "y", "z")), "score": st.integers(-2, 2)}


def _keys() -> SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({"p": st.sampled_from(("k", "l")), "s": st.integers(0, 4)})


@st.composite
def _items(draw: st.DrawFn) -> dict[str, Any]:
    item = draw(_keys())
    for name in draw(st.sets(st.sampled_from(_NAMES))):
        item[name] = draw(_INDEX_VALUES.get(name, _VALUES))
    return item


@st.composite
def conditions(draw: st.DrawFn, values: dict[str, Any]) -> str:
    """A condition that passes the static checks; its constants go into values."""

    def constant(drawn: SearchStrategy[Any]) -> str:
        name = f":c{len(values)}"
        values[name] = draw(drawn)
        return name

    path = draw(_PATHS)
    form = draw(st.integers(0, 8))
    if form == 0:
        first = draw(conditions(values))
        joined = draw(st.sampled_from(("AND", "OR")))
        return f"({first}) {joined} NOT ({draw(conditions(values))})"
    if form == 1:
        return f"attribute_exists({path})"
    if form == 2:
        return f"attribute_type({path}, {constant(st.sampled_from(('S', 'N', 'L', 'SS')))})"
    if form == 3:
        return f"begins_with({path}, {constant(st.sampled_from(('', 'a', b'a')))})"
    if form == 4:
        return f"contains({path}, {constant(_PLAIN)})"
    if form == 5:
        return f"size({path}) {draw(st.sampled_from('<>='))} {constant(st.integers(0, 3))}"
    if form == 6:
        return f"{path} IN ({constant(_VALUES)}, {constant(_VALUES)})"
    if form == 7:
        lower = draw(st.integers(-3, 3))
        bounds = (st.just(lower), st.integers(lower, 3))
        return f"{path} BETWEEN {constant(bounds[0])} AND {constant(bounds[1])}"
    ordered = draw(st.booleans())
    operator = draw(st.sampled_from(("<", "<=", ">", ">=") if ordered else ("=", "<>")))
    return f"{path} {operator} {constant(st.sampled_from((1, 'a', b'a')) if ordered else _VALUES)}"


@st.composite
def _updates(draw: st.DrawFn) -> Step:
    values: dict[str, Any] = {":v": draw(_VALUES), ":n": draw(st.integers(-2, 2))}
    values[":some"] = draw(st.sets(st.sampled_from(("a", "b", "c")), min_size=1))
    path, other = draw(_PATHS), draw(_PATHS)
    text = draw(
        st.sampled_from(
            (
                f"SET {path} = :v",
                f"SET {path} = {other}",
                f"SET {path} = {other} + :n",
                f"SET {path} = :n - {other}",
                f"SET {path} = list_append({other}, {path})",
                f"ADD {path} :n",
                f"ADD {path} :some",
                f"DELETE {path} :some",
                f"REMOVE {path} SET kind2 = :v",
                "SET kind = kind2",
                "ADD score :n",
                "REMOVE kind, score SET a = b, b = a",
            )
        )
    )
    members: dict[str, Any] = {"returns": draw(st.sampled_from(("NONE", "ALL_OLD", "ALL_NEW")))}
    if draw(st.booleans()):
        members["condition"] = draw(conditions(values))
    used = {name: each for name, each in values.items() if _uses(text, name, members)}
    if used:
        members["values"] = used
    return update("Small", draw(_keys()), text, **members)


def _uses(text: str, name: str, members: dict[str, Any]) -> bool:
    words = f"{text} {members.get('condition', '')} "
    return any(f"{name}{end}" in words for end in " ,)")


@st.composite
def _writes(draw: st.DrawFn) -> Step:
    values: dict[str, Any] = {}
    members: dict[str, Any] = {"returns": draw(st.sampled_from(("NONE", "ALL_OLD")))}
    if draw(st.booleans()):
        members["condition"] = draw(conditions(values))
    if values:
        members["values"] = values
    if draw(st.integers(0, 3)) == 0:
        return delete("Small", draw(_keys()), **members)
    return put("Small", draw(_items()), **members)


@st.composite
def _reads(draw: st.DrawFn) -> Step:
    values: dict[str, Any] = {}
    members: dict[str, Any] = {}
    if draw(st.booleans()):
        members["filter"] = draw(conditions(values))
    limit = draw(st.sampled_from((None, 1, 2, 3)))
    if limit is not None:
        members["limit"] = limit
    if draw(st.integers(0, 3)) == 0:
        if values:
            members["values"] = values
        return scan("Small", pages=True, **members)
    values[":p"] = draw(st.sampled_from(("k", "l")))
    text = "p = :p"
    if draw(st.booleans()):
        values[":s"] = draw(st.integers(0, 4))
        text += f" AND s {draw(st.sampled_from(('<', '<=', '=', '>', '>=')))} :s"
    members["forward"] = draw(st.booleans())
    return query("Small", text, pages=True, values=values, **members)


@st.composite
def _transactions(draw: st.DrawFn) -> Step:
    keys = draw(
        st.lists(_keys(), min_size=1, max_size=3, unique_by=lambda key: (key["p"], key["s"]))
    )
    actions: list[dict[str, Any]] = []
    for key in keys:
        values: dict[str, Any] = {}
        members: dict[str, Any] = {"ConditionExpression": draw(conditions(values))}
        if values:
            members["ExpressionAttributeValues"] = attributes(values)
        kind = draw(st.sampled_from(("Put", "Delete", "ConditionCheck")))
        member = "Item" if kind == "Put" else "Key"
        actions.append({kind: {"TableName": "Small", member: attributes(key), **members}})
    return Step("TransactWriteItems", {"TransactItems": actions})


def sequences() -> SearchStrategy[list[Step]]:
    """Some requests in order."""
    each = st.one_of(_writes(), _updates(), _updates(), _reads(), _transactions())
    return st.lists(each, min_size=4, max_size=12)
