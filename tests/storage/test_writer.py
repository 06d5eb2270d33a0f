"""Group commit: nobody is answered before COMMIT, a refusal undoes itself alone."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.model import errors
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage.changes import Log
from dynalite_py.storage.database import Database
from dynalite_py.storage.writer import Outcome, Transaction, Work, Writer


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "app.db")
    opened.writer.execute("CREATE TABLE notes (text TEXT UNIQUE)")
    yield opened
    opened.close()


@pytest.fixture
def writer(database: Database) -> Iterator[Writer]:
    made = Writer(database, Log(database.writer, MovableClock()))
    yield made
    made.close()


def _note(text: str) -> Work:
    def work(transaction: Transaction) -> bytes:
        transaction.db.execute("INSERT INTO notes VALUES (?)", (text,))
        return text.encode()

    return work


def _refused(text: str, *, before: bool) -> Work:
    def work(transaction: Transaction) -> bytes:
        if not before:
            transaction.db.execute("INSERT INTO notes VALUES (?)", (text,))
        transaction.after_commit.append(lambda: pytest.fail("a refused write had an effect"))
        raise errors.condition_failed()

    return work


def _notes(database: Database) -> list[Any]:
    def texts(db: apsw.Connection) -> list[Any]:
        return [text for (text,) in db.execute("SELECT text FROM notes ORDER BY text")]

    return database.read(texts)


def _group(writer: Writer, *works: Work) -> list[Outcome]:
    """Outcomes of works that were committed as one group."""
    outcomes: list[Outcome] = []
    release, started = threading.Event(), threading.Event()

    def block(_: Transaction) -> bytes:
        started.set()
        release.wait()
        return b""

    holder = threading.Thread(target=writer.perform, args=(block,))
    holder.start()
    started.wait()
    done = threading.Event()

    def collect(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if len(outcomes) == len(works):
            done.set()

    for work in works:
        writer.submit(work, collect)
    release.set()
    assert done.wait(10)
    holder.join()
    return outcomes


def test_a_performed_write_is_there(writer: Writer, database: Database) -> None:
    assert writer.perform(_note("a")) == b"a"
    assert _notes(database) == ["a"]


def test_a_group_is_answered_in_its_order(writer: Writer, database: Database) -> None:
    assert _group(writer, _note("b"), _note("a"), _note("c")) == [b"b", b"a", b"c"]
    assert _notes(database) == ["a", "b", "c"]


@pytest.mark.parametrize("before", [True, False], ids=["before a change", "after a change"])
def test_a_refusal_undoes_itself_alone(writer: Writer, database: Database, before: bool) -> None:
    if before:

        def refused(transaction: Transaction, /) -> bytes:
            del transaction
            raise errors.condition_failed()
    else:
        refused = _refused("x", before=False)
    outcomes = _group(writer, _note("a"), refused, _note("b"))
    assert outcomes[0] == b"a"
    assert isinstance(outcomes[1], DynamoDBError)
    assert outcomes[1].code == "ConditionalCheckFailedException"
    assert outcomes[2] == b"b"
    assert _notes(database) == ["a", "b"]


def test_an_unforeseen_failure_is_logged_and_answered_alone(
    writer: Writer, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(transaction: Transaction) -> bytes:
        transaction.db.execute("INSERT INTO notes VALUES ('x')")
        raise ZeroDivisionError

    with caplog.at_level(logging.ERROR):
        outcomes = _group(writer, _note("a"), broken, _note("b"))
    assert [outcomes[0], outcomes[2]] == [b"a", b"b"]
    assert isinstance(outcomes[1], DynamoDBError)
    assert outcomes[1].status == 500
    assert "ZeroDivisionError" in caplog.text
    assert _notes(database) == ["a", "b"]


def test_effects_come_after_the_commit_and_before_the_answer(
    writer: Writer, database: Database
) -> None:
    seen: list[list[Any]] = []

    def work(transaction: Transaction) -> bytes:
        transaction.after_commit.append(lambda: seen.append(_notes(database)))
        return _note("a")(transaction)

    writer.perform(work)
    assert seen == [["a"]]


def test_a_write_that_changes_the_catalog_shares_its_transaction_with_none(
    writer: Writer, database: Database
) -> None:
    sizes: list[int] = []
    commit: Callable[..., list[Outcome]] = writer._commit  # pyright: ignore[reportPrivateUsage]

    def counted(group: list[Any], run: Any) -> list[Outcome]:
        sizes.append(len(group))
        return commit(group, run)

    writer._commit = counted  # pyright: ignore[reportPrivateUsage]
    release, started, done = threading.Event(), threading.Event(), threading.Event()

    def block(_: Transaction) -> bytes:
        started.set()
        release.wait()
        return b""

    writer.submit(block, lambda _: None)
    started.wait()
    for text, alone in [("a", False), ("b", False), ("c", True), ("d", False)]:
        writer.submit(_note(text), lambda _: None, alone=alone)
    writer.submit(_note("e"), lambda _: done.set())
    release.set()
    assert done.wait(10)
    assert sizes == [1, 2, 1, 2]


def test_counts_are_stored_with_the_group(writer: Writer, database: Database) -> None:
    database.writer.execute("INSERT INTO counts VALUES (1, 0, 0, 0, 0)")

    def work(transaction: Transaction) -> bytes:
        transaction.count(1, 0, 1, 10)
        transaction.count(1, 0, 1, 5)
        return b""

    writer.perform(work)
    assert database.writer.execute("SELECT items, bytes FROM counts").fetchall() == [(2, 15)]


def test_many_threads_lose_nothing(writer: Writer, database: Database) -> None:
    def write(start: int) -> None:
        for number in range(start, start + 50):
            assert writer.perform(_note(f"{number:04d}")) == f"{number:04d}".encode()

    threads = [threading.Thread(target=write, args=(start * 50,)) for start in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _notes(database) == [f"{number:04d}" for number in range(400)]


def test_closing_commits_what_waits(database: Database) -> None:
    writer = Writer(database, Log(database.writer, MovableClock()))
    outcomes: list[Outcome] = []
    for number in range(20):
        writer.submit(_note(f"{number:02d}"), outcomes.append)
    writer.close()
    assert len(outcomes) == 20
    assert len(_notes(database)) == 20


# Reads and writes of one turn.


def test_writes_of_one_turn_wait_for_its_end(
    database: Database, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that they are one group, and one flush of the disk."""
    woken: list[int] = []
    answers: list[Outcome] = []
    monkeypatch.setattr(writer, "wake", lambda: woken.append(len(answers)))
    with database.turn:  # so that the thread takes nothing as it starts
        database.begin_turn()
        for number in range(3):
            writer.submit(_note(f"{number}"), answers.append)
        assert woken == []
        database.end_turn()
        writer.submit(_note("3"), answers.append)
        assert woken == [0]
    writer.close()
    assert answers == [b"0", b"1", b"2", b"3"]


