"""SELECT: conditions, functions, indexes, projections, order, pages."""

from __future__ import annotations

from tests.facts.fact import AWS_CAPTURED, DOCS, INVALID, PEER, Fact
from tests.facts.partiql import (
    LOCAL,
    MESSAGES,
    ONE,
    TWO,
    UPSTREAM,
    A,
    Answered,
    B,
    C,
    D,
    reads,
    refused,
    refused_alike,
)

_NO_TABLE = "ResourceNotFoundException"
_UNKNOWN = "Requested resource not found"
_NO_INDEX = "The table does not have the specified index"
_OPERAND = "Incorrect operand type for operator or function; operator or function: "
# Values that have no order, as a parameter and, where there is one, as a literal.
_UNORDERED = (
    ("BOOL", True, "TRUE"),
    ("NULL", None, "NULL"),
    ("L", [1], "[1]"),
    ("M", {"a": 1}, "{'a': 1}"),
    ("SS", {"a"}, "<<'a'>>"),
    ("NS", {1}, "<<1>>"),
    ("BS", {b"a"}, None),
)


def _unordered() -> tuple[Fact, ...]:
    found: list[Fact] = []
    for operator in ("<", "<=", ">", ">="):
        for kind, plain, literal in _UNORDERED:
            message = f"{_OPERAND}{operator}, operand type: {kind}"
            text = f"SELECT * FROM nowhere WHERE n {operator} "
            found.append(refused(f"{text}?", message, AWS_CAPTURED, plain))
            if literal is not None:
                found.append(refused(text + literal, message))
    for kind, plain, literal in _UNORDERED:
        message = f"{_OPERAND}BETWEEN, operand type: {kind}"
        text = "SELECT * FROM nowhere WHERE n BETWEEN "
        found.append(refused(f"{text}? AND ?", message, AWS_CAPTURED, plain, plain))
        if literal is not None:
            found.append(refused(f"{text}{literal} AND {literal}", message))
    return tuple(found)


