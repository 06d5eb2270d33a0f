"""Items from files into tables, and out again.

A file goes into a table in batches, each one transaction that also keeps how far it got: after a
kill there are whole batches, and a load of the same file goes on behind the last of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeAlias

from dynalite_py.doors.library import creating, exceptions
from dynalite_py.doors.library.client import Client
from dynalite_py.engine import Engine, Mark
from dynalite_py.formats import dynamodb_local, item_files, s3_export
from dynalite_py.formats.definitions import WrongDefinitionError
from dynalite_py.formats.lines import Item, WrongFileError
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

FileFormat: TypeAlias = Literal["jsonl", "csv", "dynamodb"]
LoadFormat: TypeAlias = FileFormat | Literal["s3-export", "dynamodb-local"]
LOAD_FORMATS = (*item_files.FORMATS, "s3-export", "dynamodb-local")
# Line or number, canonical item or key, whether it is an item to be put.
_Source: TypeAlias = Iterator[tuple[int, Any, bool]]


class Progress(NamedTuple):
    """How far a load or dump is. done of total: bytes of a file, or elements of a folder, a table;
    total 0: not known.
    """

    table: str
    items: int
    done: int
    total: int


class Loaded(NamedTuple):
    """What a load did. items: put by it; deleted: by it, as an incremental export says; resumed:
    elements that an interrupted load of the same file had left in the tables.
    """

    tables: tuple[str, ...]
    items: int
    deleted: int
    resumed: int


Show: TypeAlias = Callable[[Progress], object]


class Loading:
    """One load. Every method raises LoadError; other DynaliteErrors where the store refuses."""

    def __init__(self, engine: Engine, client: Client, caller: Caller, show: Show | None) -> None:
        self._engine, self._client, self._caller = engine, client, caller
        self._show = show
        self.items = self.deleted = self.resumed = 0
        self._line = self._puts = 0
        self._path = Path()

    def load(self, path: Path, table: str | None, kind: str | None) -> Loaded:
        """Load a file or folder. kind: one of LOAD_FORMATS, or None to look at it."""
        self._path = path
        if kind is not None and kind not in LOAD_FORMATS:
            raise self._failed(f"{kind!r:.40} is no format: {', '.join(LOAD_FORMATS)}")
        try:
            if kind == "s3-export" or (kind is None and s3_export.fits(path)):
                tables = self._export(path, table)
            elif kind == "dynamodb-local" or (kind is None and dynamodb_local.fits(path)):
                tables = self._local_file(path, table)
            else:
                tables = self._file(path, table, kind)
        except OSError as failure:
            raise self._failed(failure.strerror or str(failure)) from failure
        except WrongFileError as failure:
            raise self._failed(str(failure)) from None
        except WrongDefinitionError as failure:
            raise exceptions.SchemaError(f"{path}: {failure}") from None
        return Loaded(tables, self.items, self.deleted, self.resumed)

    def _failed(self, text: str) -> exceptions.LoadError:
        written = self.items + self.deleted
        before = f"; {written:,} were loaded before" if written else ""
        return exceptions.LoadError(f"{self._path}: {text}{before}", written)

    def _file(self, path: Path, table: str | None, kind: str | None) -> tuple[str]:
        kind = item_files.format_of(str(path), kind)
        if table is None:
            raise self._failed("name the table that its items go to")
        described = self._client.describe_table(TableName=table)["Table"]
        types = {
            each["AttributeName"]: each["AttributeType"]
            for each in described["AttributeDefinitions"]
        }
        key_types = {
            part["AttributeName"]: types[part["AttributeName"]] for part in described["KeySchema"]
        }
        about = path.stat()
        with item_files.opened(str(path)) as stream:
            place = item_files.place(stream)
            read = item_files.canonical(stream, kind, key_types)
            self._run(
                table,
                lambda first: _behind(((line, item, True) for line, item in read), first),
                _mark(path, f"{kind} {about.st_size} {about.st_mtime_ns}"),
                lambda: (min(place(), about.st_size), about.st_size),
            )
        return (table,)

    def _export(self, path: Path, table: str | None) -> tuple[str]:
        export = s3_export.opened(path)
        table = table or export.table
        self._run(
            table,
            lambda first: s3_export.elements(export, first),
            _mark(path, export.stamp),
            lambda: (self.items + self.deleted + self.resumed, export.elements),
        )
        return (table,)

    def _local_file(self, path: Path, table: str | None) -> tuple[str, ...]:
        about = path.stat()
        with dynamodb_local.opened(path) as file:
            wanted = dynamodb_local.tables(file)
            if table is not None:
                wanted = [each for each in wanted if each.name == table]
                if not wanted:
                    raise WrongFileError(f"it has no table {table!r:.255}")
            for each in creating.create(self._client, wanted, exist_ok=True):
                self._local_table(file, each.name, path, f"{about.st_size} {about.st_mtime_ns}")
        return tuple(each.name for each in wanted)

    def _local_table(self, file: dynamodb_local.File, table: str, path: Path, stamp: str) -> None:
        total, before = file.count(table), self.items + self.resumed
        self._run(
            table,
            lambda first: _behind(
                ((number, item, True) for number, item in dynamodb_local.items(file, table)), first
            ),
            _mark(path, stamp),
            lambda: (self.items + self.resumed - before, total),
        )

    def _run(
        self,
        table: str,
        source: Callable[[int], _Source],
        mark: Mark,
        done: Callable[[], tuple[int, int]],
    ) -> None:
        """Batch after batch. source: the elements behind so many."""
        self._line = 0
        try:
            first = self._engine.loaded(table, mark, self._caller)
            self.resumed += first
            elements = self._noting(source(first))
            is_last = False
            while not is_last:
                puts = self._puts
                taken, is_last = self._engine.load(
                    table, elements, mark._replace(done=first), self._caller
                )
                first += taken
                self.items += self._puts - puts
                self.deleted += taken - (self._puts - puts)
                if self._show is not None:
                    self._show(Progress(table, self.items, *done()))
        except DynamoDBError as refusal:
            raise self._refused(table, refusal) from None

    def _refused(self, table: str, refusal: DynamoDBError) -> exceptions.DynaliteError:
        """What concerns an item names its line; all else is the store's own refusal."""
        if self._line and refusal.code == "ValidationException":
            return self._failed(f"line {self._line}: {refusal.message}")
        return exceptions.of(refusal, "load", {})

    def _noting(self, source: _Source) -> Iterator[tuple[Any, bool]]:
        """The elements; which one was given last, and how many are puts, is remembered."""
        for self._line, item, is_put in source:
            self._puts += is_put
            yield item, is_put


