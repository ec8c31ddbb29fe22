from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.discovery import discover
from release_tools.discovery.expressions import interpolate
from release_tools.discovery.shell import Shell
from release_tools.discovery.triggers import admits
from release_tools.discovery.values import LIMIT, UNKNOWN


def walked(script, **variables):
    seen = []
    shell = Shell({name: (value,) for name, value in variables.items()},
                  lambda words, _: seen.append(words))  # fmt: skip
    shell.run(script)
    return seen, shell


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("plain", ("plain",)),
        ("a-${{ env.X }}-b", ("a-1-b",)),
        ("${{ 'it''s' }}", ("it's",)),
        ("${{ vars.R || 'quay.io' }}", ("quay.io",)),
        ("${{ github.x == 'y' && 'a' || 'b' }}", ("a", "b")),
        ("${{ format('{0}/{1}', env.X, 'z') }}", ("1/z",)),
        ("${{ (env.X) }}", ("1",)),
        ("${{ case(github.x, 'a', github.y, 'b', 'c') }}", ("a", "b", "c")),
        ("${{ !env.X }}", (UNKNOWN,)),
        ("${{ unclosed", ("${{ unclosed",)),
        ("${{ }}", (UNKNOWN,)),
    ],
)
def test_an_expression_gives_every_text_that_it_may_become(text, values):
    assert interpolate(text, lambda name: ("1",) if name == "env.X" else (UNKNOWN,)) == values


@pytest.mark.parametrize(
    ("script", "argv"),
    [
        ("push a b # no c", ["push", "a", "b"]),
        ("push \\\n  a", ["push", "a"]),
        ("X=1; push \"$X/${X}\" '$X'", ["push", "1/1", "$X"]),
        ("push ${Y:-y} ${X:-x}", ["push", "y", "1"]),
        ("push $(echo A | tr A-Z a-z) ${U,,}", ["push", "a", "upper"]),
        ("push `echo a`", ["push", "a"]),
        ("if true; then sudo push a; fi", ["push", "a"]),
        ("A=1 push a", ["push", "a"]),
        ("push a#b", ["push", "a#b"]),
    ],
)
def test_a_script_is_split_into_its_commands(script, argv):
    seen, _ = walked(script, X="1", U="UPPER")
    assert [word[0] for word in next(each for each in seen if each[0] == ("push",))] == argv


def test_a_loop_and_both_branches_give_alternatives():
    seen, _ = walked("for i in a b; do push $i; done\nif x; then Z=1; else Z=2; fi\npush $Z")
    assert [each[1] for each in seen if each[0] == ("push",)] == [("a", "b"), ("1", "2")]


def test_arrays_and_step_outputs_are_read():
    seen, shell = walked(
        "L=(a 'b')\nfor i in \"${L[@]}\"; do push $i; done\n"
        '{ echo "x=1"; } >> $GITHUB_OUTPUT\ncat >> $GITHUB_OUTPUT <<EOF\ny=2\nEOF\n'
        'echo "Z=3" >> $GITHUB_ENV\n'
    )
    assert ("push",) in [each[0] for each in seen]
    assert next(each[1] for each in seen if each[0] == ("push",)) == ("a", "b")
    assert shell.outputs["x"] == ("1",)
    assert shell.outputs["y"] == ("2",)
    assert shell.exported["Z"] == ("3",)


@pytest.mark.parametrize(
    ("patterns", "tag", "starts"),
    [
        (("v*",), "v1.0.0", True),
        (("v[0-9]+.[0-9]+.[0-9]+",), "v1.20.0", True),
        (("v*", "!v*-rc*"), "v1.0.0-rc1", False),
        (("*",), "a/b", False),
        (("**",), "a/b", True),
        (("v[",), "v[", False),
    ],
)
def test_tag_filters_match_as_github_documents(patterns, tag, starts):
    assert admits(patterns, tag) is starts


def test_the_repository_is_what_most_manifests_and_workflows_say(tree_of):
    tree = tree_of(
        {
            "Cargo.toml": '[package]\nname = "x"\nrepository = "https://github.com/acme/rocket"\n',
            "a/go.mod": "module github.com/other/thing\n",
            ".github/workflows/a.yml": "jobs:\n  a:\n    if: github.repository == 'acme/rocket'\n",
        }
    )
    assert discover(tree, []).repository == "acme/rocket"


@given(st.text(alphabet="ab $(){}[]'\"`\\\n;&|<>=#!-/:.,%*", max_size=200))
def test_any_script_and_any_expression_is_read_to_its_end(text):
    walked(text)
    interpolate("${{ " + text + " }}", lambda _: ("x",) * LIMIT)


@pytest.mark.parametrize(
    "script",
    [
        "(" * 50_000, "$(" * 50_000, "${" * 50_000, "'" * 50_001, "if " * 50_000,
        'a="$a$a$a$a"\n' * 2000, "<<A\n" * 20_000, "\\" * 50_001, "`" * 50_001,
        "for i in " + "a " * 30_000 + "; do push $i; done",
    ],
    ids=range(10),
)  # fmt: skip
@pytest.mark.parametrize("path", ["run", "make"])
def test_a_hostile_script_is_read_in_bounded_time(tree_of, script, path):
    import json

    files = {
        ".github/workflows/w.yml": json.dumps(
            {
                "on": {"push": {"tags": ["v*"]}},
                "jobs": {"j": {"steps": [{"run": script if path == "run" else "make push"}]}},
            }
        )
    }
    if path == "make":
        files["Makefile"] = "push:\n" + "".join(f"\t{line}\n" for line in script.split("\n"))
    before = time.process_time()
    discover(tree_of(files), ["v" + "1." * 40 + "0", "v1.0"], repository="acme/rocket")
    assert time.process_time() - before < 2
