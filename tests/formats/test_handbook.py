"""What commands of a handbook name, and where; placeholders and prose name nothing."""

from __future__ import annotations

import pytest

from release_tools.formats.handbook import Claim, Names, chosen, find

NAMES = Names(
    ("ghcr.io/org", "ghcr.io/org/deep"),
    ("ghcr.io/org/charts",),
    ("app",),
    (("pypi", "my-app"), ("crate", "app-rs"), ("npm", "@org/app")),
)
DIGEST = "sha256:" + "0" * 64


def said(text):
    """Return what one command line names, without lines."""
    found = find(f"```sh\n{text}\n```\n", NAMES, markdown=True)
    return [(one.kind, one.name, one.digest or one.version) for one in found]


@pytest.mark.parametrize(
    ("command", "kind", "name", "version"),
    [
        ("docker pull ghcr.io/org/app:v1.0.0", "image", "ghcr.io/org/app", "v1.0.0"),
        ("podman run -it ghcr.io/org/app", "image", "ghcr.io/org/app", ""),
        (
            "image: 'ghcr.io/org/deep/x:nightly-20260115'",
            "image",
            "ghcr.io/org/deep/x",
            "nightly-20260115",
        ),
        (f"image: ghcr.io/org/app@{DIGEST} # v1", "image", "ghcr.io/org/app", DIGEST),
        (
            "kubectl set image deploy/a c=ghcr.io/org/app:v1.0.0",
            "image",
            "ghcr.io/org/app",
            "v1.0.0",
        ),
        (
            "helm pull oci://ghcr.io/org/charts/app --version 1.0.0",
            "chart",
            "ghcr.io/org/charts/app",
            "1.0.0",
        ),
        (
            "helm pull oci://ghcr.io/org/charts/app --version=1.0.0",
            "chart",
            "ghcr.io/org/charts/app",
            "1.0.0",
        ),
        (
            f"helm upgrade a oci://ghcr.io/org/charts/app@{DIGEST}",
            "chart",
            "ghcr.io/org/charts/app",
            DIGEST,
        ),
        ("helm install a repo/app --version 1.0.0 --wait", "chart", "app", "1.0.0"),
        (
            "helm install a app --repo https://x.example.com --version 1.0.0",
            "chart",
            "app",
            "1.0.0",
        ),
        ("python -m pip install 'My_App[x]==1.0.0rc1'", "pypi", "my-app", "1.0.0rc1"),
        ("cargo add app-rs@=1.0.0", "crate", "app-rs", "1.0.0"),
        ("cargo install app-rs --version 1.0.0", "crate", "app-rs", "1.0.0"),
        ("npm install @org/app@1.0.0", "npm", "@org/app", "1.0.0"),
        ('  tag: "v1.0.0" # pinned', "image-tag", "", "v1.0.0"),
    ],
)
def test_a_command_names_an_artifact(command, kind, name, version):
    assert said(command) == [(kind, name, version)]


@pytest.mark.parametrize(
    "command",
    [
        "docker pull ghcr.io/org/app:<version>",
        "docker pull ghcr.io/org/app:v<version>",
        "docker pull ghcr.io/org/app:$TAG",
        "docker pull ghcr.io/org/app:v${VERSION}",
        "docker pull ghcr.io/org/app:vX.Y.Z",
        "docker pull ghcr.io/org/app:nightly-YYYYMMDD",
        "docker pull ghcr.io/org/<image>:v1.0.0",
        "docker pull ghcr.io/other/app:v1.0.0",
        "docker pull xghcr.io/org/app:v1.0.0",
        "image: ghcr.io/org/app@sha256:<digest>",
        "pip install my-app==<version>",
        "pip install my-app==$V",
        "pip install not-my-app==1.0.0",
        "pip install my-app",
        "cargo add app-rs",
        "# docker pull ghcr.io/org/app:v1.0.0",
        "tag: latest",
        "helm pull oci://ghcr.io/org/charts/app:X.Y.Z",
        "helm install a repo/app",
        "kubectl apply app --version 1.0.0",
    ],
)
def test_a_placeholder_a_comment_and_what_is_not_ours_name_nothing(command):
    assert said(command) == []


@pytest.mark.parametrize("version", ["<last-known-good>", "$V", "X.Y.Z"])
def test_a_placeholder_for_a_version_leaves_the_name(version):
    command = f"helm pull oci://ghcr.io/org/charts/app --version {version}"
    assert said(command) == [("chart", "ghcr.io/org/charts/app", "")]


def test_make_names_targets_and_the_versions_that_its_variables_choose():
    assert said("make -s pull DOCKER_TAG=v1.0.0") == []
    assert said("$ make pull DOCKER_TAG=v1.0.0 CHART_VERSION='1.0.0' OTHER=1 && make x") == [
        ("target", "pull", ""),
        ("image-tag", "DOCKER_TAG", "v1.0.0"),
        ("chart-version", "CHART_VERSION", "1.0.0"),
    ]
    assert said("make pull DOCKER_TAG=<tag>") == [("target", "pull", "")]
    assert [chosen(name) for name in ("IMAGE_TAG", "MY_IMG_TAG", "TAG", "CHART_VERSION")] == [
        "image", "image", None, "chart",
    ]  # fmt: skip


