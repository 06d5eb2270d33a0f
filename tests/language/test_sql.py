"""What conditions compile to: what SQLite says of stored items, what is bound, what is kept."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import apsw
import pytest

from dynalite_py.language import conditions, nodes, sql
from dynalite_py.model import codec
from dynalite_py.model.values import AttributeValue, Item

A, B = nodes.Path(("a",)), nodes.Path(("b",))
V, W = nodes.Value(":v"), nodes.Value(":w")
SIZE = nodes.Call("size", (A,))
EMPTY_LIST: AttributeValue = {"L": []}
EMPTY_MAP: AttributeValue = {"M": {}}
# Strings whose length is neither their characters nor their bytes.
ODD = '\x00é😀\U0010ffff\\u0000\\\\"\n'


def compare(operator: str, left: nodes.Operand = A, right: nodes.Operand = V) -> nodes.Comparison:
    return nodes.Comparison(operator, left, right)


def call(function: str, *arguments: nodes.Operand) -> nodes.Call:
    return nodes.Call(function, (A, *arguments))


def path(*parts: str | int) -> nodes.Path:
    return nodes.Path(parts)


def held(node: nodes.Condition, item: Item, *given: AttributeValue) -> object:
    """What the filter says of one item. given: the values of :v and :w."""
    named: dict[str, AttributeValue] = dict(zip((":v", ":w"), given, strict=False))
    compiled = sql.filter_sql(node, named)
    assert compiled is not None, "no SQL"
    db = apsw.Connection(":memory:")
    statement = f"SELECT {compiled.text} FROM (SELECT ? AS item)"
    said = db.execute(statement, (*compiled.bindings, codec.text(item))).get
    if said != sql.UNDECIDED:
        return said
    assert "\\u0000" in codec.text(item), "only NUL is left to the evaluator"
    return int(conditions.predicate(node)(item, named))


@pytest.mark.parametrize(
    ("node", "value", "given", "holds"),
    [
        (compare("="), {"S": "x"}, [{"S": "x"}], 1),
        (compare("="), {"S": "1"}, [{"N": "1"}], 0),
        (compare("="), {"B": "AA=="}, [{"B": "AA=="}], 1),
        (compare("="), {"BOOL": True}, [{"BOOL": True}], 1),
        (compare("="), {"BOOL": False}, [{"BOOL": True}], 0),
        (compare("="), {"BOOL": True}, [{"NULL": True}], 0),
        (compare("="), {"NULL": True}, [{"NULL": True}], 1),
        (compare("<>"), {"S": "x"}, [{"S": "x"}], 0),
        (compare("<>"), {"N": "1"}, [{"S": "x"}], 1),
        (compare("<"), {"N": "9"}, [{"N": "10"}], 1),
        (compare("<"), {"N": "-9"}, [{"N": "-10"}], 0),
        (compare("<"), {"N": "-1"}, [{"N": "0"}], 1),
        (compare("<"), {"S": "9"}, [{"N": "10"}], 0),
        (compare(">", V, A), {"N": "9"}, [{"N": "10"}], 1),
        (compare("<"), {"S": "\uffff"}, [{"S": "\U00010000"}], 1),
        (compare("<"), {"S": "a"}, [{"S": "a\x00"}], 1),
        (nodes.Between(A, V, W), {"N": "1"}, [{"N": "1"}, {"N": "2"}], 1),
        (nodes.Between(A, V, W), {"N": "2.1"}, [{"N": "-1"}, {"N": "2"}], 0),
        (nodes.Between(A, V, W), {"S": "b"}, [{"S": "a"}, {"S": "b"}], 1),
        (nodes.Between(V, A, A), {"N": "1"}, [{"N": "1"}], 1),
        (nodes.Between(V, A, B), {"N": "1"}, [{"N": "1"}], 0),
        (nodes.In(A, (V, W)), {"N": "2"}, [{"S": "2"}, {"N": "2"}], 1),
        (nodes.In(A, (V, W)), {"BOOL": True}, [{"S": "2"}, {"NULL": True}], 0),
        (call("attribute_exists"), EMPTY_LIST, [], 1),
        (call("attribute_not_exists"), {"NULL": True}, [], 0),
        (call("attribute_type", V), EMPTY_LIST, [{"S": "L"}], 1),
        (call("attribute_type", V), EMPTY_LIST, [{"S": "M"}], 0),
        (call("attribute_type", V), {"S": "x"}, [{"S": '"'}], 0),
        (call("begins_with", V), {"S": "a%b"}, [{"S": "a%"}], 1),
        (call("begins_with", V), {"S": "axb"}, [{"S": "a_"}], 0),
        (call("begins_with", V), {"S": "x"}, [{"S": ""}], 1),
        (call("begins_with", V), {"S": "a\U0010ffff"}, [{"S": "a"}], 1),
        (call("begins_with", V), {"SS": ["x"]}, [{"S": "x"}], 0),
        (call("contains", V), {"S": "a\x00b"}, [{"S": "\x00b"}], 1),
        (call("contains", V), {"S": "ab"}, [{"S": "B"}], 0),
        (call("contains", V), {"SS": ["ab", "c"]}, [{"S": "c"}], 1),
        (call("contains", V), {"SS": ["ab", "c"]}, [{"S": "a"}], 0),
        (call("contains", V), {"NS": ["1.5"]}, [{"N": "1.5"}], 1),
        (call("contains", V), {"L": [{"S": "1"}, {"N": "1"}]}, [{"N": "1"}], 1),
        (call("contains", V), {"L": [{"S": "true"}, {"NULL": True}]}, [{"BOOL": True}], 0),
        (call("contains", V), {"M": {"x": {"S": "x"}}}, [{"S": "x"}], 0),
        (compare("=", SIZE), {"S": ODD}, [{"N": str(len(ODD) + 2)}], 1),
        (compare("=", SIZE), {"S": ""}, [{"N": "0"}], 1),
        (compare("=", SIZE), {"B": "AAE="}, [{"N": "2"}], 1),
        (compare("=", SIZE), {"B": ""}, [{"N": "0"}], 1),
        (compare("=", SIZE), EMPTY_MAP, [{"N": "0"}], 1),
        (compare("=", SIZE), {"M": {"x": EMPTY_MAP, "y": EMPTY_MAP}}, [{"N": "2"}], 1),
        (compare("=", SIZE), {"BS": ["AA==", "AAE="]}, [{"N": "2"}], 1),
        (compare("=", SIZE), {"N": "12"}, [{"N": "2"}], 0),
        (compare("<>", SIZE), {"N": "12"}, [{"N": "2"}], 1),
        (compare("<", SIZE), {"S": "ab"}, [{"N": "2.1"}], 1),
        (compare(">", V, SIZE), {"S": "ab"}, [{"N": "1" + "0" * 125}], 1),
        (compare("<", SIZE), {"S": ""}, [{"N": "-1" + "0" * 125}], 0),
        (nodes.Between(SIZE, V, W), {"S": "ab"}, [{"N": "1.5"}, {"N": "2"}], 1),
        (nodes.In(SIZE, (V, W)), {"S": "ab"}, [{"N": "1"}, {"N": "2"}], 1),
    ],
)
def test_sql_says_what_dynamodb_would(
    node: nodes.Condition, value: AttributeValue, given: list[AttributeValue], holds: int
) -> None:
    assert held(node, {"a": value}, *given) == holds
    assert held(nodes.Not(node), {"a": value}, *given) == 1 - holds


@pytest.mark.parametrize(
    "node",
    [
        *(compare(operator) for operator in ("=", "<", "<=", ">", ">=")),
        nodes.Between(A, V, V),
        nodes.Between(SIZE, V, V),
        nodes.In(A, (V,)),
        compare("<", SIZE),
        call("attribute_exists"),
    ],
)
def test_a_missing_attribute_makes_conditions_false(node: nodes.Condition) -> None:
    for number in ("1", "-1"):
        assert held(node, {}, {"N": number}) == 0
        assert held(nodes.Not(node), {}, {"N": number}) == 1


@pytest.mark.parametrize("node", [compare("<>"), compare("<>", SIZE), call("attribute_not_exists")])
def test_a_missing_attribute_is_different_from_everything(node: nodes.Condition) -> None:
    assert held(node, {}, {"N": "1"}) == 1


def test_conditions_nest_as_the_tree_does() -> None:
    here, gone = call("attribute_exists"), nodes.Call("attribute_exists", (B,))
    item: Item = {"a": {"S": "x"}}
    assert held(nodes.Or(here, nodes.And(gone, gone)), item) == 1
    assert held(nodes.And(nodes.Or(here, gone), gone), item) == 0
    assert held(nodes.Not(nodes.And(here, nodes.Not(gone))), item) == 0


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        (path("m", "x", 1), 1),
        (path("m", "x", 0), 0),
        (path("m", "x", 2), 0),
        (path("m", "x"), 0),
        (path("m", 1), 0),
        (path("m.x[1]"), 0),
        (path("m", "x.y"), 1),
    ],
)
def test_paths_lead_into_maps_and_lists(where: nodes.Path, holds: int) -> None:
    item: Item = {"m": {"M": {"x": {"L": [{"S": "no"}, {"S": "yes"}]}, "x.y": {"S": "yes"}}}}
    assert held(compare("=", where), item, {"S": "yes"}) == holds


@pytest.mark.parametrize("name", ['"', "\\", "\x00", 'a"."S', "a\\", "\\u0041"])
def test_names_that_no_json_path_can_say_are_found_by_name(name: str) -> None:
    item: Item = {name: {"M": {name: {"S": "x"}}}, "a": {"S": "A"}, "A": {"S": "A"}}
    assert held(compare("=", path(name, name)), item, {"S": "x"}) == 1
    assert held(compare("=", path(name)), item, {"S": "A"}) == 0


def test_a_name_that_ends_where_another_has_nul_is_no_other_name() -> None:
    """SQLite's own JSON paths confuse the two."""
    item: Item = {"a\x00b": {"M": {"x\x00": {"S": "1"}}}}
    assert held(call("attribute_exists"), item) == 0
    assert held(nodes.Call("attribute_exists", (path("a\x00b", "x"),)), item) == 0
    assert held(nodes.Call("attribute_exists", (path("a\x00b", "x\x00"),)), item) == 1


