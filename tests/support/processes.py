"""Our server in a process of its own, for tests that kill it or measure it from outside."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dynalite_py.model import codec

ENDPOINT = re.compile(r"https?://[\w.\-\[\]:]*:\d+")
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=a/20260101/us-east-1/dynamodb/aws4_request, "
    "SignedHeaders=host, Signature=0"
)


class ServerProcess:
    """``dynalite serve FILE --port 0``, until it is stopped or killed."""

    def __init__(self, path: Path | str, *options: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dynalite_py", "serve", str(path), "--port", "0", *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        assert self.process.stdout is not None
        self.endpoint = ""
        for line in self.process.stdout:
            named = ENDPOINT.search(line)
            if named:
                self.endpoint = named[0]
                break
        assert self.endpoint, self.process.communicate()[1]

    def kill(self) -> None:
        """As a power cut would end the process."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """As a service manager would. Returns the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        return self.process.returncode


class Connection:
    """One keep-alive connection to a server."""

    def __init__(self, endpoint: str) -> None:
        self._http = http.client.HTTPConnection(urlsplit(endpoint).netloc, timeout=30)

    def call(self, operation: str, request: dict[str, Any]) -> Any:
        """The answer. Raises: OSError or HTTPException where the server died."""
        status, body = self.ask(operation, request)
        assert status == 200, body
        return body

    def ask(self, operation: str, request: dict[str, Any]) -> tuple[int, Any]:
        """Status and body of the answer. Raises: as ``call``."""
        self.send(operation, request)
        answer = self._http.getresponse()
        return answer.status, codec.decode(answer.read())

    def send(self, operation: str, request: dict[str, Any]) -> None:
        """Send the request alone. Raises: as ``call``."""
        headers = {
            "Content-Type": "application/x-amz-json-1.0",
            "X-Amz-Target": f"DynamoDB_20120810.{operation}",
            "X-Amz-Date": "20260101T000000Z",
            "Authorization": SIGNED,
        }
        self._http.request("POST", "/", codec.encode(request), headers)

    def close(self) -> None:
        """Close the socket."""
        self._http.close()
