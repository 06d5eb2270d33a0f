"""A projection as a function of one item.

List elements that are asked for come as a list of those alone, in their own order; a branch that
finds nothing is left out. Source: facts, ProjectionExpression.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, cast

from dynalite_py.language import nodes, paths
from dynalite_py.model.values import Item

Project: TypeAlias = Callable[[Item], Item]


@dataclass(frozen=True, slots=True)
class Projector:
    """A bound projection.

    of: makes the projected item, which shares values with the item. names: top-level attributes.
    """

    of: Project
    names: tuple[str, ...]
    paths: tuple[nodes.Path, ...]


def projector(node: nodes.Projection) -> Projector:
    """The projector of a bound projection."""
    all_parts = [paths.parts_of(path) for path in node.paths]
    names = tuple(dict.fromkeys(cast("str", parts[0]) for parts in all_parts))
    if len(names) == len(all_parts) and all(len(parts) == 1 for parts in all_parts):
        return Projector(_top_level(names), names, node.paths)
    tree = paths.tree(enumerate(all_parts))
    return Projector(lambda item: paths.fragment(item, tree), names, node.paths)


def _top_level(names: tuple[str, ...]) -> Project:
    return lambda item: {name: item[name] for name in names if name in item}
