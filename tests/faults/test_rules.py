"""Rules are read from plain data, and what cannot be understood is refused in words."""

from __future__ import annotations

import random
from typing import Any

import pytest

from dynalite_py.faults import rules
from dynalite_py.faults.rules import FaultsError, Latency, Rule

READ: list[tuple[dict[str, Any], Rule]] = [
    ({"fault": "throttling"}, Rule("throttling")),
    (
        {"fault": "conflict", "operation": "PutItem", "table": "Music", "probability": 0.5},
        Rule("conflict", frozenset({"PutItem"}), "Music", probability=0.5),
    ),
    (
        {"fault": "unprocessed", "times": 3, "skip": 1},
        Rule("unprocessed", frozenset({"BatchGetItem", "BatchWriteItem"}), skip=1, times=3),
    ),
    ({"latency_ms": 20}, Rule(None, latency=Latency("fixed", (20.0,)))),
    ({"latency_ms": {"uniform": [5, 50]}}, Rule(None, latency=Latency("uniform", (5.0, 50.0)))),
    ({"latency_ms": {"exponential": 9}}, Rule(None, latency=Latency("exponential", (9.0,)))),
]

REFUSED: list[tuple[object, str]] = [
    ({}, "rules are a list"),
    (["throttling"], "rule 0 is no object"),
    ([{"fault": "fire"}], "'fire' is no fault: throttling"),
    ([{"falt": "throttling"}], "rule 0 has 'falt'; a rule has fault, operation"),
    ([{"latency_ms": 1}, {}], "rule 1 does nothing"),
    ([{"fault": "throttling", "operation": 7}], "operation is a name"),
    ([{"fault": "throttling", "key": "a"}], "key is an object"),
    ([{"fault": "throttling", "table": 1}], "table is a text"),
    ([{"fault": "throttling", "probability": 1.5}], "probability is a number from 0 to 1"),
    ([{"fault": "throttling", "probability": True}], "probability is a number"),
    ([{"fault": "throttling", "times": -1}], "times is a whole number"),
    ([{"fault": "throttling", "skip": 0.5}], "skip is a whole number"),
    ([{"latency_ms": "long"}], "latency_ms is milliseconds"),
    ([{"latency_ms": {"uniform": [1]}}], "latency_ms is milliseconds"),
    ([{"latency_ms": {"gamma": [1, 2]}}], "latency_ms is milliseconds"),
    ([{"latency_ms": 1e9}], "latency_ms is milliseconds"),
    ([{"fault": "throttling"}] * 101, "101 rules, the most is 100"),
]


@pytest.mark.parametrize(("given", "rule"), READ)
def test_a_rule_is_read_as_it_says(given: dict[str, Any], rule: Rule) -> None:
    assert rules.rules_of([given]) == [rule]


@pytest.mark.parametrize(("given", "text"), REFUSED)
def test_what_is_no_rule_is_refused_in_words(given: object, text: str) -> None:
    with pytest.raises(FaultsError, match=text.replace("(", r"\(")):
        rules.rules_of(given)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"rules:", "no JSON"),
        (b"[]", 'an object with "rules"'),
        (b'{"rulez": []}', 'an object with "rules"'),
        (b'{"rules": [], "seed": "x"}', "seed is a whole number"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(text: bytes, said: str) -> None:
    with pytest.raises(FaultsError, match=said):
        rules.of_file(text)


def test_a_file_has_rules_and_a_seed() -> None:
    found, seed = rules.of_file(b'{"seed": 7, "rules": [{"fault": "unavailable"}]}')
    assert (found, seed) == ([Rule("unavailable")], 7)


@pytest.mark.parametrize(
    ("latency", "mean"),
    [
        (Latency("fixed", (20.0,)), 20),
        (Latency("uniform", (10.0, 30.0)), 20),
        (Latency("normal", (20.0, 3.0)), 20),
        (Latency("exponential", (20.0,)), 20),
        (Latency("exponential", (0.0,)), 0),
    ],
)
def test_latencies_have_the_mean_that_they_say(latency: Latency, mean: float) -> None:
    source = random.Random(1)
    drawn = [latency.drawn(source) * 1000 for _ in range(4000)]
    assert sum(drawn) / len(drawn) == pytest.approx(mean, rel=0.1)


def test_half_of_lognormal_latencies_are_below_their_median() -> None:
    source = random.Random(1)
    latency = Latency("lognormal", (20.0, 0.5))
    below = sum(latency.drawn(source) < 0.020 for _ in range(4000))
    assert below == pytest.approx(2000, rel=0.1)


def test_no_latency_is_longer_than_the_longest() -> None:
    source = random.Random(1)
    assert Latency("normal", (60_000.0, 60_000.0)).drawn(source) >= 0
    drawn = [Latency("exponential", (60_000.0,)).drawn(source) for _ in range(200)]
    assert max(drawn) == rules.LONGEST_LATENCY_MS / 1000
