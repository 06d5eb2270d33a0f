"""One operation of the API as data: name, what it takes, handler, and where its work runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.shapes import Schema

# read: a few rows, at once on the caller's thread. range: a page of rows, on a reading thread of a
# server. write: in the writer's group. control: in the writer, alone, because it changes the
# catalog.
Kind: TypeAlias = Literal["read", "range", "write", "control"]


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation. handler: checks a request in the service's order and returns its work, which
    is run by kind: a function of a connection (read, range) or of a Transaction (write, control),
    to the answer's bytes.

    nested: the request has structures below its top level, so that it is always explained before
    it is handled.
    """

    name: str
    kind: Kind
    schema: Schema
    handler: Callable[[Scope, Request], Callable[[Any], bytes]]
    nested: bool = False