def test_lines_are_those_of_the_text_also_over_continued_lines():
    text = (
        "one\n```sh\nhelm upgrade a \\\n  oci://ghcr.io/org/charts/app \\\n  --version 1.0.0\n```\n"
    )
    assert [one.line for one in find(text, NAMES, markdown=True)] == [4]
    assert [one.line for one in find(text, NAMES, markdown=False)] == [4]
    crlf = text.replace("\n", "\r\n")
    assert [(one.line, one.version) for one in find(crlf, NAMES, markdown=True)] == [(4, "1.0.0")]


def test_a_command_at_the_end_of_an_open_fence_has_its_line():
    text = "one\n```sh\ndocker pull \\\n  ghcr.io/org/app:v1 \\"
    for end in ("", "\n"):
        assert [one.line for one in find(text + end, NAMES, markdown=True)] == [4]


@pytest.mark.parametrize("end", ["\\", " \\", "\\  "])
def test_what_make_is_told_on_the_next_line_stands_in_the_first(end):
    found = find(f"\nmake pull{end}\n  build", NAMES, markdown=False)
    assert found == (Claim(2, "target", "pull"), Claim(2, "target", "build"))


def test_every_line_of_a_long_command_is_its_own():
    text = "docker tag \\\n  ghcr.io/org/app:<version> \\\n  ghcr.io/org/app:v1 \\\n  ghcr.io/org/x"
    found = (Claim(3, "image", "ghcr.io/org/app", "v1"), Claim(4, "image", "ghcr.io/org/x"))
    assert find(text, NAMES, markdown=False) == found


def test_a_fence_ends_a_command_that_would_go_on():
    text = "```sh\ndocker pull \\\n ghcr.io/org/app:v1 \\\n```\n"
    assert find(text, NAMES, markdown=True) == (Claim(3, "image", "ghcr.io/org/app", "v1"),)


def test_what_looks_like_a_fence_is_a_line_as_any_other_outside_of_markdown():
    text = "``` ghcr.io/org/app:v1"
    assert find(text, NAMES, markdown=False) == (Claim(1, "image", "ghcr.io/org/app", "v1"),)
    assert find(text, NAMES, markdown=True) == ()


@pytest.mark.parametrize(
    ("command", "version", "digest"),
    [
        ("helm pull oci://ghcr.io/org/charts/app:1.0.0", "1.0.0", ""),
        ("helm pull oci://ghcr.io/org/charts/app:1.0.0 --version 2.0.0", "1.0.0", ""),
        (f"helm pull oci://ghcr.io/org/charts/app:1.0.0@{DIGEST}", "1.0.0", DIGEST),
    ],
)
def test_the_version_behind_the_name_of_a_chart_comes_first(command, version, digest):
    (found,) = find(command, NAMES, markdown=False)
    assert (found.version, found.digest) == (version, digest)


@pytest.mark.parametrize("end", [":<version>", "@<digest>", "<name>", ":", "$X"])
def test_a_chart_that_goes_on_in_a_placeholder_is_none(end):
    assert said(f"helm pull oci://ghcr.io/org/charts/app{end}") == []


@pytest.mark.parametrize("end", ["<x>", "${X}", "*", "[x]", "{x}"])
def test_a_version_that_goes_on_in_a_placeholder_is_none(end):
    assert said(f"pip install my-app==1.0{end}") == []


def test_of_markdown_only_code_counts():
    text = (
        "docker pull ghcr.io/org/app:v1.0.0 and `ghcr.io/org/app:v2.0.0`, ``ghcr.io/org/app:v3``\n"
    )
    found = find(text, NAMES, markdown=True)
    assert [one.version for one in found] == ["v2.0.0", "v3"]
    assert len(find(text, NAMES, markdown=False)) == 3


def test_fences_nest_and_end():
    text = (
        "````md\n```\nghcr.io/org/app:v1\n```\n````\nghcr.io/org/app:v2\n~~~\nghcr.io/org/app:v3\n"
    )
    assert [one.version for one in find(text, NAMES, markdown=True)] == ["v1", "v3"]


def test_what_is_named_twice_on_a_line_is_one():
    text = "`ghcr.io/org/app:v1` `ghcr.io/org/app:v1`\n"
    assert find(text, NAMES, markdown=True) == (Claim(1, "image", "ghcr.io/org/app", "v1"),)


def test_a_long_text_takes_no_time():
    text = "ghcr.io/org/" + "a-" * 20_000 + "\n" + "`" * 20_000 + "\n" + "make " + "x=" * 20_000
    assert find(text * 3, NAMES, markdown=False) is not None
    assert find(text * 3, NAMES, markdown=True) is not None


INDENTED = """\
Text.

    docker pull ghcr.io/org/app:v1 \\
      ghcr.io/org/app:v2

    docker pull ghcr.io/org/app:v3
Text goes on:
    ghcr.io/org/app:no

- a list

\t has text, ghcr.io/org/app:no
    and so has this, ghcr.io/org/app:no

  More of it.

    More, ghcr.io/org/app:no

      docker pull ghcr.io/org/app:v4

    1. a list in it

        has text, ghcr.io/org/app:no

\tand code from ghcr.io/org/app:no \\

           docker pull ghcr.io/org/app:v5

The list is over.

\tdocker pull ghcr.io/org/app:v6 \\
"""


def test_an_indented_block_is_code_and_the_text_of_a_list_is_none():
    found = find(INDENTED, NAMES, markdown=True)
    assert [(one.line, one.version) for one in found] == [
        (3, "v1"),
        (4, "v2"),
        (6, "v3"),
        (19, "v4"),
        (27, "v5"),
        (31, "v6"),
    ]
    assert find("    ghcr.io/org/app:v1\n", NAMES, markdown=True)
