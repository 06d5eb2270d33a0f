"""Which members each request takes: a misspelt one is refused before anything is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, TypeAlias, cast

from dynalite_py.doors.library import exceptions, shapes, statement_shapes
from dynalite_py.operations import api_model

Nested: TypeAlias = Mapping[str, "Nested | None"]


def unknown(
    operation_name: str, members: Mapping[str, object], known: frozenset[str], *, where: str = ""
) -> exceptions.ParamValidationError:
    """Members that an operation, or a structure inside its request, does not have."""
    surplus = ", ".join(sorted(members.keys() - known))
    taken = ", ".join(sorted(known)) or "nothing"
    return exceptions.ParamValidationError(
        f"{where or operation_name} has no {surplus}; it takes {taken}",
        operation_name,
    )


def check_nested(operation_name: str, request: dict[str, Any]) -> None:
    """Refuse unknown members inside batches and transactions: a misspelt guard must not be lost.

    Values of a wrong type pass: the engine has the texts for them.
    """
    name, expected = NESTED[operation_name]
    _check_members(operation_name, name, request.get(name), expected)


def _check_members(operation_name: str, path: str, value: Any, expected: Nested) -> None:
    match value:
        case list():
            for index, element in enumerate(cast("list[Any]", value)):
                _check_members(operation_name, f"{path}[{index}]", element, expected)
        case dict():
            members = cast("dict[str, Any]", value)
            if "*" not in expected and not members.keys() <= expected.keys():
                known = frozenset(expected)
                raise unknown(operation_name, members, known, where=path)
            for name, member in members.items():
                inner = expected.get(name, expected.get("*"))
                if inner is not None:
                    _check_members(operation_name, f"{path}.{name}", member, inner)
        case _:
            pass


def _flat(shape: type) -> Nested:
    return dict.fromkeys(shape.__annotations__)


# The members of what batches and transactions hold; "*": any name, None: not looked into.
NESTED: Final[Mapping[str, tuple[str, Nested]]] = {
    "BatchExecuteStatement": ("Statements", _flat(statement_shapes.BatchStatement)),
    "ExecuteTransaction": ("TransactStatements", _flat(statement_shapes.TransactStatement)),
    "BatchGetItem": ("RequestItems", {"*": _flat(shapes.KeysAndAttributes)}),
    "BatchWriteItem": (
        "RequestItems",
        {
            "*": {
                "PutRequest": _flat(shapes.PutRequest),
                "DeleteRequest": _flat(shapes.DeleteRequest),
            }
        },
    ),
    "TransactGetItems": ("TransactItems", {"Get": _flat(shapes.TransactGet)}),
    "TransactWriteItems": (
        "TransactItems",
        {
            "ConditionCheck": _flat(shapes.TransactKey),
            "Put": _flat(shapes.TransactPut),
            "Delete": _flat(shapes.TransactKey),
            "Update": _flat(shapes.TransactUpdate),
        },
    ),
}
# Operations with members that the API does not have; all others take what the API has.
_EXTENDED: Final[Mapping[str, type]] = {
    "DeleteItem": shapes.DeleteItemInput,
    "GetItem": shapes.GetItemInput,
    "PutItem": shapes.PutItemInput,
    "Query": shapes.QueryInput,
    "Scan": shapes.ScanInput,
    "UpdateItem": shapes.UpdateItemInput,
}


@lru_cache(maxsize=256)
def known(operation_name: str) -> frozenset[str] | None:
    """The members that an operation takes; None where there is no such operation."""
    shape = _EXTENDED.get(operation_name)
    if shape is not None:
        return frozenset(shape.__annotations__)
    if operation_name not in api_model.operations():
        return None
    taken = api_model.declared(api_model.input_of(operation_name))
    return frozenset(member.name for member in api_model.members_of(taken))
