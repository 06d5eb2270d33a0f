"""A session store: what a web application knows of a visitor, shared by all of its processes.

An id of 256 random bits goes to the visitor; the table has its SHA-256 alone, so nobody who sees
the table, its log or its backups can take over a session. Expired sessions are not given out though
the table may still have them: time to live deletes late. The expiry slides with reads, at most one
write in ``slide_seconds``. A session that was deleted does not come back by a write that is late.
Source: facts, Session store; facts, TTL.
"""

from __future__ import annotations

import hashlib
import math
import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from dynalite_py.model import codec, plain
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.patterns import backoff, clients, pages
from dynalite_py.patterns.backoff import Backoff

Data: TypeAlias = dict[str, Any]  # a JSON object
Locking: TypeAlias = Literal["optimistic", "last-write-wins"]

# Attributes of a session, beside its key.
DATA, VERSION, CREATED = "data", "version", "created_at"
EXPIRES, LIFETIME = "expires_at", "lifetime_seconds"

RETRY = Backoff(attempts=10, base_seconds=0.01, cap_seconds=1.0)
_ID_BYTES = 32
_LONGEST_ID = 256
_IS_LIVE = "attribute_exists(#key) AND #expires > :now"
_IS_AS_READ = "#version = :expected"


class SessionGoneError(Exception):
    """The session was deleted, given another id, or has expired since it was read."""

    def __init__(self) -> None:
        super().__init__("The session is gone: deleted, given another id, or expired")


