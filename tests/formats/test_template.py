from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.errors import ConfigError, MalformedError
from release_tools.formats import splice, template
from release_tools.model import Edit


def found(text, pattern, placeholder="{version}"):
    return [spot.text for spot in template.locate(text, template.TemplateAt(pattern, placeholder))]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("uv:0.12.4", "0.12.4"),
        ("uv:0.12.4-alpine", "0.12.4"),
        ("It is uv:0.12.4.", "0.12.4"),
        ("uv:1.2.3-rc.1+build.5", "1.2.3-rc.1+build.5"),
        ("uv:1.2.3rc1,", "1.2.3rc1"),
        ("uv:0.1.0.beta.2", "0.1.0.beta.2"),
        ("uv:1.2.3.dev20260115", "1.2.3.dev20260115"),
        ("uv:0.22.3-dev.0", "0.22.3-dev.0"),
        ("uv:0.12.4-alphabet", "0.12.4"),
        ("uv:10.12.4", "10.12.4"),
    ],
)
def test_a_whole_version_is_found(text, version):
    assert found(text, "uv:{version}") == [version]


def test_blanks_are_any_run_of_blanks_and_a_brace_is_a_brace():
    assert found("app \t 1.0.0", "app {version}") == ["1.0.0"]
    assert found("{versions} 1.0.0", "{versions} {version}") == ["1.0.0"]


@pytest.mark.parametrize(
    ("pattern", "shown"),
    [
        ("a {version.x} b} {version}", "{version.x}"),
        ("{version} a {version.x} b", "{version.x}"),
        ("{version.x} {version.y}", "{version.x}"),
        ("{versions} {version.x} {version}", "{version.x}"),
    ],
)
def test_an_unknown_placeholder_is_named(pattern, shown):
    with pytest.raises(ConfigError) as caught:
        template.check(pattern)
    assert caught.value.message == f"unknown placeholder {shown}"


@pytest.mark.parametrize(
    "text",
    [
        "uv:0.12",
        "uv:latest",
        "uv:0.12.4.1",
        "uv:v0.12.4",
        "uv:01.2.3",
        "uv:1.2.3x",
        "uv:\uff11.2.3",
    ],
)
def test_what_is_no_whole_version_is_not_found(text):
    assert found(text, "uv:{version}") == []


def test_a_version_at_the_edge_of_the_template_is_whole():
    assert found("10.12.4 is, x0.1.0 is, 1.0.1.0 is, 0.12.4 is", "{version} is") == [
        "10.12.4",
        "0.12.4",
    ]


def test_text_behind_the_version_may_claim_its_suffix():
    assert found("app-0.3.0-rc.tgz", "app-{version}-rc.tgz") == ["0.3.0"]
    assert found("app-0.3.0-rc.1.tgz app-0.3.0.1.tgz", "app-{version}.tgz") == ["0.3.0-rc.1"]


def test_blanks_match_any_run_of_blanks():
    assert found("version\r\n   of a:\t1.0.0", "version of  a: {version}") == ["1.0.0"]
    assert found("versionof a: 1.0.0", "version of a: {version}") == []


def test_blanks_between_are_a_run_and_at_the_ends_the_nearest():
    assert found("1.0.0 \t a 2.0.0", "{version} a") == ["1.0.0"]
    assert found(" a1.0.0  a2.0.0 ", " a{version} ") == ["1.0.0", "2.0.0"]


def test_everything_else_is_literal():
    assert found("a.*{x}(1.0.0) aXX{x}(2.0.0)", "a.*{x}({version})") == ["1.0.0"]


def test_a_template_begins_where_a_word_begins():
    text = 'VERSION = "1.0.0"\n_VERSION = "2.0.0"\nGO_VERSION = "3.0.0"\n2VERSION = "4.0.0"\n'
    assert found(text, 'VERSION = "{version}"') == ["1.0.0"]
    assert found(text, '_VERSION = "{version}"') == ["2.0.0"]
    assert found("$VERSION=1.0.0 a-VERSION=2.0.0", "VERSION={version}") == ["1.0.0", "2.0.0"]
    assert found("app-v1.0.0.tgz app-v2.0.0.tar", "-v{version}.t") == ["1.0.0", "2.0.0"]


def test_each_placeholder_finds_its_own():
    text, pattern = "v1.2.3 of 1.2 as 1.2.3", "{version.tag} of {version.minor} as {version}"
    assert found(text, pattern, "{version.tag}") == ["v1.2.3"]
    assert found(text, pattern, "{version.minor}") == ["1.2"]
    assert found(text, pattern) == ["1.2.3"]
    assert found("py 3.11.2 py 3.12. py 3.13", "py {version.minor}", "{version.minor}") == [
        "3.12",
        "3.13",
    ]


@pytest.mark.parametrize(
    ("pattern", "what"),
    [
        ("app", "no placeholder"),
        ("{version}", "no text beside"),
        ("  {version}\n", "no text beside"),
        ("a{version}{version.tag}", "touch"),
        ("a{version} {version.tag}{version.minor}", "touch"),
        ("a {version.major}", "unknown placeholder {version.major}"),
        ("a{version}" + "x" * 1000, "1010 characters"),
    ],
)
def test_a_template_that_cannot_be_located_is_refused(pattern, what):
    with pytest.raises(ConfigError, match=what):
        template.check(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "v{version}",
        "{version} {x}",
        "{a}{version}",
        "a{version} {version}",
        "{version.x {version}",
        "a{version}".ljust(1000, "x"),
    ],
)
def test_a_usable_template_is_accepted(pattern):
    template.check(pattern)


words = st.text("ab.*{}(v:-1 \n", max_size=6)
versions = st.tuples(*[st.integers(0, 99)] * 3).map(lambda n: ".".join(map(str, n)))


@given(words, st.text("xyz", min_size=1), st.lists(versions, min_size=1, max_size=3), versions)
def test_every_occurrence_is_replaced_and_proven(before, behind, olds, new):
    pattern = f"<{before}={{version}}={behind}>"
    text = "\n\n".join(pattern.replace("{version}", old) for old in olds)
    at = template.TemplateAt(pattern, "{version}")
    edits = [Edit("a", template, at, spot, new) for spot in template.locate(text, at)]
    after = splice(text, edits)
    template.prove(text, after, edits)
    assert [edit.spot.text for edit in edits] == olds
    assert after == "\n\n".join([pattern.replace("{version}", new)] * len(olds))


def test_an_edit_that_would_not_be_found_again_is_not_proven():
    at = template.TemplateAt("uv:{version}", "{version}")
    edits = [Edit("a", template, at, spot, "latest") for spot in template.locate("uv:1.0.0", at)]
    with pytest.raises(MalformedError, match="would find"):
        template.prove("uv:1.0.0", "uv:latest", edits)


HOSTILE = [
    ("a {version}", "a" + " " * 1_000_000),
    ("a  {version}", "a " * 500_000),
    ("1{version}", "1" * 1_000_000),
    ("{version} a", "1.2.3" + " " * 1_000_000),
    ("{version} a", "1." * 500_000),
    (" {version}", " " * 1_000_000),
    ("x{version}y", "x1.2.3-rc." + "1." * 400_000),
    ("x{version}y", "x1.2.3" + "-rc" * 400_000),
    ("x{version}y", "x1.2.3+" + "a." * 400_000),
    ("x{version}", "x1.2.3 " * 150_000),
]


@pytest.mark.parametrize(("pattern", "text"), HOSTILE)
def test_hostile_text_takes_linear_time(pattern, text):
    began = time.process_time()
    found(text, pattern)
    assert time.process_time() - began < 4
