"""PutResourcePolicy, GetResourcePolicy and DeleteResourcePolicy: kept as the service keeps them.

Nothing is enforced by them. Source: facts, Resource-based policies.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, NamedTuple

import apsw

from dynalite_py.model import arns, codec, errors, feature_errors, table_errors
from dynalite_py.model.tables import Stream, Table
from dynalite_py.operations import streams
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.security import policies
from dynalite_py.storage.writer import Transaction, Work

_UPDATE = "dynamodb:PutResourcePolicy"
_ABSENT = "NO_POLICY"  # As an ExpectedRevisionId.


class Resource(NamedTuple):
    """A resource that may have a policy. label: of a stream; None for the table itself."""

    arn: str
    table_arn: str
    table: str
    label: str | None


class Holder(NamedTuple):
    """A table with the record that has the policy: its own or its stream's."""

    table: Table
    record: Table | Stream

    def changed(self, policy: str | None, revision: str) -> Table:
        """The table with another policy, also once what goes on with it has ended."""

        def with_policy(stage: Table) -> Table:
            if isinstance(self.record, Table):
                return dataclasses.replace(stage, resource_policy=policy, policy_revision=revision)
            if stage.stream is None or stage.stream.label != self.record.label:
                return stage
            stream = dataclasses.replace(
                stage.stream, resource_policy=policy, policy_revision=revision
            )
            return dataclasses.replace(stage, stream=stream)

        return self.table.in_every_stage(with_policy)


def put_resource_policy(scope: Scope, request: Request) -> Work:
    """Attach a policy to a table or stream; one that says the same stays. Raises: DynamoDBError."""
    resource = _resource(request["ResourceArn"])
    document = policies.checked(request["Policy"])
    if not request.get("ConfirmRemoveSelfResourceAccess", False) and policies.denies(
        document, scope.account, _UPDATE, resource.arn
    ):
        raise feature_errors.policy_locks_out()
    expected: str | None = request.get("ExpectedRevisionId")

    def work(transaction: Transaction) -> bytes:
        holder = _holder(scope, resource)
        _check_expected(resource, holder.record, expected)
        revision = holder.record.policy_revision
        if not _says_the_same(holder.record.resource_policy, document):
            revision = policies.revision(scope.clock.now(), revision)
            scope.catalog.replace(transaction, holder.changed(codec.text(document), revision))
        return codec.encode({"RevisionId": revision})

    return work


def _says_the_same(kept: str | None, document: dict[str, Any]) -> bool:
    return kept is not None and codec.decode(kept) == document


def get_resource_policy(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """The policy of a table or stream. Raises: DynamoDBError."""
    resource = _resource(request["ResourceArn"])
    record = _holder(scope, resource).record
    if record.resource_policy is None:
        raise feature_errors.policy_not_found(resource.arn)
    answer = {"Policy": record.resource_policy, "RevisionId": record.policy_revision}
    body = codec.encode(answer)
    return lambda _: body


def delete_resource_policy(scope: Scope, request: Request) -> Work:
    """Remove the policy of a table or stream; without one nothing happens.

    Raises: DynamoDBError.
    """
    resource = _resource(request["ResourceArn"])
    expected: str | None = request.get("ExpectedRevisionId")

    def work(transaction: Transaction) -> bytes:
        holder = _holder(scope, resource)
        record = holder.record
        if record.resource_policy is None and expected is None:
            return codec.encode({})
        if record.resource_policy is None:
            raise feature_errors.policy_not_found(resource.arn)
        if expected not in (None, record.policy_revision):
            raise feature_errors.other_policy_revision(
                expected, resource.table, record.policy_revision
            )
        scope.catalog.replace(transaction, holder.changed(None, record.policy_revision))
        return codec.encode({"RevisionId": record.policy_revision})

    return work


def _check_expected(resource: Resource, record: Table | Stream, expected: str | None) -> None:
    """Raises: DynamoDBError where the caller knows another policy than the present one."""
    present = record.policy_revision if record.resource_policy is not None else None
    if expected is None or expected == (present or _ABSENT):
        return
    if present is None:
        raise feature_errors.policy_not_found(resource.arn)
    if expected == _ABSENT:
        raise feature_errors.policy_exists(resource.table, present)
    raise feature_errors.other_policy_revision(expected, resource.table, present)


def _resource(arn: str) -> Resource:
    """The table or stream that an ARN names. Raises: DynamoDBError for ARNs of anything else."""
    parsed = arns.parse(arn)
    if parsed is None:
        raise table_errors.not_an_arn(arn)
    if parsed.service != arns.SERVICE or parsed.partition not in arns.PARTITIONS:
        raise feature_errors.not_a_dynamodb_arn(arn)
    table = arns.parse_table(arn)
    if table is not None:
        return Resource(arn, arn, table[2], None)
    stream = arns.parse_part(arn, "stream")
    if stream is None:
        raise feature_errors.no_policy_of(arn)
    table_arn = arn.removesuffix(f"/stream/{stream.name}")
    return Resource(arn, table_arn, stream.table, stream.name)


def _holder(scope: Scope, resource: Resource) -> Holder:
    """The record with the policy of a resource. Raises: DynamoDBError where there is none."""
    table = scope.named(resource.table_arn)
    if table is None:
        raise errors.named_table_not_found(resource.table)
    if resource.label is None:
        return Holder(table, table)
    found = streams.stream_of(table, scope.clock.now())
    if found is None or found.stream.label != resource.label:
        raise feature_errors.stream_of_table_not_found(resource.label, resource.table)
    return Holder(table, found.stream)


OPERATIONS = (
    Operation("PutResourcePolicy", "control", put_resource_policy),
    Operation("GetResourcePolicy", "read", get_resource_policy),
    Operation("DeleteResourcePolicy", "control", delete_resource_policy),
)
