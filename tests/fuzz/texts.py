"""Random names, numbers, attribute values and expression texts: mostly right, often nearly right.

Everything comes out of one ``random.Random``, so that a seed says the whole run.
"""

from __future__ import annotations

import base64
import random
from typing import Any

from dynalite_py.language.reserved import is_reserved

# Attributes of the fuzzed tables first, then names that a parser, SQL or JSON could misread.
NAMES = (
    *("p", "s", "pk", "sk", "gsiPk", "lsiSk", "rank", "city", "kind", "note", "country"),
    *("street", "house", "a", "b", "l", "m", "n", "ss", "ns", "bs", "x", "data", "proj"),
)
# What an attribute mostly is, so that updates and conditions often find what they need.
KINDS = {
    **dict.fromkeys(("note", "a", "data", "proj"), "S"),
    "b": "B",
    "l": "L",
    "m": "M",
    "n": "N",
    "ss": "SS",
    "ns": "NS",
    "bs": "BS",
    "x": "BOOL",
}
ODD_NAMES = (
    *("name", "size", "SET", "and", "select", "é", "😀", "a b", "a.b", "a[0]", "#a", ":a", ""),
    *("\x00", "a\x00b", "'", '"', "\\", "$", "\u2028", "S", "M", "L", "NULL", "N" * 300),
)
TABLE_NAMES = (
    *("hash_s", "numbered", "indexed", "words", "numbers", "binaries", "scores"),
    *("nowhere", "ab", "made", "a" * 255, "a" * 256, "tab;le", "", "TABLES", "items_1"),
    "arn:aws:dynamodb:us-east-1:000000000000:table/hash_s",
    "arn:aws:dynamodb:us-east-1:000000000000:table/scores",
    "arn:aws:dynamodb:eu-west-1:000000000000:table/hash_s",
    "arn:aws:dynamodb:us-east-1:000000000000:table/",
    "arn:aws:dynamodb:us-east-1:000000000000:table/scores/index/by_city",
    "arn:aws:s3:::bucket",
    "arn:",
)
INDEX_NAMES = (
    *("by_rank", "by_city_here", "by_city", "by_kind", "by_place", "gsi-inc", "lsi-all"),
    *("nowhere", "", "ab", "x" * 256),
)
STRINGS = (
    *("", "a", "b", "ab", "abc", "true", "False", "yes", "0", "1", "-1", "NaN", "null", "é"),
    *("😀", "\uffff", "\x00", "a\x00", "%", "_", "'", '"', "\\", "\u2028", "\x7f", "AA==", "YWI="),
    *("YWI", "=", "ALL_OLD", "NONE", "TOTAL", "INDEXES", "COUNT", "EQ", "x" * 1025, "y" * 2049),
)
NUMBERS = (
    *("0", "1", "-1", "2", "10", "-10", "0.5", "1.5", "-0", "00", "007", "1e3", "1E-130", "+1"),
    *("9.9999999999999999999999999999999999999E125", "1E126", "1E-131", "9007199254740993"),
    *("1" * 38, "1" * 39, "0." + "0" * 60 + "1", "1e9999999999", "-1e-9999999999", "1" * 5000),
    *("1e" + "0" * 5000, "1e-" + "0" * 5000 + "1", "1e" + "9" * 5000, "0." + "0" * 5000, "0e999"),
    *(
        "NaN",
        "Infinity",
        "0x1",
        "1_000",
        "\u0661",
        " 1",
        "1 ",
        "",
        ".",
        "-",
        "1.",
        ".5",
        "1e",
        "e1",
    ),
)
JSON_NUMBERS = (
    *(0, 1, -1, 2, 10, 255, 256, 1_000_000, 2**31 - 1, 2**31, -(2**31), 2**53, 2**63 - 1),
    *(-(2**63), 2**64 - 1, 0.0, -0.0, 0.5, 1.5, -1.5, 1e100, 1e308, -1e308, 5e-324),
)
COMPARISONS = (
    *("IN", "NULL", "BETWEEN", "LT", "NOT_CONTAINS", "EQ", "GT", "NOT_NULL", "NE", "LE"),
    *("BEGINS_WITH", "GE", "CONTAINS"),
)
_FUNCTIONS = (
    *("attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"),
    *("size", "if_not_exists", "list_append", "nothing", "SIZE"),
)
_TOKENS = (
    *("SET", "REMOVE", "ADD", "DELETE", "AND", "OR", "NOT", "IN", "BETWEEN", "set", "and", "not"),
    *("(", ")", "[", "]", "[0]", "[1]", "[-1]", "[99999999999999999999]", "[a]", ".", ",", "..."),
    *("=", "<>", "<", "<=", ">", ">=", "+", "-", "*", "/", "==", "!=", "#", ":", "'", '"', "\\"),
    *(":a", ":b", ":s", ":n", "#a", "#b", "#", ":", "0", "1", "a", "b", "p", "size", "name"),
    *(" ", "  ", "\t", "\n", "\r", "\x00", "\x0b", "\xa0", "é", "😀", "--", "/*", ";", "{", "}"),
)


