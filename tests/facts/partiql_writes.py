"""INSERT, UPDATE and DELETE, and RETURNING."""

from __future__ import annotations

from typing import Any

from tests.facts.fact import AWS_CAPTURED, DOCS, INVALID, PEER, Fact
from tests.facts.partiql import (
    LOCAL,
    MESSAGES,
    ONE,
    TWO,
    A,
    Answered,
    B,
    C,
    D,
    changed,
    refused,
    refused_alike,
    writes,
)

_FAILED, _CONDITION = "ConditionalCheckFailedException", "The conditional request failed"
_PATH = "The document path provided in the update expression is invalid for update"
_FREE = "Where clause does not contain a mandatory equality on all key attributes"
_UNKNOWN = "The provided expression refers to an attribute that does not exist in the item"
_SINGLE = "FROM clause may only contain a single table name in data manipulation statements at "
_KEY = "WHERE pk = 'a' AND sk = 1"
_STRUCT = (
    "Unsupported format in item expression. Please use struct format {...} to express item values "
    "for insert statement. at 1:24:1"
)
_EMPTY_KEY = (
    "One or more parameter values are not valid. The AttributeValue for a key attribute cannot "
    "contain an empty string value. Key: pk"
)
_LARGE = "x" * 409_600


def _update(clauses: str, where: str = _KEY) -> str:
    return f"UPDATE music {clauses} {where}"


