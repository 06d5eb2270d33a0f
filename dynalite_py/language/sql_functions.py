"""The half of ``sql`` that needs sqlglot: conditions to expressions over the column ``item``.

Nothing of a request is ever written into the SQL: attribute names (inside JSON paths) and values
are bound, through placeholders numbered by their source. A piece that is NULL means false. SQL that
could differ from the evaluator on any item is not made: ``InexactError``.

sqlglot costs 200 ms to import, so that only a cache miss of ``sql`` imports this module.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_FLOOR, Decimal

from sqlglot import exp

from dynalite_py.language import nodes, sql_texts
from dynalite_py.language import sql_pieces as pieces
from dynalite_py.language.sql import MOST_PLACEHOLDERS, UNDECIDED, Fixed, Source, Values
from dynalite_py.model import numbers, values

# Keeps Python's and SQLite's stacks small; a chain of ANDs or of ORs counts as one level.
_DEEPEST = 40
# What a quoted label of a JSON path cannot say.
_NOT_IN_PATHS = frozenset('"\\\0')
# Longer than any list; SQLite reads an index as a 32-bit number.
_LARGEST_INDEX = 1_000_000_000
# Larger than any size; exact as a float with a half.
_LARGEST_SIZE = 1 << 40
_SIZED_BY_COUNT = ("SS", "NS", "BS", "L")
# The bytes that begin a character of four bytes in UTF-8, which is a pair in UTF-16.
_LEADS_OF_FOUR = (0xF0, 0xF1, 0xF2, 0xF3, 0xF4)


def statement(types: Mapping[str, str], node: nodes.Condition) -> tuple[str, list[Source | Fixed]]:
    """The SQL of a whole condition, with marks for placeholders, and the sources of these.

    It is 1, 0, or UNDECIDED for an item with NUL in it: SQLite takes the end of a label in a JSON
    path for NUL, so that ``a`` finds an attribute of the name ``a\\0b`` (jsonLabelCompareEscaped,
    3.54). Such an item is seen at 0.08 µs a row. Where the stored text alone decides about an item,
    it does. Raises: InexactError.
    """
    draft = pieces.Draft(types, [])
    holds = _whether(_condition(draft, node, 0))
    has_nul = exp.Glob(this=pieces.item(), expression=pieces.text(r"*\u0000*"))
    whole = pieces.cases((has_nul, pieces.number(UNDECIDED)), default=holds)
    needed = len(draft.sources)
    try:
        by_text = _whether(sql_texts.condition(draft, node))
    except pieces.InexactError:
        del draft.sources[needed:]
    else:
        if len(draft.sources) <= MOST_PLACEHOLDERS:
            whole = pieces.cases((sql_texts.has_map(), whole), default=by_text)
        else:
            del draft.sources[needed:]
    return whole.sql(dialect="sqlite"), draft.sources


def _whether(condition: pieces.Sql) -> pieces.Sql:
    return exp.Is(this=exp.Paren(this=condition), expression=exp.true())


# Conditions.


def _condition(draft: pieces.Draft, node: nodes.Condition, depth: int) -> pieces.Sql:
    if depth > _DEEPEST:
        raise pieces.InexactError
    match node:
        case nodes.And() | nodes.Or():
            join = exp.And if isinstance(node, nodes.And) else exp.Or
            parts = [_condition(draft, part, depth + 1) for part in pieces.chain(node)]
            return pieces.joined(join, [exp.Paren(this=part) for part in parts])
        case nodes.Not(condition):
            return pieces.not_true(_condition(draft, condition, depth + 1))
        case nodes.Comparison(operator, left, right):
            return _comparison(draft, operator, left, right)
        case nodes.Between(operand, lower, upper):
            return _between(draft, operand, lower, upper)
        case nodes.In(operand, choices):
            return _in(draft, operand, choices)
        case nodes.Call():
            return _function(draft, node)


def _comparison(
    draft: pieces.Draft, operator: str, left: nodes.Operand, right: nodes.Operand
) -> pieces.Sql:
    operator, left, right = pieces.ordered(operator, left, right)
    if isinstance(left, nodes.Call):
        return _compared(operator, _size(draft, left), _size_bound(draft, right))
    if not isinstance(left, nodes.Path):
        raise pieces.InexactError
    kind = pieces.kind_of(draft, right)
    if operator not in ("=", "<>"):
        if kind in ("N+", "N-"):
            return pieces.number_order(draft, operator, right, lambda: _content(draft, left, "N"))
        if kind != "S":  # Base64 does not sort as its bytes do.
            raise pieces.InexactError
    return _compared(operator, _content(draft, left, pieces.wire(kind)), _scalar(draft, right))


def _compared(operator: str, left: pieces.Sql, right: pieces.Sql) -> pieces.Sql:
    """A comparison of what SQLite orders as DynamoDB does. Different from NULL is true."""
    if operator == "<>":
        return exp.Not(this=exp.Is(this=left, expression=right))
    return pieces.OPERATORS[operator](this=left, expression=right)


def _between(
    draft: pieces.Draft, operand: nodes.Operand, lower: nodes.Operand, upper: nodes.Operand
) -> pieces.Sql:
    if isinstance(operand, nodes.Call):
        low, high = _size_bound(draft, lower), _size_bound(draft, upper)
        return exp.Between(this=_size(draft, operand), low=low, high=high)
    if (
        isinstance(operand, nodes.Path)
        and pieces.kind_of(draft, lower) == pieces.kind_of(draft, upper) == "S"
    ):
        low, high = _scalar(draft, lower), _scalar(draft, upper)
        return exp.Between(this=_content(draft, operand, "S"), low=low, high=high)
    return exp.And(
        this=exp.Paren(this=_comparison(draft, ">=", operand, lower)),
        expression=exp.Paren(this=_comparison(draft, "<=", operand, upper)),
    )


def _in(
    draft: pieces.Draft, operand: nodes.Operand, choices: tuple[nodes.Operand, ...]
) -> pieces.Sql:
    if isinstance(operand, nodes.Call):
        bounds = [_size_bound(draft, choice) for choice in choices]
        return exp.In(this=_size(draft, operand), expressions=bounds)
    if not isinstance(operand, nodes.Path):
        raise pieces.InexactError
    by_type: dict[str, list[pieces.Sql]] = {}
    for choice in choices:
        by_type.setdefault(pieces.wire(pieces.kind_of(draft, choice)), []).append(
            _scalar(draft, choice)
        )
    lists = [
        exp.In(this=_content(draft, operand, kind), expressions=contents)
        for kind, contents in by_type.items()
    ]
    return pieces.joined(exp.Or, lists)


# Functions that are conditions.


def _function(draft: pieces.Draft, node: nodes.Call) -> pieces.Sql:
    path = node.arguments[0]
    if not isinstance(path, nodes.Path):
        raise pieces.InexactError
    match node.function:
        case "attribute_exists":
            return _there(draft, path)
        case "attribute_not_exists":
            return exp.Not(this=exp.Paren(this=_there(draft, path)))
        case "attribute_type":
            return _attribute_type(draft, path, node.arguments[1])
        case "begins_with":
            return _begins_with(draft, path, node.arguments[1])
        case "contains":
            return _contains(draft, path, node.arguments[1])
        case _:
            raise pieces.InexactError


def _attribute_type(draft: pieces.Draft, path: nodes.Path, named: nodes.Operand) -> pieces.Sql:
    if pieces.kind_of(draft, named) != "S":
        raise pieces.InexactError
    name = pieces.name_of(named)

    def member(given: Values) -> str:
        kind = given[name]["S"]
        # No attribute value has a member without a name, so that an unknown type is never found.
        return f'."{kind if kind in values.TYPES else ""}"'

    json, place = _at(draft, path)
    typed = exp.DPipe(this=place, expression=pieces.bound(draft, member))
    return pieces.not_null(pieces.call("json_type", json, typed))


def _begins_with(draft: pieces.Draft, path: nodes.Path, prefix: nodes.Operand) -> pieces.Sql:
    """By bytes: no byte of UTF-8 is FF, so that it closes the range of what begins so."""
    if pieces.kind_of(draft, prefix) != "S":  # Base64 does not keep prefixes.
        raise pieces.InexactError
    name = pieces.name_of(prefix)
    return exp.Between(
        this=exp.Cast(this=_content(draft, path, "S"), to=exp.DataType.build("BLOB")),
        low=pieces.bound(draft, lambda given: given[name]["S"].encode()),
        high=pieces.bound(draft, lambda given: given[name]["S"].encode() + b"\xff"),
    )


def _contains(draft: pieces.Draft, path: nodes.Path, sought: nodes.Operand) -> pieces.Sql:
    """Part of a string, member of a set, element of a list."""
    kind = pieces.wire(pieces.kind_of(draft, sought))
    if kind == "B":  # A part of the bytes is no part of their base64.
        raise pieces.InexactError
    branches: list[tuple[pieces.Sql, pieces.Sql]] = []
    if kind == "S":
        place = pieces.call("instr", _content(draft, path, "S"), _scalar(draft, sought))
        branches.append((_there(draft, path, "S"), exp.GT(this=place, expression=pieces.number(0))))
    if kind in ("S", "N"):
        member = _any_member(draft, path, kind + "S", exp.column("value"), sought)
        branches.append((_there(draft, path, kind + "S"), member))
    element = pieces.call("json_extract", exp.column("value"), pieces.text(f"$.{kind}"))
    branches.append((_there(draft, path, "L"), _any_member(draft, path, "L", element, sought)))
    return pieces.cases(*branches)


def _any_member(
    draft: pieces.Draft, path: nodes.Path, kind: str, member: pieces.Sql, sought: nodes.Operand
) -> pieces.Sql:
    """Whether a member of the set, or an element of the list, at the path is the constant."""
    members = pieces.call("json_each", *_at(draft, path, kind))
    same = exp.EQ(this=member, expression=_scalar(draft, sought))
    return exp.Exists(this=exp.select("1").from_(members).where(same))


# size.


def _size(draft: pieces.Draft, operand: nodes.Call) -> pieces.Sql:
    """The size of the value at a path as an integer; NULL where it has none."""
    path = operand.arguments[0]
    if operand.function != "size" or not isinstance(path, nodes.Path):
        raise pieces.InexactError
    ascii_only = exp.EQ(
        this=pieces.call("length", _content(draft, path, "S")),
        expression=pieces.call("octet_length", _content(draft, path, "S")),
    )
    counts = [pieces.call("json_array_length", *_at(draft, path, kind)) for kind in _SIZED_BY_COUNT]
    return pieces.cases(
        (ascii_only, pieces.call("length", _content(draft, path, "S"))),
        (_there(draft, path, "S"), _utf16_length(draft, path)),
        (_there(draft, path, "B"), _binary_length(draft, path)),
        (_there(draft, path, "M"), _member_count(draft, path)),
        default=exp.Coalesce(this=counts[0], expressions=counts[1:]),
    )


def _size_bound(draft: pieces.Draft, operand: nodes.Operand) -> pieces.Sql:
    """What a size is compared with: a number that stands to every size as the constant does."""
    if pieces.wire(pieces.kind_of(draft, operand)) != "N":
        raise pieces.InexactError
    name = pieces.name_of(operand)

    def bound(given: Values) -> int | float:
        value = numbers.decimal_of(given[name]["N"])
        value = min(max(value, Decimal(-1)), Decimal(_LARGEST_SIZE))
        whole = int(value.to_integral_value(ROUND_FLOOR))
        return whole if value == whole else whole + 0.5

    return pieces.bound(draft, bound)


def _utf16_length(draft: pieces.Draft, path: nodes.Path) -> pieces.Sql:
    """Characters, those of four bytes counted twice.

    ``length`` stops at NUL, which JSON text spells as an escape. So the escape becomes a letter
    before the text is read; doubled backslashes do first, so that nothing else looks like it.
    """
    json, place = _at(draft, path, "S")
    escaped: pieces.Sql = exp.JSONExtract(this=json, expression=place)
    for spelled in (r"\\", r"\u0000"):
        escaped = pieces.call("replace", escaped, pieces.text(spelled), pieces.text("x"))
    plain = exp.alias_(pieces.call("json_extract", escaped, pieces.text("$")), "plain")
    without_fours: pieces.Sql = exp.column("plain")
    for lead in _LEADS_OF_FOUR:  # One byte is no text, but SQLite's replace compares bytes.
        byte = exp.Cast(this=exp.HexString(this=f"{lead:02X}"), to=exp.DataType.build("TEXT"))
        without_fours = pieces.call("replace", without_fours, byte, pieces.text(""))
    fours = exp.Sub(
        this=pieces.call("octet_length", exp.column("plain")),
        expression=pieces.call("octet_length", without_fours),
    )
    units = exp.Add(this=pieces.call("length", exp.column("plain")), expression=fours)
    return exp.select(units).from_(exp.select(plain).subquery()).subquery()


def _binary_length(draft: pieces.Draft, path: nodes.Path) -> pieces.Sql:
    """Four letters of base64 are three bytes; 2 or 3 letters before the padding are 1 or 2."""
    letters = pieces.call(
        "length", pieces.call("rtrim", _content(draft, path, "B"), pieces.text("="))
    )
    three = exp.Paren(this=exp.Mul(this=letters, expression=pieces.number(3)))
    return exp.Div(this=three, expression=pieces.number(4), typed=True)


def _member_count(draft: pieces.Draft, path: nodes.Path) -> pieces.Sql:
    members = pieces.call("json_each", *_at(draft, path, "M"))
    return exp.select(exp.Count(this=exp.Star())).from_(members).subquery()


def _scalar(draft: pieces.Draft, operand: nodes.Operand) -> pieces.Sql:
    """A scalar constant as JSON extraction gives it: text; 1 or 0 for BOOL; 1 for NULL."""
    kind, name = pieces.wire(pieces.kind_of(draft, operand)), pieces.name_of(operand)
    if kind in ("S", "N", "B"):
        return pieces.bound(draft, lambda given: given[name][kind])
    if kind in ("BOOL", "NULL"):
        return pieces.bound(draft, lambda given: int(given[name][kind]))
    raise pieces.InexactError


# Paths.


def _at(draft: pieces.Draft, path: nodes.Path, kind: str = "") -> tuple[pieces.Sql, pieces.Sql]:
    """Where the value at a path lies, or its content of one type: JSON, and a JSON path into it.

    What is not there is NULL to every JSON function. Raises: InexactError.
    """
    if any(isinstance(part, int) and part > _LARGEST_INDEX for part in path.parts):
        raise pieces.InexactError
    if any(isinstance(part, str) and not _NOT_IN_PATHS.isdisjoint(part) for part in path.parts):
        return _named_value(draft, path), pieces.text(f"$.{kind}" if kind else "$")
    text = _path_text(path) + (f'."{kind}"' if kind else "")
    return pieces.item(), pieces.fixed(draft, text)


def _path_text(path: nodes.Path) -> str:
    """The JSON path of an attribute value inside an item's text."""
    pieces = ["$"]
    for at, part in enumerate(path.parts):
        if isinstance(part, int):
            pieces.append(f'."L"[{part:d}]')
        else:
            pieces.append(f'."M"."{part}"' if at else f'."{part}"')
    return "".join(pieces)


def _named_value(draft: pieces.Draft, path: nodes.Path) -> pieces.Sql:
    """The JSON text of the value at a path, its attributes found by name."""
    found = pieces.item()
    for at, part in enumerate(path.parts):
        if isinstance(part, int):
            found = pieces.call("json_extract", found, pieces.text(f"$.L[{part:d}]"))
            continue
        assert isinstance(part, str), "a condition is bound before it is compiled"
        members = pieces.call("json_each", found, pieces.text("$.M" if at else "$"))
        named = exp.EQ(this=exp.column("key"), expression=pieces.fixed(draft, part))
        found = exp.select("value").from_(members).where(named).subquery()
    return found


def _content(draft: pieces.Draft, path: nodes.Path, kind: str) -> pieces.Sql:
    """The content of the value at a path; NULL where there is none of this type."""
    return pieces.call("json_extract", *_at(draft, path, kind))


def _there(draft: pieces.Draft, path: nodes.Path, kind: str = "") -> pieces.Sql:
    """Whether the path leads to a value (of this type)."""
    return pieces.not_null(pieces.call("json_type", *_at(draft, path, kind)))