def chance(source: random.Random, one_in: int) -> bool:
    """True once in so many times."""
    return source.random() * one_in < 1


def name(source: random.Random) -> str:
    """An attribute name: nearly always one that the tables' items have."""
    return source.choice(ODD_NAMES if chance(source, 25) else NAMES)


def number(source: random.Random) -> str:
    """The text of a number, or what looks like one."""
    return source.choice(NUMBERS) if chance(source, 10) else str(source.randrange(-20, 20))


def string(source: random.Random) -> str:
    """A short text, a difficult one, or random characters of all planes without surrogates."""
    if not chance(source, 8):
        return source.choice(STRINGS)
    planes = ((0, 0x80), (0, 0xD800), (0xE000, 0x110000))
    low, high = source.choice(planes)
    return "".join(chr(source.randrange(low, high)) for _ in range(source.randrange(12)))


def binary(source: random.Random) -> str:
    """Base64, sometimes spoilt."""
    text = base64.b64encode(source.randbytes(source.randrange(5))).decode()
    return source.choice((text[:-1], text + "=", "-_==", "AAB=")) if chance(source, 40) else text


def attribute_value(source: random.Random, depth: int = 0) -> Any:
    """An attribute value in wire form; seldom one that breaks the rules."""
    if chance(source, 120):
        return source.choice(
            (
                {},
                None,
                {"S": None},
                {"S": "a", "N": "1"},
                {"X": 1},
                {"NULL": False},
                {"SS": []},
                {"SS": ["a", "a"]},
                {"NS": ["1", "1.0"]},
                {"BS": ["AA==", "AA=="]},
                {"L": [None]},
                {"M": {"": {"S": "a"}}},
                {"BOOL": "yes"},
                {"N": 1},
                [],
                "S",
            )
        )
    kinds = ("S", "S", "N", "N", "B", "BOOL", "NULL", "SS", "NS", "BS")
    kind = source.choice(kinds if depth > 2 else (*kinds, "L", "M"))
    return {kind: _content(source, kind, depth)}


def attribute_of(source: random.Random, attribute: str) -> Any:
    """A value as the attribute of this name mostly has it."""
    kind = KINDS.get(attribute)
    if kind is None or chance(source, 5):
        return attribute_value(source)
    return {kind: _content(source, kind, 1)}


def _content(source: random.Random, kind: str, depth: int) -> Any:
    count = source.randrange(4)
    match kind:
        case "S":
            return string(source)
        case "N":
            return number(source)
        case "B":
            return binary(source)
        case "BOOL":
            return chance(source, 2)
        case "NULL":
            return True
        case "SS":
            return list(dict.fromkeys(string(source) for _ in range(count or 1)))
        case "NS":
            return list(dict.fromkeys(str(source.randrange(9)) for _ in range(count or 1)))
        case "BS":
            return [binary(source) for _ in range(count or 1)]
        case "L":
            return [attribute_value(source, depth + 1) for _ in range(count)]
        case _:
            return {name(source): attribute_value(source, depth + 1) for _ in range(count)}


