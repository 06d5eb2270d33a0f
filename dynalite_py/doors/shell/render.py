"""Results as text: tables that fit, one attribute a line, JSON, CSV.

A table measures its first items and keeps to that, so that the items after them can be shown as
they come.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from dynalite_py.doors.shell import literals
from dynalite_py.doors.shell.screen import Screen, Style, safe
from dynalite_py.formats import csv_files, dynamodb_json, json_lines
from dynalite_py.model import codec

Item: TypeAlias = Mapping[str, Mapping[str, Any]]

# How many items a table's columns are measured on.
MEASURED = 200
_NARROWEST = 5
_GAP = "  "
# Nothing longer is laid out: a cell is cut long before.
_LONGEST_CELL = 4096


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table. width: in cells of the terminal."""

    name: str
    width: int
    right: bool


def names(items: Iterable[Item], first: Sequence[str]) -> list[str]:
    """The columns of items: those named first, if any item has them, then the others by name."""
    seen = {name for item in items for name in item}
    leading = [name for name in dict.fromkeys(first) if name in seen]
    return leading + sorted(seen.difference(leading))


def cell(value: Mapping[str, Any] | None) -> str:
    """A value in a table: texts without quotes, all else as the dialect writes it."""
    if value is None:
        return ""
    text = value["S"] if "S" in value else literals.literal(value)
    return safe(text[:_LONGEST_CELL])


def style_of(value: Mapping[str, Any] | None) -> Style | None:
    """How a value is coloured."""
    match next(iter(value), None) if value else None:
        case "N":
            return "number"
        case "BOOL" | "NULL":
            return "word"
        case "B" | "L" | "M" | "SS" | "NS" | "BS":
            return "faint"
        case _:
            return None


# Tables.


def table(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    """The lines of a table. Where even narrow columns do not fit, each item stands by itself."""
    coming = iter(items)
    measured = list(itertools.islice(coming, MEASURED))
    shown = names(measured, first)
    if not shown:
        for _ in itertools.chain(measured, coming):
            yield screen.styled("(no attributes)", "faint")
        return
    if len(shown) * (_NARROWEST + len(_GAP)) > screen.width + len(_GAP):
        yield from vertical(itertools.chain(measured, coming), first, screen)
        return
    columns = fitted(shown, measured, screen.width)
    yield _GAP.join(
        screen.styled(padded(safe(column.name), column.width, right=column.right), "heading")
        for column in columns
    ).rstrip()
    yield screen.styled(_GAP.join("─" * column.width for column in columns), "faint")
    for item in itertools.chain(measured, coming):
        yield _GAP.join(
            _coloured(
                screen,
                padded(cell(item.get(column.name)), column.width, right=column.right),
                style_of(item.get(column.name)),
            )
            for column in columns
        ).rstrip()


def fitted(shown: Sequence[str], items: Sequence[Item], width: int) -> list[Column]:
    """Columns as wide as what they hold; the widest give way until the table fits."""
    wanted = [
        max(cells(safe(name)), *(cells(cell(item.get(name))) for item in items), 1)
        for name in shown
    ]
    room = max(width - len(_GAP) * (len(shown) - 1), _NARROWEST * len(shown))
    widths = shared(wanted, room)
    return [
        Column(name, size, _numeric(name, items)) for name, size in zip(shown, widths, strict=True)
    ]


def shared(wanted: Sequence[int], room: int) -> list[int]:
    """Widths that add up to no more than the room: nobody gets less because others are wide."""
    widths = list(wanted)
    left = room
    waiting = sorted(range(len(widths)), key=lambda at: widths[at])
    for place, at in enumerate(waiting):
        widths[at] = min(widths[at], left // (len(waiting) - place))
        left -= widths[at]
    return widths


def _numeric(name: str, items: Iterable[Item]) -> bool:
    kinds = {kind for item in items for kind in item.get(name, ())}
    return kinds == {"N"}


def _coloured(screen: Screen, text: str, style: Style | None) -> str:
    return screen.styled(text, style) if style else text


def cells(text: str) -> int:
    """How wide a text is on a terminal: many characters take two cells, some none."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """A text of exactly this width; what does not fit is cut with an ellipsis."""
    size = cells(text)
    if size > width:
        return cut(text, width)
    blanks = " " * (width - size)
    return blanks + text if right else text + blanks


def cut(text: str, width: int) -> str:
    """The beginning of a text and an ellipsis, together of this width."""
    if text.isascii():
        return text[: width - 1] + "…"
    from rich.cells import set_cell_size

    return set_cell_size(text, width - 1) + "…"


# One attribute a line.


def vertical(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    """Each item by itself, an attribute a line, nothing cut."""
    for number, item in enumerate(items, 1):
        heading = f"── item {number} "
        yield screen.styled(heading + "─" * max(min(screen.width, 60) - len(heading), 0), "faint")
        ordered = names([item], first)
        width = max((cells(safe(name)) for name in ordered), default=0)
        for name in ordered:
            value = item[name]
            text = safe(value["S"] if "S" in value else literals.literal(value))
            label = screen.styled(padded(safe(name), width), "key")
            yield f"{label} │ {_coloured(screen, text, style_of(value))}"


# For other programs.


def _json(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    del first, screen
    yield "["
    held = ""
    for item in items:
        if held:
            yield held + ","
        held = codec.portable_text(json_lines.plain_item(item))
    yield f"{held}\n]" if held else "]"


def _json_lines(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    del first, screen
    return map(json_lines.line_of, items)


def _dynamodb(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    del first, screen
    return map(dynamodb_json.line_of, items)


def _csv(items: Iterable[Item], first: Sequence[str], screen: Screen) -> Iterator[str]:
    """A plain header: this is for reading, ``\\export`` writes what can be imported again.

    Columns must be known before the first row, so the items are collected.
    """
    del screen
    collected = list(items)
    columns = [csv_files.Column(name, "S") for name in names(collected, first)]
    written = io.StringIO()
    csv_files.write(written, columns, collected, typed=False)
    yield written.getvalue().removesuffix("\n")


Layout: TypeAlias = Callable[[Iterable[Item], Sequence[str], Screen], Iterator[str]]
LAYOUTS: dict[str, Layout] = {
    "table": table,
    "vertical": vertical,
    "json": _json,
    "jsonl": _json_lines,
    "dynamodb": _dynamodb,
    "csv": _csv,
}
FORMATS = tuple(LAYOUTS)
