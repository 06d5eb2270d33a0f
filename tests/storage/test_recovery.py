"""What can be read of a damaged file is taken into a new one; what is lost or in doubt is named."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.care import check_file, recover_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.storage.page_names import roots
from dynalite_py.storage.pages import INTERIOR_TABLE, LEAF_TABLE, Pages
from tests.storage.test_check import ONE, TABLE, damage, item
from tests.support import files
from tests.support.processes import Connection, ServerProcess

PAGE = 4096
ITEMS = 300
OTHER = {
    "TableName": "Other",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "N"}],
    "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
}


def stored(number: int) -> dict[str, Any]:
    """An item of Music; some are so long that they go over several pages."""
    return {**item(number), "text": {"S": "x" * (9000 if number % 50 == 7 else 100)}}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A sound file with two tables, some of whose items were deleted."""
    path = tmp_path_factory.mktemp("recovery") / "music.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    engine.perform("CreateTable", OTHER, Caller())
    for number in range(ITEMS + 40):
        engine.perform("PutItem", {"TableName": "Music", "Item": stored(number)}, Caller())
    for number in range(ITEMS, ITEMS + 40):
        key = {name: item(number)[name] for name in ("artist", "title")}
        engine.perform("DeleteItem", {"TableName": "Music", "Key": key}, Caller())
    for number in range(20):
        put = {"TableName": "Other", "Item": {"id": {"N": str(number)}}}
        engine.perform("PutItem", put, Caller())
    engine.close()
    return path.read_bytes()


@pytest.fixture
def file(whole: bytes, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    path = tmp_path / "music.db"
    path.write_bytes(whole)
    return path


def recovered(file: Path) -> tuple[dict[str, Any], list[str], list[str]]:
    """The items of the new file by their titles and ids, then its losses and the other lines."""
    new = file.parent / "new.db"
    new.unlink(missing_ok=True)
    lines = [(step.lost, step.text) for step in recover_file(file, new) if step.text is not None]
    assert [step.finding for step in check_file(new) if step.finding is not None] == []
    assert sorted(each.name for each in file.parent.iterdir()) == sorted({file.name, "new.db"})
    found: dict[str, Any] = {}
    engine = Engine.open(new)
    for table in ("Music", "Other"):
        for one in _scanned(engine, table):
            found[one["title"]["S"] if table == "Music" else one["id"]["N"]] = one
    engine.close()
    return found, [text for lost, text in lines if lost], [text for lost, text in lines if not lost]


def _scanned(engine: Engine, table: str) -> list[dict[str, Any]]:
    if table not in codec.decode(engine.perform("ListTables", {}, Caller()))["TableNames"]:
        return []
    answer = engine.perform("Scan", {"TableName": table}, Caller())
    page = codec.decode(answer)
    assert "LastEvaluatedKey" not in page
    return page["Items"]


EVERYTHING = {
    **{f"title {number}": stored(number) for number in range(ITEMS)},
    **{str(number): {"id": {"N": str(number)}} for number in range(20)},
}


def _tree(file: Path, name: str, kind: int) -> list[int]:
    pages = Pages(file)
    found = [each.page for each in pages.tree(roots(pages)[name]) if each.kind == kind]
    pages.close()
    return found


def _noise(file: Path, *numbers: int) -> None:
    chance = random.Random(str(numbers))
    with file.open("r+b") as opened:
        for number in numbers:
            opened.seek((number - 1) * PAGE)
            opened.write(chance.randbytes(PAGE))


def test_a_sound_file_is_recovered_whole(file: Path, whole: bytes) -> None:
    found, losses, lines = recovered(file)
    assert found == EVERYTHING
    assert losses == []
    assert lines == [
        "table Music (us-east-1, 000000000000): 300 of 300 items recovered",
        "table Other (us-east-1, 000000000000): 20 of 20 items recovered",
    ]
    assert file.read_bytes() == whole


def test_a_lost_page_costs_what_was_on_it_and_its_keys_are_named(file: Path) -> None:
    number = _tree(file, "items_1", LEAF_TABLE)[3]
    _noise(file, number)
    found, losses, lines = recovered(file)
    missing = EVERYTHING.keys() - found.keys()
    assert 1 <= len(missing) <= 20
    assert all(found[name] == EVERYTHING[name] for name in found)
    for title in missing:
        assert any(f'"{title}" is lost' in text for text in losses), losses
    assert any("of 300 items recovered" in text for text in losses)
    assert any("Other" in text for text in lines)


def test_nothing_is_lost_with_the_inner_pages(file: Path) -> None:
    _noise(file, *_tree(file, "items_1", INTERIOR_TABLE))
    found, losses, lines = recovered(file)
    assert found == EVERYTHING
    assert losses  # The page itself, of which nothing else is missing.
    assert "table Music (us-east-1, 000000000000): 300 of 300 items recovered" in lines


@pytest.mark.parametrize("name", ["items_1_key", "index_1_1", "counts", "tokens"])
def test_nothing_is_lost_with_what_follows_from_items(file: Path, name: str) -> None:
    pages = Pages(file)
    root = roots(pages)[name]
    pages.close()
    _noise(file, root)
    found, losses, _ = recovered(file)
    assert found == EVERYTHING
    assert losses == []


def test_a_file_without_its_first_page_is_recovered_from_its_leaves(file: Path) -> None:
    _noise(file, 1)
    found, losses, _ = recovered(file)
    assert found.keys() >= EVERYTHING.keys()
    assert all(found[name] == EVERYTHING[name] for name in EVERYTHING)
    assert losses


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (f"UPDATE {{items}} SET item = 'gone' WHERE id = {ONE}", "holds no item of this table"),
        (f"UPDATE {{items}} SET item = '{{{{}}}}' WHERE id = {ONE}", "holds no item of this table"),
        (f"UPDATE {{items}} SET item = x'00' WHERE id = {ONE}", "it holds no text"),
        (f"UPDATE {{items}} SET sk = 'other' WHERE id = {ONE}", "its key columns are not those of"),
        (f"UPDATE {{items}} SET hash = 7 WHERE id = {ONE}", "its key columns are not those of"),
    ],
)
def test_rows_that_are_no_items_are_reported_and_left_out(
    tmp_path: Path, statement: str, expected: str
) -> None:
    path = tmp_path / "music.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(30):
        engine.perform("PutItem", {"TableName": "Music", "Item": stored(number)}, Caller())
    engine.close()
    damage(path, statement)
    found, losses, _ = recovered(path)
    assert EVERYTHING.keys() - found.keys() >= {"title 4"}
    assert len(found) == 29
    assert any(expected in text for text in losses), losses


