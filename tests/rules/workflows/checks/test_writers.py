"""Who writes the GitHub Release, and whether it says if it is the latest one."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, job
from tests.rules.workflows.conftest import ROUTER

GH = "{uses: softprops/action-gh-release@v2}"


def test_two_workflows_that_make_one_release(look):
    looked = look({"a.yml": ON_V + job(GH), "b.yml": ON_V + job("run: gh release create $TAG")})
    assert looked.found("several-release-writers") == ["several-release-writers error a.yml:5"]
    assert looked.messages("several-release-writers") == [
        "the GitHub Release of v1.2.3 is made by a.yml:5, b.yml:5"
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job(GH), []),
        (job(GH, extra="    strategy: {matrix: {os: [a, b]}}\n"), ["warning"]),
        (job(GH) + f"  other:\n    steps: [{GH}]\n", ["warning"]),
        (job(GH) + f"  other:\n    needs: publish\n    steps: [{GH}]\n", []),
        (job(GH, extra="    needs: other\n") + f"  other:\n    steps: [{GH}]\n", []),
        (job(GH) + "  x: {needs: publish, steps: []}\n  y: {steps: []}\n"
         + f"  other:\n    needs: [x, y]\n    steps: [{GH}]\n", []),
        (job(GH) + f"  x: {{needs: publish, steps: [{GH}]}}\n"
         + f"  y: {{needs: publish, steps: [{GH}]}}\n", ["warning"]),
        (job(GH) + "  other:\n    needs: publish\n    steps: [{run: gh release upload $T}]\n", []),
        (job(GH) + f"  other:\n    if: vars.X\n    steps: [{GH}]\n", []),
        (job("run: release-tools release --if-ready")
         + "  other:\n    steps: [{run: release-tools release --if-ready}]\n", []),
    ],
)  # fmt: skip
def test_jobs_that_make_one_release_side_by_side(look, text, found):
    lines = look({"a.yml": ON_V + text}).found("several-release-writers")
    assert [line.split()[1] for line in lines] == found


@pytest.mark.parametrize(
    ("step", "says"),
    [
        (GH, False),
        ("{uses: softprops/action-gh-release@v2, with: {make_latest: false}}", True),
        ("{uses: softprops/action-gh-release@v2, with: {draft: true}}", True),
        ("{uses: ncipollo/release-action@v1, with: {makeLatest: true}}", True),
        ("{uses: ncipollo/release-action@v1}", False),
        ("{uses: actions/create-release@v1}", False),
        ("run: gh release create $TAG", False),
        ("run: gh release create $TAG --latest=false", True),
        ("run: gh release create $TAG --draft", True),
        ("run: gh release upload $TAG f", True),
        ("run: release-tools release", True),
        ("{uses: goreleaser/goreleaser-action@v6, with: {args: release --clean}}", True),
    ],
)
def test_a_release_says_whether_it_is_the_latest(look, step, says):
    files = {"a.yml": ON_V + job(step)}
    found = look(files).found("make-latest-unset")
    assert found == ([] if says else ["make-latest-unset warning a.yml:5"])
    alone = look(files, streams=[ROUTER]).found("make-latest-unset")
    assert alone == ([] if says else ["make-latest-unset note a.yml:5"])


@pytest.mark.parametrize(
    ("step", "hint"),
    [
        (GH, "set make_latest to the gate's output make-latest"),
        ("{uses: ncipollo/release-action@v1}", "set makeLatest to the gate's output make-latest"),
        ("{uses: actions/create-release@v1}",
         "this action cannot set it: use `release-tools release`"),
        ("run: gh release create $TAG",
         "give --latest=false, or --latest where the gate says make-latest"),
    ],
)  # fmt: skip
def test_the_hint_says_how_a_writer_tells_it(look, step, hint):
    found = [one for one in look({"a.yml": ON_V + job(step)}).findings if "latest" in one.id]
    assert [one.hint for one in found] == [hint]


def test_every_stream_has_its_writers(look):
    twice = job(GH, extra="    strategy: {matrix: {os: [a, b]}}\n")
    looked = look({"a.yml": ON_V + twice, "b.yml": "on: {push: {tags: ['sim-v*']}}\n" + twice})
    assert looked.messages("several-release-writers") == [
        "every job of the matrix makes the GitHub Release of v1.2.3",
        "every job of the matrix makes the GitHub Release of sim-v1.2.3",
    ]
