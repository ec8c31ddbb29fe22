"""Folders of a run that are not called as in the tree."""

from __future__ import annotations

import pytest

WORKFLOW = ".github/workflows/release.yml"
PACKAGE = '{"name": "NAME", "version": "1.1.0", "license": "MIT"}'
INTO = "- uses: actions/checkout@v4\n  with:\n    fetch-depth: 0\n    path: src/rocket\n"
OTHER = "- uses: actions/checkout@v4\n  with:\n    repository: acme/other\n    path: js\n"
CLONE = "- run: git clone --depth 1 https://x@github.com/acme/rocket.git work\n"


@pytest.mark.parametrize(
    ("steps", "folder"),
    [
        (INTO + "- run: npm publish\n  working-directory: src/rocket", ""),
        (INTO + "- run: npm publish\n  working-directory: src/rocket/js", "js"),
        (INTO + "- run: cd src/rocket/js && npm publish", "js"),
        (CLONE + "- run: npm publish\n  working-directory: work", ""),
        ("- run: cd $GITHUB_WORKSPACE/js && npm publish", "js"),
        ("- run: npm publish\n  working-directory: ${{ github.workspace }}/js", "js"),
        ("- run: npm publish\n  working-directory: dist/js", "js"),
    ],
)
def test_a_folder_of_the_run_is_found_in_the_tree(find, on_tag, steps, folder):
    found = find(
        {
            "package.json": PACKAGE.replace("NAME", "top"),
            "js/package.json": PACKAGE.replace("NAME", "inner"),
            WORKFLOW: on_tag(steps),
        }
    )
    assert [each.path for each in found.surfaces.values()] == [folder]


def test_a_checkout_of_another_repository_is_none_of_this_one(find, on_tag):
    files = {"package.json": PACKAGE, WORKFLOW: on_tag(OTHER + "- run: cd js && npm publish")}
    assert find(files).ids == []


@pytest.mark.parametrize(
    "script",
    [
        "$GITHUB_WORKSPACE/scripts/push.sh app",
        "cd src/rocket && scripts/push.sh app",
        "src/rocket/scripts/push.sh app",
    ],
)
def test_a_script_is_found_by_its_place_in_the_run(find, on_tag, script):
    text = '#!/bin/sh\ndocker push "ghcr.io/acme/$1:$TAG"\n'
    found = find({WORKFLOW: on_tag(INTO + f"- run: {script}"), "scripts/push.sh": text})
    assert found.images == ["ghcr.io/acme/app"]


def test_an_action_is_found_by_its_place_in_the_run(find, on_tag):
    action = (
        "runs:\n  using: composite\n  steps:\n  - shell: bash\n"
        "    run: docker push ghcr.io/acme/app:$TAG\n"
    )
    steps = INTO + "- uses: ./src/rocket/.github/actions/push"
    found = find({WORKFLOW: on_tag(steps), ".github/actions/push/action.yml": action})
    assert found.images == ["ghcr.io/acme/app"]
