"""Why the service does not take a text that the grammar does not take.

The service's parser walks a text strictly from the left, by recursive descent, and names the first
thing that it did not expect. This walk goes the same way, so that it stops at the same place with
the same words. What that parser takes and DynamoDB then refuses (joins, LIMIT, CASE...) is noted
while walking, and is the refusal where nothing else is wrong. Source: facts, PartiQL, Stage-1
details and what DynamoDB Local answers.

Every step is a generator that yields the steps inside it: no depth of a text costs Python stack,
and each token is looked at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from dynalite_py.language import partiql_tokens
from dynalite_py.language.partiql_tokens import END, Token
from dynalite_py.model import partiql_errors
from dynalite_py.model.errors import DynamoDBError

Step: TypeAlias = Iterator["Step"]

# How tightly an operator binds.
_LEVELS = {
    "SET_OPERATION": 5,
    "OR": 10,
    "AND": 20,
    "EQUALITY": 40,
    "IS": 40,
    "IS_NOT": 40,
    "IN": 40,
    "NOT_IN": 40,
    "ORDERING": 50,
    "BETWEEN": 50,
    "NOT_BETWEEN": 50,
    "LIKE": 50,
    "NOT_LIKE": 50,
    "SIGN": 60,
    "CONCATENATION": 60,
    "STAR": 70,
    "FACTOR": 70,
}
_SET_OPERATIONS = frozenset({"union", "except", "intersect"})
_NOT_LEVEL = 30
_LOWEST = -1
_ATOMS = frozenset({"STRING", "NUMBER", "TRUE", "FALSE", "NULL", "MISSING", "ION", "PARAMETER"})
_KEYWORDS = frozenset(
    {"WORD", "WORD_OF_CALL", "TYPE", "EXISTS", "VALUE", "WHERE", "ORDER", "BY", "ASC", "DESC"}
    | {"AS", "RETURNING", "RETURNED", "ON_CONFLICT", "DO_NOTHING", "JOIN"}
)
_CLOSED_BY = {
    "LEFT_PAREN": "RIGHT_PAREN",
    "LEFT_BRACKET": "RIGHT_BRACKET",
    "LEFT_BAG": "RIGHT_BAG",
    "LEFT_CURLY": "RIGHT_CURLY",
}
_SHOWN = {"RIGHT_BAG": "RIGHT_DOUBLE_ANGLE_BRACKET"}
_MANIPULATIONS = frozenset({"INSERT_INTO", "SET", "REMOVE"})
_NODES = {"NAME": "VariableReference", "STRING": "Literal", "NUMBER": "Literal"}
_FIRST_WORD = 6  # Letters of the first of an INSERT's two words, which are one token.
_UNEXPECTED = "Unexpected token after expression"
_BEHIND_RETURNED = "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause"


class _Unexpected(Exception):  # noqa: N818 - it never leaves this module
    """What the walk stops at; the text is the service's detail."""


def explained(text: str) -> DynamoDBError:
    """The refusal of a text that is no statement of DynamoDB's."""
    walk = _Walk(text)
    try:
        _done(walk.statement())
    except _Unexpected as fault:
        return partiql_errors.malformed(str(fault))
    if walk.notes:
        return walk.notes[0]
    first = walk.tokens[0].type
    if first in _NODES:
        return partiql_errors.unsupported_operation(_NODES[first])
    return partiql_errors.malformed("Unexpected token after expression")


def _done(step: Step) -> None:
    steps = [step]
    while steps:
        inner = next(steps[-1], None)
        if inner is None:
            steps.pop()
        else:
            steps.append(inner)


