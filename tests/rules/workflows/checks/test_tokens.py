"""Tags that a workflow pushes with the token that starts no workflow."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, TWINE, job

TAGGER = "on: {workflow_dispatch: {}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (job("uses: actions/checkout@v4", "run: git push origin --tags"), True),
        (job("{uses: actions/checkout@v4, with: {token: '${{ secrets.GITHUB_TOKEN }}'}}",
             "run: git push origin --tags"), True),
        (job("{uses: actions/checkout@v4, with: {token: '${{ secrets.BOT }}'}}",
             "run: git push origin --tags"), False),
        (job("{uses: actions/checkout@v4, with: {ssh-key: '${{ secrets.KEY }}'}}",
             "run: git push origin --tags"), False),
        (job("{id: app, uses: actions/create-github-app-token@v1}",
             "{uses: actions/checkout@v4, with: {token: '${{ steps.app.outputs.token }}'}}",
             "run: git push origin --tags"), False),
        (job("run: git push origin --tags", "run: gh workflow run a.yml"), False),
        (job("uses: mathieudutour/github-tag-action@v6"), True),
        (job("{uses: mathieudutour/github-tag-action@v6,"
             " with: {github_token: '${{ secrets.BOT }}'}}"), False),
        (job("{uses: docker/login-action@v3, with: {password: '${{ secrets.HUB }}'}}",
             "run: git push origin --tags"), True),
        (job("{run: git push origin --tags, env: {T: '${{ secrets.BOT }}'}}"), False),
        (job("run: git push https://x:${{ secrets.BOT }}@github.com/o/a --tags"), False),
        (job("run: twine upload x", "run: git push origin --tags"), True),
        (job("run: git push origin refs/tags/latest"), False),
        (job("run: git push origin refs/tags/v1.0.0"), True),
        (job("run: git push origin main"), False),
        (job("run: git push origin refs/tags/nightly-$DATE"), False),  # nobody waits for those
    ],
)  # fmt: skip
def test_a_tag_by_github_token_starts_nobody(look, text, found):
    looked = look({"a.yml": ON_V + TWINE, "tag.yml": TAGGER + text})
    assert bool(looked.found("tag-by-token")) is found


def test_publishers_that_the_same_run_calls_do_not_wait(look):
    text = (
        TAGGER
        + job("run: git push origin --tags")
        + ("  call: {uses: ./.github/workflows/a.yml}\n")
    )
    assert look({"a.yml": ON_V + TWINE, "tag.yml": text}).found("tag-by-token") == []


def test_those_that_would_wait_are_named(look):
    text = TAGGER + job("run: git push origin --tags")
    files = {
        "a.yml": ON_V + job("run: make test"),
        "b.yml": ON_V + TWINE,
        "c.yml": "on: push\n" + TWINE,
        "d.yml": "on: {push: {tags: ['sim-v*']}}\n" + TWINE,
        "e.yml": "on: {push: {tags: ['nightly-*']}}\n" + TWINE,
        "tag.yml": text,
    }
    assert look(files).messages("tag-by-token") == [
        (
            "git push pushes a tag with GITHUB_TOKEN, which starts no workflow: "
            "b.yml, d.yml would wait for ever"
        )
    ]
