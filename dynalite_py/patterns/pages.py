"""All items of a query or scan, page by page as they are wanted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dynalite_py.patterns import backoff, clients
from dynalite_py.patterns.backoff import Backoff


def items(
    client: clients.Client, policy: Backoff, operation: clients.Call, **members: Any
) -> Iterator[clients.Wire]:
    """The items of Query or Scan, in a client's shapes; transient refusals are tried again."""
    start: clients.Request = {}
    while True:
        page = backoff.request(client, policy, operation, **members, **start)
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