class _Walk:
    """A walk through one text. notes: refusals of what DynamoDB cannot do, in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = partiql_tokens.tokens(text)
        self.place = 0
        self.notes: list[DynamoDBError] = []

    # Tokens.

    @property
    def head(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.place]

    @property
    def behind(self) -> Token:
        """The token behind the next."""
        return self.tokens[min(self.place + 1, len(self.tokens) - 1)]

    def advance(self) -> Token:
        """Go behind the next token; the end stays."""
        token = self.head
        if token.type != END:
            self.place += 1
        return token

    def take(self, kind: str) -> bool:
        """Go behind the next token, if it is of this type."""
        if self.head.type != kind:
            return False
        self.advance()
        return True

    def take_word(self, word: str) -> bool:
        """Go behind the next token, if it is this word."""
        if self.head.type != "WORD" or self.head.value != word:
            return False
        self.advance()
        return True

    def expect(self, kind: str, detail: str) -> None:
        """Go behind a token of this type. Raises: _Unexpected."""
        if not self.take(kind):
            raise _Unexpected(detail)

    def at(self, token: Token) -> partiql_errors.At:
        """Where a token stands."""
        return partiql_tokens.position(self.text, token.start, token.end)

    # Statements.

    def statement(self) -> Step:
        """All of the text."""
        yield self.expression(_LOWEST)
        if self.take("SEMICOLON"):
            if self.head.type != END:
                raise _Unexpected("Unexpected token after semicolon. (Only one query is allowed.)")
        elif self.head.type != END:
            raise _Unexpected("Unexpected token after expression")

    def select(self) -> Step:
        """From SELECT to the last clause."""
        nested = self.place > 0 and self.tokens[0].type != "EXISTS"
        token = self.advance()
        if nested:
            self.notes.append(partiql_errors.unsupported_token("SELECT", self.at(token)))
        if self.head.type == "WORD" and self.head.value in ("distinct", "all"):
            self.notes.append(partiql_errors.unsupported_token(self.advance().value.upper()))
        if self.head.type == "VALUE":
            self.notes.append(partiql_errors.select_value())
            self.advance()
            yield self.expression(_LOWEST)
        else:
            yield self.columns()
        self.expect("FROM", "Expected FROM after SELECT list")
        yield self.sources()
        yield self.clauses()

    def columns(self) -> Step:
        """What is selected."""
        if self.take("STAR"):
            if self.head.type == "COMMA":
                raise _Unexpected(
                    "Other expressions may not be present in the select list when '*' is used "
                    "without dot notation."
                )
            return
        while True:
            start = self.place
            yield self.expression(_LOWEST)
            self.check_stars(start)
            self.alias()
            if not self.take("COMMA"):
                return

    def check_stars(self, start: int) -> None:
        """``*`` may stand at the end of a column, behind a dot."""
        for place in range(start, self.place):
            before = self.tokens[place - 1].type
            if self.tokens[place].type != "STAR" or before not in ("DOT", "LEFT_BRACKET"):
                continue
            if before == "LEFT_BRACKET" or place != self.place - 1:
                raise _Unexpected("Invalid use of * in select list")
            self.notes.append(partiql_errors.changed_hierarchy())

    def alias(self) -> None:
        """A name behind a column or a source."""
        if self.take("AS"):
            self.expect("NAME", "Expected identifier for alias")
            self.notes.append(partiql_errors.aliased())
        elif self.take("NAME"):
            self.notes.append(partiql_errors.aliased())

    def sources(self) -> Step:
        """What stands behind FROM."""
        yield self.expression(_LOWEST)
        self.alias()
        while self.head.type in ("COMMA", "JOIN") or self.head.value == "join":
            self.notes.append(partiql_errors.several_sources())
            joined = self.advance().type != "COMMA"
            yield self.expression(_LOWEST)
            self.alias()
            if joined and self.take_word("on"):
                yield self.expression(_LOWEST)

    def clauses(self) -> Step:
        """WHERE, ORDER BY, GROUP BY, HAVING and LIMIT, in this order."""
        if self.take("WHERE"):
            yield self.expression(_LOWEST)
        if self.take("ORDER"):
            self.expect("BY", "Expected BY")
            yield self.listed()
        if self.take_word("group"):
            self.notes.append(partiql_errors.unsupported_clause("GROUP BY"))
            self.take_word("partial")
            self.expect("BY", "Expected BY")
            yield self.listed()
        if self.take_word("having"):
            self.notes.append(partiql_errors.unsupported_clause("HAVING"))
            yield self.expression(_LOWEST)
        if self.take_word("limit"):
            self.notes.append(partiql_errors.unsupported_clause("LIMIT", self.at(self.head)))
            yield self.expression(_LOWEST)

    def listed(self) -> Step:
        """Expressions with commas between them; ASC and DESC may follow each."""
        while True:
            yield self.expression(_LOWEST)
            if self.head.type in ("ASC", "DESC"):
                self.advance()
            if not self.take("COMMA"):
                return

    def from_first(self) -> Step:
        """``FROM ... SET ...``, an older form of UPDATE."""
        self.advance()
        yield self.expression(_LOWEST)
        self.alias()
        if self.take("WHERE"):
            yield self.expression(_LOWEST)
        yield self.manipulations()
        self.notes.append(partiql_errors.unsupported_operation("From"))

    def update(self) -> Step:
        """``UPDATE``"""
        self.advance()
        yield self.simple_path()
        yield self.manipulations()
        if self.take("WHERE"):
            yield self.expression(_LOWEST)
        yield self.returning()

    def manipulations(self) -> Step:
        """SET, REMOVE and INSERT INTO, at least one of them."""
        if self.head.type not in _MANIPULATIONS:
            raise _Unexpected("Expected data manipulation")
        while self.head.type in _MANIPULATIONS:
            yield self.manipulation()

    def clauses_of_insert(self) -> Step:
        """A place, and what is done where the item is there already."""
        if self.take_word("at"):
            line, column, _ = self.at(self.tokens[0])
            self.notes.append(partiql_errors.at_in_insert((line, column, _FIRST_WORD)))
            yield self.expression(_LOWEST)
        if self.head.type == "ON_CONFLICT" and self.behind.type == "WHERE":
            clause = self.advance().type.replace("_", " ")
            self.notes.append(partiql_errors.unsupported_clause(clause))
            self.advance()
            yield self.expression(_LOWEST)
            self.expect("DO_NOTHING", _UNEXPECTED)

    def manipulation(self) -> Step:
        """One of them."""
        kind = self.advance().type
        yield self.simple_path()
        if kind == "REMOVE":
            return
        if kind == "INSERT_INTO":
            if not self.take("VALUE"):
                self.notes.append(partiql_errors.unsupported_operation("InsertOp"))
            yield self.expression(_LOWEST)
            yield self.clauses_of_insert()
            yield self.returning()
            return
        yield self.assigned()
        while self.take("COMMA"):
            yield self.simple_path()
            yield self.assigned()

    def assigned(self) -> Step:
        """What stands behind a target of SET."""
        if self.head.value != "=" or self.head.type != "EQUALITY":
            raise _Unexpected("Expected '='")
        self.advance()
        yield self.expression(_LOWEST)

    def delete(self) -> Step:
        """``DELETE FROM``"""
        self.advance()
        self.expect("FROM", "Expected FROM after DELETE")
        yield self.simple_path()
        if self.take("WHERE"):
            yield self.expression(_LOWEST)
        yield self.returning()

    def returning(self) -> Step:
        """``RETURNING``, if it is there."""
        if not self.take("RETURNING"):
            return
        while True:
            if not self.take("RETURNED"):
                raise _Unexpected(
                    "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element."
                )
            if not self.take("STAR"):
                yield self.expression(_LOWEST)
                self.notes.append(partiql_errors.validation(_BEHIND_RETURNED))
            if not self.take("COMMA"):
                return

    def simple_path(self) -> Step:
        """The target of a write: names and literal indexes."""
        self.expect("NAME", "Expected identifier for simple path")
        while True:
            if self.take("DOT"):
                self.expect("NAME", "Invalid path dot component")
            elif self.take("LEFT_BRACKET"):
                plain = self.head.type in ("NUMBER", "STRING")
                if plain and self.behind.type == "RIGHT_BRACKET":
                    self.advance()
                    self.advance()
                    continue
                yield self.expression(_LOWEST)
                self.expect("RIGHT_BRACKET", "Expected RIGHT_BRACKET")
                raise _Unexpected("Invalid path component for simple path")
            else:
                return

    # Expressions.

    def expression(self, level: int) -> Step:
        """A term and the operators behind it that bind more tightly than the level."""
        yield self.unary()
        while True:
            kind = self.head.type
            if kind == "WORD" and self.head.value in _SET_OPERATIONS:
                kind = "SET_OPERATION"
            binding = _LEVELS.get(kind)
            if binding is None or binding <= level:
                return
            operator = self.advance()
            yield self.right_side(kind, operator, binding)

    def right_side(self, kind: str, operator: Token, level: int) -> Step:
        """What stands behind an operator."""
        if kind in ("IS", "IS_NOT"):
            if self.head.type not in ("TYPE", "NULL", "MISSING"):
                raise _Unexpected("Expected type name")
            self.advance()
            return
        if kind in ("IN", "NOT_IN") and self.head.type == "LEFT_PAREN":
            if self.behind.type == "SELECT":
                self.notes.append(partiql_errors.membership_operands())
            yield self.group()
            return
        if self.head.type == END:
            raise _Unexpected("Missing right-hand side expression of infix operator")
        if kind in ("IN", "NOT_IN") and self.head.type in _ATOMS:
            self.notes.append(partiql_errors.membership_operands())
        yield self.expression(level)
        if kind in ("BETWEEN", "NOT_BETWEEN"):
            self.expect("AND", "Expected AND keyword")
            if self.head.type == END:
                raise _Unexpected("Expected expression after AND")
            yield self.expression(level)
        else:
            self.note_operator(kind, operator)
            if kind in ("LIKE", "NOT_LIKE") and self.take_word("escape"):
                yield self.expression(level)

    def note_operator(self, kind: str, operator: Token) -> None:
        """Note an operator that DynamoDB does not have."""
        if kind in ("LIKE", "NOT_LIKE"):
            self.notes.append(partiql_errors.unsupported_operator("like"))
        elif kind == "SET_OPERATION":
            name = operator.value.partition(" ")[0].capitalize()
            self.notes.append(partiql_errors.unsupported_operation(name))

    def unary(self) -> Step:
        """A term, or one behind a sign or NOT."""
        if self.take("NOT"):
            yield self.expression(_NOT_LEVEL)
            return
        signs = 0
        while self.take("SIGN"):
            signs += 1
        yield self.term()
        yield self.path_steps()

    def path_steps(self) -> Step:
        """What stands behind a term with a dot or in brackets."""
        while True:
            if self.take("DOT"):
                if self.head.type not in ("NAME", "STAR"):
                    raise _Unexpected("Invalid path dot component")
                self.advance()
            elif self.take("LEFT_BRACKET"):
                if not self.take("STAR"):
                    yield self.expression(_LOWEST)
                self.expect("RIGHT_BRACKET", "Expected RIGHT_BRACKET")
            else:
                return

    def term(self) -> Step:
        """A literal, a name, a call, a collection, a statement."""
        kind = self.head.type
        if kind in _ATOMS:
            self.advance()
            return
        if kind in ("NAME", "WORD_OF_CALL", "EXISTS") and self.behind.type == "LEFT_PAREN":
            self.advance()
            yield self.group(empty=True)
            return
        if kind == "NAME":
            self.advance()
            return
        step = self.statement_steps().get(kind)
        if step is not None:
            yield step()
            return
        word = self.word_steps().get(self.head.value) if kind == "WORD" else None
        if word is not None:
            yield word()
            return
        if kind in _KEYWORDS:
            raise _Unexpected("Unexpected keyword")
        if kind in _LEVELS and kind != "STAR":
            raise _Unexpected("Unexpected operator")
        raise _Unexpected("Unexpected term")

    def statement_steps(self) -> dict[str, Callable[[], Step]]:
        """The steps that begin with a token of these types."""
        return {
            "LEFT_PAREN": self.group,
            "LEFT_BRACKET": self.collection,
            "LEFT_BAG": self.collection,
            "LEFT_CURLY": self.tuple_of,
            "SELECT": self.select,
            "FROM": self.from_first,
            "UPDATE": self.update,
            "DELETE": self.delete,
            **dict.fromkeys(_MANIPULATIONS, self.manipulation),
        }

    def word_steps(self) -> dict[str, Callable[[], Step]]:
        """The steps that begin with these words."""
        return {
            "case": self.case,
            "cast": self.cast,
            "values": self.rows,
            "create": self.definition,
            "drop": self.definition,
            "exec": self.execution,
        }

    def group(self, *, empty: bool = False) -> Step:
        """Parentheses. empty: nothing need be in them, or ``*``, for they belong to a call."""
        self.advance()
        if not (empty and (self.take("STAR") or self.head.type == "RIGHT_PAREN")):
            yield self.listed()
        self.expect("RIGHT_PAREN", "Expected RIGHT_PAREN")

    def collection(self) -> Step:
        """A list or a set."""
        closing = _CLOSED_BY[self.advance().type]
        if self.head.type != closing:
            yield self.listed()
        self.expect(closing, f"Expected {_SHOWN.get(closing, closing)}")

    def tuple_of(self) -> Step:
        """A map."""
        self.advance()
        if self.take("RIGHT_CURLY"):
            return
        while True:
            yield self.expression(_LOWEST)
            self.expect("COLON", "Expected COLON")
            yield self.expression(_LOWEST)
            if not self.take("COMMA"):
                break
        self.expect("RIGHT_CURLY", "Expected RIGHT_CURLY")

    # What the parser knows and DynamoDB does not.

    def case(self) -> Step:
        """``CASE ... WHEN ... THEN ... ELSE ... END``"""
        self.notes.append(partiql_errors.unsupported_token("CASE", self.at(self.advance())))
        if not (self.head.type == "WORD" and self.head.value == "when"):
            yield self.expression(_LOWEST)
        while self.take_word("when"):
            yield self.expression(_LOWEST)
            if not self.take_word("then"):
                raise _Unexpected("Expected THEN clause in CASE expression")
            yield self.expression(_LOWEST)
        if self.take_word("else"):
            yield self.expression(_LOWEST)
        if not self.take_word("end"):
            raise _Unexpected("Expected END for CASE expression")

    def cast(self) -> Step:
        """``CAST(... AS type)``"""
        self.notes.append(partiql_errors.unsupported_token("CAST", self.at(self.advance())))
        self.expect("LEFT_PAREN", "Missing left parenthesis after CAST")
        yield self.expression(_LOWEST)
        self.expect("AS", "Expected AS")
        if self.head.type not in ("TYPE", "NULL", "MISSING"):
            raise _Unexpected("Expected type name")
        self.advance()
        self.expect("RIGHT_PAREN", "Expected RIGHT_PAREN")

    def rows(self) -> Step:
        """``VALUES (...), (...)``"""
        self.notes.append(partiql_errors.unsupported_operation("Values"))
        self.advance()
        while True:
            if self.head.type != "LEFT_PAREN":
                raise _Unexpected("Expected LEFT_PAREN for row value constructor")
            yield self.group()
            if not self.take("COMMA"):
                return

    def definition(self) -> Step:
        """``CREATE TABLE``, ``DROP INDEX``...: whatever follows, for it is refused anyway."""
        yield from ()
        verb = self.advance().value
        if self.head.type != "WORD" or self.head.value not in ("table", "index"):
            raise _Unexpected("Unexpected keyword")
        name = verb.capitalize() + self.advance().value.capitalize()
        self.notes.append(partiql_errors.unsupported_operation(name))
        self.place = len(self.tokens) - 1

    def execution(self) -> Step:
        """``EXEC name arguments``"""
        self.advance()
        self.notes.append(partiql_errors.unsupported_operation("Exec"))
        self.expect("NAME", "Expected identifier for stored procedure name")
        if self.head.type not in (END, "SEMICOLON"):
            yield self.listed()
