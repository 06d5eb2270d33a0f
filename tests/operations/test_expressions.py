"""A request's expressions: every refusal in the service's words and order, and what is bound."""

from __future__ import annotations

from typing import Any

import pytest

from dynalite_py.language import nodes, parse
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.operations import expressions
from dynalite_py.operations.expressions import Members

Request = dict[str, Any]

PUT, DELETE, UPDATE = expressions.PUT, expressions.DELETE, expressions.UPDATE
GET, QUERY, SCAN = expressions.GET, expressions.QUERY, expressions.SCAN
ENVELOPE = "1 validation error detected: "
INVALID = "One or more parameter values were invalid: "

S, N, L = {"S": "a"}, {"N": "1"}, {"L": [{"S": "a"}]}
BOOL = {"BOOL": True}


def request(
    names: dict[str, str] | None = None, values: dict[str, Any] | None = None, **members: Any
) -> Request:
    """A request with these members."""
    asked: Request = dict(members)
    if names is not None:
        asked["ExpressionAttributeNames"] = names
    if values is not None:
        asked["ExpressionAttributeValues"] = values
    return asked


def refusal(members: Members, asked: Request) -> str | None:
    with pytest.raises(DynamoDBError) as caught:
        expressions.bound(members, asked)
    assert caught.value.code == "ValidationException"
    return caught.value.message


def typed(*kinds: dict[str, Any]) -> dict[str, Any]:
    """Values ``:a``, ``:b``... of these."""
    return {f":{name}": kind for name, kind in zip("abcdef", kinds, strict=False)}


OPERAND_TYPE = "Incorrect operand type for operator or function; operator or function: "
OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
IN_ORDER = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "


def test_faults_of_conditions_and_updates_are_enveloped_on_put_and_update_alone() -> None:
    static = request(values=typed({"SS": ["a"]}), ConditionExpression="x < :a")
    text = f"Invalid ConditionExpression: {OPERAND_TYPE}<, operand type: SS"
    of_values = request(values=typed({"N": "2"}, N), ConditionExpression="x BETWEEN :a AND :b")
    for members in (PUT, UPDATE):
        assert refusal(members, static) == ENVELOPE + text
        assert (refusal(members, of_values) or "").startswith(f"{ENVELOPE}Invalid ")
    for members in (DELETE, expressions.TRANSACT_PUT, expressions.TRANSACT_UPDATE):
        assert refusal(members, static) == text
        assert (refusal(members, of_values) or "").startswith("Invalid ")


def test_faults_of_updates_are_enveloped_on_update_item_alone() -> None:
    asked = request(UpdateExpression="REMOVE a, a")
    text = f"Invalid UpdateExpression: {OVERLAP}path one: [a], path two: [a]"
    assert refusal(UPDATE, asked) == ENVELOPE + text
    assert refusal(expressions.TRANSACT_UPDATE, asked) == text


def test_faults_of_key_conditions_come_bare() -> None:
    asked = request(values=typed(S), KeyConditionExpression="a <> :a")
    assert refusal(QUERY, asked) == "Invalid operator used in KeyConditionExpression: <>"


