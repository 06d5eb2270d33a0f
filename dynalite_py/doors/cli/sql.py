"""The command ``sql``: one question in SQL about a file, its answer as a table, JSON or CSV."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynalite_py.model import caller as callers

if TYPE_CHECKING:
    from dynalite_py.doors.library.rows import Rows

# How the shell calls what the options name.
_LAYOUTS = {"table": "table", "json": "jsonl", "csv": "csv"}


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
    _write(answer, output)


def _write(answer: Rows, output: str) -> None:
    """As the shell shows results; behind a table stands how many rows there are."""
    from dynalite_py.doors.shell import explaining, render, screen

    items, columns = explaining.as_items(answer, nulls=output == "json")
    shown = screen.standard()
    if items or output != "table":
        for line in render.LAYOUTS[_LAYOUTS[output]](items, columns, shown):
            shown.write(line)
    if output == "table":
        shown.write(f"{len(items):,} row{'' if len(items) == 1 else 's'}")
    shown.flush()
