"""Paginators and waiters for coroutines: the same rules, with ``async for`` and ``await``."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias

from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.pages import (
    Page,
    PageRule,
    PaginationConfig,
    Reading,
    WaiterConfig,
    WaiterRule,
    given_up,
    waiting,
)

Call: TypeAlias = Callable[..., Awaitable[Any]]


class AsyncPaginator:
    """Reads all pages of one operation."""

    def __init__(self, call: Call, rule: PageRule) -> None:
        self._call = call
        self._rule = rule

    def paginate(
        self,
        *,
        PaginationConfig: PaginationConfig | None = None,  # noqa: N803 - boto3's name.
        **request: Any,
    ) -> AsyncPages:
        """The pages of this request; nothing is read before the first is asked for."""
        return AsyncPages(self._call, Reading(self._rule, request, PaginationConfig or {}))


class AsyncPages:
    """The pages of one request, for ``async for``, which can be read again."""

    def __init__(self, call: Call, reading: Reading) -> None:
        self._call = call
        self._reading = reading

    @property
    def resume_token(self) -> str | None:
        """Where a later reading goes on; None unless MaxItems stopped the last one."""
        return self._reading.resume_token

    async def __aiter__(self) -> AsyncIterator[Page]:
        steps = self._reading.steps()
        request = next(steps)
        while request is not None:
            request, page = steps.send(await self._call(**request)), self._reading.page
            yield page

    async def build_full_result(self) -> Page:
        """All pages as one response. NextToken is there if MaxItems stopped the reading."""
        full: Page = {}
        async for page in self:
            self._reading.add(full, page)
        return self._reading.full(full)


class AsyncWaiter:
    """Asks for a table until it is in the wanted state.

    pause: waits between attempts; given the seconds.
    """

    def __init__(
        self,
        describe_table: Call,
        rule: WaiterRule,
        *,
        pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._describe_table = describe_table
        self._rule = rule
        self._pause = pause
        self.name = rule.name

    async def wait(
        self,
        *,
        TableName: str,  # noqa: N803 - boto3's names.
        WaiterConfig: WaiterConfig | None = None,  # noqa: N803
    ) -> None:
        """Return when the table is there, or gone. Raises: WaiterError when it does not come."""
        delay, attempts = waiting(WaiterConfig)
        response: Mapping[str, Any] = {}
        for attempt in range(attempts):
            if attempt:
                await self._pause(delay)
            try:
                response = await self._describe_table(TableName=TableName)
                status = response["Table"]["TableStatus"]
            except exceptions.ResourceNotFoundException as refusal:
                response, status = refusal.response, None
            if status == self._rule.status:
                return
        raise given_up(self._rule, response)
