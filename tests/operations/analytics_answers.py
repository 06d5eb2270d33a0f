"""Items of two tables, and what questions about them are answered."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

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
