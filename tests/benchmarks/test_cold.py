"""Two files with the same items, one without checksums."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import cold
from dynalite_py.storage import checksums


@pytest.mark.parametrize("has_checksums", [True, False])
def test_a_file_is_made_with_checksums_or_without_and_read_anew(
    tmp_path: Path, has_checksums: bool
) -> None:
    path = tmp_path / "store.db"
    cold.made(path, 100, has_checksums=has_checksums)
    assert checksums.kept(path.read_bytes()[:100]) is has_checksums
    cold.forget(path)
    assert cold.read_us(path, list(range(100)), from_disk=True) > 0
