"""The command ``sql``: one question in SQL about a file, its answer as a table, JSON or CSV."""

from __future__ import annotations

import base64
import csv
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from dynalite_py.model import caller as callers

if TYPE_CHECKING:
    from dynalite_py.doors.library.rows import Rows


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("question", metavar="SELECT")
@click.argument("parameters", nargs=-1)
@click.option(
    "--output",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How the answer is written.",
)
@click.option("--region", default=callers.DEFAULT_REGION, show_default=True, help="Whose tables.")
@click.option("--account", default=callers.DEFAULT_ACCOUNT, show_default=True, help="Whose tables.")
@click.option("--seconds", type=click.FloatRange(0.001), default=60.0, show_default=True)
@click.option("--rows", type=click.IntRange(1), default=100_000, show_default=True)
def sql(
    file: Path,
    question: str,
    parameters: Sequence[str],
    output: str,
    region: str,
    account: str,
    seconds: float,
    rows: int,
) -> None:
    """Answer a question that DynamoDB does not.

    Joins, GROUP BY, aggregates, ORDER BY, windows, WITH, over the items of FILE, which must not be
    in use; nothing is changed. PARAMETERS are texts for the question's ?. Exit status 1 where there
    is no answer.
    """
    from dynalite_py import connect
    from dynalite_py.doors.library import exceptions

    try:
        with connect(file, region=region, account=account) as store:
            answer = store.sql(question, parameters, seconds=seconds, rows=rows)
    except exceptions.DynaliteError as refusal:
        raise click.ClickException(refusal.message) from refusal
    _WRITERS[output](answer)


def _table(answer: Rows) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for at, name in enumerate(answer.columns):
        numbers = all(_is_number(row[at]) for row in answer)
        table.add_column(Text(name), justify="right" if numbers and len(answer) else "left")
    for row in answer:
        table.add_row(*(Text(_shown(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=100_000)  # A file or a pipe has no width of its own.
    console.print(table)
    click.echo(f"{len(answer):,} row{'' if len(answer) == 1 else 's'}")


def _is_number(cell: Any) -> bool:
    return cell is None or (isinstance(cell, int | Decimal) and not isinstance(cell, bool))


def _json(answer: Rows) -> None:
    from dynalite_py.model import codec

    for row in answer.to_dicts():
        click.echo(codec.text(_jsonable(row)))


def _csv(answer: Rows) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    writer.writerows([_shown(cell) for cell in row] for row in answer)


def _shown(cell: Any) -> str:
    """A value as text: nothing for NULL, JSON for what has parts."""
    from dynalite_py.model import codec

    if cell is None:
        return ""
    if isinstance(cell, str):
        return cell
    text = codec.text(_jsonable(cell))
    return text[1:-1] if isinstance(cell, bytes) else text


def _jsonable(value: Any) -> Any:
    """A value as JSON can say it: binaries as base64, sets as lists, numbers with every digit."""
    from dynalite_py.model import codec

    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return codec.raw(format(value, "f") if isinstance(value, Decimal) else str(value))
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, set):
        return [_jsonable(member) for member in sorted(cast("set[Any]", value))]
    if isinstance(value, list):
        return [_jsonable(member) for member in cast("list[Any]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, Any]", value)
        return {name: _jsonable(member) for name, member in members.items()}
    return value


_WRITERS = {"table": _table, "json": _json, "csv": _csv}
