"""What readers see: numbers, verdicts and README's marked part."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import harness, names, report
from benchmarks.harness import FLOOR, OURS

MACHINE: dict[str, Any] = {
    "date": "2026-11-23T10:00:00+00:00",
    "processor": "Some Processor",
    "cores": 2,
    "system": "Linux 6.1",
    "python": "3.11.7",
    "sqlite": "3.54.0",
    "servers": {OURS: "this checkout", names.DYNOXIDE: "1.2.1"},
}


def measured() -> list[harness.Figure]:
    """Two figures: one with everything, one in which our own side is missing."""
    samples = {OURS: [36_100.0, 36_200.0], FLOOR: [50_000.0, 51_000.0], names.DYNOXIDE: [9e3, 9e3]}
    return [
        harness.figure("http", "GetItem", "requests/s", samples),
        harness.figure(
            "queries", "Query", "requests/s", {names.DYNOXIDE: [1_234.0]}, absent={OURS: "broken"}
        ),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0123, "0.0123"),
        (9.876, "9.88"),
        (98.76, "98.8"),
        (987.6, "988"),
        (1_234.0, "1,230"),
        (55_449.0, "55,400"),
    ],
)
def test_numbers_show_three_digits(value: float, text: str) -> None:
    assert report.number(value) == text


def test_the_table_shows_medians_ratios_and_what_is_missing() -> None:
    lines = report.markdown(measured()).splitlines()
    assert lines[0] == "|  | dynalite_py | floor | Dynoxide |"
    assert lines[2] == "| GetItem, requests/s | 36,200 | 50,500 (0.72×) | 9,000 (4×) |"
    assert lines[3] == "| Query, requests/s | – | – | 1,230 |"


def test_the_origin_names_date_machine_and_versions() -> None:
    text = report.origin(MACHINE)
    assert text.startswith("2026-11-23, Some Processor, 2 cores, Linux 6.1, Python 3.11.7")
    assert text.endswith("Peers: Dynoxide 1.2.1.")


def test_filling_replaces_what_stands_between_the_marks_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{report.BEGIN}\nold\n{report.END}\nrest\n", encoding="utf-8")
    report.fill(readme, "new")
    report.fill(readme, "new")
    expected = f"# Title\n{report.BEGIN}\nnew\n{report.END}\nrest\n"
    assert readme.read_text(encoding="utf-8") == expected


@pytest.mark.parametrize("text", ["no marks", report.BEGIN, report.END + report.BEGIN])
def test_a_document_without_both_marks_in_order_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="benchmarks:begin"):
        report.between_marks(text, "table")


def test_the_printed_report_names_what_is_absent() -> None:
    written = io.StringIO()
    report.printed(Console(file=written, width=200), measured())
    text = written.getvalue()
    assert "36,200" in text
    assert "not measured: dynalite_py: broken" in text


def test_the_share_of_the_load_generator_is_told_with_what_filled_the_machine() -> None:
    extra = {
        OURS: {"generator_cores": 0.5, "server_cores": 1.0},
        names.DYNOXIDE: {"generator_cores": 0.4, "server_cores": 1.5},
    }
    samples = {OURS: [1.0], names.DYNOXIDE: [1.0]}
    loaded = harness.figure("http", "GetItem", "requests/s", samples, extra=extra)
    assert report.generator([loaded], 2) == (
        "the load generator kept at most 0.50 of 2 processors busy; together with the server more "
        "than 90% of them in 1 of 2 measurements (Dynoxide 1)"
    )
    assert report.generator(measured(), 2) == "no load was generated"
