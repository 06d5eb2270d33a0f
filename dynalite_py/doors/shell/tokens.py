"""The dialect's tokens, for splitting, colours and completion.

Nothing here judges a statement, as ``language.partiql_tokens`` does: what is no token is of the
kind "other", a text without its end is a token too, and all tokens together are the text. Source:
facts, Lexical rules.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from dynalite_py.language import partiql_tokens

# The reserved words that mean something to DynamoDB, and the shell's own.
_KEYWORDS_TEXT = """
ALL AND ANALYZE ASC BEGIN BETWEEN BY COMMIT DELETE DESC EXISTS EXPLAIN FALSE FROM IN INSERT INTO IS
MISSING MODIFIED NEW NOT NULL OLD OR ORDER REMOVE RETURNING ROLLBACK SELECT SET TRUE UPDATE VALUE
WHERE
"""
KEYWORDS = tuple(_KEYWORDS_TEXT.split())
FUNCTIONS = (
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "begins_with",
    "contains",
    "list_append",
    "set_add",
    "set_delete",
    "size",
)
_KEYWORDS = frozenset(word.lower() for word in KEYWORDS)
_FUNCTIONS = frozenset(FUNCTIONS)

# The order of the alternatives matters: a comment before the operator "-", a number before ".".
_TOKEN = re.compile(
    r"""(?P<blank>\s+)
    |(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))
    |(?P<string>'(?:[^']|'')*(?:'|\Z))
    |(?P<quoted>"(?:[^"]|"")*(?:"|\Z))
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<parameter>\?)
    |(?P<end>;)
    |(?P<operator><<|>>|<>|!=|<=|>=|\|\||[-+*/%=<>.,()\[\]{}:])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


class Token(NamedTuple):
    """A piece of text. kind: a group of the pattern above, or "keyword" or "function"."""

    kind: str
    text: str
    start: int

    @property
    def lower(self) -> str:
        """The text as words are compared."""
        return self.text.lower()

    @property
    def open(self) -> bool:
        """Whether it began in a way that wants an end, which is not there."""
        match self.kind:
            case "string" | "quoted":
                return len(self.text) < 2 or not self.text.endswith(self.text[0])
            case "comment":
                return self.text.startswith("/*") and not self.text.endswith("*/")
            case _:
                return False

    @property
    def name(self) -> str:
        """What a word or a quoted name names."""
        if self.kind != "quoted":
            return self.text
        inner = self.text[1:] if self.open else self.text[1:-1]
        return inner.replace('""', '"')


@lru_cache(maxsize=8)  # Lexing, completing and splitting look at the same text with each key.
def tokens(text: str) -> tuple[Token, ...]:
    """All tokens of a text; together they are the text."""
    return tuple(_token(found) for found in _TOKEN.finditer(text))


def meaningful(text: str) -> list[Token]:
    """The tokens without blanks and comments."""
    return [token for token in tokens(text) if token.kind not in ("blank", "comment")]


def quoted(name: str) -> str:
    """A name as it is written in a statement: in double quotes where it needs them."""
    bare = re.fullmatch(r"[A-Za-z_$][A-Za-z0-9_$]*", name, re.ASCII)
    if bare and name.lower() not in partiql_tokens.WORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def _token(found: re.Match[str]) -> Token:
    kind, text = found.lastgroup or "other", found[0]
    if kind == "word":
        word = text.lower()
        kind = "keyword" if word in _KEYWORDS else "function" if word in _FUNCTIONS else "word"
    return Token(kind, text, found.start())
