"""Texts that are no statements: the service's own words for each."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable

import pytest

from dynalite_py.language import nodes, partiql_access, partiql_parse
from dynalite_py.model.errors import DynamoDBError

WELL_FORMED = "Statement wasn't well formed, can't be processed: "

# Source: facts, PartiQL, Stage-1 details.
MALFORMED = [
    ('SLECT * FROM "T"', "Expected data manipulation"),
    ("UPDATE a-b SET x=1", "Expected data manipulation"),
    ('UPDATE "T" WHERE a=1', "Expected data manipulation"),
    ('UPDATE "T" ADD a=1', "Expected data manipulation"),
    ('SELECT FROM "T"', "Expected data manipulation"),
    ("SELECT value FROM tab", "Expected data manipulation"),
    ("INSERT INTO urls (key, val) VALUES (1)", "Unexpected keyword"),
    ("SELECT date FROM tab", "Unexpected keyword"),
    ("INSERT \"T\" VALUE {'a':1}", "Unexpected keyword"),
    ("ALTER TABLE tab", "Unexpected keyword"),
    ("BEGIN", "Unexpected keyword"),
    ("WITH x AS y", "Unexpected keyword"),
    ('SELECT * FROM "tab WHERE a=1', ""),
    ("SELECT * FROM tab WHERE a='x", ""),
    ("SELECT * FROM tab WHERE a=#x", ""),
    ("SELECT * FROM tab WHERE a ~ 1", ""),
    ("SELECT * FROM tab WHERE a='x' b", "Unexpected token after expression"),
    ("MERGE INTO tab", "Unexpected token after expression"),
    ("SHOW TABLES", "Unexpected token after expression"),
    ("INVALID SYNTAX HERE", "Unexpected token after expression"),
    ('INSERT INTO "T" (a,b) VALUES (1)', "Unexpected token after expression"),
    ("SELECT * FROM tab)", "Unexpected token after expression"),
    ("SELECT * FROM tab WHERE a=b'xx'", "Unexpected token after expression"),
    ("UPDATE tab SET a=1 WHERE b=2 SET c=3", "Unexpected token after expression"),
    ("UPDATE tab REMOVE a, b WHERE c=1", "Unexpected token after expression"),
    ("INSERT INTO tab VALUE {'a':1} IF NOT EXISTS", "Unexpected token after expression"),
    ("", "Unexpected term"),
    ("  -- nothing\n", "Unexpected term"),
    ("SELECT", "Unexpected term"),
    ("SELECT * FROM", "Unexpected term"),
    ("SELECT * FROM tab WHERE", "Unexpected term"),
    ("INSERT INTO tab VALUE {'a':[1,]}", "Unexpected term"),
    ("INSERT INTO tab VALUE {'a':1,}", "Unexpected term"),
    ("INSERT INTO tab VALUE {'a':<<1,>>}", "Unexpected term"),
    ("DELETE FROM tab WHERE a=1 RETURNING ALL OLD", "Unexpected term"),
    ("SELECT *", "Expected FROM after SELECT list"),
    (
        "SELECT *, a FROM tab",
        (
            "Other expressions may not be present in the select list when '*' is used without dot "
            "notation."
        ),
    ),
    ("SELECT a[*] FROM tab", "Invalid use of * in select list"),
    ("SELECT a.*.b FROM tab", "Invalid use of * in select list"),
    (
        "SELECT * FROM tab WHERE a =",
        "Missing right-hand side expression of infix operator",
    ),
    (
        "SELECT * FROM tab WHERE a=1 AND",
        "Missing right-hand side expression of infix operator",
    ),
    ("SELECT * FROM tab WHERE a == 1", "Unexpected operator"),
    ("SELECT * FROM tab WHERE (a=1", "Expected RIGHT_PAREN"),
    ("SELECT * FROM tab WHERE a IN [1", "Expected RIGHT_BRACKET"),
    ("INSERT INTO tab VALUE {'a':1", "Expected RIGHT_CURLY"),
    ("INSERT INTO tab VALUE {'a':<<1}", "Expected RIGHT_DOUBLE_ANGLE_BRACKET"),
    ("INSERT INTO tab VALUE {'a' 1}", "Expected COLON"),
    ("SELECT * FROM tab WHERE a BETWEEN 1", "Expected AND keyword"),
    ("SELECT * FROM tab WHERE a BETWEEN 1 AND", "Expected expression after AND"),
    ("SELECT * FROM tab WHERE a IS 'x'", "Expected type name"),
    ("SELECT * FROM tab WHERE a IS foo", "Expected type name"),
    ("SELECT * FROM tab WHERE a=1 ORDER x", "Expected BY"),
    ('DELETE "T"', "Expected FROM after DELETE"),
    ("UPDATE tab SET a WHERE b=1", "Expected '='"),
    ("UPDATE tab SET WHERE b=1", "Expected identifier for simple path"),
    ("UPDATE 'tab' SET a=1", "Expected identifier for simple path"),
    ("UPDATE tab SET 1=1", "Expected identifier for simple path"),
    ("UPDATE tab SET date=1", "Expected identifier for simple path"),
    ("UPDATE tab SET ?=1", "Expected identifier for simple path"),
    ("DELETE FROM user WHERE a=1", "Expected identifier for simple path"),
    ("UPDATE tab SET a[1+1]=1", "Invalid path component for simple path"),
    ("UPDATE tab SET a[?]=1", "Invalid path component for simple path"),
    ("SELECT a.date FROM tab", "Invalid path dot component"),
    ("SELECT * FROM tab WHERE a.1 = 1", "Unexpected token after expression"),
    ("SELECT * FROM tab WHERE a.", "Invalid path dot component"),
    (
        "INSERT INTO tab VALUES {'a':1}",
        "Expected LEFT_PAREN for row value constructor",
    ),
    (
        "DELETE FROM tab WHERE a=1 RETURNING OLD ALL *",
        "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
    ),
    (
        "DELETE FROM tab WHERE a=1 RETURNING *",
        "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.",
    ),
    (
        "SELECT * FROM tab; SELECT * FROM tab",
        "Unexpected token after semicolon. (Only one query is allowed.)",
    ),
]

# Source: facts, PartiQL, what DynamoDB Local answers.
UNSUPPORTED = [
    ("SELECT COUNT(*) FROM tab", "Unexpected path component at 1:8:5"),
    ("SELECT pk, COUNT(*) FROM tab", "Unexpected path component at 1:12:5"),
    ("SELECT\n COUNT(*) FROM tab", "Unexpected path component at 2:2:5"),
    ("SELECT size(s) FROM music", "Unexpected path component at 1:8:4"),
    ("SELECT n+1 FROM music", "Unexpected path component at 1:9:1"),
    ("SELECT 'lit' FROM music", "Unexpected path component at 1:8:5"),
    ("SELECT a AS b FROM music", "Aliasing is not supported"),
    ("SELECT a b FROM music", "Aliasing is not supported"),
    ("SELECT * FROM music m", "Aliasing is not supported"),
    ("SELECT * FROM 0abc", "Aliasing is not supported"),
    ("SELECT m.z, z FROM music", "Duplicate identifiers in select clause: z"),
    ("SELECT VALUE n FROM music", "Select projection doesn't support value or pivot keywords"),
    ("SELECT DISTINCT n FROM music", "Unsupported token in expression: DISTINCT"),
    ("SELECT m.* FROM music", "Changing item's hierarchy while reading isn't supported"),
    ("SELECT * FROM music LIMIT 1", "Unsupported clause: LIMIT at 1:27:1"),
    ("SELECT * FROM music GROUP BY pk", "Unsupported clause: GROUP BY"),
    (
        "SELECT * FROM music, solo",
        "Only select from a single table or index is supported.",
    ),
    (
        "SELECT * FROM music JOIN solo ON a=b",
        "Only select from a single table or index is supported.",
    ),
    (
        "SELECT * FROM T",
        (
            "Table name should be within the length [3, 255] and only contain "
            "'a-z', 'A-Z', '0-9', '-', '_', '.'."
        ),
    ),
    (
        "SELECT * FROM music ORDER BY pk",
        "Must have WHERE clause in the statement when using ORDER BY clause.",
    ),
    ("SELECT * FROM music WHERE zz = MISSING", "MISSING must be compared using IS operator"),
    (
        "SELECT * FROM music WHERE n + 1 = 2",
        "Unsupported operator in Condition Expression. Operator: +",
    ),
    (
        "SELECT * FROM music WHERE n * 2 = 2",
        "Unsupported operator in Condition Expression. Operator: *",
    ),
    (
        "SELECT * FROM music WHERE s LIKE 'a'",
        "Unsupported operator in Condition Expression. Operator: like",
    ),
    (
        "SELECT * FROM music WHERE s || 'a' = 'b'",
        "Unsupported operator in Condition Expression. Operator: ||",
    ),
    ("SELECT * FROM music WHERE upper(s) = 'A'", "Unrecognized function: upper"),
    (
        "SELECT * FROM music WHERE s",
        "WHERE clause must contain an expression that resolves to a boolean",
    ),
    (
        "SELECT * FROM music WHERE pk = (SELECT pk FROM solo)",
        "Unsupported token in expression: SELECT at 1:33:6",
    ),
    ('SELECT * FROM "music"."a"."b"', "A path may contain at most 2 components in the FROM clause"),
    (
        "SELECT * FROM music WHERE pk IN (SELECT pk FROM solo)",
        (
            "IN operator must have a left hand argument of type Variable Reference and right hand "
            "argument of type Seq with at least one member"
        ),
    ),
    (
        "SELECT * FROM music WHERE a[99999999999] = 1",
        "List index is not within the allowable range; index: [99999999999] at 1:29:11",
    ),
    ("SELECT * FROM music WHERE a[1.5] = 1", "Unexpected path component at 1:29:3"),
    (
        "UPDATE music SET ns = set_add(ns, 3) WHERE pk='a'",
        "The second argument to SET_ADD must be a value with type SET at 1:31:2",
    ),
    (
        "UPDATE music SET n = -n WHERE pk='a'",
        (
            "Incorrect number of operands for operator or function; operator or function: -, "
            "number of operands: 1"
        ),
    ),
    ('SELECT * FROM ""', "Path component cannot be an empty string"),
    ('SELECT * FROM "music".""', "Path component cannot be an empty string"),
    (
        'INSERT INTO "abcdefgh"."idx" VALUE {\'a\':1}',
        (
            "FROM clause may only contain a single table name in data manipulation statements "
            "at 1:13:10"
        ),
    ),
    (
        "INSERT INTO abcdefgh.idx VALUE {'a':1}",
        (
            "FROM clause may only contain a single table name in data manipulation statements "
            "at 1:13:8"
        ),
    ),
    (
        "INSERT INTO music VALUE {'pk':'a','pk':1}",
        "Duplicate keys in tuple. Key: pk under root at 1:35:4",
    ),
    (
        'INSERT INTO music VALUE {"pk":1}',
        "Tuple keys must be of type String. Actual type: VariableReference under root at 1:26:4",
    ),
    (
        "INSERT INTO music VALUE ?",
        (
            "Unsupported format in item expression. Please use struct format {...} to express item "
            "values for insert statement. at 1:25:1"
        ),
    ),
    ("INSERT INTO music VALUE {'a':<<>>}", "Empty bags are not supported at 1:30:2"),
    (
        "INSERT INTO music VALUE {'a':<<1,'a'>>}",
        ("Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags"),
    ),
    ("INSERT INTO music VALUE {'a':<<1,1.0>>}", "Input collection contains duplicates"),
    (
        "INSERT INTO music VALUE {'a':MISSING}",
        "Unsupported data type: MISSING under key root at 1:30:7",
    ),
    (
        "INSERT INTO music VALUE {'a':1+11}",
        "Unsupported data type: + under key root at 1:31:1",
    ),
    (
        "INSERT INTO music VALUE {'a':[?]}",
        "Unsupported data type: Parameter under key root.0 at 1:31:1",
    ),
    (
        "INSERT INTO music VALUE {'m':{'a':?}}",
        "Unsupported data type: Parameter under key root.a at 1:35:1",
    ),
    (
        "INSERT INTO music VALUE {'m':{'a':[?]}}",
        "Unsupported data type: Parameter under key root.a.0 at 1:36:1",
    ),
    (
        "INSERT INTO music VALUE {'m':{'a':{'b':MISSING}}}",
        "Unsupported data type: LiteralMissing under key root.a.b at 1:40:7",
    ),
    (
        "UPDATE music SET a=list_append([1],[?]) WHERE pk='a'",
        "Unsupported data type: Parameter under key root.0 at 1:37:1",
    ),
    (
        "INSERT INTO music VALUE {'a':`x`}",
        "Ion Literals are not supported: SYMBOL under key root at 1:30:3",
    ),
    ("INSERT INTO music VALUE {'a':1} RETURNING ALL OLD *", "RETURNING is not supported in INSERT"),
    ("INSERT INTO music <<{'a':1}>>", "Unsupported operation: InsertOp"),
    (
        "INSERT INTO music VALUE {'a':" + "1" * 39 + "}",
        "DynamoDB only supports precision up to 38 digits",
    ),
    ("DROP TABLE music", "Unsupported operation: DropTable"),
    ("CREATE TABLE music", "Unsupported operation: CreateTable"),
    (
        "DELETE FROM music WHERE pk=1 RETURNING MODIFIED OLD *",
        (
            "Invalid returning clause: RETURNING MODIFIED OLD *. Only RETURNING ALL OLD * is "
            "allowed in DELETE statements."
        ),
    ),
    (
        "UPDATE music SET x = size(s) WHERE pk=1",
        "The function is not allowed in an update expression; function: size",
    ),
    (
        "UPDATE music SET ns = set_add(ms, <<1>>) WHERE pk=1",
        "The first argument to SET_ADD must equal the assignment value",
    ),
]


@pytest.mark.parametrize(("text", "detail"), MALFORMED)
def test_a_malformed_text_is_refused_where_the_service_stops(text: str, detail: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        partiql_parse.parsed(text)
    assert refusal.value.message == WELL_FORMED + detail


@pytest.mark.parametrize(("text", "message"), UNSUPPORTED)
def test_what_dynamodb_cannot_do_is_refused_in_its_words(text: str, message: str) -> None:
    with pytest.raises(DynamoDBError) as refusal:
        partiql_parse.parsed(text)
    assert refusal.value.message == message


DEEP = [
    "SELECT * FROM tab WHERE " + "(" * 4000 + "a=1" + ")" * 4000,
    "SELECT * FROM tab WHERE " + "(" * 8000,
    "SELECT * FROM tab WHERE " + "NOT " * 2000 + "a=1",
    "SELECT * FROM tab WHERE a=" + "-" * 1 + "- " * 3000 + "1",
    "SELECT * FROM tab WHERE " + "size(" * 1600 + "a" + ")" * 1600 + "=1",
    "SELECT * FROM tab WHERE a=" + "[" * 4000 + "]" * 4000,
    "INSERT INTO tab VALUE {'a':" + "[" * 4000 + "]" * 4000 + "}",
    "INSERT INTO tab VALUE " + "{'a':" * 1600,
    "UPDATE tab SET a=" + "b+" * 4000 + "1",
    "SELECT * FROM tab WHERE a=1" + " AND a=1" * 1000,
    "SELECT * FROM tab WHERE a" + ".b" * 4000 + "=1",
    "SELECT * FROM tab WHERE " + "a=(" * 2600,
    "'" * 8191,
    '"' * 8191,
    "/*" * 4000,
    "--" * 4000,
    " " * 8192,
    "not " * 2000,
    "(" * 8192,
    "SELECT a" + "[1]" * 2700 + " FROM tab",
    "SELECT a[" + "9" * 8000 + "] FROM tab",
    "SELECT * FROM tab WHERE a=" + "9" * 8000,
    "SELECT * FROM tab WHERE a=1e" + "9" * 8000,
    "SELECT * FROM tab WHERE a IN (" + "1," * 4000 + "1)",
]


# The deepest that stand, and somewhat deeper.
NESTED = [
    f"UPDATE tab SET a={'if_not_exists(n,' * depth}1{')' * depth} WHERE pk=1"
    for depth in (150, 298, 299, 300, 301, 332, 400)
] + [
    f"SELECT * FROM tab WHERE {inner}"
    for depth in (150, 298, 299, 300, 301)
    for inner in (
        "NOT " * depth + "a=1",
        "size(" * depth + "a" + ")" * depth + "=1",
        "contains(" * depth + "a" + ",1)" * depth,
        "(a=1 AND " * (depth // 2) + "a=1" + ")" * (depth // 2),
        "NOT (a=1 OR " * (depth // 3) + "a=1" + ")" * (depth // 3),
    )
]


def far_down(depth: int, call: Callable[[], object]) -> object:
    """The call from deep in Python's stack, as a server or a test runner makes it."""
    return far_down(depth - 1, call) if depth else call()


@pytest.mark.parametrize("text", NESTED, ids=range(len(NESTED)))
def test_what_nests_deeply_stands_or_is_refused(text: str) -> None:
    def prepare() -> None:
        statement = partiql_parse.parsed(text)
        partiql_parse.checks(statement, ())
        if isinstance(statement, nodes.UpdateStatement):
            partiql_parse.program(statement)
        elif isinstance(statement, nodes.Select):
            partiql_access.of_select(statement, (("a",), ("N",), 1), True)

    with contextlib.suppress(DynamoDBError):
        far_down(120, prepare)


@pytest.mark.parametrize("text", DEEP, ids=range(len(DEEP)))
def test_deep_and_long_texts_cost_neither_stack_nor_much_time(text: str) -> None:
    began = time.thread_time()
    with contextlib.suppress(DynamoDBError):
        partiql_parse.checks(partiql_parse.parsed(text), ())
    assert time.thread_time() - began < 1.0