FACTS: tuple[Fact, ...] = (
    *_unordered(),
    # FROM.
    *(
        refused(text, _UNKNOWN, code=_NO_TABLE)
        for text in (
            "SELECT * FROM nowhere",
            'SELECT * FROM "nowhere"."gix"',
            'SELECT * FROM "Music"',
            "SELECT * FROM MUSIC WHERE pk = 'a'",
            "UPDATE nowhere SET n = 1 WHERE pk = 'a' AND sk = 1",
            "DELETE FROM nowhere WHERE pk = 'a' AND sk = 1",
            "INSERT INTO nowhere VALUE {'pk': 'a'}",
        )
    ),
    *refused_alike("""
SELECT * FROM "music"."none"
SELECT * FROM music.music
SELECT * FROM "music"."GIX" WHERE g = 'x'
SELECT * FROM "solo"."gix"
""", _NO_INDEX, AWS_CAPTURED),
    *refused_alike("""
SELECT * FROM "a"."b"."c"
SELECT * FROM music.gix.x WHERE pk = 'a'
""", "A path may contain at most 2 components in the FROM clause", AWS_CAPTURED),
    *refused_alike("""
SELECT * FROM ""
SELECT * FROM "nowhere"."" WHERE a = 1
SELECT * FROM ""."gix"
""", "Path component cannot be an empty string", AWS_CAPTURED),
    refused("SELECT * FROM a", "Table name should be within the length [3, 255] and only contain "
            "'a-z', 'A-Z', '0-9', '-', '_', '.'.", LOCAL),
    *(
        refused(text, "Strongly consistent read is not supported on Global Secondary Indexes",
                AWS_CAPTURED, ConsistentRead=True)
        for text in ("SELECT * FROM music.gix WHERE g = 'x'", 'SELECT * FROM "music"."gall"')
    ),
    # What an index carries.
    refused("SELECT n FROM music.gix WHERE g = 'x'",
            INVALID + "Global secondary index gix does not project [n]"),
    refused("SELECT pk, n, s, m.a FROM music.gix",
            INVALID + "Global secondary index gix does not project [n, s, m]"),
    *(
        refused(f"SELECT * FROM music.{index} WHERE {key} AND {condition}",
                INVALID + f"Secondary index {index} does not project one or more filter "
                "attributes: [n]")
        for index, key in (("gix", "g = 'x'"), ("gix", "g IN ['x', 'y']"), ("lix", "pk = 'a'"))
        for condition in ("n = 5", "n IS MISSING", "begins_with(n, 'a')", "NOT n = 5", "n > 1")
    ),
    # ORDER BY.
    refused("SELECT * FROM music ORDER BY sk",
            "Must have WHERE clause in the statement when using ORDER BY clause."),
    refused("SELECT * FROM music WHERE n = 5 ORDER BY sk",
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause.", MESSAGES),
    *refused_alike("""
SELECT * FROM music WHERE pk = 'a' OR pk = 'b' ORDER BY sk
SELECT * FROM music WHERE pk IN ['a', 'b'] ORDER BY sk DESC
""", "Must have hash key in ORDER BY clause when more than one hash key condition specified in "
     "WHERE clause.", AWS_CAPTURED),
    refused("SELECT * FROM music WHERE pk = 'a' ORDER BY n",
            "Attribute n in ORDER BY clause must be part of the primary key"),
    refused("SELECT * FROM music.gall WHERE g = 'x' ORDER BY sk",
            "Attribute sk in ORDER BY clause must be part of the primary key"),
    # Conditions that are none.
    *(
        refused(f"SELECT * FROM music WHERE {text}",
                f"Unsupported operator in Condition Expression. Operator: {operator}", LOCAL)
        for text, operator in (
            ("n + 1 = 2", "+"), ("n - 1 = 2", "-"), ("n * 2 = 2", "*"), ("n / 2 = 2", "/"),
            ("n % 2 = 0", "%"), ("s || 'a' = 'b'", "||"), ("s LIKE 'a%'", "like"),
        )
    ),
    refused("SELECT * FROM music WHERE upper(s) = 'A'", "Unrecognized function: upper", LOCAL),
    *refused_alike("""
SELECT * FROM music WHERE n
SELECT * FROM music WHERE m.a
""", "WHERE clause must contain an expression that resolves to a boolean", LOCAL),
    refused("SELECT * FROM music WHERE NOT n", "The argument to NOT must be a Type or Expression",
            MESSAGES),
    *refused_alike("""
SELECT * FROM music WHERE n = 1 AND 5
SELECT * FROM music WHERE n = 1 OR n
""", "The arguments to AND/OR must be Expressions", MESSAGES),
    refused("SELECT * FROM music WHERE n IS INTEGER",
            "Unsupported data type for IS operator: INTEGER. Supported data types are "
            "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at 1:29:2", LOCAL),
    refused("SELECT * FROM music WHERE (NOT n IS NOT INT)",
            "Unsupported data type for IS operator: INTEGER. Supported data types are "
            "[MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST] at 1:34:2", LOCAL),
    refused("SELECT * FROM music WHERE size(n) IS STRING",
            "The left hand side argument to IS must be a Variable Reference, Literal, or Path",
            MESSAGES),
    refused("SELECT ls[99999999999] FROM music",
            "List index is not within the allowable range; index: [99999999999] at 1:11:11",
            MESSAGES),
    *(
        refused(f"SELECT * FROM music WHERE pk = 'a' ORDER BY {sort}",
                f"Argument to ORDER BY must be of type VariableReference. Type: {kind}", LOCAL)
        for sort, kind in (
            ("m.a", "PATH"), ("m[0]", "PATH"), ("1", "1"), ("-2.5", "-2.5"), ("'x'", '"x"'),
            ("n+1", "+"), ("n = 1", "="), ("size(n)", "size"), ("n IS NULL", "is"),
            ("NULL", "null"), ("TRUE", "true"), ("MISSING", "MISSING"), ("[1]", "LIST"),
            ("{'a': 1}", "STRUCT"), ("<<1>>", "BAG"),
        )
    ),
    refused("SELECT * FROM music WHERE n IN []",
            "IN operator must have a left hand argument of type Variable Reference and right hand "
            "argument of type Seq with at least one member", MESSAGES),
    refused("SELECT * FROM music WHERE zz = MISSING",
            "MISSING must be compared using IS operator", LOCAL),
    refused("SELECT * FROM music WHERE n = (SELECT n FROM solo)",
            "Unsupported token in expression: SELECT at 1:32:6", LOCAL),
    *(
        refused(
            f"SELECT * FROM music WHERE pk = 'a' AND {name} BETWEEN 8 AND 7",
            "The BETWEEN operator requires upper bound to be greater than or equal to lower "
            "bound; lower bound operand: AttributeValue: {N:8}, upper bound operand: "
            "AttributeValue: {N:7}",
            LOCAL,
        )
        for name in ("n", "sk")
    ),
    refused(
        "SELECT * FROM music WHERE n IN (SELECT n FROM solo)",
        "IN operator must have a left hand argument of type Variable Reference and right hand "
        "argument of type Seq with at least one member",
        MESSAGES,
    ),
    refused(
        f"SELECT * FROM music WHERE n IN [{', '.join(map(str, range(101)))}]",
        "The IN operator is provided with too many operands; number of operands: 101",
        LOCAL,
    ),
    *(
        refused(f"SELECT * FROM music WHERE {condition}",
                "Too many decomposed read operations for a given query.", MESSAGES)
        for condition in (
            f"pk IN {[str(each) for each in range(51)]}",
            " OR ".join(f"pk = '{each}'" for each in range(51)),
            " OR ".join(f"(pk = 'a' AND sk = {each})" for each in range(51)),
        )
    ),
    # Keys.
    refused("SELECT * FROM music WHERE pk = 'a' AND sk = 'x'",
            "Key attribute's data type should match its data type in table's schema: Key sk",
            LOCAL),
    refused("SELECT * FROM music WHERE pk = 5",
            "Key attribute's data type should match its data type in table's schema: Key pk",
            LOCAL),
    refused("SELECT * FROM music WHERE pk = 'a' AND begins_with(sk, 'x')",
            "Key attribute's data type should match its data type in table's schema: Key sk",
            LOCAL),
    refused("SELECT * FROM music WHERE pk.a = 'x'",
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk", LOCAL),
    refused("SELECT * FROM music WHERE pk[0] = 'x'",
            "Key attributes must be scalars; list random access '[]' and map lookup '.' are not "
            "allowed: Key: pk", LOCAL),
    # Which of two faults is told: index, consistent read, projection, token.
    refused("SELECT * FROM music.none WHERE g = 'x'", _NO_INDEX, AWS_CAPTURED, ConsistentRead=True),
    refused("SELECT n FROM music.gix",
            "Strongly consistent read is not supported on Global Secondary Indexes", AWS_CAPTURED,
            ConsistentRead=True),
    refused("SELECT n FROM music.gix WHERE g = 'y'",
            INVALID + "Global secondary index gix does not project [n]", AWS_CAPTURED,
            NextToken="x"),
    # Tokens.
    *(
        refused("SELECT * FROM music WHERE pk = 'a'", "Invalid NextToken", AWS_CAPTURED,
                NextToken=token)
        for token in ("x", "AAAA", "a" * 400, "{}", "é")
    ),
)  # fmt: skip

_IN_A = "SELECT sk FROM music WHERE pk = 'a' AND "


def _matching(condition: str, *sort_keys: int, source: str = AWS_CAPTURED) -> Answered:
    """The items of partition a that a condition holds for."""
    return reads(_IN_A + condition, [{"sk": each} for each in sort_keys], source)


_CONDITIONS = (
    # Equality of every type.
    *(
        _matching(condition, 1)
        for condition in (
            "t = TRUE", "t <> FALSE", "z = NULL", "z IS NULL", "n = 5.0",
            "ss = <<'b', 'a'>>", "ns = <<2, 1.0>>", "ls = ['x', 1, ['y'], {'k': 'v'}]",
            "m = {'k': [1, 2], 'd': {'e': 'deep'}, 'a': 1}", "m.d.e = 'deep'", "m.k[1] = 2",
            "ls[2][0] = 'y'", "ls[3].k = 'v'", "\"date\" = '2026'", "m['a'] = 1",
        )
    ),
    *(
        _matching(condition)
        for condition in ("n = '5'", "s = 5", "ls = [1, 'x', ['y'], {'k': 'v'}]", "z = FALSE",
                          "zz = 1", "ns = <<1>>", "ss = 'a'")
    ),
    _matching("n != 5", 2, 3, source=UPSTREAM), _matching("n <> '5'", 1, 2, 3), _matching("n <> 5", 2, 3), _matching("s <> 5", 1, 2, 3),
    # Order: only values of the same type meet.
    _matching("n < 5", 3), _matching("n <= 5", 1, 3), _matching("n > 5", 2),
    _matching("n >= 5", 1, 2), _matching("n > 'a'"), _matching("s > 5"),
    _matching("s > 'abc'", 2), _matching("s < 'abd'", 1, 3), _matching("5 < n", 2),
    _matching("n BETWEEN 5 AND 7", 1, 2, source=DOCS),
    _matching("n BETWEEN 'a' AND 'z'"), _matching("n NOT BETWEEN 5 AND 7", 3, source=LOCAL),
    _matching("s BETWEEN 'abc' AND 'abc'", 1, 3, source=DOCS),
    # An attribute that is not there.
    _matching("zz <> 'x'", source=PEER), _matching("n2 = 7", 2), _matching("n2 <> 8", 2, source=PEER),
    _matching("NOT n2 = 7", 1, 3, source=PEER), _matching("NOT n2 IN [7]", 1, 3, source=PEER),
    _matching("NOT n2 BETWEEN 1 AND 9", 1, 3, source=PEER),
    _matching("NOT contains(s2, 'b')", 1, 2, source=PEER),
    _matching("NOT begins_with(s2, 'a')", 1, 2, source=PEER),
    _matching("n2 IS MISSING", 1, 3), _matching("n2 IS NOT MISSING", 2),
    _matching("zz IS NULL"), _matching("z IS NOT NULL", 2, 3, source=LOCAL),
    _matching("zz < 1"), _matching("zz BETWEEN 1 AND 2"), _matching("zz IN [1]"),
    _matching("m.zz = 1"), _matching("ls[9] = 1"), _matching("s.a = 1"),
    # AND, OR, NOT and brackets.
    _matching("(n = 5 OR n = 7) AND s = 'abd'", 2), _matching("(n = 5 OR n = 7 AND s = 'zzz')", 1),
    _matching("NOT (n = 5 OR n = 7)", 3), _matching("NOT (n = 5 AND s = 'abc')", 2, 3),
    _matching("NOT n = 5 AND s = 'abc'", 3, source=UPSTREAM), _matching("NOT NOT n = 5", 1),
    _matching("(NOT (n = 5)) AND (NOT (s = 'abd'))", 3),
    # IN.
    _matching("n IN [5, 7]", 1, 2), _matching("n IN (5, 7)", 1, 2, source=UPSTREAM),
    _matching("n IN (5)", 1, source=UPSTREAM), _matching("n IN ['5']"),
    _matching("n NOT IN [5, 7]", 3, source=LOCAL), _matching("s IN ['abd', 5, NULL]", 2),
    _matching("NOT n IN [5]", 2, 3),
    # Functions, in any case.
    *(
        _matching(condition, *sort_keys, source=DOCS)
        for condition, sort_keys in (
            ("attribute_type(n, 'N')", (1, 2, 3)), ("attribute_type(m, 'M')", (1,)),
            ("attribute_type(ls, 'L')", (1,)), ("attribute_type(ss, 'SS')", (1,)),
            ("attribute_type(ns, 'NS')", (1,)), ("attribute_type(bs, 'BS')", (1,)),
            ("attribute_type(b, 'B')", (1,)), ("attribute_type(t, 'BOOL')", (1,)),
            ("attribute_type(z, 'NULL')", (1,)), ("attribute_type(n, 'S')", ()),
            ("begins_with(s, 'ab')", (1, 2, 3)), ("begins_with(s, 'abd')", (2,)),
            ("\"begins_with\"(s, 'abd')", (2,)), ("BEGINS_WITH(s, 'abd')", (2,)),
            ("contains(s, 'bd')", (2,)), ("contains(ss, 'a')", (1,)), ("contains(ns, 2)", (1,)),
            ("contains(ss, 'z')", ()), ("Contains(s, 'c')", (1, 3)),
            ("size(s) = 3", (1, 2, 3)), ("size(ls) >= 4", (1,)), ("SIZE(ss) > 1", (1,)),
            ("size(m) = 3", (1,)), ("size(zz) = 0", ()), ("size(s) BETWEEN 1 AND 2", ()),
            ("attribute_type(n, 'N') AND begins_with(s, 'abd')", (2,)),
        )
    ),
    _matching("contains(ls, 1)", 1, source=PEER),
    _matching("attribute_exists(n2)", 2, source=LOCAL),
    _matching("attribute_not_exists(n2)", 1, 3, source=LOCAL),
    _matching("s IS STRING", 1, 2, 3, source=LOCAL), _matching("m IS STRUCT", 1, source=LOCAL),
    _matching("ls IS LIST", 1, source=LOCAL), _matching("t IS BOOLEAN", 1, source=LOCAL),
    _matching("b IS BLOB", 1, source=LOCAL), _matching("n IS STRING", source=LOCAL),
    _matching("1 = 1", 1, 2, 3, source=LOCAL), _matching("n = n2", 2, source=LOCAL),
)  # fmt: skip

_PROJECTIONS = (
    reads(
        f"SELECT sk FROM music WHERE pk = 'a' AND n IN [{', '.join(map(str, range(100)))}]",
        [{"sk": 1}, {"sk": 2}],
        DOCS,
    ),
    reads(
        f"SELECT sk FROM music WHERE pk IN {[str(each) for each in range(50)]}",
        [],
        DOCS,
    ),
    reads("SELECT sk FROM music WHERE pk = 'a' AND b = ?", [{"sk": 1}], AWS_CAPTURED, b"abc"),
    reads(
        "SELECT sk FROM music WHERE pk = 'a' AND bs = ?", [{"sk": 1}], AWS_CAPTURED, {b"b", b"a"}
    ),
    reads("SELECT sk FROM music WHERE pk = 'a' AND b > ?", [{"sk": 1}], AWS_CAPTURED, b"abb"),
    reads("SELECT * FROM music WHERE pk = 'a' AND sk = 1", [A]),
    reads("SELECT m.d.e FROM music WHERE pk = 'a' AND sk = 1", [{"e": "deep"}], PEER),
    reads('SELECT "m"."a", n FROM music WHERE pk = \'a\' AND sk = 1', [{"a": 1, "n": 5}], PEER),
    reads("SELECT ls[0] FROM music WHERE pk = 'a' AND sk = 1", [{"ls[0]": "x"}], LOCAL),
    reads("SELECT m.k[1] FROM music WHERE pk = 'a' AND sk = 1", [{"k[1]": 2}], LOCAL),
    reads("SELECT n2 FROM music WHERE pk = 'a'", [{}, {"n2": 7}, {}]),
    reads("SELECT unique_key FROM solo", [{}, {}]),
    reads("SELECT n FROM music WHERE pk = 'a' AND sk = 1", [{"n": 5}], DOCS),
)
_LIX_A = {"pk": "a", "sk": 1, "l": 1}
_LIX_C = {"pk": "a", "sk": 3, "l": 2}
_INDEXES = (
    reads("SELECT * FROM music.gix WHERE g = 'y'", [{"pk": "b", "sk": 1, "g": "y"}]),
    reads(
        'SELECT * FROM "music"."gix"',
        [
            {"pk": "a", "sk": 1, "g": "x"},
            {"pk": "a", "sk": 2, "g": "x"},
            {"pk": "b", "sk": 1, "g": "y"},
        ],
        ordered=False,
    ),
    reads("SELECT pk, g FROM music.gix WHERE g = 'y'", [{"pk": "b", "g": "y"}]),
    reads("SELECT * FROM music.gall WHERE g = 'x'", [A, B]),
    reads("SELECT * FROM music.gall WHERE g = 'x' AND h > 1", [B]),
    reads("SELECT * FROM music.gall WHERE g = 'x' AND n = 5", [A]),
    reads("SELECT * FROM music.gall WHERE g IN ['x', 'y']", [A, B, D], ordered=False),
    reads("SELECT * FROM music.lix WHERE pk = 'a'", [_LIX_A, _LIX_C]),
    reads("SELECT * FROM music.lix WHERE pk = 'a' AND l = 2", [_LIX_C], ConsistentRead=True),
    reads(
        "SELECT s, l FROM music.lix WHERE pk = 'a'", [{"s": "abc", "l": 1}, {"s": "abc", "l": 2}]
    ),
    reads("SELECT * FROM music.lall WHERE pk = 'a' AND n < 0", [C]),
    # Unkeyed, or keyed through OR: what the index lacks looks missing.
    reads("SELECT * FROM music.gix WHERE n = 5", []),
    reads("SELECT * FROM music.gix WHERE (g = 'x' OR g = 'y') AND n = 5", []),
    reads(
        "SELECT g FROM music.gix WHERE NOT n = 5",
        [{"g": "x"}, {"g": "x"}, {"g": "y"}],
        ordered=False,
    ),
    reads(
        "SELECT g FROM music.gix WHERE (g = 'x' OR g = 'y') AND NOT n = 5",
        [{"g": "x"}, {"g": "x"}, {"g": "y"}],
        ordered=False,
    ),
    reads(
        "SELECT g FROM music.gix WHERE n IS MISSING",
        [{"g": "x"}, {"g": "x"}, {"g": "y"}],
        ordered=False,
    ),
)
_RANGES = (
    ("sk = 2", (2,)), ("sk < 2", (1,)), ("sk <= 2", (1, 2)), ("sk > 1", (2, 3)),
    ("sk >= 2", (2, 3)), ("sk BETWEEN 2 AND 3", (2, 3)), ("2 < sk", (3,)), ("sk IN [1, 3]", (1, 3)),
    ("sk <> 2", (1, 3)), ("NOT sk = 2", (1, 3)), ("sk IS MISSING", ()),
)  # fmt: skip
_ACCESS = (
    *(_matching(condition, *found, source=DOCS) for condition, found in _RANGES),
    reads("SELECT * FROM music WHERE pk IN ['a', 'b'] AND sk = 1", [A, D], DOCS, ordered=False),
    reads("SELECT * FROM music WHERE pk = 'a' OR pk = 'b'", [A, B, C, D], DOCS, ordered=False),
    reads(
        "SELECT * FROM music WHERE (pk = 'a' AND sk = 1) OR (pk = 'b' AND sk = 1)",
        [A, D],
        DOCS,
        ordered=False,
    ),
    reads(
        "SELECT * FROM music WHERE (pk = 'a' AND sk > 2) OR (pk = 'a' AND sk >= 2) OR pk = 'b'",
        [B, C, D],
        DOCS,
        ordered=False,
    ),
    reads("SELECT * FROM music WHERE pk = 'b' OR n = 7", [B, D], DOCS, ordered=False),
    reads("SELECT * FROM music WHERE pk > 'a'", [D], DOCS),
    reads("SELECT * FROM music WHERE NOT pk = 'a'", [D], PEER),
    reads("SELECT * FROM music WHERE n = 7", [B], DOCS),
    reads("SELECT * FROM music", [A, B, C, D], DOCS, ordered=False),
    reads("SELECT * FROM solo WHERE id IN [2, 1]", [ONE, TWO], DOCS, ordered=False),
    reads("SELECT * FROM music WHERE pk = 'none'", []),
    reads("SELECT * FROM solo WHERE id = 9", []),
)
_ORDER = (
    reads("SELECT sk FROM music WHERE pk = 'a' ORDER BY sk", [{"sk": 1}, {"sk": 2}, {"sk": 3}]),
    reads(
        "SELECT sk FROM music WHERE pk = 'a' ORDER BY sk ASC",
        [{"sk": 1}, {"sk": 2}, {"sk": 3}],
        DOCS,
    ),
    reads(
        "SELECT sk FROM music WHERE pk = 'a' ORDER BY sk DESC",
        [{"sk": 3}, {"sk": 2}, {"sk": 1}],
        DOCS,
    ),
    reads(
        "SELECT sk FROM music WHERE pk = 'a' ORDER BY pk", [{"sk": 1}, {"sk": 2}, {"sk": 3}], DOCS
    ),
    reads("SELECT id FROM solo WHERE id IN [1, 2] ORDER BY id DESC", [{"id": 2}, {"id": 1}], DOCS),
    reads("SELECT id FROM solo WHERE id IN [2, 1] ORDER BY id", [{"id": 1}, {"id": 2}], DOCS),
    reads("SELECT h FROM music.gall WHERE g = 'x' ORDER BY h DESC", [{"h": 2}, {"h": 1}], DOCS),
    reads("SELECT l FROM music.lix WHERE pk = 'a' ORDER BY l DESC", [{"l": 2}, {"l": 1}], DOCS),
)
ANSWERS: tuple[Answered, ...] = (*_CONDITIONS, *_PROJECTIONS, *_INDEXES, *_ACCESS, *_ORDER)
