"""What a trigger is told: which table it follows, what it calls, and how it tries again.

The options are those of Lambda's event source mappings. Source: facts, Lambda event source mapping.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from dynalite_py.model import limits, trigger_errors

Message: TypeAlias = dict[str, Any]
# Where the messages go that say what was given up: to a file of JSON lines, or to a function.
Destination: TypeAlias = "str | os.PathLike[str] | Callable[[Message], object] | None"
POSITIONS = ("TRIM_HORIZON", "LATEST")
_FOR_EVER = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerOptions:
    """One trigger.

    handler: called with the event, and with a context where it takes two arguments. name: under
    which its checkpoint is kept. batch_size: records at most; batch_window: seconds that it waits
    for so many. starting_position: where it begins when its name is new. filter: see
    ``event_filters``. report_batch_item_failures: what the handler returns tells which records
    failed. bisect_on_error: a batch that fails is halved. maximum_retry_attempts,
    maximum_record_age (seconds): -1 is for ever. on_failure: is told what was given up. Raises:
    TriggerError.
    """

    table: str
    handler: Callable[..., Any]
    name: str = ""
    batch_size: int = 100
    batch_window: float = 0.0
    starting_position: str = "TRIM_HORIZON"
    filter: object = None
    report_batch_item_failures: bool = False
    bisect_on_error: bool = False
    maximum_retry_attempts: int = _FOR_EVER
    maximum_record_age: int = _FOR_EVER
    on_failure: Destination = None

    def __post_init__(self) -> None:
        if not callable(self.handler):
            raise trigger_errors.not_callable(self.handler)
        object.__setattr__(self, "name", self.name or name_of(self.handler))
        if len(self.name) > limits.TRIGGER_NAME_CHARACTERS:
            raise trigger_errors.long_name(limits.TRIGGER_NAME_CHARACTERS)
        _check("batch_size", self.batch_size, 1, limits.TRIGGER_BATCH, whole=True)
        _check("batch_window", self.batch_window, 0, limits.TRIGGER_WINDOW_SECONDS)
        if self.starting_position not in POSITIONS:
            raise trigger_errors.not_one_of("starting_position", POSITIONS, self.starting_position)
        if self.maximum_retry_attempts != _FOR_EVER:
            most = limits.TRIGGER_RETRIES
            _check("maximum_retry_attempts", self.maximum_retry_attempts, 0, most, whole=True)
        if self.maximum_record_age != _FOR_EVER:
            ages = limits.TRIGGER_AGE_SECONDS
            _check("maximum_record_age", self.maximum_record_age, *ages, whole=True)


def name_of(handler: Callable[..., Any]) -> str:
    """``module:function``, or the class of an object that is called."""
    inner: Any = handler
    while isinstance(inner, functools.partial):
        inner = inner.func
    if not hasattr(inner, "__qualname__"):
        inner = type(inner)
    return f"{inner.__module__ or 'builtins'}:{inner.__qualname__}"


def _check(option: str, given: Any, low: float, high: float, *, whole: bool = False) -> None:
    kinds = (int,) if whole else (int, float)
    if isinstance(given, bool) or not isinstance(given, kinds) or not low <= given <= high:
        raise trigger_errors.out_of_range(option, low, high, given)
