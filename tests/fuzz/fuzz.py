"""Random requests against an engine, and what must hold after each of them.

By hand, for as long as wanted: ``python -m tests.fuzz.fuzz --seconds 600 --seed 7``. A run is a
series of episodes, each with a new file, tables and a seed of its own, so that what was found comes
back within seconds: ``--seed 7 --episode 12``.

What must hold: an answer is canonical JSON; a refusal has status 400 and one of the API's codes, or
the store's own for operations that it does not have. Nothing else is ever raised. After a refusal
the file is as it was. The same request again gets the same answer while nothing changes, also when
the whole of it is checked and converted first, which the engine saves plain requests, and filters
are evaluated in Python instead of SQL. Nothing takes longer than five seconds. At the end of an
episode the file passes its check.
"""

from __future__ import annotations

import argparse
import faulthandler
import random
import re
import sys
import tempfile
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, cast
from unittest import mock

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from dynalite_py.language import sql
from dynalite_py.model import codec, errors, values
from dynalite_py.model.caller import Caller
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import schema, schemas
from dynalite_py.operations.operation import Operation
from dynalite_py.operations.scope import Scope
from tests.fuzz.requests import TABLES, Request, Requests
from tests.fuzz.texts import chance

CODES = frozenset(
    [
        "AccessDeniedException",
        "BackupNotFoundException",
        "ConditionalCheckFailedException",
        "DuplicateItemException",
        "ExportNotFoundException",
        "GlobalTableNotFoundException",
        "IdempotentParameterMismatchException",
        "ImportNotFoundException",
        "LimitExceededException",
        "PointInTimeRecoveryUnavailableException",
        "PolicyNotFoundException",
        "ResourceInUseException",
        "ResourceNotFoundException",
        "SerializationException",
        "TableNotFoundException",
        "TransactionCanceledException",
        "UnknownOperationException",
        "UnsupportedOperationException",
        "ValidationException",
    ]
)
# What only callers of the library can be told, who may write by an item's version.
LIBRARY_CODES = CODES | {"VersionConflict"}
EPISODE_REQUESTS = 3000
SLOW_SECONDS = 5.0
_HANGING_SECONDS = 60
_LONGEST_SHOWN = 4000
_TOKEN = re.compile(rb'"NextToken":"[^"]*"')
_KEPT_STARTS = 200
_ITEM_MEMBERS = ("Item", "Attributes", "LastEvaluatedKey")


Outcome: TypeAlias = bytes | Exception


@dataclass(frozen=True, slots=True)
class Finding:
    """What did not hold, and the request that shows it."""

    what: str
    episode: str
    number: int
    operation: str
    request: str

    def __str__(self) -> str:
        return (
            f"episode {self.episode}, request {self.number}: {self.what}\n"
            f"  {self.operation} {self.request}"
        )


@dataclass(slots=True)
class Report:
    """A run so far. outcomes: how often each operation was answered, or refused with each code."""

    requests: int = 0
    slowest: float = 0.0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    findings: dict[str, Finding] = field(default_factory=dict[str, Finding])


