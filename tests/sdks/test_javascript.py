"""The AWS SDK for JavaScript v3 against the server.

DYNALITE_NODE_MODULES names a folder whose node_modules has @aws-sdk/client-dynamodb,
@aws-sdk/lib-dynamodb and @aws-sdk/client-dynamodb-streams. ``.ci/run`` makes one where node and npm
are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCENARIO = Path(__file__).with_name("scenario.mjs")
STREAMS = Path(__file__).with_name("streams.mjs")


def run(scenario: Path, endpoint: str, *packages: str) -> None:
    """Run a scenario to its end; skipped without what it loads."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    folder = os.environ.get("DYNALITE_NODE_MODULES")
    if not folder:
        pytest.skip("DYNALITE_NODE_MODULES names no folder with the AWS SDK for JavaScript")
    for package in packages:
        if not (Path(folder) / "node_modules" / package).is_dir():
            pytest.skip(f"the folder that DYNALITE_NODE_MODULES names has no {package}")
    done = subprocess.run(
        [node, str(scenario), endpoint], capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", done.stderr


def test_a_table_is_worked_from_javascript(endpoint: str) -> None:
    run(SCENARIO, endpoint)


def test_a_stream_is_read_from_javascript(endpoint: str) -> None:
    run(STREAMS, endpoint, "@aws-sdk/client-dynamodb-streams")
