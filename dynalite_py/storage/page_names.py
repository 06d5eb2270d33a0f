"""What each page of a file holds, in words for a person; read from the pages themselves, so that a
damaged file has names, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from dynalite_py.model.tables import Table
from dynalite_py.storage import catalog
from dynalite_py.storage.pages import LEAF_TABLE, BrokenPageError, Pages, Row

_OF_A_TABLE = re.compile(r"(?:items|index|expiry)_(\d+)(?:_(\d+|key|at))?")
_TREE = re.compile(r"\bTree (\d+)\b")
_PHYSICAL = re.compile(r"\b(?:items_\d+(?:_key)?|index_\d+_\d+|expiry_\d+(?:_at)?)\b")
_OWN = {
    "tables": "the catalog",
    "sqlite_autoindex_tables_1": "the catalog",
    "sqlite_sequence": "the catalog",
    "counts": "the counters",
    "jobs": "the jobs",
    "changes": "the log of changes",
    "shards": "the log of changes",
    "shards_stream": "the log of changes",
    "sqlite_autoindex_shards_1": "the log of changes",
    "streams": "the log of changes",
    "streams_table": "the log of changes",
    "streams_name": "the log of changes",
    "log_floor": "the log of changes",
    "followers": "the checkpoints of followers",
    "followers_name": "the checkpoints of followers",
    "followers_table": "the checkpoints of followers",
    "checkpoints": "the checkpoints of followers",
    "loads": "the places of interrupted loads",
    "tokens": "the request tokens",
    "tokens_expiry": "the request tokens",
}
# id, account, region, name, definition
_CATALOG_COLUMNS = 5


def leaf_rows(pages: Pages, root: int, faults: list[str] | None = None) -> Iterator[Row]:
    """The rows of a table, as far as its tree leads to them."""
    for reached in pages.tree(root, faults):
        if reached.kind == LEAF_TABLE:
            try:
                yield from pages.rows(reached.page, faults)
            except BrokenPageError as fault:
                if faults is not None:
                    faults.append(str(fault))


def roots(pages: Pages, faults: list[str] | None = None) -> dict[str, int]:
    """The root page of each table and index of SQLite, by its physical name."""
    found: dict[str, int] = {}
    for row in leaf_rows(pages, 1, faults):
        if len(row.values) == 5 and isinstance(row.values[1], str):
            root = row.values[3]
            if isinstance(root, int) and 1 < root <= pages.count:
                found[row.values[1]] = root
    return found


def is_items(physical: str) -> bool:
    """Whether this is the name of a table's rows."""
    return physical.startswith("items_") and number_of(physical) is not None


def number_of(physical: str) -> int | None:
    """The number of the table whose rows of items or of an index have this name."""
    found = _OF_A_TABLE.fullmatch(physical)
    return None if found is None or found[2] in ("key", "at") else int(found[1])


def table_of(row: Row) -> Table | None:
    """The table whose record a row of the catalog is; None for any other row."""
    if len(row.values) != _CATALOG_COLUMNS or row.number is None:
        return None
    _, account, region, name, definition = row.values
    if not isinstance(definition, str):
        return None
    try:
        table = catalog.decoded(row.number, definition)
    except catalog.UNREADABLE:
        return None
    return table if (table.account, table.region, table.name) == (account, region, name) else None


class Names:
    """The words for pages and for SQLite's own names."""

    def __init__(self, pages: Pages) -> None:
        self._roots = roots(pages)
        tables = leaf_rows(pages, self._roots["tables"]) if "tables" in self._roots else ()
        self._tables = {
            table.id: table for table in (table_of(row) for row in tables) if table is not None
        }
        self._pages = self._by_page(pages)

    def _by_page(self, pages: Pages) -> dict[int, str]:
        found = dict.fromkeys(pages.free(), "free")
        found |= dict.fromkeys(pages.maps(), "the map of pages")
        found |= {reached.page: "the schema" for reached in pages.tree(1)}
        for name, root in self._roots.items():
            found |= {reached.page: self.of(name) for reached in pages.tree(root)}
        return found

    def page(self, number: int) -> str:
        """What a page holds."""
        return self._pages.get(number, "reached by nothing")

    def of(self, physical: str) -> str:
        """The words for a table or an index of SQLite."""
        found = _OF_A_TABLE.fullmatch(physical)
        if found is None:
            return _OWN.get(physical, physical)
        number, part = cast("tuple[str, str | None]", found.groups())
        table = self._tables.get(int(number))
        if table is None:
            return physical
        where = f"table {table.name} ({table.region}, {table.account})"
        if physical.startswith("expiry_"):
            return f"the expiry index of {where}"
        if part is None or part == "key":
            return f"{'items' if part is None else 'keys'} of {where}"
        index = next((each for each in table.indexes if each.id == int(part)), None)
        return f"index {part if index is None else index.name} of {where}"

    def explained(self, text: str) -> str:
        """A finding of SQLite's, with the words for what it names."""
        by_root = {root: name for name, root in self._roots.items()}
        tree = _TREE.search(text)
        if tree is not None and int(tree[1]) in by_root:
            return f"{text} ({self.of(by_root[int(tree[1])])})"
        name = _PHYSICAL.search(text)
        return text if name is None else f"{text} ({self.of(name[0])})"
