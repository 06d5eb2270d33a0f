"""One cache: what stays, for how long, and what it takes of memory."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from dynalite_py.doors.dax.cache import Cache
from dynalite_py.model.clock import MovableClock


def held(cache: Cache, key: str) -> bytes | None:
    """What the cache has under a key."""
    found = cache.get(key)
    return None if found is None else bytes(found)


def test_a_value_stays_until_its_time_is_over() -> None:
    clock = MovableClock()
    cache = Cache(most_bytes=10_000, ttl_seconds=10, clock=clock)
    cache.put("a", b"1")
    clock.advance(9.9)
    assert held(cache, "a") == b"1"
    clock.advance(0.1)
    assert held(cache, "a") is None
    counted = cache.statistics()
    assert (counted.hits, counted.misses, counted.expired) == (1, 1, 1)
    assert (counted.entries, counted.size_bytes) == (0, 0)


def test_without_a_time_to_live_values_stay() -> None:
    clock = MovableClock()
    cache = Cache(most_bytes=10_000, ttl_seconds=0, clock=clock)
    cache.put("a", b"")
    clock.advance(days=1000)
    assert held(cache, "a") == b""


def test_what_was_not_used_for_longest_goes_first() -> None:
    cache = Cache(most_bytes=2_000, ttl_seconds=0, clock=MovableClock())
    for key in "abcd":
        cache.put(key, b"x" * 300)
    assert held(cache, "a") is not None
    cache.put("e", b"x" * 300)
    assert [key for key in "abcde" if held(cache, key) is not None] == ["a", "c", "d", "e"]
    assert cache.statistics().evictions == 1


def test_a_value_larger_than_the_cache_is_not_kept_and_harms_no_other() -> None:
    cache = Cache(most_bytes=1_000, ttl_seconds=0, clock=MovableClock())
    cache.put("a", b"1")
    cache.put("b", b"x" * 1_000)
    assert held(cache, "b") is None
    assert held(cache, "a") == b"1"
    cache.put("a", b"x" * 1_000)
    assert held(cache, "a") is None


def test_a_dropped_value_is_gone_with_its_bytes() -> None:
    cache = Cache(most_bytes=1_000, ttl_seconds=0, clock=MovableClock())
    cache.put("a", b"1")
    cache.drop("a")
    cache.drop("a")
    assert cache.statistics().size_bytes == 0
    cache.put("b", b"1")
    cache.clear()
    assert held(cache, "b") is None
    assert cache.statistics().size_bytes == 0


@pytest.mark.parametrize("value_bytes", [50, 250, 4_000])
def test_it_takes_no_more_memory_than_it_says(value_bytes: int) -> None:
    count = 20_000 if value_bytes < 1_000 else 2_000
    gc.collect()
    tracemalloc.start()
    try:
        cache = Cache(most_bytes=1 << 30, ttl_seconds=300, clock=MovableClock())
        before = tracemalloc.get_traced_memory()[0]
        for number in range(count):
            cache.put(f"Music\x00pk\x00S9:{number:09d}", bytes(value_bytes))
        gc.collect()
        taken = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert taken <= 1.1 * cache.statistics().size_bytes
