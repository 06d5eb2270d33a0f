"""Numbers: which texts are numbers, how they come back, how they are compared and added."""

from __future__ import annotations

from tests.facts.attribute_values import BAD_NUMBERS
from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_numbers.py::"
_SPELLED = f"{_WIRE}test_a_number_comes_back_in_plain_notation"
_RETURNED = f"{_WIRE}test_a_number_is_returned_canonical"
_KEYS = f"{_WIRE}test_a_key_is_canonical_and_found_by_every_spelling"
_ONE_ITEM = f"{_WIRE}test_keys_of_one_value_are_one_item"
_SETS = f"{_WIRE}test_sets_of_numbers_are_compared_and_changed_by_value"
_SUMS = f"{_WIRE}test_sums_are_exact_or_refused"
_ADDS = f"{_WIRE}test_add_is_exact_or_refused"


def _put(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: value of a put: {name}" for name in names)


def _spelling(text: str, shown: str) -> Proof:
    return proof(f"The number {text} comes back as {shown}", AWS_CAPTURED, _SPELLED)


PROOFS: tuple[Proof, ...] = (
    proof(
        "A number has an optional sign, digits with an optional point, an optional exponent",
        AWS_CAPTURED,
        _SPELLED,
    ),
    proof(
        "What is not of that form is refused with the text given: blanks, words, second signs...",
        AWS_CAPTURED,
        *(f"fact: value of a put: number {text!r}" for text in BAD_NUMBERS),
        "tests/model/test_numbers.py::test_a_bad_number_is_refused_in_the_services_words",
    ),
    proof(
        "Significant digits are counted without leading and trailing zeros",
        AWS_CAPTURED,
        _SPELLED,
        "tests/model/test_numbers.py::test_a_number_has_one_spelling",
    ),
    proof("A number has at most 38 significant digits", AWS_CAPTURED, *_put("39 digits"), _SPELLED),
    proof(
        "The magnitude of a number is 0 or at least 1E-130 and below 1E126",
        DOCS,
        *_put("1E126", "-1E126", "9E-131", "-9E-131"),
        _SPELLED,
    ),
    proof("0, -0 and 0.000 are all 0", AWS_CAPTURED, _SPELLED),
    proof(
        "A zero with a far exponent is refused although its value is in range",
        AWS_CAPTURED,
        *_put("number 0e126", "number 0e-131"),
    ),
    proof("0.0e126 is a zero that is accepted", AWS_CAPTURED, _SPELLED),
    proof(
        "Exponents far outside are refused at once as overflow",
        AWS_CAPTURED,
        *_put("number 1e1000000000", "number 1.0e100000000"),
    ),
    proof("An empty number is refused without its text", AWS_CAPTURED, *_put("an empty number")),
    proof(
        "A number of bad syntax is refused with its text",
        AWS_CAPTURED,
        *_put("a word for a number"),
    ),
    proof("39 significant digits are refused in their own words", AWS_CAPTURED, *_put("39 digits")),
    proof("A magnitude of 1E126 is an overflow", AWS_CAPTURED, *_put("1E126", "1E126 in a set")),
    proof("A magnitude below 1E-130 is an underflow", AWS_CAPTURED, *_put("9E-131")),
    proof(
        "Faults of numbers come bare on every operation",
        AWS_CAPTURED,
        *(
            f"fact: value of a {place}: a word for a number"
            for place in (
                *("put", "update's key", "legacy update", "delete's key", "get's key"),
                *("batch write", "batch delete", "batch get", "transaction", "filter"),
                *("scan's filter", "key condition", "expectation"),
            )
        ),
    ),
    proof(
        "A bad number in ExpressionAttributeValues is wrapped and names the value's key",
        AWS_CAPTURED,
        "fact: PutItem: value: a word for a number",
        "fact: Query: value: a word for a number",
    ),
    proof(
        "Numbers come back in plain notation, never with an exponent, sign or needless zeros",
        AWS_CAPTURED,
        _SPELLED,
    ),
    _spelling("1.0, 1., +1 or 001", "1"),
    _spelling(".5 or 0.50", "0.5"),
    _spelling("-0, 0.0 or 0e5", "0"),
    _spelling("-.5", "-0.5"),
    _spelling("12e-1", "1.2"),
    _spelling("1e3", "1000"),
    _spelling("1e-3", "0.001"),
    _spelling("123.4500", "123.45"),
    _spelling("1e125", "1 and 125 zeros"),
    _spelling("1e-130", "a fraction of 129 zeros and 1"),
    _spelling("of 38 digits and two zeros", "it was given"),
    _spelling("0.1e1", "1 as well"),
    proof(
        "The canonical form is used in sets, keys, LastEvaluatedKey and returned values",
        AWS_CAPTURED,
        _SPELLED,
        _RETURNED,
        _KEYS,
        _ONE_ITEM,
    ),
    proof(
        "Keys of one value are one item, as partition key, sort key and index key",
        AWS_CAPTURED,
        _KEYS,
        _ONE_ITEM,
    ),
    proof(
        "Number sets are compared, added to and taken from by value",
        AWS_CAPTURED,
        _SETS,
        "tests/wire/test_conditions.py::test_a_condition_says_of_an_item",
    ),
    proof("=, IN and contains compare numbers by value", AWS_CAPTURED, _SETS),
    proof(
        "BatchWriteItem takes keys of one numeric value for duplicates",
        AWS_CAPTURED,
        f"{_WIRE}test_a_batch_write_takes_keys_of_one_value_for_duplicates",
    ),
    proof(
        "BatchGetItem compares keys by their text",
        AWS_CAPTURED,
        f"{_WIRE}test_a_batch_get_compares_its_keys_by_text",
    ),
    proof(
        "Sort keys order numerically over the full range",
        AWS_CAPTURED,
        f"{_WIRE}test_numbers_sort_over_the_whole_range",
        "tests/model/test_numbers.py::test_key_bytes_sort_as_the_numbers_do",
    ),
    proof("Sums, differences and ADD are exact decimal arithmetic", AWS_CAPTURED, _SUMS, _ADDS),
    proof("A result of 1E126 or more is an overflow", AWS_CAPTURED, _SUMS, _ADDS),
    proof(
        "A result of more than 38 significant digits is refused as an overflow, not rounded",
        AWS_CAPTURED,
        _SUMS,
        _ADDS,
    ),
)
