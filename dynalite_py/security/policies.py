"""Resource-based policies as documents: which texts are one, and the form in which one is kept.

Nothing here decides whether a request is allowed. Source: facts, Resource-based policies; IAM's
published grammar of policies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias, cast

from dynalite_py.model import codec, feature_errors, limits, quota_errors

Document: TypeAlias = dict[str, Any]
Statement: TypeAlias = dict[str, Any]

_VERSIONS = ("2008-10-17", "2012-10-17")
_MEMBERS = frozenset({"Version", "Id", "Statement"})
_EITHER = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_STATEMENT = frozenset({"Sid", "Effect", "Condition", *(name for pair in _EITHER for name in pair)})
_PRINCIPALS = frozenset({"AWS", "CanonicalUser", "Federated", "Service"})
_EVERYBODY = "*"
_IDENTITY = re.compile(
    r"[0-9]{12}|\*|"
    r"arn:[a-z0-9-]+:(iam|sts)::[0-9]{12}:(root|(user|role|assumed-role|federated-user)/.+)"
)


def checked(text: str) -> Document:
    """The document that a text is, in the form in which it is kept. Raises: DynamoDBError."""
    if len(text.encode()) > limits.RESOURCE_POLICY_BYTES:
        raise quota_errors.policy_too_large(limits.RESOURCE_POLICY_BYTES)
    try:
        given: Any = codec.decode(text)
    except codec.NotJsonError:
        raise feature_errors.invalid_policy("The document is not valid JSON.") from None
    document = _document(given)
    if any(_is_public(statement) for statement in statements(document)):
        raise feature_errors.public_policy()
    return _canonical(document)


def revision(now: float, previous: str = "0") -> str:
    """What tells one state of a policy from every earlier one: milliseconds, as text."""
    return str(max(round(now * 1000), int(previous) + 1))


def statements(document: Document) -> list[Statement]:
    """The statements of a document, which may have one without a list."""
    given = document["Statement"]
    return given if isinstance(given, list) else [given]


def denies(document: Document, account: str, action: str, resource: str) -> bool:
    """Whether a document forbids an account's owner an action on a resource, under any conditions.

    A statement with a condition does not: when it holds is not known beforehand.
    """
    return any(
        statement["Effect"] == "Deny"
        and "Condition" not in statement
        and _names_owner(statement, account) is ("Principal" in statement)
        and _matches(statement, "Action", action.lower(), lower=True)
        and _matches(statement, "Resource", resource)
        for statement in statements(document)
    )


# The grammar.


def _document(given: Any) -> Document:
    """Raises: DynamoDBError for a JSON value that is no policy."""
    if type(given) is not dict:
        raise feature_errors.invalid_policy("The document must be a JSON object.")
    document = cast("Document", given)
    _check_members(document, _MEMBERS)
    if document.get("Version", _VERSIONS[0]) not in _VERSIONS:
        raise feature_errors.invalid_policy(f"Version must be one of {', '.join(_VERSIONS)}.")
    if type(document.get("Id", "")) is not str:
        raise feature_errors.invalid_policy("Id must be a string.")
    if not document.get("Statement"):
        raise feature_errors.invalid_policy("There must be a Statement.")
    for statement in cast("list[Any]", statements(document)):
        if type(statement) is not dict:
            raise feature_errors.invalid_policy("A Statement must be a JSON object.")
        _check_statement(cast("Statement", statement))
    return document


def _check_members(given: dict[str, Any], known: frozenset[str]) -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise feature_errors.invalid_policy(f"Unknown member {unknown[0]}.")


def _check_statement(statement: Statement) -> None:
    _check_members(statement, _STATEMENT)
    if type(statement.get("Sid", "")) is not str:
        raise feature_errors.invalid_policy("Sid must be a string.")
    if statement.get("Effect") not in ("Allow", "Deny"):
        raise feature_errors.invalid_policy("Effect must be Allow or Deny.")
    for one, other in _EITHER:
        if (one in statement) is (other in statement):
            raise feature_errors.invalid_policy(f"There must be one of {one} and {other}.")
    for name in ("Action", "NotAction", "Resource", "NotResource"):
        if name in statement and not _are_texts(statement[name]):
            raise feature_errors.invalid_policy(f"{name} must be a string or a list of strings.")
    _check_principal(statement.get("Principal", statement.get("NotPrincipal")))
    _check_condition(statement.get("Condition", {}))


def _are_texts(given: Any) -> bool:
    """Whether a value is a text or a list of at least one."""
    if type(given) is str:
        return given != ""
    return (
        type(given) is list
        and given != []
        and all(type(each) is str and each != "" for each in cast("list[Any]", given))
    )


def _check_principal(given: Any) -> None:
    if given == _EVERYBODY:
        return
    if type(given) is not dict or not given:
        raise feature_errors.invalid_principal()
    principals = cast("dict[str, Any]", given)
    if not principals.keys() <= _PRINCIPALS or not all(map(_are_texts, principals.values())):
        raise feature_errors.invalid_principal()
    if any(_IDENTITY.fullmatch(name) is None for name in _texts(principals.get("AWS", []))):
        raise feature_errors.invalid_principal()


def _check_condition(given: Any) -> None:
    """Operators, keys and values: {"StringEquals": {"aws:PrincipalOrgID": ["o-1"]}}."""
    if type(given) is not dict:
        raise feature_errors.invalid_policy("Condition must be a JSON object.")
    for keys in cast("dict[str, Any]", given).values():
        if type(keys) is not dict:
            raise feature_errors.invalid_policy("An operator of a Condition must have keys.")
        for values in cast("dict[str, Any]", keys).values():
            given_values = cast("list[Any]", values) if type(values) is list else [values]
            if any(type(value) not in (str, bool, int, float) for value in given_values):
                raise feature_errors.invalid_policy("A Condition must compare with plain values.")


def _texts(given: Any) -> list[str]:
    return [given] if isinstance(given, str) else given


# What a document says.


def _canonical(document: Document) -> Document:
    """Version filled in, and a text where there was a list of one."""
    kept = {"Version": _VERSIONS[0], **document}
    return {name: _without_lists_of_one(value) for name, value in kept.items()}


def _without_lists_of_one(value: Any) -> Any:
    match value:
        case dict():
            members = cast("dict[str, Any]", value)
            return {name: _without_lists_of_one(member) for name, member in members.items()}
        case [str() as text]:
            return text
        case list():
            return [_without_lists_of_one(element) for element in cast("list[Any]", value)]
        case _:
            return value


def _principals(statement: Statement) -> Iterator[str]:
    """The AWS principals that a statement names, or excepts."""
    given: Any = statement.get("Principal", statement.get("NotPrincipal"))
    if given == _EVERYBODY:
        yield _EVERYBODY
    else:
        yield from _texts(given.get("AWS", []))


def _is_public(statement: Statement) -> bool:
    """Whether a statement lets everybody in, without a condition."""
    if statement["Effect"] != "Allow" or "Condition" in statement:
        return False
    return "NotPrincipal" in statement or _EVERYBODY in _principals(statement)


def _names_owner(statement: Statement, account: str) -> bool:
    """Whether an account's owner is among a statement's principals."""
    return any(
        name in (_EVERYBODY, account) or name.endswith(f":iam::{account}:root")
        for name in _principals(statement)
    )


def _matches(statement: Statement, member: str, text: str, *, lower: bool = False) -> bool:
    """Whether a statement's Action or Resource, or what its Not... leaves, fits a text."""
    given = statement.get(member, statement.get(f"Not{member}"))
    patterns = [name.lower() for name in _texts(given)] if lower else _texts(given)
    return any(fits(pattern, text) for pattern in patterns) is (member in statement)


def fits(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern says, in which * stands for any characters and ? for one.

    Takes at most len(pattern) * len(text) steps, whatever the pattern.
    """
    at, position = 0, 0
    star, resumed = -1, 0
    while position < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resumed = at, position
            at += 1
        elif at < len(pattern) and pattern[at] in ("?", text[position]):
            at += 1
            position += 1
        elif star >= 0:
            at, resumed = star + 1, resumed + 1
            position = resumed
        else:
            return False
    return not pattern[at:].strip("*")
