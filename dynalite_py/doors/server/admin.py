"""What the server answers to requests for no operation: preflights, and questions about itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynalite_py.doors.server import protocol
from dynalite_py.model import codec

if TYPE_CHECKING:
    from dynalite_py.doors.server.hub import Hub
    from dynalite_py.doors.server.protocol import Layout, Style

PREFIX = b"/_dynalite/"
HEALTH = PREFIX + b"health"


def answer(
    method: bytes, path: bytes, *, connections: int, draining: bool, failure: str | None
) -> tuple[int, bytes] | None:
    """Status and JSON body for a path of ours; None where there is nothing under it.

    A server that is about to stop is not healthy, so that whoever balances load turns away in time.
    Nor is one whose disk has failed: it takes no writes until it is restarted.
    """
    if path != HEALTH or method not in (b"GET", b"HEAD"):
        return None
    if draining:
        return 503, codec.encode({"status": "stopping", "connections": connections})
    if failure is not None:
        told = {"status": "failed", "connections": connections, "reason": failure}
        return 503, codec.encode(told)
    return 200, codec.encode({"status": "ok", "connections": connections})


def other(
    hub: Hub,
    style: Style,
    method: bytes,
    path: bytes,
    found: Layout,
    values: tuple[bytes | None, ...],
) -> bytes:
    """The answer to what is no operation. found, values: the request's headers."""
    bare = method == b"HEAD"
    if method == b"OPTIONS" and found.origin >= 0:
        more = protocol.preflight_headers(
            values[found.request_method], values[found.request_headers]
        )
        return hub.plain_reply(style, 200, b"", more=more)
    place = path.partition(b"?")[0]
    if method in (b"GET", b"HEAD") and place == b"/":
        return hub.plain_reply(style, 200, protocol.healthy(hub.settings.region), bare=bare)
    own = answer(
        method,
        place,
        connections=len(hub.connections),
        draining=hub.draining,
        failure=hub.failure,
    )
    if own is not None:
        return hub.plain_reply(style, own[0], own[1], bare=bare)
    return hub.plain_reply(style, 404, protocol.NOT_AN_OPERATION, bare=bare)
