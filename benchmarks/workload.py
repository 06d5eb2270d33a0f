"""The tables, items and requests that every server and every floor is measured with.

Two kinds of items: 250 bytes (as DynamoDB counts) for single calls and for the queried partitions,
and small ones for the scan, so that 10,000 of them fit the 1 MB of one page and one request reads
them all on every server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Item = dict[str, dict[str, Any]]
Request = dict[str, Any]

POINTS, ORDERS, READINGS, INDEXED, BULK = "points", "orders", "readings", "indexed", "bulk"

POINT_COUNT = 1_000
PARTITIONS, PARTITION_ITEMS = 40, 50
READING_PARTITIONS, READING_ITEMS = 200, 50  # together the 10,000 scanned items
GLOBAL_INDEXES = 5
TRANSACTION_ITEMS = 10
ITEM_BYTES = 250

LEAST_AMOUNT = 25  # of 0..49: half of a partition passes the filter
MOST_AMOUNT = 1  # of 0..49: one scanned item in fifty passes


def point(number: int) -> Item:
    """An item of 250 bytes with a partition key alone."""
    return {
        "pk": {"S": f"user#{number:07d}"},
        "email": {"S": f"user{number:07d}@example.com"},
        "visits": {"N": "12"},
        "active": {"BOOL": True},
        "note": {"S": "x" * 189},
    }


def order(partition: int, number: int) -> Item:
    """An item of 250 bytes with a sort key."""
    return {
        "pk": {"S": f"customer#{partition:04d}"},
        "sk": {"S": f"order#{number:04d}"},
        "amount": {"N": str(10 + number % 50)},
        "note": {"S": "x" * 211},
    }


def reading(partition: int, number: int) -> Item:
    """A small item: 10,000 of them stay below one page of a Scan."""
    return {
        "pk": {"S": f"sensor#{partition:04d}"},
        "sk": {"S": f"{number:04d}"},
        "amount": {"N": str(10 + number % 50)},
        "note": {"S": "x" * 20},
    }


def indexed(number: int, turn: int) -> Item:
    """A point with the keys of five global indexes; another turn moves all five index rows."""
    keys: Item = {
        f"g{index}": {"S": f"group#{(number * 7 + turn * 13 + index) % 100:03d}"}
        for index in range(1, GLOBAL_INDEXES + 1)
    }
    return point(number) | keys


def orders() -> Iterator[Item]:
    """Every item of the queried table."""
    return (order(part, n) for part in range(PARTITIONS) for n in range(PARTITION_ITEMS))


def readings() -> Iterator[Item]:
    """Every item of the scanned table."""
    return (reading(part, n) for part in range(READING_PARTITIONS) for n in range(READING_ITEMS))


def point_table(name: str) -> Request:
    """CreateTable of a table with a partition key alone."""
    return {
        "TableName": name,
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "BillingMode": "PAY_PER_REQUEST",
    }


def range_table(name: str) -> Request:
    """CreateTable of a table with partition key and sort key."""
    request = point_table(name)
    request["AttributeDefinitions"].append({"AttributeName": "sk", "AttributeType": "S"})
    request["KeySchema"].append({"AttributeName": "sk", "KeyType": "RANGE"})
    return request


def indexed_table(name: str) -> Request:
    """CreateTable of a table with five global secondary indexes that project everything."""
    request = point_table(name)
    attributes = [f"g{index}" for index in range(1, GLOBAL_INDEXES + 1)]
    request["AttributeDefinitions"] += [
        {"AttributeName": attribute, "AttributeType": "S"} for attribute in attributes
    ]
    request["GlobalSecondaryIndexes"] = [
        {
            "IndexName": f"by-{attribute}",
            "KeySchema": [{"AttributeName": attribute, "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
        for attribute in attributes
    ]
    return request


def get_request(number: int) -> Request:
    """GetItem of one point."""
    return {"TableName": POINTS, "Key": {"pk": point(number)["pk"]}}


def put_request(number: int) -> Request:
    """PutItem of one point, without condition."""
    return {"TableName": POINTS, "Item": point(number)}


def update_request(number: int) -> Request:
    """UpdateItem that counts a point up when a condition holds."""
    return {
        "TableName": POINTS,
        "Key": {"pk": point(number)["pk"]},
        "UpdateExpression": "SET visits = visits + :one",
        "ConditionExpression": "attribute_exists(pk) AND visits >= :zero",
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":zero": {"N": "0"}},
    }


def query_request(partition: int) -> Request:
    """Query of one whole partition of 50 items."""
    return {
        "TableName": ORDERS,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": order(partition, 0)["pk"]},
    }


def filtered_query_request(partition: int) -> Request:
    """Query of 50 items of which a filter on a number lets half through."""
    request = query_request(partition)
    request["FilterExpression"] = "amount >= :least"
    request["ExpressionAttributeValues"][":least"] = {"N": str(10 + LEAST_AMOUNT)}
    return request


def select_point_request(number: int) -> Request:
    """ExecuteStatement of what ``get_request`` asks for."""
    return {
        "Statement": f'SELECT * FROM "{POINTS}" WHERE pk=?',
        "Parameters": [point(number)["pk"]],
    }


def select_filtered_request(partition: int) -> Request:
    """ExecuteStatement of what ``filtered_query_request`` asks for."""
    return {
        "Statement": f'SELECT * FROM "{ORDERS}" WHERE pk=? AND amount >= ?',
        "Parameters": [order(partition, 0)["pk"], {"N": str(10 + LEAST_AMOUNT)}],
    }


def filtered_scan_request() -> Request:
    """Scan of 10,000 items of which a filter on a number lets 200 through."""
    return {
        "TableName": READINGS,
        "FilterExpression": "amount < :most",
        "ExpressionAttributeValues": {":most": {"N": str(10 + MOST_AMOUNT)}},
    }


def transaction_request(first: int) -> Request:
    """TransactWriteItems of ten puts; requests with other multiples of ten touch other items."""
    return {
        "TransactItems": [
            {"Put": put_request(number)} for number in range(first, first + TRANSACTION_ITEMS)
        ]
    }


def indexed_put_request(number: int, turn: int) -> Request:
    """PutItem into the table with five global secondary indexes."""
    return {"TableName": INDEXED, "Item": indexed(number, turn)}


def batch_requests(table: str, items: Iterator[Item]) -> Iterator[Request]:
    """BatchWriteItem requests of 25 items each, the service's own limit."""
    batch: list[Request] = []
    for item in items:
        batch.append({"PutRequest": {"Item": item}})
        if len(batch) == 25:
            yield {"RequestItems": {table: batch}}
            batch = []
    if batch:
        yield {"RequestItems": {table: batch}}
