from __future__ import annotations

import pytest

from release_tools.rules.workflows.expressions import (
    Call,
    Compare,
    Literal,
    Logic,
    Name,
    Not,
    parse,
    split,
)

A, B, C = Name("a"), Name("b"), Name("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (" a ", A),
        ("'it''s'", Literal("it's")),
        ("''", Literal("")),
        ("1", Literal(1.0)),
        ("-1.5e3", Literal(-1500.0)),
        (".5", Literal(0.5)),
        ("0xfF", Literal(255.0)),
        ("0o17", Literal(15.0)),
        ("TRUE", Literal(value=True)),
        ("False", Literal(value=False)),
        ("null", Literal(None)),
        ("True.x", Name("true.x")),
        ("NULL['x']", Name("null.x")),
        ("A.b_1.C-d", Name("a.b_1.c-d")),
        ("a['B'].c", Name("a.b.c")),
        ("a.*.b", Name("a.*.b")),
        ("a[*].b", Name("a.*.b")),
        ("a[b].c", Name("a.[?].c")),
        ("a[b == c][c]", Name("a.[?].[?]")),
        ("F()", Call("f", ())),
        ("f(a, b || c)", Call("f", (A, Logic("||", (B, C))))),
        ("f(a).b", Name("[?].b")),
        ("f(a)['b']", Name("[?].b")),
        ("(a).b", Name("[?].b")),
        ("(a || b)[c]", Name("[?].[?]")),
        ("((a))", A),
        ("!a", Not(A)),
        ("!!a", Not(Not(A))),
        ("!a == b", Compare("==", Not(A), B)),
        ("!(a == b)", Not(Compare("==", A, B))),
        ("a < b <= c", Compare("<=", Compare("<", A, B), C)),
        ("a > b != c", Compare("!=", Compare(">", A, B), C)),
        ("a>=b", Compare(">=", A, B)),
        ("a && b && c", Logic("&&", (A, B, C))),
        ("'||' || '('", Logic("||", (Literal("||"), Literal("(")))),
        ("a || b && c", Logic("||", (A, Logic("&&", (B, C))))),
        ("(a || b) && c", Logic("&&", (Logic("||", (A, B)), C))),
        ("a == b && c", Logic("&&", (Compare("==", A, B), C))),
    ],
)
def test_an_expression_binds_as_github_does(text, tree):
    assert parse(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "", "a b", "a 'b'", "(a", "a)", "f(a", "f(a b)", "f(a,)", "f(,a)", "f(a,,b)", "a.", "a.'b'",
        "a.[b]", "a[", "a[b", "a[]", "&& a", "a &&", "a ||", "a ==", "== a", "!", "a = b", "a & b",
        "'a", '"a"', "${{ a }}", "-0x1", "*", "a.b.1",
    ],
)  # fmt: skip
def test_what_is_no_expression_has_no_tree(text):
    assert parse(text) is None


@pytest.mark.parametrize(
    ("many", "read"),
    [
        (lambda n: "(" * n + "a" + ")" * n, 49),
        (lambda n: "f(" * n + "a" + ")" * n, 49),
        (lambda n: "((a) && " * n + "a" + ")" * n, 48),
        (lambda n: "!" * n + "a", 50),
        (lambda n: "a" + " == a" * n, 50),
        (lambda n: "a" * n, 21_000),
    ],
)
def test_an_expression_has_a_bound(many, read):
    assert parse(many(read)) is not None
    assert parse(many(read + 1)) is None


def test_only_what_stands_inside_of_another_counts_as_deep():
    assert parse(" && ".join(["(!a == a || f(a[a]))"] * 200)) is not None


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", [("", "")]),
        ("a", [("a", "")]),
        ("${{a}}", [("", "a"), ("", "")]),
        ("a${{ b }}c${{ d }}", [("a", " b "), ("c", " d "), ("", "")]),
        ("${{ '}}' }}", [("", " '}}' "), ("", "")]),
        ("${{ '''}}' }}a", [("", " '''}}' "), ("a", "")]),
        ("${{ 'a' }}${{ 'b' }}", [("", " 'a' "), ("", " 'b' "), ("", "")]),
        ("${{''}}", [("", "''"), ("", "")]),
        ("${{ a }} ${{ 'b }}", [("", " a "), (" ${{ 'b }}", "")]),
        ("${{ a", [("${{ a", "")]),
        ("${{ a }", [("${{ a }", "")]),
        ("${ { a } }", [("${ { a } }", "")]),
        ("x ${{}}}}", [("x ", ""), ("}}", "")]),
    ],
)
def test_a_text_is_split_into_what_stands_around_its_expressions(text, pairs):
    assert split(text) == tuple(pairs)
