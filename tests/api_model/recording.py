"""Which members of requests the tests send: recorded while they run, where the environment asks.

With ``DYNALITE_RECORD_MEMBERS=FOLDER`` every test process writes a file into the folder: one line
for each operation and member that reached an engine, nested members by their path. ``conftest``
starts it; ``coverage`` reads it.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from dynalite_py import engine as engines
from dynalite_py.operations import schemas
from dynalite_py.operations.shapes import Mapping, Sequence, Shape, Structure

VARIABLE = "DYNALITE_RECORD_MEMBERS"
_SEEN: set[tuple[str, str]] = set()


def start() -> None:
    """Record from now on, if the environment asks for it."""
    folder = os.environ.get(VARIABLE)
    if folder is None:
        return
    perform, submit = engines.Engine.perform, engines.Engine.submit

    def performed(
        self: Any, operation: str, request: Any, caller: Any, *, past_faults: bool = False
    ) -> bytes:
        _record(operation, request)
        return perform(self, operation, request, caller, past_faults=past_faults)

    def submitted(
        self: Any,
        operation: str,
        request: Any,
        caller: Any,
        answer: Any,
        *,
        past_faults: bool = False,
    ) -> bytes | None:
        _record(operation, request)
        return submit(self, operation, request, caller, answer, past_faults=past_faults)

    engines.Engine.perform, engines.Engine.submit = performed, submitted
    atexit.register(_write, Path(folder) / f"{os.getpid()}.txt")


def recorded(folder: Path) -> set[tuple[str, str]]:
    """Every (operation, path of a member) that was sent, by all processes."""
    lines = (line for file in folder.glob("*.txt") for line in file.read_text("utf-8").splitlines())
    return {(operation, path) for operation, path in (line.split(" ") for line in lines)}


def _write(file: Path) -> None:
    lines = sorted(f"{operation} {path}" for operation, path in _SEEN)
    file.write_text("\n".join(lines), encoding="utf-8")


def _record(operation: str, request: Any) -> None:
    if operation in engines.registry.OPERATIONS and type(request) is dict:
        given = cast("dict[str, Any]", request)
        for path in _paths(schemas.of(operation).members, given, ""):
            _SEEN.add((operation, path))


def _paths(members: dict[str, Any], given: dict[str, Any], above: str) -> Iterator[str]:
    for name, value in given.items():
        if name in members and value is not None:
            yield f"{above}{name}"
            yield from _inner_paths(members[name].shape, value, f"{above}{name}.")


def _inner_paths(shape: Shape, value: Any, above: str) -> Iterator[str]:
    match shape:
        case Structure(free=False) if type(value) is dict:
            yield from _paths(shape.members, cast("dict[str, Any]", value), above)
        case Sequence() if type(value) is list:
            for element in cast("list[Any]", value)[:200]:
                yield from _inner_paths(shape.element, element, above)
        case Mapping() if type(value) is dict:
            for entry in cast("dict[str, Any]", value).values():
                yield from _inner_paths(shape.value, entry, above)
        case _:
            return