def test_nothing_of_a_request_stands_in_the_text() -> None:
    """Names and values are bound, also those that look like our own marks."""
    given: dict[str, AttributeValue] = {":b0": {"S": "VALUE'\""}, ":v": {"N": "4711"}}
    node = nodes.And(
        compare("=", path("NAME'", ":b1", '"NAME'), nodes.Value(":b0")),
        nodes.Or(compare("<", path(":b0?")), nodes.Comparison("=", A, nodes.Constant({"S": "?"}))),
    )
    compiled = sql.filter_sql(node, given)
    assert compiled is not None
    assert re.search(r"NAME|VALUE|4711|:", compiled.text) is None
    assert compiled.text.count("?") == len(compiled.bindings)
    item: Item = {"NAME'": {"M": {":b1": {"M": {'"NAME': {"S": "VALUE'\""}}}}}, "a": {"S": "?"}}
    db = apsw.Connection(":memory:")
    statement = f"SELECT {compiled.text} FROM (SELECT ? AS item)"
    assert db.execute(statement, (*compiled.bindings, codec.text(item))).get == 1


@pytest.mark.parametrize(
    ("node", "given"),
    [
        (compare("=", A, B), []),
        (compare("=", V, W), [{"S": "x"}, {"S": "x"}]),
        (compare("="), [{"SS": ["x"]}]),
        (compare("<>"), [EMPTY_LIST]),
        (compare("="), [EMPTY_MAP]),
        (compare("<"), [{"B": "AA=="}]),
        (compare("=", SIZE, B), []),
        (compare("=", SIZE), [{"S": "1"}]),
        (compare("<>", SIZE), [{"NS": ["1"]}]),
        (nodes.In(SIZE, (V,)), [{"NULL": True}]),
        (nodes.Between(A, V, B), [{"N": "1"}]),
        (nodes.In(A, (V, B)), [{"N": "1"}]),
        (nodes.In(A, (V, W)), [{"N": "1"}, EMPTY_LIST]),
        (nodes.In(V, (W,)), [{"N": "1"}, {"N": "1"}]),
        (call("begins_with", V), [{"B": "AA=="}]),
        (call("contains", V), [{"B": "AA=="}]),
        (call("contains", V), [EMPTY_LIST]),
        (call("contains", B), []),
        (nodes.Call("contains", (V, A)), [{"SS": ["x"]}]),
        (nodes.Call("attribute_exists", (path("a", 1 << 40),)), []),
    ],
)
def test_what_sql_cannot_say_exactly_is_left_to_the_evaluator(
    node: nodes.Condition, given: list[AttributeValue]
) -> None:
    named: dict[str, AttributeValue] = dict(zip((":v", ":w"), given, strict=False))
    assert sql.filter_sql(node, named) is None
    assert sql.filter_sql(nodes.Or(call("attribute_exists"), node), named) is None


