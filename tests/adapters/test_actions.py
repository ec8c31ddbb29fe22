"""The environment of a GitHub Actions run."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.adapters.actions import SUMMARY_LIMIT, Actions
from release_tools.errors import RefusedError, UnreadableError


@pytest.fixture
def run(tmp_path):
    return Actions.from_env(
        {
            "GITHUB_ACTIONS": "true",
            "GITHUB_REPOSITORY": "org/app",
            "GITHUB_REF": "refs/tags/v1.2.3",
            "GITHUB_REF_TYPE": "tag",
            "GITHUB_SHA": "c0ffee",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
            "GITHUB_OUTPUT": str(tmp_path / "output"),
        }
    )


def outputs_of(text: str) -> dict[str, str]:
    """Read an outputs file the way the runner does."""
    values: dict[str, str] = {}
    lines = iter(text.split("\n"))
    for line in lines:
        if not line:
            continue
        name, heredoc, delimiter = line.partition("<<")
        assert heredoc, f"not a heredoc: {line!r}"
        value = []
        for inner in lines:
            if inner == delimiter:
                break
            value.append(inner)
        values[name] = "\n".join(value)
    return values


@pytest.mark.parametrize("value", [None, "", "false", "1", "TRUE"])
def test_outside_of_a_run_there_is_none(value):
    environ = {"GITHUB_REF": "refs/tags/v1"}
    assert (
        Actions.from_env(environ if value is None else {**environ, "GITHUB_ACTIONS": value}) is None
    )


def test_a_run_is_read_from_its_environment(run):
    assert (run.repository, run.ref, run.ref_type) == ("org/app", "refs/tags/v1.2.3", "tag")
    assert (run.sha, run.event) == ("c0ffee", "push")


@pytest.mark.parametrize(
    ("ref", "tag"),
    [
        ("refs/tags/v1.2.3", "v1.2.3"),
        ("refs/tags/sim/v1.2.3", "sim/v1.2.3"),
        ("refs/heads/v1.2.3", None),
        ("refs/heads/refs/tags/v1.2.3", None),
        ("refs/pull/7/merge", None),
        ("v1.2.3", None),
        ("", None),
    ],
)
def test_only_a_tag_ref_names_a_tag(ref, tag):
    run = Actions.from_env({"GITHUB_ACTIONS": "true", "GITHUB_REF": ref})
    assert run is not None
    assert run.tag == tag


def test_a_summary_is_appended_to_what_stands_there(run, tmp_path):
    (tmp_path / "summary").write_text("before\n")
    run.append_summary("# Größe")
    assert (tmp_path / "summary").read_text(encoding="utf-8") == "before\n# Größe\n"


def test_without_a_summary_file_nothing_is_written():
    run = Actions.from_env({"GITHUB_ACTIONS": "true"})
    assert run is not None
    run.append_summary("text")


def test_a_long_summary_is_cut_after_a_whole_line_and_says_so(run, tmp_path):
    (tmp_path / "summary").write_bytes(b"x" * 1000)
    run.append_summary("| é row |\n" * 200_000)
    data = (tmp_path / "summary").read_bytes()
    assert SUMMARY_LIMIT - 20 < len(data) <= SUMMARY_LIMIT
    head, _, tail = data[1000:].decode("utf-8").rpartition("| é row |\n")
    assert set(head.splitlines()) == {"| é row |"}
    assert "does not fit" in tail


def test_a_summary_that_just_fits_is_whole(run, tmp_path):
    run.append_summary("x" * (SUMMARY_LIMIT - 1))
    assert (tmp_path / "summary").stat().st_size == SUMMARY_LIMIT


def test_a_full_summary_is_left_alone(run, tmp_path):
    (tmp_path / "summary").write_bytes(b"x" * SUMMARY_LIMIT)
    run.append_summary("more\n" * 100)
    assert (tmp_path / "summary").stat().st_size == SUMMARY_LIMIT


def test_outputs_are_read_back_by_the_runners_rule(run, tmp_path):
    (tmp_path / "output").write_text("earlier<<E\n1\nE\n")
    run.set_outputs({"version": "1.2.3", "tag": "v1.2.3", "empty": ""})
    assert outputs_of((tmp_path / "output").read_text()) == {
        "earlier": "1",
        "version": "1.2.3",
        "tag": "v1.2.3",
        "empty": "",
    }


def test_two_delimiters_are_never_the_same(run, tmp_path):
    run.set_outputs({"a": "1"})
    run.set_outputs({"b": "2"})
    delimiters = {line for line in (tmp_path / "output").read_text().split("\n") if "end_" in line}
    assert len({line.rpartition("end_")[2] for line in delimiters}) == 2


@pytest.mark.parametrize(
    "value",
    ["1.2.3\nadmin=true", "a\rb", "a\0b", "a\u2028b", "\x1b[31m", "\u202e1.2.3", "a\u0085b"],
)
def test_a_value_that_could_forge_an_output_is_refused_and_nothing_written(run, tmp_path, value):
    with pytest.raises(RefusedError, match="'version' would be") as caught:
        run.set_outputs({"fine": "1", "version": value})
    assert caught.value.id == "unsafe-output"
    assert not (tmp_path / "output").exists()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a b", "a=b", "a<<b", "a\nb", "1a", "-a", "é"])
def test_a_name_that_is_none_is_refused(run, tmp_path, name):
    with pytest.raises(RefusedError, match="cannot be the name"):
        run.set_outputs({name: "1"})
    assert not (tmp_path / "output").exists()


@given(st.dictionaries(st.from_regex(r"[a-z_][a-z0-9_-]*", fullmatch=True), st.text()))
def test_no_set_of_values_reads_back_as_another(tmp_path_factory, values):
    path = tmp_path_factory.mktemp("out") / "output"
    run = Actions.from_env({"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(path)})
    assert run is not None
    try:
        run.set_outputs(values)
    except RefusedError:
        assert not path.exists()
    else:
        assert outputs_of(path.read_text(encoding="utf-8")) == values


@pytest.mark.parametrize("path", ["", "/dev/null/none"])
def test_an_output_that_cannot_be_written_is_an_error(path):
    run = Actions.from_env({"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": path})
    assert run is not None
    with pytest.raises(UnreadableError) as caught:
        run.set_outputs({"a": "1"})
    assert "GITHUB_OUTPUT" in caught.value.hint
