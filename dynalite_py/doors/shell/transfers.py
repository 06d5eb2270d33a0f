"""``\\export`` and ``\\import``: items to files and back, with progress."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Generator, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

from dynalite_py.doors.shell import running, statements
from dynalite_py.doors.shell.session import FailedError, Item, Session, StoppedError
from dynalite_py.formats import item_files
from dynalite_py.formats.lines import WrongFileError
from dynalite_py.model import codec, limits

FORMATS = item_files.FORMATS
# Waits between attempts at what a batch left over, in seconds.
_WAITS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4)

# Told how much is done, how much there is (0: nobody knows), and of what.
Show: TypeAlias = Callable[[int, int], None]


def format_of(path: str, named: str | None) -> str:
    """A file's format: as named, else by the name's end. Raises: FailedError."""
    try:
        return item_files.format_of(path, named)
    except WrongFileError as failure:
        raise FailedError(str(failure) if named else f"{path}: {failure}") from None


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
    try:
        with _bar(session, "items") as show, item_files.new(path) as stream:
            counted: Any = _counting(items, show, total)
            written = item_files.write(stream, counted, kind, first)
    except WrongFileError as failure:
        raise FailedError(str(failure)) from None
    units = f" · {spent.units:g} RCU" if session.timing and spent.units is not None else ""
    session.report(f"{written:,} items in {path}{units}")


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
        with _bar(session, "bytes") as show, item_files.opened(path) as stream:
            place = item_files.place(stream)
            for batch in batches(item_files.read(stream, kind, key_types), keys):
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
