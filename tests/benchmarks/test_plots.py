"""Plots are well formed, complete, and readable in both colour schemes."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from benchmarks import harness, kept, names, plots, run, svg
from benchmarks.harness import FLOOR, OURS

SPACE = "{http://www.w3.org/2000/svg}"


def figures() -> list[harness.Figure]:
    """Enough for every plot."""
    peers = {OURS: [30_000.0], FLOOR: [40_000.0], names.DYNOXIDE: [10_000.0], names.MOTO: [200.0]}
    rates = [*(names.get(n) for n in (1, 8, 32)), *(names.put(n) for n in (1, 8)), "YCSB A, HTTP"]
    sizes = [(names.get_at(n), n / 1e5) for n in (10_000, 1_000_000)]
    return [
        *(harness.figure("http", name, "requests/s", peers) for name in rates),
        *(harness.figure("growth", name, "µs", {OURS: [value]}) for name, value in sizes),
        harness.figure("startup", names.START, "ms", {OURS: [200.0], names.MOTO: [500.0]}),
    ]


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb". Source: WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """How well two colours can be told apart: 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_every_plot_is_well_formed_and_inside_its_frame() -> None:
    drawn = plots.drawn(figures())
    assert list(drawn) == [
        "operations.svg",
        "ycsb.svg",
        "costs.svg",
        "get.svg",
        "put.svg",
        "growth.svg",
    ]
    assert list(run.PICTURES) == list(drawn)  # each has its words in the document
    for text in drawn.values():
        root = ElementTree.fromstring(text)  # noqa: S314 Our own text.
        width, height = map(float, root.attrib["viewBox"].split()[2:])
        for bar in root.iter(f"{SPACE}rect"):
            assert float(bar.get("x", 0)) + float(bar.attrib["width"]) <= width
            assert float(bar.get("y", 0)) + float(bar.attrib["height"]) <= height
        for line in root.iter(f"{SPACE}polyline"):
            for point in line.attrib["points"].split():
                x, y = map(float, point.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height


def test_bars_are_in_proportion_and_labelled_with_name_and_value() -> None:
    text = plots.drawn(figures())["operations.svg"]
    root = ElementTree.fromstring(text)  # noqa: S314 Our own text.
    widths = [float(bar.attrib["width"]) for bar in root.iter(f"{SPACE}rect")][1:5]
    assert widths[0] / widths[1] == pytest.approx(0.75, abs=0.01)
    assert widths[2] / widths[1] == pytest.approx(0.25, abs=0.01)
    words = [word.text for word in root.iter(f"{SPACE}text")]
    assert {"dynalite_py", "30,000", "floor", "Dynoxide", "moto", "200"} <= set(words)


def test_labels_of_lines_never_cover_each_other() -> None:
    close = [svg.Line(name, [(1.0, 100.0), (8.0, 100.0 + n)]) for n, name in enumerate("abc")]
    root = ElementTree.fromstring(svg.lines("t", "s", close, axes=("x", "y")))  # noqa: S314
    places = [
        float(word.attrib["y"]) for word in root.iter(f"{SPACE}text") if word.text in set("abc")
    ]
    assert all(abs(one - other) >= 14 for one in places for other in places if one is not other)


def test_colours_differ_from_their_ground_on_light_and_on_dark_pages() -> None:
    assert len(svg.LIGHT) == len(svg.DARK) >= len(names.SUBJECTS)
    assert all(contrast(colour, "#ffffff") >= 3 for colour in svg.LIGHT)
    assert all(contrast(colour, "#0d1117") >= 3 for colour in svg.DARK)
    (plot, *_) = plots.drawn(figures()).values()
    assert re.search(r"prefers-color-scheme:dark\){\.ground{fill:#0d1117}text{fill:#e6edf3}", plot)


def test_words_are_escaped() -> None:
    assert "&lt;b&gt; &amp; more" in svg.text(0, 0, "<b> & more")


def test_what_was_not_measured_is_not_drawn() -> None:
    assert plots.drawn([]) == {}
    one = [harness.figure("http", names.get(8), "requests/s", {OURS: [1.0]})]
    assert list(plots.drawn(one)) == ["operations.svg"]


def test_the_command_draws_a_kept_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plots, "FOLDER", tmp_path / "plots")
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "results")
    assert plots.main([]) == 2
    found = kept.Run({"date": "2026-11-23T10:00:00+00:00"}, {"quick": False}, figures())
    kept.write(found, kept.path_of(found, kept.FOLDER))
    assert plots.main([]) == 0
    assert (plots.FOLDER / "operations.svg").read_text("utf-8").startswith("<svg ")
