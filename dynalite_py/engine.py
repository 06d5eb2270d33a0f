"""The one entrance: puts database, catalog, operations and workers together, and performs requests
for every door.
"""

from __future__ import annotations

import functools
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import apsw

from dynalite_py import settings
from dynalite_py.language import parse, sql
from dynalite_py.model import arns, errors, metrics, table_errors, trigger_errors
from dynalite_py.model.analytics_errors import AnalyticsError as SqlError
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.trigger_errors import TriggerError
from dynalite_py.operations import eventual, expressions, registry, schema, schemas, wordings
from dynalite_py.operations.operation import ClaimingWork, Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.operations.transitions import AT_ONCE, Transitions
from dynalite_py.storage import jobs, lag, ranges, secrets, shelves, snapshots, upkeep
from dynalite_py.storage.catalog import UNREADABLE, Catalog
from dynalite_py.storage.changes import SHARD_HOURS, Log
from dynalite_py.storage.claims import Claims
from dynalite_py.storage.database import Database, StoreError, unopened
from dynalite_py.storage.lag import ON_TIME, Lateness
from dynalite_py.storage.loads import Mark
from dynalite_py.storage.readers import Readers
from dynalite_py.storage.shelves import Snapshot
from dynalite_py.storage.writer import Answer, Outcome, Transaction, Work, Writer
from dynalite_py.workers import following
from dynalite_py.workers.following import Target
from dynalite_py.workers.runner import Runner
from dynalite_py.workers.trigger_options import Destination, TriggerOptions
from dynalite_py.workers.ttl import Sweeper

if TYPE_CHECKING:  # What few ask for is loaded by the first who does.
    from dynalite_py.faults.laid import Faults
    from dynalite_py.operations.analytics import Answer as SqlAnswer
    from dynalite_py.operations.bulk import Element
    from dynalite_py.operations.explain_plans import Plan
    from dynalite_py.workers.kinesis_sinks import Sink
    from dynalite_py.workers.triggers import Trigger as Trigger  # noqa: PLC0414 - for the doors

__all__ = [
    "AT_ONCE",
    "Answer",
    "Destination",
    "Engine",
    "Mark",
    "Outcome",
    "Snapshot",
    "SqlError",
    "StoreError",
    "Target",
    "Transitions",
    "TriggerError",
    "TriggerOptions",
]

_LOG = logging.getLogger(__name__)
_SCOPES = 1024


