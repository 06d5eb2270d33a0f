"""The parameters from before expressions: what mixes, what is refused, what they say and do."""

from __future__ import annotations

from tests.facts.conditions import EVERY_TYPE
from tests.facts.fact import AWS_CAPTURED, DOCS
from tests.facts.proof import Proof, proof

_WIRE = "tests/wire/test_legacy.py::"
_SAYS = f"{_WIRE}test_an_expectation_says_of_an_item"
_FILTERS = f"{_WIRE}test_a_filter_says_of_an_item"
_JOINED = f"{_WIRE}test_conditions_are_joined_by_and_or_by_or"
_EMPTY = f"{_WIRE}test_empty_conditions_are_none"
_UPDATES = f"{_WIRE}test_attribute_updates_do_what_they_say"
_MADE = f"{_WIRE}test_what_attribute_updates_make_of_a_missing_item"
_MISMATCH = f"{_WIRE}test_attribute_updates_of_another_type_are_refused"
_NAMES = f"{_WIRE}test_attributes_to_get_are_literal_names_in_any_order"
_BESIDE = (
    "tests/wire/test_key_conditions.py::test_key_conditions_may_stand_beside_other_expressions"
)
_FINDS = "tests/wire/test_key_conditions.py::test_key_conditions_find_the_same"
_EXPECTED = ("expected", "expected, enveloped", "expected of an update")
_EVERYWHERE = (*_EXPECTED, "query filter", "scan filter", "key conditions")
_UNORDERED = ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
_ALL = "all legacy parameters beside all expressions"


def _expected(fact: str, *names: str) -> Proof:
    rows = (f"fact: {place}: {name}" for place in _EXPECTED for name in names)
    return proof(fact, AWS_CAPTURED, *rows)


