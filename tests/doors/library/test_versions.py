"""A Table whose writes an attribute guards, and reading and writing until nobody came between."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.optimistic_locking import ChangedKeyError

KEY = {"Artist": "Nena", "SongTitle": "99 Luftballons"}
AT_ONCE = Backoff(attempts=3, base_seconds=0)


@pytest.fixture
def songs(store: dynalite_py.Store) -> dynalite_py.Table:
    """The table Music, guarded by the attribute version."""
    return store.table("Music", version_attribute="version")


@pytest.fixture(params=["own", "attribute"])
def either(store: dynalite_py.Store, request: pytest.FixtureRequest) -> dynalite_py.Table:
    """The table Music, guarded by the store's own version or by an attribute."""
    return store.table("Music", version_attribute=None if request.param == "own" else "version")


def test_every_put_checks_the_version_of_its_item_and_raises_it(songs: dynalite_py.Table) -> None:
    songs.put({**KEY, "Plays": 1})
    first = songs.get(KEY)
    assert first is not None
    assert first == {**KEY, "Plays": 1, "version": 1}
    assert songs.put({**first, "Plays": 2}, return_old=True) == first
    with pytest.raises(dynalite_py.VersionConflict) as conflict:
        songs.put({**first, "Plays": 3})
    assert conflict.value.version == 2
    assert conflict.value.current == {**KEY, "Plays": 2, "version": 2}
    assert conflict.value.operation_name == "PutItem"
    assert conflict.value.response["ResponseMetadata"]["RequestId"]


WRITES: list[Callable[[dynalite_py.Table, int | None], object]] = [
    lambda table, version: table.put({**KEY, "n": 1}, if_version=version),
    lambda table, version: table.update(KEY, "SET n = :n", values={":n": 2}, if_version=version),
    lambda table, version: table.update(KEY, "ADD n :n", values={":n": 2}, if_version=version),
    lambda table, version: table.delete(KEY, if_version=version),
]


@pytest.mark.parametrize("write", WRITES)
def test_every_write_takes_the_version_that_was_read(
    songs: dynalite_py.Table, write: Callable[[dynalite_py.Table, int | None], object]
) -> None:
    songs.put(KEY)
    songs.put({**KEY, "n": 0}, if_version=1)
    for wrong in (None, 0, 1, 3):
        with pytest.raises(dynalite_py.VersionConflict):
            write(songs, wrong)
    write(songs, 2)
    now = songs.get(KEY)
    assert now is None or now["version"] == 3


def test_with_version_reads_the_attribute(songs: dynalite_py.Table) -> None:
    assert songs.get(KEY, with_version=True) == (None, 0)
    songs.put(KEY, if_version=0)
    assert songs.get(KEY, with_version=True) == ({**KEY, "version": 1}, 1)


def test_rows_come_with_the_version_that_is_checked(songs: dynalite_py.Table) -> None:
    songs.put(KEY)
    songs.put({**KEY, "n": 1}, if_version=1)
    other = {"Artist": "Nena", "SongTitle": "Irgendwie"}
    songs.delete(other)
    songs.update_with_retry(other, lambda item: item)
    found = songs.query("Artist = :a", values={":a": "Nena"}).with_versions()
    assert [version for _, version in found] == [2, 1]
    [(item, version), _] = songs.scan().with_versions()
    songs.put(item, if_version=version)


def test_writers_of_the_java_mapper_and_we_respect_each_other(
    store: dynalite_py.Store, songs: dynalite_py.Table
) -> None:
    """Its requests: the version in Expected and AttributeUpdates. Source: facts, Concurrency."""
    key = {name: {"S": text} for name, text in KEY.items()}

    def save(read: int | None) -> None:
        old = {"Exists": False} if read is None else {"Exists": True, "Value": {"N": str(read)}}
        raised = {"N": str((read or 0) + 1)}
        store.update_item(
            TableName="Music",
            Key=key,
            AttributeUpdates={"version": {"Action": "PUT", "Value": raised}},
            Expected={"version": old},
        )

    save(None)
    songs.put({**KEY, "version": 1, "by": "us"})
    save(2)
    assert songs.get(KEY) == {**KEY, "version": 3, "by": "us"}
    for stale in (None, 1, 2):
        with pytest.raises(exceptions.ConditionalCheckFailedException):
            save(stale)
        with pytest.raises(dynalite_py.VersionConflict):
            songs.put(KEY, if_version=stale)
    with pytest.raises(exceptions.ConditionalCheckFailedException):
        store.delete_item(TableName="Music", Key=key, Expected={"version": {"Value": {"N": "2"}}})
    songs.delete(KEY, if_version=3)


