"""Sessions, over every client."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import dynalite_py
from dynalite_py.model.clock import MovableClock
from dynalite_py.patterns import sessions
from dynalite_py.patterns.backoff import Backoff
from dynalite_py.patterns.sessions import SessionConflict, SessionGoneError, Sessions
from tests.support.made_tables import make_table

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

ROOT = Path(__file__).resolve().parents[2]
START = 1_700_000_000


@pytest.fixture
def clock() -> MovableClock:
    return MovableClock(START + 0.5)


@pytest.fixture
def kept(client: Client, clock: MovableClock) -> Sessions:
    make_table(client, "Sessions", id="S")
    return with_settings(client, clock)


def with_settings(client: Any, clock: MovableClock, **given: Any) -> Sessions:
    chosen: dict[str, Any] = {"lifetime_seconds": 1000, "slide_seconds": 100, **given}
    return Sessions(client=client, table="Sessions", clock=clock, **chosen)


def items(kept: Sessions) -> list[Any]:
    return kept.client.scan(TableName="Sessions")["Items"]


class Counting:
    """A client that counts its writes. lose: sends each write twice, as after a lost answer."""

    def __init__(self, client: Any, *, lose: bool = False) -> None:
        self.exceptions = client.exceptions
        self.writes = 0
        self._client = client
        self._lose = lose

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._client, name)
        if name in ("get_item", "scan"):
            return method

        def write(**request: Any) -> Any:
            self.writes += 1
            if self._lose:
                method(**request)
            return method(**request)

        return write


def test_a_session_is_created_read_saved_and_deleted(kept: Sessions) -> None:
    data = {"user": "ada", "cart": [1, {"n": 2.5}], "none": None, "ok": True}
    session = kept.create(data)
    assert session.data == data
    read = kept.read(session.id)
    assert read is not None
    assert read.data == data
    saved = kept.save(read, {"user": "bob"})
    again = kept.read(session.id)
    assert again is not None
    assert (again.data, again.version) == ({"user": "bob"}, saved.version)
    kept.delete(session.id)
    assert kept.read(session.id) is None
    assert items(kept) == []


def test_the_table_and_the_texts_of_a_session_do_not_have_its_id(kept: Sessions) -> None:
    session = kept.create({"secret": "hunter2"})
    assert len(session.id) == 43
    assert session.id not in repr(items(kept))
    shown = f"{session!r} {kept!r} {SessionConflict(session)!r} {SessionGoneError()!r}"
    assert session.id not in shown
    assert "hunter2" not in shown


def test_ids_are_never_the_same() -> None:
    assert len({sessions.new_id() for _ in range(1000)}) == 1000


@pytest.mark.parametrize("unknown", ["", "x", "ä\ud800", "../..", "x" * 256, "x" * 100_000])
def test_an_id_that_nobody_was_given_is_no_session(kept: Sessions, unknown: str) -> None:
    assert kept.read(unknown) is None
    kept.delete(unknown)


def test_an_expired_session_is_gone_though_the_table_has_it(
    kept: Sessions, clock: MovableClock
) -> None:
    session = kept.create({"a": 1})
    clock.advance(999)
    assert kept.client.scan(TableName="Sessions")["Items"][0]["expires_at"] == {
        "N": str(START + 1000)
    }
    clock.advance(0.5)
    assert len(items(kept)) == 1
    assert kept.read(session.id) is None
    for write in (kept.save, kept.merge, kept.rotate):
        with pytest.raises(SessionGoneError):
            write(session, {"a": 2})
    assert kept.delete_expired() == 1
    assert items(kept) == []


def test_the_expiry_slides_with_reads_but_is_not_written_often(
    client: Client, kept: Sessions, clock: MovableClock
) -> None:
    counting = Counting(client)
    sliding = with_settings(counting, clock)
    session = sliding.create({})
    for _ in range(99):
        clock.advance(1)
        sliding.read(session.id)
    assert counting.writes == 1
    for _ in range(500):
        clock.advance(10)
        assert sliding.read(session.id) is not None
    assert 40 <= counting.writes - 1 <= 50
    assert kept.delete_expired() == 0


def test_of_readers_of_one_expiry_one_moves_it(client: Client, clock: MovableClock) -> None:
    make_table(client, "Sessions", id="S")
    sliding = with_settings(client, clock)
    session = sliding.create({})
    clock.advance(500)
    read: list[Any] = []
    threads = [
        threading.Thread(target=lambda: read.append(sliding.read(session.id))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.extended for one in read].count(True) == 1
    assert {one.expires_at for one in read} == {START + 1500}


def test_a_session_slides_no_further_than_it_may(client: Client, clock: MovableClock) -> None:
    make_table(client, "Sessions", id="S")
    capped = with_settings(client, clock, longest_seconds=1500)
    session = capped.create({})
    clock.advance(900)
    read = capped.read(session.id)
    assert read is not None
    assert read.expires_at == START + 1500
    clock.advance(590)
    saved = capped.save(read, {"a": 1})
    assert saved.expires_at == START + 1500
    clock.advance(10)
    assert capped.read(session.id) is None


def test_without_sliding_a_session_ends_when_it_was_said(
    client: Client, clock: MovableClock
) -> None:
    make_table(client, "Sessions", id="S")
    fixed = with_settings(client, clock, sliding=False)
    session = fixed.create({}, lifetime_seconds=300)
    clock.advance(200)
    read = fixed.read(session.id)
    assert read is not None
    assert fixed.save(read, {"a": 1}).expires_at == START + 300
    clock.advance(100)
    assert fixed.read(session.id) is None


def test_the_second_of_two_writers_is_refused_and_gets_the_session_as_it_is(
    kept: Sessions,
) -> None:
    session = kept.create({"a": 1})
    kept.save(session, {"a": 2})
    for write in (kept.save, kept.rotate):
        with pytest.raises(SessionConflict) as refusal:
            write(session, {"a": 3})
        assert refusal.value.current.data == {"a": 2}
    assert kept.save(refusal.value.current, {"a": 3}).data == {"a": 3}


def test_where_it_is_chosen_the_last_writer_wins(
    client: Client, kept: Sessions, clock: MovableClock
) -> None:
    last = with_settings(client, clock, locking="last-write-wins")
    session = last.create({"a": 1})
    last.save(session, {"a": 2})
    last.save(session, {"a": 3})
    read = kept.read(session.id)
    assert read is not None
    assert read.data == {"a": 3}


@pytest.mark.parametrize("locking", ["optimistic", "last-write-wins"])
def test_a_late_write_does_not_bring_a_session_back(
    client: Client, kept: Sessions, clock: MovableClock, locking: Any
) -> None:
    del kept
    some = with_settings(client, clock, locking=locking)
    session = some.create({"a": 1})
    some.delete(session.id)
    for write in (some.save, some.merge, some.rotate):
        with pytest.raises(SessionGoneError):
            write(session, {"a": 2})
    assert items(some) == []


def test_rotating_moves_the_session_to_another_id(kept: Sessions) -> None:
    session = kept.create({"cart": [1]})
    moved = kept.rotate(session)
    assert moved.id != session.id
    assert kept.read(session.id) is None
    read = kept.read(moved.id)
    assert read is not None
    assert read.data == {"cart": [1]}
    with pytest.raises(SessionGoneError):
        kept.save(session, {})
    assert len(items(kept)) == 1


def test_merging_keeps_what_others_wrote(kept: Sessions) -> None:
    session = kept.create({"a": 1, "b": 1, "c": 1, "d": [1]})
    kept.save(session, {"a": 2, "b": 1, "d": [1], "e": 5})
    merged = kept.merge(session, {"a": 1, "b": 3, "c": 1, "d": [1, 2]})
    assert merged.data == {"a": 2, "b": 3, "d": [1, 2], "e": 5}
    rotated = kept.merge(session, {"a": 1, "b": 1, "c": 1, "d": [1], "user": "ada"}, rotate=True)
    assert rotated.data == {"a": 2, "b": 3, "d": [1, 2], "e": 5, "user": "ada"}
    assert kept.read(session.id) is None


def test_many_threads_lose_no_member(client: Client, clock: MovableClock) -> None:
    make_table(client, "Sessions", id="S")
    patient = with_settings(
        client, clock, policy=Backoff(attempts=200, base_seconds=0.002, cap_seconds=0.02)
    )
    session = patient.create({})

    def write(number: int) -> None:
        read = patient.read(session.id)
        assert read is not None
        patient.merge(read, {**read.data, str(number): number})

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = patient.read(session.id)
    assert read is not None
    assert read.data == {str(number): number for number in range(8)}


def test_requests_whose_answers_were_lost_are_known_again(
    client: Client, kept: Sessions, clock: MovableClock
) -> None:
    lossy = with_settings(Counting(client, lose=True), clock)
    session = lossy.create({"a": 1})
    saved = lossy.save(session, {"a": 2})
    rotated = lossy.rotate(saved, {"a": 3})
    clock.advance(500)
    read = lossy.read(rotated.id)
    assert read is not None
    assert (read.data, read.expires_at) == ({"a": 3}, START + 1500)
    lossy.delete(rotated.id)
    assert items(kept) == []


def test_data_that_are_no_json_are_refused_before_anything_is_written(kept: Sessions) -> None:
    with pytest.raises(TypeError):
        kept.create({"a": object()})
    session = kept.create({})
    for write in (kept.save, kept.merge, kept.rotate):
        with pytest.raises(TypeError):
            write(session, {"a": object()})
    assert [item["data"] for item in items(kept)] == [{"S": "{}"}]


@pytest.mark.parametrize(
    "wrong", [{"lifetime_seconds": 0}, {"slide_seconds": -1}, {"locking": "none"}]
)
def test_settings_that_make_no_sense_are_refused(wrong: Any, clock: MovableClock) -> None:
    with pytest.raises(ValueError, match="is"):
        with_settings(None, clock, **wrong)


SIGN_IN = """
import sys, dynalite_py
from dynalite_py.patterns.sessions import Sessions
with dynalite_py.connect(sys.argv[1]) as store:
    print(Sessions(client=store, table="Sessions").create({"user": "ada"}).id)
"""


def test_a_sign_in_is_shared_between_processes(tmp_path: Path) -> None:
    file = tmp_path / "sessions.db"
    with dynalite_py.connect(file) as store:
        make_table(store, "Sessions", id="S")
    done = subprocess.run(
        [sys.executable, "-c", SIGN_IN, str(file)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    with dynalite_py.connect(file) as store:
        session = Sessions(client=store, table="Sessions").read(done.stdout.strip())
    assert session is not None
    assert session.data == {"user": "ada"}
