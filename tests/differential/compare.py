"""Runs scenarios on a pair of stores and says where the two answers differ.

Before two answers are compared, what the service leaves open is made alike: times, ids, regions,
the order inside sets, the order of Scan and BatchGetItem, the order inside ``{...}`` of a text.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from dynalite_py.model import codec
from tests.differential.build import Scenario, Step
from tests.differential.peer import Outcome, Pair

_STATEMENTS = frozenset({"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"})
_WRITES = frozenset(
    {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems", *_STATEMENTS}
)
_WRITTEN = re.compile(r'(?i)\b(?:INTO|UPDATE|DELETE\s+FROM)\s+"?([\w-]+)')
_PAGES = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """Two answers to one step that are not alike.

    after: the answers are to a Scan of a table that the step wrote to.
    """

    scenario: str
    step: Step
    theirs: Outcome
    ours: Outcome
    after: bool = False

    def __str__(self) -> str:
        """For the reader of a failed test."""
        request = codec.encode(self.step.request).decode()
        return (
            f"{self.scenario}: {self.step.operation} {request[:1500]}\n"
            f"  theirs {_shown(self.theirs)}\n  ours   {_shown(self.ours)}"
        )


def _shown(outcome: Outcome) -> str:
    text = codec.encode(outcome.body).decode()[:1500]
    return f"{outcome.status} {outcome.code} {outcome.message!r} {text}"


class Comparison:
    """A pair of stores that is kept alike: what one side alone wrote is taken back there."""

    def __init__(self, name: str, pair: Pair) -> None:
        self._name, self._pair = name, pair
        self._agreed: dict[str, list[dict[str, Any]]] = {}
        self.compared = 0

    def set_up(self, steps: Iterable[Step]) -> None:
        """Requests that both sides must accept."""
        for step in steps:
            theirs, ours = self._pair.call(step.operation, step.request)
            found = Difference(self._name, step, theirs, ours)
            assert theirs.status == ours.status == 200, str(found)
            for table in _tables(step):
                self._agreed[table] = []
        for table in self._agreed:
            look = Step("Scan", {"TableName": table})
            [outcome, _] = self._pair.call("Scan", look.request)
            self._agreed[table] = alike(look, outcome).body["Items"]

    def differences(self, step: Step) -> Iterator[Difference]:
        """The differences of one step: its answers, and the tables after a write."""
        self.compared += 1
        if step.pages:
            theirs, ours = (self._all_pages(side, step) for side in range(2))
        else:
            theirs, ours = self._pair.call(step.operation, step.request)
        theirs, ours = alike(step, canonical(theirs)), alike(step, ours)
        if theirs != ours:
            yield Difference(self._name, step, theirs, ours)
        if step.operation in _WRITES and 200 in (theirs.status, ours.status):
            for table in sorted(_tables(step) & self._agreed.keys()):
                yield from self._after(step, table, theirs.status == ours.status)

    def _after(self, step: Step, table: str, both: bool) -> Iterator[Difference]:
        """A table on both sides after a write. both: neither side refused it."""
        look = Step("Scan", {"TableName": table})
        theirs, ours = self._pair.call("Scan", look.request)
        sides = [alike(look, canonical(theirs)), alike(look, ours)]
        if sides[0] == sides[1]:
            self._agreed[table] = sides[0].body["Items"]
            return
        if both:
            yield Difference(f"{self._name}, the table after", step, *sides, after=True)
        for side, outcome in enumerate(sides):
            self._restore(side, table, outcome.body["Items"])

    def _restore(self, side: int, table: str, items: list[dict[str, Any]]) -> None:
        described = self._pair.call_one(side, "DescribeTable", {"TableName": table})
        keys = [each["AttributeName"] for each in described.body["Table"]["KeySchema"]]
        for item in items:
            key = {name: item[name] for name in keys}
            self._pair.call_one(side, "DeleteItem", {"TableName": table, "Key": key})
        for item in self._agreed[table]:
            self._pair.call_one(side, "PutItem", {"TableName": table, "Item": item})

    def _all_pages(self, side: int, step: Step) -> Outcome:
        """All pages of one side, by its own start keys, as one answer; the first refusal."""
        items: list[Any] = []
        counts = {"Count": 0, "ScannedCount": 0}
        request = step.request
        for _ in range(_PAGES):
            outcome = self._pair.call_one(side, step.operation, request)
            if outcome.status != 200:
                return outcome
            items += outcome.body.get("Items", [])
            for name in counts:
                counts[name] += outcome.body.get(name, 0)
            if step.operation == "ExecuteStatement" and "NextToken" in outcome.body:
                request = {**request, "NextToken": outcome.body["NextToken"]}
            elif "LastEvaluatedKey" in outcome.body:
                request = {**request, "ExclusiveStartKey": outcome.body["LastEvaluatedKey"]}
            else:
                return Outcome(200, "", "", {"Items": items, **counts})
        raise AssertionError(f"{_PAGES} pages were not all of {step}")


def differences(scenario: Scenario, pair: Pair) -> Iterator[Difference]:
    """Each step that both stores do not answer alike, and each write that leaves them unlike."""
    comparison = Comparison(scenario.name, pair)
    comparison.set_up(scenario.setup)
    for step in scenario.steps:
        yield from comparison.differences(step)


def _tables(step: Step) -> set[str]:
    request = step.request
    if step.operation in _STATEMENTS:
        members = request.get("Statements") or request.get("TransactStatements") or [request]
        return {name for each in members for name in _WRITTEN.findall(each["Statement"])}
    if "RequestItems" in request:
        return set(request["RequestItems"])
    if "TransactItems" in request:
        return {
            action["TableName"] for each in request["TransactItems"] for action in each.values()
        }
    name = request.get("TableName")
    return {name} if isinstance(name, str) else set()


def alike(step: Step, outcome: Outcome) -> Outcome:
    """An outcome without what the service leaves open."""
    body: dict[str, Any] = _plain(outcome.body)
    unordered = "ORDER BY" not in step.request.get("Statement", "ORDER BY")
    if "Items" in body and (step.operation == "Scan" or step.unordered or unordered):
        body["Items"] = sorted(body["Items"], key=codec.encode)
    partial = not step.pages and {"Limit", "ExclusiveStartKey"} & step.request.keys()
    if step.operation == "Scan" and partial:
        body = {}  # Which items a part of a Scan holds depends on the order of hashes.
    if step.operation == "BatchGetItem":
        for name, items in body.get("Responses", {}).items():
            body["Responses"][name] = sorted(items, key=codec.encode)
    return Outcome(outcome.status, outcome.code, _text(outcome.message), body)


def canonical(outcome: Outcome) -> Outcome:
    """DynamoDB Local's answer with its numbers in the service's one spelling: it keeps "3.00"."""
    return dataclasses.replace(outcome, body=_canonical(outcome.body))


def _canonical(document: Any) -> Any:
    if isinstance(document, list):
        return [_canonical(each) for each in document]
    if not isinstance(document, dict):
        return document
    members = cast("dict[str, Any]", document)
    if len(members) == 1:
        [(kind, content)] = members.items()
        if kind == "N" and isinstance(content, str):
            return {"N": _number(content)}
        if kind == "NS" and isinstance(content, list):
            return {"NS": [_number(each) for each in cast("list[str]", content)]}
    return {name: _canonical(each) for name, each in members.items()}


def _number(text: str) -> str:
    plain = f"{Decimal(text):f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


_VOLATILE = {
    "NextToken": "",
    "CreationDateTime": 0,
    "LastUpdateToPayPerRequestDateTime": 0,
    "TableId": "",
}
_BRACES = re.compile(r"\{([^{}]*)\}")


def _plain(document: Any) -> Any:
    """A JSON document with sorted names, sorted sets and without times, ids and regions."""
    if isinstance(document, list):
        return [_plain(each) for each in document]
    if isinstance(document, str):
        return re.sub(r"arn:aws:dynamodb:[\w-]+:\d+:", "arn:", document)
    if not isinstance(document, dict):
        return document
    members = cast("dict[str, Any]", document)
    if len(members) == 1:
        [(kind, content)] = members.items()
        if kind in ("SS", "NS", "BS") and isinstance(content, list):
            return {kind: sorted(cast("list[str]", content))}
    return {
        name: _VOLATILE[name] if name in _VOLATILE else _plain(members[name])
        for name in sorted(members)
    }


def _text(message: str) -> str:
    """A text with the lists inside its braces in order."""

    def ordered(found: re.Match[str]) -> str:
        words = re.split(r",\s*", found[1])
        return "{" + ", ".join(sorted(words)) + "}"

    return _BRACES.sub(ordered, message)
