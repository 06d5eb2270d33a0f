"""Event filters: patterns over a record, as Lambda's event source mappings have them.

A pattern is JSON of the record's shape. Where it ends stands a list of values and rules, one of
which must hold; every member of a pattern must hold; of several patterns one must. A value is
compared as JSON has it: a number of an item is text there (``{"N": ["17"]}``), so that ``numeric``
holds for true JSON numbers only. Where the record has a list, one of its elements must hold.

Source: facts, Lambda event source mapping.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeGuard

from dynalite_py.model import codec, limits, trigger_errors

Event: TypeAlias = Mapping[str, Any]
Matches: TypeAlias = Callable[[Event], bool]
# A rule is asked about a value that is there: text, number, boolean or null.
_Rule: TypeAlias = Callable[[Any], bool]

_ABSENT = object()
_OR = "$or"
_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(criteria: object) -> Matches | None:
    """Whether a record is wanted; None: every one is.

    criteria: one pattern, a list of them, each an object or its JSON text, or Lambda's
    ``{"Filters": [{"Pattern": text}]}``. Raises: TriggerError.
    """
    patterns = [_read(pattern) for pattern in _listed(criteria)]
    if not patterns:
        return None
    if len(patterns) > limits.EVENT_FILTERS:
        raise trigger_errors.too_many_patterns(limits.EVENT_FILTERS)
    each = [_object(pattern, "the pattern", 1) for pattern in patterns]
    if len(each) == 1:
        return each[0]
    return lambda event: any(matches(event) for matches in each)


def _listed(criteria: object) -> list[object]:
    if isinstance(criteria, str):
        criteria = _decoded(criteria)
    if criteria is None:
        return []
    if _is_object(criteria) and set(criteria) == {"Filters"}:
        filters: object = criteria["Filters"]
        if not _is_list(filters):
            raise trigger_errors.no_leaf("Filters")
        return [_pattern_of(each) for each in filters]
    if _is_list(criteria):
        return list(criteria)
    return [criteria]


def _pattern_of(given: object) -> object:
    if not _is_object(given) or "Pattern" not in given:
        raise trigger_errors.no_pattern("a filter has no Pattern")
    return given["Pattern"]


def _read(pattern: object) -> Mapping[str, Any]:
    """A pattern as an object. Its text is measured: what is compiled is bounded by it."""
    if isinstance(pattern, str):
        text, pattern = pattern, _decoded(pattern)
    else:
        try:
            text = codec.text(pattern)
        except TypeError as failure:
            raise trigger_errors.no_pattern("a pattern is no JSON") from failure
    if len(text) > limits.EVENT_FILTER_CHARACTERS:
        raise trigger_errors.too_long_pattern(limits.EVENT_FILTER_CHARACTERS)
    if not _is_object(pattern):
        raise trigger_errors.no_pattern("a pattern is an object")
    return pattern


def _decoded(text: str) -> object:
    try:
        return codec.decode(text)
    except codec.NotJsonError as failure:
        raise trigger_errors.no_pattern(f"a pattern is no JSON: {failure}") from failure


def _object(pattern: Mapping[str, Any], place: str, depth: int) -> Matches:
    if not pattern:
        raise trigger_errors.empty_part(place)
    if depth > limits.EVENT_FILTER_DEPTH:
        raise trigger_errors.too_deep_pattern(limits.EVENT_FILTER_DEPTH)
    members = [
        _either(part, place, depth) if name == _OR else _member(name, part, depth)
        for name, part in pattern.items()
    ]
    if len(members) == 1:
        return members[0]
    return lambda event: all(matches(event) for matches in members)


def _either(parts: object, place: str, depth: int) -> Matches:
    """``$or``: one of several patterns for the same object."""
    if not _is_list(parts) or not parts:
        raise trigger_errors.bad_rule(place, _OR, "a list of patterns")
    each: list[Matches] = []
    for part in parts:
        if not _is_object(part):
            raise trigger_errors.bad_rule(place, _OR, "a list of patterns")
        each.append(_object(part, place, depth + 1))
    return lambda event: any(matches(event) for matches in each)


def _member(name: str, part: object, depth: int) -> Matches:
    if _is_object(part):
        inner = _object(part, name, depth + 1)
        return lambda event: _inside(event.get(name), inner)
    if not _is_list(part):
        raise trigger_errors.no_leaf(name)
    if not part:
        raise trigger_errors.empty_part(name)
    rules: list[_Rule] = []
    wanted: bool | None = None  # Whether a value that is there, or absent, is enough.
    if_absent = False
    for alternative in part:
        if _is_object(alternative) and set(alternative) == {"exists"}:
            there = alternative["exists"]
            if not isinstance(there, bool):
                raise trigger_errors.bad_rule(name, "exists", "true or false")
            wanted = wanted or there
            if_absent = if_absent or not there
        else:
            rules.append(_rule(alternative, name))
    return lambda event: _leaf(event.get(name, _ABSENT), rules, bool(wanted), if_absent)


def _inside(value: object, inner: Matches) -> bool:
    if _is_object(value):
        return inner(value)
    if _is_list(value):
        return any(inner(each) for each in value if _is_object(each))
    # Nothing is there: every member is absent.
    return inner({})


def _leaf(value: object, rules: list[_Rule], if_there: bool, if_absent: bool) -> bool:
    """Whether one of the alternatives holds. An object is no value: its members are."""
    if value is _ABSENT or _is_object(value):
        return if_absent
    if if_there:
        return True
    if _is_list(value):
        return any(rule(each) for each in value for rule in rules)
    return any(rule(value) for rule in rules)


def _rule(given: object, place: str) -> _Rule:
    if _is_object(given):
        if len(given) != 1:
            raise trigger_errors.no_leaf(f"an alternative of {place}")
        ((name, value),) = given.items()
        make = _RULES.get(name)
        if make is None:
            raise trigger_errors.unknown_rule(place, str(name))
        return make(value, place)
    if _is_list(given):
        raise trigger_errors.no_leaf(f"an alternative of {place}")
    return lambda value: _equal(value, given)


def _equal(left: object, right: object) -> bool:
    """As JSON has it: true is not 1."""
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def _prefix(given: object, place: str) -> _Rule:
    text, fold = _text_of(given, place, "prefix")
    if fold:
        return lambda value: isinstance(value, str) and value.casefold().startswith(text)
    return lambda value: isinstance(value, str) and value.startswith(text)


def _suffix(given: object, place: str) -> _Rule:
    text, fold = _text_of(given, place, "suffix")
    if fold:
        return lambda value: isinstance(value, str) and value.casefold().endswith(text)
    return lambda value: isinstance(value, str) and value.endswith(text)


def _text_of(given: object, place: str, rule: str) -> tuple[str, bool]:
    """A text, and whether its case is of no matter."""
    if _is_object(given) and set(given) == {"equals-ignore-case"}:
        given = given["equals-ignore-case"]
        if isinstance(given, str):
            return given.casefold(), True
    if not isinstance(given, str):
        raise trigger_errors.bad_rule(place, rule, "a text")
    return given, False


def _ignore_case(given: object, place: str) -> _Rule:
    if not isinstance(given, str):
        raise trigger_errors.bad_rule(place, "equals-ignore-case", "a text")
    text = given.casefold()
    return lambda value: isinstance(value, str) and value.casefold() == text


def _anything_but(given: object, place: str) -> _Rule:
    if _is_object(given):
        if len(given) != 1 or not set(given) <= {"prefix", "suffix", "equals-ignore-case"}:
            raise trigger_errors.bad_rule(place, "anything-but", "values or one rule on texts")
        ((name, value),) = given.items()
        each = value if _is_list(value) else [value]
        rules = [_RULES[name](one, place) for one in each]
        return lambda value: isinstance(value, str) and not any(rule(value) for rule in rules)
    values: list[Any] = list(given) if _is_list(given) else [given]
    if not values or any(_is_object(value) or _is_list(value) for value in values):
        raise trigger_errors.bad_rule(place, "anything-but", "values or one rule on texts")
    return lambda value: not any(_equal(value, each) for each in values)


def _numeric(given: object, place: str) -> _Rule:
    wanted = 'one or two comparisons: [">", 0, "<=", 5]'
    if not _is_list(given) or len(given) not in (2, 4):
        raise trigger_errors.bad_rule(place, "numeric", wanted)
    pairs: list[tuple[Callable[[float, float], bool], float]] = []
    for sign, number in zip(given[::2], given[1::2], strict=True):
        compare = _COMPARED.get(sign) if isinstance(sign, str) else None
        if compare is None or not _is_number(number):
            raise trigger_errors.bad_rule(place, "numeric", wanted)
        pairs.append((compare, number))
    return lambda value: (
        _is_number(value) and all(compare(value, number) for compare, number in pairs)
    )


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_object(value: object) -> TypeGuard[Mapping[str, Any]]:
    return isinstance(value, Mapping)


def _is_list(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, list | tuple)


_RULES: dict[str, Callable[[object, str], _Rule]] = {
    "anything-but": _anything_but,
    "equals-ignore-case": _ignore_case,
    "numeric": _numeric,
    "prefix": _prefix,
    "suffix": _suffix,
}
