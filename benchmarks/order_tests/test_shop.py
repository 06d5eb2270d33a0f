"""Ten tests for each of four customers and five orders; the first one only warms up."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from benchmarks.order_tests import shop

EVERY_ORDER = [(customer, number) for customer in shop.CUSTOMERS[:4] for number in range(1, 6)]
every_order = pytest.mark.parametrize(("customer", "number"), EVERY_ORDER)


def test_the_first_one(dynamodb: Any) -> None:
    shop.place(dynamodb, "ada", 6, 60)
    shop.pay(dynamodb, "ada", 1)
    assert shop.history(dynamodb, "ada", 20) == [6, 5, 4, 3, 2]
    assert shop.in_status(dynamodb, "paid") == 1
    assert shop.visit(dynamodb, "ada") == 2


@every_order
def test_an_order_is_placed(dynamodb: Any, customer: str, number: int) -> None:
    shop.place(dynamodb, customer, number + 10, 5)
    found = dynamodb.Table("orders").get_item(Key={"customer": customer, "number": number + 10})
    assert found["Item"]["status"] == "open"


@every_order
def test_a_number_is_used_once(dynamodb: Any, customer: str, number: int) -> None:
    with pytest.raises(ClientError, match="ConditionalCheckFailed"):
        shop.place(dynamodb, customer, number, 5)


@every_order
def test_an_order_is_paid(dynamodb: Any, customer: str, number: int) -> None:
    shop.pay(dynamodb, customer, number)
    assert shop.in_status(dynamodb, "paid") == 1
    session = dynamodb.Table("sessions").get_item(Key={"id": customer})["Item"]
    assert session["last_paid"] == number


@every_order
def test_an_order_is_paid_once(dynamodb: Any, customer: str, number: int) -> None:
    shop.pay(dynamodb, customer, number)
    with pytest.raises(ClientError, match="TransactionCanceled"):
        shop.pay(dynamodb, customer, number)


@every_order
def test_the_history_is_in_order(dynamodb: Any, customer: str, number: int) -> None:
    assert shop.history(dynamodb, customer, 10 * number) == list(range(5, number - 1, -1))


@every_order
def test_open_orders_are_counted(dynamodb: Any, customer: str, number: int) -> None:
    assert shop.in_status(dynamodb, "open") == 25
    dynamodb.Table("orders").delete_item(Key={"customer": customer, "number": number})
    assert shop.in_status(dynamodb, "open") == 24


@every_order
def test_visits_are_counted(dynamodb: Any, customer: str, number: int) -> None:
    assert [shop.visit(dynamodb, customer) for _ in range(number)] == list(range(2, number + 2))


@every_order
def test_several_orders_are_placed_at_once(dynamodb: Any, customer: str, number: int) -> None:
    with dynamodb.Table("orders").batch_writer() as batch:
        for each in range(10, 20):
            batch.put_item(Item={"customer": customer, "number": each, "total": number})
    assert len(shop.history(dynamodb, customer)) == 15


@every_order
def test_all_of_a_customer_goes(dynamodb: Any, customer: str, number: int) -> None:
    table = dynamodb.Table("orders")
    for each in shop.history(dynamodb, customer):
        table.delete_item(Key={"customer": customer, "number": each})
    assert shop.history(dynamodb, customer) == []
    assert table.scan(Select="COUNT")["Count"] == 20


@every_order
def test_a_new_customer_has_no_orders(dynamodb: Any, customer: str, number: int) -> None:
    name = f"{customer} {number}"
    assert shop.history(dynamodb, name) == []
    assert shop.visit(dynamodb, name) == 1
