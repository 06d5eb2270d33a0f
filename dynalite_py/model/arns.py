"""Amazon resource names of tables and indexes, written and read."""

from __future__ import annotations

import re

_TABLE_ARN = re.compile(
    r"arn:(?:aws|aws-cn|aws-us-gov):dynamodb:([^:]*):([^:]*):table/([^/]+)(?:/(.*))?", re.DOTALL
)


def table(region: str, account: str, name: str) -> str:
    """The ARN of a table."""
    return f"arn:aws:dynamodb:{region}:{account}:table/{name}"


def index(table_arn: str, index_name: str) -> str:
    """The ARN of an index of a table."""
    return f"{table_arn}/index/{index_name}"


def stream(table_arn: str, label: str) -> str:
    """The ARN of a table's stream. label: its ISO 8601 time."""
    return f"{table_arn}/stream/{label}"


def parse_table(text: str) -> tuple[str, str, str] | None:
    """Region, account and table name of a table's ARN; None where the text is no such ARN."""
    match = _TABLE_ARN.fullmatch(text)
    if match is None or match[4] is not None:
        return None
    return match[1], match[2], match[3]


def is_part_of_table(text: str) -> bool:
    """Whether the text is the ARN of what belongs to a table: an index, a backup..."""
    match = _TABLE_ARN.fullmatch(text)
    return match is not None and match[4] is not None
