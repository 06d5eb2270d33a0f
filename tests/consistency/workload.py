"""Concurrent clients that write down what they asked, when, and what they were told.

A round has its own items: registers (attributes v and n) for the search in ``registers`` and lists
for the one in ``transactions``. Query, Scan, BatchGetItem and eventually consistent reads promise
nothing about several items together, so each item they show counts as a read of its own.
"""

from __future__ import annotations

import itertools
import random
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from tests.consistency.doors import Door, LostError
from tests.consistency.registers import Item, Request, Told
from tests.consistency.transactions import List, Transaction

TABLE: dict[str, Any] = {
    "TableName": "histories",
    "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [
        {"AttributeName": name, "AttributeType": "S"} for name in ("p", "s", "g")
    ],
    "KeySchema": [
        {"AttributeName": "p", "KeyType": "HASH"},
        {"AttributeName": "s", "KeyType": "RANGE"},
    ],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by_g",
            "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }
    ],
}
REGISTERS, LISTS = ("r0", "r1", "r2"), ("l0", "l1", "l2", "l3", "l4", "l5", "l6")
_NAME = TABLE["TableName"]
_APPEND = "SET l = list_append(if_not_exists(l, :none), :new), g = :g"
_CONFLICTS = ("TransactionConflictException", "TransactionInProgressException")


@dataclass(slots=True)
class History:
    """What the clients of a round wrote down. faults: answers that nothing here foresees."""

    requests: list[Request] = field(default_factory=list[Request])
    transactions: list[Transaction] = field(default_factory=list[Transaction])
    answers: Counter[str] = field(default_factory=Counter[str])
    faults: list[str] = field(default_factory=list[str])


class Refused(Exception):  # noqa: N818 - a condition that failed is no error
    """The request was refused. items: what a refusal showed, by its place among the actions."""

    def __init__(self, code: str, items: Sequence[Mapping[str, Any] | None]) -> None:
        super().__init__(code)
        self.code = code
        self.items = items


class Unforeseen(Exception):  # noqa: N818 - named by what it is about
    """An answer that no request of a history may get."""


