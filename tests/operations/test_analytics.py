"""Questions in SQL: what they mean, what is refused, and that nothing but reading can happen."""

from __future__ import annotations

import os
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
from tests.operations.analytics_answers import ANSWERS, CUSTOMERS, ORDERS


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
                    "IndexName": "by-status",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                },
                {
                    "IndexName": "keys-only",
                    "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                },
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


def _text_alone(each: Any) -> str:
    """Rows have no name: a set has another text in every process."""
    return each[:70] if isinstance(each, str) else ""


@pytest.mark.parametrize(("text", "rows"), ANSWERS, ids=_text_alone)
def test_an_answer(store: Store, text: str, rows: list[tuple[Any, ...]]) -> None:
    assert store.sql(text).rows == rows


@pytest.mark.parametrize(("text", "rows"), ANSWERS, ids=_text_alone)
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


SHARED = [
    (
        "SELECT status, COUNT(*) AS n, SUM(price), AVG(number), MIN(price), MAX(note) FROM Orders "
        "GROUP BY status HAVING n > 0 ORDER BY status"
    ),
    "SELECT COUNT(price), SUM(price) / COUNT(*), AVG(nothing) FROM Orders",
    (
        "SELECT o.status, COUNT(*) FILTER (WHERE o.paid), 1 + SUM(o.number) AS s FROM Orders o "
        "WHERE o.number > 1 GROUP BY o.status ORDER BY s DESC LIMIT 1 OFFSET 1"
    ),
    (
        "SELECT CASE WHEN price > 1 THEN 'big' ELSE status END AS k, COUNT(*) FROM Orders "
        "GROUP BY k ORDER BY 2, k"
    ),
    "SELECT UPPER(status) AS status, SUM(number * price) FROM Orders GROUP BY 1 ORDER BY 1",
    "SELECT status FROM Orders GROUP BY status ORDER BY COUNT(*), status",
    "SELECT SUM(price), COUNT(*) FROM Orders WHERE number > 99",
    "SELECT status, SUM(number) FROM Orders WHERE price < ? GROUP BY status ORDER BY 1",
]


@pytest.mark.parametrize("text", SHARED)
@pytest.mark.parametrize("exact", [False, True])
def test_shares_brought_together_are_the_whole(
    store: Store, text: str, exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if store.engine.database.memory:
        pytest.skip("a store in memory is asked through one copy of it")
    parameters = [Decimal("0.15") if not exact else 10**30] if "?" in text else []
    whole = store.sql(text, parameters).rows
    assert whole
    monkeypatch.setattr(operations, "ITEMS_A_THREAD", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)
    shared: list[int] = []
    rows = storage.shared_rows

    def counted(*given: Any) -> list[tuple[Any, ...]]:
        shared.append(len(given[0]))
        return rows(*given)

    monkeypatch.setattr(storage, "shared_rows", counted)
    if exact:
        answered = operations._answered  # pyright: ignore[reportPrivateUsage]

        def only_exact(*given: Any, exact: bool) -> operations.Answer:
            del exact
            return answered(*given, exact=True)

        monkeypatch.setattr(operations, "_answered", only_exact)
    assert store.sql(text, parameters).rows == whole
    assert set(shared) == {3}
    monkeypatch.setattr(operations, "MOST_GROUPS", 0)  # More groups than that: one statement.
    assert store.sql(text, parameters).rows == whole


@pytest.mark.parametrize(
    "text",
    [
        "SELECT COUNT(*) FROM Orders",
        "SELECT customer, COUNT(*) FROM Orders GROUP BY customer",
        "SELECT SUM(price) FROM Orders WHERE customer = 'ann'",
        "SELECT COUNT(DISTINCT price) FROM Orders",
        "SELECT GROUP_CONCAT(status) FROM Orders",
        "SELECT COUNT(*) FROM Orders a, Orders b WHERE a.price = b.price",
        "SELECT price FROM Orders",
        "SELECT SUM(price) FROM (SELECT price FROM Orders) t",
    ],
)
def test_what_shares_cannot_make_is_one_statement(
    store: Store, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise AssertionError

    monkeypatch.setattr(operations, "ITEMS_A_THREAD", 1)
    monkeypatch.setattr(storage, "shared_rows", refuse)
    assert store.sql(text).rows


def test_time_is_limited_in_shares(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operations, "ITEMS_A_THREAD", 1)
    monkeypatch.setattr(storage, "_STEPS", 1)
    with pytest.raises(SqlError, match="no answer within 1e-06 seconds"):
        store.sql("SELECT status, SUM(price) FROM Orders GROUP BY status", seconds=1e-6)


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
    ("SELECT FROM Orders", "SELECT names nothing"),
    ("SELECT COUNT(,) FROM Orders", "a value is missing"),
    ("SELECT 1 FROM Orders WHERE SUM(price) > 1", "an aggregate in WHERE is not offered"),
    ("SELECT a -> 'b' FROM Orders", "the operator -> is not offered"),
    ("SHOW TABLES", "only questions are answered (SELECT, WITH, UNION), not SHOW"),
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


def bool_of_nothing(_: object) -> bool:
    return False


def test_sums_are_the_same_without_the_extension(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT SUM(price), SUM(number), SUM(nothing), AVG(number) FROM Orders"
    with_extension = store.sql(text).rows
    monkeypatch.setattr(storage, "_load_decimal", bool_of_nothing)
    assert store.sql(text).rows == with_extension
