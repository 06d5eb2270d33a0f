"""What UpdateExpression and ProjectionExpression are refused for, statically and by the item.

Source: facts, Common texts, UpdateExpression, ProjectionExpression.
"""

from __future__ import annotations

from typing import Any

from tests.facts.conditions import (
    COUNT,
    DISTINCT,
    ENVELOPE,
    EVERY_TYPE,
    MISPLACED,
    NO_NAME,
    NO_VALUE,
    PARENTHESES,
    PATH,
    RESERVED,
    SIZE,
    TYPE,
    UNKNOWN_FUNCTION,
    A,
    Fault,
    N,
    S,
    V,
    syntax,
)
from tests.facts.fact import AWS_CAPTURED, INVALID, PEER, Fact, refused

OVERLAP = "Two document paths overlap with each other; must remove or rewrite one of these paths; "
CONFLICT = OVERLAP.replace("overlap", "conflict")
SECTION_TYPE = "Incorrect operand type for operator or function; operator: "
LONG_NAMES = {
    "S": "STRING",
    "N": "NUMBER",
    "B": "BINARY",
    "BOOL": "BOOLEAN",
    "NULL": "NULL",
    "L": "LIST",
    "M": "MAP",
}
SECTION = 'The "{}" section can only be used once in an update expression;'
MISSING = "The provided expression refers to an attribute that does not exist in the item"
WRONG_TYPE = "An operand in the update expression has an incorrect data type"
IMPOSSIBLE = "The document path provided in the update expression is invalid for update"
OVERFLOW = (
    "Number overflow. Attempting to store a number with magnitude larger than supported range"
)
X = {":x": N}

