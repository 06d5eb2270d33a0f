"""A server's life: listen, serve, stop without losing an answer.

It runs on a loop, in a thread, or until a signal.

uvloop where it is installed, asyncio's own loop elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import gc
import logging
import signal
import socket
import ssl
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Generator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from dynalite_py.doors.server import admin, protocol
from dynalite_py.doors.server.connection import Connection
from dynalite_py.doors.server.hub import SERVED_BY, Engine, Hub
from dynalite_py.doors.server.protocol import ServerSettings
from dynalite_py.doors.server.tracing import TracedConnection, Tracing
from dynalite_py.doors.server.watch import Watch, WatchedConnection
from dynalite_py.model.clock import MovableClock

__all__ = ["BackgroundServer", "Server", "ServerSettings", "new_loop", "run", "serve"]

try:
    import resource
except ImportError:  # pragma: no cover - Windows counts no descriptors for sockets
    resource = None

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

LOG = logging.getLogger(__name__)

# Connections the system keeps for us until they are accepted.
_BACKLOG = 1024
# What the system takes at once of an answer; more holds up those who wait for a short one.
_SEND_BYTES = 128 * 1024
# glibc's mallopt: blocks from this size on are mapped; so much is kept free at a heap's end.
_M_MMAP_THRESHOLD, _M_TRIM_THRESHOLD = -3, -1
_LARGE_BLOCK_BYTES = 4 * 1024 * 1024
_KEPT_BYTES = 8 * 1024 * 1024
# Descriptors that are not for connections: the file and its log for each reader, streams, sockets.
_OWN_DESCRIPTORS = 64
# No address to connect to, but every address of the machine.
_EVERYWHERE = ("0.0.0.0", "[::]")  # noqa: S104 - compared with, not listened on
_ADMIN_CONNECTIONS = 64


class AdminPortError(OSError):
    """The admin port cannot be listened on."""


class Server:
    """A server on the running loop. The engine is the caller's to close, after ``stop``.

    tracer: where the spans of requests go; None: there are none.
    """

    def __init__(
        self, engine: Engine, settings: ServerSettings, *, tracer: Tracer | None = None
    ) -> None:
        self._engine = engine
        self._settings = settings
        self._tracer = tracer
        self._hub: Hub | None = None
        self._listener: asyncio.Server | None = None
        self._admin: tuple[Hub, asyncio.Server] | None = None
        self.endpoint = ""
        self.port = 0
        self.admin_endpoint: str | None = None

    async def start(self) -> str:
        """Listen; the endpoint's URL, with the real port. Raises: OSError, ssl.SSLError."""
        settings, loop = self._settings, asyncio.get_running_loop()
        tls = tls_context(settings)
        hub = Hub(self._engine, settings, loop)
        watch = tracing = None
        if self._tracer is not None:
            tracing = Tracing(self._tracer, hub, self._engine.measure())
        if tracing is not None or settings.admin_port is not None or settings.slow_ms is not None:
            watch = Watch(hub, settings.slow_ms, tracing)
            hub.watch, hub.submit = watch, watch.submit
        self._listener = await _in_context(_listen(hub, watch, tls))
        if settings.admin_port is not None:
            assert watch is not None, "who has an admin port is watched"
            try:
                await self._start_admin(hub, watch, settings.admin_port, tls)
            except OSError as failure:
                self._listener.close()
                raise AdminPortError(failure.errno, failure.strerror) from failure
        hub.start()
        self._hub = hub
        self.port = _port(self._listener)
        self.endpoint = _url(settings.host, self.port, tls)
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        hub.address = f"{'localhost' if host in _EVERYWHERE else host}:{self.port}"
        return self.endpoint

    async def _start_admin(
        self, hub: Hub, watch: Watch, port: int, tls: ssl.SSLContext | None
    ) -> None:
        """Listen on the admin port. No operation is known there, and no page of elsewhere reads."""
        settings = replace(
            self._settings,
            host=self._settings.admin_host,
            port=port,
            credentials=None,
            cors=(),
            maximum_connections=_ADMIN_CONNECTIONS,
        )
        engine = self._engine
        desk = Hub(engine, settings, hub.loop)
        desk.targets = {}
        desk.only_own_names = protocol.is_loopback(settings.host)

        def metrics() -> admin.Page:
            return admin.metrics(
                connections=len(hub.connections),
                cpu_seconds=time.process_time(),
                requests=watch.requests,
                store=engine.figures(),
            )

        desk.pages = {
            **dict.fromkeys(admin.HEALTH_PATHS, hub.health),
            **dict.fromkeys(admin.METRICS_PATHS, metrics),
        }
        clock = engine.clock
        if settings.test_clock and desk.only_own_names and isinstance(clock, MovableClock):
            desk.pages |= dict.fromkeys(admin.CLOCK_PATHS, partial(admin.clock, clock))
            desk.actions = dict.fromkeys(admin.CLOCK_PATHS, partial(admin.move_clock, clock))
        listener = await _in_context(_listen(desk, None, tls))
        engine.measure()
        desk.start()
        self._admin = desk, listener
        self.admin_endpoint = _url(settings.host, _port(listener), tls)

    async def stop(self, *, drain: bool = True) -> None:
        """Accept nothing more, answer what is in work (drain), close every connection."""
        hub, listener = self._hub, self._listener
        if hub is None or listener is None:
            return
        self._listener = None
        listener.close()
        await hub.drain(self._settings.drain_timeout if drain else 0)
        hub.close()
        if self._admin is not None:  # Until here it tells that the server is stopping.
            desk, listener = self._admin
            listener.close()
            await desk.drain(0)
            desk.close()

    def abort(self) -> None:
        """Close every connection at once, also while ``stop`` waits for them."""
        if self._hub is not None:
            self._hub.abort()


