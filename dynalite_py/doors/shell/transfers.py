"""``\\export`` and ``\\import``: items to files and back, with progress."""

from __future__ import annotations

import contextlib
import gzip
import io
import os
import tempfile
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO, TypeAlias

from dynalite_py.doors.shell import running, statements
from dynalite_py.doors.shell.session import FailedError, Item, Session, StoppedError
from dynalite_py.formats import csv_files, dynamodb_json, json_lines
from dynalite_py.formats.lines import WrongFileError
from dynalite_py.model import codec, limits

FORMATS = ("jsonl", "csv", "dynamodb")
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".json": "dynamodb"}
# Waits between attempts at what a batch left over, in seconds.
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)

# Told how much is done, how much there is (0: nobody knows), and of what.
Show: TypeAlias = Callable[[int, int], None]


def format_of(path: str, named: str | None) -> str:
    """A file's format: as named, else by the name's end. Raises: FailedError."""
    if named is not None:
        if named not in FORMATS:
            raise FailedError(f"{named} is no format of files: {', '.join(FORMATS)}")
        return named
    found = _SUFFIXES.get(Path(path.removesuffix(".gz")).suffix.lower())
    if found is None:
        raise FailedError(
            f"{path}: name the format, or end the name in {', '.join(_SUFFIXES)} (and .gz)"
        )
    return found


# Out.


def export(session: Session, source: str, path: str, kind: str) -> None:
    """Write a table's items, or a SELECT's, to a new file. Raises: FailedError, StoppedError."""
    reads = statements.kind(source) == "read"
    spent = running.Spent()
    total = 0
    if reads:
        items = running.pages(session, running.request(session, source), spent)
    else:
        described = session.call(lambda: session.target.client.describe_table(TableName=source))
        total = described["Table"].get("ItemCount", 0)
        items = _scanned(session, source, spent)
    found = statements.source(source) if reads else (source, None)
    first = statements.projected(source) or (session.catalog.keys(*found) if found else [])
    with _bar(session, "items") as show, _new(path) as stream:
        counted = _counting(items, show, total)
        written = write(stream, counted, kind, first)
    units = f" · {spent.units:g} RCU" if session.timing and spent.units is not None else ""
    session.report(f"{written:,} items in {path}{units}")


def write(stream: TextIO, items: Iterable[Item], kind: str, first: Iterable[str]) -> int:
    """Write items in a format; a CSV file names the columns in first before others."""
    if kind == "csv":
        return _write_csv(stream, items, first)
    line_of = json_lines.line_of if kind == "jsonl" else dynamodb_json.line_of
    written = 0
    for item in items:
        stream.write(line_of(item) + "\n")
        written += 1
    return written


def _write_csv(stream: TextIO, items: Iterable[Item], first: Iterable[str]) -> int:
    """A header wants to know every item: they are kept in a temporary file until then."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as kept:

        def keep() -> Iterator[Item]:
            for item in items:
                kept.write(dynamodb_json.line_of(item) + "\n")
                yield item

        wanted = csv_files.columns(keep(), tuple(first))
        kept.seek(0)
        again = (item for _, item in dynamodb_json.items(kept))
        return csv_files.write(stream, wanted, again)


def _scanned(session: Session, table: str, spent: running.Spent) -> Iterator[Item]:
    request: dict[str, Any] = {"TableName": table}
    if session.timing:
        request["ReturnConsumedCapacity"] = "TOTAL"
    while True:
        page = session.call(lambda: session.target.client.scan(**request))
        spent.add(page)
        yield from page["Items"]
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _counting(items: Iterable[Item], show: Show, total: int) -> Iterator[Item]:
    for number, item in enumerate(items, 1):
        yield item
        show(number, total)


@contextlib.contextmanager
def _new(path: str) -> Generator[TextIO]:
    """A new file, for its owner alone; what is not whole does not stay. Raises: FailedError."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FailedError(f"{path} exists already; it was left as it is") from None
    except OSError as failure:
        raise FailedError(f"{path}: {failure.strerror}") from failure
    try:
        with _text(handle, path, "w") as stream:
            yield stream
    except BaseException:
        Path(path).unlink(missing_ok=True)
        raise


def _text(file: int | str, path: str, mode: Literal["r", "w"]) -> TextIO:
    """A text stream over a handle or a path; files called ``.gz`` are packed."""
    plain = open(file, "rb" if mode == "r" else "wb")  # noqa: PTH123, SIM115 - May be a handle.
    if path.endswith(".gz"):
        return _Packed(plain, mode)
    return io.TextIOWrapper(plain, encoding="utf-8", newline="")


