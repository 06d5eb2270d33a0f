"""Who asks: account, region, principal, and which door's extensions are open to them."""

from __future__ import annotations

from typing import NamedTuple

DEFAULT_ACCOUNT = "000000000000"
DEFAULT_REGION = "us-east-1"


class Caller(NamedTuple):
    """One caller.

    extensions: the members that DynamoDB does not know (versions) are read; never over HTTP.
    """

    account: str = DEFAULT_ACCOUNT
    region: str = DEFAULT_REGION
    principal: str = "local"
    extensions: bool = False
    host: str = ""