class Client:
    """One of the concurrent clients; ``run`` is its thread."""

    def __init__(
        self,
        name: int,
        door: Door,
        chance: random.Random,
        ticks: Callable[[], int],
        round_name: str,
    ) -> None:
        self.history = History()
        self._name = name
        self._door = door
        self._chance = chance
        self._tick = ticks
        self._p = round_name
        self._numbers = itertools.count(1)
        self._seen: dict[str, List] = {}  # what this client knows of the lists
        self._values: dict[str, str] = {}  # and of the registers
        self._kinds: tuple[tuple[Callable[[], None], int], ...] = (
            (self._get, 12),
            (self._put, 6),
            (self._swap, 8),
            (self._create, 4),
            (self._add, 8),
            (self._delete, 3),
            (self._batch_put, 2),
            (self._put_together, 3),
            (self._read_list, 8),
            (self._append, 8),
            (self._append_if, 6),
            (self._read_together, 14),
            (self._append_together, 14),
            (self._append_checked, 14),
            (self._read_several, 6),
        )

    def run(self, count: int) -> None:
        """So many requests, one after the other."""
        kinds, weights = zip(*self._kinds, strict=True)
        try:
            for kind in self._chance.choices(kinds, weights, k=count):
                kind()
        except Unforeseen as fault:
            self.history.faults.append(str(fault))

    def read_all(self) -> None:
        """The last reads of a round: every register and every list. Raises: LostError."""
        for key in (*REGISTERS, *LISTS):
            called = self._tick()
            request = {"TableName": _NAME, "Key": self._key(key), "ConsistentRead": True}
            shown = self._ask("GetItem", request).get("Item")
            if key in LISTS:
                self._note(called, self._tick(), {key: _list(shown)})
            else:
                self._keep(key, "get", called, self._tick(), Told(_item(shown)))

    # Asking.

    def _ask(self, operation: str, request: dict[str, Any]) -> Any:
        """The answer. Raises: Refused, LostError, Unforeseen."""
        answers = self.history.answers
        try:
            status, body = self._door.ask(operation, request)
        except LostError:
            answers[f"{operation} lost"] += 1
            raise
        if status == 200:
            answers[f"{operation} answered"] += 1
            return body
        code = body["__type"].partition("#")[2]
        answers[f"{operation} {code}"] += 1
        if status == 400 and code in _CONFLICTS:
            raise Refused(code, ())
        if status == 400 and code == "ConditionalCheckFailedException":
            raise Refused(code, [body.get("Item")])
        if status == 400 and code == "TransactionCanceledException":
            reasons = body["CancellationReasons"]
            codes = {reason["Code"] for reason in reasons}
            if codes == {"None", "TransactionConflict"} or codes == {"TransactionConflict"}:
                raise Refused("conflict", ())
            if codes in ({"None", "ConditionalCheckFailed"}, {"ConditionalCheckFailed"}):
                shown = [_shown(reason) for reason in reasons]
                raise Refused(code, shown)
        raise Unforeseen(f"{operation} {request}: {status} {body}")

    def _key(self, name: str) -> dict[str, Any]:
        return {"p": {"S": self._p}, "s": {"S": name}}

    def _number(self) -> int:
        """A number that no other client of the round uses."""
        return self._name + 1000 * next(self._numbers)

    # Registers.

    def _keep(
        self, key: str, kind: str, called: int, answered: float, told: Told | None, **more: Any
    ) -> None:
        self.history.requests.append(Request(key, kind, called, answered, told=told, **more))
        if told is not None and told.item is not None and told.item[0] is not None:
            self._values[key] = told.item[0]

    def _alone(
        self, kind: str, operation: str, key: str, request: dict[str, Any], shown: str, **more: Any
    ) -> None:
        """A request on one register. shown: the answer's member with the item."""
        called = self._tick()
        try:
            body = self._ask(operation, {"TableName": _NAME, **request})
        except LostError:
            if kind != "get":
                self._keep(key, kind, called, inf, None, **more)
            return
        except Refused as refusal:
            if refusal.items:
                told = Told(_item(refusal.items[0]), refused=True)
                self._keep(key, kind, called, self._tick(), told, **more)
            return
        self._keep(key, kind, called, self._tick(), Told(_item(body.get(shown))), **more)

    def _get(self) -> None:
        key = self._chance.choice(REGISTERS)
        request = {"Key": self._key(key), "ConsistentRead": self._chance.random() < 0.7}
        self._alone("get", "GetItem", key, request, "Item")

    def _put(self) -> None:
        key, value = self._chance.choice(REGISTERS), str(self._number())
        request = {"Item": self._register(key, value), "ReturnValues": "ALL_OLD"}
        self._alone("put", "PutItem", key, request, "Attributes", value=value)

    def _register(self, key: str, value: str) -> dict[str, Any]:
        return {**self._key(key), "v": {"S": value}}

    def _create(self) -> None:
        key, value = self._chance.choice(REGISTERS), str(self._number())
        request = {
            "Item": self._register(key, value),
            "ConditionExpression": "attribute_not_exists(p)",
            "ReturnValues": "ALL_OLD",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        self._alone("create", "PutItem", key, request, "Attributes", value=value)

    def _swap(self) -> None:
        key, value = self._chance.choice(REGISTERS), str(self._number())
        expected = self._values.get(key, "none")
        request = {
            "Key": self._key(key),
            "UpdateExpression": "SET v = :new",
            "ConditionExpression": "v = :expected",
            "ExpressionAttributeValues": {":new": {"S": value}, ":expected": {"S": expected}},
            "ReturnValues": "ALL_NEW",
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
        more = {"value": value, "expected": expected}
        self._alone("swap", "UpdateItem", key, request, "Attributes", **more)

    def _add(self) -> None:
        key, number = self._chance.choice(REGISTERS), self._chance.randint(1, 5)
        request = {
            "Key": self._key(key),
            "UpdateExpression": "ADD n :more",
            "ExpressionAttributeValues": {":more": {"N": str(number)}},
            "ReturnValues": "ALL_NEW",
        }
        self._alone("add", "UpdateItem", key, request, "Attributes", number=number)

    def _delete(self) -> None:
        key = self._chance.choice(REGISTERS)
        request = {"Key": self._key(key), "ReturnValues": "ALL_OLD"}
        self._alone("delete", "DeleteItem", key, request, "Attributes")

    def _batch_put(self) -> None:
        values = {key: str(self._number()) for key in self._chance.sample(REGISTERS, 2)}
        writes = [
            {"PutRequest": {"Item": self._register(key, value)}} for key, value in values.items()
        ]
        self._several_puts("BatchWriteItem", {"RequestItems": {_NAME: writes}}, values)

    def _put_together(self) -> None:
        values = {key: str(self._number()) for key in self._chance.sample(REGISTERS, 2)}
        actions = [
            {"Put": {"TableName": _NAME, "Item": self._register(key, value)}}
            for key, value in values.items()
        ]
        self._several_puts("TransactWriteItems", {"TransactItems": actions}, values)

    def _several_puts(
        self, operation: str, request: dict[str, Any], values: Mapping[str, str]
    ) -> None:
        called = self._tick()
        try:
            self._ask(operation, request)
            answered: float = self._tick()
        except LostError:
            answered = inf
        except Refused:
            return
        for key, value in values.items():
            self._keep(key, "put", called, answered, None, value=value)

    # Lists.

    def _note(
        self,
        called: int,
        answered: float,
        reads: Mapping[str, List],
        appends: Mapping[str, int] | None = None,
        *,
        refused: bool = False,
    ) -> None:
        name = f"T{self._name}.{len(self.history.transactions)}"
        self.history.transactions.append(
            Transaction(name, called, answered, dict(reads), dict(appends or {}), refused=refused)
        )
        self._seen.update(reads)

    def _read_list(self) -> None:
        key = self._chance.choice(LISTS)
        consistent = self._chance.random() < 0.7
        called = self._tick()
        try:
            body = self._ask(
                "GetItem",
                {"TableName": _NAME, "Key": self._key(key), "ConsistentRead": consistent},
            )
        except LostError:
            return
        self._note(called, self._tick(), {key: _list(body.get("Item"))})

    def _update(self, key: str, number: int) -> dict[str, Any]:
        return {
            "TableName": _NAME,
            "Key": self._key(key),
            "UpdateExpression": _APPEND,
            "ExpressionAttributeValues": {
                ":none": {"L": []},
                ":new": {"L": [{"N": str(number)}]},
                ":g": {"S": self._p},
            },
        }

    def _append(self) -> None:
        key = self._chance.choice(LISTS)
        self._append_alone(key, self._update(key, number := self._number()), number)

    def _append_if(self) -> None:
        """An append that needs the list to be as this client knows it."""
        key, number = self._chance.choice(LISTS), self._number()
        request = self._update(key, number)
        self._expect(request, key)
        self._append_alone(key, request, number)

    def _expect(self, request: dict[str, Any], key: str) -> None:
        """The condition that the list is as long as this client knows it; what is in it follows."""
        seen = self._seen.get(key, ())
        condition = "size(l) = :seen" if seen else "attribute_not_exists(l)"
        request["ConditionExpression"] = condition
        if seen:
            request.setdefault("ExpressionAttributeValues", {})[":seen"] = {"N": str(len(seen))}
        request["ReturnValuesOnConditionCheckFailure"] = "ALL_OLD"

    def _append_alone(self, key: str, request: dict[str, Any], number: int) -> None:
        called = self._tick()
        try:
            body = self._ask("UpdateItem", {**request, "ReturnValues": "ALL_NEW"})
        except LostError:
            self._note(called, inf, {}, {key: number})
            return
        except Refused as refusal:
            reads = {key: _list(refusal.items[0])} if refusal.items else {}
            self._note(called, self._tick(), reads, {key: number}, refused=True)
            return
        *before, last = _list(body["Attributes"])
        if last != number:
            raise Unforeseen(f"{number} was appended to {key}, and the answer is {body}")
        self._note(called, self._tick(), {key: tuple(before)}, {key: number})

    def _read_together(self) -> None:
        """Lists, and between them now and then many keys without an item, so that it takes time."""
        chosen = self._chance.sample(LISTS, self._chance.randint(2, 5))
        between = self._chance.choice((0, 0, 4, 19))
        names = [name for key in chosen for name in (key, *(f"{key}-{n}" for n in range(between)))]
        gets = [{"Get": {"TableName": _NAME, "Key": self._key(name)}} for name in names]
        called = self._tick()
        try:
            body = self._ask("TransactGetItems", {"TransactItems": gets})
        except (LostError, Refused):
            return
        shown = [_list(each.get("Item")) for each in body["Responses"][:: 1 + between]]
        self._note(called, self._tick(), dict(zip(chosen, shown, strict=True)))

    def _append_together(self) -> None:
        appends = {
            key: self._number() for key in self._chance.sample(LISTS, self._chance.randint(2, 4))
        }
        actions = [{"Update": self._update(key, number)} for key, number in appends.items()]
        self._transact(actions, {}, appends)

    def _append_checked(self) -> None:
        """Appends that need other lists, and perhaps these, to be as this client knows them."""
        checked, *written = self._chance.sample(LISTS, self._chance.randint(2, 3))
        appends = {key: self._number() for key in written}
        check: dict[str, Any] = {"TableName": _NAME, "Key": self._key(checked)}
        self._expect(check, checked)
        actions: list[dict[str, Any]] = [{"ConditionCheck": check}]
        expected = {checked: self._seen.get(checked, ())}
        for key, number in appends.items():
            update = self._update(key, number)
            if self._chance.random() < 0.3:
                self._expect(update, key)
                expected[key] = self._seen.get(key, ())
            actions.append({"Update": update})
        self._transact(actions, expected, appends)

    def _transact(
        self,
        actions: list[dict[str, Any]],
        expected: Mapping[str, List],
        appends: Mapping[str, int],
    ) -> None:
        """A transaction, which is asked for again under its token where its answer is lost.

        expected: what its success says of the lists.
        """
        request: dict[str, Any] = {"TransactItems": actions}
        if with_token := self._chance.random() < 0.4:
            request["ClientRequestToken"] = f"{self._p}-{self._number()}"
        called = self._tick()
        lost = False
        while True:
            try:
                self._ask("TransactWriteItems", request)
            except LostError:
                if with_token:
                    lost = True
                    continue
                self._note(called, inf, {}, appends)
            except Refused as refusal:
                if not lost:
                    self._note_refusal(called, refusal, expected, appends)
                elif refusal.code != "TransactionCanceledException":
                    continue  # of the request that was lost nothing is known yet
                else:  # nor now, for the server may come to read that one last
                    self._note(called, inf, {}, appends)
            else:
                self._note(called, self._tick(), expected, appends)
            return

    def _note_refusal(
        self,
        called: int,
        refusal: Refused,
        expected: Mapping[str, List],
        appends: Mapping[str, int],
    ) -> None:
        """A refused transaction has read what it had conditions on, all at one moment."""
        reads: dict[str, List] = {}
        if refusal.code == "TransactionCanceledException":
            keys = (*(key for key in expected if key not in appends), *appends)
            for key, shown in zip(keys, refusal.items, strict=True):
                if key in expected:
                    reads[key] = expected[key] if shown is None else _list(shown)
        self._note(called, self._tick(), reads, appends, refused=True)

    def _read_several(self) -> None:
        """Reads of several items that count one by one."""
        values = {":p": {"S": self._p}}
        operation, request = self._chance.choice(
            (
                (
                    "Query",
                    {
                        "KeyConditionExpression": "p = :p AND begins_with(s, :l)",
                        "ExpressionAttributeValues": {**values, ":l": {"S": "l"}},
                        "ConsistentRead": True,
                    },
                ),
                (
                    "Query",
                    {
                        "IndexName": "by_g",
                        "KeyConditionExpression": "g = :p",
                        "ExpressionAttributeValues": values,
                    },
                ),
                (
                    "BatchGetItem",
                    {"RequestItems": {_NAME: {"Keys": [self._key(key) for key in LISTS]}}},
                ),
            )
        )
        called = self._tick()
        try:
            if operation == "BatchGetItem":
                shown = self._ask(operation, request)["Responses"][_NAME]
            else:
                shown = self._ask(operation, {"TableName": _NAME, **request})["Items"]
        except LostError:
            return
        answered = self._tick()
        lists = dict.fromkeys(LISTS, ()) | {each["s"]["S"]: _list(each) for each in shown}
        for key, seen in lists.items():
            self._note(called, answered, {key: seen})


def _shown(reason: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What a reason shows: an item, nothing for no item, None where the condition held."""
    return None if reason["Code"] == "None" else reason.get("Item", {})


def _item(shown: Mapping[str, Any] | None) -> Item:
    if not shown:
        return None
    v, n = shown.get("v"), shown.get("n")
    return (v["S"] if v else None, int(n["N"]) if n else None)


def _list(shown: Mapping[str, Any] | None) -> List:
    elements = (shown or {}).get("l", {"L": ()})["L"]
    return tuple(int(element["N"]) for element in elements)


def play(
    doors: Sequence[Door],
    last: Door,
    seed: str,
    count: int,
    *,
    meanwhile: Callable[[], None] | None = None,
) -> History:
    """One round: a client behind each door, each with so many requests, then the last reads.

    The doors are closed at its end. meanwhile: done beside them, once.
    """
    ticks = itertools.count().__next__
    clients = [
        Client(number, door, random.Random(f"{seed}/{number}"), ticks, f"round {seed}")
        for number, door in enumerate(doors)
    ]
    threads = [threading.Thread(target=client.run, args=(count,)) for client in clients]
    for thread in threads:
        thread.start()
    if meanwhile is not None:
        meanwhile()
    for thread in threads:
        thread.join()
    reader = Client(len(doors), last, random.Random(seed), ticks, f"round {seed}")
    reader.read_all()
    for door in (*doors, last):
        door.close()
    whole = History()
    for client in (*clients, reader):
        whole.requests += client.history.requests
        whole.transactions += client.history.transactions
        whole.answers += client.history.answers
        whole.faults += client.history.faults
    return whole
