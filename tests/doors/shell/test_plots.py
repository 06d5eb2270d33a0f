"""Pictures out of characters."""

from __future__ import annotations

import io

import pytest

from dynalite_py.doors.shell import plots
from dynalite_py.doors.shell.screen import Screen


def _screen(width: int = 40) -> Screen:
    return Screen(io.StringIO(), fixed_width=width)


def test_bars_are_as_long_as_their_numbers() -> None:
    points = [("a", 10.0), ("天城", 5.0), ("none", 0.0), ("less", -3.0), ("bit", 0.001)]
    assert plots.bars(points, _screen(33)) == [
        "a     ████████████████████     10",
        "天城  ██████████                5",
        "none                            0",
        "less                           -3",
        "bit   ▏                     0.001",
    ]


def test_many_bars_are_cut() -> None:
    lines = plots.bars([("x", 1.0)] * 250, _screen())
    assert (len(lines), lines[-1]) == (plots.MOST_BARS + 1, "... and 50 more")


@pytest.mark.parametrize("count", [1, 2, 3, 500])
@pytest.mark.parametrize("width", [20, 80, 300])
def test_a_line_fits_and_has_its_labels(count: int, width: int) -> None:
    points = [(f"p{number}", float(number * number)) for number in range(count)]
    lines = plots.line(points, _screen(width))
    assert max(map(len, lines)) <= width
    assert lines[-1].strip().startswith("p0")
    assert lines[-1].endswith((f"p{count - 1}", "…"))


def test_a_rising_line_rises() -> None:
    lines = plots.line([("a", 0.0), ("b", 1.0)], _screen(30))
    firsts = [len(line) - len(line[7:].lstrip()) for line in lines[:12]]
    assert firsts == sorted(firsts, reverse=True)


@pytest.mark.parametrize(
    ("text", "number"), [("1.5", 1.5), ("x", None), ("1E+999", None), ("nan", None), ("", None)]
)
def test_only_finite_numbers_are_drawn(text: str, number: float | None) -> None:
    assert plots.finite(text) == number
