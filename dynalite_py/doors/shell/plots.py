"""Pictures out of characters: bars and lines of numbers with labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from dynalite_py.doors.shell import render
from dynalite_py.doors.shell.screen import Screen, safe

# A label and its number.
Point: TypeAlias = tuple[str, float]

MOST_BARS = 200
_EIGHTHS = " ▏▎▍▌▋▊▉█"
_LONGEST_LABEL = 30
_LONGEST_BAR = 80
_LINE_HEIGHT = 12
# The eight dots of a braille character: [column][row] of a grid of two by four.
_DOTS = ((0x01, 0x02, 0x04, 0x40), (0x08, 0x10, 0x20, 0x80))
_BRAILLE = 0x2800


def bars(points: Sequence[Point], screen: Screen, *, margin: int = 0) -> list[str]:
    """A line a point: its label, a bar from zero, its number. Negative numbers have no bar.

    margin: cells that the caller puts before each line.
    """
    shown = points[:MOST_BARS]
    labels = [safe(label) for label, _ in shown]
    numbers = [shortened(number) for _, number in shown]
    label_width = min(max(map(render.cells, labels), default=0), _LONGEST_LABEL)
    number_width = max(map(len, numbers), default=0)
    room = min(max(screen.width - margin - label_width - number_width - 4, 8), _LONGEST_BAR)
    top = max((number for _, number in shown), default=0.0)
    lines = [
        f"{render.padded(label, label_width)}  "
        f"{screen.styled(bar(number, top, room).ljust(room), 'bar')}  {text.rjust(number_width)}"
        for label, (_, number), text in zip(labels, shown, numbers, strict=True)
    ]
    if len(points) > MOST_BARS:
        lines.append(f"... and {len(points) - MOST_BARS} more")
    return lines


def bar(number: float, top: float, room: int) -> str:
    """A bar as long as the number's part of the highest, to an eighth of a cell."""
    if number <= 0 or top <= 0:
        return ""
    full, rest = divmod(max(round(number / top * room * 8), 1), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")


def line(points: Sequence[Point], screen: Screen) -> list[str]:
    """A curve through the points, in braille dots; the first and last label stand below it.

    Points are spread evenly in the order they have.
    """
    numbers = [number for _, number in points]
    low, high = min(numbers), max(numbers)
    marks = [shortened(high), shortened((low + high) / 2), shortened(low)]
    margin = max(map(len, marks))
    width = max(min(screen.width - margin - 3, 120), 8)
    grid = _grid(numbers, low, high, width)
    at = {0: marks[0], _LINE_HEIGHT // 2: marks[1], _LINE_HEIGHT - 1: marks[2]}
    lines = [
        f"{at.get(row, '').rjust(margin)} ┤{screen.styled(_text(cells), 'bar')}"
        for row, cells in enumerate(grid)
    ]
    first, last = safe(points[0][0]), safe(points[-1][0])
    first = render.padded(first, min(render.cells(first), width // 2))
    last = render.padded(last, min(render.cells(last), width // 2 - 1))
    gap = " " * (width - render.cells(first) - render.cells(last))
    lines.append(f"{' ' * margin} └{'─' * width}")
    lines.append(f"{' ' * margin}  {first}{gap}{last}")
    return lines


def _grid(numbers: Sequence[float], low: float, high: float, width: int) -> list[list[int]]:
    """The dots of each cell, row after row."""
    grid = [[0] * width for _ in range(_LINE_HEIGHT)]
    across, down = width * 2 - 1, _LINE_HEIGHT * 4 - 1
    spread = (high - low) or 1.0
    last = max(len(numbers) - 1, 1)
    before: int | None = None
    for x in range(across + 1):
        place = x / across * last
        left = min(int(place), len(numbers) - 1)
        right = min(left + 1, len(numbers) - 1)
        number = numbers[left] + (numbers[right] - numbers[left]) * (place - left)
        y = round((high - number) / spread * down)
        start = y if before is None else before
        for dot in range(min(start, y), max(start, y) + 1):
            grid[dot // 4][x // 2] |= _DOTS[x % 2][dot % 4]
        before = y
    return grid


def _text(cells: Sequence[int]) -> str:
    return "".join(chr(_BRAILLE | cell) if cell else " " for cell in cells).rstrip()


def shortened(number: float) -> str:
    """A number in few characters: 12, 3.5, 1.2e+09."""
    if number == int(number) and abs(number) < 1e12:
        return f"{int(number):,}"
    return f"{number:,.0f}" if 1000 <= abs(number) < 1e12 else f"{number:.4g}"


def finite(text: str) -> float | None:
    """A number's text as a float; None for what no picture can show."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
