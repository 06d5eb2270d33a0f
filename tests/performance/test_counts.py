"""No warm request prepares, parses, calls or allocates more than is on record."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache

import apsw
import pytest

from dynalite_py.engine import Engine
from dynalite_py.model import codec, sizes
from dynalite_py.model.values import Item
from dynalite_py.storage import ranges
from tests.performance import counts

_WHY_NOT = counts.why_not()
on_record = pytest.mark.skipif(_WHY_NOT is not None, reason=_WHY_NOT or "counts are on record")
CASES = {case.name: case for case in counts.cases()}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """Each case has its own: others delete and change what it reads."""
    with counts.filled() as opened:
        yield opened


@pytest.fixture(scope="module")
def counted() -> dict[str, counts.Counts]:
    """All cases, by a process without pytest: it rewrites the package's asserts, for its plugin."""
    command = [sys.executable, "-m", "tests.performance.counts", "--json"]
    return codec.decode(subprocess.run(command, check=True, capture_output=True).stdout)


@on_record
@pytest.mark.parametrize("name", CASES)
def test_a_warm_request_costs_what_is_on_record(
    counted: dict[str, counts.Counts], name: str
) -> None:
    assert not counts.faults(name, counted[name], counts.recorded()[name])


def test_no_warm_request_prepares_or_compiles_anything() -> None:
    assert counts.recorded().keys() == CASES.keys()
    for counted in counts.recorded().values():
        assert (counted["prepared"], counted["compiled"]) == (0, 0)


@on_record
def test_work_done_twice_is_seen(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    measure = sizes.measure

    def twice(item: Item, sort_key: str | None) -> tuple[int, int]:
        measure(item, sort_key)
        return measure(item, sort_key)

    monkeypatch.setattr(sizes, "measure", twice)
    counted = counts.counts_of(engine, CASES["PutItem"])
    found = counts.faults("PutItem", counted, counts.recorded()["PutItem"])
    assert [fault for fault in found if "calls" in fault]
    assert [fault for fault in found if "opcodes" in fault]


@on_record
def test_a_cache_that_forgets_is_seen(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES["Query of 50 items"]
    monkeypatch.setattr(ranges, "statement", lru_cache(maxsize=0)(ranges.statement.__wrapped__))
    counted = counts.counts_of(engine, case)
    found = counts.faults(case.name, counted, counts.recorded()[case.name])
    assert [fault for fault in found if "compiled 0 on record, 1 now" in fault]


@on_record
def test_a_planner_that_looks_at_values_is_seen(engine: Engine) -> None:
    """Such statements are prepared at every run."""
    case = CASES["Query of 50 items, half filtered out"]
    case = case._replace(request={**case.request, "ScanIndexForward": False})
    reader = engine.database.reader()
    stable = counts.counts_of(engine, case)["prepared"]
    reader.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 0)
    try:
        looking = counts.counts_of(engine, case)["prepared"]
    finally:
        reader.config(apsw.SQLITE_DBCONFIG_ENABLE_QPSG, 1)
    assert stable == 0 < looking


def test_less_work_than_on_record_is_seen_too() -> None:
    record = {"calls": 100, "statements": 2}
    assert counts.faults("x", {"calls": 101, "statements": 2, "kept_blocks": 0}, record) == []
    found = counts.faults("x", {"calls": 90, "statements": 1, "kept_blocks": 50}, record)
    assert len(found) == 3
