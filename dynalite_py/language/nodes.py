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
