"""What the shell talks to: a file in this process, or an endpoint through boto3.

Both have boto3's methods and shapes, so that nothing else has to ask which one it is.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import dynalite_py
from dynalite_py import settings

# boto3's client, or the library's.
Client: TypeAlias = Any

_HERE = frozenset({"127.0.0.1", "::1", "localhost"})


class UnreachableError(Exception):
    """There is nothing to talk to; the text tells what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """name: for the prompt. store: the open file; None: an endpoint, or a client of a test.

    failures: what its methods raise where a request is refused or does not arrive.
    """

    name: str
    client: Client
    failures: tuple[type[Exception], ...]
    close: Callable[[], None]
    store: Any = None

    @property
    def costs(self) -> bool:
        """Whether reading may cost somebody money or time: no read is made unasked then."""
        return self.store is None


def file(path: str, *, region: str = "") -> Target:
    """A file, opened by this process. Raises: UnreachableError."""
    try:
        store = dynalite_py.connect(path, region=region or "us-east-1")
    except dynalite_py.DynaliteError as failure:
        raise UnreachableError(str(failure)) from failure
    name = path if path == settings.IN_MEMORY else path.rpartition("/")[2]
    return Target(name, store.client(), (dynalite_py.DynaliteError,), store.close, store)


def url(address: str, *, region: str = "", profile: str = "") -> Target:
    """An endpoint, by boto3 and its settings. Raises: UnreachableError."""
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError as failure:
        raise UnreachableError(
            "an endpoint is reached through boto3, which is not here: "
            "pip install 'dynalite_py[boto3]'"
        ) from failure
    host = urlsplit(address).hostname
    if host is None:
        raise UnreachableError(f"{address} is no address: try http://127.0.0.1:8000")
    try:
        session = boto3.Session(profile_name=profile or None)
        given: dict[str, Any] = {"region_name": region or session.region_name}
        if host in _HERE or host.endswith(".localhost"):
            given["region_name"] = given["region_name"] or "us-east-1"
            if session.get_credentials() is None:
                given |= {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
        client = session.client("dynamodb", endpoint_url=address, **given)
    except (BotoCoreError, ValueError) as failure:
        raise UnreachableError(str(failure)) from failure
    return Target(host, client, (ClientError, BotoCoreError), client.close)


def code(failure: Exception) -> str:
    """The error's name where the service refused, else that of the exception."""
    response = getattr(failure, "response", None) or {}
    return response.get("Error", {}).get("Code") or type(failure).__name__


def wording(failure: Exception) -> str:
    """A refusal in a line: ``ValidationException: Item size has exceeded ...``.

    A cancelled transaction has a line for each statement to blame.
    """
    response = getattr(failure, "response", None)
    if not response:
        return f"{type(failure).__name__}: {failure}"
    error = response.get("Error", {})
    lines = [f"{error.get('Code')}: {error.get('Message', '')}"]
    for number, reason in enumerate(response.get("CancellationReasons") or (), 1):
        if reason.get("Code", "None") != "None":
            lines.append(f"  statement {number}: {reason['Code']}: {reason.get('Message', '')}")
    return "\n".join(lines)
