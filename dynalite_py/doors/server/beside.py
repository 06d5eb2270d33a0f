"""Large requests, decoded and checked in a thread: on the loop, others would wait for them.

The loop looks at other requests meanwhile, so such a one says itself whose log lines are written.
"""

from __future__ import annotations

import contextvars
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError

LOG = logging.getLogger(__name__)

Answer = Callable[[bytes | DynamoDBError], None]
Submit = Callable[[str, dict[str, Any], Caller, Answer], bytes | None]
Decoded = Callable[[dict[str, Any]], None]

# The id of the request that the thread looks at.
REQUEST_ID: contextvars.ContextVar[str] = contextvars.ContextVar("REQUEST_ID")


class LargeRequests:
    """The thread, from the first large request until ``close``; one request after the other.

    submit: the engine's own. Who watches counts on the loop's thread, when the answer gets there.
    """

    def __init__(self, submit: Submit) -> None:
        self._submit = submit
        self._pool: ThreadPoolExecutor | None = None

    def submit(
        self,
        body: bytes,
        operation: str,
        asked_by: Caller | DynamoDBError,
        answer: Answer,
        request_id: str,
        decoded: Decoded | None,
    ) -> None:
        """Have a request decoded and submitted; ``answer`` is called once, from another thread.

        asked_by: or the refusal that follows where the body is JSON. decoded: is told of the
        request before the engine is.
        """
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, thread_name_prefix="dynalite-large")
        work = self._pool.submit(
            self._check, body, operation, asked_by, answer, request_id, decoded
        )
        work.add_done_callback(lambda done: _answer_broken(done, answer, request_id))

    def close(self) -> None:
        """End the thread; what has not begun is not answered any more."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def _check(
        self,
        body: bytes,
        operation: str,
        asked_by: Caller | DynamoDBError,
        answer: Answer,
        request_id: str,
        decoded: Decoded | None,
    ) -> None:
        REQUEST_ID.set(request_id)  # until the thread's next request
        try:
            request = codec.decode(body)
            if isinstance(asked_by, DynamoDBError):
                raise asked_by
            if request.__class__ is not dict:
                raise errors.serialization()
            if decoded is not None:
                decoded(request)
            outcome = self._submit(operation, request, asked_by, answer)
        except codec.NotJsonError:
            outcome = errors.serialization()
        except DynamoDBError as refusal:
            outcome = refusal
        if outcome is not None:
            answer(outcome)


def _answer_broken(done: Future[None], answer: Answer, request_id: str) -> None:
    """Where a large request broke the server's own code, say so."""
    failure = None if done.cancelled() else done.exception()
    if failure is not None:
        told = {"request_id": request_id}
        LOG.error("a request broke the server's own code", exc_info=failure, extra=told)
        answer(errors.internal_failure())
