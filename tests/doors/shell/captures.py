"""Pictures of the shell for the documentation: ``python -m tests.doors.shell.captures``.

The shell is driven in a terminal; each picture is the screen as it then is, as SVG.
"""

from __future__ import annotations

import html
import itertools
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.doors.shell import songs
from tests.doors.shell.terminal import CTRL_C, CTRL_D, ENTER, ROOT, TAB, Terminal

FOLDER = ROOT / "docs" / "shell"
COLUMNS, LINES = 84, 32
_CELL_WIDTH, _LINE_HEIGHT, _MARGIN = 8.4, 18, 12
_COLOURS = {
    "default": "#d8dee9",
    "black": "#3b4252",
    "red": "#e06c75",
    "green": "#98c379",
    "brown": "#e5c07b",
    "blue": "#61afef",
    "magenta": "#c678dd",
    "cyan": "#56b6c2",
    "white": "#d8dee9",
    "brightblack": "#7f8794",
}
_TIMES = re.compile(r"\d+(\.\d+)? m?s\b")


def taken() -> Iterator[tuple[str, str]]:
    """Each picture's name and its SVG, in the order of the scenes."""
    with tempfile.TemporaryDirectory() as folder:
        songs.fill(Path(folder) / "songs.db", more=300)
        arguments = ["songs.db", "--history", ""]
        with Terminal(arguments, Path(folder), columns=COLUMNS, lines=LINES) as terminal:
            terminal.wait("songs.db>")
            for name, scene in _SCENES.items():
                scene(terminal)
                yield name, svg(terminal)
                terminal.type(CTRL_C)
                terminal.settle()
                terminal.type("\x0c")  # Ctrl-L clears the screen.
                terminal.settle()
            terminal.type(CTRL_D)
            terminal.end()


def _query(terminal: Terminal) -> None:
    terminal.type("SELECT artist, title, seconds FROM Songs" + ENTER)
    terminal.wait("...")
    terminal.run("WHERE seconds > 200;", "3 items")
    terminal.run("\\x", "display is on")
    terminal.run("SELECT * FROM Songs WHERE artist = 'Björk';", "1 item ")
    terminal.settle()
    terminal.run("\\x", "display is off")
    terminal.settle()


def _completion(terminal: Terminal) -> None:
    terminal.type("SELECT title, seconds FROM Songs" + ENTER)
    terminal.wait("...")
    terminal.type("WHERE artist = 'Björk' AND s")
    terminal.settle()
    terminal.type(TAB)
    terminal.settle()


def _describe(terminal: Terminal) -> None:
    terminal.run("\\d", "Numbers")
    terminal.run("\\d Songs", "largest of", "████")
    terminal.settle()


def _transaction(terminal: Terminal) -> None:
    terminal.run("BEGIN;", "*>")
    terminal.run(
        "UPDATE Songs SET seconds = 306 WHERE artist = 'Björk' AND title = 'Jóga';", "statement 1"
    )
    terminal.run(
        "INSERT INTO Songs VALUE {'artist': 'Nina Simone', 'title': 'Sinnerman'};", "statement 2 of"
    )
    terminal.run("COMMIT;", "  statement 2: DuplicateItem")
    terminal.settle()


def _plot(terminal: Terminal) -> None:
    terminal.run("\\plot SELECT title, seconds FROM Songs;", "622")
    terminal.run("\\plot line SELECT number, square FROM Numbers;", "└──")
    terminal.settle()


_SCENES = {
    "query": _query,
    "completion": _completion,
    "describe": _describe,
    "transaction": _transaction,
    "plot": _plot,
}


def svg(terminal: Terminal) -> str:
    """The screen as a picture, without the blank lines at its end."""
    buffer = terminal.screen.buffer
    count = terminal.shown.count("\n") + 1
    width = round(COLUMNS * _CELL_WIDTH + 2 * _MARGIN)
    height = count * _LINE_HEIGHT + 2 * _MARGIN
    size = f'width="{width}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {size}>',
        "<style>text{font:14px ui-monospace,Menlo,Consolas,monospace;white-space:pre}</style>",
        f'<rect {size} rx="6" fill="#1e222a"/>',
    ]
    for row in range(count):
        parts += _line([buffer[row][column] for column in range(COLUMNS)], row)
    return "\n".join([*parts, "</svg>", ""])


def _line(cells: list[Any], row: int) -> Iterator[str]:
    """The runs of a line that look alike."""
    top = _MARGIN + row * _LINE_HEIGHT
    places = enumerate(cells)
    for look, run in itertools.groupby(places, key=lambda place: _look(place[1])):
        members = list(run)
        text = "".join(cell.data for _, cell in members)
        colour, ground, style = look
        left = _MARGIN + members[0][0] * _CELL_WIDTH
        length = len(members) * _CELL_WIDTH
        if ground is not None:
            yield (
                f'<rect x="{left:.1f}" y="{top}" width="{length:.1f}" height="{_LINE_HEIGHT}" '
                f'fill="{ground}"/>'
            )
        if text.strip():
            length = (len(members) - len(text) + len(text.rstrip())) * _CELL_WIDTH
            yield (
                f'<text x="{left:.1f}" y="{top + 14}" fill="{colour}"{style} '
                f'textLength="{length:.1f}" lengthAdjust="spacingAndGlyphs">'
                f"{html.escape(text.rstrip(), quote=False)}</text>"
            )


def _look(cell: Any) -> tuple[str, str | None, str]:
    """Colour, ground and style of a cell."""
    colour = _colour(cell.fg)
    ground = None if cell.bg == "default" else _colour(cell.bg)
    if cell.reverse:
        colour, ground = ground or "#1e222a", colour
    style = ' font-weight="bold"' * cell.bold + ' font-style="italic"' * cell.italics
    return colour, ground, style


def _colour(name: str) -> str:
    return _COLOURS.get(name) or f"#{name}"


def words(picture: str) -> list[str]:
    """What a picture says, line by line; times are left out, for no two are the same."""
    text = html.unescape(re.sub(r"<[^>]+>", "", picture.partition("</style>")[2]))
    return [_TIMES.sub("", line) for line in text.split("\n") if line.strip()]


def main() -> None:
    """Write all pictures."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in taken():
        (FOLDER / f"{name}.svg").write_text(picture, "utf-8")
        sys.stdout.write(f"docs/shell/{name}.svg\n")


if __name__ == "__main__":
    main()
