"""Where large objects lie: a folder, or S3 and what speaks as it does.

Names are made by ``large_objects``: 32 hexadecimal digits, no text of a user's. A store refuses any
other name, since names come back out of items, which anybody may have written.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple, Protocol

# What a killed writer left half written in a folder is a name, too: it has to be swept.
_NAME = re.compile(r"[0-9a-f]{32}")
_LISTED = re.compile(r"[0-9a-f]{32}(\.[0-9a-f]{16}\.part)?")


class Stored(NamedTuple):
    """One object of a store. changed_at: epoch seconds, by the store's clock."""

    name: str
    changed_at: float


class ObjectMissingError(Exception):
    """The store has no object of this name."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no object {name!r:.80}")
        self.name = name


class ObjectStore(Protocol):
    """What ``large_objects`` asks of a store."""

    def put(self, name: str, data: bytes) -> None:
        """Store an object, whole or not at all; when this returns, it lasts."""
        ...

    def get(self, name: str) -> bytes:
        """An object's bytes. Raises: ObjectMissingError."""
        ...

    def delete(self, name: str) -> None:
        """Delete an object, if there is one."""
        ...

    def list(self) -> Iterator[Stored]:
        """All objects of the store."""
        ...


def new_name() -> str:
    """A name that no other object has: 32 hexadecimal digits."""
    return secrets.token_hex(16)


def is_name(text: str) -> bool:
    """Whether a text of an item can be the name of an object."""
    return _NAME.fullmatch(text) is not None


def _checked(name: str, pattern: re.Pattern[str] = _NAME) -> str:
    if not pattern.fullmatch(name):
        raise ValueError(f"{name!r:.80} is no name of an object")
    return name


class FolderObjects:
    """Objects as files of a folder, which is made if it is not there; safe for many processes.

    An object is written under another name, flushed to the disk, and renamed.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._flushed: set[str] = set()  # of the folders below, at most 256

    def put(self, name: str, data: bytes) -> None:
        """Store an object, whole or not at all; when this returns, it lasts."""
        path = self._path(_checked(name))
        if path.parent.name not in self._flushed:
            path.parent.mkdir(exist_ok=True)
            _flush_folder(self.folder)
            self._flushed.add(path.parent.name)
        part = path.with_name(f"{name}.{secrets.token_hex(8)}.part")
        try:
            with part.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        _flush_folder(path.parent)

    def get(self, name: str) -> bytes:
        """An object's bytes. Raises: ObjectMissingError."""
        try:
            return self._path(_checked(name)).read_bytes()
        except FileNotFoundError:
            raise ObjectMissingError(name) from None

    def delete(self, name: str) -> None:
        """Delete an object, if there is one."""
        self._path(_checked(name, _LISTED)).unlink(missing_ok=True)

    def list(self) -> Iterator[Stored]:
        """All objects, and what killed writers left of some."""
        for path in self.folder.glob("??/*"):
            if _LISTED.fullmatch(path.name) and path.parent.name == path.name[:2]:
                with contextlib.suppress(FileNotFoundError):  # It was deleted meanwhile.
                    yield Stored(path.name, path.stat().st_mtime)

    def _path(self, name: str) -> Path:
        return self.folder / name[:2] / name


def _flush_folder(folder: Path) -> None:
    """Make the names of a folder last, where the system can."""
    if os.name == "nt":  # pragma: no cover - Windows opens no folders
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class RemoteObjects:
    """Objects in any store of the library obstore: S3, and others that speak as it does.

    store: such as ``obstore.store.S3Store("bucket")``. prefix: the objects' names begin with it.
    Raises: ImportError without obstore.
    """

    def __init__(self, store: Any, prefix: str = "") -> None:
        self._library = _obstore()
        self._store = store
        self._prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""

    def put(self, name: str, data: bytes) -> None:
        """Store an object, whole or not at all; when this returns, it lasts."""
        self._library.put(self._store, self._prefix + _checked(name), data)

    def get(self, name: str) -> bytes:
        """An object's bytes. Raises: ObjectMissingError."""
        try:
            found = self._library.get(self._store, self._prefix + _checked(name))
        except FileNotFoundError:  # obstore's own exception is one.
            raise ObjectMissingError(name) from None
        return bytes(found.bytes())

    def delete(self, name: str) -> None:
        """Delete an object, if there is one."""
        with contextlib.suppress(FileNotFoundError):
            self._library.delete(self._store, self._prefix + _checked(name))

    def list(self) -> Iterator[Stored]:
        """All objects below the prefix whose names are ours."""
        for page in self._library.list(self._store, prefix=self._prefix or None):
            for each in page:
                name = str(each["path"]).removeprefix(self._prefix)
                if _NAME.fullmatch(name):
                    yield Stored(name, each["last_modified"].timestamp())


def s3_objects(bucket: str, prefix: str = "", **options: Any) -> RemoteObjects:
    """Objects in an S3 bucket. options: of ``obstore.store.S3Store``, such as ``region``.

    Raises: ImportError without the extra ``s3``.
    """
    _obstore()
    return RemoteObjects(import_module("obstore.store").S3Store(bucket, **options), prefix)


def _obstore() -> Any:
    try:
        return import_module("obstore")
    except ImportError as missing:
        raise ImportError(
            "obstore is not installed: pip install 'dynalite_py[s3]'", name="obstore"
        ) from missing
