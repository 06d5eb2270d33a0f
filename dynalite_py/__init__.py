"""dynalite_py: a persistent, DynamoDB-compatible store on SQLite.

``connect`` opens a file in this process; ``boto3_client`` and ``boto3_resource`` give boto3's own
objects over it.
"""

from dynalite_py.doors.library import exceptions
from dynalite_py.doors.library.boto3_transport import boto3_client, boto3_resource
from dynalite_py.doors.library.client import Client
from dynalite_py.doors.library.exceptions import DynaliteError, VersionConflict
from dynalite_py.doors.library.store import Store, connect
from dynalite_py.doors.library.table import Table
from dynalite_py.model.clock import MovableClock

__version__ = "0.1.0"
__all__ = [
    "Client",
    "DynaliteError",
    "MovableClock",
    "Store",
    "Table",
    "VersionConflict",
    "boto3_client",
    "boto3_resource",
    "connect",
    "exceptions",
]
