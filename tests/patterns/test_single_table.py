"""Keys from templates and back, and a table of several entities over every client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dynalite_py
from dynalite_py.model import plain
from dynalite_py.patterns.single_table import (
    Entity,
    FieldError,
    Index,
    SingleTable,
    TemplateError,
    template,
)

if TYPE_CHECKING:
    from dynalite_py.patterns.clients import Client

SHOP = SingleTable(
    "Shop",
    entities=(
        Entity(
            "Customer",
            {"PK": "CUSTOMER#{customer}", "SK": "PROFILE", "GSI1PK": "MAIL#{mail}", "GSI1SK": "M"},
        ),
        Entity(
            "Order",
            {
                "PK": "CUSTOMER#{customer}",
                "SK": "ORDER#{order:08d}",
                "GSI1PK": "STATE#{open_since}",
                "GSI1SK": "ORDER#{order:08d}",
            },
        ),
        Entity("Line", {"PK": "CUSTOMER#{customer}", "SK": "LINE#{order:08d}#{product}#{n:02d}"}),
    ),
    indexes=(Index("GSI1", "GSI1PK", "GSI1SK"),),
)
LINE = {"customer": "ada", "order": 7, "product": "tea", "n": 3}


def test_an_item_gets_its_keys_and_its_type() -> None:
    assert SHOP.item("Line", {**LINE, "price": 4}) == {
        **LINE,
        "price": 4,
        "PK": "CUSTOMER#ada",
        "SK": "LINE#00000007#tea#03",
        "type": "Line",
    }
    assert SHOP.key("Order", customer="ada", order=7) == {
        "PK": "CUSTOMER#ada",
        "SK": "ORDER#00000007",
    }


def test_an_item_is_in_an_index_only_with_the_fields_of_its_keys() -> None:
    order = {"customer": "ada", "order": 7}
    assert "GSI1PK" not in SHOP.item("Order", order)
    assert "GSI1SK" not in SHOP.item("Order", {**order, "open_since": None})
    there = SHOP.item("Order", {**order, "open_since": "2026-11"})
    assert (there["GSI1PK"], there["GSI1SK"]) == ("STATE#2026-11", "ORDER#00000007")


def test_keys_of_an_earlier_reading_are_made_anew() -> None:
    read = SHOP.item("Order", {"customer": "ada", "order": 7, "open_since": "2026-11"})
    closed = SHOP.item("Order", {**read, "open_since": None})
    assert "GSI1PK" not in closed
    with pytest.raises(FieldError, match="type is the entity's name, Line"):
        SHOP.item("Line", {**LINE, "type": "Order"})


def test_an_item_is_parsed_back_with_or_without_its_type() -> None:
    item = SHOP.item("Line", {**LINE, "price": 4})
    assert SHOP.parsed(item) == ("Line", {**LINE, "price": 4})
    bare = {"PK": "CUSTOMER#ada", "SK": "LINE#00000007#tea#03"}
    assert SHOP.parsed(bare) == ("Line", LINE)
    for unknown in ({"PK": "CUSTOMER#ada", "SK": "X"}, {"PK": 1}, {}, {"type": "Nothing"}):
        with pytest.raises(FieldError, match="no known entity"):
            SHOP.parsed(unknown)
    with pytest.raises(FieldError, match="SK is no key of Line"):
        SHOP.parsed({**item, "SK": "LINE#7#tea#03"})


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"customer": "ada", "order": -1}, "order is a number of 8 digits, not -1"),
        ({"customer": "ada", "order": 10**8}, "order is a number of 8 digits, not 100000000"),
        ({"customer": "ada", "order": "7"}, "order is a number of 8 digits, not '7'"),
        ({"customer": "ada", "order": True}, "order is a number"),
        ({"customer": "ada"}, "The field order is missing"),
        ({"customer": "", "order": 1}, "customer is a text, not ''"),
        ({"customer": 5, "order": 1}, "customer is a text, not 5"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(fields: dict[str, Any], text: str) -> None:
    with pytest.raises(FieldError, match=text):
        SHOP.key("Order", **fields)


def test_a_field_must_not_hold_what_ends_it() -> None:
    with pytest.raises(FieldError, match="product must not have '#', which ends it: 'a#b'"):
        SHOP.key("Line", **{**LINE, "product": "a#b"})
    assert SHOP.key("Order", customer="a#b", order=1)["PK"] == "CUSTOMER#a#b"


@pytest.mark.parametrize("text", ["{a}{b}", "{a", "a}", "{a:>8}", "{1}", "{a}#{a}", "{a!r}", "{}"])
def test_a_template_that_could_not_be_read_back_is_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        template(text)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"entities": [Entity("A", {"PK": "x"})]}, "A has no template for SK"),
        ({"entities": [Entity("A", {"PK": "x", "SK": "y", "Z": "z"})]}, "Z is in no key of T"),
        ({"entities": [Entity("A", {"PK": "x", "SK": "y"})] * 2}, "one name"),
    ],
)
def test_a_table_that_does_not_fit_together_is_refused(given: Any, text: str) -> None:
    with pytest.raises(TemplateError, match=text):
        SingleTable("T", **given)


def test_a_query_takes_what_is_known_of_the_sort_key() -> None:
    whole = SHOP.query("Order", customer="ada", order=7)
    assert whole == {
        "key_condition": "#partition = :partition AND #sort = :sort",
        "names": {"#partition": "PK", "#sort": "SK"},
        "values": {":partition": "CUSTOMER#ada", ":sort": "ORDER#00000007"},
    }
    part = SHOP.query("Line", customer="ada", order=7)
    assert part["key_condition"].endswith("begins_with(#sort, :sort)")
    assert part["values"][":sort"] == "LINE#00000007#"
    with pytest.raises(FieldError, match="product is given without order"):
        SHOP.query("Line", customer="ada", product="tea")
    with pytest.raises(TemplateError, match="Line is not in the index GSI1"):
        SHOP.query("Line", index="GSI1", customer="ada")
    with pytest.raises(TemplateError, match="no index 'GSI9'"):
        SHOP.query("Line", index="GSI9", customer="ada")
    with pytest.raises(TemplateError, match="no entity 'Nobody'"):
        SHOP.query("Nobody")


def test_entities_are_stored_and_found(client: Client) -> None:
    client.create_table(**SHOP.definition())
    items = [
        SHOP.item("Customer", {"customer": "ada", "mail": "ada@example.org"}),
        *(
            SHOP.item("Order", {"customer": "ada", "order": n, "open_since": "2026"})
            for n in (11, 9)
        ),
        SHOP.item("Order", {"customer": "ada", "order": 10}),
        SHOP.item("Line", LINE),
    ]
    for item in items:
        client.put_item(TableName="Shop", Item=plain.item_out(item))

    def found(entity: str, **fields: Any) -> list[tuple[str, Any]]:
        given = SHOP.query(entity, **fields)
        more = {"IndexName": given["index"]} if "index" in given else {}
        answer = client.query(
            TableName="Shop",
            KeyConditionExpression=given["key_condition"],
            ExpressionAttributeNames=given["names"],
            ExpressionAttributeValues=plain.item_out(given["values"]),
            **more,
        )
        return [SHOP.parsed(plain.item_in(item)) for item in answer["Items"]]

    assert [order["order"] for _, order in found("Order", customer="ada")] == [9, 10, 11]
    assert found("Line", customer="ada") == [("Line", LINE)]
    assert [o["order"] for _, o in found("Order", index="GSI1", open_since="2026")] == [9, 11]
    by_mail = found("Customer", index="GSI1", mail="ada@example.org")
    assert by_mail == [("Customer", {"customer": "ada", "mail": "ada@example.org"})]


def test_a_query_is_given_to_a_table_as_it_is() -> None:
    with dynalite_py.connect() as store:
        store.create_table(**SHOP.definition())
        shop = store.table("Shop")
        shop.put(SHOP.item("Line", LINE))
        assert [SHOP.parsed(item) for item in shop.query(**SHOP.query("Line", customer="ada"))] == [
            ("Line", LINE)
        ]


@given(
    customer=st.text(min_size=1),
    product=st.text(min_size=1).filter(lambda text: "#" not in text),
    order=st.integers(0, 10**8 - 1),
    n=st.integers(0, 99),
)
def test_what_goes_into_a_key_comes_out_of_it(
    customer: str, product: str, order: int, n: int
) -> None:
    fields = {"customer": customer, "product": product, "order": order, "n": n}
    assert SHOP.parsed(SHOP.key("Line", **fields)) == ("Line", fields)
