"""Why a trigger is refused: one exception class, one function a reason.

DynamoDB has no such calls, so that these texts are our own.
"""

from __future__ import annotations


class TriggerError(Exception):
    """The trigger cannot be made; the text tells a person why. Nothing was changed."""


def no_table(name: str, region: str) -> TriggerError:
    """There is no such table."""
    return TriggerError(f"there is no table {name!r:.300} in {region}")


def no_stream(name: str) -> TriggerError:
    """A trigger reads the table's stream, as Lambda does, and the table has none."""
    return TriggerError(
        f"table {name} has no stream: enable one first, with StreamSpecification of CreateTable or "
        "UpdateTable"
    )


def taken(name: str, table: str) -> TriggerError:
    """A second trigger would share the checkpoint of the first."""
    return TriggerError(
        f"table {table} has a trigger named {name!r:.300} already; give this one a name of its own"
    )


def long_name(most: int) -> TriggerError:
    """The name is empty, or longer than what is kept."""
    return TriggerError(f"a trigger's name has 1 to {most} characters")


def not_callable(handler: object) -> TriggerError:
    """What is to be called cannot be."""
    return TriggerError(f"a trigger calls a function, and {handler!r:.100} is none")


def out_of_range(option: str, low: float, high: float, given: object) -> TriggerError:
    """A number is outside of what Lambda takes."""
    return TriggerError(f"{option} is from {low:,} to {high:,}, not {given!r:.100}")


def not_one_of(option: str, choices: tuple[str, ...], given: object) -> TriggerError:
    """A word is none of those that there are."""
    return TriggerError(f"{option} is {' or '.join(choices)}, not {given!r:.100}")


def unknown_option(option: str, known: list[str]) -> TriggerError:
    """An option that no trigger has."""
    return TriggerError(f"a trigger has no option {option!r:.100}; it has {', '.join(known)}")


def closed() -> TriggerError:
    """The store is being closed."""
    return TriggerError("the store is closed")


# Patterns of event filters.


def no_pattern(reason: str) -> TriggerError:
    """A pattern is not what Lambda takes."""
    return TriggerError(f"this is no event filter: {reason}")


def too_many_patterns(most: int) -> TriggerError:
    """More patterns than an event source mapping has."""
    return no_pattern(f"it has more than {most} patterns")


def too_long_pattern(most: int) -> TriggerError:
    """A pattern as text is longer than Lambda's."""
    return no_pattern(f"a pattern has more than {most:,} characters")


def too_deep_pattern(most: int) -> TriggerError:
    """A pattern is nested beyond what an item can be."""
    return no_pattern(f"a pattern is nested more than {most} deep")


def no_leaf(place: str) -> TriggerError:
    """A member of a pattern is neither an object nor a list."""
    return no_pattern(f"{place} must be an object or a list of values and rules")


def empty_part(place: str) -> TriggerError:
    """A part of a pattern holds nothing."""
    return no_pattern(f"{place} is empty")


def unknown_rule(place: str, rule: str) -> TriggerError:
    """A rule that there is not."""
    return no_pattern(f"{place} has an unknown rule {rule!r:.100}")


def bad_rule(place: str, rule: str, wanted: str) -> TriggerError:
    """A rule's value is of the wrong form."""
    return no_pattern(f"{rule} of {place} takes {wanted}")
