"""What writes consume, and what indexes then hold, beside a plain reckoning of the facts' rules.

Source: facts, Units; Index writes; Replays with the same ClientRequestToken.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model import sizes, values
from tests.support.calls import perform

Item: TypeAlias = dict[str, Any]
Key: TypeAlias = tuple[str, str]
# Units of the table, and of each index that was touched.
Units: TypeAlias = tuple[float, Counter[str]]

TYPES = {"pk": "S", "sk": "N", "n": "N", "x": "S", "y": "B", "g": "S"}
# Name -> global or not, keys (two HASH attributes where there are four), what it projects besides.
INDEXES: dict[str, tuple[bool, tuple[str, ...], str, tuple[str, ...]]] = {
    "local-all": (False, ("pk", "n"), "ALL", ()),
    "local-include": (False, ("pk", "x"), "INCLUDE", ("a",)),
    "local-keys": (False, ("pk", "y"), "KEYS_ONLY", ()),
    "global-all": (True, ("g", "n"), "ALL", ()),
    "global-include": (True, ("g",), "INCLUDE", ("a", "b")),
    "global-turned": (True, ("sk", "pk"), "KEYS_ONLY", ()),
    "global-four": (True, ("g", "x", "n", "y"), "INCLUDE", ("b",)),
}
HERE: dict[str, Any] = {"TableName": "table"}
INDEXED = {"ReturnConsumedCapacity": "INDEXES"}
_MOST_PAGES = 50


def _keys(names: tuple[str, ...]) -> list[dict[str, str]]:
    hashes = max(1, len(names) - 2)
    return [
        {"AttributeName": name, "KeyType": "HASH" if at < hashes else "RANGE"}
        for at, name in enumerate(names)
    ]


def _definitions(*, are_global: bool) -> list[dict[str, Any]]:
    return [
        {
            "IndexName": index,
            "KeySchema": _keys(names),
            "Projection": {
                "ProjectionType": kind,
                **({"NonKeyAttributes": list(others)} if others else {}),
            },
        }
        for index, (is_global, names, kind, others) in INDEXES.items()
        if is_global is are_global
    ]


TABLE: dict[str, Any] = {
    **HERE,
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": kind} for name, kind in TYPES.items()
    ],
    "KeySchema": _keys(("pk", "sk")),
    "LocalSecondaryIndexes": _definitions(are_global=False),
    "GlobalSecondaryIndexes": _definitions(are_global=True),
}

# What is written.

_OTHER = st.sampled_from(
    [
        *({"S": "z" * length} for length in (1, 500, 1500, 3000)),
        {"N": "1"},
        {"N": "1.0"},
        {"SS": ["p", "q"]},
        {"SS": ["q", "p"]},
        {"M": {"k": {"L": [{"N": "2.50"}]}}},
    ]
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "n": st.sampled_from([{"N": text} for text in ("1", "2", "2.0", "-3", "10")]),
    "x": st.sampled_from([{"S": text} for text in ("a", "ab", "b")]),
    "y": st.sampled_from([{"B": "YQ=="}, {"B": "Yg=="}]),
    "g": st.sampled_from([{"S": "g"}, {"S": "h"}]),
    **dict.fromkeys("abc", _OTHER),
}
KEYS = st.tuples(st.sampled_from("AB"), st.sampled_from("123"))
ATTRIBUTES = st.fixed_dictionaries({}, optional=VALUES)
# An update: attributes to set, attributes to remove.
CHANGES = st.tuples(ATTRIBUTES, st.sets(st.sampled_from("nxygabc"), max_size=3))
WRITES = st.one_of(
    st.tuples(st.just("Put"), ATTRIBUTES),
    st.tuples(st.just("Delete"), st.none()),
    st.tuples(st.just("Update"), CHANGES),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["single", "batch", "transaction"]),
        st.dictionaries(KEYS, WRITES, min_size=1, max_size=3),
    ),
    min_size=1,
    max_size=8,
)


def key_item(key: Key) -> Item:
    return {"pk": {"S": key[0]}, "sk": {"N": key[1]}}


def action_of(key: Key, kind: str, content: Any, old: Item | None) -> tuple[Item, Item | None]:
    """A write's members, and the item that is there after it."""
    if kind == "Put":
        item = {**key_item(key), **content}
        return {"Item": item}, values.canonical_item(item)
    if kind == "Delete":
        return {"Key": key_item(key)}, None
    setting, removing = content
    removing = removing - setting.keys()
    clauses = [f"SET {', '.join(f'#{name} = :{name}' for name in setting)}"] if setting else []
    if removing:
        clauses.append(f"REMOVE {', '.join(f'#{name}' for name in removing)}")
    if not clauses:
        return action_of(key, "Delete", None, old)
    members: Item = {
        "Key": key_item(key),
        "UpdateExpression": " ".join(clauses),
        "ExpressionAttributeNames": {f"#{name}": name for name in (*setting, *removing)},
    }
    if setting:
        members["ExpressionAttributeValues"] = {f":{name}": setting[name] for name in setting}
    if old is None and not setting:
        return members, None
    kept = {name: value for name, value in (old or {}).items() if name not in removing}
    return members, values.canonical_item({**kept, **key_item(key), **setting})


# What the facts say of it.


def write_units(*items: Item | None) -> int:
    units = [math.ceil(sizes.of_item(item) / 1024) for item in items if item is not None]
    return max(1, *units, 1)


