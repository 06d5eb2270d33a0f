"""Expression text to nodes, once for each text.

What a text alone can be refused for is refused here: its size, its syntax, too many operators,
doubled parentheses, unknown and misplaced functions, reserved words, impossible paths. What needs
names and values is ``binding``'s. Source: facts, Common texts, Lexing and syntax errors.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias, cast

from dynalite_py.language import grammar, nodes, reserved
from dynalite_py.model import expression_errors, limits

Tree: TypeAlias = nodes.Condition | nodes.Update | nodes.Projection

_START_RULES = {
    "ConditionExpression": "condition",
    "FilterExpression": "condition",
    "KeyConditionExpression": "key_condition",
    "UpdateExpression": "update",
    "ProjectionExpression": "projection",
}
_REMEMBERED = 2048
_HIGHEST_INDEX = 2**31 - 1

CONDITION_FUNCTIONS = frozenset(
    {"attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"}
)
UPDATE_FUNCTIONS = frozenset({"if_not_exists", "list_append"})
_FUNCTIONS = CONDITION_FUNCTIONS | UPDATE_FUNCTIONS | {"size"}

# What the service takes for a token when it explains a fault: a character that begins none stands
# for itself.
_TOKEN = re.compile(r"[#:][A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*|0|[1-9][0-9]*|<>|<=|>=|[^ \t\r\n]")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text that can stand: its tree, and the placeholders and values that it names."""

    tree: Tree
    names: frozenset[str]
    values: frozenset[str]


def condition(parameter: str, text: str) -> nodes.Condition:
    """The tree of a condition, filter or key condition. Raises: DynamoDBError."""
    return cast("nodes.Condition", parsed(parameter, text).tree)


@lru_cache(maxsize=_REMEMBERED)
def parsed(parameter: str, text: str) -> Parsed:
    """The text of this parameter as a tree. Raises: DynamoDBError that names the parameter."""
    if not text:
        raise expression_errors.empty_expression(parameter)
    size_bytes = len(text.encode("utf-8", "surrogatepass"))
    if size_bytes > limits.EXPRESSION_BYTES:
        raise expression_errors.too_long(parameter, size_bytes)
    tree = _tree(parameter, text)
    found = list(walk(tree))
    _check_operators(parameter, found)
    if _doubled_parentheses(text):
        raise expression_errors.redundant_parentheses(parameter)
    paths = [node for node, _ in found if type(node) is nodes.Path]
    if type(tree) is nodes.Update:  # Its reserved words are seen before its functions.
        _check_words(parameter, paths)
    _check_functions(parameter, tree, found)
    _check_words(parameter, paths)
    _check_lengths(parameter, paths)
    return Parsed(
        tree,
        frozenset(
            part.name for path in paths for part in path.parts if type(part) is nodes.Placeholder
        ),
        frozenset(node.name for node, _ in found if type(node) is nodes.Value),
    )


def parses() -> int:
    """How many texts have been parsed since the process began: none by a warm request."""
    return parsed.cache_info().misses


def cache() -> tuple[int, int, int]:
    """Hits, misses and entries of the texts that were read."""
    hits, misses, _, entries = parsed.cache_info()
    return hits, misses, entries


def _tree(parameter: str, text: str) -> Tree:
    from lark import UnexpectedInput, UnexpectedToken

    parser = grammar.expression_parser(_START_RULES[parameter])
    try:
        return cast("Tree", parser.parse(text))
    except UnexpectedInput as fault:
        at_end = isinstance(fault, UnexpectedToken) and fault.token.type == "$END"
        token, near = syntax_window(text, None if at_end else fault.pos_in_stream)
    raise expression_errors.syntax(parameter, token, near)


def syntax_window(text: str, position: int | None) -> tuple[str, str]:
    """The offending token and the text from the token before it to the token behind it.

    position: where the offending token begins; None: at the end of the text.
    """
    spans = [match.span() for match in _TOKEN.finditer(text)]
    if position is None:
        return "<EOF>", text[spans[-1][0] :] if spans else ""
    at = next(number for number, span in enumerate(spans) if span[1] > position)
    first, last = spans[max(at - 1, 0)], spans[min(at + 1, len(spans) - 1)]
    return text[slice(*spans[at])], text[first[0] : last[1]]