def _compared(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: {place}: {name}" for place in _EVERYWHERE for name in names)


def _facts(*names: str) -> tuple[str, ...]:
    return tuple(f"fact: {name}" for name in names)


MIXING: tuple[Proof, ...] = (
    proof(
        "Legacy parameters beside expressions are refused with both lists of what is present",
        AWS_CAPTURED,
        *_facts(f"UpdateItem: {_ALL}", f"Query: {_ALL}", f"Scan: {_ALL}"),
    ),
    proof(
        "PutItem and DeleteItem do not take Expected beside ConditionExpression",
        AWS_CAPTURED,
        *_facts(
            "PutItem: Expected beside a condition",
            "DeleteItem: an empty Expected beside a condition",
        ),
    ),
    proof(
        "UpdateItem lists AttributeUpdates and Expected, then UpdateExpression and the condition",
        AWS_CAPTURED,
        *_facts(f"UpdateItem: {_ALL}", "UpdateItem: AttributeUpdates beside a condition"),
    ),
    proof(
        "GetItem and BatchGetItem do not take AttributesToGet beside ProjectionExpression",
        AWS_CAPTURED,
        *_facts(
            "GetItem: AttributesToGet beside a projection",
            "BatchGetItem: AttributesToGet beside a projection",
            "mix over tables",
        ),
    ),
    proof(
        "Query lists its four legacy parameters and its three expressions in their order",
        AWS_CAPTURED,
        *_facts(f"Query: {_ALL}"),
    ),
    proof(
        "Scan lists its three legacy parameters and its two expressions in their order",
        AWS_CAPTURED,
        *_facts(f"Scan: {_ALL}"),
    ),
    proof(
        "KeyConditions beside FilterExpression or ProjectionExpression are legal and not counted",
        AWS_CAPTURED,
        _BESIDE,
        *_facts("Query: KeyConditions do not count without a key condition"),
    ),
    proof(
        "A null parameter counts as absent in a mix",
        AWS_CAPTURED,
        f"{_WIRE}test_null_members_count_as_absent",
    ),
    proof(
        "An empty map of conditions counts as present in a mix",
        AWS_CAPTURED,
        *_facts("DeleteItem: an empty Expected beside a condition"),
    ),
    proof(
        "A mix is refused behind the envelope on PutItem and UpdateItem, bare elsewhere",
        AWS_CAPTURED,
        *_facts(
            "PutItem: Expected beside a condition",
            "UpdateItem: AttributeUpdates beside a condition",
            "DeleteItem: an empty Expected beside a condition",
        ),
    ),
    proof(
        "A mix comes before names and values without an expression, names before values",
        AWS_CAPTURED,
        *_facts("DeleteItem: mix | names", "DeleteItem: names | values"),
    ),
)
EXPECTED: tuple[Proof, ...] = (
    proof(
        "Expected takes Exists false, a Value with or without Exists true, or a comparison",
        AWS_CAPTURED,
        _SAYS,
    ),
    _expected(
        "Expected does not take Value and AttributeValueList together",
        "both spellings of the values",
    ),
    _expected(
        "Expected does not take Exists and ComparisonOperator together", "an operator and Exists"
    ),
    _expected("A comparison in Expected needs values", "an operator without values"),
    _expected("AttributeValueList in Expected needs a comparison", "values without operator"),
    _expected(
        "Expected needs a Value unless Exists is false", "nothing", "Exists true without Value"
    ),
    _expected("Expected takes no Value where Exists is false", "Exists false with Value"),
    proof(
        "A comparison with a wrong number of values is refused with its operator",
        AWS_CAPTURED,
        *_compared("EQ without values", "EQ of two values", "NULL of one value"),
    ),
    proof(
        "The values of IN and BETWEEN have one type",
        AWS_CAPTURED,
        *_compared("IN of two types", "BETWEEN of two types"),
    ),
    proof(
        "An operator that does not fit the type is refused, in Expected as well",
        AWS_CAPTURED,
        *_compared("LT of SS", "BEGINS_WITH of N"),
    ),
    proof(
        "A legacy BETWEEN with reversed bounds is refused without a prefix",
        AWS_CAPTURED,
        *_compared("BETWEEN the wrong way round"),
    ),
    proof(
        "Bad values inside Expected are refused in the words of values, bare",
        AWS_CAPTURED,
        "fact: value of a expectation: no type",
        "fact: value of a expectation: no strings",
        "fact: value of a expectation: a word for a number",
    ),
    proof(
        "An unknown operator breaks the model",
        AWS_CAPTURED,
        *_facts("expected: an unknown operator"),
    ),
    proof(
        "Filters and KeyConditions without an operator break the model; Expected does not",
        AWS_CAPTURED,
        *_facts(
            "no operator in QueryFilter",
            "no operator in KeyConditions",
            "no operator in ScanFilter",
        ),
        _SAYS,
    ),
    proof(
        "NULL and NOT_NULL take no values",
        AWS_CAPTURED,
        *_compared("NULL of one value", "NOT_NULL of one value"),
        _SAYS,
    ),
    proof(
        "EQ, NE, LT, LE, GT, GE, CONTAINS, NOT_CONTAINS and BEGINS_WITH take one value",
        AWS_CAPTURED,
        *_compared(
            *(
                f"{operator} {count}"
                for operator in (
                    *("EQ", "NE", "LT", "LE", "GT", "GE"),
                    *("CONTAINS", "NOT_CONTAINS", "BEGINS_WITH"),
                )
                for count in ("without values", "of two values")
            )
        ),
    ),
    proof(
        "BETWEEN takes two values",
        AWS_CAPTURED,
        *_compared("BETWEEN of one value", "BETWEEN of three values", "BETWEEN without values"),
    ),
    proof("IN takes one value or more", AWS_CAPTURED, *_compared("IN without values"), _SAYS),
    proof(
        "LT, LE, GT, GE, BETWEEN and IN take S, N and B",
        AWS_CAPTURED,
        *_compared(
            *(
                f"{operator} of {kind}"
                for operator in ("LT", "LE", "GT", "GE", "BETWEEN", "IN")
                for kind in _UNORDERED
            )
        ),
        _SAYS,
    ),
    proof(
        "CONTAINS and NOT_CONTAINS take no sets, lists and maps",
        AWS_CAPTURED,
        *_compared(
            *(
                f"{operator} of {kind}"
                for operator in ("CONTAINS", "NOT_CONTAINS")
                for kind in ("SS", "NS", "BS", "L", "M")
            )
        ),
        "tests/operations/test_legacy.py::test_each_operator_has_its_node_in_every_parameter",
    ),
    proof(
        "BEGINS_WITH takes S and B",
        AWS_CAPTURED,
        *_compared(*(f"BEGINS_WITH of {kind}" for kind in EVERY_TYPE if kind not in ("S", "B"))),
        _SAYS,
    ),
    proof("EQ and NE take all types", AWS_CAPTURED, _SAYS, _FILTERS),
    proof("ConditionalOperator joins by AND or OR, AND by itself", AWS_CAPTURED, _JOINED),
    proof(
        "ConditionalOperator is known in capitals alone",
        AWS_CAPTURED,
        *_facts(
            "an unknown conditional operator of PutItem", "an unknown conditional operator of Scan"
        ),
    ),
    proof(
        "ConditionalOperator without conditions, or with empty ones, is refused",
        AWS_CAPTURED,
        *(
            f"fact: conditional operator, {what} {member}"
            for what, members in (
                ("no", ("Expected", "QueryFilter", "ScanFilter")),
                ("an empty", ("Expected", "QueryFilter", "ScanFilter")),
            )
            for member in members
        ),
    ),
    proof("An empty Expected is no condition", AWS_CAPTURED, _EMPTY),
    proof("EQ and NE are deep equality; the order of sets does not count", AWS_CAPTURED, _SAYS),
    proof("NE is true of a missing attribute and of another type", AWS_CAPTURED, _SAYS, _FILTERS),
    proof("LT, LE, GT and GE are false of a missing attribute or type", AWS_CAPTURED, _SAYS),
    proof(
        "NULL is true of a missing attribute alone, NOT_NULL of every other, a stored NULL too",
        AWS_CAPTURED,
        _SAYS,
        _FILTERS,
        "tests/wire/test_values.py::test_a_null_is_a_value_and_no_absence",
    ),
    proof("CONTAINS finds parts, members and elements", AWS_CAPTURED, _SAYS, _FILTERS),
    proof(
        "NOT_CONTAINS is false of a missing attribute and else the opposite of CONTAINS",
        AWS_CAPTURED,
        _SAYS,
        _FILTERS,
    ),
    proof("BEGINS_WITH compares beginnings of strings and binaries", AWS_CAPTURED, _SAYS, _FILTERS),
    proof("A Value with Exists true is like EQ", AWS_CAPTURED, _SAYS),
    proof(
        "An expectation that does not hold is a ConditionalCheckFailedException",
        AWS_CAPTURED,
        _SAYS,
    ),
    proof(
        "Names in legacy parameters are literal: dots and brackets are no paths",
        AWS_CAPTURED,
        _SAYS,
        _FILTERS,
        _UPDATES,
        _NAMES,
    ),
)
UPDATES: tuple[Proof, ...] = (
    proof("An entry of AttributeUpdates without Action puts its Value", AWS_CAPTURED, _UPDATES),
    proof(
        "PUT and ADD need a Value",
        AWS_CAPTURED,
        *_facts(
            "legacy update: no value",
            "legacy update: PUT without value",
            "legacy update: ADD without value",
        ),
    ),
    proof(
        "DELETE with a Value takes sets alone",
        AWS_CAPTURED,
        *(f"fact: legacy update: DELETE of a {kind}" for kind in ("S", "N", "B", "BOOL", "NULL")),
        *(f"fact: legacy update: DELETE of a {kind}" for kind in ("L", "M")),
    ),
    proof(
        "ADD does not take S, B, BOOL, NULL and M",
        AWS_CAPTURED,
        *(f"fact: legacy update: ADD of a {kind}" for kind in ("S", "B", "BOOL", "NULL", "M")),
    ),
    proof("ADD takes N, sets and lists", AWS_CAPTURED, _UPDATES),
    proof("An unknown Action breaks the model", AWS_CAPTURED, *_facts("an unknown action")),
    proof(
        "ADD and DELETE on a stored value of another type are a type mismatch",
        AWS_CAPTURED,
        _MISMATCH,
    ),
    proof("A set of another member type is a type mismatch", AWS_CAPTURED, _MISMATCH),
    proof(
        "AttributeUpdates may not name a key",
        AWS_CAPTURED,
        *_facts("legacy update: a key", "legacy update: a key removed"),
    ),
    proof("DELETE without a Value removes, also what is not there", AWS_CAPTURED, _UPDATES),
    proof("DELETE of a set is the difference; an empty rest removes", AWS_CAPTURED, _UPDATES),
    proof("ADD of a number sums, a missing attribute is 0", AWS_CAPTURED, _UPDATES, _MADE),
    proof("ADD of a set is the union in AttributeUpdates", AWS_CAPTURED, _UPDATES),
    proof("ADD of a list appends to the list", AWS_CAPTURED, _UPDATES),
    proof("DELETEs alone make nothing of a missing item", AWS_CAPTURED, _MADE),
    proof("Empty AttributeUpdates are like no update", AWS_CAPTURED, _MADE, _UPDATES),
    proof(
        "AttributeUpdates of index keys have the texts of index keys",
        AWS_CAPTURED,
        *_facts("index key by legacy update: another type", "index key by legacy update: empty"),
    ),
)
RANGES: tuple[Proof, ...] = (
    proof(
        "Filters and KeyConditions are checked as Expected: values, number, types, bounds",
        AWS_CAPTURED,
        *_compared("number | types", "one type | operator's type", "BETWEEN the wrong way round"),
        "fact: value of a filter: no type",
        "fact: value of a key condition: no type",
    ),
    proof(
        "The hash key of KeyConditions takes EQ alone",
        AWS_CAPTURED,
        *(
            f"fact: key conditions: partition key {operator}"
            for operator in ("LE", "LT", "GE", "GT", "BEGINS_WITH", "BETWEEN")
        ),
    ),
    proof(
        "The range key of KeyConditions takes EQ, LT, LE, GT, GE, BETWEEN and BEGINS_WITH",
        DOCS,
        _FINDS,
    ),
    proof(
        "Operators that no key has are not indexable, on either key",
        AWS_CAPTURED,
        *(
            f"fact: key conditions: {key} key {operator}"
            for key in ("partition", "sort")
            for operator in ("NULL", "NOT_NULL", "NE", "IN", "CONTAINS", "NOT_CONTAINS")
        ),
    ),
    proof(
        "BEGINS_WITH of a number is refused with the operator's name",
        AWS_CAPTURED,
        *_facts("key conditions: BEGINS_WITH of N"),
    ),
    proof("Empty KeyConditions are refused", AWS_CAPTURED, *_facts("key conditions: none")),
    proof(
        "KeyConditions beside KeyConditionExpression are a mix",
        AWS_CAPTURED,
        *_facts("Query: both forms of key conditions"),
    ),
    proof("An empty QueryFilter or ScanFilter is legal", AWS_CAPTURED, _EMPTY),
    proof(
        "QueryFilter may not name a key of what is read",
        AWS_CAPTURED,
        *_facts("query filter on the partition key", "query filter on the index's key"),
    ),
    proof(
        "ScanFilter may name keys",
        AWS_CAPTURED,
        f"{_WIRE}test_a_scan_may_be_filtered_by_keys",
    ),
    proof(
        "AttributesToGet does not take a name twice",
        AWS_CAPTURED,
        *(
            f"fact: {operation}: a name twice in AttributesToGet"
            for operation in ("GetItem", "Query", "Scan", "BatchGetItem")
        ),
    ),
    proof(
        "AttributesToGet takes top-level names alone, in any order, missing ones in silence",
        AWS_CAPTURED,
        _NAMES,
    ),
    proof(
        "AttributesToGet obeys the rules of Select",
        AWS_CAPTURED,
        *_facts("COUNT with AttributesToGet"),
        _NAMES,
    ),
)
PROOFS = (*MIXING, *EXPECTED, *UPDATES, *RANGES)
