"""Update expressions: every action on every kind of path and value, and their ReturnValues."""

from __future__ import annotations

from typing import Any

from tests.differential.build import N, Scenario, Step, delete, get, put, update
from tests.differential.corpus.conditions import bindings, texts
from tests.differential.corpus.fixtures import HASH, ITEM, PAIRS

GOOD = """
SET s = :a|SET s = s|SET s = other|SET fresh = :s|SET fresh = s|SET s = :n|SET n = n + :one
SET n = n - :one|SET n = :one + n|SET n = :one - n|SET n = n + n2|SET n = :n + :two|SET n = n - n
SET d = d + :n1|SET n = d - n|SET n = n + :neg|SET fresh = n2 - :seven|SET n = :n
SET s = :e, n = :seven|SET s = other, other = s|SET n = n2, n2 = n|SET a = s, b = a|SET m.a = m.b, m.b = m.a
SET fresh = if_not_exists(fresh, :s)|SET s = if_not_exists(s, :a)|SET s = if_not_exists(none, n)
SET s = if_not_exists(none, if_not_exists(n, :s))|SET n = if_not_exists(n, :zero) + :one
SET fresh = if_not_exists(fresh, :zero) + :one|SET fresh = :one + if_not_exists(fresh, :zero)
SET fresh = if_not_exists(m.a, :zero)|SET m.z = if_not_exists(m.z, :l0)|SET n = if_not_exists(n, n)
SET l = list_append(l, :y)|SET l = list_append(:y, l)|SET l = list_append(l, l)|SET l = list_append(l0, l0)
SET fresh = list_append(if_not_exists(fresh, :l0), :y)|SET l = list_append(l, if_not_exists(none, :y))
SET m.l = list_append(m.l, :y)|SET fresh = list_append(:l, :y)|SET l0 = list_append(l0, :y)
SET l[0] = :s|SET l[2] = :s|SET l[4] = :s|SET l[9] = :s|SET l[9] = :s, l[7] = :a|SET l[10] = :a, l[5] = :b, l[0] = :e
SET l[2][0] = :s|SET l[2][5] = :s|SET l[3].k = :s|SET l[3].q = :s|SET l0[0] = :s|SET l0[3] = :s
SET m.a = :s|SET m.fresh = :s|SET m.c.d = :s|SET m.c.d[0] = :s|SET m.c.d[7] = :s|SET m.c.e = :m0|SET m0.a = :s
SET m.a = m.a + :one|SET m.l[1] = m.l[0] + :two|SET m.l[0] = m.l[2], m.l[2] = m.l[0]|SET #dot = :s|SET #m.#a = :one
SET s = (:a)|SET n = (n + :one)|SET n = (n) + (:one)|SET n = (n + (:one))|SET s=:a|set s = :a|Set s = :a REMOVE n
SET t = :z|SET z = :t|SET ss = :ns|SET fresh = :l0|SET fresh = :m0|SET fresh = :e|SET m = :m|SET l = :l0
REMOVE s|REMOVE none|REMOVE s, n, none|REMOVE l[0]|REMOVE l[0], l[1]|REMOVE l[1], l[0], l[3]|REMOVE l[9]
REMOVE l[2][0]|REMOVE l[3].k|REMOVE m.a|REMOVE m.none|REMOVE m.c.d[0]|REMOVE m.c|REMOVE m.c.d[9]|REMOVE m, l
REMOVE l[0] SET l[1] = :s|REMOVE l[1] SET l[3] = :s|REMOVE l[0] SET l[9] = :s|remove s|REMOVE #s|REMOVE m0.a
REMOVE m.l[0], m.l[2]|REMOVE l[0], m.l[1] SET s = :a|REMOVE l0[0]
ADD n :one|ADD n :neg|ADD fresh :n|ADD fresh :n1|ADD d :n1|ADD ss :ss1|ADD ss :ss|ADD fresh :ss|ADD ns :ns|ADD bs :bs
ADD m.a :one|ADD m.fresh :one|ADD m.fresh :ss|ADD l[1] :one|ADD n :one, n2 :two|ADD m.l[0] :two|add n :one
ADD l[9] :one|ADD m.c.n :ss
DELETE ss :ss1|DELETE ss :ss|DELETE ns :ns|DELETE bs :bs|DELETE none :ss|DELETE m.none :ss|delete ss :ss1
DELETE l[9] :ss
SET s = :a REMOVE n ADD n2 :one DELETE ss :ss1|DELETE ss :ss1 ADD n :one REMOVE s SET other = s
SET s = :a ADD n :one|REMOVE s SET n = :s|SET fresh = n REMOVE n|ADD fresh :n SET other = n
SET l[1] = :a REMOVE l[3] ADD l[4] :one
"""
RUN_TIME_FAULTS = """
SET n = s + :one|SET n = n + s|SET s = none|SET s = none + :one|SET n = n - none|SET n = m + :one|SET n = ss - :one
SET l = list_append(l, s)|SET l = list_append(s, :y)|SET l = list_append(none, :y)|SET l = list_append(l, none)
SET none.a = :s|SET none[0] = :s|SET s.a = :s|SET s[0] = :s|SET m[0] = :s|SET l.a = :s|SET m.none.a = :s
SET l[9].a = :s|SET l[9][0] = :s|SET m.a.b = :s|SET n.a = :s|SET z.a = :s|SET ss[0] = :s|SET m.c[0] = :s
SET s = m.none|SET s = l[9]|SET fresh = s.a|SET s = l[2][9]|SET fresh = list_append(n, :y)
REMOVE none.a|REMOVE none[0]|REMOVE s.a|REMOVE m[0]|REMOVE l.a|REMOVE m.none.b|REMOVE l[9].a|REMOVE s[0]
ADD s :one|ADD ss :one|ADD n :ss|ADD ss :ns|ADD ns :ss|ADD bs :ss|ADD l :one|ADD m :ss|ADD t :one|ADD z :one
ADD none.a :one|ADD s.a :one|ADD l :ss|ADD l.a :one|ADD m[0] :one
DELETE s :ss|DELETE ss :ns|DELETE n :ns|DELETE l :ss|DELETE m :ss|DELETE none.a :ss|DELETE s.a :ss|DELETE bs :ss
SET p = :s|REMOVE p|ADD p :one|DELETE p :ss|SET p.a = :s|REMOVE p[0]|SET p[0] = :s|SET s = :s, p = :s|SET #p = :s
ADD p.a :one|DELETE p[1] :ss|SET s = p|SET fresh = p|SET fresh = p.a|SET fresh = if_not_exists(p, :s)
SET fresh = if_not_exists(p.a, :s)|SET fresh = list_append(p, :l)
"""
BROKEN = """
|SET|REMOVE|ADD|DELETE|s = :s|SET s|SET s =|SET s :s|SET = :s|SET s = :s,|SET ,s = :s|SET s = :s s = :a
SET s = :s SET n = :n|REMOVE s REMOVE n|ADD n :n ADD n2 :n|DELETE ss :ss DELETE bs :bs|SET s = :s, s = :a
SET s = :s REMOVE s|SET m = :m, m.a = :one|SET m.a = :one, m = :m|REMOVE m, m.a|SET m.a = :one REMOVE m.a.b
SET l[0] = :s, l[0] = :a|SET l[0] = :s, l.a = :s|SET m.a = :s, m[0] = :s|SET l = :l, l[0] = :s|SET l[1].a = :s REMOVE l[1]
ADD n :one SET n = :n|SET #s = :s, s = :a|ADD n :one, n :two|DELETE ss :ss ADD ss :ss
SET s = :undefined|SET #undefined = :s|SET s = s.#undefined|REMOVE #undefined|ADD n :undefined|SET s = n + :undefined
SET size = :s|SET s = name|REMOVE name|ADD count :one|SET m.size = :s|SET Value = :s|SET a.b.select = :one
SET :s = :a|SET s = 5|SET s = "x"|SET s = 'x'|SET s + :one = :n|SET _s = :s|SET 1s = :s|SET s-s = :s|SET s.1 = :s
SET n = n + :one + :two|SET n = n * :two|SET n = n / :two|SET n = -n|SET n = - :one|SET n = n +|SET n = + :one
SET n = n - - :one|SET n = (n + :one) - :two|SET n = n + (:one + :two)|SET n = ((n + :one))|SET n = ((n)) + :one
SET n = (n + :one|SET n = n + :one)|SET n += :one|SET n++|SET n == :n|SET n := :n
SET n = n + :s|SET n = :s + n|SET n = n - :ss|SET n = :l - n|SET n = :t + :one|SET n = :z + :one|SET n = n + :m
SET s = foo(s)|SET s = foo(s, :s)|SET s = size(s)|SET s = attribute_exists(s)|SET s = contains(s, :a)|SET s = begins_with(s, :a)
SET s = IF_NOT_EXISTS(s, :s)|SET s = If_not_exists(s, :s)|SET l = LIST_APPEND(l, :l)
SET s = if_not_exists(s)|SET s = if_not_exists(:s, s)|SET s = if_not_exists()|SET s = if_not_exists(s, :s, :a)
SET s = if_not_exists(if_not_exists(s, :a), :s)|SET n = if_not_exists(n, :one + :two)|SET n = if_not_exists(n + :one, :two)
SET l = list_append(l)|SET l = list_append(l, :s)|SET l = list_append(:s, l)|SET l = list_append(l, :l, :l)
SET l = list_append(list_append(l, l), l)|SET l = list_append(l, list_append(l, :y))|SET l = list_append(l, :ss)
SET l = list_append(l, n + :one)|SET l = list_append(:n, :n)|SET l = list_append()
SET fresh = if_not_exists(fresh, list_append(l, :y))|SET n = list_append(l, :y) + :one
SET s = NOT :s|SET s = s = :s|SET s = (s AND n)|SET s = s IN (:s)|SET s = :s WHERE n = :n|UPDATE s = :s|SET s = :s; SET n = :n
REMOVE s n|REMOVE s,|REMOVE ,s|REMOVE :s|REMOVE s = :s|REMOVE s :s|REMOVE (s)|REMOVE size(s)|REMOVE l[-1]|REMOVE l[:one]
ADD n|ADD n = :one|ADD n + :one|ADD n n2|ADD :one n|ADD n :one n2 :two|ADD n (:one)|ADD n if_not_exists(n, :one)|ADD n :one,
ADD n :s|ADD n :bin|ADD n :t|ADD n :z|ADD l :l|ADD m :m|DELETE ss :s|DELETE ss :n|DELETE ss :l|DELETE ss :m|DELETE ss :t
DELETE ss|DELETE ss = :ss|DELETE ss :ss1,|DELETE ss :z|DELETE ss :bin|DELETE :ss ss
SET l[] = :s|SET l[a] = :s|SET l[0 = :s|SET l 0] = :s|SET l[0]] = :s|SET l[1.0] = :s|SET l[99999999999] = :s|SET m..a = :s
SET .m = :s|SET m. = :s|SET m.a b = :s|SET m.(a) = :s|SET s = m.:a|SET # = :s|SET s = :
"""


