"""Start a server by its command line, write and read an item over bare HTTP, and stop it.

    python first_requests.py COMMAND [ARGUMENT...]

Only the standard library is used, so that any Python can drive an installed command. The command's
output is read until the line that names the endpoint; Ctrl-C must end it with status 0.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Sequence

ENDPOINT = re.compile(r"https?://[\w.\-\[\]:]*:\d+")
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host;x-amz-date, Signature=0"
)
CREATE_TABLE = (
    b'{"TableName":"First","BillingMode":"PAY_PER_REQUEST",'
    b'"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],'
    b'"KeySchema":[{"AttributeName":"pk","KeyType":"HASH"}]}'
)
PUT_ITEM = b'{"TableName":"First","Item":{"pk":{"S":"a"},"count":{"N":"1"}}}'
GET_ITEM = b'{"TableName":"First","Key":{"pk":{"S":"a"}}}'
ANSWER = b'{"Item":{"pk":{"S":"a"},"count":{"N":"1"}}}'


def call(endpoint: str, operation: str, body: bytes) -> bytes:
    """One request's answer. Raises: urllib.error.HTTPError for a refusal."""
    request = urllib.request.Request(
        endpoint,
        data=body,
        headers={
            "Authorization": SIGNED,
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Date": "20260101T000000Z",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
        },
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def drive(command: Sequence[str]) -> None:
    """Start the command, make the first requests, stop it."""
    server = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        endpoint = _endpoint(server)
        call(endpoint, "CreateTable", CREATE_TABLE)
        call(endpoint, "PutItem", PUT_ITEM)
        answer = call(endpoint, "GetItem", GET_ITEM)
        assert answer == ANSWER, answer
    finally:
        os.killpg(server.pid, signal.SIGINT)  # A terminal's Ctrl-C reaches the whole group.
        status = server.wait(timeout=60)
    assert status == 0, f"{command[0]} ended with status {status}"


def _endpoint(server: subprocess.Popen[str]) -> str:
    """The first endpoint that the command prints."""
    assert server.stdout is not None
    for line in server.stdout:
        sys.stdout.write(line)
        named = ENDPOINT.search(line)
        if named:
            return named[0]
    raise SystemExit("the command ended without naming an endpoint")


if __name__ == "__main__":
    drive(sys.argv[1:])
    sys.stdout.write("the first requests were answered\n")
