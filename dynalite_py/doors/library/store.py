"""An open store: the file, its clients and tables."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, NoReturn, TypeAlias, TypedDict

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
    from dynalite_py.operations.explain_plans import Plan

Durability: TypeAlias = Literal["full", "relaxed"]
Wording: TypeAlias = Literal["current", "older"]


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
            self.perform = refuse
            for client in self._clients.values():
                client.detach(refuse)
        self.engine.close()

    def region_of(self, name: str) -> str:
        """The region that a client's setting means: "local" and "localhost" are the store's own."""
        return self.region if name in _HERE else name

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
        _check_caller(region, account)
        if self._closed:
            refuse("client", {}, callers.Caller())
        return callers.Caller(account=account, region=region, extensions=True)

    def backup(self, path: str | os.PathLike[str]) -> None:
        """Copy the store as it is at this moment to a new file; reads and writes go on meanwhile.

        Raises: StoreError where there is a file already or the copy fails, StoreClosedError.
        """
        if self._closed:
            refuse("backup", {}, callers.Caller())
        try:
            self.engine.backup(path)
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

    def table(self, name: str, *, floats: convert.Floats = "refuse") -> Table:
        """A table by plain Python values. floats: "repr" stores a float by its decimal text."""
        return Table(self.client(), name, floats=floats)


class Options(TypedDict, total=False):
    """The keywords of ``connect``, for those who pass them on."""

    region: str
    account: str
    durability: Durability
    clock: Clock | None
    transitions: float
    wording: Wording
    ttl_interval: float
    ttl_pause: float
    eventual_lag: float
    eventual_seed: int | None


def connect(
    path: str | os.PathLike[str] = ":memory:",
    *,
    region: str = callers.DEFAULT_REGION,
    account: str = callers.DEFAULT_ACCOUNT,
    durability: Durability = "full",
    clock: Clock | None = None,
    transitions: float = 0,
    wording: Wording = "current",
    ttl_interval: float = settings.TTL_INTERVAL_SECONDS,
    ttl_pause: float = 0,
    eventual_lag: float = 0,
    eventual_seed: int | None = None,
) -> Store:
    """Open a store, made if it does not exist; ``:memory:`` lives as long as it is open.

    durability: "full" acknowledges a write when it is on the disk; "relaxed" leaves that to the
    operating system. clock: what tells the time, for tests. transitions: milliseconds by that clock
    that tables take to be created, updated and deleted; 0: at once. wording: "older" words refusals
    as AWS did before it reworded some. ttl_interval: seconds by that clock between two sweeps that
    remove expired items; 0: ``sweep`` alone does. ttl_pause: seconds after a change of a table's
    time to live in which another is refused, 3600 at AWS. eventual_lag: milliseconds by that clock
    by which reads without ConsistentRead are late; 0: none is. eventual_seed: each such read is
    late by something from 0 to that, drawn from this number. Raises: StoreError,
    ParamValidationError.
    """
    region = callers.DEFAULT_REGION if region in _HERE else region
    _check_caller(region, account)
    if not 0 <= transitions <= settings.LONGEST_TRANSITION_MS:
        raise exceptions.ParamValidationError(
            f"transitions takes milliseconds of a day at most, not {transitions!r:.100}"
        )
    for name, seconds in (("ttl_interval", ttl_interval), ("ttl_pause", ttl_pause)):
        if not 0 <= seconds <= settings.LONGEST_TTL_SECONDS:
            raise exceptions.ParamValidationError(
                f"{name} takes seconds of a day at most, not {seconds!r:.100}"
            )
    if not 0 <= eventual_lag <= settings.LONGEST_LAG_MS:
        raise exceptions.ParamValidationError(
            f"eventual_lag takes milliseconds of a minute at most, not {eventual_lag!r:.100}"
        )
    if eventual_seed is not None and not eventual_lag:
        raise exceptions.ParamValidationError("eventual_seed needs eventual_lag")
    durations = engines.Transitions.of_milliseconds(
        create=transitions, update=transitions, delete=transitions, ttl_pause=1000 * ttl_pause
    )
    try:
        engine = engines.Engine.open(
            path,
            durability=durability,
            clock=clock,
            transitions=durations,
            wording=wording,
            ttl_interval=ttl_interval,
            late=engines.Lateness(eventual_lag / 1000, eventual_seed),
        )
    except engines.StoreError as failure:
        raise exceptions.StoreError(str(failure)) from failure
    return Store(engine, region=region, account=account)


# What tools are set to that know no region; the server reads them in the same way.
_HERE = frozenset({"", "local", "localhost"})
_REGION = re.compile(r"[a-z0-9-]{1,64}", re.ASCII)
_ACCOUNT = re.compile(r"[0-9]{12}", re.ASCII)


def _check_caller(region: str, account: str) -> None:
    if not _REGION.fullmatch(region):
        raise exceptions.ParamValidationError(f"{region!r:.100} is no name of a region")
    if not _ACCOUNT.fullmatch(account):
        raise exceptions.ParamValidationError(f"An account has 12 digits, not {account!r:.100}")


def refuse(operation: str, request: dict[str, Any], caller: callers.Caller, /) -> NoReturn:
    """Stands in the engine's place when it is closed."""
    raise exceptions.StoreClosedError("StoreClosed", "The store is closed", operation)


def request_ids() -> str:
    """What a client's request ids begin with: a number of 16 digits makes them 52 long."""
    return os.urandom(18).hex().upper()
