"""The check of the log finds what cannot be in it; repair lets the log go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from dynalite_py.engine import Engine, check_file, recover_file, repair_file
from dynalite_py.model.clock import MovableClock
from dynalite_py.storage import check_log
from tests.support import files
from tests.support.engines import answer, make
from tests.support.streaming import BOTH, Streaming, sequences


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A closed store with two streams of one table: one with rolled and split shards, and one that
    is disabled; beside a table without any.
    """
    path = tmp_path / "store.db"
    engine = Engine.open(path, clock=MovableClock())
    make(engine, "bare")
    stream = Streaming(engine)
    stream.numbered(1)
    answer(engine, "UpdateTable", TableName="music", StreamSpecification={"StreamEnabled": False})
    answer(engine, "UpdateTable", TableName="music", StreamSpecification=BOTH)
    for turn in range(3):
        for number in range(20):
            stream.put(f"key {number}", n={"N": str(turn)})
        stream.roll(into=2)
    stream.delete("key 3")
    engine.close()
    return path


def findings(path: Path) -> list[str]:
    """What the check finds."""
    return [step.finding for step in check_file(path) if step.finding is not None]


def damage(path: Path, sql: str) -> None:
    """Change a closed file as no code of ours does."""
    db = files.connection(path)
    db.execute(sql)
    db.close()


def test_records_are_counted_while_they_are_looked_at(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_log, "_RECORDS_PER_STEP", 5)
    totals = {step.total for step in check_file(file) if step.of == "records"}
    assert totals == {1 + 3 * 20 + 1}


def test_a_sound_log_has_no_finding(file: Path) -> None:
    assert findings(file) == []


DAMAGES = [
    ("UPDATE changes SET new_size = new_size + 1 WHERE new IS NOT NULL", ""),
    ("UPDATE changes SET old = NULL, new = NULL WHERE id = (SELECT max(id) FROM changes)", "image"),
    ("UPDATE changes SET new = '{' WHERE id = (SELECT min(id) FROM changes)", "no change"),
    ("UPDATE changes SET origin = 7 WHERE id = (SELECT min(id) FROM changes)", "origin 7"),
    ("UPDATE changes SET id = id + (900 << 43) WHERE id = (SELECT max(id) FROM changes)", "lane"),
    ("UPDATE changes SET id = id + 5000000 WHERE id = (SELECT min(id) FROM changes)", "outside"),
    ("UPDATE changes SET old = new, old_size = new_size WHERE old IS NOT NULL", "changes nothing"),
    ("UPDATE shards SET trimmed = last_sequence WHERE lane = 0", "was trimmed"),
    ("UPDATE shards SET last_hash = last_hash - 1 WHERE closed_at IS NULL", "cover the hashes"),
    ("DELETE FROM shards WHERE lane = (SELECT max(lane) FROM shards)", "cover the hashes"),
    ("UPDATE shards SET first_hash = 0 WHERE lane = 1", "another shard has"),
    ("UPDATE shards SET first_sequence = 1 WHERE parent IS NOT NULL", "does not follow"),
    ("UPDATE shards SET closed_at = 1 WHERE closed_at IS NULL", "closed without an end"),
    ("UPDATE shards SET stream_id = 99 WHERE lane = 0", "belongs to no stream"),
    ("UPDATE streams SET disabled_at = 1", "has the open streams [], not"),
    ("UPDATE streams SET label = 'x' WHERE disabled_at IS NULL", "has the open streams ['x']"),
    ("UPDATE streams SET table_id = 99 WHERE disabled_at IS NULL", "table does not exist"),
    ("UPDATE streams SET view_type = 'SIDE'", "unknown view type SIDE"),
]


@pytest.mark.parametrize(("sql", "words"), DAMAGES, ids=[words or "size" for _, words in DAMAGES])
def test_what_cannot_be_in_a_log_is_found(file: Path, sql: str, words: str) -> None:
    damage(file, sql)
    found = findings(file)
    assert found
    assert any(words in each for each in found), found


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM shards WHERE closed_at IS NULL",
        (
            "UPDATE streams SET disabled_at = 1; UPDATE shards SET closed_at = 1, last_sequence = "
            "coalesce(last_sequence, first_sequence + 1)"
        ),
        "DELETE FROM streams; DELETE FROM shards",
    ],
)
def test_repair_lets_the_log_go_on(file: Path, sql: str) -> None:
    damage(file, sql)
    changed = [step.finding or "" for step in repair_file(file)]
    assert any("its stream goes on in new shards" in each for each in changed)
    assert findings(file) == []
    engine = Engine.open(file, clock=MovableClock(2e9))
    answer(engine, "PutItem", TableName="music", Item={"a": {"S": "new"}})
    engine.close()


def test_recovery_keeps_the_label_and_begins_behind_every_number(
    file: Path, tmp_path: Path
) -> None:
    engine = Engine.open(file, clock=MovableClock())
    label = answer(engine, "DescribeTable", TableName="music")["Table"]["LatestStreamLabel"]
    stream = Streaming.__new__(Streaming)
    stream.engine, stream.name = engine, "music"
    stream.arn = answer(engine, "DescribeTable", TableName="music")["Table"]["LatestStreamArn"]
    highest = max(sequences(stream.all_records()))
    engine.close()
    new = tmp_path / "new.db"
    told = [step.text for step in recover_file(file, new) if step.text is not None]
    assert any("records of streams are not taken along" in text for text in told)
    assert findings(new) == []
    stream.engine = Engine.open(new)
    again = answer(stream.engine, "DescribeTable", TableName="music")["Table"]
    assert again["LatestStreamLabel"] == label
    assert stream.all_records() == []
    stream.numbered(9)
    assert sequences(stream.all_records())[0] > highest
    stream.engine.close()
