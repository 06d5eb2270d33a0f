"""Pieces put into a request of a client's shapes: a condition more, a clause of an update more."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

from dynalite_py.patterns import clients

Clause: TypeAlias = Literal["ADD", "SET"]

# The words are reserved, so none is an attribute's bare name.
_CLAUSES = {
    word: re.compile(rf"(?<![\w#:.]){word}(?!\w)", re.IGNORECASE) for word in ("ADD", "SET")
}


def both(condition: str | None, added: str) -> str:
    """Two conditions that must both hold; there may be no first one."""
    return added if condition is None else f"({condition}) AND ({added})"


def with_action(expression: str, clause: Clause, action: str) -> str:
    """An update expression with one more action in a clause that it may have or not."""
    found = _CLAUSES[clause].search(expression)
    if found is None:
        return f"{expression} {clause} {action}".lstrip()
    return f"{expression[: found.end()]} {action},{expression[found.end() :]}"


def with_condition(
    request: clients.Request, condition: str, names: dict[str, str], values: dict[str, Any]
) -> clients.Request:
    """A write that also needs this condition; the request that is given stays as it is.

    names, values: of the condition's placeholders and of those of other new pieces.
    """
    changed = {
        **request,
        "ConditionExpression": both(request.get("ConditionExpression"), condition),
        "ExpressionAttributeNames": {**(request.get("ExpressionAttributeNames") or {}), **names},
    }
    bound = {**(request.get("ExpressionAttributeValues") or {}), **values}
    if bound:
        changed["ExpressionAttributeValues"] = bound
    return changed
