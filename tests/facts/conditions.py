"""What every condition is refused for: on DeleteItem bare, on PutItem enveloped, and as a filter.

Source: facts, Common texts, Lexing and syntax errors, Operand rules of conditions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.facts.fact import AWS_CAPTURED, PEER, Fact, refused

ENVELOPE = "1 validation error detected: "
A = {"p": {"S": "a"}}
S, N, BOOL, NULL = {"S": "a"}, {"N": "1"}, {"BOOL": True}, {"NULL": True}
B, SS, NS, BS = {"B": "YQ=="}, {"SS": ["a"]}, {"NS": ["1"]}, {"BS": ["YQ=="]}
L, M = {"L": [{"S": "a"}]}, {"M": {"a": {"S": "a"}}}
EVERY_TYPE = {
    "S": S, "N": N, "B": B, "BOOL": BOOL, "NULL": NULL,
    "SS": SS, "NS": NS, "BS": BS, "L": L, "M": M,
}  # fmt: skip

RESERVED = "Attribute name is a reserved keyword; reserved keyword: "
PARENTHESES = "The expression has redundant parentheses;"
UNKNOWN_FUNCTION = "Invalid function name; function: "
MISPLACED = "The function is not allowed to be used this way in an expression; function: "
NO_NAME = "An expression attribute name used in the document path is not defined; attribute name: "
NO_VALUE = "An expression attribute value used in expression is not defined; attribute value: "
COUNT = "Incorrect number of operands for operator or function; operator or function: "
TYPE = "Incorrect operand type for operator or function; operator or function: "
PATH = "Operator or function requires a document path; operator or function: "
DISTINCT = (
    "The first operand must be distinct from the remaining operands for this operator or function; "
    "operator: "
)
SAME_TYPE = "The BETWEEN operator requires same data type for lower and upper bounds; "
IN_ORDER = "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; "
TOO_MANY = "The expression contains too many operators; operator count: 301"
SIZE = "Expression size has exceeded the maximum allowed size; expression size: "


class Fault(NamedTuple):
    """A text that no condition may be, with what the request defines, and why it is refused."""

    name: str
    text: str
    message: str
    values: dict[str, Any] | None = None
    names: dict[str, str] | None = None
    source: str = AWS_CAPTURED


def syntax(token: str, near: str) -> str:
    """The text of a syntax error."""
    return f'Syntax error; token: "{token}", near: "{near}"'


def bounds(lower: str, upper: str) -> str:
    """The end of a refused BETWEEN. lower, upper: as ``N:1``."""
    return (
        f"lower bound operand: AttributeValue: {{{lower}}}, "
        f"upper bound operand: AttributeValue: {{{upper}}}"
    )


V = {":v": S}
_TEXTS = [
    Fault("an empty text", "", "The expression can not be empty;"),
    Fault("4097 bytes", "a = :v" + " " * 4091, SIZE + "4097", V),
    Fault("4098 bytes of 2049 letters", "é" * 2049, SIZE + "4098", V),
    Fault("151 comparisons and 150 ANDs", " AND ".join(["a=:v"] * 151), TOO_MANY, V),
    Fault("301 ORs and comparisons", " OR ".join(["a<>:v"] * 151), TOO_MANY, V),
    Fault("909 NOTs count as 301", "NOT " * 909 + "a=:v", TOO_MANY, V),
    Fault(
        "a path of 33 parts",
        ".".join(["a"] * 33) + " = :v",
        "The document path has too many nesting levels; nesting levels: 33",
        V,
    ),
    Fault(
        "an index beyond all lists",
        "a[99999999999999] = :v",
        "List index is not within the allowable range; index: [99999999999999]",
        V,
    ),
    Fault("a reserved word as typed", "abOrt = :v", RESERVED + "abOrt", V),
    Fault("a reserved word inside a path", "a.Name = :v", RESERVED + "Name", V),
    Fault("a reserved word behind an index", "a[0].nAMe = :v", RESERVED + "nAMe", V),
    Fault("size as a name", "size = :v", RESERVED + "size", V),
    Fault("doubled parentheses", "((a = :v))", PARENTHESES, V),
    Fault("doubled parentheses around a part", "a = :v AND ((b = :v))", PARENTHESES, V),
    Fault("doubled parentheses around an operand", "((a)) = :v", PARENTHESES, V),
    Fault("an unknown function", "foo(a)", UNKNOWN_FUNCTION + "foo", V),
    Fault("an unknown function inside another", "size(foo(a)) > :v", UNKNOWN_FUNCTION + "foo", V),
    Fault("a function in other letters", "Size(a) > :v", UNKNOWN_FUNCTION + "Size", V),
    Fault("a function in capitals", "CONTAINS(a, :v)", UNKNOWN_FUNCTION + "CONTAINS", V),
    Fault("size alone", "size(a)", MISPLACED + "size", V),
    Fault(
        "a boolean function compared",
        "attribute_exists(a) = :v",
        MISPLACED + "attribute_exists",
        V,
    ),
    Fault(
        "a boolean function as an argument",
        "contains(a, begins_with(b, :v))",
        MISPLACED + "begins_with",
        V,
    ),
    Fault(
        "if_not_exists in a condition",
        "if_not_exists(a, :v) = :v",
        "The function is not allowed in a condition expression; function: if_not_exists",
        V,
    ),
    Fault(
        "list_append in a condition",
        "list_append(a, :v) = :v",
        "The function is not allowed in a condition expression; function: list_append",
        V,
    ),
]
# Captured outcomes; the window's form at the end of the text is a peer's.
_SYNTAX = [
    Fault("a word behind a word", "INVALID SYNTAX HERE", syntax("SYNTAX", "INVALID SYNTAX HERE")),
    Fault("a character of no token", "!!! INVALID !!!", syntax("!", "!!")),
    *(
        Fault(f"syntax: {text}", text, syntax(token, near), V, source=source)
        for text, token, near, source in [
            ("a[-1] = :v", "-", "[-1", AWS_CAPTURED),
            ("a[] = :v", "]", "[] =", AWS_CAPTURED),
            ("a[:v] = :v", ":v", "[:v]", AWS_CAPTURED),
            ("a.0 = :v", "0", ".0 =", AWS_CAPTURED),
            ("a..b = :v", ".", "..b", AWS_CAPTURED),
            (".a = :v", ".", ".a", AWS_CAPTURED),
            ("a = :v b = :v", "b", ":v b =", AWS_CAPTURED),
            ("a IN ()", ")", "()", AWS_CAPTURED),
            ("a", "<EOF>", "a", PEER),
            (":v", "<EOF>", ":v", PEER),
            ("NOT a", "<EOF>", "a", PEER),
            ("a AND :v", "AND", "a AND :v", AWS_CAPTURED),
            ("hi-there = :v", "-", "hi-there", AWS_CAPTURED),
            ("hi$there = :v", "$", "hi$there", AWS_CAPTURED),
            ('"x" = :v', '"', '"x', AWS_CAPTURED),
            ("!x = :v", "!", "!x", AWS_CAPTURED),
            ("_f(b)", "_", "_f", AWS_CAPTURED),
            ("_a = :v", "_", "_a", AWS_CAPTURED),
            ("1a = :v", "1", "1a", AWS_CAPTURED),
            ("a != :v", "!", "a !=", AWS_CAPTURED),
            ("a == :v", "=", "== :v", AWS_CAPTURED),
            ("a = :v && b = :v", "&", ":v &&", AWS_CAPTURED),
            ("a = 5", "5", "= 5", AWS_CAPTURED),
            ("a = 'x'", "'", "= 'x", AWS_CAPTURED),
        ]
    ),
]
_OPERANDS = [
    Fault("an undefined name", "#x = :v", NO_NAME + "#x", V),
    Fault("an undefined name inside a path", "a.#b[1].#c = :v", NO_NAME + "#c", V, {"#b": "b"}),
    Fault("an undefined value", "a = :w", NO_VALUE + ":w", V),
    Fault("an undefined value without a map", "a = :w", NO_VALUE + ":w"),
    Fault("an undefined value where a path belongs", "attribute_exists(:w)", NO_VALUE + ":w", V),
    Fault("too few operands", "begins_with(a)", COUNT + "begins_with, number of operands: 1"),
    Fault(
        "too many operands",
        "attribute_exists(a, b)",
        COUNT + "attribute_exists, number of operands: 2",
    ),
    *(
        Fault(
            f"{operator} with a constant {kind}",
            f"a {operator} :x",
            f"{TYPE}{operator}, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for operator in ("<", "<=", ">", ">=")
        for kind in ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    *(
        Fault(
            f"BETWEEN with a constant {kind}",
            "a BETWEEN :x AND :x",
            f"{TYPE}BETWEEN, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind in ("BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    Fault(
        "bounds of two types",
        "a BETWEEN :l AND :u",
        SAME_TYPE + bounds("N:1", "S:a"),
        {":l": N, ":u": S},
    ),
    Fault(
        "bounds the wrong way round",
        "a BETWEEN :l AND :u",
        IN_ORDER + bounds("S:b", "S:a"),
        {":l": {"S": "b"}, ":u": S},
    ),
    Fault(
        "IN with 100 choices",
        f"a IN ({', '.join([':v'] * 100)})",
        "The IN operator is provided with too many operands; number of operands: 101",
        V,
        source=PEER,
    ),
    *(
        Fault(f"{function} of a constant", f"{function}(:v)", PATH + function, V)
        for function in ("attribute_exists", "attribute_not_exists")
    ),
    Fault(
        "attribute_type with a number",
        "attribute_type(a, :x)",
        TYPE + "attribute_type, operand type: N",
        {":x": N},
    ),
    Fault(
        "attribute_type with a path",
        "attribute_type(a, b)",
        TYPE + "attribute_type, operand type: {NS,SS,L,BS,N,M,B,BOOL,NULL,S}",
    ),
    Fault(
        "attribute_type with no type's name",
        "attribute_type(a, :x)",
        "Invalid attribute type name found; type: 1, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}",
        {":x": {"S": "1"}},
    ),
    *(
        Fault(
            f"begins_with of a constant {kind}",
            "begins_with(a, :x)",
            f"{TYPE}begins_with, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind in ("N", "BOOL", "NULL", "SS", "NS", "BS", "L", "M")
    ),
    Fault(
        "begins_with of size",
        "begins_with(size(a), :v)",
        TYPE + "begins_with, operand type: N",
        V,
    ),
    *(
        Fault(
            f"size of a constant {kind}",
            "size(:x) = a",
            f"{TYPE}size, operand type: {kind}",
            {":x": EVERY_TYPE[kind]},
        )
        for kind in ("N", "BOOL", "NULL")
    ),
    Fault("size of size", "size(size(a)) = b", TYPE + "size, operand type: N"),
    *(
        Fault(
            f"one path on both sides of {operator}",
            f"a {operator} a",
            f"{DISTINCT}{operator}, first operand: [a]",
        )
        for operator in ("=", "<>", "<", "<=", ">", ">=")
    ),
    *(
        Fault(
            f"one path twice in {function}",
            f"{function}(a, a)",
            f"{DISTINCT}{function}, first operand: [a]",
        )
        for function in ("contains", "begins_with", "attribute_type")
    ),
    Fault(
        "one long path on both sides, once by placeholder",
        "#x.bc[1].a = ab.bc[1].a",
        DISTINCT + "=, first operand: [ab, bc, [1], a]",
        None,
        {"#x": "ab"},
    ),
]
_ORDER = [
    Fault("parentheses | unknown function", "foo(a) AND ((a = :v))", PARENTHESES, V),
    Fault(
        "unknown function | misplaced function",
        "size(a) AND foo(a)",
        UNKNOWN_FUNCTION + "foo",
        V,
    ),
    Fault("misplaced function | reserved word", "name = :v AND size(a)", MISPLACED + "size", V),
    Fault("reserved word | undefined name", "#x = :v AND name = :v", RESERVED + "name", V),
    Fault("undefined value | count", "begins_with(:w)", NO_VALUE + ":w", V),
    Fault("count | distinct", "contains(a, a, b)", COUNT + "contains, number of operands: 3", V),
    Fault(
        "distinct | type of a later condition",
        "a < a AND b < :x",
        DISTINCT + "<, first operand: [a]",
        {":x": BOOL},
    ),
    Fault(
        "type of the first condition | undefined value of the second",
        "b < :x AND a = :w",
        TYPE + "<, operand type: BOOL",
        {":x": BOOL},
    ),
    Fault(
        "a branch that is never evaluated is checked, too",
        "attribute_exists(p) OR a = :w",
        NO_VALUE + ":w",
        V,
    ),
]
FAULTS = [*_TEXTS, *_SYNTAX, *_OPERANDS, *_ORDER]


def _maps(fault: Fault) -> dict[str, Any]:
    maps: dict[str, Any] = {}
    if fault.values is not None:
        maps["ExpressionAttributeValues"] = fault.values
    if fault.names is not None:
        maps["ExpressionAttributeNames"] = fault.names
    return maps


def _rows(fault: Fault) -> Iterator[Fact]:
    bare = {"TableName": "hash_s", **_maps(fault)}
    message = f"Invalid ConditionExpression: {fault.message}"
    condition = {**bare, "ConditionExpression": fault.text}
    yield refused(
        f"condition: {fault.name}", "DeleteItem", {**condition, "Key": A}, message, fault.source
    )
    yield refused(
        f"enveloped condition: {fault.name}",
        "PutItem",
        {**condition, "Item": A},
        ENVELOPE + message,
        fault.source,
    )
    yield refused(
        f"filter: {fault.name}",
        "Scan",
        {**bare, "FilterExpression": fault.text},
        f"Invalid FilterExpression: {fault.message}",
        fault.source,
    )


FACTS = [fact for fault in FAULTS for fact in _rows(fault)]
