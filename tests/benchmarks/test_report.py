"""What readers see: numbers, verdicts and README's marked part."""

from __future__ import annotations

import dataclasses
import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import harness, peers, report, run
from benchmarks.harness import FLOOR, OURS, Budget

MACHINE: dict[str, Any] = {
    "date": "2026-11-23T10:00:00+00:00",
    "processor": "Some Processor",
    "cores": 2,
    "system": "Linux 6.1",
    "python": "3.11.7",
    "sqlite": "3.54.0",
    "servers": {OURS: "this checkout", peers.DYNOXIDE: "1.2.1"},
}
PLAN = harness.Plan(False, 1, 2, 3, Path(), None)


def measured() -> list[harness.Figure]:
    """Two figures: one with everything, one in which our own side is missing."""
    samples = {OURS: [36_100.0, 36_200.0], FLOOR: [50_000.0, 51_000.0], peers.DYNOXIDE: [9e3, 9e3]}
    budgets = (Budget(0.65, FLOOR, at_least=True), Budget(13.0, peers.DYNOXIDE, at_least=True))
    return [
        harness.figure("http", "GetItem", "requests/s", samples, budgets=budgets),
        harness.figure(
            "queries", "Query", "requests/s", {peers.DYNOXIDE: [1_234.0]}, absent={OURS: "broken"}
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
    lines = report.readme_table(measured(), MACHINE).splitlines()
    assert lines[0] == "|  | dynalite_py | floor | DynamoDB Local | Dynoxide | dynalite |"
    assert lines[2] == "| GetItem, requests/s | 36,200 | 50,500 (0.72×) | – | 9,000 (4×) | – |"
    assert lines[3] == "| Query, requests/s | – | – | – | 1,230 | – |"
    assert lines[-1].startswith("2026-11-23, Some Processor, 2 cores, Linux 6.1, Python 3.11.7")
    assert "Peers: Dynoxide 1.2.1." in lines[-1]


def test_filling_replaces_what_stands_between_the_marks_and_nothing_else(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text(f"# Title\n{report.BEGIN}\nold\n{report.END}\nrest\n", encoding="utf-8")
    report.fill_readme(readme, measured(), MACHINE)
    once = readme.read_text(encoding="utf-8")
    report.fill_readme(readme, measured(), MACHINE)
    assert readme.read_text(encoding="utf-8") == once
    assert once.startswith(f"# Title\n{report.BEGIN}\n|  | dynalite_py |")
    assert once.endswith(f"\n{report.END}\nrest\n")
    assert "old" not in once


@pytest.mark.parametrize("text", ["no marks", report.BEGIN, report.END + report.BEGIN])
def test_a_readme_without_both_marks_in_order_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="benchmarks:begin"):
        report.between_marks(text, "table")


def test_the_printed_report_names_kept_missed_and_absent() -> None:
    written = io.StringIO()
    report.printed(Console(file=written, width=200), measured())
    text = written.getvalue()
    assert "GetItem: at least 0.65× floor: kept (0.716×)" in text
    assert "GetItem: at least 13× Dynoxide: MISSED (4.02×)" in text
    assert "not measured: dynalite_py: broken" in text


def test_a_run_kept_as_json_fills_the_same_table(tmp_path: Path) -> None:
    path = run.kept(measured(), MACHINE, PLAN, tmp_path)
    assert path.name == "20261123T100000.json"
    quick = dataclasses.replace(PLAN, quick=True)
    assert run.kept(measured(), MACHINE, quick, tmp_path).name == "quick.json"
    readme = tmp_path / "README.md"
    readme.write_text(report.BEGIN + report.END, encoding="utf-8")
    run.fill_from(path, readme)
    expected = report.readme_table(measured(), MACHINE)
    assert readme.read_text(encoding="utf-8") == f"{report.BEGIN}\n{expected}\n{report.END}"
