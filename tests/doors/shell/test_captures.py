"""The pictures in the documentation are of this shell."""

from __future__ import annotations

import pytest

from tests.doors.shell import captures


@pytest.mark.slow
def test_the_pictures_are_fresh() -> None:
    """Where this fails: ``python -m tests.doors.shell.captures`` takes them anew."""
    names: set[str] = set()
    for name, picture in captures.taken():
        stored = (captures.FOLDER / f"{name}.svg").read_text("utf-8")
        assert captures.words(picture) == captures.words(stored), name
        names.add(f"{name}.svg")
    assert {path.name for path in captures.FOLDER.iterdir()} == names
