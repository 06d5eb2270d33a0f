"""``python -m tests.consistency.run --seconds N --seed S``: histories for as long as one wants.

Rounds go over HTTP to a server on a file (every other one of them kills the server under its
clients), and to an engine in this process, on a file and in memory, from threads.
"""

from __future__ import annotations

import argparse
import faulthandler
import itertools
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from tests.consistency import registers, transactions, workload
from tests.consistency.doors import Door, InProcess, OverHttp, Restarting
from tests.consistency.statements import Statements
from tests.consistency.workload import History

CLIENTS, REQUESTS = 12, 60
CUTS = 0.01
_ROUNDS_OF_A_STORE = 40
_HANGING_SECONDS = 300


@dataclass(slots=True)
class Report:
    """What a run did and found. undecided: searches that were too long."""

    rounds: Counter[str] = field(default_factory=Counter[str])
    answers: Counter[str] = field(default_factory=Counter[str])
    findings: list[str] = field(default_factory=list[str])
    requests: int = 0
    transactions: int = 0
    undecided: int = 0
    kills: int = 0

    def take(self, kind: str, seed: str, history: History) -> None:
        """Check the history of a round."""
        self.rounds[kind] += 1
        self.answers += history.answers
        self.requests += len(history.requests)
        self.transactions += len(history.transactions)
        found = list(history.faults)
        try:
            request = registers.fault(history.requests)
            if request is not None:
                found.append(f"no order: {request}")
        except registers.UndecidedError:
            self.undecided += 1
        circle = transactions.fault(history.transactions)
        if circle is not None:
            found.append(circle)
        self.findings += [f"{kind}, round {seed}: {text}" for text in found]


@contextmanager
def quick_turns() -> Generator[None]:
    """Let threads of this process take turns far more often than they would."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(2e-5)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def in_process(
    path: Path | str, seeds: Sequence[str], report: Report, *, clients: int, count: int
) -> None:
    """Rounds of threads on an engine of their own."""
    engine = Engine.open(path)
    kind = "in memory" if path == ":memory:" else "in process"
    door = InProcess(engine)
    status, body = door.ask("CreateTable", workload.TABLE)
    assert status == 200, body
    with quick_turns():
        for seed in seeds:
            doors = [
                Statements(door, random.Random(f"{seed}/{number}/said")) if number % 2 else door
                for number in range(clients)
            ]
            report.take(kind, seed, workload.play(doors, door, seed, count))
    engine.close()


def over_http(
    path: Path,
    seeds: Sequence[str],
    report: Report,
    *,
    clients: int,
    count: int,
    kills: bool,
) -> None:
    """Rounds of connections to a server of their own. kills: one in each round."""
    server = Restarting(path)
    last = OverHttp(server.endpoint, random.Random(0), cuts=0)
    status, body = last.ask("CreateTable", workload.TABLE)
    assert status == 200, body
    last.close()
    for seed in seeds:
        doors: list[Door] = [
            OverHttp(server.endpoint, random.Random(f"{seed}/{number}/door"), cuts=CUTS)
            for number in range(clients)
        ]
        doors[1::2] = [
            Statements(door, random.Random(f"{seed}/{number}/said"))
            for number, door in enumerate(doors[1::2])
        ]
        last = OverHttp(server.endpoint, random.Random(0), cuts=0)
        pause = threading.Event()
        after = random.Random(f"{seed}/kill").uniform(0.02, 0.6)

        def kill(after: float = after, pause: threading.Event = pause) -> None:
            pause.wait(after)
            server.kill()

        history = workload.play(doors, last, seed, count, meanwhile=kill if kills else None)
        report.take("over HTTP, killed" if kills else "over HTTP", seed, history)
    report.kills += server.kills
    assert server.stop() == 0
    report.findings += [step.finding for step in check_file(path) if step.finding is not None]


def main() -> None:
    """Rounds until the time is over; the exit status says whether anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.consistency.run", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    report, shown = Report(), 0
    end = time.monotonic() + options.seconds
    for number in itertools.count():
        if time.monotonic() >= end:
            break
        faulthandler.dump_traceback_later(_HANGING_SECONDS, exit=True)
        seeds = [f"{options.seed}/{number}/{each}" for each in range(_ROUNDS_OF_A_STORE)]
        _stretch(number, seeds, report)
        for text in report.findings[shown:]:
            sys.stdout.write(text + "\n")
        shown = len(report.findings)
        sys.stdout.flush()
    faulthandler.cancel_dump_traceback_later()
    for name, count in sorted((report.rounds + report.answers).items()):
        sys.stdout.write(f"{count:9} {name}\n")
    sys.stdout.write(
        f"{report.requests} requests on registers, {report.transactions} transactions, "
        f"{report.kills} kills, {report.undecided} undecided, {shown} findings\n"
    )
    sys.exit(1 if shown else 0)


def _stretch(number: int, seeds: Sequence[str], report: Report) -> None:
    """A store's rounds, each number another way to it."""
    with tempfile.TemporaryDirectory(prefix="dynalite-histories-") as folder:
        path = Path(folder) / "histories.db"
        match number % 4:
            case 0:
                over_http(path, seeds, report, clients=CLIENTS, count=REQUESTS, kills=False)
            case 1:
                in_process(path, seeds, report, clients=CLIENTS, count=REQUESTS)
            case 2:
                over_http(path, seeds, report, clients=CLIENTS, count=REQUESTS, kills=True)
            case _:
                in_process(":memory:", seeds, report, clients=CLIENTS, count=REQUESTS)


if __name__ == "__main__":
    main()
