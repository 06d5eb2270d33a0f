"""Tables copied within a store and between stores, stopped and resumed."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py.migration import copy
from dynalite_py.migration.checkpoints import CheckpointError
from dynalite_py.migration.copy import Progress
from dynalite_py.patterns.backoff import Backoff
from tests.support.made_tables import make_table

ITEMS = 300


@pytest.fixture
def here() -> Iterator[dynalite_py.Store]:
    """A store with a table of 300 items under binary keys."""
    with dynalite_py.connect() as store:
        table = store.table(make_table(store, "Source", pk="B", sk="N"))
        with table.batch() as batch:
            for number in range(ITEMS):
                batch.put(item(number))
        yield store


@pytest.fixture(params=["native", "boto3"])
def there(request: pytest.FixtureRequest) -> Iterator[Any]:
    """A client of another store."""
    with dynalite_py.connect(region="eu-west-1") as store:
        yield store if request.param == "native" else dynalite_py.boto3_client(store)


def item(number: int) -> dict[str, Any]:
    return {"pk": bytes([number % 7]), "sk": number, "text": f"item {number}"}


def items(client: Any, table: str) -> list[Any]:
    found: list[Any] = []
    for page in client.get_paginator("scan").paginate(TableName=table):
        found += page["Items"]
    return sorted(found, key=lambda one: int(one["sk"]["N"]))


def test_a_table_is_copied_to_another_store(here: dynalite_py.Store, there: Any) -> None:
    told: list[Progress] = []
    done = copy.copy_table(
        here, "Source", there, "Target", create=True, page_size=20, progress=told.append
    )
    assert items(there, "Target") == items(here, "Source")
    assert (done.read, done.written, done.kept) == (ITEMS, ITEMS, 0)
    assert done.segments_done == done.segments == 4
    assert done == told[-1]
    assert len(told) >= ITEMS / 20
    assert done.write_units == ITEMS
    schema = there.describe_table(TableName="Target")["Table"]["KeySchema"]
    assert schema == here.describe_table(TableName="Source")["Table"]["KeySchema"]


def test_a_table_is_copied_beside_itself(here: dynalite_py.Store) -> None:
    copy.copy_table(here, "Source", here, "Twin", create=True, segments=1)
    assert items(here, "Twin") == items(here, "Source")
    with pytest.raises(ValueError, match="onto itself"):
        copy.copy_table(here, "Source", here, "Source")


def test_items_that_are_there_are_replaced_or_kept(here: dynalite_py.Store, there: Any) -> None:
    make_table(there, "Target", pk="B", sk="N")
    for number in (1, 2):
        key = {"pk": {"B": bytes([number])}, "sk": {"N": str(number)}}
        there.put_item(TableName="Target", Item={**key, "text": {"S": "old"}})
    done = copy.copy_table(here, "Source", there, "Target", existing="keep")
    assert (done.written, done.kept) == (ITEMS - 2, 2)
    assert [one["text"]["S"] for one in items(there, "Target")[:4]] == [
        "item 0",
        "old",
        "old",
        "item 3",
    ]
    copy.copy_table(here, "Source", there, "Target")
    assert items(there, "Target") == items(here, "Source")


def test_items_are_changed_or_left_out_on_the_way(here: dynalite_py.Store, there: Any) -> None:
    def anonymous(one: dict[str, Any]) -> dict[str, Any] | None:
        return None if one["sk"] % 2 else {**one, "text": "***"}

    done = copy.copy_table(here, "Source", there, "Target", create=True, change=anonymous)
    assert (done.read, done.written) == (ITEMS, ITEMS // 2)
    assert {one["text"]["S"] for one in items(there, "Target")} == {"***"}


class Dying:
    """A client whose batches fail after so many."""

    def __init__(self, client: Any, batches: int) -> None:
        self.left = batches
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def batch_write_item(self, **request: Any) -> Any:
        if self.left == 0:
            raise ConnectionError("gone")
        self.left -= 1
        return self._client.batch_write_item(**request)


@pytest.mark.parametrize("segments", [1, 3])
def test_a_copy_that_failed_goes_on_where_it_was(
    here: dynalite_py.Store, there: Any, tmp_path: Path, segments: int
) -> None:
    checkpoint = tmp_path / "copy.json"
    make_table(there, "Target", pk="B", sk="N")
    runs, read = 0, 0
    while True:
        runs += 1
        told: list[Progress] = []
        dying: Any = Dying(there, 7)
        try:
            copy.copy_table(
                here,
                "Source",
                dying,
                "Target",
                segments=segments,
                page_size=15,
                checkpoint=checkpoint,
                progress=told.append,
            )
        except ConnectionError:
            assert checkpoint.exists()
            read += told[-1].read
        else:
            read += told[-1].read
            break
    assert runs >= 3
    assert read == ITEMS  # No page that was written is read again.
    assert items(there, "Target") == items(here, "Source")
    assert list(tmp_path.iterdir()) == []


def test_a_checkpoint_of_another_copy_is_refused(
    here: dynalite_py.Store, there: Any, tmp_path: Path
) -> None:
    checkpoint = tmp_path / "copy.json"
    make_table(there, "Target", pk="B", sk="N")
    make_table(there, "Other", pk="B", sk="N")
    dying: Any = Dying(there, 1)
    with pytest.raises(ConnectionError):
        copy.copy_table(here, "Source", dying, "Target", checkpoint=checkpoint, page_size=10)
    for target, segments in (("Other", 4), ("Target", 3)):
        with pytest.raises(CheckpointError, match="belongs to another copy: to Target in 4"):
            copy.copy_table(here, "Source", there, target, segments=segments, checkpoint=checkpoint)
    here.delete_table(TableName="Source")
    make_table(here, "Source", pk="B", sk="N")
    with pytest.raises(CheckpointError, match="another source table"):
        copy.copy_table(here, "Source", there, "Target", checkpoint=checkpoint)


@pytest.mark.parametrize("create", [False, True])
def test_a_checkpoint_of_a_target_that_is_gone_is_refused(
    here: dynalite_py.Store, there: Any, tmp_path: Path, create: bool
) -> None:
    checkpoint = tmp_path / "copy.json"
    make_table(there, "Target", pk="B", sk="N")
    dying: Any = Dying(there, 1)
    with pytest.raises(ConnectionError):
        copy.copy_table(here, "Source", dying, "Target", checkpoint=checkpoint, page_size=10)
    there.delete_table(TableName="Target")
    if not create:
        make_table(there, "Target", pk="B", sk="N")
    with pytest.raises(CheckpointError, match="another target table"):
        copy.copy_table(here, "Source", there, "Target", create=create, checkpoint=checkpoint)
    checkpoint.unlink()
    copy.copy_table(here, "Source", there, "Target", create=create, checkpoint=checkpoint)
    assert items(there, "Target") == items(here, "Source")


def test_a_copy_that_is_interrupted_stops(here: dynalite_py.Store, tmp_path: Path) -> None:
    checkpoint = tmp_path / "copy.json"
    make_table(here, "Target", pk="B", sk="N")
    told: list[Progress] = []
    stopped, main = threading.Event(), threading.main_thread().ident
    assert main is not None

    def interrupt(progress: Progress) -> None:
        told.append(progress)
        if len(told) == 1:
            main = threading.main_thread().ident
            assert main is not None
            signal.pthread_kill(main, signal.SIGINT)  # As Ctrl-C, while it waits.
        stopped.wait(0.02)

    with pytest.raises(KeyboardInterrupt):
        copy.copy_table(
            here,
            "Source",
            here,
            "Target",
            segments=1,
            page_size=1,
            checkpoint=checkpoint,
            progress=interrupt,
        )
    assert len(told) < ITEMS / 2
    copy.copy_table(here, "Source", here, "Target", segments=1, checkpoint=checkpoint)
    assert items(here, "Target") == items(here, "Source")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"format": 2}',
        '{"format":1,"source":"x","target":"Target","target_id":"y","segments":1}',
        '{"format":1,"source":"x","target":"Target","target_id":"y","segments":1,"places":[7]}',
        (
            '{"format":1,"source":"x","target":"Target","target_id":"y","segments":1,'
            '"places":[{"pk":{"L":[]}}]}'
        ),
        (
            '{"format":1,"source":"x","target":"Target","target_id":"y","segments":1,'
            '"places":[{"pk":{"B":"*"}}]}'
        ),
    ],
)
def test_a_file_that_is_no_checkpoint_is_refused(
    here: dynalite_py.Store, tmp_path: Path, text: str
) -> None:
    checkpoint = tmp_path / "notes.txt"
    checkpoint.write_text(text, "utf-8")
    with pytest.raises(CheckpointError, match=r"notes\.txt (is no checkpoint|has the format)"):
        copy.copy_table(here, "Source", here, "Target", create=True, checkpoint=checkpoint)
    assert checkpoint.read_text("utf-8") == text


def test_a_pace_is_kept_by_waiting(here: dynalite_py.Store, there: Any) -> None:
    moment = [0.0]

    def sleep(seconds: float) -> None:
        moment[0] += seconds

    done = copy.copy_table(
        here,
        "Source",
        there,
        "Target",
        create=True,
        segments=1,
        page_size=10,
        write_units_per_second=25,
        read_units_per_second=1000,
        policy=Backoff(sleep=sleep),
        monotonic=lambda: moment[0],
    )
    assert moment[0] == pytest.approx(ITEMS / 25 + done.read_units / 1000)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"segments": 0}, "segments"),
        ({"segments": 257}, "segments"),
        ({"read_units_per_second": 0}, "pace"),
    ],
)
def test_what_makes_no_sense_is_refused(
    here: dynalite_py.Store, given: dict[str, Any], text: str
) -> None:
    with pytest.raises(ValueError, match=text):
        copy.copy_table(here, "Source", here, "Target", create=True, **given)
