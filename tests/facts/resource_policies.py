"""What the operations on resource policies refuse, and CreateTable for its policy.

Source: facts, Resource-based policies. ``governed`` has a policy, the tables of ``table_changes``
have none.
"""

from __future__ import annotations

from typing import Any

from dynalite_py.model import codec
from tests.facts.fact import DOCS, INVALID, PEER, VALIDATION, Fact, refused
from tests.facts.features import STREAM, elsewhere
from tests.facts.table_changes import ARN
from tests.facts.tables import DETECTED, NOT_NULL, create, definitions, keys

NO_POLICY, NOT_FOUND = "PolicyNotFoundException", "ResourceNotFoundException"
FRIEND = "arn:aws:iam::123456789012:role/friend"
GOVERNED, BARE = ARN + "governed", ARN + "demand"
ALLOWED: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"AWS": FRIEND},
    "Action": "dynamodb:GetItem",
    "Resource": GOVERNED,
}


def statement(**members: Any) -> dict[str, Any]:
    """A statement that lets a friend read; None takes a member out."""
    changed = ALLOWED | members
    return {name: value for name, value in changed.items() if value is not None}


def policy(*statements: Any, **members: Any) -> str:
    """A policy's text."""
    document = {"Version": "2012-10-17", "Statement": list(statements), **members}
    return codec.text(document)


DENIED = statement(Effect="Deny", Principal="*", Action="dynamodb:*")
TABLES: list[dict[str, Any]] = [
    {
        "TableName": "governed",
        "AttributeDefinitions": definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
        "ResourcePolicy": policy(ALLOWED),
    }
]


def put(
    name: str,
    message: str,
    text: str = policy(ALLOWED),
    *,
    arn: str = GOVERNED,
    code: str = VALIDATION,
    source: str = "aws-captured",
    **members: Any,
) -> Fact:
    """A PutResourcePolicy that is refused."""
    request = {"ResourceArn": arn, "Policy": text, **members}
    return Fact(name, "PutResourcePolicy", request, code, message, source)


def _with_arn(operation: str, arn: str) -> dict[str, Any]:
    policies = {"Policy": policy(ALLOWED)} if operation == "PutResourcePolicy" else {}
    return {"ResourceArn": arn, **policies}


EMPTY = (
    f"{DETECTED}Value '' at 'resourceArn' failed to satisfy constraint: Member must have length "
    "greater than or equal to 1"
)
OPERATIONS = ("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy")
NOT_FOR = INVALID + "Invalid resource arn provided, only table or stream is accepted. "
LABEL = STREAM.rpartition("/")[2]
ARNS: list[Fact] = [
    Fact(f"{operation} of {what}", operation, _with_arn(operation, arn), code, message)
    for operation in OPERATIONS
    for what, arn, code, message in (
        ("a bare name", "demand", VALIDATION, INVALID + "ARNs must start with 'arn:': demand"),
        (
            "an index",
            BARE + "/index/one",
            VALIDATION,
            f"{NOT_FOR}Provided resource arn: {BARE}/index/one",
        ),
        (
            "a bucket",
            "arn:aws:s3:::bucket",
            VALIDATION,
            INVALID + "Provided Arn is not a DynamoDB resource arn: arn:aws:s3:::bucket",
        ),
        (
            "an unknown stream",
            STREAM,
            NOT_FOUND,
            f"Requested resource not found: Stream: {LABEL} not found for Table: demand",
        ),
        (
            "a policy's missing table",
            ARN + "nowhere",
            NOT_FOUND,
            "Requested resource not found: Table: nowhere not found",
        ),
        (
            "a policy's table of another region",
            elsewhere(BARE),
            NOT_FOUND,
            "Requested resource not found: Table: demand not found",
        ),
        (
            "no ARN at all",
            "",
            VALIDATION,
            EMPTY,
        ),
    )
]

MISSING: list[Fact] = [
    Fact(
        "the policy of a table without one",
        "GetResourcePolicy",
        {"ResourceArn": BARE},
        NO_POLICY,
        f"Resource-based policy not found for the provided ResourceArn: {BARE}",
        PEER,
    ),
    Fact(
        "a revision of a policy deleted where there is none",
        "DeleteResourcePolicy",
        {"ResourceArn": BARE, "ExpectedRevisionId": "1"},
        NO_POLICY,
        f"Resource-based policy not found for the provided ResourceArn: {BARE}",
        DOCS,
    ),
    put(
        "a revision of a policy replaced where there is none",
        f"Resource-based policy not found for the provided ResourceArn: {BARE}",
        arn=BARE,
        code=NO_POLICY,
        source=PEER,
        ExpectedRevisionId="1",
    ),
    refused(
        "a policy without its text",
        "PutResourcePolicy",
        {"ResourceArn": GOVERNED},
        f"{DETECTED}Value null at 'policy' {NOT_NULL}",
    ),
]

