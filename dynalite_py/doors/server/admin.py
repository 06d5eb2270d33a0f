"""What the server answers about itself, under ``/_dynalite/``."""

from __future__ import annotations

from dynalite_py.model import codec

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
