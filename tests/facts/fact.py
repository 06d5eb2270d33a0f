"""The form of a fact: one request that the service refuses, and the words it uses."""

from __future__ import annotations

from typing import Any, NamedTuple

AWS_CAPTURED, DOCS, PEER = "aws-captured", "docs", "peer"
VALIDATION = "ValidationException"
INVALID = "One or more parameter values were invalid: "


class Fact(NamedTuple):
    """One refusal. source: recorded from AWS, written in its guide, or only an emulator's."""

    name: str
    operation: str
    request: dict[str, Any]
    code: str
    message: str
    source: str = AWS_CAPTURED


def refused(
    name: str, operation: str, request: dict[str, Any], message: str, source: str = AWS_CAPTURED
) -> Fact:
    """A fact whose code is ValidationException."""
    return Fact(name, operation, request, VALIDATION, message, source)
