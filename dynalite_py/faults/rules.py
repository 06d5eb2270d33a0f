"""Rules: which requests meet which fault, how often. Read from plain data, as files have it."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, cast

from dynalite_py.faults.elements import UNPROCESSED, Element, Request
from dynalite_py.model import codec

FAULTS: Final = (
    "throttling",
    "on-demand-throttling",
    "account-throttling",
    "conflict",
    "unprocessed",
    "internal-error",
    "unavailable",
    "lost-answer",
)
LONGEST_LATENCY_MS: Final = 60_000.0
MOST_RULES: Final = 100
READS = frozenset({"GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"})
_OF_LATENCY: Final = {"fixed": 1, "uniform": 2, "normal": 2, "lognormal": 2, "exponential": 1}
THROTTLING = frozenset({"throttling", "on-demand-throttling", "account-throttling", "unprocessed"})


class FaultsError(ValueError):
    """Rules that cannot be understood; the text says which, and why."""


class Latency(NamedTuple):
    """How long a request is held up, in milliseconds. kind: ``fixed`` or a distribution's name."""

    kind: str
    numbers: tuple[float, ...]

    def drawn(self, source: random.Random) -> float:
        """One duration, in seconds."""
        first = self.numbers[0]
        match self.kind:
            case "uniform":
                drawn = source.uniform(first, self.numbers[1])
            case "normal":
                drawn = source.gauss(first, self.numbers[1])
            case "lognormal":  # its median and the sigma of its logarithm
                drawn = first * source.lognormvariate(0, self.numbers[1])
            case "exponential":
                drawn = source.expovariate(1 / first) if first else 0.0
            case _:
                drawn = first
        return min(max(drawn, 0.0), LONGEST_LATENCY_MS) / 1000


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. Its members are those of a rule of a file.

    fault: one of FAULTS; None: only latency. operations, table, index, key: which requests, any
    where they are empty or None. probability: of each request that fits, of each element for
    ``unprocessed``. skip: so many that fit pass first; times: so many meet the fault at most.
    """

    fault: str | None
    operations: frozenset[str] = frozenset()
    table: str | None = None
    index: str | None = None
    key: Mapping[str, Any] | None = None
    probability: float = 1.0
    skip: int = 0
    times: int | None = None
    latency: Latency | None = None

    def fits(self, operation: str, request: Request, element: Element) -> bool:
        """Whether the rule is about this element of a request."""
        if self.operations and operation not in self.operations:
            return False
        if self.table is not None and element.table != self.table:
            return False
        if self.index is not None and request.get("IndexName", self.index) != self.index:
            return False
        if self.index is not None and "IndexName" not in request and operation in READS:
            return False  # Only a write reaches an index that is not named.
        return self.key is None or all(
            element.item.get(name) == value for name, value in self.key.items()
        )


def rules_of(given: object) -> list[Rule]:
    """Rules from plain data: a list of objects, as in a file. Raises: FaultsError."""
    if not isinstance(given, list | tuple):
        raise FaultsError("rules are a list of objects")
    listed = cast("Sequence[object]", given)
    if len(listed) > MOST_RULES:
        raise FaultsError(f"there are {len(listed)} rules, the most is {MOST_RULES}")
    return [_rule(at, each) for at, each in enumerate(listed)]


def of_file(text: bytes) -> tuple[list[Rule], int]:
    """The rules and the seed of a file: {"seed": 7, "rules": [...]}. Raises: FaultsError."""
    try:
        given: Any = codec.decode(text)
    except ValueError as failure:
        raise FaultsError(f"it is no JSON: {failure}") from None
    if not isinstance(given, dict) or given.keys() - {"seed", "rules"}:
        raise FaultsError('it is an object with "rules" and, if need be, "seed"')
    members = cast("dict[str, Any]", given)
    seed = members.get("seed", 0)
    if type(seed) is not int:
        raise FaultsError("seed is a whole number")
    return rules_of(members.get("rules", [])), seed


_MEMBERS: Final = (
    *("fault", "operation", "table", "index", "key"),
    *("probability", "skip", "times", "latency_ms"),
)


def _rule(at: int, data: object) -> Rule:
    if not isinstance(data, Mapping):
        raise FaultsError(f"rule {at} is no object")
    given = cast("Mapping[str, Any]", data)
    for name in given:
        if name not in _MEMBERS:
            raise FaultsError(f"rule {at} has {name!r:.100}; a rule has {', '.join(_MEMBERS)}")
    fault: str | None = given.get("fault")
    if fault is not None and fault not in FAULTS:
        raise FaultsError(f"rule {at}: {fault!r:.100} is no fault: {', '.join(FAULTS)}")
    latency = _latency(at, given.get("latency_ms"))
    if fault is None and latency is None:
        raise FaultsError(f'rule {at} does nothing: it has neither "fault" nor "latency_ms"')
    times = None if given.get("times") is None else _whole(at, given, "times")
    return Rule(
        fault,
        _operations(at, fault, given.get("operation", ())),
        _text(at, given, "table"),
        _text(at, given, "index"),
        _key(at, given.get("key")),
        _probability(at, given.get("probability", 1.0)),
        _whole(at, given, "skip"),
        times,
        latency,
    )


def _operations(at: int, fault: str | None, given: Any) -> frozenset[str]:
    named: Any = [given] if isinstance(given, str) else given
    if not isinstance(named, list | tuple) or not all(isinstance(each, str) for each in named):
        raise FaultsError(f"rule {at}: operation is a name, or a list of names")
    if fault == "unprocessed" and not named:
        return frozenset(UNPROCESSED)
    return frozenset(cast("Sequence[str]", named))


def _key(at: int, given: Any) -> Mapping[str, Any] | None:
    if given is not None and not isinstance(given, Mapping):
        raise FaultsError(f'rule {at}: key is an object such as {{"pk": {{"S": "a"}}}}')
    return cast("Mapping[str, Any] | None", given)


def _text(at: int, given: Mapping[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise FaultsError(f"rule {at}: {name} is a text")
    return value


def _whole(at: int, given: Mapping[str, Any], name: str) -> int:
    value = given.get(name, 0)
    if type(value) is not int or value < 0:
        raise FaultsError(f"rule {at}: {name} is a whole number from 0")
    return value


def _probability(at: int, value: Any) -> float:
    if not _is_number(value) or not 0 <= value <= 1:
        raise FaultsError(f"rule {at}: probability is a number from 0 to 1")
    return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _latency(at: int, given: Any) -> Latency | None:
    """Milliseconds: a number, or a distribution as {"uniform": [5, 50]}."""
    if given is None:
        return None
    kind, listed = "fixed", given
    if isinstance(given, Mapping) and len(cast("Mapping[str, Any]", given)) == 1:
        [(kind, listed)] = cast("Mapping[str, Any]", given).items()
    several = isinstance(listed, list | tuple)
    numbers = list(cast("Sequence[Any]", listed)) if several else [listed]
    right = all(_is_number(each) and 0 <= each <= LONGEST_LATENCY_MS for each in numbers)
    if not right or len(numbers) != _OF_LATENCY.get(kind):
        raise FaultsError(
            f"rule {at}: latency_ms is milliseconds, up to {LONGEST_LATENCY_MS:g}, or one of "
            '{"uniform": [least, most]}, {"normal": [mean, deviation]}, '
            '{"lognormal": [median, sigma]}, {"exponential": mean}'
        )
    return Latency(kind, tuple(map(float, numbers)))