class Episode:
    """One file with the tables of the facts, and a series of requests against it."""

    def __init__(self, seed: str, folder: Path, report: Report) -> None:
        self.seed = seed
        self.source = random.Random(seed)
        self.requests = Requests(self.source)
        self.report = report
        self.path = folder / "fuzzed.db"
        self.clock = MovableClock()
        self.engine = Engine.open(self.path, durability="relaxed", clock=self.clock)
        self.caller = Caller(extensions=chance(self.source, 2))
        engine = self.engine
        self.scope = Scope(
            self.caller,
            catalog=engine.catalog,
            claims=engine.claims,
            clock=self.clock,
            database=engine.database,
        )
        self.number = 0
        for table in TABLES:
            self.engine.perform("CreateTable", table, self.caller)
        for operation, request in self.requests.fillings():
            self._performed(operation, request)

    def run(self, count: int) -> None:
        """So many requests, then the check of the file."""
        for _ in range(count):
            operation, request = self.requests.next()
            self.number += 1
            self._try(operation, request)
            if chance(self.source, 50):
                self.clock.advance(self.source.choice((1, 60, 3600)))
        self.engine.close()
        for step in check_file(self.path):
            if step.finding is not None:
                self._found(f"the file's check: {step.finding}", "", {})

    def _try(self, operation: str, request: Request) -> None:
        before = self._commits()
        began = time.perf_counter()
        outcome = self._performed(operation, request)
        elapsed = time.perf_counter() - began
        self.report.requests += 1
        self.report.slowest = max(self.report.slowest, elapsed)
        if elapsed > SLOW_SECONDS:
            self._found(f"{operation} took longer than {SLOW_SECONDS} s", operation, request)
        fault = _fault(outcome, LIBRARY_CODES if self.caller.extensions else CODES)
        if fault is not None:
            self._found(fault, operation, request)
        self.report.outcomes[operation, _kind(outcome)] += 1
        action = self.engine.operations.get(operation)
        reads = action is None or action.kind in ("read", "range")
        if isinstance(outcome, DynamoDBError) or reads:
            if self._commits() != before:
                self._found(f"{operation}: {_kind(outcome)} changed the file", operation, request)
            if chance(self.source, 5) and _text(self._performed(operation, request)) != _text(
                outcome
            ):
                self._found(f"{operation}: another answer the next time", operation, request)
        elif action is not None and action.kind == "control":
            self._let_workers_finish()
        if action is not None:
            self._check_slow_way(action, request, outcome)
        if isinstance(outcome, bytes) and operation in ("Query", "Scan"):
            self._keep_start(operation, request, outcome)

    def _performed(self, operation: str, request: Request) -> Outcome:
        try:
            return self.engine.perform(operation, request, self.caller)
        except DynamoDBError as refusal:
            return refusal
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is a finding
            return failure

    def _check_slow_way(self, action: Operation, request: Request, outcome: Outcome) -> None:
        """The whole request checked against its model first, and filters evaluated in Python:
        nothing else may come out.

        Of a write, what it was refused for before it was queued; and that it was not to be refused.
        """
        try:
            checked = schema.checked(schemas.of(action.name), request)
            with mock.patch.object(sql, "filter_sql", return_value=None):
                work: Any = action.handler(self.scope, checked)
            kind = action.kind
            if kind == "statement":
                kind, work = work
            if kind not in ("read", "range"):
                return
            slow: Outcome = self.engine.database.read(work)
        except DynamoDBError as refusal:
            slow = refusal
        if _unsigned(slow) != _unsigned(outcome):
            what = f"{action.name}: {_kind(outcome)}, but checked beforehand {_kind(slow)}"
            self._found(what, action.name, request)

    def _commits(self) -> Any:
        """A number that another connection's commit changes, when it changes the file."""
        return self.engine.database.reader().pragma("data_version")

    def _let_workers_finish(self) -> None:
        while self.engine.runner.step():
            pass

    def _keep_start(self, operation: str, request: Request, answer: bytes) -> None:
        start = codec.decode(answer).get("LastEvaluatedKey")
        if start is None:
            return
        try:
            text = codec.encode({**request, "ExclusiveStartKey": start})
        except TypeError:  # An unknown member is deeper than the encoder goes.
            return
        starts = self.requests.starts
        if len(starts) < _KEPT_STARTS:
            starts.append((operation, text))
        else:
            starts[self.source.randrange(_KEPT_STARTS)] = (operation, text)

    def _found(self, what: str, operation: str, request: Request) -> None:
        if what in self.report.findings:
            return
        try:
            shown = repr(request)[:_LONGEST_SHOWN]
        except RecursionError:
            shown = "(too deep to be shown)"
        self.report.findings[what] = Finding(what, self.seed, self.number, operation, shown)


