"""Distributed locks: one owner at a time, for as long as it gives signs of life.

A lock is an item with an owner, a lease in seconds and a record version that every heartbeat
changes. Nobody compares clocks: who waits watches the record version, and may take the lock when it
has not changed for a whole lease by the watcher's own, monotonic clock. The lock's fencing token
grows by one with every owner, so what the lock protects can refuse an owner who came back late.
Source: facts, Concurrency.
"""

from __future__ import annotations

import contextlib
import math
import threading
import time
import uuid
from collections.abc import Callable, Generator
from decimal import Decimal

from dynalite_py.model import plain
from dynalite_py.patterns import clients, requests
from dynalite_py.patterns.backoff import Backoff

# Attributes of a lock, beside its key.
OWNER, LEASE, RECORD, TOKEN, RELEASED = (
    "owner",
    "lease_seconds",
    "record_version",
    "fencing_token",
    "released",
)
_NAMES = {f"#{name}": name for name in (OWNER, LEASE, RECORD, TOKEN)}
_OURS, _OURS_NAMES = (
    "#owner = :owner AND #fencing_token = :token",
    {"#owner": OWNER, "#fencing_token": TOKEN},
)
_TOKEN_NAME, _TOKEN_VALUE = "#dynalite_token", ":dynalite_token"
_BEATS_A_LEASE = 3
_WATCHED = 10_000


class LockBusyError(Exception):
    """Somebody else has the lock, and kept it while it was waited for. owner: who."""

    def __init__(self, name: str, owner: str) -> None:
        super().__init__(f"The lock {name!r:.100} is held by {owner!r:.100}")
        self.name, self.owner = name, owner


