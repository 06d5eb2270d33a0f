"""Tables as other tools describe them become requests of CreateTable."""

from __future__ import annotations

import builtins
from typing import Any

import pytest

import dynalite_py
from dynalite_py.formats import schema_files
from dynalite_py.formats.definitions import WrongDefinitionError
from dynalite_py.model import codec
from tests.support.described_tables import ATTRIBUTES, KEY, REQUEST, only, read


@pytest.mark.parametrize(
    "document", [REQUEST, [REQUEST], {"tables": [REQUEST]}, {"Tables": [REQUEST]}]
)
def test_requests_of_create_table_stay_as_they_are(document: Any) -> None:
    assert only(document).create == REQUEST


def test_what_a_request_does_not_take_is_left_out() -> None:
    assert only({**REQUEST, "Comment": "for the shop"}).create == REQUEST


def test_data_beside_a_request_are_its_items() -> None:
    items = [{"pk": {"S": "a"}}]
    assert only([{**REQUEST, "data": items}]).items == tuple(items)


def test_a_description_becomes_the_request_that_makes_such_a_table() -> None:
    request: Any = {
        **REQUEST,
        "AttributeDefinitions": [*ATTRIBUTES, {"AttributeName": "g", "AttributeType": "N"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-g",
                "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
            }
        ],
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
    }
    with dynalite_py.connect() as store:
        store.create_table(**request)
        shown: Any = store.client().call("DescribeTable", {"TableName": "Music"})
        shown.pop("ResponseMetadata")
        found = only(shown).create
        assert found.pop("DeletionProtectionEnabled") is False
        assert found.pop("AttributeDefinitions") in (
            request["AttributeDefinitions"],
            request["AttributeDefinitions"][::-1],
        )
        request.pop("AttributeDefinitions")
        assert found == request


def test_units_of_a_description_are_kept() -> None:
    units = {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}
    with dynalite_py.connect() as store:
        request: Any = {**REQUEST, "BillingMode": "PROVISIONED", "ProvisionedThroughput": units}
        store.create_table(**request)
        found = only(store.client().call("DescribeTable", {"TableName": "Music"})).create
    assert found["ProvisionedThroughput"] == units


TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String, Default: dev}
  Units: {Type: Number, Default: 5}
  Names: {Type: CommaDelimitedList, Default: "a, b"}
  Required: {Type: String}
