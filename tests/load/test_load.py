"""The scenarios at a small size; ``python -m tests.load.run`` plays them at full size."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.load import large_file
from tests.load.scenarios import SCENARIOS, Scenario

# A store at rest has some 40 MB, and 256 MB are what is held for clients at the most.
MOST_BYTES = 700_000_000
FILE_BYTES, LOG_BYTES = 60_000_000, 18_000_000


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda each: each.play.__name__)
def test_the_server_bears(scenario: Scenario, tmp_path: Path) -> None:
    measured = scenario.play(tmp_path / "load.db", scenario.small)
    assert not measured.faults, measured.faults[:10]
    assert measured.peak_bytes < MOST_BYTES, str(measured)
    assert measured.p99_ms < 5000, str(measured)


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_large_file_is_served_copied_killed_and_opened_again(tmp_path: Path) -> None:
    measured = large_file.play(tmp_path / "large.db", FILE_BYTES, LOG_BYTES)
    assert not measured.faults, measured.faults[:10]
    assert measured.peak_bytes < MOST_BYTES, str(measured)