def entry_of(index: str, item: Item | None) -> Item | None:
    _, names, kind, others = INDEXES[index]
    if item is None or any(name not in item for name in names):
        return None
    if kind == "ALL":
        return item
    wanted = {*names, *others, "pk", "sk"}
    return {name: value for name, value in item.items() if name in wanted}


def index_units(index: str, before: Item | None, after: Item | None) -> int:
    old, new = entry_of(index, before), entry_of(index, after)
    if old is None or new is None:
        return 0 if old is new else write_units(old, new)
    if any(old[name] != new[name] for name in INDEXES[index][1]):
        return write_units(old) + write_units(new)
    return 0 if values.items_equal(old, new) else write_units(old, new)


def expected_of(before: Item | None, after: Item | None) -> Units:
    arms = Counter({index: index_units(index, before, after) for index in INDEXES})
    return write_units(before, after), +arms


def shown(answer: dict[str, Any]) -> Units:
    capacity = answer["ConsumedCapacity"]
    [one] = capacity if isinstance(capacity, list) else [capacity]
    arms: Counter[str] = Counter()
    for kind in ("LocalSecondaryIndexes", "GlobalSecondaryIndexes"):
        for index, arm in one.get(kind, {}).items():
            assert kind.startswith("Global") == INDEXES[index][0]
            arms[index] = arm["CapacityUnits"]
    assert one["CapacityUnits"] == one["Table"]["CapacityUnits"] + arms.total()
    return one["Table"]["CapacityUnits"], arms


@settings(max_examples=60)
@given(steps=STEPS)
def test_writes_of_any_kind_consume_by_the_rules(
    steps: list[tuple[str, dict[Key, tuple[str, Any]]]],
) -> None:
    engine = Engine.open()
    perform(engine, "CreateTable", **TABLE)
    model: dict[Key, Item] = {}
    for number, (together, writes) in enumerate(steps):
        run = {"single": _singly, "batch": _batch, "transaction": _transaction}[together]
        run(engine, model, writes, str(number))
    for index in INDEXES:
        _check_entries(engine, index, model)
    engine.close()


def _after(model: dict[Key, Item], key: Key, item: Item | None) -> None:
    if item is None:
        model.pop(key, None)
    else:
        model[key] = item


def _kind(members: Item) -> str:
    if "Item" in members:
        return "Put"
    return "Update" if "UpdateExpression" in members else "Delete"


_Writes: TypeAlias = dict[Key, tuple[str, Any]]


def _singly(engine: Engine, model: dict[Key, Item], writes: _Writes, _token: str) -> None:
    for key, (kind, content) in writes.items():
        old = model.get(key)
        members, new = action_of(key, kind, content, old)
        answer = perform(engine, f"{_kind(members)}Item", **HERE, **members, **INDEXED)
        assert shown(answer) == expected_of(old, new)
        _after(model, key, new)


def _batch(engine: Engine, model: dict[Key, Item], writes: _Writes, _token: str) -> None:
    total, arms = 0.0, Counter[str]()
    requests: list[Item] = []
    for key, (kind, content) in writes.items():
        old = model.get(key)
        whole = ("Put", content) if kind == "Put" else ("Delete", None)
        members, new = action_of(key, *whole, old)
        requests.append({f"{_kind(members)}Request": members})
        units, more = expected_of(old, new)
        total, arms = total + units, arms + more
        _after(model, key, new)
    answer = perform(engine, "BatchWriteItem", RequestItems={"table": requests}, **INDEXED)
    assert shown(answer) == (total, arms)


def _transaction(engine: Engine, model: dict[Key, Item], writes: _Writes, token: str) -> None:
    total, arms, again = 0.0, Counter[str](), 0
    actions: list[Item] = []
    for key, (kind, content) in writes.items():
        old = model.get(key)
        members, new = action_of(key, kind, content, old)
        actions.append({_kind(members): {**HERE, **members}})
        units, more = expected_of(old, new)
        total, arms = total + 2 * units, arms + more
        larger = max(sizes.of_item(item) if item is not None else 0 for item in (old, new))
        again += 2 * max(1, math.ceil(larger / 4096))
        _after(model, key, new)
    for expected in ((total, arms), (again, Counter[str]())):
        answer = perform(
            engine,
            "TransactWriteItems",
            TransactItems=actions,
            ClientRequestToken=f"token {token}",
            **INDEXED,
        )
        assert shown(answer) == expected


def _check_entries(engine: Engine, index: str, model: dict[Key, Item]) -> None:
    """A Scan in small pages gives every entry, at half a unit for each 4 KB of a page."""
    wanted = [entry for item in model.values() if (entry := entry_of(index, item)) is not None]
    found: list[Item] = []
    start: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        page = perform(engine, "Scan", **HERE, IndexName=index, Limit=2, **start, **INDEXED)
        spent = max(1, math.ceil(sum(map(sizes.of_item, page["Items"])) / 4096)) / 2
        assert shown(page) == (0.0, Counter({index: spent}))
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            break
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
    assert len(found) == len(wanted)
    for one, other in zip(sorted(found, key=_by_key), sorted(wanted, key=_by_key), strict=True):
        assert values.items_equal(one, other)


def _by_key(item: Item) -> tuple[str, str]:
    return item["pk"]["S"], item["sk"]["N"]
