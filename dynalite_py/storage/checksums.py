"""Checksums of pages: SQLite's own extension, which apsw brings, lays a layer under the file.

A file that is made here keeps eight bytes of every page for its checksum. The layer fills them
when a page is written and looks at them when it is read from the file: a page that changed on the
disk is an error of the disk, never an answer. A file without these bytes is used without the layer.
"""

from __future__ import annotations

import struct
import threading
from functools import lru_cache
from pathlib import Path

import apsw

LAYER = "cksmvfs"
RESERVED_BYTES = 8
_RESERVED_AT = 20
_EXTENSION = "cksumvfs"
_LOADING = threading.Lock()
_SYSTEMS = frozenset({"unix", "win32"})


def layer(below: str | None = None) -> str | None:
    """The layer's name, once it lies over a VFS; None: over whatever SQLite uses by default now.

    The answer is None where apsw was built without the extension.
    """
    with _LOADING:
        below = below or _default()
        if below not in _SYSTEMS:
            # Made by the program: another one may have the same name the next time.
            _lay_over.cache_clear()
        return LAYER if _lay_over(below) else None


@lru_cache(maxsize=1)
def _lay_over(below: str) -> bool:
    """Load the extension, which lies over the default of the moment and stays there."""
    path = _path()
    if path is None:
        return False
    if LAYER in apsw.vfs_names():
        apsw.unregister_vfs(LAYER)
    default = _default()
    db = apsw.Connection("")
    try:
        apsw.set_default_vfs(below)
        db.config(apsw.SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 1)
        db.load_extension(path)
    finally:
        db.close()
        # The extension makes itself the default of the whole process, which is not ours.
        apsw.set_default_vfs(default)
    return True


def _path() -> str | None:
    """Where the extension is; None where apsw was built without it.

    As a rule it lies where it is looked for first: to ask ``apsw.sqlite_extra`` for it takes 600 KB
    of modules.
    """
    found = Path(apsw.__file__).parent / "sqlite_extra_binaries" / f"{_EXTENSION}.so"
    if found.exists():
        return str(found)
    from apsw import sqlite_extra

    if sqlite_extra.has(_EXTENSION) is None:
        return None
    return sqlite_extra.path(_EXTENSION)


def _default() -> str:
    return next(name for name in apsw.vfs_names() if name != LAYER)


def kept(header: bytes) -> bool:
    """Whether the file with these first bytes keeps room for checksums in its pages."""
    return header[_RESERVED_AT] == RESERVED_BYTES


def sound(db: apsw.Connection, page: bytes) -> bool:
    """Whether a page has the checksum that its content gives. The layer must have been loaded."""
    return bool(db.execute("SELECT verify_checksum(?)", (page,)).get)


def summed(page: bytes) -> bytes:
    """A page with its checksum. Source: SQLite's extension cksumvfs."""
    first = second = 0
    for one, other in struct.iter_unpack("<II", page[:-RESERVED_BYTES]):
        first = (first + one + second) & 0xFFFFFFFF
        second = (second + other + first) & 0xFFFFFFFF
    return page[:-RESERVED_BYTES] + struct.pack("<II", first, second)
