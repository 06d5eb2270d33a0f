"""An open store: the file, its clients and tables."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn

from dynalite_py import engine as engines
from dynalite_py import settings
from dynalite_py.doors.library import convert, exceptions
from dynalite_py.doors.library.client import Client, Perform
from dynalite_py.doors.library.clocks import StoreClock
from dynalite_py.doors.library.rows import Rows
from dynalite_py.doors.library.table import Table
from dynalite_py.model import caller as callers
from dynalite_py.model.clock import Clock
from dynalite_py.model.errors import DynamoDBError

if TYPE_CHECKING:  # Loaded by the first who asks for them.
    from dynalite_py.doors.library.creating import Created, Source
    from dynalite_py.doors.library.faults import LaidFaults
    from dynalite_py.doors.library.loading import FileFormat, Loaded, LoadFormat, Progress
    from dynalite_py.engine import Trigger
    from dynalite_py.operations.explain_plans import Plan

_MEMORY_FORK_BYTES = 256 * 1024 * 1024


class Store:
    """An open file, and its default client: ``store.get_item(...)``, ``store.table("Music")``.

    Safe to use from many threads; a context manager that closes the file. Every method of a client
    is here, for the region and account that ``connect`` was given.
    """

    exceptions = exceptions

    def __init__(self, engine: engines.Engine, *, region: str, account: str) -> None:
        self.engine = engine
        self.region = region
        self.account = account
        self.clock = StoreClock(engine.clock)
        self.perform: Perform = engine.perform
        self._clients: dict[tuple[str, str], Client] = {}
        self._lock = threading.Lock()
        self._closed = False
        client = self.client()
        self.meta = client.meta
        self.batch_get_item = client.batch_get_item
        self.batch_write_item = client.batch_write_item
        self.can_paginate = client.can_paginate
        self.create_table = client.create_table
        self.delete_item = client.delete_item
        self.delete_table = client.delete_table
        self.describe_endpoints = client.describe_endpoints
        self.describe_limits = client.describe_limits
        self.describe_table = client.describe_table
        self.get_item = client.get_item
        self.get_paginator = client.get_paginator
        self.get_waiter = client.get_waiter
        self.list_tables = client.list_tables
        self.list_tags_of_resource = client.list_tags_of_resource
        self.put_item = client.put_item
        self.query = client.query
        self.scan = client.scan
        self.tag_resource = client.tag_resource
        self.transact_get_items = client.transact_get_items
        self.transact_write_items = client.transact_write_items
        self.execute_statement = client.execute_statement
        self.batch_execute_statement = client.batch_execute_statement
        self.execute_transaction = client.execute_transaction
        self.untag_resource = client.untag_resource
        self.update_item = client.update_item
        self.update_table = client.update_table
        self.waiter_names = client.waiter_names
        self._lend_features(client)

    def _lend_features(self, client: Client) -> None:
        """The methods on what stands beside items and tables."""
        self.create_backup = client.create_backup
        self.create_global_table = client.create_global_table
        self.delete_backup = client.delete_backup
        self.delete_resource_policy = client.delete_resource_policy
        self.describe_backup = client.describe_backup
        self.describe_continuous_backups = client.describe_continuous_backups
        self.describe_contributor_insights = client.describe_contributor_insights
        self.describe_export = client.describe_export
        self.describe_global_table = client.describe_global_table
        self.describe_global_table_settings = client.describe_global_table_settings
        self.describe_import = client.describe_import
        self.describe_kinesis_streaming_destination = client.describe_kinesis_streaming_destination
        self.describe_stream = client.describe_stream
        self.describe_table_replica_auto_scaling = client.describe_table_replica_auto_scaling
        self.describe_time_to_live = client.describe_time_to_live
        self.disable_kinesis_streaming_destination = client.disable_kinesis_streaming_destination
        self.enable_kinesis_streaming_destination = client.enable_kinesis_streaming_destination
        self.export_table_to_point_in_time = client.export_table_to_point_in_time
        self.get_records = client.get_records
        self.get_resource_policy = client.get_resource_policy
        self.get_shard_iterator = client.get_shard_iterator
        self.import_table = client.import_table
        self.list_backups = client.list_backups
        self.list_contributor_insights = client.list_contributor_insights
        self.list_exports = client.list_exports
        self.list_global_tables = client.list_global_tables
        self.list_imports = client.list_imports
        self.list_streams = client.list_streams
        self.put_resource_policy = client.put_resource_policy
        self.restore_table_from_backup = client.restore_table_from_backup
        self.restore_table_to_point_in_time = client.restore_table_to_point_in_time
        self.update_continuous_backups = client.update_continuous_backups
        self.update_contributor_insights = client.update_contributor_insights
        self.update_global_table = client.update_global_table
        self.update_global_table_settings = client.update_global_table_settings
        self.update_kinesis_streaming_destination = client.update_kinesis_streaming_destination
        self.update_table_replica_auto_scaling = client.update_table_replica_auto_scaling
        self.update_time_to_live = client.update_time_to_live

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def closed(self) -> bool:
        """Whether ``close`` was called."""
        return self._closed

    def close(self) -> None:
        """Finish what was begun and close the file. Later calls raise StoreClosedError."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
        self.engine.following.stop_triggers()  # Their handlers may use the store until they end.
        with self._lock:
            self.perform = refuse
            for client in self._clients.values():
                client.detach(refuse)
        self.engine.close()

    def region_of(self, name: str) -> str:
        """The region that a client's setting means: "local" and "localhost" are the store's own."""
        return self.region if name in HERE else name

    def client(self, *, region: str | None = None, account: str | None = None) -> Client:
        """The client of a region and account; a table belongs to one of each.

        Raises: ParamValidationError for names that are none, StoreClosedError.
        """
        caller = self.caller(region=region, account=account)
        place = caller.region, caller.account
        with self._lock:
            if place not in self._clients:
                self._clients[place] = Client(
                    self.engine.perform, caller, request_ids=request_ids()
                )
            return self._clients[place]

    def caller(self, *, region: str | None = None, account: str | None = None) -> callers.Caller:
        """Who a client of this region and account is. Raises: ParamValidationError,
        StoreClosedError.
        """
        region = self.region if region is None else self.region_of(region)
        account = account or self.account
        check_caller(region, account)
        if self._closed:
            refuse("client", {}, callers.Caller())
        return callers.Caller(account=account, region=region, extensions=True)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the store as it is at this moment to a new file; reads and writes go on meanwhile.

        Raises: StoreError where there is a file already or the copy fails, StoreClosedError.
        """
        with self._file_work("backup"):
            self.engine.backup(path)

    def snapshot(self, name: str, *, replace: bool = False) -> None:
        """Keep the store as it is at this moment under a name; ``restore`` brings it back.

        Reads and writes go on meanwhile. The snapshots of a file lie in the folder
        ``FILE.snapshots``; those of a store in memory end with it. replace: a snapshot of that name
        goes when the new one is there. Raises: StoreError, StoreClosedError.
        """
        with self._file_work("snapshot"):
            self.engine.snapshot(name, replace=replace)

    def snapshots(self) -> list[engines.Snapshot]:
        """What was kept, the oldest first: ``name``, ``created_at``, ``size_bytes``."""
        with self._file_work("snapshots"):
            return self.engine.snapshots()

    def restore(self, name: str) -> None:
        """Become again what was kept under a name: all tables, items, settings, streams.

        Clients of this store go on with the restored state; writes wait meanwhile. Whoever is
        killed in the middle finds the state before. Raises: StoreError, StoreClosedError.
        """
        with self._file_work("restore"):
            self.engine.restore(name)

    def delete_snapshot(self, name: str) -> None:
        """Forget what was kept under a name. Raises: StoreError, StoreClosedError."""
        with self._file_work("delete_snapshot"):
            self.engine.delete_snapshot(name)

    def fork(self, *, memory: bool | None = None, clock: Clock | None = None) -> Store:
        """A store of its own that begins as this one is; it vanishes when it is closed.

        ``with store.fork() as scratch:`` leaves nothing behind. memory: whether it lies in memory
        or in a temporary file; None: in memory up to 256 MB. clock: what tells its time; None: the
        clock of this store. Raises: StoreError, StoreClosedError.
        """
        with self._file_work("fork"):
            if memory is None:
                memory = sum(self.engine.database.file_bytes()) <= _MEMORY_FORK_BYTES
            engine = self.engine.fork(memory=memory, clock=clock)
        return Store(engine, region=self.region, account=self.account)

    @contextlib.contextmanager
    def _file_work(self, name: str) -> Generator[None]:
        """Work on the store as a whole. Raises: StoreError, StoreClosedError."""
        if self._closed:
            refuse(name, {}, callers.Caller())
        try:
            yield
        except engines.StoreError as failure:
            raise exceptions.StoreError(str(failure)) from failure

    def sweep(self) -> int:
        """Remove every item that has expired by now, of all tables. Returns how many went.

        It happens unasked from time to time (``ttl_interval``); a test moves its clock and calls
        this. Raises: DynaliteError where the disk takes no writes.
        """
        if self._closed:
            refuse("sweep", {}, callers.Caller())
        try:
            return self.engine.sweep()
        except DynamoDBError as refusal:
            raise exceptions.of(refusal, "sweep", {}) from None

    def roll_shards(self, table_name: str, *, into: int = 1) -> None:
        """Close the open shards of a table's stream at once; ``into`` others follow each of them.

        What the service does every few hours or when a partition splits: for tests of consumers.
        Raises: DynaliteError without such a table or stream, ParamValidationError.
        """
        if self._closed:
            refuse("roll_shards", {}, callers.Caller())
        check_shards("into", into)
        caller = callers.Caller(account=self.account, region=self.region)
        try:
            self.engine.roll_shards(table_name, caller, into)
        except DynamoDBError as refusal:
            raise exceptions.of(refusal, "roll_shards", {}) from None

    def faults(self, *rules: Mapping[str, Any], seed: int = 0) -> LaidFaults:
        """Let requests meet faults until they are stopped; a context manager does that.

        rules: what a file for ``dynalite serve --faults`` has under "rules": ``{"fault":
        "throttling", "operation": "PutItem", "probability": 0.2}``. Those of before are at an end.
        seed: the same requests in the same order meet the same faults. Raises:
        ParamValidationError, StoreClosedError.
        """
        if self._closed:
            refuse("faults", {}, callers.Caller())
        from dynalite_py.doors.library.faults import LaidFaults

        return LaidFaults(self.engine, rules, seed)

    def create_tables(
        self,
        source: Source,
        *,
        parameters: Mapping[str, str] | None = None,
        stack: str = "local",
        exist_ok: bool = False,
    ) -> list[Created]:
        """Create the tables that a file describes, with time to live and the items it has.

        source: a path, or what a file may hold: requests of CreateTable, DescribeTable's answers, a
        template of CloudFormation, SAM or the CDK, Terraform's plan or state as JSON,
        serverless.yml, a model of NoSQL Workbench. parameters: of the template, and for what AWS
        alone knows. stack: begins the names of tables that a template does not name. exist_ok:
        tables that are there stay as they are. Raises: SchemaError, other DynaliteErrors;
        ImportError for YAML without PyYAML.
        """
        from dynalite_py.doors.library import creating

        wanted = creating.definitions_of(
            source, parameters, region=self.region, account=self.account, stack=stack
        )
        return list(creating.create(self.client(), wanted, exist_ok=exist_ok))

    def load(
        self,
        path: str | os.PathLike[str],
        *,
        table: str | None = None,
        format: LoadFormat | None = None,  # noqa: A002 - The word for it.
        progress: Callable[[Progress], object] | None = None,
    ) -> Loaded:
        """Put a file's items into a table, in large transactions; after a kill it goes on.

        path: JSON lines, CSV or DynamoDB JSON (also ``.gz``), for ``table``; the folder of an
        export to S3, full or incremental, for the table of its name if none is named; DynamoDB
        Local's ``shared-local-instance.db``, whose tables are created (``table``: only this one).
        format: where the name does not tell. progress: told after each transaction. Raises:
        LoadError, which names the line; other DynaliteErrors.
        """
        if self._closed:
            refuse("load", {}, callers.Caller())
        from dynalite_py.doors.library import loading

        run = loading.Loading(self.engine, self.client(), self.caller(), progress)
        return run.load(Path(path), table, format)

    def dump(
        self,
        table: str,
        path: str | os.PathLike[str],
        *,
        format: FileFormat | None = None,  # noqa: A002 - The word for it.
        progress: Callable[[Progress], object] | None = None,
    ) -> int:
        """Write a table's items to a new file, as ``load`` reads it. Returns how many there were.

        It reads page after page, and writes go on meanwhile: ``backup`` copies one moment. Raises:
        LoadError, also where there is a file; other DynaliteErrors.
        """
        from dynalite_py.doors.library import loading

        return loading.dump(self.client(), table, os.fspath(path), format, progress)

    def explain(
        self,
        statement: str,
        parameters: Sequence[Mapping[str, object]] | None = None,
        *,
        analyze: bool = False,
    ) -> Plan:
        """How a PartiQL statement comes to its items, and what that costs; nothing is written.

        parameters: as of ``execute_statement``. analyze: a SELECT is carried out to its end, and
        measured. The plan's ``str()`` is a small tree. Raises: DynaliteError.
        """
        request: dict[str, object] = {"Statement": statement}
        if parameters is not None:
            request["Parameters"] = list(parameters)
        return self.explain_request("ExecuteStatement", request, analyze=analyze)

    def explain_request(
        self, operation: str, request: Mapping[str, object], *, analyze: bool = False
    ) -> Plan:
        """The same for a request of the API: GetItem, Query, Scan, ExecuteStatement.

        Of BatchGetItem, TransactGetItems, BatchExecuteStatement and ExecuteTransaction the plan has
        ``members``, a plan each.
        """
        if self._closed:
            refuse("explain", {}, callers.Caller())
        caller = callers.Caller(account=self.account, region=self.region, extensions=True)
        members = convert.request(operation, dict(request))
        try:
            return self.engine.explain(operation, members, caller, analyze=analyze)
        except DynamoDBError as refusal:
            extra = convert.error_members(refusal.extra)
            raise exceptions.of(refusal, operation, extra) from None

    def sql(
        self,
        text: str,
        parameters: Sequence[Any] = (),
        *,
        seconds: float = 60.0,
        rows: int = 100_000,
        size_bytes: int = 64 * 1024 * 1024,
    ) -> Rows:
        """Ask a question in SQL over the tables of the store's region and account.

        Joins, groups, aggregates, windows: what DynamoDB itself does not answer; nothing can be
        changed. parameters: values for the text's ``?``. seconds, rows, size_bytes: what the answer
        may take. Raises: SqlError, StoreClosedError.
        """
        if self._closed:
            refuse("sql", {}, callers.Caller())
        caller = callers.Caller(account=self.account, region=self.region)
        try:
            columns, found = self.engine.sql(
                text, parameters, caller, seconds=seconds, rows=rows, size_bytes=size_bytes
            )
        except engines.SqlError as failure:
            raise exceptions.SqlError(str(failure)) from None
        return Rows(columns, found)

    def trigger(
        self,
        table: str,
        handler: Callable[..., Any],
        *,
        name: str = "",
        batch_size: int = 100,
        batch_window: float = 0.0,
        starting_position: Literal["TRIM_HORIZON", "LATEST"] = "TRIM_HORIZON",
        filter: object = None,  # noqa: A002 - what Lambda calls it
        report_batch_item_failures: bool = False,
        bisect_on_error: bool = False,
        maximum_retry_attempts: int = -1,
        maximum_record_age: int = -1,
        on_failure: engines.Destination = None,
    ) -> Trigger:
        """Call a function with the changes of a table, in a thread of its own.

        The table has a stream. handler: ``handler(event)`` or ``handler(event, context)``, also a
        coroutine function; event: as Lambda's, ``{"Records": [...]}``. What it is done with is
        noted in the store under the trigger's name, by default ``module:function``, so that the
        next start goes on there. The options are those of Lambda's event source mappings.
        batch_window, maximum_record_age: seconds. filter: a pattern or several. on_failure: a file
        or a function that is told what was given up. Raises: TriggerError, StoreClosedError.
        """
        if self._closed:
            refuse("trigger", {}, callers.Caller())
        caller = callers.Caller(account=self.account, region=self.region)
        try:
            options = engines.TriggerOptions(
                table=table,
                handler=handler,
                name=name,
                batch_size=batch_size,
                batch_window=batch_window,
                starting_position=starting_position,
                filter=filter,
                report_batch_item_failures=report_batch_item_failures,
                bisect_on_error=bisect_on_error,
                maximum_retry_attempts=maximum_retry_attempts,
                maximum_record_age=maximum_record_age,
                on_failure=on_failure,
            )
            return self.engine.trigger(options, caller)
        except engines.TriggerError as failure:
            raise exceptions.TriggerError(str(failure)) from None
        except DynamoDBError as refusal:
            raise exceptions.of(refusal, "trigger", {}) from None

    def wait_for_kinesis(self, seconds: float = 30.0) -> bool:
        """Wait until every change that is committed now and goes to a Kinesis stream is sent.

        Returns whether it is; not so without a sink. For tests. Raises: StoreClosedError.
        """
        if self._closed:
            refuse("wait_for_kinesis", {}, callers.Caller())
        return self.engine.following.wait_until_sent(seconds)

    def table(
        self,
        name: str,
        *,
        floats: convert.Floats = "refuse",
        version_attribute: str | None = None,
    ) -> Table:
        """A table by plain Python values. floats: "repr" stores a float by its decimal text.

        version_attribute: the number that every write checks and raises by one.
        """
        return Table(self.client(), name, floats=floats, version_attribute=version_attribute)


# What tools are set to that know no region; the server reads them in the same way.
HERE = frozenset({"", "local", "localhost"})
_REGION = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)


def check_caller(region: str, account: str) -> None:
    """Raises: ParamValidationError for names that are none."""
    if not _REGION.fullmatch(region):
        raise exceptions.ParamValidationError(f"{region!r:.100} is no name of a region")
    if not _ACCOUNT.fullmatch(account):
        raise exceptions.ParamValidationError(f"An account has 12 digits, not {account!r:.100}")


def check_shards(name: str, number: int) -> None:
    """Raises: ParamValidationError."""
    if not 1 <= number <= settings.MOST_SHARDS:
        raise exceptions.ParamValidationError(
            f"{name} takes 1 to {settings.MOST_SHARDS}, not {number!r:.100}"
        )


def refuse(operation: str, request: dict[str, Any], caller: callers.Caller, /) -> NoReturn:
    """Stands in the engine's place when it is closed."""
    raise exceptions.StoreClosedError("StoreClosed", "The store is closed", operation)


def request_ids() -> str:
    """What a client's request ids begin with: a number of 16 digits makes them 52 long."""
    return os.urandom(18).hex().upper()
