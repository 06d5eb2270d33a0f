"""Keys by Zipf's law, and the published mixes."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest

from benchmarks import workload, ycsb


def test_the_first_rank_is_drawn_as_often_as_zipfs_law_says() -> None:
    count, how_many = 1_000, 50_000
    drawn = Counter(ycsb.drawn_ranks(random.Random(1), count, how_many))
    harmonic = sum(1 / rank**0.99 for rank in range(1, count + 1))
    for rank in (0, 1, 9):
        expected = how_many / ((rank + 1) ** 0.99 * harmonic)
        assert drawn[rank] == pytest.approx(expected, rel=0.15)


def test_popular_records_lie_scattered_and_every_number_is_one_of_a_record() -> None:
    numbers = ycsb.drawn_records(random.Random(1), 1_000, 20_000, latest=False)
    popular = [number for number, _ in Counter(numbers).most_common(20)]
    assert max(popular) - min(popular) > 500
    assert all(0 <= number < 1_000 for number in numbers)


def test_the_latest_choice_prefers_the_records_loaded_last() -> None:
    numbers = ycsb.drawn_records(random.Random(1), 1_000, 20_000, latest=True)
    assert Counter(numbers).most_common(1)[0][0] == 999
    assert sum(number >= 900 for number in numbers) > len(numbers) / 2


@pytest.mark.parametrize("mix", ycsb.MIXES, ids=lambda mix: mix.letter)
def test_a_stream_has_the_shares_of_its_mix_and_begins_with_what_can_be_checked(
    mix: ycsb.Mix,
) -> None:
    assert sum(mix.shares.values()) == 100
    stream = ycsb.stream(mix, 1_000, how_many=20_000)
    kinds = Counter(kind for kind, _ in stream)
    assert set(kinds) == set(mix.shares)
    for kind, share in mix.shares.items():
        assert kinds[kind] / len(stream) == pytest.approx(share / 100, abs=0.01)
    assert stream[0][0] in {ycsb.READ, ycsb.UPDATE, ycsb.SCAN}


def test_the_mixes_are_the_published_ones() -> None:
    shares = {mix.letter: mix.shares for mix in ycsb.MIXES}
    assert shares == {
        "A": {"read": 50, "update": 50},
        "B": {"read": 95, "update": 5},
        "C": {"read": 100},
        "D": {"read": 95, "insert": 5},
        "E": {"scan": 95, "insert": 5},
        "F": {"read": 50, "read-modify-write": 50},
    }


@pytest.mark.parametrize(
    ("kind", "operations"),
    [
        (ycsb.READ, ["GetItem"]),
        (ycsb.UPDATE, ["UpdateItem"]),
        (ycsb.INSERT, ["PutItem"]),
        (ycsb.SCAN, ["Scan"]),
        (ycsb.MODIFY, ["GetItem", "UpdateItem"]),
    ],
)
def test_each_kind_is_the_requests_that_do_it(kind: str, operations: list[str]) -> None:
    asked = ycsb.requests((kind, 7), itertools.repeat(3))
    assert [operation for operation, _ in asked] == operations


def test_inserts_have_keys_that_are_made_when_they_are_sent() -> None:
    ((_, request),) = ycsb.requests((ycsb.INSERT, 7), itertools.repeat(3))
    assert workload.FRESH in request["Item"]["pk"]["S"]


def test_scans_want_one_to_a_hundred_records() -> None:
    lengths = list(itertools.islice(ycsb.scan_lengths(), 5_000))
    assert (min(lengths), max(lengths)) == (1, 100)


def test_a_record_has_ten_fields_of_a_hundred_bytes() -> None:
    fields = {name: value["S"] for name, value in ycsb.record(3).items() if name != "pk"}
    assert len(fields) == 10
    assert {len(text) for text in fields.values()} == {100}
