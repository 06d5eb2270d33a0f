"""Exponential back-off with full jitter: how often to try again, and how long to wait before.

The wait before attempt n + 1 is drawn evenly from 0 to ``base_seconds * 2 ** n``, at most
``cap_seconds``: clients that met once do not meet again.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from dynalite_py.patterns import clients

Result = TypeVar("Result")
Failure = TypeVar("Failure", bound=Exception)

# A request refused with one of these may succeed unchanged. Source: facts, Errors.
TRANSIENT = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "ReplicatedWriteConflictException",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "ThrottlingException",
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_TRANSIENT_REASONS = frozenset(
    {
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)
_LARGEST_POWER = 60


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backoff:
    """How to try again. attempts: all of them, the first one too.

    draw: gives a number from 0 to 1. sleep: waits so many seconds.
    """

    attempts: int = 10
    base_seconds: float = 0.025
    cap_seconds: float = 5.0
    draw: Callable[[], float] = random.random
    sleep: Callable[[float], None] = _sleep

    def __post_init__(self) -> None:
        if self.attempts < 1 or not 0 <= self.base_seconds <= self.cap_seconds:
            raise ValueError(
                "A back-off has at least one attempt, and 0 <= base_seconds <= cap_seconds"
            )

    def wait_seconds(self, failed: int) -> float:
        """How long to wait after so many failed attempts (1, 2, ...): drawn anew each time."""
        ceiling = self.base_seconds * 2 ** min(failed - 1, _LARGEST_POWER)
        return self.draw() * min(self.cap_seconds, ceiling)

    def tries(self) -> Iterator[int]:
        """The attempts 1, 2, ... with the waits between them: ``for attempt in policy.tries()``."""
        for attempt in range(1, self.attempts + 1):
            if attempt > 1:
                self.sleep(self.wait_seconds(attempt - 1))
            yield attempt


def transient(refusal: Exception) -> bool:
    """Whether the same request may succeed later: throttled, in conflict, a fault of the service.

    A cancelled transaction is, when no reason of it is of another kind.
    """
    code = clients.code(refusal)
    if code != clients.CANCELLED:
        return code in TRANSIENT
    to_blame = set(clients.reasons(refusal)) - {"None"}
    return bool(to_blame) and to_blame <= _TRANSIENT_REASONS


def call(
    function: Callable[[], Result],
    policy: Backoff,
    *,
    on: type[Failure] | tuple[type[Failure], ...],
    when: Callable[[Failure], bool] = transient,
) -> Result:
    """The result of ``function``, called again after a failure that is worth it.

    on: the exceptions to look at, for a client's requests its ``exceptions.ClientError``. when:
    which of them are worth another attempt. Raises: the last failure, or one that is not.
    """
    for attempt in policy.tries():
        try:
            return function()
        except on as failure:
            if attempt == policy.attempts or not when(failure):
                raise
    raise AssertionError("a policy has at least one attempt")


def request(
    client: clients.Client, policy: Backoff, operation: clients.Call, **members: Any
) -> Any:
    """One request of a client, sent again while its refusals are transient."""
    return call(lambda: operation(**members), policy, on=client.exceptions.ClientError)
