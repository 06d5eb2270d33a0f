"""Capacity units of reads and writes, to the half unit. Source: facts, Consumed capacity."""

from __future__ import annotations

from dynalite_py.model import limits


def write_units(size_bytes: int) -> int:
    """Units of a write of one item or index entry: one for each 1 KB begun, at least one."""
    return max(1, -(-size_bytes // limits.WRITE_UNIT_BYTES))


def read_units(size_bytes: int, *, consistent: bool) -> float:
    """Units of a read: one for each 4 KB begun, at least one; half of that when eventually
    consistent.
    """
    units = max(1, -(-size_bytes // limits.READ_UNIT_BYTES))
    return float(units) if consistent else units / 2


def index_write_units(
    old_bytes: int | None, new_bytes: int | None, *, moved: bool, changed: bool
) -> int:
    """Units of what a write did to one index; 0 where the entry stayed as it was.

    old_bytes, new_bytes: size of the projected entry before and after, None where there was or is
    none.
    """
    if old_bytes is None or new_bytes is None:
        present = old_bytes if new_bytes is None else new_bytes
        return 0 if present is None else write_units(present)
    if moved:
        return write_units(old_bytes) + write_units(new_bytes)
    return max(write_units(old_bytes), write_units(new_bytes)) if changed else 0
