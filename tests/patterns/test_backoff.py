"""The policy of trying again: its waits, its end, and what is worth it."""

from __future__ import annotations

import pytest

from dynalite_py.patterns import backoff
from dynalite_py.patterns.backoff import Backoff


class Refused(Exception):  # noqa: N818 - as a client's exception
    def __init__(self, code: str, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(code)
        self.response = {
            "Error": {"Code": code},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
        }


def recorded(draw: float = 1.0, attempts: int = 5) -> tuple[Backoff, list[float]]:
    waits: list[float] = []
    policy = Backoff(
        attempts=attempts,
        base_seconds=0.1,
        cap_seconds=0.5,
        draw=lambda: draw,
        sleep=waits.append,
    )
    return policy, waits


def test_the_ceiling_of_the_waits_doubles_up_to_the_cap() -> None:
    policy, waits = recorded()
    assert list(policy.tries()) == [1, 2, 3, 4, 5]
    assert waits == [0.1, 0.2, 0.4, 0.5]


def test_a_wait_is_drawn_from_nothing_to_the_ceiling() -> None:
    for draw in (0.0, 0.25, 0.999):
        policy, waits = recorded(draw)
        list(policy.tries())
        assert waits == [draw * ceiling for ceiling in (0.1, 0.2, 0.4, 0.5)]


def test_a_long_row_of_failures_does_not_overflow() -> None:
    policy, _ = recorded()
    assert policy.wait_seconds(1_000_000) == 0.5


def test_call_tries_again_until_it_succeeds() -> None:
    policy, waits = recorded()
    failures = [Refused("ThrottlingException"), Refused("InternalServerError")]

    def work() -> str:
        if failures:
            raise failures.pop()
        return "done"

    assert backoff.call(work, policy, on=Refused) == "done"
    assert len(waits) == 2


def test_call_gives_the_last_failure_after_the_last_attempt() -> None:
    policy, waits = recorded(attempts=3)
    calls: list[int] = []

    def work() -> None:
        calls.append(1)
        raise Refused("ThrottlingException")

    with pytest.raises(Refused):
        backoff.call(work, policy, on=Refused)
    assert (len(calls), len(waits)) == (3, 2)


def test_call_does_not_repeat_what_would_fail_again() -> None:
    policy, waits = recorded()

    def work() -> None:
        raise Refused("ValidationException")

    with pytest.raises(Refused):
        backoff.call(work, policy, on=Refused)
    assert waits == []


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        (Refused("ProvisionedThroughputExceededException"), True),
        (Refused("ConditionalCheckFailedException"), False),
        (Refused("TransactionCanceledException", ("None", "TransactionConflict")), True),
        (
            Refused("TransactionCanceledException", ("TransactionConflict", "ValidationError")),
            False,
        ),
        (Refused("TransactionCanceledException", ("None", "ConditionalCheckFailed")), False),
        (Refused("TransactionCanceledException"), False),
        (ValueError("no refusal"), False),
    ],
)
def test_what_is_transient(refusal: Exception, expected: bool) -> None:
    assert backoff.transient(refusal) is expected


@pytest.mark.parametrize(
    "given", [{"attempts": 0}, {"base_seconds": -1.0}, {"base_seconds": 2.0, "cap_seconds": 1.0}]
)
def test_a_policy_that_makes_no_sense_is_refused(given: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        Backoff(**given)  # pyright: ignore[reportArgumentType]


def test_the_default_policy_waits_by_itself() -> None:
    assert list(Backoff(attempts=2, base_seconds=0.001).tries()) == [1, 2]
