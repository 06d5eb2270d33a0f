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


@click.command()
@click.argument("file", default=settings.IN_MEMORY)
@click.option(
    "--items",
    "limit",
    type=click.IntRange(min=1),
    help="Load only so many characters.",
)
def demo(file: str, limit: int | None) -> None:
    """Show what can be asked, on Unicode's characters.

    Every character is loaded as an item; then come five requests with their answers. The items are
    kept in FILE, or in memory where none is named: `dynalite demo unicode.db`, then
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

    for scene in demo_data.SCENES:
        answer, refused, microseconds = _performed(store, scene)
        heading = [f"{'refused' if refused else 'answered'} in {microseconds:,.0f} µs"]
        if scene.repeatable:
            heading.append(f"the second time in {_performed(store, scene)[2]:,.0f} µs")
        heading += _capacity(answer.pop("ConsumedCapacity", None))
        _lay_out(console, scene, "\n".join(heading), answer)


def _performed(store: Engine, scene: Scene) -> tuple[dict[str, Any], bool, float]:
    """The answer, or the refusal as boto3 shows it; whether it is one; microseconds."""
    answer: dict[str, Any]
    started = time.perf_counter()
    try:
        body = store.perform(scene.operation, scene.request, _CALLER)
        microseconds = (time.perf_counter() - started) * 1e6
        answer, refused = codec.decode(body), False
    except DynamoDBError as refusal:
        microseconds = (time.perf_counter() - started) * 1e6
        error = {"Code": refusal.code, "Message": refusal.message}
        answer, refused = {"Error": error, **refusal.extra}, True
    return answer, refused, microseconds


def _lay_out(console: Console, scene: Scene, heading: str, answer: dict[str, Any]) -> None:
    from rich import box
    from rich.pretty import Pretty
    from rich.table import Table

    layout = Table(box=box.ROUNDED, title=scene.title, caption=scene.about, expand=True)
    layout.add_column(scene.operation, ratio=1)
    layout.add_column(heading, ratio=1)
    layout.add_row(Pretty(scene.request), Pretty(_shortened(answer)))
    console.print(layout)


def _shortened(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with only the first few of many items."""
    items = answer.get("Items", ())
    if len(items) <= _SHOWN_ITEMS:
        return answer
    more = f"... and {len(items) - _SHOWN_ITEMS} more"
    return {**answer, "Items": [*items[:_SHOWN_ITEMS], more]}


def _capacity(consumed: dict[str, Any] | list[dict[str, Any]] | None) -> list[str]:
    """What the request cost, a line of the heading; none where the answer does not say."""
    if consumed is None:
        return []
    parts = consumed if isinstance(consumed, list) else [consumed]
    return [f"{sum(part['CapacityUnits'] for part in parts):g} capacity units"]