Mappings:
  ByStage:
    dev: {Class: STANDARD}
    prod: {Class: STANDARD_INFREQUENT_ACCESS}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
  IsSmall: !Not [!Condition IsProd]
  Both: !And [!Condition IsSmall, !Or [!Condition IsProd, !Equals [a, a]]]
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Orders:
    Type: AWS::DynamoDB::Table
    DeletionPolicy: Retain
    Properties:
      TableName: !Sub "${AWS::StackName}-orders-${Stage}"
      AttributeDefinitions:
        - {AttributeName: pk, AttributeType: S}
        - {AttributeName: sk, AttributeType: N}
      KeySchema:
        - {AttributeName: pk, KeyType: HASH}
        - {AttributeName: sk, KeyType: RANGE}
      BillingMode: !If [IsProd, PROVISIONED, PAY_PER_REQUEST]
      ProvisionedThroughput:
        !If [IsProd, {ReadCapacityUnits: !Ref Units, WriteCapacityUnits: "7"}, !Ref AWS::NoValue]
      TableClass: !FindInMap [ByStage, !Ref Stage, Class]
      StreamSpecification: {StreamViewType: NEW_IMAGE}
      SSESpecification: {SSEEnabled: "true", SSEType: KMS}
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
      DeletionProtectionEnabled: !If [IsProd, true, false]
      GlobalSecondaryIndexes:
        - IndexName: !Join ["-", [by, !Select [1, !Ref Names]]]
          KeySchema: [{AttributeName: sk, KeyType: HASH}]
          Projection: {ProjectionType: !Select [0, !Split [",", "ALL,KEYS_ONLY"]]}
      Tags:
        - {Key: arn, Value: !GetAtt Orders.Arn}
        - {Key: json, Value: !ToJsonString {a: !Length [1, 2]}}
        - {Key: sub, Value: !Sub ["${x}/${!literal}", {x: !Ref Orders}]}
  OnlyProd:
    Type: AWS::DynamoDB::Table
    Condition: IsProd
    Properties:
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
"""


def test_a_template_is_worked_out_with_its_defaults() -> None:
    found = only(TEMPLATE)
    assert found.create == {
        "TableName": "shop-orders-dev",
        "AttributeDefinitions": [*ATTRIBUTES, {"AttributeName": "sk", "AttributeType": "N"}],
        "KeySchema": [*KEY, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "BillingMode": "PAY_PER_REQUEST",
        "TableClass": "STANDARD",
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
        "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
        "DeletionProtectionEnabled": False,
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by-b",
                "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        "Tags": [
            {
                "Key": "arn",
                "Value": "arn:aws:dynamodb:eu-west-1:123456789012:table/shop-orders-dev",
            },
            {"Key": "json", "Value": '{"a":2}'},
            {"Key": "sub", "Value": "shop-orders-dev/${literal}"},
        ],
    }
    assert found.time_to_live == "expires"
    assert found.notes == ("Orders: point-in-time recovery is not set up here",)


def test_a_template_is_worked_out_with_given_parameters() -> None:
    orders, only_prod = read(TEMPLATE, {"Stage": "prod", "Units": "9"})
    assert orders.create["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 9,
        "WriteCapacityUnits": 7,
    }
    assert orders.create["TableClass"] == "STANDARD_INFREQUENT_ACCESS"
    assert orders.create["DeletionProtectionEnabled"] is True
    assert only_prod.name == "shop-OnlyProd"


def table_of(**properties: Any) -> dict[str, Any]:
    """A template with one table of these properties."""
    return {
        "Parameters": {"Required": {"Type": "String"}},
        "Conditions": {"Round": {"Condition": "Round"}},
        "Resources": {
            "T": {
                "Type": "AWS::DynamoDB::Table",
                "Properties": {"KeySchema": KEY, "AttributeDefinitions": ATTRIBUTES, **properties},
            },
            "Queue": {"Type": "AWS::SQS::Queue"},
        },
    }


REFUSED: list[tuple[Any, str]] = [
    ({"Ref": "Required"}, "T.TableName: the parameter Required has no value"),
    ({"Ref": "Queue"}, "what Queue refers to is known to AWS alone: give a parameter Queue"),
    ({"Fn::GetAtt": ["Queue", "Arn"]}, "Queue.Arn is known to AWS alone"),
    ({"Fn::GetAtt": 7}, "is no list"),
    ({"Fn::ImportValue": "other-stack-name"}, "other-stack-name"),
    ({"Fn::GetAZs": ""}, "Fn::GetAZs is not worked out here"),
    ("{{resolve:ssm:/name}}", "is resolved by AWS alone"),
    ({"Fn::If": ["Nowhere", 1, 2]}, "there is no condition 'Nowhere'"),
    ({"Fn::If": ["Round", "a", "b"]}, "nested too deeply"),
    ({"Fn::FindInMap": ["M", "a", "b"]}, "the mapping has no 'M'"),
    ({"Fn::Join": ["-"]}, "Fn::Join takes"),
    ({"Fn::Select": [3, ["a"]]}, "Fn::Select takes"),
    ({"Fn::Split": ["", "a"]}, "Fn::Split takes"),
    ({"Fn::Sub": ["a"]}, "Fn::Sub takes"),
    ({"Fn::Sub": "${Nowhere}"}, "Nowhere"),
    ([], "T is no text"),
]


@pytest.mark.parametrize(("name", "said"), REFUSED)
def test_what_aws_alone_knows_is_refused_by_name(name: Any, said: str) -> None:
    with pytest.raises(WrongDefinitionError, match=said.replace("(", r"\(")):
        read(table_of(TableName=name))


def test_what_aws_alone_knows_can_be_given() -> None:
    given = {"Queue": "Music", "other-stack-name": "Video", "Queue.Arn": "Radio"}
    for name, wanted in (
        ({"Ref": "Queue"}, "Music"),
        ({"Fn::ImportValue": "other-stack-name"}, "Video"),
        ({"Fn::GetAtt": "Queue.Arn"}, "Radio"),
        ({"Fn::Sub": "${Queue.Arn}-x"}, "Radio-x"),
    ):
        assert only(table_of(TableName=name), parameters=given).name == wanted


def test_a_default_of_a_mapping_is_taken() -> None:
    found = {"Fn::FindInMap": ["M", "a", "b", {"DefaultValue": "Music"}]}
    assert only(table_of(TableName=found)).name == "Music"


def test_aliases_that_multiply_come_to_an_end() -> None:
    lines = ["Resources:", "  T:", "    Type: AWS::DynamoDB::Table", "    Properties:"]
    lines += ["      A0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"      A{at}: &a{at} [{', '.join([f'*a{at - 1}'] * 10)}]" for at in range(1, 10)]
    with pytest.raises(WrongDefinitionError, match="too long"):
        read("\n".join(lines))


def test_simple_tables_of_sam_have_one_key() -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals: {SimpleTable: {SSESpecification: {SSEEnabled: true}}}
Resources:
  Plain: {Type: AWS::Serverless::SimpleTable}
  Keyed:
    Type: AWS::Serverless::SimpleTable
    Properties:
      TableName: Keyed
      PrimaryKey: {Name: n, Type: Number}
      ProvisionedThroughput: {ReadCapacityUnits: 1, WriteCapacityUnits: 2}
"""
    plain, keyed = read(template)
    assert plain.create == {
        "TableName": "shop-Plain",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {"Enabled": True},
    }
    assert keyed.create["AttributeDefinitions"] == [{"AttributeName": "n", "AttributeType": "N"}]
    assert keyed.create["ProvisionedThroughput"]["WriteCapacityUnits"] == 2


