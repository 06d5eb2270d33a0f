"""What becomes of a goal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import goals, groups, harness, kept, names
from benchmarks.goals import BEST_PEER, Goal
from benchmarks.harness import FLOOR, OURS


def figure(**samples: float) -> harness.Figure:
    """A figure of one sample each; dynalite_py and DynamoDB Local by shorter names."""
    known = {"ours": OURS, "local": names.DYNAMODB_LOCAL, "local_3": names.DYNAMODB_LOCAL_3}
    return harness.figure(
        "group", "Get", "ms", {known.get(name, name): [value] for name, value in samples.items()}
    )


TWO_VERSIONS = figure(ours=6.0, local=1.0, local_3=3.0)


@pytest.mark.parametrize(
    ("goal", "found", "value", "met"),
    [
        (Goal("Get", 2.5, FLOOR), figure(ours=2.5, floor=1.0), 2.5, True),
        (Goal("Get", 2.5, FLOOR), figure(ours=2.51, floor=1.0), 2.51, False),
        (Goal("Get", 0.65, FLOOR, at_least=True), figure(ours=0.65, floor=1.0), 0.65, True),
        (Goal("Get", 0.65, FLOOR, at_least=True), figure(ours=0.64, floor=1.0), 0.64, False),
        (Goal("Get", 400.0), figure(ours=399.0), 399.0, True),
        (Goal("Get", 400.0), figure(ours=401.0), 401.0, False),
        # The one that is hardest for us decides.
        (Goal("Get", 3, BEST_PEER, at_least=True), figure(ours=6, moto=1, dynalite=3), 2.0, False),
        (Goal("Get", 2.0, BEST_PEER, at_least=True), figure(ours=6, floor=6, moto=3), 2.0, True),
        (Goal("Get", 0.5, BEST_PEER), figure(ours=1.0, moto=4.0, dynalite=1.0), 1.0, False),
        (Goal("Get", 3.0, names.DYNAMODB_LOCAL, at_least=True), TWO_VERSIONS, 2.0, False),
        # Nothing to judge.
        (Goal("Get", 3.0, names.DYNOXIDE), figure(ours=6.0, moto=1.0), None, None),
        (Goal("Get", 3.0, FLOOR), figure(floor=6.0), None, None),
        (Goal("Get", 3.0), figure(floor=6.0), None, None),
        (Goal("Put", 3.0), figure(ours=6.0), None, None),
    ],
)  # fmt: skip
def test_a_goal_is_met_up_to_its_bound_and_judged_only_where_it_was_measured(
    goal: Goal, found: harness.Figure, value: float | None, met: bool | None
) -> None:
    judged = goals.verdict(goal, {found.name: found})
    assert (judged.value, judged.met) == (value, met)


@pytest.mark.parametrize(
    ("goal", "words"),
    [
        (Goal("Get", 0.65, FLOOR, at_least=True), "≥ 0.65× floor"),
        (Goal("Get", 3.0, BEST_PEER, at_least=True), "≥ 3× the best peer"),
        (Goal("Get", 1 / 5, names.DYNAMODB_LOCAL), "≤ 1/5 of DynamoDB Local"),
        (Goal("Get", 1 / 2, names.DYNOXIDE), "≤ 1/2 of Dynoxide"),
        (Goal("Get", 400.0), "≤ 400 ms"),
    ],
)
def test_goals_are_said_as_they_were_promised(goal: Goal, words: str) -> None:
    assert goals.promised(goal, "ms") == words


def test_the_table_has_every_goal_with_what_was_measured_beside_it() -> None:
    measured = harness.figure(
        "http",
        names.get(8),
        "requests/s",
        {OURS: [30_000.0], FLOOR: [40_000.0], names.DYNOXIDE: [12_000.0], names.MOTO: [200.0]},
    )
    rows = goals.rows([measured])
    assert len(rows) == len(goals.GOALS)
    beside = "dynalite_py 30,000, floor 40,000, Dynoxide 12,000, moto 200"
    assert rows[0] == (names.get(8), "≥ 0.65× floor", "0.75×", "met", beside)
    assert (names.get(8), "≥ 3× Dynoxide", "2.5×", "MISSED", beside) in rows
    assert goals.counted([measured]) == f"1 met, 1 MISSED, {len(rows) - 2} not measured"


def test_the_table_is_printed_and_written_for_a_document() -> None:
    written = io.StringIO()
    goals.printed(Console(file=written, width=200), [figure(ours=1.0)])
    assert "not measured" in written.getvalue()
    lines = goals.markdown([figure(ours=1.0)]).splitlines()
    assert len(lines) == len(goals.GOALS) + 4


def test_the_command_judges_a_kept_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(goals, "GOALS", (Goal("Get", 2.0, FLOOR),))
    machine = {"date": "2026-11-23T10:00:00+00:00", "commit": "abc", "processor": "Some"}
    found = kept.Run(machine, {"quick": False}, [figure(ours=3.0, floor=1.0)])
    path = kept.path_of(found, tmp_path)
    kept.write(found, path)
    assert goals.main([str(path)]) == 1
    printed = capsys.readouterr().out
    assert "MISSED" in printed
    assert "commit abc" in printed
    monkeypatch.setattr(kept, "newest", lambda: None)
    assert goals.main([]) == 2


def test_every_goal_speaks_of_a_figure_that_a_group_measures() -> None:
    """By the text of the modules: each name that a goal uses stands in a group's module, too."""
    modules = [path.read_text("utf-8") for path in Path(groups.__file__).parent.glob("*.py")]
    used = [text for text in modules if "def measure(" in text]
    constants = {
        name: value
        for name, value in vars(names).items()
        if name.isupper() and isinstance(value, str)
    }
    for goal in goals.GOALS:
        spoken = [name for name, value in constants.items() if value == goal.figure]
        if spoken and spoken != ["GET_LARGE_TABLE"] and spoken != ["LARGE_SCAN"]:
            assert any(f"names.{spoken[0]}" in text for text in used), goal.figure
