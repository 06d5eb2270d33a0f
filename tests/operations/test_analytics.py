"""Questions in SQL: what they mean, what is refused, and that nothing but reading can happen."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import apsw
import pytest

import dynalite_py
from dynalite_py.doors.library.exceptions import SqlError
from dynalite_py.doors.library.store import Store
from dynalite_py.language import analytics, analytics_scopes
from dynalite_py.language import analytics_values as carriers
from dynalite_py.model.analytics_errors import AnalyticsError
from dynalite_py.operations import analytics as operations
from dynalite_py.storage import analytics as storage

ORDERS = [
    {
        "customer": "ann",
        "number": 1,
        "price": Decimal("0.1"),
        "status": "new",
        "lines": [{"sku": "x", "count": 2}, {"sku": "y", "count": 3}],
        "paid": True,
        "tags": {"red", "green"},
        "to": {"city or town": {"name": "Rome"}, "floors": [1, 2]},
        "nothing": None,
    },
    {
        "customer": "ann",
        "number": 2,
        "price": Decimal("0.2"),
        "status": "paid",
        "lines": [{"sku": "x", "count": 4}],
        "paid": False,
        "data": b"12",
    },
    {"customer": "bob", "number": 3, "price": 3, "status": "paid", 'a"b': 1, "a\0b": 2},
    {"customer": "bob", "number": 4, "price": "three"},
]
CUSTOMERS = [{"id": "ann", "name": "Ann Ash"}, {"id": "cy", "name": "Cy Cole"}]


@pytest.fixture(scope="module", params=["memory", "file"])
def store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Store]:
    path = ":memory:" if request.param == "memory" else tmp_path_factory.mktemp("sql") / "a.db"
    with dynalite_py.connect(path) as opened:
        opened.create_table(
            TableName="Orders",
            AttributeDefinitions=[
                {"AttributeName": "customer", "AttributeType": "S"},
                {"AttributeName": "number", "AttributeType": "N"},
                {"AttributeName": "status", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "customer", "KeyType": "HASH"},
                {"AttributeName": "number", "KeyType": "RANGE"},
            ],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": name,
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": projection},
                }
                for name, projection in (("by-status", "ALL"), ("keys-only", "KEYS_ONLY"))
            ],
            BillingMode="PAY_PER_REQUEST",
        )
        opened.create_table(
            TableName="Customers-2",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for order in ORDERS:
            opened.table("Orders").put(order)
        for customer in CUSTOMERS:
            opened.table("Customers-2").put(customer)
        yield opened


ANSWERS: list[tuple[str, list[tuple[Any, ...]]]] = [
    ("SELECT 1, 'a''b', TRUE, NULL, -2.50", [(1, "a'b", True, None, Decimal("-2.5"))]),
    ("SELECT COUNT(*) FROM Orders", [(4,)]),
    (
        (
            "SELECT customer, COUNT(*), SUM(price), MIN(price) FROM Orders "
            "GROUP BY customer ORDER BY 1"
        ),
        [("ann", 2, Decimal("0.3"), Decimal("0.1")), ("bob", 2, 3, 3)],
    ),
    # Groups
    ("SELECT AVG(number), AVG(price) FROM Orders", [(Decimal("2.5"), Decimal("1.1"))]),
    (
        "SELECT AVG(n) FROM (SELECT 1 AS n UNION ALL SELECT 0 UNION ALL SELECT 0) t",
        [(Decimal("0.333333333333333"),)],
    ),
    (
        "SELECT SUM(price), AVG(price), COUNT(price), MAX(price) FROM Orders WHERE number > 9",
        [(None, None, 0, None)],
    ),
    ("SELECT status, COUNT(*) AS n FROM Orders GROUP BY status HAVING n > 1", [("paid", 2)]),
    (
        "SELECT status, COUNT(*) FROM Orders GROUP BY status ORDER BY status NULLS LAST",
        [("new", 1), ("paid", 2), (None, 1)],
    ),
    (
        "SELECT UPPER(status) AS status, COUNT(*) FROM Orders GROUP BY status ORDER BY 1 DESC LIMIT 1",
        [("PAID", 2)],
    ),
    ("SELECT COUNT(DISTINCT customer), SUM(DISTINCT number % 2) FROM Orders", [(2, 1)]),
    (
        "SELECT COUNT(*) FILTER (WHERE paid), SUM(number) FILTER (WHERE NOT paid) FROM Orders",
        [(1, 2)],
    ),
    ("SELECT GROUP_CONCAT(number, '-') FROM Orders WHERE customer = 'ann'", [("1-2",)]),
    (
        (
            "SELECT CASE WHEN price > 1 THEN 'big' ELSE 'small' END AS k, COUNT(*) FROM Orders "
            "WHERE ATTRIBUTE_TYPE(price) = 'N' GROUP BY k ORDER BY k"
        ),
        [("big", 1), ("small", 2)],
    ),
    ("SELECT DISTINCT customer FROM Orders ORDER BY customer DESC", [("bob",), ("ann",)]),
    # Joins
    (
        'SELECT o.number, c.name FROM Orders o JOIN "Customers-2" c ON c.id = o.customer ORDER BY 1',
        [(1, "Ann Ash"), (2, "Ann Ash")],
    ),
    (
        (
            'SELECT o.number, c.name FROM Orders o LEFT JOIN "Customers-2" c ON c.id = o.customer '
            "WHERE o.number > 1 ORDER BY 1"
        ),
        [(2, "Ann Ash"), (3, None), (4, None)],
    ),
    (
        (
            'SELECT o.number, c.id FROM Orders o FULL JOIN "Customers-2" c ON c.id = o.customer '
            "ORDER BY 1 NULLS LAST, 2"
        ),
        [(1, "ann"), (2, "ann"), (3, None), (4, None), (None, "cy")],
    ),
    (
        (
            "SELECT a.number, b.number FROM Orders a JOIN Orders b USING (status) "
            "WHERE a.number < b.number"
        ),
        [(2, 3)],
    ),
    ('SELECT COUNT(*) FROM Orders, "Customers-2"', [(8,)]),
    # Lists
    (
        "SELECT o.number, l.sku, l.count FROM Orders o, UNNEST(o.lines) AS l ORDER BY 1, 2",
        [(1, "x", 2), (1, "y", 3), (2, "x", 4)],
    ),
    (
        "SELECT l.sku, SUM(l.count) FROM Orders o, o.lines AS l GROUP BY l.sku ORDER BY 1",
        [("x", 6), ("y", 3)],
    ),
    (
        (
            "SELECT at, line.sku FROM Orders o CROSS JOIN UNNEST(o.lines) AS l(line) WITH OFFSET AS at "
            "WHERE number = 1"
        ),
        [(0, "x"), (1, "y")],
    ),
    (
        "SELECT number, l FROM Orders o LEFT JOIN UNNEST(o.tags) AS l ON TRUE ORDER BY number, l",
        [(1, "green"), (1, "red"), (2, None), (3, None), (4, None)],
    ),
    # Queries inside queries
    (
        (
            "WITH t AS (SELECT customer AS c, MAX(number) AS n FROM Orders GROUP BY customer) "
            "SELECT n FROM t WHERE c = 'bob'"
        ),
        [(4,)],
    ),
    (
        "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n * 2 FROM r WHERE n < 9) SELECT n FROM r",
        [(1,), (2,), (4,), (8,), (16,)],
    ),
    ('SELECT id FROM "Customers-2" WHERE id NOT IN (SELECT customer FROM Orders)', [("cy",)]),
    (
        (
            'SELECT name FROM "Customers-2" c WHERE EXISTS (SELECT 1 FROM Orders o WHERE '
            "o.customer = c.id)"
        ),
        [("Ann Ash",)],
    ),
    (
        (
            'SELECT id, (SELECT MAX(number) FROM Orders o WHERE o.customer = c.id) FROM "Customers-2" c '
            "ORDER BY id"
        ),
        [("ann", 2), ("cy", None)],
    ),
    (
        'SELECT customer FROM Orders UNION SELECT id FROM "Customers-2" ORDER BY customer LIMIT 2',
        [("ann",), ("bob",)],
    ),
    ('SELECT customer FROM Orders EXCEPT SELECT id FROM "Customers-2"', [("bob",)]),
    (
        (
            "SELECT t.n FROM (SELECT customer, COUNT(*) AS n FROM Orders GROUP BY customer) t WHERE n > 1 "
            "LIMIT 1"
        ),
        [(2,)],
    ),
    # Windows
    (
        (
            "SELECT number, SUM(number) OVER (ORDER BY number ROWS BETWEEN 1 PRECEDING AND CURRENT ROW), "
            "ROW_NUMBER() OVER (PARTITION BY customer ORDER BY number DESC), LAG(number) OVER w "
            "FROM Orders WINDOW w AS (ORDER BY number) ORDER BY number"
        ),
        [(1, 1, 2, None), (2, 3, 1, 1), (3, 5, 2, 2), (4, 7, 1, 3)],
    ),
    # Names and types
    (
        (
            'SELECT "to"."city or town".name, "to".floors[1], lines[0].sku FROM Orders '
            "WHERE number = 1"
        ),
        [("Rome", 2, "x")],
    ),
    ('SELECT "a""b", a FROM Orders WHERE number = 3', [(1, None)]),
    ("SELECT number FROM Orders WHERE nothing IS NULL AND nothing IS NOT MISSING", [(1,)]),
    ("SELECT COUNT(*) FROM Orders WHERE nothing IS NULL", [(4,)]),
    ("SELECT COUNT(*) FROM Orders WHERE nothing IS MISSING", [(3,)]),
    ("SELECT number FROM Orders WHERE attribute_exists(lines) AND NOT paid", [(2,)]),
    (
        "SELECT tags, data, paid FROM Orders WHERE number < 3 ORDER BY number",
        [({"red", "green"}, None, True), (None, b"12", False)],
    ),
    ("SELECT number FROM Orders WHERE price = 'three' OR price = 3 ORDER BY number", [(3,), (4,)]),
    ("SELECT price FROM Orders ORDER BY price DESC LIMIT 2 OFFSET 1", [(3,), (Decimal("0.2"),)]),
    ('SELECT status, number FROM "Orders"."by-status" WHERE status = \'new\'', [("new", 1)]),
    ('SELECT status, price FROM "Orders"."keys-only" WHERE number = 1', [("new", None)]),
    ('SELECT * FROM Orders."keys-only" WHERE number = 1', [("new", "ann", 1)]),
    ("SELECT o FROM Orders o WHERE number = 4", [(ORDERS[3],)]),
    ('SELECT * FROM "Customers-2" ORDER BY id', [("ann", "Ann Ash"), ("cy", "Cy Cole")]),
    # Functions
    (
        "SELECT SUBSTR('abcdef', 2, 3), LENGTH('é😀'), REPLACE('aXa', 'a', 'bb'), TRIM('  a ')",
        [("bcd", 2, "bbXbb", "a")],
    ),
    (
        "SELECT 'a' || 1 || TRUE, CONCAT('x', 0.5), COALESCE(NULL, 2), NULLIF(1, 1)",
        [("a1true", "x0.5", 2, None)],
    ),
    (
        "SELECT ROUND(2.345, 2), ROUND(-0.5), FLOOR(-1.5), CEIL(1.2), ABS(-3), 7 % 4, 7 / 2, 1 / 0",
        [(Decimal("2.35"), -1, -2, 2, 3, 3, Decimal("3.5"), None)],
    ),
    (
        (
            "SELECT CAST('12' AS INT), CAST(1.9 AS INT), CAST(7 AS TEXT), CAST('x' AS INT), "
            "CAST('true' AS BOOLEAN)"
        ),
        [(12, 1, "7", None, True)],
    ),
    (
        (
            "SELECT SIZE(lines), CONTAINS(tags, 'red'), BEGINS_WITH(status, 'n') FROM Orders "
            "WHERE number = 1"
        ),
        [(2, True, True)],
    ),
    (
        "SELECT number FROM Orders WHERE status LIKE 'p_i%' AND status ILIKE 'PAID' ORDER BY 1",
        [(2,), (3,)],
    ),
    ("SELECT number FROM Orders WHERE number BETWEEN 2 AND 3 AND customer IN ('ann', 'x')", [(2,)]),
    ("SELECT number FROM Orders WHERE (customer, number) IN (('ann', 1), ('bob', 2))", [(1,)]),
    ("SELECT 0.1 + 0.2 = 0.3, 1 = 1.0, '1' = 1, TRUE = 1", [(True, True, False, False)]),
    (
        (
            "SELECT 12345678901234567890123456789012345678 - 1, "
            "99999999999999999999999999999999999999 > 99999999999999999999999999999999999998"
        ),
        [(12345678901234567890123456789012345677, True)],
    ),
]


@pytest.mark.parametrize(("text", "rows"), ANSWERS, ids=lambda each: str(each)[:70])
def test_an_answer(store: Store, text: str, rows: list[tuple[Any, ...]]) -> None:
    assert store.sql(text).rows == rows


@pytest.mark.parametrize(("text", "rows"), ANSWERS, ids=lambda each: str(each)[:70])
def test_the_exact_form_answers_alike(
    store: Store,
    text: str,
    rows: list[tuple[Any, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answered = operations._answered  # pyright: ignore[reportPrivateUsage]

    def only_exact(*given: Any, exact: bool) -> operations.Answer:
        del exact
        return answered(*given, exact=True)

    monkeypatch.setattr(operations, "_answered", only_exact)
    assert store.sql(text).rows == rows


def test_columns_have_the_names_of_the_text(store: Store) -> None:
    text = 'SELECT o.number, "to".floors[0], COUNT(*) AS n FROM Orders o GROUP BY 1, 2'
    assert store.sql(text).columns == ["number", "floors", "n"]
    assert store.sql("SELECT * FROM Orders").columns[:4] == ["customer", "number", "a\0b", 'a"b']


def test_parameters_are_values_in_the_order_of_the_text(store: Store) -> None:
    text = (
        "WITH t AS (SELECT number, price FROM Orders WHERE customer = ?) "
        "SELECT number, ? FROM t WHERE price < ? ORDER BY number LIMIT ?"
    )
    assert store.sql(text, ["ann", "it's", Decimal("0.15"), 5]).rows == [(1, "it's")]
    found = store.sql("SELECT ?, ?, ?, ?, ?", [None, True, b"\0", [1, {"a": "b"}], {"x", "y"}])
    assert found.rows == [(None, True, b"\0", [1, {"a": "b"}], {"x", "y"})]


REFUSALS = [
    ("SELECT pk FROM Order", 'there is no table "Order"; did you mean "Orders"?'),
    ("SELECT * FROM nothing_like_it", 'there is no table "nothing_like_it"; there are '),
    ('SELECT 1 FROM Orders."by-stat"', 'has no index "by-stat"; there are "by-status"'),
    ("SELECT UPER(a) FROM Orders", "there is no function UPER; did you mean UPPER?"),
    ("SELECT status, COUNT(*) FROM Orders", "status is neither in GROUP BY"),
    ("SELECT number FROM Orders a, Orders b", '"number" may be of "a", "b": write a.number'),
    ("SELECT x.a FROM (SELECT 1 AS b) x", 'has a column "a"; there are "b"'),
    ("SELECT 1; SELECT 2", "one statement is answered at a time, not 2"),
    ("", "one statement is answered at a time, not 0"),
    ("SELECT FROM WHERE", "this is no SQL that is understood here"),
    ("SELECT 'open", "this is no SQL that is understood here"),
    ("SELECT (1", "line 1, column"),
    ("SELECT ? FROM Orders", "the text has 1 placeholders, and 0 values were given"),
    ("SELECT :name", "the named placeholder :name is not offered"),
    ("SELECT 1 LIMIT -1", "LIMIT takes a whole number"),
    ("SELECT 1 LIMIT 'x'", "LIMIT takes a whole number"),
    ("SELECT 1 ORDER BY 2", "2 names no column"),
    ("SELECT 1 UNION SELECT 1, 2", "the second query has another number of columns"),
    ("SELECT (SELECT 1, 2)", "a query inside an expression has another number of columns"),
    ("SELECT SUBSTR('a') FROM Orders", "takes another number of arguments"),
    ("SELECT DISTINCT ON (a) a FROM Orders", "DISTINCT ON is not offered"),
    ("SELECT a FROM Orders GROUP BY ROLLUP(a)", "is not offered"),
    ("SELECT 1 QUALIFY 1 = 1", "QUALIFY is not offered"),
    ("SELECT 1e99999", "too large or too small"),
    ("(" * 10_000 + "1" + ")" * 10_000, "nested too deeply"),
    ("SELECT " + "(" * 10_000 + "1" + ")" * 10_000, "nested too deeply"),
    ("SELECT " + "+".join(["1"] * 9_000), "is"),
    ("SELECT 1 -- " + "x" * 70_000, "characters; 65,536 at most"),
]


@pytest.mark.parametrize(("text", "said"), REFUSALS, ids=lambda each: str(each)[:50])
def test_a_refusal(store: Store, text: str, said: str) -> None:
    with pytest.raises(SqlError, match=re.escape(said)):
        store.sql(text)


WRITES = [
    "INSERT INTO Orders VALUES (1)",
    "INSERT INTO items_1 SELECT * FROM items_1",
    "UPDATE Orders SET a = 1",
    "DELETE FROM Orders",
    "DROP TABLE Orders",
    "CREATE TABLE x (a)",
    "ALTER TABLE Orders ADD x",
    "ATTACH DATABASE '/tmp/x.db' AS x",
    "DETACH DATABASE main",
    "PRAGMA query_only = OFF",
    "VACUUM INTO '/tmp/x.db'",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "COMMIT",
    "SELECT load_extension('x')",
    "SELECT writefile('/tmp/x', 'y')",
    "SELECT readfile('/etc/passwd')",
    "SELECT * FROM sqlite_master",
    "SELECT * FROM tables",
    "SELECT * FROM items_1",
    "SELECT * FROM pragma_table_list",
    "SELECT * FROM json_each('[1]')",
    "SELECT * INTO x FROM Orders",
    "WITH x AS (DELETE FROM Orders) SELECT 1",
    "SELECT dyn_at('{}', '[]')",
    "SELECT AS_TEXT(1)",
    "SELECT 1 FROM Orders WHERE number = 1; DROP TABLE Orders",
]


@pytest.mark.parametrize("text", WRITES)
def test_a_text_that_would_do_more_than_ask_is_refused(store: Store, text: str) -> None:
    with pytest.raises(SqlError):
        store.sql(text)
    assert store.sql("SELECT COUNT(*) FROM Orders").rows == [(4,)]


STATEMENTS = [
    "INSERT INTO items_1 SELECT * FROM items_1",
    "UPDATE items_1 SET item = ''",
    "DELETE FROM items_1",
    "DROP TABLE items_1",
    "CREATE TABLE x (a)",
    "CREATE TEMP TABLE x (a)",
    "CREATE TEMP VIEW x AS SELECT 1",
    "CREATE TEMP TRIGGER x AFTER INSERT ON items_1 BEGIN SELECT 1; END",
    "ATTACH DATABASE ':memory:' AS x",
    "PRAGMA query_only = OFF",
    "PRAGMA journal_mode = DELETE",
    "VACUUM",
    "REINDEX",
    "ANALYZE",
    "COMMIT",
    "SAVEPOINT x",
    "SELECT load_extension('x')",
    "SELECT * FROM items_2",
    "SELECT * FROM tables",
    "SELECT * FROM tokens",
    "SELECT * FROM sqlite_schema",
    "SELECT * FROM pragma_table_list",
    "SELECT randomblob(1000000000)",
    "SELECT printf('%s', item) FROM items_1",
]


def _allowed(db: apsw.Connection, functions: Collection[str], sql: str) -> None:
    storage.allow(db, {"items_1"}, functions)
    assert db.execute("SELECT COUNT(*) FROM items_1").get == 4
    db.execute(sql).fetchall()


def _delete_without_authorizer(db: apsw.Connection) -> None:
    db.set_authorizer(None)
    db.execute("PRAGMA query_only = OFF")
    db.execute("DELETE FROM items_1")


@pytest.mark.parametrize("sql", STATEMENTS)
def test_sqlite_itself_refuses_what_is_not_allowed(store: Store, sql: str) -> None:
    """Even a statement that no text could become."""
    functions = carriers.functions(exact=False)
    with (
        pytest.raises(AnalyticsError, match="SQLite does not answer this"),
        storage.opened(store.engine.database, functions, 5) as db,
    ):
        _allowed(db, functions, sql)
    assert store.sql("SELECT COUNT(*) FROM Orders").rows == [(4,)]


def test_the_connection_is_read_only_without_the_authorizer(store: Store) -> None:
    if store.engine.database.memory:
        pytest.skip("a store in memory is asked through a copy of it")
    with (
        pytest.raises(AnalyticsError, match=r"readonly|read-only"),
        storage.opened(store.engine.database, {}, 5) as db,
    ):
        _delete_without_authorizer(db)


HOSTILE = [
    "'; DROP TABLE items_1; --",
    '" FROM items_1; --',
    "a' OR '1'='1",
    "/* */ UNION SELECT definition FROM tables",
    ":v0",
    "?",
    "\0",
    "$.a",
]


# What a statement over no table is made of: words of ours, names and placeholders with numbers.
WORDS = re.compile(
    r"\b(?:SELECT|AS|FROM|WHERE|GROUP|BY|OR|LIKE|CASE|WHEN|THEN|END|typeof|count|dyn_inside|text)\b"
    r"|\b[rs][0-9]+(?:_[0-9]+)?\b|:v[0-9]+\b|[(),.*=' ]"
)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_text_of_the_user_is_in_the_sql(hostile: str) -> None:
    literal, name = hostile.replace("'", "''"), hostile.replace('"', '""')
    text = (
        f"""SELECT "{name}"."{name}"[0] AS "{name}", '{literal}', COUNT(*) FROM Orders """
        f"""WHERE "{name}" = '{literal}' OR "{name}" LIKE '{literal}' GROUP BY 1, 2"""
    )

    class Tables:
        def find(self, name: str, index: str | None) -> analytics_scopes.Found:
            raise AnalyticsError(name)

        def attributes(self, found: analytics_scopes.Found) -> list[str]:
            return []

    question = analytics.parsed(text.replace("FROM Orders", f'FROM (SELECT 1 AS "{name}") t'))
    made = analytics.statement(question, Tables(), [], exact=False)
    assert WORDS.sub("", made.sql) == ""


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_and_values_are_names_and_values(hostile: str) -> None:
    with dynalite_py.connect() as store:
        store.create_table(
            TableName="t-1",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        store.table("t-1").put({"id": hostile, hostile: {hostile: hostile}})
        name = hostile.replace('"', '""')
        path = f'"{name}"."{name}"'
        text = f'SELECT {path} AS "{name}" FROM "t-1" WHERE id = ? AND {path} = ?'
        answer = store.sql(text, [hostile, hostile])
        assert (answer.columns, answer.rows) == ([hostile], [(hostile,)])


# Limits.

ENDLESS = "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT {} FROM r"


def test_time_is_limited(store: Store) -> None:
    with pytest.raises(SqlError, match=r"no answer within 0\.05 seconds"):
        store.sql(ENDLESS.format("COUNT(*)"), seconds=0.05)


def test_rows_are_limited(store: Store) -> None:
    assert len(store.sql("SELECT number FROM Orders", rows=4)) == 4
    with pytest.raises(SqlError, match="more than 3 rows"):
        store.sql("SELECT number FROM Orders", rows=3)
    with pytest.raises(SqlError, match="more than 50 rows"):
        store.sql(ENDLESS.format("n"), rows=50)


def test_bytes_are_limited(store: Store) -> None:
    with pytest.raises(SqlError, match="more than 100 bytes"):
        store.sql("SELECT * FROM Orders", size_bytes=100)


def test_a_value_is_limited(store: Store) -> None:
    text = (
        "WITH RECURSIVE r(n, t) AS (SELECT 1, 'aaaaaaaa' UNION ALL SELECT n + 1, t || t FROM r "
        "WHERE n < 40) SELECT MAX(LENGTH(t)) FROM r"
    )
    with pytest.raises(SqlError, match="a value became longer than"):
        store.sql(text)


def test_a_number_is_limited(store: Store) -> None:
    text = (
        "WITH RECURSIVE r(n, x) AS (SELECT 1, 9 UNION ALL SELECT n + 1, x * x FROM r WHERE n < 40) "
        "SELECT MAX(x) FROM r"
    )
    with pytest.raises(SqlError, match="too large or too small"):
        store.sql(text)


# What surrounds a question.


def test_a_question_sees_one_commit_and_every_acknowledged_write(tmp_path: Path) -> None:
    with dynalite_py.connect(tmp_path / "a.db") as store:
        store.create_table(
            TableName="t-1",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for count in range(1, 4):
            store.table("t-1").put({"id": str(count)})
            assert store.sql('SELECT COUNT(*) FROM "t-1"').rows == [(count,)]


def test_tables_of_other_regions_are_not_there(store: Store) -> None:
    store.client(region="eu-west-1").create_table(
        TableName="Elsewhere",
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with pytest.raises(SqlError, match='no table "Elsewhere"'):
        store.sql("SELECT * FROM Elsewhere")


def test_a_closed_store_answers_no_question() -> None:
    store = dynalite_py.connect()
    store.close()
    with pytest.raises(dynalite_py.exceptions.StoreClosedError):
        store.sql("SELECT 1")


def test_sums_are_the_same_without_the_extension(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT SUM(price), SUM(number), SUM(nothing), AVG(number) FROM Orders"
    with_extension = store.sql(text).rows
    monkeypatch.setattr(storage, "_load_decimal", lambda _: False)
    assert store.sql(text).rows == with_extension
