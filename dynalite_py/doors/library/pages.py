"""Paginators and waiters with boto3's names, arguments and results."""

from __future__ import annotations

import base64
import binascii
import threading
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any, Final, NamedTuple, TypeAlias, TypedDict, cast

from dynalite_py.doors.library import convert, exceptions
from dynalite_py.model import codec

Call: TypeAlias = Callable[..., Any]
Page: TypeAlias = dict[str, Any]


class PageRule(NamedTuple):
    """How an operation pages.

    members: the list that MaxItems counts. beside: a list with one entry for each member, where the
    page has it. counts: numbers to add up. rest: taken from the first page.
    """

    start: str
    last: str
    members: str
    beside: str = ""
    counts: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


class PaginationConfig(TypedDict, total=False):
    """How far and in which steps to read. StartingToken: the NextToken of an earlier result."""

    MaxItems: int | None
    PageSize: int | None
    StartingToken: str | None


class WaiterRule(NamedTuple):
    """What a waiter waits for: the status it wants, or None for a table that is gone."""

    name: str
    status: str | None


class WaiterConfig(TypedDict, total=False):
    """How long to wait. Delay: seconds between two attempts."""

    Delay: float
    MaxAttempts: int


_ITEMS = PageRule(
    "ExclusiveStartKey",
    "LastEvaluatedKey",
    "Items",
    beside="Versions",
    counts=("Count", "ScannedCount"),
    rest=("ConsumedCapacity",),
)
PAGINATORS: Final[Mapping[str, PageRule]] = {
    "list_backups": PageRule(
        "ExclusiveStartBackupArn", "LastEvaluatedBackupArn", "BackupSummaries"
    ),
    "list_tables": PageRule("ExclusiveStartTableName", "LastEvaluatedTableName", "TableNames"),
    "query": _ITEMS,
    "scan": _ITEMS,
}
WAITERS: Final[Mapping[str, WaiterRule]] = {
    "table_exists": WaiterRule("TableExists", "ACTIVE"),
    "table_not_exists": WaiterRule("TableNotExists", None),
}
# A local store is ready at once or soon: boto3's 20 seconds would only be waited for.
_DELAY_SECONDS = 0.05
_ATTEMPTS = 2000


class Paginator:
    """Reads all pages of one operation."""

    def __init__(self, call: Call, rule: PageRule) -> None:
        self._call = call
        self._rule = rule

    def paginate(
        self,
        *,
        PaginationConfig: PaginationConfig | None = None,  # noqa: N803 - boto3's name.
        **request: Any,
    ) -> PageIterator:
        """The pages of this request; nothing is read before the first is asked for."""
        return PageIterator(self._call, self._rule, request, PaginationConfig or {})


class PageIterator:
    """The pages of one request, as an iterable of responses that can be read again."""

    def __init__(
        self, call: Call, rule: PageRule, request: Mapping[str, Any], config: PaginationConfig
    ) -> None:
        self._call = call
        self._reading = Reading(rule, request, config)

    @property
    def resume_token(self) -> str | None:
        """Where a later reading goes on; None unless MaxItems stopped the last one."""
        return self._reading.resume_token

    def __iter__(self) -> Iterator[Page]:
        steps = self._reading.steps()
        request = next(steps)
        while request is not None:
            request, page = steps.send(self._call(**request)), self._reading.page
            yield page

    def build_full_result(self) -> Page:
        """All pages as one response: lists joined, counts added, the rest of the first page.

        NextToken is there if MaxItems stopped the reading.
        """
        full: Page = {}
        for page in self:
            self._reading.add(full, page)
        return self._reading.full(full)


