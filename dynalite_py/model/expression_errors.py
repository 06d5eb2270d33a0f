"""Refusals of expressions, of the maps of names and values, and of key conditions.

``parameter`` is the member that holds the expression (``ConditionExpression``...): most texts begin
with it. PutItem and UpdateItem put an envelope around some of them, which is
``operations.expressions``' business. Source: facts, Expressions and Legacy parameters (Mixing with
expressions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dynalite_py.model import errors
from dynalite_py.model.errors import DynamoDBError


def invalid(parameter: str, text: str) -> DynamoDBError:
    """A fault of one expression: ``Invalid <parameter>: <text>``."""
    return errors.validation(f"Invalid {parameter}: {text}")


# Text.


def empty_expression(parameter: str) -> DynamoDBError:
    """The expression is the empty string."""
    return invalid(parameter, "The expression can not be empty;")


def too_long(parameter: str, size_bytes: int) -> DynamoDBError:
    """The text is beyond 4096 bytes."""
    return invalid(
        parameter,
        f"Expression size has exceeded the maximum allowed size; expression size: {size_bytes}",
    )


def syntax(parameter: str, token: str, near: str) -> DynamoDBError:
    """The text follows no rule of the grammar. near: the text around the token."""
    return invalid(parameter, f'Syntax error; token: "{token}", near: "{near}"')


def too_many_operators(parameter: str, count: int) -> DynamoDBError:
    """More than 300 operators. count: where the service stopped counting."""
    return invalid(
        parameter, f"The expression contains too many operators; operator count: {count}"
    )


def path_too_deep(parameter: str, levels: int) -> DynamoDBError:
    """A document path of more than 32 parts."""
    return invalid(
        parameter, f"The document path has too many nesting levels; nesting levels: {levels}"
    )


def index_out_of_range(parameter: str, index: int) -> DynamoDBError:
    """A list index that no list can have."""
    return invalid(parameter, f"List index is not within the allowable range; index: [{index}]")


def redundant_parentheses(parameter: str) -> DynamoDBError:
    """Doubled parentheses."""
    return invalid(parameter, "The expression has redundant parentheses;")


def reserved_word(parameter: str, name: str) -> DynamoDBError:
    """A reserved word as a plain attribute name, in the letters of the text."""
    return invalid(parameter, f"Attribute name is a reserved keyword; reserved keyword: {name}")


# Names, values, functions, operands.


def undefined_name(parameter: str, name: str) -> DynamoDBError:
    """A ``#name`` that ExpressionAttributeNames does not define."""
    return invalid(
        parameter,
        "An expression attribute name used in the document path is not defined; "
        f"attribute name: {name}",
    )


def undefined_value(parameter: str, name: str) -> DynamoDBError:
    """A ``:value`` that ExpressionAttributeValues does not define."""
    return invalid(
        parameter,
        f"An expression attribute value used in expression is not defined; attribute value: {name}",
    )


def unknown_function(parameter: str, function: str) -> DynamoDBError:
    """A function that this kind of expression does not have."""
    return invalid(parameter, f"Invalid function name; function: {function}")


def misplaced_function(parameter: str, function: str) -> DynamoDBError:
    """A function where its result cannot stand."""
    return invalid(
        parameter,
        f"The function is not allowed to be used this way in an expression; function: {function}",
    )


def function_of_updates(parameter: str, function: str) -> DynamoDBError:
    """``if_not_exists`` or ``list_append`` in a condition."""
    return invalid(
        parameter,
        f"The function is not allowed in a condition expression; function: {function}",
    )


def function_of_conditions(parameter: str, function: str) -> DynamoDBError:
    """``attribute_exists``, ``size`` and the like in an update."""
    return invalid(
        parameter,
        f"The function is not allowed in an update expression; function: {function}",
    )


def operand_count(parameter: str, operator: str, count: int) -> DynamoDBError:
    """A function with too few or too many operands."""
    return invalid(
        parameter,
        "Incorrect number of operands for operator or function; "
        f"operator or function: {operator}, number of operands: {count}",
    )


def too_many_choices(parameter: str, count: int) -> DynamoDBError:
    """IN with more than 100 operands, the one on the left counted."""
    return invalid(
        parameter,
        f"The IN operator is provided with too many operands; number of operands: {count}",
    )


def operand_type(parameter: str, operator: str, kind: str) -> DynamoDBError:
    """A constant of a type that the operator or function does not take."""
    return invalid(
        parameter,
        "Incorrect operand type for operator or function; "
        f"operator or function: {operator}, operand type: {kind}",
    )


def section_operand_type(parameter: str, section: str, kind: str) -> DynamoDBError:
    """A constant that ADD or DELETE does not take. kind: the type's long name."""
    return invalid(
        parameter,
        "Incorrect operand type for operator or function; "
        f"operator: {section}, operand type: {kind}",
    )


def path_required(parameter: str, function: str) -> DynamoDBError:
    """A function whose operand must be a document path."""
    return invalid(
        parameter,
        f"Operator or function requires a document path; operator or function: {function}",
    )


def same_operand(parameter: str, operator: str, path: str) -> DynamoDBError:
    """An operator with the same path on both sides. path: as ``[a, [1]]``."""
    return invalid(
        parameter,
        "The first operand must be distinct from the remaining operands for this operator or "
        f"function; operator: {operator}, first operand: {path}",
    )


def unknown_type_name(parameter: str, name: str) -> DynamoDBError:
    """The second operand of ``attribute_type`` names no type."""
    return invalid(
        parameter,
        f"Invalid attribute type name found; type: {name}, "
        "valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
    )


def _printed(value: Mapping[str, Any]) -> str:
    [(kind, content)] = value.items()
    return f"AttributeValue: {{{kind}:{content}}}"


