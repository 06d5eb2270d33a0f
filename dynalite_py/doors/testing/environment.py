"""Environment variables that lead every AWS SDK to one endpoint, for the time of a test."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Generator
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from boto3.session import Session

# Nothing of the machine's own configuration is looked at, so that no code that builds its own
# client can reach AWS with a person's keys.
_DUMMIES: dict[str, str | None] = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_SESSION_TOKEN": None,
    "AWS_SECURITY_TOKEN": None,
    "AWS_PROFILE": None,
    "AWS_DEFAULT_PROFILE": None,
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": None,
}


def variables(url: str, region: str) -> dict[str, str | None]:
    """What is set for an endpoint; None: what is taken away. AWS is asked with a person's keys."""
    if is_aws(url):
        return {"AWS_ENDPOINT_URL_DYNAMODB": url}
    return {
        **_DUMMIES,
        "AWS_ENDPOINT_URL_DYNAMODB": url,
        "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": url,
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
    }


def is_aws(url: str) -> bool:
    """Whether the endpoint is AWS itself."""
    host = urlsplit(url).hostname or ""
    return host.endswith((".amazonaws.com", ".amazonaws.com.cn", ".api.aws"))


@contextlib.contextmanager
def pointed_at(url: str, region: str) -> Generator[None]:
    """Lead clients that are built meanwhile to the endpoint."""
    wanted = variables(url, region)
    before = {name: os.environ.get(name) for name in wanted}
    try:
        _set(wanted)
        session = _default_session(url)
        try:
            yield
        finally:
            _set_default_session(url, session)
    finally:
        _set(before)


def _set(wanted: dict[str, str | None]) -> None:
    for name, value in wanted.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


# boto3 keeps one session for all that name none, with the keys that it has found.


def _default_session(url: str) -> Any:
    """boto3's session of before, whose place one with the test's keys takes."""
    boto3: Any = sys.modules.get("boto3")
    if boto3 is None or is_aws(url):
        return None
    session = boto3.DEFAULT_SESSION
    boto3.DEFAULT_SESSION = _session()
    return session


def _set_default_session(url: str, session: Any) -> None:
    boto3: Any = sys.modules.get("boto3")
    if boto3 is not None and not is_aws(url):
        boto3.DEFAULT_SESSION = session


@lru_cache(maxsize=1)  # A new one reads the service's model for a tenth of a second.
def _session() -> Session:
    """A session that has only ever seen the dummies; it asks for the region each time."""
    import boto3.session

    session = boto3.session.Session()
    session.get_credentials()
    return session
