"""A trigger and a Kinesis destination of a server that is killed under load get every change, those
of an item in order.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import followed
from tests.crash.followed import Change

KILLS = 6


@pytest.mark.crash
@pytest.mark.slow
def test_kills_lose_no_change_and_keep_the_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "")
    assert followed.run(tmp_path, KILLS, seed="test") > KILLS


A, B, C = (Change("k", step) for step in (2, 3, 4))


@pytest.mark.parametrize("told", [[A, B, C], [A, A, B, C], [A, B, A, B, C], [A, B, C, A, B, C]])
def test_what_comes_again_in_order_is_right(told: list[Change]) -> None:
    followed.check(told, [A, B, C])


@pytest.mark.parametrize(
    ("told", "fault"),
    [
        ([A, B], "a change was lost"),
        ([A, C, B], "came too early"),
        ([B, A, C], "came too early"),
        ([A, B, C, A, C], "came too early"),
    ],
)
def test_what_is_lost_or_out_of_order_is_seen(told: list[Change], fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        followed.check(told, [A, B, C])
