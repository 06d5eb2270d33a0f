"""Many threads, every guarded way of writing: what was acknowledged is never lost."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dynalite_py
from dynalite_py.patterns.backoff import Backoff
from tests.support.made_tables import make_table

Way: TypeAlias = Literal["retry", "put", "update", "list_append", "give_up"]
WAYS: tuple[Way, ...] = ("retry", "put", "update", "list_append", "give_up")
PERSISTENT = Backoff(attempts=10_000, base_seconds=0.0005, cap_seconds=0.01)
ONCE = Backoff(attempts=1)
KEY = {"pk": "shared"}


def appended(mark: str) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    return lambda item: {**item, "marks": [*item.get("marks", []), mark]}


def write(table: dynalite_py.Table, way: Way, mark: str) -> bool:
    """Add a mark to the item in this way; whether that was acknowledged."""
    if way in ("retry", "give_up"):
        try:
            table.update_with_retry(
                KEY, appended(mark), policy=PERSISTENT if way == "retry" else ONCE
            )
        except dynalite_py.VersionConflict:
            assert way == "give_up"
            return False
        return True
    for _ in PERSISTENT.tries():
        item, version = table.get(KEY, consistent=True, with_version=True)
        try:
            if way == "put":
                table.put(appended(mark)(item or KEY), if_version=version)
            elif way == "update":
                marks = [*(item or {}).get("marks", []), mark]
                table.update(KEY, "SET marks = :all", values={":all": marks}, if_version=version)
            else:
                table.update(
                    KEY,
                    "SET marks = list_append(if_not_exists(marks, :none), :one)",
                    values={":none": [], ":one": [mark]},
                    if_version=version,
                )
        except dynalite_py.VersionConflict:
            continue
        return True
    return False


@pytest.mark.parametrize("attribute", [None, "version"], ids=["own version", "attribute"])
@given(plans=st.lists(st.lists(st.sampled_from(WAYS), max_size=6), min_size=2, max_size=8))
@settings(max_examples=15)
def test_what_was_acknowledged_is_there_once_and_nothing_else(
    attribute: str | None, plans: list[list[Way]]
) -> None:
    with dynalite_py.connect() as store:
        made = store.table(make_table(store, "Shared", pk="S"), version_attribute=attribute)
        acknowledged: list[str] = []
        ended: list[bool] = []
        begin = threading.Barrier(len(plans))

        def work(name: int, plan: list[Way]) -> None:
            begin.wait()
            for step, way in enumerate(plan):
                mark = f"{name}.{step}"
                if write(made, way, mark):
                    acknowledged.append(mark)
            ended.append(True)

        threads = [
            threading.Thread(target=work, args=(name, plan)) for name, plan in enumerate(plans)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        item, version = made.get(KEY, with_version=True)
        assert len(ended) == len(plans)
        assert Counter((item or {}).get("marks", [])) == Counter(acknowledged)
        assert version == len(acknowledged)


def test_no_update_is_lost_in_a_file_that_many_threads_write(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "shared.db") as store:
        table = store.table(make_table(store, "Shared", pk="S"), version_attribute="version")

        def work(name: int) -> None:
            for step in range(15):
                table.update_with_retry(KEY, appended(f"{name}.{step}"), policy=PERSISTENT)

        threads = [threading.Thread(target=work, args=(name,)) for name in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        item = table.get(KEY)
        assert item is not None
        assert item["version"] == 180
        assert len(set(item["marks"])) == len(item["marks"]) == 180
