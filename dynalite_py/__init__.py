"""dynalite_py: a persistent, DynamoDB-compatible store on SQLite.

``connect`` opens a file in this process, ``connect_async`` does so for coroutines;
``boto3_client`` and ``boto3_resource`` give boto3's own objects over it. The names are loaded when
they are first asked for: a server, and most commands, need none of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynalite_py.doors.dax.client import DaxClient
    from dynalite_py.doors.library import exceptions
    from dynalite_py.doors.library.aio import AsyncStore, connect_async
    from dynalite_py.doors.library.boto3_transport import boto3_client, boto3_resource
    from dynalite_py.doors.library.client import Client
    from dynalite_py.doors.library.exceptions import DynaliteError, VersionConflict
    from dynalite_py.doors.library.store import Store, connect
    from dynalite_py.doors.library.table import Table

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

_ROOMS = {
    "AsyncStore": "library.aio",
    "Client": "library.client",
    "DaxClient": "dax.client",
    "DynaliteError": "library.exceptions",
    "Store": "library.store",
    "Table": "library.table",
    "VersionConflict": "library.exceptions",
    "boto3_client": "library.boto3_transport",
    "boto3_resource": "library.boto3_transport",
    "connect": "library.store",
    "connect_async": "library.aio",
    "exceptions": "library.exceptions",
}


def __getattr__(name: str) -> Any:
    """A public name, at its first use."""
    room = _ROOMS.get(name)
    if room is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = importlib.import_module(f"{__name__}.doors.{room}")
    found = module if name == "exceptions" else getattr(module, name)
    globals()[name] = found  # The next time it is found at once.
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
