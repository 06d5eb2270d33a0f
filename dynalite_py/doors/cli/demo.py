"""``dynalite demo``: loads the Unicode characters and shows five requests with their answers."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dynalite_py import settings
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

if TYPE_CHECKING:
    from rich.console import Console

    from dynalite_py.doors.cli.demo_data import Scene
    from dynalite_py.engine import Engine

Element = TypeVar("Element")

_BATCH = 25
_CALLER = Caller()
_SHOWN_ITEMS = 3
_SHOWN_ROWS = 14


@click.command()
@click.argument("file", default=settings.IN_MEMORY)
@click.option(
    "--items",
    "limit",
    type=click.IntRange(min=1),
    help="Load only so many characters.",
)
def demo(file: str, limit: int | None) -> None:
    """Load every Unicode character as an item and show what can be asked of them.

    The items are kept in FILE, or in memory where none is named: `dynalite demo unicode.db`, then
    `dynalite serve unicode.db`.
    """
    from rich.console import Console

    from dynalite_py import engine

    console = Console()
    try:
        store = engine.Engine.open(file)
    except engine.StoreError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    try:
        _load(store, console, limit)
        _show(store, console)
    finally:
        store.close()
    if file != settings.IN_MEMORY:
        console.print(f"The table stays in {file}: dynalite serve {file}")


def _load(store: Engine, console: Console, limit: int | None) -> None:
    """Create the table and write the characters in batches, under a progress bar."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from dynalite_py.doors.cli import demo_data

    try:
        store.perform("CreateTable", demo_data.CREATE_TABLE, _CALLER)
    except DynamoDBError as refusal:
        if refusal.code != "ResourceInUseException":
            raise
    items = list(itertools.islice(demo_data.characters(), limit))
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    started = time.perf_counter()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("characters", total=len(items))
        for batch in _batches(iter(items), _BATCH):
            requests = [{"PutRequest": {"Item": item}} for item in batch]
            request = {"RequestItems": {demo_data.TABLE: requests}}
            store.perform("BatchWriteItem", request, _CALLER)
            bar.advance(task, len(batch))
    seconds = time.perf_counter() - started
    rate = len(items) / seconds
    console.print(
        f"{len(items):,} characters with index entries in {seconds:.1f} s ({rate:,.0f} a second)"
    )


def _batches(elements: Iterator[Element], size: int) -> Iterator[list[Element]]:
    while batch := list(itertools.islice(elements, size)):
        yield batch


def _show(store: Engine, console: Console) -> None:
    """Perform each scene's request and lay it out with its answer."""
    from dynalite_py.doors.cli import demo_data

    for scene in demo_data.scenes():
        started = time.perf_counter()
        try:
            answer: dict[str, Any] = codec.decode(
                store.perform(scene.operation, scene.request, _CALLER)
            )
            refused = False
        except DynamoDBError as refusal:
            answer = {"__type": refusal.code, "message": refusal.message, **refusal.extra}
            refused = True
        microseconds = (time.perf_counter() - started) * 1e6
        _lay_out(console, scene, answer, microseconds, refused=refused)


def _lay_out(
    console: Console, scene: Scene, answer: dict[str, Any], microseconds: float, *, refused: bool
) -> None:
    from rich import box
    from rich.pretty import Pretty
    from rich.table import Table

    capacity = _capacity(answer.pop("ConsumedCapacity", None))
    layout = Table(box=box.ROUNDED, title=scene.title, caption=scene.about, expand=True)
    layout.add_column(scene.operation, ratio=1)
    heading = "refused" if refused else "answer"
    layout.add_column(f"{heading}, {microseconds:,.0f} µs{capacity}", ratio=1)
    layout.add_row(
        Pretty(scene.request, expand_all=False),
        Pretty(_shortened(answer), max_length=_SHOWN_ROWS),
    )
    console.print(layout)


def _shortened(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with only the first few of many items."""
    items = answer.get("Items", ())
    if len(items) <= _SHOWN_ITEMS:
        return answer
    more = f"... and {len(items) - _SHOWN_ITEMS} more"
    return {**answer, "Items": [*items[:_SHOWN_ITEMS], more]}


def _capacity(consumed: dict[str, Any] | list[dict[str, Any]] | None) -> str:
    """What the request cost, for the heading; empty where the answer does not say."""
    if consumed is None:
        return ""
    parts = consumed if isinstance(consumed, list) else [consumed]
    units = sum(part["CapacityUnits"] for part in parts)
    return f", {units:g} capacity units"
