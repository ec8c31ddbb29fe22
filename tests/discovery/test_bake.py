"""Bake files, read as docker buildx bake does."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release_tools.discovery.hcl import blocks
from release_tools.discovery.hcl_values import Evaluator, texts

WORKFLOW = ".github/workflows/release.yml"
ACTION = "- uses: docker/bake-action@v6\n  with:\n    push: true\n"
FUNCTIONS = """\
# every image in each registry
variable "REGISTRIES" { default = "ghcr.io,quay.io" }
variable TAG { default = "latest" }
function "tags" {
  params = [image]
  result = [
    for r in split(",", REGISTRIES) : join("/", compact([r, "", "acme", "${image}:${TAG}"]))
  ]
}
target "base" { args = { A = "x:y" } }
target "app" { tags = tags("app") }
"""
MATRIX = """\
variable "VERSION" {}
target "all" {
  name   = item.name
  matrix = { item = [{ name = "a", tgt = "x" }, { name = "b", tgt = "y" }], base = ["slim"] }
  tags   = [
    "ghcr.io/acme/${item.name}:${VERSION}",  // one
    notequal("", VERSION) ? format("ghcr.io/acme/%s-%s:v1", item.name, base) : "",
  ]
}
"""
CONCAT = """\
variable "OWNER" { default = "acme" }
target "x" {
  tags = concat(
    ["ghcr.io/${lower("Acme")}/x:${V}"],
    ["quay.io/${OWNER}/x:${V}"],
  )
}
"""


@pytest.mark.parametrize(
    ("text", "images"),
    [
        (FUNCTIONS, ["ghcr.io/acme/app", "quay.io/acme/app"]),
        (MATRIX, ["ghcr.io/acme/a", "ghcr.io/acme/a-slim", "ghcr.io/acme/b",
                  "ghcr.io/acme/b-slim"]),
        (CONCAT, ["ghcr.io/acme/x", "quay.io/acme/x"]),
        ('target "x" { tags = ["${equal(A, "b") ? "ghcr.io" : "quay.io"}/acme/x:${V}"] }',
         ["ghcr.io/acme/x", "quay.io/acme/x"]),
    ],
)  # fmt: skip
def test_the_tags_of_every_target_are_evaluated(find, on_tag, text, images):
    files = {WORKFLOW: on_tag(ACTION + "  env:\n    TAG: v1\n"), "docker-bake.hcl": text}
    assert find(files).images == images


@pytest.mark.parametrize(
    ("steps", "image"),
    [
        (ACTION + "  env:\n    REPO: quay.io/acme\n", "quay.io/acme/app"),
        (ACTION + "  env:\n    REPO: ${{ vars.REPO }}\n", "ghcr.io/acme/app"),
        ("- run: docker buildx bake --push\n  env:\n    REPO: quay.io/acme\n", "quay.io/acme/app"),
        (ACTION + "    set: |\n      *.tags=quay.io/acme/more:v1\n", "quay.io/acme/more"),
    ],
)
def test_the_environment_overrides_a_default_and_settings_add_tags(find, on_tag, steps, image):
    text = 'variable "REPO" { default = "ghcr.io/acme" }\ntarget "a" { tags = ["${REPO}/app:v1"] }'
    assert image in find({WORKFLOW: on_tag(steps), "docker-bake.hcl": text}).images


def test_a_file_of_another_name_is_read_where_it_is_given(find, on_tag):
    tag = "ghcr.io/acme/app:${TAG}"
    text = json.dumps({"variable": {"TAG": {"default": "v1"}}, "target": {"a": {"tags": [tag]}}})
    steps = "- run: docker buildx bake --push -f ci/images.json\n"
    assert find({WORKFLOW: on_tag(steps), "ci/images.json": text}).images == ["ghcr.io/acme/app"]


@given(st.text(alphabet='ab{}[]()"$\n=,:?. for'))
def test_any_text_is_read_to_its_end(text):
    for _, _, body in blocks(text):
        for value in body.values():
            texts(Evaluator({}).value(value))


@pytest.mark.parametrize(
    "text",
    ['variable "A" { default = "${A}" }\n' + 'x = ["' * 5000, "a {" * 20_000,
     'function "f" { params = [a]\n result = [f(a), f(a), f(a)] }\ntarget "t" { tags = f("x") }',
     'target "t" { tags = ["' + "${" * 20_000, 'target "t" { tags = ' + "(" * 20_000,
     'target "t" { tags = ' + '["${' * 5000],
)  # fmt: skip
def test_a_hostile_file_is_read_in_bounded_time(find, on_tag, text):
    started = time.process_time()
    find({WORKFLOW: on_tag(ACTION), "docker-bake.hcl": text})
    assert time.process_time() - started < 5
