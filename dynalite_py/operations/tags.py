"""TagResource, UntagResource and ListTagsOfResource; and the rules that CreateTable's tags share.

Source: facts, TagResource, UntagResource, ListTagsOfResource.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from typing import Any

import apsw

from dynalite_py.model import arns, codec, errors, limits, table_errors
from dynalite_py.model.tables import Table
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Request, Scope
from dynalite_py.storage.writer import Transaction, Work

_EMPTY_BODY = b""
# Letters, digits and white space of any script, and these signs.
_CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")


def checked_tags(given: list[dict[str, str]]) -> dict[str, str]:
    """Tags by key. Raises: DynamoDBError for one that no resource may have, or a key twice."""
    tags: dict[str, str] = {}
    for tag in given:
        key, value = tag["Key"], tag["Value"]
        if not 1 <= len(key) <= limits.TAG_KEY_CHARACTERS or _CHARACTERS.fullmatch(key) is None:
            raise table_errors.bad_tag_key(key)
        if len(value) > limits.TAG_VALUE_CHARACTERS or _CHARACTERS.fullmatch(value) is None:
            raise table_errors.bad_tag_value(value)
        if key.lower().startswith("aws:"):
            raise table_errors.reserved_tag_key(key)
        if key in tags:
            raise table_errors.duplicate_tag_key(key)
        tags[key] = value
    return tags


def joined_tags(present: dict[str, str], added: dict[str, str]) -> dict[str, str]:
    """Both together; a present key gets the new value. Raises: DynamoDBError beyond 50."""
    tags = present | added
    if len(tags) > limits.TAGS:
        raise table_errors.too_many_tags()
    return tags


def tag_resource(scope: Scope, request: Request) -> Work:
    """Add tags to a table. Raises: DynamoDBError."""
    arn = _table_arn(request)
    if not request["Tags"]:
        raise table_errors.no_tags()
    added = checked_tags(request["Tags"])

    def work(transaction: Transaction) -> bytes:
        table = _tagged_table(scope, arn)
        tags = joined_tags(table.tags, added)
        scope.catalog.replace(transaction, _tagged(table, tags))
        return _EMPTY_BODY

    return work


def untag_resource(scope: Scope, request: Request) -> Work:
    """Remove tags from a table; keys it does not have are fine. Raises: DynamoDBError."""
    arn = _table_arn(request)
    removed = frozenset(request["TagKeys"])
    if not removed:
        raise table_errors.no_tag_keys()

    def work(transaction: Transaction) -> bytes:
        table = scope.named(arn)
        if table is None:
            raise errors.table_not_found()
        tags = {key: value for key, value in table.tags.items() if key not in removed}
        scope.catalog.replace(transaction, _tagged(table, tags))
        return _EMPTY_BODY

    return work


def _tagged(table: Table, tags: dict[str, str]) -> Table:
    """The table with these tags, also once what goes on with it has ended."""
    return table.in_every_stage(lambda stage: dataclasses.replace(stage, tags=tags))


def list_tags_of_resource(scope: Scope, request: Request) -> Callable[[apsw.Connection], bytes]:
    """All tags of a table: at most 50, so always one page. Raises: DynamoDBError."""
    table = _tagged_table(scope, _table_arn(request))
    tags: list[dict[str, Any]] = [{"Key": key, "Value": value} for key, value in table.tags.items()]
    body = codec.encode({"Tags": tags})
    return lambda _: body


def _table_arn(request: Request) -> str:
    arn: str = request["ResourceArn"]
    if arns.parse_table(arn) is None:
        if arns.is_part_of_table(arn):
            raise table_errors.part_of_table_arn(arn)
        raise table_errors.not_a_table_arn(arn)
    return arn


def _tagged_table(scope: Scope, arn: str) -> Table:
    table = scope.named(arn)
    if table is None:
        raise table_errors.tagged_table_not_found(arn)
    return table


OPERATIONS = (
    Operation("TagResource", "control", tag_resource),
    Operation("UntagResource", "control", untag_resource),
    Operation("ListTagsOfResource", "read", list_tags_of_resource),
)
