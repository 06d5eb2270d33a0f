"""The two back ends of a condition agree: the evaluator in Python, and SQL inside SQLite."""

from __future__ import annotations

from decimal import Decimal

import apsw
import pytest
from hypothesis import HealthCheck, event, example, given, settings
from hypothesis import strategies as st

from dynalite_py.language import conditions, nodes, sql
from dynalite_py.model import codec, numbers, values
from dynalite_py.model.errors import DynamoDBError
from dynalite_py.model.values import AttributeValue, Item
from tests.support import strategies

PATH = nodes.Path(("a",))
VALUE = nodes.Value(":v")
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")

# Building a strategy inside another, as items and their conditions are, counts as slow.
unhurried = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=200)


@pytest.fixture(scope="module")
def db() -> apsw.Connection:
    connection = apsw.Connection(":memory:")
    connection.execute("CREATE TABLE stored (item TEXT)")
    return connection


def in_sql(
    db: apsw.Connection, items: list[Item], node: nodes.Condition, bound: strategies.Values
) -> list[object] | None:
    """What the condition's SQL says of each item; None where there is no SQL.

    Items that SQL leaves to the evaluator are the evaluator's.
    """
    compiled = sql.filter_sql(node, bound)
    if compiled is None:
        return None
    db.execute("DELETE FROM stored")
    db.executemany("INSERT INTO stored VALUES (?)", [(codec.text(item),) for item in items])
    statement = f"SELECT {compiled.text} FROM stored ORDER BY rowid"
    said = [held for (held,) in db.execute(statement, compiled.bindings)]
    judged = in_python(items, node, bound)
    return [
        ours if held == sql.UNDECIDED and "\\u0000" in codec.text(item) else held
        for held, ours, item in zip(said, judged, items, strict=True)
    ]


def in_python(items: list[Item], node: nodes.Condition, bound: strategies.Values) -> list[object]:
    holds = conditions.predicate(node)
    return [int(holds(item, bound)) for item in items]


@st.composite
def items_and_conditions(draw: st.DrawFn) -> tuple[list[Item], strategies.Bound]:
    """Some items, and a condition on what the first of them holds."""
    items = draw(st.lists(strategies.items(), min_size=1, max_size=3))
    return items, draw(strategies.conditions(items[0]))


@unhurried
@given(items_and_conditions())
def test_sql_and_evaluator_agree_on_every_condition(
    db: apsw.Connection, given_case: tuple[list[Item], strategies.Bound]
) -> None:
    items, (node, bound) = given_case
    held = in_sql(db, items, node, bound)
    event("no SQL" if held is None else "SQL")
    if held is not None:
        assert held == in_python(items, node, bound)


@unhurried
@given(
    stored=strategies.any_numbers(),
    constant=strategies.any_numbers(),
    operator=st.sampled_from(COMPARATORS),
)
@example(stored="9007199254740993", constant="9007199254740992.5", operator="<")
@example(stored="-0.5", constant="-0.45", operator="<")
@example(stored="0", constant="0", operator="<=")
def test_sql_orders_numbers_of_the_whole_range(
    db: apsw.Connection, stored: str, constant: str, operator: str
) -> None:
    node = nodes.Comparison(operator, PATH, VALUE)
    held = in_sql(db, [{"a": {"N": stored}}], node, {":v": {"N": constant}})
    left, right = Decimal(stored), Decimal(constant)
    truth = {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    assert held == [int(truth[operator])]


@unhurried
@given(number=strategies.any_numbers(), step=st.integers(-2, 2), data=st.data())
def test_sql_tells_neighbouring_numbers_apart(
    db: apsw.Connection, number: str, step: int, data: st.DataObject
) -> None:
    """Numbers that differ in their last digit, which a float does not tell apart."""
    _, digits, point = numbers.scientific(number)
    near = Decimal(number) + step * Decimal(10) ** (point - len(digits))
    try:
        constant = numbers.canonical_number(f"{near:f}")
    except DynamoDBError:  # The neighbour needs a 39th digit, or lies out of range.
        constant = number
    node = nodes.Comparison(data.draw(st.sampled_from(COMPARATORS)), PATH, VALUE)
    items: list[Item] = [{"a": {"N": number}}]
    bound: strategies.Values = {":v": {"N": constant}}
    assert in_sql(db, items, node, bound) == in_python(items, node, bound)


@unhurried
@given(stored=strategies.strings(), constant=strategies.strings(), data=st.data())
def test_sql_orders_and_searches_strings_by_their_bytes(
    db: apsw.Connection, stored: str, constant: str, data: st.DataObject
) -> None:
    comparison = st.sampled_from(COMPARATORS).map(lambda op: nodes.Comparison(op, PATH, VALUE))
    call = st.sampled_from(("begins_with", "contains")).map(
        lambda function: nodes.Call(function, (PATH, VALUE))
    )
    node = data.draw(comparison | call)
    if data.draw(st.booleans()):
        stored = constant + stored
    items: list[Item] = [{"a": {"S": stored}}]
    bound: strategies.Values = {":v": {"S": constant}}
    assert in_sql(db, items, node, bound) == in_python(items, node, bound)


@unhurried
@given(value=strategies.attribute_values(), change=st.integers(-1, 1))
@example(value={"S": "\x00\\u0000\\\\u0000é😀"}, change=0)
@example(value={"B": "AAE="}, change=0)
def test_sql_measures_every_type(db: apsw.Connection, value: AttributeValue, change: int) -> None:
    size = conditions.size_of(value)
    constant = {"N": str((size or 0) + change)}
    node = nodes.Comparison("=", nodes.Call("size", (PATH,)), VALUE)
    held = in_sql(db, [{"a": value}], node, {":v": constant})
    assert held == [int(size is not None and change == 0)]


@unhurried
@given(name=strategies.attribute_names(), other=strategies.attribute_names())
def test_sql_finds_a_name_exactly_or_not_at_all(db: apsw.Connection, name: str, other: str) -> None:
    node = nodes.Call("attribute_exists", (nodes.Path((name,)),))
    nested = nodes.Call("attribute_exists", (nodes.Path(("m", 0, name)),))
    items: list[Item] = [
        {name: {"S": ""}, "m": {"L": [{"M": {name: {"S": ""}}}]}},
        {other: {"S": ""}, "m": {"L": [{"M": {other: {"S": ""}}}]}},
    ]
    for condition in (node, nested):
        held = in_sql(db, items, condition, {})
        assert held in (None, in_python(items, condition, {}))


@given(item=strategies.items())
def test_an_item_comes_back_from_its_stored_text(db: apsw.Connection, item: Item) -> None:
    db.execute("DELETE FROM stored")
    db.execute("INSERT INTO stored VALUES (?)", (codec.text(item),))
    text = db.execute("SELECT item FROM stored").get
    assert isinstance(text, str)
    assert codec.decode(text) == item
    assert values.canonical_item(item) == item


@given(number=strategies.any_numbers(), data=st.data())
def test_every_spelling_of_a_number_is_stored_alike(number: str, data: st.DataObject) -> None:
    spelling = data.draw(strategies.spellings(number))
    assert Decimal(spelling) == Decimal(number)
    assert numbers.canonical_number(spelling) == number
