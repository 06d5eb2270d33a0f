"""Where statements end, and what the shell guesses of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynalite_py.doors.shell import statements, tokens


@pytest.mark.parametrize(
    ("text", "whole", "rest"),
    [
        ("SELECT 1;", ["SELECT 1"], ""),
        ("a; b ;c", ["a", "b"], "c"),
        ("SELECT ';' FROM t; x", ["SELECT ';' FROM t"], " x"),
        ("SELECT 'it''s;' ;", ["SELECT 'it''s;'"], ""),
        ('SELECT ";" FROM "a;""b";', ['SELECT ";" FROM "a;""b"'], ""),
        ("a -- no; end\n; b", ["a -- no; end"], " b"),
        ("a /* ; */ ; b", ["a /* ; */"], " b"),
        ("a /* ; ", [], "a /* ; "),
        ("'open ; ", [], "'open ; "),
        (";;;", [], ""),
        ("n--1;\n;", ["n--1;"], ""),  # The comment takes the first semicolon.
    ],
)
def test_a_text_is_cut_at_its_semicolons(text: str, whole: list[str], rest: str) -> None:
    assert statements.split(text) == (whole, rest)


@given(st.text(alphabet="aS 1'\"-/*;?\n<>.$é\\", max_size=40))
def test_tokens_are_the_text(text: str) -> None:
    found = tokens.tokens(text)
    assert "".join(token.text for token in found) == text
    assert [token.start for token in found] == sorted({token.start for token in found})


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("select 1", "read"),
        ("-- c\n INSERT INTO t", "write"),
        ("Update t", "write"),
        ("DELETE FROM t", "write"),
        ("EXISTS (SELECT 1)", "read"),
        ("begin", "begin"),
        ("COMMIT", "commit"),
        ("Rollback", "rollback"),
        ("EXPLAIN SELECT 1", "explain"),
        ("nonsense", "other"),
        ("", "other"),
    ],
)
def test_kinds(text: str, kind: str) -> None:
    assert statements.kind(text) == kind


@pytest.mark.parametrize(
    ("text", "count"),
    [("a = ? AND b = ?", 2), ("a = '?' AND \"?\" = 1 -- ?\n/* ? */", 0), ("[?, {'a': ?}]", 2)],
)
def test_parameters_are_counted(text: str, count: int) -> None:
    assert statements.parameters(text) == count


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("SELECT * FROM Songs WHERE a = 1", ("Songs", None)),
        ('SELECT * FROM "a b"."by-year"', ("a b", "by-year")),
        ("SELECT * FROM t.i", ("t", "i")),
        ("insert into t value {}", ("t", None)),
        ('UPDATE "x""y" SET a = 1', ('x"y', None)),
        ("SELECT * FROM", None),
        ("x", None),
    ],
)
def test_the_source_is_found(text: str, source: tuple[str, str | None] | None) -> None:
    assert statements.source(text) == source


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("SELECT a, b FROM t", ["a", "b"]),
        ('SELECT "x y", m.k.z, l[0], m.l[1] FROM t', ["x y", "z", "l[0]", "l[1]"]),
        ("SELECT * FROM t", []),
        ("SELECT a", []),
        ("UPDATE t SET a = 1", []),
    ],
)
def test_columns_are_named_as_they_come_back(text: str, names: list[str]) -> None:
    assert statements.projected(text) == names


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("EXPLAIN SELECT 1", ("SELECT 1", False)),
        ("explain  analyze\nSELECT 1", ("SELECT 1", True)),
        ("EXPLAIN", ("", False)),
    ],
)
def test_what_is_explained(text: str, told: tuple[str, bool]) -> None:
    assert statements.explained(text) == told


@pytest.mark.parametrize(
    ("name", "text"),
    [("a", "a"), ("user", '"user"'), ("a-b", '"a-b"'), ('x"y', '"x""y"'), ("1a", '"1a"')],
)
def test_names_are_quoted_where_they_need_it(name: str, text: str) -> None:
    assert tokens.quoted(name) == text