class _Packed(io.TextIOWrapper):
    """A text stream of a gzip file that closes the file too."""

    def __init__(self, plain: BinaryIO, mode: Literal["r", "w"]) -> None:
        self.plain = plain
        super().__init__(
            gzip.GzipFile(fileobj=plain, mode=mode + "b"),
            encoding="utf-8",
            newline="",
        )

    def close(self) -> None:
        """Finish the packing, then the file."""
        try:
            super().close()
        finally:
            self.plain.close()


# In.


def load(session: Session, path: str, table: str, kind: str) -> None:
    """Put a file's items into a table. Raises: FailedError, StoppedError."""
    described = session.call(lambda: session.target.client.describe_table(TableName=table))
    schema = described["Table"]
    keys = [part["AttributeName"] for part in schema["KeySchema"]]
    types = {one["AttributeName"]: one["AttributeType"] for one in schema["AttributeDefinitions"]}
    key_types = {name: types[name] for name in keys}
    written = 0
    try:
        size = Path(path).stat().st_size
        with _bar(session, "bytes") as show, _text(path, path, "r") as stream:
            place = _place(stream)
            for batch in batches(read(stream, kind, key_types), keys):
                _put(session, table, batch)
                written += len(batch)
                show(min(place(), size), size)
    except OSError as failure:
        raise FailedError(f"{path}: {failure.strerror or failure}") from failure
    except WrongFileError as failure:
        raise FailedError(f"{path}: {failure}; {written:,} items were written before") from None
    except FailedError as failure:
        raise FailedError(f"{failure}\n{written:,} items were written before") from None
    except (StoppedError, KeyboardInterrupt):
        raise StoppedError(f"stopped; {written:,} items were written") from None
    finally:
        session.catalog.forget()
    session.report(f"{written:,} items written to {table}")


def read(stream: TextIO, kind: str, key_types: Mapping[str, str]) -> Iterator[tuple[int, Any]]:
    """Items of a file with their lines. Raises: WrongFileError."""
    match kind:
        case "csv":
            return csv_files.items(stream, key_types)
        case "jsonl":
            return json_lines.items(stream)
        case _:
            return dynamodb_json.items(stream)


def batches(numbered: Iterable[tuple[int, Any]], keys: list[str]) -> Iterator[list[Any]]:
    """Items in batches that one request takes: no key is twice in one. Raises: WrongFileError."""
    batch: dict[str, Any] = {}
    for line, item in numbered:
        if missing := [name for name in keys if name not in item]:
            raise WrongFileError(f"the key attribute {missing[0]} is missing", line)
        key = codec.portable_text([item[name] for name in keys])
        if key in batch or len(batch) == limits.BATCH_WRITE_REQUESTS:
            yield list(batch.values())
            batch = {}
        batch[key] = item
    if batch:
        yield list(batch.values())


def _put(session: Session, table: str, batch: list[Any]) -> None:
    """One batch; what is left over is tried again after a while. Raises: FailedError."""
    left: Any = {table: [{"PutRequest": {"Item": item}} for item in batch]}
    for wait in (*_WAITS, None):
        request = left
        answer = session.call(
            lambda request=request: session.target.client.batch_write_item(RequestItems=request)
        )
        left = answer.get("UnprocessedItems")
        if not left:
            return
        if wait is None:
            break
        threading.Event().wait(wait)
    raise FailedError("the table takes no more items for now: its capacity is used up")


def _place(stream: TextIO) -> Callable[[], int]:
    """How far a stream is read, in bytes of the file."""
    return stream.plain.tell if isinstance(stream, _Packed) else stream.buffer.tell


@contextlib.contextmanager
def _bar(session: Session, unit: str) -> Generator[Show]:
    """A progress bar before a person; nothing else where there is none."""
    if session.person is None or not session.notes.terminal:
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

    console = Console(file=session.notes.stream, no_color=not session.notes.colours)
    columns = (TextColumn("{task.completed:,.0f}"), TextColumn(unit), BarColumn())
    with Progress(*columns, TaskProgressColumn(), console=console, transient=True) as bar:
        task = bar.add_task(unit, total=None)

        def show(done: int, total: int) -> None:
            bar.update(task, completed=done, total=max(total, done) if total else None)

        yield show
