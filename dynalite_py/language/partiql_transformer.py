"""Lark's reductions of a PartiQL statement: to terms, which know where they stand.

A term is what was written, judged by nobody: ``partiql_lowering`` checks terms and makes nodes of
them. Lark calls the methods bottom-up, so neither depth nor length of a text costs Python stack.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from lark import Token, Transformer
from lark.lexer import Lexer

from dynalite_py.language import partiql_tokens

Place: TypeAlias = tuple[int, int]
"""First and last character (behind it) of a term's first token."""


@dataclass(frozen=True, slots=True)
class Term:
    """A piece of a statement.

    kind: the rule. place: of its first token; of the operator for what stands between two terms.
    value: what it says beside its parts: an operator, a literal's token, a path.
    """

    kind: str
    place: Place
    value: Any = None
    parts: tuple[Term, ...] = ()


class PartiqlLexer(Lexer):
    """The tokens of ``partiql_tokens``, for Lark."""

    def __init__(self, lexer_conf: Any) -> None:
        del lexer_conf

    def lex(self, data: str) -> Iterator[Token]:  # type: ignore[override]
        """Every token but the end. Raises: LexerFault."""
        for kind, value, start, end in partiql_tokens.tokens(data)[:-1]:
            yield Token(kind, value, start_pos=start, end_pos=end)


def _place(token: Token) -> Place:
    return cast("int", token.start_pos), cast("int", token.end_pos)


def _terms(children: list[Term | Token]) -> tuple[Term, ...]:
    return tuple(child for child in children if isinstance(child, Term))