FACTS: tuple[Fact, ...] = (
    # INSERT.
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 1, 'n': 2}",
            "Duplicate primary key exists in table", DOCS, code="DuplicateItemException"),
    refused("INSERT INTO solo VALUE {'id': 1.0}", "Duplicate primary key exists in table", DOCS,
            code="DuplicateItemException"),
    refused("INSERT INTO music VALUE {'pk': 'a'}",
            "Key attribute should be present in the item: Key sk", MESSAGES),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': '1'}",
            "Key attribute's data type should match its data type in table's schema: Key sk",
            MESSAGES),
    refused("INSERT INTO music VALUE {'pk': '', 'sk': 1}", _EMPTY_KEY, LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': ?}",
            "Item size has exceeded the maximum allowed size", AWS_CAPTURED, _LARGE),
    refused('INSERT INTO "abcdefgh"."idx" VALUE {\'pk\': \'a\'}', _SINGLE + "1:13:10"),
    refused("INSERT INTO abcdefgh.idx VALUE {'pk': 'a'}", _SINGLE + "1:13:8"),
    refused("INSERT INTO music VALUE {'pk': 'a', 'pk': 'b', 'sk': 1}",
            "Duplicate keys in tuple. Key: pk under root at 1:37:4", LOCAL),
    refused("INSERT INTO music VALUE {\"pk\": 'a', 'sk': 9}",
            "Tuple keys must be of type String. Actual type: VariableReference under root at "
            "1:26:4", LOCAL),
    refused("INSERT INTO music VALUE {pk: 'a', 'sk': 9}",
            "Tuple keys must be of type String. Actual type: VariableReference under root at "
            "1:26:2", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': `symbol`}",
            "Ion Literals are not supported: SYMBOL under key root at 1:51:8", LOCAL),
    refused("INSERT INTO music VALUE ['pk', 'a']", _STRUCT.replace("1:24:1", "1:25:1"), LOCAL),
    refused("INSERT INTO music VALUE ?", _STRUCT.replace("1:24:1", "1:25:1"), LOCAL, {"pk": "a"}),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': <<>>}",
            "Empty bags are not supported at 1:51:2", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': <<1, 'a'>>}",
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
            "bags", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': <<?>>}",
            "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in "
            "bags at 1:53:1", LOCAL, "a"),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': <<1, 1.0>>}",
            "Input collection contains duplicates", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': MISSING}",
            "Unsupported data type: MISSING under key root at 1:51:7", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 1+1}",
            "Unsupported data type: + under key root at 1:44:1", LOCAL),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9, 'v': [?]}",
            "Unsupported data type: Parameter under key root.0 at 1:52:1", LOCAL, 1),
    refused("INSERT INTO music VALUE {'pk': 'a', 'sk': 9} RETURNING ALL OLD *",
            "RETURNING is not supported in INSERT", MESSAGES),
    # Which item.
    *refused_alike("""
UPDATE music SET n = 1 WHERE pk = 'a'
UPDATE music SET n = 1 WHERE sk = 1
UPDATE music SET n = 1
UPDATE music SET n = 1 WHERE pk = 'a' AND sk > 0
UPDATE music SET n = 1 WHERE pk = 'a' AND sk IN [1, 2]
UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 1 OR n = 5
DELETE FROM music WHERE pk = 'a'
DELETE FROM music WHERE sk = 1
DELETE FROM music
DELETE FROM music WHERE pk = 'a' AND sk BETWEEN 1 AND 1
DELETE FROM music WHERE NOT (pk = 'a' AND sk = 1)
DELETE FROM solo WHERE id IN [1]
""", _FREE, AWS_CAPTURED),
    refused("UPDATE music SET n = 1 WHERE pk = 'a' AND pk = 'b' AND sk = 1",
            "Multiple conditions on same key pk. Only single item Update/Insert/Delete are "
            "supported", MESSAGES),
    refused("UPDATE music.gix SET n = 1 WHERE pk = 'a' AND n < TRUE",
            "Incorrect operand type for operator or function; operator or function: <, operand "
            "type: BOOL"),
    *refused_alike("""
UPDATE "nowhere"."gix" SET n = 1 WHERE pk = 'a' AND sk = 1
UPDATE music.gix SET n = 1 WHERE pk = 'a' AND sk = 1
DELETE FROM "nowhere"."gix" WHERE pk = 'a' AND sk = 1
DELETE FROM music.gix WHERE pk = 'a' AND sk = 1
""", "This operation is not supported on an index", AWS_CAPTURED),
    # Conditions that do not hold.
    *(
        refused(text, _CONDITION, source, code=_FAILED)
        for text, source in (
            ("UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 9", AWS_CAPTURED),
            ("UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 9 RETURNING ALL NEW *", AWS_CAPTURED),
            ("UPDATE music SET n = 1 WHERE pk = 'a' AND sk = 9 AND n IS MISSING", AWS_CAPTURED),
            (_update("SET n = 1", _KEY + " AND n = 6"), AWS_CAPTURED),
            (_update("REMOVE n", _KEY + " AND (n = 6 OR s = 'b')"), AWS_CAPTURED),
            (f"DELETE FROM music {_KEY} AND n = 6", AWS_CAPTURED),
            (f"DELETE FROM music {_KEY} AND zz IS NOT MISSING", DOCS),
        )
    ),
    # UPDATE.
    refused(_update("SET nope.a = 1"), _PATH),
    refused(_update("SET newlist[0] = 'x'"), _PATH),
    refused(_update("SET s[0] = 'x'"), _PATH),
    refused(_update("SET s.a = 'x'"), _PATH),
    refused(_update("SET pk = 'b'"),
            INVALID + "Cannot update attribute pk. This attribute is part of the key", LOCAL),
    refused(_update("REMOVE sk"),
            INVALID + "Cannot update attribute sk. This attribute is part of the key", LOCAL),
    refused(_update("SET x = nope + 1"), _UNKNOWN, LOCAL),
    refused(_update("SET x = nope"), _UNKNOWN, LOCAL),
    refused(_update("SET m = 1 SET m.z = 2"),
            "Two document paths overlap with each other; must remove or rewrite one of these "
            "paths; path one: [m, z], path two: [m]", LOCAL),
    refused(_update("SET n = size(s)"),
            "The function is not allowed in an update expression; function: size", LOCAL),
    refused(_update("SET ns2 = set_add(ns, <<3>>)"),
            "The first argument to SET_ADD must equal the assignment value", MESSAGES),
    refused("UPDATE music SET ns = set_add(ns, 3) " + _KEY,
            "The second argument to SET_ADD must be a value with type SET at 1:31:2", LOCAL),
    refused(_update("SET ns = set_add(ns)"), "SET_ADD must have exactly two arguments at 1:23:7",
            LOCAL),
    refused(_update("SET ns = set_delete(ns, <<1>>, 2)"),
            "SET_DELETE must have exactly two arguments at 1:23:10", LOCAL),
    *(
        refused(_update(clause), "An operand in the update expression has an incorrect data type",
                DOCS)
        for clause in ("SET n = s + 1", "SET ls = list_append(n, ['z'])", "SET s = set_add(s, <<1>>)")
    ),
    refused(f"UPDATE music SET n = 6 {_KEY} RETURNING ALL OLD n",
            "Expected '*' after ( MODIFIED | ALL ) ( NEW | OLD ) in RETURNING clause", MESSAGES),
    refused(_update("SET n = n * 2"),
            "Unsupported operator in Update Expression. Operator: *", MESSAGES),
    refused(_update("SET n = s IS MISSING"), "IS operator is not supported in update expressions",
            MESSAGES),
    refused(_update("SET v = ?"), "Item size to update has exceeded the maximum allowed size",
            AWS_CAPTURED, _LARGE),
    # DELETE.
    *(
        refused(f"DELETE FROM music {_KEY} RETURNING {variant} *",
                f"Invalid returning clause: RETURNING {variant.upper()} *. Only RETURNING ALL OLD "
                "* is allowed in DELETE statements.")
        for variant in ("MODIFIED OLD", "ALL NEW", "modified new")
    ),
)  # fmt: skip


