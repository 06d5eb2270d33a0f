"""Tables made from descriptions, by the library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import dynalite_py
from dynalite_py import exceptions
from dynalite_py.model import codec

KEY = [{"AttributeName": "pk", "KeyType": "HASH"}]
REQUEST: dict[str, Any] = {
    "TableName": "Music",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": KEY,
    "BillingMode": "PAY_PER_REQUEST",
}
TEMPLATE = """
Parameters: {Stage: {Type: String}}
Resources:
  Sessions:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "sessions-${Stage}"
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      TimeToLiveSpecification: {AttributeName: expires, Enabled: true}
      Tags: [{Key: stage, Value: !Ref Stage}]
"""


def test_a_template_becomes_tables_with_time_to_live(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    with dynalite_py.connect() as store:
        [made] = store.create_tables(file, parameters={"Stage": "dev"})
        assert (made.name, made.is_new, made.notes) == ("sessions-dev", True, ())
        described = store.describe_time_to_live(TableName="sessions-dev")
        shown = described["TimeToLiveDescription"]
        assert shown == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires"}
        arn = store.describe_table(TableName="sessions-dev")["Table"]["TableArn"]
        assert store.list_tags_of_resource(ResourceArn=arn)["Tags"] == [
            {"Key": "stage", "Value": "dev"}
        ]


def test_items_of_a_description_are_written() -> None:
    items = [{"pk": {"S": f"{number}"}, "b": {"B": "AAE="}} for number in range(60)]
    with dynalite_py.connect() as store:
        [made] = store.create_tables([{**REQUEST, "data": items}])
        assert made.items == 60
        found = store.scan(TableName="Music")["Items"]
        assert len(found) == 60
        assert found[0].get("b") == {"B": b"\x00\x01"}


def test_tables_that_are_there_stay_as_they_are() -> None:
    with dynalite_py.connect() as store:
        store.create_tables(REQUEST)
        again: Any = {**REQUEST, "data": [{"pk": {"S": "a"}}]}
        with pytest.raises(exceptions.ResourceInUseException):
            store.create_tables(again)
        [made] = store.create_tables(again, exist_ok=True)
        assert (made.is_new, made.items) == (False, 0)
        assert store.scan(TableName="Music")["Count"] == 0


def test_a_description_of_a_table_makes_the_same_table_elsewhere() -> None:
    with dynalite_py.connect() as one, dynalite_py.connect() as other:
        one.create_tables(REQUEST)
        shown: Any = one.client().call("DescribeTable", {"TableName": "Music"})
        shown["Table"].pop("CreationDateTime")
        other.create_tables({"Table": shown["Table"]})
        copied: Any = other.client().call("DescribeTable", {"TableName": "Music"})
        for name in ("KeySchema", "AttributeDefinitions", "ProvisionedThroughput"):
            assert copied["Table"][name] == shown["Table"][name]


def test_tables_that_take_their_time_are_waited_for() -> None:
    with dynalite_py.connect(transitions=20) as store:
        [made] = store.create_tables([{**REQUEST, "data": [{"pk": {"S": "a"}}]}])
        assert made.items == 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("nowhere.yaml", "nowhere.yaml cannot be read: No such file"),
        ({"TableName": object()}, "not JSON serializable"),
        ([7], "table 0 is no object"),
        ([{**REQUEST, "data": [{"pk": "a"}]}], "an item of Music: pk is no attribute value"),
    ],
)
def test_what_cannot_be_read_is_refused_in_words(source: Any, said: str) -> None:
    with dynalite_py.connect() as store, pytest.raises(exceptions.SchemaError, match=said):
        store.create_tables(source)


def test_what_the_engine_refuses_is_told_in_its_words() -> None:
    with dynalite_py.connect() as store, pytest.raises(exceptions.ValidationException):
        store.create_tables({**REQUEST, "KeySchema": []})


def test_a_file_names_itself_in_what_is_wrong_with_it(tmp_path: Path) -> None:
    file = tmp_path / "tables.json"
    file.write_bytes(codec.encode([7]))
    with dynalite_py.connect() as store, pytest.raises(exceptions.SchemaError) as refused:
        store.create_tables(str(file))
    assert str(refused.value) == f"{file}: table 0 is no object"
