"""Names in an analytics text: what stands in FROM, which of it a name means, and the SQL of a
table's rows.

A table is read by a subquery that takes every attribute that the text names out of the item's JSON
once a row. It has a LIMIT, so that SQLite keeps it apart: flattened into its query, an attribute
would be looked for again at each of its places, and in a join once for each pair of rows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeAlias

from dynalite_py.language import analytics_values as carriers
from dynalite_py.language.analytics_values import Carrier
from dynalite_py.model import analytics_errors, codec, keys, numbers
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.tables import Index, Table
from dynalite_py.model.values import Item
from dynalite_py.storage import layout

if TYPE_CHECKING:
    from sqlglot import exp

Place: TypeAlias = tuple[str | int, ...]

# What a quoted label of a JSON path cannot say.
_NOT_IN_PATHS = frozenset('"\\\0')
_LARGEST_INDEX = 1_000_000_000
# SQLite takes NUL for the end of a label in a path: such an item is looked into in Python.
_HAS_NUL = r"b.item GLOB '*\u0000*'"


@dataclass(frozen=True, slots=True)
class Found:
    """A table or an index that the text names. samples: some of its items."""

    table: Table
    index: Index | None
    samples: Sequence[Item]


class Tables(Protocol):
    """What the compiler asks of the store."""

    def find(self, name: str, index: str | None) -> Found:
        """The table, or its index. Raises: AnalyticsError."""
        ...

    def attributes(self, found: Found) -> list[str]:
        """The names of all attributes that the items have, key attributes first."""
        ...


@dataclass(slots=True)
class Source:
    """One entry of FROM, of one of three kinds.

    name: what the text calls it. alias: what the SQL calls it. A table or index has ``found``;
    a query has names of columns and their ``outputs`` in SQL; else it is the members of a list,
    whose number is the column ``offset``. needed: the attributes that the text names, by what is
    wanted of them, each with its column. only: which rows of the table are wanted.
    """

    name: str
    alias: str
    found: Found | None = None
    columns: Sequence[str] = ()
    outputs: Sequence[str] = ()
    element: str | None = None
    offset: str | None = None
    needed: dict[tuple[str, Place], str] = field(default_factory=dict[tuple[str, Place], str])
    only: str = ""

    def need(self, want: str, place: Place) -> str:
        """The column that has something of the value at a place."""
        column = self.needed.setdefault((want, place), f"c{len(self.needed)}")
        return f"{self.alias}.{column}"


@dataclass(slots=True)
class Scope:
    """What names mean inside one SELECT. aliases: names of the SELECT list and their columns.

    aliased: whether a name is looked for among these first (GROUP BY, HAVING, ORDER BY).
    """

    outer: Scope | None = None
    sources: list[Source] = field(default_factory=list[Source])
    queries: dict[str, Source] = field(default_factory=dict[str, Source])
    aliases: dict[str, str] = field(default_factory=dict[str, str])
    windows: dict[str, Any] = field(default_factory=dict[str, Any])
    aliased: bool = False

    def query(self, name: str) -> Source | None:
        """The query that WITH gave this name to, here or outside."""
        if name in self.queries:
            return self.queries[name]
        return self.outer.query(name) if self.outer is not None else None


class Built(NamedTuple):
    """A query in SQL. columns: their names for the reader; outputs: in the SQL."""

    sql: str
    columns: list[str]
    outputs: list[str]


@dataclass(slots=True)
class Draft:
    """A statement in the making.

    build: compiles a query inside an expression. given: expressions whose SQL is known.
    """

    tables: Tables
    parameters: Sequence[Any]
    exact: bool
    build: Callable[[Draft, Scope | None, exp.Expr], Built]
    bindings: dict[str, Any] = field(default_factory=dict[str, Any])
    placeholders: dict[tuple[type, Any], str] = field(default_factory=dict[tuple[type, Any], str])
    count: int = 0
    given: dict[exp.Expr, str] = field(default_factory=dict["exp.Expr", str])

    def number(self) -> int:
        """The next number of something in the SQL."""
        self.count += 1
        return self.count

    def bind(self, value: Any) -> str:
        """A placeholder for the value; equal values share one, so that equal texts stay equal."""
        key = (type(value), value)
        if key not in self.placeholders:
            name = f"v{len(self.placeholders)}"
            self.placeholders[key] = f":{name}"
            self.bindings[name] = value
        return self.placeholders[key]

    def carry(self, value: Any) -> str:
        """A placeholder for what carries a Python value."""
        carrier: Carrier = carriers.carrier_of(value, exact=self.exact)
        return self.bind(carrier)


class Reference(NamedTuple):
    """What a name means: a place inside a source; for a query, inside its column ``output``."""

    source: Source
    place: Place
    output: str | None = None


# Names.


def resolve(scope: Scope, parts: Place) -> Reference:
    """What a dotted name means: an entry of FROM of this name, here or outside, then a column of a
    query, then an attribute of the table. parts: at least one. Raises: AnalyticsError.
    """
    around = _around(scope)
    first, behind = str(parts[0]), parts[1:]
    if behind:
        for source in (source for each in around for source in each.sources):
            if source.name == first:
                return _inside(source, behind)
    for each in around:
        found = _resolved(each, parts)
        if found is not None:
            return found
    every = [column for source in scope.sources for column in source.columns]
    raise analytics_errors.unknown_column(first, every)


def _around(scope: Scope) -> list[Scope]:
    """The scope and those around it, from the inside."""
    around: list[Scope] = []
    inner: Scope | None = scope
    while inner is not None:
        around.append(inner)
        inner = inner.outer
    return around


def _resolved(scope: Scope, parts: Place) -> Reference | None:
    name = str(parts[0])
    for source in scope.sources:
        if source.name == name and len(parts) == 1 and name not in source.columns:
            return _inside(source, ())
    holding = [
        source
        for source in scope.sources
        if name in source.columns or name in (source.element, source.offset)
    ]
    if not holding:
        holding = [source for source in scope.sources if source.found is not None]
    if len(holding) > 1:
        raise analytics_errors.ambiguous_column(name, [source.name for source in holding])
    return _inside(holding[0], parts) if holding else None


def _inside(source: Source, place: Place) -> Reference:
    if source.found is not None:
        return Reference(source, place)
    if source.element is not None:
        if place and place[0] == source.offset:
            return Reference(source, (), "key")
        if place and place[0] == source.element:
            place = place[1:]
        return Reference(source, place)
    if not place and len(source.columns) == 1:
        return Reference(source, (), source.outputs[0])
    if not place or place[0] not in source.columns:
        named = str(place[0]) if place else source.name
        raise analytics_errors.unknown_column(named, source.columns)
    return Reference(source, place[1:], source.outputs[source.columns.index(str(place[0]))])


def value(draft: Draft, reference: Reference) -> str:
    """The SQL of the value that a name means."""
    source, place, output = reference
    if source.found is not None:
        return source.need("value", place)
    if output is None:
        whole = f"dyn_any({source.alias}.value)"
    elif source.element is not None:
        whole = f"{source.alias}.{output}"  # The number of a member.
        return f"dyn_native({whole})" if draft.exact else whole
    else:
        whole = f"{source.alias}.{output}"
    return f"dyn_inside({whole}, {draft.bind(codec.text(list(place)))})" if place else whole


def summand(draft: Draft, reference: Reference) -> str:
    """The text of the number that a name means; NULL where it is none."""
    if reference.source.found is not None and reference.place:
        return reference.source.need("number", reference.place)
    return f"dyn_summand({value(draft, reference)})"


def exists(draft: Draft, reference: Reference) -> str:
    """Whether there is anything under a name, be it of type NULL."""
    if reference.source.found is not None and reference.place:
        return reference.source.need("exists", reference.place)
    return f"({value(draft, reference)} IS NOT NULL)"


def type_of(draft: Draft, reference: Reference) -> str | None:
    """The code of its type, as text of SQLite's; None for what is no attribute of an item."""
    del draft
    if reference.source.found is None or not reference.place:
        return None
    return reference.source.need("type", reference.place)


