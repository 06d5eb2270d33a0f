"""``dynalite create`` makes the tables that a file of another tool describes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dynalite_py.model import caller as callers
from dynalite_py.model import codec

if TYPE_CHECKING:
    from dynalite_py.doors.library.client import Client
    from dynalite_py.formats.definitions import Definition


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("schema", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--parameter",
    "parameters",
    multiple=True,
    metavar="NAME=VALUE",
    help="A value for a parameter of the template, or for what AWS alone knows; repeatable.",
)
@click.option("--stack", default="local", show_default=True, help="Begins names not given.")
@click.option("--dry-run", is_flag=True, help="Show the requests as JSON; create nothing.")
@click.option("--region", default=callers.DEFAULT_REGION, show_default=True, help="Whose tables.")
@click.option("--account", default=callers.DEFAULT_ACCOUNT, show_default=True, help="Whose tables.")
def create(
    file: Path,
    schema: Path,
    parameters: tuple[str, ...],
    stack: str,
    dry_run: bool,
    region: str,
    account: str,
) -> None:
    """Create in FILE the tables that SCHEMA describes.

    SCHEMA is JSON or YAML: CreateTable requests, the answers of describe-table, a template of
    CloudFormation, SAM or the CDK, Terraform's plan or state (`terraform show -json`),
    serverless.yml, a model of NoSQL Workbench with its sample data. Tables that are there stay as
    they are. YAML needs the extra `yaml`.
    """
    from dynalite_py import connect
    from dynalite_py.doors.library import exceptions

    try:
        wanted = read(schema, parameters, stack=stack, region=region, account=account)
        if dry_run:
            click.echo(codec.text([each.create for each in wanted]))
            return
        with connect(file, region=region, account=account) as store:
            make(store.client(), wanted)
    except exceptions.DynaliteError as refusal:
        raise click.ClickException(refusal.message) from refusal


def read(
    schema: Path, parameters: Sequence[str], *, stack: str, region: str, account: str
) -> list[Definition]:
    """The tables that a file describes. Raises: click.ClickException, SchemaError."""
    from dynalite_py.doors.library import creating

    named: dict[str, str] = {}
    for each in parameters:
        name, equals, value = each.partition("=")
        if not equals:
            raise click.UsageError(f"--parameter takes NAME=VALUE, not {each!r}.")
        named[name] = value
    try:
        return creating.definitions_of(schema, named, region=region, account=account, stack=stack)
    except ImportError as missing:
        raise click.ClickException(str(missing)) from missing


def make(client: Client, wanted: Iterable[Definition]) -> None:
    """Create the tables that are not there, and say so. Raises: DynaliteError."""
    from dynalite_py.doors.library import creating

    for made in creating.create(client, wanted, exist_ok=True):
        items = f" with {made.items} items" if made.items else ""
        click.echo(f"# {made.name}: {'created' + items if made.is_new else 'is there'}")
        for note in made.notes:
            click.echo(f"# {note}", err=True)
