"""Requests signed by botocore's signer, line by line, where no client would send such lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

KEY, SECRET = "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
HOST = "localhost"

Lines = Sequence[tuple[str, str]]


def basic(at: float) -> str:
    """Epoch seconds in ISO-8601's basic format."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")


@dataclass(frozen=True, slots=True)
class Signer:
    """A key and what it signs for. at: epoch seconds."""

    at: float
    key: str = KEY
    secret: str = SECRET
    region: str = "us-east-1"
    service: str = "dynamodb"

    @property
    def credential(self) -> str:
        """The credential that goes with a signature."""
        return f"{self.key}/{basic(self.at)[:8]}/{self.region}/{self.service}/aws4_request"

    def canonical(self, url: str, lines: Lines, body: bytes = b"") -> str:
        """The canonical request, with every line signed that botocore signs."""
        auth, request = self._prepared(url, lines, body)
        return auth.canonical_request(request)

    def signature(self, url: str, lines: Lines, body: bytes = b"") -> str:
        """The signature over these lines."""
        auth, request = self._prepared(url, lines, body)
        text = auth.string_to_sign(request, auth.canonical_request(request))
        return auth.signature(text, request)

    def signed_names(self, url: str, lines: Lines) -> str:
        """The names of the lines that botocore signs: not User-Agent, Expect and the like."""
        auth, request = self._prepared(url, lines, b"")
        return auth.signed_headers(auth.headers_to_sign(request))

    def authorization(self, url: str, lines: Lines, body: bytes = b"") -> str:
        """The Authorization header that signs these lines."""
        names = self.signed_names(url, lines)
        return (
            f"AWS4-HMAC-SHA256 Credential={self.credential}, SignedHeaders={names}, "
            f"Signature={self.signature(url, lines, body)}"
        )

    def presigned(self, lines: Lines, body: bytes = b"", *, more: str = "") -> str:
        """A path and query string that sign these lines. more: parameters besides, with ``&``."""
        names = self.signed_names("/", lines)
        url = (
            f"/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={quote(self.credential, safe='')}"
            f"&X-Amz-Date={basic(self.at)}&X-Amz-SignedHeaders={quote(names, safe='')}{more}"
        )
        return f"{url}&X-Amz-Signature={self.signature(url, lines, body)}"

    def _prepared(self, url: str, lines: Lines, body: bytes) -> tuple[SigV4Auth, AWSRequest]:
        auth = SigV4Auth(Credentials(self.key, self.secret), self.service, self.region)
        request = AWSRequest("POST", f"http://{HOST}{url}", data=body)
        for name, value in lines:
            request.headers.add_header(name, value)
        request.context["timestamp"] = basic(self.at)
        return auth, request


def standard_lines(at: float, operation: str = "ListTables") -> list[tuple[str, str]]:
    """The headers that a client signs."""
    return [
        ("Host", HOST),
        ("Content-Type", "application/x-amz-json-1.0"),
        ("X-Amz-Date", basic(at)),
        ("X-Amz-Target", f"DynamoDB_20120810.{operation}"),
    ]


def message(url: str, lines: Lines, body: bytes) -> bytes:
    """A POST request's bytes, header lines as given, in UTF-8."""
    head = "".join(f"{name}: {value}\r\n" for name, value in lines)
    start = f"POST {url} HTTP/1.1\r\nContent-Length: {len(body)}\r\n"
    return f"{start}{head}\r\n".encode() + body


def signed(
    signer: Signer, lines: Lines | None = None, body: bytes = b"{}", *, unsigned: Lines = ()
) -> bytes:
    """A request signed in its header. unsigned: lines that are sent and not signed."""
    covered = list(standard_lines(signer.at) if lines is None else lines)
    authorization = signer.authorization("/", covered, body)
    return message("/", [*covered, *unsigned, ("Authorization", authorization)], body)