# The rows of a table.


def rows(draft: Draft, source: Source) -> str:
    """The subquery that gives the attributes which the text needs. Called when all are known."""
    assert source.found is not None
    raw: dict[str, str] = {}  # SQL over the stored row -> its column
    finished = {
        column: _column(draft, source.found, want, place, raw)
        for (want, place), column in source.needed.items()
    }
    stored = f"{_stored_rows(source.found)}{source.only} LIMIT -1"
    if finished.keys() and set(finished.values()) == set(raw.values()):  # Nothing is left to do.
        by_column = {column: text for text, column in raw.items()}
        taken = [f"{by_column[found]} AS {column}" for column, found in finished.items()]
        return f"(SELECT {', '.join(taken)} FROM {stored}) AS {source.alias}"
    inner = ", ".join(f"{text} AS {column}" for text, column in raw.items()) or "1"
    if not finished:
        return f"(SELECT {inner} FROM {stored}) AS {source.alias}"
    outer = ", ".join(f"{text} AS {column}" for column, text in finished.items())
    return f"(SELECT {outer} FROM (SELECT {inner} FROM {stored}) LIMIT -1) AS {source.alias}"


def _stored_rows(found: Found) -> str:
    """b: the row with the item; i: the row with the key."""
    items = layout.items_table(found.table.id)
    if found.index is None:
        return f"{items} AS b"
    entries = layout.index_table(found.table.id, found.index.id)
    if found.index.projection != "ALL":
        return f"{entries} AS b"
    return f"{entries} AS i JOIN {items} AS b ON b.id = i.base"