async def _listen(hub: Hub, watch: Watch | None, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Listen for a hub. What is run for its connections from here on knows whose they are."""
    SERVED_BY.set(hub)
    settings = hub.settings

    def connection() -> Connection:
        if watch is None:
            return Connection(hub)
        if watch.tracing is None:
            return WatchedConnection(hub, watch.requests)
        return TracedConnection(hub, watch.requests, watch.tracing)

    listener = await hub.loop.create_server(
        connection, settings.host, settings.port, ssl=tls, backlog=_BACKLOG
    )
    for each in listener.sockets:  # Its connections have the same.
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BYTES)
    return listener


async def _in_context(listening: Coroutine[None, None, asyncio.Server]) -> asyncio.Server:
    """Run it in a copy of the present context, so that what it sets there is its own."""
    return await asyncio.create_task(listening)


def _port(listener: asyncio.Server) -> int:
    return listener.sockets[0].getsockname()[1]


def _url(host: str, port: int, tls: ssl.SSLContext | None) -> str:
    return f"{'https' if tls else 'http'}://{f'[{host}]' if ':' in host else host}:{port}"


def tls_context(settings: ServerSettings) -> ssl.SSLContext | None:
    """The TLS side of the settings; None for plain HTTP. Raises: OSError, ssl.SSLError."""
    if settings.tls_certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(settings.tls_certificate, settings.tls_key)
    context.set_alpn_protocols(["http/1.1"])
    return context


def _settle_memory() -> None:
    """Put aside what the start has made, and give back what it needed only for a moment.

    Modules, classes and schemas stay to the end: no collection goes through them again.
    """
    gc.collect()
    gc.freeze()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)


def _bound_kept_memory() -> None:
    """Have blocks of a page's size kept for the next one, and larger ones given back when free.

    Blocks that are mapped one by one cost a page fault for every 4 KB: 2,170 for an answer of 1 MB,
    two thirds of its time. glibc's own limits grow with what is freed, up to 64 MB for each thread:
    under a load of such answers the process had 940 MB.
    """
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
        if mallopt is not None:
            mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK_BYTES)
            mallopt(_M_TRIM_THRESHOLD, _KEPT_BYTES)


def affordable_connections(wanted: int, *, beside: int = 0) -> int:
    """How many connections this process may have; its limit of open files is raised for them.

    Beyond that the system would refuse to accept them, and the file's own descriptors; so they are
    accepted and answered with 503. beside: connections of the admin port, which has its own limit.
    """
    if resource is None:  # pragma: no cover
        return wanted
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    own = _OWN_DESCRIPTORS + beside
    needed = wanted + own
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return wanted
    raised = needed if hard == resource.RLIM_INFINITY else min(needed, hard)
    if raised > soft:
        with contextlib.suppress(OSError, ValueError):  # some systems have a further limit
            resource.setrlimit(resource.RLIMIT_NOFILE, (raised, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    affordable = max(1, min(wanted, soft - own))
    if affordable < wanted:
        LOG.warning("no more than %d connections: the limit of open files is %d", affordable, soft)
    return affordable


def new_loop() -> asyncio.AbstractEventLoop:
    """uvloop's event loop, or asyncio's where uvloop has no wheel."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


async def serve(
    engine: Engine,
    settings: ServerSettings,
    *,
    started: Callable[[str], None],
    admin_started: Callable[[str], None] | None = None,
    tracer: Tracer | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then stop with all answers given; a second signal: at once.

    started, admin_started: called with the endpoint's and the admin port's URL, if there is one,
    once clients can connect.
    """
    _bound_kept_memory()
    beside = 0 if settings.admin_port is None else _ADMIN_CONNECTIONS
    most = affordable_connections(settings.maximum_connections, beside=beside)
    server = Server(engine, replace(settings, maximum_connections=most), tracer=tracer)
    asked = asyncio.Event()
    at_once = asyncio.Event()

    def on_signal() -> None:
        (at_once if asked.is_set() else asked).set()

    with _signals(asyncio.get_running_loop(), on_signal):
        endpoint = await server.start()
        _settle_memory()
        started(endpoint)
        if admin_started is not None and server.admin_endpoint is not None:
            admin_started(server.admin_endpoint)
        await asked.wait()
        LOG.info("stopping: no new connections; what is in work is answered")
        stopping = asyncio.ensure_future(server.stop())
        second = asyncio.ensure_future(at_once.wait())
        await asyncio.wait({stopping, second}, return_when=asyncio.FIRST_COMPLETED)
        if not stopping.done():
            server.abort()
        second.cancel()
        await stopping


def run(
    engine: Engine,
    settings: ServerSettings,
    *,
    started: Callable[[str], None],
    admin_started: Callable[[str], None] | None = None,
    tracer: Tracer | None = None,
) -> None:
    """``serve`` on a loop of its own, in the main thread."""
    with asyncio.Runner(loop_factory=new_loop) as runner:
        serving = serve(
            engine, settings, started=started, admin_started=admin_started, tracer=tracer
        )
        runner.run(serving)


@contextlib.contextmanager
def _signals(loop: asyncio.AbstractEventLoop, handler: Callable[[], None]) -> Generator[None]:
    numbers = (signal.SIGTERM, signal.SIGINT)
    for number in numbers:
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


class BackgroundServer:
    """A server in a thread with a loop of its own: for tests, and beside other work."""

    def __init__(
        self,
        engine: Engine,
        settings: ServerSettings,
        *,
        loop_factory: Callable[[], asyncio.AbstractEventLoop] = new_loop,
        tracer: Tracer | None = None,
    ) -> None:
        self._server = Server(engine, settings, tracer=tracer)
        self._loop_factory = loop_factory
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._drain = True
        self._thread = threading.Thread(target=self._run, name="dynalite-server", daemon=True)

    @property
    def loop(self) -> asyncio.AbstractEventLoop | None:
        """The loop it runs on, once it is started."""
        return self._loop

    @property
    def endpoint(self) -> str:
        """The URL to give to clients."""
        return self._server.endpoint

    @property
    def admin_endpoint(self) -> str | None:
        """The URL of the admin port, if there is one."""
        return self._server.admin_endpoint

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.port

    def start(self) -> str:
        """Start; the endpoint's URL once clients can connect. Raises: OSError, ssl.SSLError."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self.endpoint

    def stop(self, *, drain: bool = True) -> None:
        """Stop and wait for the end. Idempotent."""
        self._drain = drain
        if self._loop is not None and self._stop is not None:
            with contextlib.suppress(RuntimeError):  # the loop is closed: stopped before
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=self._loop_factory) as runner:
                runner.run(self._serve())
        except (OSError, ssl.SSLError) as failure:
            self._failure = failure
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        await self._server.start()
        self._ready.set()
        await self._stop.wait()
        await self._server.stop(drain=self._drain)
