"""The operations by name.

What botocore knows and this store does not do is refused by name, never in silence.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType

from dynalite_py.model import errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations.operation import Operation

_FAMILIES = (
    "account",
    "batch",
    "items",
    "query",
    "scan",
    "tables",
    "tags",
    "transactions",
    "update_item",
    "update_table",
)


def _all() -> dict[str, Operation]:
    found: dict[str, Operation] = {}
    for family in _FAMILIES:
        try:
            module = import_module(f"dynalite_py.operations.{family}")
        except ImportError:
            continue
        found.update((operation.name, operation) for operation in module.OPERATIONS)
    return found


OPERATIONS = MappingProxyType(_all())


def refusal(name: str) -> DynamoDBError:
    """Why a name that is not among OPERATIONS is refused."""
    return errors.unknown_operation()