_CHILDREN: dict[type[Any], Callable[[Any], tuple[Any, ...]]] = {
    nodes.Path: lambda _: (),
    nodes.Value: lambda _: (),
    nodes.Constant: lambda _: (),
    nodes.Call: lambda node: node.arguments,
    nodes.Arithmetic: lambda node: (node.left, node.right),
    nodes.Comparison: lambda node: (node.left, node.right),
    nodes.Between: lambda node: (node.operand, node.lower, node.upper),
    nodes.In: lambda node: (node.operand, *node.choices),
    nodes.And: lambda node: (node.left, node.right),
    nodes.Or: lambda node: (node.left, node.right),
    nodes.Not: lambda node: (node.condition,),
    nodes.SetAction: lambda node: (node.path, node.operand),
    nodes.RemoveAction: lambda node: (node.path,),
    nodes.AddAction: lambda node: (node.path, node.value),
    nodes.DeleteAction: lambda node: (node.path, node.value),
    nodes.Update: lambda node: node.actions,
    nodes.Projection: lambda node: node.paths,
}


def walk(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every node with its parent (None for the tree itself), in the order of the text.

    Without recursion: a text of 4096 bytes can nest deeper than Python's stack.
    """
    waiting: list[tuple[Any, Any]] = [(tree, None)]
    while waiting:
        node, parent = waiting.pop()
        yield node, parent
        below = _CHILDREN[type(node)](node)
        waiting.extend((child, node) for child in reversed(below))


_OPERATORS = frozenset(
    {nodes.Comparison, nodes.Between, nodes.In, nodes.And, nodes.Or, nodes.Not, nodes.Arithmetic}
)


def _check_operators(parameter: str, found: list[tuple[Any, Any]]) -> None:
    count = sum(type(node) in _OPERATORS for node, _ in found)
    if count > limits.EXPRESSION_OPERATORS:
        # The service stops counting at the first operator too many.
        raise expression_errors.too_many_operators(parameter, limits.EXPRESSION_OPERATORS + 1)


def _doubled_parentheses(text: str) -> bool:
    """Whether a pair of parentheses holds nothing but another pair. The text has been parsed."""
    tokens = [match.group() for match in _TOKEN.finditer(text)]
    opened: list[int] = []
    partner: dict[int, int] = {}
    for place, symbol in enumerate(tokens):
        if symbol == "(":
            opened.append(place)
        elif symbol == ")":
            partner[opened.pop()] = place
    return any(
        partner.get(start + 1) == end - 1 and _groups(tokens, start)
        for start, end in partner.items()
    )


# A parenthesis behind these words groups; behind another word it opens a function's operands,
# behind IN the choices.
_BEFORE_A_GROUP = frozenset({"AND", "OR", "NOT", "BETWEEN"})


def _groups(tokens: list[str], start: int) -> bool:
    before = tokens[start - 1] if start else "("
    return not before[0].isalpha() or before.upper() in _BEFORE_A_GROUP


def _check_functions(parameter: str, tree: Tree, found: list[tuple[Any, Any]]) -> None:
    calls = [(node, parent) for node, parent in found if type(node) is nodes.Call]
    for call, _ in calls:
        if call.function not in _FUNCTIONS:
            raise expression_errors.unknown_function(parameter, call.function)
    for call, parent in calls:
        if type(tree) is not nodes.Update:
            _check_place(parameter, call.function, parent)
        elif call.function not in UPDATE_FUNCTIONS:
            raise expression_errors.function_of_conditions(parameter, call.function)
        elif call.function == "list_append" and isinstance(parent, nodes.Call | nodes.Arithmetic):
            raise expression_errors.misplaced_function(parameter, "list_append")


_JOINING = (nodes.And, nodes.Or, nodes.Not, type(None))


def _check_place(parameter: str, function: str, parent: Any) -> None:
    """Functions of conditions are conditions, ``size`` is an operand; others are for updates."""
    if function in UPDATE_FUNCTIONS:
        raise expression_errors.function_of_updates(parameter, function)
    if isinstance(parent, _JOINING) != (function != "size"):
        raise expression_errors.misplaced_function(parameter, function)


def _check_words(parameter: str, paths: list[nodes.Path]) -> None:
    for path in paths:
        for part in path.parts:
            if type(part) is str and reserved.is_reserved(part):
                raise expression_errors.reserved_word(parameter, part)


def _check_lengths(parameter: str, paths: list[nodes.Path]) -> None:
    for path in paths:
        if len(path.parts) > limits.PATH_PARTS:
            raise expression_errors.path_too_deep(parameter, len(path.parts))
        for part in path.parts:
            if type(part) is int and part > _HIGHEST_INDEX:
                raise expression_errors.index_out_of_range(parameter, part)
