from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.rules.workflows.conditions import ANY, UNKNOWN, holds, resolve, truth, yields
from release_tools.rules.workflows.expressions import parse, split

NAMES = {
    "github.ref": "refs/tags/v1.2.3",
    "github.ref_name": "v1.2.3",
    "github.ref_type": "tag",
    "github.event_name": "push",
    "github.repository": ANY,
    "github.event.pull_request.draft": None,
    "needs.gate.outputs.proceed": "false",
    "inputs.flag": True,
    "inputs.count": 3.0,
    "success()": True,
    "always()": True,
    "failure()": UNKNOWN,
}


def known(name):
    return NAMES.get(name, UNKNOWN)


@pytest.mark.parametrize(
    ("condition", "state"),
    [
        (None, True),
        ("", True),
        ("startsWith(github.ref, 'refs/tags/')", True),
        ("startsWith(github.ref, 'refs/tags/sim-')", False),
        ("STARTSWITH(GitHub.Ref, 'REFS/TAGS')", True),
        ("endsWith(github.ref_name, '.3')", True),
        ("contains(github.ref, '-rc')", False),
        ("!contains(github.ref, '-')", True),
        ("github.ref_type == 'tag'", True),
        ("github.ref_type == 'TAG'", True),
        ("github.ref_type != 'tag'", False),
        ("github['ref_type'] == 'tag'", True),
        ("github.event_name == 'push' && github.ref == 'refs/heads/main'", False),
        ("github.event_name == 'push' || secrets.x", True),
        ("(github.event_name == 'schedule' || vars.ON) && false", False),
        ("vars.ON", None),
        ("!vars.ON", None),
        ("vars.ON == 'true' && github.event_name == 'push'", None),
        ("vars.ON && github.event_name == 'schedule'", False),
        ("github.repository == 'octo-org/widgets'", True),
        ("github.repository != 'octo-org/widgets'", False),
        ("!github.event.pull_request.draft", True),
        ("needs.gate.outputs.proceed == 'true'", False),
        ("needs.gate.outputs.proceed", True),  # the text false is a text
        ("inputs.flag", True),
        ("inputs.flag == true", True),
        ("inputs.flag == 'true'", False),  # a boolean is compared as a number
        ("inputs.count > 2 && inputs.count <= 3", True),
        ("'' == 0", True),
        ("null == false", True),
        ('contains(fromJSON(\'["push", "create"]\'), github.event_name)', True),
        ("contains(fromJSON('[1, {}]'), github.event_name)", None),
        ("always()", True),
        ("failure()", None),
        ("${{ github.ref_type == 'tag' }}", True),
        ("${{ false }}", False),
        ("${{ github.ref_type }} == 'branch'", True),  # text around it: never empty
        ("format('{0}-{1}', github.ref_name, 'x') == 'v1.2.3-x'", True),
        ("github.event.commits[0].message == 'x'", None),
        ("github.event.labels.*.name", None),
        ("hashFiles('x') != ''", None),
        ("it's no expression", None),
        ("((github.ref", None),
    ],
)
def test_a_condition_holds_as_far_as_it_can_be_known(condition, state):
    assert holds(condition, known) is state


def test_success_is_asked_for_unless_another_state_is():
    names = {"success()": False, "always()": True, "failure()": True}
    assert holds("true", names.get) is False
    assert holds(None, names.get) is False
    assert holds("always()", names.get) is True
    assert holds("failure() && true", names.get) is True


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("plain", "plain"),
        ("${{ inputs.flag }}", True),
        ("${{ github.ref_name }}-x", "v1.2.3-x"),
        ("a ${{ '}}' }} b", "a }} b"),
        ("${{ github.event_name == 'push' && 'tags' || 'other' }}", "tags"),
        ("${{ github.event_name == 'pr' && 'tags' || 'other' }}", "other"),
        ("${{ vars.X && 'a' || 'b' }}", UNKNOWN),
        ("${{ github.run_id }}", UNKNOWN),
        ("x-${{ github.run_id }}", UNKNOWN),
        ("${{ not closed", "${{ not closed"),
        ("${{ inputs.count }}%", "3%"),
    ],
)
def test_a_text_is_resolved_where_all_of_it_is_known(text, value):
    found = resolve(text, known)
    assert found is value or found == value


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("github.ref_name", ["github.ref_name"]),
        ("github.ref == 'x'", []),
        ("startsWith(github.ref, 'x')", []),
        ("github.ref && 'a' || inputs.b", ["inputs.b"]),
        ("github.head_ref || github.ref_name", ["github.head_ref", "github.ref_name"]),
        ("format('{0}', inputs.x)", ["inputs.x"]),
        ("toJSON(github.event.inputs)", ["github.event.inputs"]),
        ("!inputs.x", []),
    ],
)
def test_what_is_only_compared_does_not_reach_the_value(expression, names):
    tree = parse(expression)
    assert tree is not None
    assert list(yields(tree)) == names


LEAVES = st.sampled_from(["a.x", "b.x", "c.x", "true", "false"])
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"({two[0]} && {two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"({two[0]} || {two[1]})"),
        inner.map(lambda one: f"!{one}"),
    ),
    max_leaves=8,
)


@given(TREES, st.dictionaries(st.sampled_from(["a.x", "b.x", "c.x"]), st.booleans()))
def test_what_is_decided_holds_however_the_rest_turns_out(text, names):
    tree = parse(text)
    assert tree is not None
    found = truth(tree, lambda name: names.get(name, UNKNOWN))
    code = text.replace("&&", " and ").replace("||", " or ").replace("!", " not ")
    code = code.replace("true", "True").replace("false", "False").replace(".x", "")
    results = {
        bool(eval(code, {"a": a, "b": b, "c": c}))
        for a, b, c in itertools.product([False, True], repeat=3)
        if all(names.get(f"{n}.x", v) == v for n, v in zip("abc", (a, b, c), strict=True))
    }
    if found is not None:
        assert results == {found}
    if len(names) == 3:
        assert {found} == results


@pytest.mark.parametrize(
    "text",
    [
        "(" * 5_000 + "a",
        "!" * 5_000 + "a",
        "a[" * 5_000,
        "f(" * 5_000,
        "a==" * 5_000 + "a",
        "'" * 5,
    ],
)
def test_a_hostile_expression_is_unknown_at_once(text):
    begun = time.process_time()
    assert holds(text, known) is None
    assert time.process_time() - begun < 1


def test_a_long_chain_is_no_deep_one():
    assert holds(" && ".join(["true"] * 2_000), known) is True


def test_expressions_are_split_where_quotes_allow_it():
    assert split("a ${{ '}}' }} ${{ b }}") == (("a ", " '}}' "), (" ", " b "), ("", ""))
    assert split("no ${{ end") == (("no ${{ end", ""),)
