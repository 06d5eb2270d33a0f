"""Writes docs/compatibility.md: every operation of the API, its members, and what the tests send.

``python -m tests.api_model.coverage`` runs the whole suite with recording on (a few minutes), then
writes the page. What is checked comes from the API model, what is refused from the code, what is
tested from the run.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from dynalite_py.operations import api_model, registry, schemas
from dynalite_py.operations.shapes import Mapping, Member, Sequence, Shape, Structure
from tests.api_model import recording

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "compatibility.md"
# Rooms whose operations answer as for an account that never used the feature.
NEVER_USED = frozenset(
    {
        "autoscaling",
        "backups",
        "global_tables",
        "insights",
        "transfers",
    }
)
BEGIN, END = "<!-- operations:begin -->", "<!-- operations:end -->"


def members_of(operation: str) -> list[str]:
    """The paths of all members of a request, attribute values' own apart."""
    return list(_paths(schemas.of(operation).members, ""))


def _paths(members: dict[str, Member], above: str) -> Iterator[str]:
    for name, member in members.items():
        if name == "IfVersion":  # The library's own.
            continue
        yield f"{above}{name}"
        inner = _structure_in(member.shape)
        if inner is not None:
            yield from _paths(inner.members, f"{above}{name}.")


def _structure_in(shape: Shape) -> Structure | None:
    """The structure that a shape is, or holds in lists and maps; None for attribute values."""
    match shape:
        case Structure():
            return None if shape.free else shape
        case Sequence():
            return _structure_in(shape.element)
        case Mapping():
            return _structure_in(shape.value)
        case _:
            return None


def state_of(operation: str) -> str:
    """What this store does with an operation, in a word or two."""
    if operation in registry.UNSUPPORTED:
        return "refused by name"
    room = registry.OPERATIONS[operation].handler.__module__.rpartition(".")[2]
    return "as if never used" if room in NEVER_USED else "done"


def refused_members(operation: str, members: list[str]) -> list[str]:
    """Members that are refused by name, with all that is in them."""
    refused = registry.UNSUPPORTED_MEMBERS.get(operation, ())
    return [path for path in members if path.partition(".")[0] in refused]


def rows(sent: set[tuple[str, str]]) -> Iterator[str]:
    """The lines of the table."""
    yield "| operation | here | members checked | refused | sent by tests | not sent by tests |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for operation in sorted(api_model.operations()):
        members = members_of(operation)
        unsent = [path for path in members if (operation, path) not in sent]
        shown = ", ".join(f"`{path}`" for path in _outermost(unsent))
        yield (
            f"| {operation} | {state_of(operation)} | {len(members)} "
            f"| {len(refused_members(operation, members)) or ''} "
            f"| {len(members) - len(unsent)} | {shown} |"
        )


def _outermost(paths: list[str]) -> list[str]:
    """The paths without those that lie in another of them."""
    return [path for path in paths if not any(path.startswith(f"{other}.") for other in paths)]


def written(sent: set[tuple[str, str]]) -> str:
    """The whole page with a new table in it."""
    page = PAGE.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    return before + "\n".join((BEGIN, *rows(sent), END)) + rest.partition(END)[2]


def main() -> None:
    """Run the tests, then write the page."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "-n", "auto"],
            cwd=ROOT,
            env={**os.environ, recording.VARIABLE: folder},
            check=True,
        )
        PAGE.write_text(written(recording.recorded(Path(folder))), encoding="utf-8")


if __name__ == "__main__":
    main()
