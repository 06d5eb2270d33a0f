"""How the rows of a statement are found: its WHERE against a key schema.

The conjuncts that tell keys become what ``plans`` makes ranges of; the rest stays a filter. What is
found is kept by statement and schema, so that a warm request only puts its values in. Source:
facts, PartiQL, What the read is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias, cast

from dynalite_py.language import conditions, nodes, parse, plans
from dynalite_py.language.plans import Schema, Values
from dynalite_py.model import errors, partiql_errors
from dynalite_py.model.keys import Bounds
from dynalite_py.model.tables import KeyType
from dynalite_py.model.values import AttributeValue

Term: TypeAlias = tuple[str, tuple[nodes.Operand, ...]]
Kind: TypeAlias = Literal["get", "query", "queries", "scan"]

_REMEMBERED = 1024
# Ranges of one statement. Source: facts, PartiQL comparison and further texts.
_MOST_READS = 50
_MIRRORED = {"=": "=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
_LOWER, _UPPER = frozenset({">", ">="}), frozenset({"<", "<="})


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """The way to a statement's rows.

    kind: one item by its whole key, one partition's range, several ranges, or all rows. parts: the
    key terms of each range; ranges may overlap. upper: for each, the terms with the upper bound
    where a second condition gives it. filter: what is decided row by row, with its closure, the
    paths in it and their first names. joined: the ranges are those of an OR.
    """

    kind: Kind
    schema: Schema
    parts: tuple[plans.Terms, ...] = ()
    upper: tuple[plans.Terms | None, ...] = ()
    filter: nodes.Condition | None = None
    holds: conditions.Predicate | None = None
    paths: tuple[nodes.Path, ...] = ()
    names: tuple[str, ...] = ()
    joined: bool = False


@lru_cache(maxsize=_REMEMBERED)
def of_select(select: nodes.Select, schema: Schema, of_table: bool) -> Access:
    """The way of a SELECT. of_table: the schema is the table's, not an index's.

    Raises: DynamoDBError.
    """
    conjuncts = [] if select.condition is None else list(_conjuncts(select.condition))
    names, _, split = schema
    branches = _branches(conjuncts, [], names[:split])
    if not branches:
        return _access("scan", schema, conjuncts)
    if len(branches) > _MOST_READS:
        raise partiql_errors.too_many_reads()
    reads = [_read(branch, schema) for branch in branches]
    [single, *more] = reads
    kind: Kind = "query"
    if more:
        kind = "queries"
    elif of_table and all(name in single.terms and single.terms[name][0] == "=" for name in names):
        kind = "get"
    return _access(
        kind,
        schema,
        _left_over(conjuncts, reads),
        tuple(read.terms for read in reads),
        tuple(read.upper for read in reads),
        joined=bool(more) and any(_joins(each, branches) for each in conjuncts),
    )


def _access(
    kind: Kind,
    schema: Schema,
    rest: list[nodes.Condition],
    parts: tuple[plans.Terms, ...] = (),
    upper: tuple[plans.Terms | None, ...] = (),
    *,
    joined: bool = False,
) -> Access:
    node = _together(rest)
    if node is None:
        return Access(kind, schema, parts, upper, joined=joined)
    paths = tuple(each for each, _ in parse.walk(node) if type(each) is nodes.Path)
    names = tuple(dict.fromkeys(str(path.parts[0]) for path in paths))
    holds = conditions.predicate(node)
    return Access(kind, schema, parts, upper, node, holds, paths, names, joined)


def _together(conjuncts: list[nodes.Condition]) -> nodes.Condition | None:
    joined: nodes.Condition | None = None
    for each in conjuncts:
        joined = each if joined is None else nodes.And(joined, each)
    return joined


def _conjuncts(tree: nodes.Condition) -> Iterator[nodes.Condition]:
    return _chain(tree, nodes.And)


def _chain(
    tree: nodes.Condition, kind: type[nodes.And] | type[nodes.Or]
) -> Iterator[nodes.Condition]:
    """What one connective joins, in the order of the text."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, kind):
            waiting += (node.right, node.left)
        else:
            yield node


# Conditions on keys.


class _Read(NamedTuple):
    """One range: its branch of the condition, what of it became terms of the key, and those."""

    branch: list[nodes.Condition]
    taken: list[nodes.Condition]
    terms: dict[str, Term]
    upper: dict[str, Term] | None


def _read(branch: list[nodes.Condition], schema: Schema) -> _Read:
    names, _, split = schema
    taken: list[nodes.Condition] = []
    hashes: dict[str, Term] = {}
    for name in names[:split]:
        equal = next(each for each in branch if _operator(_term(each), name) == "=")
        term = _term_of(equal, name)
        assert term is not None
        hashes[name] = term
        taken.append(equal)
    lower, upper = _ranges(branch, names[split:], taken)
    terms = {**hashes, **lower}
    return _Read(branch, taken, terms, {**terms, **upper} if upper else None)


