"""What a server must bear: each scenario is a server of its own, its load and a witness beside it.

Every scenario takes a ``size``: how many clients, tables or requests; the checks take small ones.
"""

from __future__ import annotations

import asyncio
import random
import signal
import threading
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dynalite_py.care import check_file
from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from tests.load import clients
from tests.load.clients import DEFINITION, TABLE, Client, Measured, Witness
from tests.support.processes import Connection, ServerProcess
from tests.support.raw_http import operation

MB = 1_000_000
# A body just below the 16 MiB that are accepted: 25 items just below 400 KB would be less.
_BATCH_ITEMS, _ITEM_PAD = 25, 390_000


@contextmanager
def _loaded(
    path: Path, measured: Measured, *options: str, definition: dict[str, Any] = DEFINITION
) -> Generator[ServerProcess]:
    """A server with the table, under a witness; afterwards it must stop in order and be whole."""
    server = ServerProcess(path, "--log-level", "error", *options)
    connection = Connection(server.endpoint)
    connection.call("CreateTable", definition)
    connection.close()
    stopped = False
    try:
        with Witness(server, measured):
            yield server
        status, said = _stop(server)
        stopped = True
        if status or said:
            measured.faults.append(f"the server ended with {status}: {said[-2000:]}")
    finally:
        if not stopped:
            server.kill()
    measured.faults += [step.finding for step in check_file(path) if step.finding is not None]


def _stop(server: ServerProcess) -> tuple[int, str]:
    server.process.send_signal(signal.SIGTERM)
    said = server.process.communicate(timeout=60)[1]
    return server.process.returncode, said


def connections(path: Path, size: int) -> Measured:
    """So many connections at once, each with a put and a get at a time."""
    measured = Measured(f"{size} connections")
    together = asyncio.Barrier(size)

    async def one(endpoint: str, number: int) -> None:
        client = await Client.connect(endpoint)
        await together.wait()
        for turn in range(5):
            status, _ = await client.ask(clients.put(f"c{number}", turn, "x" * 200))
            measured.count(status)
            status, body = await client.ask(clients.get(f"c{number}", turn))
            measured.count(status)
            if status != 200 or b"xxx" not in body:
                measured.faults.append(f"connection {number}: {status} {body[:200]}")
        await together.wait()
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200)
    return measured


def _only(measured: Measured, *statuses: int) -> None:
    for status, count in measured.answers.items():
        if status not in statuses:
            measured.faults.append(f"{count} answers with status {status}")


async def _fill(endpoint: str, p: str, size_bytes: int) -> None:
    """So many bytes of items under one partition key."""
    client = await Client.connect(endpoint)
    for number in range(size_bytes // 100_000):
        status, body = await client.ask(clients.put(p, number, "x" * 99_900))
        assert status == 200, body
    await client.close()


def slow_readers(path: Path, size: int) -> Measured:
    """Clients that ask for pages of 1 MB, four each, and read nothing of them."""
    measured = Measured(f"{size} clients that do not read")

    async def every(endpoint: str) -> None:
        await _fill(endpoint, "page", 2 * MB)
        readers = [await Client.connect(endpoint) for _ in range(size)]
        for reader in readers:
            reader.pause()
            reader.writer.write(clients.query("page") * 4)
            await asyncio.sleep(0.002)
        await asyncio.sleep(3)
        for reader in readers[-10:]:
            reader.resume()
        measured.notes.append(
            f"{sum([await _reads(each) for each in readers[-10:]])} of the last ten served"
        )
        for reader in readers:
            await reader.close()

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    return measured


async def _reads(client: Client) -> bool:
    """Whether the client gets all of its four pages."""
    try:
        return all([len((await client.answer())[1]) > MB // 2 for _ in range(4)])
    except (EOFError, OSError):
        return False


def slow_writers(path: Path, size: int) -> Measured:
    """Clients that send the body of a put byte by byte, and get their answer."""
    measured = Measured(f"{size} clients that send byte by byte")

    async def one(endpoint: str, number: int) -> None:
        client = await Client.connect(endpoint)
        whole = clients.put(f"slow{number}", 1, "x" * 50)
        cut = whole.index(b"\r\n\r\n") + 4
        client.writer.write(whole[:cut])
        for place in range(cut, len(whole)):
            client.writer.write(whole[place : place + 1])
            await asyncio.sleep(0.02)
        measured.count((await client.answer())[0])
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200)
    return measured


def half_open(path: Path, size: int) -> Measured:
    """Connections on which nothing comes, or a part of a head, or of a body, and then no more."""
    measured = Measured(f"{size} connections that say nothing, or half of it")
    whole = clients.put("half", 1, "x" * 100_000)
    parts = (b"", whole[:20], whole[:300], whole[:50_000])

    async def every(endpoint: str) -> None:
        silent = [await Client.connect(endpoint) for _ in range(size)]
        for number, client in enumerate(silent):
            client.writer.write(parts[number % len(parts)])
        await asyncio.sleep(2)
        talking = await Client.connect(endpoint)
        measured.count((await talking.ask(clients.put("talking", 1)))[0])
        await talking.close()
        for client in silent:
            await client.close()

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200)
    return measured


def large_bodies(path: Path, size: int) -> Measured:
    """Clients that send nearly 10 MB each at once, of little text in many lists for every fourth.

    Who is told 503 asks again after a while, as the SDKs do.
    """
    measured = Measured(f"{size} bodies of 10 MB at once")
    dense = {"L": [{"N": "1"}] * 30_000}

    def body(number: int) -> bytes:
        items = [clients.item(f"large{number}", each) for each in range(_BATCH_ITEMS)]
        for each in items:
            each["pad"] = dense if number % 4 == 3 else {"S": "x" * _ITEM_PAD}
        puts = [{"PutRequest": {"Item": each}} for each in items]
        return operation("BatchWriteItem", {"RequestItems": {TABLE: puts}})

    async def one(endpoint: str, number: int) -> None:
        data = body(number)
        pause = 0.1
        while True:
            client = await Client.connect(endpoint)
            try:
                status, said = await client.ask(data)
            except (EOFError, OSError):
                status, said = 0, b""
            measured.count(status)
            await client.close()
            if status == 200:
                if b'"UnprocessedItems":{}' not in said:
                    measured.faults.append(f"not all was written: {said[:200]!r}")
                return
            await asyncio.sleep(random.uniform(pause / 2, pause))
            pause = min(5.0, 2 * pause)

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200, 503, 0)
    return measured


