"""Random statements: what they read is what Query, Scan and plain Python find; what they write is
what PutItem, UpdateItem and DeleteItem leave; a value is the same as literal and as parameter.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dynalite_py.engine import Engine
from dynalite_py.model import codec
from dynalite_py.model.caller import Caller
from dynalite_py.model.errors import DynamoDBError
from tests.differential.build import attributes, index, table, value
from tests.support.orders import in_one_order

Item: TypeAlias = dict[str, Any]

NAMES = ("a", "b", "n", "date", "a.b", 'it"s', "m", "é")
_SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(("", "x", "xy", "y", "it's", "?", 'a"b', "é", "--", "a\x00b", "'; DROP")),
    st.booleans(),
    st.none(),
)
_PLAIN: st.SearchStrategy[Any] = st.one_of(
    _SCALARS,
    _SCALARS,
    st.sampled_from((b"", b"x", b"xy")),
    st.sets(st.sampled_from(("x", "y", "it's")), min_size=1),
    st.sets(st.integers(0, 3), min_size=1),
    st.lists(_SCALARS, max_size=3),
    st.dictionaries(st.sampled_from(("k", "it's")), _SCALARS, max_size=2),
)
_TYPES = ("S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS")
_PARTITIONS, _SORTS = ("p", "q", "it's"), tuple(range(-2, 4))
SETTINGS = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition three times. text, expression: with ``{0}`` and so on for its values."""

    text: str
    expression: str
    values: tuple[Any, ...]
    holds: Callable[[Item], bool]


def quoted(name: str) -> str:
    """A name in a statement."""
    return '"' + name.replace('"', '""') + '"'


def literal(plain: Any) -> str:
    """A plain value as PartiQL writes it; bytes have no literal."""
    if isinstance(plain, bool) or plain is None:
        return {True: "true", False: "FALSE", None: "NULL"}[plain]
    if isinstance(plain, int):
        return str(plain)
    if isinstance(plain, str):
        return "'" + plain.replace("'", "''") + "'"
    if isinstance(plain, list):
        return f"[{', '.join(map(literal, cast('list[Any]', plain)))}]"
    if isinstance(plain, dict):
        members = cast("dict[str, Any]", plain)
        return f"{{{', '.join(f'{literal(k)}: {literal(v)}' for k, v in members.items())}}}"
    return f"<<{', '.join(map(literal, cast('set[Any]', plain)))}>>"


def _kind(plain: Any) -> str:
    return next(iter(value(plain)))


def _same(left: Any, right: Any) -> bool:
    return value(left) == value(right)


def _ordered(left: Any, right: Any, operator: str) -> bool:
    if _kind(left) != _kind(right) or _kind(left) not in ("S", "N", "B"):
        return False
    if isinstance(left, str):
        left, right = left.encode(), right.encode()
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[
        operator
    ]


def _size(plain: Any) -> int | None:
    if isinstance(plain, str):
        return len(plain)
    if isinstance(plain, (bytes, list, dict, set)):
        return len(cast("list[Any]", plain))
    return None


def _contains(plain: Any, part: Any) -> bool:
    if isinstance(plain, (str, bytes)):
        return type(plain) is type(part) and part in plain
    if isinstance(plain, (list, set)):
        return any(_same(each, part) for each in cast("list[Any]", plain))
    return False


def _of(name: str, test: Callable[[Any], bool]) -> Callable[[Item], bool]:
    """A condition that nothing absent fulfils."""
    return lambda item: name in item and test(item[name])


def _comparison(draw: st.DrawFn, name: str) -> Condition:
    operator = draw(st.sampled_from(("=", "<>", "<", "<=", ">", ">=")))
    text = f"{quoted(name)} {operator} {{0}}"
    if operator == "=":
        right = draw(_PLAIN)
        return Condition(text, "#n = {0}", (right,), _of(name, lambda left: _same(left, right)))
    if operator == "<>":
        right = draw(_PLAIN)
        expression = "attribute_exists(#n) AND #n <> {0}"
        return Condition(text, expression, (right,), _of(name, lambda left: not _same(left, right)))
    right = draw(st.sampled_from((-1, 0, 2, "", "x", "y", b"x")))
    holds = _of(name, lambda left: _ordered(left, right, operator))
    return Condition(text, f"#n {operator} {{0}}", (right,), holds)


