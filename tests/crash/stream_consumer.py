"""A consumer in a process of its own: it keeps a view of a table by what its stream says, and with
it, in one file, how far it has read. To be killed at any moment.

``python -m tests.crash.stream_consumer ENDPOINT ARN FILE``
"""

from __future__ import annotations

import http.client
import sys
import time
from pathlib import Path
from typing import Any

from dynalite_py.model import codec
from tests.support.processes import Connection
from tests.support.streaming import Consumer, applied

_PAUSE_SECONDS = 0.02
_PAGE = 100


class View:
    """What a consumer has seen, and where it is; kept in a file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        kept: dict[str, Any] = codec.decode(file.read_bytes()) if file.exists() else {}
        self.items: dict[str, dict[str, Any]] = kept.get("items", {})
        self.places: dict[str, str | None] = kept.get("places", {})
        self.done: set[str] = set(kept.get("done", []))

    def keep(self) -> None:
        """Replace the file in one moment."""
        partial = self._file.with_suffix(".partial")
        content = {"items": self.items, "places": self.places, "done": sorted(self.done)}
        partial.write_bytes(codec.encode(content))
        partial.replace(self._file)


def read(connection: Connection, arn: str, view: View) -> bool:
    """One round over all shards. Returns whether it brought anything."""
    consumer = Consumer(connection.call, arn, view.places, view.done)
    done, records = len(view.done), 0
    for record in consumer.poll(_PAGE):
        applied(view.items, record)
        records += 1
    if records or len(view.done) != done:
        view.keep()
        return True
    return False


def main(endpoint: str, arn: str, file: str) -> None:
    """Read until the server dies."""
    connection, view = Connection(endpoint), View(Path(file))
    try:
        while True:
            if not read(connection, arn, view):
                time.sleep(_PAUSE_SECONDS)  # noqa: TID251 - another process writes meanwhile
    except (OSError, http.client.HTTPException):
        return
    finally:
        connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
