"""A store with a table whose items expire, on a clock that tests move."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from dynalite_py.engine import Engine
from dynalite_py.model.clock import MovableClock
from tests.support.engines import answer
from tests.support.slow_tables import NOW, findings

INTERVAL = 60


class Expiring(NamedTuple):
    """A store whose clock stands still, with a table "demand" whose items expire."""

    engine: Engine
    clock: MovableClock

    def ask(self, operation: str, **request: Any) -> Any:
        """An answer of the table."""
        return answer(self.engine, operation, TableName="demand", **request)

    def put(self, key: str, after: float | None, **attributes: Any) -> None:
        """Store an item that expires so many seconds after the start; None: never."""
        item = {"a": {"S": key}, "c": {"S": f"c {key}"}, **attributes}
        if after is not None:
            item["expires"] = {"N": str(int(NOW) + after)}
        self.ask("PutItem", Item=item)

    def found(self, name: str | None = None) -> set[str]:
        """Keys of the items in the table, or in one of its indexes."""
        request = {} if name is None else {"IndexName": name}
        return {item["a"]["S"] for item in self.ask("Scan", **request)["Items"]}

    def swept(self) -> int:
        """What a sweep removes; the store is clean after it."""
        gone = self.engine.sweep()
        assert findings(self.engine) == []
        return gone

    def step(self) -> None:
        """Let the worker do all that it finds."""
        while self.engine.runner.step():
            assert findings(self.engine) == []


def opened(
    path: Path | str = ":memory:", interval: float = INTERVAL, **members: Any
) -> tuple[Engine, MovableClock]:
    """A store that sweeps once a minute by its clock, and the clock."""
    clock = MovableClock(NOW)
    return Engine.open(path, clock=clock, ttl_interval=interval, **members), clock
