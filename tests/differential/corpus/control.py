"""Tables: create, describe, list, update, delete, tags, and the operations that take no data."""

from __future__ import annotations

from typing import Any

from tests.differential.build import Scenario, Step, index, schema, table
from tests.differential.corpus.fixtures import HASH, PAIR

Request = dict[str, Any]


def create(**members: Any) -> Step:
    """CreateTable of a hash-only table, with members changed; None leaves one out."""
    whole = {**table("Made", "a:S").request, **members}
    return Step("CreateTable", {name: each for name, each in whole.items() if each is not ...})


def definitions(*words: str) -> list[dict[str, str]]:
    """Attribute definitions of "name:TYPE"."""
    return [
        {"AttributeName": word.partition(":")[0], "AttributeType": word.partition(":")[2]}
        for word in words
    ]


def units(read: Any = 1, write: Any = 1) -> Request:
    """ProvisionedThroughput."""
    return {"ReadCapacityUnits": read, "WriteCapacityUnits": write}


AB = definitions("a:S", "b:S")
ABC = definitions("a:S", "b:S", "c:N")
KEYS: Request = {"KeySchema": schema("a", "b"), "AttributeDefinitions": ABC}
PROVISIONED: Request = {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units()}


def _creations() -> tuple[Step, ...]:
    key = schema
    found = [
        create(TableName=name)
        for name in (..., "", "ab", "abc;", "x" * 255, "x" * 256, 5, "a.b-c_d", "A" * 3)
    ]
    return (
        *found,
        Step("CreateTable", {}),
        create(KeySchema=...),
        create(KeySchema=[]),
        create(KeySchema="x"),
        create(KeySchema=[{}]),
        create(KeySchema=["x"]),
        create(KeySchema=[{"AttributeName": "a", "KeyType": "x"}]),
        create(KeySchema=[{"AttributeName": "", "KeyType": "HASH"}]),
        create(KeySchema=[{"AttributeName": "a" * 256, "KeyType": "HASH"}]),
        create(KeySchema=[{"AttributeName": "a", "KeyType": "RANGE"}]),
        create(KeySchema=key("b")),
        create(KeySchema=key("a", "b")),
        create(KeySchema=key("a", "a")),
        create(KeySchema=key("a", "a"), AttributeDefinitions=AB),
        create(KeySchema=[*key("a"), *key("b")], AttributeDefinitions=AB),
        create(KeySchema=[*key("a", "b"), *key("c")], AttributeDefinitions=ABC),
        create(AttributeDefinitions=...),
        create(AttributeDefinitions=[]),
        create(AttributeDefinitions=AB),
        create(AttributeDefinitions=definitions("a:S", "a:S")),
        create(AttributeDefinitions=definitions("a:S", "a:N")),
        create(AttributeDefinitions=definitions("a:SS")),
        create(AttributeDefinitions=definitions("a:")),
        create(AttributeDefinitions=definitions(":S")),
        create(AttributeDefinitions=[{"AttributeName": "a"}]),
        create(AttributeDefinitions=[{"AttributeType": "S"}]),
        create(AttributeDefinitions=["x"]),
    )


def _billing() -> tuple[Step, ...]:
    return (
        create(BillingMode=...),
        create(BillingMode="x"),
        create(BillingMode="PROVISIONED"),
        create(ProvisionedThroughput=units()),
        create(BillingMode=..., ProvisionedThroughput={}),
        create(BillingMode=..., ProvisionedThroughput=units(0, 0)),
        create(BillingMode=..., ProvisionedThroughput=units(-1, 1)),
        create(BillingMode=..., ProvisionedThroughput=units("1", 1)),
        create(BillingMode=..., ProvisionedThroughput=units(1, 1000000000001)),
        create(BillingMode=..., ProvisionedThroughput={"ReadCapacityUnits": 1}),
        create(LocalSecondaryIndexes=[]),
        create(GlobalSecondaryIndexes=[]),
        create(LocalSecondaryIndexes=[index("idx", "a", "b")], AttributeDefinitions=AB),
        create(GlobalSecondaryIndexes="x"),
        create(GlobalSecondaryIndexes=[{}]),
    )