class Reading:
    """What is asked for, page by page, whoever asks. resume_token: as in PageIterator. page: the
    last one, as it is given out.
    """

    def __init__(
        self, rule: PageRule, request: Mapping[str, Any], config: PaginationConfig
    ) -> None:
        self._rule = rule
        self._request = dict(request)
        self._most = _whole(config, "MaxItems")
        page_size = _whole(config, "PageSize")
        if page_size is not None:
            self._request["Limit"] = page_size
        self._starting_token = config.get("StartingToken")
        self.resume_token: str | None = None
        self.page: Page = {}

    def steps(self) -> Generator[dict[str, Any] | None, Page, None]:
        """Requests one after the other, each to be sent its answer; None when all is read."""
        rule, request = self._rule, dict(self._request)
        # skipped: members of the first page that an earlier reader, stopped by MaxItems, has got.
        skipped = self._start(request)
        left = self._most
        self.resume_token = None
        page = yield request
        while True:
            if skipped:
                page = _without_first(page, rule, skipped)
            found = len(page.get(rule.members, ()))  # COUNT has none.
            last = page.get(rule.last)
            if left is not None and found > left:
                self.resume_token = _token(request.get(rule.start), skipped + left)
                self.page, last = _cut(page, rule, slice(left)), None
            else:
                self.page = page
                left = None if left is None else left - found
            if left == 0 and last is not None:
                self.resume_token = _token(last, 0)
            if last is None or left == 0:
                yield None
                return
            request[rule.start], skipped = last, 0
            page = yield request

    def add(self, full: Page, page: Page) -> None:
        """Join a page to what is read so far."""
        for name in (self._rule.members, self._rule.beside, *self._rule.counts):
            if name in page:
                full[name] = full[name] + page[name] if name in full else page[name]
        for name in self._rule.rest:
            if name in page:
                full.setdefault(name, page[name])

    def full(self, joined: Page) -> Page:
        """All pages as one response."""
        if self.resume_token is not None:
            joined["NextToken"] = self.resume_token
        return joined

    def _start(self, request: dict[str, Any]) -> int:
        """Put the starting token into the request; return how many members to skip."""
        if self._starting_token is None:
            return 0
        start, skipped = _token_parts(self._starting_token)
        if start is not None:
            request[self._rule.start] = start
        return skipped


def _whole(config: PaginationConfig, name: str) -> int | None:
    value = config.get(name)
    if value is None:
        return None
    try:
        return int(cast("int", value))
    except (TypeError, ValueError):
        raise exceptions.ParamValidationError(
            f"PaginationConfig.{name} must be a whole number, not {value!r:.100}"
        ) from None


def _without_first(page: Page, rule: PageRule, skipped: int) -> Page:
    """A page without its first members, and with its counts, which were reported before, at 0."""
    return {**_cut(page, rule, slice(skipped, None)), **dict.fromkeys(rule.counts, 0)}


def _cut(page: Page, rule: PageRule, part: slice) -> Page:
    """A page with a part of its members alone."""
    names = [name for name in (rule.members, rule.beside) if name in page]
    return {**page, **{name: page[name][part] for name in names}}


def _token(start: Any, skipped: int) -> str:
    """An opaque text for the place at which a later reading resumes."""
    parts = convert.request("pagination", {"start": start, "skipped": skipped})
    return base64.urlsafe_b64encode(codec.encode(parts)).decode("ascii")


def _token_parts(token: str) -> tuple[Any, int]:
    """The start key and the number of members to skip. Raises: ParamValidationError."""
    try:
        parts = convert.response(base64.b64decode(token, altchars=b"-_", validate=True))
        return parts["start"], int(parts["skipped"])
    except (binascii.Error, ValueError, TypeError, KeyError):
        raise exceptions.ParamValidationError(
            f"StartingToken is none of a NextToken: {token!r:.100}"
        ) from None


class Waiter:
    """Asks for a table until it is in the wanted state.

    pause: waits between attempts; given the seconds.
    """

    def __init__(
        self,
        describe_table: Call,
        rule: WaiterRule,
        *,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._describe_table = describe_table
        self._rule = rule
        self._pause = pause or threading.Event().wait
        self.name = rule.name

    def wait(
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
                self._pause(delay)
            try:
                response = self._describe_table(TableName=TableName)
                status = response["Table"]["TableStatus"]
            except exceptions.ResourceNotFoundException as refusal:
                response, status = refusal.response, None
            if status == self._rule.status:
                return
        raise given_up(self._rule, response)


def waiting(config: WaiterConfig | None) -> tuple[float, int]:
    """Seconds between two attempts, and how many there are."""
    given = config or {}
    return given.get("Delay", _DELAY_SECONDS), given.get("MaxAttempts", _ATTEMPTS)


def given_up(rule: WaiterRule, response: Mapping[str, Any]) -> exceptions.WaiterError:
    """What is said when the table does not come. response: the last one."""
    return exceptions.WaiterError(rule.name, "Max attempts exceeded", response)
