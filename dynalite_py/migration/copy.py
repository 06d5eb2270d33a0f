"""Copy a table within a store or to another one: in parallel, resumable, at a chosen pace.

Each of ``segments`` parts of the source is read page by page, and a page is written before the next
one is read. With a checkpoint file a copy that was stopped, or killed, goes on behind the last page
that was written: a page may be written twice, and none is left out. It is no snapshot: what is
written to the source meanwhile may or may not be in the copy.
"""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from dynalite_py.migration import checkpoints
from dynalite_py.model import limits, plain
from dynalite_py.patterns import backoff, batches, clients, definitions
from dynalite_py.patterns.backoff import Backoff

Existing: TypeAlias = Literal["replace", "keep"]
Change: TypeAlias = Callable[[plain.PlainItem], plain.PlainItem | None]

MOST_SEGMENTS = 256


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a copy is; of a resumed one since it was resumed.

    read: items of the source. written: items of the target. kept: items that were in the target
    already, and stayed.
    """

    segments: int
    segments_done: int = 0
    read: int = 0
    written: int = 0
    kept: int = 0
    read_units: float = 0.0
    write_units: float = 0.0


def copy_table(
    source: clients.Client,
    source_table: str,
    target: clients.Client,
    target_table: str,
    *,
    segments: int = 4,
    existing: Existing = "replace",
    create: bool = False,
    change: Change | None = None,
    checkpoint: Path | None = None,
    page_size: int | None = None,
    consistent: bool = False,
    read_units_per_second: float | None = None,
    write_units_per_second: float | None = None,
    progress: Callable[[Progress], None] | None = None,
    policy: Backoff = batches.RETRY,
    monotonic: Callable[[], float] = time.monotonic,
) -> Progress:
    """Copy all items; what was done.

    existing: "keep" leaves items that the target has, by a condition on each put, instead of
    batches that replace them. create: make the target as the source is, if it is not there. change:
    gives the item to be written in plain values, None to leave it out. checkpoint: a file, made and
    removed at the end; the same one resumes. progress: told after every page, by one thread at a
    time. Raises: checkpoints.CheckpointError, UnprocessedError, the clients' refusals; the first
    failure stops all segments.
    """
    _check_segments(segments)
    if source is target and source_table == target_table:
        raise ValueError("A table is not copied onto itself")
    described = definitions.read(source, source_table, policy)
    there = _id_of(target, target_table, policy)
    copied = checkpoints.Copied(_id(described), target_table, segments, there)
    marks = checkpoints.opened(checkpoint, copied)
    if create and not there:
        definitions.create_like(source, source_table, target, target_table)
        made = dataclasses.replace(copied, target_id=_id_of(target, target_table, policy))
        marks = checkpoints.opened(checkpoint, made)
    copying = _Copying(
        source=source,
        read={
            "TableName": source_table,
            "TotalSegments": segments,
            "ConsistentRead": consistent,
            "ReturnConsumedCapacity": "TOTAL",
            **({} if page_size is None else {"Limit": page_size}),
        },
        write=_writer(target, target_table, existing, _partition_key(described), policy),
        change=change,
        marks=marks,
        policy=policy,
        reads=_Pace(read_units_per_second, monotonic, policy.sleep),
        writes=_Pace(write_units_per_second, monotonic, policy.sleep),
        told=progress,
    )
    done = copying.all_segments(segments)
    marks.remove()
    return done


def _check_segments(segments: int) -> None:
    if not 1 <= segments <= MOST_SEGMENTS:
        raise ValueError(f"1 to {MOST_SEGMENTS} segments, not {segments}")


class _Copying:
    """One run of a copy: what its threads share."""

    def __init__(
        self,
        *,
        source: clients.Client,
        read: clients.Request,
        write: Callable[[list[clients.Wire]], tuple[int, float]],
        change: Change | None,
        marks: checkpoints.Checkpoint,
        policy: Backoff,
        reads: _Pace,
        writes: _Pace,
        told: Callable[[Progress], None] | None,
    ) -> None:
        self._source = source
        self._read = read
        self._write = write
        self._change = change
        self._marks = marks
        self._policy = policy
        self._reads = reads
        self._writes = writes
        self._told = told
        self._stopped = threading.Event()
        self._guard = threading.Lock()
        self._progress = Progress(read["TotalSegments"], marks.done())

    def all_segments(self, segments: int) -> Progress:
        """Copy the segments that are left, each on a thread of its own."""
        left = [segment for segment in range(segments) if self._marks.place(segment) != "end"]
        with ThreadPoolExecutor(max(1, len(left)), "copy") as pool:
            running = [pool.submit(self._segment, segment) for segment in left]
            try:
                failures = [one.exception() for one in running]
            except BaseException:  # Ctrl-C: the segments stop behind the page they are at.
                self._stopped.set()
                raise
        for failure in failures:
            if failure is not None:
                raise failure
        return self._progress

    def _segment(self, segment: int) -> None:
        try:
            while not self._stopped.is_set() and self._marks.place(segment) != "end":
                self._page(segment)
        except BaseException:
            self._stopped.set()
            raise

    def _page(self, segment: int) -> None:
        """Read a page, write it, and only then remember that it is done."""
        place = self._marks.place(segment)
        start = {"ExclusiveStartKey": place} if isinstance(place, dict) else {}
        page = backoff.request(
            self._source, self._policy, self._source.scan, **self._read, Segment=segment, **start
        )
        read_units = page["ConsumedCapacity"]["CapacityUnits"]
        self._reads.spend(read_units)
        items = self._changed(page["Items"])
        written, write_units = self._write(items)
        self._writes.spend(write_units)
        last = page.get("LastEvaluatedKey")
        with self._guard:
            self._marks.move(segment, "end" if last is None else last)
            so_far = self._progress
            self._progress = dataclasses.replace(
                so_far,
                segments_done=so_far.segments_done + (last is None),
                read=so_far.read + len(page["Items"]),
                written=so_far.written + written,
                kept=so_far.kept + len(items) - written,
                read_units=so_far.read_units + read_units,
                write_units=so_far.write_units + write_units,
            )
            if self._told is not None:
                self._told(self._progress)

    def _changed(self, items: list[clients.Wire]) -> list[clients.Wire]:
        if self._change is None:
            return items
        changed = [self._change(plain.item_in(item)) for item in items]
        return [plain.item_out(item) for item in changed if item is not None]


def _writer(
    client: clients.Client, table: str, existing: Existing, partition_key: str, policy: Backoff
) -> Callable[[list[clients.Wire]], tuple[int, float]]:
    """A function that writes a page's items: how many it wrote, and for how many units."""

    def replacing(items: list[clients.Wire]) -> tuple[int, float]:
        units = 0.0
        for first in range(0, len(items), limits.BATCH_WRITE_REQUESTS):
            some = items[first : first + limits.BATCH_WRITE_REQUESTS]
            puts = [{"PutRequest": {"Item": item}} for item in some]
            units += batches.write(client, table, puts, policy)
        return len(items), units

    def keeping(items: list[clients.Wire]) -> tuple[int, float]:
        written, units = 0, 0.0
        for item in items:
            try:
                answer = backoff.request(
                    client,
                    policy,
                    client.put_item,
                    TableName=table,
                    Item=item,
                    ConditionExpression="attribute_not_exists(#key)",
                    ExpressionAttributeNames={"#key": partition_key},
                    ReturnConsumedCapacity="TOTAL",
                )
            except client.exceptions.ConditionalCheckFailedException:
                units += 1.0  # At least; the refusal does not tell.
            else:
                written += 1
                units += answer["ConsumedCapacity"]["CapacityUnits"]
        return written, units

    return replacing if existing == "replace" else keeping


class _Pace:
    """Units a second that all threads together keep to, on average; None: no limit."""

    def __init__(
        self,
        units_per_second: float | None,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
    ) -> None:
        if units_per_second is not None and units_per_second <= 0:
            raise ValueError("A pace is above 0 units a second")
        self._rate = units_per_second
        self._monotonic = monotonic
        self._sleep = sleep
        self._free_at = monotonic()
        self._guard = threading.Lock()

    def spend(self, units: float) -> None:
        """Wait until these units, spent already, are within the pace."""
        if self._rate is None:
            return
        with self._guard:
            now = self._monotonic()
            self._free_at = max(self._free_at, now) + units / self._rate
            wait = self._free_at - now
        if wait > 0:
            self._sleep(wait)


def _id_of(client: clients.Client, table: str, policy: Backoff) -> str:
    """What tells a table from others that had its name; "" where there is none."""
    try:
        return _id(definitions.read(client, table, policy))
    except client.exceptions.ResourceNotFoundException:
        return ""


def _id(described: definitions.Description) -> str:
    return str(described.get("TableId", described.get("TableArn")))


def _partition_key(described: Any) -> str:
    [name] = [key["AttributeName"] for key in described["KeySchema"] if key["KeyType"] == "HASH"]
    return name
