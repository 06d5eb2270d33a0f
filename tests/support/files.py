"""A store's file beside the store: changed by SQL as a fault of ours would, or byte by byte as a
failing disk would.
"""

from __future__ import annotations

from pathlib import Path

import apsw

from dynalite_py.storage import checksums


def connection(file: Path) -> apsw.Connection:
    """A connection that keeps the pages' checksums."""
    return apsw.Connection(str(file), vfs=checksums.layer())


def flip(file: Path, at: int, mask: int = 0x01) -> None:
    """Change bits of one byte."""
    with file.open("r+b") as opened:
        opened.seek(at)
        [byte] = opened.read(1)
        opened.seek(at)
        opened.write(bytes([byte ^ mask]))


def without_layer(below: str | None = None) -> None:
    """Stands for ``checksums.layer`` where apsw was built without the extension."""
    del below
