"""Our answers beside DynamoDB Local's, which is Amazon's own code though not the service itself.

Where the two differ, ``reviewed`` must know why. Java is needed, and the folder that DYNALITE_PEERS
names: ``benchmarks.peers`` says what is installed there.
"""

from __future__ import annotations

from collections.abc import Generator

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
