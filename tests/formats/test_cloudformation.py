"""Templates mean here what CloudFormation takes them to mean."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.formats.definitions import WrongDefinitionError
from tests.support.described_tables import read

TABLE = """
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: pk, AttributeType: S}]
      KeySchema: [{AttributeName: pk, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
"""


def template(more: str, before: str = "") -> str:
    """A template of one table with further properties, and sections before its resources."""
    return f"{before}\nResources:\n  T:{TABLE}      {more}\n"


@pytest.mark.parametrize("written", ["true", '"true"'])
@pytest.mark.parametrize("given", [None, "true", "false"])
def test_a_truth_of_yaml_equals_its_text(written: str, given: str | None) -> None:
    before = (
        "Parameters: {Flag: {Type: String, Default: true}}\n"
        f"Conditions: {{IsOn: !Equals [!Ref Flag, {written}]}}"
    )
    text = template("TableName: !If [IsOn, yes-it-is, no-it-is-not]", before)
    [found] = read(text, None if given is None else {"Flag": given})
    assert found.name == ("no-it-is-not" if given == "false" else "yes-it-is")


def test_truths_and_numbers_are_texts_where_a_text_is_meant() -> None:
    [found] = read(template("Tags: [{Key: backup, Value: true}, {Key: 7, Value: 1}]"))
    assert found.create["Tags"] == [
        {"Key": "backup", "Value": "true"},
        {"Key": "7", "Value": "1"},
    ]


def test_names_that_yaml_takes_for_numbers_are_found() -> None:
    before = "Mappings: {Units: {123456789012: {7: 3}}}"
    found = '!FindInMap [Units, !Ref "AWS::AccountId", "7"]'
    [table] = read(template(f"ProvisionedThroughput: {{ReadCapacityUnits: {found}}}", before))
    assert table.create["ProvisionedThroughput"] == {"ReadCapacityUnits": 3}


def test_members_and_elements_without_a_value_are_left_out() -> None:
    nothing = '!Ref "AWS::NoValue"'
    before = "Conditions: {Never: !Equals [a, b]}"
    more = (
        f"Tags: [{{Key: a, Value: b}}, !If [Never, {{Key: c, Value: d}}, {nothing}]]\n"
        f"      StreamSpecification: !If [Never, {{StreamViewType: KEYS_ONLY}}, {nothing}]\n"
        f"      TableName: !Join ['-', [a, {nothing}, b]]"
    )
    [found] = read(template(more, before))
    assert found.create["Tags"] == [{"Key": "a", "Value": "b"}]
    assert "StreamSpecification" not in found.create
    assert found.name == "a-b"


@pytest.mark.parametrize(
    ("more", "note"),
    [
        ("KinesisStreamSpecification: {StreamArn: !GetAtt Stream.Arn}", "the Kinesis destination"),
        (
            "ResourcePolicy: {PolicyDocument: {Principal: !GetAtt Role.Arn}}",
            "the resource policy",
        ),
        ("ImportSourceSpecification: {S3BucketSource: !Ref Bucket}", "the import from S3"),
        ("PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: false}", None),
        ("ContributorInsightsSpecification: {Enabled: false}", None),
        ('KinesisStreamSpecification: !Ref "AWS::NoValue"', None),
    ],
)
def test_what_is_not_set_up_here_need_not_be_known(more: str, note: str | None) -> None:
    [found] = read(template(more))
    assert found.notes == (() if note is None else (f"T: {note} is not set up here",))


def test_of_the_replicas_of_a_global_table_units_alone_are_needed() -> None:
    replica = {
        "Region": "eu-west-1",
        "SSESpecification": {"KMSMasterKeyId": {"Ref": "Key"}},
        "ReadProvisionedThroughputSettings": {"ReadCapacityUnits": 7},
    }
    properties: dict[str, Any] = {
        "TableName": "Music",
        "BillingMode": "PROVISIONED",
        "Replicas": [replica],
    }
    table = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": properties}
    [found] = read({"Resources": {"T": table}})
    assert found.create["ProvisionedThroughput"]["ReadCapacityUnits"] == 7


REFUSED: list[tuple[str, str]] = [
    ("TableName: !GetAtt []", "Fn::GetAtt takes a resource and its attribute"),
    ("TableName: {1: 2}", "is no text"),
    ("Tags: [{7: !Ref Nothing}]", "Nothing"),
    ("TableName: !Ref Path", "the parameter Path has no value"),
]


@pytest.mark.parametrize(("more", "said"), REFUSED)
def test_what_a_template_does_not_tell_is_refused_in_words(more: str, said: str) -> None:
    before = (
        'Parameters: {Path: {Type: "AWS::SSM::Parameter::Value<String>", Default: /shop/table}}'
    )
    with pytest.raises(WrongDefinitionError, match=said):
        read(template(more, before))


def test_resources_made_in_a_loop_are_refused() -> None:
    document: dict[str, Any] = {
        "Transform": "AWS::LanguageExtensions",
        "Resources": {"Fn::ForEach::Tables": ["Name", ["a", "b"], {}]},
    }
    with pytest.raises(WrongDefinitionError, match="Fn::ForEach::Tables is not worked out here"):
        read(document)


def deep_sub(levels: int) -> Any:
    """A Fn::Sub inside another one, each of which doubles its text."""
    text: Any = "x" * 1000
    for _ in range(levels):
        text = {"Fn::Sub": ["${a}${a}", {"a": text}]}
    return text


@pytest.mark.parametrize(
    "name",
    [
        deep_sub(24),
        {"Fn::Join": ["x" * 100_000, ["a"] * 100_000]},
        {"Fn::Sub": ["${a}" * 10_000, {"a": "x" * 100_000}]},
    ],
    ids=["sub in sub", "join", "sub"],
)
def test_texts_that_grow_come_to_an_end(name: Any) -> None:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": name}}
    with pytest.raises(WrongDefinitionError, match="too long"):
        read({"Resources": {"T": table}})


@pytest.mark.parametrize(
    "document",
    [
        {
            "Globals": {"SimpleTable": "x"},
            "Resources": {"T": {"Type": "AWS::Serverless::SimpleTable"}},
        },
        {
            "Resources": {
                "T": {
                    "Type": "AWS::DynamoDB::GlobalTable",
                    "Properties": {
                        "BillingMode": "PROVISIONED",
                        "Replicas": [{"GlobalSecondaryIndexes": 7}],
                        "GlobalSecondaryIndexes": [{"IndexName": "i"}],
                    },
                }
            }
        },
    ],
)
def test_members_of_a_wrong_type_are_refused_in_words(document: Any) -> None:
    with pytest.raises(WrongDefinitionError, match="is no"):
        read(document)
