"""Resource-based policies as documents."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.model import codec
from dynalite_py.security import policies
from tests.facts.resource_policies import ALLOWED, DENIED, FRIEND, GOVERNED, policy, statement

UPDATE = "dynamodb:PutResourcePolicy"
ROOT = "arn:aws:iam::000000000000:root"
IF_SECURE = {"Bool": {"aws:SecureTransport": "false"}}


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": FRIEND},
        {"AWS": ["123456789012", "arn:aws-cn:iam::123456789012:user/path/name"]},
        {"AWS": "arn:aws:sts::123456789012:assumed-role/role/session"},
        {"Service": "replication.dynamodb.amazonaws.com"},
        {"Federated": "cognito-identity.amazonaws.com", "CanonicalUser": "79a5"},
    ],
)
def test_principals_of_every_kind_are_taken(principal: dict[str, Any]) -> None:
    document = policies.checked(policy(statement(Principal=principal)))
    assert policies.statements(document)


@pytest.mark.parametrize(
    "members",
    [
        {"Effect": "Deny", "Principal": "*"},
        {"Principal": "*", "Condition": IF_SECURE},
        {"Principal": None, "NotPrincipal": {"AWS": FRIEND}, "Effect": "Deny"},
        {"Action": None, "NotAction": "dynamodb:PutItem", "Sid": "rest"},
        {"Resource": None, "NotResource": [GOVERNED]},
        {"Condition": {"NumericLessThan": {"a": 1}, "Bool": {"b": [True, False], "c": 1.5}}},
    ],
)
def test_statements_of_every_kind_are_taken(members: dict[str, Any]) -> None:
    assert policies.checked(policy(statement(**members)))


def test_a_statement_needs_no_list() -> None:
    document = policies.checked(codec.text({"Statement": ALLOWED}))
    assert document == {"Version": "2008-10-17", "Statement": ALLOWED}
    assert policies.statements(document) == [ALLOWED]


def denies(**members: Any) -> bool:
    document = policies.checked(policy(ALLOWED, DENIED | members))
    return policies.denies(document, "000000000000", UPDATE, GOVERNED)


@pytest.mark.parametrize(
    "members",
    [
        {"Principal": {"AWS": FRIEND}},
        {"Principal": {"AWS": "arn:aws:iam::000000000000:user/root"}},
        {"Principal": {"Service": "lambda.amazonaws.com"}},
        {"Effect": "Allow", "Condition": IF_SECURE},
        {"Condition": IF_SECURE},
        {"Action": ["dynamodb:Get*", "dynamodb:DeleteResourcePolicy"]},
        {"Resource": GOVERNED + "/index/*"},
    ],
)
def test_what_leaves_the_owner_its_policy_denies_nothing(members: dict[str, Any]) -> None:
    assert denies()
    assert not denies(**members)


def test_what_is_excepted_is_not_denied() -> None:
    without = {"Principal", "Action", "Resource"}
    rest = {name: value for name, value in DENIED.items() if name not in without}

    def excepting(principal: str, action: str, resource: str) -> bool:
        given = rest | {
            "NotPrincipal": {"AWS": principal},
            "NotAction": action,
            "NotResource": resource,
        }
        return policies.denies(policies.checked(policy(given)), "000000000000", UPDATE, GOVERNED)

    assert excepting(FRIEND, "dynamodb:GetItem", GOVERNED + "/index/*")
    assert not excepting(ROOT, "dynamodb:GetItem", GOVERNED + "/index/*")
    assert not excepting(FRIEND, "dynamodb:*", GOVERNED + "/index/*")
    assert not excepting(FRIEND, "dynamodb:GetItem", "*")


@given(st.text("ab*?", max_size=12), st.text("ab", max_size=12))
def test_wildcards_mean_what_the_same_regular_expression_means(pattern: str, text: str) -> None:
    expression = pattern.replace("?", ".").replace("*", ".*")
    assert policies.fits(pattern, text) is (re.fullmatch(expression, text) is not None)


def test_a_revision_is_later_than_every_earlier_one() -> None:
    assert policies.revision(1.5) == "1500"
    assert policies.revision(1.5, "1499") == "1500"
    assert policies.revision(1.5, "1500") == "1501"
