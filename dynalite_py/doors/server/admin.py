"""What the server answers to requests for no operation: preflights, and questions about itself,
which are its health, and its counters as Prometheus reads them; and the clock that tests move.

Under ``/_dynalite/`` health is told on the server's own port; everything is told on the admin port.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from dynalite_py.doors.server import protocol
from dynalite_py.model import codec
from dynalite_py.model.clock import MovableClock
from dynalite_py.model.metrics import Histogram, Requests, StoreFigures

if TYPE_CHECKING:
    from dynalite_py.doors.server.hub import Hub
    from dynalite_py.doors.server.protocol import Layout, Style

PREFIX = b"/_dynalite/"
HEALTH = PREFIX + b"health"
# The admin port's paths.
HEALTH_PATHS = (HEALTH, b"/health")
METRICS_PATHS = (PREFIX + b"metrics", b"/metrics")
CLOCK_PATHS = (PREFIX + b"clock", b"/clock")

_ACTION_BYTES = 1024
_CLOCK_MEMBERS = 'send {"advance": SECONDS} or {"set": EPOCH_SECONDS}'
_JSON = b"application/json"
_EXPOSITION = b"text/plain; version=0.0.4; charset=utf-8"


class Page(NamedTuple):
    """What is answered to GET of a path."""

    status: int
    content_type: bytes
    body: bytes


def other(
    hub: Hub,
    style: Style,
    number: int,
    method: bytes,
    path: bytes,
    found: Layout,
    values: tuple[bytes | None, ...],
    sent: bytes,
) -> bytes:
    """The answer to what is no operation. number: the request's. found, values: its headers.
    sent: its body.
    """
    bare = method == b"HEAD"
    if method == b"OPTIONS" and found.origin >= 0:
        more = protocol.preflight_headers(
            values[found.request_method], values[found.request_headers]
        )
        return hub.plain_reply(style, 200, b"", number, more=more)
    place = path.partition(b"?")[0]
    if method in (b"GET", b"HEAD"):
        if place == b"/":
            healthy = protocol.healthy(hub.settings.region)
            return hub.plain_reply(style, 200, healthy, number, bare=bare)
        if place in hub.pages:
            status, content_type, text = hub.pages[place]()
            style = protocol.with_type(style, content_type)
            return hub.plain_reply(style, status, text, number, bare=bare)
    if method == b"POST" and place in hub.actions:
        status, content_type, text = _done(hub.actions[place], found, values, sent)
        style = protocol.with_type(style, content_type)
        return hub.plain_reply(style, status, text, number)
    return hub.plain_reply(style, 404, protocol.NOT_AN_OPERATION, number, bare=bare)


def _done(
    action: Callable[[bytes], Page], found: Layout, values: tuple[bytes | None, ...], sent: bytes
) -> Page:
    """What an action answers, asked by a program of this machine and no page in its browser.

    Pages of elsewhere cannot read an answer, but what they ask would be done. Browsers send Origin
    with every POST, and no page sends JSON's type elsewhere without having asked for leave.
    """
    if values[found.origin] is not None:
        return _refused(403, "pages in browsers do not move the clock")
    kind = (values[found.content_type] or b"").partition(b";")[0].strip().lower()
    if kind != _JSON:
        return _refused(415, "send JSON, with Content-Type: application/json")
    if values[found.content_encoding] is not None:
        return _refused(415, "send JSON as it is, without Content-Encoding")
    if len(sent) > _ACTION_BYTES:
        return _refused(413, f"{_ACTION_BYTES} bytes are enough")
    return action(sent)


def _refused(status: int, reason: str) -> Page:
    return Page(status, _JSON, codec.encode({"error": reason}))


def clock(moved: MovableClock) -> Page:
    """The time by which the tables go."""
    now = moved.now()
    told = {"now": now, "utc": datetime.fromtimestamp(now, UTC).isoformat()}
    return Page(200, _JSON, codec.encode(told))


def move_clock(moved: MovableClock, sent: bytes) -> Page:
    """Advance the clock by seconds, or set it to epoch seconds, as a JSON object says."""
    try:
        asked: Any = codec.decode(sent)
    except codec.NotJsonError:
        return _refused(400, "this is not JSON")
    moves = {"advance": moved.advance, "set": moved.set}
    if asked.__class__ is not dict or len(asked) != 1 or not moves.keys() >= asked.keys():
        return _refused(400, _CLOCK_MEMBERS)
    [(name, value)] = asked.items()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return _refused(400, f"{name} takes a number of seconds")
    try:
        moves[name](value)
    except (ValueError, OverflowError) as fault:
        return _refused(400, str(fault))
    return clock(moved)


def health(*, connections: int, draining: bool, failure: str | None) -> Page:
    """Whether the server is well.

    One that is about to stop is not, so that whoever balances load turns away in time. Nor is one
    whose disk has failed: it takes no writes until it is restarted.
    """
    if draining:
        return Page(503, _JSON, codec.encode({"status": "stopping", "connections": connections}))
    if failure is not None:
        told = {"status": "failed", "connections": connections, "reason": failure}
        return Page(503, _JSON, codec.encode(told))
    return Page(200, _JSON, codec.encode({"status": "ok", "connections": connections}))


def metrics(
    *, connections: int, cpu_seconds: float, requests: Requests, store: StoreFigures
) -> Page:
    """Every counter in Prometheus' text format, version 0.0.4."""
    lines = [
        *_plain(
            "process_cpu_seconds_total",
            "counter",
            "Processor time of the process.",
            [({}, cpu_seconds)],
        ),
        *_of_requests(requests, connections),
        *_of_store(store),
    ]
    return Page(200, _EXPOSITION, "\n".join((*lines, "")).encode())


