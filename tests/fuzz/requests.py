"""Random requests of every operation: built ones that are nearly right, and recorded ones changed
here and there.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, cast

from dynalite_py.model import codec
from dynalite_py.operations import api_model
from tests.facts import (
    batches,
    item_tables,
    items,
    model_layer,
    partiql,
    partiql_lists,
    partiql_reads,
    partiql_syntax,
    partiql_writes,
    query,
    range_tables,
    scan,
    table_changes,
    tables,
)
from tests.fuzz import changes, features, texts
from tests.fuzz.shaped import Shaped
from tests.fuzz.statements import Statements
from tests.fuzz.texts import Expression, chance

Request: TypeAlias = dict[str, Any]
Seed: TypeAlias = tuple[str, Request]

TABLES: list[Request] = [*item_tables.TABLES, *range_tables.TABLES, *partiql.TABLES[:2]]
_FACTS = (
    *items.FACTS,
    *batches.FACTS,
    *query.FACTS,
    *scan.FACTS,
    *model_layer.FACTS,
    *tables.FACTS,
    *table_changes.FACTS,
    *table_changes.TAGS,
)
_LONGEST_SEED_BYTES = 20_000
_UNKNOWN = ("Nothing", "", "putitem")
_ARNS = (
    table_changes.ARN + "hash_s/index/by_kind",
    table_changes.ARN + "hash_s/stream/2026-01-01T00:00:00.000",
    table_changes.ARN + "hash_s/backup/01700000000000-0123abcd",
    "arn:aws:kinesis:us-east-1:000000000000:stream/flow",
    "arn:aws:dynamodb:eu-west-1:111111111111:table/other",
    "not an ARN",
)
_TEXTS = (
    "Policy",
    "ConditionExpression",
    "FilterExpression",
    "KeyConditionExpression",
    "ProjectionExpression",
    "UpdateExpression",
)
_CONTROL: Sequence[Seed] = (
    ("ListTables", {}),
    ("ListTables", {"Limit": 2, "ExclusiveStartTableName": "indexed"}),
    ("DescribeLimits", {}),
    ("DescribeEndpoints", {}),
    ("DescribeTable", {"TableName": "scores"}),
    ("DeleteTable", {"TableName": "made"}),
    ("ListTagsOfResource", {"ResourceArn": table_changes.ARN + "hash_s"}),
    ("TagResource", {"ResourceArn": table_changes.ARN + "hash_s", "Tags": [table_changes.GOOD]}),
    ("UntagResource", {"ResourceArn": table_changes.ARN + "hash_s", "TagKeys": ["k"]}),
    *(("CreateTable", {**table, "TableName": "made"}) for table in TABLES),
    ("UpdateTable", {"TableName": "made", "DeletionProtectionEnabled": False}),
    ("UpdateTable", {"TableName": "made", "TableClass": "STANDARD"}),
    (
        "UpdateTable",
        {
            "TableName": "words",
            "AttributeDefinitions": [{"AttributeName": "kind", "AttributeType": "S"}],
            "GlobalSecondaryIndexUpdates": [
                {
                    "Create": {
                        "IndexName": "by_kind",
                        "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "KEYS_ONLY"},
                    }
                }
            ],
        },
    ),
    (
        "UpdateTable",
        {
            "TableName": "words",
            "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "by_kind"}}],
        },
    ),
)


def _recorded() -> list[Seed]:
    statements = (
        row
        for module in (partiql_syntax, partiql_reads, partiql_writes, partiql_lists)
        for row in (*module.FACTS, *module.ANSWERS)
    )
    known = (*_FACTS, *statements)
    seeds = [*((row.operation, row.request) for row in known), *features.SEEDS]
    short = [seed for seed in seeds if len(codec.encode(seed[1])) <= _LONGEST_SEED_BYTES]
    return [*short, *_CONTROL]


class _Schema:
    """The key attributes of a table or one of its indexes."""

    def __init__(self, table: Request, index: Request | None) -> None:
        self.table: str = table["TableName"]
        self.index: str | None = None if index is None else index["IndexName"]
        self.kinds: dict[str, str] = {
            each["AttributeName"]: each["AttributeType"] for each in table["AttributeDefinitions"]
        }
        self.base: list[str] = [each["AttributeName"] for each in table["KeySchema"]]
        self.keys: list[str] = [each["AttributeName"] for each in (index or table)["KeySchema"]]
        self.names = list(dict.fromkeys((*self.base, *self.keys)))


def _schemas() -> list[_Schema]:
    return [
        _Schema(table, index)
        for table in TABLES
        for index in (
            None,
            *table.get("GlobalSecondaryIndexes", ()),
            *table.get("LocalSecondaryIndexes", ()),
        )
    ]


class Requests:
    """An endless series of requests.

    starts: operations and JSON texts that go on where a page ended, filled in by whoever runs it.
    """

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.recorded = _recorded()
        self.schemas = _schemas()
        self.bases = [schema for schema in self.schemas if schema.index is None]
        self.starts: list[tuple[str, bytes]] = []
        self.operations = api_model.operations()
        names = [schema.index or schema.table for schema in self.schemas]
        arns = [table_changes.ARN + name for name in names]
        self.shaped = Shaped(source, (*names, "made", "none", "a"), (*arns, *_ARNS))
        statements = Statements(source, self.schemas, self.bases)
        self.builders: dict[str, Callable[[], Request]] = {
            "PutItem": self._put,
            "GetItem": self._get,
            "UpdateItem": self._update,
            "DeleteItem": self._delete,
            "Query": self._query,
            "Scan": self._scan,
            "BatchGetItem": self._batch_get,
            "BatchWriteItem": self._batch_write,
            "TransactGetItems": self._transact_get,
            "TransactWriteItems": self._transact_write,
            "ExecuteStatement": statements.one,
            "BatchExecuteStatement": statements.batch,
            "ExecuteTransaction": statements.transaction,
        }

    def next(self) -> Seed:
        """One request with its operation."""
        source = self.source
        if self.starts and chance(source, 15):
            operation, text = source.choice(self.starts)
            request = codec.decode(text)
        elif chance(source, 6):
            operation = source.choice(self.operations)
            request = self.shaped.request(operation)
        elif chance(source, 4):
            operation, request = source.choice(self.recorded)
            request = copy.deepcopy(request)
        else:
            operation = source.choice(list(self.builders))
            request = self.builders[operation]()
        if chance(source, 2):
            for _ in range(source.choice((1, 1, 1, 2, 3, 5))):
                request = self._mutated(request)
        if chance(source, 60):
            operation = source.choice((*_UNKNOWN, *self.builders))
        return operation, request

    def fillings(self) -> list[Seed]:
        """Requests that give every table some items to work on."""
        return [
            ("PutItem", {"TableName": schema.table, "Item": self._item(schema)})
            for schema in self.bases
            for _ in range(12)
        ]

    # Built requests.

    def _key(self, schema: _Schema) -> Request:
        return {
            name: texts.key_value(self.source, schema.kinds[name])
            for name in (schema.base if schema.index is None else schema.names)
        }

    def _item(self, schema: _Schema) -> Request:
        source = self.source
        names = source.sample(texts.NAMES, source.randrange(8))
        item = {name: texts.attribute_of(source, name) for name in names}
        for name, kind in schema.kinds.items():
            if name in schema.base or not chance(source, 3):
                item[name] = texts.key_value(source, kind)
        return item

    def _bound(self, request: Request, expression: Expression) -> Request:
        """The request with the names and values that its expressions use."""
        if expression.names:
            request["ExpressionAttributeNames"] = expression.names
        if expression.values:
            request["ExpressionAttributeValues"] = expression.values
        return request

    def _some(self, **members: tuple[str, ...]) -> Request:
        """Each member with one of its values, or (mostly) not at all."""
        source = self.source
        return {
            name: source.choice(values) for name, values in members.items() if chance(source, 3)
        }

    def _shown(self) -> Request:
        shown: Request = self._some(
            ReturnConsumedCapacity=("INDEXES", "TOTAL", "NONE"),
            ReturnItemCollectionMetrics=("SIZE", "NONE"),
        )
        if chance(self.source, 10):  # Members that only the library's callers have.
            shown |= {"ReturnVersion": True, "IfVersion": self.source.choice((0, 1, 2, -1, "1"))}
        return shown

    def _conditional(self, request: Request) -> Request:
        source = self.source
        if chance(source, 6):
            expected = {texts.name(source): self._expected() for _ in range(source.randrange(3))}
            request |= {"Expected": expected, **self._some(ConditionalOperator=("AND", "OR"))}
            return request
        expression = Expression(source)
        if chance(source, 2):
            request["ConditionExpression"] = expression.condition()
        request |= self._some(ReturnValuesOnConditionCheckFailure=("ALL_OLD", "NONE"))
        return self._bound(request, expression)

    def _expected(self) -> Request:
        if chance(self.source, 2):
            return self._condition()
        return {"Value": texts.attribute_value(self.source), "Exists": True}

    def _condition(self) -> Request:
        source = self.source
        count = source.choice((0, 1, 1, 1, 2, 3))
        return {
            "ComparisonOperator": source.choice(texts.COMPARISONS),
            "AttributeValueList": [texts.attribute_value(source) for _ in range(count)],
        }

    def _put(self) -> Request:
        schema = self.source.choice(self.bases)
        request: Request = {"TableName": schema.table, "Item": self._item(schema)}
        request |= self._shown() | self._some(ReturnValues=("ALL_OLD", "NONE"))
        return self._conditional(request)

    def _get(self) -> Request:
        schema = self.source.choice(self.bases)
        request: Request = {"TableName": schema.table, "Key": self._key(schema), **self._shown()}
        return self._projected(request)

    def _projected(self, request: Request) -> Request:
        expression = Expression(self.source)
        if chance(self.source, 3):
            request["ProjectionExpression"] = expression.projection()
        elif chance(self.source, 8):
            request["AttributesToGet"] = [texts.name(self.source) for _ in range(3)]
        return self._bound(request, expression)

    def _update(self) -> Request:
        source = self.source
        schema = source.choice(self.bases)
        request: Request = {"TableName": schema.table, "Key": self._key(schema), **self._shown()}
        request |= self._some(
            ReturnValues=("ALL_OLD", "NONE", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW")
        )
        if chance(source, 5):
            request["AttributeUpdates"] = {
                texts.name(source): {
                    "Value": texts.attribute_value(source),
                    **self._some(Action=("PUT", "ADD", "DELETE")),
                }
                for _ in range(source.randrange(4))
            }
            return request
        expression = Expression(source)
        request["UpdateExpression"] = expression.update()
        if chance(source, 4):
            request["ConditionExpression"] = expression.condition()
        return self._bound(request, expression)

    def _delete(self) -> Request:
        schema = self.source.choice(self.bases)
        request: Request = {"TableName": schema.table, "Key": self._key(schema), **self._shown()}
        return self._conditional(request | self._some(ReturnValues=("ALL_OLD", "NONE")))

    def _range(self, schema: _Schema) -> Request:
        source = self.source
        request: Request = {"TableName": schema.table, **self._shown()}
        if schema.index is not None:
            request["IndexName"] = schema.index
        if chance(source, 3):
            request["Limit"] = source.randrange(1, 6)
        if chance(source, 6):
            request["ConsistentRead"] = True
        if chance(source, 6):
            selects = ("COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES", "SPECIFIC_ATTRIBUTES")
            request["Select"] = source.choice(selects)
        if chance(source, 8):
            request["ExclusiveStartKey"] = self._key(schema)
        return request

    def _filtered(self, request: Request, expression: Expression) -> Request:
        if chance(self.source, 2):
            request["FilterExpression"] = expression.condition()
        if chance(self.source, 4):
            request["ProjectionExpression"] = expression.projection()
        return self._bound(request, expression)

    def _query(self) -> Request:
        source = self.source
        schema = source.choice(self.schemas)
        request = self._range(schema)
        if chance(source, 4):
            request["ScanIndexForward"] = False
        sort = schema.keys[1] if len(schema.keys) > 1 else None
        if chance(source, 6):
            names = [name for name in (schema.keys[0], sort) if name is not None]
            request["KeyConditions"] = {
                name: {
                    "ComparisonOperator": "EQ" if at == 0 else source.choice(texts.COMPARISONS),
                    "AttributeValueList": [texts.key_value(source, schema.kinds[name])],
                }
                for at, name in enumerate(names)
            }
            if chance(source, 2):
                request["QueryFilter"] = {texts.name(source): self._condition()}
            return request
        expression = Expression(source)
        request["KeyConditionExpression"] = expression.key_condition(
            schema.keys[0], sort, schema.kinds
        )
        return self._filtered(request, expression)

    def _scan(self) -> Request:
        source = self.source
        request = self._range(source.choice(self.schemas))
        if chance(source, 4):
            total = source.randrange(1, 5)
            request |= {"TotalSegments": total, "Segment": source.randrange(total)}
        if chance(source, 6):
            request["ScanFilter"] = {texts.name(source): self._condition() for _ in range(2)}
            return request
        return self._filtered(request, Expression(source))

    def _batch_get(self) -> Request:
        source = self.source
        chosen = source.sample(self.bases, source.randrange(1, 3))
        asked = {
            schema.table: self._projected(
                {"Keys": [self._key(schema) for _ in range(source.randrange(1, 4))]}
            )
            for schema in chosen
        }
        return {"RequestItems": asked, **self._shown()}

    def _batch_write(self) -> Request:
        source = self.source
        chosen = source.sample(self.bases, source.randrange(1, 3))
        asked = {
            schema.table: [
                {"PutRequest": {"Item": self._item(schema)}}
                if chance(source, 2)
                else {"DeleteRequest": {"Key": self._key(schema)}}
                for _ in range(source.randrange(1, 4))
            ]
            for schema in chosen
        }
        return {"RequestItems": asked, **self._shown()}

    def _transact_get(self) -> Request:
        source = self.source
        gets = [
            {"Get": self._projected({"TableName": schema.table, "Key": self._key(schema)})}
            for schema in source.choices(self.bases, k=source.randrange(1, 4))
        ]
        return {"TransactItems": gets, **self._shown()}

    def _transact_write(self) -> Request:
        source = self.source
        actions = [self._action() for _ in range(source.randrange(1, 5))]
        request: Request = {"TransactItems": actions, **self._shown()}
        if chance(source, 3):
            request["ClientRequestToken"] = f"token-{source.randrange(20)}"
        return request

    def _action(self) -> Request:
        source = self.source
        schema = source.choice(self.bases)
        place: Request = {"TableName": schema.table, "Key": self._key(schema)}
        kind = source.choice(("Put", "Delete", "Update", "ConditionCheck"))
        if kind == "Put":
            del place["Key"]
            place["Item"] = self._item(schema)
        expression = Expression(source)
        if kind == "Update":
            place["UpdateExpression"] = expression.update()
        if kind == "ConditionCheck" or chance(source, 3):
            place["ConditionExpression"] = expression.condition()
        return {kind: self._bound(place, expression)}

    # Changes.

    def _mutated(self, request: Request) -> Request:
        """The request with one change somewhere inside it."""
        source = self.source
        texts_in = [name for name in _TEXTS if type(request.get(name)) is str]
        if texts_in and chance(source, 3):
            name = source.choice(texts_in)
            request[name] = self._text(request[name])
            return request
        places = changes.places(request)
        if not places:
            return {source.choice(self._members()): self._anything()}
        parent, key = source.choice(places)
        if isinstance(parent, dict) and chance(source, 4):
            self._change_members(cast("Request", parent), key)
        elif isinstance(parent, list) and chance(source, 4):
            changes.change_elements(source, cast("list[Any]", parent), key)
        else:
            parent[key] = self._changed(key, parent[key])
        return request

    def _members(self) -> list[str]:
        return list(self.source.choice(self.recorded)[1]) or ["TableName"]

    def _text(self, text: str) -> str:
        match self.source.randrange(6):
            case 0:
                return texts.tokens(self.source)
            case 1:
                return texts.monotony(self.source)
            case 2:
                return text + self.source.choice((" ", ")", " AND a = :a", ", a", "\x00"))
            case _:
                return texts.spoilt(self.source, text)

    def _change_members(self, parent: Request, key: Any) -> None:
        source = self.source
        match source.randrange(5):
            case 0:
                del parent[key]
            case 1:
                parent[source.choice(self._members())] = parent.pop(key)
            case 2:
                parent[source.choice((key.lower(), key + " ", "", "é", "\x00"))] = parent.pop(key)
            case 3:
                other = source.choice(self.recorded)[1]
                parent |= copy.deepcopy(
                    other if chance(source, 4) else changes.one_of(source, other)
                )
            case _:
                parent[texts.name(source)] = parent[key]  # too deep for a copy, perhaps

    def _changed(self, key: Any, value: Any) -> Any:
        """Another value for a member."""
        source = self.source
        match source.randrange(10):
            case 0 | 1:
                return self._anything()
            case 2:
                return texts.attribute_value(source)
            case 3:
                return [value] if chance(source, 2) else {source.choice(texts.NAMES): value}
            case 4:
                return changes.deep(source, value)
            case 5:
                places = changes.places(source.choice(self.recorded)[1]) or [([0], 0)]
                parent, inner = source.choice(places)
                return copy.deepcopy(parent[inner])
            case _:
                return self._alike(key, value)

    def _alike(self, key: Any, value: Any) -> Any:
        """Another value of the same JSON type."""
        source = self.source
        match value:
            case bool():
                return not value
            case str() if key == "TableName":
                return source.choice(texts.TABLE_NAMES)
            case str() if key == "IndexName":
                return source.choice(texts.INDEX_NAMES)
            case str() if key == "N":
                return texts.number(source)
            case str():
                pools = (texts.STRINGS, texts.NAMES, texts.ODD_NAMES, texts.NUMBERS)
                return source.choice(source.choice(pools))
            case int() | float():
                return source.choice(texts.JSON_NUMBERS)
            case list():
                return [] if chance(source, 3) else value * source.choice((2, 3, 26, 101))
            case dict():
                members = cast("Request", value)
                return {} if chance(source, 3) else {**members, source.choice("SNBML"): "a"}
            case _:
                return self._anything()

    def _anything(self) -> Any:
        source = self.source
        pools: tuple[Sequence[Any], ...] = (
            (None, True, False, [], {}, [[]], [{}], {"S": "a"}, [None], {"a": None}),
            texts.JSON_NUMBERS,
            texts.STRINGS,
            texts.NUMBERS,
            texts.ODD_NAMES,
            ("x" * 70_000, "é" * 40_000, "a" * 4097),
        )
        weights = (8, 4, 4, 2, 2, 1)
        return copy.deepcopy(source.choice(source.choices(pools, weights)[0]))
