"""What follows the log of one open store by itself: its triggers and its Kinesis destinations.

Each is loaded by the first who asks for it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import apsw

from dynalite_py.model import trigger_errors
from dynalite_py.model.clock import Clock
from dynalite_py.storage import followers
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database, StoreError
from dynalite_py.storage.writer import Writer

if TYPE_CHECKING:
    from dynalite_py.workers.kinesis import Kinesis
    from dynalite_py.workers.kinesis_sinks import Sink
    from dynalite_py.workers.trigger_options import TriggerOptions
    from dynalite_py.workers.triggers import Trigger, Triggers

# Where records are to go: a file, a folder, or a function of the stream's ARN and the records.
Target: TypeAlias = "str | os.PathLike[str] | Callable[[str, list[dict[str, Any]]], object]"


class Following:
    """The followers of one open store. sink: where the records of Kinesis destinations go; without
    one they wait.
    """

    def __init__(
        self, database: Database, writer: Writer, clock: Clock, log: Log, *, sink: Sink | None
    ) -> None:
        self._database, self._writer = database, writer
        self._clock, self._log = clock, log
        self._triggers: Triggers | None = None
        self._lock = threading.Lock()
        self._closed = False
        self.kinesis: Kinesis | None = None
        if sink is not None:
            from dynalite_py.workers.kinesis import Kinesis

            self.kinesis = Kinesis(sink, database=database, writer=writer, clock=clock, log=log)
            if self.sends(database.writer):  # Left by the process that had the file before.
                self.kinesis.start()

    @property
    def triggers(self) -> Triggers:
        """The store's triggers. Raises: TriggerError once it is closed."""
        with self._lock:
            if self._closed:
                raise trigger_errors.closed()
            if self._triggers is None:
                from dynalite_py.workers.triggers import Triggers

                self._triggers = Triggers(self._database, self._writer, self._clock, self._log)
            return self._triggers

    def start(self, options: TriggerOptions, account: str, region: str, table: str) -> Trigger:
        """Start a trigger on a table. Raises: TriggerError, DynamoDBError."""
        return self.triggers.start(options, account, region, table)

    def sends(self, db: apsw.Connection) -> bool:
        """Whether there is something that goes to a Kinesis stream, and a way to send it."""
        return self.kinesis is not None and followers.exist(db, followers.KINESIS)

    def destinations_changed(self) -> None:
        """A table may have a Kinesis destination now."""
        if self.kinesis is not None:
            self.kinesis.start()

    def wait_until_sent(self, seconds: float) -> bool:
        """Wait until all that goes to Kinesis streams now is sent. Returns whether it is."""
        if not self._database.read(lambda db: followers.exist(db, followers.KINESIS)):
            return True
        return self.kinesis is not None and self.kinesis.stepper.wait_until_settled(seconds)

    def stop_triggers(self) -> None:
        """End every trigger; none starts any more."""
        with self._lock:
            self._closed = True
            triggers = self._triggers
        if triggers is not None:
            triggers.close()

    def close(self) -> None:
        """End all that follows. What is left to do stays in the file."""
        self.stop_triggers()
        if self.kinesis is not None:
            self.kinesis.close()


def sink_of(endpoint: str | None, target: Target | None) -> Sink | None:
    """Where the records of Kinesis destinations go. Raises: StoreError."""
    if endpoint is None and target is None:
        return None
    if endpoint is not None and target is not None:
        raise StoreError("a Kinesis endpoint and a Kinesis sink exclude each other")
    from dynalite_py.workers import kinesis_sinks

    if target is not None:
        return kinesis_sinks.of_target(target)
    assert endpoint is not None, "one of the two is given"
    try:
        return kinesis_sinks.of_endpoint(endpoint)
    except ImportError as failure:
        raise StoreError(
            "a Kinesis endpoint needs boto3: pip install 'dynalite_py[boto3]'"
        ) from failure
    except ValueError as failure:
        raise StoreError(f"the Kinesis endpoint is no URL: {failure}") from failure