def _between(draw: st.DrawFn, name: str) -> Condition:
    low = draw(st.integers(-2, 2))
    high = draw(st.integers(low, 3))
    return Condition(
        f"{quoted(name)} BETWEEN {{0}} AND {{1}}",
        "#n BETWEEN {0} AND {1}",
        (low, high),
        _of(name, lambda left: _kind(left) == "N" and low <= left <= high),
    )


def _membership(draw: st.DrawFn, name: str) -> Condition:
    choices = tuple(draw(st.lists(_PLAIN, min_size=1, max_size=3)))
    places = ", ".join(f"{{{number}}}" for number in range(len(choices)))
    return Condition(
        f"{quoted(name)} IN [{places}]",
        f"#n IN ({places})",
        choices,
        _of(name, lambda left: any(_same(left, each) for each in choices)),
    )


def _function(draw: st.DrawFn, name: str) -> Condition:
    form = draw(st.sampled_from(("begins_with", "contains", "size", "type", "MISSING", "NULL")))
    shown = quoted(name)
    if form == "begins_with":
        start = draw(st.sampled_from(("", "x", "it")))
        holds = _of(name, lambda left: isinstance(left, str) and left.startswith(start))
        return Condition(f"begins_with({shown}, {{0}})", "begins_with(#n, {0})", (start,), holds)
    if form == "contains":
        part = draw(_SCALARS)
        return Condition(f"contains({shown}, {{0}})", "contains(#n, {0})", (part,),
                         _of(name, lambda left: _contains(left, part)))  # fmt: skip
    if form == "size":
        wanted = draw(st.integers(0, 3))
        return Condition(f"size({shown}) = {{0}}", "size(#n) = {0}", (wanted,),
                         _of(name, lambda left: _size(left) == wanted))  # fmt: skip
    if form == "type":
        kind = draw(st.sampled_from(_TYPES))
        return Condition(f"attribute_type({shown}, {{0}})", "attribute_type(#n, {0})", (kind,),
                         _of(name, lambda left: _kind(left) == kind))  # fmt: skip
    if form == "MISSING":
        return Condition(f"{shown} IS MISSING", "attribute_not_exists(#n)", (),
                         lambda item: name not in item)  # fmt: skip
    return Condition(f"{shown} IS NULL AND attribute_type({shown}, {{0}})",
                     "attribute_type(#n, {0})", ("NULL",),
                     _of(name, lambda left: left is None))  # fmt: skip


@st.composite
def conditions(draw: st.DrawFn, depth: int = 2) -> Condition:
    """A condition on attributes that are no keys."""
    form = draw(st.integers(0, 6 if depth else 3))
    if form <= 3:
        name = draw(st.sampled_from(NAMES))
        made = (_comparison, _between, _membership, _function)[form](draw, name)
        return Condition(
            made.text, made.expression.replace("#n", f"#n{NAMES.index(name)}"), made.values,
            made.holds,
        )  # fmt: skip
    first = draw(conditions(depth - 1))
    if form == 4:
        return Condition(
            f"NOT ({first.text})",
            f"NOT ({first.expression})",
            first.values,
            lambda item: not first.holds(item),
        )
    second = _moved(draw(conditions(depth - 1)), len(first.values))
    word = ("AND", "OR")[form - 5]
    return Condition(
        f"({first.text}) {word} ({second.text})",
        f"({first.expression}) {word} ({second.expression})",
        (*first.values, *second.values),
        (lambda item: first.holds(item) and second.holds(item))
        if word == "AND"
        else (lambda item: first.holds(item) or second.holds(item)),
    )


def _moved(condition: Condition, places: int) -> Condition:
    """A condition whose values stand behind so many others."""

    def moved(text: str) -> str:
        return text.format(*(f"{{{place + places}}}" for place in range(len(condition.values))))

    return Condition(
        moved(condition.text), moved(condition.expression), condition.values, condition.holds
    )