def _left_over(conjuncts: list[nodes.Condition], reads: list[_Read]) -> list[nodes.Condition]:
    """The conjuncts that the ranges do not answer by themselves.

    A conjunct that all branches have is answered if it is a term of each; the one that makes the
    branches, if nothing else is in any of them.
    """
    whole = _ids(conjuncts)
    pure = all(_ids(read.branch) <= whole | _ids(read.taken) for read in reads)
    rest: list[nodes.Condition] = []
    for each in conjuncts:
        shared = _joins_nothing(each, reads)
        answered = all(id(each) in _ids(read.taken) for read in reads) if shared else pure
        if not answered:
            rest.append(each)
    return rest


def _joins_nothing(conjunct: nodes.Condition, reads: list[_Read]) -> bool:
    return all(id(conjunct) in _ids(read.branch) for read in reads)


def _joins(conjunct: nodes.Condition, branches: list[list[nodes.Condition]]) -> bool:
    """Whether this is the OR that makes the branches."""
    return isinstance(conjunct, nodes.Or) and id(conjunct) not in _ids(branches[0])


def _ids(conditions_: list[nodes.Condition]) -> frozenset[int]:
    """Which conditions these are, however many are written alike."""
    return frozenset(map(id, conditions_))


def _branches(
    own: list[nodes.Condition], outer: list[nodes.Condition], names: tuple[str, ...]
) -> list[list[nodes.Condition]]:
    """The conjuncts of each read that one chain of ANDs comes to; none: every row is read.

    own: the chain; the first IN or OR in it that gives every read its hash key is taken apart.
    outer: what holds beside the chain. names: of the hash key.
    """
    if all(any(_operator(_term(each), name) == "=" for each in (*own, *outer)) for name in names):
        return [[*own, *outer]]
    for each in own:
        others = [other for other in own if other is not each] + outer
        found: list[list[nodes.Condition]] = []
        for choice in _choices(each, names):
            reads = _branches(choice, others, names)
            if not reads:
                break
            found += reads
        else:
            if found:
                return found
    return []


def _choices(node: nodes.Condition, names: tuple[str, ...]) -> list[list[nodes.Condition]]:
    """The ways in which an OR, or an IN of a hash key, may hold: conjuncts of each."""
    if isinstance(node, nodes.Or):
        return [list(_conjuncts(leaf)) for leaf in _chain(node, nodes.Or)]
    if not isinstance(node, nodes.In) or node.operand not in {
        nodes.Path((name,)) for name in names
    }:
        return []
    if not all(isinstance(choice, nodes.Value) for choice in node.choices):
        return []
    return [[nodes.Comparison("=", node.operand, choice)] for choice in node.choices]


def _ranges(
    conjuncts: list[nodes.Condition], names: tuple[str, ...], taken: list[nodes.Condition]
) -> tuple[dict[str, Term], dict[str, Term]]:
    """The terms of the sort key from the left, and the one that closes the range from above."""
    lower: dict[str, Term] = {}
    upper: dict[str, Term] = {}
    for name in names:
        fitting = [(each, term) for each in conjuncts if (term := _term_of(each, name)) is not None]
        if not fitting:
            break
        used, term = next((pair for pair in fitting if pair[1][0] == "="), fitting[0])
        lower[name] = term
        taken.append(used)
        if term[0] == "=":
            continue
        other = _other_end(term, fitting)
        if other is not None:
            taken.append(other[0])
            lower[name], upper[name] = (term, other[1]) if term[0] in _LOWER else (other[1], term)
        break
    return lower, upper


def _other_end(
    term: Term, fitting: list[tuple[nodes.Condition, Term]]
) -> tuple[nodes.Condition, Term] | None:
    wanted = _UPPER if term[0] in _LOWER else _LOWER if term[0] in _UPPER else frozenset[str]()
    return next((pair for pair in fitting if pair[1][0] in wanted), None)


def _term_of(node: nodes.Condition, name: str) -> Term | None:
    term = _term(node)
    return term[1] if term is not None and term[0] == name else None


def _operator(term: tuple[str, Term] | None, name: str) -> str | None:
    return term[1][0] if term is not None and term[0] == name else None


def _term(node: nodes.Condition) -> tuple[str, Term] | None:
    """Attribute, operator and operands of a condition that could narrow a key."""
    match node:
        case nodes.Comparison(operator, nodes.Path((str() as name,)), nodes.Value() as operand):
            return (name, (operator, (operand,))) if operator in _MIRRORED else None
        case nodes.Comparison(operator, nodes.Value() as operand, nodes.Path((str() as name,))):
            return (name, (_MIRRORED[operator], (operand,))) if operator in _MIRRORED else None
        case nodes.Between(
            nodes.Path((str() as name,)), nodes.Value() as lower, nodes.Value() as higher
        ):
            return name, (plans.BETWEEN, (lower, higher))
        case nodes.Call("begins_with", (nodes.Path((str() as name,)), nodes.Value() as operand)):
            return name, (plans.BEGINS_WITH, (operand,))
        case _:
            return None