def _each_alone(text: str) -> list[Step]:
    """The text on the item, with ALL_NEW; the next one sees the item as it was."""
    return [
        update("Hash", {"p": "x"}, text, returns="ALL_NEW", **bindings(text)),
        ITEM,
        update("Hash", {"p": "absent"}, text, **bindings(text)),
        Step("DeleteItem", {"TableName": "Hash", "Key": {"p": {"S": "absent"}}}),
    ]


def _with_fragments(text: str) -> list[Step]:
    return [
        step
        for name in ("UPDATED_OLD", "UPDATED_NEW", "ALL_OLD")
        for step in (update("Hash", {"p": "x"}, text, returns=name, **bindings(text)), ITEM)
    ]


def _arithmetic() -> tuple[Step, ...]:
    texts_of = ("0", "1", "-1", "0.1", "1e125", "-1e125", "1e-130", "9" * 38, "-" + "9" * 38, "1e50",
                "0.5", "1e37", "123456789012345678901234567890.12345678", "9.9e125", "1e-5")  # fmt: skip
    steps: list[Step] = []
    for left in texts_of:
        for right in texts_of:
            steps.append(put("Hash", {"p": "sum", "n": N(left)}))
            for sign in "+-":
                steps.append(
                    update("Hash", {"p": "sum"}, f"SET r = n {sign} :v", values={":v": N(right)})
                )
            steps.append(update("Hash", {"p": "sum"}, "ADD n :v", values={":v": N(right)}))
    return tuple(steps)