class LeaseLostError(Exception):
    """The lease ended, or somebody else has the lock now."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The lease of the lock {name!r:.100} is lost")
        self.name = name


def _new_version() -> str:
    return str(uuid.uuid4())


class Locks:
    """The locks of one table, asked for by one owner; safe to use from many threads.

    The table's partition key is a text. Each ``Locks`` remembers what it saw of other owners'
    locks: use one a process, under a name of its own. monotonic: seconds, from any moment on, that
    never go back. policy: the waits between two looks at a lock that is held. passing: exceptions
    beside refusals after which a heartbeat of ``held`` is tried again, such as botocore's
    HTTPClientError.
    """

    def __init__(
        self,
        client: clients.Client,
        table: str,
        *,
        owner: str,
        lease_seconds: float = 10.0,
        key_attribute: str = "name",
        monotonic: Callable[[], float] = time.monotonic,
        new_version: Callable[[], str] = _new_version,
        policy: Backoff | None = None,
        passing: tuple[type[Exception], ...] = (),
    ) -> None:
        if lease_seconds <= 0:
            raise ValueError("A lease lasts some seconds")
        self.client = client
        self.table = table
        self.owner = owner
        self.lease_seconds = lease_seconds
        self.key_attribute = key_attribute
        self.monotonic = monotonic
        self.new_version = new_version
        self.passing = passing
        self._policy = policy or Backoff(attempts=1, base_seconds=0.05, cap_seconds=1.0)
        self._seen: dict[str, tuple[str, float]] = {}
        self._guard = threading.Lock()

    def try_acquire(self, name: str) -> Lease | None:
        """The lock if it is free or its owner gave no sign of life for a lease, else None."""
        return self._attempt(name)[0]

    def acquire(self, name: str, *, wait_seconds: float = 60.0) -> Lease:
        """The lock, waited for so long at most. Raises: LockBusyError."""
        ends = self.monotonic() + wait_seconds
        for looks in range(1, 1_000_000_000):
            lease, holder = self._attempt(name)
            if lease is not None:
                return lease
            left = ends - self.monotonic()
            if left <= 0:
                raise LockBusyError(name, holder)
            self._policy.sleep(min(left, self._policy.wait_seconds(looks)))
        raise AssertionError("the time is over before so many looks")

    @contextlib.contextmanager
    def held(self, name: str, *, wait_seconds: float = 60.0) -> Generator[Lease, None, None]:
        """The lock for a ``with`` block: heartbeats from a thread, and released at its end.

        Raises: LockBusyError; LeaseLostError at the block's end where it was lost meanwhile.
        """
        lease = self.acquire(name, wait_seconds=wait_seconds)
        ended = threading.Event()
        pause = self.lease_seconds / _BEATS_A_LEASE
        beating = threading.Thread(target=self._beat, args=(lease, ended, pause), daemon=True)
        beating.start()
        released = False
        try:
            yield lease
        finally:
            ended.set()
            beating.join()
            released = lease.release()
        if not released:
            raise LeaseLostError(name)

    def key(self, name: str) -> clients.Wire:
        """The key of a lock's item."""
        return plain.item_out({self.key_attribute: name})

    def _beat(self, lease: Lease, ended: threading.Event, pause_seconds: float) -> None:
        """Give signs of life until the block has ended or the lease is lost."""
        while not ended.wait(pause_seconds):
            try:
                lease.heartbeat()
            except LeaseLostError:
                return
            except (self.client.exceptions.ClientError, *self.passing):
                continue  # The lease has time for another try.

    def _attempt(self, name: str) -> tuple[Lease | None, str]:
        """One look: the lease, or who holds the lock."""
        answer = self.client.get_item(TableName=self.table, Key=self.key(name), ConsistentRead=True)
        item = plain.item_in(answer["Item"]) if answer.get("Item") else None
        if item is not None and RELEASED not in item and not self._is_silent(name, item):
            return None, item.get(OWNER, "")
        return self._take(name, item)

    def _is_silent(self, name: str, item: plain.PlainItem) -> bool:
        """Whether a lock's record version stayed the same for a lease since it was first seen."""
        now, record = self.monotonic(), item.get(RECORD, "")
        with self._guard:
            version, since = self._seen.get(name, (None, now))
            if version != record:
                self._watch(name, record, now)
                return False
        return now - since >= float(item.get(LEASE, self.lease_seconds))

    def _watch(self, name: str, record: str, since: float) -> None:
        """Remember a lock; of too many the longest watched is forgotten, and seen anew later."""
        self._seen.pop(name, None)
        while len(self._seen) >= _WATCHED:
            del self._seen[next(iter(self._seen))]
        self._seen[name] = (record, since)

    def _take(self, name: str, seen: plain.PlainItem | None) -> tuple[Lease | None, str]:
        """Take a lock that nobody has changed since it was seen."""
        began, version = self.monotonic(), self.new_version()
        values: plain.PlainItem = {
            ":owner": self.owner,
            ":lease": Decimal(str(self.lease_seconds)),
            ":version": version,
            ":one": 1,
        }
        condition = "attribute_not_exists(#record_version)"
        if seen is not None and RECORD in seen:
            condition = "#record_version = :seen"
            values[":seen"] = seen[RECORD]
        try:
            answer = self.client.update_item(
                TableName=self.table,
                Key=self.key(name),
                UpdateExpression="SET #owner = :owner, #lease_seconds = :lease, "
                "#record_version = :version ADD #fencing_token :one REMOVE #released",
                ConditionExpression=condition,
                ExpressionAttributeNames={**_NAMES, "#released": RELEASED},
                ExpressionAttributeValues=plain.item_out(values),
                ReturnValues="ALL_NEW",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
            item = plain.item_in(answer["Attributes"])
        except self.client.exceptions.ConditionalCheckFailedException as refusal:
            item = clients.stored_item(refusal) or {}
            if item.get(RECORD) != version:  # Else the client repeated what had been done.
                return None, item.get(OWNER, "")
        except BaseException:
            # Should it have been done, nobody knows of it but this: the next look takes the lock.
            with self._guard:
                self._watch(name, version, -math.inf)
            raise
        with self._guard:
            self._seen.pop(name, None)
        return Lease(self, name, item[TOKEN], began), self.owner


class Lease:
    """A lock that is held. token: the fencing token, larger than that of every earlier owner."""

    def __init__(self, locks: Locks, name: str, token: int, began: float) -> None:
        self.name = name
        self.token = token
        self._locks = locks
        self._began = began
        self._gone = False
        self._guard = threading.Lock()

    @property
    def left_seconds(self) -> float:
        """How long it is held for certain, without another heartbeat; 0 when it is lost."""
        if self._gone:
            return 0.0
        ends = self._began + self._locks.lease_seconds
        return max(0.0, ends - self._locks.monotonic())

    @property
    def is_held(self) -> bool:
        """Whether it is held for certain."""
        return self.left_seconds > 0

    def heartbeat(self) -> None:
        """Hold it for a whole lease from now on. Raises: LeaseLostError."""
        locks = self._locks
        with self._guard:
            began = locks.monotonic()
            if self._gone or not self._change(RECORD, locks.new_version()):
                self._gone = True
                raise LeaseLostError(self.name)
            self._began = began

    def release(self) -> bool:
        """Free the lock for the next one; False where it was lost before."""
        with self._guard:
            was_held = not self._gone and self._change(RELEASED, True)
            self._gone = True
            return was_held

    def check(self) -> clients.Request:
        """An action of TransactWriteItems that cancels it where the lock has another owner."""
        return {
            "ConditionCheck": {
                "TableName": self._locks.table,
                "Key": self._locks.key(self.name),
                "ConditionExpression": _OURS,
                "ExpressionAttributeNames": _OURS_NAMES,
                "ExpressionAttributeValues": self._ours(),
            }
        }

    def _change(self, attribute: str, value: str | bool) -> bool:
        """Set an attribute of the lock's item while it is ours; whether it was.

        The token alone tells that, so a request whose answer was lost may be repeated.
        """
        locks = self._locks
        try:
            locks.client.update_item(
                TableName=locks.table,
                Key=locks.key(self.name),
                UpdateExpression="SET #attribute = :value",
                ConditionExpression=_OURS,
                ExpressionAttributeNames={**_OURS_NAMES, "#attribute": attribute},
                ExpressionAttributeValues={**self._ours(), ":value": plain.value_out(value)},
            )
        except locks.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _ours(self) -> clients.Wire:
        return plain.item_out({":owner": self._locks.owner, ":token": self.token})


def fenced(
    request: clients.Request, token: int, *, attribute: str = "fencing_token"
) -> clients.Request:
    """A PutItem or UpdateItem that is refused where a later owner of the lock wrote before.

    The item keeps the token that wrote it in ``attribute``. An item that is deleted forgets it.
    """
    bound = {_TOKEN_VALUE: {"N": str(token)}}
    changed = dict(request)
    if "UpdateExpression" in request:
        changed["UpdateExpression"] = requests.with_action(
            request["UpdateExpression"], "SET", f"{_TOKEN_NAME} = {_TOKEN_VALUE}"
        )
    else:
        changed["Item"] = {**request["Item"], attribute: bound[_TOKEN_VALUE]}
    holds = f"attribute_not_exists({_TOKEN_NAME}) OR {_TOKEN_NAME} <= {_TOKEN_VALUE}"
    return requests.with_condition(changed, holds, {_TOKEN_NAME: attribute}, bound)