class SessionConflict(Exception):  # noqa: N818 - the word of the field
    """The session was written by another request since it was read. current: as it is now."""

    def __init__(self, current: Session) -> None:
        super().__init__("The session was written since it was read")
        self.current = current


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it was read; neither its id nor its data are part of its ``repr``.

    stored: the data as JSON text. version: another one after each write of the data. created_at,
    expires_at: epoch seconds. extended: whether this read moved the expiry, and with it a cookie's.
    """

    id: str = field(repr=False)
    stored: str = field(repr=False)
    version: str
    created_at: int
    lifetime_seconds: int
    expires_at: int
    extended: bool = False

    @property
    def data(self) -> Data:
        """The data, a new copy each time."""
        return codec.decode(self.stored)


def new_id() -> str:
    """An id that nobody can guess: 43 letters, digits, ``-`` and ``_``."""
    return secrets.token_urlsafe(_ID_BYTES)


def merged(before: Mapping[str, Any], after: Mapping[str, Any], current: Mapping[str, Any]) -> Data:
    """``current`` with what changed, member by member, from ``before`` to ``after``."""
    kept = {name: value for name, value in current.items() if name in after or name not in before}
    changed = {
        name: value
        for name, value in after.items()
        if name not in before or not _equal(before[name], value)
    }
    return {**kept, **changed}


def _equal(one: Any, other: Any) -> bool:
    """Whether two values are the same JSON: ``1`` and ``True`` are not, a tuple and a list are."""
    return codec.sorted_text(one) == codec.sorted_text(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sessions:
    """Where sessions are kept, and how long. The table's partition key is a text.

    lifetime_seconds: how long a session lives unused, or at all where it does not slide; set the
    table's time to live to ``expires_at``. slide_seconds: a read moves the expiry only by so much
    or more, so one session is written once in this time at most. longest_seconds: no session slides
    beyond this age. locking: whether a write is refused where another came between.
    """

    client: clients.Client
    table: str
    key_attribute: str = "id"
    lifetime_seconds: int = 14 * 24 * 3600
    sliding: bool = True
    slide_seconds: int = 60
    longest_seconds: int | None = None
    locking: Locking = "optimistic"
    clock: Clock = field(default_factory=SystemClock)
    new_id: Callable[[], str] = field(default=new_id, repr=False)
    policy: Backoff = RETRY

    def __post_init__(self) -> None:
        if self.lifetime_seconds <= 0 or self.slide_seconds < 0:
            raise ValueError("lifetime_seconds is more than 0, slide_seconds at least 0")
        if self.locking not in ("optimistic", "last-write-wins"):
            raise ValueError('locking is "optimistic" or "last-write-wins"')

    def create(self, data: Mapping[str, Any], *, lifetime_seconds: int | None = None) -> Session:
        """A new session, under an id of its own. lifetime_seconds: of this one alone.

        Raises: TypeError for data that are no JSON.
        """
        session = self._made(data, lifetime_seconds or self.lifetime_seconds)
        # Nobody else has the id, so that a put repeated after a lost answer does the same.
        self.client.put_item(TableName=self.table, Item=self._item(session))
        return session

    def read(self, session_id: str) -> Session | None:
        """The session, read consistently, its expiry moved where it slides; None if it is gone."""
        session = self._stored(session_id)
        if session is None or not self.sliding:
            return session
        expires = self._expiry(session.created_at, session.lifetime_seconds)
        if expires - session.expires_at < max(1, self.slide_seconds):
            return session
        return self._extended(session, expires)

    def save(
        self, session: Session, data: Mapping[str, Any], *, lifetime_seconds: int | None = None
    ) -> Session:
        """Write other data into a session that was read; as it is afterwards.

        Raises: SessionGoneError; SessionConflict where ``locking`` is "optimistic"; TypeError.
        """
        after = self._changed(session, data, lifetime_seconds)
        values = {
            ":data": after.stored,
            ":version": after.version,
            ":expires": after.expires_at,
            ":lifetime": after.lifetime_seconds,
        }
        names = {"#data": DATA, "#version": VERSION, "#lifetime": LIFETIME}
        try:
            self.client.update_item(
                Key=self._key(session.id),
                UpdateExpression="SET #data = :data, #version = :version, #expires = :expires, "
                "#lifetime = :lifetime",
                **self._condition(session, names, values),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            current = self._stored(session.id)
            # The client may have repeated what had been done, its answer lost.
            if current is not None and current.version == after.version:
                return after
            raise self._refusal(current) from None
        return after

    def merge(
        self,
        session: Session,
        data: Mapping[str, Any],
        *,
        rotate: bool = False,
        lifetime_seconds: int | None = None,
    ) -> Session:
        """Write what changed between the session's data and these, whoever else writes meanwhile.

        Members that this request did not change stay as others wrote them. rotate: under another
        id. Raises: SessionGoneError, TypeError, after many attempts SessionConflict.
        """
        write = self.rotate if rotate else self.save
        current, wanted = session, dict(data)
        for attempt in self.policy.tries():
            try:
                return write(current, wanted, lifetime_seconds=lifetime_seconds)
            except SessionConflict as conflict:
                if attempt == self.policy.attempts:
                    raise
                current = conflict.current
                wanted = merged(session.data, data, current.data)
        raise AssertionError("a policy has at least one attempt")

    def rotate(
        self,
        session: Session,
        data: Mapping[str, Any] | None = None,
        *,
        lifetime_seconds: int | None = None,
    ) -> Session:
        """Move a session to another id, as at a sign-in; the old id is worth nothing afterwards.

        Raises: SessionGoneError; SessionConflict where ``locking`` is "optimistic"; TypeError.
        """
        given = session.data if data is None else data
        after = self._changed(session, given, lifetime_seconds, session_id=self.new_id())
        condition = self._condition(session, {}, {})
        delete = {"Key": self._key(session.id), **condition}
        try:
            # The token makes a request that is repeated the same one.
            backoff.request(
                self.client,
                self.policy,
                self.client.transact_write_items,
                TransactItems=[
                    {"Put": {"TableName": self.table, "Item": self._item(after)}},
                    {"Delete": delete},
                ],
                ClientRequestToken=str(uuid.uuid4()),
            )
        except self.client.exceptions.TransactionCanceledException as refusal:
            if "ConditionalCheckFailed" not in clients.reasons(refusal):
                raise
            raise self._refusal(self._stored(session.id)) from None
        return after

    def delete(self, session_id: str) -> None:
        """Sign out: the id is worth nothing afterwards, in every process."""
        self.client.delete_item(TableName=self.table, Key=self._key(session_id))

    def delete_expired(self) -> int:
        """Delete sessions that have expired, where no time to live does it; how many."""
        now = plain.item_out({":now": self._now()})
        keys = pages.items(
            self.client,
            self.policy,
            self.client.scan,
            TableName=self.table,
            ProjectionExpression="#key",
            FilterExpression="#expires <= :now",
            ExpressionAttributeNames={"#expires": EXPIRES, "#key": self.key_attribute},
            ExpressionAttributeValues=now,
        )
        return sum(self._delete_expired(key, now) for key in keys)

    def _delete_expired(self, key: clients.Wire, now: clients.Wire) -> bool:
        try:
            self.client.delete_item(
                TableName=self.table,
                Key=key,
                ConditionExpression="#expires <= :now",
                ExpressionAttributeNames={"#expires": EXPIRES},
                ExpressionAttributeValues=now,
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return False  # It was used since, or is away.
        return True

    def _made(self, data: Mapping[str, Any], lifetime_seconds: int) -> Session:
        created = self._now()
        return Session(
            id=self.new_id(),
            stored=codec.text(dict(data)),
            version=uuid.uuid4().hex,
            created_at=created,
            lifetime_seconds=lifetime_seconds,
            expires_at=self._expiry(created, lifetime_seconds),
        )

    def _changed(
        self,
        session: Session,
        data: Mapping[str, Any],
        lifetime_seconds: int | None,
        session_id: str | None = None,
    ) -> Session:
        """A session as it is after a write; the expiry moves where it slides or is given anew."""
        lifetime = lifetime_seconds or session.lifetime_seconds
        moves = self.sliding or lifetime != session.lifetime_seconds
        return Session(
            id=session_id or session.id,
            stored=codec.text(dict(data)),
            version=uuid.uuid4().hex,
            created_at=session.created_at,
            lifetime_seconds=lifetime,
            expires_at=self._expiry(session.created_at, lifetime) if moves else session.expires_at,
            extended=True,
        )

    def _stored(self, session_id: str) -> Session | None:
        """A session of the table that has not expired."""
        if not 0 < len(session_id) <= _LONGEST_ID:
            return None
        answer = self.client.get_item(
            TableName=self.table, Key=self._key(session_id), ConsistentRead=True
        )
        if not answer.get("Item"):
            return None
        item = plain.item_in(answer["Item"])
        if item[EXPIRES] <= self.clock.now():
            return None
        return Session(
            id=session_id,
            stored=item[DATA],
            version=item[VERSION],
            created_at=item[CREATED],
            lifetime_seconds=item[LIFETIME],
            expires_at=item[EXPIRES],
        )

    def _extended(self, session: Session, expires: int) -> Session | None:
        """Move the expiry; of requests that read the same one, one writes."""
        values = {":expires": expires, ":seen": session.expires_at, ":now": self._now()}
        try:
            self.client.update_item(
                TableName=self.table,
                Key=self._key(session.id),
                UpdateExpression="SET #expires = :expires",
                ConditionExpression=f"{_IS_LIVE} AND #expires = :seen",
                ExpressionAttributeNames={"#key": self.key_attribute, "#expires": EXPIRES},
                ExpressionAttributeValues=plain.item_out(values),
            )
        except self.client.exceptions.ConditionalCheckFailedException:
            return self._stored(session.id)
        return Session(
            id=session.id,
            stored=session.stored,
            version=session.version,
            created_at=session.created_at,
            lifetime_seconds=session.lifetime_seconds,
            expires_at=expires,
            extended=True,
        )

    def _condition(
        self, session: Session, names: dict[str, str], values: plain.PlainItem
    ) -> clients.Request:
        """What holds a write back, with the names and values of the whole request."""
        names = {**names, "#key": self.key_attribute, "#expires": EXPIRES}
        values = {**values, ":now": self._now()}
        condition = _IS_LIVE
        if self.locking == "optimistic":
            condition = f"{_IS_LIVE} AND {_IS_AS_READ}"
            names["#version"] = VERSION
            values[":expected"] = session.version
        return {
            "TableName": self.table,
            "ConditionExpression": condition,
            "ExpressionAttributeNames": names,
            "ExpressionAttributeValues": plain.item_out(values),
        }

    def _refusal(self, current: Session | None) -> Exception:
        return SessionGoneError() if current is None else SessionConflict(current)

    def _item(self, session: Session) -> clients.Wire:
        return {
            **self._key(session.id),
            **plain.item_out(
                {
                    DATA: session.stored,
                    VERSION: session.version,
                    CREATED: session.created_at,
                    LIFETIME: session.lifetime_seconds,
                    EXPIRES: session.expires_at,
                }
            ),
        }

    def _key(self, session_id: str) -> clients.Wire:
        """The key of a session's item: a hash of its id, whatever text that is."""
        hashed = hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()
        return plain.item_out({self.key_attribute: hashed})

    def _now(self) -> int:
        return math.floor(self.clock.now())

    def _expiry(self, created: int, lifetime_seconds: int) -> int:
        """When a session used now expires."""
        expires = self._now() + lifetime_seconds
        return (
            expires
            if self.longest_seconds is None
            else min(expires, created + self.longest_seconds)
        )