def test_an_item_of_a_page_that_differs_from_its_checksum_is_named(file: Path) -> None:
    content = file.read_bytes()
    number = _tree(file, "items_1", LEAF_TABLE)[2]
    page = content[(number - 1) * PAGE : number * PAGE]
    files.flip(file, (number - 1) * PAGE + page.rindex(b"xxxx"), 0x01)
    found, losses, _ = recovered(file)
    changed = [name for name in found if found[name] != EVERYTHING[name]]
    assert len(changed) == 1
    assert any(f'"{changed[0]}"' in text and "differs from its checksum" in text for text in losses)


def test_the_log_of_a_killed_process_is_read(tmp_path: Path) -> None:
    path = tmp_path / "music.db"
    server = ServerProcess(path)
    connection = Connection(server.endpoint)
    connection.call("CreateTable", TABLE)
    for number in range(30):
        connection.call("PutItem", {"TableName": "Music", "Item": stored(number)})
    connection.close()
    server.kill()
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir() if "-wal" in each.name}
    assert before["music.db-wal"]
    lines = list(recover_file(path, tmp_path / "new.db"))
    assert [step.text for step in lines if step.lost] == []
    assert lines[-1].text == "table Music (us-east-1, 000000000000): 30 of 30 items recovered"
    assert (tmp_path / "music.db-wal").read_bytes() == before["music.db-wal"]


def test_versions_and_definitions_are_kept(file: Path) -> None:
    request = {"TableName": "Music"}
    described: list[Any] = []
    recovered(file)
    for path in (file, file.parent / "new.db"):
        engine = Engine.open(path)
        described.append(codec.decode(engine.perform("DescribeTable", request, Caller())))
        db = engine.database.writer
        described[-1]["versions"] = db.execute(
            "SELECT last_version FROM counts WHERE index_id = 0 ORDER BY table_id"
        ).fetchall()
        engine.close()
    assert described[0] == described[1]


def test_what_cannot_be_recovered_is_refused_in_one_line(file: Path, tmp_path: Path) -> None:
    engine = Engine.open(file)
    with pytest.raises(StoreError, match="in use"):
        list(recover_file(file, tmp_path / "new.db"))
    engine.close()
    with pytest.raises(StoreError, match="exists already"):
        list(recover_file(file, file))
    with pytest.raises(StoreError, match="does not exist"):
        list(recover_file(tmp_path / "none.db", tmp_path / "new.db"))
    (tmp_path / "noise").write_bytes(random.Random(3).randbytes(20 * PAGE))
    (tmp_path / "empty").touch()
    for name in ("noise", "empty"):
        with pytest.raises(StoreError, match="no table of dynalite could be found"):
            list(recover_file(tmp_path / name, tmp_path / "new.db"))
    assert not (tmp_path / "new.db").exists()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_any_damage_leaves_a_sound_new_file_and_no_silent_change(
    file: Path, whole: bytes, seed: int
) -> None:
    chance = random.Random(seed)
    content = bytearray(whole)
    for _ in range(chance.choice((1, 3, 20))):
        at = chance.randrange(PAGE, len(content))
        if chance.random() < 0.3:
            content[at : at + 600] = chance.randbytes(len(content[at : at + 600]))
        else:
            content[at] ^= 1 << chance.randrange(8)
    file.write_bytes(content)
    found, losses, _ = recovered(file)
    text = "\n".join(losses)
    for name in EVERYTHING.keys() | found.keys():
        if found.get(name) != EVERYTHING.get(name):
            key = f'"{name}"' if "title" in name else "Other"
            assert key in text or name not in found, (name, losses)
    if EVERYTHING.keys() - found.keys():
        assert losses
