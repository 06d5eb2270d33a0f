"""The mailbox for answers from other threads, and the caches for text from outside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from dynalite_py.doors.server.hub import LARGE_BYTES, Hub, Outcome, Slot
from dynalite_py.doors.server.protocol import KEEP, ServerSettings
from dynalite_py.model.clock import MovableClock
from dynalite_py.security.sigv4 import Received
from tests.support.raw_http import AUTHORIZATION
from tests.support.servers import ScriptedEngine
from tests.support.signing import KEY, SECRET, Signer, basic, standard_lines

NOW = 1_767_225_600.0
SECRETS = {KEY: SECRET}


class _CountingLoop:
    """The calls of an event loop that a hub makes, kept instead of run."""

    def __init__(self) -> None:
        self.woken: list[Callable[[], None]] = []
        self.timers: list[Callable[[], None]] = []

    def time(self) -> float:
        return 0.0

    def call_soon_threadsafe(self, callback: Callable[[], None]) -> None:
        self.woken.append(callback)

    def call_later(self, _delay: float, callback: Callable[[], None]) -> None:
        self.timers.append(callback)


class _Client:
    """A connection that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Outcome] | str] = []

    def answered(self, slot: Slot, outcome: Outcome) -> None:
        self.told.append((slot.number, outcome))

    def flush(self) -> None:
        self.told.append("flush")

    def sweep(self, now: float) -> None:
        self.told.append(f"sweep {now}")

    def drain(self) -> None:
        self.told.append("drain")

    def abort(self) -> None:
        self.told.append("abort")

    def cut(self) -> None:
        self.told.append("cut")


def _slot(number: int) -> Slot:
    slot = Slot()
    slot.number = number
    return slot


async def _hub(loop: Any = None) -> Hub:
    return Hub(ScriptedEngine(), ServerSettings(), loop or asyncio.get_running_loop())


async def test_a_commit_group_wakes_the_loop_once_and_is_written_once_a_connection() -> None:
    loop, first, second = _CountingLoop(), _Client(), _Client()
    hub = await _hub(loop)
    for number in range(3):
        hub.post(first, _slot(number), b"%d" % number)
    hub.post(second, _slot(0), b"x")
    assert len(loop.woken) == 1
    loop.woken.pop()()
    assert first.told == [(0, b"0"), (1, b"1"), (2, b"2"), "flush"]
    assert second.told == [(0, b"x"), "flush"]
    hub.post(first, _slot(3), b"3")
    assert len(loop.woken) == 1


async def test_a_large_answer_is_made_whole_by_the_thread_that_brings_it() -> None:
    client, hub, outcome = _Client(), await _hub(_CountingLoop()), b"x" * (LARGE_BYTES + 1)
    for number, (coding, makes) in enumerate([(None, True), (b"gzip", False)]):
        slot = _slot(number)
        slot.style = hub.style(b"application/x-amz-json-1.0", coding, None, KEEP)
        hub.post(client, slot, outcome)
        assert slot.made == (hub.reply(slot.style, outcome, number) if makes else None)


async def test_an_answer_after_the_end_of_the_loop_finds_nobody() -> None:
    loop = asyncio.new_event_loop()
    loop.close()
    client = _Client()
    (await _hub(loop)).post(client, _slot(0), b"late")
    assert client.told == []


async def test_one_timer_serves_all_connections() -> None:
    loop, clients = _CountingLoop(), [_Client() for _ in range(3)]
    hub = await _hub(loop)
    for client in clients:
        assert hub.joined(client)
    hub.start()
    assert len(loop.timers) == 1
    loop.timers.pop()()
    assert [client.told for client in clients] == [["sweep 0.0"]] * 3
    assert len(loop.timers) == 1


async def test_no_connection_joins_a_hub_that_drains() -> None:
    hub, client = await _hub(), _Client()
    assert hub.joined(client)
    await hub.drain(0)
    assert client.told == ["drain", "abort"]
    assert not hub.joined(_Client())


async def test_texts_from_outside_are_remembered_up_to_a_limit() -> None:
    hub = await _hub()
    style = hub.style(None, None, None, KEEP)
    for n in range(5_000):
        hub.remember((b"%d" % n, None, None), (style, "GetItem"))
        signed = AUTHORIZATION.replace("Credential=a", f"Credential=a{n}").encode()
        assert hub.caller(b"/", signed, b"20261123T000000Z", None).principal == f"a{n}"
    assert 0 < len(hub.known) <= 1024
    assert 0 < len(hub.callers) <= 1024


async def test_a_verified_caller_is_not_remembered() -> None:
    engine, signer, lines = ScriptedEngine(), Signer(NOW), standard_lines(NOW)
    engine.clock = MovableClock(NOW)
    hub = Hub(engine, ServerSettings(credentials=SECRETS), asyncio.get_running_loop())
    signed = signer.authorization("/", lines, b"{}").encode()
    headers = [(name.encode(), value.encode()) for name, value in lines]
    received = Received(b"POST", b"/", b"", headers, b"{}")
    date = basic(NOW).encode()
    caller = hub.verified_caller(received, signed, date, None, secrets=SECRETS)
    assert caller.principal == KEY
    assert hub.callers == {}
    assert hub.date_seen is None
