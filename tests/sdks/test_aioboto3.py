"""aioboto3 against the server.

aioboto3 asks for another botocore than boto3 does here, so it has an environment of its own:
DYNALITE_AIOBOTO3 names that environment's interpreter. ``.ci/run`` makes one.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCENARIO = Path(__file__).with_name("aioboto3_scenario.py")


def test_a_table_is_worked_asynchronously(endpoint: str) -> None:
    interpreter = os.environ.get("DYNALITE_AIOBOTO3")
    if interpreter is None and importlib.util.find_spec("aioboto3") is not None:
        interpreter = sys.executable
    if interpreter is None:
        pytest.skip("aioboto3 is not installed here, and DYNALITE_AIOBOTO3 names no interpreter")
    done = subprocess.run(
        [interpreter, str(SCENARIO), endpoint], capture_output=True, text=True, check=False
    )
    assert done.stdout == "done\n", done.stderr