def _changes(clauses: str, source: str, *removed: str, shown: list[dict[str, Any]] | None = None,
             parameters: tuple[Any, ...] = (), **attributes_set: Any) -> Answered:  # fmt: skip
    """An UPDATE of item A, the attributes that it sets and those that it removes."""
    where, _, returning = clauses.partition(" RETURNING ")
    text = _update(where) + (f" RETURNING {returning}" if returning else "")
    after = changed(A, *removed, **attributes_set)
    return writes(text, "music", [after, B, C, D], source, *parameters, shown=shown)


def _returns(clauses: str, variant: str, shown: dict[str, Any] | None, *removed: str,
             **attributes_set: Any) -> Answered:  # fmt: skip
    """The same with RETURNING; None: nothing is shown."""
    return _changes(f"{clauses} RETURNING {variant} *", AWS_CAPTURED, *removed,
                    shown=None if shown is None else [shown], **attributes_set)  # fmt: skip


_M: dict[str, Any] = A["m"]
_LS: list[Any] = A["ls"]
_UPDATES = (
    _changes("SET n = 6", DOCS, n=6),
    _changes("SET n = ?", DOCS, parameters=(6,), n=6),
    _changes("SET n = 6 SET s = 'b'", DOCS, n=6, s="b"),
    _changes("SET n = 6, s = 'b'", DOCS, n=6, s="b"),
    _changes("SET n = 6 REMOVE s REMOVE t", DOCS, "s", "t", n=6),
    _changes("REMOVE s SET n = 6", DOCS, "s", n=6),
    _changes("SET fresh = {'a': [1, <<'x'>>]}", DOCS, fresh={"a": [1, {"x"}]}),
    _changes("SET n = n + 1", DOCS, n=6),
    _changes("SET n = n - 1.5", DOCS, n=3.5),
    _changes("SET fresh = n + n", LOCAL, fresh=10),
    _changes("SET fresh = s", LOCAL, fresh="abc"),
    _changes("SET n = l, l = n", LOCAL, n=1, l=5),
    _changes("SET m.a = 2, m.z = 'new'", DOCS, m={**_M, "a": 2, "z": "new"}),
    _changes("SET ls[0] = 'y'", DOCS, ls=["y", *_LS[1:]]),
    _changes("SET ls[9] = 'end'", AWS_CAPTURED, ls=[*_LS, "end"]),
    _changes("SET ls[4] = 'end'", AWS_CAPTURED, ls=[*_LS, "end"]),
    _changes("REMOVE ls[1]", AWS_CAPTURED, ls=[_LS[0], *_LS[2:]]),
    _changes("REMOVE nope", AWS_CAPTURED),
    _changes("REMOVE ls[9]", AWS_CAPTURED),
    _changes("REMOVE m.d.e", AWS_CAPTURED, m={**_M, "d": {}}),
    _changes("SET ls = list_append(ls, ['z'])", DOCS, ls=[*_LS, "z"]),
    _changes("SET ls = LIST_APPEND(ls, ?)", DOCS, parameters=(["z"],), ls=[*_LS, "z"]),
    _changes("SET ls = list_append(['z'], ls)", LOCAL, ls=["z", *_LS]),
    _changes("SET ns = set_add(ns, <<3, 2>>)", DOCS, ns={1, 2, 3}),
    _changes("SET ss = SET_ADD(ss, <<'c'>>)", DOCS, ss={"a", "b", "c"}),
    _changes("SET ss = set_add(ss, ?)", DOCS, parameters=({"c"},), ss={"a", "b", "c"}),
    _changes("SET ns = set_delete(ns, <<2, 9>>)", DOCS, ns={1}),
    _changes("SET ns = set_delete(ns, <<1, 2>>)", PEER, "ns"),
    _changes("SET x = if_not_exists(x, 5)", LOCAL, x=5),
    writes(_update("SET n = 6", _KEY + " AND n = 5 AND begins_with(s, 'a')"), "music",
           [changed(A, n=6), B, C, D]),
    writes(_update("SET n = 6", "WHERE n = ? AND sk = ? AND pk = ?"), "music",
           [changed(A, n=6), B, C, D], DOCS, 5, 1, "a"),
    writes("UPDATE solo SET v = 'new' WHERE id = 1", "solo", [changed(ONE, v="new"), TWO], DOCS),
)  # fmt: skip
_RETURNED = (
    _returns("SET n = 6", "ALL OLD", A, n=6),
    _returns("SET n = 6", "ALL NEW", changed(A, n=6), n=6),
    _returns("SET n = 6", "MODIFIED OLD", {"n": 5}, n=6),
    _returns("SET n = 6", "MODIFIED NEW", {"n": 6}, n=6),
    _returns("SET n = 6", "modified new", {"n": 6}, n=6),
    _returns("SET fresh = 1", "MODIFIED OLD", None, fresh=1),
    _returns("REMOVE s", "MODIFIED NEW", None, "s"),
    _returns("REMOVE s", "MODIFIED OLD", {"s": "abc"}, "s"),
    _returns(
        "SET m.a = 'x', m.z = 'y'",
        "MODIFIED NEW",
        {"m": {"a": "x", "z": "y"}},
        m={**_M, "a": "x", "z": "y"},
    ),
    _returns(
        "SET m.a = 'x', m.z = 'y'", "MODIFIED OLD", {"m": {"a": 1}}, m={**_M, "a": "x", "z": "y"}
    ),
    _returns(
        "SET m.d.e = 'x'", "MODIFIED NEW", {"m": {"d": {"e": "x"}}}, m={**_M, "d": {"e": "x"}}
    ),
    _returns(
        "SET ls[2] = 'y', ls[0] = 'x0'",
        "MODIFIED NEW",
        {"ls": ["x0", "y"]},
        ls=["x0", 1, "y", _LS[3]],
    ),
    _returns("REMOVE ls[1]", "MODIFIED OLD", {"ls": [1]}, ls=[_LS[0], *_LS[2:]]),
    _returns("REMOVE ls[1]", "MODIFIED NEW", {"ls": [["y"]]}, ls=[_LS[0], *_LS[2:]]),
    _returns("REMOVE ls[3]", "MODIFIED NEW", None, ls=_LS[:3]),
    _returns("SET ls[4] = 'z'", "MODIFIED NEW", {"ls": ["z"]}, ls=[*_LS, "z"]),
    _returns("SET ls[4] = 'z'", "MODIFIED OLD", None, ls=[*_LS, "z"]),
    _returns("SET ls[9] = 'z'", "MODIFIED NEW", None, ls=[*_LS, "z"]),
    _returns("SET ls[9] = 'z'", "MODIFIED OLD", None, ls=[*_LS, "z"]),
)
_INSERTS = (
    writes(
        "INSERT INTO solo VALUE {'id': 3, 'v': 'three'}",
        "solo",
        [ONE, TWO, {"id": 3, "v": "three"}],
    ),
    writes(
        "INSERT INTO music VALUE {'pk': ?, 'sk': ?}",
        "music",
        [A, B, C, D, {"pk": "c", "sk": 1}],
        DOCS,
        "c",
        1,
    ),
)
_DELETES = (
    writes(f"DELETE FROM music {_KEY}", "music", [B, C, D], DOCS),
    writes("DELETE FROM music WHERE sk = ? AND pk = ?", "music", [B, C, D], DOCS, 1, "a"),
    writes(
        f"DELETE FROM music {_KEY} AND n = 5 RETURNING ALL OLD *", "music", [B, C, D], shown=[A]
    ),
    writes(
        "DELETE FROM music WHERE pk = 'a' AND sk = 9 RETURNING ALL OLD *",
        "music",
        [A, B, C, D],
        shown=[],
    ),
    writes("DELETE FROM music WHERE pk = 'a' AND sk = 9 AND n = 5", "music", [A, B, C, D], DOCS),
)
ANSWERS: tuple[Answered, ...] = (*_INSERTS, *_UPDATES, *_RETURNED, *_DELETES)
