"""Records of tables and their parts, as the catalog keeps them.

A table's definition outlives every request, so these are frozen records; a change makes a new
record. Facts that follow from the definition alone (key attributes, index lists) are worked out
once, when the record is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypeAlias

from dynalite_py.model import arns

KeyType: TypeAlias = Literal["S", "N", "B"]
# Why a table is not what it will be.
Reason: TypeAlias = Literal[
    "creation", "deletion", "index", "stream", "throughput", "encryption", "settings"
]
_UNSEEN = frozenset({"CREATING", "DELETING"})


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
    the last. status: ``ACTIVE``, ``CREATING``, ``DELETING``...; allocating: the first phase of
    CREATING, in which the service does not copy items yet. backfilling: entries of items that were
    there before the index may be missing. types: the type of each key attribute, hash keys first.
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
    allocating: bool = False
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
class TimeToLive:
    """A table's time to live, as it was last set.

    attribute: its value says when an item expires. changed_at: when it was set, in epoch seconds;
    settled_at: until when it is ENABLING or DISABLING. filling: the expiry index may lack items
    that were there before it.
    """

    attribute: str
    enabled: bool
    changed_at: float
    settled_at: float
    filling: bool = False

    def status(self, now: float) -> str:
        """``ENABLING``, ``ENABLED``, ``DISABLING`` or ``DISABLED`` at this time.

        A clock that was set back to before the change takes nothing of it back.
        """
        state = "ENABL" if self.enabled else "DISABL"
        return state + ("ING" if self.changed_at <= now < self.settled_at else "ED")


@dataclass(frozen=True, slots=True)
class KinesisDestination:
    """A Kinesis stream that a table's changes go to, or went to.

    status: what it is until a time (epoch seconds), at which it becomes ``ACTIVE``, ``DISABLED`` or
    ``ENABLE_FAILED``. precision: of the records' times; None where none was asked for. description:
    why it failed.
    """

    stream_arn: str
    status: str
    until: float
    becomes: str
    precision: str | None = None
    description: str | None = None

    @property
    def live(self) -> bool:
        """Whether changes made now go to it."""
        return self.becomes == "ACTIVE"

    def status_at(self, now: float) -> str:
        """What it is at this time."""
        return self.becomes if now >= self.until else self.status


@dataclass(frozen=True, slots=True)
class Change:
    """What goes on with a table.

    until: epoch seconds at which it ends; after: what the table is then, None: deleted.
    """

    until: float
    after: Table | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Table:
    """One table of one account and region.

    id: names its SQLite tables. uid: TableId. attributes: type of every key attribute of table and
    indexes. created_at: epoch seconds. change: what goes on with it, and so what it becomes; the
    clock alone ends it. Its later stages have no index that an earlier one has not. ready: items
    may be read and written, whatever the time is. logged: changes of its items go into the log. The
    lists of times are those of changes that a quota counts. resource_policy: in the form in which
    it is given back; policy_revision: its
    number, or that of the last one. Everything else as DescribeTable calls it.
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
    protection_changed_at: float | None = None
    stream: Stream | None = None
    encryption: dict[str, Any] | None = None
    encryption_changes: list[float] = field(default_factory=list[float])
    tags: dict[str, str] = field(default_factory=dict[str, str])
    next_index_id: int = 1
    resource_policy: str | None = None
    policy_revision: str = "0"
    billing_mode_changes: list[float] = field(default_factory=list[float])
    destinations: tuple[KinesisDestination, ...] = ()
    change: Change | None = None
    time_to_live: TimeToLive | None = None
    # Worked out from the definition when the record is made.
    arn: str = field(init=False)
    partition_type: KeyType = field(init=False)
    sort_type: KeyType | None = field(init=False)
    key_names: tuple[str, ...] = field(init=False)
    has_local_indexes: bool = field(init=False)
    indexes_by_name: tuple[Index, ...] = field(init=False)
    ready: bool = field(init=False)
    logged: bool = field(init=False)
    # The attribute by which items expire; None: they do not.
    expires_by: str | None = field(init=False)

    def __post_init__(self) -> None:
        derive = object.__setattr__
        derive(self, "arn", arns.table(self.region, self.account, self.name))
        derive(self, "partition_type", self.attributes[self.partition_key])
        derive(self, "sort_type", self.attributes[self.sort_key] if self.sort_key else None)
        names = (self.partition_key, self.sort_key) if self.sort_key else (self.partition_key,)
        derive(self, "key_names", names)
        derive(self, "has_local_indexes", any(not index.is_global for index in self.indexes))
        derive(self, "indexes_by_name", tuple(sorted(self.indexes, key=lambda each: each.name)))
        derive(self, "ready", self.change is None and self.status not in _UNSEEN)
        streams = self.stream is not None and self.stream.enabled
        derive(self, "logged", streams or self.destination is not None)
        lives = self.time_to_live
        derive(self, "expires_by", lives.attribute if lives and lives.enabled else None)

    @property
    def destination(self) -> KinesisDestination | None:
        """The Kinesis destination that its changes go to now."""
        return next((each for each in self.destinations if each.live), None)

    @property
    def hidden(self) -> bool:
        """Whether operations on items do not find the table in its status."""
        return self.status in _UNSEEN

    def at(self, now: float) -> Table | None:
        """The table as it is at this time, in epoch seconds; None once it is deleted."""
        table: Table | None = self
        while table is not None and table.change is not None and table.change.until <= now:
            table = table.change.after
        return table

    def in_every_stage(self, changed: Callable[[Table], Table]) -> Table:
        """The table with what ``changed`` does made to it as it is and to all that it becomes."""
        table, change = changed(self), self.change
        if change is None or change.after is None:
            return table
        after = change.after.in_every_stage(changed)
        return replace(table, change=replace(change, after=after))

    def index(self, name: str) -> Index | None:
        """The index of this name, global or local."""
        return next((index for index in self.indexes if index.name == name), None)

    def global_indexes(self) -> Iterator[Index]:
        """The global secondary indexes, in order of definition."""
        return (index for index in self.indexes if index.is_global)

    def local_indexes(self) -> Iterator[Index]:
        """The local secondary indexes, in order of definition."""
        return (index for index in self.indexes if not index.is_global)
