"""Conditions on top-level attributes, decided by the bytes of an item's stored text: no JSON is
read.

The text of an item is our own and canonical: no blanks, every quote inside a string escaped, a
number in its one spelling, a string in the one spelling of the encoder. So ``,"a":{"N":"`` is never
part of a string: a quote without a backslash before it is JSON's own, and were it the closing one,
what follows would be no JSON. It is an attribute ``a``, of the item itself where no map was opened
before. Items with a map are therefore not decided here; ``MAP`` finds them.

Measured per row of 250 bytes, µs: a comparison of numbers 0.2, MAP 0.05; by SQLite's JSON functions
0.7 and, for NUL, 0.08.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from dynalite_py.language import nodes
from dynalite_py.language import sql_pieces as pieces
from dynalite_py.language.sql import Values
from dynalite_py.language.sql_pieces import Draft, InexactError
from dynalite_py.model import codec, values

# Longer than any number with the quote behind it: 126 digits, or 130 zeros and 38 digits.
_NUMBER_BYTES = 200
# Numbers nearer to each other than this part of the constant are compared by their digits: far more
# than what a float loses, and what SQLite loses on the way to it.
_BAND = 1e-13
# In the place of 1 / (_BAND * constant) for the constant 0: every other number is beyond.
_ZERO_SCALE = 1e150
_SCALARS = frozenset({"S", "N", "B", "BOOL", "NULL"})
_ORDERS = frozenset({"<", "<=", ">", ">="})


def has_map() -> pieces.Sql:
    """Whether the item may hold a map, at any depth. The first pattern is the quick one."""
    near, exact = (
        exp.Glob(this=pieces.item(), expression=pieces.text(f"*{each}*")) for each in _MAP
    )
    return exp.And(this=near, expression=exact)


_MAP = ('M":{', '"M":{')


def condition(draft: Draft, node: nodes.Condition) -> pieces.Sql:
    """The condition on an item without maps. Raises: InexactError for what texts do not decide."""
    match node:
        case nodes.And() | nodes.Or():
            join = exp.And if isinstance(node, nodes.And) else exp.Or
            parts = [condition(draft, part) for part in pieces.chain(node)]
            return pieces.joined(join, [exp.Paren(this=part) for part in parts])
        case nodes.Not(inner):
            return pieces.not_true(condition(draft, inner))
        case nodes.Comparison(operator, left, right):
            return _comparison(draft, operator, left, right)
        case nodes.Between(operand, lower, upper):
            return exp.And(
                this=exp.Paren(this=_comparison(draft, ">=", operand, lower)),
                expression=exp.Paren(this=_comparison(draft, "<=", operand, upper)),
            )
        case nodes.In(operand, choices):
            equal = [_comparison(draft, "=", operand, choice) for choice in choices]
            return pieces.joined(exp.Or, [exp.Paren(this=each) for each in equal])
        case nodes.Call():
            return _function(draft, node)


def _comparison(
    draft: Draft, operator: str, left: nodes.Operand, right: nodes.Operand
) -> pieces.Sql:
    operator, left, right = pieces.ordered(operator, left, right)
    attribute = _attribute(left)
    kind = pieces.wire(pieces.kind_of(draft, right))
    if operator in _ORDERS:
        if kind != "N":  # The bytes of strings that JSON escapes have another order.
            raise InexactError
        return _number_order(draft, operator, attribute, right)
    if kind not in _SCALARS:
        raise InexactError
    name = pieces.name_of(right)
    same = _begins(draft, attribute, lambda given: codec.text(given[name]))
    return same if operator == "=" else pieces.not_true(same)


def _function(draft: Draft, node: nodes.Call) -> pieces.Sql:
    attribute = _attribute(node.arguments[0])
    match node.function:
        case "attribute_exists":
            return _begins(draft, attribute, lambda _: "")
        case "attribute_not_exists":
            return pieces.not_true(_begins(draft, attribute, lambda _: ""))
        case "attribute_type":
            return _has_type(draft, attribute, node.arguments[1])
        case "begins_with":
            prefix = node.arguments[1]
            if pieces.kind_of(draft, prefix) != "S":
                raise InexactError
            name = pieces.name_of(prefix)
            # Without the closing quote and brace. Each letter has a spelling of its own, and none
            # is the beginning of another's.
            return _begins(draft, attribute, lambda given: codec.text(given[name])[:-2])
        case _:
            raise InexactError


def _has_type(draft: Draft, attribute: str, named: nodes.Operand) -> pieces.Sql:
    if pieces.kind_of(draft, named) != "S":
        raise InexactError
    name = pieces.name_of(named)

    def beginning(given: Values) -> str:
        kind = given[name]["S"]
        # No attribute value begins so: an unknown type is never found.
        return f'{{"{kind}":' if kind in values.TYPES else '{"":'

    return _begins(draft, attribute, beginning)


def _attribute(operand: nodes.Operand) -> str:
    """The text of a top-level attribute's name with its colon. Raises: InexactError."""
    if not isinstance(operand, nodes.Path) or len(operand.parts) != 1:
        raise InexactError
    return codec.text(operand.parts[0]) + ":"


