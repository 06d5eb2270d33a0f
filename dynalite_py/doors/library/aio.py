"""An open store for coroutines: ``async with connect_async("app.db") as store: ...``."""

from __future__ import annotations

import asyncio
import os
import threading
from collections import deque
from collections.abc import Generator
from functools import partial
from types import TracebackType
from typing import Any, NoReturn, Unpack
from weakref import WeakKeyDictionary

from dynalite_py.doors.library import opening
from dynalite_py.doors.library import store as stores
from dynalite_py.doors.library.async_client import AsyncClient
from dynalite_py.doors.library.store import Store
from dynalite_py.engine import Engine, Outcome
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError


class AsyncStore(AsyncClient):
    """An open file and its default client, whose methods are awaited.

    For coroutines of any loop. store: the same store for code that waits: its tables, its clock,
    snapshots, plans and faults are reached there.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.region = store.region
        self.account = store.account
        self._engine = store.engine
        self._bridges: WeakKeyDictionary[asyncio.AbstractEventLoop, _Bridge] = WeakKeyDictionary()
        self._lock = threading.Lock()
        self._clients: dict[tuple[str, str], AsyncClient] = {}
        caller = Caller(account=store.account, region=store.region, extensions=True)
        super().__init__(self._performed, caller, request_ids=stores.request_ids())

    async def __aenter__(self) -> AsyncStore:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    @property
    def closed(self) -> bool:
        """Whether it was closed, here or as ``store``."""
        return self.store.closed

    async def close(self) -> None:
        """Finish what was begun and close the file. Later calls raise StoreClosedError."""
        for client in (self, *self._clients.values()):
            client.detach(_refuse)
        # Once it is begun it goes to its end, even where this task is cancelled.
        await asyncio.shield(asyncio.to_thread(self.store.close))

    def client(self, *, region: str | None = None, account: str | None = None) -> AsyncClient:
        """The client of a region and account. Raises: ParamValidationError, StoreClosedError."""
        caller = self.store.caller(region=region, account=account)
        with self._lock:
            place = (caller.region, caller.account)
            if place not in self._clients:
                self._clients[place] = AsyncClient(
                    self._performed, caller, request_ids=stores.request_ids()
                )
            return self._clients[place]

    async def _performed(self, operation: str, request: dict[str, Any], caller: Caller, /) -> bytes:
        loop = asyncio.get_running_loop()
        bridge = self._bridges.get(loop)
        if bridge is None:
            with self._lock:
                bridge = self._bridges.setdefault(loop, _Bridge(self._engine, loop))
        if self.store.closed:
            stores.refuse(operation, request, caller)
        return await bridge.perform(operation, request, caller)


class _Bridge:
    """Brings the engine's answers to one loop: those of a whole group of writes by one call."""

    def __init__(self, engine: Engine, loop: asyncio.AbstractEventLoop) -> None:
        self._engine = engine
        self._loop = loop
        self._letters: deque[tuple[asyncio.Future[bytes], Outcome]] = deque()
        self._called = False

    async def perform(self, operation: str, request: dict[str, Any], caller: Caller) -> bytes:
        """Raises: DynamoDBError."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        done = self._engine.submit(operation, request, caller, partial(self._post, future))
        return await future if done is None else done

    def _post(self, future: asyncio.Future[bytes], outcome: Outcome) -> None:
        """Called by the engine's threads."""
        self._letters.append((future, outcome))
        if self._called:
            return
        self._called = True
        try:
            self._loop.call_soon_threadsafe(self._deliver)
        except RuntimeError:  # The loop is closed: nobody is left who could be answered.
            self._letters.clear()

    def _deliver(self) -> None:
        # Lowered before the letters are read: whoever posts from here on calls again.
        self._called = False
        for _ in range(len(self._letters)):
            future, outcome = self._letters.popleft()
            if future.done():  # It was cancelled.
                continue
            if isinstance(outcome, DynamoDBError):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)


class Opening:
    """A store that is being opened: to be awaited, or entered by ``async with``."""

    def __init__(self, path: str | os.PathLike[str], options: opening.Options) -> None:
        self._path = path
        self._options = options
        self._store: AsyncStore | None = None

    def __await__(self) -> Generator[Any, None, AsyncStore]:
        return self._opened().__await__()

    async def __aenter__(self) -> AsyncStore:
        self._store = await self._opened()
        return self._store

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        failure: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._store is not None, "it was entered"
        await self._store.close()

    async def _opened(self) -> AsyncStore:
        begun = asyncio.ensure_future(
            asyncio.to_thread(partial(opening.connect, self._path, **self._options))
        )
        try:
            return AsyncStore(await asyncio.shield(begun))
        except asyncio.CancelledError:
            begun.add_done_callback(_closed)  # Nobody will have it.
            raise


def _closed(begun: asyncio.Future[Store]) -> None:
    if not begun.cancelled() and begun.exception() is None:
        begun.result().close()


def connect_async(
    path: str | os.PathLike[str] = ":memory:", **options: Unpack[opening.Options]
) -> Opening:
    """Open a store for coroutines: ``async with connect_async("app.db") as store``.

    Or ``store = await connect_async(...)``, and at the end ``await store.close()``. options: those
    of ``connect``. Raises, when it is awaited: StoreError, ParamValidationError.
    """
    return Opening(path, options)


async def _refuse(operation: str, request: dict[str, Any], caller: Caller, /) -> NoReturn:
    stores.refuse(operation, request, caller)
