"""Finds the grammar folder and builds the parsers, one for each start rule, at first use.

Lark takes some 60 ms to import, so it is imported in the functions here and nowhere at start-up;
its disk cache stays off, for it is a pickle that others could write.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lark import Lark, Token

PACKAGE = Path(__file__).resolve().parents[1]

_CONDITION_KEYWORDS = frozenset({"_AND", "_OR", "_NOT", "_IN", "_BETWEEN"})
_UPDATE_KEYWORDS = frozenset({"_SET", "_REMOVE", "_ADD", "_DELETE"})
_KEYWORDS = {
    "condition": _CONDITION_KEYWORDS,
    "key_condition": _CONDITION_KEYWORDS,
    "update": _UPDATE_KEYWORDS,
    "projection": frozenset[str](),
}
_BUILDING = threading.Lock()


def folder() -> Path:
    """Where the ``.lark`` files are: inside the package in a wheel, beside it in a checkout."""
    inside = PACKAGE / "grammar"
    return inside if inside.is_dir() else PACKAGE.parent / "grammar"


@cache
def expression_parser(start: str) -> Lark:
    """The parser of one expression kind; it answers nodes.

    start: ``condition``, ``key_condition``, ``update`` or ``projection``.
    """
    from lark import Lark

    from dynalite_py.language.expression_transformer import ExpressionTransformer

    foreign = (_CONDITION_KEYWORDS | _UPDATE_KEYWORDS) - _KEYWORDS[start]
    # Lark reads a grammar's literals with ast.parse, which CPython's threads disturb each other in.
    with _BUILDING:
        return Lark.open(
            str(folder() / "expression.lark"),
            start=start,
            parser="lalr",
            # The contextual lexer would read a keyword in a wrong place as a name, and so blame the
            # token behind it.
            lexer="basic",
            lexer_callbacks=dict.fromkeys(foreign, _as_name),
            transformer=ExpressionTransformer(),
            maybe_placeholders=False,
        )


@cache
def partiql_parser() -> Lark:
    """The parser of PartiQL statements; it answers terms."""
    from lark import Lark

    from dynalite_py.language.partiql_transformer import PartiqlLexer, PartiqlTransformer

    with _BUILDING:
        return Lark.open(
            str(folder() / "partiql.lark"),
            parser="lalr",
            lexer=PartiqlLexer,
            transformer=PartiqlTransformer(),
            maybe_placeholders=False,
        )


def _as_name(token: Token) -> Token:
    from lark import Token

    return Token.new_borrow_pos("NAME", str(token), token)
