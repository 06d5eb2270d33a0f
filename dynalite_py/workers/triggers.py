"""Triggers: functions that are called with the changes of a table, as Lambda calls them.

Each trigger has a thread of its own, which reads the log as every other reader does: no writer ever
waits for a handler. A checkpoint moves in a write transaction after a batch is done; so every
change comes at least once, whatever is killed when, and the changes of one item come in order.
"""

from __future__ import annotations

import logging
import random
import threading
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import NamedTuple, TypeAlias

import apsw

from dynalite_py.model import codec, limits, trigger_errors
from dynalite_py.model.clock import Clock
from dynalite_py.model.records import Record
from dynalite_py.storage import followers
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database
from dynalite_py.storage.followers import Follower, Place
from dynalite_py.storage.writer import Transaction, Writer
from dynalite_py.workers import event_filters, trigger_batches, trigger_failures, trigger_handlers
from dynalite_py.workers.stepping import Stepper
from dynalite_py.workers.trigger_batches import Batch
from dynalite_py.workers.trigger_handlers import Called, Context, Handler
from dynalite_py.workers.trigger_lines import Line
from dynalite_py.workers.trigger_options import TriggerOptions

_LOG = logging.getLogger(__name__)
_MICROSECONDS = 1_000_000
_READ_RECORDS = 1000
_READ_BYTES = 6 * 1024 * 1024
# All shards of a trigger together keep about so much; then what is read is delivered first.
_KEPT_BYTES = 32 * 1024 * 1024
# How long the end of a call is waited for when a trigger is stopped.
STOP_SECONDS = 5.0
_CANCEL_SECONDS = 1.0

Chance: TypeAlias = Callable[[], float]


class Statistics(NamedTuple):
    """What a trigger has done since it was started.

    invocations: calls; failures: those that failed, wholly or in part. records: that were dealt
    with by a handler, filtered: that no pattern wanted, discarded: that were given up. waiting:
    read, and not dealt with. age_seconds: of the last record that was handed over. last_failure:
    why the last call failed, None after one that did not.
    """

    invocations: int = 0
    failures: int = 0
    records: int = 0
    filtered: int = 0
    discarded: int = 0
    waiting: int = 0
    age_seconds: float = 0.0
    last_failure: str | None = None


