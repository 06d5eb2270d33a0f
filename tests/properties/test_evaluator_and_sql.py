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
BY_TEXT = "CASE WHEN item GLOB '*M"
COMPARATORS = ("=", "<>", "<", "<=", ">", ">=")

# What may stand before an attribute: nothing, or what looks like that attribute and is not.
BEFORE: tuple[Item, ...] = (
    {},
    {"0": {"S": "x"}},
    {"0": {"S": ',"a":{"N":"7"}'}, "0a": {"SS": [",", '"a":']}},
    {'0"a': {"N": "7"}, 'x,"a': {"S": "7"}},
    {"0": {"L": [{"L": [{"N": "7"}]}]}},
    {"0": {"M": {"b": {"S": "x"}, "a": {"N": "7"}}}},
    {"RAM": {"S": "x"}, 'x"M': {"L": []}},
)

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


def _way(node: nodes.Condition, bound: strategies.Values) -> str:
    compiled = sql.filter_sql(node, bound)
    if compiled is None:
        return "no SQL"
    return "by the stored text" if compiled.text.startswith(BY_TEXT) else "by JSON functions"


@unhurried
@given(items_and_conditions())
def test_sql_and_evaluator_agree_on_every_condition(
    db: apsw.Connection, given_case: tuple[list[Item], strategies.Bound]
) -> None:
    items, (node, bound) = given_case
    held = in_sql(db, items, node, bound)
    event(_way(node, bound))
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
    items: list[Item] = [{**before, "a": {"N": stored}} for before in BEFORE]
    bound: strategies.Values = {":v": {"N": constant}}
    assert _way(node, bound) == "by the stored text"
    held = in_sql(db, items, node, bound)
    left, right = Decimal(stored), Decimal(constant)
    truth = {
        "=": left == right,
        "<>": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }
    assert held == [int(truth[operator])] * len(BEFORE)


@unhurried
@given(
    condition=strategies.conditions({"a": {"N": "7"}, "b": {"S": "x"}}),
    value=strategies.attribute_values(),
)
@example(condition=(nodes.Call("attribute_exists", (PATH,)), {}), value={"S": ""})
@example(
    condition=(nodes.Call("begins_with", (PATH, VALUE)), {":v": {"S": '"\\'}}), value={"S": '"'}
)
def test_what_looks_like_an_attribute_is_none(
    db: apsw.Connection, condition: strategies.Bound, value: AttributeValue
) -> None:
    node, bound = condition
    items: list[Item] = [*BEFORE, *({**before, "a": value} for before in BEFORE)]
    held = in_sql(db, items, node, bound)
    event(_way(node, bound))
    assert held in (None, in_python(items, node, bound))


@pytest.mark.parametrize(
    ("node", "bound"),
    [
        (nodes.Comparison("=", PATH, VALUE), {":v": {"S": "x"}}),
        (nodes.Comparison("<>", VALUE, PATH), {":v": {"BOOL": True}}),
        (nodes.Comparison(">", VALUE, PATH), {":v": {"N": "7"}}),
        (nodes.Between(PATH, VALUE, VALUE), {":v": {"N": "7"}}),
        (nodes.In(PATH, (VALUE, VALUE)), {":v": {"N": "7"}}),
        (nodes.Call("attribute_type", (PATH, VALUE)), {":v": {"S": "SS"}}),
        (nodes.Call("begins_with", (PATH, VALUE)), {":v": {"S": "x"}}),
        (nodes.Not(nodes.Call("attribute_not_exists", (PATH,))), {}),
    ],
)
def test_no_json_is_read_for_conditions_on_whole_attributes(
    node: nodes.Condition, bound: strategies.Values
) -> None:
    other = nodes.Comparison("<=", nodes.Path(("b",)), nodes.Value(":w"))
    both = {**bound, ":w": {"N": "1.5"}}
    assert _way(node, bound) == _way(nodes.Or(other, node), both) == "by the stored text"


def test_a_statement_by_text_with_too_many_placeholders_goes_by_json() -> None:
    names = [f":v{number}" for number in range(60)]
    node: nodes.Condition = nodes.Comparison("<", PATH, VALUE)
    for name in names:
        node = nodes.Or(node, nodes.Comparison("<", PATH, nodes.Value(name)))
    assert _way(node, {name: {"N": "1"} for name in [":v", *names]}) == "by JSON functions"


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
    items: list[Item] = [{**before, "a": {"N": number}} for before in BEFORE]
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
    items: list[Item] = [{**before, "a": {"S": stored}} for before in BEFORE]
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
