"""A byte that changed on the disk is found, named, and never answered."""

from __future__ import annotations

import random
import stat
from pathlib import Path
from typing import Any

import apsw
import pytest

from dynalite_py.care import check_file
from dynalite_py.engine import Engine, StoreError
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import checksums
from dynalite_py.storage.page_names import Names, leaf_rows, roots
from dynalite_py.storage.pages import Pages
from tests.storage.test_check import TABLE, item
from tests.support import files
from tests.support.files import without_layer

PAGE = 4096
ITEMS = 400


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed file with items, entries of two indexes and free pages."""
    path = tmp_path_factory.mktemp("checksums") / "music.db"
    engine = Engine.open(path)
    engine.perform("CreateTable", TABLE, Caller())
    for number in range(ITEMS):
        content = {**item(number), "text": {"S": "x" * (9000 if number % 40 == 0 else 90)}}
        engine.perform("PutItem", {"TableName": "Music", "Item": content}, Caller())
    engine.close()
    return path


@pytest.fixture
def file(whole: Path, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    path = tmp_path / "music.db"
    path.write_bytes(whole.read_bytes())
    return path


def findings(file: Path) -> list[str]:
    """What the check finds, also where it cannot open the file."""
    try:
        return [step.finding for step in check_file(file) if step.finding is not None]
    except StoreError as refusal:
        return [str(refusal)]


def test_a_new_file_has_checksums(whole: Path) -> None:
    assert checksums.kept(whole.read_bytes()[:100])
    assert findings(whole) == []


def test_the_layer_is_nobody_elses_default() -> None:
    checksums.layer()
    assert apsw.vfs_names()[0] != checksums.LAYER


def test_a_flipped_byte_of_any_page_is_found_and_named(whole: Path, file: Path) -> None:
    content = whole.read_bytes()
    names = Names(pages := Pages(whole))
    pages.close()
    chance = random.Random(24)
    kinds: set[str] = set()
    for number in range(2, len(content) // PAGE + 1):
        at = (number - 1) * PAGE + chance.randrange(PAGE)
        files.flip(file, at, 1 << chance.randrange(8))
        found = findings(file)
        assert any(
            each.startswith(f"page {number} (") and each.endswith("differs from its checksum")
            for each in found
        ), (at, found)
        assert f"page {number} ({names.page(number)}) differs from its checksum" in found or (
            at % PAGE < 12  # The page's own header may hide what hangs on it.
        )
        kinds.add(names.page(number).partition(" of ")[0])
        file.write_bytes(content)
    assert {"items", "keys", "index by_year", "index within", "the catalog"} <= kinds


def test_every_tree_of_a_file_has_words_of_its_own(whole: Path) -> None:
    names = Names(pages := Pages(whole))
    trees = roots(pages)
    pages.close()
    assert [name for name in trees if names.of(name) == name] == []


@pytest.mark.parametrize("at", [*range(0, 100, 3), *range(100, PAGE, 411)])
def test_a_flipped_byte_of_the_first_page_is_found(file: Path, at: int) -> None:
    files.flip(file, at)
    assert findings(file) != []


def test_a_page_without_checksums_is_still_checked_by_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "older.db"
    _make_without_checksums(path)
    assert findings(path) == []
    page = path.stat().st_size // PAGE - 1
    files.flip(path, page * PAGE, 0xFF)
    assert any(each.startswith("SQLite: ") and "table Music" in each for each in findings(path))


def test_every_page_of_a_file_has_a_name_in_words(file: Path) -> None:
    names = Names(pages := Pages(file))
    assert [name for name in roots(pages) if names.of(name) == name] == []
    pages.close()


def _make_without_checksums(path: Path) -> None:
    """A file as it was made before there were checksums."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checksums, "layer", without_layer)
        engine = Engine.open(path)
        engine.perform("CreateTable", TABLE, Caller())
        for number in range(50):
            engine.perform("PutItem", {"TableName": "Music", "Item": item(number)}, Caller())
        engine.close()
    assert not checksums.kept(path.read_bytes()[:100])


def test_a_file_with_checksums_is_not_opened_where_they_cannot_be_kept(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checksums, "layer", without_layer)
    with pytest.raises(StoreError, match="was built without"):
        Engine.open(file)


def test_a_damaged_item_is_an_error_and_never_an_answer(file: Path) -> None:
    wanted = b'"title":{"S":"title 7"}'
    pages = Pages(file)
    for row in leaf_rows(pages, roots(pages)["items_1"]):
        if wanted.decode() in str(row.values[-1]):
            at = (row.page - 1) * PAGE + pages.read(row.page).index(wanted)
            files.flip(file, at + len(wanted) - 3)
    pages.close()
    engine = Engine.open(file)
    key = {name: item(7)[name] for name in ("artist", "title")}
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform("GetItem", {"TableName": "Music", "Key": key}, Caller())
    assert refusal.value.status == 500
    request: dict[str, Any] = {
        "TransactItems": [{"Get": {"TableName": "Music", "Key": key}}],
    }
    with pytest.raises(DynamoDBError) as refusal:
        engine.perform("TransactGetItems", request, Caller())
    assert refusal.value.status == 500
    # What lies on other pages is still there.
    other = {name: item(395)[name] for name in ("artist", "title")}
    answer = engine.perform("GetItem", {"TableName": "Music", "Key": other}, Caller())
    assert codec.decode(answer)["Item"]["title"] == other["title"]
    engine.close()


@pytest.mark.parametrize("umask", [0o000, 0o777])
def test_every_file_of_a_store_is_its_owners_alone(
    tmp_path: Path, umask: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    before = os.umask(umask)
    try:
        engine = Engine.open(tmp_path / "app.db")
        engine.perform("CreateTable", TABLE, Caller())
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
        engine.close()
    finally:
        os.umask(before)
    expected = ("app.db", "app.db-owner", "app.db-shm", "app.db-wal")
    assert modes == dict.fromkeys(expected, 0o600)


def test_roots_of_a_file_that_is_none_are_nothing(tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(random.Random(1).randbytes(20 * PAGE))
    pages = Pages(path)
    assert roots(pages) == {}
    assert Names(pages).page(3) == "reached by nothing"
    pages.close()
