"""The commands ``load`` and ``dump``: items from files into a store, and out of it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dynalite_py.doors.cli import bars
from dynalite_py.model import caller as callers

if TYPE_CHECKING:
    from dynalite_py.doors.library.loading import Progress
    from dynalite_py.doors.library.store import Store

# As doors.library.loading and formats.item_files have them, which start-up does not load.
_FORMATS = ("jsonl", "csv", "dynamodb")
_LOAD_FORMATS = (*_FORMATS, "s3-export", "dynamodb-local")
_REGION = click.option(
    "--region", default=callers.DEFAULT_REGION, show_default=True, help="Whose tables."
)
_ACCOUNT = click.option(
    "--account", default=callers.DEFAULT_ACCOUNT, show_default=True, help="Whose tables."
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("items", type=click.Path(exists=True, path_type=Path))
@click.option("--table", metavar="NAME", help="The table that the items go to.")
@click.option("--format", "kind", type=click.Choice(_LOAD_FORMATS), help="If the name is silent.")
@_REGION
@_ACCOUNT
def load(file: Path, items: Path, table: str | None, kind: Any, region: str, account: str) -> None:
    """Put ITEMS into a table of FILE.

    ITEMS is JSON lines, CSV or DynamoDB JSON (also .gz); the folder of an export to S3, for the
    table of its name if none is named; or DynamoDB Local's shared-local-instance.db, whose tables
    are created. A load that was interrupted goes on where it was when the same command is given
    again.
    """
    with _opened(file, region, account) as store, _shown() as show:
        loaded = store.load(items, table=table, format=kind, progress=show)
    if loaded.resumed:
        click.echo(f"{loaded.resumed:,} were loaded before")
    deleted = f", {loaded.deleted:,} deleted" if loaded.deleted else ""
    click.echo(f"{loaded.items:,} items written to {', '.join(loaded.tables)}{deleted}")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("table")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "kind", type=click.Choice(_FORMATS), help="If the name is silent.")
@_REGION
@_ACCOUNT
def dump(file: Path, table: str, out: Path, kind: Any, region: str, account: str) -> None:
    """Write the items of a table of FILE to OUT, a new file.

    OUT ends in .jsonl, .csv or .json (DynamoDB JSON), and in .gz besides to be packed.
    """
    with _opened(file, region, account) as store, _shown() as show:
        written = store.dump(table, out, format=kind, progress=show)
    click.echo(f"{written:,} items in {out}")


@contextlib.contextmanager
def _opened(file: Path, region: str, account: str) -> Generator[Store]:
    """The store; its refusals are one line, with exit status 1."""
    from dynalite_py import connect
    from dynalite_py.doors.library import exceptions

    try:
        with connect(file, region=region, account=account) as store:
            yield store
    except exceptions.DynaliteError as refusal:
        raise click.ClickException(refusal.message) from refusal


@contextlib.contextmanager
def _shown() -> Generator[Callable[[Progress], None]]:
    """A bar before a person."""
    with bars.bar("items") as show:
        yield lambda now: show(now.done, now.total, f"{now.items:,} items, {now.table}")