def _conditions() -> tuple[Step, ...]:
    both: dict[str, Any] = {"condition": "n = :n", "values": {":n": 5, ":v": "new"}}
    return (
        update("Hash", {"p": "x"}, "SET s = :v", **both),
        update("Hash", {"p": "x"}, "SET s = :v", **{**both, "condition": "n > :n"}),
        update("Hash", {"p": "none"}, "SET s = :v", **both),
        update("Hash", {"p": "none"}, "SET s = :v", **{**both, "condition": "n <> :n"}),
        update("Hash", {"p": "x"}, "SET p = :v", **{**both, "condition": "n > :n"}),
        update("Hash", {"p": "x"}, "SET none.a = :v", **{**both, "condition": "n > :n"}),
        update("Hash", {"p": "x"}, "SET s = :v", condition="x = = y", values={":v": 1}),
        update("Hash", {"p": "x"}, "SET s = = :v", condition="x = = y", values={":v": 1}),
        update("Hash", {"p": "x"}, "SET s = :v", condition="attribute_exists(#n)",
               values={":v": 1}, names={"#n": "n"}),
        update("Hash", {"p": "x"}, "SET s = :v", values={":v": 1, ":w": 2}),
        update("Hash", {"p": "x"}, "SET s = :v", values={":v": 1}, names={"#u": "u"}),
        update("Hash", {"p": "x"}, "SET s = :v"),
        update("Hash", {"p": "x"}, None, values={":v": 1}),
        update("Hash", {"p": "x"}, None, names={"#u": "u"}),
        update("Hash", {"p": "x"}, returns="ALL_NEW"),
        update("Hash", {"p": "x"}, returns="UPDATED_NEW"),
        update("Hash", {"p": "bare"}, returns="ALL_OLD"),
        update("Hash", {"p": "bare2"}, returns="ALL_NEW"),
        get("Hash", {"p": "x"}),
    )  # fmt: skip


