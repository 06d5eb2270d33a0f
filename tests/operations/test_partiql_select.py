"""SELECT: which rows a statement reads, how they are shown, in which pages."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest

from dynalite_py.engine import Engine
from dynalite_py.language import parse, partiql_parse, sql
from dynalite_py.model.caller import Caller
from dynalite_py.model.codec import decode
from dynalite_py.model.errors import DynamoDBError
from tests.support.statements import MUSIC, fill, keys, refused, run

WHERES: list[tuple[str, list[str] | None]] = [
    ("pk='a' AND sk=3", ["a3"]),
    ("'a'=pk AND 3=sk", ["a3"]),
    ("pk='a' AND sk>1 AND sk<=3", ["a2", "a3"]),
    ("pk='a' AND sk<3 AND sk>=1", ["a1", "a2"]),
    ("pk='a' AND sk BETWEEN 1 AND 2", ["a1", "a2"]),
    ("pk='a' AND sk BETWEEN 1 AND 3 AND sk <> 2", ["a1", "a3"]),
    ("pk='a' AND sk IN (1, 3, 9)", ["a1", "a3"]),
    ("pk='a' AND n=20", ["a2"]),
    ("pk='a' AND (n=20 OR n=30)", ["a2", "a3"]),
    ("pk='a' AND NOT (n=20 OR n=30)", ["a0", "a1", "a4"]),
    ("pk='a' AND n NOT BETWEEN 10 AND 30", ["a0", "a4"]),
    ("pk='a' AND m.z = 1 AND sk < 1", ["a0"]),
    ("pk='a' AND ls[1] = 2 AND sk < 1", ["a0"]),
    ("pk='a' AND ls['1'] = 2", []),
    ("pk='a' AND size(ls) = 2 AND sk = 4", ["a4"]),
    ("pk='a' AND contains(ss, 'q') AND sk = 4", ["a4"]),
    ("pk='a' AND ss = <<'q','p'>> AND sk = 4", ["a4"]),
    ("pk='a' AND ls = [1,2] AND sk = 4", ["a4"]),
    ("pk='a' AND m = {'z':1.0} AND sk = 4", ["a4"]),
    ("pk='a' AND attribute_type(n,'N') AND sk = 4", ["a4"]),
    ("pk='a' AND absent <> 'x'", []),
    ("pk='a' AND NOT absent = 'x' AND sk = 4", ["a4"]),
    ("pk='a' AND absent IS MISSING AND sk = 4", ["a4"]),
    ("pk='a' AND n IS NOT MISSING AND sk = 4", ["a4"]),
    ("pk='a' AND n IS NUMERIC AND sk = 4", ["a4"]),
    ("pk='a' AND n IS STRING", []),
    ("pk='a' AND n IS NULL", []),
    ("pk IN ['b','a'] AND sk > 3", ["b7", "a4"]),
    ("(pk='b' OR pk='a') AND sk > 3", ["b7", "a4"]),
    ("pk IN ('b','b')", ["b7"]),
    ("(pk='b' AND sk=7) OR (pk='a' AND sk=1)", ["b7", "a1"]),
    ("pk='a' AND sk=3 OR pk='b' AND sk=7 OR pk='a' AND sk=1", ["a1", "a3", "b7"]),
    (
        "(pk='a' AND sk>=2) OR (pk='a' AND sk<3) OR (pk='a' AND sk=2)",
        ["a0", "a1", "a2", "a3", "a4"],
    ),
    ("(pk='a' AND sk>3) OR (pk='a' AND sk<1)", ["a0", "a4"]),
    ("(pk='a' AND sk=1) OR pk='b'", ["a1", "b7"]),
    ("pk IN ['b','c'] OR (pk='a' AND sk BETWEEN 1 AND 2)", ["b7", "a1", "a2"]),
    ("(pk='b' OR pk='a' AND sk<2) AND (n=0 OR name='B')", ["b7", "a0"]),
    ("((pk='a' OR pk='b') AND sk>3) OR (pk='a' AND sk=0)", ["a0", "a4", "b7"]),
    ("(pk='a' AND sk=1 AND n=10) OR (pk='a' AND sk=2 AND n=99)", ["a1"]),
    ("((pk='a' AND sk>2) OR pk='b') AND sk<4", ["a3"]),
    ("(pk='a' AND sk=4) OR sk=7", None),
    ("(pk='a' AND NOT sk=1) OR (pk='b' AND sk=7)", ["a0", "a2", "a3", "a4", "b7"]),
    ("begins_with(pk,'b')", ["b7"]),
    ("n = 40", ["a4"]),
    ("sk = 7", ["b7"]),
    ("pk='b' OR n=40", None),
    ("NOT pk='a'", ["b7"]),
    ("name='B'", ["b7"]),
    ("1 = 1 AND name='B'", ["b7"]),
    ("n > sk AND sk = 4", ["a4"]),
    ("40 IN (n, sk)", ["a4"]),
    ("n IN (" + "1," * 99 + "40)", ["a4"]),
    ("n IN (40" + ",1" * 99 + ")", ["a4"]),
    ("pk='a' AND pk='b'", []),
    ("pk='b' AND pk='b'", ["b7"]),
]


@pytest.mark.parametrize(("where", "expected"), WHERES)
def test_a_condition_chooses_its_items(
    shared_music: Engine, where: str, expected: list[str] | None
) -> None:
    found = keys(run(shared_music, f"SELECT * FROM music WHERE {where}"))
    if expected is None:  # In the order of a scan.
        assert sorted(found) == ["a4", "b7"]
    else:
        assert found == expected


@pytest.mark.parametrize("where", ["begins_with(sk, 'a', 'b')", "size(sk, n) = 5"])
def test_operands_are_counted_before_anything_is_made_of_them(
    shared_music: Engine, where: str
) -> None:
    for given in ("pk=? AND " + where, where + " AND pk=?"):
        text = refused(shared_music, f"SELECT * FROM music WHERE {given}", {"S": "a"})
        assert text.startswith("Incorrect number of operands for operator or function")


def test_parameters_and_literals_answer_alike(shared_music: Engine) -> None:
    literal = run(shared_music, "SELECT * FROM music WHERE pk='a' AND sk>2 AND n IN (30, 50)")
    given = [{"S": "a"}, {"N": "2"}, {"N": "30.0"}, {"N": "5e1"}]
    assert (
        run(shared_music, "SELECT * FROM music WHERE pk=? AND sk>? AND n IN (?, ?)", *given)
        == literal
    )
    assert keys(literal) == ["a3"]


def test_every_column_comes_under_its_last_name(shared_music: Engine) -> None:
    text = "SELECT n, m.z, ls[0], \"m\"['z2'], absent FROM music WHERE pk='a' AND sk=1"
    assert run(shared_music, text)["Items"] == [
        {"n": {"N": "10"}, "z": {"N": "1"}, "ls[0]": {"N": "1"}}
    ]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("pk='a' ORDER BY sk DESC", ["a4", "a3", "a2", "a1", "a0"]),
        ("pk='a' ORDER BY pk DESC, sk", ["a0", "a1", "a2", "a3", "a4"]),
        ("pk IN ['a','b'] AND sk > 2 ORDER BY pk DESC, sk DESC", ["b7", "a4", "a3"]),
        ("pk IN ['b','a'] AND sk > 2 ORDER BY pk", ["a3", "a4", "b7"]),
    ],
)
def test_keys_order_the_items(shared_music: Engine, order: str, expected: list[str]) -> None:
    assert keys(run(shared_music, f"SELECT * FROM music WHERE {order}")) == expected


NOT_POSSIBLE = [
    ("FROM nowhere WHERE pk='a'", "Requested resource not found"),
    ("FROM nowhere.gix", "Requested resource not found"),
    ("FROM music.nowhere", "The table does not have the specified index"),
    ("FROM music.music", "The table does not have the specified index"),
    (
        "FROM music WHERE pk='a' ORDER BY n",
        "Attribute n in ORDER BY clause must be part of the primary key",
    ),
    (
        "FROM music WHERE sk=1 ORDER BY sk",
        (
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause."
        ),
    ),
    (
        "FROM music WHERE pk='a' OR pk='b' ORDER BY sk",
        (
            "Must have hash key in ORDER BY clause when more than one hash key condition specified "
            "in WHERE clause."
        ),
    ),
    (
        "FROM music WHERE pk=5",
        "Key attribute's data type should match its data type in table's schema: Key pk",
    ),
    (
        "FROM music WHERE pk='a' AND begins_with(sk,'1')",
        "Key attribute's data type should match its data type in table's schema: Key sk",
    ),
    (
        "FROM music WHERE pk.x='a'",
        (
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk"
        ),
    ),
    (
        "FROM music.gix WHERE g='g1' AND n=1",
        (
            "One or more parameter values were invalid: Secondary index gix does not project one "
            "or more filter attributes: [n]"
        ),
    ),
    (
        "FROM music.lix WHERE pk IN ['a'] AND n IS MISSING",
        (
            "One or more parameter values were invalid: Secondary index lix does not project one "
            "or more filter attributes: [n]"
        ),
    ),
    (
        "FROM music WHERE a < true",
        (
            "Incorrect operand type for operator or function; operator or function: <, operand "
            "type: BOOL"
        ),
    ),
    (
        "FROM nowhere WHERE a BETWEEN <<1>> AND 2",
        (
            "Incorrect operand type for operator or function; operator or function: BETWEEN, "
            "operand type: NS"
        ),
    ),
    ("FROM nowhere WHERE a = ?", "Number of parameters in request and statement don't match."),
    (
        "FROM music WHERE pk IN (" + "'a'," * 50 + "'a')",
        ("Too many decomposed read operations for a given query."),
    ),
    (
        "FROM music WHERE " + " OR ".join(f"pk='a' AND sk={number}" for number in range(51)),
        "Too many decomposed read operations for a given query.",
    ),
    (
        "FROM music WHERE (pk='a' AND sk=1) OR (pk='a' AND sk=2) ORDER BY sk",
        (
            "Must have hash key in ORDER BY clause when more than one hash key condition specified "
            "in WHERE clause."
        ),
    ),
    (
        "FROM music WHERE (pk='a' AND sk=1) OR (pk='b' AND sk='1')",
        "Key attribute's data type should match its data type in table's schema: Key sk",
    ),
]


@pytest.mark.parametrize(("rest", "message"), NOT_POSSIBLE)
def test_a_read_is_refused_in_the_services_words(
    shared_music: Engine, rest: str, message: str
) -> None:
    assert refused(shared_music, f"SELECT * {rest}") == message


def test_an_index_shows_what_it_holds_and_a_local_one_fetches_the_rest(
    shared_music: Engine,
) -> None:
    assert refused(shared_music, "SELECT n, m FROM music.gix WHERE g='g1'") == (
        "One or more parameter values were invalid: Global secondary index gix does not project "
        "[n, m]"
    )
    found = run(
        shared_music,
        "SELECT n FROM music.lix WHERE pk='a' AND l='x'",
        ReturnConsumedCapacity="INDEXES",
    )
    assert sorted(item["n"]["N"] for item in found["Items"]) == ["0", "10", "20", "30", "40"]
    assert found["ConsumedCapacity"] == {
        "CapacityUnits": 3.0,
        "Table": {"CapacityUnits": 2.5},
        "LocalSecondaryIndexes": {"lix": {"CapacityUnits": 0.5}},
        "TableName": "music",
    }
    whole = run(shared_music, "SELECT * FROM music.lix WHERE pk='a' AND l='x'", Limit=1)
    assert [sorted(item) for item in whole["Items"]] == [["l", "pk", "sk"]]
    # By an OR nothing is refused: what the index does not hold looks missing.
    assert keys(run(shared_music, "SELECT * FROM music.gix WHERE g='g1' OR g='g2'")) != []
    assert (
        run(shared_music, "SELECT * FROM music.gix WHERE (g='g1' OR g='g2') AND n=1")["Items"] == []
    )
    assert refused(shared_music, "SELECT * FROM music.gix WHERE g='g1'", ConsistentRead=True) == (
        "Strongly consistent read is not supported on Global Secondary Indexes"
    )


def pages(engine: Engine, statement: str, **members: Any) -> list[list[str]]:
    """The keys of every page."""
    found: list[list[str]] = []
    token: dict[str, Any] = {}
    while True:
        page = run(engine, statement, **members, **token)
        found.append(keys(page))
        assert ("NextToken" in page) == ("LastEvaluatedKey" in page)
        if "NextToken" not in page:
            return found
        token = {"NextToken": page["NextToken"]}


PAGES: list[tuple[str, int, list[list[str]]]] = [
    ("pk='a'", 2, [["a0", "a1"], ["a2", "a3"], ["a4"]]),
    ("pk='a'", 5, [["a0", "a1", "a2", "a3", "a4"], []]),
    ("pk='a' AND n=30", 2, [[], ["a3"], []]),
    ("pk='a' AND sk>2 ORDER BY sk DESC", 1, [["a4"], ["a3"], []]),
    ("pk='a' AND sk=3", 1, [["a3"], []]),
    ("pk='a' AND sk=3", 2, [["a3"]]),
    ("pk='a' AND sk=9", 1, [[]]),
    ("pk IN ['a','b']", 3, [["a0", "a1", "a2"], ["a3", "a4", "b7"], []]),
    ("pk IN ['b','a','c'] AND sk > 2", 2, [["b7", "a3"], ["a4"]]),
    ("pk='b' AND sk=7 OR pk='a' AND sk=1", 1, [["b7"], ["a1"], []]),
    ("(pk='a' AND sk>3) OR (pk='a' AND sk<2)", 2, [["a0", "a1"], ["a4"]]),
    ("(pk='a' AND sk>3) OR (pk='a' AND sk<2) ORDER BY pk, sk DESC", 2, [["a4", "a1"], ["a0"]]),
    ("(pk='a' AND sk>1) OR (pk='a' AND sk<4)", 3, [["a0", "a1", "a2"], ["a3", "a4"]]),
]


@pytest.mark.parametrize(("text", "limit", "expected"), PAGES)
def test_pages_follow_each_other_by_token(
    shared_music: Engine, text: str, limit: int, expected: list[list[str]]
) -> None:
    assert pages(shared_music, f"SELECT * FROM music WHERE {text}", Limit=limit) == expected


def test_pages_of_scans_and_indexes_miss_and_repeat_nothing(shared_music: Engine) -> None:
    for text in ("music", "music.gix", "music.gix WHERE g='g1'", "music.lix WHERE pk='a'"):
        once = keys(run(shared_music, f"SELECT pk, sk FROM {text}"))
        for limit in (1, 2, 4):
            paged = pages(shared_music, f"SELECT pk, sk FROM {text}", Limit=limit)
            assert [key for page in paged for key in page] == once


def test_several_partitions_come_ten_items_a_page(music: Engine) -> None:
    for number in range(10, 25):
        run(music, "INSERT INTO music VALUE {'pk':'b','sk':?}", {"N": str(number)})
    found = pages(music, "SELECT * FROM music WHERE pk IN ['a','b']")
    assert [len(page) for page in found] == [10, 10, 1]


def test_a_token_is_good_for_its_own_request_alone(shared_music: Engine) -> None:
    text = "SELECT * FROM music WHERE pk=? AND sk>=0"
    token = run(shared_music, text, {"S": "a"}, Limit=1)["NextToken"]
    base64.b64decode(token, validate=True)
    again = run(shared_music, text, {"S": "a"}, Limit=3, NextToken=token)
    assert keys(again) == ["a1", "a2", "a3"]
    other = "NextToken does not match request"
    assert refused(shared_music, text, {"S": "b"}, NextToken=token) == other
    assert refused(shared_music, text + " ", {"S": "a"}, NextToken=token) == other
    assert refused(shared_music, "SELECT * FROM solo WHERE id=1", NextToken=token) == other
    assert refused(shared_music, "SELECT * FROM solo", NextToken=token) == other
    assert refused(shared_music, "DELETE FROM solo WHERE id=1", NextToken=token) == other
    flipped = ("B" if token[0] == "A" else "A") + token[1:]
    for forged in ("x", "not base64!", "AAAA", flipped, token[:-4], token + "AAAA", "\u00e9"):
        assert refused(shared_music, text, {"S": "a"}, NextToken=forged) == "Invalid NextToken"


def test_a_token_survives_the_process_and_stays_in_its_account(tmp_path: Path) -> None:
    text, file = "SELECT * FROM music WHERE pk='a'", tmp_path / "music.db"
    engine = Engine.open(file)
    fill(engine)
    token = run(engine, text, Limit=2)["NextToken"]
    engine.close()
    engine = Engine.open(file)
    assert keys(run(engine, text, NextToken=token)) == ["a2", "a3", "a4"]
    stranger = Caller(account="111111111111")
    request = {"Statement": text, "NextToken": token}
    engine.perform("CreateTable", MUSIC, stranger)
    with pytest.raises(DynamoDBError) as refused_there:
        engine.perform("ExecuteStatement", request, stranger)
    assert refused_there.value.message == "Given NextToken is invalid for this account"
    engine.close()
    engine = Engine.open()
    fill(engine)
    assert refused(engine, text, NextToken=token) == "Invalid NextToken"
    engine.close()


def test_the_row_behind_which_reading_goes_on_may_be_gone(music: Engine) -> None:
    token = run(music, "SELECT * FROM music WHERE pk='a'", Limit=2)["NextToken"]
    run(music, "DELETE FROM music WHERE pk='a' AND sk=1")
    found = run(music, "SELECT * FROM music WHERE pk='a'", NextToken=token)
    assert keys(found) == ["a2", "a3", "a4"]


@pytest.mark.parametrize(
    ("rest", "members", "units"),
    [
        ("pk='a' AND sk=1", {}, 0.5),
        ("pk='a' AND sk=9", {"ConsistentRead": True}, 1.0),
        ("pk='a' AND sk=1 AND n=99", {}, 0.5),
        ("pk='a'", {}, 0.5),
        ("pk='a'", {"ConsistentRead": True}, 1.0),
        ("n=1", {}, 0.5),
    ],
)
def test_a_read_consumes_what_it_walks(
    shared_music: Engine, rest: str, members: dict[str, Any], units: float
) -> None:
    text = f"SELECT n FROM music WHERE {rest}"
    found = run(shared_music, text, ReturnConsumedCapacity="TOTAL", **members)["ConsumedCapacity"]
    assert found == {"CapacityUnits": units, "TableName": "music"}


# Repeated work.


def test_a_warm_statement_parses_nothing_and_makes_no_sql(shared_music: Engine) -> None:
    statements = [
        ("SELECT * FROM music WHERE pk=? AND sk=?", {"S": "a"}, {"N": "1"}),
        ("SELECT n FROM music WHERE pk=? AND n>?", {"S": "a"}, {"N": "1"}),
        ("SELECT n FROM music WHERE pk='a' AND n>1 AND NOT m.z=3",),
        ("SELECT pk FROM music.gix WHERE sk=?", {"N": "1"}),
        ("DELETE FROM music WHERE pk='nobody' AND sk=? AND n=1", {"N": "1"}),
    ]
    for text, *parameters in statements:
        run(shared_music, text, *parameters)
    counts = (partiql_parse.parses(), parse.parses(), sql.cache()[1])
    for text, *parameters in statements:
        run(shared_music, text, *parameters)
    assert (partiql_parse.parses(), parse.parses(), sql.cache()[1]) == counts


def test_a_long_statement_is_refused_before_it_is_read(shared_music: Engine) -> None:
    text = "SELECT * FROM music WHERE n=1" + " " * 8192
    assert refused(shared_music, text).endswith(
        "Member must have length less than or equal to 8192"
    )
    assert refused(shared_music, "").startswith(
        "1 validation error detected: Value '' at 'statement'"
    )
    assert refused(shared_music, text[:8192], Limit=0).endswith("greater than or equal to 1")
    assert decode(shared_music.perform("ExecuteStatement", {"Statement": text[:8192]}, Caller()))