@st.composite
def items(draw: st.DrawFn) -> Item:
    """An item of the table, in its index or not."""
    item: Item = {"p": draw(st.sampled_from(_PARTITIONS)), "s": draw(st.sampled_from(_SORTS))}
    if draw(st.booleans()):
        item["g"] = draw(st.sampled_from(("g", "it's")))
    for name in draw(st.sets(st.sampled_from(NAMES), max_size=4)):
        item[name] = draw(_PLAIN)
    return item


def tabled() -> st.SearchStrategy[list[Item]]:
    """The items of a table."""
    return st.lists(items(), max_size=10, unique_by=lambda item: (item["p"], item["s"]))


@dataclass(frozen=True, slots=True)
class Read:
    """Which items are read. source: table or index; order: of the sort key, or None."""

    source: str
    text: str
    expression: str | None
    values: tuple[Any, ...]
    holds: Callable[[Item], bool]
    order: str | None


@st.composite
def reads(draw: st.DrawFn) -> Read:
    """A read by key, by several keys, or of everything."""
    form = draw(st.integers(0, 4))
    if form == 0:
        return Read("model", "", None, (), lambda _: True, None)
    if form == 1:
        group = draw(st.sampled_from(("g", "it's")))
        return Read('model"."by_g', '"g" = {0}', "g = {0}", (group,),
                    lambda item: item.get("g") == group, None)  # fmt: skip
    if form == 2:
        some = tuple(draw(st.permutations(_PARTITIONS))[:2])
        return Read("model", "p IN [{0}, {1}]", None, some, lambda item: item["p"] in some, None)
    partition = draw(st.sampled_from(_PARTITIONS))
    order = draw(st.sampled_from(("", "ASC", "DESC")))
    if form == 3:
        return Read("model", "p = {0}", "p = {0}", (partition,),
                    lambda item: item["p"] == partition, order)  # fmt: skip
    operator = draw(st.sampled_from(("=", "<", "<=", ">", ">=")))
    bound = draw(st.sampled_from(_SORTS))
    return Read("model", f"p = {{0}} AND s {operator} {{1}}", f"p = {{0}} AND s {operator} {{1}}",
                (partition, bound), lambda item: item["p"] == partition and (
                    item["s"] == bound if operator == "=" else _ordered(item["s"], bound, operator)
                ), order)  # fmt: skip


@contextmanager
def stores(*names: str) -> Generator[Callable[[str, dict[str, Any]], Any]]:
    """An engine with tables of these names."""
    engine = Engine.open()
    try:
        for name in names:
            made = table(
                name, "p:S", "s:N", others="g:S", GlobalSecondaryIndexes=[index("by_g", "g")]
            )
            engine.perform("CreateTable", made.request, Caller())
        yield lambda operation, request: codec.decode(
            engine.perform(operation, codec.decode(codec.encode(request)), Caller())
        )
    finally:
        engine.close()


def written(text: str, values: tuple[Any, ...], literals: bool) -> dict[str, Any]:
    """A statement with its values as literals, as far as they have one, or as parameters."""
    shown: list[str] = []
    given_values: list[Any] = []
    for each in values:
        as_literal = literals and not isinstance(each, bytes)
        shown.append(literal(each) if as_literal else "?")
        if not as_literal:
            given_values.append(value(each))
    request: dict[str, Any] = {"Statement": text.format(*shown)}
    return request | ({"Parameters": given_values} if given_values else {})


def _pages(call: Any, request: dict[str, Any], limit: int | None) -> list[Item]:
    found: list[Item] = []
    asked = dict(request) if limit is None else {**request, "Limit": limit}
    for _ in range(60):
        answer = call("ExecuteStatement", asked)
        assert limit is None or len(answer["Items"]) <= limit
        assert ("NextToken" in answer) == ("LastEvaluatedKey" in answer)
        found += answer["Items"]
        if "NextToken" not in answer:
            return found
        asked = {**asked, "NextToken": answer["NextToken"]}
    raise AssertionError("no end of pages")


