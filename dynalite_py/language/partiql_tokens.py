"""PartiQL's tokens: one pass over a text, for the grammar and for what explains its faults.

Words of two parts (``insert into``, ``is not``) become one token, keywords get a token type of
their own, every other reserved word the type WORD, which no rule of the grammar takes. Source:
facts, PartiQL lexical rules and the list of words that need double quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

END = "END"


class Token(NamedTuple):
    """One token.

    value: a name or string without its quotes, a word in lower case. start, end: its characters in
    the text.
    """

    type: str
    value: str
    start: int
    end: int


# The words that are no names, as the service's parser has them.
WORDS = frozenset(
    """
absolute action add all allocate alter and any are as asc assertion at authorization avg bag begin
between bit bit_length blob bool boolean by cascade cascaded case cast catalog char char_length
character character_length check clob close coalesce collate collation column commit conflict
connect connection constraint constraints continue convert corresponding count create cross current
current_date current_time current_timestamp current_user cursor date date_add date_diff deallocate
dec decimal declare default deferrable deferred delete desc describe descriptor diagnostics
disconnect distinct do domain double drop else end end-exec escape except exception exec execute
exists external extract false fetch first float for foreign found from full get global go goto grant
group having identity immediate in index indicator initially inner input insensitive insert int
integer intersect interval into is isolation join key language last left let level like limit list
local lower match max min missing modified module names national natural nchar new next no not
nothing null nullif numeric octet_length of old on only open option or order outer output overlaps
pad partial pivot position precision prepare preserve primary prior privileges procedure public read
real references relative remove restrict returning revoke right rollback rows schema scroll section
select session session_user set sexp size smallint some space sql sqlcode sqlerror sqlstate string
struct substring sum symbol system_user table temporary then time timestamp to transaction translate
translation trim true tuple union unique unknown unpivot update upper usage user using value values
varchar varying view when whenever where with work write zone
""".split()  # noqa: SIM905 - read and compared more easily as one text
)

# Words that the grammar names.
_KEYWORDS = frozenset(
    """
select from where order by asc desc as value update set remove delete returning exists and or not in
between like is null missing true false
""".split()  # noqa: SIM905 - read and compared more easily as one text
)
# Words that name a type behind IS.
TYPES = frozenset(
    """
boolean bool smallint integer int float real double_precision decimal dec numeric timestamp date
time character char character_varying varchar string symbol clob blob struct tuple list sexp bag
""".split()  # noqa: SIM905 - read and compared more easily as one text
)
# Words that are names of functions.
_CALLED = frozenset(
    """
