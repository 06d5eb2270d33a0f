"""One call through each of the three doors that Python code may use, with the wire's own shapes.

A call takes (operation, request in wire form) and returns the answer in wire form, or raises
Refused with the code and message that the door's user sees.
"""

from __future__ import annotations

import base64
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any, TypeAlias

import botocore.exceptions

import dynalite_py
from dynalite_py.doors.library.exceptions import DynaliteError
from dynalite_py.model import codec

Call: TypeAlias = Callable[[str, dict[str, Any]], dict[str, Any]]
_SIGNED = "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0"  # noqa: E501


class Refused(Exception):  # noqa: N818 - a refusal is an answer here
    """A door said no. details: the further members of the refusal."""

    def __init__(self, code: str, message: str, details: dict[str, Any]) -> None:
        super().__init__(code, message)
        self.code, self.message, self.details = code, message, details


def method_of(operation: str) -> str:
    """PutItem -> put_item."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()


def with_bytes(value: Any) -> Any:
    """A request in wire form with B and BS as bytes, as Python's clients take them."""
    if isinstance(value, list):
        return [with_bytes(each) for each in value]
    if not isinstance(value, dict):
        return value
    members: dict[str, Any] = value
    if list(members) == ["B"] and isinstance(members["B"], str):
        return {"B": base64.b64decode(members["B"])}
    if list(members) == ["BS"] and isinstance(members["BS"], list):
        texts: list[Any] = members["BS"]
        return {"BS": [base64.b64decode(each) for each in texts]}
    return {name: with_bytes(each) for name, each in members.items()}


def without_bytes(value: Any) -> Any:
    """The reverse."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, list):
        return [without_bytes(each) for each in value]
    if isinstance(value, dict):
        return {name: without_bytes(each) for name, each in value.items()}
    return value


def library(store: dynalite_py.Store) -> Call:
    """The native client."""

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = getattr(store, method_of(operation))(**with_bytes(request))
        except DynaliteError as refusal:
            shown: dict[str, Any] = dict(refusal.response)
            error: Any = shown.pop("Error")
            raise Refused(error["Code"], error["Message"], shown) from None
        answer.pop("ResponseMetadata", None)
        return without_bytes(answer)

    return call


def boto3(client: Any, streams: Any = None) -> Call:
    """A boto3 client whose parameter validation is off, so that the store itself must refuse.

    streams: the client of DynamoDB Streams, which boto3 has apart.
    """

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        method = method_of(operation)
        try:
            answer = getattr(client if hasattr(client, method) else streams, method)(
                **with_bytes(request)
            )
        except botocore.exceptions.ClientError as refusal:
            shown: dict[str, Any] = dict(refusal.response)
            error: Any = shown.pop("Error")
            raise Refused(error["Code"], error["Message"], shown) from None
        answer.pop("ResponseMetadata")
        return without_bytes(answer)

    return call


def http(endpoint: str) -> Call:
    """Bare HTTP."""

    def call(operation: str, request: dict[str, Any]) -> dict[str, Any]:
        posted = urllib.request.Request(
            endpoint,
            data=codec.encode(request),
            headers={
                "Content-Type": "application/x-amz-json-1.0",
                "X-Amz-Target": f"DynamoDB_20120810.{operation}",
                "X-Amz-Date": "20260101T000000Z",
                "Authorization": _SIGNED,
            },
        )
        try:
            with urllib.request.urlopen(posted, timeout=30) as answer:
                return codec.decode(answer.read() or b"{}")
        except urllib.error.HTTPError as refusal:
            with refusal:
                body = codec.decode(refusal.read())
            code = body.pop("__type").partition("#")[2]
            message = body.pop("message", None) or body.pop("Message", "")
            raise Refused(code, message, body) from None

    return call
