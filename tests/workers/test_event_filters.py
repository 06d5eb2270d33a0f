"""Event filters: which records a pattern wants, and what is no pattern."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.model import codec, limits
from dynalite_py.model.trigger_errors import TriggerError
from dynalite_py.workers import event_filters

RECORD: dict[str, Any] = {
    "eventName": "MODIFY",
    "eventSource": "aws:dynamodb",
    "flag": True,
    "nothing": None,
    "empty": "",
    "dynamodb": {
        "ApproximateCreationDateTime": 1_700_000_000,
        "SizeBytes": 120,
        "Keys": {"pk": {"S": "order#1"}},
        "NewImage": {
            "pk": {"S": "order#1"},
            "state": {"S": "Paid"},
            "total": {"N": "17"},
            "tags": {"SS": ["new", "vip"]},
            "lines": {"L": [{"M": {"sku": {"S": "a"}}}, {"M": {"sku": {"S": "b"}}}]},
            "gone": {"NULL": True},
        },
    },
}
TTL = {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}


def image(**members: Any) -> dict[str, Any]:
    return {"dynamodb": {"NewImage": members}}


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["MODIFY"]},
        {"eventName": ["INSERT", "MODIFY"]},
        {"eventName": ["MODIFY"], "eventSource": ["aws:dynamodb"]},
        image(state={"S": ["Paid"]}),
        image(state={"S": [{"prefix": "Pa"}]}),
        image(state={"S": [{"prefix": {"equals-ignore-case": "PA"}}]}),
        image(state={"S": [{"suffix": "id"}]}),
        image(state={"S": [{"suffix": {"equals-ignore-case": "ID"}}]}),
        image(state={"S": [{"equals-ignore-case": "PAID"}]}),
        image(state={"S": [{"anything-but": ["New", "Old"]}]}),
        image(state={"S": [{"anything-but": "New"}]}),
        image(state={"S": [{"anything-but": {"prefix": "New"}}]}),
        image(state={"S": [{"anything-but": {"suffix": ["x", "y"]}}]}),
        image(state={"S": ["New", {"prefix": "P"}]}),
        image(total={"N": ["17"]}),
        image(tags={"SS": ["vip"]}),
        image(lines={"L": {"M": {"sku": {"S": ["b"]}}}}),
        image(gone={"NULL": [True]}),
        image(total={"S": [{"exists": False}]}),
        image(absent={"S": [{"exists": False}]}),
        image(total={"N": [{"exists": True}]}),
        image(total=[{"exists": False}]),  # Only what has a value is there.
        {"dynamodb": {"SizeBytes": [120]}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 100]}]}},
        {"dynamodb": {"SizeBytes": [{"numeric": [">", 100, "<=", 120]}]}},
        {"dynamodb": {"SizeBytes": [{"numeric": ["=", 120.0]}]}},
        {"dynamodb": {"OldImage": {"pk": {"S": [{"exists": False}]}}}},
        {"nothing": [None]},
        {"empty": [""]},
        {"flag": [True]},
        {"$or": [{"eventName": ["INSERT"]}, {"flag": [True]}]},
        {"eventName": ["MODIFY"], "dynamodb": {"$or": [{"SizeBytes": [1]}, {"SizeBytes": [120]}]}},
    ],
    ids=codec.text,
)
def test_a_pattern_holds(pattern: dict[str, Any]) -> None:
    matches = event_filters.compiled(pattern)
    assert matches is not None
    assert matches(RECORD)
    assert event_filters.compiled(codec.text(pattern)) is not None


@pytest.mark.parametrize(
    "pattern",
    [
        {"eventName": ["INSERT"]},
        {"eventName": ["MODIFY"], "eventSource": ["aws:s3"]},
        {"eventName": ["modify"]},
        image(state={"S": [{"prefix": "pa"}]}),
        image(state={"S": [{"suffix": "x"}]}),
        image(state={"S": [{"anything-but": ["Paid"]}]}),
        image(state={"S": [{"anything-but": {"prefix": "P"}}]}),
        image(state={"S": [{"equals-ignore-case": "payed"}]}),
        image(total={"N": [17]}),
        image(total={"N": [{"numeric": ["=", 17]}]}),
        image(tags={"SS": ["old"]}),
        image(lines={"L": {"M": {"sku": {"S": ["c"]}}}}),
        image(absent={"S": ["x"]}),
        image(absent={"S": [{"exists": True}]}),
        image(absent={"S": [None]}),
        image(absent={"S": [{"anything-but": "x"}]}),
        image(total={"N": [{"exists": False}]}),
        image(total=[{"exists": True}]),
        {"dynamodb": {"SizeBytes": ["120"]}},
        {"dynamodb": {"SizeBytes": [{"numeric": ["<", 120]}]}},
        {"dynamodb": {"SizeBytes": [{"prefix": "1"}]}},
        {"flag": [1]},
        {"flag": [{"numeric": ["=", 1]}]},
        {"empty": [None]},
        {"nothing": [""]},
        {"nothing": [{"prefix": ""}]},
        {"userIdentity": TTL},
        {"$or": [{"eventName": ["INSERT"]}, {"flag": [False]}]},
    ],
    ids=codec.text,
)
def test_a_pattern_does_not_hold(pattern: dict[str, Any]) -> None:
    matches = event_filters.compiled(pattern)
    assert matches is not None
    assert not matches(RECORD)


def test_deletions_of_time_to_live_are_told_by_their_identity() -> None:
    matches = event_filters.compiled({"eventName": ["REMOVE"], "userIdentity": TTL})
    assert matches is not None
    identity = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    assert matches({"eventName": "REMOVE", "userIdentity": identity})
    assert not matches({"eventName": "REMOVE"})


@pytest.mark.parametrize(
    "criteria",
    [
        [{"eventName": ["INSERT"]}, {"eventName": ["MODIFY"]}],
        ['{"eventName":["INSERT"]}', '{"eventName":["MODIFY"]}'],
        {"Filters": [{"Pattern": '{"eventName":["REMOVE","MODIFY"]}'}]},
        '{"Filters":[{"Pattern":"{\\"eventName\\":[\\"MODIFY\\"]}"}]}',
    ],
)
def test_of_several_patterns_one_must_hold(criteria: object) -> None:
    matches = event_filters.compiled(criteria)
    assert matches is not None
    assert matches(RECORD)
    assert not matches({"eventName": "OTHER"})


@pytest.mark.parametrize("criteria", [None, [], {"Filters": []}])
def test_without_a_pattern_everything_is_wanted(criteria: object) -> None:
    assert event_filters.compiled(criteria) is None


def deep(levels: int) -> Any:
    pattern: Any = {"a": ["x"]}
    for _ in range(levels - 1):
        pattern = {"a": pattern}
    return pattern


NO_PATTERNS: list[tuple[Any, str]] = [
    (5, "a pattern is an object"),
    ("{", "a pattern is no JSON"),
    ([[]], "a pattern is an object"),
    ({}, "the pattern is empty"),
    ({"a": {}}, "a is empty"),
    ({"a": []}, "a is empty"),
    ({"a": "x"}, "a must be an object or a list"),
    ({"a": [["x"]]}, "an alternative of a must be"),
    ({"a": [{}]}, "an alternative of a must be"),
    ({"a": [{"prefix": "x", "suffix": "y"}]}, "an alternative of a must be"),
    ({"a": [{"wildcard": "*"}]}, "a has an unknown rule 'wildcard'"),
    ({"a": [{"prefix": 1}]}, "prefix of a takes a text"),
    ({"a": [{"suffix": None}]}, "suffix of a takes a text"),
    ({"a": [{"equals-ignore-case": 1}]}, "equals-ignore-case of a takes a text"),
    ({"a": [{"exists": "yes"}]}, "exists of a takes true or false"),
    ({"a": [{"anything-but": []}]}, "anything-but of a takes"),
    ({"a": [{"anything-but": {"numeric": ["=", 1]}}]}, "anything-but of a takes"),
    ({"a": [{"numeric": []}]}, "numeric of a takes"),
    ({"a": [{"numeric": ["=", "1"]}]}, "numeric of a takes"),
    ({"a": [{"numeric": ["~", 1]}]}, "numeric of a takes"),
    ({"a": [{"numeric": [">", 1, "<"]}]}, "numeric of a takes"),
    ({"a": [{"numeric": [[], 1]}]}, "numeric of a takes"),
    ({"$or": {}}, "$or of the pattern takes a list"),
    ({"$or": []}, "$or of the pattern takes a list"),
    ({"$or": [1]}, "$or of the pattern takes a list"),
    ({"Filters": 1}, "Filters must be"),
    ({"Filters": [{}]}, "a filter has no Pattern"),
    ({"a": [object()]}, "a pattern is no JSON"),
    ([{"a": ["x"]}] * (limits.EVENT_FILTERS + 1), "it has more than 10 patterns"),
    ({"a": ["x" * limits.EVENT_FILTER_CHARACTERS]}, "has more than 4,096 characters"),
    (deep(limits.EVENT_FILTER_DEPTH + 1), "nested more than 40 deep"),
]


@pytest.mark.parametrize(("criteria", "reason"), NO_PATTERNS)
def test_what_is_no_pattern_is_refused(criteria: object, reason: str) -> None:
    with pytest.raises(TriggerError) as refusal:
        event_filters.compiled(criteria)
    assert str(refusal.value).startswith("this is no event filter: ")
    assert reason in str(refusal.value)


def test_the_deepest_pattern_is_taken() -> None:
    assert event_filters.compiled(deep(limits.EVENT_FILTER_DEPTH)) is not None