def _column(draft: Draft, found: Found, want: str, place: Place, raw: dict[str, str]) -> str:
    def stored(text: str) -> str:
        return raw.setdefault(text, f"r{len(raw)}")

    if want == "number":
        return stored(_extracted(draft, place, "N"))
    if want == "exists":
        return f"{stored(_extracted(draft, place, ''))} IS NOT NULL"
    if want == "type":
        return f"dyn_type({stored(_extracted(draft, place, ''))})"
    if not place:
        text = stored("b.item")
        return f"""dyn_any('{{"M":' || {text} || '}}')"""
    physical = _key_column(found, place)
    if physical is not None:
        column = stored(physical)
        return f"dyn_native({column})" if draft.exact else column
    if draft.exact:
        return f"dyn_any({stored(_extracted(draft, place, ''))})"
    return _quick_value(draft, found, place, stored)


def _quick_value(draft: Draft, found: Found, place: Place, stored: Callable[[str], str]) -> str:
    """The types that the samples have come first and without Python; all others are right, too."""
    kinds = _sampled_kinds(found.samples, place) & {"S", "N"}
    json = _extracted(draft, place, "")
    if kinds == {"S"}:
        text = _extracted(draft, place, "S")
        return stored(f"coalesce({text}, CASE WHEN ({json}) IS NOT NULL THEN dyn_any({json}) END)")
    arms: list[str] = []
    if kinds != {"N"}:
        text = stored(_extracted(draft, place, "S"))
        arms.append(f"WHEN {text} IS NOT NULL THEN {text}")
    number = stored(_extracted(draft, place, "N"))
    arms.append(
        f"WHEN length({number}) < {carriers.QUICK_CHARACTERS:d} THEN {number} + 0 "
        f"WHEN {number} IS NOT NULL THEN dyn_number({number})"
    )
    rest = json.replace("b.item", stored("b.item"))
    arms.append(f"WHEN ({rest}) IS NOT NULL THEN dyn_any({rest})")
    return f"CASE {' '.join(arms)} END"


def _extracted(draft: Draft, place: Place, kind: str) -> str:
    """The content of one type at a place of ``b.item``; without a type, the value's JSON."""
    by_name = f"dyn_at(b.item, {draft.bind(codec.text(list(place)))})"
    if kind:
        by_name = f"({by_name} ->> '$.{kind}')"
    path = _path(place)
    if path is None:
        return by_name
    found = f'{path}."{kind}"' if kind else path
    operator = "->>" if kind else "->"
    return f"CASE WHEN {_HAS_NUL} THEN {by_name} ELSE b.item {operator} {draft.bind(found)} END"


def _path(place: Place) -> str | None:
    """The JSON path of a value inside an item's text; None where a path cannot say it."""
    pieces = ["$"]
    for at, part in enumerate(place):
        if isinstance(part, int):
            if not 0 <= part < _LARGEST_INDEX:
                return None
            pieces.append(f'."L"[{part:d}]')
        elif not _NOT_IN_PATHS.isdisjoint(part):
            return None
        else:
            pieces.append(f'."M"."{part}"' if at else f'."{part}"')
    return "".join(pieces)


def _sampled_kinds(samples: Sequence[Item], place: Place) -> set[str]:
    kinds: set[str] = set()
    for item in samples:
        text = carriers.at(codec.text(item), codec.text(list(place)))
        if text is not None:
            kinds |= codec.decode(text).keys()
    return kinds


def _key_schema(found: Found) -> tuple[str, Sequence[str], Sequence[str], str, str]:
    """The row with the key; names of partition and sort key attributes; their types."""
    table, index = found.table, found.index
    if index is None:
        sort = [table.sort_key] if table.sort_key else []
        return "b", [table.partition_key], sort, table.partition_type, table.sort_type or ""
    row = "i" if index.projection == "ALL" else "b"
    kinds = index.types
    sort_type = kinds[len(index.hash_keys)] if index.range_keys else ""
    return row, index.hash_keys, index.range_keys, kinds[0], sort_type


def _key_column(found: Found, place: Place) -> str | None:
    """The stored column that is the attribute itself: a key of type S."""
    row, partition, sort, partition_type, sort_type = _key_schema(found)
    if list(place) == list(partition) and partition_type == "S":
        return f"{row}.pk"
    if list(place) == list(sort) and sort_type == "S":
        return f"{row}.sk"
    return None


def take_partition(draft: Draft, reference: Reference, wanted: Any) -> None:
    """Read one partition alone, where the name is the partition key and the value can be one."""
    source = reference.source
    if source.found is None or source.only:
        return
    row, partition, _, kind, _ = _key_schema(source.found)
    if list(reference.place) != list(partition):
        return
    column = _key_of(kind, wanted)
    if not column:
        return
    place = draft.bind(keys.hash_of(keys.key_bytes(column)))
    source.only = f" WHERE {row}.hash = {place} AND {row}.pk = {draft.bind(column)}"


def _key_of(kind: str, wanted: Any) -> keys.Column | None:
    if kind == "S" and isinstance(wanted, str):
        return wanted
    if kind == "B" and isinstance(wanted, bytes):
        return wanted
    if (
        kind == "N"
        and carriers.as_integer(wanted) is not None
        and not isinstance(wanted, str | bool)
    ):
        try:
            return numbers.sort_bytes(numbers.canonical_number(carriers.number_text(wanted)))
        except DynamoDBError:  # No item has such a number.
            return None
    return None
