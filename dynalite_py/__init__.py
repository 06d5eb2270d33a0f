"""dynalite_py: a persistent, DynamoDB-compatible store on SQLite.

``connect`` opens a file in this process, ``connect_async`` does so for coroutines;
``boto3_client`` and ``boto3_resource`` give boto3's own objects over it.

A name's module is imported when the name is first asked for: pytest imports the package in every
run of whoever has it installed, for its plugin.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynalite_py.doors.dax.client import DaxClient
    from dynalite_py.doors.library import exceptions
    from dynalite_py.doors.library.aio import AsyncStore, connect_async
    from dynalite_py.doors.library.boto3_transport import boto3_client, boto3_resource
    from dynalite_py.doors.library.client import Client
    from dynalite_py.doors.library.exceptions import DynaliteError, VersionConflict
    from dynalite_py.doors.library.opening import connect
    from dynalite_py.doors.library.store import Store
    from dynalite_py.doors.library.table import Table
    from dynalite_py.model.clock import MovableClock

__version__ = "0.1.0"
__all__ = [
    "AsyncStore",
    "Client",
    "DaxClient",
    "DynaliteError",
    "MovableClock",
    "Store",
    "Table",
    "VersionConflict",
    "boto3_client",
    "boto3_resource",
    "connect",
    "connect_async",
    "exceptions",
]
_MODULES = {
    "AsyncStore": "doors.library.aio",
    "Client": "doors.library.client",
    "DaxClient": "doors.dax.client",
    "DynaliteError": "doors.library.exceptions",
    "MovableClock": "model.clock",
    "Store": "doors.library.store",
    "Table": "doors.library.table",
    "VersionConflict": "doors.library.exceptions",
    "boto3_client": "doors.library.boto3_transport",
    "boto3_resource": "doors.library.boto3_transport",
    "connect": "doors.library.opening",
    "connect_async": "doors.library.aio",
}


def __getattr__(name: str) -> Any:
    """The public name, imported. Raises: AttributeError."""
    if name == "exceptions":
        value = import_module("dynalite_py.doors.library.exceptions")
    elif name in _MODULES:
        value = getattr(import_module(f"dynalite_py.{_MODULES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, imported or not."""
    return sorted({*globals(), *__all__})
