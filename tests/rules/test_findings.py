from __future__ import annotations

import ast
import pathlib
import re

import pytest

import release_tools
from release_tools import errors
from release_tools.errors import MalformedError, ReleaseToolsError, UsageError
from release_tools.model import Finding, Severity, Stage
from release_tools.rules.findings import FINDINGS, explain, finding, from_error

PACKAGE = pathlib.Path(release_tools.__file__).parent


def used_ids() -> dict[str, str]:
    """Return every id that the package writes as a literal, with the file that uses it."""
    used = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in {"finding", "RefusedError", "refused"} and isinstance(first, ast.Constant):
                used[str(first.value)] = str(path)
    return used


def test_every_id_that_the_package_uses_is_in_the_table():
    missing = {id_: path for id_, path in used_ids().items() if id_ not in FINDINGS}
    assert missing == {}


def test_every_error_has_its_finding():
    classes = [item for item in vars(errors).values() if isinstance(item, type)]
    ids = {getattr(item, "id", "usage") for item in classes}
    assert ids >= {"usage", "config", "file-missing"}
    assert ids <= set(FINDINGS)


@pytest.mark.parametrize("id_", FINDINGS)
def test_every_finding_says_what_it_means_and_what_to_do(id_: str):
    known = FINDINGS[id_]
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", id_)
    assert known.title.endswith(".")
    assert len(known.title) <= 100
    assert 2 <= len(re.findall(r"[.:](?= |$)", known.meaning)) <= 6
    assert known.hint
    assert not known.hint.endswith(".")


def test_the_hint_and_the_severity_come_from_the_table():
    assert finding("stamped", "it is").severity is Severity.NOTE
    assert finding("stamped", "it is").hint == FINDINGS["stamped"].hint


def test_a_hint_of_ones_own_replaces_the_default_even_if_empty():
    assert finding("stamped", "it is", hint="do this").hint == "do this"
    assert finding("stamped", "it is", hint="").hint == ""


def test_a_finding_keeps_where_it_is():
    made = finding(
        "surface-differs",
        "m",
        hint="h",
        stream="s",
        surface="pypi:a",
        stage=Stage.SOURCE,
        path="p",
        line=1,
        column=2,
    )
    assert made == Finding(
        "surface-differs", Severity.ERROR, "m", "h", "s", "pypi:a", Stage.SOURCE, "p", 1, 2
    )


def test_an_error_becomes_the_finding_of_its_id():
    made = from_error(MalformedError("duplicate key", path="a.toml", line=3))
    assert (made.id, made.message, made.path, made.line) == (
        "file-malformed",
        "duplicate key",
        "a.toml",
        3,
    )
    assert made.hint == FINDINGS["file-malformed"].hint
    assert from_error(ReleaseToolsError("no", hint="yes")).hint == "yes"


@pytest.mark.parametrize("id_", FINDINGS)
def test_explain_prints_title_meaning_and_hint_in_100_columns(id_: str):
    text, known = explain(id_), FINDINGS[id_]
    head, _, rest = text.partition("\n\n")
    assert " ".join(head.split()) == f"{id_} ({known.severity}): {known.title}"
    meaning, _, hint = rest.partition("\n\n")
    assert " ".join(meaning.split()) == known.meaning  # no word is broken at its hyphen
    assert " ".join(hint.split()) == f"help: {known.hint}"
    assert max(map(len, text.splitlines())) <= 100


def test_an_unknown_id_is_refused_with_the_nearest_one():
    with pytest.raises(UsageError) as caught:
        explain("surface-difers")
    assert caught.value.hint == 'did you mean "surface-differs"?'


@pytest.mark.parametrize("wrong", ["zzz", "surface-differs" * 100_000])
def test_an_id_near_to_none_is_refused_with_the_way_to_all(wrong: str):
    with pytest.raises(UsageError) as caught:
        explain(wrong)
    assert caught.value.hint == "release-tools explain lists all findings"