def test_constants_in_the_tree_are_bound_as_values_are() -> None:
    constant = nodes.Constant({"N": "-5"})
    node = nodes.Not(nodes.Or(compare("<", A, constant), compare("=", A, V)))
    assert held(node, {"a": {"N": "-4"}}, {"N": "1"}) == 1
    assert held(node, {"a": {"N": "-5.5"}}, {"N": "1"}) == 0
    assert held(node, {"a": {"N": "1"}}, {"N": "1"}) == 0
    between = nodes.Between(A, constant, nodes.Constant({"N": "3"}))
    assert held(nodes.And(between, nodes.In(A, (constant, V))), {"a": {"N": "2"}}, {"N": "2"}) == 1


def _chain(length: int, join: type[nodes.And] | type[nodes.Or]) -> nodes.Condition:
    node: nodes.Condition = call("attribute_exists")
    for _ in range(length - 1):
        node = join(node, call("attribute_exists"))
    return node


@pytest.mark.parametrize("join", [nodes.And, nodes.Or])
def test_three_hundred_operators_are_one_statement(join: Any) -> None:
    assert held(_chain(301, join), {"a": {"S": "x"}}) == 1


def _balanced(count: int) -> nodes.Condition:
    if count == 1:
        return call("attribute_exists")
    return nodes.And(_balanced(count // 2), _balanced(count - count // 2))


def test_the_longest_statement_that_is_made_is_one_sqlite_takes() -> None:
    assert held(_balanced(750), {"a": {"S": "x"}}) == 1
    assert sql.filter_sql(_balanced(751), {}) is None


def test_a_chain_that_is_too_long_for_pythons_stack_is_left_to_the_evaluator() -> None:
    assert sql.filter_sql(_chain(5_000, nodes.And), {}) is None


def test_what_nests_too_deep_is_left_to_the_evaluator() -> None:
    node: nodes.Condition = call("attribute_exists")
    for depth in range(300):
        node = nodes.Not(node)
        compiled = sql.filter_sql(node, {})
        assert (compiled is None) == (depth >= 40)


def test_a_statement_is_made_once_for_a_tree_and_the_types_of_its_values() -> None:
    node = compare("<", path("test_a_statement_is_made_once"))
    compiler: Any = sql._compiled  # pyright: ignore[reportPrivateUsage]
    before = compiler.cache_info().misses
    texts: set[str] = set()
    for given in ({"N": "1"}, {"N": "-1"}, {"N": "2.5"}, {"S": "x"}, {"S": "y"}, {"N": "-7"}):
        compiled = sql.filter_sql(node, {":v": given})
        assert compiled is not None
        texts.add(compiled.text)
    assert len(texts) == compiler.cache_info().misses - before == 3
    legacy = compare("<", path("test_a_statement_is_made_once"), nodes.Constant({"N": "3"}))
    sql.filter_sql(legacy, {})
    before = compiler.cache_info().misses
    sql.filter_sql(compare("<", legacy.left, nodes.Constant({"N": "4"})), {})
    assert compiler.cache_info().misses == before


def test_sqlglot_is_loaded_by_the_first_statement_only() -> None:
    script = """
import sys
from dynalite_py.language import nodes, sql
assert "sqlglot" not in sys.modules
sql.filter_sql(nodes.Call("attribute_exists", (nodes.Path(("a",)),)), {})
assert "sqlglot" in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
