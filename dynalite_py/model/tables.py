"""Records of tables and their parts, as the catalog keeps them.

A table's definition outlives every request, so these are frozen records; a change makes a new
record. Facts that follow from the definition alone (key attributes, index lists) are worked out
once, when the record is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from dynalite_py.model import arns

KeyType: TypeAlias = Literal["S", "N", "B"]


@dataclass(frozen=True, slots=True)
class Throughput:
    """Provisioned units (0 on demand) and the history that DescribeTable shows.

    Times: epoch seconds.
    """

    read_units: int = 0
    write_units: int = 0
    increased_at: float | None = None
    decreased_at: float | None = None
    decreases_today: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """A local or global secondary index.

    id: its number within the table, never used again. hash_keys, range_keys: attribute names in
    schema order. projection: ``ALL``, ``KEYS_ONLY`` or ``INCLUDE``; non_key_attributes only with
    the last. status: ``ACTIVE``, ``CREATING`` (backfilling), ``DELETING``...; types: the type of
    each key attribute, hash keys first.
    """

    id: int
    name: str
    is_global: bool
    hash_keys: tuple[str, ...]
    range_keys: tuple[str, ...]
    types: tuple[KeyType, ...]
    projection: str
    non_key_attributes: tuple[str, ...] = ()
    status: str = "ACTIVE"
    backfilling: bool = False
    throughput: Throughput = Throughput()
    on_demand_throughput: dict[str, int] | None = None
    warm_throughput: dict[str, int] | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of all key attributes, hash keys first."""
        return self.hash_keys + self.range_keys


@dataclass(frozen=True, slots=True)
class Stream:
    """A table's stream.

    view_type: ``KEYS_ONLY``... label: the ISO 8601 time of its start. disabled_at: epoch seconds.
    policy_revision: of the resource policy, or of the last one.
    """

    view_type: str
    label: str
    enabled: bool = True
    disabled_at: float | None = None
    resource_policy: str | None = None
    policy_revision: str = "0"


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one account and region.

    id: names its SQLite tables. uid: TableId. attributes: type of every key attribute of table and
    indexes. created_at: epoch seconds. resource_policy: in the form in which it is given back;
    policy_revision: its number, or that of the last one. Everything else as DescribeTable calls it.
    """

    id: int
    uid: str
    account: str
    region: str
    name: str
    attributes: dict[str, KeyType]
    partition_key: str
    sort_key: str | None
    created_at: float
    indexes: tuple[Index, ...] = ()
    status: str = "ACTIVE"
    billing_mode: str = "PROVISIONED"
    billing_mode_shown: bool = False
    on_demand_since: float | None = None
    throughput: Throughput = Throughput()
    on_demand_throughput: dict[str, int] | None = None
    warm_throughput: dict[str, int] | None = None
    table_class: str | None = None
    table_class_changes: list[float] = field(default_factory=list[float])
    deletion_protected: bool = False
    stream: Stream | None = None
    encryption: dict[str, Any] | None = None
    tags: dict[str, str] = field(default_factory=dict[str, str])
    next_index_id: int = 1
    resource_policy: str | None = None
    policy_revision: str = "0"
    # Worked out from the definition when the record is made.
    arn: str = field(init=False)
    partition_type: KeyType = field(init=False)
    sort_type: KeyType | None = field(init=False)
    key_names: tuple[str, ...] = field(init=False)
    has_local_indexes: bool = field(init=False)

    def __post_init__(self) -> None:
        derive = object.__setattr__
        derive(self, "arn", arns.table(self.region, self.account, self.name))
        derive(self, "partition_type", self.attributes[self.partition_key])
        derive(self, "sort_type", self.attributes[self.sort_key] if self.sort_key else None)
        names = (self.partition_key, self.sort_key) if self.sort_key else (self.partition_key,)
        derive(self, "key_names", names)
        derive(self, "has_local_indexes", any(not index.is_global for index in self.indexes))

    def index(self, name: str) -> Index | None:
        """The index of this name, global or local."""
        return next((index for index in self.indexes if index.name == name), None)

    def global_indexes(self) -> Iterator[Index]:
        """The global secondary indexes, in order of definition."""
        return (index for index in self.indexes if index.is_global)

    def local_indexes(self) -> Iterator[Index]:
        """The local secondary indexes, in order of definition."""
        return (index for index in self.indexes if not index.is_global)
