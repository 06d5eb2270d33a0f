"""Faults that a store's requests meet, for as long as they are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any

from dynalite_py.doors.library import exceptions
from dynalite_py.engine import Engine
from dynalite_py.faults.laid import Faults
from dynalite_py.faults.rules import FaultsError, rules_of


class LaidFaults:
    """Rules at work on a store; a context manager that ends them."""

    def __init__(self, engine: Engine, rules: Sequence[Mapping[str, Any]], seed: int) -> None:
        try:
            self._faults = Faults(rules_of(rules), seed=seed)
        except FaultsError as fault:
            raise exceptions.ParamValidationError(f"faults: {fault}") from None
        self._engine = engine
        engine.lay_faults(self._faults)

    @property
    def counts(self) -> list[int]:
        """How often each rule struck, in the order in which the rules were given."""
        return list(self._faults.counts)

    def stop(self) -> None:
        """No request meets them any more; those that are held up go on at once."""
        if self._engine.faults is self._faults:
            self._engine.lay_faults(None)

    def __enter__(self) -> LaidFaults:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
