"""What test_aioboto3 runs under an interpreter that has aioboto3: create, write, read, transact."""

from __future__ import annotations

import asyncio
import importlib
import sys
from typing import Any


async def main(endpoint: str) -> None:
    """One table from creation to deletion, with requests in flight beside each other."""
    session: Any = importlib.import_module("aioboto3").Session()
    async with session.resource("dynamodb", endpoint_url=endpoint) as resource:
        table: Any = await resource.create_table(
            TableName="aio",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "p", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}],
        )
        await table.wait_until_exists()
        async with table.batch_writer() as batch:
            for number in range(50):
                await batch.put_item(Item={"p": f"k{number}", "n": number})
        add = {"UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": 1}}
        await asyncio.gather(*(table.update_item(Key={"p": "k7"}, **add) for _ in range(20)))
        assert (await table.get_item(Key={"p": "k7"}))["Item"]["n"] == 27
    async with session.client("dynamodb", endpoint_url=endpoint) as client:
        pages = client.get_paginator("scan").paginate(
            TableName="aio", PaginationConfig={"PageSize": 9}
        )
        keys: list[str] = [item["p"]["S"] async for page in pages for item in page["Items"]]
        assert sorted(keys) == sorted(f"k{number}" for number in range(50))
        [refused] = await asyncio.gather(
            client.put_item(
                TableName="aio",
                Item={"p": {"S": "k1"}},
                ConditionExpression="attribute_not_exists(p)",
            ),
            return_exceptions=True,
        )
        assert "The conditional request failed" in f"{refused}"
        assert isinstance(refused, client.exceptions.ConditionalCheckFailedException)
        await client.delete_table(TableName="aio")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
    print("done")  # noqa: T201 - read by the test
