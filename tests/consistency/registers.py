"""Whether what one item answered to concurrent requests has an order: linearizability.

The order must put every request between its call and its answer, and each answer must be the one
that the item gives at its place. Lowe's just-in-time search: the events are gone through in their
order, with all pairs of an item and the open requests that have already had their effect.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import inf
from typing import TypeAlias

# An item's attributes v and n, of which each may be missing; None: there is no item.
Item: TypeAlias = tuple[str | None, int | None] | None

_MOST_PLACES = 200_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a request was told. item: before a put, delete or refusal, after an update; the one
    read.
    """

    item: Item
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """One request on one item.

    kind: get, put, create (a put where there is no item), swap (v, where it is ``expected``), add
    (to n) or delete. called, answered: places in the order of all events; inf: nobody knows whether
    it happened. told: None where the answer says no more than that it happened.
    """

    key: str
    kind: str
    called: int
    answered: float
    value: str = ""
    number: int = 0
    expected: str = ""
    told: Told | None = None


class UndecidedError(Exception):
    """Too many requests were open at once for the search to end."""


def after(request: Request, item: Item) -> tuple[Told, Item]:
    """What a request is told about this item, and what becomes of the item."""
    before = Told(item)
    match request.kind:
        case "get":
            return before, item
        case "put":
            return before, (request.value, None)
        case "delete":
            return before, None
        case "create":
            return (Told(item, refused=True), item) if item else (before, (request.value, None))
        case "swap":
            if item is None or item[0] != request.expected:
                return Told(item, refused=True), item
            new: Item = (request.value, item[1])
            return Told(new), new
        case _:
            v, n = item or (None, None)
            new = (v, (n or 0) + request.number)
            return Told(new), new


def fault(requests: Iterable[Request]) -> Request | None:
    """The request whose answer fits into no order; None where all of them fit.

    Raises: UndecidedError.
    """
    by_key: dict[str, list[Request]] = {}
    for request in requests:
        by_key.setdefault(request.key, []).append(request)
    for each in by_key.values():
        found = _fault_of_one(each)
        if found is not None:
            return found
    return None


_Place: TypeAlias = tuple[Item, frozenset[int]]


def _fault_of_one(requests: Sequence[Request]) -> Request | None:
    events = [(float(each.called), number) for number, each in enumerate(requests)]
    events += [
        (each.answered, ~number) for number, each in enumerate(requests) if each.answered != inf
    ]
    places: set[_Place] = {(None, frozenset())}
    opened: set[int] = set()
    for _, number in sorted(events):
        if number >= 0:
            opened.add(number)
            continue
        places = _with_effect(requests, places, opened, ~number)
        opened.discard(~number)
        if not places:
            return requests[~number]
    return None


def _with_effect(
    requests: Sequence[Request], places: set[_Place], opened: set[int], wanted: int
) -> set[_Place]:
    """Where one can be once this request has had its effect; it is then no longer kept in mind."""
    reached: set[_Place] = set()
    seen, left = set(places), list(places)
    while left:
        item, done = left.pop()
        if wanted in done:
            reached.add((item, done - {wanted}))
            continue
        for number in opened - done:
            told, new = after(requests[number], item)
            if requests[number].told not in (None, told):
                continue
            place = (new, done | {number})
            if place not in seen:
                seen.add(place)
                left.append(place)
        if len(seen) > _MOST_PLACES:
            raise UndecidedError
    return reached