def _indexes() -> tuple[Step, ...]:
    key, found = schema, list[Step]()
    for indexes in (
        [index("idx", "a", "c")],
        [index("idx", "a")],
        [index("idx", "b", "c")],
        [index("idx", "a", "b")],
        [index("idx", "a", "d")],
        [index("id", "a", "c")],
        [index("id;x", "a", "c")],
        [index("x" * 256, "a", "c")],
        [index("idx", "a", "c"), index("idx", "a", "b")],
        [index("idx", "a", "c", "KEYS_ONLY")],
        [index("idx", "a", "c", "KEYS_ONLY", "x")],
        [index("idx", "a", "c", "ALL", "x")],
        [index("idx", "a", "c", "INCLUDE", "x")],
        [index("idx", "a", "c", "INCLUDE", "x", "x")],
        [index("idx", "a", "c", "INCLUDE", "a")],
        [index("idx", "a", "c", "INCLUDE")],
        [index("idx", "a", "c", "x")],
        [{**index("idx", "a", "c"), "Projection": {}}],
        [{**index("idx", "a", "c"), "Projection": {"ProjectionType": "INCLUDE",
                                                    "NonKeyAttributes": []}}],
        [{"IndexName": "idx", "KeySchema": key("a", "c")}],
        [{"KeySchema": key("a", "c"), "Projection": {"ProjectionType": "ALL"}}],
        [{"IndexName": "idx", "Projection": {"ProjectionType": "ALL"}}],
        [{**index("idx", "a", "c"), "KeySchema": []}],
        [{**index("idx", "a", "c"), "KeySchema": [*key("a", "c"), *key("b")]}],
        [{**index("idx", "a", "c"), "KeySchema": key("a", "c")[::-1]}],
        [index(f"i{n:02}", "a", "c") for n in range(5)],
        [index(f"i{n:02}", "a", "c") for n in range(6)],
        [index(f"i{n:02}", "a", "c") for n in range(20)],
        [index(f"i{n:02}", "a", "c") for n in range(21)],
    ):  # fmt: skip
        for number, member in enumerate(("LocalSecondaryIndexes", "GlobalSecondaryIndexes")):
            name = f"Made{len(found)}{number}"
            found.append(create(TableName=name, **KEYS, **{member: indexes}))
            found.append(Step("DeleteTable", {"TableName": name}))
        with_units = [{**each, "ProvisionedThroughput": units()} for each in indexes]
        name = f"Made{len(found)}"
        found.append(create(TableName=name, **KEYS, **PROVISIONED,
                            GlobalSecondaryIndexes=with_units))  # fmt: skip
        found.append(Step("DeleteTable", {"TableName": name}))
    return tuple(found)


def _further_members() -> tuple[Step, ...]:
    return (
        create(TableName="Both", **KEYS, LocalSecondaryIndexes=[index("same", "a", "c")],
               GlobalSecondaryIndexes=[index("same", "c")]),
        create(TableName="Prov", **KEYS, **PROVISIONED,
               GlobalSecondaryIndexes=[index("idx", "c")]),
        create(TableName="Dem", **KEYS,
               GlobalSecondaryIndexes=[{**index("idx", "c"), "ProvisionedThroughput": units()}]),
        create(TableName="Hash"),
        create(TableName="Hash", KeySchema=schema("zz")),
        create(TableName="St1", StreamSpecification={"StreamEnabled": True}),
        create(TableName="St2", StreamSpecification={}),
        create(TableName="St3", StreamSpecification={"StreamEnabled": False}),
        create(TableName="St4", StreamSpecification={"StreamEnabled": True,
                                                     "StreamViewType": "x"}),
        create(TableName="Cls", TableClass="x"),
        create(TableName="Dead", DeletionProtectionEnabled=True),
        Step("DeleteTable", {"TableName": "Dead"}),
    )  # fmt: skip


