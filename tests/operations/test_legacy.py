"""The parameters from before expressions: what they lower to, and how they are refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dynalite_py.language import nodes
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import legacy

INVALID = "One or more parameter values were invalid: "
PATH = nodes.Path(("a",))
ONE, TWO = {"N": "1"}, {"N": "2"}
EMPTY_LIST: dict[str, Any] = {"L": []}
EMPTY_MAP: dict[str, Any] = {"M": {}}
EMPTY: dict[str, Any] = {}


def constant(value: dict[str, Any]) -> nodes.Constant:
    return nodes.Constant(value)


def call(function: str, *arguments: nodes.Operand) -> nodes.Call:
    return nodes.Call(function, (PATH, *arguments))


def expecting(condition: dict[str, Any]) -> nodes.Condition | None:
    return legacy.expected({"Expected": {"a": condition}})


@pytest.mark.parametrize(
    ("operator", "arguments", "lowered"),
    [
        ("EQ", [ONE], nodes.Comparison("=", PATH, constant(ONE))),
        ("NE", [EMPTY_LIST], nodes.Comparison("<>", PATH, constant(EMPTY_LIST))),
        ("LT", [ONE], nodes.Comparison("<", PATH, constant(ONE))),
        ("LE", [ONE], nodes.Comparison("<=", PATH, constant(ONE))),
        ("GT", [{"S": "x"}], nodes.Comparison(">", PATH, constant({"S": "x"}))),
        ("GE", [{"B": "AA=="}], nodes.Comparison(">=", PATH, constant({"B": "AA=="}))),
        ("BETWEEN", [ONE, TWO], nodes.Between(PATH, constant(ONE), constant(TWO))),
        ("BETWEEN", [ONE, ONE], nodes.Between(PATH, constant(ONE), constant(ONE))),
        ("IN", [TWO, ONE], nodes.In(PATH, (constant(TWO), constant(ONE)))),
        ("CONTAINS", [{"BOOL": True}], call("contains", constant({"BOOL": True}))),
        (
            "NOT_CONTAINS",
            [ONE],
            nodes.And(call("attribute_exists"), nodes.Not(call("contains", constant(ONE)))),
        ),
        ("BEGINS_WITH", [{"S": "x"}], call("begins_with", constant({"S": "x"}))),
        ("NULL", [], call("attribute_not_exists")),
        ("NULL", None, call("attribute_not_exists")),
        ("NOT_NULL", [], call("attribute_exists")),
    ],
)
def test_each_operator_has_its_node_in_every_parameter(
    operator: str, arguments: list[Any] | None, lowered: nodes.Condition
) -> None:
    condition: dict[str, Any] = {"ComparisonOperator": operator}
    if arguments is not None:
        condition["AttributeValueList"] = arguments
    given = {"a": condition}
    assert legacy.expected({"Expected": given}) == lowered
    assert legacy.filter({"QueryFilter": given}, "QueryFilter") == lowered
    assert legacy.filter({"ScanFilter": given}, "ScanFilter") == lowered
    assert legacy.key_conditions({"KeyConditions": given}) == lowered


@pytest.mark.parametrize(
    ("condition", "lowered"),
    [
        ({"Exists": False}, call("attribute_not_exists")),
        ({"Value": ONE}, nodes.Comparison("=", PATH, constant(ONE))),
        ({"Value": ONE, "Exists": True}, nodes.Comparison("=", PATH, constant(ONE))),
        ({"Value": ONE, "ComparisonOperator": "LT"}, nodes.Comparison("<", PATH, constant(ONE))),
        ({"Value": None, "Exists": False}, call("attribute_not_exists")),
    ],
)
def test_expected_has_three_forms(condition: dict[str, Any], lowered: nodes.Condition) -> None:
    assert expecting(condition) == lowered


def test_values_are_canonical() -> None:
    assert expecting({"Value": {"N": "01.50"}}) == nodes.Comparison(
        "=", PATH, constant({"N": "1.5"})
    )


def test_names_with_dots_and_brackets_are_literal() -> None:
    lowered = legacy.expected({"Expected": {"a.b[0]": {"Exists": False}}})
    assert lowered == nodes.Call("attribute_not_exists", (nodes.Path(("a.b[0]",)),))


@pytest.mark.parametrize("request_members", [{}, {"Expected": {}}, {"Expected": None}])
def test_without_conditions_there_is_none(request_members: dict[str, Any]) -> None:
    assert legacy.expected(request_members) is None
    assert legacy.filter({}, "ScanFilter") is None
    assert legacy.filter({"ScanFilter": {}}, "ScanFilter") is None
    assert legacy.key_conditions({}) is None
    assert legacy.updates({}) is None
    assert legacy.projection({}) is None


def names_in_order(node: nodes.Condition | None) -> list[Any]:
    if isinstance(node, nodes.And | nodes.Or):
        return names_in_order(node.left) + names_in_order(node.right)
    assert isinstance(node, nodes.Call)
    assert isinstance(node.arguments[0], nodes.Path)
    return [node.arguments[0].parts[0]]


@pytest.mark.parametrize(
    ("operator", "join"), [(None, nodes.And), ("AND", nodes.And), ("OR", nodes.Or)]
)
def test_conditions_are_joined_in_order(operator: str | None, join: type[Any]) -> None:
    given = {name: {"ComparisonOperator": "NULL"} for name in "edcba"}
    for member in ("Expected", "QueryFilter"):
        request = {member: given, "ConditionalOperator": operator}
        node = legacy.expected(request) if member == "Expected" else legacy.filter(request, member)
        assert type(node) is join
        assert names_in_order(node) == list("edcba")


def test_a_great_many_conditions_make_a_shallow_tree() -> None:
    given = {f"a{at}": {"Exists": False} for at in range(10_000)}

    def depth(node: Any) -> int:
        return 1 + max(depth(node.left), depth(node.right)) if type(node) is nodes.Or else 0

    assert depth(legacy.expected({"Expected": given, "ConditionalOperator": "OR"})) == 14


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (
            {
                "Value": ONE,
                "AttributeValueList": [ONE],
                "Exists": False,
                "ComparisonOperator": "EQ",
            },
            INVALID + "Value and AttributeValueList cannot be used together for Attribute: a",
        ),
        (
            {"Exists": False, "ComparisonOperator": "LT"},
            INVALID + "Exists and ComparisonOperator cannot be used together for Attribute: a",
        ),
        (
            {"ComparisonOperator": "LT"},
            INVALID + "Value or AttributeValueList must be used with ComparisonOperator: LT "
            "for Attribute: a",
        ),
        (
            {"AttributeValueList": [ONE], "Exists": False},
            INVALID
            + "AttributeValueList can only be used with a ComparisonOperator for Attribute: a",
        ),
        ({}, INVALID + "Value must be provided when Exists is null for Attribute: a"),
        ({"Exists": True}, INVALID + "Value must be provided when Exists is true for Attribute: a"),
        (
            {"Exists": False, "Value": ONE},
            INVALID + "Value cannot be used when Exists is false for Attribute: a",
        ),
    ],
)
def test_malformed_expectations_are_refused(condition: dict[str, Any], message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        expecting(condition)
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)
    with pytest.raises(DynamoDBError) as enveloped:
        legacy.expected({"Expected": {"a": condition}}, enveloped=True)
    assert enveloped.value.message == "1 validation error detected: " + message


COUNT = INVALID + "Invalid number of argument(s) for the {} ComparisonOperator"
KIND = INVALID + "ComparisonOperator {} is not valid for {} AttributeValue type"
MIXED = INVALID + "AttributeValues inside AttributeValueList must be of same type"
REVERSED = (
    "The BETWEEN condition was provided a range "
    "where the lower bound is greater than the upper bound"
)


@pytest.mark.parametrize(
    ("operator", "arguments", "message"),
    [
        *((operator, [], COUNT.format(operator)) for operator in ("EQ", "IN", "BETWEEN")),
        *(
            (operator, [ONE], COUNT.format(operator))
            for operator in ("NULL", "NOT_NULL", "BETWEEN")
        ),
        *(
            (operator, [ONE, ONE], COUNT.format(operator))
            for operator in ("EQ", "NE", "LT", "GE", "CONTAINS", "NOT_CONTAINS", "BEGINS_WITH")
        ),
        ("BETWEEN", [ONE, TWO, TWO], COUNT.format("BETWEEN")),
        ("BETWEEN", [{"SS": ["a"]}, {"S": "a"}], MIXED),
        ("IN", [ONE, {"S": "a"}], MIXED),
        *(
            (operator, [{"SS": ["a"]}], KIND.format(operator, "SS"))
            for operator in ("LT", "LE", "GT", "GE", "IN", "CONTAINS", "NOT_CONTAINS")
        ),
        ("LT", [{"BOOL": True}], KIND.format("LT", "BOOL")),
        ("BETWEEN", [EMPTY_MAP, EMPTY_MAP], KIND.format("BETWEEN", "M")),
        ("BEGINS_WITH", [ONE], KIND.format("BEGINS_WITH", "N")),
        ("BETWEEN", [{"N": "10"}, {"N": "9"}], REVERSED),
        ("BETWEEN", [{"S": "\U00010000"}, {"S": "\uffff"}], REVERSED),
        ("BETWEEN", [{"B": "//8="}, {"B": "AAA="}], REVERSED),
        (
            "EQ",
            [EMPTY],
            "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes",
        ),
    ],
)
def test_comparisons_with_wrong_values_are_refused(
    operator: str, arguments: list[Any], message: str
) -> None:
    given = {"a": {"ComparisonOperator": operator, "AttributeValueList": arguments}}
    for lower in (
        lambda: legacy.expected({"Expected": given}),
        lambda: legacy.filter({"ScanFilter": given}, "ScanFilter"),
        lambda: legacy.key_conditions({"KeyConditions": given}),
    ):
        with pytest.raises(DynamoDBError) as refusal:
            lower()
        assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)


def test_a_fault_inside_a_value_is_never_enveloped() -> None:
    with pytest.raises(DynamoDBError) as refusal:
        legacy.expected({"Expected": {"a": {"Value": {"N": "x"}}}}, enveloped=True)
    message = "The parameter cannot be converted to a numeric value: x"
    assert refusal.value.message == message


@pytest.mark.parametrize("conditions", [None, {}])
def test_a_conditional_operator_needs_conditions(conditions: dict[str, Any] | None) -> None:
    with pytest.raises(DynamoDBError, match="ConditionalOperator"):
        legacy.expected({"Expected": conditions, "ConditionalOperator": "AND"})
    with pytest.raises(DynamoDBError, match="ConditionalOperator"):
        legacy.filter({"ScanFilter": conditions, "ConditionalOperator": "OR"}, "ScanFilter")


def test_a_conditional_operator_needs_two_conditions() -> None:
    condition = {"a": {"ComparisonOperator": "NULL"}}
    with pytest.raises(DynamoDBError) as refusal:
        legacy.filter({"ScanFilter": condition, "ConditionalOperator": "OR"}, "ScanFilter")
    assert refusal.value.message == (
        "ConditionalOperator can only be used when Filter or Expected has two or more elements"
    )
    both = {**condition, "b": {"ComparisonOperator": "NULL"}}
    joined = legacy.filter({"ScanFilter": both, "ConditionalOperator": "OR"}, "ScanFilter")
    assert type(joined) is nodes.Or


@pytest.mark.parametrize(
    "lower",
    [
        lambda: legacy.filter({"ScanFilter": {"": {"ComparisonOperator": "NULL"}}}, "ScanFilter"),
        lambda: legacy.projection({"AttributesToGet": ["a", ""]}),
    ],
)
def test_filters_and_projections_name_no_attribute_without_a_name(
    lower: Callable[[], object],
) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        lower()
    assert refusal.value.message == "Empty attribute name"


@pytest.mark.parametrize("count", [0, 3])
def test_key_conditions_are_one_or_two(count: int) -> None:
    given = {f"a{at}": {"ComparisonOperator": "NULL"} for at in range(count)}
    with pytest.raises(DynamoDBError) as refusal:
        legacy.key_conditions({"KeyConditions": given})
    assert refusal.value.message == "Conditions can be of length 1 or 2 only"


def test_key_conditions_are_joined_by_and_whatever_the_filter_does() -> None:
    given = {name: {"ComparisonOperator": "NULL"} for name in "ab"}
    request = {"KeyConditions": given, "QueryFilter": given, "ConditionalOperator": "OR"}
    assert type(legacy.key_conditions(request)) is nodes.And
    assert type(legacy.filter(request, "QueryFilter")) is nodes.Or


@pytest.mark.parametrize(
    ("entry", "action", "section"),
    [
        ({"Value": ONE}, nodes.SetAction(PATH, constant(ONE)), "SET"),
        ({"Value": ONE, "Action": "PUT"}, nodes.SetAction(PATH, constant(ONE)), "SET"),
        ({"Action": "DELETE"}, nodes.RemoveAction(PATH), "REMOVE"),
        (
            {"Action": "DELETE", "Value": {"NS": ["1.0"]}},
            nodes.DeleteAction(PATH, constant({"NS": ["1"]})),
            "DELETE",
        ),
        ({"Action": "ADD", "Value": ONE}, nodes.AddAction(PATH, constant(ONE)), "ADD"),
        (
            {"Action": "ADD", "Value": {"L": [ONE]}},
            nodes.AddAction(PATH, constant({"L": [ONE]})),
            "ADD",
        ),
        (
            {"Action": "ADD", "Value": {"BS": ["AA=="]}},
            nodes.AddAction(PATH, constant({"BS": ["AA=="]})),
            "ADD",
        ),
    ],
)
def test_each_entry_of_attribute_updates_has_its_action(
    entry: dict[str, Any], action: nodes.Action, section: str
) -> None:
    updates = legacy.updates({"AttributeUpdates": {"a": entry}})
    assert updates == nodes.Update((action,), (section,))


def test_attribute_updates_keep_their_order_and_name_each_section_once() -> None:
    entries = {"b": {"Value": ONE}, "a": {"Action": "DELETE"}, "c": {"Value": TWO}}
    updates = legacy.updates({"AttributeUpdates": entries})
    assert updates is not None
    assert [action.path.parts for action in updates.actions] == [("b",), ("a",), ("c",)]
    assert updates.sections == ("SET", "REMOVE")


def test_empty_attribute_updates_update_nothing() -> None:
    assert legacy.updates({"AttributeUpdates": {}}) == nodes.Update((), ())


NO_VALUE = INVALID + "Only DELETE action is allowed when no attribute value is specified"


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({}, NO_VALUE),
        ({"Action": "PUT"}, NO_VALUE),
        ({"Action": "ADD", "Value": None}, NO_VALUE),
        *(
            (
                {"Action": "DELETE", "Value": value},
                INVALID + f"DELETE action with value is not supported for the type {kind}",
            )
            for kind, value in (("S", {"S": "x"}), ("N", ONE), ("L", EMPTY_LIST))
        ),
        *(
            (
                {"Action": "ADD", "Value": value},
                INVALID + f"ADD action is not supported for the type {kind}",
            )
            for kind, value in (
                ("S", {"S": "x"}),
                ("B", {"B": "AA=="}),
                ("BOOL", {"BOOL": True}),
                ("NULL", {"NULL": True}),
                ("M", EMPTY_MAP),
            )
        ),
        (
            {"Action": "DELETE", "Value": {"N": "x"}},
            "The parameter cannot be converted to a numeric value: x",
        ),
    ],
)
def test_wrong_attribute_updates_are_refused(entry: dict[str, Any], message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        legacy.updates({"AttributeUpdates": {"a": entry}})
    assert (refusal.value.code, refusal.value.message) == ("ValidationException", message)


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("", "Empty attribute name"),
        (
            "n" * 65_536,
            INVALID + "Attribute name is too large, must be less than or equal to 65535 bytes",
        ),
    ],
)
def test_updates_make_no_attribute_whose_name_no_item_may_have(name: str, fault: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        legacy.updates({"AttributeUpdates": {name: {"Value": ONE}}})
    assert refusal.value.message == fault


def test_attributes_to_get_is_a_projection_of_literal_names() -> None:
    projection = legacy.projection({"AttributesToGet": ["a.b", "c"]})
    assert projection == nodes.Projection((nodes.Path(("a.b",)), nodes.Path(("c",))))


def test_attributes_to_get_refuses_the_first_duplicate() -> None:
    with pytest.raises(DynamoDBError) as refusal:
        legacy.projection({"AttributesToGet": ["b", "a", "c", "a", "b"]})
    assert refusal.value.message == INVALID + "Duplicate value in attribute name: a"
