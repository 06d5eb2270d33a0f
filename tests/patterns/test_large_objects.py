"""Large values beside the table, over every client and both kinds of store."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import threading
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import obstore.store
import pytest

from dynalite_py.model.clock import MovableClock, SystemClock
from dynalite_py.patterns import large_objects, object_stores
from dynalite_py.patterns.large_objects import (
    DAY,
    DamagedObjectError,
    LargeObjects,
    ReservedMemberError,
)
from dynalite_py.patterns.object_stores import (
    FolderObjects,
    ObjectMissingError,
    ObjectStore,
    RemoteObjects,
    Stored,
)
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

NOISE = random.Random(1).randbytes(50_000)
TEXT = "large, but not dense. " * 1000
LARGE_TEXT = random.Random(2).randbytes(40_000).hex()


@pytest.fixture(params=["folder", "remote"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> ObjectStore:
    if request.param == "folder":
        return FolderObjects(tmp_path / "objects")
    return RemoteObjects(obstore.store.MemoryStore(), "some/table/")


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(SystemClock().now())


@pytest.fixture
def large(client: Client, objects: ObjectStore, clock: MovableClock) -> LargeObjects:
    make_table(client, "Notes", id="S")
    return LargeObjects(client=client, table="Notes", objects=objects, clock=clock)


def raw(large: LargeObjects, key: str) -> dict[str, Any]:
    return large.client.get_item(TableName="Notes", Key={"id": {"S": key}})["Item"]


def names(large: LargeObjects) -> set[str]:
    return {stored.name for stored in large.objects.list()}


def test_values_come_back_as_they_were_put(large: LargeObjects) -> None:
    item = {
        "id": "a",
        "small": "x",
        "map": {"k": [1, b"x"]},
        "text": TEXT,
        "noise": NOISE,
        "large": LARGE_TEXT + "ä€😀",
        "empty": "",
        "zeros": bytes(1_000_000),
    }
    large.put(item)
    assert large.get({"id": "a"}) == item
    assert large.get({"id": "b"}) is None
    assert len(names(large)) == 2
    [stored] = large.client.scan(TableName="Notes")["Items"]
    assert large.resolve(stored) == item


def test_what_compresses_well_stays_in_the_item_and_the_rest_goes_beside(
    large: LargeObjects,
) -> None:
    large.put({"id": "a", "text": TEXT, "noise": NOISE, "small": "x" * 2048})
    item = raw(large, "a")
    assert item["small"] == {"S": "x" * 2048}
    assert len(item["text"]["M"]["dynalite:packed"]["B"]) < 1000
    pointer = item["noise"]["M"]
    assert pointer["encoding"] == {"S": "none"}  # It would not have become smaller.
    assert pointer["size"] == {"N": "50000"}
    assert pointer["sha256"] == {"S": hashlib.sha256(NOISE).hexdigest()}
    assert names(large) == {pointer["dynalite:object"]["S"]}


def test_names_of_files_have_no_text_of_the_users(large: LargeObjects) -> None:
    large.put({"id": "../secret", "../../etc/passwd": NOISE})
    [name] = names(large)
    assert object_stores.is_name(name)


def test_the_object_is_there_before_the_item(large: LargeObjects) -> None:
    there: list[bool] = []

    class Watching:
        def __getattr__(self, name: str) -> Any:
            if name == "put_item":
                there.append(len(names(large)) == 1)
            return getattr(large.client, name)

    watched: Any = Watching()
    LargeObjects(client=watched, table="Notes", objects=large.objects).put(
        {"id": "a", "noise": NOISE}
    )
    assert there == [True]


def test_what_is_replaced_or_deleted_takes_its_objects_along(large: LargeObjects) -> None:
    large.put({"id": "a", "one": NOISE, "two": NOISE})
    large.set({"id": "a"}, {"one": LARGE_TEXT, "three": 3})
    assert large.get({"id": "a"}) == {"id": "a", "one": LARGE_TEXT, "two": NOISE, "three": 3}
    assert len(names(large)) == 2
    large.put({"id": "a", "one": "small"})
    assert names(large) == set()
    large.put({"id": "a", "one": NOISE})
    large.delete({"id": "a"})
    large.delete({"id": "a"})
    assert names(large) == set()
    assert large.get({"id": "a"}) is None


def test_a_condition_that_does_not_hold_leaves_the_item_as_it_was(
    large: LargeObjects, clock: MovableClock
) -> None:
    large.put({"id": "a", "one": NOISE})
    failed = large.client.exceptions.ConditionalCheckFailedException
    with pytest.raises(failed):
        large.put({"id": "a", "one": NOISE[1:]}, ConditionExpression="attribute_not_exists(id)")
    with pytest.raises(failed):
        large.set(
            {"id": "a"},
            {"one": NOISE[1:]},
            ConditionExpression="#n = :one",
            ExpressionAttributeNames={"#n": "n"},
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
    with pytest.raises(failed):
        large.delete({"id": "a"}, ConditionExpression="attribute_exists(absent)")
    assert large.get({"id": "a"}) == {"id": "a", "one": NOISE}
    assert len(names(large)) == 3
    assert large.sweep() == 0
    clock.advance(seconds=DAY + 5)
    assert large.sweep() == 2
    assert large.get({"id": "a"}) == {"id": "a", "one": NOISE}


def test_a_request_of_any_kind_takes_what_prepare_gives(large: LargeObjects) -> None:
    item = large.prepare({"id": "a", "noise": NOISE})
    large.client.transact_write_items(TransactItems=[{"Put": {"TableName": "Notes", "Item": item}}])
    assert large.get({"id": "a"}) == {"id": "a", "noise": NOISE}


def test_a_reader_whose_item_is_replaced_meanwhile_reads_it_again(large: LargeObjects) -> None:
    large.put({"id": "a", "noise": NOISE})
    stale = raw(large, "a")
    changes = iter([b"1", b"2", b"3"])

    class Replaced:
        exceptions = large.client.exceptions

        def get_item(self, **request: Any) -> Any:
            answer = large.client.get_item(**request)
            change = next(changes, None)
            if change is not None:
                large.put({"id": "a", "noise": NOISE + change})
            return answer

    overtaken: Any = Replaced()
    reader = LargeObjects(client=overtaken, table="Notes", objects=large.objects)
    assert reader.get({"id": "a"}) == {"id": "a", "noise": NOISE + b"3"}
    with pytest.raises(ObjectMissingError):
        large.resolve(stale)
    large.objects.delete(next(iter(names(large))))
    with pytest.raises(ObjectMissingError):
        large.get({"id": "a"})


def test_readers_never_meet_a_pointer_to_nothing(large: LargeObjects) -> None:
    large.put({"id": "a", "number": 0, "noise": NOISE})
    read: list[Any] = []
    ended = threading.Event()

    def write(first: int) -> None:
        for number in range(first, 40, 2):
            item = {"id": "a", "number": number, "noise": NOISE + bytes([number])}
            large.put(item)

    def read_on() -> None:
        while not ended.is_set():
            read.append(large.get({"id": "a"}))

    readers = [threading.Thread(target=read_on) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(first,)) for first in (1, 2)]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    ended.set()
    for thread in readers:
        thread.join()
    last = large.get({"id": "a"})
    assert last is not None
    assert len(names(large)) == 1
    for item in (*read, last):
        number = item["number"]
        assert item["noise"] == NOISE + (bytes([number]) if number else b"")


def pointer(**told: Any) -> dict[str, Any]:
    return {
        "id": {"S": "a"},
        "bad": {
            "M": {
                "dynalite:packed": {"B": zlib.compress(bytes(100_000))},
                "kind": {"S": "B"},
                "size": {"N": "100000"},
                "sha256": {"S": hashlib.sha256(bytes(100_000)).hexdigest()},
                "encoding": {"S": "zlib"},
                **told,
            }
        },
    }


@pytest.mark.parametrize(
    "told",
    [
        {"sha256": {"S": "0" * 64}},
        {"size": {"N": "10"}},
        {"size": {"S": "x"}},
        {"size": {"N": "100001"}},
        {"encoding": {"S": "none"}},
        {"encoding": {"S": "other"}},
        {"dynalite:packed": {"B": b"no zlib"}},
        {"dynalite:packed": {"S": "x"}},
        {"dynalite:object": {"S": "../../../etc/passwd"}},
        {"dynalite:object": {"N": "1"}},
        {"kind": {"S": "S"}, "sha256": {"S": ""}},
    ],
)
def test_what_is_not_as_it_was_stored_is_damaged_and_never_given(
    tmp_path: Path, store: Client, told: Any
) -> None:
    large = LargeObjects(client=store, table="Notes", objects=FolderObjects(tmp_path))
    assert large.resolve(pointer()) == {"id": "a", "bad": bytes(100_000)}
    with pytest.raises(DamagedObjectError):
        large.resolve(pointer(**told))
    assert large_objects.pointers(pointer(**told)) == set()


def test_a_file_whose_bytes_changed_is_damaged(tmp_path: Path, store: Client) -> None:
    make_table(store, "Notes", id="S")
    large = LargeObjects(client=store, table="Notes", objects=FolderObjects(tmp_path))
    large.put({"id": "a", "noise": NOISE})
    [file] = tmp_path.glob("*/*")
    file.write_bytes(b"x" + NOISE[1:])
    with pytest.raises(DamagedObjectError):
        large.get({"id": "a"})


def test_values_that_are_too_large_or_look_as_pointers_are_refused(large: LargeObjects) -> None:
    small = LargeObjects(
        client=large.client, table="Notes", objects=large.objects, largest_bytes=5000
    )
    with pytest.raises(ValueError, match="'text' has more than 5000 bytes"):
        small.put({"id": "a", "text": "x" * 5001})
    for member in ("dynalite:object", "dynalite:packed"):
        with pytest.raises(ReservedMemberError):
            large.put({"id": "a", "map": {member: "x"}})
    with pytest.raises(ValueError, match="may be a key"):
        LargeObjects(client=large.client, table="N", objects=large.objects, beside_bytes=2047)
    assert names(large) == set()


# Objects that no item points to


def record(name: str, **images: Any) -> dict[str, Any]:
    return {"eventName": name, "dynamodb": {"Keys": {"id": {"S": "a"}}, **images}}


def test_records_of_the_stream_say_what_is_no_longer_pointed_to(
    large: LargeObjects, clock: MovableClock
) -> None:
    keeping = LargeObjects(
        client=large.client,
        table="Notes",
        objects=large.objects,
        clock=clock,
        remove_replaced=False,
    )
    images: list[Any] = []
    for version in range(3):
        keeping.put({"id": "a", "same": version, "noise": NOISE + bytes([version])})
        images.append(raw(large, "a"))
    assert len(names(large)) == 3
    changes = [
        record("INSERT", NewImage=images[0]),
        record("MODIFY", OldImage=images[0], NewImage=images[1]),
        record("MODIFY", OldImage=images[1], NewImage=images[2]),
    ]
    assert keeping.collect([changes[2], changes[0]]) == 1
    assert keeping.collect(changes) == 2  # Some of it for the second time.
    assert large.get({"id": "a"}) == {"id": "a", "same": 2, "noise": NOISE + b"\x02"}
    keeping.set({"id": "a"}, {"same": 3})
    kept = [
        record("MODIFY", OldImage=images[2], NewImage=raw(large, "a")),
        record("MODIFY", OldImage=images[2]),
    ]
    assert keeping.collect(kept) == 0
    assert len(names(large)) == 1
    keeping.delete({"id": "a"})
    assert keeping.collect([record("REMOVE", OldImage=images[2])]) == 1
    assert names(large) == set()


def test_a_stream_without_old_images_is_refused(large: LargeObjects) -> None:
    with pytest.raises(ValueError, match="NEW_AND_OLD_IMAGES"):
        large.collect([record("REMOVE")])


def test_the_records_of_others_that_look_as_pointers_delete_no_file(
    large: LargeObjects, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    image = {"x": {"M": {"dynalite:object": {"S": "../file"}}}, "y": {"M": {}}, "z": {"S": ""}}
    assert large.collect([record("REMOVE", OldImage=image)]) == 0
    assert (tmp_path / "file").exists()


def test_a_sweep_deletes_what_is_old_and_used_by_nobody(
    large: LargeObjects, clock: MovableClock
) -> None:
    for number in range(3):
        large.put({"id": str(number), "noise": NOISE})
    large.prepare({"id": "never", "noise": NOISE})
    assert list(large.orphans()) == []  # It is too young.
    clock.advance(seconds=DAY + 5)
    assert len(list(large.orphans())) == 1
    assert large.sweep() == 1
    assert large.sweep() == 0
    assert len(names(large)) == 3


def test_a_write_that_took_longer_than_a_sweep_waits_stores_its_objects_again(
    large: LargeObjects, clock: MovableClock
) -> None:
    now = [0.0]

    class Slow:
        """A client before which a machine sleeps, and is swept by another one."""

        def put_item(self, **request: Any) -> Any:
            now[0] += 2 * DAY
            clock.advance(seconds=2 * DAY)
            assert large.sweep() == 1
            return large.client.put_item(**request)

    slow: Any = Slow()
    writer = LargeObjects(
        client=slow, table="Notes", objects=large.objects, monotonic=lambda: now[0]
    )
    writer.put({"id": "a", "noise": NOISE})
    assert large.get({"id": "a"}) == {"id": "a", "noise": NOISE}


def test_objects_that_took_long_to_store_are_stored_again_before_the_item(
    large: LargeObjects,
) -> None:
    now = [0.0]
    put: list[str] = []

    class Slow:
        def put(self, name: str, data: bytes) -> None:
            put.append(name)
            now[0] += DAY if len(put) == 1 else 0
            large.objects.put(name, data)

        def __getattr__(self, name: str) -> Any:
            return getattr(large.objects, name)

    slow: Any = Slow()
    writer = LargeObjects(
        client=large.client, table="Notes", objects=slow, monotonic=lambda: now[0]
    )
    writer.put({"id": "a", "one": NOISE, "two": NOISE})
    assert put[:2] == put[2:]


# Stores


def test_a_store_keeps_replaces_lists_and_deletes(objects: ObjectStore) -> None:
    one, two = object_stores.new_name(), object_stores.new_name()
    objects.put(one, b"1")
    objects.put(two, b"")
    objects.put(one, NOISE)
    assert objects.get(one) == NOISE
    assert objects.get(two) == b""
    now = SystemClock().now()
    assert {stored.name for stored in objects.list()} == {one, two}
    assert all(abs(stored.changed_at - now) < 60 for stored in objects.list())
    objects.delete(two)
    objects.delete(two)
    with pytest.raises(ObjectMissingError):
        objects.get(two)


@pytest.mark.parametrize("name", ["", "x", "../x", "A" * 32, "0" * 31, "0" * 32 + "/../x"])
def test_a_store_refuses_names_that_are_not_its_own(objects: ObjectStore, name: str) -> None:
    for act in (lambda: objects.put(name, b""), lambda: objects.get(name)):
        with pytest.raises(ValueError, match="is no name of an object"):
            act()
    with pytest.raises(ValueError, match="is no name of an object"):
        objects.delete(name)
    assert list(objects.list()) == []


def test_a_folder_lists_what_a_killed_writer_left_and_nothing_else(tmp_path: Path) -> None:
    folder = FolderObjects(tmp_path)
    name = object_stores.new_name()
    folder.put(name, b"x")
    left = tmp_path / name[:2] / f"{name}.{'0' * 16}.part"
    left.write_bytes(b"half")
    (tmp_path / name[:2] / "README").write_text("no object")
    os.utime(left, (1000, 1000))
    listed = set(folder.list())
    assert Stored(left.name, 1000.0) in listed
    assert {stored.name for stored in listed} == {name, left.name}
    folder.delete(left.name)
    assert not left.exists()


def test_a_put_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = FolderObjects(tmp_path)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    folder.put("0" * 32, b"x")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        folder.put("0" * 31 + "1", NOISE)
    assert [stored.name for stored in folder.list()] == ["0" * 32]


def test_s3_is_reached_through_obstore(monkeypatch: pytest.MonkeyPatch) -> None:
    made = object_stores.s3_objects("bucket", "prefix", region="us-east-1", skip_signature=True)
    assert isinstance(made, RemoteObjects)
    monkeypatch.setitem(sys.modules, "obstore", None)
    for use in (lambda: object_stores.s3_objects("bucket"), lambda: RemoteObjects(None)):
        with pytest.raises(ImportError, match=r"pip install 'dynalite_py\[s3\]'"):
            use()