size count avg max min sum substring trim extract date_add date_diff char_length character_length
bit_length octet_length upper lower position coalesce nullif
""".split()  # noqa: SIM905 - read and compared more easily as one text
)
# Words of several parts, with the type of the one token that they are.
_MERGED = {
    ("insert", "into"): "INSERT_INTO",
    ("not", "in"): "NOT_IN",
    ("is", "not"): "IS_NOT",
    ("not", "between"): "NOT_BETWEEN",
    ("not", "like"): "NOT_LIKE",
    ("modified", "old"): "RETURNED",
    ("modified", "new"): "RETURNED",
    ("all", "old"): "RETURNED",
    ("all", "new"): "RETURNED",
    ("on", "conflict"): "ON_CONFLICT",
    ("do", "nothing"): "DO_NOTHING",
    ("inner", "join"): "JOIN",
    ("left", "join"): "JOIN",
    ("right", "join"): "JOIN",
    ("full", "join"): "JOIN",
    ("outer", "join"): "JOIN",
    ("cross", "join"): "JOIN",
    ("union", "all"): "SET_OPERATION",
    ("except", "all"): "SET_OPERATION",
    ("intersect", "all"): "SET_OPERATION",
    ("double", "precision"): "TYPE",
    ("character", "varying"): "TYPE",
}

_SYMBOLS = {
    "=": "EQUALITY",
    "<>": "EQUALITY",
    "!=": "EQUALITY",
    "<": "ORDERING",
    "<=": "ORDERING",
    ">": "ORDERING",
    ">=": "ORDERING",
    "+": "SIGN",
    "-": "SIGN",
    "*": "STAR",
    "/": "FACTOR",
    "%": "FACTOR",
    "||": "CONCATENATION",
    "@": "AT",
    ".": "DOT",
    ",": "COMMA",
    ":": "COLON",
    ";": "SEMICOLON",
    "?": "PARAMETER",
    "(": "LEFT_PAREN",
    ")": "RIGHT_PAREN",
    "[": "LEFT_BRACKET",
    "]": "RIGHT_BRACKET",
    "{": "LEFT_CURLY",
    "}": "RIGHT_CURLY",
    "<<": "LEFT_BAG",
    ">>": "RIGHT_BAG",
}
# Every alternative begins with a character that no other begins with, or is decided by the next
# one, so that the cost grows with the length alone.
_TOKEN = re.compile(
    r"""
    (?P<gap>[ \t\v\f\r\n]+|--[^\r\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    |(?P<word>[A-Za-z_$][A-Za-z0-9_$]*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<string>'(?:[^']|'')*')
    |(?P<quoted>"(?:[^"]|"")*")
    |(?P<ion>`[^`]*`)
    |(?P<symbol><>|<=|<<|>=|>>|!=|\|\||[-=<>+*/%@.,:;?()\[\]{}])
    """,
    re.VERBOSE,
)


class LexerFault(Exception):  # noqa: N818 - it never leaves this floor
    """A character that begins no token, or a quote that nothing closes."""


def tokens(text: str) -> list[Token]:
    """The tokens of a statement, END behind the last. Raises: LexerFault."""
    return [*_merged(_plain(text)), Token(END, "", len(text), len(text))]


def _plain(text: str) -> Iterator[Token]:
    """The tokens with words as they stand alone."""
    place, behind = 0, len(text)
    while place < behind:
        match = _TOKEN.match(text, place)
        if match is None:
            raise LexerFault
        start, place = match.span()
        if match.lastgroup != "gap":
            yield _token(match.lastgroup or "", match.group(), start, place)


def _token(group: str, written: str, start: int, end: int) -> Token:
    if group == "word":
        return Token(_type_of(written.lower()), _value_of(written), start, end)
    if group == "quoted":
        return Token("NAME", written[1:-1].replace('""', '"'), start, end)
    if group == "string":
        return Token("STRING", written[1:-1].replace("''", "'"), start, end)
    if group == "number":
        return Token("NUMBER", written, start, end)
    if group == "ion":
        return Token("ION", written, start, end)
    return Token(_SYMBOLS[written], "<>" if written == "!=" else written, start, end)


def _value_of(word: str) -> str:
    lowered = word.lower()
    return lowered if lowered in WORDS else word


def _type_of(word: str) -> str:
    if word in _KEYWORDS:
        return word.upper()
    if word in TYPES:
        return "TYPE"
    if word in _CALLED:
        return "WORD_OF_CALL"
    return "WORD" if word in WORDS else "NAME"


def _merged(found: Iterator[Token]) -> Iterator[Token]:
    held: Token | None = None
    for token in found:
        if held is not None:
            joined = None if token.type == "NAME" else _MERGED.get((held.value, token.value))
            if joined is not None:
                words = f"{held.value} {token.value}"
                yield Token(joined, words, held.start, token.end)
                held = None
                continue
            yield held
        held = token if token.type in _FIRST_TYPES else None
        if held is None:
            yield token
    if held is not None:
        yield held


_FIRST_TYPES = frozenset(_type_of(first) for first, _ in _MERGED)


def position(text: str, start: int, end: int) -> tuple[int, int, int]:
    """Line, column (both from 1) and length of a token, as refusals print them."""
    line_start = text.rfind("\n", 0, start) + 1
    return text.count("\n", 0, start) + 1, start - line_start + 1, end - start