def _inside_keys() -> tuple[Step, ...]:
    steps: list[Step] = []
    for condition in ("p.a = :v", "attribute_exists(p[0])", "s[1] <> :v", "kind.a = :v",
                      "NOT attribute_exists(tag[0])", "extra.a = :v", "size(score.a) = :v"):  # fmt: skip
        values: dict[str, Any] = {"values": {":v": 1}} if ":v" in condition else {}
        item = {"p": "a", "s": 1}
        steps += [
            put("Pair", item, condition=condition, **values),
            delete("Pair", item, condition=condition, **values),
            update("Pair", item, condition=condition, **values),
            update("Pair", item, f"SET fresh = {condition.split('(')[-1].split()[0].strip(')')}"),
        ]
    return tuple(steps)


PROJECTIONS = """
s|s, n|#s|#s, #n|none|m|m.a|m.a, m.b|m.c.d|m.c.d[0]|m.c.d[1], m.c.d[0]|l[0]|l[2], l[0]|l[2][0]|l[3].k|l[9]|m.none
s.a|l.a|m[0]|m.c.d[0], l[1], s|#dot|m.l[0], m.l[2]|p|p, s|l[3], l[1]|m.c.d[9], s|m.c.d[9]|z|t, f|e|ss, ns, bs|m.l|m0|l0
l[2], l[3].k|m.a, l[3].k, l[3].z|m0.a|l[2][1], l[2][0]|m.c, m.a
"""
BROKEN_PROJECTIONS = """
|s,|,s|s n|s,,n|s, s|#s, s|m, m.a|m.a, m|m.a, m[0]|l[0], l.a|l[0], l[0]|size|m.size|:s|s = :s|s.|.s|s[|s[]|s[-1]|s[a]
size(s)|attribute_exists(s)|(s)|#undefined|#|"s"|s;|1s|_s|s-n|*|s.*|m.a.b.c, m.a.b|p.a|p[0]|s[0][1][2], s[0][1]|l[99999999999]
"""


def _projections() -> tuple[Step, ...]:
    found: list[Step] = []
    for text in texts(PROJECTIONS) + texts(BROKEN_PROJECTIONS):
        names = bindings(text)
        names.pop("values", None)
        found += [
            get("Hash", {"p": "x"}, projection=text, **names),
            get("Hash", {"p": "absent"}, projection=text, **names),
            Step("Scan", {"TableName": "Hash", "ProjectionExpression": text,
                          **({"ExpressionAttributeNames": names["names"]} if names else {})}),
        ]  # fmt: skip
    return tuple(found)


SCENARIOS = (
    Scenario("updates", (HASH, ITEM), tuple(s for t in texts(GOOD) for s in _each_alone(t))),
    Scenario(
        "fragments of updates",
        (HASH, ITEM),
        tuple(step for text in texts(GOOD) for step in _with_fragments(text)),
    ),
    Scenario(
        "updates that fail on the item",
        (HASH, ITEM),
        tuple(step for text in texts(RUN_TIME_FAULTS) for step in _each_alone(text)),
    ),
    Scenario(
        "broken updates", (HASH, ITEM), tuple(s for t in texts(BROKEN) for s in _each_alone(t)[::2])
    ),
    Scenario("arithmetic", (HASH,), _arithmetic()),
    Scenario("updates under conditions", (HASH, ITEM), _conditions()),
    Scenario("paths inside keys", PAIRS, _inside_keys()),
    Scenario("projections", (HASH, ITEM), _projections()),
)
