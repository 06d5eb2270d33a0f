"""The AWS CLI against the server: tables, items, paging by tokens."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.model import codec

AWS = Path(sys.executable).with_name("aws")


@pytest.fixture
def aws(endpoint: str) -> Any:
    """Run one ``aws dynamodb`` command and decode what it prints."""
    if not AWS.exists():
        pytest.skip("the AWS CLI is not installed in this environment")

    def run(*arguments: str) -> Any:
        command = [str(AWS), "dynamodb", *arguments, "--endpoint-url", endpoint, "--output", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            return done.stderr.strip()
        return codec.decode(done.stdout or "{}")

    return run


def test_the_command_line_works_a_table(aws: Any) -> None:
    aws(
        "create-table",
        *("--table-name", "Orders", "--billing-mode", "PAY_PER_REQUEST"),
        *(
            "--attribute-definitions",
            "AttributeName=c,AttributeType=S",
            "AttributeName=n,AttributeType=N",
        ),
        *("--key-schema", "AttributeName=c,KeyType=HASH", "AttributeName=n,KeyType=RANGE"),
    )
    assert aws("list-tables") == {"TableNames": ["Orders"]}
    elements = [
        {
            "PutRequest": {
                "Item": {"c": {"S": "x"}, "n": {"N": str(n)}, "even": {"BOOL": n % 2 == 0}}
            }
        }
        for n in range(12)
    ]
    batch = codec.text({"Orders": elements})
    assert aws("batch-write-item", "--request-items", batch) == {"UnprocessedItems": {}}
    values = codec.text({":c": {"S": "x"}, ":t": {"BOOL": True}})
    found = aws(
        "query",
        *("--table-name", "Orders", "--key-condition-expression", "c = :c"),
        *("--filter-expression", "even = :t", "--projection-expression", "n"),
        *("--expression-attribute-values", values, "--no-scan-index-forward", "--page-size", "5"),
    )
    assert [item["n"]["N"] for item in found["Items"]] == ["10", "8", "6", "4", "2", "0"]
    assert found["ScannedCount"] == 12
    first = aws("scan", "--table-name", "Orders", "--max-items", "5", "--page-size", "2")
    assert len(first["Items"]) == 5
    rest = aws("scan", "--table-name", "Orders", "--starting-token", first["NextToken"])
    assert [item["n"]["N"] for item in rest["Items"]] == [str(n) for n in range(5, 12)]
    refused = aws(
        "delete-item",
        *("--table-name", "Orders", "--key", codec.text({"c": {"S": "x"}, "n": {"N": "3"}})),
        *("--condition-expression", "attribute_exists(absent)"),
    )
    assert "ConditionalCheckFailedException" in refused
    assert "The conditional request failed" in refused
    missing = aws("describe-table", "--table-name", "Nowhere")
    assert "Requested resource not found: Table: Nowhere not found" in missing