_TEXTS = [
    Fault("an empty text", "", "The expression can not be empty;"),
    Fault("4097 bytes", "SET a = :v" + " " * 4087, SIZE + "4097", V),
    Fault(
        "a path of 33 parts",
        "REMOVE " + ".".join(["a"] * 33),
        "The document path has too many nesting levels; nesting levels: 33",
    ),
    Fault(
        "an index beyond all lists",
        "REMOVE a[99999999999999]",
        "List index is not within the allowable range; index: [99999999999999]",
    ),
    Fault("a reserved word", "SET abOrt = :v", RESERVED + "abOrt", V),
    Fault("a reserved word read", "SET a = Size", RESERVED + "Size"),
    Fault("doubled parentheses", "SET a = ((b + :x))", PARENTHESES, X),
    Fault("an unknown function", "SET a = foo(b)", UNKNOWN_FUNCTION + "foo"),
    Fault(
        "a function in other letters", "SET a = List_append(b, c)", UNKNOWN_FUNCTION + "List_append"
    ),
    Fault(
        "list_append inside list_append",
        "SET a = list_append(list_append(a, b), c)",
        MISPLACED + "list_append",
    ),
    # The window: from the token before the offending one to the token behind it.
    Fault("an underscore first", "SET _123 = :v", syntax("_", "SET _123"), V),
    Fault("no section", "INVALID SYNTAX HERE", syntax("INVALID", "INVALID SYNTAX")),
    Fault("a sum of three", "SET x = a + b + c", syntax("+", "b + c")),
    Fault("a sum in parentheses and more", "SET x = (a + b) - c", syntax("-", ") - c")),
    Fault("a sum as an operand", "SET x = list_append(a + b, c)", syntax("+", "a + b")),
    Fault("a comma at the end", "SET a = :v,", syntax("<EOF>", ","), V, source=PEER),
    Fault("a comma before a section", "SET a = :v, REMOVE b", syntax("REMOVE", ", REMOVE b"), V),
    Fault("a value as target", "SET :v = :v", syntax(":v", "SET :v ="), V),
    Fault("a negative index", "SET a[-1] = :v", syntax("-", "[-1"), V),
    Fault("an empty index", "SET a[] = :v", syntax("]", "[] ="), V),
    Fault("a value as index", "SET a[:v] = :v", syntax(":v", "[:v]"), V),
    Fault("a number as name", "SET a.0 = :v", syntax("0", ".0 ="), V),
    Fault("two dots", "SET a..b = :v", syntax(".", "..b"), V),
    Fault("a dot first", "SET .a = :v", syntax(".", "SET .a"), V),
    Fault("ADD without value", "ADD a b", syntax("b", "a b")),
    Fault("REMOVE of a value", "REMOVE :v", syntax(":v", "REMOVE :v"), V),
]
_OPERANDS = [
    *(
        Fault(f"{section} twice", f"{first} {section} {second}", SECTION.format(section), X)
        for section, first, second in [
            ("SET", "SET a = :x", "b = :x"),
            ("REMOVE", "REMOVE a ADD c :x", "b"),
            ("ADD", "ADD a :x", "b :x"),
            ("DELETE", "DELETE a :x", "b :x"),
        ]
    ),
    Fault("an undefined name", "SET #a = :v", NO_NAME + "#a", V),
    Fault("an undefined name to remove", "REMOVE #a", NO_NAME + "#a"),
    Fault("an undefined value", "SET a = :w", NO_VALUE + ":w", V),
    Fault("an undefined value to add", "ADD a :w", NO_VALUE + ":w", V),
    Fault("a path twice", "SET a = :v REMOVE a", OVERLAP + "path one: [a], path two: [a]", V),
    Fault(
        "a path inside another",
        "SET a.b = :v, a = :v",
        OVERLAP + "path one: [a, b], path two: [a]",
        V,
    ),
    Fault(
        "a path around another",
        "SET a = :v REMOVE a.b",
        OVERLAP + "path one: [a, b], path two: [a]",
        V,
    ),
    Fault(
        "a path twice, once by placeholder",
        "SET #a.b = :v, a.b = :v",
        OVERLAP + "path one: [a, b], path two: [a, b]",
        V,
        {"#a": "a"},
    ),
    Fault(
        "a place as map and as list",
        "SET a.b = :v REMOVE a[1]",
        CONFLICT + "path one: [a, b], path two: [a, [1]]",
        V,
    ),
    *(
        Fault(
            f"ADD of a {kind}",
            "ADD a :x",
            f"{SECTION_TYPE}ADD, operand type: {name}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind, name in LONG_NAMES.items()
        if kind != "N"
    ),
    *(
        Fault(
            f"DELETE of a {kind}",
            "DELETE a :x",
            f"{SECTION_TYPE}DELETE, operand type: {name}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind, name in LONG_NAMES.items()
    ),
    *(
        Fault(
            f"{sign} with a {kind}",
            f"SET a = b {sign} :x",
            f"{TYPE}{sign}, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for sign in ("+", "-")
        for kind in EVERY_TYPE
        if kind != "N"
    ),
    *(
        Fault(
            f"list_append of a {kind}",
            "SET a = list_append(b, :x)",
            f"{TYPE}list_append, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind in EVERY_TYPE
        if kind != "L"
    ),
    Fault("if_not_exists of a value", "SET a = if_not_exists(:v, b)", PATH + "if_not_exists", V),
    Fault(
        "if_not_exists of one operand",
        "SET a = if_not_exists(b)",
        COUNT + "if_not_exists, number of operands: 1",
    ),
    Fault(
        "list_append of three operands",
        "SET a = list_append(b, c, d)",
        COUNT + "list_append, number of operands: 3",
    ),
    Fault(
        "one path twice in if_not_exists",
        "SET a = if_not_exists(b, b)",
        DISTINCT + "if_not_exists, first operand: [b]",
        source=PEER,
    ),
]
_ORDER = [
    Fault("reserved word | unknown function", "SET abort = foo(b)", RESERVED + "abort"),
    Fault(
        "unknown function | repeated section",
        "SET a = :v SET b = foo(c)",
        UNKNOWN_FUNCTION + "foo",
        V,
    ),
    Fault("repeated section | undefined name", "SET #a = :v SET b = :v", SECTION.format("SET"), V),
    Fault("undefined name | undefined value", "SET a = :w, #b = :v", NO_NAME + "#b", V),
    Fault("undefined value | overlap", "SET a = :v, a = :w", NO_VALUE + ":w", V),
    Fault(
        "overlap | conflict",
        "SET a.b = :v, a[1] = :v, c = :v, c = :v",
        OVERLAP + "path one: [c], path two: [c]",
        V,
    ),
    Fault(
        "conflict | ADD's operand",
        "SET a.b = :v, a[1] = :v ADD c :v",
        CONFLICT + "path one: [a, b], path two: [a, [1]]",
        V,
    ),
    Fault(
        "ADD's operand | function's operand",
        "SET b = if_not_exists(:v, c) ADD a :v",
        SECTION_TYPE + "ADD, operand type: STRING",
        V,
    ),
]
_PROJECTIONS = [
    Fault("an empty text", "", "The expression can not be empty;"),
    Fault("4097 bytes", "a" + " " * 4096, SIZE + "4097"),
    Fault(
        "a path of 33 parts",
        ".".join(["a"] * 33),
        "The document path has too many nesting levels; nesting levels: 33",
    ),
    Fault("a reserved word", "b, Abort", RESERVED + "Abort"),
    Fault("an undefined name", "a, #b", NO_NAME + "#b"),
    Fault("a path twice", "a, a", OVERLAP + "path one: [a], path two: [a]"),
    Fault("a path inside an earlier one", "a, a.b", OVERLAP + "path one: [a], path two: [a, b]"),
    Fault("a path around an earlier one", "a.b, a", OVERLAP + "path one: [a, b], path two: [a]"),
    Fault(
        "a path twice, once by placeholder",
        "#a[0], a[0]",
        OVERLAP + "path one: [a, [0]], path two: [a, [0]]",
        None,
        {"#a": "a"},
    ),
    Fault(
        "a place as list and as map",
        "a[1], a.b",
        CONFLICT + "path one: [a, [1]], path two: [a, b]",
    ),
    Fault("a comma at the end", "a,", syntax("<EOF>", ","), source=PEER),
    Fault("a value", "a, :v", syntax(":v", ", :v")),
    Fault("two names without comma", "a b", syntax("b", "a b")),
    Fault("a function", "size(a)", syntax("(", "size(a"), source=PEER),
    Fault("reserved word | undefined name", "#b, abort", RESERVED + "abort"),
    Fault("undefined name | overlap", "a, a, #b", NO_NAME + "#b"),
    Fault(
        "overlap | conflict", "a[1], a.b, c, c", OVERLAP + "path one: [c], path two: [c]"
    ),
]  # fmt: skip


def _members(fault: Fault) -> dict[str, Any]:
    members: dict[str, Any] = {"TableName": "hash_s", "Key": A}
    if fault.values is not None:
        members["ExpressionAttributeValues"] = fault.values
    if fault.names is not None:
        members["ExpressionAttributeNames"] = fault.names
    return members


def _update(fault: Fault) -> Fact:
    request = {**_members(fault), "UpdateExpression": fault.text}
    message = f"{ENVELOPE}Invalid UpdateExpression: {fault.message}"
    return refused(f"update: {fault.name}", "UpdateItem", request, message, fault.source)


def _transact_update(fault: Fault) -> Fact:
    action = {"Update": {**_members(fault), "UpdateExpression": fault.text}}
    message = f"Invalid UpdateExpression: {fault.message}"
    request = {"TransactItems": [action]}
    return refused(
        f"update of a transaction: {fault.name}",
        "TransactWriteItems",
        request,
        message,
        fault.source,
    )


def _projection(fault: Fault) -> Fact:
    request = {**_members(fault), "ProjectionExpression": fault.text}
    message = f"Invalid ProjectionExpression: {fault.message}"
    return refused(f"projection: {fault.name}", "GetItem", request, message, fault.source)


def _late(name: str, text: str, message: str, source: str = AWS_CAPTURED) -> Fact:
    """Refused once the item is known (or known to be missing); never enveloped."""
    values = {":n": N, ":s": S, ":ss": {"SS": ["a"]}, ":l": {"L": []}, ":big": {"N": "9e125"}}
    used = {key: value for key, value in values.items() if key in text.replace(",", " ").split()}
    request: dict[str, Any] = {"TableName": "hash_s", "Key": {"p": {"S": "none"}}}
    request["UpdateExpression"] = text
    if used:
        request["ExpressionAttributeValues"] = used
    return refused(f"update at run time: {name}", "UpdateItem", request, message, source)


_LATE = [
    _late("a missing operand", "SET a = b", MISSING),
    _late("a missing operand of a sum", "SET a = b + :n", MISSING),
    _late("a missing operand inside", "SET a = b.c[0]", MISSING),
    _late("a key is no number", "SET a = p + :n", WRONG_TYPE),
    _late("a key is no list", "SET a = list_append( p , :l )", WRONG_TYPE),
    _late("a target inside nothing", "SET a.b = :n", IMPOSSIBLE),
    _late("an element of nothing", "SET a[0] = :n", IMPOSSIBLE),
    _late("ADD inside nothing", "ADD a.b :n", IMPOSSIBLE),
    _late("a sum out of range", "SET a = :big + :big", OVERFLOW),
    _late("a sum of 51 digits", "SET a = if_not_exists(q, :big ) + :n", OVERFLOW),
]


def _keyed(name: str, message: str, text: str) -> Fact:
    request = {"TableName": "numbered", "Key": {"p": {"N": "1"}, "s": {"B": "YQ=="}}}
    values = {"ExpressionAttributeValues": {":v": S}} if ":v" in text else {}
    return refused(name, "UpdateItem", {**request, "UpdateExpression": text, **values}, message)


_KEY = INVALID + "Cannot update attribute {}. This attribute is part of the key"
_KEYS = [
    _keyed("SET of the partition key", _KEY.format("p"), "SET p = :v"),
    _keyed("REMOVE of the sort key", _KEY.format("s"), "REMOVE s"),
    _keyed("SET of the sort key", _KEY.format("s"), "SET a = :v, s = :v"),
]
FACTS = [
    *map(_update, [*_TEXTS, *_OPERANDS, *_ORDER]),
    *map(_transact_update, _OPERANDS),
    *map(_projection, _PROJECTIONS),
    *_LATE,
    *_KEYS,
]
