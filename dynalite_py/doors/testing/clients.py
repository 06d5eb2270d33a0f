"""boto3's objects for one test after the other.

To make them, and to use them for the first time, takes some 7 ms, ten times what a store of its own
takes a test. They are therefore kept, and answered from the present test's store. A test that has
changed them, as botocore's Stubber does, leaves none behind: the next one gets new ones.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any, NoReturn

from dynalite_py.doors.library import boto3_transport, exceptions
from dynalite_py.doors.library.store import Store
from dynalite_py.model import caller as callers

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource

# How a handler of events comes or goes.
_CHANGES = ("register", "register_first", "register_last", "unregister")
# Each table of a resource registers the same handlers again, under the same names.
_BOTO3S_OWN = "dynamodb-"


class _Present:
    """What the objects take for their store: the present test's."""

    def __init__(self) -> None:
        self.account = callers.DEFAULT_ACCOUNT
        self.region = callers.DEFAULT_REGION
        self.perform: Callable[..., bytes] = _refuse

    def region_of(self, name: str) -> str:
        """The region that a client's setting means."""
        return name


class _Kept:
    """One of boto3's objects, its client, and whether a test has changed it."""

    def __init__(self, made: Any, client: Any) -> None:
        self.made = made
        self.client = client
        self._registered = False
        for name in _CHANGES:
            setattr(client.meta.events, name, self._noting(getattr(client.meta.events, name)))
        self._attributes: dict[str, Any] = {**vars(client)}

    def _noting(self, change: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **named: Any) -> Any:
            if not str(named.get("unique_id")).startswith(_BOTO3S_OWN):
                self._registered = True
            return change(*arguments, **named)

        return noted

    def is_changed(self) -> bool:
        """Whether it is not as it was made."""
        present: dict[str, Any] = vars(self.client)
        return (
            self._registered
            or present.keys() != self._attributes.keys()
            or any(present[name] is not value for name, value in self._attributes.items())
        )


class KeptClients:
    """A client and a resource; made when they are first asked for. Raises: ImportError without
    boto3.
    """

    def __init__(self) -> None:
        self._present = _Present()
        self._kept: dict[str, _Kept] = {}

    @contextlib.contextmanager
    def showing(self, store: Store) -> Generator[None]:
        """Answer from this store meanwhile."""
        self._present.perform = store.perform
        try:
            yield
        finally:
            self._present.perform = _refuse
            for kind in [kind for kind, kept in self._kept.items() if kept.is_changed()]:
                del self._kept[kind]

    def client(self) -> DynamoDBClient:
        """boto3's client."""
        if "client" not in self._kept:
            made = boto3_transport.client_of(self._present)
            self._kept["client"] = _Kept(made, made)
        return self._kept["client"].made

    def resource(self) -> DynamoDBServiceResource:
        """boto3's resource."""
        if "resource" not in self._kept:
            made = boto3_transport.resource_of(self._present)
            self._kept["resource"] = _Kept(made, made.meta.client)
        return self._kept["resource"].made


def _refuse(operation: str, request: dict[str, Any], caller: callers.Caller, /) -> NoReturn:
    """Between two tests."""
    raise exceptions.StoreClosedError("StoreClosed", "The test of this store is over", operation)
