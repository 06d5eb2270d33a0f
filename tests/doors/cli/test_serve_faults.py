"""``dynalite serve --faults``."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.doors.cli.test_serve import dynamodb, refused, running


def test_requests_meet_the_faults_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text('{"rules": [{"fault": "unavailable", "operation": "ListTables", "times": 1}]}')
    with running(tmp_path, "--in-memory", "--faults", str(file)) as server:
        client = dynamodb(server.endpoint)
        assert client.list_tables()["ResponseMetadata"]["RetryAttempts"] == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot be read: No such file or directory"),
        ("rules:", "it is no JSON"),
        ('{"rules": [{"fault": "fire"}]}', "rule 0: 'fire' is no fault"),
    ],
)
def test_a_file_of_faults_that_is_none_is_refused(
    tmp_path: Path, text: str | None, said: str
) -> None:
    file = tmp_path / "faults.json"
    if text is not None:
        file.write_text(text)
    line = refused("--in-memory", "--faults", str(file))
    assert line.startswith(f"--faults: {file}")
    assert said in line
