"""The file that DynamoDB Local itself leaves is loaded whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from benchmarks import harness, names, peers, servers
from tests.differential import peer

pytestmark = [pytest.mark.peer, pytest.mark.slow]

MUSIC: dict[str, Any] = {
    "TableName": "Music",
    "AttributeDefinitions": [
        {"AttributeName": "Artist", "AttributeType": "S"},
        {"AttributeName": "Year", "AttributeType": "N"},
        {"AttributeName": "g", "AttributeType": "B"},
    ],
    "KeySchema": [
        {"AttributeName": "Artist", "KeyType": "HASH"},
        {"AttributeName": "Year", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "glo",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
    "BillingMode": "PAY_PER_REQUEST",
}


def test_a_file_of_dynamodb_local_is_loaded(tmp_path: Path) -> None:
    plan = harness.Plan(True, 1, 1, 1, tmp_path, peers.folders())
    found, absent = peers.recipes(plan)
    recipe = next((each for each in found if each.name == names.DYNAMODB_LOCAL), None)
    if recipe is None:
        pytest.skip(absent[names.DYNAMODB_LOCAL])
    server = servers.Server(recipe, tmp_path / "local")
    local = peer.Local(server.port)
    songs: list[Any] = [
        {"Artist": {"S": "ä"}, "Year": {"N": str(year)}, "g": {"B": "AAE="}, "l": {"L": []}}
        for year in range(300)
    ]
    try:
        for operation, request in (
            ("CreateTable", MUSIC),
            *(("PutItem", {"TableName": "Music", "Item": song}) for song in songs),
        ):
            assert local.call(local.key(), operation, request).status == 200
    finally:
        local.close()
        server.stop()
    [file] = (tmp_path / "local").rglob("shared-local-instance.db")
    with dynalite_py.connect() as store:
        assert store.load(file) == (("Music",), 300, 0, 0)
        assert store.scan(TableName="Music", IndexName="glo")["Count"] == 300
        described: Any = store.describe_table(TableName="Music")["Table"]
    assert described["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert [part["KeyType"] for part in described["KeySchema"]] == ["HASH", "RANGE"]