def pipelines(path: Path, size: int) -> Measured:
    """Connections that send 200 requests without waiting; the answers keep their order."""
    measured = Measured(f"{size} connections with 200 requests each at once")

    async def one(endpoint: str, number: int) -> None:
        client = await Client.connect(endpoint)
        name = f"pipe{number}"
        pad = "x" * random.Random(number).choice((10, 1000, 20_000))
        requests = [
            each
            for turn in range(100)
            for each in (clients.put(name, turn, f"{turn}{pad}"), clients.get(name, turn))
        ]
        client.writer.write(b"".join(requests))
        for turn in range(100):
            for kind in ("put", "get"):
                status, body = await client.answer()
                measured.count(status)
                if kind == "get" and body != b"{}" and f'"S":"{turn}x'.encode() not in body:
                    measured.faults.append(f"{name}: answer {turn} is {body[:200]!r}")
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200)
    return measured


def floods(path: Path, size: int) -> Measured:
    """Connections that send more puts of 100 KB than can be written, without waiting."""
    measured = Measured(f"{size} connections with 30 puts of 100 KB each at once")

    async def one(endpoint: str, number: int) -> None:
        client = await Client.connect(endpoint)
        data = b"".join(clients.put(f"f{number}", turn, "x" * 100_000) for turn in range(30))
        client.writer.write(data)
        try:
            for _ in range(30):
                measured.count((await client.answer())[0])
        except (EOFError, OSError):
            measured.count(0)
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    with _loaded(path, measured) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200, 503, 0)
    return measured


def many_tables(path: Path, size: int) -> Measured:
    """So many tables, in accounts of 2,000 as an account may have no more; then used and listed."""
    measured = Measured(f"{size} tables")

    async def one(endpoint: str, numbers: range) -> None:
        client = await Client.connect(endpoint)
        for number in numbers:
            definition = {**DEFINITION, "TableName": f"table{number}"}
            measured.count((await client.ask(_as(number, "CreateTable", definition)))[0])
        for number in numbers[::10]:
            request = {"TableName": f"table{number}", "Item": clients.item("a", 1)}
            measured.count((await client.ask(_as(number, "PutItem", request)))[0])
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, range(at, size, 8)) for at in range(8)))

    clients_patience, clients.PATIENCE_SECONDS = clients.PATIENCE_SECONDS, 900.0
    with _loaded(path, measured, "--accounts") as server:
        clients.together(every(server.endpoint))
    clients.PATIENCE_SECONDS = clients_patience
    _only(measured, 200)
    measured.notes.append(_reopened(path))
    return measured


