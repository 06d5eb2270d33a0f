"""Stores for the tests of the library door."""

from collections.abc import Iterator

import pytest

import dynalite_py


@pytest.fixture
def store() -> Iterator[dynalite_py.Store]:
    """An open store in memory with the table Music (Artist, SongTitle) and its index ByYear."""
    with dynalite_py.connect() as opened:
        opened.create_table(
            TableName="Music",
            KeySchema=[
                {"AttributeName": "Artist", "KeyType": "HASH"},
                {"AttributeName": "SongTitle", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[
                {"AttributeName": "Artist", "AttributeType": "S"},
                {"AttributeName": "SongTitle", "AttributeType": "S"},
                {"AttributeName": "Year", "AttributeType": "N"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "ByYear",
                    "KeySchema": [{"AttributeName": "Year", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        yield opened


@pytest.fixture
def music(store: dynalite_py.Store) -> dynalite_py.Table:
    """The table Music by plain values."""
    return store.table("Music")
