"""Idempotency keys: work that is done once, whatever repeats the request for it.

The first call with a key claims it by a conditional put, works, and stores its result; a later call
gets that result. A claim whose holder died ends after a while, and the next call may work. A key
that comes back with another payload is refused. Items end by the table's time to live.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeAlias

from dynalite_py.model import codec, plain
from dynalite_py.model.clock import Clock, SystemClock
from dynalite_py.patterns import clients

Json: TypeAlias = Any

# Attributes of a record, beside its key.
STATE, CLAIM, RESULT = "state", "claim", "result"
FINGERPRINT, CLAIM_ENDS, EXPIRES = "fingerprint", "claim_ends_at", "expires_at"
WORKING, DONE = "working", "done"

_FREE = (
    "attribute_not_exists(#key) OR #expires <= :now OR (#state = :working AND #claim_ends <= :now)"
)
_MINE = "#state = :working AND #claim = :claim"


class InProgressError(Exception):
    """Another call with this key is working; it may be asked again after ``seconds``."""

    def __init__(self, key: str, seconds: float) -> None:
        super().__init__(f"Another call with the key {key!r:.100} is working")
        self.key, self.seconds = key, seconds


class OtherPayloadError(Exception):
    """The key came before with another payload."""

    def __init__(self, key: str) -> None:
        super().__init__(f"The key {key!r:.100} came before with another payload")
        self.key = key


class OvertakenError(Exception):
    """The claim ended while its holder worked, so that another call took it.

    result: what was worked out here; it was not stored.
    """

    def __init__(self, key: str, result: Json) -> None:
        super().__init__(f"The claim of the key {key!r:.100} ended before the work did")
        self.key, self.result = key, result


def fingerprint(payload: Json) -> str:
    """A hash of a JSON value that is the same for every order of its members."""
    return hashlib.sha256(codec.sorted_text(payload).encode()).hexdigest()


def _new_claim() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True, kw_only=True)
class Idempotency:
    """Where results are kept, and how long. The table's partition key is a text.

    claim_seconds: how long one call may work. keep_seconds: how long a result answers later calls;
    set the table's time to live to ``expires_at``.
    """

    client: clients.Client
    table: str
    key_attribute: str = "id"
    claim_seconds: float = 60
    keep_seconds: float = 24 * 3600
    clock: Clock = field(default_factory=SystemClock)
    new_claim: Callable[[], str] = _new_claim

    def run(self, key: str, work: Callable[[], Json], *, payload: Json = None) -> Json:
        """What ``work`` gives, a JSON value: worked out now, or by an earlier call with the key.

        The key is free again where work raises. Raises: InProgressError, OtherPayloadError,
        OvertakenError, TypeError for a result that is no JSON, and what work raises.
        """
        claim, hashed = self.new_claim(), fingerprint(payload)
        stored = self._claimed(key, claim, hashed)
        if stored is not None:
            return self._earlier(key, hashed, stored)
        try:
            text = codec.text(work())
        except BaseException:
            self._free(key, claim)
            raise
        self._finish(key, claim, text)
        return codec.decode(text)

    def forget(self, key: str) -> None:
        """Remove what is known of a key, so that the next call works."""
        self.client.delete_item(TableName=self.table, Key=self._key(key))

    def _claimed(self, key: str, claim: str, hashed: str) -> plain.PlainItem | None:
        """Claim a key; the record that stands in the way, None for none."""
        now = self.clock.now()
        record = {
            self.key_attribute: key,
            STATE: WORKING,
            CLAIM: claim,
            FINGERPRINT: hashed,
            CLAIM_ENDS: _seconds(now + self.claim_seconds),
            EXPIRES: self._expiry(now),
        }
        try:
            self.client.put_item(
                TableName=self.table,
                Item=plain.item_out(record),
                ConditionExpression=_FREE,
                ExpressionAttributeNames={
                    "#key": self.key_attribute,
                    "#expires": EXPIRES,
                    "#state": STATE,
                    "#claim_ends": CLAIM_ENDS,
                },
                ExpressionAttributeValues=plain.item_out(
                    {":now": _seconds(now), ":working": WORKING}
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as refusal:
            stored = clients.stored_item(refusal) or {}
            # The put was repeated by the client after its answer was lost.
            return None if stored.get(CLAIM) == claim else stored
        return None

    def _earlier(self, key: str, hashed: str, stored: plain.PlainItem) -> Json:
        """The result of an earlier call. Raises: OtherPayloadError, InProgressError."""
        if stored.get(FINGERPRINT) != hashed:
            raise OtherPayloadError(key)
        if stored.get(STATE) != DONE:
            ends = float(stored.get(CLAIM_ENDS, 0))
            raise InProgressError(key, max(0.0, ends - self.clock.now()))
        return codec.decode(stored[RESULT])

    def _finish(self, key: str, claim: str, text: str) -> None:
        """Store a result in the record that was claimed. Raises: OvertakenError."""
        try:
            self.client.update_item(
                TableName=self.table,
                Key=self._key(key),
                UpdateExpression="SET #state = :done, #result = :result, #expires = :expires",
                ConditionExpression=_MINE,
                ExpressionAttributeNames={
                    "#state": STATE,
                    "#claim": CLAIM,
                    "#result": RESULT,
                    "#expires": EXPIRES,
                },
                ExpressionAttributeValues=plain.item_out(
                    {
                        ":working": WORKING,
                        ":claim": claim,
                        ":done": DONE,
                        ":result": text,
                        ":expires": self._expiry(self.clock.now()),
                    }
                ),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self.client.exceptions.ConditionalCheckFailedException as refusal:
            stored = clients.stored_item(refusal) or {}
            if stored.get(CLAIM) != claim:
                raise OvertakenError(key, codec.decode(text)) from None
            # The update was repeated by the client after its answer was lost.

    def _free(self, key: str, claim: str) -> None:
        """Give up a claim, where it is still held."""
        # A claim that another call took is that call's to give up.
        with contextlib.suppress(self.client.exceptions.ConditionalCheckFailedException):
            self.client.delete_item(
                TableName=self.table,
                Key=self._key(key),
                ConditionExpression=_MINE,
                ExpressionAttributeNames={"#state": STATE, "#claim": CLAIM},
                ExpressionAttributeValues=plain.item_out({":working": WORKING, ":claim": claim}),
            )

    def _key(self, key: str) -> clients.Wire:
        return plain.item_out({self.key_attribute: key})

    def _expiry(self, now: float) -> int:
        """The time to live of a record written now, never before its claim ends."""
        return math.ceil(now + max(self.keep_seconds, self.claim_seconds))


def _seconds(moment: float) -> Decimal:
    return Decimal(f"{moment:.3f}")
