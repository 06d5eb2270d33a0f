"""The tables, items and forms of what is known of PartiQL.

A statement is refused (a Fact) or answered (an Answered). UPSTREAM is what the open-source parser
that the service runs does; MESSAGES is the table of texts that AWS ships with DynamoDB Local, LOCAL
what that program answers. Both stand below recordings and the guide, and above other emulators.
"""

from __future__ import annotations

from typing import Any, NamedTuple, cast

from tests.differential.build import attributes, index, table, value
from tests.facts.fact import AWS_CAPTURED, DOCS, PEER, VALIDATION, Fact

UPSTREAM, MESSAGES, LOCAL = "upstream", "messages", "local"
RANK = (AWS_CAPTURED, DOCS, MESSAGES, LOCAL, PEER, UPSTREAM)

TABLES: tuple[dict[str, Any], ...] = tuple(
    step.request
    for step in (
        table(
            "music",
            "pk:S",
            "sk:N",
            others="g:S l:N h:N",
            GlobalSecondaryIndexes=[
                index("gix", "g", None, "KEYS_ONLY"),
                index("gall", "g", "h"),
            ],
            LocalSecondaryIndexes=[
                index("lix", "pk", "l", "KEYS_ONLY"),
                index("lall", "pk", "l"),
            ],
        ),
        table("solo", "id:N"),
        table(
            "costs",
            "pk:S",
            "sk:N",
            others="g:S l:N",
            GlobalSecondaryIndexes=[index("gix", "g")],
            LocalSecondaryIndexes=[index("lix", "pk", "l")],
        ),
        table(
            "narrow",
            "pk:S",
            "sk:N",
            others="g:S l:N",
            GlobalSecondaryIndexes=[index("gix", "g", None, "KEYS_ONLY")],
            LocalSecondaryIndexes=[index("lix", "pk", "l", "KEYS_ONLY")],
        ),
    )
)

A: dict[str, Any] = {
    "pk": "a", "sk": 1, "n": 5, "s": "abc", "t": True, "z": None, "b": b"abc", "g": "x", "l": 1,
    "h": 1, "ls": ["x", 1, ["y"], {"k": "v"}], "m": {"a": 1, "k": [1, 2], "d": {"e": "deep"}},
    "ss": {"a", "b"}, "ns": {1, 2}, "bs": {b"a", b"b"}, "date": "2026", "count": 7, "S": "big",
}  # fmt: skip
B: dict[str, Any] = {"pk": "a", "sk": 2, "n": 7, "s": "abd", "g": "x", "h": 2, "n2": 7}
C: dict[str, Any] = {"pk": "a", "sk": 3, "n": -1, "l": 2, "s2": "abc", "s": "abc"}
D: dict[str, Any] = {"pk": "b", "sk": 1, "s": "zzz", "g": "y", "h": 1}
ONE: dict[str, Any] = {"id": 1, "v": "one", "n": 1}
TWO: dict[str, Any] = {"id": 2, "v": "two"}
ITEMS: dict[str, tuple[dict[str, Any], ...]] = {
    "music": (A, B, C, D),
    "solo": (ONE, TWO),
    "costs": (),
    "narrow": (),
}


class Answered(NamedTuple):
    """One statement, or one list of them, that is answered.

    answer: the whole answer. steps: what comes before, on the same tables. items: of some tables,
    the items afterwards. ordered: whether the answer's items have an order.
    """

    name: str
    operation: str
    request: dict[str, Any]
    answer: dict[str, Any]
    source: str = AWS_CAPTURED
    steps: tuple[tuple[str, dict[str, Any]], ...] = ()
    items: dict[str, list[dict[str, Any]]] | None = None
    ordered: bool = True


def statement(text: str, *parameters: Any, **members: Any) -> dict[str, Any]:
    """A request of ExecuteStatement, or a member of the others. parameters: plain values."""
    request: dict[str, Any] = {"Statement": text}
    if parameters:
        request["Parameters"] = [value(each) for each in parameters]
    return request | members


def _shown(value: Any) -> str:
    """The same text in every process: a set's members in order."""
    if isinstance(value, set):
        return f"{{{', '.join(sorted(map(repr, cast('set[Any]', value))))}}}"
    return repr(value)


def _listed(parameters: tuple[Any, ...]) -> str:
    return f"[{', '.join(map(_shown, parameters))}]" if parameters else ""


def refused(
    text: str,
    message: str,
    source: str = AWS_CAPTURED,
    *parameters: Any,
    code: str = VALIDATION,
    **members: Any,
) -> Fact:
    """A statement that ExecuteStatement refuses."""
    request = statement(text, *parameters, **members)
    shown = "".join(f", {_shown(each)}" for each in parameters)
    name = f"PartiQL: {text[:200]}{shown[:60]}{members or ''}"
    return Fact(name, "ExecuteStatement", request, code, message, source)


def reads(
    text: str,
    items: list[dict[str, Any]],
    source: str = AWS_CAPTURED,
    *parameters: Any,
    ordered: bool = True,
    answer: dict[str, Any] | None = None,
    **members: Any,
) -> Answered:
    """A SELECT and the items that it shows. answer: further members."""
    request = statement(text, *parameters, **members)
    shown = {"Items": [attributes(each) for each in items], **(answer or {})}
    name = f"PartiQL: {text}{_listed(parameters)}{members or ''}"
    return Answered(name, "ExecuteStatement", request, shown, source, ordered=ordered)


def writes(
    text: str,
    table_name: str,
    items: list[dict[str, Any]],
    source: str = AWS_CAPTURED,
    *parameters: Any,
    shown: list[dict[str, Any]] | None = None,
    **members: Any,
) -> Answered:
    """A write that is answered with ``shown`` and leaves these items in its table."""
    request = statement(text, *parameters, **members)
    return Answered(
        f"PartiQL: {text[:200]}{_listed(parameters)}{members or ''}"[:300],
        "ExecuteStatement",
        request,
        {"Items": [attributes(each) for each in shown or ()]},
        source,
        items={table_name: [attributes(each) for each in items]},
    )


def changed(item: dict[str, Any], *removed: str, **attributes_set: Any) -> dict[str, Any]:
    """An item with some attributes set and some removed."""
    kept = {name: content for name, content in item.items() if name not in removed}
    return kept | attributes_set


def refused_alike(texts: str, message: str, source: str) -> tuple[Fact, ...]:
    """Statements, one a line, that are refused with one text."""
    return tuple(refused(text, message, source) for text in texts.strip().splitlines())