class Expression:
    """Builds expression texts and gathers the names and values that they use."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.names: dict[str, str] = {}
        self.values: dict[str, Any] = {}
        self.unchanged = list(KINDS)

    def path(self) -> str:
        """A document path of a few parts."""
        source = self.source
        parts = [self._name()]
        while chance(source, 4) and len(parts) < 5:
            parts.append(f"[{source.randrange(4)}]" if chance(source, 2) else "." + self._name())
        return "".join(parts)

    def _name(self) -> str:
        source = self.source
        found = name(source) if chance(source, 10) else source.choice(list(KINDS))
        if found not in NAMES or is_reserved(found) or chance(source, 3):
            place = f"#n{len(self.names)}"
            self.names[place] = found
            return place
        return found

    def _placed(self, attribute: str) -> str:
        """The attribute as an expression names it."""
        if not is_reserved(attribute):
            return attribute
        place = f"#n{len(self.names)}"
        self.names[place] = attribute
        return place

    def value(self, given: Any = None) -> str:
        """A placeholder of a new value, now and then of one used before."""
        if self.values and given is None and chance(self.source, 6):
            return self.source.choice(list(self.values))
        place = f":v{len(self.values)}"
        self.values[place] = attribute_value(self.source, 1) if given is None else given
        return place

    def operand(self) -> str:
        """Something to compare."""
        match self.source.randrange(8):
            case 0:
                return f"size({self.path()})"
            case 1 | 2 | 3:
                return self.value()
            case 4 if chance(self.source, 6):
                return f"({self.operand()})"
            case _:
                return self.path()

    def condition(self, depth: int = 0) -> str:
        """A condition or filter."""
        source = self.source
        match source.randrange(11 if depth < 4 else 6):
            case 0:
                return f"{self.operand()} BETWEEN {self.operand()} AND {self.operand()}"
            case 1:
                choices = ", ".join(self.operand() for _ in range(source.randrange(1, 5)))
                return f"{self.operand()} IN ({choices})"
            case 2:
                return f"attribute_{source.choice(('exists', 'not_exists'))}({self.path()})"
            case 3:
                types = ("S", "N", "B", "L", "M", "SS", "NS", "BS", "BOOL", "NULL", "X")
                wanted = self.value({"S": source.choice(types)})
                return f"attribute_type({self.path()}, {wanted})"
            case 4:
                function = source.choice(("begins_with", "contains"))
                return f"{function}({self.path()}, {self.operand()})"
            case 5 | 6:
                comparator = source.choice(("=", "<>", "<", "<=", ">", ">="))
                if chance(source, 2):
                    found = source.choice(list(KINDS))
                    given = self.value(attribute_of(source, found))
                    return f"{self._placed(found)} {comparator} {given}"
                return f"{self.operand()} {comparator} {self.operand()}"
            case 7:
                return f"NOT {self.condition(depth + 1)}"
            case 8:
                return f"({self.condition(depth + 1)})"
            case _:
                word = source.choice(("AND", "OR"))
                return f"{self.condition(depth + 1)} {word} {self.condition(depth + 1)}"

    def update(self) -> str:
        """An update: some of the four sections."""
        source = self.source
        words = source.sample(("SET", "SET", "REMOVE", "ADD", "DELETE"), source.randrange(1, 4))
        return " ".join(
            f"{word} {', '.join(self._action(word) for _ in range(source.randrange(1, 4)))}"
            for word in dict.fromkeys(words)
        )

    def _action(self, word: str) -> str:
        match word:
            case "SET":
                return f"{self._target()} = {self._right_side()}"
            case "REMOVE":
                return self._target()
            case _ if chance(self.source, 4):
                return f"{self.path()} {self.value()}"
            case _:
                kinds = ("ss", "ns", "bs") if word == "DELETE" else ("ss", "ns", "bs", "n")
                free = [kind for kind in kinds if kind in self.unchanged]
                target = self.source.choice(free or kinds)
                self.unchanged = [each for each in self.unchanged if each != target]
                return f"{target} {self.value(attribute_of(self.source, target))}"

    def _target(self) -> str:
        """A path to change: mostly an attribute that is not changed yet."""
        if not self.unchanged or chance(self.source, 6):
            return self.path()
        return self._placed(self.unchanged.pop(self.source.randrange(len(self.unchanged))))

    def _right_side(self) -> str:
        match self.source.randrange(6):
            case 0:
                return f"n {self.source.choice('+-')} {self.value({'N': number(self.source)})}"
            case 1:
                return f"list_append(l, {self.value(attribute_of(self.source, 'l'))})"
            case 2 if chance(self.source, 2):
                return f"{self._term()} {self.source.choice('+-')} {self._term()}"
            case _:
                return self._term()

    def _term(self) -> str:
        match self.source.randrange(4):
            case 0:
                return self.path()
            case 1:
                return f"if_not_exists({self.path()}, {self.value()})"
            case _:
                return self.value()

    def projection(self) -> str:
        """Some paths."""
        return ", ".join(self.path() for _ in range(self.source.randrange(1, 5)))

    def key_condition(self, partition: str, sort: str | None, kinds: dict[str, str]) -> str:
        """A key condition that fits the schema, seldom with other types."""
        text = f"{self._placed(partition)} = {self._key_value(kinds[partition])}"
        if sort is None or chance(self.source, 3):
            return text
        kind, sort = kinds[sort], self._placed(sort)
        match self.source.randrange(4):
            case 0:
                low, high = self._key_value(kind), self._key_value(kind)
                return f"{text} AND {sort} BETWEEN {low} AND {high}"
            case 1:
                return f"{text} AND begins_with({sort}, {self._key_value(kind)})"
            case _:
                comparator = self.source.choice(("=", "<", "<=", ">", ">=", "<>"))
                return f"{sort} {comparator} {self._key_value(kind)} AND {text}"

    def _key_value(self, kind: str) -> str:
        return self.value(key_value(self.source, kind))


def key_value(source: random.Random, kind: str) -> Any:
    """A value for a key attribute: few different ones, so that requests meet the same items."""
    if chance(source, 40):
        return attribute_value(source)
    match kind:
        case "S":
            return {"S": source.choice("abcde")}
        case "N":
            return {"N": str(source.randrange(5))}
        case _:
            return {"B": source.choice(("AA==", "AAE=", "YWI=", "/+8="))}


def tokens(source: random.Random) -> str:
    """Grammar tokens one after the other, up to the longest text the service takes and beyond."""
    count = source.choice((1, 2, 3, 5, 8, 13, 30, 100, 1000))
    blank = source.choice(("", " "))
    words = [source.choice(_TOKENS) for _ in range(count)]
    if chance(source, 3):
        words[source.randrange(count)] = f"{source.choice(_FUNCTIONS)}("
    text = blank.join(words)
    return text if chance(source, 20) else text[:4096]


def monotony(source: random.Random) -> str:
    """One thing over and over: what recursion and backtracking fear."""
    times = source.choice((10, 100, 299, 300, 301, 600, 1300))
    shapes = (
        "(" * times + "a = :a" + ")" * times,
        "NOT " * times + "a = :a",
        " AND ".join(["a = :a"] * times),
        " OR ".join(["(a = :a)"] * times),
        "a" + "[0]" * times,
        "a" + ".a" * times,
        "SET a = " + "(" * times + ":a" + ")" * times,
        "SET a = " + " + ".join([":a"] * times),
        "SET a = " + "if_not_exists(a, " * times + ":a" + ")" * times,
        "SET " + ", ".join(f"a{n} = :a" for n in range(times)),
        "REMOVE " + ", ".join(f"a[{n}]" for n in range(times)),
        "a IN (" + ", ".join([":a"] * times) + ")",
        "size(" * times + "a" + ")" * times + " = :a",
        ", ".join(f"a{n}" for n in range(times)),
        "(" * times,
        "a" * times * 3,
        "#" * times,
    )
    return source.choice(shapes)


def spoilt(source: random.Random, text: str) -> str:
    """A text with some characters or tokens changed."""
    for _ in range(source.randrange(1, 4)):
        place = source.randrange(len(text) + 1)
        match source.randrange(4):
            case 0:
                text = text[:place] + text[place + source.randrange(1, 6) :]
            case 1:
                text = text[:place] + source.choice(_TOKENS) + text[place:]
            case 2:
                text = text[:place] + text[max(0, place - 10) : place] + text[place:]
            case _:
                text = text[:place] + chr(source.randrange(1, 0x2FF)) + text[place + 1 :]
    return text
