"""The refusals of the parameters from before expressions: Expected, AttributeUpdates, filters...

One function a refusal, as in ``errors``. Source: facts, Legacy parameters.
"""

from __future__ import annotations

from dynalite_py.model import errors
from dynalite_py.model.errors import DynamoDBError


def value_and_value_list(name: str) -> DynamoDBError:
    """A condition of Expected with both spellings of its values."""
    return errors.invalid_parameter(
        f"Value and AttributeValueList cannot be used together for Attribute: {name}"
    )


def exists_and_operator(name: str) -> DynamoDBError:
    """A condition of Expected that mixes the two forms."""
    return errors.invalid_parameter(
        f"Exists and ComparisonOperator cannot be used together for Attribute: {name}"
    )


def operator_without_values(operator: str, name: str) -> DynamoDBError:
    """A comparison in Expected with nothing to compare with."""
    return errors.invalid_parameter(
        f"Value or AttributeValueList must be used with ComparisonOperator: {operator} "
        f"for Attribute: {name}"
    )


def value_list_without_operator(name: str) -> DynamoDBError:
    """AttributeValueList in the form of Expected that has no comparison."""
    return errors.invalid_parameter(
        f"AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}"
    )


def value_required(exists: bool | None, name: str) -> DynamoDBError:
    """The attribute shall exist, but no value is given. exists: None where the member is absent."""
    spelled = "true" if exists else "null"
    return errors.invalid_parameter(
        f"Value must be provided when Exists is {spelled} for Attribute: {name}"
    )


def value_forbidden(name: str) -> DynamoDBError:
    """The attribute shall not exist, yet a value is given."""
    return errors.invalid_parameter(
        f"Value cannot be used when Exists is false for Attribute: {name}"
    )


def argument_count(operator: str) -> DynamoDBError:
    """A comparison with too many or too few values."""
    return errors.invalid_parameter(
        f"Invalid number of argument(s) for the {operator} ComparisonOperator"
    )


def mixed_types() -> DynamoDBError:
    """The values of an IN or a BETWEEN differ in type."""
    return errors.invalid_parameter(
        "AttributeValues inside AttributeValueList must be of same type"
    )


def operator_type(operator: str, kind: str) -> DynamoDBError:
    """A comparison that is not defined for values of this type."""
    return errors.invalid_parameter(
        f"ComparisonOperator {operator} is not valid for {kind} AttributeValue type"
    )


def bounds_reversed() -> DynamoDBError:
    """A BETWEEN whose lower bound lies above the upper one; the text has no prefix."""
    return errors.validation(
        "The BETWEEN condition was provided a range "
        "where the lower bound is greater than the upper bound"
    )


def lone_conditional_operator() -> DynamoDBError:
    """ConditionalOperator with no conditions to join. Captures pin the member's name alone."""
    return errors.validation("ConditionalOperator cannot be used without Filter or Expected")


def needless_conditional_operator() -> DynamoDBError:
    """ConditionalOperator with one condition, which there is nothing to join to."""
    return errors.validation(
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    )


def only_delete_without_value() -> DynamoDBError:
    """An entry of AttributeUpdates that puts or adds nothing."""
    return errors.invalid_parameter(
        "Only DELETE action is allowed when no attribute value is specified"
    )


def delete_type(kind: str) -> DynamoDBError:
    """DELETE takes members out of sets only."""
    return errors.invalid_parameter(
        f"DELETE action with value is not supported for the type {kind}"
    )


def add_type(kind: str) -> DynamoDBError:
    """ADD takes numbers, sets and, in AttributeUpdates alone, lists."""
    return errors.invalid_parameter(f"ADD action is not supported for the type {kind}")


def update_type_mismatch() -> DynamoDBError:
    """ADD or DELETE meets a stored value of another type."""
    return errors.validation("Type mismatch for attribute to update")


def duplicate_attribute(name: str) -> DynamoDBError:
    """AttributesToGet names an attribute twice."""
    return errors.invalid_parameter(f"Duplicate value in attribute name: {name}")