class PartiqlTransformer(Transformer[Token, Term]):
    """Reductions of every rule of ``partiql.lark``."""

    def start(self, children: list[Any]) -> Term:
        """A statement; the semicolon says nothing."""
        return children[0]

    def exists(self, children: list[Any]) -> Term:
        """``EXISTS(SELECT ...)``"""
        return Term("exists", _place(children[0]), parts=_terms(children))

    def select(self, children: list[Any]) -> Term:
        """``SELECT ...``"""
        return Term("select", _place(children[0]), parts=_terms(children))

    def everything(self, children: list[Any]) -> Term:
        """``*``"""
        return Term("everything", _place(children[0]))

    def columns(self, children: list[Any]) -> Term:
        """The list behind SELECT."""
        parts = _terms(children)
        return Term("columns", parts[0].place, parts=parts)

    def column(self, children: list[Any]) -> Term:
        """One of them. value: whether it has an alias."""
        return Term("column", children[0].place, len(children) > 1, (children[0],))

    def source(self, children: list[Any]) -> Term:
        """Table and index. value: names; whether an alias follows."""
        names = [child for child in children if child.type == "NAME"]
        dots = sum(child.type == "DOT" for child in children)
        parts = tuple(str(name) for name in names[: dots + 1])
        return Term("source", _place(children[0]), (parts, len(names) > dots + 1))

    def where(self, children: list[Any]) -> Term:
        """``WHERE ...``"""
        return Term("where", _place(children[0]), parts=(children[1],))

    def order(self, children: list[Any]) -> Term:
        """``ORDER BY ...``"""
        return Term("order", _place(children[0]), parts=_terms(children))

    def sort(self, children: list[Any]) -> Term:
        """One of its parts. value: whether it descends."""
        descending = len(children) > 1 and children[1].type == "DESC"
        return Term("sort", children[0].place, descending, (children[0],))

    def insert(self, children: list[Any]) -> Term:
        """``INSERT INTO ...``"""
        return Term("insert", _place(children[0]), parts=_terms(children))

    def update(self, children: list[Any]) -> Term:
        """``UPDATE ...``"""
        return Term("update", _place(children[0]), parts=_terms(children))

    def delete(self, children: list[Any]) -> Term:
        """``DELETE FROM ...``"""
        return Term("delete", _place(children[0]), parts=_terms(children))

    def set_actions(self, children: list[Any]) -> Term:
        """``SET path = ..., path = ...``"""
        return Term("set", _place(children[0]), parts=_terms(children))

    def assignment(self, children: list[Any]) -> Term:
        """``path = ...``; value: the operator, which is to be ``=``."""
        return Term("assignment", _place(children[1]), str(children[1]), _terms(children))

    def remove_action(self, children: list[Any]) -> Term:
        """``REMOVE path``"""
        return Term("remove", _place(children[0]), parts=(children[1],))

    def returning(self, children: list[Any]) -> Term:
        """``RETURNING ALL OLD *``; value: the two words."""
        return Term("returning", _place(children[0]), str(children[1]).upper())

    # Expressions.

    def infix(self, children: list[Any]) -> Term:
        """``left operator right``; value: the operator in upper case."""
        left, operator, right = children
        return Term("infix", _place(operator), _operator(operator), (left, right))

    def prefix(self, children: list[Any]) -> Term:
        """``NOT``, ``-`` or ``+``. A sign before a number is a part of the number."""
        operator, operand = children
        if operator.type == "SIGN" and operand.kind == "NUMBER" and operand.value[0] not in "+-":
            return Term("NUMBER", (operator.start_pos, operand.place[1]), operator + operand.value)
        return Term("prefix", _place(operator), _operator(operator), (operand,))

    def type_test(self, children: list[Any]) -> Term:
        """``IS [NOT] type``; value: the type in upper case, and whether it is negated."""
        operand, operator, kind = children
        return Term(
            "type_test",
            _place(operator),
            (kind.upper().replace(" ", "_"), operator.type == "IS_NOT"),
            (operand,),
        )

    def membership(self, children: list[Any]) -> Term:
        """``[NOT] IN``; value: whether it is negated."""
        operand, operator, choices = children
        return Term("in", _place(operator), operator.type == "NOT_IN", (operand, choices))

    def between(self, children: list[Any]) -> Term:
        """``[NOT] BETWEEN ... AND ...``; value: whether it is negated."""
        operator = children[1]
        return Term("between", _place(operator), operator.type == "NOT_BETWEEN", _terms(children))

    def parameter(self, children: list[Any]) -> Term:
        """``?``"""
        return Term("parameter", _place(children[0]))

    def group(self, children: list[Any]) -> Term:
        """``(a)`` is a, ``(a, b)`` a list."""
        parts = _terms(children)
        return parts[0] if len(parts) == 1 else Term("array", _place(children[0]), parts=parts)

    def literal(self, children: list[Any]) -> Term:
        """A literal; the kind is the token's."""
        return Term(children[0].type, _place(children[0]), str(children[0]))

    def path(self, children: list[Any]) -> Term:
        """``a.b[1]['c']``; value: its names, and terms for its indexes."""
        parts: list[str | Term] = []
        for child in children:
            if child.type in ("NAME", "STRING"):
                parts.append(str(child))
            elif child.type == "NUMBER":
                parts.append(Term("index", _place(child), str(child)))
        return Term("path", _place(children[0]), tuple(parts))

    def call(self, children: list[Any]) -> Term:
        """``f(a, b)``; value: its name as written."""
        return Term("call", _place(children[0]), str(children[0]), _terms(children))

    def array(self, children: list[Any]) -> Term:
        """``[a, b]``"""
        return Term("array", _place(children[0]), parts=_terms(children))

    def bag(self, children: list[Any]) -> Term:
        """``<<a, b>>``"""
        return Term("bag", _place(children[0]), parts=_terms(children))

    def tuple_of(self, children: list[Any]) -> Term:
        """``{'a': b}``; parts: keys and values in turn."""
        return Term("tuple", _place(children[0]), parts=_terms(children))


def _operator(token: Token) -> str:
    return token.upper() if token.type in _WORDS else str(token)


_WORDS = frozenset({"AND", "OR", "NOT"})
