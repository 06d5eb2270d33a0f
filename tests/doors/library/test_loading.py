"""``Store.load`` and ``Store.dump``."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py import Store, care
from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.loading import Progress
from dynalite_py.model import codec
from dynalite_py.operations import bulk

KEYS: dict[str, Any] = {
    "KeySchema": [
        {"AttributeName": "id", "KeyType": "HASH"},
        {"AttributeName": "at", "KeyType": "RANGE"},
    ],
    "AttributeDefinitions": [
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "at", "AttributeType": "N"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
}
ITEM: dict[str, Any] = {
    "id": {"S": "ä"},
    "at": {"N": "-1.5"},
    "exact": {"N": "12345678901234567890123456789012345678"},
    "blob": {"B": b"\x00\xff"},
    "live": {"BOOL": False},
    "tags": {"SS": ["b", "a"]},
    "parts": {"L": [{"NULL": True}, {"M": {"B": {"S": "x"}}}, {"BS": [b"1"]}]},
}


@pytest.fixture
def store() -> Iterator[Store]:
    """A store with the table ``events``."""
    with dynalite_py.connect() as opened:
        opened.create_table(TableName="events", **KEYS)
        yield opened


def found(store: Store, table: str = "events") -> list[Any]:
    """The items of a table, by key."""
    items: list[Any] = store.scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: (item["id"]["S"], float(item["at"]["N"])))


def lines(count: int, first: int = 0) -> str:
    """JSON lines of small items."""
    return "".join(f'{{"id": "a", "at": {at}}}\n' for at in range(first, first + count))


@pytest.mark.parametrize("name", ["x.jsonl", "x.csv", "x.json", "x.jsonl.gz", "x.csv.gz"])
def test_what_is_dumped_is_loaded_as_it_was(store: Store, tmp_path: Path, name: str) -> None:
    store.put_item(TableName="events", Item=ITEM)
    store.put_item(TableName="events", Item={"id": {"S": "b"}, "at": {"N": "7"}})
    assert store.dump("events", tmp_path / name) == 2
    store.create_table(TableName="again", **KEYS)
    loaded = store.load(tmp_path / name, table="again")
    assert loaded == (("again",), 2, 0, 0)
    assert found(store, "again") == found(store)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("1.50", {"N": "1.5"}),
        ("-0", {"N": "0"}),
        ("12345678901234567890123456789012345678", {"N": "12345678901234567890123456789012345678"}),
        ("0.1", {"N": "0.1"}),
        ("[1, 2.5]", {"L": [{"N": "1"}, {"N": "2.5"}]}),
        ('{"B": "AP8="}', {"B": b"\x00\xff"}),
        ("true", {"BOOL": True}),
        ("null", {"NULL": True}),
    ],
)
def test_every_digit_of_a_json_line_is_kept(
    store: Store, tmp_path: Path, line: str, value: Any
) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text(f'{{"id": "a", "at": 1, "v": {line}}}\n')
    store.load(file, table="events")
    assert found(store)[0]["v"] == value


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("x.jsonl", '{"id": "a", "at": 1}\n{"id": "a"}\n', "line 2: One or more parameter values"),
        ("x.jsonl", '{"id": "a", "at": 1}\n{"id": \n', "line 2: not JSON"),
        ("x.jsonl", '{"id": "a", "at": "1"}\n', "line 1: One or more parameter values were"),
        ("x.json", '{"Item": {"id": {"S": "a"}, "at": {"N": "x"}}}\n', "line 1: The parameter"),
        ("x.json", '{"id": {"S": "a"}, "at": {"N": "1", "x": 1}}\n', "line 1: at is no attribute"),
        ("x.json", '{"id": {"S": "a"}, "at": {"N": "1"}, "n": {"NULL": false}}\n', "line 1: One"),
        ("x.csv", "id,at\na,1\na,\n", "line 3: One or more parameter values"),
        ("x.txt", "", "name the format"),
    ],
)
def test_a_wrong_file_is_refused_by_its_line(
    store: Store, tmp_path: Path, name: str, text: str, reason: str
) -> None:
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(exceptions.LoadError, match=reason) as refusal:
        store.load(file, table="events")
    assert refusal.value.items == 0
    assert found(store) == []


def test_what_is_not_there_is_refused(store: Store, tmp_path: Path) -> None:
    with pytest.raises(exceptions.LoadError, match="No such file"):
        store.load(tmp_path / "x.jsonl", table="events")
    (tmp_path / "x.jsonl").write_text(lines(1))
    with pytest.raises(exceptions.LoadError, match="name the table"):
        store.load(tmp_path / "x.jsonl")
    with pytest.raises(exceptions.ResourceNotFoundException):
        store.load(tmp_path / "x.jsonl", table="nowhere")
    with pytest.raises(exceptions.LoadError, match="is no format"):
        store.load(tmp_path / "x.jsonl", table="events", format="xml")  # type: ignore[arg-type]
    with pytest.raises(exceptions.LoadError, match="exists already"):
        store.dump("events", tmp_path / "x.jsonl")
    assert (tmp_path / "x.jsonl").read_text() == lines(1)
    store.close()
    with pytest.raises(exceptions.StoreClosedError):
        store.load(tmp_path / "x.jsonl", table="events")


@pytest.mark.parametrize("name", ["x.jsonl.gz", "x.csv.gz", "x.json.gz"])
@pytest.mark.parametrize("harm", ["cut", "changed", "not packed"])
def test_a_damaged_packed_file_is_refused(
    store: Store, tmp_path: Path, name: str, harm: str
) -> None:
    store.put_item(TableName="events", Item={"id": {"S": "a"}, "at": {"N": "1"}})
    store.dump("events", tmp_path / name)
    whole = (tmp_path / name).read_bytes()
    changed = whole[:-5] + bytes([whole[-5] ^ 0xFF]) + whole[-4:]  # in its checksum
    harmed = {"cut": whole[:-12], "changed": changed, "not packed": b"id,at\n"}[harm]
    (tmp_path / name).write_bytes(harmed)
    with pytest.raises(exceptions.LoadError, match="packed, and damaged"):
        store.load(tmp_path / name, table="events")


def test_the_later_of_two_with_one_key_counts(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"id":"a","at":1,"v":1}\n{"id":"b","at":1}\n{"id":"a","at":1.0,"v":2}\n')
    assert store.load(file, table="events").items == 3
    assert [item.get("v") for item in found(store)] == [{"N": "2"}, None]
    assert store.describe_table(TableName="events")["Table"]["ItemCount"] == 2


def test_what_follows_from_items_follows_from_loaded_ones(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_text('{"id":"a","at":1,"kind":"k"}\n{"id":"b","at":2}\n')
    index: Any = {
        "IndexName": "by_kind",
        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    }
    kind = {"AttributeName": "kind", "AttributeType": "S"}
    with dynalite_py.connect(tmp_path / "x.db") as store:
        definition: Any = {**KEYS, "AttributeDefinitions": [*KEYS["AttributeDefinitions"], kind]}
        store.create_table(TableName="events", **definition, GlobalSecondaryIndexes=[index])
        store.load(file, table="events")
        store.load(file, table="events")  # Over what is there.
        asked = store.query(
            TableName="events",
            IndexName="by_kind",
            KeyConditionExpression="kind = :k",
            ExpressionAttributeValues={":k": {"S": "k"}},
        )
        assert asked["Count"] == 1

    assert [step.finding for step in care.check_file(tmp_path / "x.db") if step.finding] == []


def test_progress_is_told_after_each_transaction(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ELEMENTS", 10)
    file = tmp_path / "x.jsonl"
    file.write_text(lines(25))
    told: list[Progress] = []
    store.load(file, table="events", progress=told.append)
    size = file.stat().st_size
    assert [(each.items, each.done, each.total) for each in told] == [
        (10, size, size),
        (20, size, size),
        (25, size, size),
    ]
    told.clear()
    store.dump("events", tmp_path / "y.jsonl", progress=told.append)
    assert told == [("events", 25, 25, 25)]


def test_a_batch_ends_at_its_bytes(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BYTES", 100)
    file = tmp_path / "x.jsonl"
    file.write_text(lines(10))
    told: list[Progress] = []
    store.load(file, table="events", progress=told.append)
    assert [each.items for each in told] == [4, 8, 10]


class Interrupted(Exception):  # noqa: N818 - not an error of the load
    """Raised in the middle."""


def interrupt(store: Store, path: Path, after: int, **members: Any) -> None:
    """Load until so many items are in."""

    def stop(now: Progress) -> None:
        if now.items >= after:
            raise Interrupted

    with pytest.raises(Interrupted):
        store.load(path, progress=stop, **members)


def test_an_interrupted_load_goes_on_behind_its_last_batch(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ELEMENTS", 10)
    file = tmp_path / "x.jsonl"
    file.write_text(lines(35))
    interrupt(store, file, 20, table="events")
    # What was changed since is not loaded over.
    store.delete_item(TableName="events", Key={"id": {"S": "a"}, "at": {"N": "0"}})
    assert store.load(file, table="events") == (("events",), 15, 0, 20)
    assert [item["at"]["N"] for item in found(store)] == [str(at) for at in range(1, 35)]
    # Once it is done, the next one begins anew.
    assert store.load(file, table="events") == (("events",), 35, 0, 0)


def test_another_content_or_table_begins_anew(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ELEMENTS", 10)
    file = tmp_path / "x.jsonl"
    file.write_text(lines(35))
    interrupt(store, file, 10, table="events")
    store.create_table(TableName="others", **KEYS)
    assert store.load(file, table="others").resumed == 0
    os.utime(file, ns=(1, 1))
    assert store.load(file, table="events").resumed == 0
    interrupt(store, file, 10, table="events")
    store.delete_table(TableName="events")
    store.create_table(TableName="events", **KEYS)
    assert store.load(file, table="events") == (("events",), 35, 0, 0)


# Exports to S3.


def export(folder: Path, files: list[list[Any]], **summary: Any) -> Path:
    """A folder as an export makes it: one data file for each list of lines."""
    incremental = summary.get("exportType") == "INCREMENTAL_EXPORT"
    place = folder / "AWSDynamoDB" / "01693685827463-2d8752fd"
    data = (place.parent if incremental else place) / "data"
    place.mkdir(parents=True)
    data.mkdir()
    manifest: list[str] = []
    for number, content in enumerate(files):
        packed = gzip.compress(b"".join(codec.encode(line) + b"\n" for line in content))
        name = f"{number:026d}.json.gz"
        (data / name).write_bytes(packed)
        md5 = base64.b64encode(hashlib.md5(packed, usedforsecurity=False).digest()).decode()
        key = f"prefix/AWSDynamoDB/{place.name}/data/{name}"
        manifest.append(
            codec.text({"itemCount": len(content), "md5Checksum": md5, "dataFileS3Key": key})
        )
    (place / "manifest-files.json").write_text("\n".join(manifest) + "\n")
    arn = "arn:aws:dynamodb:us-east-1:123456789012:table/events"
    about = {"version": "2020-06-30", "tableArn": arn, "outputFormat": "DYNAMODB_JSON", **summary}
    (place / "manifest-summary.json").write_text(codec.text(about))
    return place


def wire(at: int, **others: Any) -> dict[str, Any]:
    """An item in DynamoDB JSON."""
    return {"id": {"S": "a"}, "at": {"N": str(at)}, **others}


def test_an_export_goes_into_the_table_of_its_name(store: Store, tmp_path: Path) -> None:
    files = [[{"Item": wire(1, b={"B": "AP8="})}], [], [{"Item": wire(2)}, {"Item": wire(3)}]]
    folder = export(tmp_path, files)
    told: list[Progress] = []
    assert store.load(folder, progress=told.append) == (("events",), 3, 0, 0)
    assert told == [("events", 3, 3, 3)]
    assert [item["at"]["N"] for item in found(store)] == ["1", "2", "3"]
    assert found(store)[0]["b"] == {"B": b"\x00\xff"}
    store.create_table(TableName="others", **KEYS)
    assert store.load(folder, table="others").tables == ("others",)


def test_an_incremental_export_puts_and_deletes(store: Store, tmp_path: Path) -> None:
    for at in (1, 2, 3):
        store.put_item(TableName="events", Item=wire(at))
    stamp = {"WriteTimestampMicros": "1680109764000000"}
    changes = [
        {"Metadata": stamp, "Keys": wire(1)},
        {"Metadata": stamp, "Keys": wire(2), "NewImage": wire(2, v={"S": "new"})},
        {"Metadata": stamp, "Keys": wire(4), "NewImage": wire(4)},
        {"Metadata": stamp, "Keys": wire(9), "OldImage": wire(9)},
    ]
    folder = export(tmp_path, [changes], exportType="INCREMENTAL_EXPORT")
    assert store.load(folder) == (("events",), 2, 2, 0)
    assert [item["at"]["N"] for item in found(store)] == ["2", "3", "4"]
    assert found(store)[0]["v"] == {"S": "new"}


def test_an_interrupted_load_of_an_export_goes_on(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "ELEMENTS", 3)
    files = [[{"Item": wire(10 * file + at)} for at in range(5)] for file in range(4)]
    folder = export(tmp_path, files)
    interrupt(store, folder, 12)
    assert store.load(folder) == (("events",), 8, 0, 12)
    assert len(found(store)) == 20


@pytest.mark.parametrize(
    ("summary", "reason"),
    [
        ({"outputFormat": "ION"}, "outputFormat is 'ION'"),
        ({"tableArn": "events"}, "tableArn is no ARN"),
    ],
)
def test_an_export_of_another_kind_is_refused(
    store: Store, tmp_path: Path, summary: Any, reason: str
) -> None:
    folder = export(tmp_path, [[{"Item": wire(1)}]], **summary)
    with pytest.raises(exceptions.LoadError, match=reason):
        store.load(folder)


def test_a_damaged_or_missing_data_file_is_refused(store: Store, tmp_path: Path) -> None:
    folder = export(tmp_path, [[{"Item": wire(1)}]])
    [data] = (folder / "data").iterdir()
    data.write_bytes(gzip.compress(b'{"Item": {}}\n'))
    with pytest.raises(exceptions.LoadError, match="its MD5 differs"):
        store.load(folder)
    data.unlink()
    with pytest.raises(exceptions.LoadError, match=r"is neither in data nor in \.\./data"):
        store.load(folder)
    assert found(store) == []