def test_a_global_table_is_the_table_of_one_region() -> None:
    index = {
        "IndexName": "by-pk",
        "KeySchema": KEY,
        "Projection": {"ProjectionType": "ALL"},
        "WriteProvisionedThroughputSettings": {
            "WriteCapacityAutoScalingSettings": {"MinCapacity": 2}
        },
    }
    template = table_of(
        TableName="Music",
        BillingMode="PROVISIONED",
        WriteProvisionedThroughputSettings={"WriteCapacityAutoScalingSettings": {"MinCapacity": 3}},
        GlobalSecondaryIndexes=[index],
        Replicas=[
            {
                "Region": "eu-west-1",
                "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": "4"},
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "by-pk",
                        "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 6},
                    }
                ],
            }
        ],
    )
    template["Resources"]["T"]["Type"] = "AWS::DynamoDB::GlobalTable"
    found = only(template)
    assert found.create["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 4,
        "WriteCapacityUnits": 3,
    }
    [made] = found.create["GlobalSecondaryIndexes"]
    assert made["ProvisionedThroughput"] == {"ReadCapacityUnits": 6, "WriteCapacityUnits": 2}
    assert found.notes == ("T: replicas is not set up here",)


TERRAFORM_TABLE: dict[str, Any] = {
    "name": "Music",
    "billing_mode": "PROVISIONED",
    "hash_key": "pk",
    "range_key": "sk",
    "read_capacity": 2,
    "write_capacity": 3,
    "attribute": [{"name": "pk", "type": "S"}, {"name": "sk", "type": "N"}],
    "global_secondary_index": [
        {
            "name": "by-sk",
            "hash_key": "sk",
            "range_key": "",
            "projection_type": "INCLUDE",
            "non_key_attributes": ["x"],
            "read_capacity": 4,
            "write_capacity": 5,
        }
    ],
    "local_secondary_index": [{"name": "local", "range_key": "x", "projection_type": "KEYS_ONLY"}],
    "stream_enabled": True,
    "stream_view_type": "NEW_IMAGE",
    "ttl": [{"attribute_name": "expires", "enabled": True}],
    "server_side_encryption": [{"enabled": True, "kms_key_arn": ""}],
    "point_in_time_recovery": [{"enabled": True}],
    "replica": [],
    "tags": {"team": "shop"},
    "table_class": "STANDARD",
    "deletion_protection_enabled": False,
}