def _kind(outcome: Outcome) -> str:
    if isinstance(outcome, bytes):
        return "answered"
    return outcome.code if isinstance(outcome, DynamoDBError) else type(outcome).__name__


def _unsigned(outcome: Outcome) -> bytes | str:
    """The text without tokens, which an engine signs with a secret of its own."""
    text = _text(outcome)
    return _TOKEN.sub(b"", text) if isinstance(text, bytes) else text


def _text(outcome: Outcome) -> bytes | str:
    if isinstance(outcome, DynamoDBError):
        return errors.body(outcome)
    return outcome if isinstance(outcome, bytes) else repr(outcome)


def _fault(outcome: Outcome, codes: frozenset[str]) -> str | None:
    """What an outcome breaks; None where it is as it should be."""
    if isinstance(outcome, bytes):
        return _answer_fault(outcome)
    if isinstance(outcome, DynamoDBError) and outcome.status == 400 and outcome.code in codes:
        try:
            codec.decode(errors.body(outcome))
        except (TypeError, ValueError) as failure:
            return f"a refusal that cannot be sent: {failure}"
        return None
    cause = outcome.__cause__ or outcome
    places = [
        f"{Path(frame.filename).name}:{frame.name}:{frame.lineno}"
        for frame in traceback.extract_tb(cause.__traceback__)[-4:]
    ]
    return f"{outcome!r} from {type(cause).__name__}: {str(cause)[:200]} in {' '.join(places)}"


def _answer_fault(answer: bytes) -> str | None:
    if not answer:  # TagResource and UntagResource answer with no body at all.
        return None
    try:
        decoded = codec.decode(answer)
    except codec.NotJsonError as failure:
        return f"an answer that is no JSON: {failure}"
    if type(decoded) is not dict or codec.encode(decoded) != answer:
        return "an answer in another form than the canonical one"
    for item in _items(cast("dict[str, Any]", decoded)):
        try:
            same = values.canonical_item(item) == item
        except DynamoDBError as refusal:
            return f"an item that would be refused: {refusal}"
        if not same:
            return "an item that is not canonical"
    return None


def _items(answer: dict[str, Any]) -> list[Any]:
    found = [answer[name] for name in _ITEM_MEMBERS if name in answer]
    found += answer.get("Items", ())
    responses = answer.get("Responses", ())
    if isinstance(responses, dict):
        found += [item for items in responses.values() for item in items]
    else:
        found += [each["Item"] for each in responses if "Item" in each]
    return found


def run_episode(seed: str, count: int, report: Report) -> None:
    """One episode in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="dynalite-fuzz-") as folder:
        episode = Episode(seed, Path(folder), report)
        try:
            episode.run(count)
        finally:
            episode.engine.close()


def main() -> None:
    """Run episodes until the time is over, and say what was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--episode", type=int, help="this one only")
    parser.add_argument("--requests", type=int, default=EPISODE_REQUESTS, help="in an episode")
    options = parser.parse_args()
    report = Report()
    end = time.monotonic() + options.seconds
    number = options.episode or 0
    shown = 0
    while time.monotonic() < end:
        faulthandler.dump_traceback_later(_HANGING_SECONDS + options.requests * 0.05, exit=True)
        run_episode(f"{options.seed}/{number}", options.requests, report)
        for finding in list(report.findings.values())[shown:]:
            sys.stdout.write(f"{finding}\n")
        shown = len(report.findings)
        sys.stdout.flush()
        if options.episode is not None:
            break
        number += 1
    faulthandler.cancel_dump_traceback_later()
    for (operation, kind), count in sorted(report.outcomes.items()):
        sys.stdout.write(f"{count:9} {operation} {kind}\n")
    sys.stdout.write(
        f"{report.requests} requests, the slowest {report.slowest:.2f} s, {shown} findings\n"
    )
    sys.exit(1 if shown else 0)


if __name__ == "__main__":
    main()
