"""Real boto3 objects over an open store: boto3 prepares and parses, nothing leaves the process.

boto3 is an optional dependency and is imported when the first of these objects is made. Its
configuration files, profiles and endpoints in the environment are not looked at: what these objects
talk to is the store, whatever the machine is set up for.
"""

from __future__ import annotations

import binascii
import io
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Literal, overload

from dynalite_py.doors.library.store import Store
from dynalite_py.model import codec, errors
from dynalite_py.model.caller import Caller

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse
    from types_boto3_dynamodb import DynamoDBClient, DynamoDBServiceResource
    from types_boto3_dynamodbstreams import DynamoDBStreamsClient

# By boto3's names of the services: what their targets begin with, and how its events call them.
_SERVICES = {
    "dynamodb": ("DynamoDB_20120810", "dynamodb"),
    "dynamodbstreams": ("DynamoDBStreams_20120810", "dynamodb-streams"),
}
# Never connected to; the name ".invalid" is reserved for what must not resolve.
_ENDPOINT = "http://dynalite.invalid"
_NOT_INSTALLED = "boto3 is not installed: pip install 'dynalite_py[boto3]'"


@overload
def boto3_client(
    store: Store, service: Literal["dynamodb"] = "dynamodb", **options: Any
) -> DynamoDBClient: ...


@overload
def boto3_client(
    store: Store, service: Literal["dynamodbstreams"], **options: Any
) -> DynamoDBStreamsClient: ...


def boto3_client(store: Store, service: str = "dynamodb", **options: Any) -> Any:
    """boto3's client of DynamoDB, or of DynamoDB Streams, over this store.

    options: those of ``Session.client``. Raises: ImportError without boto3, ValueError for another
    service.
    """
    if service not in _SERVICES:
        raise ValueError(f"The store answers for {' and '.join(_SERVICES)}, not for {service!r}")
    region = options.pop("region_name", None) or store.region
    client: Any = _session(region).client(service, **_options(options))  # type: ignore[call-overload]
    _take_over(client, store, service)
    return client


def boto3_resource(store: Store, **options: Any) -> DynamoDBServiceResource:
    """boto3's DynamoDB resource over this store. options: those of ``Session.resource``.

    Raises: ImportError without boto3.
    """
    region = options.pop("region_name", None) or store.region
    resource = _session(region).resource("dynamodb", **_options(options))
    _take_over(resource.meta.client, store, "dynamodb")
    return resource


def _session(region: str) -> Session:
    """A session that knows nothing of the machine's AWS configuration."""
    try:
        import boto3.session
        import botocore.session
    except ImportError as missing:
        raise ImportError(_NOT_INSTALLED) from missing
    nowhere = (None, None, os.devnull, None)
    session = botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nowhere,
            "credentials_file": nowhere,
        }
    )
    session.set_credentials("local", "local")
    return boto3.session.Session(botocore_session=session, region_name=region)


def _options(options: dict[str, Any]) -> dict[str, Any]:
    """The caller's options, over those that an object without a network needs."""
    from botocore import UNSIGNED
    from botocore.config import Config

    # Nobody checks a signature here, and signing is a third of a small request's time.
    config = Config(signature_version=UNSIGNED)
    given = options.pop("config", None)
    return {
        "endpoint_url": _ENDPOINT,
        **options,
        "config": config if given is None else config.merge(given),
    }


def _take_over(client: Any, store: Store, service: str) -> None:
    """Answer the client's requests from the store, in the moment before they would be sent."""
    caller = Caller(account=store.account, region=store.region_of(client.meta.region_name))
    prefix, event = _SERVICES[service]
    client.meta.events.register(f"before-send.{event}", _sender(store, caller, prefix))


def _sender(store: Store, caller: Caller, prefix: str) -> Callable[..., AWSResponse]:
    from botocore.awsrequest import AWSResponse

    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        status, body = _answer(store, request, caller, prefix)
        headers: Any = {
            "Content-Type": "application/x-amz-json-1.0",
            "Content-Length": str(len(body)),
            "x-amzn-RequestId": os.urandom(26).hex().upper(),
            "x-amz-crc32": str(binascii.crc32(body)),
        }
        return AWSResponse(request.url, status, headers, _Raw(body))

    return send


def _answer(
    store: Store, request: AWSPreparedRequest, caller: Caller, prefix: str
) -> tuple[int, bytes]:
    """Status and body, as a server would send them."""
    try:
        version, _, operation = _text(request.headers["X-Amz-Target"]).partition(".")
        if version != prefix:
            raise errors.unknown_operation()
        return 200, store.perform(operation, codec.decode(_bytes(request.body)), caller)
    except errors.DynamoDBError as refusal:
        return refusal.status, errors.body(refusal)


def _text(header: str | bytes) -> str:
    return header.decode("ascii") if isinstance(header, bytes) else header


def _bytes(body: Any) -> bytes:
    if isinstance(body, str):
        return body.encode()
    return bytes(body or b"{}")


class _Raw(io.BytesIO):
    """A response's body as urllib3 would hand it over."""

    def stream(self, amount: int = 1 << 16, **_: Any) -> Iterator[bytes]:
        """The body in parts."""
        while part := self.read(amount):
            yield part
