"""The Table door: plain values over an open store."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dynalite_py
from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.client import Client
from dynalite_py.model.caller import Caller

KEY = {"Artist": "Nena", "SongTitle": "99 Luftballons"}
SONG: dict[str, Any] = {
    **KEY,
    "Year": 1983,
    "Price": Decimal("1.29"),
    "Cover": b"\x00\xff",
    "Live": False,
    "Label": None,
    "Tags": {"pop", "neue deutsche welle"},
    "Ratings": {1, Decimal("4.5")},
    "Parts": {b"a", b"b"},
    "Notes": {"Band": ["Nena", "Carlo", {"Drums": "Rolf"}]},
}


def fill(music: dynalite_py.Table, total: int) -> None:
    with music.batch() as batch:
        for number in range(total):
            batch.put(
                {"Artist": "Nena", "SongTitle": f"Song {number:03}", "Year": 1980 + number % 2}
            )


def titles(rows: Any) -> list[str]:
    return [row["SongTitle"] for row in rows]


def test_a_plain_item_comes_back_as_it_was(music: dynalite_py.Table) -> None:
    assert music.put(SONG) is None
    assert music.get(KEY) == SONG


def test_a_missing_item_is_none(music: dynalite_py.Table) -> None:
    assert music.get(KEY) is None
    assert music.delete(KEY, return_old=True) is None


def test_a_projection_reads_a_part(music: dynalite_py.Table) -> None:
    music.put(SONG)
    part = music.get(KEY, projection="#n.Band[0], Price", names={"#n": "Notes"}, consistent=True)
    assert part == {"Notes": {"Band": ["Nena"]}, "Price": Decimal("1.29")}


def test_put_and_delete_give_the_old_item_on_request(music: dynalite_py.Table) -> None:
    music.put(SONG)
    assert music.put({**SONG, "Year": 1984}, return_old=True) == SONG
    assert music.delete(KEY, return_old=True) == {**SONG, "Year": 1984}
    assert music.get(KEY) is None


def test_an_update_gives_the_new_item(music: dynalite_py.Table) -> None:
    music.put({**KEY, "Plays": 1})
    after = music.update(KEY, "ADD Plays :n SET Seen = :s", values={":n": 2, ":s": {"a"}})
    assert after == {**KEY, "Plays": 3, "Seen": {"a"}}
    assert music.update(KEY, "REMOVE Seen", returns="UPDATED_OLD") == {"Seen": {"a"}}
    assert music.update(KEY, "REMOVE Plays", returns="NONE") is None


def test_a_condition_guards_a_write(music: dynalite_py.Table) -> None:
    music.put(SONG)
    with pytest.raises(exceptions.ConditionalCheckFailedException):
        music.put(SONG, condition="attribute_not_exists(Artist)")
    with pytest.raises(exceptions.ConditionalCheckFailedException):
        music.delete(KEY, condition="#y > :y", names={"#y": "Year"}, values={":y": 1983})
    music.delete(KEY, condition="#y = :y", names={"#y": "Year"}, values={":y": 1983})
    assert music.get(KEY) is None


def test_floats_are_refused_unless_the_table_takes_their_text(store: dynalite_py.Store) -> None:
    item = {**KEY, "Price": 0.1}
    with pytest.raises(exceptions.ParamValidationError, match=r"Price: the float 0\.1"):
        store.table("Music").put(item)
    store.table("Music", floats="repr").put(item)
    assert store.table("Music").get(KEY) == {**KEY, "Price": Decimal("0.1")}


def test_a_query_pages_by_itself_in_order(music: dynalite_py.Table) -> None:
    fill(music, 60)
    values = {":a": "Nena", ":t": "Song 0"}
    found = music.query("Artist = :a AND begins_with(SongTitle, :t)", values=values, page_size=7)
    assert titles(found) == [f"Song {number:03}" for number in range(60)]
    assert found.scanned == 60
    assert found.last_key is None


def test_a_query_goes_backward_filters_and_stops_at_its_limit(music: dynalite_py.Table) -> None:
    fill(music, 60)
    found = music.query(
        "Artist = :a",
        values={":a": "Nena", ":y": 1981},
        filter="#y = :y",
        names={"#y": "Year"},
        forward=False,
        limit=5,
        projection="SongTitle",
        consistent=True,
    )
    assert list(found) == [{"SongTitle": f"Song {number:03}"} for number in (59, 57, 55, 53, 51)]


def test_a_query_reads_an_index(music: dynalite_py.Table) -> None:
    fill(music, 10)
    found = music.query(
        "#y = :y", names={"#y": "Year"}, values={":y": 1980}, index="ByYear", page_size=2
    )
    assert sorted(titles(found)) == [f"Song {number:03}" for number in range(0, 10, 2)]


def test_a_reading_goes_on_from_its_last_key(music: dynalite_py.Table) -> None:
    fill(music, 10)
    found: list[str] = []
    start = None
    for _ in range(10):
        rows = music.query("Artist = :a", values={":a": "Nena"}, limit=3, start=start)
        found += titles(rows)
        start = rows.last_key
        if start is None:
            break
    assert found == [f"Song {number:03}" for number in range(10)]


@pytest.mark.parametrize("index", [None, "ByYear"])
@pytest.mark.parametrize("filter_text", [None, "contains(SongTitle, :t)"])
@pytest.mark.parametrize("page_size", [None, 1, 4])
def test_a_reading_left_anywhere_goes_on_without_gap_or_repetition(
    music: dynalite_py.Table, index: str | None, filter_text: str | None, page_size: int | None
) -> None:
    fill(music, 12)
    values = {":t": "Song"} if filter_text else None
    found: list[str] = []
    start = None
    for _ in range(12):
        rows = music.scan(
            index=index,
            filter=filter_text,
            values=values,
            page_size=page_size,
            start=start,
            limit=2,
        )
        found.append(next(rows)["SongTitle"])
        start = rows.last_key
        if start is None:
            break
    assert sorted(found) == [f"Song {number:03}" for number in range(12)]


def test_a_filtered_reading_does_not_ask_for_single_items(
    store: dynalite_py.Store, music: dynalite_py.Table
) -> None:
    fill(music, 60)
    asked: list[str] = []

    def perform(operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        asked.append(operation)
        return store.perform(operation, request, caller)

    counted = dynalite_py.Table(Client(perform, Caller(), request_ids=""), "Music")
    rows = counted.scan(filter="SongTitle = :t", values={":t": "Song 059"}, limit=1)
    assert titles(rows) == ["Song 059"]
    assert asked == ["Scan"]
    assert rows.scanned == 60


def test_a_last_key_without_key_attributes_is_refused(music: dynalite_py.Table) -> None:
    fill(music, 3)
    rows = music.scan(projection="#y", names={"#y": "Year"})
    next(rows)
    with pytest.raises(exceptions.ParamValidationError, match="Artist, SongTitle"):
        _ = rows.last_key


def test_a_scan_reads_everything_and_its_segments_together_too(music: dynalite_py.Table) -> None:
    with music.batch() as batch:
        for number in range(40):
            batch.put({"Artist": f"Artist {number}", "SongTitle": "A"})
    everything = [row["Artist"] for row in music.scan(page_size=7)]
    parts = [row["Artist"] for n in range(4) for row in music.scan(segment=n, segments=4)]
    assert len(set(everything)) == len(everything) == 40
    assert parts == everything
    one = music.scan(filter="Artist = :a", values={":a": "Artist 7"})
    assert list(one) == [{"Artist": "Artist 7", "SongTitle": "A"}]


@pytest.mark.parametrize("bounds", [{"limit": 0}, {"page_size": 0}, {"limit": -1}])
def test_bounds_below_one_are_refused(music: dynalite_py.Table, bounds: Any) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="at least 1"):
        music.scan(**bounds)


def test_get_many_reads_more_than_one_batch(music: dynalite_py.Table) -> None:
    fill(music, 130)
    keys = [{"Artist": "Nena", "SongTitle": f"Song {number:03}"} for number in range(150)]
    found = sorted(titles(music.get_many(iter(keys), consistent=True)))
    assert found == [f"Song {number:03}" for number in range(130)]


def test_a_batch_takes_the_later_of_two_writes_to_one_key(store: dynalite_py.Store) -> None:
    store.create_table(
        TableName="Numbered",
        KeySchema=[{"AttributeName": "n", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "n", "AttributeType": "N"}],
        BillingMode="PAY_PER_REQUEST",
    )
    table = store.table("Numbered")
    table.put({"n": 3})
    with table.batch() as batch:
        batch.put({"n": 1, "v": "first", "b": b"x"})
        batch.put({"n": Decimal("1.0"), "v": "second", "b": b"x"})
        batch.put({"n": 2})
        batch.delete({"n": 2})
        batch.delete({"n": 3})
    assert list(table.scan()) == [{"n": 1, "v": "second", "b": b"x"}]


def test_a_batch_that_fails_sends_no_more(music: dynalite_py.Table) -> None:
    def write_and_fail() -> None:
        with music.batch() as batch:
            batch.put(SONG)
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        write_and_fail()
    assert music.get(KEY) is None


def test_a_batch_outside_its_block_is_refused(music: dynalite_py.Table) -> None:
    with pytest.raises(exceptions.ParamValidationError, match="with block"):
        music.batch().put(SONG)


def test_a_batch_refuses_an_item_without_its_key(music: dynalite_py.Table) -> None:
    def write() -> None:
        with music.batch() as batch:
            batch.put({"Artist": "Nena"})

    with pytest.raises(exceptions.ValidationException):
        write()


def test_versions_come_with_reads_and_guard_writes(music: dynalite_py.Table) -> None:
    assert music.get(KEY, with_version=True) == (None, 0)
    music.put(SONG, if_version=0)
    item, version = music.get(KEY, with_version=True)
    assert (item, version) == (SONG, 1)
    music.update(KEY, "SET Plays = :n", values={":n": 1}, if_version=version)
    with pytest.raises(exceptions.VersionConflict) as caught:
        music.delete(KEY, if_version=version)
    assert caught.value.version == 2
    music.delete(KEY, if_version=2)
    assert music.get(KEY, with_version=True) == (None, 0)


def test_rows_come_with_their_versions(music: dynalite_py.Table) -> None:
    fill(music, 5)
    fill(music, 3)
    rows = music.query("Artist = :a", values={":a": "Nena"}, page_size=2).with_versions()
    assert [(row["SongTitle"], version) for row, version in rows] == [
        ("Song 000", 2),
        ("Song 001", 2),
        ("Song 002", 2),
        ("Song 003", 1),
        ("Song 004", 1),
    ]


NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**20), max_value=10**20, places=8
) | st.integers(-(10**37), 10**37)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    TEXTS
    | NUMBERS
    | st.binary(max_size=20)
    | st.booleans()
    | st.none()
    | st.sets(NUMBERS, min_size=1),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(TEXTS.filter(bool), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(values=st.dictionaries(TEXTS.filter(bool), VALUES, max_size=4))
def test_any_item_comes_back_from_the_store(
    music: dynalite_py.Table, values: dict[str, Any]
) -> None:
    item = {**values, **KEY}
    item.pop("Year", None)
    music.put(item)
    assert music.get(KEY) == item
