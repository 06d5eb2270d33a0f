"""The program that is tested: orders of customers, and their sessions; plain boto3."""

from __future__ import annotations

from typing import Any

TABLES: list[dict[str, Any]] = [
    {
        "TableName": "orders",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [
            {"AttributeName": "customer", "AttributeType": "S"},
            {"AttributeName": "number", "AttributeType": "N"},
            {"AttributeName": "status", "AttributeType": "S"},
        ],
        "KeySchema": [
            {"AttributeName": "customer", "KeyType": "HASH"},
            {"AttributeName": "number", "KeyType": "RANGE"},
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": "by_status",
                "KeySchema": [
                    {"AttributeName": "status", "KeyType": "HASH"},
                    {"AttributeName": "number", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    },
    {
        "TableName": "sessions",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
    },
]
CUSTOMERS = ("ada", "bob", "eve", "joe", "kim")
SEED: dict[str, list[dict[str, Any]]] = {
    "orders": [
        {"customer": customer, "number": number, "status": "open", "total": 10 * number}
        for customer in CUSTOMERS
        for number in range(1, 6)
    ],
    "sessions": [{"id": customer, "visits": 1} for customer in CUSTOMERS],
}


def place(dynamodb: Any, customer: str, number: int, total: int) -> None:
    """A new order; an order's number is used once. Raises: ClientError."""
    item = {"customer": customer, "number": number, "status": "open", "total": total}
    condition = "attribute_not_exists(customer)"
    dynamodb.Table("orders").put_item(Item=item, ConditionExpression=condition)


def pay(dynamodb: Any, customer: str, number: int) -> None:
    """An open order is paid, and its customer's session says so. Raises: ClientError."""
    paid = {
        "TableName": "orders",
        "Key": {"customer": customer, "number": number},
        "UpdateExpression": "SET #status = :paid",
        "ConditionExpression": "#status = :open",
        "ExpressionAttributeNames": {"#status": "status"},
        "ExpressionAttributeValues": {":paid": "paid", ":open": "open"},
    }
    noted = {
        "TableName": "sessions",
        "Key": {"id": customer},
        "UpdateExpression": "SET last_paid = :number",
        "ExpressionAttributeValues": {":number": number},
    }
    dynamodb.meta.client.transact_write_items(
        TransactItems=[{"Update": paid}, {"Update": noted}],
    )


def history(dynamodb: Any, customer: str, at_least: int = 0) -> list[int]:
    """The numbers of a customer's orders of at least so much, the newest first."""
    answer = dynamodb.Table("orders").query(
        KeyConditionExpression="customer = :customer",
        FilterExpression="#total >= :total",
        ExpressionAttributeNames={"#total": "total"},
        ExpressionAttributeValues={":customer": customer, ":total": at_least},
        ScanIndexForward=False,
    )
    return [int(item["number"]) for item in answer["Items"]]


def in_status(dynamodb: Any, status: str) -> int:
    """How many orders are in a status."""
    answer = dynamodb.Table("orders").query(
        IndexName="by_status",
        KeyConditionExpression="#status = :status",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":status": status},
        Select="COUNT",
    )
    return answer["Count"]


def visit(dynamodb: Any, customer: str) -> int:
    """Count a visit; how many there were."""
    answer = dynamodb.Table("sessions").update_item(
        Key={"id": customer},
        UpdateExpression="ADD visits :one",
        ExpressionAttributeValues={":one": 1},
        ReturnValues="UPDATED_NEW",
    )
    return int(answer["Attributes"]["visits"])
