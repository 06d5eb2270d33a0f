"""The plan of one request as a person and a program read it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cost:
    """What a request reads or writes.

    size_bytes: as DynamoDB counts. at_least: counting stopped here.
    """

    items: int
    size_bytes: int
    read_units: float
    write_units: float = 0.0
    at_least: bool = False

    def __str__(self) -> str:
        count = f"{'at least ' if self.at_least else ''}{counted(self.items, 'item')}"
        units = f"{self.read_units:g} RCU" if self.read_units else ""
        if self.write_units:
            units = f"{self.write_units:g} WCU"
        return ", ".join(part for part in (count, f"{self.size_bytes:,} bytes", units) if part)


@dataclass(frozen=True, slots=True)
class Measured:
    """What reading took. items: evaluated; returned: of those, what passed the filter.

    complete: whether reading went to the end.
    """

    items: int
    returned: int
    size_bytes: int
    read_units: float
    pages: int
    milliseconds: float
    complete: bool = True

    def __str__(self) -> str:
        parts = [
            f"{counted(self.items, 'item')} read, {self.returned:,} returned",
            f"{self.size_bytes:,} bytes",
            f"{self.read_units:g} RCU",
            counted(self.pages, "page"),
            f"{self.milliseconds:.2f} ms",
        ]
        return ", ".join(parts) + ("" if self.complete else ", cut off")


@dataclass(frozen=True, slots=True)
class Plan:
    """How a request comes to its items.

    operation: the one of the API that does it. key: the key, or what narrows it, as text; empty
    where all is read. partitions: how many are read, in how many ranges. direction: of the sort
    key, "forward" or "backward". filter: what is decided after reading; filtered_in: "SQL" or
    "Python", None for the condition of a write. attributes: what is given back, None: everything.
    fetches: entries of a local index lack attributes that are asked for. sql: the statement
    underneath, "?" for every value. refusal: why a member of a batch is refused, with its code.
    members: of a list of reads or statements, whose plan has nothing else but the costs together.
    """

    operation: str
    table: str
    index: str | None = None
    key: str = ""
    partitions: int = 1
    ranges: int = 1
    segment: str | None = None
    direction: str | None = None
    filter: str | None = None
    filtered_in: str | None = None
    attributes: tuple[str, ...] | None = None
    fetches: bool = False
    limit: int | None = None
    estimated: Cost = Cost(0, 0, 0)
    measured: Measured | None = None
    warnings: tuple[str, ...] = ()
    sql: str = ""
    refusal: str = ""
    members: tuple[Plan, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The plan in JSON's types."""
        found = asdict(self)
        for name in ("attributes", "warnings"):
            found[name] = None if found[name] is None else list(found[name])
        found["members"] = [member.as_dict() for member in self.members]
        return found

    def __str__(self) -> str:
        place = f'table "{self.table}"'
        if self.index is not None:
            place = f'index "{self.index}" of {place}'
        branches = [[f"{name}: {text}"] for name, text in self._lines() if text]
        branches = [str(member).splitlines() for member in self.members] + branches
        title = f"{self.operation} on {place}" if self.table else self.operation
        return "\n".join([title, *_tree(branches)])

    def _lines(self) -> list[tuple[str, str]]:
        partitions = f" ({self.partitions:,} partitions)" if self.partitions > 1 else ""
        if self.ranges > self.partitions:
            partitions = f" ({self.ranges:,} ranges of {counted(self.partitions, 'partition')})"
        where = self.filter or ""
        if self.filtered_in is not None:
            where += f" (in {self.filtered_in})"
        names = "" if self.attributes is None else ", ".join(self.attributes)
        return [
            ("key", self.key + partitions),
            ("segment", self.segment or ""),
            ("order", self.direction or ""),
            ("filter after reading" if self.filtered_in else "condition", where),
            ("attributes", names),
            ("fetches", "the table's item for every entry" if self.fetches else ""),
            ("refused", self.refusal),
            ("limit", "" if self.limit is None else f"{self.limit:,}"),
            ("estimated", "" if self.refusal else str(self.estimated)),
            ("measured", "" if self.measured is None else str(self.measured)),
            *(("warning", text) for text in self.warnings),
            ("SQL", self.sql),
        ]


def _tree(branches: list[list[str]]) -> Iterator[str]:
    """The lines of each branch behind the stem."""
    for at, (first, *more) in enumerate(branches, 1):
        last = at == len(branches)
        yield f"{'└' if last else '├'} {first}"
        yield from (f"{' ' if last else '│'} {line}" for line in more)


def counted(number: int, noun: str) -> str:
    """``1 item``, ``2 items``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
