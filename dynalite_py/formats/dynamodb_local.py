"""DynamoDB Local's own file, ``shared-local-instance.db``: its tables as definitions, its items."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

from dynalite_py.formats import definitions, dynamodb_json
from dynalite_py.formats.definitions import Definition, Members, WrongDefinitionError
from dynalite_py.formats.lines import WrongFileError
from dynalite_py.model import codec, values
from dynalite_py.storage import dynamodb_local as storage
from dynalite_py.storage.database import StoreError
from dynalite_py.storage.dynamodb_local import File

__all__ = ["File", "fits", "items", "opened", "tables"]

_ON_DEMAND = 1


def fits(path: Path) -> bool:
    """Whether a path is a file of SQLite, as DynamoDB Local's is. Raises: OSError."""
    return path.is_file() and storage.looks_like_one(path)


def tables(file: File) -> list[Definition]:
    """The tables, as CreateTable would be asked for them. Raises: WrongDefinitionError."""
    return [_definition(row) for row in file.tables()]


def items(file: File, table: str) -> Iterator[tuple[int, values.Item]]:
    """The items of a table with their numbers, as they are stored here. Raises: WrongFileError."""
    for number, text in enumerate(file.items(table), 1):
        try:
            decoded = codec.decode(text)
        except codec.NotJsonError as failure:
            raise WrongFileError(f"an item is not JSON: {failure}", number) from None
        yield number, dynamodb_json.canonical_of(decoded, number)


@contextlib.contextmanager
def opened(path: Path) -> Generator[File]:
    """A file to read from, as of one commit. Raises: WrongFileError."""
    try:
        with storage.opened(path) as file:
            yield file
    except StoreError as failure:
        raise WrongFileError(str(failure)) from failure


def _definition(row: storage.Row) -> Definition:
    """A table's row as a request of CreateTable."""
    where = f"table {row.name}"
    try:
        info = definitions.mapping(codec.decode(row.info), where)
    except codec.NotJsonError as failure:
        raise WrongDefinitionError(f"{where} is not described in JSON: {failure}") from None
    wanted: Members = {
        "TableName": row.name,
        "AttributeDefinitions": info.get("Attributes"),
        "KeySchema": _key_schema(info, where),
        "LocalSecondaryIndexes": info.get("LSIList"),
        "GlobalSecondaryIndexes": info.get("GSIList"),
        "StreamSpecification": _stream(row),
    }
    given: Members = {name: value for name, value in wanted.items() if value}
    create = definitions.taken(given, definitions.TABLE, where)
    if row.billing_mode == _ON_DEMAND:
        create["BillingMode"] = "PAY_PER_REQUEST"
        for index in create.get("GlobalSecondaryIndexes", ()):
            index.pop("ProvisionedThroughput", None)
    else:
        create["ProvisionedThroughput"] = {
            "ReadCapacityUnits": row.read_units,
            "WriteCapacityUnits": row.write_units,
        }
    expires_by = info.get("TimeToLiveAttributeName")
    return Definition(create, time_to_live=expires_by if isinstance(expires_by, str) else None)


def _key_schema(info: Members, where: str) -> list[Members]:
    """The table's own key stands among the indexes, under no name."""
    indexes = definitions.mapping(info.get("SQLiteIndex"), f"{where}.SQLiteIndex")
    parts: list[Members] = []
    for part in definitions.sequence(indexes.get(""), f"{where}.SQLiteIndex"):
        members = definitions.mapping(part, where)
        attribute = definitions.mapping(members.get("DynamoDBAttribute"), where)
        parts.append(
            {"AttributeName": attribute.get("AttributeName"), "KeyType": members.get("KeyType")}
        )
    return sorted(parts, key=lambda part: part["KeyType"] != "HASH")


def _stream(row: storage.Row) -> Members | None:
    if row.stream is None:
        return None
    decoded: Any = codec.decode(row.stream)
    view = decoded.get("streamViewType") if isinstance(decoded, dict) else None
    return {"StreamEnabled": True, "StreamViewType": view} if view else None
