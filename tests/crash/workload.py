"""Concurrent work on a store, and what may be in the store afterwards.

Every value that a key ever gets is another number, so that what is found tells which writes are
there. Money moves between accounts in transactions over two tables, each with an entry in a ledger:
balances and ledger agree unless a transaction was halved.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from tests.facts.table_changes import creation, deletion
from tests.facts.tables import definitions, index, keys
from tests.support.streaming import BOTH

ACCOUNTS = 6
FUNDS = 100
TRANSITION_SECONDS = 4.0
UNSURE = "did not confirm this write"
UNCHANGED = "Nothing was changed"
CALLER = Caller()
REFUSALS = frozenset(
    [
        "ConditionalCheckFailedException",
        "DuplicateItemException",
        "LimitExceededException",
        "ResourceInUseException",
        "ResourceNotFoundException",
        "TransactionCanceledException",
        "TransactionConflictException",
    ]
)

Value: TypeAlias = int | None
Place: TypeAlias = tuple[str, str]


class BrokenPromiseError(Exception):
    """The store answered what it must not."""


@dataclass(slots=True)
class Expectation:
    """possible: what may be found where nothing acknowledged is lost; ever: where the last moments
    may be.
    """

    possible: set[Value] = field(default_factory=lambda: {None})
    ever: set[Value] = field(default_factory=lambda: {None})


class Record:
    """What may be found at every place. Each place belongs to one thread.

    series: of each thread the places that it wrote once, in this order, and acknowledged.
    """

    def __init__(self) -> None:
        self.places: dict[Place, Expectation] = {}
        self.series: dict[str, list[Place]] = {}
        self.numbers = 0
        self.answers: Counter[str] = Counter()
        self._lock = threading.Lock()

    def number(self) -> int:
        """One that no other write has."""
        with self._lock:
            self.numbers += 1
            return self.numbers

    def expectation(self, place: Place) -> Expectation:
        """Of one place."""
        return self.places.setdefault(place, Expectation())

    def sure(self, place: Place) -> Value:
        """The value that is certainly there; None: absent or not certain."""
        possible = self.expectation(place).possible
        return next(iter(possible)) if len(possible) == 1 else None

    def attempt(self, writes: dict[Place, Value], call: Callable[[], object]) -> bool:
        """Write, and learn from the answer what may be there. Returns whether acknowledged.

        Raises: BrokenPromiseError.
        """
        try:
            call()
        except DynamoDBError as refusal:
            self.answers[refusal.code] += 1
            text = str(refusal)
            if UNSURE in text:
                for place, value in writes.items():
                    expected = self.expectation(place)
                    expected.possible.add(value)
                    expected.ever.add(value)
            elif refusal.code not in REFUSALS and UNCHANGED not in text:
                raise BrokenPromiseError(f"refused with: {text}") from refusal
            return False
        self.answers["acknowledged"] += 1
        for place, value in writes.items():
            expected = self.expectation(place)
            expected.possible = {value}
            expected.ever.add(value)
        return True


def request(engine: Engine, operation: str, asked: dict[str, Any]) -> Any:
    """One request in process. Raises: DynamoDBError."""
    return codec.decode(engine.perform(operation, asked, CALLER))


def table(name: str, *, indexed: bool = False) -> dict[str, Any]:
    """CreateTable of an on-demand table with key a, and an index on c."""
    asked: dict[str, Any] = {
        "TableName": name,
        "AttributeDefinitions": definitions("a", "c") if indexed else definitions("a"),
        "KeySchema": keys("a"),
        "BillingMode": "PAY_PER_REQUEST",
    }
    if indexed:
        asked["GlobalSecondaryIndexes"] = [index("one", "c")]
    return asked


def item(key: str, value: int, padding: int = 0) -> dict[str, Any]:
    """An item whose number is its value."""
    return {
        "a": {"S": key},
        "c": {"S": f"g{value % 3}"},
        "d": {"S": f"h{value % 5}"},
        "n": {"N": str(value)},
        "filler": {"S": "x" * padding},
    }


def set_up(engine: Engine, record: Record) -> None:
    """Make what is not there yet: bank, ledger, log, the accounts. Raises: DynamoDBError."""
    for name in ("bank", "ledger", "log"):
        place = ("tables", name)
        if record.sure(place) is None:
            asked = table(name, indexed=name == "log") | {"StreamSpecification": BOTH}
            if not record.attempt({place: 1}, lambda asked=asked: _create(engine, asked)):
                return
    for number in range(ACCOUNTS):
        account = {"a": {"S": f"account-{number}"}, "n": {"N": str(FUNDS)}}
        asked = {
            "TableName": "bank",
            "Item": account,
            "ConditionExpression": "attribute_not_exists(a)",
        }
        record.attempt({}, lambda asked=asked: request(engine, "PutItem", asked))


def _create(engine: Engine, asked: dict[str, Any]) -> None:
    try:
        request(engine, "CreateTable", asked)
    except DynamoDBError as refusal:
        if refusal.code != "ResourceInUseException":
            raise


class Worker(threading.Thread):
    """Writes, transfers and refused writes of one thread, until enough or until all is dead."""

    def __init__(
        self, engine: Engine, record: Record, name: str, chance: random.Random, count: int
    ) -> None:
        super().__init__(name=name)
        self.fault: BaseException | None = None
        self._engine = engine
        self._record = record
        self._chance = chance
        self._count = count
        self._alive: Callable[[], bool] = lambda: True

    def until(self, dead: Callable[[], bool]) -> None:
        """Stop also when this says so."""
        self._alive = lambda: not dead()

    def run(self) -> None:
        """Do a random thing after the other."""
        kinds = (
            (self._put, 5),
            (self._put_again, 2),
            (self._update, 3),
            (self._delete, 1),
            (self._transfer, 4),
            (self._refused_transfer, 1),
            (self._batch, 1),
            (self._insert, 2),
            (self._set, 2),
            (self._batch_of_statements, 1),
        )
        works = [work for work, weight in kinds for _ in range(weight)]
        try:
            for _ in range(self._count):
                if not self._alive():
                    return
                self._chance.choice(works)()
        except BaseException as fault:  # noqa: BLE001 - a finding, whatever it is
            self.fault = fault

    def _ask(self, operation: str, asked: dict[str, Any]) -> Callable[[], Any]:
        return lambda: request(self._engine, operation, asked)

    def _new(self, kind: str) -> tuple[str, int]:
        number = self._record.number()
        return f"{kind}-{self.name}-{number}", number

    def _item(self, key: str, value: int) -> dict[str, Any]:
        return item(key, value, self._chance.choice((0, 50, 500, 3000, 9000)))

    def _put(self) -> None:
        key, value = self._new("put")
        asked = {"TableName": "log", "Item": self._item(key, value)}
        if self._record.attempt({("log", key): value}, self._ask("PutItem", asked)):
            self._record.series.setdefault(self.name, []).append(("log", key))

    def _insert(self) -> None:
        """The same in PartiQL; now and then over an item that is there."""
        series = self._record.series.get(self.name, ())
        if series and self._chance.random() < 0.3:
            place = self._chance.choice(series)
            if self._record.sure(place) is not None:
                item = self._item(place[1], self._record.number())
                if self._record.attempt({}, self._ask("ExecuteStatement", _inserted("log", item))):
                    raise BrokenPromiseError(f"{place} was not there")
            return
        key, value = self._new("put")
        asked = _inserted("log", self._item(key, value))
        if self._record.attempt({("log", key): value}, self._ask("ExecuteStatement", asked)):
            self._record.series.setdefault(self.name, []).append(("log", key))

    def _set(self) -> None:
        """An item set or deleted in PartiQL, where UPDATE creates nothing."""
        key, value = self._mutable(), self._record.number()
        if self._chance.random() < 0.2:
            asked = _statement("DELETE FROM log WHERE a = ?", {"S": key})
            self._record.attempt({("log", key): None}, self._ask("ExecuteStatement", asked))
            return
        text = "UPDATE log SET n = ?, c = ? WHERE a = ? AND n < ?"
        number, group = {"N": str(value)}, {"S": f"g{value % 3}"}
        asked = _statement(text, number, group, {"S": key}, number)
        self._record.attempt({("log", key): value}, self._ask("ExecuteStatement", asked))

    def _put_again(self) -> None:
        """A write over one that is there, under the condition that it is not."""
        series = self._record.series.get(self.name)
        if not series:
            return
        place = self._chance.choice(series)
        if self._record.sure(place) is None:
            return
        asked = {
            "TableName": "log",
            "Item": self._item(place[1], self._record.number()),
            "ConditionExpression": "attribute_not_exists(a)",
        }
        if self._record.attempt({}, self._ask("PutItem", asked)):
            raise BrokenPromiseError(f"{place} was not there")

    def _mutable(self) -> str:
        return f"own-{self.name}-{self._chance.randrange(4)}"

    def _update(self) -> None:
        key, value = self._mutable(), self._record.number()
        asked: dict[str, Any] = {
            "TableName": "log",
            "Key": {"a": {"S": key}},
            "UpdateExpression": "SET n = :n, c = :c, d = :d, filler = :filler",
            "ConditionExpression": "attribute_not_exists(n) OR n < :n",
            "ExpressionAttributeValues": {
                f":{name}": part for name, part in self._item(key, value).items() if name != "a"
            },
        }
        self._record.attempt({("log", key): value}, self._ask("UpdateItem", asked))

    def _delete(self) -> None:
        key = self._mutable()
        asked = {"TableName": "log", "Key": {"a": {"S": key}}}
        self._record.attempt({("log", key): None}, self._ask("DeleteItem", asked))

    def _batch_of_statements(self) -> None:
        """As the batch below: each statement is on its own, and a refusal is in the answer."""
        written = {("log", key): value for key, value in (self._new("batch") for _ in range(3))}
        members = [
            _inserted("log", self._item(place[1], value)) for place, value in written.items()
        ]
        asked = {"Statements": members}

        def call() -> None:
            answer = self._ask("BatchExecuteStatement", asked)()
            failed = [each["Error"] for each in answer["Responses"] if "Error" in each]
            if failed:
                raise BrokenPromiseError(f"a batch of statements: {failed}")

        places: dict[Place, Value] = dict(written)
        self._record.attempt(places, call)

    def _transfer(self, condition: str = "n >= :n") -> bool:
        key, value = self._new("move")
        one, other = self._chance.sample(range(ACCOUNTS), 2)
        amount = self._chance.randint(1, 9)
        move = {
            **item(key, value),
            "from": {"S": f"account-{one}"},
            "to": {"S": f"account-{other}"},
            "amount": {"N": str(amount)},
        }
        asked = {
            "TransactItems": [
                _moved(one, -amount, condition),
                {"Put": {"TableName": "ledger", "Item": move}},
                _moved(other, amount, "attribute_exists(a)"),
                {"Put": {"TableName": "log", "Item": self._item(key, value)}},
            ]
        }
        written: dict[Place, Value] = {("ledger", key): value, ("log", key): value}
        if condition == "n >= :n" and self._chance.random() < 0.4:
            statements = [
                _statement(
                    "UPDATE bank SET n = n - ? WHERE a = ? AND n >= ?",
                    {"N": str(amount)},
                    move["from"],
                    {"N": str(amount)},
                ),
                _inserted("ledger", move),
                _statement("UPDATE bank SET n = n + ? WHERE a = ?", {"N": str(amount)}, move["to"]),
                _inserted("log", self._item(key, value)),
            ]
            execute = self._ask("ExecuteTransaction", {"TransactStatements": statements})
            return self._record.attempt(written, execute)
        return self._record.attempt(written, self._ask("TransactWriteItems", asked))

    def _refused_transfer(self) -> None:
        if self._transfer("n < :n AND n < :zero"):
            raise BrokenPromiseError("a transfer without funds")

    def _batch(self) -> None:
        """Each of its writes is whole, so each place is on its own."""
        written = {("log", key): value for key, value in (self._new("batch") for _ in range(4))}
        puts = [
            {"PutRequest": {"Item": self._item(place[1], value)}}
            for place, value in written.items()
        ]
        asked = {"RequestItems": {"log": puts}}
        places: dict[Place, Value] = dict(written)
        self._record.attempt(places, self._ask("BatchWriteItem", asked))


def _statement(text: str, *parameters: dict[str, str]) -> dict[str, Any]:
    return {"Statement": text, "Parameters": list(parameters)}


def _inserted(name: str, values: dict[str, Any]) -> dict[str, Any]:
    members = ", ".join(f"'{each}': ?" for each in values)
    return _statement(f"INSERT INTO {name} VALUE {{{members}}}", *values.values())


def _moved(account: int, amount: int, condition: str) -> dict[str, Any]:
    values = {":d": {"N": str(amount)}}
    if ":n" in condition:
        values[":n"] = {"N": str(-amount)}
    if ":zero" in condition:
        values[":zero"] = {"N": "0"}
    return {
        "Update": {
            "TableName": "bank",
            "Key": {"a": {"S": f"account-{account}"}},
            "UpdateExpression": "ADD n :d",
            "ConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }
    }


class Changer(Worker):
    """Makes, fills and deletes tables and an index of the log, and moves the clock."""

    def clocked(self, clock: MovableClock) -> None:
        """The clock that ends transitions."""
        self._clock = clock

    def run(self) -> None:
        """A change after the other."""
        try:
            for _ in range(self._count):
                if not self._alive():
                    return
                self._chance.choice(
                    (self._make, self._index, self._index, self._unmake, self._tick)
                )()
        except BaseException as fault:  # noqa: BLE001 - a finding, whatever it is
            self.fault = fault

    def _tick(self) -> None:
        self._clock.advance(TRANSITION_SECONDS / 2)
        self._engine.runner.wake()

    def _make(self) -> None:
        name, _ = self._new("table")
        asked = table(name, indexed=True)
        if not self._record.attempt({("tables", name): 1}, self._ask("CreateTable", asked)):
            return
        self._clock.advance(self._chance.choice((0, TRANSITION_SECONDS)))
        for number in range(self._chance.randrange(8)):
            value = self._record.number()
            put = {"TableName": name, "Item": self._item(str(number), value)}
            self._record.attempt({(name, str(number)): value}, self._ask("PutItem", put))

    def _unmake(self) -> None:
        made = [
            name
            for (kind, name), expected in list(self._record.places.items())
            if kind == "tables" and name.startswith("table-") and expected.possible == {1}
        ]
        if not made:
            return
        name = self._chance.choice(made)
        gone: dict[Place, Value] = {("tables", name): None}
        self._record.attempt(gone, self._ask("DeleteTable", {"TableName": name}))

    def _index(self) -> None:
        place = ("indexes", "log")
        there = 1 in self._record.expectation(place).possible
        if there:
            asked: dict[str, Any] = {"GlobalSecondaryIndexUpdates": [deletion("two")]}
        else:
            asked = {
                "AttributeDefinitions": definitions("d"),
                "GlobalSecondaryIndexUpdates": [creation("two", "d")],
            }
        change: dict[Place, Value] = {place: None if there else 1}
        self._record.attempt(change, self._ask("UpdateTable", {"TableName": "log", **asked}))