@lru_cache(maxsize=_REMEMBERED)
def key_parameters(select: nodes.Select, schema: Schema) -> tuple[tuple[str, int], ...] | None:
    """Where the parameters hold the key (name, place), if the statement asks for the whole item
    under a key of parameters and for nothing else.

    Such a statement has nothing that could be refused.
    """
    if select.projection is not None or select.order or select.condition is None:
        return None
    terms = [_term(each) for each in _conjuncts(select.condition)]
    names, operands = schema[0], select.operands
    if len(terms) != len(names) or operands.constants or operands.parameters != len(names):
        return None
    found: dict[str, int] = {}
    for term in terms:
        if term is None or term[1][0] != "=":
            return None
        found[term[0]] = int(cast("nodes.Value", term[1][1][0]).name[1:]) - 1
    return tuple(found.items()) if found.keys() == set(names) else None


# Values put in.


def ranges_of(access: Access, values: Values) -> list[plans.Access]:
    """Where the rows are: no row lies in two ranges, and those of a partition ascend.

    Partitions come in the order of the statement. Raises: DynamoDBError for a value that no such
    key has.
    """
    found: dict[tuple[int, str | bytes], list[Bounds]] = {}
    for terms, ends in zip(access.parts, access.upper, strict=True):
        _check_terms(access.schema, terms, values)
        hash_, partition, bounds = plans.access(access.schema, terms, values)
        if ends is not None:
            _check_terms(access.schema, ends, values)
            _, _, (_, _, operator, high) = plans.access(access.schema, ends, values)
            bounds = (*bounds[:2], operator, high)
        found.setdefault((hash_, partition), []).append(bounds)
    return [
        (*part, bounds)
        for part, several in found.items()
        for bounds in (several if len(several) == 1 else plans.disjoint(several))
    ]


def _check_terms(schema: Schema, terms: plans.Terms, values: Values) -> None:
    names, kinds, _ = schema
    for name, kind in zip(names, kinds, strict=True):
        for operand in terms[name][1] if name in terms else ():
            assert isinstance(operand, nodes.Value)
            check_key_value(name, kind, values[operand.name])
            if terms[name][0] == plans.BEGINS_WITH and kind == "N":
                raise partiql_errors.key_type_mismatch(name)


def check_key_value(name: str, kind: KeyType, value: AttributeValue) -> None:
    """Refuse what cannot be the value of a key attribute. Raises: DynamoDBError."""
    content = value.get(kind)
    if content is None:
        raise partiql_errors.key_type_mismatch(name)
    if not content:
        raise errors.empty_key(name, "string" if kind == "S" else "binary")


# One item of a write.


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """The item that a write names: the value of each key attribute, and the rest of its WHERE."""

    keys: tuple[tuple[str, str], ...]
    condition: nodes.Condition | None
    holds: conditions.Predicate | None
    inside: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def target(
    statement: nodes.UpdateStatement | nodes.DeleteStatement | nodes.Select, names: tuple[str, ...]
) -> Target:
    """The item of a write (or of a read of one item). names: of the table's key.

    Raises: DynamoDBError where WHERE names more or less than one item.
    """
    conjuncts = [] if statement.condition is None else list(_conjuncts(statement.condition))
    found: list[tuple[str, str]] = []
    taken: list[nodes.Condition] = []
    for name in names:
        equal = [each for each in conjuncts if _operator(_term(each), name) == "="]
        if not equal:
            raise partiql_errors.no_key_equality()
        if len(equal) > 1:
            raise partiql_errors.several_key_conditions(name)
        term = _term(equal[0])
        assert term is not None
        [operand] = term[1][1]
        assert isinstance(operand, nodes.Value)
        found.append((name, operand.name))
        taken.append(equal[0])
    rest = _together([each for each in conjuncts if not any(each is used for used in taken)])
    return Target(
        tuple(found),
        rest,
        None if rest is None else conditions.predicate(rest),
        frozenset() if rest is None else _entered(rest),
    )


def _entered(tree: nodes.Condition | nodes.Update) -> frozenset[str]:
    """The attributes that the paths of a tree go inside."""
    found = [node for node, _ in parse.walk(tree) if type(node) is nodes.Path]
    return frozenset(str(path.parts[0]) for path in found if len(path.parts) > 1)


@lru_cache(maxsize=_REMEMBERED)
def entered(update: nodes.Update) -> frozenset[str]:
    """The attributes that an update's paths go inside."""
    return _entered(update)
