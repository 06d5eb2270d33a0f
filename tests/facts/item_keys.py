"""What is wrong with a key or an index key, for every operation that takes one.

Source: facts, Key and index key faults.
"""

from __future__ import annotations

from typing import Any

from tests.facts.batches import NO_FIT, delete, gets, writes
from tests.facts.batches import put as batch_put
from tests.facts.fact import INVALID, Fact
from tests.facts.items import EMPTY_KEY, INDEX_TYPE, NOT_VALID, of_key, put

LONG_HASH = INVALID + "Size of hashkey has exceeded the maximum size limit of2048 bytes"
LONG_SORT = INVALID + "Aggregated size of all range keys has exceeded the size limit of 1024 bytes"
EMPTY_INDEX_KEY = (
    NOT_VALID + "A value specified for a secondary index key is not supported. "
    "The AttributeValue for a key attribute cannot contain an empty string value. "
    "IndexName: {}, IndexKey: {}"
)
ITEM: dict[str, Any] = {"pk": {"S": "a"}, "sk": {"S": "b"}}
LONG_P, LONG_S = {"S": "x" * 2049}, {"S": "x" * 1025}


def of_item(name: str, message: str, /, **changed: Any) -> Fact:
    """A put of an item of ``indexed``, changed so; None takes an attribute away."""
    item = {key: value for key, value in {**ITEM, **changed}.items() if value is not None}
    return put(f"item: {name}", message, item, table="indexed")


def batch_item(name: str, message: str, /, **changed: Any) -> Fact:
    """The same put in a batch."""
    item = {key: value for key, value in {**ITEM, **changed}.items() if value is not None}
    return writes(f"batch item: {name}", message, [batch_put(item)], table="indexed")


def _keyed(name: str, message: str, /, **changed: Any) -> list[Fact]:
    """A key of ``indexed``, changed so, in every operation that takes a Key parameter."""
    key = {**ITEM, **changed}
    single = [
        of_key(operation, f"two-part key: {name}", message, key, table="indexed")
        for operation in ("GetItem", "DeleteItem", "UpdateItem")
    ]
    return [
        *single,
        gets(f"two-part key: {name}", message, [key], table="indexed"),
        writes(f"two-part key: {name}", message, [delete(key)], table="indexed"),
    ]


FACTS = [
    # Items: the hash key, the range key, then the indexes.
    of_item("missing range key", INVALID + "Missing the key sk in the item", sk=None),
    of_item("range key of another type", INVALID + "Type mismatch for key sk expected: S actual: N", sk={"N": "1"}),
    of_item("empty range key", EMPTY_KEY.format(kind="string", name="sk"), sk={"S": ""}),
    of_item("long hash key", LONG_HASH, pk=LONG_P),
    of_item("long range key", LONG_SORT, sk=LONG_S),
    of_item("hash type | missing range key", INVALID + "Type mismatch for key pk expected: S actual: N", pk={"N": "1"}, sk=None),
    of_item("hash size | range type", LONG_HASH, pk=LONG_P, sk={"N": "1"}),
    of_item("range key | index key", INVALID + "Missing the key sk in the item", sk=None, gsiPk={"N": "1"}),
    of_item("type of a local index's range key", INDEX_TYPE.format("lsiSk", "N", "lsi-all"), lsiSk={"N": "1"}),
    of_item("NULL as a local index's range key", INDEX_TYPE.format("lsiSk", "NULL", "lsi-all"), lsiSk={"NULL": True}),
    of_item("a list as an index key", INDEX_TYPE.format("gsiPk", "L", "gsi-inc"), gsiPk={"L": []}),
    of_item("empty key of a global index", EMPTY_INDEX_KEY.format("gsi-inc", "gsiPk"), gsiPk={"S": ""}),
    of_item("empty keys of two indexes", EMPTY_INDEX_KEY.format("gsi-inc", "gsiPk"), gsiPk={"S": ""}, lsiSk={"S": ""}),
    of_item("long hash key of an index", LONG_HASH, gsiPk=LONG_P),
    of_item("long range key of an index", LONG_SORT, lsiSk=LONG_S),
    # The same in a batch: the key's faults have the words of Key parameters.
    batch_item("missing range key", NO_FIT, sk=None),
    batch_item("range key of another type", NO_FIT, sk={"N": "1"}),
    batch_item("empty range key", EMPTY_KEY.format(kind="string", name="sk"), sk={"S": ""}),
    batch_item("long hash key", LONG_HASH, pk=LONG_P),
    batch_item("long range key", LONG_SORT, sk=LONG_S),
    batch_item("empty index key", EMPTY_INDEX_KEY.format("lsi-all", "lsiSk"), lsiSk={"S": ""}),
    batch_item("long index key", LONG_HASH, gsiPk=LONG_P),
    # Key parameters.
    *_keyed("NULL as range key", NO_FIT, sk={"NULL": True}),
    *_keyed("range key of another type", NO_FIT, sk={"N": "1"}),
    *_keyed("one attribute too many", NO_FIT, a={"S": "a"}),
    *_keyed("empty range key", EMPTY_KEY.format(kind="string", name="sk"), sk={"S": ""}),
    *_keyed("long hash key", LONG_HASH, pk=LONG_P),
    *_keyed("long range key", LONG_SORT, sk=LONG_S),
    # A key attribute is no target, even of its own value.
    of_key("UpdateItem", "a key set to what it is", INVALID + "Cannot update attribute p. This attribute is part of the key", {"p": {"S": "a"}}, UpdateExpression="SET p = :v", ExpressionAttributeValues={":v": {"S": "a"}}),
    of_key("UpdateItem", "a range key as target", INVALID + "Cannot update attribute sk. This attribute is part of the key", ITEM, table="indexed", UpdateExpression="REMOVE sk"),
]  # fmt: skip