LONGEST = 20_480
LOCKED = "The new resource policy will not allow you to update the resource policy in the future."
UNBOUNDED = (
    "Resource-based policy grants unbounded access in one or more elements. Please revise the "
    "policy to ensure least-privilege form of access"
)
BAD_PRINCIPAL = INVALID + "Invalid principal in policy document."
TEXTS = "must be a string or a list of strings."
# What is wrong with a document, and the reason that this store gives: the service's reasons are not
# on record, only the words before them.
BROKEN: dict[str, tuple[str, str]] = {
    "an empty text": ("", "The document is not valid JSON."),
    "a text that is no JSON": ("{", "The document is not valid JSON."),
    "a list": ("[]", "The document must be a JSON object."),
    "an unknown member": (policy(ALLOWED, Owner="me"), "Unknown member Owner."),
    "an unknown version": (
        policy(ALLOWED, Version="2020-01-01"),
        "Version must be one of 2008-10-17, 2012-10-17.",
    ),
    "a number for an Id": (policy(ALLOWED, Id=1), "Id must be a string."),
    "no statement": (policy(), "There must be a Statement."),
    "a word for a statement": (policy("Allow"), "A Statement must be a JSON object."),
    "a statement with an unknown member": (policy(statement(Owner="me")), "Unknown member Owner."),
    "a number for a Sid": (policy(statement(Sid=1)), "Sid must be a string."),
    "no effect": (policy(statement(Effect=None)), "Effect must be Allow or Deny."),
    "an unknown effect": (policy(statement(Effect="allow")), "Effect must be Allow or Deny."),
    "no principal": (
        policy(statement(Principal=None)),
        "There must be one of Principal and NotPrincipal.",
    ),
    "two kinds of action": (
        policy(statement(NotAction="dynamodb:PutItem")),
        "There must be one of Action and NotAction.",
    ),
    "no resource": (
        policy(statement(Resource=None)),
        "There must be one of Resource and NotResource.",
    ),
    "an empty list of actions": (policy(statement(Action=[])), f"Action {TEXTS}"),
    "a number for a resource": (policy(statement(Resource=1)), f"Resource {TEXTS}"),
    "a word for a condition": (
        policy(statement(Condition="always")),
        "Condition must be a JSON object.",
    ),
    "an operator without keys": (
        policy(statement(Condition={"Bool": "true"})),
        "An operator of a Condition must have keys.",
    ),
    "a structure to compare with": (
        policy(statement(Condition={"Bool": {"aws:SecureTransport": {}}})),
        "A Condition must compare with plain values.",
    ),
}
DOCUMENTS: list[Fact] = [
    *(
        put(f"a policy that is or has {what}", f"{INVALID}Invalid policy document: {reason}", text)
        for what, (text, reason) in BROKEN.items()
    ),
    *(
        put(f"a policy for {what}", BAD_PRINCIPAL, policy(statement(Principal=principal)))
        for what, principal in (
            ("a word", "friend"),
            ("nobody", {}),
            ("a friend by name", {"AWS": "friend"}),
            ("an account of 11 digits", {"AWS": ["12345678901"]}),
            ("a table", {"AWS": GOVERNED}),
            ("an unknown kind of principal", {"Friend": FRIEND}),
        )
    ),
    *(
        put(f"a policy that lets {what} in", UNBOUNDED, policy(given), source="aws-captured")
        for what, given in (
            ("everybody", statement(Principal="*")),
            ("every account", statement(Principal={"AWS": [FRIEND, "*"]})),
            ("all but a friend", statement(Principal=None, NotPrincipal={"AWS": FRIEND})),
        )
    ),
    put(
        "a policy of 20,481 bytes, blanks among them",
        f"{INVALID}Maximum policy size of 20480 bytes exceeded",
        policy(ALLOWED).ljust(LONGEST + 1),
    ),
]

LOCK_OUTS: list[Fact] = [
    put(f"a policy that denies {what}", LOCKED, policy(given), code="AccessDeniedException")
    for what, given in (
        ("everything to everybody", DENIED),
        ("everything to its account", DENIED | {"Principal": {"AWS": "000000000000"}}),
        (
            "everything to its account's owner",
            DENIED | {"Principal": {"AWS": ["arn:aws:iam::000000000000:root"]}},
        ),
        ("its own change", DENIED | {"Action": ["dynamodb:GetItem", "DynamoDB:PutResource*"]}),
        (
            "all but reading",
            statement(**DENIED | {"Action": None, "NotAction": "dynamodb:GetItem"}),
        ),
        ("everything on every table", DENIED | {"Resource": "arn:aws:dynamodb:*:*:table/go?erned"}),
    )
]

AT_CREATION: list[Fact] = [
    create(
        "a table with a policy that is no JSON",
        f"{INVALID}Invalid policy document: The document is not valid JSON.",
        ResourcePolicy="{",
    ),
    create(
        "a table that lets everybody in",
        UNBOUNDED,
        ResourcePolicy=policy(DENIED | {"Effect": "Allow"}),
    ),
]

FACTS: list[Fact] = [*ARNS, *MISSING, *DOCUMENTS, *LOCK_OUTS, *AT_CREATION]
