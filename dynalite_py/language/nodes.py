"""The abstract syntax tree that every expression, legacy parameter and PartiQL clause lowers to.

Nodes are frozen records without behaviour. Two back ends read them: the evaluator (``conditions``,
``updates``, ``projections``: nodes to closures over one item) and the compiler (``sql``: nodes to
SQLite SQL). After parsing a path may still hold ``Placeholder`` parts (``#name``); binding replaces
them by attribute names. Values stay ``Value`` nodes (``:name``) until evaluation, so that one
compiled tree serves every request with the same text and names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A ``#name`` inside a path, before binding. name: with its ``#``."""

    name: str


PathPart: TypeAlias = str | int | Placeholder


@dataclass(frozen=True, slots=True)
class Path:
    """A document path: attribute names (str), list indexes (int), unbound also placeholders."""

    parts: tuple[PathPart, ...]


@dataclass(frozen=True, slots=True)
class Value:
    """A ``:name`` whose attribute value arrives with each request. name: with its ``:``."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """An attribute value in the tree itself (legacy parameters, PartiQL literals). Wire form."""

    value: Any


@dataclass(frozen=True, slots=True)
class Call:
    """A function call: a condition (``begins_with``...) or an operand (``size``...)."""

    function: str
    arguments: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """``left + right`` or ``left - right`` on the right side of SET. operator: ``+`` or ``-``."""

    operator: str
    left: Operand
    right: Operand


Operand: TypeAlias = Path | Value | Constant | Call | Arithmetic


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left operator right``. operator: one of ``= <> < <= > >=``."""

    operator: str
    left: Operand
    right: Operand


@dataclass(frozen=True, slots=True)
class Between:
    """``operand BETWEEN lower AND upper``, both bounds included."""

    operand: Operand
    lower: Operand
    upper: Operand


@dataclass(frozen=True, slots=True)
class In:
    """``operand IN (choices...)``."""

    operand: Operand
    choices: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class And:
    """Both conditions hold."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Or:
    """At least one condition holds."""

    left: Condition
    right: Condition


@dataclass(frozen=True, slots=True)
class Not:
    """The condition does not hold."""

    condition: Condition


Condition: TypeAlias = And | Or | Not | Comparison | Between | In | Call


@dataclass(frozen=True, slots=True)
class SetAction:
    """``SET path = operand``."""

    path: Path
    operand: Operand


@dataclass(frozen=True, slots=True)
class RemoveAction:
    """``REMOVE path``."""

    path: Path


@dataclass(frozen=True, slots=True)
class AddAction:
    """``ADD path value``: a number is added, a set is united (legacy only: a list is appended)."""

    path: Path
    value: Value | Constant


@dataclass(frozen=True, slots=True)
class DeleteAction:
    """``DELETE path value``: the members of a set are taken away."""

    path: Path
    value: Value | Constant


Action: TypeAlias = SetAction | RemoveAction | AddAction | DeleteAction


@dataclass(frozen=True, slots=True)
class Update:
    """All actions of an update, in the order of the text; sections: their keywords likewise."""

    actions: tuple[Action, ...]
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Projection:
    """The document paths asked for, in the order of the text."""

    paths: tuple[Path, ...]


# PartiQL. A statement's literals and parameters are Value nodes, so that both forms of a statement
# are one to whoever reads them; their content is found through its Operands.


@dataclass(frozen=True, slots=True)
class MapOf:
    """An item that holds parameters. members: attribute names and their values."""

    members: tuple[tuple[str, Value | Constant], ...]


Template: TypeAlias = Value | Constant | MapOf


@dataclass(frozen=True, slots=True, eq=False)
class Operands:
    """What the Value nodes of a statement stand for.

    parameters: how many there are; number 1 is ``:1``. constants: literals by name. templates:
    items by name, which each request fills with its parameters.
    """

    parameters: int
    constants: dict[str, Any]
    templates: tuple[tuple[str, MapOf], ...]


# Statements are compared by identity: what is made of one is kept by it.


@dataclass(frozen=True, slots=True, eq=False)
class Select:
    """``SELECT``.

    projection: with the name of each member of the answer; None for ``*``. order: attribute names,
    and whether each descends.
    """

    table: str
    index: str | None
    projection: tuple[tuple[str, Path], ...] | None
    condition: Condition | None
    order: tuple[tuple[str, bool], ...]
    operands: Operands


@dataclass(frozen=True, slots=True, eq=False)
class Insert:
    """``INSERT INTO table VALUE {...}``. item: the Value node that is the item."""

    table: str
    item: Value
    operands: Operands


@dataclass(frozen=True, slots=True, eq=False)
class UpdateStatement:
    """``UPDATE``.

    returning: ``ALL OLD``... index: named, although none can be. sets: of each parameter that is to
    be a set its name, the function it is given to, and line, column and length to be shown.
    """

    table: str
    index: str | None
    update: Update
    sets: tuple[tuple[str, str, tuple[int, int, int]], ...]
    condition: Condition | None
    returning: str | None
    operands: Operands


@dataclass(frozen=True, slots=True, eq=False)
class DeleteStatement:
    """``DELETE FROM``. returning: ``ALL OLD``... index: named, although none can be."""

    table: str
    index: str | None
    condition: Condition | None
    returning: str | None
    operands: Operands


@dataclass(frozen=True, slots=True, eq=False)
class Exists:
    """``EXISTS(SELECT ...)``, a transaction's check."""

    select: Select


Statement: TypeAlias = Select | Insert | UpdateStatement | DeleteStatement | Exists
