"""Literals and parameters of a statement: terms become Value nodes and what these stand for.

A literal's content is kept beside the tree under a name of its own, a parameter's comes with each
request, and an item that holds parameters is a template, filled by each request. So a statement
with literals and one with parameters have the same tree. Source: facts, PartiQL values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from dynalite_py.language import nodes, partiql_tokens
from dynalite_py.model import errors, limits, numbers, partiql_errors
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue

if TYPE_CHECKING:
    from dynalite_py.language.partiql_transformer import Term
else:
    Term: TypeAlias = Any

_SCALARS = frozenset({"STRING", "NUMBER", "TRUE", "FALSE", "NULL"})
ROOT = "root"
COLLECTIONS = frozenset({"array", "bag", "tuple"})
VALUES = _SCALARS | COLLECTIONS | {"MISSING", "ION", "parameter"}
# Terms that are no data, as the service's code calls them.
_TYPE_NAMES = {"path": "VariableReference", "parameter": "Parameter", "call": "Call"}


@dataclass(slots=True)
class Draft:
    """A statement in the making.

    numbers: of each parameter, by its place in the text.
    sets: parameters that are to be sets, see ``nodes.UpdateStatement``.
    """

    text: str
    numbers: dict[int, int]
    constants: dict[str, AttributeValue] = field(default_factory=dict[str, "AttributeValue"])
    templates: list[tuple[str, nodes.MapOf]] = field(
        default_factory=list["tuple[str, nodes.MapOf]"]
    )

    sets: list[tuple[str, str, partiql_errors.At]] = field(
        default_factory=list["tuple[str, str, partiql_errors.At]"]
    )

    def at(self, term: Term) -> partiql_errors.At:
        """Where a term stands."""
        return partiql_tokens.position(self.text, *term.place)

    def operands(self) -> nodes.Operands:
        """What the Value nodes of the finished tree stand for."""
        return nodes.Operands(len(self.numbers), self.constants, tuple(self.templates))


def value(draft: Draft, term: Term) -> nodes.Value:
    """The node of a literal, a parameter or a collection. Raises: DynamoDBError."""
    if term.kind == "parameter":
        return nodes.Value(f":{draft.numbers[term.place[0]]}")
    if term.kind == "MISSING":
        raise partiql_errors.missing_compared()
    return held(draft, template(draft, term, ROOT, 1))


def text(draft: Draft, content: str) -> nodes.Value:
    """The node of a string that the statement does not spell out."""
    return held(draft, nodes.Constant({"S": content}))


def held(draft: Draft, found: nodes.Template) -> nodes.Value:
    """Keep the content under a name of its own; return its node."""
    match found:
        case nodes.Value():
            return found
        case nodes.Constant(content):
            name = f":c{len(draft.constants)}"
            draft.constants[name] = content
        case nodes.MapOf():
            name = f":t{len(draft.templates)}"
            draft.templates.append((name, found))
    return nodes.Value(name)


def template(draft: Draft, term: Term, path: str, level: int) -> nodes.Template:
    """A literal as data, or, of an item, with places for parameters. Raises: DynamoDBError.

    path: as refusals name the place below an attribute. level: of nesting, from 1; 0 is an item.
    """
    if level > limits.NESTING_LEVELS:
        raise errors.too_deep()
    match term.kind:
        case "array":
            return _list(draft, term, path, level)
        case "tuple":
            return _map(draft, term, path, level)
        case "bag":
            return nodes.Constant(_bag(draft, term))
        case "parameter" if path == ROOT:
            return nodes.Value(f":{draft.numbers[term.place[0]]}")
        case "ION":
            raise partiql_errors.ion_literal("SYMBOL", path, draft.at(term))
        case kind if kind in _SCALARS:
            return nodes.Constant(scalar(term))
        case _:
            raise _unsupported(draft, term, path)


def _unsupported(draft: Draft, term: Term, path: str) -> DynamoDBError:
    if term.kind == "MISSING" and path != ROOT:
        return partiql_errors.unsupported_data("LiteralMissing", path, draft.at(term))
    kind = _TYPE_NAMES.get(term.kind, term.value if term.kind == "infix" else term.kind.upper())
    return partiql_errors.unsupported_data(kind, path, draft.at(term))


def scalar(term: Term) -> AttributeValue:
    """The attribute value of a literal. Raises: DynamoDBError."""
    match term.kind:
        case "STRING":
            return {"S": term.value}
        case "NUMBER":
            return {"N": _number(term.value)}
        case "NULL":
            return {"NULL": True}
        case kind:
            return {"BOOL": kind == "TRUE"}


def _number(written: str) -> str:
    try:
        return numbers.canonical_number(written)
    except DynamoDBError as refusal:
        if refusal.message == errors.too_many_digits().message:
            raise partiql_errors.number_precision() from None
        raise


def _list(draft: Draft, term: Term, path: str, level: int) -> nodes.Constant:
    elements = [
        template(draft, part, f"{path}.{number}", level + 1)
        for number, part in enumerate(term.parts)
    ]
    return nodes.Constant({"L": [_content(element) for element in elements]})


def _content(found: nodes.Template) -> AttributeValue:
    assert isinstance(found, nodes.Constant), "parameters stand at the top of an item alone"
    return found.value


def _map(draft: Draft, term: Term, path: str, level: int) -> nodes.Template:
    members: dict[str, nodes.Value | nodes.Constant] = {}
    for key, part in zip(term.parts[::2], term.parts[1::2], strict=True):
        if key.kind != "STRING":
            kind = _TYPE_NAMES.get(key.kind, "Literal")
            raise partiql_errors.no_text_as_key(kind, draft.at(key))
        if key.value in members:
            raise partiql_errors.duplicate_map_key(key.value, draft.at(key))
        if not key.value:
            raise errors.empty_attribute_name()
        inside = f"{path}.{key.value}" if level else path
        found = template(draft, part, inside, level + 1)
        assert not isinstance(found, nodes.MapOf), "an item is no value"
        members[key.value] = found
    if any(isinstance(member, nodes.Value) for member in members.values()):
        return nodes.MapOf(tuple(members.items()))
    return nodes.Constant({"M": {name: _content(each) for name, each in members.items()}})


def _bag(draft: Draft, term: Term) -> AttributeValue:
    if not term.parts:
        raise partiql_errors.empty_bag(draft.at(term))
    odd = next((part for part in term.parts if part.kind not in _OF_SETS), None)
    if odd is not None:
        raise partiql_errors.mixed_bag(draft.at(odd))
    kinds = {part.kind for part in term.parts}
    if len(kinds) > 1:
        raise partiql_errors.mixed_bag(None)
    kind = _OF_SETS[kinds.pop()]
    members = [next(iter(scalar(part).values())) for part in term.parts]
    if len(set(members)) != len(members):
        raise partiql_errors.duplicates_in_bag()
    return {kind: members}


_OF_SETS = {"STRING": "SS", "NUMBER": "NS"}


# What each request puts in.


def _filled(found: nodes.MapOf, parameters: dict[str, AttributeValue]) -> AttributeValue:
    content = {
        name: parameters[member.name] if isinstance(member, nodes.Value) else member.value
        for name, member in found.members
    }
    return {"M": content}


def bound(
    operands: nodes.Operands, parameters: dict[str, AttributeValue]
) -> dict[str, AttributeValue]:
    """Every value of a statement by the name of its node.

    parameters: by their names (``:1``), canonical.
    """
    if not operands.constants and not operands.templates:
        return parameters
    values = {**operands.constants, **parameters}
    for name, found in operands.templates:
        values[name] = _filled(found, parameters)
    return values
