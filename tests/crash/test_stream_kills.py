"""A consumer of a stream loses nothing and sees nothing twice over kills."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import stream_kills

pytestmark = pytest.mark.crash

KILLS = 4


def test_a_consumers_view_is_the_table_over_kills_of_both(tmp_path: Path) -> None:
    assert stream_kills.run(tmp_path, KILLS, "few") > 0