def test_a_condition_of_ones_own_is_no_conflict(songs: dynalite_py.Table) -> None:
    songs.put({**KEY, "Plays": 1})
    with pytest.raises(exceptions.ConditionalCheckFailedException) as refusal:
        songs.update(KEY, "SET Plays = :n", condition="Plays > :n", values={":n": 5}, if_version=1)
    assert not isinstance(refusal.value, dynalite_py.VersionConflict)


def test_a_batch_is_refused_where_versions_are_checked(songs: dynalite_py.Table) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="A batch checks no version"):
        songs.batch()


@pytest.mark.parametrize("version", ["1", 1.5, -1, True])
def test_what_is_no_version_is_refused(songs: dynalite_py.Table, version: Any) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="version is no version"):
        songs.put(KEY, if_version=version)
    if version != 1.5:
        with pytest.raises(exceptions.ParamValidationError, match="version is no version"):
            songs.put({**KEY, "version": version})


def test_update_with_retry_makes_and_changes_an_item(either: dynalite_py.Table) -> None:
    for count in (1, 2, 3):
        made = either.update_with_retry(KEY, lambda item: {**item, "n": item.get("n", 0) + 1})
        assert made["n"] == count
        assert either.get(KEY) == made


def test_update_with_retry_goes_on_from_the_item_of_the_conflict(either: dynalite_py.Table) -> None:
    either.update_with_retry(KEY, lambda item: {**item, "n": 1})
    seen: list[int] = []

    def add_one(item: dict[str, Any]) -> dict[str, Any]:
        seen.append(item["n"])
        if len(seen) == 1:
            either.update_with_retry(KEY, lambda now: {**now, "n": 10})
        return {**item, "n": item["n"] + 1}

    assert either.update_with_retry(KEY, add_one, policy=AT_ONCE)["n"] == 11
    assert seen == [1, 10]


def test_update_with_retry_makes_an_item_anew_that_was_deleted(either: dynalite_py.Table) -> None:
    either.update_with_retry(KEY, lambda item: {**item, "n": 1})
    seen: list[Any] = []

    def change(item: dict[str, Any]) -> dict[str, Any]:
        if not seen:
            _, version = either.get(KEY, with_version=True)
            either.delete(KEY, if_version=version)
        seen.append(item.get("n"))
        return {**item, "m": 1}

    assert "n" not in either.update_with_retry(KEY, change, policy=AT_ONCE)
    assert seen == [1, None]


def test_update_with_retry_gives_up_after_its_attempts(either: dynalite_py.Table) -> None:
    calls: list[int] = []

    def overtaken(item: dict[str, Any]) -> dict[str, Any]:
        calls.append(1)
        either.update_with_retry(KEY, lambda now: now)
        return item

    with pytest.raises(dynalite_py.VersionConflict):
        either.update_with_retry(KEY, overtaken, attempts=2)
    assert len(calls) == 2
    with pytest.raises(exceptions.ParamValidationError, match="at least one attempt"):
        either.update_with_retry(KEY, overtaken, attempts=0)


def test_a_version_left_out_by_the_function_is_checked_all_the_same(
    either: dynalite_py.Table,
) -> None:
    either.update_with_retry(KEY, lambda item: {**item, "n": 1})
    calls: list[int] = []

    def fresh(item: dict[str, Any]) -> dict[str, Any]:
        calls.append(1)
        if len(calls) == 1:
            either.update_with_retry(KEY, lambda now: {**now, "n": 5})
        return {**KEY, "n": item["n"] + 1}

    assert either.update_with_retry(KEY, fresh, policy=AT_ONCE)["n"] == 6


def test_the_key_stays_the_key(either: dynalite_py.Table) -> None:
    with pytest.raises(ChangedKeyError):
        either.update_with_retry(KEY, lambda item: {**item, "Artist": "Falco"})
