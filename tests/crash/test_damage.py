"""A bounded share of the random damage; ``python -m tests.crash.damage`` runs on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.crash import damage

pytestmark = [pytest.mark.crash, pytest.mark.slow]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The sound file that every round damages."""
    return damage.make(tmp_path_factory.mktemp("whole") / "music.db")


@pytest.mark.parametrize("seed", range(1, 21))
def test_random_damage_breaks_no_promise(whole: bytes, tmp_path: Path, seed: int) -> None:
    assert damage.one_round(whole, tmp_path, seed)


@pytest.mark.parametrize("seed", [1067, 1199, 2015, 10087])
def test_pages_that_changed_places_are_no_silent_loss(
    whole: bytes, tmp_path: Path, seed: int
) -> None:
    """A root in another tree's place, a header elsewhere, overflow of another item."""
    assert damage.one_round(whole, tmp_path, seed)
