"""Our answers beside DynamoDB Local's, which is Amazon's own code though not the service itself.

Where the two differ, ``reviewed`` must know why. Java is needed, and the folder that DYNALITE_PEERS
names: ``benchmarks.peers`` says what is installed there.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks import harness
from tests.differential import compare, peer, reviewed, sequences
from tests.differential.build import Scenario, Step, index, table
from tests.differential.compare import Difference
from tests.differential.corpus import (
    batches,
    conditions,
    control,
    items,
    legacy,
    partiql,
    reads,
    updates,
)
from tests.facts import stream_changes
from tests.support.streaming import Consumer

pytestmark = [pytest.mark.peer, pytest.mark.slow]

SCENARIOS = (
    *items.SCENARIOS,
    *conditions.SCENARIOS,
    *updates.SCENARIOS,
    *reads.SCENARIOS,
    *batches.SCENARIOS,
    *legacy.SCENARIOS,
    *control.SCENARIOS,
    *partiql.SCENARIOS,
)
SMALL = table(
    "Small",
    "p:S",
    "s:N",
    others="kind:S score:N",
    GlobalSecondaryIndexes=[index("kinds", "kind", "score")],
)


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Generator[peer.Local]:
    """A running DynamoDB Local, for all tests of this module."""
    folder = tmp_path_factory.mktemp("peer")
    try:
        how = peer.recipe(folder)
    except harness.UnmeasurableError as reason:
        pytest.skip(str(reason))
    with peer.started(how, folder) as running:
        yield running


def unreviewed(found: list[Difference]) -> list[Difference]:
    """The differences that no rule explains."""
    return [each for each in found if reviewed.reason(each) is None]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.name)
def test_answers_are_those_of_dynamodb_local(local: peer.Local, scenario: Scenario) -> None:
    with peer.pair(local) as pair:
        left = unreviewed(list(compare.differences(scenario, pair)))
    assert not left, "\n".join(map(str, left[:10]))


@settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(steps=sequences.sequences())
def test_sequences_leave_what_they_leave_in_dynamodb_local(
    local: peer.Local, steps: list[Step]
) -> None:
    with peer.pair(local) as pair:
        scenario = Scenario("a sequence", (SMALL,), tuple(steps))
        left = unreviewed(list(compare.differences(scenario, pair)))
    assert not left, "\n".join(map(str, left[:3]))


def test_streams_have_the_same_records(local: peer.Local) -> None:
    with peer.pair(local) as opened:
        seen = [_records(opened, side) for side in (0, 1)]
    for write, theirs, ours in zip(stream_changes.WRITES, *seen, strict=True):
        assert ours == theirs, write.name


def _records(opened: peer.Pair, side: int) -> list[list[Any]]:
    """What each of the writes that are known leaves in one side's stream, in its order of keys."""

    def call(operation: str, request: dict[str, Any]) -> Any:
        outcome = opened.call_one(side, operation, request)
        assert outcome.status == 200, outcome
        return outcome.body

    made = call("CreateTable", stream_changes.TABLE)["TableDescription"]
    consumer = Consumer(call, made["LatestStreamArn"], {}, set())
    found: list[list[Any]] = []
    for write in stream_changes.WRITES:
        call("PutItem", {"TableName": stream_changes.NAME, "Item": stream_changes.ITEM})
        call("DeleteItem", {"TableName": stream_changes.NAME, "Key": stream_changes.NEW_KEY})
        list(consumer.poll())
        opened.call_one(side, write.operation, write.request)
        found.append(sorted(map(_shown, consumer.poll()), key=str))
    return found


def _shown(record: dict[str, Any]) -> list[Any]:
    """What must be the same of a record."""
    data = record["dynamodb"]
    images = [data.get(name) for name in ("OldImage", "NewImage")]
    for image in images:
        if image is not None and "s" in image:
            image["s"]["SS"].sort()
    names = ("eventName", "eventVersion", "eventSource")
    members = ("Keys", "SizeBytes", "StreamViewType")
    return [*(record[name] for name in names), *(data[name] for name in members), *images]