def _behind(source: Iterable[tuple[int, Any, bool]], first: int) -> _Source:
    """What is behind so many elements."""
    for number, element in enumerate(source):
        if number >= first:
            yield element


def _mark(path: Path, stamp: str) -> Mark:
    return Mark(os.path.realpath(path), stamp, None)


def dump(client: Client, table: str, path: str, kind: str | None, show: Show | None) -> int:
    """Write a table's items to a new file. Returns how many. Raises: LoadError, DynaliteError."""
    try:
        kind = item_files.format_of(path, kind)
    except WrongFileError as failure:
        raise exceptions.LoadError(f"{path}: {failure}") from None
    try:
        described = client.describe_table(TableName=table)["Table"]
        first = [part["AttributeName"] for part in described["KeySchema"]]
        items = _scanned(client, table, described.get("ItemCount", 0), show)
        with item_files.new(path) as stream:
            return item_files.write(stream, items, kind, first)
    except WrongFileError as failure:
        raise exceptions.LoadError(str(failure)) from None
    except OSError as failure:
        raise exceptions.LoadError(f"{path}: {failure.strerror or failure}") from failure


def _scanned(client: Client, table: str, total: int, show: Show | None) -> Iterator[Item]:
    done = 0
    for page in client.get_paginator("scan").paginate(TableName=table, ConsistentRead=True):
        found: Any = page["Items"]
        yield from found
        done += len(found)
        if show is not None:
            show(Progress(table, done, done, max(total, done)))
