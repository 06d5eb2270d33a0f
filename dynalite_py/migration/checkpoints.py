"""A file that tells how far a copy is, so that it goes on where it was stopped.

It is replaced whole, by a rename, after every page that was written: what it says is always true of
some moment, and no page that it counts is missing in the target.
"""

from __future__ import annotations

import base64
import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from dynalite_py.model import codec

# Where a segment stands: before its first page, behind this key, behind its last page.
Place: TypeAlias = Literal["start", "end"] | dict[str, dict[str, Any]]

FORMAT = 1


class CheckpointError(Exception):
    """The file is no checkpoint, or one of another copy."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Which copy it is. source, target_id: the tables' ids, so that one made anew is another one;
    "" for a target that is not there.
    """

    source: str
    target: str
    segments: int
    target_id: str


class Checkpoint:
    """The places of a copy's segments, in a file or, without one, in memory alone."""

    def __init__(self, path: Path | None, copied: Copied, places: list[Place]) -> None:
        self._path = path
        self._copied = copied
        self._places = places
        self._guard = threading.Lock()

    def place(self, segment: int) -> Place:
        """Where a segment stands."""
        return self._places[segment]

    def done(self) -> int:
        """How many segments are copied."""
        return sum(place == "end" for place in self._places)

    def move(self, segment: int, place: Place) -> None:
        """Remember a page that was written."""
        with self._guard:
            self._places[segment] = place
            if self._path is not None:
                _save(self._path, self._copied, self._places)

    def remove(self) -> None:
        """The copy is whole."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def opened(path: Path | None, copied: Copied) -> Checkpoint:
    """The checkpoint of a copy, as an earlier run left it. Raises: CheckpointError."""
    if path is None or not path.exists():
        beginning: list[Place] = ["start"] * copied.segments
        return Checkpoint(path, copied, beginning)
    try:
        found = codec.decode(path.read_bytes())
        if found["format"] != FORMAT:
            raise CheckpointError(f"{path} has the format {found['format']!r:.20}, not {FORMAT}")
        earlier = Copied(found["source"], found["target"], found["segments"], found["target_id"])
        places: list[Place] = [_place_in(place) for place in found["places"]]
    except (codec.NotJsonError, KeyError, TypeError, ValueError) as fault:
        raise CheckpointError(f"{path} is no checkpoint of a copy") from fault
    if earlier != copied or len(places) != copied.segments:
        raise CheckpointError(
            f"{path} belongs to another copy: to {earlier.target} in {earlier.segments} segments, "
            f"not to {copied.target} in {copied.segments}, or from another source table or to "
            "another target table of this name; remove it to copy from the beginning"
        )
    return Checkpoint(path, copied, places)


def _save(path: Path, copied: Copied, places: list[Place]) -> None:
    text = codec.portable_text(
        {
            "format": FORMAT,
            "source": copied.source,
            "target": copied.target,
            "target_id": copied.target_id,
            "segments": copied.segments,
            "places": places,
        }
    )
    beside = path.with_name(path.name + ".new")
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _place_in(place: Any) -> Place:
    """A place as it was saved, with bytes for binary keys. Raises: ValueError, TypeError."""
    if place in ("start", "end"):
        return place
    if not isinstance(place, dict):
        raise TypeError("a place is a text or a key")
    key: dict[str, dict[str, Any]] = {}
    members = cast("dict[str, dict[str, Any]]", place)
    for name, value in members.items():
        [(kind, content)] = value.items()
        if kind not in ("S", "N", "B"):
            raise ValueError(kind)
        key[name] = {kind: base64.b64decode(content, validate=True) if kind == "B" else content}
    return key