def _others() -> tuple[Step, ...]:
    found: list[Step] = []
    for operation in ("DescribeTable", "DeleteTable", "UpdateTable"):
        found += [
            Step(operation, {"TableName": name} if name is not ... else {})
            for name in (..., None, "", "ab", "abc;", "Absent", "x" * 256, 5, [])
        ]
    found += [
        Step("DescribeTable", {"TableName": "Pair"}),
        Step("DescribeTable", {"TableName": "Hash"}),
        Step("ListTables", {}),
    ]
    for request in (
        {"Limit": 1}, {"Limit": 0}, {"Limit": 101}, {"Limit": 100}, {"Limit": "1"},
        {"ExclusiveStartTableName": "Hash"}, {"ExclusiveStartTableName": "Hasg"},
        {"ExclusiveStartTableName": ""}, {"ExclusiveStartTableName": "a;b"},
        {"ExclusiveStartTableName": "zzz"}, {"Limit": 1, "ExclusiveStartTableName": "Hash"},
    ):  # fmt: skip
        found.append(Step("ListTables", request))
    for members in (
        {"BillingMode": "x"},
        {"BillingMode": "PROVISIONED"},
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units(0, 1)},
        {"ProvisionedThroughput": units()},
        {"ProvisionedThroughput": {}},
        {"GlobalSecondaryIndexUpdates": []},
        {"GlobalSecondaryIndexUpdates": [{}]},
        {"GlobalSecondaryIndexUpdates": [{"Delete": {}}]},
        {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "absent"}}]},
        {"GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "abc"}}]},
        {"GlobalSecondaryIndexUpdates": [{"Create": index("abc", "zz")}]},
        {"GlobalSecondaryIndexUpdates": [{"Create": index("kinds", "kind")}]},
        {"GlobalSecondaryIndexUpdates": [{"Update": {"IndexName": "kinds",
                                                     "ProvisionedThroughput": units()}}]},
        {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "kinds"}},
                                         {"Delete": {"IndexName": "kinds"}}]},
        {"GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "kinds"}},
                                         {"Delete": {"IndexName": "tags"}}]},
        {"BillingMode": "PROVISIONED", "ProvisionedThroughput": units()},
        {"StreamSpecification": {}},
        {"StreamSpecification": {"StreamEnabled": False}},
    ):  # fmt: skip
        found.append(Step("UpdateTable", {"TableName": "Pair", **members}))
    found += [
        Step("DescribeLimits", {}),
        Step("DescribeEndpoints", {}),
        Step("NoSuchOperation", {}),
        Step("DeleteTable", {"TableName": "Hash"}),
        Step("DescribeTable", {"TableName": "Hash"}),
        Step("ListTables", {}),
    ]
    return tuple(found)


def _tags() -> tuple[Step, ...]:
    found: list[Step] = []
    for request in (
        {}, {"ResourceArn": ""}, {"ResourceArn": "x"}, {"ResourceArn": "Hash"},
        {"ResourceArn": "arn:aws:dynamodb:us-east-1:000000000000:table/Absent"},
    ):  # fmt: skip
        found.append(Step("ListTagsOfResource", request))
        found.append(Step("TagResource", {**request, "Tags": [{"Key": "a", "Value": "b"}]}))
        found.append(Step("TagResource", {**request, "Tags": []}))
        found.append(Step("UntagResource", {**request, "TagKeys": ["a"]}))
        found.append(Step("UntagResource", {**request, "TagKeys": []}))
    return tuple(found)


SCENARIOS = (
    Scenario("creations of tables", (HASH,), _creations()),
    Scenario("billing of tables", (HASH,), _billing()),
    Scenario("creations of indexes", (HASH,), _indexes()),
    Scenario("further members of tables", (HASH,), _further_members()),
    Scenario("tags", (HASH,), _tags()),
    Scenario("other operations on tables", (HASH, PAIR), _others()),
)
