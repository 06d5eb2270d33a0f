"""PartiQL statements that are not well formed, and words, literals and blanks that are."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS, Fact
from tests.facts.partiql import (
    LOCAL,
    MESSAGES,
    ONE,
    TWO,
    UPSTREAM,
    A,
    Answered,
    B,
    D,
    reads,
    refused,
    refused_alike,
    writes,
)

_WF = "Statement wasn't well formed, can't be processed: "

# The detail behind the envelope, and statements, one a line.
_DETAILS = {
    "Expected data manipulation": """
SLECT * FROM "music"
UPDATE Payment-x SET a = 1
UPDATE "music" WHERE pk = 'a'
UPDATE "music" ADD n 1
SELECT FROM "music"
UPDATE music
SELECT value FROM music
""",
    "Unexpected keyword": """
INSERT INTO urls (key, value) VALUES ('a', 'b')
SELECT date FROM music
SELECT user FROM music
SELECT * FROM music WHERE pk = 'a' AND date = '1'
SELECT * FROM music WHERE level = 1
INSERT "music" VALUE {'pk': 'a'}
ALTER TABLE music
BEGIN
WITH x AS (SELECT 1) SELECT * FROM x
""",
    "": """
SELECT * FROM "music
SELECT * FROM music WHERE pk = 'a
SELECT * FROM music WHERE pk = 'it''s
SELECT * FROM music WHERE pk ! 'a'
SELECT * FROM music WHERE pk = 'a' | 1
SELECT * FROM music WHERE pk ^ 1
SELECT * FROM music WHERE #pk = 1
SELECT * FROM music WHERE ~pk = 1
SELECT * FROM music WHERE pk & 1
SELECT * FROM music WHERE pk \\ 1
SELECT * FROM musique WHERE clé = 1
""",
    "Unexpected token after expression": """
SELECT * FROM music WHERE pk = 'x' b
MERGE INTO music
SHOW TABLES
INVALID SYNTAX HERE
INSERT INTO "music" (a,b) VALUES (1,2)
SELECT * FROM music WHERE pk = 'a')
SELECT * FROM music WHERE pk = b'xx'
UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 1 SET s = 'b'
UPDATE music REMOVE n, s WHERE pk = 'a' AND sk = 1
INSERT INTO music VALUE {'pk': 'a', 'sk': 9} ON CONFLICT DO NOTHING
INSERT INTO music VALUE {'pk': 'a', 'sk': 9} ON CONFLICT WHERE pk = 'a'
INSERT INTO music VALUE {'pk': 'a', 'sk': 9} IF NOT EXISTS
""",
    "Unexpected term": """
   \t
SELECT
SELECT * FROM
SELECT * FROM music WHERE
SELECT * FROM music WHERE n IN [1,]
SELECT * FROM music WHERE n IN ()
SELECT * FROM music WHERE pk = :p
INSERT INTO music VALUE {'pk': 'a',}
INSERT INTO music VALUE {'pk': <<1,>>}
DELETE FROM music WHERE pk = 'a' AND sk = 1 RETURNING ALL OLD
""",
    "Expected FROM after SELECT list": """
SELECT *
SELECT * WHERE pk = 'a'
""",
    "Other expressions may not be present in the select list when '*' is used without dot "
    "notation.": """
SELECT *, pk FROM music
""",
    "Invalid use of * in select list": """
SELECT ls[*] FROM music
SELECT m.*.a FROM music
""",
    "Missing right-hand side expression of infix operator": """
SELECT * FROM music WHERE pk =
SELECT * FROM music WHERE pk = 'a' AND
SELECT * FROM music WHERE pk = 'a' OR
""",
    "Unexpected operator": """
SELECT * FROM music WHERE pk == 'a'
""",
    "Expected RIGHT_PAREN": """
