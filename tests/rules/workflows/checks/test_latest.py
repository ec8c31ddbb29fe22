"""Images that are called latest whatever the tag is."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, job, push

META = "{id: meta, uses: docker/metadata-action@v5, with: {images: a, %s}}"


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ([push("ghcr.io/o/a:latest")], True),
        ([push("ghcr.io/o/a:${{ github.ref_name }}")], False),
        ([push("ghcr.io/${{ github.repository }}/a:latest")], True),
        ([push("a:${{ contains(github.ref, 0) && 1 || 2 }}")], False),
        (["{if: vars.X, " + push("a:latest")[1:]], False),
        (["{if: \"!contains(github.ref, '-')\", " + push("a:latest")[1:]], True),
        (["run: docker push ghcr.io/o/a:latest"], True),
        (["{run: 'if x; then docker push a:latest; fi'}"], False),
        (["run: docker buildx build --push -t a:1 -t a:latest ."], True),
        (["run: docker push ghcr.io/o/a:1"], False),
        ([META % "tags: 'type=raw,value=latest'", push("${{ steps.meta.outputs.tags }}")], True),
        ([META % "tags: 'type=raw,value=latest,enable=${{ github.ref_type == ''branch'' }}'",
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "tags: 'type=raw,value=latest,enable={{is_default_branch}}'",
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "flavor: latest=true", push("${{ steps.meta.outputs.tags }}")], True),
        ([META % "flavor: latest=auto", push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "flavor: latest=true", push("a:1")], False),
        ([META % "tags: 'type=raw,value=latest,enable=${{ github.ref_type == ''tag'' }}'",
          push("${{ steps.meta.outputs.tags }}")], True),
        ([META % "tags: 'type=raw,value=latest,enable=false'",
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META % "tags: 'type=raw,value=latest,enable=true'",
          push("${{ steps.meta.outputs.tags }}")], True),
        (["{if: vars.X, " + (META % "flavor: latest=true")[1:],
          push("${{ steps.meta.outputs.tags }}")], False),
        ([META.replace("id: meta", "id: other") % "flavor: latest=true",
          push("${{ steps.meta.outputs.tags }}")], False),
    ],
)  # fmt: skip
def test_latest_is_pushed_whatever_the_tag_is(look, steps, found):
    assert bool(look({"a.yml": ON_V + job(*steps)}).found("latest-unconditional")) is found


def test_latest_is_an_error_where_such_tags_were_made(look):
    files = {"a.yml": ON_V + job(push("ghcr.io/o/a:latest"))}
    assert look(files).found("latest-unconditional") == ["latest-unconditional warning a.yml:5"]
    made = look(files, made=("prerelease",))
    assert made.found("latest-unconditional") == ["latest-unconditional error a.yml:5"]
    assert made.messages("latest-unconditional") == [
        "the image is called latest for v1.2.3-rc.1 as well"
    ]


def test_latest_stands_in_the_line_that_is_named(look):
    text = ON_V + (
        "jobs:\n  publish:\n    steps:\n      - uses: docker/build-push-action@v6\n"
        "        with:\n          push: true\n          tags: |\n            a:1\n"
        "            a:latest\n"
    )
    assert look({"a.yml": text}).found("latest-unconditional") == [
        "latest-unconditional warning a.yml:10"
    ]


def test_only_what_the_same_job_computes_reaches_its_push(look):
    other = "  other:\n    steps:\n      - " + META % "flavor: latest=true" + "\n"
    text = ON_V + job(META % "tags: a", push("${{ steps.meta.outputs.tags }}")) + other
    assert look({"a.yml": text}).found("latest-unconditional") == []


def test_a_stream_behind_one_with_nightlies_is_looked_at(look):
    text = "on: {push: {tags: ['sim-v*']}}\n" + job(push("a:latest"))
    assert look({"a.yml": text}).messages("latest-unconditional") == [
        "the image is called latest for sim-v1.2.3-rc.1 as well"
    ]


def test_the_nightly_may_be_called_latest(look):
    text = "on: {push: {tags: ['nightly-*']}}\n" + job(push("a:latest"))
    assert look({"a.yml": text}).found("latest-unconditional") == []