def bounds_of_two_types(
    parameter: str, lower: Mapping[str, Any], upper: Mapping[str, Any]
) -> DynamoDBError:
    """BETWEEN with two constants of different types."""
    return invalid(
        parameter,
        "The BETWEEN operator requires same data type for lower and upper bounds; "
        f"lower bound operand: {_printed(lower)}, upper bound operand: {_printed(upper)}",
    )


def bounds_reversed(
    parameter: str, lower: Mapping[str, Any], upper: Mapping[str, Any]
) -> DynamoDBError:
    """BETWEEN with a lower bound above the upper one."""
    return invalid(
        parameter,
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
        f"lower bound operand: {_printed(lower)}, upper bound operand: {_printed(upper)}",
    )


# Updates and projections.


def repeated_section(parameter: str, section: str) -> DynamoDBError:
    """An update with one section twice."""
    return invalid(
        parameter, f'The "{section}" section can only be used once in an update expression;'
    )


def overlapping_paths(parameter: str, one: str, two: str) -> DynamoDBError:
    """Two equal paths, or one path inside the other."""
    return _clash(parameter, "overlap", one, two)


def conflicting_paths(parameter: str, one: str, two: str) -> DynamoDBError:
    """Two paths that take one place for a map and for a list."""
    return _clash(parameter, "conflict", one, two)


def _clash(parameter: str, verb: str, one: str, two: str) -> DynamoDBError:
    return invalid(
        parameter,
        f"Two document paths {verb} with each other; "
        f"must remove or rewrite one of these paths; path one: {one}, path two: {two}",
    )


def wrong_operand_type() -> DynamoDBError:
    """At run time: a stored value that the action or operator cannot work on."""
    return errors.validation("An operand in the update expression has an incorrect data type")


def missing_operand() -> DynamoDBError:
    """At run time: the right side of SET reads a path that is not there."""
    return errors.validation(
        "The provided expression refers to an attribute that does not exist in the item"
    )


def impossible_target() -> DynamoDBError:
    """At run time: the target's parent is missing, or is no map or list as the path wants it."""
    return errors.validation(
        "The document path provided in the update expression is invalid for update"
    )


# Key conditions: these texts come without "Invalid KeyConditionExpression".


def key_operator(operator: str) -> DynamoDBError:
    """An operator or function that no key condition takes."""
    return errors.validation(f"Invalid operator used in KeyConditionExpression: {operator}")


def key_nested_operation() -> DynamoDBError:
    """A function inside an operand of a key condition."""
    return errors.validation("KeyConditionExpressions cannot contain nested operations")


def key_first_operand(operator: str) -> DynamoDBError:
    """BETWEEN or begins_with whose first operand is no path."""
    return _key_condition(f"{operator} operator must have the key attribute as its first operand")


def key_two_attributes() -> DynamoDBError:
    """A condition that compares two attributes."""
    return _key_condition("Multiple attribute names used in one condition")


def key_nested_attribute() -> DynamoDBError:
    """A path of several parts; today's text has the prefix, as the newest capture shows."""
    return invalid(
        "KeyConditionExpression",
        "KeyConditionExpressions cannot have conditions on nested attributes",
    )


def key_without_attribute() -> DynamoDBError:
    """A condition that compares constants alone."""
    return _key_condition("No key attribute specified")


def key_repeated() -> DynamoDBError:
    """Two conditions on one attribute."""
    return errors.validation("KeyConditionExpressions must only contain one condition per key")


def _key_condition(text: str) -> DynamoDBError:
    return errors.validation(f"Invalid condition in KeyConditionExpression: {text}")


# The maps, and what stands beside what.


def mixed_parameters(legacy: Sequence[str], expressions: Sequence[str]) -> DynamoDBError:
    """Expressions beside legacy parameters."""
    return errors.validation(
        "Can not use both expression and non-expression parameters in the same request: "
        f"Non-expression parameters: {{{', '.join(legacy)}}} "
        f"Expression parameters: {{{', '.join(expressions)}}}"
    )


def map_without_expression(member: str, reason: str = "") -> DynamoDBError:
    """Names or values without an expression that could use them.

    reason: ``: ConditionExpression is null``, or nothing.
    """
    return errors.validation(f"{member} can only be specified when using expressions{reason}")


def empty_map(member: str) -> DynamoDBError:
    """ExpressionAttributeNames or -Values without an entry."""
    return errors.validation(f"{member} must not be empty")


def invalid_map_key(member: str, key: str) -> DynamoDBError:
    """A key of the map that is no ``#name`` or ``:value``."""
    return errors.validation(f'{member} contains invalid key: Syntax error; key: "{key}"')


def map_key_too_long(member: str, limit_bytes: int, key: str) -> DynamoDBError:
    """A ``#name`` or ``:value`` beyond its limit. The words are ours: none were recorded."""
    return errors.validation(
        f"{member} contains invalid key: The key has more than {limit_bytes} bytes; "
        f'key: "{key[:limit_bytes]}"'
    )


def maps_too_large(limit_bytes: int) -> DynamoDBError:
    """Names and values beyond 2 MB. The words are ours: none were recorded."""
    return errors.validation(
        "The total size of ExpressionAttributeNames and ExpressionAttributeValues has exceeded "
        f"the maximum allowed size of {limit_bytes} bytes"
    )


def invalid_map_value(member: str, reason: DynamoDBError, key: str) -> DynamoDBError:
    """An entry of the map that is no attribute value, or no name. reason: its own refusal."""
    return errors.validation(f"{member} contains invalid value: {reason.message} for key {key}")


def unused(member: str, keys: Iterable[str]) -> DynamoDBError:
    """Entries of the map that no expression names."""
    return errors.validation(
        f"Value provided in {member} unused in expressions: keys: {{{', '.join(keys)}}}"
    )
