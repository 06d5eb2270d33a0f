"""Files as DynamoDB Local writes them, made here of rows that version 1.25.1 wrote."""

from __future__ import annotations

from pathlib import Path

import apsw

from dynalite_py.model import codec

DDL = """
CREATE TABLE cf (version TEXT);
INSERT INTO cf VALUES ('v2.4.0');
CREATE TABLE dm (TableName TEXT, CreationDateTime INTEGER, LastDecreaseDate INTEGER,
    LastIncreaseDate INTEGER, NumberOfDecreasesToday INTEGER, ReadCapacityUnits INTEGER,
    WriteCapacityUnits INTEGER, TableInfo BLOB, BillingMode INTEGER DEFAULT 0,
    PayPerRequestDateTime INTEGER DEFAULT 0, PRIMARY KEY(TableName));
CREATE TABLE sm (StreamID TEXT, StreamStatus TEXT, TableName TEXT, StreamInfo BLOB,
    CreationDateTime INTEGER, DeletionDateTime INTEGER, PRIMARY KEY(StreamID));
CREATE TABLE "Music" (hashKey TEXT DEFAULT NULL, rangeKey BLOB DEFAULT NULL,
    indexKey_0 BLOB DEFAULT NULL, hashValue BLOB NOT NULL, rangeValue BLOB NOT NULL,
    itemSize INTEGER DEFAULT 0, ObjectJSON BLOB NOT NULL, hashRangeValue BLOB NOT NULL DEFAULT 0,
    PRIMARY KEY(hashKey, rangeKey));
CREATE TABLE "plain" (hashKey BLOB DEFAULT NULL, hashValue BLOB NOT NULL,
    itemSize INTEGER DEFAULT 0, ObjectJSON BLOB NOT NULL, PRIMARY KEY(hashKey));
"""


def _part(name: str, kind: str, role: str) -> dict[str, object]:
    return {
        "DynamoDBAttribute": {"AttributeName": name, "AttributeType": kind},
        "KeyType": role,
        "SQLiteColumnName": "hashKey" if role == "HASH" else "rangeKey",
        "SQLiteDataType": "BLOB",
    }


MUSIC = {
    "Attributes": [
        {"AttributeName": "Artist", "AttributeType": "S"},
        {"AttributeName": "Year", "AttributeType": "N"},
        {"AttributeName": "g", "AttributeType": "B"},
    ],
    "LSIList": [
        {
            "IndexName": "loc",
            "KeySchema": [
                {"AttributeName": "Artist", "KeyType": "HASH"},
                {"AttributeName": "g", "KeyType": "RANGE"},
            ],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "GSIList": [
        {
            "IndexName": "glo",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["a", "b"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
        }
    ],
    "SQLiteIndex": {"": [_part("Artist", "S", "HASH"), _part("Year", "N", "RANGE")]},
}
PLAIN = {
    "Attributes": [{"AttributeName": "id", "AttributeType": "B"}],
    "GSIList": [],
    "SQLiteIndex": {"": [_part("id", "B", "HASH")]},
    "TimeToLiveAttributeName": "ttl",
}
STREAM = {
    "streamViewType": "NEW_IMAGE",
    "keySchema": [
        {"AttributeName": "Artist", "KeyType": "HASH"},
        {"AttributeName": "Year", "KeyType": "RANGE"},
    ],
}
SONG = {
    "Artist": {"S": "ä"},
    "ss": {"SS": ["a", "b"]},
    "bs": {"BS": ["eA==", "/w=="]},
    "n0": {"N": "1" + 100 * "0"},
    "Year": {"N": "-1.5"},
    "t": {"BOOL": True},
    "e": {"S": ""},
    "g": {"B": "AAE="},
    "l": {"L": [{"S": "x"}, {"M": {"a": {"NULL": True}}}]},
}


def made(path: Path, *songs: dict[str, object]) -> Path:
    """A file with the tables ``Music`` (SONG and others) and ``plain`` (one item)."""
    db = apsw.Connection(str(path))
    db.execute(DDL)
    db.execute(
        "INSERT INTO dm VALUES ('Music', 1, 0, 0, 0, 0, 0, ?, 1, 1), "
        "('plain', 1, 0, 0, 0, 3, 4, ?, 0, 0)",
        (codec.encode(MUSIC), codec.encode(PLAIN)),
    )
    db.execute(
        "INSERT INTO sm VALUES ('arn:x', 'ENABLED', 'Music', ?, 1, NULL)", (codec.encode(STREAM),)
    )
    for number, song in enumerate((SONG, *songs)):
        db.execute(
            'INSERT INTO "Music" VALUES (?, ?, NULL, ?, ?, 76, ?, ?)',
            (b"a", b"%d" % number, b"h", b"r", codec.encode(song), b"hr"),
        )
    item = b'{"ttl":{"N":"1900000000"},"id":{"B":"/wA="}}'
    db.execute('INSERT INTO "plain" VALUES (?, ?, 9, ?)', (b"\xff\x00", b"h", item))
    db.close()
    return path