class Trigger:
    """One trigger that runs. ended: is told when it is stopped; chance: gives numbers from 0 to 1,
    for pauses.
    """

    def __init__(
        self,
        options: TriggerOptions,
        follower: Follower,
        *,
        database: Database,
        writer: Writer,
        clock: Clock,
        ended: Callable[[Trigger], object],
        chance: Chance,
    ) -> None:
        self.options = options
        self._follower = follower
        self._database, self._writer = database, writer
        self._clock, self._chance = clock, chance
        self._matches = event_filters.compiled(options.filter)
        self._handler = Handler(options.handler)
        self._send = trigger_failures.sender(options.on_failure)
        self._lines: dict[str, Line] = {}
        self._ended = ended
        self._abandoned = False
        self._more = False  # There is more to read at once.
        self._counts: Counter[str] = Counter()
        self._age = 0.0
        self._last_failure: str | None = None
        self._arn = f"arn:aws:lambda:{follower.region}:{follower.account}:function:{follower.name}"
        self.stepper = Stepper(
            f"dynalite-trigger-{follower.id}",
            step=self.step,
            pause=self._pause,
            settled=self._is_settled,
            ended=self._handler.close,
        )

    def abandon(self) -> None:
        """Nobody waits for its thread any more: it writes nothing."""
        self._abandoned = True

    @property
    def name(self) -> str:
        """Under which its checkpoint is kept."""
        return self._follower.name

    @property
    def table(self) -> str:
        """The name of the table that it follows."""
        return self._follower.table_name

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What no other trigger has: account, region, table name, name."""
        return self._follower.account, self._follower.region, self.table, self.name

    @property
    def running(self) -> bool:
        """Whether it has not been stopped."""
        return self.stepper.alive and not self.stepper.ending

    @property
    def statistics(self) -> Statistics:
        """What it has done so far."""
        counts = self._counts
        waiting = sum(line.waits() for line in list(self._lines.values()))
        return Statistics(
            **{name: counts[name] for name in _COUNTED},
            waiting=waiting,
            age_seconds=self._age,
            last_failure=self._last_failure,
        )

    def wait(self, seconds: float = 30.0) -> bool:
        """Wait until every change that is committed now is dealt with. Returns whether it is."""
        return self.stepper.wait_until_settled(seconds)

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """End it: the present call ends, and its checkpoint is kept.

        A call that goes on longer is left to itself, a coroutine is cancelled: its batch comes
        again when the trigger is started again. Returns whether it has ended.
        """
        self.stepper.ask_to_end()
        self._ended(self)
        if self.stepper.join(seconds):
            return True
        self.abandon()
        self._handler.cancel()
        if self.stepper.join(_CANCEL_SECONDS):
            return True
        _LOG.warning("%s: its handler still runs; its batch will come again", self.name)
        return False

    def remove(self, seconds: float = STOP_SECONDS) -> bool:
        """End it, and forget its checkpoint: under this name it would begin anew."""
        ended = self.stop(seconds)

        def work(transaction: Transaction) -> bytes:
            followers.remove(transaction, self._follower.id)
            return b""

        self._writer.perform(work)
        return ended

    def step(self) -> bool:
        """Read what is new, then call the handler once a shard. Returns whether more is to be done.

        Raises: DynamoDBError where a checkpoint cannot be stored.
        """
        self._read()
        done = False
        for line in list(self._lines.values()):
            if self.stepper.ending:
                return False
            done = self._advance(line) or done
        return self._more or (done and not self._is_settled())

    def _read(self) -> None:
        now = self._clock.now()
        held = sum(line.held_bytes() for line in self._lines.values())
        self._more = False
        found: list[tuple[Line, list[Record], int | None]] = []
        with self._database.snapshot() as db:
            places = followers.places(db, self._follower)
            there = {place.shard.id for place in places}
            for finished in self._lines.keys() - there:
                del self._lines[finished]
            for place in places:
                line = self._line(place)
                if line.end is None:
                    rows, end = self._read_line(db, line, place, now, room=_KEPT_BYTES - held)
                    held += sum(row.old_size + row.new_size for row in rows)
                    found.append((line, rows, end))
        for line, rows, end in found:  # Outside of the snapshot: it may take its time.
            self._counts["filtered"] += line.take(rows, self._matches, now)
            if end is not None:
                line.finish(end)

    def _line(self, place: Place) -> Line:
        line = self._lines.get(place.shard.id)
        if line is None:
            line = self._lines[place.shard.id] = Line(place.stream, place.shard, place.after)
            _warn_of_trimmed(place, self.name)
        return line

    def _read_line(
        self, db: apsw.Connection, line: Line, place: Place, now: float, *, room: int
    ) -> tuple[list[Record], int | None]:
        """Read what the next batch of a shard has room for; the shard's end, where that is all.

        room: bytes that may still be kept; a shard of which nothing waits gets on without it.
        """
        line.behind = True
        wanted = line.wanted(self.options)
        if wanted == 0 or (room <= 0 and not line.empty):
            return [], None
        rows, complete = followers.read(
            db,
            self._follower,
            place.shard,
            line.read_to,
            # Of what is filtered nobody knows how much a batch needs.
            records=_READ_RECORDS if self._matches else min(wanted, _READ_RECORDS),
            size_bytes=min(max(room, 0), _READ_BYTES),
            since=int((now - limits.STREAM_SECONDS) * _MICROSECONDS),
        )
        line.behind = not complete
        self._more = self._more or not complete
        return rows, followers.end_of(self._follower, place.shard) if complete else None

    def _advance(self, line: Line) -> bool:
        """Call the handler with what is due of a shard. Returns whether anything was done."""
        self._save(line)  # What could not be stored at the last try.
        due, now = line.due_at(self.options), self._clock.now()
        if due is None:
            passed = line.passed_to()
            if passed is not None:
                self._note(line, passed)
            return passed is not None
        if due > now:
            return False
        if not line.waiting:
            line.waiting.append(line.batch(self.options))
        if self._drop_old(line, now):
            self._call(line)
        return True

    def _drop_old(self, line: Line, now: float) -> bool:
        """Give up what is too old of the first batch. Returns whether something is left to do."""
        age, batch = self.options.maximum_record_age, line.waiting[0]
        if age < 0:
            return True
        old, kept = trigger_batches.without_old(batch, int((now - age) * _MICROSECONDS))
        if old is None:
            return True
        if not self._tell(line, old, trigger_failures.TOO_OLD, self._context()):
            line.waiting[0] = self._later(batch)
            return False
        self._finish(line, old.through, [] if kept is None else [kept])
        return kept is not None

    def _call(self, line: Line) -> None:
        batch = line.waiting[0]
        batch = line.waiting[0] = replace(batch, invocations=batch.invocations + 1)
        context = self._context()
        texts = ",".join(taken.text for taken in batch.records)
        called = self._handler.call(codec.decode(f'{{"Records":[{texts}]}}'), context)
        if self._abandoned:
            return
        self._counts["invocations"] += 1
        self._age = self._clock.now() - batch.records[-1].at / _MICROSECONDS
        first_failed = self._first_failed(called, batch)
        if first_failed is None:
            self._last_failure = None
            self._counts["records"] += len(batch.records)
            self._finish(line, batch.through, [])
            return
        self._counts["failures"] += 1
        self._counts["records"] += first_failed
        self._last_failure = called.failure or "the handler reported failed records"
        self._try_again(line, batch, first_failed, context)

    def _first_failed(self, called: Called, batch: Batch) -> int | None:
        if called.failure is not None:
            return 0
        if not self.options.report_batch_item_failures:
            return None
        return trigger_handlers.first_failed(called.reply, batch.numbers())

    def _try_again(self, line: Line, batch: Batch, first_failed: int, context: Context) -> None:
        verdict = trigger_batches.after_failure(batch, first_failed, self.options)
        again, through = verdict.next, verdict.done
        if verdict.discarded is not None:
            given_up = verdict.discarded
            if self._tell(line, given_up, trigger_failures.TOO_OFTEN, context):
                through = given_up.through
            else:
                again = [given_up]
        if again:
            again[0] = self._later(again[0])
        self._finish(line, through, again)

    def _finish(self, line: Line, through: int | None, again: list[Batch]) -> None:
        """The first batch that waits is done up to a sequence; others stand in its place."""
        reached = line.reached(through) if through is not None and not again else through
        line.waiting.popleft()
        line.waiting.extendleft(reversed(again))
        if reached is not None:
            self._note(line, reached)

    def _later(self, batch: Batch) -> Batch:
        pause = trigger_batches.pause_seconds(batch.invocations, self._chance())
        return replace(batch, retry_at=self._clock.now() + pause)

    def _tell(self, line: Line, batch: Batch, condition: str, context: Context) -> bool:
        """Say that records are given up. Returns False where that could not be said."""
        if self._send is not None:
            told = trigger_failures.message(
                batch,
                shard=line.shard,
                stream_arn=line.arn,
                context=context,
                condition=condition,
                now=self._clock.now(),
            )
            failure = trigger_handlers.sent(self._send, told)
            if failure is not None:
                self._last_failure = f"its on-failure destination failed: {failure}"
                return False
        _LOG.warning("%s: %d records given up: %s", self.name, len(batch.records), condition)
        self._counts["discarded"] += len(batch.records)
        return True

    def _note(self, line: Line, sequence: int) -> None:
        line.to_save, line.passed = sequence, 0
        self._save(line)

    def _save(self, line: Line) -> None:
        """Store a checkpoint that is not stored. Raises: DynamoDBError."""
        if line.to_save is None:
            return
        reached = {line.shard: line.to_save}

        def work(transaction: Transaction) -> bytes:
            followers.save(transaction, self._follower.id, reached)
            return b""

        self._writer.perform(work)
        line.saved, line.to_save = line.to_save, None

    def _context(self) -> Context:
        return Context(str(uuid.uuid4()), self.name, self._arn)

    def _pause(self) -> float | None:
        dues = [line.due_at(self.options) for line in self._lines.values()]
        due = min((each for each in dues if each is not None), default=None)
        return None if due is None else due - self._clock.now()

    def _is_settled(self) -> bool:
        """Whether all is dealt with. What follows a shard is read when that is done."""
        return not any(
            line.behind or not line.empty or line.to_save is not None or line.end is not None
            for line in self._lines.values()
        )


_COUNTED = ("invocations", "failures", "records", "filtered", "discarded")


def _warn_of_trimmed(place: Place, name: str) -> None:
    if place.shard.trimmed > place.after > 0:
        _LOG.warning("%s: records of %s were trimmed before they were read", name, place.shard.id)


class Triggers:
    """The triggers of one open store."""

    def __init__(self, database: Database, writer: Writer, clock: Clock, log: Log) -> None:
        self._database, self._writer = database, writer
        self._clock, self._log = clock, log
        self._running: dict[tuple[str, str, str, str], Trigger] = {}
        self._lock = threading.Lock()
        self._closed = False

    def start(self, options: TriggerOptions, account: str, region: str, table: str) -> Trigger:
        """Start a trigger, where its checkpoint is or where its options say. Raises: TriggerError,
        DynamoDBError.
        """
        event_filters.compiled(options.filter)  # Before anything is stored.
        with self._lock:
            if self._closed:
                raise trigger_errors.closed()
            if (account, region, table, options.name) in self._running:
                raise trigger_errors.taken(options.name, table)
            trigger = self.prepared(options, account, region, table)
            self._running[trigger.key] = trigger
            self._log.listeners = [*self._log.listeners, trigger.stepper.wake]
            trigger.stepper.start()
        return trigger

    def prepared(
        self,
        options: TriggerOptions,
        account: str,
        region: str,
        table: str,
        *,
        chance: Chance = random.random,
    ) -> Trigger:
        """A trigger that does not run yet. Raises: TriggerError, DynamoDBError."""
        return Trigger(
            options,
            self._follower(options, (account, region, table)),
            database=self._database,
            writer=self._writer,
            clock=self._clock,
            ended=self._forget,
            chance=chance,
        )

    def _follower(self, options: TriggerOptions, place: tuple[str, str, str]) -> Follower:
        """What the file knows of the trigger; a new one begins where its options say."""

        def work(transaction: Transaction) -> bytes:
            if followers.find(transaction.db, followers.TRIGGER, *place, options.name) is None:
                from_now = options.starting_position == "LATEST"
                followers.add(
                    transaction, followers.TRIGGER, place, options.name, from_now=from_now
                )
            return b""

        def find(db: apsw.Connection) -> Follower | None:
            return followers.find(db, followers.TRIGGER, *place, options.name)

        found = self._database.read(find)
        if found is None:
            self._writer.perform(work)
            found = self._database.read(find)
        assert found is not None, "a follower is there once it is committed"
        return found

    def _forget(self, trigger: Trigger) -> None:
        with self._lock:
            if self._running.get(trigger.key) is trigger:
                del self._running[trigger.key]
            wake = trigger.stepper.wake
            self._log.listeners = [each for each in self._log.listeners if each != wake]

    def close(self) -> None:
        """End every trigger: present calls end or, after some seconds, are left to themselves."""
        with self._lock:
            self._closed = True
            running = list(self._running.values())
        for trigger in running:
            trigger.stepper.ask_to_end()
        until = monotonic() + STOP_SECONDS
        for trigger in running:
            if trigger.stepper.is_this_thread:  # Its handler closes the store.
                trigger.abandon()
            trigger.stop(until - monotonic())
