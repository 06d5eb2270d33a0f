"""One cache of one node: encoded values under texts, bounded by bytes and by time.

Values are kept as bytes, which are a fraction of what dicts take; whoever gets one decodes a copy
of its own. What was not used for longest goes first.
"""

from __future__ import annotations

import struct
import sys
import threading
from dataclasses import dataclass

from dynalite_py.model.clock import Clock

# Beside key and value: a place in a dict, at worst just after it has grown.
_ENTRY_BYTES = 80
_EXPIRY = struct.Struct("<d")
_FOR_EVER = float("inf")


@dataclass(slots=True)
class Statistics:
    """What a cache did. evictions: for want of room; expired: by time, noticed when asked for."""

    hits: int = 0
    misses: int = 0
    evictions: int = 0
    expired: int = 0
    entries: int = 0
    size_bytes: int = 0

    def add(self, other: Statistics) -> None:
        """Add up the caches of several nodes."""
        self.hits += other.hits
        self.misses += other.misses
        self.evictions += other.evictions
        self.expired += other.expired
        self.entries += other.entries
        self.size_bytes += other.size_bytes


class Cache:
    """Least recently used entries go when there are more than ``most_bytes``, and each goes
    ``ttl_seconds`` after it was put; 0: time takes none. Safe to use from many threads.
    """

    def __init__(self, *, most_bytes: int, ttl_seconds: float, clock: Clock) -> None:
        self._most = most_bytes
        self._ttl = ttl_seconds
        self._clock = clock
        self._entries: dict[str, bytes] = {}
        self._bytes = 0
        self._lock = threading.Lock()
        self._hits = self._misses = self._evictions = self._expired = 0

    def get(self, key: str) -> memoryview | None:
        """The value under a key, and that it was used."""
        with self._lock:
            entry = self._entries.pop(key, None)
            if entry is None:
                self._misses += 1
                return None
            if self._ttl and _EXPIRY.unpack_from(entry)[0] <= self._clock.now():
                self._bytes -= _size(key, entry)
                self._misses += 1
                self._expired += 1
                return None
            self._entries[key] = entry  # Last in order: used last.
            self._hits += 1
        return memoryview(entry)[_EXPIRY.size :]

    def put(self, key: str, value: bytes) -> None:
        """Keep a value; what is larger than the whole cache is not kept."""
        expires_at = self._clock.now() + self._ttl if self._ttl else _FOR_EVER
        entry = _EXPIRY.pack(expires_at) + value
        size = _size(key, entry)
        with self._lock:
            self._drop(key)
            if size > self._most:
                return
            self._entries[key] = entry
            self._bytes += size
            while self._bytes > self._most:
                oldest = next(iter(self._entries))
                self._drop(oldest)
                self._evictions += 1

    def drop(self, key: str) -> None:
        """Forget a value."""
        with self._lock:
            self._drop(key)

    def clear(self) -> None:
        """Forget all values, not what was counted."""
        with self._lock:
            self._entries.clear()
            self._bytes = 0

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size(key, entry)

    def statistics(self) -> Statistics:
        """What was counted so far. size_bytes: of memory, with keys and places."""
        with self._lock:
            return Statistics(
                self._hits,
                self._misses,
                self._evictions,
                self._expired,
                len(self._entries),
                self._bytes,
            )


def _size(key: str, entry: bytes) -> int:
    return sys.getsizeof(key) + sys.getsizeof(entry) + _ENTRY_BYTES
