"""A store of songs for the shell's tests, and sessions over it that write into memory."""

from __future__ import annotations

import io
from pathlib import Path

import dynalite_py
from dynalite_py.doors.shell import endpoint
from dynalite_py.doors.shell.screen import Screen
from dynalite_py.doors.shell.session import Person, Session

SONGS = (
    ("Nina Simone", "Feeling Good", 173, 1965),
    ("Nina Simone", "Sinnerman", 622, 1965),
    ("Björk", "Jóga", 305, 1997),
    ("石川さゆり", "天城越え", 290, 1986),
)


def fill(path: Path, *, more: int = 0) -> Path:
    """A closed file with four songs. more: items of a second table, one partition key."""
    with dynalite_py.connect(path) as store:
        store.create_table(
            TableName="Songs",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "artist", "AttributeType": "S"},
                {"AttributeName": "title", "AttributeType": "S"},
                {"AttributeName": "year", "AttributeType": "N"},
            ],
            KeySchema=[
                {"AttributeName": "artist", "KeyType": "HASH"},
                {"AttributeName": "title", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": "by-year",
                    "KeySchema": [{"AttributeName": "year", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
        )
        songs = store.table("Songs")
        for artist, title, seconds, year in SONGS:
            songs.put({"artist": artist, "title": title, "seconds": seconds, "year": year})
        if more:
            _fill_numbers(store, more)
    return path


def _fill_numbers(store: dynalite_py.Store, count: int) -> None:
    store.create_table(
        TableName="Numbers",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "set", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "set", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
    )
    with store.table("Numbers").batch() as batch:
        for number in range(count):
            batch.put({"set": "all", "number": number, "square": number * number})


def session(path: Path, *, person: Person | None = None, output: str = "table") -> Session:
    """A session whose results and remarks are in ``written`` and ``noted``."""
    results = Screen(io.StringIO(), fixed_width=80)
    return Session(
        endpoint.file(str(path)),
        results,
        Screen(io.StringIO(), fixed_width=80),
        person=person,
        output=output,
    )


def written(opened: Session) -> str:
    """What went to results since the last look."""
    return _taken(opened.screen.stream)


def noted(opened: Session) -> str:
    """What was remarked since the last look."""
    return _taken(opened.notes.stream)


def _taken(stream: object) -> str:
    assert isinstance(stream, io.StringIO)
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text