def _begins(draft: Draft, attribute: str, beginning: Callable[[Values], str]) -> pieces.Sql:
    """Whether the item has the attribute, and the text of its value begins so."""
    inside = pieces.call(
        "instr", _blob(), pieces.bound(draft, lambda given: _needle(attribute + beginning(given)))
    )
    head = pieces.call(
        "substr",
        _blob(),
        pieces.number(1),
        pieces.bound(draft, lambda given: len(_first(attribute + beginning(given)))),
    )
    first = exp.EQ(
        this=head,
        expression=pieces.bound(draft, lambda given: _first(attribute + beginning(given))),
    )
    return exp.Or(this=inside, expression=first)


def _needle(member: str) -> bytes:
    """A member of an object that is not the first."""
    return f",{member}".encode()


def _first(member: str) -> bytes:
    """The first member of the item."""
    return f"{{{member}".encode()


def _number_order(
    draft: Draft, operator: str, attribute: str, constant: nodes.Operand
) -> pieces.Sql:
    """Order by floats where these are far enough apart, else by the digits.

    The attribute's float is worked out once: what it is beyond the constant, in units of the band,
    is a whole number whose sign decides. Where the attribute is not found it is NULL.
    """
    beginning, name = attribute + '{"N":"', pieces.name_of(constant)

    def scale(given: Values) -> float:
        size = abs(float(given[name]["N"]))
        return 1 / (_BAND * size) if size else _ZERO_SCALE

    def equal(given: Values) -> bytes:
        return _needle(f'{beginning}{given[name]["N"]}"')

    def found() -> pieces.Sql:
        return pieces.call("instr", _blob(), pieces.fixed(draft, _needle(beginning)))

    def digits() -> pieces.Sql:
        start = exp.Add(
            this=pieces.call("nullif", found(), pieces.number(0)),
            expression=pieces.fixed(draft, len(_needle(beginning))),
        )
        return pieces.call("substr", _blob(), start, pieces.number(_NUMBER_BYTES))

    beyond = exp.Sub(
        this=exp.Cast(this=digits(), to=exp.DataType.build("REAL")),
        expression=pieces.bound(draft, lambda given: float(given[name]["N"])),
    )
    steps = exp.Mul(this=exp.Paren(this=beyond), expression=pieces.bound(draft, scale))
    side = pieces.call("sign", exp.Cast(this=steps, to=exp.DataType.build("INTEGER")))
    above, below, level = (
        pieces.number(int(operator in operators))
        for operators in ((">", ">="), ("<", "<="), ("<=", ">="))
    )
    is_equal = pieces.call("instr", _blob(), pieces.bound(draft, equal))
    near = pieces.cases(
        (is_equal, level),
        (found(), _by_digits(draft, operator, constant, digits)),
        (
            _is_first(draft, beginning),
            _by_digits(draft, operator, constant, _first_digits(draft, beginning)),
        ),
    )
    ifs = [
        exp.If(this=pieces.number(1), true=above),
        exp.If(this=exp.Neg(this=pieces.number(1)), true=below),
    ]
    return exp.Case(this=side, ifs=ifs, default=near)


def _is_first(draft: Draft, beginning: str) -> pieces.Sql:
    head = pieces.call(
        "substr", _blob(), pieces.number(1), pieces.fixed(draft, len(_first(beginning)))
    )
    return exp.EQ(this=head, expression=pieces.fixed(draft, _first(beginning)))


def _first_digits(draft: Draft, beginning: str) -> Callable[[], pieces.Sql]:
    def digits() -> pieces.Sql:
        start = pieces.fixed(draft, len(_first(beginning)) + 1)
        return pieces.call("substr", _blob(), start, pieces.number(_NUMBER_BYTES))

    return digits


def _by_digits(
    draft: Draft, operator: str, constant: nodes.Operand, digits: Callable[[], pieces.Sql]
) -> pieces.Sql:
    """Order of the number that begins a text, up to its quote, as ``number_order`` has it."""

    def content() -> pieces.Sql:
        quote = pieces.call("instr", digits(), exp.HexString(this="22"))
        length = exp.Sub(this=quote, expression=pieces.number(1))
        only = pieces.call("substr", digits(), pieces.number(1), length)
        return exp.Cast(this=only, to=exp.DataType.build("TEXT"))

    return pieces.number_order(draft, operator, constant, content)


def _blob() -> pieces.Sql:
    """The text as bytes: SQLite finds places in them without counting letters."""
    return exp.Cast(this=pieces.item(), to=exp.DataType.build("BLOB"))