class Engine:
    """An open store.

    Every door hands it (operation, request, caller) and gets an answer's bytes or one refusal.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        transitions: Transitions = AT_ONCE,
        *,
        wording: str = "current",
        ttl_interval: float = settings.TTL_INTERVAL_SECONDS,
        stream_shards: int = 1,
        shard_hours: float = SHARD_HOURS,
        late: Lateness = ON_TIME,
        sink: Sink | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.transitions = transitions
        self.operations: Mapping[str, Operation] = registry.OPERATIONS
        self.log = Log(database.writer, clock, shards=stream_shards, hours=shard_hours)
        self.writer = Writer(database, self.log)
        self.catalog = Catalog(database.writer)
        self._secret = secrets.of(database.writer)
        self.faults: Faults | None = None
        self.claims = Claims()
        self.sweeper = Sweeper(database, self.catalog, self.writer, clock, interval=ttl_interval)
        self._lag = None if late.seconds == 0 else lag.opened(database, clock, *late)
        if self._lag is not None:
            self.operations = eventual.delayed(registry.OPERATIONS, self._lag)
            self.writer.record(self._lag)
        self.runner = Runner(
            database, self.catalog, self.writer, clock, sweeper=self.sweeper, log=self.log
        )
        self.following = following.Following(database, self.writer, clock, self.log, sink=sink)
        self._scopes: dict[Caller, Scope] = {}
        self._readers: Readers[tuple[Callable[[Any], bytes], Answer]] = Readers(self._read_range)
        self._older = wording == "older"
        # What a fork takes over.
        self._options: dict[str, Any] = {"wording": wording, "ttl_interval": ttl_interval}
        self._options |= {"late": late, "stream_shards": stream_shards, "shard_hours": shard_hours}
        self._shelf = shelves.of(database)
        self._folder: Path | None = None  # what a fork in a file lies in, and takes with it
        self._closed = False
        database.watch = self.runner.wake
        self._wake_for_what_is_left()

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str] = ":memory:",
        *,
        durability: str = "full",
        clock: Clock | None = None,
        transitions: Transitions = AT_ONCE,
        wording: str = "current",
        ttl_interval: float = settings.TTL_INTERVAL_SECONDS,
        stream_shards: int = 1,
        shard_hours: float = SHARD_HOURS,
        late: Lateness = ON_TIME,
        kinesis_endpoint: str | None = None,
        kinesis_sink: Target | None = None,
    ) -> Engine:
        """Open or create a store.

        path: a file or ``:memory:``. transitions: how long tables take to change. wording:
        ``current`` or ``older`` texts of refusals. ttl_interval: seconds between two sweeps of
        expired items; 0: none unasked. stream_shards: how many shards a stream has at a time;
        shard_hours: how long each is written to, 0 for ever. late: how late eventual reads are.
        kinesis_endpoint, kinesis_sink: where the records of Kinesis destinations go; without them
        they wait. Raises: StoreError with a text for a person.
        """
        if wording not in ("current", "older"):
            raise StoreError(f"wording is current or older, not {wording!r}")
        sink = following.sink_of(kinesis_endpoint, kinesis_sink)
        database = Database(path, durability=durability)
        try:
            return cls(
                database,
                clock or SystemClock(),
                transitions,
                wording=wording,
                ttl_interval=ttl_interval,
                stream_shards=stream_shards,
                shard_hours=shard_hours,
                late=late,
                sink=sink,
            )
        except (apsw.Error, *UNREADABLE) as failure:
            database.close()
            raise unopened(database.path, failure) from failure
        except BaseException:
            database.close()
            raise

    @property
    def failure(self) -> str | None:
        """Why no write is taken until the store is opened again; None while all is well."""
        return self.database.failure

    def lay_faults(self, faults: Faults | None) -> None:
        """Let requests meet these faults from now on, in place of those before; None: no more."""
        before, self.faults = self.faults, faults
        if before is not None and before is not faults:
            before.close()

    def measure(self) -> metrics.Commits:
        """Count commits from now on; what was counted."""
        if self.writer.commits is None:
            self.writer.commits = metrics.Commits()
        return self.writer.commits

    def figures(self) -> metrics.StoreFigures:
        """How the store is at this moment."""
        from dynalite_py.language import partiql_parse

        file_bytes, wal_bytes = self.database.file_bytes()
        return metrics.StoreFigures(
            commits=self.writer.commits or metrics.Commits(),
            file_bytes=file_bytes,
            wal_bytes=wal_bytes,
            tables=len(self.catalog.all_tables()),
            jobs=self.database.read(jobs.count),
            workers=int(self.runner.running()),
            expired=self.sweeper.counts(),
            caches={
                "requests": expressions.cache(),
                "expressions": parse.cache(),
                "statements": partiql_parse.cache(),
                "filters": sql.cache(),
            },
        )

    def perform(
        self, operation: str, request: Request, caller: Caller, *, past_faults: bool = False
    ) -> bytes:
        """Perform one request and wait for it. Returns the answer's JSON. Raises: DynamoDBError.

        past_faults: whatever faults there are were met already.
        """
        action = self.operations.get(operation)
        if action is None:
            raise errors.unknown_operation()
        try:
            scope = self._scope(caller)
            kind, work = action.kind, self._checked(action, scope, request)
            faults = self.faults
            if faults is not None and not past_faults:
                perform = functools.partial(self.perform, past_faults=True)
                return faults.perform(perform, operation, request, caller)
            if kind == "statement":
                kind, work = work
            if kind in ("read", "range"):
                return self.database.read(work)
            if kind == "control":
                return self.writer.perform(self._waking(work), alone=True)
            if kind == "transaction":
                return self._perform_claiming(work)
            return self.writer.perform(work)
        except DynamoDBError as refusal:
            raise self._worded(operation, request, refusal) from None
        except Exception as failure:
            raise self._unforeseen(action.name, failure) from failure

    def submit(
        self,
        operation: str,
        request: Request,
        caller: Caller,
        answer: Answer,
        *,
        past_faults: bool = False,
    ) -> bytes | None:
        """Perform one request without waiting for the disk.

        Returns the answer at once where a short read or a refusal settles it (Raises:
        DynamoDBError); else None, and ``answer`` is called once, from another thread, with the
        bytes or the refusal.
        """
        action = self.operations.get(operation)
        if action is None:
            raise errors.unknown_operation()
        try:
            kind, work = action.kind, self._checked(action, self._scope(caller), request)
            faults = self.faults
            if faults is not None and not past_faults:
                submit = functools.partial(self.submit, past_faults=True)
                return faults.submit(submit, operation, request, caller, answer)
            if kind == "statement":
                kind, work = work
            if kind == "read":
                return self.database.read(work)
            if kind == "range":
                return self._read_briefly(work, answer)
            if kind == "transaction":
                answer = _releasing(work, answer)
        except DynamoDBError as refusal:
            raise self._worded(operation, request, refusal) from None
        except Exception as failure:
            raise self._unforeseen(action.name, failure) from failure
        if self._older:
            answer = self._wording(operation, request, answer)
        self._queue(kind, work, answer)
        return None

    def _queue(self, kind: str, work: Work, answer: Answer) -> None:
        """Leave a write to the writer's thread."""
        if kind == "control":
            self.writer.submit(self._waking(work), answer, alone=True)
        else:
            self.writer.submit(work, answer)

    def begin_turn(self) -> None:
        """What this thread submits until ``end_turn``, which must follow soon, goes together:
        reads are as of one commit as long as there is no later one, writes are one group.
        """
        self.database.begin_turn()

    def end_turn(self) -> None:
        """The end of what ``begin_turn`` began."""
        self.database.end_turn()
        self.writer.wake()

    def _read_briefly(self, work: Callable[..., bytes], answer: Answer) -> bytes | None:
        """A short page at once; a long one is read by another thread."""
        try:
            return self.database.read(functools.partial(work, brief=True))
        except ranges.TooLongError:
            self._readers.submit((work, answer))
            return None

    def _perform_claiming(self, work: ClaimingWork) -> bytes:
        release = work.claim()
        try:
            return self.writer.perform(work)
        finally:
            release()

    def _waking(self, work: Work) -> Work:
        """The same work; once it is committed, the workers look after what it left to be done."""

        def run(transaction: Transaction) -> bytes:
            answer = work(transaction)
            left = jobs.exist(transaction.db) or upkeep.has_much_free(transaction.db)
            sends = self.following.sends(transaction.db)
            # After the catalog has learnt of the change.
            transaction.after_commit.append(lambda: self._wake_for(left))
            if sends:
                transaction.after_commit.append(self.following.destinations_changed)
            return answer

        return run

    def _wake_for_what_is_left(self) -> None:
        """Let the workers go on with what the file says was begun."""
        db = self.database.writer
        self._wake_for(jobs.exist(db) or upkeep.has_much_free(db))

    def _wake_for(self, jobs_left: bool) -> None:
        if jobs_left or self.runner.awaited():
            self.runner.wake()

    def _scope(self, caller: Caller) -> Scope:
        scope = self._scopes.get(caller)
        if scope is None:
            scope = Scope(
                caller,
                catalog=self.catalog,
                claims=self.claims,
                clock=self.clock,
                database=self.database,
                transitions=self.transitions,
                secret=self._secret,
            )
            if len(self._scopes) < _SCOPES:
                self._scopes[caller] = scope
        return scope

    def _checked(self, action: Operation, scope: Scope, request: Request) -> Any:
        """The request's work.

        Where the handler refuses, an earlier fault in the service's order wins; without one, the
        request is handled as the service reads it, with null members gone.
        """
        if action.plain is not None and (plain := action.plain(scope, request)) is not None:
            return plain
        taken = schemas.of(action.name)
        if not taken.accept(request):
            return action.handler(scope, schema.checked(taken, request))
        try:
            return action.handler(scope, request)
        except DynamoDBError:
            return action.handler(scope, schema.checked(taken, request))

    def _worded(self, operation: str, request: Request, refusal: DynamoDBError) -> DynamoDBError:
        return wordings.older(operation, request, refusal) if self._older else refusal

    def _wording(self, operation: str, request: Request, answer: Answer) -> Answer:
        """The same answer, a refusal in it worded as the setting says."""

        def worded(outcome: Outcome) -> None:
            if isinstance(outcome, DynamoDBError):
                outcome = self._worded(operation, request, outcome)
            answer(outcome)

        return functools.update_wrapper(worded, answer, assigned=(), updated=())

    def _unforeseen(self, operation: str, failure: Exception, *answers: Answer) -> DynamoDBError:
        """A table may vanish between its lookup and its read; everything else is our own fault.

        answers: whose request it was, where that is another thread's.
        """
        if isinstance(failure, apsw.SQLError) and "no such table" in str(failure):
            return errors.table_not_found()
        _LOG.error("%s failed", operation, exc_info=failure, extra={"answers": answers})
        return errors.internal_failure()

    def _read_range(self, job: tuple[Callable[[Any], bytes], Answer]) -> None:
        work, answer = job
        try:
            outcome: Outcome = self.database.read(work)
        except DynamoDBError as refusal:
            outcome = refusal
        except Exception as failure:  # noqa: BLE001 - logged and answered as a 500
            outcome = self._unforeseen("a range read", failure, answer)
        answer(outcome)

    def sql(
        self,
        text: str,
        parameters: Sequence[Any],
        caller: Caller,
        *,
        seconds: float,
        rows: int,
        size_bytes: int,
    ) -> SqlAnswer:
        """Answer a question in SQL over the caller's tables, under limits. Raises: SqlError."""
        from dynalite_py.operations import analytics

        limits = analytics.Limits(seconds, rows, size_bytes)
        return analytics.answer(self._scope(caller), text, parameters, limits)

    def load(
        self, table: str, elements: Iterator[Element], mark: Mark, caller: Caller
    ) -> tuple[int, bool]:
        """Put and delete the next elements in one transaction, and keep the place in their file.

        elements: canonical; the first that is refused ends it, and nothing is stored. mark: the
        place before. Returns how many were taken, and whether that was all. Raises: DynamoDBError.
        """
        from dynalite_py.operations import bulk

        batch = bulk.batch(self._scope(caller), table, elements, mark)
        self.writer.perform(batch.work)
        return batch.taken, batch.is_last

    def loaded(self, table: str, mark: Mark, caller: Caller) -> int:
        """How many elements of a file an interrupted load left there. Raises: DynamoDBError."""
        from dynalite_py.operations import bulk

        return bulk.done(self._scope(caller), table, mark)

    def access_path(self, operation: str, request: Request, caller: Caller) -> str:
        """How an answered request came to its items, without values; empty where there are none."""
        from dynalite_py.operations import explain

        return explain.access_path(operation, request, self._scope(caller))

    def explain(
        self, operation: str, request: Request, caller: Caller, *, analyze: bool = False
    ) -> Plan:
        """How a request would come to its items, and what that costs; nothing is written.

        analyze: the read is done, and measured. Raises: DynamoDBError.
        """
        from dynalite_py.operations import explain_lists

        action = self.operations.get(operation)
        if action is None:
            raise errors.unknown_operation()
        scope = self._scope(caller)
        try:
            self._checked(action, scope, request)
            with self.database.snapshot() as db:
                return explain_lists.plan(scope, db, operation, request, analyze=analyze)
        except DynamoDBError as refusal:
            raise self._worded(operation, request, refusal) from None
        except Exception as failure:
            raise self._unforeseen(action.name, failure) from failure

    def sweep(self) -> int:
        """Remove all that has expired by now. Returns how many went. Raises: DynamoDBError."""
        return self.sweeper.sweep()

    def trigger(self, options: TriggerOptions, caller: Caller, *, patient: bool = False) -> Trigger:
        """Call a function with the changes of a table from now on.

        patient: the table and its stream may come later. Raises: TriggerError, DynamoDBError.
        """
        scope = self._scope(caller)
        here = scope.region, scope.account, options.table
        region, account, name = arns.parse_table(options.table) or here
        table = scope.named(options.table)
        if not patient and table is None:
            raise trigger_errors.no_table(name, region)
        if not patient and table is not None and not (table.stream and table.stream.enabled):
            raise trigger_errors.no_stream(name)
        return self.following.start(options, account, region, name)

    def roll_shards(self, table_name: str, caller: Caller, into: int = 1) -> None:
        """Close the open shards of a table's stream now; each is followed by ``into`` others.

        Raises: DynamoDBError where there is no such table, or it has no stream.
        """
        scope = self._scope(caller)

        def work(transaction: Transaction) -> bytes:
            table = scope.current(scope.table(table_name))
            if not table.logged:
                raise table_errors.no_stream_to_roll(table.name)
            transaction.log.roll(transaction.db, table.id, into=into)
            return b""

        self.writer.perform(work, alone=True)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the store as it is now to a new file, while it is used. Raises: StoreError."""
        from dynalite_py.storage import backup

        for _ in backup.of_store(self.database, Path(path)):
            pass

    def snapshot(self, name: str, *, replace: bool = False) -> None:
        """Keep the store as it is now under a name, while it is used. Raises: StoreError."""
        for _ in self._shelf.take(name, self.clock.now(), replace=replace):
            pass

    def snapshots(self) -> list[Snapshot]:
        """What was kept, the oldest first. Raises: StoreError."""
        return self._shelf.kept()

    def delete_snapshot(self, name: str) -> None:
        """Forget what was kept under a name. Raises: StoreError."""
        self._shelf.delete(name)

    def restore(self, name: str) -> None:
        """Become again what was kept under a name. Raises: StoreError.

        Writes that arrive meanwhile wait, and are done on the restored state.
        """
        with self._shelf.opened(name) as source:
            self._become(source)

    def _become(self, source: apsw.Connection) -> None:
        with self.database.turn:
            if self._lag is not None:
                self._lag.before_commit(alone=True)
            for _ in snapshots.restore(self.database, source):
                pass
            if self._lag is not None:
                self._lag.after_commit(alone=True)
            self.catalog.reread(self.database.writer)
            self.writer.reread()
            self._secret = secrets.of(self.database.writer)
            self._scopes.clear()
        if self.database.memory:
            self._wake_for_what_is_left()
        else:
            self.runner.wake()  # The log is as long as the snapshot was.

    def fork(self, *, memory: bool = True, clock: Clock | None = None) -> Engine:
        """A store of its own that begins as this one is, and is gone when it is closed.

        memory: else it lies in a temporary file. clock: else it is this one's. Raises: StoreError.
        """
        clock = clock or self.clock
        if memory:
            return self._forked(snapshots.in_memory(self.database), clock, None)
        folder = Path(tempfile.mkdtemp(prefix="dynalite-fork-"))
        try:
            copy = snapshots.in_file(self.database, folder / "fork.db")
            return self._forked(copy, clock, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def _forked(self, database: Database, clock: Clock, folder: Path | None) -> Engine:
        try:
            engine = Engine(database, clock, self.transitions, **self._options)
        except BaseException:
            database.close()
            raise
        engine._folder = folder
        return engine

    def close(self) -> None:
        """Answer what waits, then close the file. Closing twice does nothing."""
        if self._closed:
            return
        self._closed = True
        self.lay_faults(None)
        self.following.close()
        self._readers.close()
        self.runner.close()
        self.writer.close()
        if self._lag is not None:
            self._lag.close()
        self.database.close()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)


def _releasing(work: ClaimingWork, answer: Answer) -> Answer:
    """Claim what the work needs; the same answer, once that is let go. Raises: DynamoDBError."""
    release = work.claim()

    def released(outcome: Outcome) -> None:
        release()
        answer(outcome)

    return functools.update_wrapper(released, answer, assigned=(), updated=())
