"""Log lines as text or JSON, each with the id of the request that it is about."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

from dynalite_py.doors.server.connection import Connection
from dynalite_py.doors.server.hub import SERVED_BY, Slot
from dynalite_py.model import codec

_TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


def formatter(form: str) -> logging.Formatter:
    """The formatter of ``text`` or ``json`` lines."""
    return JsonLines() if form == "json" else TextLines(_TEXT)


def request_ids(record: logging.LogRecord) -> list[str]:
    """The ids of the requests that a record is about: of a commit group all, of most things one.

    A record says it itself (request_id), or who waits for the answer (answers: from other
    threads), or else it was written while the loop's thread looked at a request.
    """
    given: str | None = getattr(record, "request_id", None)
    if given is not None:
        return [given]
    answers: tuple[Any, ...] = getattr(record, "answers", ())
    if answers:
        return [found for answer in answers for found in _id_of_answer(answer)]
    hub = SERVED_BY.get(None)
    if hub is None or hub.serving is None:
        return []
    return [hub.request_id(hub.serving)]


def _id_of_answer(answer: Any) -> Iterator[str]:
    while not isinstance(answer, partial):
        answer = getattr(answer, "__wrapped__", None)
        if answer is None:
            return
    match answer.args:
        case (Connection() as connection, Slot() as slot):
            yield connection.request_id(slot)
        case _:
            return


class TextLines(logging.Formatter):
    """A line a record for people, traces below it."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's own name
        """The line; behind it the ids."""
        ids = request_ids(record)
        line = super().formatMessage(record)
        return f"{line} [request {' '.join(ids)}]" if ids else line


class JsonLines(logging.Formatter):
    """One JSON object a record, whatever is in it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _readable(record.getMessage()),
        }
        ids = request_ids(record)
        if len(ids) == 1:
            line["request_id"] = ids[0]
        elif ids:
            line["request_ids"] = ids
        fields: dict[str, Any] = getattr(record, "fields", {})
        line |= {name: value for name, value in fields.items() if value is not None}
        if record.exc_info:
            line["exception"] = _readable(self.formatException(record.exc_info))
        return codec.text(line)


def _readable(text: str) -> str:
    """The text without lone surrogates (bytes of file names), which JSON cannot carry."""
    return text.encode("utf-8", "replace").decode()
