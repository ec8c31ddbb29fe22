"""Texts of others in scripts."""

from __future__ import annotations

import pytest

from tests.rules.workflows.checks.conftest import ON_V, job

PRIVILEGED = "on: issue_comment\n"
BY_HAND = "on: {push: {tags: ['v*']}, workflow_dispatch: {inputs: {x: {type: %s}}}}\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (PRIVILEGED + job("run: echo ${{ github.event.comment.body }}"), "error"),
        (PRIVILEGED + job("run: echo ${{ github.event.comment.id }}"), None),
        ("on: pull_request_target\n" + job("run: echo ${{ github.head_ref }}"), "error"),
        ("on: pull_request\n" + job("run: echo ${{ github.head_ref }}"), "note"),
        ("on: pull_request\n" + job("run: echo ${{ github.head_ref }}", "run: twine upload x"),
         "note"),  # no tag, nobody's hand and no clock: it is no publisher
        ("on: [pull_request, workflow_dispatch]\n"
         + job("run: echo ${{ github.head_ref }}", "run: twine upload x"), "warning"),
        ("on: {push: {branches: [main]}}\n" + job("run: echo ${{ github.head_ref }}"), None),
        (ON_V + job("run: echo ${{ github.ref_name }}"), "warning"),
        (ON_V + job("run: echo ${{ github.ref }}"), "warning"),
        (ON_V + job("run: echo $GITHUB_REF"), None),
        (ON_V + job("{run: 'echo $X', env: {X: '${{ github.ref }}'}}"), None),
        (ON_V + job("run: echo ${{ github.ref == 'x' }}"), None),
        (ON_V + job("{uses: actions/github-script@v7, with: {script: 'f(${{ github.ref }})'}}"),
         "warning"),
        ("on: {push: {tags: ['v[0-9].[0-9].[0-9]']}}\n" + job("run: echo ${{ github.ref }}"), None),
        ("on: {push: {branches: [main]}}\n" + job("run: echo ${{ github.ref }}"), None),
        (BY_HAND % "string" + job("run: echo ${{ inputs.x }}", "run: twine upload x"), "warning"),
        (BY_HAND.replace("workflow_dispatch", "workflow_call") % "string"
         + job("run: echo ${{ inputs.x }}", "run: twine upload x"), "note"),
        (BY_HAND % "choice" + job("run: echo ${{ inputs.x }}", "run: twine upload x"), None),
        (BY_HAND % "string" + job("run: echo ${{ inputs.x }}"), None),
    ],
)  # fmt: skip
def test_what_others_say_is_not_pasted_into_a_script(look, text, found):
    lines = look({"a.yml": text}).found("script-injection")
    assert [line.split()[1] for line in lines] == ([found] if found else [])


def test_a_pasted_text_is_named_in_its_line(look):
    text = ON_V + (
        "jobs:\n  a:\n    steps:\n      - run: |\n          echo a\n\n"
        "          echo ${{ github.ref_name }}\n"
    )
    assert look({"a.yml": text}).found("script-injection") == ["script-injection warning a.yml:8"]


def test_the_worst_of_a_script_is_named(look):
    text = "on: [push, pull_request_target]\n" + job(
        "run: echo ${{ github.ref }} ${{ github.head_ref }} ${{ github.event.pull_request.title }}"
    )
    looked = look({"a.yml": text})
    assert looked.found("script-injection") == ["script-injection error a.yml:5"]
    assert looked.messages("script-injection") == [
        (
            "the script is put together from github.head_ref, github.event.pull_request.title, "
            "and the shell obeys what that says"
        )
    ]
