"""CSV: a header of attribute names, then a row an item.

A name in the header may carry a type: ``seconds:N``, ``live:BOOL``, ``tags:JSON``. A column
without one holds texts, or what the table says of a key attribute. An empty cell means that the
item has no such attribute. ``JSON`` holds any value as one of a JSON line
(``dynalite_py.formats.json_lines``).
"""

from __future__ import annotations

import base64
import binascii
import csv
import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from dynalite_py.formats import json_lines
from dynalite_py.formats.lines import LONGEST_LINE, Item, WrongFileError
from dynalite_py.model import codec

_ANY = "JSON"
_NEEDS_QUOTES = re.compile('[,"\r\n]')
_BARE = frozenset({"S", "N", "B", "BOOL"})
TYPES = _BARE | {_ANY}


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of every row. kind: one of TYPES."""

    name: str
    kind: str

    @property
    def heading(self) -> str:
        """As it stands in the header."""
        looks_typed = self.name.rpartition(":")[2] in TYPES and ":" in self.name
        return self.name if self.kind == "S" and not looks_typed else f"{self.name}:{self.kind}"


def columns(items: Iterable[Mapping[str, Any]], first: Sequence[str] = ()) -> list[Column]:
    """The columns that hold these items without loss. first: names that stand in front."""
    kinds: dict[str, str] = dict.fromkeys(first, "")
    for item in items:
        for name, value in item.items():
            kind = _kind(value)
            before = kinds.get(name) or kind
            kinds[name] = kind if kind == before else _ANY
    return [Column(name, kind or "S") for name, kind in kinds.items()]


def _kind(value: Mapping[str, Any]) -> str:
    """The type that keeps a value apart from an empty cell, and from other types."""
    [(kind, content)] = value.items()
    return kind if kind in _BARE and content not in ("", b"") else _ANY


def write(
    stream: TextIO,
    wanted: Sequence[Column],
    items: Iterable[Mapping[str, Any]],
    *,
    typed: bool = True,
) -> int:
    """Write the header and a row for each item. typed: whether the header tells the types.

    Returns the number of items.
    """
    stream.write(_row([column.heading if typed else column.name for column in wanted]))
    written = 0
    for item in items:
        stream.write(_row([cell_of(item.get(column.name), column.kind) for column in wanted]))
        written += 1
    return written


def _row(cells: Sequence[str]) -> str:
    """A line, with its end. Python's own writer leaves a carriage return without quotes."""
    if len(cells) == 1 and not cells[0]:
        return '""\n'  # A blank line would be no row.
    quoted = (
        '"' + cell.replace('"', '""') + '"' if _NEEDS_QUOTES.search(cell) else cell
        for cell in cells
    )
    return ",".join(quoted) + "\n"


def cell_of(value: Mapping[str, Any] | None, kind: str = "S") -> str:
    """A value as a cell; kind: of its column. Other values than its are written as JSON."""
    if value is None:
        return ""
    [(own, content)] = value.items()
    if kind == _ANY or own not in _BARE:
        return codec.portable_text(json_lines.plain_value(value))
    match own:
        case "B":
            return base64.b64encode(content).decode("ascii")
        case "BOOL":
            return "true" if content else "false"
        case _:
            return content


def items(stream: TextIO, key_types: Mapping[str, str]) -> Iterator[tuple[int, Item]]:
    """The items of a file with their lines.

    key_types: the types of the table's key attributes, for columns that name none. Raises:
    WrongFileError.
    """
    csv.field_size_limit(LONGEST_LINE)
    reader = csv.reader(stream, strict=True)
    try:
        header = next(reader, None)
        if header is None:
            return
        wanted = [_column(heading, key_types) for heading in header]
        names = [column.name for column in wanted]
        if len(set(names)) != len(names):
            raise WrongFileError("the header has a name twice", 1)
        for row in reader:
            if row:
                yield reader.line_num, _item(wanted, row, reader.line_num)
    except csv.Error as failure:
        raise WrongFileError(str(failure), reader.line_num) from None
    except UnicodeDecodeError as failure:
        raise WrongFileError(f"not UTF-8: {failure.reason}", reader.line_num + 1) from None
    except (EOFError, zlib.error, gzip.BadGzipFile) as failure:
        raise WrongFileError(f"packed, and damaged: {failure}", reader.line_num + 1) from None


def _column(heading: str, key_types: Mapping[str, str]) -> Column:
    name, colon, kind = heading.rpartition(":")
    if colon and kind in TYPES:
        return Column(name, kind)
    return Column(heading, key_types.get(heading, "S"))


def _item(wanted: Sequence[Column], row: Sequence[str], line: int) -> Item:
    if len(row) > len(wanted):
        raise WrongFileError(f"{len(row)} cells under a header of {len(wanted)}", line)
    item: Item = {}
    for column, cell in zip(wanted, row, strict=False):
        if cell:
            try:
                item[column.name] = _READ[column.kind](cell)
            except ValueError as failure:
                raise WrongFileError(f"{column.name}: {failure}", line) from None
    return item


def _flag(cell: str) -> dict[str, Any]:
    known = {"true": True, "false": False}.get(cell.strip().lower())
    if known is None:
        raise ValueError(f"{cell[:40]!r} is neither true nor false")
    return {"BOOL": known}


def _blob(cell: str) -> dict[str, Any]:
    try:
        return {"B": base64.b64decode(cell, validate=True)}
    except binascii.Error:
        raise ValueError(f"{cell[:40]!r} is no base64 text") from None


def _any(cell: str) -> dict[str, Any]:
    return json_lines.value_of(codec.decode_exact(cell), "the cell")


_READ: dict[str, Callable[[str], dict[str, Any]]] = {
    "S": lambda cell: {"S": cell},
    "N": lambda cell: {"N": cell.strip()},
    "B": _blob,
    "BOOL": _flag,
    "JSON": _any,
}