def test_a_long_turn_does_not_hold_up_its_writes(database: Database, writer: Writer) -> None:
    answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    database.begin_turn()
    for number in range(100):
        writer.submit(_note(f"{number}"), answers.put)
    assert answers.get() == b"0"
    database.end_turn()
    writer.wake()


def test_few_reads_of_a_turn_have_snapshots_of_their_own(database: Database) -> None:
    database.begin_turn()
    for _ in range(2):
        assert _notes(database) == []
    assert not database.reader().in_transaction
    database.end_turn()


def test_reads_that_share_a_snapshot_see_every_commit_before_them(
    database: Database, writer: Writer
) -> None:
    database.begin_turn()
    for number in range(5):
        writer.perform(_note(f"{number}"))
        for _ in range(2):
            assert len(_notes(database)) == number + 1
    assert database.reader().in_transaction
    database.end_turn()
    assert not database.reader().in_transaction


def test_while_a_commit_is_under_way_no_read_shares_a_snapshot(
    database: Database, writer: Writer
) -> None:
    """A commit can be seen before its writer knows: what another has seen, nobody may miss."""
    seen: list[tuple[list[Any], list[Any]]] = []

    def committed(db: apsw.Connection, _name: str, _pages: int) -> int:
        del db
        seen.append((_notes(database), _notes(database)))
        return apsw.SQLITE_OK

    database.begin_turn()
    for _ in range(3):
        assert _notes(database) == []
    assert database.reader().in_transaction
    database.writer.set_wal_hook(committed)  # called when the commit can be seen
    writer.perform(_note("a"))
    assert seen == [(["a"], ["a"])]
    database.end_turn()


def test_a_shared_snapshot_is_not_kept(database: Database, writer: Writer) -> None:
    """The log could not be written back and cut."""
    database.begin_turn()
    writer.perform(_note("a"))
    for _ in range(3):
        assert _notes(database) == ["a"]
    assert database.reader().in_transaction
    with pytest.raises(apsw.BusyError):
        database.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_RESTART)
    database.end_turn()
    database.write_back()
    assert database.file_bytes()[1] == 0


def test_what_looks_at_one_commit_can_do_so_among_reads_that_share(
    database: Database, writer: Writer
) -> None:
    database.begin_turn()
    writer.perform(_note("a"))
    for _ in range(3):
        assert _notes(database) == ["a"]
    assert database.reader().in_transaction
    writer.perform(_note("b"))
    with database.snapshot() as db:
        assert db.execute("SELECT count(*) FROM notes").get == 2
    assert _notes(database) == ["a", "b"]
    database.end_turn()