def _equivalent(call: Any, read: Read, condition: Condition | None) -> list[Item]:
    """The same by Query or Scan."""
    values = (
        {f":v{at}": value(each) for at, each in enumerate(condition.values)} if condition else {}
    )
    request: dict[str, Any] = {"TableName": "model"}
    if condition is not None:
        request["FilterExpression"] = condition.expression.format(*values)
        request["ExpressionAttributeNames"] = {
            f"#n{at}": name
            for at, name in enumerate(NAMES)
            if f"#n{at}" in request["FilterExpression"]
        }
    operation = "Scan"
    if read.expression is not None:
        operation = "Query"
        keys = {f":k{at}": value(each) for at, each in enumerate(read.values)}
        request["KeyConditionExpression"] = read.expression.format(*keys)
        request["ScanIndexForward"] = read.order != "DESC"
        values |= keys
    if "by_g" in read.source:
        request["IndexName"] = "by_g"
    if values:
        request["ExpressionAttributeValues"] = values
    return call(operation, request)["Items"]


@SETTINGS
@given(
    held=tabled(),
    read=reads(),
    condition=st.none() | conditions(),
    columns=st.none() | st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    limit=st.sampled_from((None, 1, 2, 5)),
)
def test_a_select_finds_what_query_scan_and_python_find(
    held: list[Item],
    read: Read,
    condition: Condition | None,
    columns: list[str] | None,
    limit: int | None,
) -> None:
    expected = [
        item for item in held if read.holds(item) and (condition is None or condition.holds(item))
    ]
    expected.sort(key=lambda item: (item["p"], item["s"]), reverse=read.order == "DESC")
    parts = [part for part in (read.text, condition and f"({condition.text})") if part]
    text = f'SELECT {{}} FROM "{read.source}"'
    if parts:
        text += " WHERE " + parts[0]
    if len(parts) == 2:
        moved = _moved(Condition(parts[1], "", condition.values if condition else (), bool),
                       len(read.values))  # fmt: skip
        text += f" AND {moved.text}"
    if read.order:
        text += f" ORDER BY s {read.order}"
    values = (*read.values, *(condition.values if condition else ()))
    whole = text.replace("SELECT {}", "SELECT *", 1)
    with stores("model") as call:
        for item in held:
            call("PutItem", {"TableName": "model", "Item": attributes(item)})
        found = [
            _pages(call, written(whole, values, literals), limit) for literals in (True, False)
        ]
        assert found[0] == found[1]
        shown = [attributes(item) for item in expected]
        assert in_one_order(found[0]) == in_one_order(shown)
        if read.order is not None:
            assert [each["s"] for each in found[0]] == [each["s"] for each in shown]
        if read.expression is not None or not read.text:  # Query has no IN on the partition key.
            assert in_one_order(_equivalent(call, read, condition)) == in_one_order(found[0])
        if columns is not None:
            projected = text.replace("{}", ", ".join(map(quoted, columns)), 1)
            some = _pages(call, written(projected, values, literals=False), limit)
            cut = [{name: item[name] for name in columns if name in item} for item in expected]
            assert in_one_order(some) == in_one_order([attributes(each) for each in cut])


_KEYS = st.tuples(st.sampled_from(_PARTITIONS[:2]), st.sampled_from((0, 1)))


@dataclass(frozen=True, slots=True)
class Write:
    """kind: insert, update, delete. sets, removes: of an update."""

    kind: str
    key: tuple[str, int]
    sets: tuple[tuple[str, Any], ...]
    removes: tuple[str, ...]
    condition: Condition | None
    literals: bool


@st.composite
def writes(draw: st.DrawFn) -> Write:
    """One write."""
    kind = draw(st.sampled_from(("insert", "update", "update", "delete")))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True))
    cut = draw(st.integers(0, len(names))) if kind == "update" else len(names)
    sets = tuple((name, draw(_PLAIN)) for name in names[:cut])
    condition = draw(st.none() | conditions(1)) if kind != "insert" else None
    return Write(kind, draw(_KEYS), sets, tuple(names[cut:]), condition, draw(st.booleans()))


