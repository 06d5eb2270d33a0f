"""Amazon resource names of tables and of what belongs to them, written and read."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

PARTITIONS = frozenset({"aws", "aws-cn", "aws-us-gov"})
SERVICE = "dynamodb"
PartKind: TypeAlias = Literal["stream", "backup", "export", "import"]

_REGION = re.compile(r"[a-z]{2,}(-[a-z]+)+-[0-9]+")
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


class Arn(NamedTuple):
    """The five parts of an ARN. resource: what the service itself calls the thing."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


class TablePart(NamedTuple):
    """Something of a table: a stream, a backup, an export, an import. name: its label or number."""

    partition: str
    region: str
    account: str
    table: str
    name: str


def parse(text: str) -> Arn | None:
    """The parts of any ARN; None where the text is none."""
    parts = text.split(":", 5)
    return Arn(*parts[1:]) if len(parts) == 6 and parts[0] == "arn" else None


def parse_part(text: str, kind: PartKind) -> TablePart | None:
    """The parts of the ARN of something that a table has; None where the text is no such ARN."""
    arn = parse(text)
    if arn is None or arn.service != SERVICE:
        return None
    match arn.resource.split("/"):
        case ["table", table_name, found, name] if found == kind and table_name and name:
            return TablePart(arn.partition, arn.region, arn.account, table_name, name)
        case _:
            return None


def may_exist(partition: str, region: str) -> bool:
    """Whether there are such a partition and a region with such a name."""
    return partition in PARTITIONS and _REGION.fullmatch(region) is not None
