"""Sends the changes of tables to their Kinesis destinations.

One thread for all of them, which reads the log as every other reader does: a stream that is down
holds up nobody but itself. A checkpoint moves after records were taken, so each comes at least
once. Of one item's changes none is sent before an earlier one was taken, or is sent again after it.

Source: facts, Kinesis destination.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dynalite_py.model import arns, codec, limits, records
from dynalite_py.model.clock import Clock
from dynalite_py.model.records import Record
from dynalite_py.storage import followers
from dynalite_py.storage.changes import Log, Stream
from dynalite_py.storage.database import Database
from dynalite_py.storage.followers import Follower, Place
from dynalite_py.storage.writer import Transaction, Writer
from dynalite_py.workers import trigger_batches
from dynalite_py.workers.kinesis_sinks import Entry, Sink, SinkError
from dynalite_py.workers.stepping import Stepper

_LOG = logging.getLogger(__name__)
_MICROSECONDS = 1_000_000
_KEY_BYTES = 16
# How long a call that goes on is waited for at the end.
STOP_SECONDS = 5.0

Chance: TypeAlias = Callable[[], float]


@dataclass(slots=True)
class _Load:
    """Records of one shard on their way. left: those that were not taken; through: the sequence up
    to which all is done once they are.
    """

    left: list[Entry]
    through: int


class _Sending:
    """What is known of one follower. loads: by shard; retry_at: epoch seconds."""

    __slots__ = ("failures", "loads", "retry_at")

    def __init__(self) -> None:
        self.loads: dict[str, _Load] = {}
        self.failures = 0
        self.retry_at = 0.0


class Kinesis:
    """The destinations of one open store. chance: gives numbers from 0 to 1, for pauses."""

    def __init__(
        self,
        sink: Sink,
        *,
        database: Database,
        writer: Writer,
        clock: Clock,
        log: Log,
        chance: Chance = random.random,
    ) -> None:
        self._sink = sink
        self._database, self._writer, self._log = database, writer, log
        self._clock, self._chance = clock, chance
        self._sendings: dict[int, _Sending] = {}
        self._settled = True
        self._abandoned = False
        self.stepper = Stepper(
            "dynalite-kinesis",
            step=self.step,
            pause=self._pause,
            settled=lambda: self._settled,
            ended=self._sendings.clear,
        )

    def start(self) -> None:
        """Start the thread, once there is a destination. Starting twice does nothing."""
        if not self.stepper.alive and not self.stepper.ending:
            self._log.listeners = [*self._log.listeners, self.stepper.wake]
            self.stepper.start()
        self.stepper.wake()

    def close(self) -> None:
        """End the thread after its present call; what is left to send stays in the file."""
        self.stepper.ask_to_end()
        if not self.stepper.join(STOP_SECONDS):
            self._abandoned = True

    def step(self) -> bool:
        """Send a load of every shard of every destination. Returns whether more is to be done."""
        with self._database.snapshot() as db:
            every = followers.of_kind(db, followers.KINESIS)
        self._forget({follower.id for follower in every})
        self._settled = True
        more = False
        tables: set[int] = set()
        for follower in every:
            # What a table's former destination has not got comes before the present one's.
            if follower.table_id in tables:
                self._settled = False
                continue
            tables.add(follower.table_id)
            more = self._serve(follower) or more
            if self.stepper.ending:
                return False
        return more

    def _forget(self, there: set[int]) -> None:
        for gone in self._sendings.keys() - there:
            del self._sendings[gone]

    def _serve(self, follower: Follower) -> bool:
        """Send what is there for one destination. Returns whether there is more at once."""
        sending = self._sendings.setdefault(follower.id, _Sending())
        if sending.retry_at > self._clock.now():
            self._settled = False
            return False
        kept = bool(sending.loads)  # What is behind them has not been looked at.
        more = self._load(follower, sending)
        if more is None:
            self._commit(lambda transaction: followers.remove(transaction, follower.id))
            return True
        for shard, load in list(sending.loads.items()):
            if not self._send(follower, sending, shard, load):
                self._settled = False
                return False
        return more or kept

    def _load(self, follower: Follower, sending: _Sending) -> bool | None:
        """Read a load of each shard that has none. Returns whether there is more; None: all is
        done, for ever.
        """
        oldest = int((self._clock.now() - limits.STREAM_SECONDS) * _MICROSECONDS)
        found: list[tuple[Place, list[Record], int | None]] = []
        more = False
        with self._database.snapshot() as db:
            places = followers.places(db, follower)
            if not places and follower.until is not None:
                return None
            for place in places:
                if place.shard.id in sending.loads:
                    continue
                rows, complete = followers.read(
                    db,
                    follower,
                    place.shard,
                    place.after,
                    records=limits.KINESIS_RECORDS,
                    size_bytes=limits.KINESIS_BYTES // 4,
                    since=oldest,
                )
                end = followers.end_of(follower, place.shard) if complete else None
                found.append((place, rows, end))
                more = more or not complete or end is not None
        for place, rows, end in found:
            if rows or end is not None:
                through = rows[-1].sequence if end is None else end
                left = _entries(follower, place.stream, rows)
                sending.loads[place.shard.id] = _Load(left, through)
        return more

    def _send(self, follower: Follower, sending: _Sending, shard: str, load: _Load) -> bool:
        """Send a load and note that it is taken. Returns whether all of it was."""
        while load.left:
            count = _fitting(load.left)
            now_sent = load.left[:count]
            try:
                refused = self._sink(follower.name, now_sent)
            except SinkError as failure:
                self._put_off(follower, sending, str(failure))
                return False
            if self._abandoned:
                return False
            if refused:
                load.left[:count] = _again(now_sent, refused)
                self._put_off(follower, sending, f"{len(refused)} records were not taken")
                return False
            del load.left[:count]
        sending.failures = 0
        self._commit(
            lambda transaction: followers.save(transaction, follower.id, {shard: load.through})
        )
        del sending.loads[shard]
        return True

    def _put_off(self, follower: Follower, sending: _Sending, why: str) -> None:
        if sending.failures == 0:  # Said once, not at every try.
            _LOG.warning("table %s to %s: %s", follower.table_name, follower.name, why)
        sending.failures += 1
        pause = trigger_batches.pause_seconds(sending.failures, self._chance())
        sending.retry_at = self._clock.now() + pause

    def _commit(self, change: Callable[[Transaction], None]) -> None:
        def work(transaction: Transaction) -> bytes:
            change(transaction)
            return b""

        self._writer.perform(work)

    def _pause(self) -> float | None:
        now = self._clock.now()
        waiting = [each.retry_at - now for each in self._sendings.values() if each.failures]
        return min(waiting, default=None)


def _entries(follower: Follower, stream: Stream, rows: Sequence[Record]) -> list[Entry]:
    keys = [name for name, _ in stream.key_schema]
    arn = arns.table(stream.region, stream.account, stream.name)
    entries: list[Entry] = []
    by_precision = itertools.groupby(
        rows, lambda row: followers.precision_of(follower, row.sequence)
    )
    for precision, group in by_precision:
        write = records.for_kinesis(arn, stream.name, stream.region, keys, precision)
        entries += [Entry(_partition_key(row, keys), write(row)) for row in group]
    return entries


def _partition_key(record: Record, keys: Sequence[str]) -> str:
    """The same for every change of an item, so that one shard of Kinesis has them in order."""
    text = record.new if record.new is not None else record.old
    assert text is not None, "a change has an item before or after it"
    item = codec.decode(text)
    key = codec.text([item[name] for name in keys])
    return hashlib.blake2b(key.encode(), digest_size=_KEY_BYTES).hexdigest()


def _fitting(entries: Sequence[Entry]) -> int:
    """How many entries one PutRecords takes; one at least."""
    size = 0
    for place, entry in enumerate(entries):
        size += len(entry.data.encode()) + len(entry.partition_key)
        if place and size > limits.KINESIS_BYTES:
            return place
    return len(entries)


def _again(sent: Sequence[Entry], refused: Sequence[int]) -> list[Entry]:
    """What to send again: what was not taken, and what came after it of the same item."""
    out = set(refused)
    keys: set[str] = set()
    again: list[Entry] = []
    for place, entry in enumerate(sent):
        if place in out:
            keys.add(entry.partition_key)
        if entry.partition_key in keys:
            again.append(entry)
    return again