ONLY = "can only be specified when using expressions"
NAMES, VALUES = "ExpressionAttributeNames", "ExpressionAttributeValues"
MIX = "Can not use both expression and non-expression parameters in the same request: "
CONDITION: dict[str, Any] = {"ConditionExpression": "a = :a"}
MAP_FAULTS: list[tuple[Members, Request, str]] = [
    # Without an expression.
    (PUT, request({"#a": "a"}), f"{ENVELOPE}{NAMES} {ONLY}"),
    (PUT, request(values=typed(S)), f"{ENVELOPE}{VALUES} {ONLY}"),
    (UPDATE, request(values={}), f"{ENVELOPE}{VALUES} {ONLY}"),
    (UPDATE, request({"#a": "a"}, AttributeUpdates={}), f"{ENVELOPE}{NAMES} {ONLY}"),
    (DELETE, request({"#a": "a"}, typed(S)), f"{NAMES} {ONLY}"),
    (DELETE, request(values=typed(S)), f"{VALUES} {ONLY}: ConditionExpression is null"),
    (
        expressions.TRANSACT_UPDATE,
        request(values=typed(S)),
        f"{VALUES} {ONLY}: UpdateExpression and ConditionExpression are null",
    ),
    (
        QUERY,
        request(values=typed(S), ProjectionExpression="a"),
        f"{VALUES} {ONLY}: FilterExpression and KeyConditionExpression are null",
    ),
    (SCAN, request(values=typed(S)), f"{VALUES} {ONLY}: FilterExpression is null"),
    (GET, request({"#a": "a"}, AttributesToGet=["a"]), f"{NAMES} {ONLY}"),
    # The maps themselves.
    (DELETE, request({}, typed(S), **CONDITION), f"{NAMES} must not be empty"),
    (PUT, request(values={}, **CONDITION), f"{VALUES} must not be empty"),
    *(
        (
            PUT,
            request({key: "a"}, typed(S), **CONDITION),
            f'{NAMES} contains invalid key: Syntax error; key: "{key}"',
        )
        for key in ("a", "#", "", "#a.b", "##a", "#a ", ":a", "#é", "#a\n")
    ),
    *(
        (
            PUT,
            request(values={key: S}, **CONDITION),
            f'{VALUES} contains invalid key: Syntax error; key: "{key}"',
        )
        for key in ("b", ":", "", ":a.b", "#a", ":a\n")
    ),
    (
        DELETE,
        request({"a": "a"}, {"b": {}}, **CONDITION),
        f'{NAMES} contains invalid key: Syntax error; key: "a"',
    ),
    (
        DELETE,
        request(values={":a": {}, "b": S}, **CONDITION),
        f'{VALUES} contains invalid key: Syntax error; key: "b"',
    ),
    *(
        (
            PUT,
            request(values={":b": value}, **CONDITION),
            f"{VALUES} contains invalid value: {text} for key :b",
        )
        for value, text in [
            (
                {},
                (
                    "Supplied AttributeValue is empty, "
                    "must contain exactly one of the supported datatypes"
                ),
            ),
            (
                {"S": "a", "BOOL": True},
                (
                    "Supplied AttributeValue has more than one datatypes set, "
                    "must contain exactly one of the supported datatypes"
                ),
            ),
            ({"N": "b"}, "The parameter cannot be converted to a numeric value: b"),
            ({"SS": []}, INVALID + "An string set  may not be empty"),
            ({"L": [{"NS": ["1", "1.0"]}]}, "Input collection contains duplicates"),
        ]
    ),
    (
        DELETE,
        request(values={":a": {"NULL": False}}, **CONDITION),
        INVALID + "Null attribute value types must have the value of true",
    ),
    (
        PUT,
        request(values={":a": {"L": [{"NULL": False}]}}, **CONDITION),
        ENVELOPE + INVALID + "Null attribute value types must have the value of true",
    ),
    (
        DELETE,
        request({"#a": ""}, typed(S), ConditionExpression="#a = :a"),
        f"{NAMES} contains invalid value: Empty attribute name for key #a",
    ),
    # Unused entries come last, and bare.
    (
        PUT,
        request({"#a": "a", "#b": "b"}, typed(S), ConditionExpression="#b = :a"),
        f"Value provided in {NAMES} unused in expressions: keys: {{#a}}",
    ),
    (
        UPDATE,
        request(values=typed(S, N, S), UpdateExpression="SET x = :a"),
        f"Value provided in {VALUES} unused in expressions: keys: {{:b, :c}}",
    ),
    (
        DELETE,
        request({"#b": "b"}, typed(S, S), **CONDITION),
        f"Value provided in {NAMES} unused in expressions: keys: {{#b}}",
    ),
    (
        QUERY,
        request({"#b": "b"}, typed(S), KeyConditionExpression="a = :a", ProjectionExpression="a,a"),
        f"Invalid ProjectionExpression: {OVERLAP}path one: [a], path two: [a]",
    ),
    # Mixing.
    (
        PUT,
        request(Expected={}, **CONDITION),
        (
            f"{ENVELOPE}{MIX}Non-expression parameters: {{Expected}} "
            "Expression parameters: {ConditionExpression}"
        ),
    ),
    (
        DELETE,
        request(Expected={}, ConditionExpression=""),
        (
            f"{MIX}Non-expression parameters: {{Expected}} "
            "Expression parameters: {ConditionExpression}"
        ),
    ),
    (
        UPDATE,
        request(Expected={}, AttributeUpdates={}, UpdateExpression="", **CONDITION),
        (
            f"{ENVELOPE}{MIX}Non-expression parameters: {{AttributeUpdates, Expected}} "
            "Expression parameters: {UpdateExpression, ConditionExpression}"
        ),
    ),
    (
        GET,
        request(AttributesToGet=["a"], ProjectionExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{AttributesToGet}} "
            "Expression parameters: {ProjectionExpression}"
        ),
    ),
    (
        QUERY,
        request(
            AttributesToGet=["a"],
            QueryFilter={},
            ConditionalOperator="AND",
            KeyConditions={},
            ProjectionExpression="a",
            FilterExpression="a",
            KeyConditionExpression="a",
        ),
        (
            f"{MIX}Non-expression parameters: "
            "{AttributesToGet, QueryFilter, ConditionalOperator, KeyConditions} "
            "Expression parameters: "
            "{ProjectionExpression, FilterExpression, KeyConditionExpression}"
        ),
    ),
    (
        QUERY,
        request(KeyConditions={}, QueryFilter={}, FilterExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{QueryFilter}} "
            "Expression parameters: {FilterExpression}"
        ),
    ),
    (
        SCAN,
        request(ScanFilter={}, ConditionalOperator="OR", FilterExpression="a"),
        (
            f"{MIX}Non-expression parameters: {{ScanFilter, ConditionalOperator}} "
            "Expression parameters: {FilterExpression}"
        ),
    ),
    # The order of the expressions.
    (
        UPDATE,
        request(values=typed(S), ConditionExpression="x", UpdateExpression="y"),
        f'{ENVELOPE}Invalid UpdateExpression: Syntax error; token: "y", near: "y"',
    ),
    (
        QUERY,
        request(ProjectionExpression="", FilterExpression="", KeyConditionExpression=""),
        "Invalid KeyConditionExpression: The expression can not be empty;",
    ),
    (
        PUT,
        request(ConditionExpression=""),
        f"{ENVELOPE}Invalid ConditionExpression: The expression can not be empty;",
    ),
]


