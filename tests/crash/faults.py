"""Random lives of a store on a disk that fails, and what must hold after each of them.

By hand: ``python -m tests.crash.faults --runs 1000 --seed 7``; one of them: ``--seed 7 --run 12``.
Threads, also those of the workers, let a run differ from its repetition.

A run is a file with one to four lives. In each of them threads write, transfer, make and change
tables and indexes, while reads, writes, flushes and truncations fail as the seed says. A life ends
with a crash of the machine, a kill of the process, or a closing. After it the file passes its
check; everything acknowledged is there and nothing refused; balances agree with the ledger; indexes
with their items, also once backfills have ended. With durability "relaxed" a crash of the machine
may lose the last writes, in no other than their order.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import logging
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import apsw

from dynalite_py.care import check_file
from dynalite_py.engine import AT_ONCE, Engine, StoreError, Transitions
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.storage import database, index_fill
from dynalite_py.storage.database import Database
from tests.crash.disk import FAULTS, FOREVER, SUFFIXES, Disk, Fault
from tests.crash.workload import (
    FUNDS,
    TRANSITION_SECONDS,
    Changer,
    Place,
    Record,
    Value,
    Worker,
    request,
    set_up,
)

ENDS = ("crash", "crash", "kill", "close")
SLOW = Transitions(TRANSITION_SECONDS, TRANSITION_SECONDS, TRANSITION_SECONDS)
HANGING_SECONDS = 120


@dataclass(slots=True)
class Report:
    """What runs did and found so far."""

    runs: int = 0
    ends: Counter[str] = field(default_factory=Counter[str])
    struck: Counter[str] = field(default_factory=Counter[str])
    answers: Counter[str] = field(default_factory=Counter[str])
    findings: list[str] = field(default_factory=list[str])


class Run:
    """One file and its lives."""

    def __init__(self, seed: str, folder: Path, report: Report) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.disk = Disk(f"failing-{seed}", random.Random(f"{seed} disk"))
        self.folder = folder
        self.path = folder / "app.db"
        self.durability = self.chance.choice(("full", "full", "full", "relaxed"))
        self.threads = self.chance.choice((1, 1, 3, 5))
        self.clock = MovableClock()
        self.record = Record()
        self.report = report
        self.story: list[str] = []
        self.seen: dict[Place, Value] = {}

    def lives(self) -> None:
        """All lives of the file."""
        pages = self.chance.choice((10, 60, 4000))
        cache = self.chance.choice((16, 64, 4096))
        with (
            mock.patch.object(index_fill, "STEP_ROWS", 10),
            mock.patch.object(database, "WAL_PAGES", pages),
            mock.patch.object(database, "_CACHE_KIB", cache),
        ):
            self.story.append(f"{self.durability}, {self.threads} threads, {pages} pages")
            if self.chance.random() < 0.3:
                self._live(born=False)
            for _ in range(self.chance.randint(1, 4)):
                if self._live(born=True):
                    break
        self.report.runs += 1
        self.report.answers.update(self.record.answers)
        self.report.struck.update(self.disk.struck)
        self.disk.unregister()

    def _live(self, *, born: bool) -> bool:
        """One life. Returns whether something was found."""
        end = self.chance.choice(ENDS)
        found = len(self.report.findings)
        # The first calls open the file; a file that is born is made by them.
        calls = self.chance.choice((20, 100, 500, 2000)) if born else 60
        self._lay_faults(calls)
        if not born or (end != "close" and self.chance.random() < 0.7):
            self.disk.dies_at = self.chance.randint(1, calls)
        faults = [f"{each.kind} x {each.times} after {each.after}" for each in self.disk.faults]
        self.story.append(", ".join([f"life: {end}, dies at {self.disk.dies_at}", *faults]))
        flushes = self.disk.struck["failing flush"]
        engine = self._opened()
        if engine is not None:
            try:
                self._work(engine)
                if not self.disk.dead:
                    self._look_at_failure(engine, flushes)
            finally:
                self.disk.dead = self.disk.dead or end != "close"
                engine.close()
        crashed = end == "crash"
        self.disk.dead = False
        if crashed:
            self.story.append(self.disk.crash(self.path))
        Path(f"{self.path}-shm").unlink(missing_ok=True)
        self.disk.revive()
        self.report.ends[end] += 1
        self._verify(crashed=crashed)
        if crashed:
            self._settle()
        return len(self.report.findings) > found

    def _lay_faults(self, calls: int) -> None:
        if self.chance.random() < 0.2:
            return
        for _ in range(self.chance.randint(1, 2)):
            kind = self.chance.choice([*FAULTS, *["failing flush"] * 4])
            times = self.chance.choice((1, 1, 3, FOREVER))
            self.disk.faults.append(Fault(kind, self.chance.randint(1, calls), times))

    def _opened(self) -> Engine | None:
        transitions = self.chance.choice((AT_ONCE, SLOW))
        struck = self.disk.struck.total()
        try:
            opened = Database(self.path, durability=self.durability, vfs=self.disk.name)
        except StoreError as refusal:
            self._refused_opening(refusal, struck)
            return None
        try:
            engine = Engine(opened, self.clock, transitions)
            self._settle()
            return engine
        except apsw.Error as failure:  # Engine.open would make a StoreError of it.
            opened.close()
            self._refused_opening(failure, struck)
            return None

    def _settle(self) -> None:
        """What was seen is there for good once the file is opened again, or has crashed."""
        for place, value in self.seen.items():
            self.record.expectation(place).possible = {value}
        self.seen.clear()

    def _refused_opening(self, refusal: Exception, struck: int) -> None:
        self.story.append(f"not opened: {refusal}")
        if not self.disk.dead and self.disk.struck.total() == struck:
            self._found("the store did not open", refusal)

    def _work(self, engine: Engine) -> None:
        try:
            set_up(engine, self.record)
        except DynamoDBError as refusal:
            self._found("setting up", refusal)
        self.clock.advance(TRANSITION_SECONDS)
        if not self._is_set_up():
            return
        count = self.chance.choice((20, 80, 200)) // self.threads
        workers: list[Worker] = [
            Worker(engine, self.record, f"w{number}", self._more_chance(), count)
            for number in range(self.threads)
        ]
        changer = Changer(engine, self.record, "changer", self._more_chance(), count // 3)
        changer.clocked(self.clock)
        workers.append(changer)
        for worker in workers:
            worker.until(lambda: self.disk.dead or engine.failure is not None)
            if self.threads == 1:
                worker.run()
            else:
                worker.start()
        for worker in workers:
            if self.threads > 1:
                worker.join()
            if worker.fault is not None:
                self._found(f"thread {worker.name}", worker.fault)

    def _is_set_up(self) -> bool:
        return all(self.record.sure(("tables", name)) for name in ("bank", "ledger", "log"))

    def _more_chance(self) -> random.Random:
        return random.Random(self.chance.getrandbits(64))

    def _look_at_failure(self, engine: Engine, flushes: int) -> None:
        """A store that has failed takes no write and says why; its reads go on."""
        if engine.failure is None:
            if self.disk.struck["failing flush"] > flushes:
                self._found("a failed flush went unnoticed", None)
            return
        self.report.answers["failed stores"] += 1
        self.disk.faults.clear()
        self.disk.dies_at = FOREVER
        self.clock.advance(TRANSITION_SECONDS)
        if not self._is_set_up():
            return
        put = {"TableName": "log", "Item": {"a": {"S": "after the failure"}}}
        try:
            request(engine, "PutItem", put)
            self._found("a failed store took a write", None)
        except DynamoDBError as refusal:
            if "until the store is opened again" not in str(refusal):
                self._found("a failed store's refusal", refusal)
        for finding in self._ledger_findings(engine):
            self._found("a failed store's reads", finding)

    def _verify(self, *, crashed: bool) -> None:
        """Open what is left, on a sound disk, and look at everything."""
        copy = self.folder / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        copy.mkdir()
        for suffix in SUFFIXES:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{self.path}{suffix}", f"{copy / 'app.db'}{suffix}")
        try:
            self._check(copy / "app.db")
            self.clock.advance(TRANSITION_SECONDS)
            engine = Engine.open(copy / "app.db", clock=self.clock)
            try:
                self._compare(engine, lossy=crashed and self.durability == "relaxed")
                while engine.runner.step():
                    pass
            finally:
                engine.close()
            self._check(copy / "app.db")
        except (StoreError, DynamoDBError) as refusal:
            self._found("reopening", refusal)

    def _check(self, path: Path) -> None:
        for step in check_file(path):
            if step.finding is not None:
                self._found("the file's check", step.finding)

    def _compare(self, engine: Engine, *, lossy: bool) -> None:
        found = _everything(engine)
        for place, expected in self.record.places.items():
            value = found.get(place)
            if place[0] not in ("tables", "indexes") and ("tables", place[0]) not in found:
                allowed: set[Value] = {None}  # Its table is judged by itself.
            else:
                allowed = expected.ever if lossy else expected.possible
            if value not in allowed:
                self._found(f"{place} is {value}, not one of {sorted(map(str, allowed))}", None)
            self.seen[place] = value
        for place in found:
            if place not in self.record.places and place[0] != "bank":
                self._found(f"{place} came from nowhere", None)
        for series in self.record.series.values():
            there = [place in found for place in series]
            if there != sorted(there, reverse=True):
                self._found("a later write is there, an earlier one is not", None)
            del series[sum(there) :]
        if ("tables", "ledger") in found:
            for finding in self._ledger_findings(engine):
                self._found("the ledger", finding)

    def _ledger_findings(self, engine: Engine) -> list[str]:
        """Accounts whose balance is not what their transfers make of it.

        Raises: DynamoDBError.
        """
        balances = {item["a"]["S"]: int(item["n"]["N"]) for item in _items(engine, "bank")}
        expected = dict.fromkeys(balances, FUNDS)
        for move in _items(engine, "ledger"):
            expected[move["from"]["S"]] -= int(move["amount"]["N"])
            expected[move["to"]["S"]] += int(move["amount"]["N"])
        return [
            f"{name} has {balance}, its transfers make {expected[name]}"
            for name, balance in balances.items()
            if balance != expected[name]
        ]

    def _found(self, what: str, cause: object) -> None:
        story = "\n    ".join(self.story)
        text = f"run {self.seed}: {what}: {cause!r}\n    {story}"
        self.report.findings.append(text)


def _items(engine: Engine, name: str, **more: Any) -> list[dict[str, Any]]:
    asked: dict[str, Any] = {"TableName": name, **more}
    found: list[dict[str, Any]] = []
    while True:
        page = request(engine, "Scan", asked)
        found += page["Items"]
        if "LastEvaluatedKey" not in page:
            return found
        asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _everything(engine: Engine) -> dict[tuple[str, str], int]:
    """Value of every place: items, tables, and the index that comes and goes."""
    found: dict[tuple[str, str], int] = {}
    for name in request(engine, "ListTables", {})["TableNames"]:
        described = request(engine, "DescribeTable", {"TableName": name})["Table"]
        found["tables", name] = 1
        for each in described.get("GlobalSecondaryIndexes", ()):
            if each["IndexName"] == "two":
                found["indexes", name] = 1
        for item in _items(engine, name):
            found[name, item["a"]["S"]] = int(item["n"]["N"])
    return found


def run_one(seed: str, report: Report) -> None:
    """One run in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="dynalite-faults-") as folder:
        Run(seed, Path(folder), report).lives()


def main() -> None:
    """Runs, and what they found."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.faults", description=__doc__)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--run", type=int, help="this one only")
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    report = Report()
    began = time.monotonic()
    numbers = range(options.runs) if options.run is None else [options.run]
    shown = 0
    for number in numbers:
        faulthandler.dump_traceback_later(HANGING_SECONDS, exit=True)
        run_one(f"{options.seed}/{number}", report)
        for finding in report.findings[shown:]:
            sys.stdout.write(f"{finding}\n")
        shown = len(report.findings)
        sys.stdout.flush()
    faulthandler.cancel_dump_traceback_later()
    for counts in (report.ends, report.struck, report.answers):
        sys.stdout.write(", ".join(f"{name}: {count}" for name, count in sorted(counts.items())))
        sys.stdout.write("\n")
    sys.stdout.write(f"{report.runs} runs in {time.monotonic() - began:.0f} s, {shown} findings\n")
    sys.exit(1 if shown else 0)


if __name__ == "__main__":
    main()