def _as(number: int, name: str, request: dict[str, Any]) -> bytes:
    account = f"{number // 2000 + 1:012d}"
    authorization = (
        f"AWS4-HMAC-SHA256 Credential={account}/20261123/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=00ff"
    )
    return operation(name, request, {"Authorization": authorization})


def _reopened(path: Path) -> str:
    """How long opening the file takes."""
    started = time.monotonic()
    Engine.open(path).close()
    return f"opened again in {time.monotonic() - started:.2f} s"


def many_indexes(path: Path, size: int) -> Measured:
    """A table with 20 global secondary indexes: so many puts, each moving in all of them."""
    measured = Measured(f"{size} puts into a table with 20 indexes")
    names = [f"g{number}" for number in range(20)]
    definition = {
        **DEFINITION,
        "AttributeDefinitions": [
            *DEFINITION["AttributeDefinitions"],
            *({"AttributeName": name, "AttributeType": "S"} for name in names),
        ],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": f"by-{name}",
                "KeySchema": [{"AttributeName": name, "KeyType": "HASH"}],
                "Projection": {"ProjectionType": ("ALL", "KEYS_ONLY")[number % 2]},
            }
            for number, name in enumerate(names)
        ],
    }

    async def one(endpoint: str, numbers: range) -> None:
        client = await Client.connect(endpoint)
        for number in numbers:
            stored = clients.item("i", number % 100, "x" * 200)
            stored |= {name: {"S": f"{name}-{number % 7}"} for name in names}
            request = operation("PutItem", {"TableName": TABLE, "Item": stored})
            measured.count((await client.ask(request))[0])
        await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, range(at, size, 16)) for at in range(16)))

    with _loaded(path, measured, definition=definition) as server:
        clients.together(every(server.endpoint))
    _only(measured, 200)
    return measured


def stopped_under_load(path: Path, size: int) -> Measured:
    """A server told to stop while so many connections write: what it acknowledged is there."""
    measured = Measured(f"{size} writers while the server stops")
    acknowledged: list[tuple[str, int]] = []
    enough = threading.Event()

    async def one(endpoint: str, number: int) -> None:
        client = await Client.connect(endpoint)
        turn = 0
        try:
            while True:
                status, body = await client.ask(clients.put(f"w{number}", turn, "x" * 500))
                measured.count(status)
                if status != 200:
                    measured.faults.append(f"{status} {body[:200]!r}")
                acknowledged.append((f"w{number}", turn))
                turn += 1
                if len(acknowledged) >= 10 * size:
                    enough.set()
        except (EOFError, OSError):
            await client.close()

    async def every(endpoint: str) -> None:
        await asyncio.gather(*(one(endpoint, number) for number in range(size)))

    server = ServerProcess(path, "--log-level", "error")
    connection = Connection(server.endpoint)
    connection.call("CreateTable", DEFINITION)
    connection.close()
    load = threading.Thread(target=lambda: clients.together(every(server.endpoint)))
    load.start()
    assert enough.wait(60)
    measured.peak_bytes = clients.peak_bytes(server.process.pid)
    status, said = _stop(server)
    load.join()
    if status or said:
        measured.faults.append(f"the server ended with {status}: {said[-2000:]}")
    measured.notes.append(f"{len(acknowledged)} writes acknowledged")
    measured.faults += _missing(path, acknowledged)
    return measured


def _missing(path: Path, acknowledged: list[tuple[str, int]]) -> list[str]:
    faults = [step.finding for step in check_file(path) if step.finding is not None]
    engine = Engine.open(path)
    for p, s in acknowledged:
        key = {"p": {"S": p}, "s": {"N": str(s)}}
        found = engine.perform("GetItem", {"TableName": TABLE, "Key": key}, Caller())
        if "Item" not in codec.decode(found):
            faults.append(f"{p} {s} was acknowledged and is gone")
    engine.close()
    return faults


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario, its size by hand and in the checks."""

    play: Callable[[Path, int], Measured]
    full: int
    small: int


SCENARIOS = (
    Scenario(connections, 1000, 150),
    Scenario(slow_readers, 1000, 90),
    Scenario(slow_writers, 500, 30),
    Scenario(half_open, 1000, 100),
    Scenario(large_bodies, 64, 5),
    Scenario(pipelines, 100, 8),
    Scenario(floods, 200, 20),
    Scenario(many_tables, 10_000, 100),
    Scenario(many_indexes, 20_000, 300),
    Scenario(stopped_under_load, 200, 20),
)