def _statement(write: Write) -> dict[str, Any]:
    values = tuple(each for _, each in write.sets)
    where = write.key
    if write.kind == "insert":
        members = "".join(
            f", {literal(name)}: {{{at + 2}}}" for at, (name, _) in enumerate(write.sets)
        )
        text = f"INSERT INTO left_one VALUE {{{{'p': {{0}}, 's': {{1}}{members}}}}}"
        return written(text, (*where, *values), write.literals)
    if write.kind == "update":
        clauses = [f"SET {quoted(name)} = {{{at}}}" for at, (name, _) in enumerate(write.sets)]
        clauses += [f"REMOVE {quoted(name)}" for name in write.removes]
        text = f"UPDATE left_one {' '.join(clauses)}"
    else:
        values, text = (), "DELETE FROM left_one"
    first = len(values)
    text += f" WHERE p = {{{first}}} AND s = {{{first + 1}}}"
    values = (*values, *where)
    if write.condition is not None:
        text += f" AND ({_moved(write.condition, len(values)).text})"
        values += write.condition.values
    return written(text + " RETURNING ALL OLD *", values, write.literals)


def _request(write: Write) -> tuple[str, dict[str, Any]]:
    request: dict[str, Any] = {"TableName": "right_one", "ReturnValues": "ALL_OLD"}
    key = {"p": write.key[0], "s": write.key[1]}
    condition = "attribute_exists(p)"
    values: dict[str, Any] = {}
    if write.condition is not None:
        values = {f":v{at}": value(each) for at, each in enumerate(write.condition.values)}
        condition += f" AND ({write.condition.expression.format(*values)})"
    if write.kind == "insert":
        item = attributes(key | dict(write.sets))
        return "PutItem", {
            **request,
            "Item": item,
            "ConditionExpression": "attribute_not_exists(p)",
        }
    request |= {"Key": attributes(key), "ConditionExpression": condition}
    if write.kind == "update":
        sets = [f"#n{NAMES.index(name)} = :s{at}" for at, (name, _) in enumerate(write.sets)]
        values |= {f":s{at}": value(each) for at, (_, each) in enumerate(write.sets)}
        removes = [f"#n{NAMES.index(name)}" for name in write.removes]
        request["UpdateExpression"] = " ".join(
            f"{word} {', '.join(each)}"
            for word, each in (("SET", sets), ("REMOVE", removes))
            if each
        )
    texts = condition + request.get("UpdateExpression", "")
    names = {f"#n{at}": name for at, name in enumerate(NAMES) if f"#n{at}" in texts}
    request |= {"ExpressionAttributeNames": names} if names else {}
    request |= {"ExpressionAttributeValues": values} if values else {}
    operation = "UpdateItem" if write.kind == "update" else "DeleteItem"
    return operation, request


@SETTINGS
@given(series=st.lists(writes(), min_size=1, max_size=12))
def test_statements_write_what_the_plain_operations_write(series: list[Write]) -> None:
    with stores("left_one", "right_one") as call:

        def asked(operation: str, request: dict[str, Any]) -> tuple[str, Any]:
            try:
                return "", call(operation, request)
            except DynamoDBError as refusal:
                return refusal.code, {}

        for write in series:
            held = call("Scan", {"TableName": "right_one"})["Items"]
            there = any(
                each["p"]["S"] == write.key[0] and each["s"]["N"] == str(write.key[1])
                for each in held
            )
            code, answer = asked("ExecuteStatement", _statement(write))
            plain_code, plain = asked(*_request(write))
            if write.kind == "insert" and plain_code:
                plain_code = "DuplicateItemException"
            if write.kind == "delete" and not there:
                plain_code = ""  # The statement finds nothing to delete, whatever its condition.
            assert code == plain_code
            if not code:
                old = plain.get("Attributes") if write.kind != "insert" else None
                assert in_one_order(answer["Items"]) == in_one_order([old] if old else [])
            left, right = (
                call("Scan", {"TableName": name})["Items"] for name in ("left_one", "right_one")
            )
            assert in_one_order(left) == in_one_order(right)
