"""Random conditions on keys: whatever way a SELECT goes, it finds the items that Python finds, each
once, those of one partition in the order of the sort key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.differential.build import attributes, index, table

Item: TypeAlias = dict[str, Any]
_PARTITIONS, _SORTS = ("p", "q", "r"), range(-2, 4)
HELD = [
    {"p": partition, "s": sort, "n": (sort * 7 + place) % 3, "g": "xy"[sort % 2]}
    for place, partition in enumerate(_PARTITIONS)
    for sort in _SORTS
]


@dataclass(frozen=True, slots=True)
class Condition:
    """A text and what it means."""

    text: str
    holds: Callable[[Item], bool]


def _equal(name: str, wanted: Any) -> Condition:
    shown = f"'{wanted}'" if isinstance(wanted, str) else str(wanted)
    return Condition(f"{name} = {shown}", lambda item: item[name] == wanted)


def _member(name: str, wanted: list[Any]) -> Condition:
    return Condition(f"{name} IN {wanted}", lambda item: item[name] in wanted)


_TESTS: dict[str, Callable[[int, int], bool]] = {
    "=": lambda left, right: left == right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _compared(operator: str, bound: int) -> Condition:
    return Condition(f"s {operator} {bound}", lambda item: _TESTS[operator](item["s"], bound))


def _between(low: int, more: int) -> Condition:
    return Condition(
        f"s BETWEEN {low} AND {low + more}", lambda item: low <= item["s"] <= low + more
    )


def _both(one: Condition, other: Condition) -> Condition:
    return Condition(
        f"({one.text}) AND ({other.text})", lambda item: one.holds(item) and other.holds(item)
    )


def _either(one: Condition, other: Condition) -> Condition:
    return Condition(
        f"({one.text}) OR ({other.text})", lambda item: one.holds(item) or other.holds(item)
    )


def _negated(one: Condition) -> Condition:
    return Condition(f"NOT ({one.text})", lambda item: not one.holds(item))


_BOUNDS = st.integers(-3, 4)
_OF_HASH = st.one_of(
    st.builds(_equal, st.just("p"), st.sampled_from(_PARTITIONS)),
    st.builds(
        _member, st.just("p"), st.lists(st.sampled_from(_PARTITIONS), min_size=1, max_size=3)
    ),
)
_OF_SORT = st.one_of(
    st.builds(_compared, st.sampled_from(("=", "=", "<", "<=", ">", ">=")), _BOUNDS),
    st.builds(_between, _BOUNDS, st.integers(0, 3)),
    st.builds(_member, st.just("s"), st.lists(_BOUNDS, min_size=1, max_size=3)),
)
_OTHER = st.builds(_equal, st.just("n"), st.integers(0, 2))


def _of_one_key(of_hash: Condition, rest: list[Condition]) -> Condition:
    found = of_hash
    for each in rest:
        found = _both(found, each)
    return found


# What reads of keys are made of, and anything else.
KEYED = st.recursive(
    st.builds(_of_one_key, _OF_HASH, st.lists(st.one_of(_OF_SORT, _OF_SORT, _OTHER), max_size=2)),
    lambda inner: st.one_of(
        st.builds(_either, inner, inner), st.builds(_both, inner, st.one_of(_OF_SORT, _OTHER))
    ),
    max_leaves=6,
)
ANY = st.recursive(
    st.one_of(_OF_HASH, _OF_SORT, _OTHER),
    lambda inner: st.one_of(
        st.builds(_either, inner, inner), st.builds(_both, inner, inner), st.builds(_negated, inner)
    ),
    max_leaves=8,
)
SETTINGS = settings(
    max_examples=300,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    """A table of eighteen items."""
    engine = Engine.open(":memory:")
    made = table(
        "keyed", "p:S", "s:N", others="g:S", GlobalSecondaryIndexes=[index("by_g", "g", "s")]
    )
    engine.perform("CreateTable", made.request, Caller())
    for item in HELD:
        engine.perform("PutItem", {"TableName": "keyed", "Item": attributes(item)}, Caller())
    yield engine
    engine.close()


def _all(engine: Engine, text: str, limit: int | None) -> list[tuple[str, int]]:
    """The keys of all pages."""
    found: list[tuple[str, int]] = []
    request: dict[str, Any] = {"Statement": text} | ({"Limit": limit} if limit else {})
    for _ in range(4 * len(HELD)):
        page = codec.decode(engine.perform("ExecuteStatement", request, Caller()))
        found += [(item["p"]["S"], int(item["s"]["N"])) for item in page["Items"]]
        if "NextToken" not in page:
            return found
        request["NextToken"] = page["NextToken"]
    raise AssertionError("pages without an end")


@SETTINGS
@given(condition=KEYED | ANY, limit=st.sampled_from((None, 1, 2, 7)))
def test_a_condition_on_keys_finds_what_python_finds(
    engine: Engine, condition: Condition, limit: int | None
) -> None:
    found = _all(engine, f"SELECT * FROM keyed WHERE {condition.text}", limit)
    wanted = [(item["p"], item["s"]) for item in HELD if condition.holds(item)]
    assert sorted(found) == sorted(wanted)
    for partition in _PARTITIONS:
        of_one = [sort for name, sort in found if name == partition]
        assert of_one == sorted(of_one)


@SETTINGS
@given(condition=KEYED, limit=st.sampled_from((None, 1, 3)), down=st.booleans(), sort=st.booleans())
def test_reads_of_keys_are_no_scans_and_come_as_ordered(
    engine: Engine, condition: Condition, limit: int | None, down: bool, sort: bool
) -> None:
    word = "DESC" if down else "ASC"
    text = f"SELECT * FROM keyed WHERE {condition.text} ORDER BY p {word}"
    if sort:
        text += f", s {word}"
    plan = engine.explain("ExecuteStatement", {"Statement": text}, Caller(), analyze=True)
    assert plan.operation != "Scan"
    found = _all(engine, text, limit)
    assert plan.measured is not None
    assert plan.measured.returned == len(found)
    wanted = sorted((item["p"], item["s"]) for item in HELD if condition.holds(item))
    if sort and down:
        wanted.reverse()
    elif down:
        wanted.sort(key=lambda key: key[0], reverse=True)
    assert found == wanted
