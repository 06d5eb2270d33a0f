"""What the shell knows of tables: names, keys, indexes, and the attributes that were seen.

For completion and the order of columns. What cannot be found out is simply not known: nothing here
ever fails because a table is gone or may not be described.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from dynalite_py.doors.shell.endpoint import Target

_FRESH_SECONDS = 10.0
_MOST_TABLES = 1000
_MOST_ATTRIBUTES = 500
_SAMPLED = 20


class Catalog:
    """Remembers for some seconds what the target said."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._names: tuple[float, list[str]] = (-_FRESH_SECONDS, [])
        self._described: dict[str, tuple[float, dict[str, Any] | None]] = {}
        self._attributes: dict[str, dict[str, None]] = {}

    def forget(self) -> None:
        """A table was made or deleted."""
        self._names = (-_FRESH_SECONDS, [])
        self._described.clear()

    def tables(self) -> list[str]:
        """Names of tables, at most a thousand."""
        asked, names = self._names
        if time.monotonic() - asked >= _FRESH_SECONDS:
            try:
                names = list(itertools.islice(table_names(self._target), _MOST_TABLES))
            except self._target.failures:
                names = []
            self._names = (time.monotonic(), names)
        return names

    def description(self, table: str) -> dict[str, Any] | None:
        """DescribeTable's answer; None where there is none."""
        asked, found = self._described.get(table, (-_FRESH_SECONDS, None))
        if time.monotonic() - asked >= _FRESH_SECONDS:
            try:
                found = self._target.client.describe_table(TableName=table)["Table"]
            except self._target.failures:
                found = None
            if len(self._described) >= _MOST_TABLES:
                self._described.clear()
            self._described[table] = (time.monotonic(), found)
        return found

    def indexes(self, table: str) -> list[str]:
        """Names of a table's indexes."""
        return [index["IndexName"] for index in index_descriptions(self.description(table) or {})]

    def keys(self, table: str, index: str | None = None) -> list[str]:
        """Key attributes: those of the index, if one is named, then the table's."""
        described = self.description(table) or {}
        schemas = [
            one["KeySchema"]
            for one in index_descriptions(described)
            if index is not None and one["IndexName"] == index
        ]
        schemas.append(described.get("KeySchema", []))
        return list(dict.fromkeys(part["AttributeName"] for one in schemas for part in one))

    def see(self, table: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Remember the attributes of items that were shown."""
        known = self._attributes.setdefault(table, {})
        for item in items:
            for name in item:
                if len(known) < _MOST_ATTRIBUTES:
                    known.setdefault(name)

    def attributes(self, table: str) -> list[str]:
        """Key attributes, then those seen. A file is asked for a few items the first time."""
        if table not in self._attributes:
            self._sample(table)
        keys = self.keys(table)
        described = self.description(table) or {}
        declared = [one["AttributeName"] for one in described.get("AttributeDefinitions", ())]
        return list(dict.fromkeys([*keys, *declared, *sorted(self._attributes.get(table, ()))]))

    def _sample(self, table: str) -> None:
        if self._target.costs or self.description(table) is None:
            return
        try:
            page = self._target.client.scan(TableName=table, Limit=_SAMPLED)
        except self._target.failures:
            return
        self.see(table, page["Items"])


def table_names(target: Target) -> Iterator[str]:
    """Every table's name. Raises: what the target's calls raise."""
    request: dict[str, Any] = {}
    while True:
        page = target.client.list_tables(**request)
        yield from page["TableNames"]
        if "LastEvaluatedTableName" not in page:
            return
        request = {"ExclusiveStartTableName": page["LastEvaluatedTableName"]}


def index_descriptions(described: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The indexes of a table's description, local ones first."""
    return [
        *described.get("LocalSecondaryIndexes", ()),
        *described.get("GlobalSecondaryIndexes", ()),
    ]
