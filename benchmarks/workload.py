"""The tables, items and requests that every server and every floor is measured with.

Two kinds of items: 250 bytes (as DynamoDB counts) for single calls and for the queried partitions,
and small ones for the scan, so that 10,000 of them fit the 1 MB of one page and one request reads
them all on every server.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

Item = dict[str, dict[str, Any]]
Request = dict[str, Any]

POINTS, ORDERS, READINGS, INDEXED, BULK = "points", "orders", "readings", "indexed", "bulk"
ENTRIES = "entries"
FRESH = "@FRESH@@"  # load.lua puts a number that no other request has in its place

POINT_COUNT = 1_000
PARTITIONS, PARTITION_ITEMS = 40, 50
READING_PARTITIONS, READING_ITEMS = 200, 50  # together the 10,000 scanned items
LARGE_PARTITION_ITEMS = 5_000  # more than 1 MB
ENTRY_COUNT, ENTRIES_THAT_PASS = 100_000, 100
GLOBAL_INDEXES = 5
TRANSACTION_ITEMS = 10
BATCH_ITEMS = 25
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


def entry(number: int) -> Item:
    """An item of some 250 bytes; of a thousand in a row one has the amount 10,000."""
    return {
        "pk": {"S": f"device#{number % 1000:04d}"},
        "sk": {"S": f"entry#{number:06d}"},
        "amount": {"N": str(10_000 + number % 1000)},
        "note": {"S": "x" * 209},
    }


def sized(number: int, size_bytes: int) -> Item:
    """An item of a given size, in the table of points."""
    item = {"pk": {"S": f"sized#{number:06d}"}, "note": {"S": ""}}
    item["note"]["S"] = "x" * (size_bytes - len("pk") - len("sized#000000") - len("note"))
    return item


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


def large_query_request() -> Request:
    """Query of a partition of more than 1 MB: one page of it."""
    return {
        "TableName": ORDERS,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": order(PARTITIONS, 0)["pk"]},
    }


def large_partition() -> Iterator[Item]:
    """The items of that partition, beside those of the small ones."""
    return (order(PARTITIONS, number) for number in range(LARGE_PARTITION_ITEMS))


def large_scan_request() -> Request:
    """Scan of the table of entries, of which a filter lets one in a thousand through."""
    return {
        "TableName": ENTRIES,
        "FilterExpression": "amount < :most",
        "ExpressionAttributeValues": {":most": {"N": "10001"}},
    }


def delete_request(number: int) -> Request:
    """DeleteItem of one point."""
    return {"TableName": POINTS, "Key": {"pk": point(number)["pk"]}}


def batch_get_request(first: int) -> Request:
    """BatchGetItem of 25 points."""
    keys = [{"pk": point(number)["pk"]} for number in range(first, first + BATCH_ITEMS)]
    return {"RequestItems": {POINTS: {"Keys": keys}}}


def statement_request(number: int) -> Request:
    """ExecuteStatement that selects one point by its key."""
    statement = f'SELECT * FROM "{POINTS}" WHERE pk = ?'
    return {"Statement": statement, "Parameters": [point(number)["pk"]]}


def filtered_statement_request(partition: int) -> Request:
    """ExecuteStatement that selects the half of a partition."""
    parameters = [order(partition, 0)["pk"], {"N": str(10 + LEAST_AMOUNT)}]
    statement = f'SELECT * FROM "{ORDERS}" WHERE pk = ? AND amount >= ?'
    return {"Statement": statement, "Parameters": parameters}


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
    while batch := list(itertools.islice(items, BATCH_ITEMS)):
        yield {"RequestItems": {table: [{"PutRequest": {"Item": item}} for item in batch]}}


def transaction_requests(table: str, items: Iterator[Item], most: int) -> Iterator[Request]:
    """TransactWriteItems requests that put all items."""
    while batch := list(itertools.islice(items, most)):
        yield {"TransactItems": [{"Put": {"TableName": table, "Item": item}} for item in batch]}
