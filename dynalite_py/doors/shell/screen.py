"""Where the shell writes: how wide it is, whether it has colours, and what no text may do to it."""

from __future__ import annotations

import os
import re
import shutil
import sys
from dataclasses import dataclass
from typing import Literal, TextIO, TypeAlias

Style: TypeAlias = Literal["heading", "key", "number", "word", "faint", "error", "bar"]

_CODES: dict[Style, str] = {
    "heading": "1",
    "key": "36",
    "number": "33",
    "word": "35",
    "faint": "2",
    "error": "31",
    "bar": "34",
}
# Control characters, C1 among them, marks that turn the direction of writing, and lone surrogates:
# what is stored may not move the cursor, colour the screen or hide what follows.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_BOUNDLESS = 1_000_000
_SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1b": "\\e"}


@dataclass(frozen=True, slots=True)
class Screen:
    """A stream and what it can show. width, height: in cells and lines."""

    stream: TextIO
    colours: bool = False
    terminal: bool = False
    fixed_width: int | None = None

    @property
    def width(self) -> int:
        """Now: a window may change between two results."""
        return self.fixed_width or shutil.get_terminal_size((80, 24)).columns

    @property
    def height(self) -> int:
        """Lines that are seen at once."""
        return shutil.get_terminal_size((80, 24)).lines

    def write(self, text: str) -> None:
        """A line or more; the line's end is added."""
        self.stream.write(text + "\n")

    def flush(self) -> None:
        """Show what was written."""
        self.stream.flush()

    def styled(self, text: str, style: Style) -> str:
        """The text in a style's colour, where there are any."""
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colours and text else text


def of(stream: TextIO) -> Screen:
    """A stream as it is: colours only on a terminal, and not where NO_COLOR or TERM=dumb stand.

    What is no terminal is as wide as it has to be, unless COLUMNS says otherwise.
    """
    if not stream.isatty():
        return Screen(stream, fixed_width=None if os.environ.get("COLUMNS") else _BOUNDLESS)
    wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Screen(stream, colours=wanted, terminal=True)


def standard() -> Screen:
    """Standard output."""
    return of(sys.stdout)


def safe(text: str) -> str:
    r"""A text that stays on its line: control characters as ``\n`` or ``\x07``."""
    return _UNSAFE.sub(_shown, text) if _UNSAFE.search(text) else text


def _shown(found: re.Match[str]) -> str:
    character = found[0]
    number = ord(character)
    return _SHORT.get(character) or (f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}")
