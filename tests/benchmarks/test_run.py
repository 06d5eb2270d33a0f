"""The one command: what it takes, and how it ends."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import goals, groups, harness, kept, machine, plots, report, run
from benchmarks.groups import Group
from benchmarks.harness import FLOOR, OURS

MEASURED = harness.figure("fake", "Fake", "µs", {OURS: [3.0], FLOOR: [1.0]})


def fake(plan: harness.Plan) -> list[harness.Figure]:
    """A group of one figure that misses its goal."""
    assert plan.data_folder.is_dir()
    plan.say("measuring")
    return [MEASURED]


def set_groups(monkeypatch: pytest.MonkeyPatch, *made: Group) -> None:
    """Let a whole run be these groups."""
    monkeypatch.setattr(groups, "GROUPS", made)


@pytest.fixture
def quick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A command line that measures one false group, and writes only into the test's folder."""
    (tmp_path / "data").mkdir()
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(run, "README", tmp_path / "README.md")
    monkeypatch.setattr(run, "DOCUMENT", tmp_path / "performance.md")
    monkeypatch.setattr(plots, "FOLDER", tmp_path / "plots")
    monkeypatch.setattr(goals, "GOALS", (goals.Goal("Fake", 2.5, FLOOR),))
    monkeypatch.setattr(run, "MEMORY_FILE_SYSTEMS", frozenset[str]())
    set_groups(monkeypatch, Group("fake", fake, 60, 1))
    for name in ("DYNALITE_PEERS", "DYNALITE_PEERS_PYTHON", "DYNALITE_PEERS_JAVA"):
        monkeypatch.delenv(name, raising=False)
    return ["--quick", "--data-dir", str(tmp_path / "data")]


def marked() -> None:
    """README and the document with empty marks."""
    for path in (run.README, run.DOCUMENT):
        path.write_text(f"{report.BEGIN}{report.END}", encoding="utf-8")


def test_a_missed_goal_decides_the_exit_status_only_when_asked(
    quick: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(quick) == 0
    assert run.main([*quick, "--strict"]) == 1
    assert "MISSED" in capsys.readouterr().out


def test_nothing_is_left_in_the_data_folder(quick: list[str]) -> None:
    run.main(quick)
    assert list(Path(quick[-1]).iterdir()) == []


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (harness.UnmeasurableError("no wrk"), "broken: no wrk"),
        (KeyError("oops"), "broken: KeyError: 'oops'"),
    ],
)
def test_a_group_that_fails_is_named_and_the_others_are_kept(
    quick: list[str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    failure: Exception,
    told: str,
) -> None:
    def broken(plan: harness.Plan) -> list[harness.Figure]:
        raise failure

    set_groups(monkeypatch, Group("broken", broken, 1, 1), Group("fake", fake, 1, 1))
    assert run.main(quick) == 0
    assert f"not measured: {told}" in capsys.readouterr().out
    found = kept.read(kept.FOLDER / kept.QUICK)
    assert found.figures == [MEASURED]
    assert list(found.missing) == ["broken"]


def test_a_run_is_kept_after_every_group_and_goes_on_with_what_it_lacks(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = harness.figure("other", "Other", "µs", {OURS: [1.0]})
    asked: list[str] = []

    def ended(plan: harness.Plan) -> list[harness.Figure]:
        asked.append("ended")
        raise SystemExit(143)

    def works(plan: harness.Plan) -> list[harness.Figure]:
        asked.append("works")
        return [other]

    set_groups(monkeypatch, Group("fake", fake, 1, 1), Group("other", ended, 1, 1))
    with pytest.raises(SystemExit):
        run.main(quick)
    assert kept.read(kept.FOLDER / kept.QUICK).figures == [MEASURED]
    set_groups(monkeypatch, Group("fake", ended, 1, 1), Group("other", works, 1, 1))
    assert run.main([*quick, "--resume"]) == 0
    assert asked == ["ended", "works"]
    assert kept.read(kept.FOLDER / kept.QUICK).figures == [MEASURED, other]


def test_resuming_without_a_run_is_refused(quick: list[str]) -> None:
    assert run.main([*quick, "--resume"]) == 2


def test_no_group_begins_after_the_given_minutes(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0
    monkeypatch.setattr(run.time, "monotonic", lambda: now)

    def long(plan: harness.Plan) -> list[harness.Figure]:
        nonlocal now
        now += 61.0
        return []

    set_groups(monkeypatch, Group("long", long, 1, 1), Group("fake", fake, 1, 1))
    assert run.main([*quick, "--minutes", "1"]) == 0
    assert kept.read(kept.FOLDER / kept.QUICK).missing == {"fake": "not begun after 1 minutes"}


def test_only_a_whole_run_that_is_not_quick_fills_the_documents(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    marked()
    before = run.README.read_text(encoding="utf-8")
    run.main(quick)
    set_groups(monkeypatch, Group("fake", fake, 1, 1), Group("other", fake, 1, 1))
    run.main([*quick[1:], "fake"])
    assert run.README.read_text(encoding="utf-8") == before
    set_groups(monkeypatch, Group("fake", fake, 1, 1))
    run.main(quick[1:])
    assert "| Fake, µs | 3 | 1 (3×) |" in run.README.read_text(encoding="utf-8")
    assert "| Fake | ≤ 2.5× floor | 3× | MISSED |" in run.DOCUMENT.read_text(encoding="utf-8")


def test_documents_without_marks_are_said_and_the_run_is_kept(
    quick: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    run.README.write_text("nothing here", encoding="utf-8")
    assert run.main(quick[1:]) == 0
    assert "the documents are not filled" in capsys.readouterr().out
    assert len(list(kept.FOLDER.iterdir())) == 1


def test_a_kept_run_fills_the_documents_without_being_measured_again(quick: list[str]) -> None:
    run.main(quick)
    marked()
    assert run.main(["--fill", str(kept.FOLDER / kept.QUICK)]) == 0
    assert "| Fake, µs | 3 | 1 (3×) |" in run.README.read_text(encoding="utf-8")


def test_a_file_system_in_memory_is_refused(
    quick: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = machine.file_system(Path(quick[-1]))
    if kind is None:
        pytest.skip("the file system's type is read from /proc")
    monkeypatch.setattr(run, "MEMORY_FILE_SYSTEMS", frozenset({kind}))
    assert run.main(quick) == 2


def test_every_group_has_a_name_of_its_own_and_a_quick_one_is_no_longer_than_a_whole_one() -> None:
    known = groups.GROUPS
    assert len({group.name for group in known}) == len(known)
    assert all(0 < group.quick_seconds <= group.seconds for group in known)
    assert sum(group.seconds for group in known) <= 38 * 60


@pytest.mark.parametrize("given", [["nonsense"], ["--seconds", "0"], ["--rounds", "-1"]])
def test_a_wrong_command_line_is_refused(given: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run.arguments(given)
