"""Document paths inside an item: read them, print them, set several together in a tree of paths.

A path is bound here: its parts are attribute names (str) and list indexes (int). An item and
everything in it stays in wire form, so a step into a map goes through its ``M``, a step into a list
through its ``L``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from dynalite_py.language import nodes
from dynalite_py.model import expression_errors
from dynalite_py.model.values import AttributeValue, Item

BoundPart: TypeAlias = str | int
BoundParts: TypeAlias = tuple[BoundPart, ...]
Reader: TypeAlias = Callable[[Item], AttributeValue | None]


def parts_of(path: nodes.Path) -> BoundParts:
    """The parts of a path that has no placeholder left."""
    assert not any(isinstance(part, nodes.Placeholder) for part in path.parts)
    return cast("BoundParts", path.parts)


def printed(parts: Iterable[BoundPart]) -> str:
    """A path as the service prints it: ``[a, [1], b]``."""
    return f"[{', '.join(f'[{part}]' if isinstance(part, int) else part for part in parts)}]"


def reader(path: nodes.Path) -> Reader:
    """A function that finds the path's value in an item; None where the path does not exist."""
    parts = parts_of(path)
    first = cast("str", parts[0])
    rest = parts[1:]
    if not rest:
        return lambda item: item.get(first)

    def read(item: Item) -> AttributeValue | None:
        value = item.get(first)
        for part in rest:
            if value is None:
                return None
            value = step(value, part)
        return value

    return read


def step(value: AttributeValue, part: BoundPart) -> AttributeValue | None:
    """One step into a map or list; None where there is no such place."""
    if isinstance(part, int):
        elements = value.get("L")
        return elements[part] if elements is not None and part < len(elements) else None
    members = value.get("M")
    return None if members is None else members.get(part)


@dataclass(slots=True)
class Branch:
    """A place in a tree of paths, grown once for each expression.

    action: the number of the action that has this place as its target, None above the targets.
    below: the parts that go on from here; all are names, or all are indexes (paths that clash have
    been refused).
    """

    action: int | None = None
    below: dict[BoundPart, Branch] = field(default_factory=dict["BoundPart", "Branch"])


def tree(targets: Iterable[tuple[int, BoundParts]]) -> Branch:
    """The tree of these paths. targets: the number of an action and its path."""
    root = Branch()
    for action, parts in targets:
        branch = root
        for part in parts:
            branch = branch.below.setdefault(part, Branch())
        branch.action = action
    return root


# Outcomes of an action other than a new value for its place.
REMOVED: AttributeValue = {"removed": True}
KEPT: AttributeValue = {"kept": True}


def changed(members: Item, branch: Branch, outcomes: list[AttributeValue]) -> Item:
    """The members of a map (or an item) with every outcome in its place; the rest is shared.

    outcomes: by action number a value, ``REMOVED`` or ``KEPT``. Raises: DynamoDBError for a place
    without parent.
    """
    result = dict(members)
    for part, below in branch.below.items():
        name = cast("str", part)
        outcome = _outcome(result.get(name), below, outcomes)
        if outcome is REMOVED:
            result.pop(name, None)
        elif outcome is not KEPT:
            result[name] = outcome
    return result


def _outcome(
    value: AttributeValue | None, branch: Branch, outcomes: list[AttributeValue]
) -> AttributeValue:
    if branch.action is not None:
        return outcomes[branch.action]
    if value is None:
        raise expression_errors.impossible_target()
    if isinstance(next(iter(branch.below)), int):
        if "L" not in value:
            raise expression_errors.impossible_target()
        return {"L": _changed_list(value["L"], branch, outcomes)}
    if "M" not in value:
        raise expression_errors.impossible_target()
    return {"M": changed(value["M"], branch, outcomes)}


def _changed_list(
    elements: list[AttributeValue], branch: Branch, outcomes: list[AttributeValue]
) -> list[AttributeValue]:
    """Indexes mean the places before the change; those past the end append in ascending order."""
    result = list(elements)
    removed: set[int] = set()
    below = cast("dict[int, Branch]", branch.below)
    for index in sorted(below):
        inside = index < len(elements)
        outcome = _outcome(elements[index] if inside else None, below[index], outcomes)
        if outcome is REMOVED:
            removed.add(index)
        elif outcome is not KEPT:
            if inside:
                result[index] = outcome
            else:
                result.append(outcome)
    if removed:
        return [element for index, element in enumerate(result) if index not in removed]
    return result


def fragment(members: Item, branch: Branch) -> Item:
    """What the tree's paths find in the members of a map (or an item), without missing paths."""
    found: Item = {}
    for part, below in branch.below.items():
        name = cast("str", part)
        value = members.get(name)
        if value is None:
            continue
        kept = value if below.action is not None else _inside(value, below)
        if kept is not None:
            found[name] = kept
    return found


def _inside(value: AttributeValue, branch: Branch) -> AttributeValue | None:
    if not isinstance(next(iter(branch.below)), int):
        members = fragment(value["M"], branch) if "M" in value else None
        return {"M": members} if members else None
    elements: list[AttributeValue] = []
    for index in sorted(cast("dict[int, Branch]", branch.below)):
        element = step(value, index)
        below = branch.below[index]
        if element is not None and below.action is None:
            element = _inside(element, below)
        if element is not None:
            elements.append(element)
    return {"L": elements} if elements else None


def clashes(all_parts: list[BoundParts]) -> tuple[str, int, int] | None:
    """The first two paths that cannot stand together: the verb, and their places in the order.

    An overlap (one path equal to or inside another) is found before a conflict (one place as map
    and as list). The cost grows with the number of parts, not with the pairs of paths.
    """
    ends: dict[BoundParts, int] = {}
    passed: dict[BoundParts, int] = {}
    for place, parts in enumerate(all_parts):
        prefixes = [parts[:length] for length in range(1, len(parts) + 1)]
        earlier = [ends[prefix] for prefix in prefixes if prefix in ends]
        if parts in passed:
            earlier.append(passed[parts])
        if earlier:
            return "overlap", min(earlier), place
        ends[parts] = place
        for prefix in prefixes[:-1]:
            passed.setdefault(prefix, place)
    return _conflict(all_parts)


def _conflict(all_parts: list[BoundParts]) -> tuple[str, int, int] | None:
    kinds: dict[BoundParts, dict[type[BoundPart], int]] = {}
    for place, parts in enumerate(all_parts):
        for length in range(1, len(parts)):
            seen = kinds.setdefault(parts[:length], {})
            kind = type(parts[length])
            other = next((seen[each] for each in seen if each is not kind), None)
            if other is not None:
                return "conflict", other, place
            seen.setdefault(kind, place)
    return None