TERRAFORM_REQUEST: dict[str, Any] = {
    "TableName": "Music",
    "BillingMode": "PROVISIONED",
    "TableClass": "STANDARD",
    "DeletionProtectionEnabled": False,
    "Tags": [{"Key": "team", "Value": "shop"}],
    "AttributeDefinitions": [*ATTRIBUTES, {"AttributeName": "sk", "AttributeType": "N"}],
    "KeySchema": [*KEY, {"AttributeName": "sk", "KeyType": "RANGE"}],
    "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3},
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-sk",
            "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["x"]},
            "ProvisionedThroughput": {"ReadCapacityUnits": 4, "WriteCapacityUnits": 5},
        }
    ],
    "LocalSecondaryIndexes": [
        {
            "IndexName": "local",
            "KeySchema": [*KEY, {"AttributeName": "x", "KeyType": "RANGE"}],
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ],
    "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_IMAGE"},
    "SSESpecification": {"Enabled": True, "SSEType": "KMS"},
}


def test_a_plan_of_terraform_gives_tables_and_items() -> None:
    item = {"pk": {"S": "a"}, "sk": {"N": "1"}}
    plan = {
        "format_version": "1.2",
        "planned_values": {
            "root_module": {
                "resources": [
                    {"type": "aws_sns_topic", "values": {}},
                    {
                        "address": "aws_dynamodb_table_item.one",
                        "type": "aws_dynamodb_table_item",
                        "values": {"table_name": "Music", "item": codec.text(item)},
                    },
                ],
                "child_modules": [
                    {
                        "resources": [
                            {
                                "address": "module.a.aws_dynamodb_table.music",
                                "mode": "managed",
                                "type": "aws_dynamodb_table",
                                "values": TERRAFORM_TABLE,
                            }
                        ]
                    }
                ],
            }
        },
    }
    found = only(plan)
    assert found.create == TERRAFORM_REQUEST
    assert (found.time_to_live, found.items) == ("expires", (item,))
    assert found.notes == (
        "module.a.aws_dynamodb_table.music: point-in-time recovery is not set up here",
    )


def test_a_plan_with_blocks_of_keys_is_read() -> None:
    values = {
        "name": "Music",
        "billing_mode": "PAY_PER_REQUEST",
        "key_schema": [{"attribute_name": "pk", "key_type": "HASH"}],
        "attribute": [{"name": "pk", "type": "S"}],
    }
    resource = {"type": "aws_dynamodb_table", "values": values}
    state = {
        "terraform_version": "1.9",
        "values": {"root_module": {"resources": [resource]}},
    }
    assert only(state).create == REQUEST


SERVERLESS = """
service: shop
provider:
  name: aws
  stage: ${opt:stage, 'dev'}
  environment: {TABLE: "${self:custom.tables.orders}"}
custom:
  tables: {orders: "orders-${self:provider.stage}-${env:WHO, 'me'}"}
  units: {dev: 1, prod: 20}
resources:
  - Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: ${self:custom.tables.orders}
          AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
          ProvisionedThroughput:
            ReadCapacityUnits: ${self:custom.units.${sls:stage}}
            WriteCapacityUnits: ${param:writes, 3}
          Tags: [{Key: where, Value: !Sub "${AWS::Region}/${aws:region}"}]
  - Resources:
      Other:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
          KeySchema: [{AttributeName: pk, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
"""