@pytest.mark.parametrize(("members", "asked", "message"), MAP_FAULTS)
def test_a_request_is_refused_for_its_members(
    members: Members, asked: Request, message: str
) -> None:
    assert refusal(members, asked) == message


def test_values_too_deep_are_refused_without_wrapper() -> None:
    deep: dict[str, Any] = S
    for _ in range(33):
        deep = {"L": [deep]}
    message = refusal(PUT, request(values={":a": deep}, **CONDITION))
    assert (message or "").startswith("Nesting Levels have exceeded supported limits")


def test_bad_base64_in_a_value_stays_a_serialization_error() -> None:
    with pytest.raises(DynamoDBError) as caught:
        expressions.bound(PUT, request(values={":a": {"B": "YQ"}}, **CONDITION))
    assert caught.value.code == "SerializationException"


@pytest.mark.parametrize("members", [PUT, DELETE, UPDATE, GET, QUERY, SCAN])
def test_a_request_without_expressions_binds_nothing_at_no_cost(members: Members) -> None:
    assert expressions.bound(members, {"TableName": "t", "Key": {}}) is expressions.NOTHING


def test_null_members_count_as_absent() -> None:
    asked = request(ConditionExpression=None, Expected=None, ExpressionAttributeNames=None)
    assert expressions.bound(PUT, asked) == expressions.NOTHING


def test_names_may_hold_what_no_plain_name_can() -> None:
    asked = request({"#0": "a.b[0] name", "#_": "size"}, ProjectionExpression="#0, #_")
    projection = expressions.bound(GET, asked).projection
    assert projection is not None
    assert projection.of({"a.b[0] name": S, "size": N, "a": S}) == {"a.b[0] name": S, "size": N}


def test_long_names_are_not_remembered() -> None:
    def misses(name: str) -> int:
        before = expressions.cache()[1]
        expressions.bound(GET, request({"#long": name}, ProjectionExpression="#long"))
        return expressions.cache()[1] - before

    assert [misses("n" * 8192), misses("n" * 8192)] == [1, 0]
    assert [misses("n" * 8193), misses("n" * 8193)] == [0, 0]


def test_a_projection_only_operation_has_no_values() -> None:
    asked = request(values={":v": {"no": "type"}}, ProjectionExpression="a")
    assert expressions.bound(GET, asked).projection is not None
    del asked["ProjectionExpression"]
    assert expressions.bound(GET, asked) is expressions.NOTHING


def test_one_map_serves_all_expressions_of_a_request() -> None:
    asked = request(
        {"#k": "k", "#f": "f"},
        typed(S, N),
        KeyConditionExpression="#k = :a",
        FilterExpression="#f > :b OR #k = :a",
        ProjectionExpression="#f",
    )
    bound = expressions.bound(QUERY, asked)
    assert bound.filter is not None
    assert bound.filter.holds({"f": {"N": "2"}})
    assert not bound.filter.holds({"f": {"N": "1"}})
    assert bound.filter.values == typed(S, N)
    assert bound.projection is not None
    assert bound.projection.names == ("f",)
    assert bound.key_condition is not None


