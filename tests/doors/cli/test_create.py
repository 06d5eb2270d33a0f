"""``dynalite create`` and ``dynalite serve --schema``."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

import dynalite_py
from dynalite_py.doors.cli import main
from dynalite_py.model import codec
from tests.doors.cli.test_serve import dynamodb, refused, running

TEMPLATE = """
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  Music:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub "music-${Stage}"
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
      PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    """A template of CloudFormation with the table Music."""
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    return file


def test_tables_of_a_template_are_created(tmp_path: Path, template: Path) -> None:
    file = tmp_path / "shop.db"
    arguments = ["create", str(file), str(template), "--parameter", "Stage=prod"]
    shown = CliRunner().invoke(main.main, arguments)
    assert shown.exit_code == 0
    assert shown.stdout == "# music-prod: created\n"
    assert shown.stderr == "# Music: point-in-time recovery is not set up here\n"
    again = CliRunner().invoke(main.main, arguments)
    assert again.stdout == "# music-prod: is there\n"
    with dynalite_py.connect(file) as store:
        assert store.list_tables()["TableNames"] == ["music-prod"]


def test_a_dry_run_shows_the_requests_and_creates_nothing(tmp_path: Path, template: Path) -> None:
    file = tmp_path / "shop.db"
    shown = CliRunner().invoke(main.main, ["create", str(file), str(template), "--dry-run"])
    assert codec.decode(shown.stdout)[0]["TableName"] == "music-dev"
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--parameter", "Stage"], "--parameter takes NAME=VALUE, not 'Stage'."),
        (["--parameter", "Stage=/"], "Value 'music-/' at 'tableName'"),
    ],
)
def test_what_is_wrong_is_told_in_a_line(
    tmp_path: Path, template: Path, arguments: list[str], said: str
) -> None:
    file = str(tmp_path / "shop.db")
    shown = CliRunner().invoke(main.main, ["create", file, str(template), *arguments])
    assert shown.exit_code != 0
    assert said in shown.stderr
    assert "Traceback" not in shown.output


def test_a_server_begins_with_the_tables_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "tables.json"
    request = {
        "TableName": "Music",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
        "data": [{"pk": {"S": "a"}}],
    }
    file.write_bytes(codec.encode({"tables": [request]}))
    with running(tmp_path, "--in-memory", "--schema", str(file), lead=1) as server:
        client = dynamodb(server.endpoint)
        assert client.scan(TableName="Music")["Count"] == 1


def test_a_server_does_not_begin_with_a_file_it_cannot_read(tmp_path: Path) -> None:
    line = refused("--in-memory", "--schema", str(tmp_path / "nowhere.json"))
    assert "nowhere.json cannot be read" in line
