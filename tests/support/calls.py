"""Requests to an engine and what comes back: the answer, or the refusal's words and members."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

HERE = Caller()


def perform(engine: Engine, operation: str, /, **request: Any) -> dict[str, Any]:
    """One request's answer, decoded."""
    return codec.decode(engine.perform(operation, request, HERE))


def refusal(engine: Engine, operation: str, /, **request: Any) -> DynamoDBError:
    """The refusal of a request that must be refused."""
    with pytest.raises(DynamoDBError) as refused:
        perform(engine, operation, **request)
    return refused.value


def of_bytes(size: int, item: dict[str, Any], name: str = "f") -> dict[str, Any]:
    """The item, brought to so many bytes by one more string attribute. Its values are strings."""
    used = len(name) + sum(len(each) + len(value["S"]) for each, value in item.items())
    return {**item, name: {"S": "x" * (size - used)}}
