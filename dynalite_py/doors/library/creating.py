"""Tables made from what other tools describe them with: templates, plans, models, descriptions."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.client import Client
from dynalite_py.formats import dynamodb_json, schema_files
from dynalite_py.formats.definitions import Definition, WrongDefinitionError
from dynalite_py.formats.lines import WrongFileError
from dynalite_py.model import codec, limits

# A file that describes tables, or requests of CreateTable: one, or several.
Source: TypeAlias = str | os.PathLike[str] | Mapping[str, Any] | Sequence[Mapping[str, Any]]


class Created(NamedTuple):
    """What became of one table. is_new: False where it was there. notes: what was not set up."""

    name: str
    is_new: bool
    items: int
    notes: tuple[str, ...]


def definitions_of(
    source: Source,
    parameters: Mapping[str, str] | None,
    *,
    region: str,
    account: str,
    stack: str,
) -> list[Definition]:
    """The tables that a source describes.

    Raises: SchemaError where it cannot be read or understood; ImportError for YAML without PyYAML.
    """
    try:
        if isinstance(source, str | os.PathLike):
            text = Path(source).read_bytes()
        else:
            text = codec.encode(source)
        return schema_files.tables(
            text, parameters or {}, region=region, account=account, stack=stack
        )
    except OSError as failure:
        raise exceptions.SchemaError(f"{source} cannot be read: {failure.strerror}") from None
    except (TypeError, WrongDefinitionError) as failure:
        where = f"{source}: " if isinstance(source, str | os.PathLike) else ""
        raise exceptions.SchemaError(f"{where}{failure}") from None


def create(client: Client, wanted: Iterable[Definition], *, exist_ok: bool) -> Iterator[Created]:
    """Create tables one after the other, with their settings and items.

    exist_ok: tables that are there stay as they are, without the items. Raises: DynaliteError.
    """
    for definition in wanted:
        try:
            client.call("CreateTable", definition.create)
        except exceptions.ResourceInUseException:
            if not exist_ok:
                raise
            yield Created(definition.name, is_new=False, items=0, notes=())
            continue
        # With transitions it takes a while.
        client.get_waiter("table_exists").wait(TableName=definition.name)
        if definition.time_to_live is not None:
            client.update_time_to_live(
                TableName=definition.name,
                TimeToLiveSpecification={
                    "Enabled": True,
                    "AttributeName": definition.time_to_live,
                },
            )
        _write(client, definition)
        yield Created(
            definition.name, is_new=True, items=len(definition.items), notes=definition.notes
        )


def _write(client: Client, definition: Definition) -> None:
    """The items that the description brings along."""
    try:
        items = [dynamodb_json.item_of(each) for each in definition.items]
    except WrongFileError as failure:
        raise exceptions.SchemaError(f"an item of {definition.name}: {failure}") from None
    most = limits.BATCH_WRITE_REQUESTS
    for at in range(0, len(items), most):
        waiting: Any = {
            definition.name: [{"PutRequest": {"Item": item}} for item in items[at : at + most]]
        }
        while waiting:
            waiting = client.batch_write_item(RequestItems=waiting)["UnprocessedItems"]
