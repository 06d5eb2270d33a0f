"""dynalite_py: a persistent, DynamoDB-compatible store on SQLite.

``connect`` opens a file in this process, ``connect_async`` does so for coroutines;
``boto3_client`` and ``boto3_resource`` give boto3's own objects over it.
"""

from typing import TYPE_CHECKING, Any

from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.boto3_transport import boto3_client, boto3_resource
from dynalite_py.doors.library.client import Client
from dynalite_py.doors.library.exceptions import DynaliteError, VersionConflict
from dynalite_py.doors.library.store import Store, connect
from dynalite_py.doors.library.table import Table

if TYPE_CHECKING:
    from dynalite_py.doors.dax.client import DaxClient
    from dynalite_py.doors.library.aio import AsyncStore, connect_async

__version__ = "0.1.0"
__all__ = [
    "AsyncStore",
    "Client",
    "DaxClient",
    "DynaliteError",
    "Store",
    "Table",
    "VersionConflict",
    "boto3_client",
    "boto3_resource",
    "connect",
    "connect_async",
    "exceptions",
]


def __getattr__(name: str) -> Any:
    """What few use is loaded when it is first asked for: it comes with asyncio and the like."""
    if name in ("AsyncStore", "connect_async"):
        from dynalite_py.doors.library import aio

        return getattr(aio, name)
    if name == "DaxClient":
        from dynalite_py.doors.dax import client

        return client.DaxClient
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
