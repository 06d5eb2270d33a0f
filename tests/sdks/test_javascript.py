"""The AWS SDK for JavaScript v3 against the server.

DYNALITE_NODE_MODULES names a folder whose node_modules has @aws-sdk/client-dynamodb and
@aws-sdk/lib-dynamodb. ``.ci/run`` makes one where node and npm are installed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCENARIO = Path(__file__).with_name("scenario.mjs")


def test_a_table_is_worked_from_javascript(endpoint: str) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed")
    if not os.environ.get("DYNALITE_NODE_MODULES"):
        pytest.skip("DYNALITE_NODE_MODULES names no folder with the AWS SDK for JavaScript")
    done = subprocess.run(
        [node, str(SCENARIO), endpoint], capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", done.stderr
