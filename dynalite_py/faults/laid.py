"""Lays faults before and behind operations: throttling, conflicts, internal errors, lost answers,
unprocessed items, latency.

A fault comes after every check of the request itself, as throttling does in the service. All chance
comes from one seed, so the same requests in the same order meet the same faults.
"""

from __future__ import annotations

import functools
import random
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from dynalite_py.faults.delays import Delays
from dynalite_py.faults.elements import (
    TRANSACTIONS,
    UNPROCESSED,
    Element,
    Request,
    elements_of,
    parted,
)
from dynalite_py.faults.rules import READS, THROTTLING, Rule
from dynalite_py.model import arns, codec, errors, throttling_errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

Outcome: TypeAlias = bytes | DynamoDBError
Answer: TypeAlias = Callable[[Outcome], object]
Perform: TypeAlias = Callable[[str, Request, Caller], bytes]
Submit: TypeAlias = Callable[[str, Request, Caller, Answer], bytes | None]


class Faults:
    """Rules at work: what they did so far, and the requests that they hold up.

    wait: waits some seconds, in the thread of the caller.
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        *,
        seed: int = 0,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._rules = list(rules)
        self._sources = [random.Random(f"{seed}/{at}") for at in range(len(rules))]  # noqa: S311 - not a secret
        self._passed = [0] * len(rules)
        self._lock = threading.Lock()
        self._wait = wait or threading.Event().wait
        self._delays = Delays()
        self.counts = [0] * len(rules)

    def close(self) -> None:
        """Let go at once what is held up."""
        self._delays.close()

    def perform(self, perform: Perform, operation: str, request: Request, caller: Caller) -> bytes:
        """Perform a request that was checked, as the rules will have it. Raises: DynamoDBError."""
        effect = self._effect(operation, request, caller)
        if effect.seconds:
            self._wait(effect.seconds)
        if effect.refusal is not None:
            raise effect.refusal
        outcome = effect.ended(perform(operation, effect.request, caller))
        if isinstance(outcome, DynamoDBError):
            raise outcome
        return outcome

    def submit(
        self, submit: Submit, operation: str, request: Request, caller: Caller, answer: Answer
    ) -> bytes | None:
        """The same without waiting: None where ``answer`` is called later. Raises:
        DynamoDBError.
        """
        effect = self._effect(operation, request, caller)
        if effect.seconds:
            held = functools.partial(self._go_on, submit, operation, effect, caller, answer)
            self._delays.after(effect.seconds, held)
            return None
        if effect.refusal is not None:
            raise effect.refusal
        done = submit(operation, effect.request, caller, effect.answering(answer))
        outcome = None if done is None else effect.ended(done)
        if isinstance(outcome, DynamoDBError):
            raise outcome
        return outcome

    def _go_on(
        self, submit: Submit, operation: str, effect: _Effect, caller: Caller, answer: Answer
    ) -> None:
        """What was held up goes its way."""
        if effect.refusal is not None:
            answer(effect.refusal)
            return
        try:
            done = submit(operation, effect.request, caller, effect.answering(answer))
        except DynamoDBError as refusal:
            answer(refusal)
            return
        if done is not None:
            answer(effect.ended(done))

    def _effect(self, operation: str, request: Request, caller: Caller) -> _Effect:
        elements = elements_of(operation, request)
        effect = _Effect(operation, request)
        with self._lock:
            for at, rule in enumerate(self._rules):
                fitting = [
                    place
                    for place, element in enumerate(elements)
                    if rule.fits(operation, request, element)
                ]
                hit = self._drawn(at, rule, fitting, _is_partial(rule, operation))
                if not hit:
                    continue
                if rule.latency is not None:
                    effect.seconds += rule.latency.drawn(self._sources[at])
                if rule.fault is not None and not effect.decided:
                    effect.decide(rule, elements, hit, caller)
        return effect

    def _drawn(self, at: int, rule: Rule, fitting: list[int], partial: bool) -> list[int]:
        """The elements that a rule hits this time; with a rule for requests, all or none."""
        hit: list[int] = []
        for group in [[place] for place in fitting] if partial else [fitting]:
            if not group:
                continue
            self._passed[at] += 1
            if self._passed[at] <= rule.skip:
                continue
            if rule.times is not None and self.counts[at] >= rule.times:
                continue
            if self._sources[at].random() < rule.probability:
                self.counts[at] += 1
                hit += group
        return hit


class _Effect:
    """What the rules do to one request."""

    __slots__ = ("_loses", "_operation", "_withheld", "decided", "refusal", "request", "seconds")

    def __init__(self, operation: str, request: Request) -> None:
        self._operation = operation
        self._withheld: dict[str, Any] = {}
        self._loses = False
        self.request = request
        self.seconds = 0.0
        self.refusal: DynamoDBError | None = None
        self.decided = False

    def decide(self, rule: Rule, elements: list[Element], hit: list[int], caller: Caller) -> None:
        """A rule's fault; the first that is met counts."""
        self.decided = True
        if rule.fault == "lost-answer":
            self._loses = True
        elif rule.fault == "unavailable":
            self.refusal = errors.service_unavailable()
        elif rule.fault == "internal-error":
            self.refusal = errors.internal_failure()
        elif rule.fault in THROTTLING and self._operation in UNPROCESSED:
            self.request, self._withheld = parted(self._operation, self.request, hit)
            if not self.request["RequestItems"]:  # Where nothing is done, that is said so.
                self.refusal = _refusal(rule, self._operation, elements[hit[0]], caller)
        elif self._operation in TRANSACTIONS:
            self.refusal = _cancelled(rule, self._operation, elements, hit, caller)
        else:
            self.refusal = _refusal(rule, self._operation, elements[hit[0]], caller)

    def ended(self, outcome: Outcome) -> Outcome:
        """What the caller hears of what was done."""
        if isinstance(outcome, DynamoDBError):
            return outcome
        if self._loses:
            return errors.internal_failure()
        return self._told(outcome) if self._withheld else outcome

    def answering(self, answer: Answer) -> Answer:
        """The same answer, of what the caller is to hear."""
        if not self._loses and not self._withheld:
            return answer

        def ended(outcome: Outcome) -> None:
            answer(self.ended(outcome))

        return functools.update_wrapper(ended, answer, assigned=(), updated=())

    def _told(self, body: bytes) -> bytes:
        """The answer of a batch, with what was withheld among what was not processed."""
        answer = codec.decode(body)
        member = UNPROCESSED[self._operation]
        left: dict[str, Any] = answer.setdefault(member, {})
        for table, part in self._withheld.items():
            if member == "UnprocessedItems":
                left[table] = left.get(table, []) + part
                continue
            answer["Responses"].setdefault(table, [])
            keys = left.get(table, {}).get("Keys", [])
            left[table] = {**part, "Keys": keys + part["Keys"]}
        return codec.encode(answer)


