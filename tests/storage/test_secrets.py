"""The secret of a file: one for each file, the same each time it is opened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from dynalite_py.storage import idempotency, secrets
from dynalite_py.storage.database import Database
from tests.support.calls import HERE


def test_a_secret_stays_with_its_file(tmp_path: Path) -> None:
    found: list[bytes] = []
    for name in ("one.db", "one.db", "two.db"):
        database = Database(tmp_path / name)
        found.append(secrets.of(database.writer))
        assert secrets.of(database.writer) == found[-1]
        database.close()
    assert found[0] == found[1] != found[2]
    assert len(found[0]) == 32


def test_expired_tokens_go_and_the_secret_stays() -> None:
    database = Database(":memory:")
    secret = secrets.of(database.writer)
    for now in (0.0, 1e9, 2e9):
        idempotency.keep(
            database.writer,
            HERE,
            "ExecuteTransaction",
            "token",
            fingerprint=b"",
            answer="",
            now=now,
            expires_at=now + 1,
        )
    assert secrets.of(database.writer) == secret
    database.close()


def test_a_full_disk_leaves_a_secret_for_the_process(tmp_path: Path) -> None:
    database = Database(tmp_path / "full.db")
    db: apsw.Connection = database.writer

    def full(cursor: Any, text: str, bindings: Any) -> bool:
        del cursor, bindings
        if text.startswith("INSERT"):
            raise apsw.FullError("database or disk is full")
        return True

    db.exec_trace = full
    made = secrets.of(db)
    assert len(made) == 32
    assert secrets.of(db) != made
    db.exec_trace = None
    database.close()
