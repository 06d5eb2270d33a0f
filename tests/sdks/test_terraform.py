"""What Terraform's AWS provider asks around an aws_dynamodb_table: each call, in its order.

The provider is not run here: these are its requests, and what it reads out of the answers.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import doors

ARN = "arn:aws:dynamodb:us-east-1:000000000000:table/orders"
NAMED: dict[str, Any] = {"TableName": "orders"}
CREATE: dict[str, Any] = {
    **NAMED,
    "AttributeDefinitions": [
        {"AttributeName": "customer", "AttributeType": "S"},
        {"AttributeName": "placed", "AttributeType": "N"},
    ],
    "KeySchema": [
        {"AttributeName": "customer", "KeyType": "HASH"},
        {"AttributeName": "placed", "KeyType": "RANGE"},
    ],
    "BillingMode": "PAY_PER_REQUEST",
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    "DeletionProtectionEnabled": False,
    "TableClass": "STANDARD",
    "Tags": [{"Key": "Name", "Value": "orders"}],
}
POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":'
    f'"arn:aws:iam::123456789012:root"}},"Action":"dynamodb:GetItem","Resource":"{ARN}"}}]}}'
)


def read(call: doors.Call) -> None:
    """What the provider reads of a table after it was made, and at every plan."""
    table = call("DescribeTable", NAMED)["Table"]
    assert (table["TableStatus"], table["TableArn"]) == ("ACTIVE", ARN)
    assert table["BillingModeSummary"]["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"]["StreamViewType"] == "NEW_AND_OLD_IMAGES"
    assert table["TableClassSummary"]["TableClass"] == "STANDARD"
    assert table["DeletionProtectionEnabled"] is False
    assert not table.keys() & {"SSEDescription", "Replicas", "RestoreSummary"}
    backups = call("DescribeContinuousBackups", NAMED)["ContinuousBackupsDescription"]
    assert backups["ContinuousBackupsStatus"] == "ENABLED"
    assert backups["PointInTimeRecoveryDescription"] == {"PointInTimeRecoveryStatus": "DISABLED"}
    expiry = call("DescribeTimeToLive", NAMED)["TimeToLiveDescription"]
    assert expiry == {"TimeToLiveStatus": "DISABLED"}
    tags = call("ListTagsOfResource", {"ResourceArn": ARN})["Tags"]
    assert tags == [{"Key": "Name", "Value": "orders"}]


def test_a_table_is_made_read_and_removed(endpoint: str) -> None:
    call = doors.http(endpoint)
    assert call("CreateTable", CREATE)["TableDescription"]["TableArn"] == ARN
    read(call)
    # aws_dynamodb_resource_policy: what is there, then the new one, then what is there.
    with pytest.raises(doors.Refused) as refusal:
        call("GetResourcePolicy", {"ResourceArn": ARN})
    assert refusal.value.code == "PolicyNotFoundException"
    revision = call("PutResourcePolicy", {"ResourceArn": ARN, "Policy": POLICY})["RevisionId"]
    kept = call("GetResourcePolicy", {"ResourceArn": ARN})
    assert kept == {"Policy": POLICY, "RevisionId": revision}
    # aws_dynamodb_contributor_insights and aws_dynamodb_kinesis_streaming_destination, unused.
    insights = call("DescribeContributorInsights", NAMED)
    assert insights["ContributorInsightsStatus"] == "DISABLED"
    # aws_dynamodb_table with a block ttl, and without it again.
    for on, status in ((True, "ENABLED"), (False, "DISABLED")):
        specification = {"Enabled": on, "AttributeName": "expires"}
        request = NAMED | {"TimeToLiveSpecification": specification}
        assert call("UpdateTimeToLive", request) == {"TimeToLiveSpecification": specification}
        expiry = call("DescribeTimeToLive", NAMED)["TimeToLiveDescription"]
        assert expiry["TimeToLiveStatus"] == status
    destinations = call("DescribeKinesisStreamingDestination", NAMED)
    assert destinations["KinesisDataStreamDestinations"] == []
    read(call)
    assert call("DeleteResourcePolicy", {"ResourceArn": ARN}) == {"RevisionId": revision}
    assert call("DeleteTable", NAMED)["TableDescription"]["TableStatus"] == "DELETING"
    with pytest.raises(doors.Refused) as refusal:
        call("DescribeTable", NAMED)
    assert refusal.value.code == "ResourceNotFoundException"
