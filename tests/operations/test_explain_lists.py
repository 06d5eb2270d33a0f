"""Plans of lists: one of each member, and what all of them cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import dynalite_py
from dynalite_py.doors.library.store import Store
from dynalite_py.operations.explain_plans import Plan

ONE, TWO, GONE = ({"id": {"N": number}} for number in ("1", "2", "9"))
READS = ["SELECT * FROM solo WHERE id = 1", "SELECT v FROM other WHERE id = 2"]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with dynalite_py.connect() as opened:
        for name in ("solo", "other"):
            opened.create_table(
                TableName=name,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "N"}],
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            )
            for number in (1, 2, 3):
                opened.table(name).put({"id": number, "v": "x" * 5_000})
        yield opened


def _statements(*texts: str) -> list[dict[str, Any]]:
    return [{"Statement": text} for text in texts]


LISTS: list[tuple[str, dict[str, Any], list[tuple[str, str, str]]]] = [
    (
        "BatchGetItem",
        {
            "RequestItems": {
                "solo": {"Keys": [ONE, GONE], "ConsistentRead": True},
                "other": {"Keys": [TWO], "ProjectionExpression": "v"},
            }
        },
        [
            ("GetItem", "solo", "id = 1"),
            ("GetItem", "solo", "id = 9"),
            ("GetItem", "other", "id = 2"),
        ],
    ),
    (
        "TransactGetItems",
        {"TransactItems": [{"Get": {"TableName": "solo", "Key": key}} for key in (ONE, GONE)]},
        [("GetItem", "solo", "id = 1"), ("GetItem", "solo", "id = 9")],
    ),
    (
        "BatchExecuteStatement",
        {"Statements": _statements(*READS)},
        [("GetItem", "solo", "id = 1"), ("GetItem", "other", "id = 2")],
    ),
    (
        "ExecuteTransaction",
        {"TransactStatements": _statements(*READS)},
        [("GetItem", "solo", "id = 1"), ("GetItem", "other", "id = 2")],
    ),
]


@pytest.mark.parametrize(("operation", "request_", "members"), LISTS, ids=[row[0] for row in LISTS])
def test_each_member_has_its_plan_and_all_cost_what_the_list_costs(
    store: Store, operation: str, request_: dict[str, Any], members: list[tuple[str, str, str]]
) -> None:
    plan = store.explain_request(operation, request_, analyze=True)
    assert [(each.operation, each.table, each.key) for each in plan.members] == members
    answer = store.client().call(operation, {**request_, "ReturnConsumedCapacity": "TOTAL"})
    spent = sum(each["CapacityUnits"] for each in answer["ConsumedCapacity"])
    assert plan.measured is not None
    assert plan.measured.read_units == spent
    assert plan.as_dict()["members"][0]["operation"] == "GetItem"


def test_writes_and_conditions_of_a_transaction_have_their_plans(store: Store) -> None:
    texts = (
        "INSERT INTO solo VALUE {'id': 7}",
        "UPDATE solo SET v = 'y' WHERE id = 1 AND v = 'x'",
        "DELETE FROM other WHERE id = 2",
        "EXISTS(SELECT * FROM other WHERE id = 3 AND v IS MISSING)",
    )
    request = {"TransactStatements": _statements(*texts)}
    plan = store.explain_request("ExecuteTransaction", request)
    assert [(each.operation, each.key, each.filter) for each in plan.members] == [
        ("PutItem", "id = 7", "the item is not there yet"),
        ("UpdateItem", "id = 1", "v = 'x'"),
        ("DeleteItem", "id = 2", None),
        ("ConditionCheck", "id = 3", "attribute_not_exists(v)"),
    ]
    [alone] = [store.explain(texts[1])]
    assert plan.members[1].estimated.write_units == 2 * alone.estimated.write_units
    with pytest.raises(dynalite_py.DynaliteError, match="Only a read can be measured"):
        store.explain_request("ExecuteTransaction", request, analyze=True)
    assert "v" in store.get_item(TableName="other", Key=TWO)["Item"]


def test_a_member_of_a_batch_that_is_refused_says_why(store: Store) -> None:
    texts = (READS[0], "SELECT * FROM solo", "SLECT", "SELECT * FROM gone WHERE id = 1")
    plan = store.explain_request("BatchExecuteStatement", {"Statements": _statements(*texts)})
    assert [each.refusal.partition(":")[0] for each in plan.members] == [
        "",
        "ValidationException",
        "ValidationException",
        "ResourceNotFoundException",
    ]
    shown = str(plan).splitlines()
    assert shown[:3] == [
        'BatchExecuteStatement on table "solo"',
        '├ GetItem on table "solo"',
        "│ ├ key: id = 1",
    ]
    assert "├ nothing" in shown
    assert shown[-1].startswith("└ estimated: 1 item, 5,")


def test_what_the_operation_refuses_has_no_plan(store: Store) -> None:
    mixed = _statements(READS[0], "DELETE FROM solo WHERE id = 2")
    with pytest.raises(dynalite_py.DynaliteError, match="Read and write requests together"):
        store.explain_request("BatchExecuteStatement", {"Statements": mixed})


def test_a_plan_of_one_read_has_no_members(store: Store) -> None:
    plan: Plan = store.explain(READS[0])
    assert plan.members == ()
