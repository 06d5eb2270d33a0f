"""Key conditions as expressions and as KeyConditions: what is refused, and what is found."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_key_conditions.py::"
_FINDS = f"{_WIRE}test_a_key_condition_finds"
_BINARIES = f"{_WIRE}test_binary_sort_keys_go_by_unsigned_bytes"
_NUMBERS = f"{_WIRE}test_number_sort_keys_go_by_value"


def _key(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: key condition: {name}" for name in names)


def _refused(fact: str, *names: str) -> Proof:
    return proof(fact, AWS_CAPTURED, *_key(*names))


PROOFS: tuple[Proof, ...] = (
    _refused(
        "Faults that every expression may have carry the key condition's prefix",
        *("an empty text", "4097 bytes", "syntax", "a reserved word", "doubled parentheses"),
        *("an unknown function", "an undefined name", "an undefined value", "one path twice"),
        *("an order of booleans", "begins_with of one operand"),
    ),
    _refused(
        "OR, NOT, IN and <> are refused in capitals, bare",
        *("OR", "or in small letters", "NOT", "NOT behind AND", "IN", "<>"),
    ),
    _refused(
        "attribute_exists, attribute_not_exists, attribute_type and contains are refused by name",
        *("attribute_exists", "attribute_not_exists", "attribute_type of a type", "contains"),
    ),
    _refused("A function inside an operand is a nested operation", "size", "size as a bound"),
    _refused("BETWEEN has the key attribute first", "BETWEEN of a value"),
    _refused("begins_with has the key attribute first", "begins_with of a value"),
    _refused("One condition compares one attribute", "two attributes"),
    _refused("A condition on a nested path is refused", "a nested path"),
    _refused("A condition without an attribute is refused", "no attribute"),
    _refused("Two conditions on one key are refused", "two conditions on one key"),
    _refused("Three keys are refused before the table is looked up", "three keys"),
    _refused("begins_with does not take a number", "begins_with of a number"),
    _refused(
        "Bounds of BETWEEN have one type and the right order",
        "bounds of two types",
        "bounds the wrong way round",
    ),
    proof(
        "A hash key without condition, or of another type, is refused once the table is known",
        AWS_CAPTURED,
        "fact: hash key without condition",
        "fact: hash key without equality",
        "fact: hash of another type",
    ),
    proof(
        "An empty constant for a key is refused",
        AWS_CAPTURED,
        f"{_WIRE}test_an_empty_key_constant_is_refused",
    ),
    _refused(
        "Conditions are walked in order; in each the operator comes first",
        "parts from the left: the first",
        "the operator | a nested function",
    ),
    _refused(
        "In each condition nested functions come before the first operand",
        "a nested function | the first operand",
    ),
    _refused(
        "In each condition a second attribute comes before a nested path",
        "two attributes | a nested path",
    ),
    _refused(
        "A repeated key comes before the number of keys",
        "one condition per key | their number",
    ),
    proof("The operands of a condition may be reversed", AWS_CAPTURED, _FINDS),
    proof("The two conditions may stand in any order", AWS_CAPTURED, _FINDS),
    proof(
        "Single parentheses around a condition or the whole are legal, doubled ones are not",
        AWS_CAPTURED,
        _FINDS,
        *_key("doubled parentheses"),
    ),
    proof("The AND of BETWEEN is told from the one that joins", AWS_CAPTURED, _FINDS),
    proof(
        "A sort key takes =, <, <=, >, >=, BETWEEN and begins_with",
        DOCS,
        _FINDS,
        _BINARIES,
        _NUMBERS,
    ),
    proof("begins_with takes strings and binaries", AWS_CAPTURED, _FINDS, _BINARIES),
    proof(
        "A hash key takes = alone",
        AWS_CAPTURED,
        "fact: hash key without equality",
        "fact: start key part | its condition",
    ),
    proof(
        "Paths are printed part by part in brackets, indexes in brackets of their own",
        AWS_CAPTURED,
        "fact: update: a place as map and as list",
        "fact: condition: one long path on both sides, once by placeholder",
    ),
    proof(
        "Constants of bounds and starting keys are printed with their type",
        AWS_CAPTURED,
        "fact: condition: bounds of two types",
        "fact: start key on a table without sort key",
    ),
    proof(
        "Types of table keys and of index keys are printed in letters of their own",
        AWS_CAPTURED,
        "fact: item: a sort key S",
        "fact: item: an index key N",
    ),
)