def test_a_service_is_worked_out_with_its_variables() -> None:
    orders, other = read(SERVERLESS)
    assert orders.name == "orders-dev-me"
    units = orders.create["ProvisionedThroughput"]
    assert units == {"ReadCapacityUnits": 1, "WriteCapacityUnits": 3}
    assert orders.create["Tags"] == [{"Key": "where", "Value": "eu-west-1/eu-west-1"}]
    assert other.name == "shop-dev-Other"
    given = {"stage": "prod", "writes": "4"}
    orders, other = read(SERVERLESS, given, {"WHO": "ann"})
    assert orders.name == "orders-prod-ann"
    units = orders.create["ProvisionedThroughput"]
    assert units == {"ReadCapacityUnits": 20, "WriteCapacityUnits": 4}
    assert other.name == "shop-prod-Other"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("${self:custom.nothing}", "has no value: give it"),
        ("${file(./names.yml):orders}", "is not worked out here"),
        ("${ssm:/orders}", "is not worked out here"),
        ("${self:custom.round}", "without an end|too deeply"),
    ],
)
def test_variables_without_a_value_are_refused(name: str, said: str) -> None:
    text = SERVERLESS.replace("${self:custom.tables.orders}", name)
    text = text.replace("custom:", "custom:\n  round: ${self:custom.round}")
    with pytest.raises(WrongDefinitionError, match=said):
        read(text)


def test_a_model_of_workbench_gives_tables_and_sample_data() -> None:
    item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
    key = {
        "PartitionKey": {"AttributeName": "pk", "AttributeType": "S"},
        "SortKey": {"AttributeName": "sk", "AttributeType": "S"},
    }
    model = {
        "ModelName": "shop",
        "ModelMetadata": {"Version": "3.0"},
        "DataModel": [
            {
                "TableName": "Music",
                "KeyAttributes": key,
                "NonKeyAttributes": [{"AttributeName": "x", "AttributeType": "S"}],
                "TableData": [item],
                "GlobalSecondaryIndexes": [
                    {
                        "IndexName": "back",
                        "KeyAttributes": {"PartitionKey": key["SortKey"]},
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
                "BillingMode": "PROVISIONED",
                "ProvisionedCapacitySettings": {
                    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
                },
            },
            {"TableName": "Other", "KeyAttributes": {"PartitionKey": key["PartitionKey"]}},
        ],
    }
    music, other = read(model)
    units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 6}
    assert music.create == {
        "TableName": "Music",
        "KeySchema": [*KEY, {"AttributeName": "sk", "KeyType": "RANGE"}],
        "AttributeDefinitions": [*ATTRIBUTES, {"AttributeName": "sk", "AttributeType": "S"}],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "back",
                "KeySchema": [{"AttributeName": "sk", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
                "ProvisionedThroughput": units,
            }
        ],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": units,
    }
    assert music.items == (item,)
    assert other.create == {**REQUEST, "TableName": "Other"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"TableName": ', "it is no JSON"),
        ("a: [", "it is no YAML"),
        ("a: &a [*a]", "none of"),
        ("- &a [*a]", "is no object"),
        ("just words", "none of"),
        ("{}", "none of"),
        ("[7]", "table 0 is no object"),
        ('{"DataModel": 7}', "DataModel is no list"),
        ('{"DataModel": [{}]}', "TableName is no text"),
        ('{"planned_values": 7}', "values is no object"),
        ('[{"TableName": "Music"}, {"TableName": "Music"}]', "Music is described twice"),
        ('[{"TableName": "Music", "KeySchema": 7}]', r"KeySchema is no list"),
        ('[{"TableName": "M", "ProvisionedThroughput": {"ReadCapacityUnits": 1.5}}]', "whole"),
        ('[{"TableName": "M", "DeletionProtectionEnabled": "maybe"}]', "neither true nor false"),
        ("!!python/object/apply:os.system ['true']", "it is no YAML"),
        ("? {a: 1}\n: 2", "it is no YAML"),
    ],
)
def test_what_cannot_be_understood_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(WrongDefinitionError, match=said):
        read(text)


def test_a_file_that_is_too_long_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schema_files, "LARGEST_BYTES", 10)
    with pytest.raises(WrongDefinitionError, match="more than 10 bytes"):
        read([REQUEST])


def test_without_pyyaml_its_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "yaml":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(ImportError, match=r"dynalite_py\[yaml\]"):
        read("Resources: {}")
