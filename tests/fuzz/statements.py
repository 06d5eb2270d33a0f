"""Random PartiQL statements: mostly right, often nearly right, sometimes what a parser fears."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, Protocol, TypeAlias, cast

from tests.fuzz import texts
from tests.fuzz.texts import chance

Request: TypeAlias = dict[str, Any]

_PIECES = (
    *("SELECT", "FROM", "WHERE", "INSERT INTO", "VALUE", "UPDATE", "SET", "REMOVE", "DELETE FROM"),
    *("RETURNING ALL OLD *", "RETURNING", "MODIFIED NEW", "ORDER BY", "EXISTS(", "NOT", "IN", "IS"),
    *("MISSING", "NULL", "BETWEEN", "LIKE", "AND", "OR", "LIMIT 1", "GROUP BY a", "AS x", "JOIN"),
    *("DISTINCT", "COUNT(*)", "CASE WHEN a THEN 1 END", "CAST(a AS INT)", "UNION", "LET", "CREATE"),
    *("'", '"', "''", '""', "`", "``", "'a'", '"a"', "`{a:1}`", "?", "? ?", ";", "--", "/*", "*/"),
    *("(", ")", "[", "]", "{", "}", "<<", ">>", "<<>>", "{'a':1}", "[1,2]", "<<'a','a'>>", "[-1]"),
    *(
        "*",
        "+",
        "-",
        "/",
        "%",
        "||",
        "=",
        "==",
        "<>",
        "!=",
        "!",
        "|",
        "^",
        "#",
        "~",
        "&",
        "\\",
        "@",
    ),
    *(
        "\\",
        ".",
        "..",
        ",",
        "a.b",
        "a[0]",
        "a[99999999999]",
        "a[1.5]",
        "a['x']",
        ".5",
        "1.",
        "1e999999",
    ),
    *("1" * 39, "1e" + "9" * 400, "\x00", "\x0b", "\u00a0", "é", "😀", "\u2028"),
    *("' OR '1'='1", "'; DROP TABLE items_1; --", '"; DELETE FROM items_1; --', "sqlite_master"),
)
_FUNCTIONS = (
    *("begins_with", "contains", "attribute_type", "size", "attribute_exists", "SIZE", "upper"),
    *("attribute_not_exists", "list_append", "set_add", "if_not_exists", '"contains"', "exists"),
)
_COMPARATORS = ("=", "=", "<>", "!=", "<", "<=", ">", ">=")
_LONGEST = 8192


class Schema(Protocol):
    """The key attributes of a table or of one of its indexes."""

    table: str
    index: str | None
    kinds: dict[str, str]
    base: list[str]
    keys: list[str]


class Statements:
    """Statements and the requests that carry them. bases: the tables; schemas: indexes, too."""

    def __init__(
        self, source: random.Random, schemas: Sequence[Schema], bases: Sequence[Schema]
    ) -> None:
        self._source, self._schemas, self._bases = source, schemas, bases
        self._parameters: list[Any] = []

    def one(self) -> Request:
        """ExecuteStatement."""
        source = self._source
        request = self._member(source.choice(("select", "select", *_WRITES, "exists")))
        if chance(source, 3):
            request["Limit"] = source.choice((1, 2, 10))
        if chance(source, 4):
            request["ConsistentRead"] = chance(source, 2)
        if chance(source, 30):
            request["NextToken"] = source.choice(("x", "AAAA", "é", "a" * 1000))
        return request | self._shown()

    def batch(self) -> Request:
        """BatchExecuteStatement."""
        return {"Statements": self._members(("select",)), **self._shown()}

    def transaction(self) -> Request:
        """ExecuteTransaction."""
        request: Request = {"TransactStatements": self._members(("read",)), **self._shown()}
        if chance(self._source, 4):
            request["ClientRequestToken"] = self._source.choice(("a", "b", "c" * 36))
        return request

    def _shown(self) -> Request:
        mode = self._source.choice((None, None, "TOTAL", "INDEXES", "NONE"))
        return {} if mode is None else {"ReturnConsumedCapacity": mode}

    def _members(self, reads: tuple[str, ...]) -> list[Request]:
        source = self._source
        kinds = ("one",) if chance(source, 2) else (*_WRITES, "exists")
        if chance(source, 12):
            kinds = (*kinds, *reads)
        return [self._member(source.choice(kinds)) for _ in range(source.choice((1, 2, 3, 7)))]

    def _member(self, kind: str) -> Request:
        source = self._source
        self._parameters = []
        text = self._text(kind)
        if chance(source, 5):
            text = self._changed(text)
        request: Request = {"Statement": text}
        if self._parameters:
            if chance(source, 15):
                self._parameters.pop()
            elif chance(source, 15):
                self._parameters.append({"S": "more"})
        if self._parameters:
            request["Parameters"] = self._parameters
        if chance(source, 8):
            request["ReturnValuesOnConditionCheckFailure"] = source.choice(("ALL_OLD", "NONE"))
        return request

    def _changed(self, text: str) -> str:
        source = self._source
        match source.randrange(6):
            case 0:
                return texts.spoilt(source, text)
            case 1:
                words = text.split(" ")
                words.insert(source.randrange(len(words) + 1), source.choice(_PIECES))
                return " ".join(words)
            case 2:
                words = text.split(" ")
                del words[source.randrange(len(words))]
                return " ".join(words)
            case 3:
                count = source.choice((1, 3, 8, 30, 300))
                return " ".join(source.choice(_PIECES) for _ in range(count))
            case 4:
                return self._monotony()
            case _:
                return text + source.choice((";", " ;", " " + text, "--", "/* x", " " * 9000))

    def _monotony(self) -> str:
        times = self._source.choice((10, 100, 299, 600, 1300, 4000))
        start = "SELECT * FROM hash_s WHERE "
        return self._source.choice(
            (
                start + "(" * times + "a = 1" + ")" * times,
                start + "(" * times,
                start + "NOT " * times + "a = 1",
                start + " AND ".join(["a = 1"] * times),
                start + " OR ".join(["pk = 'a'"] * times),
                start + "a = " + "[" * times + "]" * times,
                start + "a = " + "{'a':" * times + "1" + "}" * times,
                start + "a = " + "-" * times + "1",
                start + "a = " + "- " * times + "1",
                start + "a IN [" + ",".join(["1"] * times) + "]",
                start + "pk IN [" + ",".join(f"'{number}'" for number in range(times)) + "]",
                start + "a" + "[0]" * times + " = 1",
                start + "a" + ".a" * times + " = 1",
                start + "size(" * times + "a" + ")" * times + " = 1",
                start + "a = '" + "''" * times,
                start + "a = 1" + " + 1" * times,
                "SELECT " + ", ".join(f"a{number}" for number in range(times)) + " FROM hash_s",
                "UPDATE hash_s " + "SET a = 1 " * times + "WHERE pk = 'a'",
                "UPDATE hash_s SET a = " + "list_append(" * times + "a" + ")" * times,
                "INSERT INTO hash_s VALUE " + "{'a':" * times + "1" + "}" * times,
                "EXISTS(" * times,
                "/*" * times,
                "(" * times,
                "?" * times,
                "x" * (_LONGEST + self._source.choice((-1, 0, 1))),
            )
        )

    # The parts of a statement.

    def _text(self, kind: str) -> str:
        source = self._source
        if kind == "select":
            return self._select(source.choice(self._schemas))
        schema = source.choice(self._bases)
        if kind in ("one", "read"):
            return f"SELECT * FROM {self._table(schema)} WHERE {self._keys(schema, schema.base)}"
        if kind == "exists":
            where = f"{self._keys(schema, schema.base)} AND {self._condition()}"
            return f"EXISTS(SELECT * FROM {self._table(schema)} WHERE {where})"
        if kind == "insert":
            return self._insert(schema)
        start = f"UPDATE {self._table(schema)} {self._clauses()}"
        if kind == "delete":
            start = f"DELETE FROM {self._table(schema)}"
        where = self._keys(schema, schema.base)
        if chance(source, 3):
            where += f" AND {self._condition()}"
        variants = ("ALL OLD", "ALL OLD", "ALL NEW", "MODIFIED OLD", "MODIFIED NEW")
        returning = f" RETURNING {source.choice(variants)} *" if chance(source, 4) else ""
        return f"{start} WHERE {where}{returning}"

    def _select(self, schema: Schema) -> str:
        source = self._source
        columns = "*"
        if chance(source, 3):
            columns = ", ".join(self._path() for _ in range(source.choice((1, 2, 3))))
        table = self._table(schema)
        if schema.index is not None:
            table += f'."{schema.index}"'
        parts: list[str] = []
        if not chance(source, 4):
            parts.append(self._keys(schema, schema.keys))
        if chance(source, 2):
            parts.append(self._condition())
        text = f"SELECT {columns} FROM {table}"
        if parts:
            text += " WHERE " + source.choice((" AND ", " AND ", " OR ")).join(parts)
        if chance(source, 4):
            text += f" ORDER BY {self._name(source.choice(schema.keys))} "
            text += source.choice(("", "ASC", "DESC"))
        return text

    def _insert(self, schema: Schema) -> str:
        source = self._source
        members = {
            name: self._value(texts.key_value(source, schema.kinds[name])) for name in schema.base
        }
        for name in source.sample(texts.NAMES, source.randrange(4)):
            members.setdefault(name, self._value(texts.attribute_of(source, name)))
        shown = ", ".join(f"{_quoted(name)}: {content}" for name, content in members.items())
        return f"INSERT INTO {self._table(schema)} VALUE {{{shown}}}"

    def _clauses(self) -> str:
        return " ".join(self._clause() for _ in range(self._source.choice((1, 1, 2, 3))))

    def _clause(self) -> str:
        source = self._source
        if chance(source, 4):
            return f"REMOVE {self._path()}"
        path = self._path()
        right = source.choice(
            (
                self._operand(),
                self._operand(),
                f"{path} {source.choice('+-')} {self._operand()}",
                f"list_append({path}, {self._operand()})",
                f"set_add({path}, {self._operand()})",
                f"set_delete({path}, {self._operand()})",
                f"if_not_exists({path}, {self._operand()})",
            )
        )
        return f"SET {path} = {right}"

    def _keys(self, schema: Schema, names: Sequence[str]) -> str:
        source = self._source
        parts: list[str] = []
        for place, name in enumerate(names):
            given = self._value(texts.key_value(source, schema.kinds[name]))
            operator = "=" if place == 0 or chance(source, 2) else source.choice(_COMPARATORS)
            if chance(source, 12):
                parts.append(f"{self._name(name)} IN [{given}, {self._operand()}]")
            else:
                parts.append(f"{self._name(name)} {operator} {given}")
        return " AND ".join(parts)

    def _condition(self, depth: int = 0) -> str:
        source = self._source
        if depth < 3 and chance(source, 3):
            first, second = self._condition(depth + 1), self._condition(depth + 1)
            joined = f"({first} {source.choice(('AND', 'OR'))} {second})"
            return f"NOT {joined}" if chance(source, 3) else joined
        path = self._path()
        match source.randrange(7):
            case 0:
                return f"{path} IS {source.choice(('', 'NOT '))}{source.choice(_TYPES)}"
            case 1:
                return f"{path} BETWEEN {self._operand()} AND {self._operand()}"
            case 2:
                members = ", ".join(self._operand() for _ in range(source.choice((1, 2, 5))))
                return f"{path} IN {source.choice(('[{}]', '({})')).format(members)}"
            case 3:
                return f"{source.choice(_FUNCTIONS)}({path}, {self._operand()})"
            case 4:
                return f"size({path}) {source.choice(_COMPARATORS)} {self._operand()}"
            case _:
                return f"{path} {source.choice(_COMPARATORS)} {self._operand()}"

    def _operand(self) -> str:
        source = self._source
        if chance(source, 8):
            return self._path()
        return self._value(texts.attribute_value(source))

    def _value(self, content: Any) -> str:
        """A value as a literal where it has one, or as a parameter."""
        if chance(self._source, 2):
            shown = _literal(content)
            if shown is not None:
                return shown
        self._parameters.append(content)
        return "?"

    def _path(self) -> str:
        source = self._source
        path = self._name(texts.name(source))
        for _ in range(source.choice((0, 0, 0, 1, 2))):
            path += source.choice((".a", '."b"', "[0]", "[1]", "[7]", "['a']"))
        return path

    def _name(self, name: str) -> str:
        plain = name.isascii() and name.isidentifier() and chance(self._source, 2)
        return name if plain else '"' + name.replace('"', '""') + '"'

    def _table(self, schema: Schema) -> str:
        if chance(self._source, 60):
            return self._source.choice(('"nowhere"', '""', '"a"."b"."c"', "'hash_s'", "?"))
        return f'"{schema.table}"'


_WRITES = ("insert", "update", "update", "delete")
_TYPES = ("MISSING", "NULL", "MISSING", "STRING", "BOOLEAN", "LIST", "STRUCT", "BLOB", "INT", "x")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _literal(content: Any) -> str | None:
    """The literal of an attribute value; None where it has none, or is none."""
    if not isinstance(content, dict):
        return None
    members = cast("dict[str, Any]", content)
    if len(members) != 1:
        return None
    [(kind, inner)] = members.items()
    match kind, inner:
        case "S", str():
            return _quoted(inner)
        case "N", str():
            return inner
        case ("BOOL", bool()) | ("NULL", True):
            return f"{inner}" if kind == "BOOL" else "NULL"
        case "L", list():
            return _listed([_literal(each) for each in cast("list[Any]", inner)], "[{}]")
        case "M", dict():
            inside = cast("dict[str, Any]", inner)
            pairs = [(_quoted(name), _literal(each)) for name, each in inside.items()]
            shown = [None if each is None else f"{name}: {each}" for name, each in pairs]
            return _listed(shown, "{{{}}}")
        case (("SS" | "NS"), list()):
            written = _quoted if kind == "SS" else str
            return _listed([written(str(each)) for each in cast("list[Any]", inner)], "<<{}>>")
        case _:
            return None


def _listed(members: list[str | None], form: str) -> str | None:
    found = [each for each in members if each is not None]
    return form.format(", ".join(found)) if len(found) == len(members) else None
