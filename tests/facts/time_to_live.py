"""What UpdateTimeToLive and DescribeTimeToLive refuse, in the service's words.

Source: facts, TTL. The table of ``TABLES`` has a time to live by ``expires``; the one of
``table_changes`` has none.
"""

from __future__ import annotations

from typing import Any

from tests.facts.fact import Fact, refused
from tests.facts.tables import DETECTED, NOT_NULL, UNKNOWN_TABLE, definitions, keys

TABLES: list[dict[str, Any]] = [
    {
        "TableName": "expiring",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
]


def switch(table: str, *, on: bool = True, attribute: str = "expires") -> dict[str, Any]:
    """A request of UpdateTimeToLive."""
    given = {"Enabled": on, "AttributeName": attribute}
    return {"TableName": table, "TimeToLiveSpecification": given}


SWITCHED_ON = switch("expiring")
LATELY = "Time to live has been modified multiple times within a fixed interval"
OTHER = "TimeToLive is active on a different AttributeName: current AttributeName is expires"


def _given(**members: Any) -> dict[str, Any]:
    return {"TableName": "demand", "TimeToLiveSpecification": members}


_NAME = "at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have"
FACTS: list[Fact] = [
    Fact(
        "DescribeTimeToLive of a missing table",
        "DescribeTimeToLive",
        {"TableName": "nowhere"},
        "ResourceNotFoundException",
        UNKNOWN_TABLE,
    ),
    Fact(
        "UpdateTimeToLive of a missing table",
        "UpdateTimeToLive",
        switch("nowhere"),
        "ResourceNotFoundException",
        UNKNOWN_TABLE,
    ),
    refused(
        "time to live is switched off where it is off",
        "UpdateTimeToLive",
        switch("demand", on=False),
        "TimeToLive is already disabled",
    ),
    refused(
        "time to live is switched on where it is on",
        "UpdateTimeToLive",
        SWITCHED_ON,
        "TimeToLive is already enabled",
    ),
    refused(
        "time to live is switched on by another attribute",
        "UpdateTimeToLive",
        switch("expiring", attribute="until"),
        OTHER,
    ),
    refused(
        "time to live is switched off by another attribute",
        "UpdateTimeToLive",
        switch("expiring", on=False, attribute="until"),
        OTHER,
    ),
    refused(
        "time to live without a specification",
        "UpdateTimeToLive",
        {"TableName": "demand"},
        f"{DETECTED}Value null at 'timeToLiveSpecification' {NOT_NULL}",
    ),
    refused(
        "time to live without an attribute",
        "UpdateTimeToLive",
        _given(Enabled=True),
        f"{DETECTED}Value null at 'timeToLiveSpecification.attributeName' {NOT_NULL}",
    ),
    refused(
        "time to live without a word on whether it is on",
        "UpdateTimeToLive",
        _given(AttributeName="expires"),
        f"{DETECTED}Value null at 'timeToLiveSpecification.enabled' {NOT_NULL}",
    ),
    refused(
        "time to live by an attribute without a name",
        "UpdateTimeToLive",
        switch("demand", attribute=""),
        f"{DETECTED}Value '' {_NAME} length greater than or equal to 1",
    ),
    refused(
        "time to live by an attribute with a long name",
        "UpdateTimeToLive",
        switch("demand", attribute="a" * 256),
        f"{DETECTED}Value '{'a' * 256}' {_NAME} length less than or equal to 255",
    ),
]
