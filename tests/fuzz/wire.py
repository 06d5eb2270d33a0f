"""Random requests over HTTP: JSON texts that no encoder would write, and spoilt bytes around them.

The server answers every text with 200 or a refusal of its own, and lives on.
"""

from __future__ import annotations

import random

from dynalite_py.model import codec
from tests.fuzz.requests import Requests
from tests.fuzz.texts import chance
from tests.support.raw_http import RawClient, Response, operation

REFUSED = frozenset({400, 403, 404, 405, 411, 413, 414, 415, 417, 431, 501, 505})
_PIECES = (
    *(b"\\ud800", b"\\udc00\\ud800", b"\\u0000", b"\\", b'"', b"{", b"}", b"[", b"]", b",", b":"),
    *(
        b"\x00",
        b"\xff",
        b"\xed\xa0\x80",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xf4\x90\x80\x80",
        b"\n",
        b" ",
    ),
    *(b"NaN", b"-Infinity", b"1e400", b"-0", b"01", b"1" * 400, b"nul", b"null", b"true", b"'"),
    *(b"[" * 1100, b'{"a":' * 1100, b"/**/", b'"S":"x",', b'"TableName":"hash_s",', b"{},", b"[],"),
)


def body(source: random.Random, text: bytes) -> bytes:
    """A JSON text with pieces put in, taken out, or said twice; sometimes as it was."""
    for _ in range(source.choice((0, 0, 1, 1, 1, 2, 4))):
        place = source.randrange(len(text) + 1)
        match source.randrange(4):
            case 0:
                text = text[:place]
            case 1:
                text = text[:place] + text[place + source.randrange(1, 9) :]
            case 2:
                text = text[:place] + text[max(0, place - source.randrange(1, 30)) :]
            case _:
                text = text[:place] + source.choice(_PIECES) + text[place:]
    return text


def next_text(requests: Requests) -> tuple[str, bytes]:
    """An operation's name that can stand in a header, and a body for it."""
    while True:
        name, request = requests.next()
        try:
            text = codec.encode(request)
        except TypeError:  # Deeper than the encoder goes; the pieces above are deep, too.
            continue
        return name, body(requests.source, text)


def fault(answer: Response) -> str | None:
    """What is wrong with an answer; None where it is as it should be."""
    if answer.status != 200 and answer.status not in REFUSED:
        return f"status {answer.status}"
    if not answer.crc_fits():
        return "the checksum is another's"
    if answer.body:
        decoded = codec.decode(answer.body)
        if type(decoded) is not dict or ("__type" in decoded) != (answer.status != 200):
            return "a body that does not fit the status"
    return None


def ask(client: RawClient, name: str, text: bytes) -> Response:
    """Send one body as this operation's."""
    return client.ask(operation(name, body=text))


def spoilt(requests: Requests) -> bytes:
    """A few requests in a row with some of their bytes changed, wherever they stand."""
    source = requests.source
    sent = b""
    for _ in range(source.randrange(1, 4)):
        name, text = next_text(requests)
        sent += operation(name, body=text)
    whole = bytearray(sent)
    for _ in range(source.randrange(1, 6)):
        # Mostly in the head: the bodies have had their turn.
        place = source.randrange(min(len(whole), 600) if chance(source, 2) else len(whole))
        match source.randrange(3):
            case 0:
                whole[place] = source.randrange(256)
            case 1:
                del whole[place : place + source.randrange(1, 20)]
            case _:
                whole[place:place] = whole[place : place + source.randrange(1, 20)]
    return bytes(whole)
