"""Command lines of other DynamoDB programs, in this program's spelling."""

from __future__ import annotations

import pytest

from dynalite_py.doors.cli import options


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("-inMemory", "--in-memory"),
        ("--inMemory", "--in-memory"),
        ("--in-memory", "--in-memory"),
        ("-sharedDb", "--shared-db"),
        ("-dbPath ./data", "--db-path ./data"),
        ("-dbPath=./myData", "--db-path=./myData"),
        ("-port 8001", "--port 8001"),
        ("-delayTransientStatuses", "--delay-transient-statuses"),
        ("-optimizeDbBeforeStartup", "--optimize-db-before-startup"),
        ("--createTableMs 5", "--create-table-ms 5"),
        ("--maxItemSizeKb=5", "--max-item-size-kb=5"),
        ("-help", "--help"),
        ("-p 8001", "-p 8001"),
        ("-1", "-1"),
        ("MyFile.db", "MyFile.db"),
        ("-port 1 -- -inMemory", "--port 1 -- -inMemory"),
    ],
)
def test_long_options_are_spelled_in_kebab_case(given: str, expected: str) -> None:
    assert options.spelled(given.split(" ")) == expected.split(" ")