def _is_partial(rule: Rule, operation: str) -> bool:
    """Whether each element of the request meets the rule by itself."""
    return operation in UNPROCESSED and rule.fault in THROTTLING


def _refusal(rule: Rule, operation: str, element: Element, caller: Caller) -> DynamoDBError:
    reason = _reason(rule, operation, element, caller)
    of_index = rule.index is not None
    match rule.fault:
        case "conflict":
            return errors.transaction_conflict()
        case "on-demand-throttling":
            return throttling_errors.on_demand([reason], of_index=of_index)
        case "account-throttling":
            return throttling_errors.account_limit([reason])
        case _:
            return throttling_errors.provisioned([reason], of_index=of_index)


def _cancelled(
    rule: Rule, operation: str, elements: list[Element], hit: list[int], caller: Caller
) -> DynamoDBError:
    reasons: list[dict[str, Any]] = [{"Code": "None"} for _ in elements]
    for place in hit:
        refusal = _refusal(rule, operation, elements[place], caller)
        reasons[place] = throttling_errors.cancellation(refusal)
    return errors.transaction_cancelled(reasons)


def _reason(rule: Rule, operation: str, element: Element, caller: Caller) -> dict[str, str]:
    """Where capacity is said to be wanting."""
    arn = arns.table(caller.region, caller.account, element.table)
    place, resource = ("Table", arn)
    if rule.index is not None:
        place, resource = "Index", f"{arn}/index/{rule.index}"
    of = "Read" if operation in READS else "Write"
    kind = {
        "on-demand-throttling": "MaxOnDemandThroughputExceeded",
        "account-throttling": "AccountLimitExceeded",
    }.get(rule.fault or "", "ProvisionedThroughputExceeded")
    return {"reason": f"{place}{of}{kind}", "resource": resource}
