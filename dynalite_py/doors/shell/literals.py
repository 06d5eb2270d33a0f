"""Values as PartiQL writes them: typed for a ``?``, and shown in results.

``'text'``, ``1.5``, ``true``, ``null``, ``[...]``, ``{'name': ...}``, ``<<...>>``. Binaries have no
literal in the dialect; here they are ``0x`` and hexadecimal digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from dynalite_py.doors.shell import tokens
from dynalite_py.doors.shell.tokens import Token

# An attribute value in boto3's form.
Value: TypeAlias = dict[str, Any]

_DEEPEST = 32
_HEX = re.compile(r"0x((?:[0-9a-f]{2})*)", re.IGNORECASE | re.ASCII)
_BARE = re.compile(r"[^\W\d][\w.@/:-]*")
_WORDS: dict[str, Value] = {
    "true": {"BOOL": True},
    "false": {"BOOL": False},
    "null": {"NULL": True},
}


class NotAValueError(ValueError):
    """A text is no value; the message says what one looks like."""


def value(text: str) -> Value:
    """What a typed text means; a bare word is a text. Raises: NotAValueError."""
    text = text.strip()
    if binary := _HEX.fullmatch(text):
        return {"B": bytes.fromhex(binary[1])}
    if _BARE.fullmatch(text) and text.lower() not in _WORDS:
        return {"S": text}
    [only] = _at_most_one(values(text), text)
    return only


def values(text: str) -> list[Value]:
    """The values of a line, parted by blanks or commas. Raises: NotAValueError."""
    reader = _Reader(text)
    found: list[Value] = []
    while not reader.done:
        found.append(reader.value(0))
        if not reader.done and reader.next_text == ",":
            reader.take()
    return found


def literal(attribute: Mapping[str, Any]) -> str:
    """A value as the dialect writes it: ``{"S": "it's"}`` is ``'it''s'``."""
    [(kind, content)] = attribute.items()
    match kind:
        case "S":
            return _quoted(content)
        case "B":
            return "0x" + content.hex()
        case "BOOL":
            return "true" if content else "false"
        case "NULL":
            return "null"
        case "L":
            return "[" + ", ".join(map(literal, content)) + "]"
        case "M":
            members = (f"{_quoted(name)}: {literal(one)}" for name, one in content.items())
            return "{" + ", ".join(members) + "}"
        case "SS" | "NS" | "BS":
            return "<<" + ", ".join(literal({kind[0]: one}) for one in content) + ">>"
        case _:
            return str(content)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _at_most_one(found: Sequence[Value], text: str) -> Sequence[Value]:
    if len(found) != 1:
        raise NotAValueError(f"{text[:60]!r} is not one value: try 'text', 1.5, true or [1, 2]")
    return found


class _Reader:
    """Values from tokens, one after the other."""

    def __init__(self, text: str) -> None:
        self._tokens = _joined(tokens.meaningful(text))
        self._at = 0

    @property
    def done(self) -> bool:
        return self._at >= len(self._tokens)

    @property
    def next_text(self) -> str:
        return "" if self.done else self._tokens[self._at].text

    def take(self) -> Token:
        if self.done:
            raise NotAValueError("a value ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def value(self, depth: int) -> Value:
        token = self.take()
        if depth > _DEEPEST:
            raise NotAValueError(f"a value is nested more than {_DEEPEST} levels deep")
        match token.text:
            case "[":
                return {"L": self._list("]", depth)}
            case "{":
                return {"M": self._map(depth)}
            case "<<":
                return _set(self._list(">>", depth))
            case "-" | "+" if not self.done and self._tokens[self._at].kind == "number":
                return {"N": token.text.strip("+") + self.take().text}
            case _:
                return _scalar(token, bare=depth == 0)

    def _list(self, end: str, depth: int) -> list[Value]:
        members: list[Value] = []
        while self.next_text != end:
            members.append(self.value(depth + 1))
            if self.next_text != end:
                self._expect(",")
        self.take()
        return members

    def _map(self, depth: int) -> dict[str, Value]:
        members: dict[str, Value] = {}
        while self.next_text != "}":
            name = self.value(depth + 1)
            if "S" not in name:
                raise NotAValueError("the names in a map are texts in 'quotes'")
            self._expect(":")
            members[name["S"]] = self.value(depth + 1)
            if self.next_text != "}":
                self._expect(",")
        self.take()
        return members

    def _expect(self, text: str) -> None:
        token = self.take()
        if token.text != text:
            raise NotAValueError(f"{token.text[:40]} stands where {text} is due")


def _scalar(token: Token, *, bare: bool) -> Value:
    """bare: whether a word without quotes is taken for a text."""
    if token.kind == "string" and not token.open:
        return {"S": token.text[1:-1].replace("''", "'")}
    if token.kind == "number":
        return {"N": token.text}
    if token.kind == "binary":
        return {"B": bytes.fromhex(token.text[2:])}
    if token.lower in _WORDS:
        return dict(_WORDS[token.lower])
    if bare and token.kind in ("word", "keyword", "function"):
        return {"S": token.text}
    raise NotAValueError(f"{token.text[:40]} is no value: texts stand in 'quotes'")


def _joined(found: Sequence[Token]) -> list[Token]:
    """``0x0aff`` comes as a number and a word; here they are one token."""
    joined: list[Token] = []
    for token in found:
        last = joined[-1] if joined else None
        if (
            last is not None
            and last.text == "0"
            and last.start + 1 == token.start
            and _HEX.fullmatch("0" + token.text)
        ):
            joined[-1] = Token("binary", "0" + token.text, last.start)
        else:
            joined.append(token)
    return joined


def _set(members: Sequence[Value]) -> Value:
    kinds = {kind for member in members for kind in member}
    if len(kinds) != 1 or not kinds <= {"S", "N", "B"}:
        raise NotAValueError("a set holds texts alone, numbers alone or binaries alone")
    [kind] = kinds
    return {kind + "S": [member[kind] for member in members]}