SELECT * FROM music WHERE (pk = 'a'
SELECT * FROM music WHERE begins_with(s, 'a'
""",
    "Expected RIGHT_BRACKET": """
SELECT * FROM music WHERE n IN [1, 2
""",
    "Expected RIGHT_CURLY": """
INSERT INTO music VALUE {'pk': 'a'
""",
    "Expected RIGHT_DOUBLE_ANGLE_BRACKET": """
INSERT INTO music VALUE {'pk': <<'a'}
""",
    "Expected COLON": """
INSERT INTO music VALUE {'pk' 'a'}
""",
    "Expected AND keyword": """
SELECT * FROM music WHERE n BETWEEN 1
SELECT * FROM music WHERE n BETWEEN 1 OR 2
""",
    "Expected expression after AND": """
SELECT * FROM music WHERE n BETWEEN 1 AND
""",
    "Expected type name": """
SELECT * FROM music WHERE n IS 'x'
SELECT * FROM music WHERE n IS foo
""",
    "Expected BY": """
SELECT * FROM music ORDER sk
""",
    "Expected FROM after DELETE": """
DELETE "music"
DELETE "music" WHERE pk = 'a'
""",
    "Expected '='": """
UPDATE music SET n WHERE pk = 'a' AND sk = 1
""",
    "Expected identifier for simple path": """
UPDATE music SET WHERE pk = 'a' AND sk = 1
UPDATE music SET 'n' = 1 WHERE pk = 'a' AND sk = 1
UPDATE music SET 5 = 1 WHERE pk = 'a' AND sk = 1
UPDATE music SET date = 1 WHERE pk = 'a' AND sk = 1
UPDATE music SET ? = 1 WHERE pk = 'a' AND sk = 1
UPDATE music SET count = count + 1 WHERE pk = 'a' AND sk = 1
UPDATE 'music' SET n = 1 WHERE pk = 'a' AND sk = 1
DELETE FROM 'music' WHERE pk = 'a' AND sk = 1
INSERT INTO 'music' VALUE {'pk': 'a', 'sk': 1}
UPDATE ? SET n = 1 WHERE pk = 'a' AND sk = 1
""",
    "Invalid path component for simple path": """
UPDATE music SET ls[1+1] = 1 WHERE pk = 'a' AND sk = 1
UPDATE music SET ls[?] = 1 WHERE pk = 'a' AND sk = 1
""",
    "Invalid path dot component": """
SELECT m.date FROM music
SELECT m. FROM music
SELECT m. 5 FROM music
SELECT m.
""",
    "Expected LEFT_PAREN for row value constructor": """
INSERT INTO music VALUES {'pk': 'a', 'sk': 9}
""",
    "Expected ( MODIFIED | ALL ) ( NEW | OLD ) in each returning element.": """
DELETE FROM music WHERE pk = 'a' AND sk = 1 RETURNING OLD ALL *
UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 1 RETURNING *
""",
    "Unexpected token after semicolon. (Only one query is allowed.)": """
SELECT * FROM music; SELECT * FROM solo
SELECT * FROM music;;
DELETE FROM music WHERE pk = 'a' AND sk = 1; DELETE FROM music WHERE pk = 'a' AND sk = 2
""",
}
# Recorded, or said to be by a user who quotes the service.
_RECORDED = frozenset(
    [
        'SLECT * FROM "music"',
        "UPDATE Payment-x SET a = 1",
        "INSERT INTO urls (key, value) VALUES ('a', 'b')",
        'SELECT * FROM "music',
        "SELECT * FROM music WHERE pk = 'a",
    ]
)
_MODEL = "1 validation error detected: Value '"
_LONG = "SELECT * FROM music WHERE pk = '" + "x" * 8192 + "'"
_DIGITS = "DynamoDB only supports precision up to 38 digits"

FACTS: tuple[Fact, ...] = (
    *(
        refused(text, _WF + detail, AWS_CAPTURED if text in _RECORDED else UPSTREAM)
        for detail, texts in _DETAILS.items()
        for text in texts[1:-1].split("\n")
    ),
    # What the parser takes and the service does not.
    refused("SELECT VALUE n FROM music",
            "Select projection doesn't support value or pivot keywords", MESSAGES),
    refused("SELECT DISTINCT n FROM music",
            "Unsupported token in expression: DISTINCT", MESSAGES),
    refused("SELECT m.* FROM music",
            "Changing item's hierarchy while reading isn't supported", MESSAGES),
    refused("SELECT * FROM music LIMIT 1", "Unsupported clause: LIMIT at 1:27:1", LOCAL),
    refused("SELECT * FROM music WHERE pk = 'a' LIMIT 10",
            "Unsupported clause: LIMIT at 1:42:2", LOCAL),
    refused("SELECT * FROM music GROUP BY pk", "Unsupported clause: GROUP BY", LOCAL),
    *refused_alike("""
SELECT * FROM music, solo
SELECT * FROM music JOIN solo ON music.n = solo.n
SELECT * FROM music CROSS JOIN solo
""", "Only select from a single table or index is supported.", MESSAGES),
    *refused_alike("""
SELECT * FROM music AS x
SELECT * FROM music x
SELECT n AS x FROM music
SELECT n x FROM music
SELECT * FROM nowhere AS x
SELECT * FROM 0abc
""", "Aliasing is not supported", MESSAGES),
    refused("DROP TABLE music", "Unsupported operation: DropTable", LOCAL),
    refused("CREATE TABLE made", "Unsupported operation: CreateTable", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 1+1} ON CONFLICT WHERE pk = 'a' DO NOTHING",
            "Unsupported clause: ON CONFLICT", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9} AT 1",
            "AT is not supported in insert statements. at 1:1:6", LOCAL),
    refused("INSERT INTO music <<{'pk': 'a'}>>", "Unsupported operation: InsertOp", LOCAL),
    refused("EXISTS(SELECT * FROM music WHERE pk = 'a' AND sk = 1 AND n = 5)",
            "EXISTS can only be used in ExecuteTransaction write requests.", MESSAGES),
    # COUNT and what else is no path: its place, and always five for COUNT.
    refused('SELECT COUNT(*) FROM "music"', "Unexpected path component at 1:8:5"),
    refused('SELECT count(*) FROM "nowhere"', "Unexpected path component at 1:8:5"),
    refused('SELECT pk, COUNT(*) FROM "music"', "Unexpected path component at 1:12:5"),
    refused('SELECT\n COUNT(*) FROM "music"', "Unexpected path component at 2:2:5"),
    refused("SELECT size(s) FROM music", "Unexpected path component at 1:8:4", LOCAL),
    refused("SELECT n+1 FROM music", "Unexpected path component at 1:9:1", LOCAL),
    refused("SELECT 'lit' FROM music", "Unexpected path component at 1:8:5", LOCAL),
    refused("SELECT m.z, z FROM music", "Duplicate identifiers in select clause: z", LOCAL),
    # Literals.
    refused(f"SELECT * FROM music WHERE n = {'1' * 39}", _DIGITS, DOCS),
    refused(f"SELECT * FROM music WHERE n = -0.{'1' * 41}", _DIGITS, LOCAL),
    # Members, before the text is parsed.
    refused("", _MODEL + "' at 'statement' failed to satisfy constraint: Member must have length "
            "greater than or equal to 1", DOCS),
    refused(_LONG, f"{_MODEL}{_LONG}' at 'statement' failed to satisfy constraint: Member must "
            "have length less than or equal to 8192", DOCS),
    refused("SLECT", _MODEL + "0' at 'limit' failed to satisfy constraint: Member must have value "
            "greater than or equal to 1", AWS_CAPTURED, Limit=0),
    refused("SLECT", _MODEL + "ALL' at 'returnConsumedCapacity' failed to satisfy constraint: "
            "Member must satisfy enum value set: [INDEXES, TOTAL, NONE]", AWS_CAPTURED,
            ReturnConsumedCapacity="ALL"),
    refused("SLECT", _MODEL + "[]' at 'parameters' failed to satisfy constraint: Member must have "
            "length greater than or equal to 1", DOCS, Parameters=[]),
    refused("SLECT", _MODEL + "' at 'nextToken' failed to satisfy constraint: Member must have "
            "length greater than or equal to 1", DOCS, NextToken=""),
    refused("SELECT * FROM nowhere WHERE a = ?",
            "Number of parameters in request and statement don't match.", LOCAL),
    # Parameters.
    *(
        refused(text, "Number of parameters in request and statement don't match.", LOCAL, *given)
        for text, given in (
            ("SELECT * FROM music WHERE pk = ?", ()),
            ("SELECT * FROM music WHERE pk = ? AND sk = ?", ("a",)),
            ("INSERT INTO music VALUE {'pk': ?, 'sk': ?}", ("a",)),
            ("UPDATE music SET n = ? WHERE pk = ? AND sk = ?", (1, "a")),
            ("DELETE FROM music WHERE pk = ? AND sk = ?", ("a",)),
        )
    ),
)  # fmt: skip

_KEY = "WHERE pk = 'a' AND sk = 1"
ANSWERS: tuple[Answered, ...] = (
    # Blanks, comments, case, the semicolon.
    *(
        reads(text, [D], source)
        for text, source in (
            ("select * from music where pk = 'b'", AWS_CAPTURED),
            ("SELECT * FROM music WHERE pk = 'b';", LOCAL),
            ("SELECT * FROM music WHERE pk = 'b' ; ", LOCAL),
            ("SELECT *\n\tFROM music\r\n\x0b\x0cWHERE pk = 'b'", DOCS),
            ("SELECT * -- all of it\nFROM music WHERE pk = 'b'-- no more", LOCAL),
            ("SELECT /* a 'comment */ * FROM music WHERE pk/**/=/* ; */'b'", LOCAL),
            ('Select * From "music" Where "pk" = \'b\'', DOCS),
            ("SELECT * FROM music WHERE (pk = 'b')", AWS_CAPTURED),
            ("SELECT * FROM music WHERE ((pk) = (('b')))", UPSTREAM),
            ("SELECT * FROM music WHERE 'b' = pk", UPSTREAM),
            ("SELECT * FROM music WHERE pk = 'b' AND n IS/* no\n */NOT\tNULL", UPSTREAM),
        )
    ),
    writes("INSERT /* a word */ INTO solo VALUE {'id': 3}", "solo", [ONE, TWO, {"id": 3}],
           UPSTREAM),
    reads("SELECT s FROM music WHERE pk = 'a' AND s = 'a\\bc'", [], DOCS),
    # In double quotes there is a name, and PK is another one than pk.
    reads('SELECT * FROM music WHERE pk = \'b\' AND s = "zzz"', [], LOCAL),
    reads(f"SELECT PK FROM music {_KEY}", [{}], LOCAL),
    # Names.
    reads(f'SELECT "date" FROM music {_KEY}', [{"date": "2026"}], DOCS),
    reads(f'SELECT "count" FROM music {_KEY}', [{"count": 7}]),
    reads(f'SELECT "COUNT" FROM music {_KEY}', [{}]),
    reads(f"SELECT s, S FROM music {_KEY}", [{"s": "abc", "S": "big"}], DOCS),
    reads(f'SELECT "s", "S" FROM music {_KEY}', [{"s": "abc", "S": "big"}], DOCS),
    *(
        reads(f"SELECT {name} FROM music {_KEY}", [{}], DOCS)
        for name in (
            "name", "status", "data", "type", "year", "month", "day", "state", "comment", "hash",
            "range", "Total", "title", "$x", "_x", "_", "x1", "absent", '"a-b"', '"1x"', '"a.b"',
            '"a""b"', '"é"', '"it\'s"', '" "',
        )
    ),
    # Numbers.
    *(
        reads(f"SELECT * FROM music WHERE pk = 'a' AND n = {text}", items, DOCS)
        for text, items in (
            ("5", [A]), ("5.", [A]), ("5.0", [A]), ("5e0", [A]), ("+5", [A]), ("0.5E1", [A]),
            (".5e+1", [A]), ("50e-1", [A]), ("005", [A]), ("7", [B]), ("--1\n7", [B]),
        )
    ),
    reads("SELECT sk FROM music WHERE pk = 'a' AND n = -1", [{"sk": 3}], DOCS),
    reads(f"SELECT sk FROM music WHERE pk = 'a' AND n = {'1' * 38}", [], DOCS),
    # Parameters.
    reads("SELECT * FROM music WHERE pk = ? AND sk = ?", [A], DOCS, "a", 1),
    reads("SELECT sk FROM music WHERE pk = ? AND n IN [?, ?] AND begins_with(s, ?)", [{"sk": 2}],
          DOCS, "a", 6, 7, "ab"),
    reads("SELECT * FROM music WHERE pk = 'a' AND s = '?'", [], DOCS),
    reads("SELECT * FROM solo WHERE id = ?", [ONE], LOCAL, 1, 2, 3),
    # Literals of every type, as an item.
    writes(
        "INSERT INTO solo VALUE {'id': 3, 's': 'it''s', 'e': '', 'n': -1.50, 'x': 1e3, 't': TRUE, "
        "'f': false, 'z': Null, 'l': [1, 'a', [], {}, [2]], 'm': {'a': {'b': NULL}}, "
        "'ns': <<1, 2.0>>, 'ss': <<'a', 'b'>>, 'in': [<<'a'>>], 'q': '?', 'nl': 'a\nb'}",
        "solo",
        [ONE, TWO, {
            "id": 3, "s": "it's", "e": "", "n": -1.5, "x": 1000, "t": True, "f": False, "z": None,
            "l": [1, "a", [], {}, [2]], "m": {"a": {"b": None}}, "ns": {1, 2}, "ss": {"a", "b"},
            "in": [{"a"}], "q": "?", "nl": "a\nb",
        }],
        DOCS,
    ),
    *(
        writes("INSERT INTO solo VALUE {'id': 3, 'v': ?}", "solo",
               [ONE, TWO, {"id": 3, "v": plain}], DOCS, plain)
        for plain in ("s", "", 1, -1.5, b"a", True, None, ["x", 1, {"a": []}], {"a": {"b": 1}},
                      {"a", "b"}, {1, 2}, {b"a", b"b"})
    ),
)  # fmt: skip
