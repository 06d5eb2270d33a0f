"""Tables made after others: CreateTable out of DescribeTable, and what stands beside it.

Key schema, indexes, billing, stream, encryption, table class, deletion protection, tags and time to
live are taken over. Backups, point-in-time recovery, auto scaling, alarms, resource policies,
replicas and Kinesis destinations are not the table's definition: they are set anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dynalite_py.patterns import backoff, clients
from dynalite_py.patterns.backoff import Backoff

Description = Mapping[str, Any]


def read(client: clients.Client, table: str, policy: Backoff) -> Description:
    """A table's description, asked for again while refusals are transient."""
    return backoff.request(client, policy, client.describe_table, TableName=table)["Table"]


def request(described: Description, name: str | None = None) -> clients.Request:
    """A CreateTable request for a table as it is described. name: another one for the new table."""
    provisioned = _billing(described) == "PROVISIONED"
    made: clients.Request = {
        "TableName": name or described["TableName"],
        "AttributeDefinitions": described["AttributeDefinitions"],
        "KeySchema": described["KeySchema"],
        "BillingMode": _billing(described),
        "DeletionProtectionEnabled": described.get("DeletionProtectionEnabled"),
        "TableClass": described.get("TableClassSummary", {}).get("TableClass"),
        "SSESpecification": _encryption(described.get("SSEDescription", {})),
        "StreamSpecification": described.get("StreamSpecification"),
        "LocalSecondaryIndexes": [
            _index(one, provisioned=False) for one in described.get("LocalSecondaryIndexes", ())
        ],
        "GlobalSecondaryIndexes": [
            _index(one, provisioned=provisioned)
            for one in described.get("GlobalSecondaryIndexes", ())
        ],
        **_throughput(described, provisioned=provisioned),
    }
    return {member: value for member, value in made.items() if value not in (None, [])}


def create_like(
    source: clients.Client,
    source_table: str,
    target: clients.Client,
    target_table: str,
) -> None:
    """Make a table after another one, and wait until it is active."""
    beside = Beside(source, source_table)
    target.create_table(**request(beside.described, target_table))
    target.get_waiter("table_exists").wait(TableName=target_table)
    beside.set(target, target_table)


class Beside:
    """A table's description, and what CreateTable does not make: tags and time to live."""

    def __init__(self, client: clients.Client, table: str) -> None:
        self.described: Description = client.describe_table(TableName=table)["Table"]
        ttl = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        is_on = ttl.get("TimeToLiveStatus") in ("ENABLED", "ENABLING")
        self._expiry = ttl["AttributeName"] if is_on else None
        self._tags = _tags(client, self.described["TableArn"])

    def set(self, client: clients.Client, table: str) -> None:
        """Give another table the same."""
        if self._tags:
            arn = client.describe_table(TableName=table)["Table"]["TableArn"]
            client.tag_resource(ResourceArn=arn, Tags=self._tags)
        if self._expiry is not None:
            client.update_time_to_live(
                TableName=table,
                TimeToLiveSpecification={"Enabled": True, "AttributeName": self._expiry},
            )


def _tags(client: clients.Client, arn: str) -> list[dict[str, str]]:
    """The tags of a table; none where they are not known at all, as in DynamoDB Local."""
    try:
        return _all_tags(client, arn)
    except client.exceptions.ClientError as refusal:
        if clients.code(refusal) != "UnknownOperationException":
            raise
        return []


def _all_tags(client: clients.Client, arn: str) -> list[dict[str, str]]:
    tags: list[dict[str, str]] = []
    more: dict[str, str] = {}
    while True:
        answer = client.list_tags_of_resource(ResourceArn=arn, **more)
        # Tags of this prefix are AWS's own, and nobody else may set them.
        tags += [tag for tag in answer.get("Tags", ()) if not tag["Key"].startswith("aws:")]
        if not answer.get("NextToken"):
            return tags
        more = {"NextToken": answer["NextToken"]}


def _billing(described: Description) -> str:
    return described.get("BillingModeSummary", {}).get("BillingMode", "PROVISIONED")


def _encryption(described: Mapping[str, Any]) -> clients.Request | None:
    """Only a key of the caller's own is worth a member; others are the default."""
    if described.get("SSEType") != "KMS" or described.get("Status") not in ("ENABLED", "UPDATING"):
        return None
    key = described.get("KMSMasterKeyArn")
    given = {"Enabled": True, "SSEType": "KMS"}
    return given if key is None else {**given, "KMSMasterKeyId": key}


def _index(described: Mapping[str, Any], *, provisioned: bool) -> clients.Request:
    made = {
        "IndexName": described["IndexName"],
        "KeySchema": described["KeySchema"],
        "Projection": described["Projection"],
    }
    return {**made, **_throughput(described, provisioned=provisioned)}


def _throughput(described: Mapping[str, Any], *, provisioned: bool) -> clients.Request:
    if provisioned:
        units = described["ProvisionedThroughput"]
        names = ("ReadCapacityUnits", "WriteCapacityUnits")
        return {"ProvisionedThroughput": {name: units[name] for name in names}}
    most = described.get("OnDemandThroughput")
    return {} if most is None else {"OnDemandThroughput": most}
