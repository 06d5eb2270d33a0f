"""The one command: what it takes, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import harness, run
from benchmarks.harness import FLOOR, OURS, Budget

MEASURED = harness.figure(
    "fake", "Fake", "µs", {OURS: [3.0], FLOOR: [1.0]}, budgets=(Budget(2.5, FLOOR),)
)


def fake(plan: harness.Plan) -> list[harness.Figure]:
    """A group of one figure that misses its budget."""
    assert plan.data_folder.is_dir()
    return [MEASURED]


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A command line that measures one false group, and writes only into the test's folder."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(run, "README", tmp_path / "README.md")
    monkeypatch.setattr(run, "GROUPS", {"fake": fake})
    monkeypatch.setattr(run, "MEMORY_FILE_SYSTEMS", frozenset[str]())
    monkeypatch.delenv("DYNALITE_PEERS", raising=False)
    return ["--quick", "--data-dir", str(tmp_path / "data")]


def test_a_missed_budget_decides_the_exit_status_only_when_asked(
    quick: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(quick) == 0
    assert run.main([*quick, "--strict"]) == 1
    assert "Fake: at most 2.5× floor: MISSED (3×)" in capsys.readouterr().out


def test_nothing_is_left_in_the_data_folder(quick: list[str]) -> None:
    run.main(quick)
    assert list(Path(quick[-1]).iterdir()) == []


def test_a_group_that_cannot_be_measured_is_named_and_the_others_go_on(
    quick: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(plan: harness.Plan) -> list[harness.Figure]:
        raise harness.UnmeasurableError("no wrk")

    monkeypatch.setitem(run.GROUPS, "broken", broken)
    assert run.main(quick) == 0
    printed = capsys.readouterr().out
    assert "not measured: broken: no wrk" in printed
    assert "MISSED (3×)" in printed


def test_only_a_whole_run_that_is_not_quick_fills_readme(quick: list[str]) -> None:
    readme = run.README
    readme.write_text(f"{run.report.BEGIN}{run.report.END}", encoding="utf-8")
    before = readme.read_text(encoding="utf-8")
    run.main(quick)
    run.main([*quick[1:], "fake"])
    assert readme.read_text(encoding="utf-8") == before
    run.main(quick[1:])
    assert "| Fake, µs | 3 | 1 (3×) |" in readme.read_text(encoding="utf-8")


def test_a_readme_without_marks_is_said_and_the_run_is_kept(
    quick: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run.README.write_text("nothing here", encoding="utf-8")
    assert run.main(quick[1:]) == 0
    assert "README is not filled" in capsys.readouterr().out
    assert len(list(run.RESULTS.iterdir())) == 1


def test_a_file_system_in_memory_is_refused(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = run.file_system(Path(quick[-1]))
    if kind is None:
        pytest.skip("the file system's type is read from /proc")
    monkeypatch.setattr(run, "MEMORY_FILE_SYSTEMS", frozenset({kind}))
    assert run.main(quick) == 2


@pytest.mark.parametrize("given", [["nonsense"], ["--seconds", "0"], ["--rounds", "-1"]])
def test_a_wrong_command_line_is_refused(given: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run.arguments(given)