def _of_requests(requests: Requests, connections: int) -> Iterator[str]:
    yield from _plain("dynalite_connections", "gauge", "Open connections.", [({}, connections)])
    yield from _plain(
        "dynalite_received_bytes_total", "counter", "Bytes read.", [({}, requests.bytes_in)]
    )
    yield from _plain(
        "dynalite_sent_bytes_total", "counter", "Bytes written.", [({}, requests.bytes_out)]
    )
    yield from _plain(
        "dynalite_slow_requests_total",
        "counter",
        "Requests that took longer than --slow-ms.",
        [({}, requests.slow)],
    )
    yield from _plain(
        "dynalite_requests_total",
        "counter",
        "Requests by operation and outcome: ok or the error's code.",
        [
            ({"operation": operation, "outcome": outcome}, number)
            for operation, counted in sorted(requests.operations.items())
            for outcome, number in sorted(counted.outcomes().items())
        ],
    )
    yield from _histograms(
        "dynalite_request_duration_seconds",
        "From a request's last byte until its answer is ready, by operation.",
        [
            ({"operation": operation}, counted.seconds)
            for operation, counted in sorted(requests.operations.items())
        ],
    )


def _of_store(store: StoreFigures) -> Iterator[str]:
    yield from _histograms(
        "dynalite_commit_group_writes",
        "Writes that were committed together.",
        [({}, store.commits.sizes)],
    )
    yield from _histograms(
        "dynalite_commit_duration_seconds",
        "SQLite's COMMIT, with the disk's confirmation.",
        [({}, store.commits.seconds)],
    )
    gauges = (
        ("file_bytes", "The database file.", store.file_bytes),
        ("wal_bytes", "The write-ahead log beside the file.", store.wal_bytes),
        ("tables", "Tables, of all accounts and regions.", store.tables),
        ("jobs", "Long work that is left to the workers.", store.jobs),
        ("workers", "Threads that work unasked.", store.workers),
    )
    for name, meaning, value in gauges:
        yield from _plain(f"dynalite_{name}", "gauge", meaning, [({}, value)])
    yield from _plain(
        "dynalite_ttl_deleted_items_total",
        "counter",
        "Items that time to live has removed (TimeToLiveDeletedItemCount), by table.",
        [
            ({"table": table, "region": region, "account": account}, number)
            for (table, region, account), number in sorted(store.expired.items())
        ],
    )
    caches = (
        ("hits_total", "counter", "Texts that were known.", 0),
        ("misses_total", "counter", "Texts that had to be read or made.", 1),
        ("entries", "gauge", "Texts that are kept.", 2),
    )
    for name, kind, meaning, place in caches:
        yield from _plain(
            f"dynalite_cache_{name}",
            kind,
            meaning,
            [({"cache": cache}, figures[place]) for cache, figures in store.caches.items()],
        )


# The text format.


def _plain(
    name: str, kind: str, meaning: str, samples: Iterable[tuple[Mapping[str, str], float]]
) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        yield f"{name}{_labels(labels)} {value}"


def _histograms(
    name: str, meaning: str, samples: Iterable[tuple[Mapping[str, str], Histogram]]
) -> Iterator[str]:
    yield f"# HELP {name} {meaning}"
    yield f"# TYPE {name} histogram"
    for labels, histogram in samples:
        counts, total = histogram.counts.copy(), 0
        for bound, count in zip((*histogram.bounds, "+Inf"), counts, strict=True):
            total += count
            yield f"{name}_bucket{_labels({**labels, 'le': str(bound)})} {total}"
        yield f"{name}_sum{_labels(labels)} {histogram.sum}"
        yield f"{name}_count{_labels(labels)} {total}"


def _labels(labels: Mapping[str, str]) -> str:
    """Names and codes of our own: nothing in them needs escaping."""
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