def test_key_conditions_may_stand_beside_a_filter_expression() -> None:
    asked = request(
        values=typed(S),
        KeyConditions={"k": {"ComparisonOperator": "EQ", "AttributeValueList": [N]}},
        FilterExpression="x = :a",
    )
    bound = expressions.bound(QUERY, asked)
    assert bound.key_condition is not None
    assert bound.key_condition.node == nodes.Comparison("=", nodes.Path(("k",)), nodes.Constant(N))
    assert bound.filter is not None


def test_a_warm_request_parses_no_text() -> None:
    def asked(value: str) -> Request:
        return request(
            {"#c": "counter"},
            {":one": {"N": value}, ":low": N, ":high": {"N": "5"}},
            UpdateExpression="SET #c = #c + :one",
            ConditionExpression="#c BETWEEN :low AND :high",
        )

    expressions.bound(UPDATE, asked("1"))
    before = parse.parses(), expressions.cache()[1]
    bound = expressions.bound(UPDATE, asked("2.50"))
    assert (parse.parses(), expressions.cache()[1]) == before
    assert bound.update is not None
    assert bound.update.apply({"counter": N}, {}) == {"counter": {"N": "3.5"}}


def test_a_warm_request_with_values_of_other_types_is_checked_again() -> None:
    def asked(value: dict[str, Any]) -> Request:
        return request(values={":v": value}, ConditionExpression="checked_again < :v")

    expressions.bound(PUT, asked(N))
    assert refusal(PUT, asked(BOOL)) == (
        f"{ENVELOPE}Invalid ConditionExpression: {OPERAND_TYPE}<, operand type: BOOL"
    )


def test_a_warm_request_with_other_bounds_is_checked_again() -> None:
    def asked(low: str) -> Request:
        values = {":low": {"N": low}, ":high": {"N": "5"}}
        return request(values=values, ConditionExpression="a BETWEEN :low AND :high")

    expressions.bound(PUT, asked("5"))
    assert IN_ORDER in (refusal(PUT, asked("5.1")) or "")


def test_a_bound_update_tells_its_targets_and_constants() -> None:
    asked = request(
        {"#b": "b"},
        typed(S, N),
        UpdateExpression="SET a = :a, #b.c[0] = :a, d = a, e = e + :b REMOVE f",
    )
    update = expressions.bound(UPDATE, asked).update
    assert update is not None
    assert update.names == {"a", "b", "d", "e", "f"}
    assert update.nested == (nodes.Path(("b", "c", 0)),)
    assert update.literals == {"a": S}


def test_legacy_parameters_bind_to_the_same_closures() -> None:
    asked = request(
        Expected={"a": {"Value": N}},
        AttributeUpdates={"b": {"Action": "ADD", "Value": L}, "c": {"Value": S}},
    )
    bound = expressions.bound(UPDATE, asked)
    assert bound.condition is not None
    assert bound.condition({"a": {"N": "1"}})
    assert not bound.condition(None)
    assert bound.update is not None
    assert bound.update.apply({"b": L}, {}) == {"b": {"L": [S, S]}, "c": S}
    assert bound.update.literals == {"c": S}


def test_a_legacy_update_of_another_type_is_refused_in_its_own_words() -> None:
    asked = request(AttributeUpdates={"b": {"Action": "ADD", "Value": N}})
    update = expressions.bound(UPDATE, asked).update
    assert update is not None
    with pytest.raises(DynamoDBError, match="Type mismatch for attribute to update"):
        update.apply({"b": S}, {})


def test_a_conditional_operator_alone_is_refused() -> None:
    for members in (PUT, QUERY, SCAN):
        assert "ConditionalOperator" in (refusal(members, request(ConditionalOperator="OR")) or "")


def test_a_malformed_expectation_is_enveloped_on_put_and_update_alone() -> None:
    asked = request(Expected={"a": {}})
    text = INVALID + "Value must be provided when Exists is null for Attribute: a"
    assert refusal(PUT, asked) == ENVELOPE + text
    assert refusal(DELETE, asked) == text


@pytest.mark.parametrize(("member", "members"), [("QueryFilter", QUERY), ("ScanFilter", SCAN)])
def test_a_legacy_filter_is_a_filter(member: str, members: Members) -> None:
    condition: Any = {"a": {"ComparisonOperator": "GT", "AttributeValueList": [N]}}
    bound = expressions.bound(members, {member: condition, "AttributesToGet": ["a"]})
    assert bound.filter is not None
    assert bound.filter.holds({"a": {"N": "2"}})
    assert not bound.filter.holds({"a": {"N": "1"}})
    assert bound.projection is not None
    assert bound.projection.of({"a": N, "b": S}) == {"a": N}
