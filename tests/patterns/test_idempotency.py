"""Work under idempotency keys, over every client."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from dynalite_py.model.clock import MovableClock
from dynalite_py.patterns import idempotency
from dynalite_py.patterns.idempotency import (
    Idempotency,
    InProgressError,
    OtherPayloadError,
    OvertakenError,
)
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(1_700_000_000.5)


@pytest.fixture
def once(client: Client, clock: MovableClock) -> Idempotency:
    make_table(client, "Results", id="S")
    return Idempotency(
        client=client, table="Results", clock=clock, claim_seconds=10, keep_seconds=100
    )


def failing() -> None:
    raise LookupError("no")


class Work:
    """Counts how often it was done."""

    def __init__(self, result: Any = None) -> None:
        self.result = result
        self.times = 0

    def __call__(self) -> Any:
        self.times += 1
        return self.result


def test_work_is_done_once_and_its_result_given_again(once: Idempotency) -> None:
    work = Work({"charge": 7, "lines": [1, "ä", None]})
    for _ in range(3):
        assert once.run("order-1", work, payload={"a": 1, "b": 2}) == work.result
    assert work.times == 1
    assert once.run("order-2", work) == work.result
    assert work.times == 2


def test_the_first_result_looks_as_the_later_ones(once: Idempotency) -> None:
    assert once.run("k", lambda: (1, 2)) == [1, 2] == once.run("k", lambda: None)


def test_the_order_of_a_payloads_members_does_not_count(once: Idempotency) -> None:
    work = Work(1)
    once.run("k", work, payload={"a": 1, "b": 2})
    once.run("k", work, payload={"b": 2, "a": 1})
    assert work.times == 1
    with pytest.raises(OtherPayloadError, match="'k' came before with another payload"):
        once.run("k", work, payload={"a": 1})


def test_a_call_beside_one_that_works_is_refused(once: Idempotency, clock: MovableClock) -> None:
    def work() -> str:
        clock.advance(4)
        with pytest.raises(InProgressError) as refusal:
            once.run("k", Work())
        assert refusal.value.seconds == pytest.approx(6)
        with pytest.raises(OtherPayloadError):
            once.run("k", Work(), payload=1)
        return "done"

    assert once.run("k", work) == "done"


def test_a_failure_frees_the_key(once: Idempotency) -> None:
    with pytest.raises(LookupError):
        once.run("k", failing)
    with pytest.raises(TypeError):
        once.run("k", object)
    assert once.run("k", lambda: "works") == "works"


def test_a_claim_whose_holder_died_ends(once: Idempotency, clock: MovableClock) -> None:
    once.client.put_item(
        TableName="Results",
        Item={
            "id": {"S": "k"},
            "state": {"S": "working"},
            "claim": {"S": "gone"},
            "fingerprint": {"S": idempotency.fingerprint(None)},
            "claim_ends_at": {"N": "1700000010.5"},
            "expires_at": {"N": "1700000101"},
        },
    )
    clock.advance(9.999)
    with pytest.raises(InProgressError):
        once.run("k", Work())
    clock.advance(0.001)
    assert once.run("k", Work("mine")) == "mine"


def test_who_was_too_slow_does_not_overwrite(once: Idempotency, clock: MovableClock) -> None:
    def slow() -> str:
        clock.advance(11)
        assert once.run("k", Work("fast")) == "fast"
        return "slow"

    with pytest.raises(OvertakenError) as refusal:
        once.run("k", slow)
    assert refusal.value.result == "slow"
    assert once.run("k", Work()) == "fast"


def test_a_failure_of_who_was_too_slow_frees_nothing(
    once: Idempotency, clock: MovableClock
) -> None:
    def slow() -> str:
        clock.advance(11)
        once.run("k", Work("fast"))
        raise LookupError

    with pytest.raises(LookupError):
        once.run("k", slow)
    assert once.run("k", Work()) == "fast"


def test_a_result_is_kept_for_its_time_whether_or_not_it_was_swept(
    once: Idempotency, clock: MovableClock
) -> None:
    work = Work(1)
    once.run("k", work)
    stored = once.client.get_item(TableName="Results", Key={"id": {"S": "k"}})["Item"]
    assert stored["expires_at"] == {"N": "1700000101"}
    clock.advance(100)
    once.run("k", work)
    assert work.times == 1
    clock.advance(1)
    once.run("k", work)
    assert work.times == 2


def test_forget_lets_the_work_be_done_again(once: Idempotency) -> None:
    work = Work(1)
    once.run("k", work)
    once.forget("k")
    once.run("k", work)
    assert work.times == 2


class LostAnswers:
    """A client that sends each write twice, as one does whose first answer was lost."""

    def __init__(self, client: Any) -> None:
        self.exceptions = client.exceptions
        self.get_item = client.get_item
        self._client = client

    def __getattr__(self, name: str) -> Any:
        def twice(**request: Any) -> Any:
            getattr(self._client, name)(**request)
            return getattr(self._client, name)(**request)

        return twice


def test_requests_whose_answers_were_lost_are_known_again(
    client: Client, once: Idempotency, clock: MovableClock
) -> None:
    shaky: Any = LostAnswers(client)
    lossy = Idempotency(client=shaky, table="Results", clock=clock)
    work = Work("done")
    assert [lossy.run("k", work), lossy.run("k", work)] == ["done", "done"]
    assert work.times == 1
    with pytest.raises(LookupError):
        lossy.run("other", failing)
    assert once.run("other", work) == "done"


def test_of_many_threads_one_works(once: Idempotency) -> None:
    work, answers, busy = Work("done"), list[Any](), list[Any]()

    def call() -> None:
        try:
            answers.append(once.run("k", work))
        except InProgressError as refusal:
            busy.append(refusal)

    threads = [threading.Thread(target=call) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work.times == 1
    assert set(answers) == {"done"}
    assert len(answers) + len(busy) == 12
